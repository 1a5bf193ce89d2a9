"""The exporter's figures and the importer's of one trade: a choice, never mixed, never hidden."""

import pytest

from made_studies import claim, evidence, monthly, reading, row
from tradecheck.bounds.knowledge import Taken
from tradecheck.errors import TradecheckError
from tradecheck.verdicts import multiverse
from tradecheck.verdicts.claims import judge_claims, machine_copy
from tradecheck.verdicts.findings import months_table
from tradecheck.verdicts.judge import Judge

TWO = [{"months": "table"}, {"months": "theirs", "mirror": True}]
FEBRUARY = {"ratio": {"of": {"months": "2021-02"}, "to": {"months": "2021-01"}}}
QUARTER = {"months": "2021-01..2021-03"}


def both(mine, theirs, *readings, **more):
    """A study with the exporter's months and the importer's, January 2021 on."""
    rows = [*monthly("2021-01", mine), *monthly("2021-01", theirs, source="theirs")]
    claims = {"claims": [claim("C1", *readings)]} if readings else None
    return evidence(rows, claims, evidence=TWO, **more)


def verdicts(found):
    judge = Judge(found)
    return {
        one.reading.id: str(one.outcome.verdict)
        for claim in judge_claims(judge)
        for one in claim.readings
    }


def shown(found, **taken):
    table = months_table(found, Taken(**taken))
    rows = table[(table["series"] == table["series"].iloc[0]) & (table["grade"] != "none")]
    return {row.month: (row.lo, row.hi) for row in rows.itertuples()}


def test_the_studys_reporter_counts_and_the_other_side_is_a_choice():
    found = both([10, 20], [12, 21])
    assert shown(found) == {"2021-01": (10, 10), "2021-02": (20, 20)}
    assert shown(found, side="importer") == {"2021-01": (12, 12), "2021-02": (21, 21)}
    imports = evidence(
        [*monthly("2021-01", [12]), *monthly("2021-01", [10], source="theirs")],
        evidence=TWO, flow="imports",
    )  # fmt: skip
    assert imports.sides.own == "importer" and shown(imports) == {"2021-01": (12, 12)}
    assert shown(imports, side="exporter") == {"2021-01": (10, 10)}


@pytest.mark.parametrize(
    ("mine", "theirs", "least", "told"),
    [  # February over January: exporter 20 / 10 = 2, importer 21 / 12 = 1.75
        ([10, 20], [12, 21], 2, ("holds", "fails", "fails")),
        ([10, 20], [12, 21], 1.75, ("holds", "holds", "holds")),
        ([10, 20], [12, 21], 2.1, ("fails", "fails", "fails")),
        ([10, 20], [12, 36], 2.5, ("fails", "holds", "fails")),
        ([10, 20], [0, 21], 2, ("holds", "not_testable", "not_testable")),
        ([10, 0], [12, 21], 2, ("fails", "fails", "fails")),
    ],
)
def test_a_reading_is_judged_by_one_side_or_must_hold_by_both(mine, theirs, least, told):
    needs = {"at_least": least}
    found = both(
        mine, theirs,
        reading("exporter", needs, **FEBRUARY) | {"side": "exporter"},
        reading("importer", needs, **FEBRUARY) | {"side": "importer"},
        reading("both", needs, **FEBRUARY) | {"side": "both"},
        reading("plain", needs, **FEBRUARY),
    )  # fmt: skip
    assert verdicts(found) == dict(zip(("exporter", "importer", "both"), told)) | {"plain": told[0]}


def test_a_claim_that_holds_on_one_side_only_says_so_in_a_second_line():
    found = both([10, 20], [12, 21], reading("R", {"at_least": 2}, **FEBRUARY))
    judge = Judge(found)
    (judged,) = judge_claims(judge)
    (other,) = judged.also
    assert (judged.main.reading.remark, str(judged.verdict)) == (
        "by the exporter's figures",
        "holds",
    )
    assert (other.reading.remark, str(other.outcome.verdict)) == (
        "by the importer's figures",
        "fails",
    )
    (copy,) = machine_copy([judged], judge, {})
    assert copy["also"] == [{"reading": "R", "verdict": "fails", "side": "importer"}]
    sides = copy["readings"][0]["sides"]
    assert {side: one["measure"]["lo"] for side, one in sides.items()} == {
        "exporter": 2.0, "importer": 1.75,
    }  # fmt: skip
    alike = both([10, 20], [12, 24], reading("R", {"at_least": 2}, **FEBRUARY))
    (judged,) = judge_claims(Judge(alike))
    assert not judged.also and not judged.main.reading.remark


def test_robustness_counts_the_sides_of_each_reading_that_fixes_none():
    found = both(
        [10, 20], [12, 21],
        reading("R", {"at_least": 2}, **FEBRUARY),
        reading("B", {"at_least": 2}, **FEBRUARY) | {"side": "both"},
        reading("I", {"at_least": 2}, **FEBRUARY) | {"side": "importer"},
    )  # fmt: skip
    run = multiverse.run(found)
    rows = {
        (row.reading, row.choices): (row.verdict, row.lo, row.hi)
        for row in run.answers.itertuples()
    }
    assert rows == {
        ("R", ""): ("holds", 2.0, 2.0),
        ("R", "the importer's figures"): ("fails", 1.75, 1.75),
        ("B", ""): ("fails", 1.75, 2.0),
        ("I", ""): ("fails", 1.75, 1.75),
    }
    flip = run.flips[run.flips["kind"] == "mirror-data"]
    assert list(flip["rate"]) == [1.0] and "mirror data" in flip["words"].iloc[0]


def test_months_of_one_side_fill_no_gap_of_the_other():
    found = both([10], [12, 24, 36], reading("R", {"at_least": 2}, **FEBRUARY))
    assert shown(found) == {"2021-01": (10, 10)}
    (judged,) = judge_claims(Judge(found))
    assert str(judged.verdict) == "undecided"
    assert [str(one.outcome.verdict) for one in judged.also] == ["holds"]


def test_without_a_mirror_or_with_nothing_but_a_mirror_there_is_no_choice():
    plain = evidence(monthly("2021-01", [10, 20]))
    assert not plain.sides.two and not plain.claims.dimensions
    alone = evidence(monthly("2021-01", [12], source="theirs"), evidence=TWO[1:])
    assert not alone.sides.two and shown(alone) == {"2021-01": (12, 12)}
    apart = evidence(  # an exporter's month and an importer's make no series
        [*monthly("2021-01", [10]), *monthly("2021-02", [24], source="theirs")], evidence=TWO
    )
    assert shown(apart) == {"2021-01": (10, 10)}
    assert shown(apart, side="importer") == {"2021-02": (24, 24)}
    asked = evidence(
        monthly("2021-01", [10, 20]),
        {"claims": [claim("C1", reading("R", {"at_least": 2}, **FEBRUARY) | {"side": "importer"})]},
    )
    (judged,) = judge_claims(Judge(asked))
    assert str(judged.verdict) == "not_testable" and "importer's" in judged.main.outcome.reason


def test_one_publisher_may_give_both_sides_and_a_later_day_of_one_replaces_none_of_the_other():
    rows = [
        *monthly("2021-01", [10], released="2022-01-01"),
        *monthly("2021-01", [12], released="2022-06-01", source="theirs"),
    ]
    found = evidence(rows, evidence=TWO)
    office = {
        name: card.model_copy(update={"publisher": "one office"})
        for name, card in found.tables.cards.items()
    }
    found.tables.cards.update(office)
    assert shown(found) == {"2021-01": (10, 10)}
    assert shown(found, side="importer") == {"2021-01": (12, 12)}


def test_a_mirror_in_another_currency_without_rates_does_not_count():
    rows = [
        *monthly("2021-01", [10, 20], currency="EUR"),
        *monthly("2021-01", [13.2, 22], currency="USD", source="theirs"),
    ]
    more = {"unit": {"currency": "EUR", "scale": 1}}
    claims = {"claims": [claim("C1", reading("R", {"at_least": 2}, **FEBRUARY) | {"side": "both"})]}
    bare = evidence(rows, claims, evidence=TWO, **more)
    assert not bare.sides.two and shown(bare) == {"2021-01": (10, 10), "2021-02": (20, 20)}
    (judged,) = judge_claims(Judge(bare))
    assert str(judged.verdict) == "not_testable"


def test_sides_of_different_detail_meet_where_both_have_the_whole():
    rows = [
        *monthly("2021-01", [4, 8], product="870323"),
        *monthly("2021-01", [6, 12], product="870324"),
        *monthly("2021-01", [12, 21], product="8703", source="theirs"),
    ]
    found = evidence(
        rows, goods=["8703"], evidence=TWO, groups={"goods": {"large": ["870324"]}},
        holds={"absent": "zero"},
    )  # fmt: skip
    assert found.sides.two
    assert shown(found) == {"2021-01": (10, 10), "2021-02": (20, 20)}
    assert shown(found, side="importer") == {"2021-01": (12, 12), "2021-02": (21, 21)}


def test_totals_of_the_reporter_limit_no_month_of_the_other_side():
    rows = [row("2021-01..2021-12", 100.0), *monthly("2021-01", [12] * 12, source="theirs")]
    found = evidence(
        rows,
        {"claims": [claim("C1", reading("R", {"at_least": 130}, value={"months": "2021"}))]},
        evidence=[{"totals": "table"}, {"months": "theirs", "mirror": True}],
    )
    (judged,) = judge_claims(Judge(found))
    assert (judged.main.outcome.hi, str(judged.verdict)) == (100.0, "fails")
    assert judged.mirror and judged.mirror.outcome.lo == 144.0


def test_no_row_of_a_mirror_is_zero_only_where_its_own_reporter_has_published_the_month():
    rows = [
        *monthly("2021-01", [10, 10, 10]),
        *monthly("2021-01", [12, 12, 12], partner="GEO", source="theirs"),
        *monthly("2021-01", [5], partner="ARM", source="theirs"),
        *monthly("2021-01", [7, 7], partner="ARM", product="8704", source="theirs"),
    ]
    found = evidence(
        rows, partner="two", groups={"partners": {"two": ["Armenia", "Georgia"]}},
        goods=["8703", "8704"], evidence=TWO, holds={"absent": "zero"},
    )  # fmt: skip
    # Armenia: 12 in January, 7 in February (no cars), nothing published for March.
    assert shown(found, side="importer") == {
        "2021-01": (24, 24), "2021-02": (19, 19), "2021-03": (12, float("inf")),
    }  # fmt: skip


def test_a_table_is_not_named_for_both_sides():
    with pytest.raises(TradecheckError, match="the table table cannot be the reporter's"):
        evidence(
            monthly("2021-01", [10]),
            evidence=[{"months": "table"}, {"months": "table", "mirror": True}],
        )

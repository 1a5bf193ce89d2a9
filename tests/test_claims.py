"""From readings to verdicts: on evidence made by hand, and on the shipped study."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from real import PROJECT, claims, official, tables, worst

from tradecheck.claims import ClaimsFile, Reading, read_claims
from tradecheck.errors import TradecheckError
from tradecheck.evidence import Knowledge
from tradecheck.measures import LISTED, Scope
from tradecheck.bounds.programme import Cell, Constraint, Evidence, Grade, Row
from tradecheck.verdicts import (
    Verdict,
    counter_check,
    explain_outcome,
    judge,
    judge_all,
    machine_copy,
)

MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06", "2024-07"]
JANUARY, FEBRUARY, MARCH, APRIL, MAY, JUNE, JULY = MONTHS


def knowledge(*given, grade=Grade.OBSERVED, scale=1.0, months=MONTHS):
    """`given`: (months, lo, hi) of the listed goods of India."""
    constraints = [
        Constraint(
            f"{n}", f"what {n} says",
            (Row({Cell("India", "listed", m): 1.0 for m in held}, lo * scale, hi * scale),), grade,
        )
        for n, (held, lo, hi) in enumerate(given)
    ]
    cells = [Cell("India", "listed", month) for month in months]
    return Knowledge(Scope("India", {LISTED: ("listed",)}), Evidence(cells, constraints))


def observed(*values, scale=1.0):
    return knowledge(*(([m], v, v) for m, v in zip(MONTHS, values, strict=False)), scale=scale)


def reading(of, predicate, unit="US$ million", **kind):
    measure = {"name": "a measure", "unit": unit, **(kind or {"value": of})}
    return Reading.model_validate(
        {"id": "C9a", "words": "a reading", "measure": measure, "predicate": predicate}
    )


SPRING = [APRIL, MAY]
EACH = reading({"of": "each", "months": SPRING}, {"above": 60})
TOGETHER = reading({"months": SPRING}, {"above": 60})
MEAN = reading({"of": "mean", "months": SPRING}, {"above": 60})
BASE = [JANUARY, FEBRUARY, MARCH]


def doubling(of, to):
    ratio = {"of": {"of": of, "months": SPRING}, "to": {"of": to, "months": BASE}}
    return reading(None, {"between": (1.7, 2.3)}, unit="ratio", ratio=ratio)


@pytest.mark.parametrize(
    ("tried", "values", "verdict"),
    [
        (EACH, (0, 0, 0, 61, 62), "holds"),
        (EACH, (0, 0, 0, 60, 62), "fails"),  # strictly more
        (TOGETHER, (0, 0, 0, 60, 1), "holds"),
        (TOGETHER, (0, 0, 0, 30, 30), "fails"),
        (MEAN, (0, 0, 0, 100, 21), "holds"),
        (doubling("mean", "mean"), (30, 30, 30, 60, 60), "holds"),
        (doubling("mean", "mean"), (30, 30, 30, 70, 70), "fails"),  # 2.33
        (doubling("mean", "each"), (30, 30, 30, 60, 60), "holds"),
        (doubling("mean", "each"), (20, 30, 40, 60, 60), "fails"),  # 3.0 over January
        (doubling("mean", "mean"), (20, 30, 40, 60, 60), "holds"),
        (doubling("mean", "largest"), (20, 25, 30, 60, 60), "holds"),
        (doubling("mean", "largest"), (20, 25, 40, 60, 60), "fails"),
        (doubling("each", "mean"), (30, 30, 30, 60, 80), "fails"),  # May alone is 2.7
        (doubling("total", "mean"), (30, 30, 30, 30, 30), "holds"),
    ],
)
def test_observed_months_decide(tried, values, verdict):
    outcome = judge(tried, observed(*values))
    assert outcome.verdict == verdict
    assert outcome.grade is Grade.OBSERVED


def test_a_point_when_months_are_observed():
    outcome = judge(MEAN, observed(0, 0, 0, 70, 80))
    assert (outcome.lo, outcome.hi) == pytest.approx((75, 75))


@pytest.mark.parametrize(
    ("total", "verdict"), [((130, 140), "undecided"), ((121, 150), "undecided"), ((0, 60), "fails")]
)
def test_a_bounded_total_leaves_each_month_open(total, verdict):
    assert judge(EACH, knowledge((SPRING, *total), grade=Grade.BOUNDED)).verdict == verdict


def test_each_fails_when_both_cannot_exceed_together_though_each_alone_might():
    outcome = judge(EACH, knowledge((SPRING, 100, 110), grade=Grade.BOUNDED))
    assert outcome.verdict is Verdict.FAILS
    assert (outcome.lo, outcome.hi) == (0, 110)


def test_the_peak_is_an_excess_over_every_other_month():
    peak = reading(
        None, {"above": 0},
        excess=[{"of": {"months": [JULY]}, "over": {"of": "each", "months": MONTHS[:6]}}],
    )
    assert judge(peak, observed(1, 2, 3, 4, 5, 6, 7)).verdict is Verdict.HOLDS
    assert judge(peak, observed(1, 2, 3, 4, 5, 7, 7)).verdict is Verdict.FAILS
    without_june = knowledge(*(([m], 5, 5) for m in MONTHS if m != JUNE))
    assert judge(peak, without_june).verdict is Verdict.FAILS  # July equals the rest
    seven = knowledge(*(([m], 5, 5) for m in MONTHS[:5]), ([JULY], 7, 7), ([JUNE], 0, 9))
    assert judge(peak, seven).verdict is Verdict.UNDECIDED


def test_contradicting_evidence_is_named_not_judged():
    outcome = judge(EACH, knowledge(([APRIL], 50, 60), ([APRIL], 70, 80)))
    assert outcome.verdict is Verdict.NOT_TESTABLE
    assert "what 0 says and what 1 says" in explain_outcome(EACH, outcome)


months_values = st.lists(st.integers(0, 200), min_size=7, max_size=7)
READINGS = [EACH, TOGETHER, MEAN, doubling("mean", "mean"), doubling("each", "largest")]


@given(months_values, st.sampled_from(READINGS), st.sampled_from([0.01, 0.5, 83.0]))
@settings(max_examples=40)
def test_scaling_the_currency_changes_no_verdict(values, tried, rate):
    """Figures, thresholds and evidence in another currency: the same verdict."""
    values = [value + 1 for value in values]
    scaled = tried
    if tried.predicate.above:
        scaled = tried.model_copy(
            update={"predicate": tried.predicate.model_copy(update={"above": 60 * rate})}
        )
    assert judge(scaled, observed(*values, scale=rate)).verdict == judge(tried, observed(*values)).verdict


@given(months_values, st.lists(st.integers(0, 40), min_size=7, max_size=7), st.sampled_from(READINGS))
@settings(max_examples=40)
def test_a_verdict_on_ranges_agrees_with_every_path_inside(values, widths, tried):
    """If it holds (fails) for the ranges, it holds (fails) for the path in their middle."""
    values = [value + 1 for value in values]
    bounded = knowledge(
        *(([m], v, v + w) for m, v, w in zip(MONTHS, values, widths, strict=True)),
        grade=Grade.BOUNDED,
    )
    middle = observed(*(v + w / 2 for v, w in zip(values, widths, strict=True)))
    verdict = judge(tried, bounded).verdict
    if verdict is not Verdict.UNDECIDED:
        assert judge(tried, middle).verdict is verdict


@pytest.mark.parametrize(
    ("values", "because"),
    [
        ((0, 0, 0, 70, 80), "true on every allowed path"),
        ((0, 0, 0, 10, 20), "US$\xa060.0\xa0million needed; even the largest, US$\xa020.0\xa0million"),
    ],
)
def test_because_is_made_from_the_numbers(values, because):
    assert because in explain_outcome(EACH, judge(EACH, observed(*values)))


class TestTheShippedStudy:
    def test_the_evidence_decides_the_goods_and_nothing_about_months(self):
        bodies = {"monthly": official(), "composition": worst()}
        verdicts = {
            f.reading.id: f.official.verdict for f in judge_all(claims(), bodies, tables().figures)
        }
        assert {r for r, v in verdicts.items() if v == "fails"} == {"C6a", "C6b", "C6c"}
        assert {r for r, v in verdicts.items() if v == "holds"} == set()
        not_testable = {r for r, v in verdicts.items() if v == "not_testable"}
        assert not_testable == {"C5c", "C6e", "C7a", "C7b"}
        assert len([r for r in verdicts if r.startswith("C2-")]) == 20

    def test_the_fifth_fails_if_2023_still_held(self):
        """95 ÷ (12,500 ÷ 12) = 9.1 %."""
        fifth = claims().reading("C5a")
        believed = claims().constraints(fifth.believing, official(), tables().figures)
        outcome = judge(fifth, official().believing(believed))
        assert outcome.verdict is Verdict.FAILS and outcome.grade is Grade.REPORTED
        assert outcome.lo == pytest.approx(94.5 / (12500 / 12), abs=1e-5)
        assert outcome.hi == pytest.approx(95.5 / (12500 / 12), abs=1e-5)
        assert f"{95 / 1042:.1%}" == "9.1%"

    def test_second_place_fails_with_hong_kong_apart_if_2023_still_held(self):
        """95.5 − 0.193 × 12,500 ÷ 12 = −105.5; with Hong Kong inside China it stays open."""
        outcomes = {}
        for name in ("C4a", "C4b"):
            rank = claims().reading(name)
            believed = claims().constraints(rank.believing, official(), tables().figures)
            outcomes[name] = judge(rank, official().believing(believed))
        assert outcomes["C4a"].verdict is Verdict.FAILS
        assert outcomes["C4a"].hi == pytest.approx(95.5 - 0.193 * 12500 / 12, abs=1e-3)
        assert outcomes["C4b"].verdict is Verdict.UNDECIDED

    def test_each_implies_mean_implies_together(self):
        body = official().believing(claims().constraints(["C1a"], official(), {}))
        for weaker in ("C1c", "C1b"):
            assert judge(claims().reading(weaker), body).verdict is Verdict.HOLDS

    def test_every_claim_has_a_computed_counter_check(self):
        bodies = {"monthly": official(), "composition": worst()}
        sentences = [counter_check(c, claims(), bodies, tables().figures) for c in claims().claims]
        assert len(sentences) == 7 and all(any(map(str.isdigit, s)) for s in sentences)
        assert "623.8" in sentences[0]

    def test_the_machine_copy_keeps_the_contract(self):
        bodies = {"monthly": official(), "composition": worst()}
        copy = machine_copy(judge_all(claims(), bodies, tables().figures))
        assert [claim["id"] for claim in copy] == [f"C{n}" for n in range(1, 8)]
        for claim in copy:
            assert claim["quote"]
            for entry in claim["readings"]:
                assert {"id", "verdict", "grade", "measure", "predicate", "because"} <= set(entry)
                if entry["verdict"] != "not_testable":
                    assert set(entry["measure"]) == {"name", "unit", "lo", "hi"}
                    assert not any(
                        isinstance(v, float) and math.isinf(v) for v in entry["measure"].values()
                    )


VALID = {
    "story": {},
    "reported": [],
    "scenarios": [],
    "claims": [
        {
            "id": "C1", "title": "t", "quote": "q", "where": "w", "address": "a", "decided_by": "d",
            "counter_check": {
                "words": "w",
                "measure": {"name": "n", "unit": "US$ million", "value": {"months": [APRIL]}},
            },
            "readings": [{"id": "C1a", "words": "w", "not_testable": "no data"}],
        }
    ],
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"readings": [{"id": "C1a", "words": "w"}]}, "needs a measure with a predicate, or a reason"),
        ({"quotation": "x"}, "Extra inputs"),
        ({"readings": [{"id": "C1a", "words": "w", "predicate": {"above": 1}, "measure": {
            "name": "n", "unit": "rupees", "value": {"months": [APRIL]}}}]}, "US\\$ million"),
        ({"readings": [{"id": "C1a", "words": "w", "predicate": {"above": 1}, "measure": {
            "name": "n", "unit": "ratio", "value": {"months": ["April"]}}}]}, "pattern"),
        ({"readings": [{"id": "C1a", "words": "w", "predicate": {"above": 1, "between": [1, 2]},
            "measure": {"name": "n", "unit": "ratio", "value": {"months": [APRIL]}}}]}, "either"),
    ],
)
def test_a_claims_file_with_a_mistake_is_refused(change, complaint):
    claim = VALID["claims"][0] | change
    with pytest.raises(ValidationError, match=complaint):
        ClaimsFile.model_validate(VALID | {"claims": [claim]})


def test_an_unknown_name_among_the_believed_is_a_sentence():
    with pytest.raises(TradecheckError, match="'C1z'.*neither a reading nor a reported figure"):
        claims().constraints(["C1z"], official(), {})


def test_an_unknown_figure_is_a_sentence():
    with pytest.raises(TradecheckError, match="'servers_reported_value'"):
        claims().constraints(["servers-april-august"], official(), {})


def test_a_reading_with_alternatives_cannot_be_believed():
    with pytest.raises(TradecheckError, match="C2-N1-B3 cannot be believed"):
        claims().constraints(["C2-N1-B3"], official(), {})


def test_the_file_matches_its_card():
    assert len(read_claims(PROJECT, "claims-india-russia-2024").claims) == 7

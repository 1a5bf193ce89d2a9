"""The standard questions, answered for every series: months, total, peak, first doubling, by hand."""

import math

import pytest

from made_studies import claim, evidence, monthly, reading, row
from tradecheck.bounds.knowledge import Taken
from tradecheck.verdicts import findings
from tradecheck.verdicts.claims import (
    headline,
    judge_claims,
    machine_copy,
    measures_copy,
    predicate_copy,
)
from tradecheck.verdicts.judge import Judge

STUDY = {"months": "2022-01..2022-04", "base": "2022-01..2022-02"}


def found(*values, **study):
    """What is found of four months, January and February being the base."""
    made = evidence(monthly("2022-01", values), **STUDY | study)
    (one,) = findings.findings(made)
    return one


class TestFindings:
    def test_a_doubling_and_a_peak(self):
        one = found(10, 20, 30, 40)
        assert (one.series, one.total) == ("Türkiye to Russia", (100, 100))
        assert one.base == findings.Base("2022-01", "2022-02", 15, 15)
        assert one.first_double == "2022-03"  # exactly twice 15
        assert one.peak == findings.Peak("2022-04", 40, 40, "2022-03", 30, 30)
        assert one.peak.margin == 10

    @pytest.mark.parametrize(
        ("values", "month"),
        [
            ((10, 20, 29.9, 30), "2022-04"), ((10, 20, 29.9, 29.9), None), ((10, 90, 20, 20), None),
            ((0, 0, 5, 5), None), (((10, 12), (20, 20), (31, 33), (40, 40)), "2022-04"),
            (((10, 12), (20, 20), (32, 33), (40, 40)), "2022-03"),
        ],
    )  # fmt: skip
    def test_the_first_month_that_surely_is_twice_the_base(self, values, month):
        assert found(*values).first_double == month

    def test_a_month_of_the_base_itself_never_doubles_it(self):
        assert found(0, 90, 10, 10).first_double is None

    def test_a_base_that_follows_the_months_shown_has_no_month_after_it(self):
        assert found(50, 40, 1, 2, base="2022-03..2022-04").first_double is None

    @pytest.mark.parametrize(
        ("values", "peak"),
        [
            ((1, 2, 9, 9), None), (((1, 1), (2, 2), (8, 9), (9, 10)), None),
            (((1, 1), (2, 2), (8, 9), (9.5, 10)), ("2022-04", 9.5, 10, "2022-03", 8, 9)),
            ((9, 1, 2, 8), ("2022-01", 9, 9, "2022-04", 8, 8)),
            (((1, 3), (2, 2), (1, 4), (9, 9)), ("2022-04", 9, 9, "2022-03", 1, 4)),
        ],
    )  # fmt: skip
    def test_the_peak_stands_only_where_no_other_month_can_reach_it(self, values, peak):
        one = found(*values).peak
        assert one == (peak and findings.Peak(*peak))

    def test_one_month_has_no_peak(self):
        made = evidence(monthly("2022-01", [5]), months="2022-01..2022-01", base="2022-01..2022-01")
        (one,) = findings.findings(made)
        assert (one.peak, one.first_double, one.total) == (None, None, (5, 5))

    def test_an_unknown_month_leaves_all_open(self):
        rows = [
            one for one in monthly("2022-01", [10, 20, 30, 40]) if "03" not in one["period_start"]
        ]
        (one,) = findings.findings(evidence(rows, **STUDY))
        assert one.total == (70, math.inf) and one.peak is None
        assert one.first_double == "2022-04"

    def test_a_base_without_a_limit_is_never_surely_doubled(self):
        (one,) = findings.findings(evidence(monthly("2022-02", [20, 90, 90]), **STUDY))
        assert one.base.hi == math.inf and one.first_double is None

    def test_a_total_ties_months_together(self):
        """March and April make 31, of which 25 at least is April's: twice 12, and the peak."""
        rows = [*monthly("2022-01", [12, 12]), row("2022-03..2022-04", 31.0)]
        rows += monthly("2022-04", [(25.0, 30.0)])
        both = [{"months": "table"}, {"totals": "table"}]
        (one,) = findings.findings(evidence(rows, evidence=both, **STUDY))
        assert one.total == pytest.approx((55, 55)) and one.first_double == "2022-04"
        assert (one.peak.month, one.peak.lo, one.peak.hi) == ("2022-04", 25, 30)

    def test_every_series_is_asked(self):
        rows = monthly("2022-01", [1, 1, 2, 3]) + monthly("2022-01", [5, 5, 5, 6], partner="KAZ")
        made = evidence(rows, series={"Kazakhstan": {"partner": "Kazakhstan"}}, **STUDY)
        totals = {one.series: one.total[0] for one in findings.findings(made)}
        assert totals["Kazakhstan"] == 21 and 7 in totals.values()


class TestMonths:
    def rows(self, made, **taken):
        table = findings.months_table(made, Taken(**taken))
        return {row.month: (row.lo, row.hi, row.grade, row.status) for row in table.itertuples()}

    def test_each_month_says_how_it_is_known(self):
        rows = [*monthly("2022-01", [10, (19, 21)]), *monthly("2022-03", [4], status="provisional")]
        held = self.rows(evidence(rows, **STUDY))
        assert held == {
            "2022-01": (10, 10, "observed", "final"), "2022-02": (19, 21, "observed", "final"),
            "2022-03": (4, 4, "observed", "provisional"), "2022-04": (0, math.inf, "none", "missing"),
        }  # fmt: skip

    def test_a_month_within_a_total_is_bounded_and_still_missing(self):
        rows = [*monthly("2022-01", [10, 20, 30]), row("2022-03..2022-04", (35.0, 36.0))]
        both = [{"months": "table"}, {"totals": "table"}]
        held = self.rows(evidence(rows, evidence=both, **STUDY))
        assert held["2022-04"] == (5, 6, "bounded", "missing")

    def test_what_a_provisional_month_may_become(self):
        provisional = {"months": 1, "revision": [-0.1, 0.2], "because": "seen"}
        rows = monthly("2022-01", [10, 20, 30, 40])
        made = evidence(rows, evidence=[{"months": "table", "provisional": provisional}], **STUDY)
        table = findings.months_table(made).set_index("month")
        ends = table.loc["2022-04", ["lo", "hi", "revision_lo", "revision_hi"]].tolist()
        assert ends == pytest.approx([40, 40, 36, 48])
        assert table.loc["2022-03", ["revision_lo", "revision_hi"]].isna().all()

    def test_a_provisional_month_of_which_no_revision_was_seen_has_no_range(self):
        rows = monthly("2022-01", [10, 20, 30, 40], status="provisional")
        table = findings.months_table(evidence(rows, **STUDY))
        assert set(table["status"]) == {"provisional"} and table["revision_hi"].isna().all()


class TestCopies:
    def test_a_finding_as_json(self):
        assert findings.copy(found(10, 20, 30, 40)) == {
            "series": "Türkiye to Russia",
            "total": {"lo": 100, "hi": 100},
            "peak": {"month": "2022-04", "lo": 40, "hi": 40, "next": "2022-03", "margin": 10},
            "first_double": {
                "base": {"first": "2022-01", "last": "2022-02", "mean_lo": 15, "mean_hi": 15},
                "month": "2022-03",
            },
        }

    def test_what_does_not_follow_is_null(self):
        held = findings.copy(found(10, 20, (5, math.inf)))
        assert held["total"] == {"lo": 35, "hi": None}
        assert held["peak"] is None and held["first_double"] is None

    @pytest.mark.parametrize(
        ("value", "kept"),
        [(1.23456749, 1.234567), (-0.0, 0.0), (math.inf, None), (math.nan, None), (None, None)],
    )
    def test_a_bound_as_json(self, value, kept):
        assert findings.finite(value) == kept
        assert str(findings.finite(value)) == str(kept)

    def test_months_as_json(self):
        table = findings.months_table(evidence(monthly("2022-01", [10, 20, 30]), **STUDY))
        first, *_, last = findings.months_copy(table)
        assert first == {
            "series": "Türkiye to Russia", "month": "2022-01", "lo": 10, "hi": 10,
            "grade": "observed", "status": "final",
        }  # fmt: skip
        assert (last["lo"], last["hi"], last["status"]) == (0, None, "missing")


class TestClaims:
    JANUARY = {"value": {"months": "2022-01"}}
    PEAK = {"peak": {"months": "2022-01..2022-04"}}

    @pytest.fixture(scope="class")
    def judged(self):
        claims = {
            "claims": [
                claim(
                    "C1",
                    {**reading("C1a", {"above": 5}, **self.JANUARY), "main": True},
                    {**reading("C1b", {"above": 15}, **self.JANUARY), "also": True},
                    {**reading("C1c", {"above": 6}, **self.JANUARY), "also": True},
                    reading("C1d", {"below": 3}, **self.JANUARY),
                    quote="more than five",
                ),
                claim("C2", {**reading("C2a", {"is": "2022-04"}, **self.PEAK), "main": True}),
                claim(
                    "C3", {"id": "C3a", "words": "w", "not_testable": "nobody says", "main": True}
                ),
            ]
        }
        judge = Judge(evidence(monthly("2022-01", [10, 20, 30, 40]), claims, **STUDY))
        return judge, judge_claims(judge)

    def test_a_claim_is_judged_by_its_main_reading(self, judged):
        first, second, third = judged[1]
        assert [one.verdict for one in judged[1]] == ["holds", "holds", "not_testable"]
        assert [one.reading.id for one in first.also] == ["C1b"]
        assert second.also == third.also == ()
        assert headline(judged[1]) == {"holds": 2, "fails": 0, "undecided": 0, "not_testable": 1}

    def test_the_machine_s_copy(self, judged):
        judge, claims = judged
        first, second, third = machine_copy(claims, judge, {"C1a": "ten is more"})
        assert (first["id"], first["quote"], first["verdict"]) == ("C1", "more than five", "holds")
        assert first["also"] == [{"reading": "C1b", "verdict": "fails"}]
        told = first["readings"][0]
        assert (told["because"], told["predicate"]) == ("ten is more", {"above": 5})
        assert told["measure"] == {"name": "a reading", "unit": "USD", "lo": 10, "hi": 10}
        assert (told["verdict"], told["grade"], told["believing"]) == ("holds", "observed", None)
        month = second["readings"][0]
        assert month["measure"] | {"name": ""} == {
            "name": "", "unit": "month", "lo": "2022-04", "hi": "2022-04",
        }  # fmt: skip
        assert month["predicate"] == {"is": "2022-04"}
        nothing = third["readings"][0]
        assert (nothing["measure"], nothing["predicate"]) == (None, None)
        assert nothing["because"] == "nobody says"

    def test_the_measures_of_main_readings_that_can_be_tested(self, judged):
        first, second = measures_copy(judged[1], judged[0])
        assert (first["claim"], first["lo"], first["grade"]) == ("C1", 10, "observed")
        assert (second["claim"], second["unit"]) == ("C2", "month")

    def test_a_month_that_may_never_have_come(self):
        asked = {"of": {"months": "2022-03..2022-04"}, "times": 2, "base": {"months": "2022-01"}}
        claims = {"claims": [claim("C1", reading("C1a", {"is": "2022-03"}, first_month=asked))]}
        judge = Judge(evidence(monthly("2022-01", [10, 10, 10, (10, 30)]), claims, **STUDY))
        (one,) = machine_copy(judge_claims(judge), judge, {})
        assert one["readings"][0]["measure"]["lo"] == "2022-04"
        judge = Judge(evidence(monthly("2022-01", [10, 10, 10, 10]), claims, **STUDY))
        (one,) = machine_copy(judge_claims(judge), judge, {})
        assert one["readings"][0]["measure"]["lo"] is one["readings"][0]["measure"]["hi"] is None

    @pytest.mark.parametrize(
        ("scale", "words"),
        [(1, "USD"), (1000, "USD thousand"), (1_000_000, "USD million"), (10**9, "USD billion")],
    )
    def test_money_is_named_with_its_scale(self, scale, words):
        claims = {"claims": [claim("C1", reading("C1a", {"above": 0}, **self.JANUARY))]}
        unit = {"currency": "USD", "scale": scale}
        judge = Judge(evidence(monthly("2022-01", [10]), claims, unit=unit, **STUDY))
        (one,) = machine_copy(judge_claims(judge), judge, {})
        assert one["readings"][0]["measure"]["unit"] == words

    def test_a_reading_that_cannot_be_tested_has_no_predicate(self, judged):
        assert predicate_copy(judged[0].evidence.claims.reading("C3a")) is None

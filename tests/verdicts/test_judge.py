"""From readings to verdicts, by hand: observed months, bounded ones, and both."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_studies import claim, evidence, monthly, reading, row
from tradecheck.bounds.knowledge import Taken
from tradecheck.bounds.programme import Programme
from tradecheck.study.claims import claims_of
from tradecheck.verdicts.judge import Judge, Verdict

MONTHS = "2022-01..2022-07"
SPRING, BASE = "2022-04..2022-05", "2022-01..2022-03"
EACH = {"value": {"take": "each", "months": SPRING}}
TOGETHER = {"value": {"months": SPRING}}
MEAN = {"value": {"take": "mean", "months": SPRING}}
JULY = {"months": "2022-07"}


def doubling(of, to):
    return {"ratio": {"of": {"take": of, "months": SPRING}, "to": {"take": to, "months": BASE}}}


def judged(rows, predicate, measure, **study):
    """What follows for one reading."""
    claims = {"claims": [claim("C1", reading("C1a", predicate, **measure))]}
    made = evidence(rows, claims, **study)
    return Judge(made).judge(made.claims.reading("C1a"))


def observed(*values):
    return monthly("2022-01", map(float, values))


def ranges(*pairs):
    return monthly("2022-01", [(float(lo), float(hi)) for lo, hi in pairs])


ABOVE, DOUBLE = {"above": 60}, {"between": [1.7, 2.3]}


class TestObservedMonths:
    @pytest.mark.parametrize(
        ("measure", "predicate", "values", "verdict"),
        [
            (EACH, ABOVE, (0, 0, 0, 61, 62), "holds"),
            (EACH, ABOVE, (0, 0, 0, 60, 62), "fails"),  # strictly more
            (TOGETHER, ABOVE, (0, 0, 0, 60, 1), "holds"),
            (TOGETHER, ABOVE, (0, 0, 0, 30, 30), "fails"),
            (MEAN, ABOVE, (0, 0, 0, 100, 21), "holds"),
            (doubling("mean", "mean"), DOUBLE, (30, 30, 30, 60, 60), "holds"),
            (doubling("mean", "mean"), DOUBLE, (30, 30, 30, 70, 70), "fails"),  # 2.33
            (doubling("mean", "each"), DOUBLE, (30, 30, 30, 60, 60), "holds"),
            (doubling("mean", "each"), DOUBLE, (20, 30, 40, 60, 60), "fails"),  # 3.0 over January
            (doubling("mean", "mean"), DOUBLE, (20, 30, 40, 60, 60), "holds"),
            (doubling("mean", "largest"), DOUBLE, (20, 25, 30, 60, 60), "holds"),
            (doubling("mean", "largest"), DOUBLE, (20, 25, 40, 60, 60), "fails"),
            (doubling("mean", "smallest"), DOUBLE, (30, 25, 40, 60, 50), "holds"),
            (doubling("each", "mean"), DOUBLE, (30, 30, 30, 60, 80), "fails"),  # May alone is 2.7
            (doubling("total", "mean"), DOUBLE, (30, 30, 30, 30, 30), "holds"),
        ],
    )
    def test_sums_and_ratios(self, measure, predicate, values, verdict):
        found = judged(observed(*values), predicate, measure)
        assert found.verdict == verdict and found.grade == "observed"

    @pytest.mark.parametrize(
        ("values", "predicate", "verdict"),
        [
            ((0.1, 0.1, 0.1, 0.3), {"at_least": 3}, "holds"),
            ((0.1, 0.1, 0.1, 0.3), {"at_most": 3}, "holds"),
            ((0.1, 0.1, 0.1, 0.3), {"above": 3}, "fails"),
            ((0.1, 0.1, 0.1, 0.3), {"is": 3}, "holds"),
            ((0.7, 0.7, 0.7, 2.1), {"between": [3, 3.5]}, "holds"),
            ((1.0, 1.0, 1.0, 3.0000001), {"above": 3}, "holds"),
        ],
    )
    def test_an_edge_is_an_edge_in_binary_too(self, values, predicate, verdict):
        of = {"ratio": {"of": {"months": "2022-04"}, "to": {"take": "mean", "months": BASE}}}
        assert judged(observed(*values), predicate, of).verdict == verdict

    @pytest.mark.parametrize(
        ("values", "verdict", "months"),
        [
            ((1, 2, 3, 4, 5, 6, 7), "holds", ("2022-07",)),
            ((1, 9, 3, 4, 5, 6, 7), "fails", ("2022-02",)),
            ((1, 2, 3, 4, 5, 7, 7), "undecided", ("2022-06", "2022-07")),  # two peaks
        ],
    )
    def test_the_month_of_the_peak(self, values, verdict, months):
        found = judged(observed(*values), {"is": "2022-07"}, {"peak": {"months": MONTHS}})
        assert (found.verdict, found.months) == (verdict, months)

    @pytest.mark.parametrize(
        ("values", "stays", "months"),
        [
            ((10, 10, 10, 19, 20, 25, 12), 1, ("2022-05",)),  # exactly twice is at it
            ((10, 10, 10, 19, 20, 25, 12), 2, ("2022-05",)),
            ((10, 10, 10, 21, 12, 25, 22), 2, ("2022-06",)),
            ((10, 10, 10, 11, 12, 13, 14), 1, ("none",)),
            ((0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1), 1, ("2022-05",)),
        ],
    )
    def test_the_first_month_at_twice_a_base(self, values, stays, months):
        asked = {
            "of": {"months": "2022-04..2022-07"}, "times": 2, "stays": stays,
            "base": {"take": "mean", "months": BASE},
        }  # fmt: skip
        found = judged(observed(*values), {"is": "2022-05"}, {"first_month": asked})
        assert found.months == months
        assert found.verdict == ("holds" if months == ("2022-05",) else "fails")

    def test_a_month_without_a_figure_may_have_been_the_first_or_the_peak(self):
        rows = [
            one for one in observed(10, 10, 10, 19, 5, 25, 24) if one["period_start"] != "2022-05"
        ]
        asked = {
            "of": {"months": "2022-04..2022-07"}, "times": 2,
            "base": {"take": "mean", "months": BASE},
        }  # fmt: skip
        first = judged(rows, {"is": "2022-06"}, {"first_month": asked})
        assert (first.verdict, first.months) == ("undecided", ("2022-05", "2022-06"))
        peak = judged(rows, {"is": "2022-06"}, {"peak": {"months": MONTHS}})
        assert (peak.verdict, peak.months) == ("undecided", ("2022-05", "2022-06"))

    def test_no_solver_is_started(self, monkeypatch):
        def refuse(*_):
            raise AssertionError("a programme was made")

        monkeypatch.setattr(Programme, "__init__", refuse)
        rounded = [(value - 0.5, value + 0.5) for value in (30, 31, 32, 60, 64, 90, 70)]
        first = {
            "of": {"months": "2022-04..2022-07"}, "times": 2,
            "base": {"take": "mean", "months": BASE},
        }  # fmt: skip
        for rows in (observed(30, 31, 32, 60, 64, 90, 70), ranges(*rounded)):
            for measure in (EACH, TOGETHER, doubling("mean", "mean"), doubling("each", "mean")):
                assert judged(rows, {"at_least": 1.5}, measure).verdict == "holds"
            peak = judged(rows, {"is": "2022-06"}, {"peak": {"months": MONTHS}})
            assert peak.verdict == "holds"
            share = {"share": {"of": {"months": SPRING}, "in": {"months": MONTHS}}}
            assert judged(rows, {"between": [32, 34]}, share).verdict == "holds"
            assert judged(observed(*range(9)), {"is": "2022-04"}, {"first_month": first})


class TestSeveral:
    ROWS = [
        *monthly("2022-01", [9.0], partner="RUS"), *monthly("2022-01", [5.0], partner="ARM"),
        *monthly("2022-01", [(4.0, 7.0)], partner="GEO"), *monthly("2022-01", [1.0], partner="KAZ"),
    ]  # fmt: skip

    @pytest.mark.parametrize(
        ("one", "lo", "hi"),
        [("Russia", 1, 1), ("Armenia", 2, 3), ("Georgia", 2, 3), ("Kazakhstan", 4, 4)],
    )
    def test_a_rank_among_partners(self, one, lo, hi):
        rank = {
            "of": one, "among": ["Russia", "Armenia", "Georgia", "Kazakhstan"], "by": "partner",
            "quantity": {"months": "2022-01"},
        }  # fmt: skip
        found = judged(self.ROWS, {"is": 2}, {"rank": rank})
        assert (found.lo, found.hi) == (lo, hi)
        assert found.verdict == ("undecided" if lo <= 2 <= hi else "fails")

    @pytest.mark.parametrize(("least", "verdict"), [(2, "holds"), (3, "undecided"), (4, "fails")])
    def test_a_count_of_partners(self, least, verdict):
        """Above 4.5: Russia and Armenia surely, Georgia perhaps."""
        count = {
            "of": ["Russia", "Armenia", "Georgia", "Kazakhstan"], "by": "partner",
            "measure": {"value": {"months": "2022-01"}}, "predicate": {"above": 4.5},
        }  # fmt: skip
        found = judged(self.ROWS, {"at_least": least}, {"count": count})
        assert (found.verdict, found.lo, found.hi) == (verdict, 2, 3)

    def test_counts_that_ask_their_members_differently_are_told_apart(self):
        counts = [
            {
                "of": ["Russia", "Armenia"], "by": "partner", "predicate": {"above": limit},
                "measure": {"value": {"months": "2022-01"}},
            }
            for limit in (4, 8)
        ]  # fmt: skip
        readings = [reading(f"C1{n}", {"is": 2}, count=one) for n, one in zip("ab", counts)]
        made = evidence(self.ROWS, {"claims": [claim("C1", *readings)]})
        verdicts = [Judge(made).judge(one).verdict for one in made.claims.readings.values()]
        assert verdicts == ["holds", "fails"]
        judge = Judge(made)
        assert [judge.judge(one).verdict for one in made.claims.readings.values()] == verdicts


class TestBoundedMonths:
    YEAR = "2022-01..2022-12"

    @pytest.mark.parametrize(
        ("total", "verdict"),
        [((130, 140), "undecided"), ((121, 150), "undecided"), ((0, 60), "fails")],
    )
    def test_a_total_leaves_each_month_open(self, total, verdict):
        found = judged([row("2022-04..2022-05", total)], ABOVE, EACH)
        assert found.verdict == verdict and found.grade == "bounded"

    def test_each_fails_when_both_cannot_exceed_together_though_each_alone_might(self):
        found = judged([row("2022-04..2022-05", (100, 110))], ABOVE, EACH)
        assert found.verdict is Verdict.FAILS
        assert (found.lo, found.hi) == (0, 110)

    def test_a_mean_of_months_that_a_total_holds_is_known(self):
        found = judged([row("2022-04..2022-05", 130.0)], ABOVE, MEAN)
        assert found.verdict is Verdict.HOLDS and (found.lo, found.hi) == pytest.approx((65, 65))

    def test_the_peak_among_some_known_months_and_a_total_of_the_rest(self):
        """June and July share 13: July is the peak, June may be it, the rest is 5 each."""
        rows = [*observed(5, 5, 5, 5, 5), row("2022-06..2022-07", 13.0)]
        both = [{"months": "table"}, {"totals": "table"}]
        found = judged(rows, {"is": "2022-07"}, {"peak": {"months": MONTHS}}, evidence=both)
        assert (found.verdict, found.months) == ("undecided", ("2022-06", "2022-07"))

    def test_evidence_that_contradicts_itself_is_named_not_judged(self):
        rows = [row("2022-04..2022-05", 100.0), row("2022-04..2022-05", 200.0, source="other")]
        both = [{"totals": "table"}, {"totals": "other"}]
        found = judged(rows, ABOVE, EACH, evidence=both)
        assert found.verdict is Verdict.NOT_TESTABLE
        assert len(found.clash) == 2 and "cannot all be true" in found.reason

    def test_believing_a_reading_grades_what_follows_as_reported(self):
        claims = {
            "claims": [
                claim("C1", reading("C1a", {"above": 60}, **TOGETHER)),
                claim("C2", {**reading("C2a", {"at_most": 40}, value=JULY), "believing": ["C1a"]}),
            ]
        }
        made = evidence([row("2022-04..2022-07", 100.0)], claims)
        judge, asked = Judge(made), made.claims.reading("C2a")
        assert judge.judge(asked).verdict is Verdict.UNDECIDED
        believed = judge.judge(asked, Taken(believing=("C1a",)))
        assert (believed.verdict, believed.grade) == ("holds", "reported")
        assert believed.hi == pytest.approx(40, abs=1e-5)


class TestNotTestable:
    def test_a_reason_is_given_as_written(self):
        claims = claims_of(
            {"claims": [{"id": "C1", "title": "t", "readings": [
                {"id": "C1a", "words": "w", "not_testable": "No figure\n says so."}]}]}, "",
        )  # fmt: skip
        found = Judge(evidence(observed(1))).judge(claims.reading("C1a"))
        assert (found.verdict, found.reason) == ("not_testable", "No figure says so.")

    def test_a_base_of_zero_has_no_ratio(self):
        found = judged(observed(0, 0, 0, 4, 4), DOUBLE, doubling("mean", "mean"))
        assert found.verdict is Verdict.NOT_TESTABLE and "zero" in found.reason


months_values = st.lists(st.integers(1, 200), min_size=7, max_size=7)
MEASURES = [
    (EACH, 60), (TOGETHER, 60), (MEAN, 60), (doubling("mean", "mean"), None),
    (doubling("each", "largest"), None),
]  # fmt: skip


@given(months_values, st.sampled_from(MEASURES), st.sampled_from([0.01, 0.5, 83.0]))
@settings(max_examples=25)
def test_scaling_the_currency_changes_no_verdict(values, tried, rate):
    measure, threshold = tried
    predicates = [DOUBLE, DOUBLE] if threshold is None else [ABOVE, {"above": threshold * rate}]
    plain = judged(observed(*values), predicates[0], measure)
    scaled = judged(observed(*(value * rate for value in values)), predicates[1], measure)
    assert plain.verdict == scaled.verdict


@given(
    months_values, st.lists(st.integers(0, 40), min_size=7, max_size=7), st.sampled_from(MEASURES)
)
@settings(max_examples=25)
def test_a_verdict_on_ranges_agrees_with_every_path_inside(values, widths, tried):
    """If it holds (fails) for the ranges, it holds (fails) for the path in their middle."""
    measure, threshold = tried
    predicate = DOUBLE if threshold is None else ABOVE
    pairs = [(v, v + w) for v, w in zip(values, widths, strict=True)]
    verdict = judged(ranges(*pairs), predicate, measure).verdict
    if verdict is not Verdict.UNDECIDED:
        middle = observed(*((lo + hi) / 2 for lo, hi in pairs))
        assert judged(middle, predicate, measure).verdict is verdict


def test_nothing_known_leaves_everything_open():
    rows = [row("2020-01", 1.0)]
    found = judged(rows, ABOVE, MEAN)
    assert found.verdict is Verdict.UNDECIDED and (found.lo, found.hi) == (0, math.inf)

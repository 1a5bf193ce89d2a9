"""What a reader may choose to believe, as rows on months, by hand."""

import pytest

from made_studies import claim, evidence, reading, row
from tradecheck.bounds.beliefs import SMALLEST_STEP
from tradecheck.bounds.knowledge import Taken
from tradecheck.bounds.terms import Grade, Term
from tradecheck.errors import TradecheckError
from tradecheck.study.measures import Quantity
from tradecheck.verdicts.judge import Judge

JUNE, JULY = {"months": "2022-06"}, {"months": "2022-07"}
BOTH = "2022-06..2022-07"


def made(*readings, reported=(), figures=None, rows=None, **study):
    claims = {"claims": [claim("C1", *readings)] if readings else [], "reported": list(reported)}
    return evidence(rows or [row(BOTH, 100.0)], claims, figures=figures, **study)


def ends(found, month, *believing):
    known = found.taken(Taken(believing=believing))
    return known.body.span(Term(known.scope.cells(Quantity(months=month), month)))


def figure(figure_id, months, **edges):
    return {"id": figure_id, "words": "a figure", "quantity": {"months": months}, **edges}


class TestReadings:
    @pytest.mark.parametrize(
        ("predicate", "lo", "hi"),
        [
            ({"at_least": 60}, 60, 100), ({"above": 60}, 60 + SMALLEST_STEP, 100),
            ({"at_most": 60}, 0, 60), ({"below": 60}, 0, 60 - SMALLEST_STEP),
            ({"between": [20, 30]}, 20, 30), ({"is": 20}, 20, 20),
        ],
    )  # fmt: skip
    def test_a_value_taken_as_true(self, predicate, lo, hi):
        found = made(reading("C1a", predicate, value=JULY))
        assert ends(found, "2022-07", "C1a") == pytest.approx((lo, hi), abs=1e-9)
        assert ends(found, "2022-06", "C1a") == pytest.approx((100 - hi, 100 - lo), abs=1e-9)

    @pytest.mark.parametrize("predicate", [{"above": 60}, {"below": 60}])
    def test_what_is_believed_holds(self, predicate):
        """The edge itself is not among the values of "more than"."""
        found = made(reading("C1a", predicate, value=JULY))
        outcome = Judge(found).judge(found.claims.reading("C1a"), Taken(believing=("C1a",)))
        assert (outcome.verdict, outcome.grade) == ("holds", "reported")

    @pytest.mark.parametrize(
        ("measure", "predicate", "lo", "hi"),
        [
            ({"ratio": {"of": JULY, "to": JUNE}}, {"is": 3}, 75, 75),
            ({"ratio": {"of": JULY, "to": JUNE}}, {"between": [1, 3]}, 50, 75),
            ({"ratio": {"of": JULY, "to": JUNE}}, {"at_most": 3}, 0, 75),
            ({"change": {"of": JULY, "from": JUNE}}, {"at_least": 100}, 200 / 3, 100),
            ({"share": {"of": JULY, "in": {"months": BOTH}}}, {"between": [20, 40]}, 20, 40),
            ({"excess": [{"of": JULY, "over": JUNE}]}, {"at_least": 20}, 60, 100),
        ],
    )
    def test_ratios_changes_shares_and_excesses_on_their_scale(self, measure, predicate, lo, hi):
        found = made({**reading("C1a", predicate), "measure": measure})
        assert ends(found, "2022-07", "C1a") == pytest.approx((lo, hi))

    def test_each_month_at_least(self):
        each = {"take": "each", "months": BOTH}
        found = made(reading("C1a", {"at_least": 30}, value=each))
        assert ends(found, "2022-07", "C1a") == (30, 70)

    @pytest.mark.parametrize(
        "measure", [{"peak": {"months": BOTH}}, {"value": {"take": "largest", "months": BOTH}}]
    )
    def test_what_is_no_set_of_inequalities_is_refused(self, measure):
        predicate = {"is": "2022-07"} if "peak" in measure else {"above": 1}
        found = made({**reading("C1a", predicate), "measure": measure})
        with pytest.raises(TradecheckError, match="C1a cannot be believed as evidence"):
            found.taken(Taken(believing=("C1a",)))


class TestFigures:
    @pytest.mark.parametrize(
        ("edges", "lo", "hi"),
        [
            ({"at_least": 30}, 30, 100), ({"at_most": 30}, 0, 30),
            ({"at_least": 30, "at_most": 40}, 30, 40),
            ({"at_least": {"figure": "year"}}, 60, 100),
            ({"at_least": {"figure": "year", "percent": "part"}}, 15, 100),
            ({"at_most": {"figure": "year", "per_months": 12}}, 0, 5),
            ({"at_most": {"figure": "year", "percent": "part", "per_months": 3}}, 0, 5),
        ],
    )  # fmt: skip
    def test_a_figure_or_a_part_of_one(self, edges, lo, hi):
        found = made(
            reported=[figure("july", "2022-07", **edges)], figures={"year": 60.0, "part": 25.0}
        )
        assert ends(found, "2022-07", "july") == pytest.approx((lo, hi))
        assert ends(found, "2022-07") == (0, 100)

    def test_it_is_graded_and_named_as_reported(self):
        found = made(reported=[figure("july", "2022-07", at_least=30) | {"source": "a paper"}])
        (*_, last) = found.taken(Taken(believing=("july",))).body.constraints
        assert (last.id, last.words, last.grade) == ("july", "a figure", Grade.REPORTED)
        assert last.source == "a paper"

    @pytest.mark.parametrize("amount", [{"figure": "none"}, {"figure": "year", "percent": "none"}])
    def test_a_figure_that_no_table_holds_is_a_sentence(self, amount):
        found = made(reported=[figure("july", "2022-07", at_least=amount)], figures={"year": 1.0})
        with pytest.raises(TradecheckError, match="figure 'none', which no table of figures holds"):
            found.taken(Taken(believing=("july",)))


class TestShapes:
    ROWS = [row("2022-04..2022-07", 100.0)]

    def believed(self, **shape):
        held = {"id": "even", "words": "a shape", "shape": {"months": "2022-04..2022-07", **shape}}
        return made(reported=[held], rows=self.ROWS)

    def test_no_month_above_so_many_times_the_mean(self):
        found = self.believed(no_month_above=1.2)
        assert ends(found, "2022-05", "even") == pytest.approx((10, 30))

    def test_neighbours_within_a_factor(self):
        """July is largest after 1, 2, 4: 8 of 15; smallest before 8, 4, 2: 1 of 15.
        May is largest among 2, 4, 2, 1 and smallest among 2, 1, 2, 4."""
        found = self.believed(neighbours_within=2)
        assert ends(found, "2022-07", "even") == pytest.approx((100 / 15, 800 / 15))
        assert ends(found, "2022-05", "even") == pytest.approx((100 / 9, 400 / 9))

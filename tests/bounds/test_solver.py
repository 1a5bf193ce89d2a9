"""The solver's answers, whether its HiGHS is its own, was given away, or is asked twice."""

import math

import pytest

from tradecheck.bounds import solver
from tradecheck.bounds.solver import Limits, Solver

INF = math.inf


@pytest.mark.parametrize(
    ("rows", "largest"),
    [
        ([Limits({0: 1.0, 1: 2.0}, -INF, 8.0)], 8.0),
        ([Limits({1: 1.0}, 0.0, 3.0)], INF),
        ([Limits({0: 1.0}, 5.0, INF), Limits({0: 1.0, 1: 1.0}, -INF, 4.0)], None),
    ],
)
def test_largest_limited_unlimited_and_impossible(rows, largest):
    found = Solver(2, rows)
    assert found.largest({0: 1.0}) == largest
    assert found.feasible() == (largest is not None)


def test_more_solvers_than_keep_their_highs_answer_in_any_order():
    many = [Solver(1, [Limits({0: 1.0}, 0.0, float(n))]) for n in range(2 * solver.MOST)]
    for _ in range(2):
        assert [one.largest({0: 1.0}) for one in many] == list(map(float, range(len(many))))


def test_a_programme_without_an_answer_is_asked_once_more(monkeypatch):
    found = Solver(1, [Limits({0: 1.0}, 0.0, 7.0)])
    assert found.largest({}) == 0
    first, answers = [True], solver.ANSWERS

    class Stubborn:
        """None of the answers, the first time that it is looked through."""

        def __contains__(self, status):
            return status in answers and not (first and first.pop())

    monkeypatch.setattr(solver, "ANSWERS", Stubborn())
    assert found.largest({0: 1.0}) == 7 and not first


@pytest.mark.parametrize("wrong", [math.nan, INF, -INF])
def test_a_weight_that_is_no_number_is_refused_and_limits_nothing_in_silence(wrong):
    with pytest.raises(ArithmeticError, match="not a finite number"):
        Solver(1, [Limits({0: wrong}, 0.0, 1.0)])
    with pytest.raises(ArithmeticError, match="not a finite number"):
        Solver(1, [Limits({0: 1.0}, 0.0, 1.0)]).largest({0: wrong})


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Limits({0: 1.0}, math.nan, 1.0), "a limit is not a number"),
        (Limits({0: 1.0}, 0.0, math.nan), "a limit is not a number"),
        (Limits({3: 1.0}, 0.0, 1.0), "a column that does not exist"),
        (Limits({-1: 1.0}, 0.0, 1.0), "a column that does not exist"),
    ],
)
def test_a_row_that_means_nothing_is_refused(row, words):
    with pytest.raises(ArithmeticError, match=words):
        Solver(2, [row])


def test_what_highs_refuses_is_told(monkeypatch):
    found = Solver(1, [Limits({0: 1.0}, 0.0, 7.0)])
    monkeypatch.setattr(found, "_model", (2, *found._model[1:]))  # of another number of columns
    with pytest.raises(ArithmeticError, match="HiGHS refused"):
        found.largest({0: 1.0})

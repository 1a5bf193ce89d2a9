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

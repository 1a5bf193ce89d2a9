"""The solver against every corner of small programmes, worked out in whole fractions."""

import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecheck.bounds.solver import Limits, Solver

INF = math.inf
COLUMNS = 3
WEIGHT = st.integers(-3, 3)
LIMIT = st.integers(-6, 9)


@st.composite
def rows(draw):
    """A row of whole numbers, limited on one side or on both."""
    weights = draw(st.lists(WEIGHT, min_size=COLUMNS, max_size=COLUMNS))
    lo, hi = sorted((draw(LIMIT), draw(LIMIT)))
    side = draw(st.sampled_from(["both", "below", "above", "equal"]))
    low = {"both": lo, "below": lo, "above": -INF, "equal": lo}[side]
    return weights, low, {"both": hi, "below": INF, "above": hi, "equal": lo}[side]


def solved(square, right):
    """The one solution of a square system, None where there is none or more than one."""
    table = [[*map(Fraction, row), Fraction(end)] for row, end in zip(square, right)]
    for at in range(len(table)):
        pivot = next((row for row in table[at:] if row[at]), None)
        if pivot is None:
            return None
        table.remove(pivot)
        table.insert(at, [cell / pivot[at] for cell in pivot])
        for other in (row for row in table if row is not table[at]):
            factor = other[at]
            other[:] = [a - factor * b for a, b in zip(other, table[at])]
    return [row[-1] for row in table]


def largest(objective, limits):
    """By hand: None where nothing is allowed, infinite where a ray leads up, else the best corner.

    Every polyhedron of columns from zero on has corners; it is unlimited along a direction that
    no row limits, and of these the extreme ones are corners of the same rows with nought for limits.
    """
    own = [([int(at == place) for at in range(COLUMNS)], 0, INF) for place in range(COLUMNS)]

    def corners(rows):
        planes = [(row, end) for row, *ends in rows for end in ends if abs(end) != INF]
        for chosen in combinations(planes, COLUMNS):
            point = solved([row for row, _ in chosen], [end for _, end in chosen])
            if point is not None and all(
                lo <= sum(a * b for a, b in zip(row, point)) <= hi for row, lo, hi in rows
            ):
                yield point

    held = [*corners([*limits, *own])]
    if not held:
        return None
    away = [
        (row, -INF if lo == -INF else 0, INF if hi == INF else 0) for row, lo, hi in [*limits, *own]
    ]
    rays = corners([*away, ([1] * COLUMNS, 1, 1)])
    if any(sum(a * b for a, b in zip(objective, ray)) > 0 for ray in rays):
        return INF
    return float(max(sum(a * b for a, b in zip(objective, point)) for point in held))


@settings(max_examples=250)
@given(
    st.lists(rows(), max_size=4),
    st.lists(st.lists(WEIGHT, min_size=COLUMNS, max_size=COLUMNS), min_size=1, max_size=3),
)
def test_the_largest_value_is_that_of_the_best_corner(limits, objectives):
    solver = Solver(COLUMNS, [Limits(dict(enumerate(row)), lo, hi) for row, lo, hi in limits])
    for objective in objectives:  # each starts from the last answer
        expected = largest(objective, limits)
        found = solver.largest(dict(enumerate(map(float, objective))))
        assert (found is None) == (expected is None)
        assert expected is None or found == pytest.approx(expected, abs=1e-6)
    assert solver.feasible() == (largest([0] * COLUMNS, limits) is not None)


@settings(max_examples=100)
@given(
    st.lists(rows(), max_size=4), st.lists(st.integers(0, 3), min_size=COLUMNS, max_size=COLUMNS)
)
def test_the_cheapest_path_meets_every_row(limits, cost):
    solver = Solver(COLUMNS, [Limits(dict(enumerate(row)), lo, hi) for row, lo, hi in limits])
    if not solver.feasible():
        return
    path = solver.cheapest(dict(enumerate(map(float, cost))))
    assert (path >= -1e-7).all()
    for row, lo, hi in limits:
        assert lo - 1e-6 <= sum(a * b for a, b in zip(row, path)) <= hi + 1e-6
    least = -largest([-one for one in cost], limits)
    assert sum(a * b for a, b in zip(cost, path)) == pytest.approx(least, abs=1e-6)


@settings(max_examples=60)
@given(
    st.lists(rows(), min_size=1, max_size=3),
    st.sampled_from(["weight", "lo", "hi", "objective"]),
    st.sampled_from([math.nan, INF, -INF]),
    st.integers(0, COLUMNS - 1),
)
def test_no_number_that_is_none_goes_in(limits, where, wrong, column):
    """Infinite is a limit, and nothing else; what is not a number is nothing anywhere."""
    made = [Limits({at: float(a) for at, a in enumerate(row)}, lo, hi) for row, lo, hi in limits]
    weights, lo, hi = made[-1]
    if where == "weight":
        made[-1] = Limits(weights | {column: wrong}, lo, hi)
    elif where in ("lo", "hi"):
        made[-1] = made[-1]._replace(**{where: math.nan})
    with pytest.raises(ArithmeticError, match="not a"):
        Solver(COLUMNS, made).largest({column: wrong if where == "objective" else 1.0})

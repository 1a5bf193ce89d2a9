"""Bounds over allowed paths: against brute force, against hand arithmetic, and as laws."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tradecheck.errors import TradecheckError
from tradecheck.bounds.programme import (
    Case,
    Cell,
    Constraint,
    Contradiction,
    Evidence,
    Grade,
    Row,
    Term,
    Zone,
)

A, B, C = (Cell("India", "listed", month) for month in ("2024-04", "2024-05", "2024-06"))
CELLS = (A, B, C)


def constraint(weights, lo=-math.inf, hi=math.inf, words="a total", grade=Grade.BOUNDED):
    return Constraint(words, words, (Row(weights, lo, hi),), grade)


def total(cells=CELLS, **edges):
    return constraint(dict.fromkeys(cells, 1.0), **edges)


def one(cell):
    return [Case((Term({cell: 1.0}),))]


def ratio(over, under):
    return [Case((Term({over: 1.0}, {under: 1.0}),))]


def test_a_month_of_a_bounded_year_lies_between_zero_and_the_year():
    assert Evidence(CELLS, [total(lo=100, hi=120)]).bounds(one(A)) == (0, 120)


def test_a_statistic_leaves_one_value():
    assert Evidence(CELLS, [constraint({A: 1.0}, 7, 7)]).bounds(one(A)) == (7, 7)


def test_what_nothing_limits_has_no_upper_end():
    assert Evidence(CELLS, [total(lo=100)]).bounds(one(A)) == (0, math.inf)


def test_ratio_by_hand():
    """A in 10…20 over B in 4…5 is 2…5."""
    evidence = Evidence(CELLS, [constraint({A: 1.0}, 10, 20), constraint({B: 1.0}, 4, 5)])
    assert evidence.bounds(ratio(A, B)) == pytest.approx((2, 5))


def test_ratio_over_a_base_that_may_be_zero_has_no_upper_end():
    evidence = Evidence(CELLS, [constraint({A: 1.0}, 10, 20), constraint({B: 1.0}, 0, 5)])
    assert evidence.bounds(ratio(A, B)) == pytest.approx((2, math.inf))


def test_a_base_of_zero_on_every_path_is_a_sentence():
    evidence = Evidence(CELLS, [constraint({B: 1.0}, 0, 0)])
    with pytest.raises(TradecheckError, match="base of zero"):
        evidence.bounds(ratio(A, B))


def test_cells_outside_the_study_are_named():
    with pytest.raises(TradecheckError, match="2030-01"):
        Evidence(CELLS, [constraint({Cell("India", "listed", "2030-01"): 1.0}, 0, 1)])
    with pytest.raises(TradecheckError, match="2030-01"):
        Evidence(CELLS, []).bounds(one(Cell("India", "listed", "2030-01")))


def grade(evidence):
    return evidence.grade_of(one(A), evidence.bounds(one(A)))


def test_the_grade_is_the_strongest_that_gives_the_range_alone():
    bounded = total(hi=100)
    evidence = Evidence(CELLS, [bounded, constraint({B: 1.0}, 0, 500, grade=Grade.REPORTED)])
    assert grade(evidence) is Grade.BOUNDED
    tighter = evidence.believing([constraint({A: 1.0}, 0, 50, grade=Grade.REPORTED)])
    assert grade(tighter) is Grade.REPORTED
    known = evidence.believing([constraint({A: 1.0}, 50, 50, grade=Grade.OBSERVED)])
    assert grade(known) is Grade.OBSERVED


@pytest.mark.parametrize(
    ("zone", "allowed"),
    [
        (Zone(lo=120, strict=True), False),  # more than the largest allowed
        (Zone(lo=120), True),  # exactly the largest
        (Zone(lo=119, strict=True), True),
        (Zone(lo=-5, hi=-1), False),
    ],
)
def test_edges_of_a_zone(zone, allowed):
    assert Evidence(CELLS, [total(hi=120)]).allows(one(A), zone) is allowed


def test_all_terms_of_a_case_must_lie_in_the_zone_on_the_same_path():
    """A and B may each exceed 60, but not both when they share 100."""
    evidence = Evidence(CELLS, [total((A, B), hi=100)])
    both = [Case((Term({A: 1.0}), Term({B: 1.0})))]
    assert evidence.allows(one(A), Zone(lo=60, strict=True))
    assert not evidence.allows(both, Zone(lo=60, strict=True))


class TestContradiction:
    def test_the_smallest_clashing_set_is_named(self):
        clash = [constraint({A: 1.0}, lo=90, words="April"), total(hi=80, words="the year")]
        beside = [constraint({B: 1.0}, lo=1, words="May"), constraint({C: 1.0}, lo=1, words="June")]
        evidence = Evidence(CELLS, [*beside, *clash])
        assert {c.words for c in evidence.clash} == {"April", "the year"}
        with pytest.raises(Contradiction, match="“April” and “the year”"):
            evidence.bounds(one(A))

    def test_a_smaller_clash_is_found_behind_a_larger_one(self):
        three = [
            constraint({A: 1.0}, lo=50, words="April"),
            constraint({B: 1.0}, lo=50, words="May"),
            total((A, B), hi=90, words="spring"),
        ]
        two = [constraint({C: 1.0}, lo=2, words="June"), constraint({C: 1.0}, hi=1, words="no June")]
        assert {c.words for c in Evidence(CELLS, [*two, *three]).clash} == {"June", "no June"}
        assert {c.words for c in Evidence(CELLS, [*three, *two]).clash} == {"June", "no June"}

    def test_evidence_that_agrees_has_no_clash(self):
        assert Evidence(CELLS, [total(lo=1, hi=2)]).clash == ()

    @given(st.lists(st.tuples(st.sampled_from(CELLS), st.integers(0, 9), st.integers(0, 9)), max_size=6))
    @settings(max_examples=40)
    def test_every_proper_part_of_a_clash_can_be_true(self, drawn):
        given_ = [
            constraint({cell: 1.0}, min(lo, lo + hi - 5), hi, words=f"{n}")
            for n, (cell, lo, hi) in enumerate(drawn)
        ] + [total(lo=20, hi=22, words="sum")]
        clash = Evidence(CELLS, given_).clash
        for left_out in clash:
            rest = [c for c in clash if c is not left_out]
            assert Evidence(CELLS, rest).clash == ()


whole = st.integers(0, 6)
weights = st.lists(st.integers(-2, 3), min_size=3, max_size=3)
row = st.tuples(weights, st.integers(-4, 12), st.integers(0, 12))


def evidence_of(rows, limit=6):
    """Random rows, and a box of 0…limit so that a grid of whole numbers can hold paths."""
    boxes = [constraint({cell: 1.0}, 0, limit) for cell in CELLS]
    drawn = [
        constraint({c: float(w) for c, w in zip(CELLS, ws, strict=True)}, lo, lo + width)
        for ws, lo, width in rows
    ]
    return Evidence(CELLS, boxes + drawn)


def grid(rows, limit=6, steps=1):
    """Every point of a grid in the box that meets all rows: allowed paths found without a solver."""
    points = np.array(list(product(np.arange(0, limit + 1e-9, 1 / steps), repeat=3)))
    for ws, lo, width in rows:
        value = points @ np.array(ws, dtype=float)
        points = points[(value >= lo - 1e-9) & (value <= lo + width + 1e-9)]
    return points


def vertices(rows, limit=6):
    """All corners of the allowed region, from every choice of three edges: exact extremes."""
    planes = [(np.eye(3)[i], edge) for i in range(3) for edge in (0.0, float(limit))]
    planes += [(np.array(ws, dtype=float), edge) for ws, lo, width in rows for edge in (lo, lo + width)]
    corners = []
    for i in range(len(planes)):
        for j in range(i):
            for k in range(j):
                matrix = np.array([planes[n][0] for n in (i, j, k)])
                if abs(np.linalg.det(matrix)) < 1e-9:
                    continue
                point = np.linalg.solve(matrix, [planes[n][1] for n in (i, j, k)])
                inside = (point >= -1e-7).all() and (point <= limit + 1e-7).all()
                if inside and all(
                    lo - 1e-7 <= point @ np.array(ws) <= lo + width + 1e-7 for ws, lo, width in rows
                ):
                    corners.append(point)
    return np.array(corners)


@given(st.lists(row, max_size=3), weights)
@settings(max_examples=60)
def test_bounds_equal_the_extremes_over_all_corners(rows, asked):
    corners = vertices(rows)
    evidence = evidence_of(rows)
    assume(len(corners))
    values = corners @ np.array(asked, dtype=float)
    term = Term({cell: float(w) for cell, w in zip(CELLS, asked, strict=True)})
    assert evidence.bounds([Case((term,))]) == pytest.approx((values.min(), values.max()), abs=1e-6)


@given(st.lists(row, max_size=3))
@settings(max_examples=60)
def test_ratios_equal_the_extremes_over_all_corners(rows):
    """A ratio of sums is quasi-linear: its extremes lie in corners, too."""
    rows = [*rows, ([0, 1, 0], 1, 5)]  # a base of at least one
    corners = vertices(rows)
    assume(len(corners))
    values = corners[:, 0] / corners[:, 1]
    bounds = evidence_of(rows).bounds(ratio(A, B))
    assert bounds == pytest.approx((values.min(), values.max()), abs=1e-5)


@given(st.lists(row, max_size=3), st.integers(0, 6))
@settings(max_examples=60)
def test_a_path_found_by_hand_is_never_called_forbidden(rows, edge):
    points = grid(rows)
    assume(len(points))
    evidence = evidence_of(rows)
    if (points[:, 0] > edge).any():
        assert evidence.allows(one(A), Zone(lo=edge, strict=True))
    lo, hi = evidence.bounds(one(A))
    assert (points[:, 0] >= lo - 1e-6).all() and (points[:, 0] <= hi + 1e-6).all()


@given(st.lists(row, max_size=3), row)
@settings(max_examples=60)
def test_one_more_constraint_never_widens_a_range(rows, more):
    before, after = evidence_of(rows), evidence_of([*rows, more])
    assume(not before.clash and not after.clash)
    (lo, hi), (new_lo, new_hi) = before.bounds(one(A)), after.bounds(one(A))
    assert new_lo >= lo - 1e-6 and new_hi <= hi + 1e-6


@given(st.lists(st.tuples(st.integers(5, 60), st.integers(0, 30)), min_size=3, max_size=3))
@settings(max_examples=30)
def test_a_smooth_path_is_allowed(boxes):
    evidence = Evidence(
        CELLS,
        [constraint({c: 1.0}, lo, lo + width) for c, (lo, width) in zip(CELLS, boxes, strict=True)],
    )
    path = evidence.smooth_path([{cell: 1.0} for cell in CELLS])
    for value, (lo, width) in zip(path, boxes, strict=True):
        assert lo - 1e-6 <= value <= lo + width + 1e-6


def test_a_smooth_path_takes_the_straight_way():
    evidence = Evidence(CELLS, [constraint({A: 1.0}, 10, 10), constraint({C: 1.0}, 30, 30)])
    assert evidence.smooth_path([{cell: 1.0} for cell in CELLS]) == pytest.approx([10, 20, 30])


@pytest.mark.parametrize(
    "zone, other, within",
    [
        (Zone(1, 2), Zone(1, 3), True),
        (Zone(1, 3), Zone(1, 2), False),
        (Zone(0, strict=True), Zone(0), True),
        (Zone(0, 5), Zone(0, strict=True), False),  # zero itself is outside
        (Zone(1, 5), Zone(0, strict=True), True),
    ],
)
def test_a_zone_lies_within_another(zone, other, within):
    assert zone.within(other) == within

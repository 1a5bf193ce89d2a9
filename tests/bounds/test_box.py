"""Cells that each vary for themselves: sums, ratios, zones and edges, by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.bounds import box
from tradecheck.bounds.terms import CLEARLY, SMALLEST_BASE, Cell, Row, Term, Zone, combined

A, B, C = (Cell("TUR", "RUS", "cars", month) for month in ("2024-04", "2024-05", "2024-06"))
INF = math.inf


class TestLoose:
    @pytest.mark.parametrize(
        ("values", "loose"),
        [
            ({}, {A, B}), ({A: (1.0, 1.0)}, {B}), ({A: (1.0, 2.0)}, {A, B}),
            ({A: (1.0, 1.0), B: (0.0, 0.0)}, set()), ({A: (1.0, INF), B: (2.0, 2.0)}, {A}),
        ],
    )  # fmt: skip
    def test_cells_with_more_than_one_possible_value(self, values, loose):
        assert box.loose(frozenset({A, B}), values) == loose


class TestSums:
    @pytest.mark.parametrize(
        ("weights", "ends"),
        [
            ({A: 1.0, B: 1.0}, (14, 25)), ({A: 1.0, B: -1.0}, (5, 16)), ({A: -2.0}, (-40, -20)),
            ({C: 1.0}, (0, INF)), ({A: 1.0, C: -1.0}, (-INF, 20)), ({C: 0.0, A: 1.0}, (10, 20)),
            ({}, (0, 0)),
        ],
    )  # fmt: skip
    def test_each_cell_at_the_end_that_its_weight_asks_for(self, weights, ends):
        assert box.total(weights, {A: (10.0, 20.0), B: (4.0, 5.0)}) == ends

    def test_a_sum_of_known_values(self):
        assert box.value({A: 2.0, B: -1.0}, {A: (3.0, 3.0), B: (4.0, 4.0)}) == 2

    def test_only_what_rounding_leaves_of_a_difference_is_nothing(self):
        known = {A: (0.1, 0.1), B: (0.3, 0.3), C: (0.3 + 1e-9, 0.3 + 1e-9)}
        assert box.value({A: 3.0, B: -1.0}, known) == 0
        assert box.value({A: -3.0, C: 1.0}, known) == pytest.approx(1e-9)


class TestRows:
    @pytest.mark.parametrize(
        ("lo", "hi", "met"),
        [
            (5, 5, True), (5.1, 9, False), (0, 4.9, False), (-INF, 5, True), (5, INF, True),
            (5 + CLEARLY / 2, INF, True), (-INF, 5 - CLEARLY / 2, True), (5 + 2 * CLEARLY, INF, False),
            (-INF, 5 - 2 * CLEARLY, False),
        ],
    )  # fmt: skip
    def test_a_row_of_known_values_is_met_up_to_the_solver_s_own_error(self, lo, hi, met):
        assert box.met([Row({A: 1.0}, lo, hi)], {A: (5.0, 5.0)}) is met

    def test_every_row_must_be(self):
        rows = [Row({A: 1.0}, hi=5), Row({A: 1.0}, lo=6)]
        assert not box.met(rows, {A: (5.0, 5.0)}) and box.met([], {})


class TestRatios:
    @pytest.mark.parametrize(
        ("over", "under", "ends"),
        [
            ((10, 20), (4, 5), (2, 5)), ((0, 20), (4, INF), (0, 5)), ((10, INF), (4, 5), (2, INF)),
            ((10, 20), (0, 5), (2, INF)), ((0, 0), (0, 5), (0, 0)), ((0, 0), (4, 5), (0, 0)),
            ((2, 4), (SMALLEST_BASE, 1), (2, 4 / SMALLEST_BASE)),
            ((2, 4), (SMALLEST_BASE / 2, 1), (2, INF)),
            ((0, SMALLEST_BASE), (0, 1), (0, 0)),
        ],
    )  # fmt: skip
    def test_sides_that_vary_freely(self, over, under, ends):
        assert box.quotient(over, under) == pytest.approx(ends)

    @pytest.mark.parametrize(
        ("values", "ends"),
        [
            ({A: (10.0, 20.0), B: (4.0, 5.0)}, (10 / 15, 20 / 24)),
            ({A: (10.0, INF), B: (4.0, 5.0)}, None), ({A: (10.0, 20.0)}, None),
            ({A: (0.0, 20.0), B: (0.0, 5.0)}, None), ({A: (0.0, 20.0), B: (1.0, 5.0)}, (0, 20 / 21)),
            ({A: (0.0, 20.0), B: (SMALLEST_BASE, 5.0)}, (0, 20 / (20 + SMALLEST_BASE))),
        ],
    )  # fmt: skip
    def test_a_share_of_a_sum_that_holds_it(self, values, ends):
        found = box.ratio(Term({A: 1.0}, {A: 1.0, B: 1.0}), values)
        assert found == (ends and pytest.approx(ends))

    @given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=3, max_size=3))
    def test_it_equals_the_extremes_over_all_corners(self, pairs):
        values = {c: (float(lo), float(lo + more)) for c, (lo, more) in zip((A, B, C), pairs)}
        term = Term({A: 2.0, B: 1.0}, {A: 1.0, B: 1.0, C: 3.0})
        corners = [
            (2 * a + b) / (a + b + 3 * c)
            for a in values[A] for b in values[B] for c in values[C]
        ]  # fmt: skip
        assert box.ratio(term, values) == pytest.approx((min(corners), max(corners)))


class TestZones:
    @pytest.mark.parametrize(
        ("terms", "zone", "agree"),
        [
            ([Term({A: 1.0}), Term({B: 1.0})], Zone(1, 2), True),
            ([Term({A: 1.0}), Term({A: 1.0, B: 1.0})], Zone(1, 2), False),
            ([Term({A: 1.0}), Term({A: 1.0, B: 1.0})], Zone(lo=1), True),
            ([Term({A: 1.0}), Term({A: -1.0})], Zone(lo=1), False),
            ([Term({A: 1.0}), Term({A: 1.0})], Zone(hi=1), True),
            ([Term({A: 1.0}, {C: 1.0}), Term({B: 1.0}, {C: 1.0})], Zone(lo=1), True),
            ([Term({A: 1.0}, {C: 1.0}), Term({C: 1.0})], Zone(lo=1), False),
            ([Term({A: 1.0}, {A: 1.0, B: 1.0})], Zone(lo=1), False),
            ([Term({A: 1.0}), Term({A: 1.0})], Zone(), False),
        ],
    )
    def test_terms_that_surely_meet_a_zone_together(self, terms, zone, agree):
        assert box.agree(terms, zone) is agree

    @pytest.mark.parametrize(
        ("zone", "lo", "hi", "covers", "misses"),
        [
            (Zone(1, 3), 1, 3, True, False), (Zone(1, 3), 0.9, 3, False, False),
            (Zone(1, 3), 1, 3.1, False, False), (Zone(1, 3, True), 1, 3, False, False),
            (Zone(1, 3, False, True), 1, 3, False, False), (Zone(1, 3), 3, 4, False, False),
            (Zone(1, 3, False, True), 3, 4, False, True), (Zone(1, 3), 0, 1, False, False),
            (Zone(1, 3, True), 0, 1, False, True), (Zone(1, 3), 3.1, 4, False, True),
            (Zone(1, 3), 0, 0.9, False, True), (Zone(), -INF, INF, True, False),
        ],
    )  # fmt: skip
    def test_an_open_end_is_left_out(self, zone, lo, hi, covers, misses):
        assert (zone.covers(lo, hi), zone.misses(lo, hi)) == (covers, misses)
        assert zone.strict == (zone.lo_open or zone.hi_open)

    @pytest.mark.parametrize(
        ("zone", "other", "within"),
        [
            (Zone(1, 2), Zone(1, 2), True), (Zone(1, 2), Zone(1, 2, False, True), False),
            (Zone(1, 2, False, True), Zone(1, 2, False, True), True), (Zone(0, 2), Zone(1, 2), False),
            (Zone(1, 2), Zone(0, 1.5), False), (Zone(1, 2, True), Zone(1, 2, True), True),
            (Zone(1, 2), Zone(1, 2, True), False), (Zone(1, 2, True, True), Zone(1, 2), True),
        ],
    )  # fmt: skip
    def test_a_zone_within_another(self, zone, other, within):
        assert zone.within(other) is within


def test_so_many_times_each_part():
    assert combined((2.0, {A: 1.0}), (-1.0, {A: 3.0, B: 1.0})) == {A: -1, B: -1}
    assert combined() == {}

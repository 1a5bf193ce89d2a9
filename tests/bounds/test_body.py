"""Bounds over allowed paths: by hand, against brute force, as laws; and what is never solved."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tradecheck.bounds.body import Body
from tradecheck.bounds.programme import Programme
from tradecheck.bounds.terms import (
    Case,
    Cell,
    Constraint,
    Contradiction,
    Grade,
    Missing,
    Row,
    Term,
    Zone,
)

A, B, C = (Cell("TUR", "RUS", "cars", month) for month in ("2024-04", "2024-05", "2024-06"))
CELLS = (A, B, C)


def constraint(weights, lo=-math.inf, hi=math.inf, words="a total", grade=Grade.BOUNDED):
    return Constraint(words, words, (Row(weights, lo, hi),), grade)


def total(cells=CELLS, **edges):
    return constraint(dict.fromkeys(cells, 1.0), **edges)


def body(*constraints, values=None):
    return Body(values or {}, constraints)


def one(cell):
    return [Case((Term({cell: 1.0}),))]


def ratio(over, under):
    return [Case((Term({over: 1.0}, {under: 1.0}),))]


class TestByHand:
    def test_a_month_of_a_bounded_year_lies_between_zero_and_the_year(self):
        assert body(total(lo=100, hi=120)).bounds(one(A)) == (0, 120)

    def test_a_statistic_leaves_one_value(self):
        assert body(values={A: (7.0, 7.0)}).bounds(one(A)) == (7, 7)

    def test_a_year_less_what_two_months_are_known_to_be(self):
        """100 less 30 and 20 … 25 leaves 45 … 50."""
        months = {A: (30.0, 30.0), B: (20.0, 25.0)}
        assert body(total(lo=100, hi=100), values=months).bounds(one(C)) == pytest.approx((45, 50))

    def test_what_nothing_limits_has_no_upper_end(self):
        assert body(total(lo=100)).bounds(one(A)) == (0, math.inf)
        assert body().bounds(one(A)) == (0, math.inf)

    def test_a_ratio(self):
        """A in 10…20 over B in 4…5 is 2…5."""
        two = [constraint({A: 1.0}, 10, 20), constraint({B: 1.0}, 4, 5)]
        assert body(*two).bounds(ratio(A, B)) == pytest.approx((2, 5))
        assert body(values={A: (10, 20), B: (4, 5)}).bounds(ratio(A, B)) == pytest.approx((2, 5))

    def test_a_share_is_no_quotient_of_ends(self):
        """A in 10…20 of A and B, B in 4…5: from 10 of 15 to 20 of 24."""
        share = [Case((Term({A: 1.0}, {A: 1.0, B: 1.0}),))]
        found = body(values={A: (10, 20), B: (4, 5)}).bounds(share)
        assert found == pytest.approx((10 / 15, 20 / 24))

    def test_a_ratio_over_a_base_that_may_be_zero_has_no_upper_end(self):
        two = [constraint({A: 1.0}, 10, 20), constraint({B: 1.0}, 0, 5)]
        assert body(*two).bounds(ratio(A, B)) == pytest.approx((2, math.inf))

    @pytest.mark.parametrize("known", [{B: (0.0, 0.0)}, {}])
    def test_a_base_of_zero_on_every_path_is_a_sentence(self, known):
        zero = [] if known else [constraint({B: 1.0}, 0, 0)]
        with pytest.raises(Missing, match="is zero, so there is no ratio"):
            body(*zero, values={A: (1.0, 1.0)} | known).bounds(ratio(A, B))

    def test_what_cancels_out_is_zero(self):
        """A tenth three times is no more than three tenths."""
        held = {A: (0.1, 0.1), B: (0.3, 0.3)}
        assert body(values=held).range(Term({A: 3.0, B: -1.0})) == (0.0, 0.0)

    def test_the_grade_is_the_strongest_that_gives_the_range_alone(self):
        bounded = body(total(hi=100), constraint({B: 1.0}, 0, 500, grade=Grade.REPORTED))
        assert bounded.grade_of(one(A), bounded.bounds(one(A))) is Grade.BOUNDED
        tighter = bounded.believing([constraint({A: 1.0}, 0, 50, grade=Grade.REPORTED)])
        assert tighter.grade_of(one(A), tighter.bounds(one(A))) is Grade.REPORTED
        known = body(values={A: (50.0, 50.0)})
        assert known.grade_of(one(A), (50, 50)) is Grade.OBSERVED
        floor = body(values={A: (50.0, math.inf)})
        assert floor.grade_of(one(A), (50, math.inf)) is Grade.BOUNDED

    @pytest.mark.parametrize(
        ("zone", "allowed"),
        [
            (Zone(lo=120, lo_open=True), False),  # more than the largest allowed
            (Zone(lo=120), True),  # exactly the largest
            (Zone(lo=119, lo_open=True), True),
            (Zone(lo=-5, hi=-1), False),
        ],
    )
    def test_edges_of_a_zone(self, zone, allowed):
        assert body(total(hi=120)).allows(one(A), zone) is allowed

    def test_all_terms_of_a_case_must_lie_in_the_zone_on_the_same_path(self):
        """A and B may each exceed 60, but not both when they share 100."""
        shared = body(total((A, B), hi=100))
        both = [Case((Term({A: 1.0}), Term({B: 1.0})))]
        assert shared.allows(one(A), Zone(lo=60, lo_open=True))
        assert not shared.allows(both, Zone(lo=60, lo_open=True))

    def test_ratios_to_one_base_share_it(self):
        """A and B make 100 and C at most 25: both may be twice C, not both five times."""
        shared = body(total((A, B), lo=100, hi=100), constraint({C: 1.0}, 20, 25))
        both = [Case((Term({A: 1.0}, {C: 1.0}), Term({B: 1.0}, {C: 1.0})))]
        assert shared.allows(both, Zone(1.9, 2.5))
        assert not shared.allows(both, Zone(lo=5, lo_open=True))

    def test_a_smooth_path_takes_the_straight_way(self):
        ends = body(constraint({A: 1.0}, 10, 10), constraint({C: 1.0}, 30, 30), total(hi=90))
        assert ends.smooth_path([{cell: 1.0} for cell in CELLS]) == pytest.approx([10, 20, 30])

    @pytest.mark.parametrize(
        ("zone", "other", "within"),
        [
            (Zone(1, 2), Zone(1, 3), True),
            (Zone(1, 3), Zone(1, 2), False),
            (Zone(0, lo_open=True), Zone(0), True),
            (Zone(0, 5), Zone(0, lo_open=True), False),  # zero itself is outside
            (Zone(1, 5), Zone(0, lo_open=True), True),
        ],
    )
    def test_a_zone_lies_within_another(self, zone, other, within):
        assert zone.within(other) == within


class TestContradiction:
    def test_the_smallest_clashing_set_is_named(self):
        clash = [constraint({A: 1.0}, lo=90, words="April"), total(hi=80, words="the year")]
        beside = [constraint({B: 1.0}, lo=1, words="May"), constraint({C: 1.0}, lo=1, words="June")]
        with pytest.raises(Contradiction, match="“April” and “the year”") as caught:
            body(*beside, *clash).bounds(one(A))
        assert {c.words for c in caught.value.clash} == {"April", "the year"}

    def test_every_smallest_set_is_found_the_smallest_first(self):
        three = [
            constraint({A: 1.0}, lo=50, words="April"),
            constraint({B: 1.0}, lo=50, words="May"),
            total((A, B), hi=90, words="spring"),
        ]
        two = [
            constraint({C: 1.0}, lo=2, words="June"),
            constraint({C: 1.0}, hi=1, words="no June"),
        ]
        for order in ([*two, *three], [*three, *two]):
            found = [{c.words for c in clash} for clash in body(*order).clashes()]
            assert found == [{"June", "no June"}, {"April", "May", "spring"}]

    def test_only_what_bears_on_a_question_can_spoil_it(self):
        known = body(
            constraint({C: 1.0}, lo=2, words="June"), constraint({C: 1.0}, hi=1, words="no June"),
            total((A, B), hi=90),
        )  # fmt: skip
        assert known.bounds(one(A)) == (0, 90)
        assert not known.sound(frozenset({C})) and not known.possible
        with pytest.raises(Contradiction):
            known.bounds(one(C))

    def test_a_known_value_that_a_belief_denies(self):
        known = body(constraint({A: 1.0}, lo=9, words="at least 9"), values={A: (7.0, 7.0)})
        with pytest.raises(Contradiction, match="at least 9"):
            known.bounds(one(A))

    @given(
        st.lists(
            st.tuples(st.sampled_from(CELLS), st.integers(0, 9), st.integers(0, 9)), max_size=6
        )
    )
    @settings(max_examples=40)
    def test_every_proper_part_of_a_clash_can_be_true(self, drawn):
        given_ = [
            constraint({cell: 1.0}, min(lo, lo + hi - 5), hi, words=f"{n}")
            for n, (cell, lo, hi) in enumerate(drawn)
        ] + [total(lo=20, hi=22, words="sum")]
        for clash in body(*given_).clashes():
            assert not body(*clash).possible
            assert all(body(*(c for c in clash if c is not out)).possible for out in clash)


whole = st.integers(0, 6)
weights = st.lists(st.integers(-2, 3), min_size=3, max_size=3)
drawn_row = st.tuples(weights, st.integers(-4, 12), st.integers(0, 12))


def weighted(numbers):
    return {cell: float(weight) for cell, weight in zip(CELLS, numbers, strict=True)}


def body_of(rows, limit=6):
    """Random rows, and a box of 0…limit so that a grid of whole numbers can hold paths."""
    boxes = [constraint({cell: 1.0}, 0, limit) for cell in CELLS]
    return body(*boxes, *(constraint(weighted(ws), lo, lo + width) for ws, lo, width in rows))


def grid(rows, limit=6):
    """Every whole point in the box that meets all rows: allowed paths found without a solver."""
    points = np.array(list(product(np.arange(0, limit + 1.0), repeat=3)))
    for ws, lo, width in rows:
        value = points @ np.array(ws, dtype=float)
        points = points[(value >= lo - 1e-9) & (value <= lo + width + 1e-9)]
    return points


def vertices(rows, limit=6):
    """All corners of the allowed region, from every choice of three edges: exact extremes."""
    planes = [(np.eye(3)[i], edge) for i in range(3) for edge in (0.0, float(limit))]
    planes += [(np.array(ws, float), edge) for ws, lo, width in rows for edge in (lo, lo + width)]
    corners = []
    for i in range(len(planes)):
        for j in range(i):
            for k in range(j):
                matrix = np.array([planes[n][0] for n in (i, j, k)])
                if abs(np.linalg.det(matrix)) < 1e-9:
                    continue
                point = np.linalg.solve(matrix, [planes[n][1] for n in (i, j, k)])
                inside = (point >= -1e-7).all() and (point <= limit + 1e-7).all()
                met = (
                    lo - 1e-7 <= point @ np.array(ws) <= lo + width + 1e-7 for ws, lo, width in rows
                )
                if inside and all(met):
                    corners.append(point)
    return np.array(corners)


class TestLaws:
    @given(st.lists(drawn_row, max_size=3), weights)
    @settings(max_examples=60)
    def test_bounds_equal_the_extremes_over_all_corners(self, rows, asked):
        corners = vertices(rows)
        assume(len(corners))
        values = corners @ np.array(asked, dtype=float)
        found = body_of(rows).bounds([Case((Term(weighted(asked)),))])
        assert found == pytest.approx((values.min(), values.max()), abs=1e-6)

    @given(st.lists(drawn_row, max_size=3))
    @settings(max_examples=60)
    def test_ratios_equal_the_extremes_over_all_corners(self, rows):
        """A ratio of sums is quasi-linear: its extremes lie in corners, too."""
        rows = [*rows, ([0, 1, 0], 1, 5)]  # a base of at least one
        corners = vertices(rows)
        assume(len(corners))
        values = corners[:, 0] / corners[:, 1]
        found = body_of(rows).bounds(ratio(A, B))
        assert found == pytest.approx((values.min(), values.max()), abs=1e-5)

    @given(st.lists(drawn_row, max_size=3), st.integers(0, 6), st.integers(0, 3))
    @settings(max_examples=60)
    def test_a_path_found_by_hand_is_never_called_forbidden(self, rows, edge, width):
        points = grid(rows)
        assume(len(points))
        found = body_of(rows)
        zone = Zone(edge, edge + width)
        if ((points[:, 0] >= edge) & (points[:, 0] <= edge + width)).any():
            assert found.allows(one(A), zone)
        inside = (points >= edge) & (points <= edge + width)
        if (inside[:, 0] & inside[:, 1]).any():
            assert found.allows([Case((Term({A: 1.0}), Term({B: 1.0})))], zone)
        based = points[points[:, 2] > 0]
        if (based[:, :2] / based[:, 2:] >= edge).all(axis=1).any():
            both = Case((Term({A: 1.0}, {C: 1.0}), Term({B: 1.0}, {C: 1.0})))
            assert found.allows([both], Zone(lo=edge))

    @given(st.lists(drawn_row, max_size=3), drawn_row)
    @settings(max_examples=60)
    def test_one_more_constraint_never_widens_a_range(self, rows, more):
        before, after = body_of(rows), body_of([*rows, more])
        assume(before.possible and after.possible)
        (lo, hi), (new_lo, new_hi) = before.bounds(one(A)), after.bounds(one(A))
        assert new_lo >= lo - 1e-6 and new_hi <= hi + 1e-6

    @given(st.lists(drawn_row, max_size=4), st.integers(0, 4), weights)
    @settings(max_examples=60)
    def test_what_is_believed_later_is_believed_as_from_the_start(self, rows, split, asked):
        every = [constraint(weighted(ws), lo, lo + width) for ws, lo, width in rows]
        values = {A: (1.0, 4.0), B: (2.0, 2.0)}
        term = Term(weighted(asked))
        at_once, in_steps = (
            Body(values, every),
            Body(values, every[:split]).believing(every[split:]),
        )
        assert at_once.possible == in_steps.possible
        if at_once.possible:
            assert at_once.range(term) == pytest.approx(in_steps.range(term), abs=1e-6)

    @given(
        st.lists(
            st.tuples(st.integers(5, 60), st.integers(0, 30)), min_size=3, max_size=3
        )
    )  # fmt: skip
    @settings(max_examples=30)
    def test_a_smooth_path_is_allowed(self, boxes):
        ends = body(
            *(constraint({c: 1.0}, lo, lo + w) for c, (lo, w) in zip(CELLS, boxes, strict=True))
        )
        path = ends.smooth_path([{cell: 1.0} for cell in CELLS])
        for value, (lo, width) in zip(path, boxes, strict=True):
            assert lo - 1e-6 <= value <= lo + width + 1e-6


box = st.lists(st.tuples(whole, whole), min_size=3, max_size=3)
side = st.lists(st.integers(0, 2), min_size=3, max_size=3).filter(any)


def known(boxes):
    """Known values as such, and the same as rows, which only a solver reads."""
    ends = {
        cell: (float(lo), float(lo + width)) for cell, (lo, width) in zip(CELLS, boxes, strict=True)
    }
    rows = [constraint({cell: 1.0}, *pair) for cell, pair in ends.items()]
    return body(values=ends), body(*rows)


class TestArithmetic:
    """Cells that nothing ties are arithmetic, and arithmetic says what the solver says."""

    @given(box, weights)
    @settings(max_examples=50)
    def test_sums(self, boxes, asked):
        quick, solved = known(boxes)
        term = Term(weighted(asked))
        assert quick.range(term) == pytest.approx(solved.range(term), abs=1e-6)

    @given(box, side, side)
    @settings(max_examples=80)
    def test_ratios_whose_sides_may_share_cells(self, boxes, over, under):
        quick, solved = known(boxes)
        term = Term(*({c: w for c, w in weighted(s).items() if w} for s in (over, under)))
        found, expected = quick.range(term), solved.range(term)
        assert (found is None) == (expected is None)
        if found is not None:
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)

    @given(box, st.lists(weights.filter(any), min_size=1, max_size=3), st.integers(-4, 9))
    @settings(max_examples=80)
    def test_zones_with_one_end(self, boxes, asked, edge):
        quick, solved = known(boxes)
        case = [Case(tuple(Term(weighted(one)) for one in asked))]
        for zone in (Zone(lo=edge), Zone(hi=edge), Zone(lo=edge, lo_open=True)):
            assert quick.allows(case, zone) == solved.allows(case, zone)

    def test_observed_cells_never_start_a_solver(self, monkeypatch):
        def refuse(*_):
            raise AssertionError("a programme was made")

        monkeypatch.setattr(Programme, "__init__", refuse)
        observed = body(
            total(lo=0, hi=99), constraint({C: 1.0}, lo=1), values={A: (4, 4), B: (8, 8), C: (2, 2)}
        )
        over = Term({A: 1.0, B: 1.0}, {B: 1.0, C: 1.0})
        assert observed.range(over) == pytest.approx((1.2, 1.2))
        largest = Row({B: 1.0, A: -1.0}, lo=0.0)
        assert observed.range(Term({B: 1.0}), [largest]) == (8, 8)
        assert observed.range(Term({A: 1.0}), [Row({A: 1.0, B: -1.0}, lo=0.0)]) is None
        each = [Case((Term({A: 1.0}), Term({B: 1.0})))]
        assert observed.allows(each, Zone(lo=4)) and not observed.allows(each, Zone(lo=5))
        rounded = body(values={A: (3.5, 4.5), B: (7.5, 8.5), C: (1.5, 2.5)})
        assert rounded.range(over) == pytest.approx((11 / 11, 13 / 9), abs=0.2)
        assert rounded.allows(each, Zone(lo=4.4, hi=8.4)) is True


class TestParts:
    def test_what_a_belief_leaves_untouched_stays_the_part_that_it_was(self):
        before = body(total((A, B), hi=90), constraint({C: 1.0}, hi=5))
        after = before.believing([constraint({C: 1.0}, lo=2)])
        untouched, touched = frozenset({A}), frozenset({C})
        assert before.question(untouched) == after.question(untouched)
        assert before.question(touched) != after.question(touched)

    def test_what_says_the_same_is_asked_once(self, monkeypatch):
        made = []
        make = Programme.__init__

        def counted(self, *arguments):
            made.append(self)
            make(self, *arguments)

        monkeypatch.setattr(Programme, "__init__", counted)
        first = body(total(lo=10, hi=90))
        second = Body({}, [total(lo=10, hi=90)], first.shared)
        assert first.bounds(one(A)) == second.bounds(one(A)) == (0, 90)
        assert len(made) == 1

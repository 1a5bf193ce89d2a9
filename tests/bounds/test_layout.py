"""Monthly sums and totals of lines say what their cells say."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tradecheck.bounds.body import Body
from tradecheck.bounds.layout import Grid, periods_of, span_of
from tradecheck.bounds.solver import Limits, Solver
from tradecheck.bounds.terms import Cell, Constraint, Grade, Row, Term

LINES, MONTHS = ("a", "b", "c"), ("2024-01", "2024-02", "2024-03", "2024-04")
CELLS = [Cell("TUR", "RUS", line, month) for line in LINES for month in MONTHS]


def over(lines, months, weight=1.0):
    return {Cell("TUR", "RUS", line, month): weight for line in lines for month in months}


some_lines = st.sets(st.sampled_from(LINES), min_size=1)
some_months = st.sampled_from([MONTHS, MONTHS[:2], MONTHS[2:], MONTHS[:1], MONTHS[1:2]])
sums = st.builds(over, some_lines, some_months)
uneven = st.builds(
    lambda lines, months: over(lines, MONTHS, 1.0) | over(lines, months, -2.0),
    some_lines, some_months,
)  # fmt: skip
rows = st.lists(
    st.builds(
        lambda weights, lo, width: Row(weights, float(lo), float(lo + width)),
        sums | uneven, st.integers(0, 9), st.integers(0, 9),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def cell_by_cell(given_, asked):
    """The largest value by a programme of one column a cell."""
    place = {cell: number for number, cell in enumerate(CELLS)}
    limits = [Limits({place[c]: w for c, w in r.weights.items()}, r.lo, r.hi) for r in given_]
    solver = Solver(len(CELLS), limits)
    return solver.largest({place[cell]: weight for cell, weight in asked.items()})


@given(rows, sums | uneven)
@settings(max_examples=150)
def test_bounds_are_those_of_a_programme_of_cells(drawn, asked):
    whole = Row(over(LINES, MONTHS), hi=50.0)
    least = cell_by_cell([*drawn, whole], {cell: -weight for cell, weight in asked.items()})
    most = cell_by_cell([*drawn, whole], asked)
    body = Body(
        {}, [Constraint(f"{n}", "", (one,), Grade.BOUNDED) for n, one in enumerate([*drawn, whole])]
    )
    assert body.possible == (most is not None)
    assume(most is not None)
    assert body.range(Term(asked)) == pytest.approx((-least, most), abs=1e-6)


def columns(told, asked=()):
    """How many columns the sums need that are told, and those that are asked for."""
    months = {cell.month for weights in told for cell in weights}
    cells = [cell for cell in CELLS if cell.month in months]
    grid = Grid(cells, periods_of(cells, filter(None, map(span_of, told))))
    profiles = [grid.profile(w, frozenset(w.items())) for w in (*told, *asked)]
    return len(grid.layout(frozenset(p.kinds for p in profiles if not p.of_totals)))


def test_lines_that_are_told_alike_need_one_column_a_month_and_one_for_each_total():
    totals = [over([line], MONTHS) for line in LINES]
    assert columns(totals) == len(MONTHS) + len(LINES)
    assert columns(totals, [over(LINES, ["2024-02"])]) == len(MONTHS) + len(LINES)


def test_a_line_that_is_told_apart_keeps_its_months():
    totals = [over([line], MONTHS) for line in LINES]
    assert columns(totals, [over("a", ["2024-02"])]) == len(MONTHS) + len(MONTHS) + 2


def test_periods_are_the_longest_spans():
    spans = [frozenset(MONTHS[:2]), frozenset(MONTHS[:1]), frozenset(MONTHS[2:])]
    found = periods_of(CELLS, spans)
    assert [found[month] for month in MONTHS] == [0, 0, 1, 1]
    assert (
        columns([over([line], half) for line in LINES for half in (MONTHS[:2], MONTHS[2:])]) == 10
    )


@pytest.mark.parametrize(
    ("weights", "span"),
    [
        (over("ab", MONTHS[:2]), set(MONTHS[:2])),
        (over("a", MONTHS[:2]) | over("b", MONTHS[:2], 3.0), set(MONTHS[:2])),
        (
            over("a", MONTHS[:1]) | over("a", MONTHS[1:2], 3.0),
            set(),
        ),  # months that count differently
        (over("a", MONTHS[:1]) | over("b", MONTHS[1:2]), set()),  # not the same months of each
    ],
)
def test_the_span_of_a_sum(weights, span):
    assert span_of(weights) == span


def test_nothing_limits_what_no_row_speaks_of():
    body = Body({}, [Constraint("", "", (Row(over("a", MONTHS), 1.0, 2.0),), Grade.BOUNDED)])
    assert body.range(Term(over("b", MONTHS))) == (0.0, math.inf)

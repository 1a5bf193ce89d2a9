"""Parts of a body of evidence: rows that bear on each other, each asked a question once.

Many bodies share their parts: what one belief more leaves untouched stays the part that it was.
What follows from a part's content alone (its columns, its rows over these) is worked out once, too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from math import inf
from typing import Any

from tradecheck.bounds.clashes import Clashes
from tradecheck.bounds.layout import Grid, Layout, Periods, Profile, periods_of, span_of
from tradecheck.bounds.programme import ANYTHING, Asked, Programme
from tradecheck.bounds.solver import Limits
from tradecheck.bounds.terms import (
    Case,
    Cell,
    Constraint,
    Range,
    Row,
    Term,
    Weights,
    Zone,
    combined,
)

Held = frozenset[tuple[Cell, Range]]


class Part:
    """Rows that bear on each other, with their cells and what is known of these.

    rows: by number, see `Shared.number`. held: cells with the range that is known of them. tied:
    the cells that the rows tie together; a cell of one known value ties nothing.
    """

    def __init__(self, rows: frozenset[int], cells: frozenset[Cell], held: Held, shared: "Shared"):
        self.rows, self.cells, self.held = rows, cells, held
        self.tied = cells.difference(cell for cell, (lo, hi) in held if lo == hi)
        self._shared = shared
        self._touching: dict[frozenset[Cell], int] = {}
        self._programmes: dict[Layout, Programme] = {}
        self._found: dict[tuple[Any, ...], Range | None] = {}

    @cached_property
    def feasible(self) -> bool:
        """True where all rows can be true."""
        return self._programme(())[1].feasible

    def touching(self, cells: frozenset[Cell]) -> int:
        """How many of the cells lie in the part."""
        if cells not in self._touching:
            self._touching[cells] = len(self.tied & cells)
        return self._touching[cells]

    def sum(self, term: Term) -> Range | None:
        """Smallest and largest value of what a sum has in the part; None without a path."""
        mine, scale = self._shared.share(term, self.tied)
        ends = self.range(mine)
        return ends and (scale * ends[0], scale * ends[1])

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of a term whose every cell is in the part."""
        key = (term.content, *(row.content for row in where)) if where else term.content
        if key not in self._found:
            over, under = self._profiles([term.top, term.base])
            rows = self._profiles(Term(row.weights) for row in where)
            layout, programme = self._programme([over, under, *rows])
            asked = Asked(layout.sum(over), None if term.under is None else layout.sum(under))
            stated = ANYTHING if where else self._shared.stated(term, self.rows)
            self._found[key] = programme.ends(asked, _limits(layout, rows, where), stated)
        return self._found[key]

    def level(self, sums: Sequence[Term], where: Sequence[Row]) -> Range | None:
        """The values that all sums can have alike, on one path; None where no path allows it."""
        first, *others = sums
        alike = (Row(combined((1.0, one.over), (-1.0, first.over)), 0.0, 0.0) for one in others)
        return self.range(first, (*where, *alike))

    def allows(self, case: Case, zone: Zone) -> bool:
        """True when at least one allowed path has every term of a case inside the zone."""
        overs = self._profiles(term.top for term in case.terms)
        unders = self._profiles(term.base for term in case.terms)
        rows = self._profiles(Term(row.weights) for row in case.where)
        layout, programme = self._programme([*overs, *unders, *rows])
        asked = [
            Asked(layout.sum(over), None if term.under is None else layout.sum(under))
            for term, over, under in zip(case.terms, overs, unders, strict=True)
        ]
        return programme.allows(asked, _limits(layout, rows, case.where), zone)

    def smooth(self, series: Sequence[Weights]) -> list[float]:
        """One allowed path of the series: the one with the least total change of slope."""
        profiles = self._profiles(map(Term, series))
        layout, programme = self._programme(profiles)
        return programme.smooth([layout.sum(profile) for profile in profiles])

    def _profiles(self, sums: Iterable[Term]) -> list[Profile]:
        return [self._grid.profile(term.over, term.content[0]) for term in sums]

    def _programme(self, asked: Sequence[Profile]) -> tuple[Layout, Programme]:
        """The part as a programme in whose columns these sums can be told."""
        kinds = self._told.union(one.kinds for one in asked if not one.of_totals)
        layout = self._grid.layout(kinds)
        if layout not in self._programmes:
            limits = self._shared.limits(self.rows, self._grid, layout)
            self._programmes[layout] = Programme(len(layout), limits)
        return layout, self._programmes[layout]

    @cached_property
    def _grid(self) -> Grid:
        return self._shared.grid(self.rows, self.cells)

    @cached_property
    def _told(self) -> frozenset[tuple[int, ...]]:
        return self._shared.kinds(self.rows, self._grid)


class Shared:
    """Rows and parts that were met before, each content once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._rows: list[Row] = []
        self._order: list[bytes] = []
        self._spans: list[frozenset[str]] = []
        self._saying: dict[frozenset[Any], list[int]] = {}
        self._parts: dict[tuple[Any, ...], Part] = {}
        self._joined: dict[tuple[Any, ...], Part] = {}
        self._shares: dict[tuple[Any, ...], tuple[Term, float]] = {}
        self._periods: dict[tuple[Any, ...], Periods] = {}
        self._grids: dict[tuple[Any, ...], Grid] = {}
        self._kinds: dict[Grid, dict[int, tuple[int, ...] | None]] = {}
        self._limits: dict[Layout, dict[int, Limits]] = {}
        self._sums: dict[int, tuple[Mapping[Any, Any], dict[Any, Any]]] = {}
        self._clashes = Clashes()

    def sums(self, values: Mapping[Cell, Range]) -> dict[Any, Any]:
        """What was worked out where cells have these known values."""
        return self._sums.setdefault(id(values), (values, {}))[
            1
        ]  # kept, so that ids stay their own

    def clashes(
        self, suspects: Sequence[Constraint], possible: Callable[[Sequence[Constraint]], bool]
    ) -> tuple[tuple[Constraint, ...], ...]:
        """See `Clashes.among`; constraints that say the same are the same."""
        said = [frozenset(map(self.number, one.rows)) for one in suspects]
        return self._clashes.among(said, suspects, possible)

    def number(self, row: Row) -> int:
        """One number for all rows that say the same."""
        number = self._numbers.setdefault(row.content, len(self._rows))
        if number == len(self._rows):
            self._rows.append(row)
            said = repr((sorted(row.weights.items()), row.lo, row.hi))
            self._order.append(blake2b(said.encode(), digest_size=16).digest())
            self._spans.append(span_of(row.weights))
            self._saying.setdefault(row.content[0], []).append(number)
        return number

    def stated(self, term: Term, rows: frozenset[int]) -> Range:
        """What some rows say of the very sum."""
        said = [self._rows[n] for n in self._saying.get(term.content[0], ()) if n in rows]
        return max((row.lo for row in said), default=-inf), min(
            (row.hi for row in said), default=inf
        )

    def joined(
        self,
        parts: frozenset[Part],
        rows: Iterable[Row] = (),
        free: frozenset[Cell] = frozenset(),
        values: Mapping[Cell, Range] = {},
    ) -> Part:
        """Parts, further rows and cells that lie in no part, as one part."""
        numbers = frozenset(map(self.number, rows))
        if len(parts) == 1 and not numbers and not free:
            return next(iter(parts))
        held = frozenset((cell, values[cell]) for cell in free if cell in values)
        key = (parts, numbers, free, held)
        if key not in self._joined:
            every = numbers.union(*(part.rows for part in parts))
            cells = free.union(*(part.cells for part in parts))
            held = held.union(*(part.held for part in parts))
            every = every.union(self.number(Row({cell: 1.0}, *ends)) for cell, ends in held)
            self._joined[key] = self._part(every, cells, held)
        return self._joined[key]

    def share(self, term: Term, cells: frozenset[Cell]) -> tuple[Term, float]:
        """What a sum has among some cells, and the scale that was taken from it: a mean asks what a
        total asks."""
        key = (term.content, cells)
        if key not in self._shares:
            mine = {cell: weight for cell, weight in term.over.items() if cell in cells}
            scale = max(map(abs, mine.values())) or 1.0
            self._shares[key] = Term({cell: weight / scale for cell, weight in mine.items()}), scale
        return self._shares[key]

    def grid(self, numbers: frozenset[int], cells: frozenset[Cell]) -> Grid:
        """The grid of some cells, with periods as rows tell them apart."""
        spans = frozenset(self._spans[number] for number in numbers) - {frozenset()}
        if (cells, spans) not in self._periods:
            self._periods[cells, spans] = periods_of(cells, spans)
        periods = self._periods[cells, spans]
        key = (cells, frozenset(periods.items()))
        if key not in self._grids:
            self._grids[key] = Grid(cells, periods)
        return self._grids[key]

    def kinds(self, numbers: frozenset[int], grid: Grid) -> frozenset[tuple[int, ...]]:
        """In which ways rows weigh lines alike; rows of totals aside."""
        kinds = self._kinds.setdefault(grid, {})
        for number in numbers - kinds.keys():
            row = self._rows[number]
            profile = grid.profile(row.weights, row.content[0])
            kinds[number] = None if profile.of_totals else profile.kinds
        return frozenset(kind for number in numbers if (kind := kinds[number]) is not None)

    def limits(self, numbers: frozenset[int], grid: Grid, layout: Layout) -> list[Limits]:
        """Rows over the columns of a layout, and what ties these together, in one order whatever
        the order in which they were met."""
        limits = self._limits.setdefault(layout, {})
        for number in numbers - limits.keys():
            row = self._rows[number]
            sum_ = layout.sum(grid.profile(row.weights, row.content[0]))
            limits[number] = Limits(sum_, row.lo, row.hi)
        order = sorted(numbers, key=self._order.__getitem__)
        return [*map(limits.__getitem__, order), *layout.balances]

    def _part(self, rows: frozenset[int], cells: frozenset[Cell], held: Held) -> Part:
        key = (rows, cells, held)
        if key not in self._parts:
            self._parts[key] = Part(*key, self)
        return self._parts[key]


def _limits(layout: Layout, profiles: Sequence[Profile], rows: Sequence[Row]) -> list[Limits]:
    return [
        Limits(layout.sum(profile), row.lo, row.hi)
        for profile, row in zip(profiles, rows, strict=True)
    ]

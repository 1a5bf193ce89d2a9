"""Parts of a body of evidence: rows that bear on each other, each asked a question once.

Many bodies share their parts: what one belief more leaves untouched stays the part that it was. What
follows from a part's content alone (its columns, its rows over these) is worked out once, too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from tradecheck.bounds.clashes import Clashes
from tradecheck.bounds.layout import Layout, Months, Profile, groups_of, months_of
from tradecheck.bounds.programme import (
    Case,
    Cell,
    Constraint,
    Programme,
    Range,
    Row,
    Term,
    Weights,
    Zone,
    combined,
)
from tradecheck.bounds.solver import Limits

Held = frozenset[tuple[Cell, Range]]


class Part:
    """Rows that bear on each other, with their cells and what is known of these.

    rows: by number, see `Shared.number`. held: cells with the range that is known of them. tied: the
    cells that the rows tie together; a cell of one known value ties nothing.
    """

    def __init__(self, rows: frozenset[int], cells: frozenset[Cell], held: Held, shared: "Shared"):
        self.rows, self.cells, self.held = rows, cells, held
        self.tied = cells.difference(cell for cell, (lo, hi) in held if lo == hi)
        self._shared = shared
        self._touching: dict[frozenset[Cell], int] = {}
        self._programmes: dict[Layout, Programme] = {}
        self._found: dict[tuple, Range | None] = {}

    @cached_property
    def feasible(self) -> bool:
        """True where all rows can be true."""
        return self._programme(()).feasible

    def touching(self, cells: frozenset[Cell]) -> int:
        """How many of the cells lie in the part."""
        if cells not in self._touching:
            self._touching[cells] = len(self.tied & cells)
        return self._touching[cells]

    def sum(self, term: Term) -> Range | None:
        """Smallest and largest value of what a sum has in the part; None where no path is allowed."""
        if term.content not in self._found:
            mine = {cell: weight for cell, weight in term.over.items() if cell in self.tied}
            scale = max(map(abs, mine.values()))  # a mean asks what a total asks
            ends = self.range(Term({cell: weight / scale for cell, weight in mine.items()}))
            self._found[term.content] = ends and (scale * ends[0], scale * ends[1])
        return self._found[term.content]

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of a term whose every cell is in the part."""
        key = (term.content, *(row.content for row in where))
        if key not in self._found:
            asked = [*_sums([term]), *(row.weights for row in where)]
            self._found[key] = self._programme(asked).ends(term, where)
        return self._found[key]

    def level(self, sums: Sequence[Weights], where: Sequence[Row]) -> Range | None:
        """The values that all sums can have alike, on one path; None where no path allows it."""
        first, *others = sums
        alike = (Row(combined((1.0, other), (-1.0, first)), 0.0, 0.0) for other in others)
        return self.range(Term(first), (*where, *alike))

    def allows(self, case: Case, zone: Zone) -> bool:
        """True when at least one allowed path has every term of a case inside the zone."""
        asked = [*_sums(case.terms), *(row.weights for row in case.where)]
        return self._programme(asked).allows([case], zone)

    def smooth(self, series: Sequence[Weights]) -> list[float]:
        """One allowed path of the series: the one with the least total change of slope."""
        return self._programme(series).smooth(series)

    def _programme(self, asked: Iterable[Weights]) -> Programme:
        """The part as a programme in which these sums can be told, in one order of rows."""
        layout = self._shared.layout(self, asked)
        if layout not in self._programmes:
            limits = self._shared.limits(self, layout)
            self._programmes[layout] = Programme(
                len(layout), [*limits, *layout.balances], lambda w: layout.sum(self._shared.profile(w))
            )
        return self._programmes[layout]


class Shared:
    """Rows and parts that were met before, each content once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple, int] = {}
        self._rows: list[Row] = []
        self._order: list[tuple] = []
        self._profiles: list[Profile] = []
        self._known: dict[tuple, tuple] = {}
        self._parts: dict[tuple, Part] = {}
        self._joined: dict[tuple, Part] = {}
        self._months: dict[frozenset[Cell], Months] = {}
        self._telling: dict[tuple[int, int], bool] = {}
        self._layouts: dict[tuple, Layout] = {}
        self._limits: dict[tuple[Layout, int], Limits] = {}
        self._sums: dict[int, tuple[Mapping, dict]] = {}
        self._clashes = Clashes()

    def sums(self, values: Mapping[Cell, Range]) -> dict:
        """What was worked out where cells have these known values."""
        return self._sums.setdefault(id(values), (values, {}))[1]  # kept, so that ids stay their own

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
            self._order.append((sorted(row.weights.items()), row.lo, row.hi))
            self._profiles.append(self.profile(row.weights))
        return number

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

    def profile(self, weights: Weights) -> Profile:
        return Profile(weights, self._known)

    def layout(self, part: Part, asked: Iterable[Weights]) -> Layout:
        """Columns for the part's rows and for sums that are asked for."""
        months = self._months_of(part.cells)
        telling = [number for number in part.rows if self._tells(number, part.cells, months)]
        key = (part.cells, frozenset(telling))
        if key not in self._layouts:
            profiles = [self._profiles[number] for number in telling]
            self._layouts[key] = self._made(groups_of(months, profiles), part.cells, months)
        layout = self._layouts[key]
        more = [p for p in map(self.profile, asked) if not layout.fits(p)]
        if not more:
            return layout
        profiles = [*(self._profiles[number] for number in telling), *more]
        return self._made(groups_of(months, profiles), part.cells, months)

    def limits(self, part: Part, layout: Layout) -> list[Limits]:
        """The part's rows over the columns, in one order, whatever the order in which they were met."""
        found = []
        for number in sorted(part.rows, key=self._order.__getitem__):
            if (layout, number) not in self._limits:
                row = self._rows[number]
                sum_ = layout.sum(self._profiles[number])
                self._limits[layout, number] = Limits(sum_, row.lo, row.hi)
            found.append(self._limits[layout, number])
        return found

    def _made(self, groups: tuple, cells: frozenset[Cell], months: Months) -> Layout:
        key = (cells, groups)
        if key not in self._layouts:
            self._layouts[key] = Layout(groups, months)
        return self._layouts[key]

    def _months_of(self, cells: frozenset[Cell]) -> Months:
        if cells not in self._months:
            self._months[cells] = months_of(cells)
        return self._months[cells]

    def _tells(self, number: int, cells: frozenset[Cell], months: Months) -> bool:
        """Whether a row speaks of months, not of totals alone."""
        key = (number, id(months))  # months are kept, so that ids stay their own
        if key not in self._telling:
            self._telling[key] = not self._profiles[number].of_totals(months)
        return self._telling[key]

    def _part(self, rows: frozenset[int], cells: frozenset[Cell], held: Held) -> Part:
        key = (rows, cells, held)
        if key not in self._parts:
            self._parts[key] = Part(*key, self)
        return self._parts[key]


def _sums(terms: Iterable[Term]) -> list[Weights]:
    return [side for term in terms for side in (term.over, term.under) if side]

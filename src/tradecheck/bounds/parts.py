"""Parts of a body of evidence: rows that bear on each other, each asked a question once.

Many bodies share their parts: what one belief more leaves untouched stays the part that it was. What
follows from a part's content alone (its columns, the order of its rows) is worked out once, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from tradecheck.bounds.programme import Cell, Programme, Range, Row, Term, Weights, combined
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
        self._found: dict[tuple, Range | None] = {}

    @cached_property
    def programme(self) -> Programme:
        """The part as a programme, in one order wherever it comes from."""
        columns = self._shared.columns(self.cells)
        rows = self._shared.limits(self.rows, columns)
        known = (Limits({columns[cell]: 1.0}, *ends) for cell, ends in sorted(self.held))
        return Programme(columns, [*rows, *known])

    @cached_property
    def feasible(self) -> bool:
        """True where all rows can be true."""
        return self.programme.feasible

    def touching(self, cells: frozenset[Cell]) -> int:
        """How many of the cells lie in the part."""
        if cells not in self._touching:
            self._touching[cells] = len(self.tied & cells)
        return self._touching[cells]

    def sum(self, term: Term) -> Range | None:
        """Smallest and largest value of what a sum has in the part; None where no path is allowed."""
        if term.content not in self._found:
            mine = {cell: weight for cell, weight in term.over.items() if cell in self.tied}
            self._found[term.content] = self.programme.ends(Term(mine))
        return self._found[term.content]

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of a term whose every cell is in the part."""
        key = (term.content, *(row.content for row in where))
        if key not in self._found:
            self._found[key] = self.programme.ends(term, where)
        return self._found[key]

    def level(self, sums: Sequence[Weights], where: Sequence[Row]) -> Range | None:
        """The values that all sums can have alike, on one path; None where no path allows it."""
        first, *others = sums
        alike = (Row(combined((1.0, other), (-1.0, first)), 0.0, 0.0) for other in others)
        return self.range(Term(first), (*where, *alike))


class Shared:
    """Rows and parts that were met before, each content once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple, int] = {}
        self._order: list[tuple] = []
        self._rows: list[Row] = []
        self._parts: dict[tuple, Part] = {}
        self._joined: dict[tuple, Part] = {}
        self._columns: dict[frozenset[Cell], dict[Cell, int]] = {}
        self._limits: dict[int, dict[int, Limits]] = {}  # by the columns' id, by row

    def number(self, row: Row) -> int:
        """One number for all rows that say the same."""
        number = self._numbers.setdefault(row.content, len(self._rows))
        if number == len(self._rows):
            self._rows.append(row)
            self._order.append((sorted(row.weights.items()), row.lo, row.hi))
        return number

    def joined(
        self,
        parts: Iterable[Part],
        rows: Iterable[Row] = (),
        free: frozenset[Cell] = frozenset(),
        values: Mapping[Cell, Range] = {},
    ) -> Part:
        """Parts, further rows and cells that lie in no part, as one part."""
        parts, numbers = frozenset(parts), frozenset(map(self.number, rows))
        if len(parts) == 1 and not numbers and not free:
            return next(iter(parts))
        held = frozenset((cell, values[cell]) for cell in free if cell in values)
        key = (parts, numbers, free, held)
        if key not in self._joined:
            every = numbers.union(*(part.rows for part in parts))
            cells = free.union(*(part.cells for part in parts))
            held = held.union(*(part.held for part in parts))
            self._joined[key] = self._part(every, cells, held)
        return self._joined[key]

    def columns(self, cells: frozenset[Cell]) -> dict[Cell, int]:
        """The place of each cell in a programme of these."""
        if cells not in self._columns:
            self._columns[cells] = {cell: place for place, cell in enumerate(sorted(cells))}
        return self._columns[cells]

    def limits(self, rows: Iterable[int], columns: Mapping[Cell, int]) -> list[Limits]:
        """The rows in one order, whatever the order in which they were met."""
        known = self._limits.setdefault(id(columns), {})  # the columns are kept, so ids stay theirs
        found = []
        for number in sorted(rows, key=self._order.__getitem__):
            if number not in known:
                row = self._rows[number]
                known[number] = Limits(
                    {columns[cell]: weight for cell, weight in row.weights.items()}, row.lo, row.hi
                )
            found.append(known[number])
        return found

    def _part(self, rows: frozenset[int], cells: frozenset[Cell], held: Held) -> Part:
        key = (rows, cells, held)
        if key not in self._parts:
            self._parts[key] = Part(*key, self)
        return self._parts[key]

"""Parts of the evidence that have nothing to do with each other, and what each allows.

Cells that no constraint ties together, directly or through others, vary freely of one another. So
a sum over two parts reaches from the sum of the smallest values to that of the largest, and a ratio
of sums over two parts from the smallest over the largest to the largest over the smallest. Many
bodies of evidence share their parts, and what was asked of a part once is not asked again.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import isinf

from tradecheck.errors import TradecheckError
from tradecheck.evidence import Knowledge
from tradecheck.measures import minus
from tradecheck.bounds.programme import (
    CLEARLY,
    SMALLEST_BASE,
    Case,
    Cell,
    Constraint,
    Evidence,
    Grade,
    Row,
    Term,
    Weights,
)

Range = tuple[float, float]


class Part:
    """Rows that bear on each other, with their cells."""

    def __init__(self, rows: Iterable[Row], cells: Iterable[Cell]):
        self.rows, self.cells = tuple(rows), frozenset(cells)
        self._found: dict[tuple, Range | None] = {}

    @cached_property
    def evidence(self) -> Evidence:
        """The part as evidence of its own, in one order wherever it comes from."""
        ordered = sorted(self.rows, key=_content)
        words = "what bears on a measure"
        constraint = Constraint("part", words, tuple(ordered), Grade.BOUNDED)
        return Evidence(sorted(self.cells), [constraint])

    @property
    def questions(self) -> int:
        return len(self._found)

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of a term; None where no path allows it."""
        key = (_said(term.over), term.under and _said(term.under), *map(_key, where))
        if key not in self._found:
            self._found[key] = self._solved(term, where)
        return self._found[key]

    def _solved(self, term: Term, where: Sequence[Row]) -> Range | None:
        try:
            return self.evidence.bounds([Case((term,), tuple(where))])
        except TradecheckError:  # no path, or none with a base
            return None


class Parts:
    """All parts that were met, each content once."""

    def __init__(self):
        self._numbers: dict[tuple, int] = {}
        self._number_of: dict[int, tuple[int, Row]] = {}
        self._known: dict[tuple, Part] = {}

    def of(self, rows: Sequence[Row], cells: Iterable[Cell]) -> Part:
        cells = frozenset(cells)
        key = (frozenset(map(self._number, rows)), cells)
        if key not in self._known:
            self._known[key] = Part(rows, cells)
        return self._known[key]

    def joined(self, parts: Iterable[Part]) -> Part:
        """Several parts as one."""
        parts = set(parts)
        if len(parts) == 1:
            return parts.pop()
        rows = {id(row): row for part in parts for row in part.rows}
        return self.of(list(rows.values()), frozenset().union(*(part.cells for part in parts)))

    @property
    def asked(self) -> int:
        """How many parts were asked anything."""
        return sum(part.questions > 0 for part in self._known.values())

    @property
    def questions(self) -> int:
        """How many smallest and largest values were looked for."""
        return sum(part.questions for part in self._known.values())

    def _number(self, row: Row) -> int:
        """One number for all rows that say the same."""
        if id(row) not in self._number_of:  # the row is kept, so that its id stays its own
            number = self._numbers.setdefault(_key(row), len(self._numbers))
            self._number_of[id(row)] = (number, row)
        return self._number_of[id(row)][0]


class Body:
    """A body of evidence, split into its parts."""

    def __init__(self, knowledge: Knowledge, parts: Parts):
        self.knowledge, self._parts = knowledge, parts
        self._part_of = self._split()

    @cached_property
    def possible(self) -> bool:
        """True where the evidence can all be true: each part, and what ties fixed cells together."""
        evidence = self.knowledge.evidence
        fixed = [row for row in evidence.rows if row.weights.keys() <= evidence.fixed.keys()]
        return all(part.evidence.possible for part in set(self._part_of.values())) and all(
            row.lo - CLEARLY <= evidence.known(row.weights) <= row.hi + CLEARLY for row in fixed
        )

    def touching(self, cells: Iterable[Cell]) -> frozenset[Part]:
        """The parts that the cells lie in."""
        return frozenset(map(self._part_of.__getitem__, cells))

    def joined(self, cells: Iterable[Cell]) -> Part:
        """The parts that the cells lie in, as one."""
        return self._parts.joined(self.touching(cells))

    def bounds(self, cases: Sequence[Case]) -> Range:
        """As `Evidence.bounds`, part by part."""
        found = [self._range(term, case.where) for case in cases for term in case.terms]
        known = [ends for ends in found if ends]
        if not known:
            raise TradecheckError("A ratio has a base of zero on every allowed path.")
        return min(lo for lo, _ in known), max(hi for _, hi in known)

    def levels(self, sums: Sequence[Weights], where: Sequence[Row]) -> Range | None:
        """Smallest and largest common value that all sums can have at once."""
        first, *others = sums
        equal = [Row(minus(other, first), 0.0, 0.0) for other in others]
        return self._sum(first, [*where, *equal])

    def _range(self, term: Term, where: Sequence[Row]) -> Range | None:
        if term.under is None:
            return self._sum(term.over, where)
        apart = self.sides(term.over, term.under, where)
        if apart is None:
            cells = [*term.over, *term.under, *(cell for row in where for cell in row.weights)]
            return self.joined(cells).range(term, where)
        over = self._sum(term.over, apart[0])
        under = self._sum(term.under, apart[1])
        if over is None or under is None or under[1] < SMALLEST_BASE:
            return None
        return _quotient(over, under)

    def sides(
        self, over: Iterable[Cell], under: Iterable[Cell], where: Sequence[Row]
    ) -> tuple[list[Row], list[Row]] | None:
        """The rows of a case that bear on the one and on the other, None where these are tied."""
        one, other = self.touching(over), self.touching(under)
        upper, lower = [], []
        for row in where:
            touched = self.touching(row.weights)
            if touched & one:
                upper.append(row)
                one |= touched
            else:
                lower.append(row)
                other |= touched
        return None if one & other else (upper, lower)

    def _sum(self, weights: Weights, where: Sequence[Row]) -> Range | None:
        if where:
            cells = [*weights, *(cell for row in where for cell in row.weights)]
            return self.joined(cells).range(Term(weights), where)
        mine: dict[Part, dict[Cell, float]] = {}
        for cell, weight in weights.items():
            mine.setdefault(self._part_of[cell], {})[cell] = weight
        ends = [part.range(Term(part_weights)) for part, part_weights in mine.items()]
        return sum(lo for lo, _ in ends), sum(hi for _, hi in ends)

    def _split(self) -> dict[Cell, Part]:
        """The part of each cell. A cell whose value is fixed ties nothing together."""
        evidence = self.knowledge.evidence
        rows_of: dict[Cell, list[Row]] = {cell: [] for cell in evidence.cells}
        for row in evidence.rows:
            for cell in row.weights:
                rows_of[cell].append(row)
        part_of: dict[Cell, Part] = {}
        for start in evidence.cells:
            if start in part_of:
                continue
            rows, reached, waiting = {}, {start}, [start]
            while waiting:
                cell = waiting.pop()
                alone = cell in evidence.fixed
                for row in rows_of[cell]:
                    if id(row) not in rows and not (alone and len(row.weights) > 1):
                        rows[id(row)] = row
                        waiting += row.weights.keys() - reached
                        reached |= row.weights.keys()
            part = self._parts.of(list(rows.values()), reached)
            own = {start} if start in evidence.fixed else reached - evidence.fixed.keys()
            part_of |= dict.fromkeys(own, part)
        return part_of


def _quotient(over: Range, under: Range) -> Range:
    """A ratio of two values that vary freely, neither below zero."""
    (least, most), (smallest, largest) = over, under
    lo = 0.0 if isinf(largest) else least / largest
    if smallest < SMALLEST_BASE:
        return lo, (float("inf") if most > SMALLEST_BASE else 0.0)
    return lo, most / smallest


def _said(weights: Weights) -> frozenset:
    return frozenset(weights.items())


def _key(row: Row) -> tuple:
    """The same for all rows that say the same."""
    return (_said(row.weights), row.lo, row.hi)


def _content(row: Row) -> tuple:
    """As `_key`, in one order wherever it comes from."""
    return (sorted(row.weights.items()), row.lo, row.hi)

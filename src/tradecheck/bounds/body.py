"""A body of evidence: known values of cells, constraints on others, and what they allow together.

Cells that no constraint ties together, directly or through others, vary freely of one another. So a
sum over them reaches from the sum of the smallest values to that of the largest, and a ratio of sums
that share no cell from the smallest over the largest to the largest over the smallest: arithmetic,
without a solver. Only cells that a constraint ties together go to a linear programme, part by part.
Many bodies share their parts, and what was asked of a part once is not asked again.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations

from tradecheck.bounds.programme import (
    CLEARLY,
    SMALLEST_BASE,
    STRENGTH,
    Case,
    Cell,
    Constraint,
    Contradiction,
    Grade,
    Programme,
    Range,
    Row,
    Term,
    Weights,
    Zone,
)
from tradecheck.errors import TradecheckError

NOTHING_KNOWN = (0.0, math.inf)
KNOWN = "the monthly statistic"


class Part:
    """Rows that bear on each other, with their cells and what is known of these."""

    def __init__(self, rows: Iterable[Row], cells: frozenset[Cell], values: Mapping[Cell, Range]):
        self.rows, self.cells = tuple(rows), cells
        self._values = {cell: values[cell] for cell in cells if cell in values}
        self._found: dict[tuple, Range | None] = {}

    @cached_property
    def programme(self) -> Programme:
        """The part as a programme, in one order wherever it comes from."""
        known = (Row({cell: 1.0}, *ends) for cell, ends in sorted(self._values.items()))
        return Programme(sorted(self.cells), [*sorted(self.rows, key=_content), *known])

    @property
    def questions(self) -> int:
        return len(self._found)

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of a term; None where no path allows it."""
        key = (_said(term.over), term.under and _said(term.under), *map(_key, where))
        if key not in self._found:
            self._found[key] = self.programme.ends(term, where)
        return self._found[key]


class Shared:
    """Parts that were met before, each content once, for bodies that have the same known values."""

    def __init__(self) -> None:
        self._numbers: dict[tuple, int] = {}
        self._number_of: dict[int, tuple[int, Row]] = {}
        self._known: dict[tuple, Part] = {}

    def of(self, rows: Sequence[Row], cells: frozenset[Cell], values: Mapping[Cell, Range]) -> Part:
        held = frozenset((cell, values[cell]) for cell in cells if cell in values)
        key = (frozenset(map(self._number, rows)), cells, held)
        if key not in self._known:
            self._known[key] = Part(rows, cells, values)
        return self._known[key]

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
    """Known values (smallest, largest) by cell, and constraints. Every cell is at least zero."""

    def __init__(
        self,
        values: Mapping[Cell, Range],
        constraints: Iterable[Constraint] = (),
        shared: Shared | None = None,
        grade: Grade = Grade.OBSERVED,
    ):
        self.values, self.constraints = values, tuple(constraints)
        self.shared, self.grade = shared or Shared(), grade
        self._strong: dict[Grade, Body] = {}
        self._joined: dict[frozenset[Part], Part] = {}
        self._part_of = self._split()

    def believing(self, constraints: Iterable[Constraint]) -> "Body":
        """The same evidence with more constraints."""
        return Body(self.values, (*self.constraints, *constraints), self.shared, self.grade)

    def at_least_as_strong_as(self, grade: Grade) -> "Body":
        """Only the constraints of this grade and of stronger ones."""
        if grade not in self._strong:
            kept = [c for c in self.constraints if STRENGTH[c.grade] <= STRENGTH[grade]]
            self._strong[grade] = Body(self.values, kept, self.shared, self.grade)
        return self._strong[grade]

    # -- bounds -------------------------------------------------------------------------------

    def bounds(self, cases: Sequence[Case]) -> Range:
        """Smallest and largest value of any term in any case that has an allowed path.

        Infinite where nothing limits it. Raises Contradiction where no path is allowed, and
        TradecheckError where every allowed path has a base of zero.
        """
        self.check(frozenset().union(*(case.cells for case in cases)))
        found = [self.range(term, case.where) for case in cases for term in case.terms]
        known = [ends for ends in found if ends]
        if not known:
            raise TradecheckError("A ratio has a base of zero on every allowed path.")
        return min(lo for lo, _ in known), max(hi for _, hi in known)

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of one term; None where no path allows it or has a base."""
        if term.under is None:
            return self._sum(term.over, where)
        apart = self._apart(term.over, term.under, where)
        if apart is None:
            if not where and self._all_fixed(term.cells):
                return _fixed_ratio(self._sum(term.over, ()), self._sum(term.under, ()))
            cells = [*term.over, *term.under, *(cell for row in where for cell in row.weights)]
            return self.joined(cells).range(term, where)
        over, under = self._sum(term.over, apart[0]), self._sum(term.under, apart[1])
        if over is None or under is None or under[1] < SMALLEST_BASE:
            return None
        return _quotient(over, under)

    def allows(self, cases: Sequence[Case], zone: Zone) -> bool:
        """True when at least one allowed path has every term of a case inside the zone."""
        cells = frozenset().union(*(case.cells for case in cases))
        self.check(cells)
        if self._all_fixed(cells):
            return any(self._meets(case, zone) for case in cases)
        return self.joined(cells).programme.allows(cases, zone)

    def grade_of(self, cases: Sequence[Case], bounds: Range) -> Grade:
        """The strongest grade present whose evidence, with stronger ones, gives the bounds."""
        cells = frozenset().union(*(case.cells for case in cases))
        if not any(cell in self._part_of for cell in cells):
            unknown = not all(cell in self.values for cell in cells)
            floor = any(math.isinf(self.values[cell][1]) for cell in cells if cell in self.values)
            return Grade.BOUNDED if unknown or floor else self.grade
        present = {c.grade for c in self.constraints} | {Grade.BOUNDED}
        *stronger, weakest = sorted(present, key=STRENGTH.__getitem__)
        for grade in stronger:
            alone = self.at_least_as_strong_as(grade).bounds(cases)
            if all(_alike(one, other) for one, other in zip(alone, bounds, strict=True)):
                return grade
        return weakest

    def smooth_path(self, series: Sequence[Weights]) -> list[float]:
        """One allowed path of the series: the one with the least total change of slope."""
        cells = frozenset(cell for weights in series for cell in weights)
        self.check(cells)
        return self.joined(cells).programme.smooth(series)

    def ties(self, cell: Cell) -> bool:
        """Whether a constraint speaks of the cell."""
        return cell in self._part_of

    def reached(self, cells: Iterable[Cell]) -> frozenset[Cell]:
        """The cells that bear on these, directly or through constraints."""
        cells = frozenset(cells)
        return cells.union(*(self._part_of[cell].cells for cell in cells if cell in self._part_of))

    def question(self, cells: Iterable[Cell]) -> tuple:
        """The same for every body in which these cells mean the same."""
        parts = frozenset(self._part_of[cell] for cell in cells if cell in self._part_of)
        return (parts, id(self.values))

    # -- contradictions -----------------------------------------------------------------------

    @cached_property
    def possible(self) -> bool:
        """True where everything can be true: each part, and what ties known values together."""
        fixed = (
            (row, self._sum(row.weights, ())[0])
            for constraint in self.constraints
            for row in constraint.rows
            if self._all_fixed(row.weights)
        )
        return all(row.lo - CLEARLY <= value <= row.hi + CLEARLY for row, value in fixed) and all(
            part.programme.feasible for part in set(self._part_of.values())
        )

    def check(self, cells: Iterable[Cell] | None = None) -> None:
        """Raises Contradiction where no path is allowed."""
        if not self.possible:
            raise Contradiction(self.clash)

    @cached_property
    def clash(self) -> tuple[Constraint, ...]:
        """A smallest set of constraints that cannot all be true; empty if all can."""
        if self.possible:
            return ()
        core = list(self.constraints)
        for constraint in self.constraints:  # drop whatever the clash does not need
            rest = [other for other in core if other is not constraint]
            if not Body(self.values, rest, self.shared).possible:
                core = rest
        for size in range(1, len(core)):  # another clash may be smaller still
            for subset in combinations(self.constraints, size):
                if not Body(self.values, subset, self.shared).possible:
                    return subset
        return tuple(core)

    # -- parts --------------------------------------------------------------------------------

    def joined(self, cells: Iterable[Cell]) -> Part:
        """The parts that the cells lie in, as one; cells that nothing ties are parts of their own."""
        cells = frozenset(cells)
        parts = frozenset(self._part_of[cell] for cell in cells if cell in self._part_of)
        free = frozenset(cell for cell in cells if cell not in self._part_of)
        if len(parts) == 1 and not free:
            return next(iter(parts))
        rows = {id(row): row for part in parts for row in part.rows}
        every = free.union(*(part.cells for part in parts))
        return self.shared.of(list(rows.values()), every, self.values)

    def _sum(self, weights: Weights, where: Sequence[Row]) -> Range | None:
        if where:
            cells = [*weights, *(cell for row in where for cell in row.weights)]
            return self.joined(cells).range(Term(weights), where)
        lo = hi = 0.0
        tied: dict[Part, dict[Cell, float]] = {}
        for cell, weight in weights.items():
            if not weight:
                continue
            if (part := self._part_of.get(cell)) is not None:
                tied.setdefault(part, {})[cell] = weight
                continue
            least, most = self.values.get(cell, NOTHING_KNOWN)
            if weight > 0:
                lo, hi = lo + weight * least, hi + weight * most
            else:
                lo, hi = lo + weight * most, hi + weight * least
        for part, mine in tied.items():
            ends = part.range(Term(mine))
            if ends is None:
                return None
            lo, hi = lo + ends[0], hi + ends[1]
        return lo, hi

    def _apart(
        self, over: Weights, under: Weights, where: Sequence[Row]
    ) -> tuple[list[Row], list[Row]] | None:
        """The rows of a case that bear on the one and on the other, None where these are tied."""
        one, other = self._touching(over), self._touching(under)
        upper, lower = [], []
        for row in where:
            touched = self._touching(row.weights)
            if touched & one:
                upper.append(row)
                one |= touched
            else:
                lower.append(row)
                other |= touched
        return None if one & other else (upper, lower)

    def _touching(self, cells: Iterable[Cell]) -> set:
        return {self._part_of.get(cell, cell) for cell in cells}

    def _all_fixed(self, cells: Iterable[Cell]) -> bool:
        """Whether every cell has one known value and no constraint is needed to know it."""
        ends = (self.values.get(cell, NOTHING_KNOWN) for cell in cells)
        return all(lo == hi for lo, hi in ends)

    def _meets(self, case: Case, zone: Zone) -> bool:
        def value(weights: Weights) -> float:
            return sum(weight * self.values[cell][0] for cell, weight in weights.items())

        if not all(row.lo - CLEARLY <= value(row.weights) <= row.hi + CLEARLY for row in case.where):
            return False
        for term in case.terms:
            under = 1.0 if term.under is None else value(term.under)
            if term.under is not None and under < SMALLEST_BASE:
                return False
            found = value(term.over) / under
            if not zone.covers(found, found):
                return False
        return True

    def _split(self) -> dict[Cell, Part]:
        """The part of each cell that a constraint ties. A cell of one known value ties nothing."""
        rows_of: dict[Cell, list[Row]] = {}
        for constraint in self.constraints:
            for row in constraint.rows:
                for cell in row.weights:
                    rows_of.setdefault(cell, []).append(row)
        part_of: dict[Cell, Part] = {}
        fixed = {cell for cell in rows_of if self._all_fixed([cell])}
        for start in rows_of:
            if start in part_of or start in fixed:
                continue
            rows: dict[int, Row] = {}
            reached, waiting = {start}, [start]
            while waiting:
                cell = waiting.pop()
                if cell in fixed:
                    continue
                for row in rows_of[cell]:
                    if id(row) not in rows:
                        rows[id(row)] = row
                        waiting += row.weights.keys() - reached
                        reached |= row.weights.keys()
            part = self.shared.of(list(rows.values()), frozenset(reached), self.values)
            part_of |= dict.fromkeys(reached - fixed, part)
        return part_of


def _quotient(over: Range, under: Range) -> Range:
    """A ratio of two values that vary freely, neither below zero."""
    (least, most), (smallest, largest) = over, under
    lo = 0.0 if math.isinf(largest) else least / largest
    if smallest < SMALLEST_BASE:
        return lo, (math.inf if most > SMALLEST_BASE else 0.0)
    return lo, most / smallest


def _fixed_ratio(over: Range, under: Range) -> Range | None:
    return None if under[0] < SMALLEST_BASE else (over[0] / under[0], over[0] / under[0])


def _alike(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=1e-7, abs_tol=CLEARLY)


def _said(weights: Weights) -> frozenset:
    return frozenset(weights.items())


def _key(row: Row) -> tuple:
    """The same for all rows that say the same."""
    return (_said(row.weights), row.lo, row.hi)


def _content(row: Row) -> tuple:
    """As `_key`, in one order wherever it comes from."""
    return (sorted(row.weights.items()), row.lo, row.hi)

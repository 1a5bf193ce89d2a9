"""A body of evidence: known values of cells, constraints on others, and what they allow together.

Cells that no constraint ties together, directly or through others, vary freely of one another. So a
sum over them reaches from the sum of the smallest values to that of the largest, and a ratio of
sums that share no cell from the smallest over the largest to the largest over the smallest:
arithmetic, without a solver. Only cells that a constraint ties together go to a linear programme,
part by part.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from tradecheck.bounds import box
from tradecheck.bounds.parts import Part, Shared
from tradecheck.bounds.terms import (
    CLEARLY,
    SMALLEST_BASE,
    STRENGTH,
    Case,
    Cell,
    Constraint,
    Contradiction,
    Grade,
    Missing,
    Range,
    Row,
    Term,
    Weights,
    Zone,
)


class Body:
    """Known values (smallest, largest) by cell, and constraints. Every cell is at least zero."""

    def __init__(
        self,
        values: Mapping[Cell, Range],
        constraints: Iterable[Constraint] = (),
        shared: Shared | None = None,
        grade: Grade = Grade.OBSERVED,
    ):
        self.values, self.shared, self.grade = values, shared or Shared(), grade
        self.constraints: tuple[Constraint, ...] = ()
        self.parts: tuple[Part, ...] = ()
        self._settled: tuple[Row, ...] = ()  # rows whose every cell has one known value
        self._strong: dict[Grade, Body] = {}
        self._touched: dict[frozenset[Cell], frozenset[Part]] = {}
        self._questions: dict[frozenset[Cell], tuple[Any, ...]] = {}
        self._sound: dict[frozenset[Cell], bool] = {}
        self._reach: dict[frozenset[Cell], tuple[frozenset[Part], frozenset[Cell]] | None] = {}
        self._sums = self.shared.sums(values)
        if constraints := tuple(constraints):
            self._add(constraints, Body(values, (), self.shared, grade))

    def believing(self, constraints: Iterable[Constraint]) -> "Body":
        """The same evidence with more constraints."""
        body = Body(self.values, (), self.shared, self.grade)
        body.constraints, body._settled = self.constraints, self._settled
        body._add(tuple(constraints), self)
        return body

    def at_least_as_strong_as(self, grade: Grade) -> "Body":
        """Only the constraints of this grade and of stronger ones."""
        if grade not in self._strong:
            kept = [c for c in self.constraints if STRENGTH[c.grade] <= STRENGTH[grade]]
            self._strong[grade] = self._with(kept)
        return self._strong[grade]

    # -- bounds -------------------------------------------------------------------------------

    def bounds(self, cases: Sequence[Case]) -> Range:
        """Smallest and largest value of any term in any case that has an allowed path.

        Infinite where nothing limits it. Raises Contradiction where no path is allowed, and Missing
        where every allowed path has a base of zero.
        """
        return self.outer([self.ends(case) for case in cases])

    def ends(self, case: Case) -> list[Range | None]:
        """Smallest and largest value of each term of a case; None where no path has it."""
        self.check(case.cells)
        return [
            self._sum(term, case.where) if term.under is None else self._ratio(term, case.where)
            for term in case.terms
        ]

    @staticmethod
    def outer(found: Iterable[Sequence[Range | None]]) -> Range:
        """The smallest and the largest of all ends. Raises Missing where there are none."""
        known = [ends for some in found for ends in some if ends]
        if not known:
            raise Missing("The base that it divides by is zero, so there is no ratio.")
        return min(lo for lo, _ in known), max(hi for _, hi in known)

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of one term; None where no path allows it or has a base."""
        return self.ends(Case((term,), tuple(where)))[0]

    def span(self, term: Term) -> Range:
        """The same of a term that has a value on every path: a sum, of evidence that can be true."""
        found = self.range(term)
        assert found is not None
        return found

    def allows(
        self, cases: Sequence[Case], zone: Zone, found: Sequence[list[Range | None]] = ()
    ) -> bool:
        """True when at least one allowed path has every term of a case inside the zone. found: the
        ends of each case, if they are known already."""
        found = found or [self.ends(case) for case in cases]
        return any(
            self._case_allows(case, zone, ends) for case, ends in zip(cases, found, strict=True)
        )

    def grade_of(self, cases: Sequence[Case], bounds: Range) -> Grade:
        """The strongest grade present whose evidence, with stronger ones, gives the bounds."""
        cells = frozenset().union(*(case.cells for case in cases))
        if not self.touched(cells):
            unknown = not all(cell in self.values for cell in cells)
            floor = any(math.isinf(self.values[cell][1]) for cell in cells if cell in self.values)
            return Grade.BOUNDED if unknown or floor else self.grade
        present = {c.grade for c in self.constraints} | {Grade.BOUNDED}
        *stronger, weakest = sorted(present, key=STRENGTH.__getitem__)
        for grade in stronger:
            alone = self.at_least_as_strong_as(grade).bounds(cases)
            if all(_same(one, other) for one, other in zip(alone, bounds, strict=True)):
                return grade
        return weakest

    def smooth_path(self, series: Sequence[Weights]) -> list[float]:
        """One allowed path of the series: the one with the least total change of slope."""
        cells = frozenset(cell for weights in series for cell in weights)
        self.check(cells)
        return self._all(cells).smooth(series)

    # -- what bears on what -------------------------------------------------------------------

    def touched(self, cells: frozenset[Cell]) -> frozenset[Part]:
        """The parts that some of the cells lie in."""
        if cells not in self._touched:
            found = (part for part in self.parts if part.touching(cells))
            self._touched[cells] = frozenset(found)
        return self._touched[cells]

    def ties(self, cell: Cell) -> bool:
        """Whether a constraint speaks of the cell."""
        return bool(self.touched(frozenset({cell})))

    def reached(self, cells: Iterable[Cell]) -> frozenset[Cell]:
        """The cells that bear on these, directly or through constraints."""
        cells = frozenset(cells)
        return cells.union(*(part.tied for part in self.touched(cells)))

    def question(self, cells: frozenset[Cell]) -> tuple[Any, ...]:
        """The same for every body in which these cells mean the same."""
        if cells not in self._questions:
            held = frozenset((cell, self.values[cell]) for cell in cells if cell in self.values)
            self._questions[cells] = self.touched(cells), held
        return self._questions[cells]

    # -- contradictions -----------------------------------------------------------------------

    @cached_property
    def possible(self) -> bool:
        """True where everything can be true: each part, and what ties known values together."""
        return not self._broken and all(part.feasible for part in self.parts)

    def sound(self, cells: frozenset[Cell]) -> bool:
        """True where all can be true that bears on these cells."""
        if cells not in self._sound:
            self._sound[cells] = all(part.feasible for part in self.touched(cells)) and all(
                row.cells.isdisjoint(cells) for row in self._broken
            )
        return self._sound[cells]

    def check(self, cells: frozenset[Cell] | None = None) -> None:
        """Raises Contradiction where what bears on these cells, or on any, cannot all be true."""
        if not (self.possible if cells is None else self.sound(cells)):
            raise Contradiction(self.clashes(cells)[0])

    def clashes(self, cells: frozenset[Cell] | None = None) -> tuple[tuple[Constraint, ...], ...]:
        """Every set of constraints that cannot all be true while each smaller part of it can, the
        smallest first; only those that bear on these cells, if some are given."""
        parts = self.parts if cells is None else self.touched(cells)
        rows = [row for row in self._broken if cells is None or not row.cells.isdisjoint(cells)]
        wrong = {n for part in parts if not part.feasible for n in part.rows}
        wrong |= {self.shared.number(row) for row in rows}
        suspects = [
            one for one in self.constraints if any(self.shared.number(r) in wrong for r in one.rows)
        ]
        return self.shared.clashes(suspects, lambda some: self._with(some).possible)

    @cached_property
    def _broken(self) -> list[Row]:
        """Rows that known values contradict."""
        return [row for row in self._settled if not box.met([row], self.values)]

    # -- parts --------------------------------------------------------------------------------

    def _with(self, constraints: Iterable[Constraint]) -> "Body":
        return Body(self.values, constraints, self.shared, self.grade)

    def _add(self, constraints: tuple[Constraint, ...], to: "Body") -> None:
        """Join the rows of constraints with the parts of a body that they touch."""
        self.constraints = (*self.constraints, *constraints)
        joins: list[tuple[set[Part], list[Row], set[Cell]]] = []
        for row in (row for constraint in constraints for row in constraint.rows):
            reach = to._reaching(row)
            if reach is None:
                self._settled = (*self._settled, row)
                continue
            parts, rows, free = {*reach[0]}, [row], {*reach[1]}
            for join in [
                j for j in joins if not parts.isdisjoint(j[0]) or not free.isdisjoint(j[2])
            ]:
                joins.remove(join)
                parts, rows, free = parts | join[0], join[1] + rows, free | join[2]
            joins.append((parts, rows, free))
        gone = {part for parts, _, _ in joins for part in parts}
        made = (
            self.shared.joined(frozenset(parts), rows, frozenset(free), self.values)
            for parts, rows, free in joins
        )
        self.parts = (*(part for part in to.parts if part not in gone), *made)

    def _reaching(self, row: Row) -> tuple[frozenset[Part], frozenset[Cell]] | None:
        """The parts that a row touches, and its cells in none; None if each has one known value."""
        if row.cells not in self._reach:
            loose = box.loose(row.cells, self.values)
            parts = self.touched(loose)
            free = row.cells.difference(*(part.cells for part in parts))
            self._reach[row.cells] = (parts, free) if loose else None
        return self._reach[row.cells]

    def _all(self, cells: frozenset[Cell]) -> Part:
        """The parts that the cells lie in, as one; cells that nothing ties with them."""
        parts = self.touched(cells)
        free = cells.difference(*(part.cells for part in parts))
        return self.shared.joined(parts, (), free, self.values)

    # -- sums and ratios ----------------------------------------------------------------------

    def _ratio(self, term: Term, where: tuple[Row, ...]) -> Range | None:
        apart = self._apart(term.top.cells, term.base.cells, where)
        under = self._sum(term.base, apart[1] if apart else where)
        if under is None or under[1] < SMALLEST_BASE:
            return None
        if apart:
            over = self._sum(term.top, apart[0])
            return over and box.quotient(over, under)
        if not where and not self.touched(term.cells) and (ends := box.ratio(term, self.values)):
            return ends
        return self._all(term.cells.union(*(row.cells for row in where))).range(term, where)

    def _sum(self, term: Term, where: tuple[Row, ...]) -> Range | None:
        parts = self.touched(term.cells)
        if where:
            parts = parts.union(*(self.touched(row.cells) for row in where))
        key = (term.content, parts, *(row.content for row in where))
        if key not in self._sums:
            self._sums[key] = self._summed(term, where, parts)
        return self._sums[key]

    def _summed(self, term: Term, where: tuple[Row, ...], parts: frozenset[Part]) -> Range | None:
        if where:
            cells = term.cells.union(*(row.cells for row in where))
            if not box.loose(cells, self.values):
                return box.total(term.over, self.values) if box.met(where, self.values) else None
            return self._all(cells).range(term, where)
        free: Iterable[Cell] = ()
        if sum(part.touching(term.cells) for part in parts) < len(term.cells):
            free = term.cells.difference(*(part.tied for part in parts))
        ends = []
        for part in parts:
            if (found := part.sum(term)) is None:
                return None
            ends.append(found)
        ends.append(box.total({cell: term.over[cell] for cell in free}, self.values))
        return math.fsum(lo for lo, _ in ends), math.fsum(hi for _, hi in ends)

    def _apart(
        self, over: frozenset[Cell], under: frozenset[Cell], where: tuple[Row, ...]
    ) -> tuple[tuple[Row, ...], tuple[Row, ...]] | None:
        """The rows that bear on the one and on the other; None where both are tied."""
        one, other = self.touched(over), self.touched(under)
        upper, lower = [], []
        for row in where:
            touched = self.touched(row.cells)
            if touched.isdisjoint(one) and row.cells.isdisjoint(over):
                lower.append(row)
                other, under = other | touched, under | row.cells
            else:
                upper.append(row)
                one, over = one | touched, over | row.cells
        if one.isdisjoint(other) and over.isdisjoint(under):
            return tuple(upper), tuple(lower)
        return None

    # -- zones --------------------------------------------------------------------------------

    def _case_allows(self, case: Case, zone: Zone, ends: Sequence[Range | None]) -> bool:
        if any(one is None or zone.misses(*one) for one in ends):
            return False
        if len(case.terms) == 1:
            return True
        if not self.touched(case.cells):
            if not box.loose(case.cells, self.values):
                return True
            if not case.where and box.agree(case.terms, zone):
                return True
        return self._level(case, zone) or self._all(case.cells).allows(case, zone)

    def _level(self, case: Case, zone: Zone) -> bool:
        """Whether ratios meet the zone on a path where all that is divided is alike, and all bases,
        too: what is asked of each side alone is asked of few parts, and most zones are met so."""
        if case.sides is None:
            return False
        overs, unders = case.sides
        apart = self._apart(_cells(overs), _cells(unders), case.where)
        if apart is None:
            return False
        over, under = self._alike(overs, apart[0]), self._alike(unders, apart[1])
        if over is None or under is None or under[1] < SMALLEST_BASE:
            return False
        lo, hi = box.quotient(over, under)
        return lo + CLEARLY <= hi - CLEARLY and not zone.misses(lo + CLEARLY, hi - CLEARLY)

    def _alike(self, sums: tuple[Term, ...], where: tuple[Row, ...]) -> Range | None:
        """The values that all sums can have alike on one path."""
        if len(sums) == 1:
            return self._sum(sums[0], where)
        cells = _cells(sums).union(*(row.cells for row in where))
        key = ("alike", *(term.content for term in sums), self.touched(cells), *where)
        if key not in self._sums:
            self._sums[key] = self._all(cells).level(sums, where)
        return self._sums[key]


def _cells(terms: Iterable[Term]) -> frozenset[Cell]:
    return frozenset().union(*(term.cells for term in terms))


def _same(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=1e-7, abs_tol=CLEARLY)

"""A body of evidence: known values of cells, constraints on others, and what they allow together.

Cells that no constraint ties together, directly or through others, vary freely of one another. So a
sum over them reaches from the sum of the smallest values to that of the largest, and a ratio of sums
that share no cell from the smallest over the largest to the largest over the smallest: arithmetic,
without a solver. Only cells that a constraint ties together go to a linear programme, part by part.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from tradecheck.bounds import box
from tradecheck.bounds.parts import Part, Shared
from tradecheck.bounds.programme import (
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
        self._touched: dict[frozenset[Cell], tuple[Part, ...]] = {}
        self._questions: dict[frozenset[Cell], tuple] = {}
        self._add(tuple(constraints))

    def believing(self, constraints: Iterable[Constraint]) -> "Body":
        """The same evidence with more constraints."""
        body = Body(self.values, (), self.shared, self.grade)
        body.constraints, body.parts, body._settled = self.constraints, self.parts, self._settled
        body._add(tuple(constraints))
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
        self.check()
        found = [self.range(term, case.where) for case in cases for term in case.terms]
        known = [ends for ends in found if ends]
        if not known:
            raise Missing("The base that it divides by is zero, so there is no ratio.")
        return min(lo for lo, _ in known), max(hi for _, hi in known)

    def range(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        """Smallest and largest value of one term; None where no path allows it or has a base."""
        if term.under is None:
            return self._sum(term, where)
        apart = self._apart([term.top], [term.base], where)
        under = self._sum(term.base, where if apart is None else apart[1])
        if under is None or under[1] < SMALLEST_BASE:
            return None
        if apart is not None:
            over = self._sum(term.top, apart[0])
            return over and _quotient(over, under)
        if not where and not self.touched(term.cells) and (ends := box.ratio(term, self.values)):
            return ends
        return self._all(term.cells, where).range(term, where)

    def allows(self, cases: Sequence[Case], zone: Zone) -> bool:
        """True when at least one allowed path has every term of a case inside the zone."""
        self.check()
        return any(self._case_allows(case, zone) for case in cases)

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
            if all(_alike(one, other) for one, other in zip(alone, bounds, strict=True)):
                return grade
        return weakest

    def smooth_path(self, series: Sequence[Weights]) -> list[float]:
        """One allowed path of the series: the one with the least total change of slope."""
        self.check()
        return self._all(frozenset(c for weights in series for c in weights)).smooth(series)

    # -- what bears on what -------------------------------------------------------------------

    def touched(self, cells: frozenset[Cell]) -> tuple[Part, ...]:
        """The parts that some of the cells lie in."""
        if cells not in self._touched:
            self._touched[cells] = tuple(part for part in self.parts if part.touching(cells))
        return self._touched[cells]

    def ties(self, cell: Cell) -> bool:
        """Whether a constraint speaks of the cell."""
        return bool(self.touched(frozenset({cell})))

    def reached(self, cells: Iterable[Cell]) -> frozenset[Cell]:
        """The cells that bear on these, directly or through constraints."""
        cells = frozenset(cells)
        return cells.union(*(part.tied for part in self.touched(cells)))

    def question(self, cells: frozenset[Cell]) -> tuple:
        """The same for every body in which these cells mean the same."""
        if cells not in self._questions:
            held = frozenset((cell, self.values[cell]) for cell in cells if cell in self.values)
            self._questions[cells] = frozenset(self.touched(cells)), held
        return self._questions[cells]

    # -- contradictions -----------------------------------------------------------------------

    @cached_property
    def possible(self) -> bool:
        """True where everything can be true: each part, and what ties known values together."""
        return not self._broken and all(part.feasible for part in self.parts)

    def check(self) -> None:
        """Raises Contradiction where no path is allowed."""
        if not self.possible:
            raise Contradiction(min(self.clashes, key=len))

    @cached_property
    def clashes(self) -> tuple[tuple[Constraint, ...], ...]:
        """Every set of constraints that cannot all be true while each smaller part of it can.

        Whoever drops one member of a clash may meet another, so every member is dropped in turn
        (Reiter's hitting-set tree, Artificial Intelligence, 1987).
        """
        if self.possible:
            return ()
        impossible = frozenset(n for part in self.parts if not part.feasible for n in part.rows)
        broken = {id(row) for row in self._broken}
        suspects = [
            one
            for one in self.constraints
            if any(id(r) in broken or self.shared.number(r) in impossible for r in one.rows)
        ]
        found: list[frozenset[int]] = []
        waiting, seen = [frozenset()], {frozenset()}
        while waiting:
            dropped = waiting.pop()
            kept = [place for place in range(len(suspects)) if place not in dropped]
            clash = next((one for one in found if not one & dropped), None)
            if clash is None and not self._with([suspects[place] for place in kept]).possible:
                clash = self._smallest(kept, suspects)
                found.append(clash)
            for place in sorted(clash or ()):
                if (more := dropped | {place}) not in seen:
                    seen.add(more)
                    waiting.append(more)
        return tuple(tuple(suspects[n] for n in sorted(clash)) for clash in sorted(found, key=sorted))

    def _smallest(self, kept: Sequence[int], suspects: Sequence[Constraint]) -> frozenset[int]:
        """Of constraints that cannot all be true, some that cannot while each smaller part can."""
        core = list(kept)
        for place in kept:
            rest = [other for other in core if other != place]
            if not self._with([suspects[other] for other in rest]).possible:
                core = rest
        return frozenset(core)

    @cached_property
    def _broken(self) -> list[Row]:
        """Rows that known values contradict."""
        return [row for row in self._settled if not box.met([row], self.values)]

    # -- parts --------------------------------------------------------------------------------

    def _with(self, constraints: Iterable[Constraint]) -> "Body":
        return Body(self.values, constraints, self.shared, self.grade)

    def _add(self, constraints: tuple[Constraint, ...]) -> None:
        """Join the rows with the parts that they touch."""
        self.constraints = (*self.constraints, *constraints)
        joins: list[tuple[set[Part], list[Row], set[Cell]]] = []
        for row in (row for constraint in constraints for row in constraint.rows):
            loose = box.loose(row.cells, self.values)
            if not loose:
                self._settled = (*self._settled, row)
                continue
            parts, rows, free = {p for p in self.parts if p.touching(loose)}, [row], set()
            if sum(part.touching(loose) for part in parts) < len(row.cells):
                free = set(row.cells.difference(*(part.cells for part in parts)))
            for join in [j for j in joins if not parts.isdisjoint(j[0]) or not free.isdisjoint(j[2])]:
                joins.remove(join)
                parts, rows, free = parts | join[0], join[1] + rows, free | join[2]
            joins.append((parts, rows, free))
        gone = {part for parts, _, _ in joins for part in parts}
        made = (
            self.shared.joined(parts, rows, frozenset(free), self.values)
            for parts, rows, free in joins
        )
        self.parts = (*(part for part in self.parts if part not in gone), *made)

    def _all(self, cells: frozenset[Cell], where: Sequence[Row] = ()) -> Part:
        """The parts that the cells lie in, as one; cells that nothing ties are parts of their own."""
        cells = cells.union(*(row.cells for row in where))
        parts = self.touched(cells)
        free = cells.difference(*(part.cells for part in parts))
        return self.shared.joined(parts, (), free, self.values)

    def _sum(self, term: Term, where: Sequence[Row] = ()) -> Range | None:
        parts = self.touched(term.cells)
        if where:
            if not box.loose(term.cells.union(*(row.cells for row in where)), self.values):
                return box.total(term.over, self.values) if box.met(where, self.values) else None
            return self._all(term.cells, where).range(term, where)
        free: Iterable[Cell] = ()
        if sum(part.touching(term.cells) for part in parts) < len(term.cells):
            free = term.cells.difference(*(part.tied for part in parts))
        lo, hi = box.total({cell: term.over[cell] for cell in free}, self.values)
        for part in parts:
            ends = part.sum(term)
            if ends is None:
                return None
            lo, hi = lo + ends[0], hi + ends[1]
        return lo, hi

    def _case_allows(self, case: Case, zone: Zone) -> bool:
        if not box.loose(case.cells, self.values) and not box.met(case.where, self.values):
            return False
        ends = [self.range(term, case.where) for term in case.terms]
        if any(one is None or zone.misses(*one) for one in ends):
            return False
        if len(case.terms) == 1 or not box.loose(case.cells, self.values):
            return True
        if not case.where and not self.touched(case.cells) and box.agree(case.terms, zone):
            return True
        return self._level(case, zone) or self._all(case.cells).allows(case, zone)

    def _level(self, case: Case, zone: Zone) -> bool:
        """Whether ratios meet the zone on a path where all that is divided is alike, and all bases,
        too: what is asked of each side alone is asked of few parts, and most zones are met so."""
        if any(term.under is None for term in case.terms):
            return False
        overs, unders = (
            list({term.content: term for term in side}.values())
            for side in ([term.top for term in case.terms], [term.base for term in case.terms])
        )
        apart = self._apart(overs, unders, case.where)
        if apart is None:
            return False
        over, under = self._alike(overs, apart[0]), self._alike(unders, apart[1])
        if over is None or under is None or under[1] < SMALLEST_BASE:
            return False
        lo, hi = _quotient(over, under)
        return lo + CLEARLY <= hi - CLEARLY and not zone.misses(lo + CLEARLY, hi - CLEARLY)

    def _alike(self, sums: Sequence[Term], where: Sequence[Row]) -> Range | None:
        """The values that all sums can have alike on one path."""
        if len(sums) == 1:
            return self._sum(sums[0], where)
        cells = frozenset().union(*(term.cells for term in sums))
        return self._all(cells, where).level([term.over for term in sums], where)

    def _apart(
        self, overs: Sequence[Term], unders: Sequence[Term], where: Sequence[Row]
    ) -> tuple[list[Row], list[Row]] | None:
        """The rows of a case that bear on the one and on the other, None where these are tied."""
        one, other = ({*self._reached(term.cells for term in side)} for side in (overs, unders))
        upper, lower = [], []
        for row in where:
            touched = self._reached([row.cells])
            if touched & one:
                upper.append(row)
                one |= touched
            else:
                lower.append(row)
                other |= touched
        return None if one & other else (upper, lower)

    def _reached(self, sums: Iterable[frozenset[Cell]]) -> set:
        """The parts that the sums lie in, and their cells outside of these."""
        found: set = set()
        for cells in sums:
            parts = self.touched(cells)
            found.update(parts)
            if sum(part.touching(cells) for part in parts) < len(cells):
                found |= cells.difference(*(part.tied for part in parts))
        return found


def _quotient(over: Range, under: Range) -> Range:
    """A ratio of two values that vary freely, neither below zero."""
    (least, most), (smallest, largest) = over, under
    lo = 0.0 if math.isinf(largest) else least / largest
    if smallest < SMALLEST_BASE:
        return lo, (math.inf if most > SMALLEST_BASE else 0.0)
    return lo, most / smallest


def _alike(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=1e-7, abs_tol=CLEARLY)

"""Smallest and largest values over all allowed paths: linear programmes over unknown cells.

A *cell* is one unknown: what a supplier sent of some goods in a period, US$ million, never
negative. A *constraint* is what a source says of the cells. A *term* is a weighted sum of cells,
or one such sum divided by another. Its bounds come from two solves; a
ratio is made linear by Charnes and Cooper's substitution y = x / d, s = 1 / d (Naval Research
Logistics Quarterly, 1962).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from tradecheck.errors import TradecheckError
from tradecheck.bounds.solver import Limits, Solver, Sum

SMALLEST_BASE = 1e-6  # US$ million: a base below this has no ratio
CLEARLY = 1e-6  # US$ million: a slack above this is more than the solver's own error


class Grade(StrEnum):
    """How a figure is known, from strongest to weakest."""

    OBSERVED = "observed"
    BOUNDED = "bounded"
    REPORTED = "reported"


STRENGTH = {grade: rank for rank, grade in enumerate(Grade)}


class Cell(NamedTuple):
    """One unknown, US$ million."""

    supplier: str
    goods: str
    period: str


Weights = Mapping[Cell, float]


class Row(NamedTuple):
    """lo ≤ Σ weight · cell ≤ hi; either side may be infinite."""

    weights: Weights
    lo: float = -math.inf
    hi: float = math.inf


@dataclass(frozen=True)
class Constraint:
    """What one source says of the cells: one or more rows that stand or fall together."""

    id: str
    words: str
    rows: tuple[Row, ...]
    grade: Grade
    source: str = ""


@dataclass(frozen=True)
class Term:
    """Σ over · cell, or that divided by Σ under · cell (weights ≥ 0) where `under` is given."""

    over: Weights
    under: Weights | None = None

    @property
    def cells(self) -> set[Cell]:
        return {*self.over, *(self.under or ())}


@dataclass(frozen=True)
class Case:
    """Terms that describe a measure where the rows `where` are true (everywhere, if none)."""

    terms: tuple[Term, ...]
    where: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Zone:
    """The values for which a predicate is true."""

    lo: float = -math.inf
    hi: float = math.inf
    strict: bool = False

    def within(self, other: "Zone") -> bool:
        """True when every value in the zone lies in the other one."""
        if other.strict and not self.strict:
            return other.covers(self.lo, self.hi)
        return self.lo >= other.lo and self.hi <= other.hi

    def covers(self, lo: float, hi: float) -> bool:
        """True when every value from lo to hi lies in the zone."""
        if self.strict:
            return lo > self.lo and hi < self.hi
        return lo >= self.lo and hi <= self.hi


class Contradiction(TradecheckError):
    """The evidence cannot all be true. `clash` is a smallest set of constraints that cannot."""

    def __init__(self, clash: Sequence[Constraint]):
        self.clash = tuple(clash)
        named = " and ".join(f"“{constraint.words}”" for constraint in self.clash)
        super().__init__(f"These cannot all be true: {named}; stop believing one of them.")


class Evidence:
    """Cells and the constraints on them. Every cell is at least zero."""

    def __init__(self, cells: Iterable[Cell], constraints: Iterable[Constraint]):
        self.cells = tuple(dict.fromkeys(cells))
        self.constraints = tuple(constraints)
        self._strong: dict[Grade, Evidence] = {}
        self._column = {cell: index for index, cell in enumerate(self.cells)}
        for constraint in self.constraints:
            for row in constraint.rows:
                unknown = [cell for cell in row.weights if cell not in self._column]
                if unknown:
                    raise TradecheckError(
                        f"The evidence “{constraint.words}” speaks of {_name(unknown[0])}, which is "
                        "outside the study's months, goods and suppliers; widen the study or drop it."
                    )

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all constraints."""
        return tuple(row for constraint in self.constraints for row in constraint.rows)

    def believing(self, constraints: Iterable[Constraint]) -> "Evidence":
        """The same evidence with more constraints."""
        return Evidence(self.cells, (*self.constraints, *constraints))

    def at_least_as_strong_as(self, grade: Grade) -> "Evidence":
        """Only the constraints of this grade and of stronger ones."""
        if grade not in self._strong:
            kept = [c for c in self.constraints if STRENGTH[c.grade] <= STRENGTH[grade]]
            self._strong[grade] = Evidence(self.cells, kept)
        return self._strong[grade]

    # -- bounds -------------------------------------------------------------------------------

    def bounds(self, cases: Sequence[Case]) -> tuple[float, float]:
        """Smallest and largest value of any term in any case that has an allowed path.

        Infinite where nothing limits it. Raises Contradiction where no path is allowed, and
        TradecheckError where every allowed path has a base of zero.
        """
        self.check()
        ends = (self._ends(term, case.where) for case in cases for term in case.terms)
        found = [pair for pair in ends if pair]
        if not found:
            raise TradecheckError("A ratio has a base of zero on every allowed path.")
        return min(lo for lo, _ in found), max(hi for _, hi in found)

    def grade_of(self, cases: Sequence[Case], bounds: tuple[float, float]) -> Grade:
        """The strongest grade present whose constraints, with stronger ones, give the bounds."""
        *stronger, weakest = sorted({c.grade for c in self.constraints}, key=STRENGTH.get)
        for grade in stronger:
            alone = self.at_least_as_strong_as(grade).bounds(cases)
            if np.allclose(alone, bounds, rtol=1e-7, atol=CLEARLY):
                return grade
        return weakest

    def allows(self, cases: Sequence[Case], zone: Zone) -> bool:
        """True when at least one allowed path has every term of a case inside the zone."""
        self.check()
        slacks = (self._largest_slack(case, zone) for case in cases)
        if zone.strict:
            return any(slack > CLEARLY for slack in slacks)
        return any(slack > -CLEARLY for slack in slacks)

    def smooth_path(self, series: Sequence[Weights]) -> list[float]:
        """One allowed path of the series: the one with the least total change of slope."""
        self.check()
        values = [self._sum(weights) for weights in series]
        trios, pairs = zip(values, values[1:], values[2:]), zip(values, values[1:])
        bends = [_combined((1, last), (-2, middle), (1, first)) for first, middle, last in trios]
        # A faint pull towards level lines picks one path where several bend equally little.
        changes = [*bends, *(_combined((3, after), (-3, before)) for before, after in pairs)]
        # |change| ≤ size, and the sum of the sizes as small as possible
        sizes = range(len(self.cells), len(self.cells) + len(changes))
        sized = [
            Limits(_combined((sign, change), (-1, {size: 1.0})), -math.inf, 0.0)
            for sign in (1, -1)
            for size, change in zip(sizes, changes, strict=True)
        ]
        solver = Solver(sizes.stop, [*self._own, *sized])
        x = solver.cheapest(dict.fromkeys(sizes, 1.0))
        return [float(sum(weight * x[place] for place, weight in one.items())) for one in values]

    @cached_property
    def fixed(self) -> dict[Cell, float]:
        """The cells whose value a constraint of one cell gives."""
        alone = (
            (*row.weights.items(), row)
            for row in self.rows
            if len(row.weights) == 1 and row.lo == row.hi
        )
        return {cell: row.lo / weight for (cell, weight), row in alone if weight}

    def known(self, weights: Weights) -> float:
        """The value of a sum of fixed cells."""
        return sum(weight * self.fixed[cell] for cell, weight in weights.items())

    def _given(self, term: Term) -> float | None:
        """The value of a term of fixed cells, by arithmetic; None where its base is zero."""
        over, under = self.known(term.over), self.known(term.under or {})
        if term.under is None:
            return over
        return over / under if under >= SMALLEST_BASE else None

    # -- contradictions -----------------------------------------------------------------------

    @cached_property
    def possible(self) -> bool:
        """True where all constraints can be true."""
        return self._plain.feasible()

    @cached_property
    def clash(self) -> tuple[Constraint, ...]:
        """A smallest set of constraints that cannot all be true; empty if all can."""
        if self.possible:
            return ()
        core = list(self.constraints)
        for constraint in self.constraints:  # drop whatever the clash does not need
            rest = [other for other in core if other is not constraint]
            if not self._feasible(rest):
                core = rest
        for size in range(1, len(core)):  # another clash may be smaller still
            for subset in combinations(self.constraints, size):
                if not self._feasible(subset):
                    return subset
        return tuple(core)

    def check(self) -> None:
        """Raises Contradiction where no path is allowed."""
        if not self.possible:
            raise Contradiction(self.clash)

    def _feasible(self, constraints: Sequence[Constraint]) -> bool:
        rows = [row for constraint in constraints for row in constraint.rows]
        return Solver(len(self.cells), self._limits(rows)).feasible()

    # -- linear programmes --------------------------------------------------------------------

    @cached_property
    def _own(self) -> list[Limits]:
        return self._limits(self.rows)

    def _sum(self, weights: Weights) -> Sum:
        if unknown := [cell for cell in weights if cell not in self._column]:
            raise TradecheckError(
                f"A measure asks for {_name(unknown[0])}, which is outside the study's months, "
                "goods and suppliers; correct the measure or widen the study."
            )
        return {self._column[cell]: weight for cell, weight in weights.items()}

    def _limits(self, rows: Iterable[Row]) -> list[Limits]:
        return [Limits(self._sum(row.weights), row.lo, row.hi) for row in rows]

    @cached_property
    def _plain(self) -> Solver:
        """The evidence alone, kept because most questions are asked of it."""
        return Solver(len(self.cells), self._own)

    def _solver(self, where: Sequence[Row], under: Weights | None) -> Solver:
        """The programme of a case; with `under`, in the variables y = x / d and s = 1 / d."""
        if not where and under is None:
            return self._plain
        columns, limits = len(self.cells), [*self._own, *self._limits(where)]
        if under is None:
            return Solver(columns, limits)
        s = {columns: 1.0}
        upper = [_combined((1, row), (-hi, s)) for row, _, hi in limits if math.isfinite(hi)]
        lower = [_combined((-1, row), (lo, s)) for row, lo, _ in limits if math.isfinite(lo)]
        scaled = [Limits(row, -math.inf, 0.0) for row in (*upper, *lower)]
        return Solver(columns + 1, [*scaled, Limits(self._sum(under), 1.0, 1.0)])

    def _ends(self, term: Term, where: Sequence[Row]) -> tuple[float, float] | None:
        """The smallest and largest value; None where the case has no path."""
        if not where and self.fixed and self.fixed.keys() >= term.cells:
            given = self._given(term)
            return None if given is None else (given, given)
        solver, over = self._solver(where, term.under), self._sum(term.over)
        least, most = solver.largest(_combined((-1, over))), solver.largest(over)
        return None if least is None or most is None else (-least + 0.0, most + 0.0)

    def _largest_slack(self, case: Case, zone: Zone) -> float:
        """By how much all terms of a case can lie inside the zone together (at most 1)."""
        limits, slack = [*self._own, *self._limits(case.where)], {len(self.cells): 1.0}
        for term in case.terms:
            over = self._sum(term.over)
            base = None if term.under is None else self._sum(term.under)
            for edge, side in ((zone.lo, 1.0), (zone.hi, -1.0)):
                if math.isfinite(edge):
                    beyond = [(-side * edge, base)] if base is not None else []
                    inside = _combined((side, over), *beyond, (-1.0, slack))
                    limits.append(Limits(inside, 0.0 if base is not None else side * edge, math.inf))
            if base is not None:
                limits.append(Limits(base, SMALLEST_BASE, math.inf))
        largest = Solver(len(self.cells), limits, free=1).largest(slack)
        return -math.inf if largest is None else largest


def _combined(*parts: tuple[float, Sum]) -> Sum:
    """The sum of so many times each part."""
    whole: dict[int, float] = {}
    for times, part in parts:
        for place, weight in part.items():
            whole[place] = whole.get(place, 0.0) + times * weight
    return whole


def _name(cell: Cell) -> str:
    return f"{cell.supplier}, {cell.goods}, {cell.period}"

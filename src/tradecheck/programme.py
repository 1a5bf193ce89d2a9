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
from tradecheck.solver import Solver

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
        self._solvers: dict[tuple, Solver] = {}
        self._column = {cell: index for index, cell in enumerate(self.cells)}
        for constraint in self.constraints:
            for row in constraint.rows:
                unknown = [cell for cell in row.weights if cell not in self._column]
                if unknown:
                    raise TradecheckError(
                        f"The evidence “{constraint.words}” speaks of {_name(unknown[0])}, which is "
                        "outside the study's months, goods and suppliers; widen the study or drop it."
                    )

    def believing(self, constraints: Iterable[Constraint]) -> "Evidence":
        """The same evidence with more constraints."""
        return Evidence(self.cells, (*self.constraints, *constraints))

    def at_least_as_strong_as(self, grade: Grade) -> "Evidence":
        """Only the constraints of this grade and of stronger ones."""
        kept = [c for c in self.constraints if STRENGTH[c.grade] <= STRENGTH[grade]]
        return Evidence(self.cells, kept)

    # -- bounds -------------------------------------------------------------------------------

    def bounds(self, cases: Sequence[Case]) -> tuple[float, float]:
        """Smallest and largest value of any term in any case that has an allowed path.

        Infinite where nothing limits it. Raises Contradiction where no path is allowed, and
        TradecheckError where every allowed path has a base of zero.
        """
        self.check()
        found = [
            (self._extreme(term, case.where, -1.0), self._extreme(term, case.where, 1.0))
            for case in cases
            for term in case.terms
        ]
        found = [pair for pair in found if None not in pair]
        if not found:
            raise TradecheckError("A ratio has a base of zero on every allowed path.")
        return min(lo for lo, _ in found), max(hi for _, hi in found)

    def grade_of(self, cases: Sequence[Case]) -> Grade:
        """The strongest grade present whose constraints, with stronger ones, give these bounds."""
        *stronger, weakest = sorted({c.grade for c in self.constraints}, key=STRENGTH.get)
        full = self.bounds(cases) if stronger else None
        for grade in stronger:
            alone = self.at_least_as_strong_as(grade).bounds(cases)
            if np.allclose(alone, full, rtol=1e-7, atol=CLEARLY):
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
        values = np.array([self._vector(weights) for weights in series])
        bends = values[2:] - 2 * values[1:-1] + values[:-2]
        # A faint pull towards level lines picks one path where several bend equally little.
        changes = np.vstack([bends, 3.0 * np.diff(values, axis=0)])
        own, lo, hi = self._own
        # |change| ≤ size, and the sum of the sizes as small as possible
        count, size = len(changes), -np.eye(len(changes))
        sized = np.vstack([np.hstack([changes, size]), np.hstack([-changes, size])])
        solver = Solver(
            np.vstack([_widen(own, count), sized]),
            np.concatenate([lo, np.full(2 * count, -math.inf)]),
            np.concatenate([hi, np.zeros(2 * count)]),
        )
        x = solver.cheapest(np.concatenate([np.zeros(len(self.cells)), np.ones(count)]))
        return [float(value) for value in values @ x[: len(self.cells)]]

    @cached_property
    def fixed(self) -> dict[Cell, float]:
        """The cells whose value a constraint of one cell gives."""
        alone = (
            (*row.weights.items(), row)
            for constraint in self.constraints
            for row in constraint.rows
            if len(row.weights) == 1 and row.lo == row.hi
        )
        return {cell: row.lo / weight for (cell, weight), row in alone if weight}

    def _given(self, term: Term) -> float | None:
        """The value of a term of fixed cells, by arithmetic; None where its base is zero."""
        over, under = (
            sum(weight * self.fixed[cell] for cell, weight in weights.items())
            for weights in (term.over, term.under or {})
        )
        if term.under is None:
            return over
        return over / under if under >= SMALLEST_BASE else None

    # -- contradictions -----------------------------------------------------------------------

    @cached_property
    def clash(self) -> tuple[Constraint, ...]:
        """A smallest set of constraints that cannot all be true; empty if all can."""
        if self._feasible(self.constraints):
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
        if self.clash:
            raise Contradiction(self.clash)

    def _feasible(self, constraints: Sequence[Constraint]) -> bool:
        rows = [row for constraint in constraints for row in constraint.rows]
        return Solver(*self._rows(rows)).feasible()

    # -- linear programmes --------------------------------------------------------------------

    @cached_property
    def _own(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self._rows([row for constraint in self.constraints for row in constraint.rows])

    def _with(self, where: Sequence[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The evidence's own rows and those of a case."""
        if not where:
            return self._own
        pairs = zip(self._own, self._rows(where), strict=True)
        return tuple(np.concatenate(pair) for pair in pairs)

    def _vector(self, weights: Weights) -> np.ndarray:
        vector = np.zeros(len(self.cells))
        for cell, weight in weights.items():
            if cell not in self._column:
                raise TradecheckError(
                    f"A measure asks for {_name(cell)}, which is outside the study's months, "
                    "goods and suppliers; correct the measure or widen the study."
                )
            vector[self._column[cell]] += weight
        return vector

    def _rows(self, rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows as a matrix with their lower and upper ends."""
        matrix = np.zeros((len(rows), len(self.cells)))
        for place, row in enumerate(rows):
            matrix[place] = self._vector(row.weights)
        return matrix, np.array([row.lo for row in rows]), np.array([row.hi for row in rows])

    def _solver(self, where: Sequence[Row], under: Weights | None) -> Solver:
        """The programme of a case; with `under`, in the variables y = x / d and s = 1 / d."""
        key = (_key(*(row.weights for row in where)), under is not None and _key(under))
        if key not in self._solvers:
            matrix, lo, hi = self._with(where)
            if under is not None:
                upper, lower = np.isfinite(hi), np.isfinite(lo)
                matrix = np.vstack(
                    [
                        np.column_stack([matrix[upper], -hi[upper]]),  # row · y ≤ hi · s
                        np.column_stack([-matrix[lower], lo[lower]]),  # lo · s ≤ row · y
                        np.append(self._vector(under), 0.0),  # d · y = 1
                    ]
                )
                lo = np.append(np.full(len(matrix) - 1, -math.inf), 1.0)
                hi = np.append(np.zeros(len(matrix) - 1), 1.0)
            self._solvers[key] = Solver(matrix, lo, hi)
        return self._solvers[key]

    def _extreme(self, term: Term, where: Sequence[Row], sign: float) -> float | None:
        """The largest (sign 1) or smallest (sign −1) value; None where the case has no path."""
        if not where and self.fixed and self.fixed.keys() >= term.cells:
            return self._given(term)
        goal = sign * self._vector(term.over)
        if term.under is not None:
            goal = np.append(goal, 0.0)
        value = self._solver(where, term.under).largest(goal)
        return None if value is None else sign * value + 0.0

    def _largest_slack(self, case: Case, zone: Zone) -> float:
        """By how much all terms of a case can lie inside the zone together (at most 1)."""
        own, lo, hi = self._with(case.where)
        rows, least = [], []
        for term in case.terms:
            over = self._vector(term.over)
            base = None if term.under is None else self._vector(term.under)
            for edge, side in ((zone.lo, 1.0), (zone.hi, -1.0)):
                if math.isfinite(edge):
                    rows.append(np.append(side * (over if base is None else over - edge * base), -1.0))
                    least.append(side * edge if base is None else 0.0)
            if base is not None:
                rows.append(np.append(base, 0.0))
                least.append(SMALLEST_BASE)
        columns = len(self.cells)
        solver = Solver(
            np.vstack([_widen(own, 1), *rows]),
            np.concatenate([lo, least]),
            np.concatenate([hi, np.full(len(rows), math.inf)]),
            floor=np.append(np.zeros(columns), -math.inf),
            ceiling=np.append(np.full(columns, math.inf), 1.0),
        )
        slack = solver.largest(np.append(np.zeros(columns), 1.0))
        return -math.inf if slack is None else slack


def _key(*sums: Weights) -> tuple:
    return tuple(tuple(sorted(weights.items())) for weights in sums)


def _widen(matrix: np.ndarray, columns: int) -> np.ndarray:
    return np.hstack([matrix, np.zeros((len(matrix), columns))])


def _name(cell: Cell) -> str:
    return f"{cell.supplier}, {cell.goods}, {cell.period}"

"""Smallest and largest values over all allowed paths: linear programmes over unknown cells.

A *cell* is one unknown: what a supplier sent of some goods in a period, US$ million, never
negative. A *constraint* is what a source says of the cells. A *term* is a weighted sum of cells,
or one such sum divided by another. Its bounds come from two solves (HiGHS, through scipy); a
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
from scipy.optimize import linprog

from tradecheck.errors import TradecheckError

SMALLEST_BASE = 1e-6  # US$ million: a base below this has no ratio
CLEARLY = 1e-6  # US$ million: a slack above this is more than the solver's own error

INFEASIBLE, UNBOUNDED = 2, 3


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
        full = self.bounds(cases)
        *stronger, weakest = sorted({c.grade for c in self.constraints}, key=STRENGTH.get)
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
        changes = np.vstack([bends, 3 * np.diff(values, axis=0)])
        n, k = len(self.cells), len(changes)
        a_ub, b_ub, a_eq, b_eq = self._own
        size = -np.eye(k)  # |change| ≤ size, and the sum of sizes as small as possible
        result = linprog(
            np.concatenate([np.zeros(n), np.ones(k)]),
            A_ub=np.vstack(
                [_widen(a_ub, k), np.hstack([changes, size]), np.hstack([-changes, size])]
            ),
            b_ub=np.concatenate([b_ub, np.zeros(2 * k)]),
            A_eq=_widen(a_eq, k),
            b_eq=b_eq,
            method="highs",
        )
        return [float(value) for value in values @ result.x[:n]]

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
        part = Evidence(self.cells, constraints)
        return part._solve(np.zeros(len(self.cells)), part._matrices(())).status != INFEASIBLE

    # -- linear programmes --------------------------------------------------------------------

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

    def _split(self, rows: Iterable[Row]) -> tuple[np.ndarray, ...]:
        """Rows as A_ub x ≤ b_ub and A_eq x = b_eq."""
        upper, limits, equal, values = [], [], [], []
        for row in rows:
            vector = self._vector(row.weights)
            if row.lo == row.hi:
                equal.append(vector)
                values.append(row.lo)
                continue
            if math.isfinite(row.hi):
                upper.append(vector)
                limits.append(row.hi)
            if math.isfinite(row.lo):
                upper.append(-vector)
                limits.append(-row.lo)
        width = len(self.cells)
        return (
            np.array(upper).reshape(-1, width),
            np.array(limits),
            np.array(equal).reshape(-1, width),
            np.array(values),
        )

    @cached_property
    def _own(self) -> tuple[np.ndarray, ...]:
        return self._split(row for constraint in self.constraints for row in constraint.rows)

    def _matrices(self, where: Sequence[Row]) -> tuple[np.ndarray, ...]:
        if not where:
            return self._own
        return tuple(
            np.concatenate([own, extra])
            for own, extra in zip(self._own, self._split(where), strict=True)
        )

    @staticmethod
    def _solve(objective: np.ndarray, matrices: tuple[np.ndarray, ...]):
        a_ub, b_ub, a_eq, b_eq = matrices
        return linprog(objective, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, method="highs")

    def _extreme(self, term: Term, where: Sequence[Row], sign: float) -> float | None:
        """The largest (sign 1) or smallest (sign −1) value; None where the case has no path."""
        a_ub, b_ub, a_eq, b_eq = self._matrices(where)
        goal = -sign * self._vector(term.over)
        if term.under is not None:
            base = self._vector(term.under)
            a_ub = np.hstack([a_ub, -b_ub[:, None]])
            a_eq = np.vstack([np.hstack([a_eq, -b_eq[:, None]]), np.append(base, 0.0)])
            b_ub, b_eq = np.zeros(len(b_ub)), np.append(np.zeros(len(b_eq)), 1.0)
            goal = np.append(goal, 0.0)
        result = self._solve(goal, (a_ub, b_ub, a_eq, b_eq))
        if result.status == 0:
            return -sign * float(result.fun) + 0.0
        if result.status == UNBOUNDED:
            return sign * math.inf
        # The solver may answer "infeasible or unbounded": ask whether any path exists at all.
        exists = self._solve(np.zeros(len(goal)), (a_ub, b_ub, a_eq, b_eq)).status == 0
        return sign * math.inf if exists else None

    def _largest_slack(self, case: Case, zone: Zone) -> float:
        """By how much all terms of a case can lie inside the zone together (at most 1)."""
        a_ub, b_ub, a_eq, b_eq = self._matrices(case.where)
        rows, limits = [], []
        for term in case.terms:
            over = self._vector(term.over)
            base = None if term.under is None else self._vector(term.under)
            for edge, side in ((zone.lo, -1.0), (zone.hi, 1.0)):
                if not math.isfinite(edge):
                    continue
                rows.append(np.append(side * (over if base is None else over - edge * base), 1.0))
                limits.append(side * edge if base is None else 0.0)
            if base is not None:
                rows.append(np.append(-base, 0.0))
                limits.append(-SMALLEST_BASE)
        result = linprog(
            np.append(np.zeros(len(self.cells)), -1.0),
            A_ub=np.vstack([_widen(a_ub, 1), *rows]),
            b_ub=np.concatenate([b_ub, limits]),
            A_eq=_widen(a_eq, 1),
            b_eq=b_eq,
            bounds=[(0, None)] * len(self.cells) + [(None, 1.0)],
            method="highs",
        )
        return float(result.x[-1]) if result.status == 0 else -math.inf


def _widen(matrix: np.ndarray, columns: int) -> np.ndarray:
    return np.hstack([matrix, np.zeros((len(matrix), columns))])


def _name(cell: Cell) -> str:
    return f"{cell.supplier}, {cell.goods}, {cell.period}"

"""Smallest and largest values over all allowed paths: linear programmes over columns.

The bounds of a sum come from two solves, and those of a ratio, too: it is made linear by Charnes
and Cooper's substitution y = x / d, s = 1 / d (Naval Research Logistics Quarterly, 1962).
"""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from tradecheck.bounds.solver import Limits, Solver, Sum
from tradecheck.bounds.terms import CLEARLY, SMALLEST_BASE, Range, Zone, combined

ANYTHING = (-math.inf, math.inf)
STATED = 1e-9  # of the report's unit: a path this near to a limit is at it
FAINT = 0.01  # of a change of slope: what a change from month to month weighs in a smooth path


class Asked(NamedTuple):
    """A term over the columns of a programme: a sum, or one divided by another."""

    over: Sum
    under: Sum | None = None


class Programme:
    """Limits over columns that are at least zero, asked for smallest and largest values."""

    def __init__(self, columns: int, limits: Sequence[Limits]):
        self._columns, self._own = columns, limits
        self._paths: list[np.ndarray] = []

    @cached_property
    def feasible(self) -> bool:
        """True where all rows can be true."""
        if not self._plain.feasible():
            return False
        self._paths.append(self._plain.path())
        return True

    def ends(
        self, asked: Asked, where: Sequence[Limits] = (), stated: Range = ANYTHING
    ) -> Range | None:
        """The smallest and largest value of a term; None where no path allows it, or none has a
        base.

        stated: limits that rows give the very term. Where a path that was met already reaches one,
        no programme is solved.
        """
        solver = self._solver(where, asked.under)
        if solver is not self._plain:
            if (most := solver.largest(asked.over)) is None:
                return None
            least = solver.largest(combined((-1, asked.over)))
            return None if least is None else (-least + 0.0, most + 0.0)
        if not self.feasible:
            return None
        lo, hi = stated
        if min(asked.over.values(), default=0.0) >= 0:
            lo = max(lo, 0.0)
        most = hi if self._reaches(asked.over, hi) else self._largest(asked.over)
        least = lo if self._reaches(asked.over, lo) else -self._largest(combined((-1, asked.over)))
        return least + 0.0, most + 0.0

    def allows(self, asked: Sequence[Asked], where: Sequence[Limits], zone: Zone) -> bool:
        """True when at least one path that meets further limits has every term inside the zone."""
        slack = self._largest_slack(asked, where, zone)
        return slack > (CLEARLY if zone.strict else -CLEARLY)

    def smooth(self, values: Sequence[Sum]) -> list[float]:
        """One allowed path of some sums: the one with the least total change of slope."""
        trios, pairs = zip(values, values[1:], values[2:]), zip(values, values[1:])
        bends = [combined((1, last), (-2, middle), (1, first)) for first, middle, last in trios]
        # A faint pull towards level lines picks one path where several bend equally little.
        changes = [*bends, *(combined((3, after), (-3, before)) for before, after in pairs)]
        # |change| ≤ size, and the sum of the sizes as small as possible
        sizes = range(self._columns, self._columns + len(changes))
        sized = [
            Limits(combined((sign, change), (-1, {size: 1.0})), -math.inf, 0.0)
            for sign in (1, -1)
            for size, change in zip(sizes, changes, strict=True)
        ]
        x = Solver(sizes.stop, [*self._own, *sized]).cheapest(dict.fromkeys(sizes, 1.0))
        return [float(sum(weight * x[place] for place, weight in one.items())) for one in values]

    # -- linear programmes --------------------------------------------------------------------

    @cached_property
    def _plain(self) -> Solver:
        """The rows alone, kept because most questions are asked of them."""
        return Solver(self._columns, self._own)

    def _reaches(self, over: Sum, limit: float) -> bool:
        """Whether a path that was met already reaches a limit of a sum."""
        if not math.isfinite(limit):
            return False
        columns, weights = [*over], np.array([*over.values()])
        return any(abs(float(path[columns] @ weights) - limit) <= STATED for path in self._paths)

    def _largest(self, over: Sum) -> float:
        """The largest value of a sum over the rows alone, and the path that has it."""
        most = self._plain.largest(over)
        assert most is not None  # asked where some path is known
        if math.isfinite(most):  # a sum without a limit leaves no path
            self._paths.append(self._plain.path())
        return most

    def _solver(self, where: Sequence[Limits], under: Sum | None) -> Solver:
        """The programme of a case; with `under`, in the variables y = x / d and s = 1 / d."""
        if not where and under is None:
            return self._plain
        limits = [*self._own, *where]
        if under is None:
            return Solver(self._columns, limits)
        s = {self._columns: 1.0}
        upper = [combined((1, row), (-hi, s)) for row, _, hi in limits if math.isfinite(hi)]
        lower = [combined((-1, row), (lo, s)) for row, lo, _ in limits if math.isfinite(lo)]
        scaled = [Limits(row, -math.inf, 0.0) for row in (*upper, *lower)]
        return Solver(self._columns + 1, [*scaled, Limits(under, 1.0, 1.0)])

    def _largest_slack(self, asked: Sequence[Asked], where: Sequence[Limits], zone: Zone) -> float:
        """By how much all terms can lie inside the zone together (at most 1)."""
        limits, slack = [*self._own, *where], {self._columns: 1.0}
        for over, base in asked:
            for edge, side in ((zone.lo, 1.0), (zone.hi, -1.0)):
                if math.isfinite(edge):
                    beyond = [(-side * edge, base)] if base is not None else []
                    inside = combined((side, over), *beyond, (-1.0, slack))
                    limits.append(
                        Limits(inside, 0.0 if base is not None else side * edge, math.inf)
                    )
            if base is not None:
                limits.append(Limits(base, SMALLEST_BASE, math.inf))
        largest = Solver(self._columns, limits, free=1).largest(slack)
        return -math.inf if largest is None else largest

"""Linear programmes over columns that are at least zero, solved by HiGHS.

A `Solver` holds one set of rows and is asked for many objectives: each answer starts from the last
one, which makes a further question about the same rows cheap. HiGHS is used through its own
binding, since scipy's builds the programme anew for every question.
"""

import math
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import highspy
import numpy as np

INFINITE = highspy.kHighsInf
MINIMISE = 1
ROWWISE = 2
DUAL, PRIMAL = 1, 4
OTHERWISE = (
    ("simplex_strategy", DUAL, PRIMAL),
    ("simplex_scale_strategy", 0, 2),
    ("presolve", "on", "off"),
)
STATUS = highspy.HighsModelStatus
ANSWERS = (
    STATUS.kOptimal, STATUS.kUnbounded, STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible,
)  # fmt: skip

Sum = Mapping[int, float]  # column → weight
MOST = 64  # solvers that keep their HiGHS; others pass their model again when they are asked
_spare: list[highspy.Highs] = []
_running: OrderedDict[int, highspy.Highs] = OrderedDict()  # by the solver's id, the last asked last


class Limits(NamedTuple):
    """One row: lo ≤ Σ weight · column ≤ hi; either side may be infinite."""

    row: Sum
    lo: float
    hi: float


class Solver:
    """Rows over so many columns, each from zero to infinity; then `free` ones, at most 1 each."""

    def __init__(self, columns: int, rows: Iterable[Limits], free: int = 0):
        columns += free
        starts, ends = [0], []
        places: list[int] = []
        weights: list[float] = []
        for row, *limits in rows:
            places += row.keys()
            weights += row.values()
            starts.append(len(places))
            ends.append(limits)
        lows, highs = np.array(ends, np.float64).reshape(-1, 2).T
        _check(columns, places, weights)
        if np.isnan(lows).any() or np.isnan(highs).any():
            raise ArithmeticError("a limit is not a number")
        floor, ceiling = np.zeros(columns), np.full(columns, INFINITE)
        if free:
            floor[-free:], ceiling[-free:] = -INFINITE, 1.0
        self._columns = np.arange(columns, dtype=np.int32)
        self._model = (
            columns,
            len(ends),
            len(places),
            ROWWISE,
            MINIMISE,
            0.0,
            np.zeros(columns),
            floor,
            ceiling,
            lows.copy(),
            highs.copy(),
            np.array(starts, np.int32),
            np.array(places, np.int32),
            np.array(weights, np.float64),
            np.zeros(columns, np.int32),
        )

    def largest(self, objective: Sum) -> float | None:
        """The largest value: infinite if nothing limits it, None if no x exists."""
        self._run({place: -weight for place, weight in objective.items()})
        status = self._highs.getModelStatus()
        if status == STATUS.kOptimal:
            return -self._highs.getInfo().objective_function_value + 0.0
        if status == STATUS.kUnbounded:
            return math.inf
        if status == STATUS.kInfeasible:
            return None
        if status == STATUS.kUnboundedOrInfeasible:
            return math.inf if self.feasible() else None
        raise ArithmeticError(f"HiGHS stopped with {self._highs.modelStatusToString(status)}")

    def feasible(self) -> bool:
        """True when some x meets every row."""
        return self.largest({}) is not None

    def cheapest(self, cost: Sum) -> np.ndarray:
        """An x with the smallest cost; the programme must have one."""
        self._run(cost)
        return self.path()

    def path(self) -> np.ndarray:
        """The x that the last answer was found at."""
        return np.array(self._highs.getSolution().col_value)

    def _run(self, cost: Sum) -> None:
        costs = np.zeros(len(self._columns))
        _check(len(costs), cost.keys(), cost.values())
        costs[[*cost]] = [*cost.values()]
        highs = self._highs = self._taken()
        _accepted(highs.changeColsCost(len(costs), self._columns, costs), "the costs")
        _accepted(highs.run(), "to run")
        for (
            option,
            other,
            usual,
        ) in OTHERWISE:  # the rare programme that simplex cannot tell at once
            if highs.getModelStatus() in ANSWERS:
                break
            highs.clearSolver()
            _accepted(highs.setOptionValue(option, other), option)
            _accepted(highs.run(), "to run again")
            _accepted(highs.setOptionValue(option, usual), option)

    def _taken(self) -> highspy.Highs:
        """A HiGHS with this model: its own, if it still has one."""
        if id(self) in _running:
            _running.move_to_end(id(self))
            return _running[id(self)]
        if len(_running) >= MOST:
            _spare.append(_running.popitem(last=False)[1])
        # Most programmes here are solved sooner than a new HiGHS is made.
        highs = _running[id(self)] = _spare.pop() if _spare else _highs()
        _accepted(highs.passModel(*self._model), "the model")
        return highs

    def __del__(self) -> None:
        if id(self) in _running:
            _spare.append(_running.pop(id(self)))


def _check(columns: int, places: Collection[int], weights: Collection[float]) -> None:
    """Refuses what HiGHS would pass over in silence, or take for something else."""
    if places and not 0 <= min(places) <= max(places) < columns:
        raise ArithmeticError("a weight stands on a column that does not exist")
    if not np.isfinite([*weights]).all():
        raise ArithmeticError("a weight is not a finite number")


def _accepted(status: highspy.HighsStatus, what: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise ArithmeticError(f"HiGHS refused {what}")


def _highs() -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its methods have types, it has none
    highs.silent()
    highs.setOptionValue("small_matrix_value", 1e-12)  # the smallest that HiGHS takes
    highs.setOptionValue("threads", 1)  # the same steps, so the same bits, everywhere
    highs.setOptionValue("presolve", "off")  # tells unbounded from infeasible
    # A new objective leaves the last answer feasible, which is where primal simplex starts.
    highs.setOptionValue("simplex_strategy", PRIMAL)
    return highs

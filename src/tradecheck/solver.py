"""Linear programmes over columns that are at least zero, solved by HiGHS.

A `Solver` holds one set of rows and is asked for many objectives: each answer starts from the last
one, which makes a further question about the same rows cheap. HiGHS is used through its own binding,
since scipy's builds the programme anew for every question.
"""

import math
from collections.abc import Sequence

import highspy
import numpy as np

INFINITE = highspy.kHighsInf
PRIMAL = 4
STATUS = highspy.HighsModelStatus


class Solver:
    """Rows `lo ≤ matrix · x ≤ hi` over columns x ≥ `floor` (default zero)."""

    def __init__(
        self,
        matrix: np.ndarray,
        lo: Sequence[float],
        hi: Sequence[float],
        floor: np.ndarray | None = None,
        ceiling: np.ndarray | None = None,
    ):
        rows, columns = matrix.shape
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = columns, rows
        programme.col_cost_ = np.zeros(columns)
        programme.col_lower_ = np.zeros(columns) if floor is None else floor
        programme.col_upper_ = np.full(columns, INFINITE) if ceiling is None else ceiling
        programme.row_lower_ = np.asarray(lo, dtype=float)
        programme.row_upper_ = np.asarray(hi, dtype=float)
        places = [np.flatnonzero(row) for row in matrix]
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.cumsum([0, *map(len, places)])
        programme.a_matrix_.index_ = np.concatenate([np.empty(0, int), *places])
        programme.a_matrix_.value_ = matrix[matrix != 0]
        self._columns = np.arange(columns, dtype=np.int32)
        self._highs = highspy.Highs()
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)  # the same steps, so the same bits, everywhere
        self._highs.setOptionValue("presolve", "off")  # tells unbounded from infeasible
        # A new objective leaves the last answer feasible, which is where primal simplex starts.
        self._highs.setOptionValue("simplex_strategy", PRIMAL)
        self._highs.passModel(programme)

    def largest(self, objective: np.ndarray) -> float | None:
        """The largest value of the objective: infinite if nothing limits it, None if no x exists."""
        self._run(-objective)
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
        return self.largest(np.zeros(len(self._columns))) is not None

    def cheapest(self, cost: np.ndarray) -> np.ndarray:
        """An x with the smallest cost; the programme must have one."""
        self._run(cost)
        return np.array(self._highs.getSolution().col_value)

    def _run(self, cost: np.ndarray) -> None:
        self._highs.changeColsCost(len(self._columns), self._columns, cost)
        self._highs.run()

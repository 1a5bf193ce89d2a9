"""One series of months as charts need it: every month of its span, gaps among them."""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.show.prose import listing
from tradecheck.study.periods import month_range

DOUBLE = 2.0


@dataclass(frozen=True)
class Series:
    """A series by month, without a break from its first to its last month.

    ``lo`` and ``hi`` bound each month, in the report's unit; ``grade`` is observed, bounded or
    none. ``revised`` is what a provisional month may become, as rows (lowest, highest), nan where
    nothing says so.
    """

    name: str
    months: tuple[str, ...]
    lo: np.ndarray
    hi: np.ndarray
    grade: np.ndarray
    provisional: np.ndarray
    revised: np.ndarray

    @cached_property
    def observed(self) -> np.ndarray:
        return self.grade == "observed"

    @cached_property
    def bounded(self) -> np.ndarray:
        return self.grade == "bounded"

    @cached_property
    def values(self) -> np.ndarray:
        """What is observed, and nan for every other month."""
        return np.where(self.observed, (self.lo + np.where(self.observed, self.hi, 0)) / 2, np.nan)

    def at(self, month: str) -> int:
        return self.months.index(month)

    def after(self, base: Any) -> np.ndarray:
        """Which months come after a base."""
        return np.array([month > base.last for month in self.months])


def runs(which: np.ndarray) -> list[tuple[int, int]]:
    """The unbroken runs of places that are so, as (first, last)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], which.astype(int), [0]))))
    return [(int(start), int(stop) - 1) for start, stop in edges.reshape(-1, 2)]


def series_of(table: pd.DataFrame, name: str) -> Series:
    """One series of a table of months with the columns series, month ("2022-08"), lo, hi, grade,
    status, revision_lo, revision_hi, as `verdicts.findings.months_table` makes it.

    A month without a row is one without a figure. Raises a TradecheckError for a name that the
    table does not hold and for a month that it holds twice.
    """
    rows = table[table["series"] == name].sort_values("month")
    if rows.empty:
        held = listing([f"“{one}”" for one in dict.fromkeys(table["series"])] or ["none"])
        raise TradecheckError(f"The table of months has no series “{name}”; it holds {held}.")
    if (twice := rows["month"].duplicated()).any():
        raise TradecheckError(
            f"The table of months holds {rows['month'][twice].iloc[0]} twice for “{name}”: "
            "keep one row a month."
        )
    months = month_range(rows["month"].iloc[0], rows["month"].iloc[-1])
    rows = rows.set_index("month").reindex(months)
    lo, hi = rows["lo"].fillna(0.0).to_numpy(float), rows["hi"].fillna(np.inf).to_numpy(float)
    known = rows["grade"].isin(["observed", "bounded"]) & ((lo > 0) | np.isfinite(hi))
    grade = np.where(known, rows["grade"], "none")
    return Series(
        name=name,
        months=tuple(months),
        lo=lo,
        hi=hi,
        grade=grade,
        provisional=(rows["status"] == "provisional").to_numpy() & (grade == "observed"),
        revised=rows[["revision_lo", "revision_hi"]].to_numpy(float),
    )


def usable(base: Any, series: Series) -> Any | None:
    """The base, if months can be measured against it: its mean is known, above zero, and months
    of the series follow it."""
    if base is None or not (0 < base.lo <= base.hi and isfinite(base.hi)):
        return None
    return base if series.after(base).any() and base.last >= series.months[0] else None


def strong(series: Series, base: Any | None) -> np.ndarray:
    """Which months are observed and surely at or above twice the base."""
    if base is None:
        return np.zeros(len(series.months), dtype=bool)
    return series.observed & (series.lo >= DOUBLE * base.hi * (1 - 1e-12))

"""When within a period goods left, from one total in two currencies, and how much that rests on."""

from collections.abc import Mapping, Sequence
from math import isfinite, nan

import pandas as pd

from tradecheck.bounds.knowledge import Taken
from tradecheck.bounds.terms import Contradiction
from tradecheck.study.measures import Measure, Quantity
from tradecheck.study.periods import following, month_range
from tradecheck.verdicts.judge import Judge

NOTHING = 0.001  # of the most that may have left: a lower limit below it says nothing
MOST_TOLERANCE, STEP = 2.0, 0.01  # units of the second currency


def dated(
    judge: Judge,
    goods: str,
    spans: Mapping[str, str],
    tolerances: Sequence[float],
    lags: Sequence[float] = (0.0,),
) -> pd.DataFrame:
    """What may have left in each span of months, for every way of taking the second currency.

    spans: name → months ("2024-04..2024-09"). tolerances: how far customs rates may stand from the
    month's mean rate; lags: by how many months they follow it. Columns lag, tolerance, span, lo, hi (in
    the report's unit; missing where no month can be so).
    """
    rows = []
    for lag in lags:
        for tolerance in tolerances:
            for span, months in spans.items():
                rows.append((lag, tolerance, span, *_ends(judge, goods, months, tolerance, lag)))
    return pd.DataFrame(rows, columns=["lag", "tolerance", "span", "lo", "hi"])


def vanishes_at(judge: Judge, goods: str, months: str, lag: float = 0.0) -> float | None:
    """The smallest tolerance, to 0.01, at which the span may have had nothing; None if there is none."""
    low, high = 0, round(MOST_TOLERANCE / STEP)
    if not _is_nothing(judge, goods, months, high * STEP, lag):
        return None
    while low < high:
        middle = (low + high) // 2
        if _is_nothing(judge, goods, months, middle * STEP, lag):
            high = middle
        else:
            low = middle + 1
    return round(low * STEP, 2)


def residuals(
    rates: Mapping[str, float], implied: pd.DataFrame, lags: Sequence[float]
) -> pd.DataFrame:
    """The plain mean of a period's monthly rates less the rate that its totals imply, for each lag.

    implied: first_month, last_month, value (the implied rate). Columns first_month, last_month, implied
    and one a lag (the number); missing where a month's rate is not held.
    """
    rows = []
    for period in implied.itertuples():
        months = month_range(period.first_month, period.last_month)
        gaps = {lag: _mean_rate(rates, months, lag) - period.value for lag in lags}
        rows.append(
            {
                "first_month": period.first_month,
                "last_month": period.last_month,
                "implied": period.value,
            }
            | gaps
        )
    return pd.DataFrame(rows)


def _ends(
    judge: Judge, goods: str, months: str, tolerance: float, lag: float
) -> tuple[float, float]:
    try:
        knowledge = judge.evidence.taken(Taken(tolerance=tolerance, lag=lag))
        lo, hi = judge.bounds(Measure(value=Quantity(months=months, goods=goods)), knowledge)
    except Contradiction:
        return nan, nan
    return max(lo, 0.0), hi


def _is_nothing(judge: Judge, goods: str, months: str, tolerance: float, lag: float) -> bool:
    lo, hi = _ends(judge, goods, months, tolerance, lag)
    return isfinite(lo) and lo < NOTHING * hi


def _mean_rate(rates: Mapping[str, float], months: Sequence[str], lag: float) -> float:
    """The mean over months, each converted at the rate of so much earlier."""
    whole, part = int(lag), lag - int(lag)
    found = []
    for month in months:
        near, far = following(month, -whole), following(month, -whole - 1)
        value = (1 - part) * rates.get(near, nan) + (part * rates.get(far, nan) if part else 0.0)
        found.append(value)
    return sum(found) / len(found)

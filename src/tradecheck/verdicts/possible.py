"""What the evidence leaves possible: by how much months can differ, and one path that is allowed."""

from collections.abc import Sequence

import pandas as pd

from tradecheck.bounds.knowledge import Knowledge
from tradecheck.study.measures import Excess, Measure, Quantity
from tradecheck.verdicts.judge import Judge


def excesses(judge: Judge, knowledge: Knowledge, months: Sequence[str], over: str) -> pd.DataFrame:
    """By how much each other month can fall short of a month, or exceed it: month, lo, hi."""
    rows = []
    for month in months:
        if month != over:
            pair = Excess(of=Quantity(months=month), over=Quantity(months=over))
            rows.append((month, *judge.bounds(Measure(excess=[pair]), knowledge)))
    return pd.DataFrame(rows, columns=["month", "lo", "hi"])


def allowed_path(judge: Judge, knowledge: Knowledge, months: Sequence[str]) -> pd.DataFrame:
    """Each month's bounds and one allowed path, the one with the least total change of slope.

    Columns month, lo, hi, path, in the report's unit.
    """
    quantities = [Quantity(months=month) for month in months]
    series = [knowledge.scope.cells(quantity, quantity.month_list[0]) for quantity in quantities]
    known = judge.evidence.asking(knowledge, frozenset(cell for part in series for cell in part))
    ends = [judge.bounds(Measure(value=quantity), knowledge) for quantity in quantities]
    return pd.DataFrame(ends, columns=["lo", "hi"]).assign(
        month=list(months), path=known.body.smooth_path(series)
    )[["month", "lo", "hi", "path"]]

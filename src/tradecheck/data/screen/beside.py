"""What stands beside a line and is no part of its strength: peaks, other partners, codes that
changed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradecheck.data.screen.matrix import Matrix
from tradecheck.data.screen.scan import usual, window_and_base, without_largest

REVISED = 0.10  # a revision of the last month that is thought possible
LATE = 3  # months at the end, within which a peak may still be overtaken
AFTER = 0.7  # of the peak, below which it was one


def peak(values: np.ndarray) -> str:
    """What the largest month of a record is: undecided, a spike of one month, sustained, or none
    of these (a high month among others). NaN: not published."""
    held = values[~np.isnan(values)]
    if not len(held) or not held.max() > 0:
        return "none"
    top = int(held.argmax())
    if top >= len(held) - LATE or held[-1] * (1 + REVISED) > held[top]:
        return "undecided"
    neighbours = [held[place] for place in (top - 1, top + 1) if 0 <= place < len(held)]
    if all(one <= held[top] / 2 for one in neighbours):
        return "spike"
    others = np.delete(held, [place for place in (top - 1, top, top + 1) if place >= 0])
    apart = not len(others) or held[top] >= (1 + REVISED) * others.max()
    if apart and held[top + 1 : top + 1 + LATE].mean() <= AFTER * held[top]:
        return "sustained"
    return "none"


def multiple(values: np.ndarray, end: int) -> float | None:
    """How many times its own base a sum of series reaches in the window that ends there."""
    window, before = window_and_base(values.sum(0, keepdims=True), end)
    base = float(usual(before)[0])
    return float(without_largest(window)[0]) / base if base > 0 else None


def beside(
    lines: pd.DataFrame, matrix: Matrix, whole: Matrix, partner: Sequence[str]
) -> pd.DataFrame:
    """Of each line: peak, others, direct and corridor (times the own base, of the same codes with
    all other screened partners, of the same codes with `partner`, and of all codes of the corridor;
    missing where there is no base), untestable (codes of its heading that began or ended at a
    revision).

    matrix: the series that were screened; whole: all that the flows hold.
    """
    screened, every = matrix.finder, whole.finder
    tested = set(matrix.keys["product"])
    lost = sorted(set(whole.keys["product"]) - tested)
    direct = whole.keys["partner"].isin(partner) & whole.keys["product"].isin(tested)
    rows = []
    for line in lines.itertuples(index=False):
        end = matrix.months.index(line.window)
        own, goods = screened.corridor(line.reporter, line.partner), screened.goods(line.product)
        others = (screened.reporter == line.reporter) & ~own
        compared = direct & (every.reporter == line.reporter) & every.goods(line.product)
        rows.append(
            {
                "peak": peak(matrix.values[own & goods].sum(0)),
                "others": multiple(matrix.values[others & goods], end),
                "direct": multiple(whole.values[compared], end),
                "corridor": multiple(matrix.values[own], end),
                "untestable": sum(code.startswith(line.product[:4]) for code in lost),
            }
        )
    return pd.DataFrame(rows, index=lines.index)

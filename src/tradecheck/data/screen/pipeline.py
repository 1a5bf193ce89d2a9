"""The whole screen of one half-year against ordinary ones: lists, headlines, chapters."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tradecheck.data.screen import ladder
from tradecheck.data.screen.matrix import Matrix
from tradecheck.data.screen.null import error_rates
from tradecheck.data.screen.scan import BASE, WINDOW, Rule, scan

HALF_YEAR = 6
LEVELS = (2, 4, 6, 8)


@dataclass(frozen=True)
class Screened:
    """counts: eligible, doubled and listed series by digits; headlines: those of all chapters;
    usual: how many headlines each ordinary half-year has at the same cuts; chapters: see
    `ladder.breadth`; broad: headlines in chapters that pass."""

    counts: pd.DataFrame
    headlines: list[ladder.Node]
    usual: dict[str, int]
    chapters: pd.DataFrame
    broad: list[ladder.Node]


def screened(
    matrix: Matrix, last: str, placebos: list[str], rule: Rule = Rule(), cut=0.1, breadth_cut=0.05
) -> Screened:
    """Screen the half-year whose last window ends in `last`. placebos: the last months of ordinary
    half-years, which pass through the same scan, the same cuts of strength and the same ladder."""
    ends = {
        month: list(
            range(matrix.months.index(month) - HALF_YEAR + 1, matrix.months.index(month) + 1)
        )
        for month in dict.fromkeys([last, *placebos])
    }
    listed: dict[str, dict[ladder.Node, float]] = {month: {} for month in ends}
    counts = []
    for digits in LEVELS:
        level = matrix.at(digits)
        found = {month: scan(level.values, held, rule) for month, held in ends.items()}
        now, corridor = found[last], level.keys.groupby(["reporter", "partner"]).ngroup().to_numpy()
        q = error_rates(now.strength, [found[month].strength for month in placebos], corridor)
        least = np.full(corridor.max() + 1, np.inf)  # strength that is listed, by corridor
        np.minimum.at(least, corridor[q <= cut], now.strength[q <= cut])
        for month, one in found.items():
            hits = np.flatnonzero((one.strength >= least[corridor]) & np.isfinite(one.strength))
            nodes = level.keys.iloc[hits].itertuples(index=False, name=None)
            listed[month] |= dict(zip(nodes, (one.level - one.base)[hits], strict=True))
        doubled = int(np.isfinite(now.strength).sum())
        counts.append((digits, int(now.eligible.sum()), doubled, int((q <= cut).sum())))
    held = []
    for month in (last, *placebos):
        start = ends[month][0] - WINDOW + 1
        group = ladder.classes(level.values[:, start - BASE : start])
        held.append((group, found[month].eligible, np.isfinite(found[month].strength)))
    chapters = ladder.breadth(level.keys, held, breadth_cut)
    told = ladder.headlines(listed[last])
    passing = set(chapters.index[chapters["passes"]])
    return Screened(
        counts=pd.DataFrame(counts, columns=["digits", "eligible", "doubled", "listed"]).set_index(
            "digits"
        ),
        headlines=told,
        usual={month: len(ladder.headlines(listed[month])) for month in placebos},
        chapters=chapters,
        broad=[node for node in told if (*node[:2], node[2][:2]) in passing],
    )

"""The whole screen of one half-year against ordinary ones: lists, headlines, chapters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tradecheck.data.screen import ladder
from tradecheck.data.screen.matrix import KEY, Matrix
from tradecheck.data.screen.null import error_rates
from tradecheck.data.screen.scan import (
    Rule,
    Scan,
    first_alarms,
    scan,
    window_and_base,
    without_largest,
)
from tradecheck.data.screen.scan import (
    usual as usual_base,
)
from tradecheck.study.screen import BASE, HALF_YEAR, WINDOW

POOLED = 200  # eligible series, below which a corridor shares the null of the other small ones
QUANTILE = 0.95  # of usual ratios, beyond which a level is more than such series do by themselves


@dataclass(frozen=True)
class Screened:
    """What a half-year gives, and what usual ones give at the same cuts.

    counts: by digits, the eligible, doubled and listed series. corridors: by reporter, partner and
    half-year (its last month), eligible and doubled series of the finest codes. lines: one row a
    headline, the strongest first: reporter, partner, product, base and level (currency a month),
    window (its last month), first_alarm (month), q, excess (of the level over what such series do
    by themselves), codes (the listed finest codes in it), broad (in a chapter that passes).
    usual, usual_broad: lines of each half-year that was tried at these cuts, all and in chapters
    that pass. chapters: see `ladder.breadth`.
    """

    last: str
    counts: pd.DataFrame
    corridors: pd.DataFrame
    lines: pd.DataFrame
    usual: dict[str, int]
    usual_broad: dict[str, int]
    chapters: pd.DataFrame

    @property
    def broad(self) -> pd.DataFrame:
        return self.lines[self.lines["broad"]]


@dataclass(frozen=True)
class _Level:
    """The series of one number of digits, scanned in every half-year."""

    matrix: Matrix
    corridor: np.ndarray
    found: dict[str, Scan]

    @property
    def nodes(self) -> list[ladder.Node]:
        return list(self.matrix.keys[KEY].itertuples(index=False, name=None))


def screened(
    matrix: Matrix,
    last: str,
    placebos: Sequence[str],
    rule: Rule = Rule(),
    cut: float = 0.1,
    breadth_cut: float = 0.05,
    tried: Sequence[str] = (),
) -> Screened:
    """Screen the half-year whose last window ends in `last`. placebos: the last months of ordinary
    half-years, from which the cuts are made. tried (default: the same): ordinary half-years that
    pass through the same scan, cuts and ladder."""
    tried = tried or placebos
    ends = {month: ends_of(matrix, month) for month in dict.fromkeys([last, *placebos, *tried])}
    levels = [
        _Level(
            held,
            held.keys.groupby(["reporter", "partner"]).ngroup().to_numpy(),
            {month: scan(held.values, columns, rule) for month, columns in ends.items()},
        )
        for held in (matrix.at(digits) for digits in _digits(matrix))
    ]
    finest = levels[-1]
    pooled = _pools(finest, last)
    listed: dict[str, dict[ladder.Node, float]] = {month: {} for month in ends}
    counts, told = [], []
    for level in levels:
        now, pool = level.found[last], pooled[level.corridor]
        q = error_rates(now.strength, [level.found[month].strength for month in placebos], pool)
        least = np.full(pool.max(initial=0) + 1, np.inf)  # strength that is listed, by pool
        np.minimum.at(least, pool[q <= cut], now.strength[q <= cut])
        nodes = level.nodes
        for month, one in level.found.items():
            hits = np.flatnonzero((one.strength >= least[pool]) & one.doubled)
            listed[month] |= {nodes[row]: float((one.level - one.base)[row]) for row in hits}
        told.append(_table(level, last, placebos, q, _later(matrix, placebos, ends[last]), rule))
        digits = int(level.matrix.keys["product"].str.len().max())
        counts.append(
            (digits, *map(int, (now.eligible.sum(), now.doubled.sum(), (q <= cut).sum())))
        )
    halves = {month: _half(finest, month, ends[month]) for month in ends}
    usual = [halves[month] for month in placebos]
    shown = [halves[month] for month in (last, *tried)]
    chapters = ladder.breadth(finest.matrix.keys, shown, usual, breadth_cut)
    heads = [ladder.headlines(listed[month]) for month in (last, *tried)]
    broad = [_inside(own, held) for own, held in zip(heads, chapters, strict=True)]
    every = pd.concat(told).drop_duplicates(KEY, keep="last").set_index(KEY)
    lines = every.loc[heads[0]].reset_index()
    codes = [node for node in finest.nodes if node in listed[last]]
    lines["codes"] = [
        sum(node[:2] == code[:2] and code[2].startswith(node[2]) for code in codes)
        for node in heads[0]
    ]
    lines["broad"] = [node in broad[0] for node in heads[0]]
    return Screened(
        last,
        counts=pd.DataFrame(counts, columns=["digits", "eligible", "doubled", "listed"]).set_index(
            "digits"
        ),
        corridors=_corridors(finest, ends),
        lines=lines.sort_values(
            ["excess", *KEY], ascending=[False] + [True] * 3, ignore_index=True
        ),
        usual={month: len(own) for month, own in zip(tried, heads[1:], strict=True)},
        usual_broad={month: len(own) for month, own in zip(tried, broad[1:], strict=True)},
        chapters=chapters[0],
    )


def out_of_sample(
    matrix: Matrix, last: str, placebos: Sequence[str], *rules: Any
) -> tuple[dict[str, int], dict[str, int]]:
    """The lines of each usual half-year, all and in chapters that pass, at cuts made from the other
    usual half-years; of a single one, at cuts made from itself. rules: as in `screened`."""
    usual: dict[str, int] = {}
    broad: dict[str, int] = {}
    for month in placebos:
        others = [other for other in placebos if other != month]
        found = screened(matrix, last, others or [month], *rules, tried=[month])
        usual |= found.usual
        broad |= found.usual_broad
    return usual, broad


def ends_of(matrix: Matrix, last: str) -> list[int]:
    """The columns in which the windows of a half-year end."""
    column = matrix.months.index(last)
    return list(range(column - HALF_YEAR + 1, column + 1))


def _digits(matrix: Matrix) -> list[int]:
    """The numbers of digits of the ladder's steps: chapters, headings … and the codes themselves."""
    longest = int(matrix.keys["product"].str.len().max())
    return [*range(2, longest, 2), longest]


def _pools(finest: _Level, last: str) -> np.ndarray:
    """Of each corridor, the one whose null it has: its own, or that of all small ones together."""
    eligible = np.bincount(finest.corridor, weights=finest.found[last].eligible)
    small = np.flatnonzero(eligible < POOLED)
    pool = np.arange(len(eligible))
    pool[small] = small[:1]
    return pool


def _later(matrix: Matrix, placebos: Sequence[str], ends: list[int]) -> list[int]:
    """The columns in which an alarm can come first: all since the last usual half-year."""
    since = max((matrix.months.index(month) for month in placebos), default=ends[0] - 1)
    return list(range(min(since + 1, ends[0]), ends[-1] + 1))


def _table(
    level: _Level,
    last: str,
    placebos: Sequence[str],
    q: np.ndarray,
    ends: list[int],
    rule: Rule,
) -> pd.DataFrame:
    """The series that double, with what is told of a line."""
    now, values = level.found[last], level.matrix.values
    rows = np.flatnonzero(now.doubled)
    times = _usual_times(level, placebos)
    active = np.array(
        [ladder.activity(window_and_base(values[[row]], now.end[row])[1])[0] for row in rows],
        int,
    )
    months = np.array(level.matrix.months, object)
    return level.matrix.keys.iloc[rows].assign(
        base=now.base[rows],
        level=now.level[rows],
        window=months[now.end[rows]],
        first_alarm=months[first_alarms(values[rows], ends, rule)],
        q=q[rows],
        excess=now.level[rows] - times[active] * now.base[rows],
    )


def _usual_times(level: _Level, placebos: Sequence[str]) -> np.ndarray:
    """How many times its base a series reaches in one of twenty usual windows, by activity."""
    held: list[list[np.ndarray]] = [[] for _ in range(len(ladder.ACTIVE) + 1)]
    for month in placebos:
        rows = level.matrix.values[level.found[month].eligible]
        for end in ends_of(level.matrix, month):
            window, before = window_and_base(rows, end)
            base, group = usual_base(before), ladder.activity(before)
            for one, ratios in enumerate(held):
                own = (group == one) & (base > 0)
                ratios.append(without_largest(window[own]) / base[own])
    joined = [np.concatenate(ratios or [np.ones(1)]) for ratios in held]
    return np.array([np.quantile(one, QUANTILE) if len(one) else 1.0 for one in joined])


def _half(level: _Level, month: str, ends: list[int]) -> ladder.Half:
    start = ends[0] - WINDOW + 1
    group = ladder.classes(np.nan_to_num(level.matrix.values[:, start - BASE : start]))
    return ladder.Half(group, level.found[month].eligible, level.found[month].doubled)


def _inside(nodes: list[ladder.Node], chapters: pd.DataFrame) -> set[ladder.Node]:
    passing = set(chapters.index[chapters["passes"]])
    return {node for node in nodes if (*node[:2], node[2][:2]) in passing}


def _corridors(finest: _Level, ends: dict[str, list[int]]) -> pd.DataFrame:
    tables = [
        finest.matrix.keys[["reporter", "partner"]]
        .assign(half=month, eligible=one.eligible, doubled=one.doubled)
        .groupby(["reporter", "partner", "half"])
        .sum()
        for month, one in finest.found.items()
    ]
    return pd.concat(tables)

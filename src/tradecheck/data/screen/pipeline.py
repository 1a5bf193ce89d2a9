"""The whole screen of one half-year against ordinary ones: lists, headlines, chapters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

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
class Level:
    """The series of one number of digits, scanned in every half-year. nodes: the key of each;
    corridor: a number of each one's corridor."""

    digits: int
    matrix: Matrix
    nodes: list[ladder.Node]
    corridor: np.ndarray
    found: dict[str, Scan]

    @classmethod
    def of(cls, matrix: Matrix, lasts: Sequence[str], rule: Rule) -> "Level":
        found = {month: scan(matrix.values, ends_of(matrix, month), rule) for month in lasts}
        nodes = list(zip(*(matrix.keys[name].tolist() for name in KEY), strict=True))
        corridor = matrix.keys.groupby(["reporter", "partner"]).ngroup().to_numpy()
        return cls(max(len(node[2]) for node in nodes), matrix, nodes, corridor, found)


@dataclass(frozen=True)
class Scans:
    """All levels of a matrix, scanned once in some half-years, named by their last months."""

    matrix: Matrix
    rule: Rule
    levels: list[Level]

    @classmethod
    def of(cls, matrix: Matrix, lasts: Sequence[str], rule: Rule = Rule()) -> "Scans":
        held = (matrix.at(digits) for digits in _digits(matrix))
        return cls(matrix, rule, [Level.of(level, list(lasts), rule) for level in held])

    @property
    def finest(self) -> Level:
        return self.levels[-1]


@dataclass(frozen=True)
class _Passed:
    """What passes the cuts that some half-years make: q of each level's series; of the half-year
    itself and of each that was tried, the listed nodes, headlines, and chapters."""

    q: list[np.ndarray]
    listed: list[dict[ladder.Node, float]]
    heads: list[list[ladder.Node]]
    chapters: list[pd.DataFrame]

    @property
    def broad(self) -> list[set[ladder.Node]]:
        return [_inside(own, held) for own, held in zip(self.heads, self.chapters, strict=True)]


def screened(
    scans: Scans,
    last: str,
    placebos: Sequence[str],
    cut: float = 0.1,
    breadth_cut: float = 0.05,
    tried: Sequence[str] = (),
) -> Screened:
    """Screen the half-year whose last window ends in `last`. placebos: the last months of ordinary
    half-years, from which the cuts are made. tried (default: the same): ordinary half-years that
    pass through the same scan, cuts and ladder."""
    tried = tried or placebos
    passed = _passed(scans, last, placebos, tried, cut, breadth_cut)
    heads, broad = passed.heads, passed.broad
    told = [
        _table(scans, level, last, placebos, q)
        for level, q in zip(scans.levels, passed.q, strict=True)
    ]
    every = pd.concat(told).drop_duplicates(KEY, keep="last").set_index(KEY)
    lines = every.loc[heads[0]].reset_index()
    codes = Counter(
        (*node[:2], code)
        for node in scans.finest.nodes
        if node in passed.listed[0]
        for code in (*ladder.above(node[2]), node[2])
    )
    lines["codes"] = [codes[node] for node in heads[0]]
    lines["broad"] = [node in broad[0] for node in heads[0]]
    counts = [
        (level.digits, *(int(one.sum()) for one in (now.eligible, now.doubled, q <= cut)))
        for level, q in zip(scans.levels, passed.q, strict=True)
        for now in (level.found[last],)
    ]
    columns = ["digits", "eligible", "doubled", "listed"]
    return Screened(
        last,
        counts=pd.DataFrame(counts, columns=columns).set_index("digits"),
        corridors=_corridors(scans.finest),
        lines=lines.sort_values(
            ["excess", *KEY], ascending=[False] + [True] * 3, ignore_index=True
        ),
        usual={month: len(own) for month, own in zip(tried, heads[1:], strict=True)},
        usual_broad={month: len(own) for month, own in zip(tried, broad[1:], strict=True)},
        chapters=passed.chapters[0],
    )


def out_of_sample(
    scans: Scans, last: str, placebos: Sequence[str], cut: float = 0.1, breadth_cut: float = 0.05
) -> tuple[dict[str, int], dict[str, int]]:
    """The lines of each usual half-year, all and in chapters that pass, at cuts made from the other
    usual half-years; of a single one, at cuts made from itself."""
    usual: dict[str, int] = {}
    broad: dict[str, int] = {}
    for month in placebos:
        others = [other for other in placebos if other != month] or [month]
        passed = _passed(scans, last, others, [month], cut, breadth_cut)
        usual[month], broad[month] = len(passed.heads[1]), len(passed.broad[1])
    return usual, broad


def _passed(
    scans: Scans,
    last: str,
    placebos: Sequence[str],
    tried: Sequence[str],
    cut: float,
    breadth_cut: float,
) -> _Passed:
    pooled = _pools(scans.finest, last)
    listed: list[dict[ladder.Node, float]] = [{} for _ in (last, *tried)]
    rates = []
    for level in scans.levels:
        now, pool = level.found[last], pooled[level.corridor]
        q = error_rates(now.strength, [level.found[month].strength for month in placebos], pool)
        least = np.full(pool.max(initial=0) + 1, np.inf)  # strength that is listed, by pool
        np.minimum.at(least, pool[q <= cut], now.strength[q <= cut])
        for held, month in zip(listed, (last, *tried), strict=True):
            one = level.found[month]
            hits = np.flatnonzero((one.strength >= least[pool]) & one.doubled)
            excess = (one.level - one.base)[hits].tolist()
            held.update(zip((level.nodes[row] for row in hits), excess, strict=True))
        rates.append(q)
    halves = {month: _half(scans.finest, month) for month in {last, *placebos, *tried}}
    chapters = ladder.breadth(
        scans.finest.matrix.keys,
        [halves[month] for month in (last, *tried)],
        [halves[month] for month in placebos],
        breadth_cut,
    )
    return _Passed(rates, listed, [ladder.headlines(held) for held in listed], chapters)


def ends_of(matrix: Matrix, last: str) -> list[int]:
    """The columns in which the windows of a half-year end."""
    column = matrix.months.index(last)
    return list(range(column - HALF_YEAR + 1, column + 1))


def _digits(matrix: Matrix) -> list[int]:
    """The numbers of digits of the ladder's steps: chapters, headings … and the codes themselves."""
    longest = int(matrix.keys["product"].str.len().max())
    return [*range(2, longest, 2), longest]


def _pools(finest: Level, last: str) -> np.ndarray:
    """Of each corridor, the one whose null it has: its own, or that of all small ones together."""
    eligible = np.bincount(finest.corridor, weights=finest.found[last].eligible)
    small = np.flatnonzero(eligible < POOLED)
    pool = np.arange(len(eligible))
    pool[small] = small[:1]
    return pool


def _table(
    scans: Scans, level: Level, last: str, placebos: Sequence[str], q: np.ndarray
) -> pd.DataFrame:
    """The series that double, with what is told of a line."""
    now, matrix = level.found[last], level.matrix
    rows = np.flatnonzero(now.doubled)
    before = now.end[rows, None] - WINDOW - np.arange(BASE)
    active = ladder.activity(matrix.values[rows[:, None], before])
    ends = ends_of(matrix, last)
    since = max((matrix.months.index(month) + 1 for month in placebos), default=ends[0])
    alarms = first_alarms(matrix.values[rows], range(min(since, ends[0]), ends[-1] + 1), scans.rule)
    months = np.array(matrix.months, object)
    return matrix.keys.iloc[rows].assign(
        base=now.base[rows],
        level=now.level[rows],
        window=months[now.end[rows]],
        first_alarm=months[alarms],
        q=q[rows],
        excess=now.level[rows] - _usual_times(level, placebos)[active] * now.base[rows],
    )


def _usual_times(level: Level, placebos: Sequence[str]) -> np.ndarray:
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


def _half(level: Level, month: str) -> ladder.Half:
    start = ends_of(level.matrix, month)[0] - WINDOW + 1
    group = ladder.classes(np.nan_to_num(level.matrix.values[:, start - BASE : start]))
    return ladder.Half(group, level.found[month].eligible, level.found[month].doubled)


def _inside(nodes: list[ladder.Node], chapters: pd.DataFrame) -> set[ladder.Node]:
    passing = set(chapters.index[chapters["passes"]])
    return {node for node in nodes if (*node[:2], node[2][:2]) in passing}


def _corridors(finest: Level) -> pd.DataFrame:
    tables = [
        finest.matrix.keys[["reporter", "partner"]]
        .assign(half=month, eligible=one.eligible, doubled=one.doubled)
        .groupby(["reporter", "partner", "half"])
        .sum()
        for month, one in finest.found.items()
    ]
    return pd.concat(tables)

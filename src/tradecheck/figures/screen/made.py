"""The screen that a study asks for, made from its evidence."""

from dataclasses import dataclass
from math import ceil
from typing import Any

import pandas as pd

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.gaps import provisional_months
from tradecheck.data.screen.beside import beside
from tradecheck.data.screen.births import births
from tradecheck.data.screen.matrix import Matrix, like_for_like, matrix_of
from tradecheck.data.screen.pipeline import Scans, Screened, out_of_sample, screened
from tradecheck.data.screen.scan import Rule
from tradecheck.errors import TradecheckError
from tradecheck.figures.own_rows import own_rows
from tradecheck.study import areas
from tradecheck.study.periods import Period, following, parse_months
from tradecheck.study.screen import BASE, HALF_YEAR, WINDOW, ScreenSpec
from tradecheck.study.study import Study

FEWEST_CODES = 3


@dataclass(frozen=True)
class Screen:
    """A half-year, its lines, and what usual half-years give.

    lines: see `Screened.lines`, with id, rank (of those in chapters that pass), provisional
    (months of its window) and the columns of `beside`. usual, usual_broad: lines of each usual
    half-year, at cuts made without it. births: by last month of a half-year. untested: codes that
    were not in use on both sides of a revision.
    """

    study: Study
    spec: ScreenSpec
    table: str
    currency: str
    matrix: Matrix
    half: Period
    ordinary: tuple[Period, ...]
    revisions: tuple[str, ...]
    untested: tuple[str, ...]
    found: Screened
    lines: pd.DataFrame
    usual: dict[str, int]
    usual_broad: dict[str, int]
    births: dict[str, pd.DataFrame]

    @property
    def shown(self) -> pd.DataFrame:
        """The lines in chapters that moved as a whole, the strongest first."""
        return self.lines[self.lines["broad"]]

    @property
    def expected(self) -> int:
        """How many of the lines shown a usual half-year has, rounded up."""
        return mean_of(self.usual_broad)

    def series_of(self, line: Any) -> Matrix:
        """The series of a line: its finest codes, in use on both sides of each revision."""
        found = self.matrix.finder
        own = found.corridor(line.reporter, line.partner) & found.goods(line.product)
        return self.matrix.where(own)


def mean_of(counts: dict[str, int]) -> int:
    """The mean of counts by half-year, rounded up."""
    return ceil(sum(counts.values()) / len(counts)) if counts else 0


def screen(evidence: Evidence) -> Screen:
    """The screen of a study. Raises a TradecheckError where its table holds too few months or
    codes, or codes beside their own parts."""
    study, spec = evidence.study, evidence.study.screen or ScreenSpec()
    table = _table(study, spec)
    place = f"notebooks/studies/{study.name}/study.yaml, screen"
    rows = own_rows(evidence, table)
    compared = own_rows(evidence, table, partner=spec.beside) if spec.beside else rows[:0]
    if rows["product"].nunique() < FEWEST_CODES:
        raise TradecheckError(
            f"{place}: data/raw/{table} holds {rows['product'].nunique()} customs codes of this "
            f"trade by month, and a screen takes {FEWEST_CODES} at least; name a table of many "
            "codes under table."
        )
    if evidence.tables.holds(table).absent != "zero":
        raise TradecheckError(
            f"{place}: the card of data/raw/{table} does not say that a missing record is zero "
            "(absent: zero), so most months of most codes would be unknown; a screen cannot judge "
            "them."
        )
    published = evidence.tables.published
    whole = matrix_of(pd.concat([rows, compared]), published[published["source"] == table])
    half, ordinary = _halves(study, spec, whole, place)
    revisions = tuple(month for month in spec.revisions if whole.months[0] < month <= half.last)
    kept = pd.Series(True, index=whole.keys["product"].unique())
    for month in revisions:
        kept &= like_for_like(whole, month)
    own = ~whole.keys["partner"].isin(set(compared["partner"]) - set(rows["partner"]))
    matrix = whole.where((own & whole.keys["product"].map(kept)).to_numpy(bool))
    lasts = [one.last for one in ordinary]
    # A consignment is taken for a small part of what counts: 2,000 where 50,000 does.
    rule = Rule(spec.times, spec.least, spec.least / 25)
    scans = Scans.of(matrix, [*lasts, half.last], rule)
    found = screened(scans, half.last, lasts, spec.error_rate, spec.breadth)
    usual, usual_broad = out_of_sample(scans, half.last, lasts, spec.error_rate, spec.breadth)
    lines = found.lines
    if len(lines):
        told = beside(lines, matrix, whole, sorted(set(compared["partner"])))
        lines = lines.join(told)
    lines = _named(lines, provisional_months(study, evidence.tables).get(table, []))
    return Screen(
        study, spec, table, evidence.currency, matrix, half, ordinary, revisions,
        tuple(kept.index[~kept]), found, lines, usual, usual_broad,
        births(matrix, whole, [*lasts, half.last], rule),
    )  # fmt: skip


def _table(study: Study, spec: ScreenSpec) -> str:
    named = [entry.months for entry in study.of_kind("months")]
    if spec.table and spec.table not in named:
        raise TradecheckError(
            f"notebooks/studies/{study.name}/study.yaml, screen: the table {spec.table!r} is not "
            f"among the monthly evidence ({', '.join(named) or 'none'})."
        )
    if not named:
        raise TradecheckError(
            f"notebooks/studies/{study.name}/study.yaml has a screen and no monthly evidence; name "
            "a monthly table under evidence, or delete the field screen."
        )
    return spec.table or named[0]


def _halves(
    study: Study, spec: ScreenSpec, matrix: Matrix, place: str
) -> tuple[Period, tuple[Period, ...]]:
    """The half-year that is screened, and the usual ones; all lie in the months of the table."""
    shown = [month for month in study.shown if month in matrix.months]
    half = parse_months(spec.half_year) if spec.half_year else tuple(shown[-HALF_YEAR:])
    needed = BASE + WINDOW - 1
    first = following(matrix.months[0], needed)
    ordinary = [parse_months(one) for one in spec.ordinary]
    if len(half) == HALF_YEAR and not ordinary:
        last = following(half[0], -1)
        last = min(last, max(study.base_months)) if study.base else last
        while following(last, 1 - HALF_YEAR) >= first:
            ordinary.append(parse_months(f"{following(last, 1 - HALF_YEAR)}..{last}"))
            last = following(last, -HALF_YEAR)
    spans = [Period(months[0], months[-1]) for months in sorted(ordinary)]
    early = [span for span in spans if span.first < first]
    if len(half) < HALF_YEAR or half[-1] > matrix.months[-1] or early or not spans:
        raise TradecheckError(
            f"{place}: a half-year needs {needed} months before it, and one usual half-year before "
            f"that at least; the table holds {matrix.months[0]} to {matrix.months[-1]}. Add "
            "earlier months, or name other half-years."
        )
    return Period(half[0], half[-1]), tuple(spans)


def _named(lines: pd.DataFrame, provisional: list[str]) -> pd.DataFrame:
    """With an id and a rank for each line, and the months of its window that are provisional."""
    ids = lines["reporter"] + "-" + lines["partner"] + "-" + lines["product"]
    windows = [
        [
            month
            for month in (following(last, -2), following(last, -1), last)
            if month in provisional
        ]
        for last in lines["window"]
    ]
    rank = lines["broad"].cumsum().where(lines["broad"], 0)
    return lines.assign(id=ids.str.lower(), rank=rank, provisional=windows)


def who(screen: Screen, reporter: str, partner: str) -> str:
    """The corridor of a line; the reporter is left out where all lines have the same."""
    alone = screen.matrix.keys["reporter"].nunique() == 1
    to = areas.name_of(partner)
    return to if alone else f"{areas.name_of(reporter)} – {to}"

"""What would decide an undecided reading: each single datum, tried as if it were published."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain, groupby
from math import isinf, nan
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradecheck.claims import ClaimsFile, Reading
from tradecheck.evidence import Knowledge
from tradecheck.measures import LISTED
from tradecheck.study.periods import fiscal_year
from tradecheck.parallel import each
from tradecheck.bounds.programme import CLEARLY, Cell, Constraint, Grade, Row, Weights
from tradecheck.show.prose import month_name
from tradecheck.robustness import Body, Parts, ask
from tradecheck.study import Study
from tradecheck.verdicts import Verdict

MONTH = re.compile(r"\d{4}-\d{2}")
DATUM = {"datum": str, "tried": int, "decides": int, "lo": float, "hi": float, "left": float}
POINT = 1e-4  # a narrower range is one value, which is never undecided
CHANGED = 0.9995  # a range that keeps more of its width than this has not shrunk


def worlds(
    knowledge: Knowledge, study: Study, claims: ClaimsFile, figures: Mapping[str, float]
) -> list[dict[Cell, float]]:
    """One allowed path for each set of beliefs in the grid that official totals leave possible.

    Each is a way the months may have been: by cell of the listed goods, the smoothest path of every
    supplier's months.
    """
    found = []
    for name in sorted(study.grid.believing):
        believed = claims.constraints(study.grid.believing[name], knowledge, figures)
        body = knowledge.believing(believed)
        if not body.evidence.clash:
            found.append(_smooth(body))
    return found


def undecided_readings(claims: ClaimsFile, knowledge: Knowledge) -> list[Reading]:
    """The main readings on months that official totals leave undecided."""
    body = Body(knowledge, Parts())
    return [
        reading
        for claim in claims.claims
        for reading in claim.all_readings
        if reading.main
        and reading.measure
        and reading.evidence == "monthly"
        and ask(reading, body).verdict(reading.predicate.zone) is Verdict.UNDECIDED
    ]


def decisive_data(
    readings: Sequence[Reading],
    knowledge: Knowledge,
    paths: Sequence[Mapping[Cell, float]],
    table: pd.DataFrame,
    study: Study,
) -> dict[str, pd.DataFrame]:
    """What would be left of each undecided reading if one datum more were known, by reading's id.

    A datum is one month of one supplier, or the goods list. Nobody knows what a month would say, so
    its value on each of the paths (of `worlds`) is tried, as if it were published; `table` holds the
    specifications of `robustness.run`, with each list. Columns: datum, tried (how many distinct
    values), decides (how many of them settle the reading), lo, hi (what is left at worst, the widest
    range of those that stay undecided), left (its width as a share of the width before; missing
    where the reading had no limit). The most decisive first: what decides most often, then what leaves
    the least. Data that change nothing are left out.
    """
    cells = sorted(set().union(*paths), key=lambda cell: (cell.period, cell.supplier))
    years = [list(year) for _, year in groupby(cells, key=lambda cell: fiscal_year(cell.period))]
    found = each(lambda year: _tried(readings, knowledge, paths, year), years)
    names = [reading.id for reading in readings]
    found.append(goods_lists(table[table["reading"].isin(names)], study.rate_tolerance_inr))
    return {
        name: _most_decisive(
            pd.DataFrame(chain(*(one.get(name, ()) for one in found)), columns=list(DATUM))
        )
        for name in names
    }


def _tried(
    readings: Sequence[Reading],
    knowledge: Knowledge,
    paths: Sequence[Mapping[Cell, float]],
    cells: Sequence[Cell],
) -> dict[str, list[tuple]]:
    """Rows as in `decisive_data` for these cells, by reading's id."""
    parts = Parts()
    now = {reading.id: ask(reading, Body(knowledge, parts)) for reading in readings}
    rows = {reading.id: [] for reading in readings}
    for cell in cells:
        datum = f"{cell.supplier}, {month_name(cell.period)}"
        weights = knowledge.scope.weights(cell.period, cell.goods, [cell.supplier])
        borne = [reading for reading in readings if weights.keys() <= now[reading.id].bearing]
        values = {round(path[cell], 3): path[cell] for path in paths if cell in path} if borne else {}
        bodies = [Body(_knowing(knowledge, weights, value), parts) for value in values.values()]
        for reading in borne:
            tried = [ask(reading, body) for body in bodies]
            outcomes = [(one.verdict(reading.predicate.zone), one.lo, one.hi) for one in tried]
            before = _Ends(now[reading.id].lo, now[reading.id].hi)
            rows[reading.id].append((datum, *_effect(outcomes, before)))
    return rows


def goods_lists(table: pd.DataFrame, rate: float) -> dict[str, list[tuple]]:
    """The goods list as a datum: a row as in `decisive_data` by reading's id, if several are tried.

    `table`: specifications. Each list is tried with the study's own choices: official totals at
    worst, the latest, nothing believed, its rate tolerance (none, for lists of which no code is
    complete). Before the list is known, the range is that of all lists together.
    """
    own = table[
        (table["coverage"] == "worst case")
        & (table["vintage"] == "latest")
        & (table["believing"] == "nothing")
    ]
    rates = own["rate_tolerance"]
    complete = own.groupby(["reading", "goods"])["rate_tolerance"].transform("count") > 0
    own = own[(complete & np.isclose(rates.fillna(-1.0), rate)) | (~complete & rates.isna())]
    found = {}
    for name, part in own.drop_duplicates(["reading", "goods"]).groupby("reading"):
        if len(part) > 1:
            tried = list(part[["verdict", "lo", "hi"]].itertuples(index=False, name=None))
            before = _Ends(part["lo"].min(), part["hi"].max())
            found[name] = [("the goods list", *_effect(tried, before))]
    return found


class _Ends(NamedTuple):
    lo: float
    hi: float


def _knowing(knowledge: Knowledge, weights: Weights, value: float) -> Knowledge:
    row = Row(weights, value - CLEARLY, value + CLEARLY)
    return knowledge.believing([Constraint("known", "the datum", (row,), Grade.OBSERVED)])


def _effect(
    tried: Sequence[tuple[str, float, float]], before: "_Ends"
) -> tuple[int, int, float, float, float]:
    """How many values were tried and how many settle it; what is left at worst, and its share."""
    still = [(lo, hi) for verdict, lo, hi in tried if verdict == Verdict.UNDECIDED and hi - lo > POINT]
    # Rounded as bounds are: the solver's last digits choose nothing.
    left = still or [(lo, hi) for _, lo, hi in tried]
    lo, hi = max(left, key=lambda ends: (round(ends[1] - ends[0], 6), ends[1]))
    width = before.hi - before.lo
    left = (hi - lo) / width if width and not isinf(width) else nan
    return len(tried), len(tried) - len(still), lo, hi, left


def _most_decisive(data: pd.DataFrame) -> pd.DataFrame:
    """Data that change something, the most decisive first."""
    data = data.astype(DATUM)
    shrinks = data["left"].fillna(0.0) < CHANGED
    limits = data["left"].notna() | np.isfinite(data["hi"] - data["lo"])
    kept = data[(data["decides"] > 0) | (shrinks & limits)]
    kept = kept.reset_index(drop=True)
    width = (kept["hi"] - kept["lo"]).round(6)
    order = kept.assign(rate=-kept["decides"] / kept["tried"], width=width)
    order = order.sort_values(["rate", "width"], kind="stable")
    return kept.loc[order.index].reset_index(drop=True)


def _smooth(knowledge: Knowledge) -> dict[Cell, float]:
    """The smoothest allowed path of every supplier that the evidence says something of."""
    scope, path = knowledge.scope, {}
    named = {cell for row in knowledge.evidence.rows for cell in row.weights}
    limited = {cell for cell in named if MONTH.fullmatch(cell.period)}
    for supplier in (scope.reporter, *scope.other_suppliers):
        periods = sorted({cell.period for cell in limited if cell.supplier == supplier})
        series = [scope.weights(period, LISTED, [supplier]) for period in periods]
        values = knowledge.evidence.smooth_path(series) if len(series) > 2 else ()
        path |= {Cell(supplier, LISTED, p): v for p, v in zip(periods, values)}
    return path

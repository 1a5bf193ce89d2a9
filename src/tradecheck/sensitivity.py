"""What the multiverse of specifications says: how robust, which choice matters, what would decide."""

import re
from collections.abc import Callable, Mapping, Sequence
from math import isinf, nan
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradecheck.claims import ClaimsFile, Reading
from tradecheck.evidence import Knowledge
from tradecheck.measures import LISTED
from tradecheck.programme import CLEARLY, Cell, Constraint, Grade, Row, Weights
from tradecheck.prose import month_name
from tradecheck.robustness import CONTRADICTION, DIMENSIONS, Parts, ask
from tradecheck.study import Study
from tradecheck.verdicts import Verdict

STATES = [Verdict.HOLDS, Verdict.UNDECIDED, Verdict.FAILS, CONTRADICTION]
MONTH = re.compile(r"\d{4}-\d{2}")
DATUM = {"datum": str, "tried": int, "decides": int, "lo": float, "hi": float, "left": float}
POINT = 1e-4  # a narrower range is one value, which is never undecided
CHANGED = 0.9995  # a range that keeps more of its width than this has not shrunk
COMBINED = re.compile(r"C\d+-(N\d+)-(B\d+)")


def shares(table: pd.DataFrame, by: str = "reading") -> pd.DataFrame:
    """How many specifications of each reading (or claim) reach each verdict.

    Indexed by reading; columns: one count for each state (holds, undecided, fails, contradiction),
    and total.
    """
    return _tally(table, table[by])


def choices(table: pd.DataFrame) -> pd.DataFrame:
    """Each specification's choices in words: one column for each kind in which the table varies.

    Readings that combine a numerator with a base count as two kinds. Same index as the table; the
    columns are categories.
    """
    words = {kind: table[kind] for kind in DIMENSIONS if kind in table}
    words["rate_tolerance"] = _worded(
        table["rate_tolerance"], lambda rate: "off" if pd.isna(rate) else f"±{rate:g} rupees"
    )
    ends = (_worded(table[end], "{:g}".format) for end in ("about_lo", "about_hi"))
    words["about"] = next(ends) + " to " + next(ends)
    combined = [COMBINED.fullmatch(name) for name in table["reading"].unique()]
    if all(combined):
        del words["reading"]
        parts = pd.DataFrame([match.groups() for match in combined], [m[0] for m in combined])
        sides = {side: table["reading"].map(parts[n]) for n, side in enumerate(("numerator", "base"))}
        words = sides | words
    varied = {kind: named.astype("category") for kind, named in words.items()}
    return pd.DataFrame(
        {kind: named for kind, named in varied.items() if len(named.cat.categories) > 1}, table.index
    )


def by_choice(table: pd.DataFrame) -> pd.DataFrame:
    """How the specifications that make a choice come out: `shares` indexed by (kind, choice)."""
    named = choices(table)
    found = {kind: _tally(table, named[kind], ordered=True) for kind in named}
    return pd.concat(found) if found else _tally(table, table["reading"]).iloc[:0]


def flips(table: pd.DataFrame) -> pd.DataFrame:
    """How often one choice alone changes the verdict, by claim and kind of choice.

    The flip rate of a kind: among all pairs of specifications that differ in this choice alone, the
    share whose verdicts differ. A kind that the reading settles (where Hong Kong stands, say) varies
    with it. Columns: claim, kind, pairs, flipped, rate; the most decisive first.
    """
    rows = []
    for claim, part in table.groupby("claim"):
        named = choices(part)
        for kind in [kind for kind in named if kind == "reading" or not _settled(named, kind)]:
            others = [n for n in named if n != kind and not (kind == "reading" and _settled(named, n))]
            place = named.groupby(others).ngroup() if others else pd.Series(0, part.index)
            counts = part.groupby([place, part["verdict"]]).size().unstack(fill_value=0)
            sizes = counts.sum(axis="columns")
            pairs = int((sizes * (sizes - 1) // 2).sum())
            alike = int((counts * (counts - 1) // 2).to_numpy().sum())
            if pairs:
                rows.append((claim, kind, pairs, pairs - alike, (pairs - alike) / pairs))
    result = pd.DataFrame(rows, columns=["claim", "kind", "pairs", "flipped", "rate"])
    return result.sort_values(
        ["claim", "rate", "kind"], ascending=[True, False, True], ignore_index=True
    )


def curve(table: pd.DataFrame, columns: int, blocks: Mapping[str, int]) -> pd.DataFrame:
    """A claim's specifications in order of their ranges, gathered into columns of equal size.

    `blocks` maps a reading to its place in the order: readings with another predicate stand apart.
    Contradictions have no range and are left out. Returns one row a column: block, lo, hi (medians,
    infinite kept), specifications, the share of each verdict, and for each choice "kind: choice" the
    share of the column's specifications that make it.
    """
    part = table[table["verdict"] != CONTRADICTION]
    part = part.assign(block=part["reading"].map(blocks))
    order = [name for name in part.columns if name in (*DIMENSIONS, "about_lo", "about_hi")]
    part = part.sort_values(["block", "lo", "hi", *order], kind="stable", na_position="first")
    named = pd.DataFrame(
        {
            f"{kind}: {choice}": (made == choice).astype(float)
            for kind, made in choices(part).items()
            for choice in made.sort_index().unique()  # as the grid orders them
        },
        index=part.index,
    )
    states = pd.get_dummies(part["verdict"], dtype=float)
    states = states.reindex(columns=list(map(str, STATES[:-1])), fill_value=0.0)
    places = np.concatenate(
        [
            np.arange(size) * _part(columns, size, len(part)) // size + columns * block
            for block, size in part.groupby("block").size().items()
        ]
    )
    groups = part[["block", "lo", "hi"]].reset_index(drop=True).groupby(places)
    middles = groups.agg(_middle).assign(specifications=groups.size())
    rest = pd.concat([states, named], axis="columns").reset_index(drop=True).groupby(places).mean()
    return pd.concat([middles, rest], axis="columns").reset_index(drop=True)


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


def what_would_decide(
    reading: Reading, knowledge: Knowledge, paths: Sequence[Mapping[Cell, float]]
) -> pd.DataFrame:
    """What would be left of an undecided reading if one datum more were known.

    A datum is one month of one supplier. Nobody knows what it would say, so its value on each of the
    paths (of `worlds`) is tried, as if it were published. Columns: datum, tried (how many distinct
    values), decides (how many of them settle the reading), lo, hi (what is left at worst, the widest
    range of those that stay undecided), left (its width as a share of the width before; missing
    where the reading had no limit). The most decisive first: what decides most often, then what leaves
    the least. Data that change nothing are left out.
    """
    parts, zone, rows = Parts(), reading.predicate.zone, []
    now = ask(reading, knowledge, parts)
    bearing = now.bearing
    for cell in sorted(set().union(*paths), key=lambda cell: (cell.period, cell.supplier)):
        weights = knowledge.scope.weights(cell.period, cell.goods, [cell.supplier])
        if not weights.keys() <= bearing:
            continue
        values = {round(path[cell], 3): path[cell] for path in paths if cell in path}
        bodies = (_knowing(knowledge, weights, value) for value in values.values())
        tried = [ask(reading, body, parts) for body in bodies]
        datum = f"{cell.supplier}, {month_name(cell.period)}"
        rows.append((datum, *_effect([(one.verdict(zone), one.lo, one.hi) for one in tried], _Ends(now.lo, now.hi))))
    return _most_decisive(pd.DataFrame(rows, columns=list(DATUM)))


def goods_list(table: pd.DataFrame, reading: str, rate: float) -> pd.DataFrame:
    """The goods list as a datum: one row as in `what_would_decide`, empty where only one is tried.

    Each list is tried with the study's own choices: official totals at worst, the latest, nothing
    believed, its rate tolerance (none, for lists of which no code is complete). Before the list is
    known, the range is that of all lists together.
    """
    mine = table[
        (table["reading"] == reading)
        & (table["coverage"] == "worst case")
        & (table["vintage"] == "latest")
        & (table["believing"] == "nothing")
    ]
    rates = mine["rate_tolerance"]
    complete = mine.groupby("goods")["rate_tolerance"].transform("count") > 0
    mine = mine[(complete & np.isclose(rates.fillna(-1.0), rate)) | (~complete & rates.isna())]
    mine = mine.drop_duplicates("goods")
    if len(mine) < 2:
        return pd.DataFrame(columns=list(DATUM))
    tried = list(mine[["verdict", "lo", "hi"]].itertuples(index=False, name=None))
    return pd.DataFrame([("the goods list", *_effect(tried, _Ends.of(mine)))], columns=list(DATUM))


def undecided_readings(claims: ClaimsFile, knowledge: Knowledge) -> list[Reading]:
    """The main readings on months that official totals leave undecided."""
    parts = Parts()
    return [
        reading
        for claim in claims.claims
        for reading in claim.all_readings
        if reading.main
        and reading.measure
        and reading.evidence == "monthly"
        and ask(reading, knowledge, parts).verdict(reading.predicate.zone) is Verdict.UNDECIDED
    ]


def decisive_data(
    reading: Reading,
    knowledge: Knowledge,
    paths: Sequence[Mapping[Cell, float]],
    table: pd.DataFrame,
    study: Study,
) -> pd.DataFrame:
    """`what_would_decide` and `goods_list` in one table, the most decisive first."""
    months = what_would_decide(reading, knowledge, paths)
    return _most_decisive(pd.concat([months, goods_list(table, reading.id, study.rate_tolerance_inr)]))


class _Ends(NamedTuple):
    lo: float
    hi: float

    @classmethod
    def of(cls, table: pd.DataFrame) -> "_Ends":
        return cls(float(table["lo"].min()), float(table["hi"].max()))


def _knowing(knowledge: Knowledge, weights: Weights, value: float) -> Knowledge:
    row = Row(weights, value - CLEARLY, value + CLEARLY)
    return knowledge.believing([Constraint("known", "the datum", (row,), Grade.OBSERVED)])


def _effect(
    tried: Sequence[tuple[str, float, float]], before: "_Ends"
) -> tuple[int, int, float, float, float]:
    """How many values were tried and how many settle it; what is left at worst, and its share."""
    still = [(lo, hi) for verdict, lo, hi in tried if verdict == Verdict.UNDECIDED and hi - lo > POINT]
    lo, hi = max(still or [(lo, hi) for _, lo, hi in tried], key=lambda ends: (ends[1] - ends[0], ends[1]))
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
    # Rounded as bounds are, so that equal widths keep their order whatever the solver's last digits.
    width = (kept["hi"] - kept["lo"]).round(6)
    order = kept.assign(rate=-kept["decides"] / kept["tried"], width=width)
    order = order.sort_values(["rate", "width"], kind="stable")
    return kept.loc[order.index].reset_index(drop=True)


def _smooth(knowledge: Knowledge) -> dict[Cell, float]:
    """The smoothest allowed path of every supplier that the evidence says something of."""
    scope, path = knowledge.scope, {}
    rows = [row for one in knowledge.evidence.constraints for row in one.rows]
    limited = {cell for row in rows for cell in row.weights if MONTH.fullmatch(cell.period)}
    for supplier in (scope.reporter, *scope.other_suppliers):
        periods = sorted({cell.period for cell in limited if cell.supplier == supplier})
        series = [scope.weights(period, LISTED, [supplier]) for period in periods]
        values = knowledge.evidence.smooth_path(series) if len(series) > 2 else ()
        path |= {Cell(supplier, LISTED, p): v for p, v in zip(periods, values)}
    return path


def _tally(table: pd.DataFrame, by: pd.Series, ordered: bool = False) -> pd.DataFrame:
    """Specifications by group and state; `ordered` keeps groups in the order of the table."""
    counts = table.groupby([by, "verdict"], sort=not ordered).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[str(state) for state in STATES], fill_value=0)
    return counts.assign(total=counts.sum(axis="columns"))


def _worded(values: pd.Series, words: Callable[[float], str]) -> pd.Series:
    """Few distinct numbers in words."""
    places, distinct = values.factorize(use_na_sentinel=False)
    return pd.Series(np.array([words(value) for value in distinct], object)[places], values.index)


def _settled(named: pd.DataFrame, kind: str) -> bool:
    """True where each reading allows one choice of this kind only."""
    return "reading" in named and (named.groupby("reading")[kind].nunique() == 1).all()


def _part(columns: int, size: int, total: int) -> int:
    """How many of the columns a block of this size gets."""
    return min(size, max(1, round(columns * size / total)))


def _middle(values: pd.Series) -> float:
    """The lower median, so that infinite ends stay what they are."""
    return float(np.sort(values)[(len(values) - 1) // 2])

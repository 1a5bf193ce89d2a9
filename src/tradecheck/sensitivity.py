"""What the multiverse of specifications says: how robust verdicts are, which choice matters."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from tradecheck.robustness import CONTRADICTION, DIMENSIONS
from tradecheck.verdicts import Verdict

STATES = [Verdict.HOLDS, Verdict.UNDECIDED, Verdict.FAILS, CONTRADICTION]
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
        named, verdicts = choices(part), part["verdict"].astype("category")
        settled = [kind for kind in named if kind != "reading" and _settled(named, kind)]
        for kind in named.columns.drop(settled):
            left_out = [kind, *settled] if kind == "reading" else [kind]
            others = [named[other] for other in named.columns.drop(left_out)]
            pairs = _pairs(others, len(part))
            flipped = pairs - _pairs([*others, verdicts], len(part))
            if pairs:
                rows.append((claim, kind, pairs, flipped, flipped / pairs))
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
    states = part["verdict"].astype(pd.CategoricalDtype(list(map(str, STATES[:-1]))))
    places = np.concatenate(
        [
            np.arange(size) * _part(columns, size, len(part)) // size + columns * block
            for block, size in part.groupby("block").size().items()
        ]
    )
    groups = part[["block", "lo", "hi"]].reset_index(drop=True).groupby(places)
    middles = groups.agg(_middle).assign(specifications=groups.size()).reset_index(drop=True)
    places = groups.ngroup().to_numpy()
    made = [
        _shares_of(named.cat.reorder_categories(list(named.sort_index().unique())), places, f"{kind}: ")
        for kind, named in choices(part).items()  # choices in the order of the grid
    ]
    return pd.concat([middles, _shares_of(states, places), *made], axis="columns")


def _tally(table: pd.DataFrame, by: pd.Series, ordered: bool = False) -> pd.DataFrame:
    """Specifications by group and state; `ordered` keeps groups in the order of the table."""
    counts = table.groupby([by, "verdict"], sort=not ordered).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[str(state) for state in STATES], fill_value=0)
    return counts.assign(total=counts.sum(axis="columns"))


def _shares_of(values: pd.Series, places: np.ndarray, prefix: str = "") -> pd.DataFrame:
    """The share of each category at each place; places count from 0 without a gap."""
    names = values.cat.categories
    cells = len(names) * places + values.cat.codes.to_numpy()
    counts = np.bincount(cells, minlength=len(names) * (places.max() + 1)).reshape(-1, len(names))
    return pd.DataFrame(counts, columns=prefix + names).div(counts.sum(axis=1), axis="index")


def _worded(values: pd.Series, words: Callable[[float], str]) -> pd.Series:
    """Few distinct numbers in words."""
    places, distinct = values.factorize(use_na_sentinel=False)
    return pd.Series(np.array([words(value) for value in distinct], object)[places], values.index)


def _settled(named: pd.DataFrame, kind: str) -> bool:
    """True where each reading allows one choice of this kind only."""
    if "reading" not in named:
        return False
    return len(_sizes([named["reading"], named[kind]])) == len(_sizes([named["reading"]]))


def _pairs(columns: Sequence[pd.Series], rows: int) -> int:
    """How many pairs of so many rows are alike in all of these categories."""
    sizes = _sizes(columns) if columns else np.array([rows])
    return int((sizes * (sizes - 1) // 2).sum())


def _sizes(columns: Sequence[pd.Series]) -> np.ndarray:
    """How many rows each combination of these categories has that occurs."""
    places = np.ravel_multi_index(
        [column.cat.codes for column in columns],
        [len(column.cat.categories) for column in columns],
    )
    return np.unique(places, return_counts=True)[1]


def _part(columns: int, size: int, total: int) -> int:
    """How many of the columns a block of this size gets."""
    return min(size, max(1, round(columns * size / total)))


def _middle(values: pd.Series) -> float:
    """The lower median, so that infinite ends stay what they are."""
    return float(np.sort(values)[(len(values) - 1) // 2])

"""What the multiverse of specifications says: how robust, which choice matters, what would decide."""

from collections.abc import Sequence
from math import isfinite, isinf

import numpy as np
import pandas as pd

from tradecheck.claims import ClaimsFile, Reading
from tradecheck.evidence import Knowledge
from tradecheck.months import month_range
from tradecheck.programme import Constraint, Contradiction, Grade, Row
from tradecheck.robustness import CONTRADICTION
from tradecheck.verdicts import Verdict, judge

STATES = [*Verdict, CONTRADICTION]
CHOICES = [
    "reading", "goods", "coverage", "believing", "rate_tolerance", "about", "hong_kong", "vintage",
    "months",
]  # fmt: skip


def shares(table: pd.DataFrame, by: str = "reading") -> pd.DataFrame:
    """How many specifications of each reading (or claim) reach each verdict.

    Indexed by reading; columns: one count for each verdict and "contradiction", and total.
    """
    counts = table.groupby([by, "verdict"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[str(state) for state in STATES], fill_value=0)
    return counts.assign(total=counts.sum(axis="columns"))


def flips(table: pd.DataFrame) -> pd.DataFrame:
    """How often one choice alone changes the verdict, by claim and kind of choice.

    The flip rate of a kind: among all pairs of specifications that differ in this choice alone, the
    share whose verdicts differ. Columns: claim, choice, pairs, flipped, rate; most decisive first.
    """
    frame = table.assign(
        about=table["about_lo"].astype(str) + table["about_hi"].astype(str),
        rate_tolerance=table["rate_tolerance"].fillna(-1.0),
    )
    rows = []
    for claim, part in frame.groupby("claim"):
        for choice in CHOICES:
            others = [name for name in CHOICES if name != choice]
            counts = part.groupby([*others, "verdict"], sort=True).size().unstack(fill_value=0)
            sizes = counts.sum(axis="columns")
            pairs = (sizes * (sizes - 1) // 2).sum()
            alike = (counts * (counts - 1) // 2).to_numpy().sum()
            if pairs:
                rows.append((claim, choice, int(pairs), int(pairs - alike), (pairs - alike) / pairs))
    result = pd.DataFrame(rows, columns=["claim", "choice", "pairs", "flipped", "rate"])
    order = ["claim", "rate", "choice"]
    return result.sort_values(order, ascending=[True, False, True], ignore_index=True)


def curve(table: pd.DataFrame, columns: int) -> pd.DataFrame:
    """A claim's specifications in order of their ranges, gathered into columns of equal size.

    Contradictions are left out. Returns one row a column: lo, hi (medians; infinite kept), the
    number of specifications, the share of each verdict, and for each choice the share of the
    column's specifications that make it, as "kind: choice".
    """
    part = table[table["verdict"] != CONTRADICTION]
    order = ["lo", "hi", *(name for name in CHOICES if name in part.columns)]
    part = part.sort_values(order, ignore_index=True, na_position="first")
    groups = np.arange(len(part)) * min(columns, len(part)) // max(len(part), 1)
    rows = []
    for _, piece in part.groupby(groups):
        row = {
            "lo": _middle(piece["lo"]),
            "hi": _middle(piece["hi"]),
            "specifications": len(piece),
        }
        row |= {str(v): (piece["verdict"] == v).mean() for v in Verdict if v != "not_testable"}
        rows.append(row | choice_shares(piece, part))
    return pd.DataFrame(rows)


def choice_shares(piece: pd.DataFrame, whole: pd.DataFrame) -> dict[str, float]:
    """For each choice that `whole` varies, the share of `piece` that makes it."""
    found = {}
    for kind in CHOICES:
        values = _labels(whole, kind)
        if values.nunique() < 2:
            continue
        mine = _labels(piece, kind)
        found |= {f"{kind}: {value}": (mine == value).mean() for value in sorted(values.unique())}
    return found


def what_would_decide(
    reading: Reading, knowledge: Knowledge, months: Sequence[str], claims: ClaimsFile
) -> pd.DataFrame:
    """How much the range of an undecided reading would shrink if one datum were known.

    Each month of the reporter, and each month of another supplier that the reading speaks of, is
    taken as known at its value on the allowed path with the least change; a real value may shrink
    the range more or less. Columns: datum, lo, hi, left (width left as a share of the width before;
    0 where an unlimited range became limited is never assumed: then it is missing), verdict. The
    most decisive datum comes first: one that decides, then the smallest range left.
    """
    before = judge(reading, knowledge)
    rows = []
    for words, weights in _data(reading, knowledge, months):
        value = knowledge.evidence.smooth_path([weights] * 3)[0]
        known = Constraint("known", words, (Row(weights, value, value),), Grade.OBSERVED)
        try:
            after = judge(reading, knowledge.believing([known]))
        except Contradiction:
            continue
        rows.append((words, after.lo, after.hi, _left(before, after), after.verdict))
    frame = pd.DataFrame(rows, columns=["datum", "lo", "hi", "left", "verdict"])
    frame["open"] = frame["verdict"] == Verdict.UNDECIDED
    frame["unlimited"] = np.isinf(frame["hi"] - frame["lo"])
    frame["width"] = frame["hi"] - frame["lo"]
    frame = frame.sort_values(["open", "unlimited", "width", "datum"], ignore_index=True)
    return frame.drop(columns=["open", "unlimited", "width"])


def _data(reading: Reading, knowledge: Knowledge, months: Sequence[str]):
    """Every single datum that could be published: a month of the reporter or of a supplier."""
    scope = knowledge.scope
    yield from (
        (f"{scope.reporter}, {month}", scope.weights(month)) for month in months
    )
    held = set(knowledge.evidence.cells)
    for supplier in scope.other_suppliers:
        for month in month_range(months[0], months[-1]):
            weights = scope.weights(month, suppliers=[supplier])
            if set(weights) <= held:
                yield f"{supplier}, {month}", weights


def _left(before, after) -> float | None:
    width, rest = before.hi - before.lo, after.hi - after.lo
    if isinf(width) or not isfinite(rest):
        return None
    return rest / width if width else 0.0


def _middle(values: pd.Series) -> float:
    """The lower median, so that infinite ends stay what they are."""
    return float(values.sort_values(ignore_index=True).iloc[(len(values) - 1) // 2])


def _labels(frame: pd.DataFrame, kind: str) -> pd.Series:
    if kind == "about":
        return frame["about_lo"].map("{:g}".format) + " to " + frame["about_hi"].map("{:g}".format)
    if kind == "rate_tolerance":
        return frame[kind].map(lambda v: "off" if pd.isna(v) else f"±{v:g}")
    return frame[kind]

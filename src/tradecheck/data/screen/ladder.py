"""Listed codes folded into headlines, and chapters that moved as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

Node = tuple[str, str, str]  # reporter, partner, product
MOST = 0.6  # of the excess, above which a part tells the story
ACTIVE, VALUE = (4, 9), (1e3, 1e4, 1e5)  # classes: active months of the base, mean value a month
FEWEST = 3  # codes
CHAPTER = ["reporter", "partner", "chapter"]


def above(product: str) -> list[str]:
    """The chapter, heading … that a code belongs to, the shortest first."""
    return [product[:digits] for digits in range(2, len(product), 2)]


def headlines(listed: Mapping[Node, float]) -> list[Node]:
    """The nodes that speak for all listed ones above and beneath; values: their excess."""
    parts: dict[Node, list[Node]] = {}
    for node in listed:
        wider = above(node[2])
        parts.setdefault((*node[:2], wider[-1] if wider else ""), []).append(node)
    found = []
    for node in sorted(listed):
        if any((*node[:2], code) in listed for code in above(node[2])):
            continue
        told = node
        while large := [p for p in parts.get(told, ()) if listed[p] >= MOST * listed[told]]:
            told = max(large, key=lambda part: listed[part])
        found.append(told)
    return found


def activity(base: np.ndarray) -> np.ndarray:
    """A number of each series' class, by how many months of its base were active."""
    return np.searchsorted(ACTIVE, (base > 0).sum(1), "right")


def classes(base: np.ndarray) -> np.ndarray:
    """A number of each series' class, by how active and how large its base was."""
    return activity(base) * (len(VALUE) + 1) + np.searchsorted(VALUE, base.mean(1), "right")


@dataclass(frozen=True)
class Half:
    """The series of one half-year: the class, whether its base was active, whether it doubled."""

    group: np.ndarray
    eligible: np.ndarray
    doubled: np.ndarray


def breadth(
    keys: pd.DataFrame, shown: list[Half], usual: list[Half], q: float
) -> list[pd.DataFrame]:
    """Chapters of a corridor where more codes doubled than such codes do in usual half-years.

    Returns a frame for each of `shown`, by reporter, partner, chapter: codes, doubled, ordinary
    (doublings that such codes have), passes (at one cut, that of the first).
    """
    rate = np.zeros((len(ACTIVE) + 1) * (len(VALUE) + 1))
    for one in range(len(rate)):
        own = [(half, (half.group == one) & half.eligible) for half in usual]
        doubled = sum((rows & half.doubled).sum() for half, rows in own)
        rate[one] = doubled / max(sum(rows.sum() for _, rows in own), 1)
    tables = [_chapters(keys, half, rate) for half in shown]
    null = np.sort(np.concatenate([_chapters(keys, half, rate)["root"] for half in usual]))
    p = [
        (1 + len(null) - np.searchsorted(null, table["root"], "left")) / (1 + len(null))
        for table in tables
    ]
    ranked = np.sort(p[0])
    passing = ranked <= q * np.arange(1, len(ranked) + 1) / max(len(ranked), 1)
    cut = ranked[passing].max() if passing.any() else -1.0  # Benjamini and Hochberg
    return [
        table.assign(passes=own <= cut).drop(columns="root")
        for table, own in zip(tables, p, strict=True)
    ]


def _chapters(keys: pd.DataFrame, half: Half, rate: np.ndarray) -> pd.DataFrame:
    """Codes, doublings and usual doublings by chapter, and the root of their difference."""
    rows = keys[["reporter", "partner"]].assign(
        chapter=keys["product"].str[:2], codes=1, doubled=half.doubled, ordinary=rate[half.group]
    )[half.eligible]
    table = rows.groupby(CHAPTER).sum()
    table = table[table["codes"] >= FEWEST]
    root = 2 * (np.sqrt(table["doubled"] + 3 / 8) - np.sqrt(table["ordinary"] + 3 / 8))
    return table.assign(root=root.where(table["doubled"] >= FEWEST, -np.inf))

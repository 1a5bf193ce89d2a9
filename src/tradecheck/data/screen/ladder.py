"""Listed codes folded into headlines, and chapters that moved as a whole."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

Node = tuple[str, str, str]  # reporter, partner, product
MOST = 0.6  # of the excess, above which a part tells the story
ACTIVE, VALUE = (4, 9), (1e3, 1e4, 1e5)  # classes: active months of the base, mean value a month
FEWEST = 3  # codes


def headlines(listed: Mapping[Node, float]) -> list[Node]:
    """The nodes that speak for all listed ones above and beneath; values: their excess."""
    parts: dict[Node, list[Node]] = {}
    for node in listed:
        parts.setdefault((*node[:2], node[2][:-2]), []).append(node)

    def under(node: Node) -> bool:
        return any((*node[:2], node[2][:n]) in listed for n in range(2, len(node[2]), 2))

    found = []
    for node in sorted(listed):
        if under(node):
            continue
        told = node
        while large := [p for p in parts.get(told, ()) if listed[p] >= MOST * listed[told]]:
            told = max(large, key=lambda part: listed[part])
        found.append(told)
    return found


def classes(base: np.ndarray) -> np.ndarray:
    """A number of each series' class, by how active and how large its base was."""
    active = np.searchsorted(ACTIVE, (base > 0).sum(1), "right")
    return active * (len(VALUE) + 1) + np.searchsorted(VALUE, base.mean(1), "right")


def breadth(keys: pd.DataFrame, held: list[tuple[np.ndarray, np.ndarray, np.ndarray]], q: float):
    """Chapters of a corridor where more codes doubled than such codes do: the first of `held`
    against the rest, the placebos. held: class, eligible, doubled of each series.

    Returns a frame by reporter, partner, chapter: codes, doubled, ordinary, passes.
    """
    rate = np.zeros(max(int(group.max(initial=0)) for group, _, _ in held) + 1)
    for one in range(len(rate)):
        counted = [((g == one) & e, (g == one) & e & d) for g, e, d in held[1:]]
        rate[one] = sum(d.sum() for _, d in counted) / max(sum(e.sum() for e, _ in counted), 1)
    tables = []
    for group, eligible, doubled in held:
        rows = keys[["reporter", "partner"]].assign(
            chapter=keys["product"].str[:2], codes=1, doubled=doubled, ordinary=rate[group]
        )[eligible]
        table = rows.groupby(["reporter", "partner", "chapter"]).sum()
        table = table[table["codes"] >= FEWEST]
        root = 2 * (np.sqrt(table["doubled"] + 3 / 8) - np.sqrt(table["ordinary"] + 3 / 8))
        tables.append(table.assign(root=root.where(table["doubled"] >= FEWEST, -np.inf)))
    null = np.sort(np.concatenate([table["root"] for table in tables[1:]]))
    now = tables[0]
    p = (1 + len(null) - np.searchsorted(null, now["root"], "left")) / (1 + len(null))
    ranked = np.sort(p)
    passing = ranked <= q * np.arange(1, len(p) + 1) / max(len(p), 1)  # Benjamini and Hochberg
    cut = ranked[passing].max() if passing.any() else -1.0
    return now.assign(passes=p <= cut).drop(columns="root")

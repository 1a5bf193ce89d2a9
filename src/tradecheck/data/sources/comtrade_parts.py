"""Rows of UN Comtrade that are parts of a figure: which are the figure, and which repeat it."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.flows import KEY
from tradecheck.data.sources import settle
from tradecheck.data.sources.base import BREAKDOWN, OTHER_EDITION, YEAR_ROW

PARTS = {  # what a row may be a part by, and the texts that stand for the total
    "partner2": ("", "0", "W00", "WLD", "NA"),
    "customs": ("", "C00", "0", "NA"),
    "supply": ("", "0", "NA"),
    "transport": ("", "0", "NA"),
}
TARIFF_LINE = 7  # digits from which on a code is a nation's own, and rows need not be one a figure


def settled(table: pa.Table) -> pa.Table:
    """Marks rows that say again what others say: editions, breakdowns, years, repeats, in this
    order."""
    table = settle.marked(table, _older_edition(table), OTHER_EDITION)
    table = settle.marked(table, _covered(table), BREAKDOWN)
    table = settle.marked(table, _second_breakdown(table), BREAKDOWN)
    table = settle.marked(table, _year_beside_months(table), YEAR_ROW)
    return settle.repeats(table.append_column("line", _lines(table)), also=[*PARTS, "line"])


def without_total(table: pa.Table) -> bool:
    """Whether a kept figure consists of parts."""
    return bool((_detail(table) & _free(table)).any())


def cut(table: pa.Table, rows: int, cuts: Sequence[int]) -> list[str]:
    """A sentence if the number of rows is one at which UN Comtrade cuts its answers."""
    months = settle.key(table, ["reporter", "period_start", "period_end"])
    sizes = {rows, *np.unique(months, return_counts=True)[1].tolist()} & set(cuts)
    if not sizes:
        return []
    size = min(sizes)
    what = "The file has" if size == rows else "A month has"
    return [
        f"{what} exactly {size:,} rows, where UN Comtrade cuts its answers in silence: rows may be "
        "missing; ask for fewer months, codes or partners at a time."
    ]


def _free(table: pa.Table) -> np.ndarray:
    return pc.equal(table["reason"], "").to_numpy()


def _detail(table: pa.Table) -> np.ndarray:
    """Whether a row is a part in any way."""
    return np.logical_or.reduce([settle.where(table, name, bool) for name in PARTS])


def _older_edition(table: pa.Table) -> np.ndarray:
    """Rows of a reporter's month that the file also holds in a later edition."""
    editions = table["edition"].combine_chunks()
    if len(editions.dictionary) < 2:
        return np.zeros(len(table), dtype=bool)
    rank = np.argsort(np.argsort(editions.dictionary.to_pylist()))[editions.indices.to_numpy()]
    groups = np.unique(
        settle.key(table, ["reporter", "flow", "period_start", "period_end"]), return_inverse=True
    )[1]
    latest = np.full(groups.max(initial=-1) + 1, -1)
    np.maximum.at(latest, groups, rank)
    return rank < latest[groups]


def _covered(table: pa.Table) -> np.ndarray:
    """Rows beside which a row stands that holds them: the total along one way of parting or
    several."""
    covered = np.zeros(len(table), dtype=bool)
    free = _free(table)
    if not (_detail(table) & free).any():
        return covered
    base = np.unique(settle.key(table, KEY), return_inverse=True)[1].astype(np.int64)
    ways = [_wider(table, name) for name in PARTS]
    sizes = [int(max(codes.max(initial=0) for codes in way)) + 1 for way in ways]
    here = np.unique(_packed(base, [way[0] for way in ways], sizes)[free])
    for choice in product(*(range(len(way)) for way in ways)):
        codes = [way[number] for way, number in zip(ways, choice, strict=True)]
        changed = np.logical_or.reduce(
            [code != way[0] for code, way in zip(codes, ways, strict=True)]
        )
        rows = np.flatnonzero(changed & free & ~covered)
        if len(rows):
            wider = _packed(base[rows], [code[rows] for code in codes], sizes)
            covered[rows] = np.isin(wider, here)
    return covered


def _packed(base: np.ndarray, codes: list[np.ndarray], sizes: list[int]) -> np.ndarray:
    found = base
    for code, size in zip(codes, sizes, strict=True):
        found = found * size + code
    return found


def _wider(table: pa.Table, name: str) -> list[np.ndarray]:
    """A row's code along a way of parting, then the codes that hold it, the total last.

    Modes of transport come in three levels: 3210 lies in 3200, that in 3000.
    """
    column = table[name].combine_chunks()
    texts = column.dictionary.to_pylist()
    levels = [texts]
    if name == "transport":
        for digits in (2, 1):
            levels.append([_upper(text, digits) for text in texts])
    levels.append([""] * len(texts))
    numbers: dict[str, int] = {"": 0}
    coded = [[numbers.setdefault(text, len(numbers)) for text in level] for level in levels]
    return [np.array(level, dtype=np.int64)[column.indices.to_numpy()] for level in coded]


def _upper(text: str, digits: int) -> str:
    return f"{text[:digits]}{'0' * (4 - digits)}" if len(text) == 4 and text.isdigit() else text


def _second_breakdown(table: pa.Table) -> np.ndarray:
    """Rows that part a figure in another way than rows beside them, where no total stands.

    Kept is the way of parting with the fewest parts in a row, the first of them in the order of
    PARTS.
    """
    free = np.flatnonzero(_free(table) & _detail(table))
    second = np.zeros(len(table), dtype=bool)
    if not len(free):
        return second
    mask = np.zeros(len(table), dtype=np.int64)
    for bit, name in enumerate(PARTS):
        mask |= settle.where(table, name, bool).astype(np.int64) << bit
    groups = np.unique(settle.key(table, KEY)[free], return_inverse=True)[1]
    found = mask[free]
    cost = np.array([bin(value).count("1") for value in range(16)])[found] * 16 + found
    best = np.full(groups.max() + 1, 999)
    np.minimum.at(best, groups, cost)
    second[free[(found & (best[groups] % 16)) == 0]] = True
    return second


def _year_beside_months(table: pa.Table) -> np.ndarray:
    """Rows of a year beside which a month of it stands for the same reporter, partner, flow and
    code."""
    start, end = (table[name].cast(pa.string()) for name in ("period_start", "period_end"))
    longer = pc.not_equal(start, end).to_numpy()
    if not longer.any() or longer.all():
        return np.zeros(len(table), dtype=bool)
    years = np.array(pc.utf8_slice_codeunits(start, 0, 4).to_pylist(), dtype=np.int64)
    cells = settle.key(table, ["reporter", "partner", "flow", "product", "released"])
    cells = np.unique(cells, return_inverse=True)[1] * 10_000 + years
    return longer & np.isin(cells, cells[~longer])


def _lines(table: pa.Table) -> pa.Array:
    """For a nation's own codes the row itself, since equal keys are parts; else nothing."""
    own = settle.where(table, "product", lambda code: code.isdigit() and len(code) >= TARIFF_LINE)
    if not own.any():
        return pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(len(table), np.int32)), pa.array([""])
        )
    said = pc.binary_join_element_wise(
        table["value"].cast(pa.string()), table["quantity"].cast(pa.string()),
        table["unit"].cast(pa.string()), "|", null_handling="replace",
    )  # fmt: skip
    return pc.if_else(pa.array(own), said, "").combine_chunks().dictionary_encode()

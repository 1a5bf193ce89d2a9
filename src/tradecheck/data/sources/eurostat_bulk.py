"""Comext's bulk files (.dat): every product, partner and procedure of one month, hundreds of MB.

They are read block by block; a row that is not asked for never becomes part of a table.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from tradecheck.data.flows import COLUMNS, made
from tradecheck.data.sources import cells, eurostat, eurostat_cells, settle, who
from tradecheck.data.sources.base import RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.parquet import Skips
from tradecheck.data.sources.table import Table, header, tables

# What each column is called since 2022, and what it was called before.
FIELDS = {
    "reporter": ("DECLARANT_ISO", "REPORTER"),
    "partner": ("PARTNER_ISO", "PARTNER"),
    "product": ("PRODUCT_NC",),
    "flow": ("FLOW",),
    "period": ("PERIOD",),
    "procedure": ("STAT_PROCEDURE", "STAT_REGIME"),
    "value": ("VALUE_EUR", "VALUE_IN_EUROS"),
    "quantity": ("QUANTITY_KG", "QUANTITY_IN_KG"),
}
ADDED: dict[str, tuple[str, ...]] = {"released": ("RELEASED",)}  # by fetching
ALL_REGIMES = "4"  # of STAT_REGIME: the total of the regimes beside it


def is_header(names: Sequence[str]) -> bool:
    held = {name.upper() for name in names}
    return all(held & set(known) for known in FIELDS.values())


def recognises(raw: RawFile) -> bool:
    return header(raw, is_header) is not None


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """One row a line; rows that differ by customs procedure only are parts of one figure."""
    parts, lines = [], 0
    for block in tables(raw, is_header, _skips(wanted)):
        parts.append(_chosen(raw, block, wanted))
        lines += len(block)
    return _received(raw, said, pd.concat(parts, ignore_index=True), lines)


def blocks(raw: RawFile, said: Said) -> Iterator[Received]:
    """The same, block by block."""
    for block in tables(raw, is_header):
        yield _received(raw, said, _chosen(raw, block, None), len(block))


def _received(raw: RawFile, said: Said, table: pd.DataFrame, lines: int) -> Received:
    if table.empty:
        nothing = made(pd.DataFrame(columns=list(COLUMNS)))
        return Received(nothing, nothing.assign(reason=""), rows=lines, absent="zero")
    amounts = {name: cells.amounts(raw, table, name) for name in ("value", "quantity")}
    return eurostat.received(
        raw, said, None, table.assign(flags="", unit="kg", **amounts), lines, parts=True
    )


def _chosen(raw: RawFile, block: Table, wanted: Wanted | None) -> pd.DataFrame:
    """The rows of a block that are asked for, as text."""
    names = [name.upper() for name in block.names]
    chosen = np.ones(len(block), dtype=bool)
    for field, test in _tests(wanted or Wanted()).items():
        column = next(names.index(name) for name in FIELDS[field] if name in names)
        chosen &= block.each(
            column, lambda texts, test=test: [test(text) for text in texts]
        ).to_numpy(zero_copy_only=False)
    table = cells.frame(block if chosen.all() else block.kept(pa.array(chosen)), FIELDS | ADDED)
    if "STAT_REGIME" in names:
        table["procedure"] = table["procedure"].replace(ALL_REGIMES, "TOTAL")
    return table


def _skips(wanted: Wanted | None) -> Skips | None:
    """Rows of reporters that are not asked for."""
    if wanted is None or not wanted.reporters:
        return None
    reporters = wanted.reporters
    return (
        lambda names: [name.upper() in FIELDS["reporter"] for name in names].index(True),
        lambda text: who.area_code(text) not in reporters,
    )


def _tests(wanted: Wanted) -> dict[str, Callable[[str], bool]]:
    """What a field's text must meet for its row to be asked for."""
    tests: dict[str, Callable[[str], bool]] = {}
    if wanted.reporters:
        tests["reporter"] = lambda text: who.area_code(text) in wanted.reporters
    if wanted.partners:
        tests["partner"] = lambda text: who.area_code(text) in wanted.partners
    if wanted.flows:
        tests["flow"] = lambda text: _or_none(eurostat_cells.flow, text) in {None, *wanted.flows}
    if wanted.months:
        tests["period"] = lambda text: _overlaps(_or_none(eurostat_cells.period, text), wanted)
    if wanted.products:
        tests["product"] = lambda text: settle.asked_product(
            eurostat_cells.digits(eurostat_cells.product(text)), wanted
        )
    return tests


def _or_none(read: Callable, text: str):
    """What a text says; None for one that cannot be read: its row is kept, and its error named."""
    try:
        return read(text)
    except ValueError:
        return None


def _overlaps(period, wanted: Wanted) -> bool:
    return period is None or (period[0] <= max(wanted.months) and period[1] >= min(wanted.months))


SOURCE = Source(
    name="eurostat-comext-bulk",
    publisher=eurostat.PUBLISHER,
    how="Comext bulk download, COMEXT_DATA/PRODUCTS, unpacked from .7z to .dat (or .dat.gz)",
    recognises=recognises,
    read=read,
    blocks=blocks,
    card=eurostat.CARD | {"title": "Comext bulk file, products by CN8"},
)

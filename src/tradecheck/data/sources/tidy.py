"""Tidy tables of anybody's making: one row a figure, columns known by their names in any order."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.sources import settle
from tradecheck.data.sources import tidy_cells as cells
from tradecheck.data.sources.base import (
    CONFLICT,
    NOT_STATED,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.data.sources.columns import Columns, Value, clash, meant, tidy_columns
from tradecheck.data.sources.numbers import numbers
from tradecheck.data.sources.said import agreed, settled
from tradecheck.data.sources.table import Table, header, tables
from tradecheck.errors import TradecheckError

UNREAD = "Columns that are not read"


def is_header(names: Sequence[str]) -> bool:
    return tidy_columns(names) is not None


def recognises(file: RawFile) -> bool:
    return header(file, is_header) is not None


def read(file: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """The table as flows: repeats, conflicting rows and impossible values are set aside.

    Raises a TradecheckError for a cell that cannot be read, and where file and `said` disagree.
    """
    parts, notes, rows, silent = [], [], 0, False
    for block, told, count, missing in _blocks(file, said):
        parts.append(settle.asked(block, wanted))
        notes += told
        rows += count
        silent = silent or missing
    table = settle.repeats(settle.joined(parts), whole=["rest"])
    flows, aside = settle.parted(table)
    absent = "unknown" if silent else "zero"
    unread = [note for note in notes if note.startswith(UNREAD)]
    if unread and CONFLICT in aside["reason"].to_list():
        notes.append(
            "If conflicting rows differ only in a column that is not read, add them up first."
        )
    return Received(flows, aside, rows, absent, tuple(dict.fromkeys(notes)))


def blocks(file: RawFile, said: Said) -> Iterator[Received]:
    """The same for a large file, block by block, without a look for repeats."""
    for block, notes, count, missing in _blocks(file, said):
        flows, aside = settle.parted(block)
        yield Received(flows, aside, count, "unknown" if missing else "zero", tuple(notes))


def _blocks(file: RawFile, said: Said) -> Iterator[tuple[pa.Table, list[str], int, bool]]:
    said = settled(said, file.place)
    for table in tables(file, is_header):
        columns = tidy_columns(table.names)
        clash(table.place, table.names, columns.values)
        _whole_rows(table)
        notes = list(table.notes) + _ignored(table, columns)
        made = [_rows(file, table, columns, value, said, notes) for value in columns.values]
        block = settle.joined(made)
        agreed(table.place, said, block)
        # A cell that is empty is unknown; the months that have no row at all are another matter.
        missing = pc.any(pc.and_(pc.is_null(block["value"]), pc.equal(block["reason"], ""))).as_py()
        yield block, notes, len(table), bool(missing)


def _whole_rows(table: Table) -> None:
    """Refuses numbers below no name: 12,5 in a file with commas between fields is 12 and 5."""
    last = len(table.names) - 1
    if table.names[last]:
        return
    texts = table.text(last)
    if pc.all(pc.match_substring_regex(texts, "^[0-9]*$")).as_py():
        row = pc.index(pc.equal(texts, ""), False).as_py()
        raise TradecheckError(
            f"{table.at(row)} has a field more than there are names of columns "
            f"({texts[row].as_py()!r}); if it is what follows a decimal comma, save the file with "
            "semicolons between fields, else give the column a name."
        )


def _rows(
    file: RawFile, table: Table, columns: Columns, value: Value, said: Said, notes: list[str]
) -> pa.Table:
    """The rows of one column of values."""
    roles = columns.roles
    figures = [other.column for other in columns.values]
    figures += [roles[role] for role in ("quantity",) if role in roles]
    amount = numbers(table, value.column, figures)
    start, end = cells.periods(table, roles)
    currency, scale = cells.currency(table, columns, value, said)
    scale = _scale(table, value, scale, said, notes)
    values = pc.round(pc.multiply(amount.values, scale), 6)
    half = pc.multiply(scale, (said.rounded_to or 0.0) / 2)
    low, high = pc.subtract(values, half), pc.add(values, half)
    valuation = value.valuation or said.valuation or NOT_STATED
    made = settle.rows(
        len(table),
        {
            "reporter": cells.area(table, roles, "reporter", said.reporter, notes),
            "partner": cells.area(table, roles, "partner", said.partner, notes),
            "flow": cells.flow(table, roles, value, said),
            "period_start": start,
            "period_end": end,
            "product": cells.product(table, columns, said),
            "edition": cells.edition(table, columns, said, start),
            "value_lo": pc.if_else(pc.and_(pc.less(low, 0), pc.greater_equal(values, 0)), 0.0, low),
            "value": values,
            "value_hi": high,
            "currency": currency,
            **cells.quantity(table, columns, amount),
            "valuation": cells.plain(table, roles, "valuation", valuation),
            "status": cells.status(table, roles, amount, end, said),
            "source": file.name,
            "row": pa.array(table.lines, pa.int64()),
            "released": cells.released(table, roles, said),
            "reason": "",
            "rest": cells.rest(table, columns),
        },
    )
    return settle.impossible(made)


def _scale(table: Table, value: Value, scale: pa.Array, said: Said, notes: list[str]) -> pa.Array:
    """What a value of 1 stands for in each row, by the file or by what is said of it."""
    name = table.names[value.column]
    if said.scale is None:
        if (most := pc.max(scale).as_py()) != 1:
            notes.append(f"A value of 1 in column {name} is {most:,.0f}, as the file says.")
        return scale
    if (named := scale.unique().to_pylist()) not in ([1.0], [said.scale]):
        raise TradecheckError(
            f"{table.place}: column {name} says that a value of 1 is {named[0]:,.0f}, and the "
            f"scale given is {said.scale:,.0f}; correct one of them."
        )
    return cells.constant_number(said.scale, len(table))


def _ignored(table: Table, columns: Columns) -> list[str]:
    names = [table.names[column] for column in columns.unused if table.names[column]]
    near = meant(names, {*columns.roles, "value"})
    return [f"{UNREAD}: {', '.join(names)}{near or '.'}"] if names else []


SOURCE = Source(
    name="tidy",
    publisher="anybody",
    how="a table with the columns period, product and value (CSV, Parquet or xlsx); reporter, "
    "partner, flow, currency, quantity and unit if the file has them",
    recognises=recognises,
    read=read,
    blocks=blocks,
    general=True,
)

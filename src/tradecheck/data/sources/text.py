"""Text files of rows, whole or in blocks: every row has all its fields, or is named."""

import csv
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from tradecheck.data.sources.base import HEAD, RawFile
from tradecheck.data.sources.layout import RECODED, Layout, look, utf8, utf16, western
from tradecheck.data.sources.table import IsHeader, Table
from tradecheck.errors import TradecheckError

SHOWN = 3  # findings in one sentence
BLOCK = 4 << 20  # bytes
NAMED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def whole(file: RawFile, is_header: IsHeader) -> Table:
    """The table of a text file that memory can hold."""
    data, notes = utf8(file.data, file.place)
    layout = _layout(file, data[:HEAD], is_header, complete=len(data) <= HEAD)
    start = 0
    for _ in range(layout.above):
        start = data.find(b"\n", start) + 1 or len(data)
    rows = memoryview(data)[start:]
    if not bytes(rows[:4096]).strip() and not bytes(rows).strip():
        raise TradecheckError(f"{file.place} holds a header but no rows; add the rows.")
    ragged: list[Any] = []
    try:
        table = arrow_csv.read_csv(pa.BufferReader(rows), **_options(layout, ragged, len(rows)))
    except pa.ArrowInvalid as error:
        raise _broken(file.place, data, layout) from error
    if ragged or data.count(b'"') % 2:
        _check(file.place, data, layout)
    lines = _lines(data, rows, layout, len(table))
    return _table(file.place, layout, table.columns, lines, "line", notes)


def blocks(file: RawFile, is_header: IsHeader) -> Iterator[Table]:
    """The table of a text file of any size, block by block; its SHA-256 is checked at its end."""
    if utf16(file.head):
        raise TradecheckError(f"{file.place} is UTF-16 and large; save it as UTF-8.")
    once = file.read_once()
    stream = once.stream
    notes: list[str] = []
    layout = _layout(file, utf8(file.head, file.place, cut=True)[0], is_header, complete=False)
    if re.search(rb"\r(?!\n|\Z)", b"".join(file.head.split(b"\n")[: layout.above])):
        raise TradecheckError(f"{file.place} has lines that end in CR alone; save it anew as CSV.")
    for _ in range(layout.above):
        stream.readline()
    ragged: list[Any] = []
    options = _options(layout, ragged, BLOCK, binary=True)
    try:
        reader = arrow_csv.open_csv(stream, **options)
        seen = 0
        for batch in reader:
            if ragged:
                break
            lines = np.arange(seen, seen + len(batch)) + layout.above + 1
            seen += len(batch)
            columns = [_decoded(column, notes) for column in batch.columns]
            yield _table(file.place, layout, columns, lines, "record", notes)
    except pa.ArrowInvalid as error:
        raise TradecheckError(
            f"{file.place} breaks off or is no table of rows ({error})."
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise TradecheckError(f"{file.place} is broken or cut short; download it again.") from error
    if ragged:
        row = ragged[0]
        raise TradecheckError(
            f"{file.place}, record {(row.number or 0) + layout.above:,} has {row.actual_columns} "
            f"fields where {row.expected_columns} are expected; correct or delete it."
        )
    once.finish()


def _layout(file: RawFile, head: bytes, is_header: IsHeader, complete: bool) -> Layout:
    if not head.strip():
        raise TradecheckError(f"{file.place} is empty; get the file again.")
    try:
        return look(head, is_header, complete)
    except TradecheckError as error:
        raise TradecheckError(f"{file.place}: {error}.") from error


def _options(layout: Layout, ragged: list, block: int, binary: bool = False) -> dict:
    columns = [str(number) for number in range(layout.width)]

    def kept(row: object) -> str:
        ragged.append(row)
        return "skip"

    kind = pa.binary() if binary else pa.string()
    return {
        "read_options": arrow_csv.ReadOptions(
            use_threads=False, column_names=columns, block_size=max(block, 1) + 1
        ),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=layout.separator, newlines_in_values=True, invalid_row_handler=kept
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, kind), strings_can_be_null=False, null_values=[]
        ),
    }


def _table(place, layout, columns, lines, counted, notes) -> Table:
    found = tuple(
        column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
        for column in columns
    )
    names, found = _without_empty(layout.names, found)
    return Table(
        place,
        names,
        found,
        lines,
        counted,
        layout.separator,
        layout.top,
        tuple(dict.fromkeys(notes)),
    )


def _without_empty(names: tuple[str, ...], columns: tuple) -> tuple[tuple[str, ...], tuple]:
    """Without the last column where it has neither a name nor a value: rows end in a separator."""
    while (
        names
        and not names[-1]
        and not any(chunk.unique().to_pylist() not in ([""], []) for chunk in columns[-1].chunks)
    ):
        names, columns = names[:-1], columns[:-1]
    return names, columns


def _decoded(column: pa.Array, notes: list[str]) -> pa.Array:
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        notes[:] = [RECODED]
        coded = column.dictionary_encode()
        return pa.array([western(text) for text in coded.dictionary.to_pylist()]).take(
            coded.indices
        )


def _lines(data: bytes, rows: memoryview, layout: Layout, count: int) -> np.ndarray:
    """The line of each row; counted one by one only where lines and rows are not the same."""
    body = bytes(rows)
    held = body.count(b"\n") + (not body.endswith(b"\n"))
    if held == count:
        return np.arange(count) + layout.above + 1
    starts = [number for number, row in _each(data, layout) if row]
    return np.array(starts, dtype=np.int64)


def _each(data: bytes, layout: Layout, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Every row below the header with the line on which it begins."""
    text = io.StringIO(data.decode("utf-8"), newline="")
    for _ in range(layout.above):
        text.readline()
    reader = csv.reader(text, delimiter=layout.separator, strict=strict)
    before = 0
    for row in reader:
        yield layout.above + before + 1, row
        before = reader.line_num


def _check(place: str, data: bytes, layout: Layout) -> None:
    """Raises the sentence for rows that are too long or too short, and for a quote without end."""
    findings, last = [], layout.above
    try:
        for number, row in _each(data, layout, strict=True):
            last = number
            if row and len(row) != layout.width:
                findings.append((number, row))
    except csv.Error as error:
        raise TradecheckError(
            f"{place}, line {last + 1:,} or below: not valid CSV ({error}); check the quotes."
        ) from error
    if not findings:
        return
    told = [_ragged(number, row, layout) for number, row in findings[:SHOWN]]
    more = [f"and {len(findings) - SHOWN:,} more lines"] if len(findings) > SHOWN else []
    raise TradecheckError(f"{place}: {'; '.join(told + more)}.")


def _ragged(number: int, row: list[str], layout: Layout) -> str:
    between = NAMED[layout.separator]
    count = "1 field" if len(row) == 1 else f"{len(row)} fields"
    told = f"line {number:,} has {count} where {layout.width} are expected"
    if len(row) == 1:
        return f"{told}; delete the line if it is a note"
    if len(row) > layout.width and layout.separator == ",":
        return (
            f"{told} (a decimal comma in a file with commas between fields, or text without quotes)"
        )
    return f"{told} (fields stand between {between})"


def _broken(place: str, data: bytes, layout: Layout) -> TradecheckError:
    try:
        _check(place, data, layout)
    except TradecheckError as error:
        return error
    return TradecheckError(
        f"{place} is no table of rows with {NAMED[layout.separator]} between fields."
    )

"""Text files of rows: their encoding, separator and header found by evidence, every row whole."""

import csv
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from tradecheck.data.sources.base import HEAD, RawFile
from tradecheck.data.sources.table import IsHeader, Table
from tradecheck.errors import TradecheckError

SEPARATORS = ",;\t|"
SEARCHED = 40  # rows at most above and with the header
COUNTED = 200  # rows whose fields are counted, to see how wide the table is
SHOWN = 3  # findings in one sentence
BLOCK = 4 << 20
NAMED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # a spreadsheet's own line on its separator


class Layout(NamedTuple):
    """How a text file is laid out: where its rows begin (lines above them), and how wide they are."""

    names: tuple[str, ...]
    separator: str
    above: int
    width: int
    top: tuple[tuple[str, ...], ...]


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
    ragged: list[object] = []
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
    if _utf16(file.head):
        raise TradecheckError(f"{file.place} is UTF-16 and large; save it as UTF-8.")
    once = file.read_once()
    stream, notes = once.stream, []
    layout = _layout(file, utf8(file.head, file.place, cut=True)[0], is_header, complete=False)
    for _ in range(layout.above):
        stream.readline()
    ragged: list[object] = []
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
        raise TradecheckError(f"{file.place} breaks off or is no table of rows ({error}).") from error
    except (OSError, EOFError, zlib.error) as error:
        raise TradecheckError(f"{file.place} is broken or cut short; download it again.") from error
    if ragged:
        row = ragged[0]
        raise TradecheckError(
            f"{file.place}, record {(row.number or 0) + layout.above:,} has {row.actual_columns} "
            f"fields where {row.expected_columns} are expected; correct or delete it."
        )
    once.finish()


def utf8(data: bytes, place: str, cut: bool = False) -> tuple[bytes, list[str]]:
    """The text as UTF-8 without a mark, with line feeds; and a sentence if it was written otherwise.

    cut: the text may end within a character. A file that says UTF-8 by its mark and is not is read
    as Windows-1252, as is any that is not Unicode.
    """
    notes = []
    if encoding := _utf16(data):
        data = data.decode(encoding, "ignore" if cut else "replace").lstrip("\ufeff").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not (cut and error.start > len(data) - 4):
            notes = ["The text is not UTF-8; it was read as Windows-1252 (latin-1)."]
            data = _western(data).encode()
    if b"\x00" in data:
        raise TradecheckError(f"{place} is no text and no workbook; save it as CSV in UTF-8.")
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    return data, notes


def look(head: bytes, is_header: IsHeader, complete: bool = True) -> Layout:
    """The layout of a text by its beginning: the header is the first row that `is_header` accepts."""
    text = utf8(head, "the file", cut=True)[0].decode("utf-8", "ignore")
    said = SAID.match(text)
    first = len(text[: said.end()].splitlines()) if said else 0
    body = text[said.end() :] if said else text
    if not complete and len(body) > 1000:
        body = body[: body.rfind("\n") + 1] or body
    best: Layout | None = None
    for separator in said[1] if said and said[1] in SEPARATORS else SEPARATORS:
        rows, ends = _records(body, separator)
        for number, row in enumerate(rows[:SEARCHED]):
            names = tuple(_name(cell) for cell in row)
            if is_header(names) and (best is None or len(names) > len(best.names)):
                counts = Counter(len(other) for other in rows[number + 1 :] if any(other))
                width = counts.most_common(1)[0][0] if counts else len(names)
                while len(names) > width and not names[-1]:
                    names = names[:-1]
                names += ("",) * (width - len(names))
                top = tuple(tuple(map(_name, other)) for other in rows[:number])
                best = Layout(names, separator, first + ends[number], len(names), top)
                break
    if best is None:
        line = next((line.strip() for line in body.splitlines() if line.strip()), "")
        raise TradecheckError(f"no line names the columns that are looked for (it begins {line[:80]!r})")
    return best


def _layout(file: RawFile, head: bytes, is_header: IsHeader, complete: bool) -> Layout:
    if not head.strip():
        raise TradecheckError(f"{file.place} is empty; get the file again.")
    try:
        return look(head, is_header, complete)
    except TradecheckError as error:
        raise TradecheckError(f"{file.place}: {error}.") from error


def _records(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first rows of a text, and the line on which each ends."""
    rows, ends = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) >= SEARCHED + COUNTED:
                break
    except csv.Error:
        pass  # a cell without end: the rows so far show the layout
    return rows, ends


def _name(cell: str) -> str:
    return " ".join(cell.replace("\xa0", " ").replace("\ufeff", "").split())


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
        place, names, found, lines, counted, layout.separator, layout.top, tuple(dict.fromkeys(notes))
    )


def _without_empty(names: tuple[str, ...], columns: tuple) -> tuple[tuple[str, ...], tuple]:
    """Without the last column where it has neither a name nor a value: rows end in a separator."""
    while names and not names[-1] and not any(chunk.unique().to_pylist() not in ([""], [])
                                              for chunk in columns[-1].chunks):
        names, columns = names[:-1], columns[:-1]
    return names, columns


def _decoded(column: pa.Array, notes: list[str]) -> pa.Array:
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        notes[:] = ["The text is not UTF-8; it was read as Windows-1252 (latin-1)."]
        coded = column.dictionary_encode()
        return pa.array([_western(text) for text in coded.dictionary.to_pylist()]).take(coded.indices)


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _utf16(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    start = data[:400]
    if start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) // 3 else ""


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
        return f"{told} (a decimal comma in a file with commas between fields, or text without quotes)"
    return f"{told} (fields stand between {between})"


def _broken(place: str, data: bytes, layout: Layout) -> TradecheckError:
    try:
        _check(place, data, layout)
    except TradecheckError as error:
        return error
    return TradecheckError(f"{place} is no table of rows with {NAMED[layout.separator]} between fields.")

"""One road from any file of rows to a table of named columns, each row with its line."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.sources.base import RawFile
from tradecheck.errors import TradecheckError
from tradecheck.study.texts import UNSEEN, hidden

IsHeader = Callable[[Sequence[str]], bool]


class Bad(ValueError):
    """A cell that breaks a rule; whoever knows the table adds its place."""

    def __init__(self, text: str, rule: str):
        super().__init__(rule)
        self.text = text
        self.rule = rule


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a file. Cells of text files are text; workbooks and Parquet keep numbers and days.

    names: the header as written, "" for a column without a name. lines: of each row, counted from
    1. counted: what `lines` count: line, row or record. separator: of a text file. top: the rows
    above the header, as text. notes: sentences on how the file was read.
    """

    place: str
    names: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    lines: np.ndarray
    counted: str = "line"
    separator: str = ""
    top: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.lines)

    def at(self, row: int) -> str:
        """Where a row of the table stands in the file."""
        return f"{self.place}, {self.counted} {self.lines[row]:,}"

    @cached_property
    def _made(self) -> dict[tuple[str, int], pa.Array]:
        return {}

    def text(self, column: int) -> pa.Array:
        """A column as text, without blanks around it; an empty cell is ""."""
        if ("text", column) not in self._made:
            self._made["text", column] = as_text(self.columns[column])
        return self._made["text", column]

    def encoded(self, column: int) -> pa.DictionaryArray:
        """The same with each different text held once."""
        if ("coded", column) not in self._made:
            self._made["coded", column] = self.text(column).dictionary_encode()
        return self._made["coded", column]

    def each(self, column: int, read: Callable[[list[str]], Sequence]) -> pa.Array:
        """A column, each different cell read once; `read` raises Bad for a cell it refuses."""
        return pa.array(self.distinct(column, read)).take(self.encoded(column).indices)

    def coded(self, column: int, read: Callable[[list[str]], Sequence[str]]) -> pa.DictionaryArray:
        """The same for a column that becomes text, which holds each different text once."""
        return coded(self.encoded(column).indices, self.distinct(column, read))

    def distinct(self, column: int, read: Callable[[list[str]], Sequence]) -> Sequence:
        """What `read` makes of the different texts of a column, in the order of `encoded`."""
        try:
            return read(self.encoded(column).dictionary.to_pylist())
        except Bad as bad:
            row = pc.index(self.text(column), bad.text).as_py()
            raise self.refusal(row, column, bad.text, bad.rule) from bad

    def refusal(self, row: int, column: int, text: str, rule: str) -> TradecheckError:
        """The sentence for a wrong cell."""
        name = self.names[column] or f"number {column + 1}"
        if sign := hidden(text):
            rule = UNSEEN.format(ord(sign))
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        return TradecheckError(f"{self.at(row)}, column {name} ({shown!r}): {rule}.")

    def seen(self, column: int) -> pa.Array:
        """The text of a column, each character of which can be seen."""
        texts = self.text(column)
        for text in pc.unique(texts).to_pylist():
            if hidden(text):
                raise self.refusal(pc.index(texts, text).as_py(), column, text, "")
        return texts

    def without_blank(self) -> "Table":
        """Without rows in which every cell is empty, as spreadsheets leave them below a table."""
        blank = pc.equal(self.text(0), "")
        for column in range(1, len(self.names)):
            if not pc.any(blank).as_py():
                return self
            blank = pc.and_(blank, pc.equal(self.text(column), ""))
        return self.kept(pc.invert(blank)) if pc.any(blank).as_py() else self

    def kept(self, mask: pa.Array) -> "Table":
        """The rows for which the mask is true."""
        return replace(
            self,
            columns=tuple(column.filter(mask) for column in self.columns),
            lines=self.lines[mask.to_numpy(zero_copy_only=False)],
        )


def tables(file: RawFile, is_header: IsHeader, skips: Any = None) -> Iterator[Table]:
    """The file's table: whole, or in blocks if it is too large to hold; `skips` as in
    `parquet.blocks`.

    `is_header` says of a row's cells whether they are the names of the columns asked for. Raises a
    TradecheckError where no row is, and where the file breaks off, is ragged, or is no table.
    """
    kind = kind_of(file)
    if kind == "text":
        from tradecheck.data.sources import text

        found = text.blocks(file, is_header) if file.large else [text.whole(file, is_header)]
        yield from (table.without_blank() for table in found)
    elif kind == "parquet":
        from tradecheck.data.sources import parquet

        yield from (
            parquet.blocks(file, is_header, skips)
            if file.large
            else [parquet.whole(file, is_header)]
        )
    elif kind == "json":
        raise TradecheckError(f"{file.place} is JSON and no table of rows; save it as CSV.")
    else:
        from tradecheck.data.sources import sheets

        yield sheets.whole(file, is_header, kind)


def read_table(file: RawFile, is_header: IsHeader) -> Table:
    """The file's table in one piece."""
    found = list(tables(file, is_header))
    if len(found) == 1:
        return found[0]
    columns = tuple(
        pa.chunked_array([chunk for part in found for chunk in part.columns[number].chunks])
        for number in range(len(found[0].names))
    )
    lines = np.concatenate([part.lines for part in found])
    return replace(found[0], columns=columns, lines=lines)


def header(file: RawFile, is_header: IsHeader) -> tuple[str, ...] | None:
    """The names of the file's columns, read from its beginning; None where no row is a header."""
    kind = kind_of(file)
    try:
        if kind == "text":
            from tradecheck.data.sources.layout import look

            return look(file.head, is_header).names
        if kind == "json":
            return None
        if kind == "parquet":
            from tradecheck.data.sources import parquet

            return parquet.names(file, is_header)
        from tradecheck.data.sources import sheets

        return sheets.whole(file, is_header, kind).names
    except TradecheckError:
        return None


def kind_of(file: RawFile) -> str:
    """text, workbook, html, parquet or json, by the first bytes."""
    head = file.head[:4096]
    if head[:4] == b"PK\x03\x04" or head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "workbook"
    if head[:4] == b"PAR1":
        return "parquet"
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start[:1] == b"<":
        return "html"
    return "json" if start[:1] in (b"{", b"[") else "text"


def coded(indices: pa.Array, texts: Sequence[str]) -> pa.DictionaryArray:
    """Texts by number as a column that holds each different text once."""
    numbers: dict[str, int] = {}
    merged = np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int32)
    found = merged[indices.to_numpy(zero_copy_only=False)] if len(merged) else []
    return pa.DictionaryArray.from_arrays(
        pa.array(found, pa.int32()), pa.array(list(numbers), pa.string())
    )


def constant(text: str, length: int) -> pa.DictionaryArray:
    """A column that holds one text."""
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(length, dtype=np.int32)), pa.array([text], pa.string())
    )


def as_text(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column of any type as text without blanks around it; whole numbers have no decimals."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        texts = pc.utf8_trim_whitespace(column.cast(pa.string()))
    elif pa.types.is_floating(kind):
        texts = column.dictionary_encode()
        words = pa.array([plain(value) for value in texts.dictionary.to_pylist()], pa.string())
        texts = words.take(texts.indices)
    elif pa.types.is_timestamp(kind):
        texts = pc.strftime(column, "%Y-%m-%d")
    elif pa.types.is_null(kind):
        texts = pa.nulls(len(column), pa.string())
    else:
        texts = column.cast(pa.string())
    return pc.fill_null(texts, "")


def plain(value: float | None) -> str:
    """A number as text that says the same number and is whole where the number is."""
    if value is None or value != value:
        return ""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def is_number(column: pa.ChunkedArray) -> bool:
    """Whether the file itself holds the column as numbers."""
    kind = column.type
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)

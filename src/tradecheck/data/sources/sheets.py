"""Workbooks, and web pages that spreadsheets read as such: sheets of cells, one is meant."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pyarrow as pa

from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.table import IsHeader, Table
from tradecheck.errors import TradecheckError

SEARCHED = 40  # rows at most above and with the header

Cells = list[list[Any]]


def whole(file: RawFile, is_header: IsHeader, kind: str) -> Table:
    """The table of the one sheet (or HTML table) whose columns are looked for."""
    sheets = html(file) if kind == "html" else workbook(file)
    found = []
    for sheet, rows in sheets.items():
        for number, row in enumerate(rows[:SEARCHED]):
            named = tuple(name(cell) for cell in row)
            if is_header(named):
                found.append((sheet, number, named, rows))
                break
    if not found:
        raise TradecheckError(
            f"{file.place}: no sheet has a row that names the columns that are looked for (sheets: "
            f"{', '.join(sheets) or 'none'})."
        )
    if len(found) > 1:
        raise TradecheckError(
            f"{file.place}: {len(found)} sheets hold such a table "
            f"({', '.join(row[0] for row in found)}); save the one you mean as a file of its own."
        )
    sheet, above, named, rows = found[0]
    return _table(f"{file.place}, sheet {sheet}", named, rows, above)


def workbook(file: RawFile) -> dict[str, Cells]:
    """Every sheet's cells as calamine gives them, from its first row on; without empty sheets."""
    held: Any = file.looked
    if "workbook" not in held:
        held["workbook"] = _opened(file)
    return held["workbook"]


def _opened(file: RawFile) -> dict[str, Cells]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if zipfile.is_zipfile(io.BytesIO(file.data)):
            with zipfile.ZipFile(io.BytesIO(file.data)) as packed:
                file.expect_size(sum(one.file_size for one in packed.infolist()))
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        sheets = {
            sheet: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            for sheet in book.sheet_names
        }
    except BaseException as error:
        is_told = isinstance(error, CalamineError | OSError | ValueError | zipfile.BadZipFile)
        if not is_told and type(error).__name__ != "PanicException":  # of the reader, in Rust
            raise
        raise TradecheckError(
            f"{file.place} is no workbook that can be read ({error}); save it as xlsx or CSV."
        ) from error
    return {sheet: rows for sheet, rows in sheets.items() if any(map(any, rows))}


def html(file: RawFile) -> dict[str, Cells]:
    """Every table of an HTML page by its number; a cell over several columns leaves blanks."""
    from tradecheck.data.sources.layout import utf8

    reader = _Tables()
    reader.feed(utf8(file.data, file.place)[0].decode("utf-8", "replace"))
    reader.close()
    return {str(number + 1): rows for number, rows in enumerate(reader.tables) if rows}


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Cells] = []
        self._open: list[Cells] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span[:6]), 1000) if span.isdecimal() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self._open:
            if not self._open[-1]:
                self._open[-1].append([])
            text = " ".join("".join(self._cell).split())
            self._open[-1][-1].extend([text, *[""] * (self._span - 1)])
        self._cell = None


def _table(place: str, named: tuple[str, ...], rows: Cells, above: int) -> Table:
    width = max(map(len, rows[above:]))
    body = [
        (number, [*row, *[""] * (width - len(row))])
        for number, row in enumerate(rows[above + 1 :], above + 2)
        if any(not _blank(cell) for cell in row)
    ]
    if not body:
        raise TradecheckError(f"{place} holds a header but no rows; add the rows.")
    names = named + ("",) * (width - len(named))
    columns = list(zip(*(row for _, row in body), strict=True))
    while names and not names[-1] and all(map(_blank, columns[-1])):
        names, columns = names[:-1], columns[:-1]
    return Table(
        place,
        names,
        tuple(pa.chunked_array([_column(cells)]) for cells in columns),
        np.array([number for number, _ in body]),
        "row",
        top=tuple(tuple(name(cell) for cell in row) for row in rows[:above]),
    )


def _column(cells: tuple[Any, ...]) -> pa.Array:
    """A column that holds numbers and blanks only stays numbers; any other is text."""
    if all(_blank(cell) or _number(cell) for cell in cells) and any(map(_number, cells)):
        return pa.array([None if _blank(cell) else float(cell) for cell in cells], pa.float64())
    return pa.array([cell_text(cell) for cell in cells], pa.string())


def _number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def cell_text(cell: Any) -> str:
    """A cell as text: a day as 2024-04-01, a whole number without decimals.

    A number among texts has a fourth decimal where it would else look like thousands: 1.2340.
    """
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if _number(cell):
        from tradecheck.data.sources.table import plain

        text = plain(float(cell))
        return f"{text}0" if len(text.partition(".")[2]) == 3 else text
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None or isinstance(cell, time | timedelta) else str(cell)


def name(cell: Any) -> str:
    """A cell of the header: blanks of any kind are single blanks."""
    return " ".join(cell_text(cell).replace("\xa0", " ").split())

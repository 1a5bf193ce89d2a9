"""Eurostat's Data Browser workbook: a sheet for each product, flow and indicator, months across."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pandas as pd

from tradecheck.data.sources import eurostat, eurostat_cells, sheets
from tradecheck.data.sources.base import NOT_STATED, RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.sheets import Cells
from tradecheck.data.sources.sheets import name as text
from tradecheck.data.sources.table import kind_of
from tradecheck.errors import TradecheckError

DIMENSIONS = ("REPORTER", "PARTNER", "PRODUCT", "FLOW", "INDICATORS", "STAT_PROCEDURE")
SHEET = re.compile(r"Sheet \d+")


def recognises(raw: RawFile) -> bool:
    if kind_of(raw) != "workbook":
        return False
    try:
        names = (
            zipfile.ZipFile(io.BytesIO(raw.data)).read("xl/workbook.xml").decode("utf-8", "replace")
        )
    except Exception:
        return False
    return 'name="Structure"' in names and 'name="Sheet 1"' in names


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """All sheets of figures as one table; `row` is the row in its sheet."""
    cells, lines = [], 0
    for sheet, rows in sheets.workbook(raw).items():
        if SHEET.fullmatch(sheet):
            found = list(_cells(raw, sheet, rows))
            lines += len({cell["row"] for cell in found})
            cells += found
    if not cells:
        raise TradecheckError(f"{raw.place} has no sheet with figures; download it again.")
    table = pd.DataFrame(cells)
    for name, told in zip(
        ("REPORTER", "PARTNER", "FLOW", "PRODUCT"),
        (said.reporter, said.partner, said.flow, said.goods),
        strict=False,
    ):
        if name not in table:
            table[name] = told or NOT_STATED
    names = {"INDICATORS": "indicator", "STAT_PROCEDURE": "procedure"}
    table = table.rename(columns=lambda name: names.get(name, name.lower()))
    return eurostat.received(raw, said, wanted, table, rows=lines)


def _cells(raw: RawFile, sheet: str, rows: Cells) -> Iterator[dict]:
    """One record a figure: the sheet's dimensions, its period, value and flags."""
    time = next(
        (at for at, row in enumerate(rows) if row and text(row[0]) in ("TIME", "TIME_PERIOD")), None
    )
    if time is None:
        raise TradecheckError(
            f"{raw.place}, {sheet}: no row TIME; lay the table out with time across the columns."
        )
    fixed = {
        _plain(row[0]): next((text(cell) for cell in row[1:] if text(cell)), "")
        for row in rows[:time]
        if row and _plain(row[0]) in DIMENSIONS
    }
    released = next(
        (
            eurostat_cells.day(text(row[1]))
            for row in rows[:time]
            if text(row[0]).startswith("Last updat")
        ),
        "",
    )
    heading = time + 1
    across: dict[str, list[str]] = {}  # dimensions that change from column to column
    while any(text(cell) for cell in rows[heading][_width(rows[heading]) :]):
        across[_plain(rows[heading][0])] = _carried(rows[heading])
        heading += 1
    width = _width(rows[heading])
    down = {}
    for place, cell in enumerate(rows[heading][:width]):
        if _plain(cell) not in down or "(Codes)" in text(cell):
            down[_plain(cell)] = place
    periods = {
        place: text(cell) for place, cell in enumerate(rows[time]) if place >= width and text(cell)
    }
    for number, row in enumerate(rows[heading + 1 :], start=heading + 2):
        if not any(text(cell) for cell in row[: len(periods) + width]):
            return
        named = fixed | {
            name: text(row[place]) for name, place in down.items() if name in DIMENSIONS
        }
        for place, period in periods.items():
            value, flags = _figure(raw, sheet, number, row[place])
            beside = place + 1
            if beside < len(row) and beside not in periods:
                flags += text(row[beside])
            yield (
                named
                | {name: told[place] for name, told in across.items() if name in DIMENSIONS}
                | {
                    "period": period,
                    "value": value,
                    "flags": flags,
                    "row": number,
                    "released": released,
                }
            )


def _figure(raw: RawFile, sheet: str, number: int, cell: Any) -> tuple[float, str]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell), ""
    try:
        return eurostat_cells.figure(text(cell))
    except ValueError as error:
        raise TradecheckError(f"{raw.place}, {sheet}, row {number}: {error}.") from error


def _plain(cell: Any) -> str:
    """PRODUCT for `PRODUCT [PRODUCT]`, REPORTER for `REPORTER (Labels)`."""
    name = re.split(r"\s*[\[(]", text(cell))[0].upper()
    return "INDICATORS" if name == "INDICATOR" else name


def _width(row: list[Any]) -> int:
    """How many columns, from the first on, name a dimension that runs down the rows."""
    return next(
        (at for at, cell in enumerate(row) if not re.search(r"\((Labels|Codes)\)$", text(cell))),
        len(row),
    )


def _carried(row: list[Any]) -> list[str]:
    """The cells of a heading, each blank one (a column of flags) as the one before it."""
    told: list[str] = []
    for cell in row:
        told.append(text(cell) or (told[-1] if told else ""))
    return told


SOURCE = Source(
    name="eurostat-data-browser",
    publisher=eurostat.PUBLISHER,
    how="Data Browser, Download, Spreadsheet (.xlsx), time across the columns",
    recognises=recognises,
    read=read,
    card=eurostat.CARD | {"title": "International trade in goods, Data Browser workbook"},
)

"""Where a file of ITC Trade Map has its titles, headings and figures."""

import csv
import io
import re
from typing import NamedTuple

from tradecheck.data.sources import sheets
from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.layout import utf8
from tradecheck.data.sources.table import kind_of
from tradecheck.study.periods import Period, parse_period

SEARCHED = 40  # rows at most above and with the heading
HEADING = re.compile(
    r"(?:(?P<flow>Exported|Imported) )?(?P<kind>value|quantity)(?: (?P<after>exported|imported))?"
    r" in (?P<period>\d{4}(?:-?[MQ]\d{1,2})?)(?:\s*[,(]\s*(?P<unit>[^)]*)\)?)?",
    re.IGNORECASE,
)
GROUP = re.compile(
    r"(?P<reporter>.+?)['’]s (?P<flow>exports to|imports from) (?P<partner>.+)", re.IGNORECASE
)
CODES = ("CODE", "PRODUCT CODE", "HS CODE")
AREAS = ("IMPORTERS", "EXPORTERS")


class Column(NamedTuple):
    """A column of figures: its place, months, whether it counts quantities, its unit and flow."""

    at: int
    period: Period
    quantity: bool
    unit: str
    flow: str
    reporter: str = ""
    partner: str = ""


class Layout(NamedTuple):
    """A table of the file: what stands above it, its key column, its figures and its rows."""

    titles: str
    key: str
    columns: list[Column]
    rows: list[list]
    first: int


def layout_of(raw: RawFile) -> Layout | None:
    """The first table of the file whose heading has values by period."""
    for rows in _grids(raw):
        above: list[str] = []
        for at, row in enumerate(rows[:SEARCHED]):
            names = [sheets.name(cell) for cell in row]
            key = names[0].upper() if names else ""
            if key in (*CODES, *AREAS):
                columns = _columns(names)
                if columns and (key in AREAS or any(column.flow for column in columns)):
                    return Layout(_titles(raw, above), key, columns, rows[at + 1 :], at + 2)
                if len(rows) > at + 1 and (columns := _grouped(names, rows[at + 1])):
                    return Layout(_titles(raw, above), key, columns, rows[at + 2 :], at + 3)
            above += [name for name in names if name]
    return None


def _grids(raw: RawFile) -> list[list[list]]:
    kind = kind_of(raw)
    if kind in ("workbook", "html"):
        return list((sheets.workbook(raw) if kind == "workbook" else sheets.html(raw)).values())
    if kind != "text" or b"value in" not in raw.head.lower():
        return []
    text = utf8(raw.data, raw.place)[0].decode("utf-8", "replace")
    heading = next(line for line in text.splitlines() if "value in" in line.lower())
    separator = max("\t,;", key=heading.count)
    return [list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))]


def _titles(raw: RawFile, above: list[str]) -> str:
    """What stands above the table; on a web page in tables of its own."""
    if kind_of(raw) == "html":
        above = [
            sheets.name(cell)
            for rows in sheets.html(raw).values()
            for row in rows[:2]
            for cell in row
        ]
    return " | ".join(name for name in above if name)


def _columns(names: list[str]) -> list[Column]:
    columns = []
    for at, name in enumerate(names):
        if found := HEADING.fullmatch(name):
            word = (found["flow"] or found["after"] or "").lower()
            flow = {"exported": "X", "imported": "M"}.get(word, "")
            unit = found["unit"] or ""
            if not unit and at + 1 < len(names) and "unit" in names[at + 1].lower():
                unit = f"={at + 1}"  # the unit stands beside each figure
            columns.append(_column(at, found, unit, flow))
    return columns


def _grouped(groups: list[str], below: list) -> list[Column]:
    """The columns of a heading in two rows: whose trade with whom, and below it the periods."""
    names = [sheets.name(cell) for cell in below]
    begin = next((at for at, name in enumerate(groups) if GROUP.fullmatch(name)), None)
    if begin is None:
        return []
    if names and HEADING.fullmatch(names[0]):  # on a web page the first cells span both rows
        names = [""] * begin + names
    told, columns = None, []
    for at, name in enumerate(names):
        told = GROUP.fullmatch(groups[at] if at < len(groups) else "") or told
        if told and (found := HEADING.fullmatch(name)):
            flow = "X" if told["flow"].lower().startswith("export") else "M"
            sides = told["reporter"].strip(), told["partner"].strip()
            columns.append(_column(at, found, found["unit"] or "", flow, *sides))
    return columns


def _column(at: int, found: re.Match, unit: str, *rest: str) -> Column:
    """Its heading names 2009, 2023-M01 or 2019-Q1."""
    month = re.sub(r"-?M(\d{1,2})$", lambda part: f"-{part[1].zfill(2)}", found["period"].upper())
    return Column(at, parse_period(month), found["kind"].lower() == "quantity", unit, *rest)

"""ITC Trade Map: text files, workbooks, and web pages that end in .xls; years, quarters or months across."""

import csv
import io
import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble, sheets
from tradecheck.data.sources.base import NOT_STATED, RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import kind_of
from tradecheck.data.sources.text import utf8
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.periods import Period, parse_period

SEARCHED = 40  # rows at most above and with the heading
HEADING = re.compile(
    r"(?:(?P<flow>Exported|Imported) )?(?P<kind>value|quantity)(?: (?P<after>exported|imported))? in "
    r"(?P<period>\d{4}(?:-?[MQ]\d{1,2})?)(?:\s*[,(]\s*(?P<unit>[^)]*)\)?)?",
    re.IGNORECASE,
)
GROUP = re.compile(r"(?P<reporter>.+?)['’]s (?P<flow>exports to|imports from) (?P<partner>.+)", re.IGNORECASE)
BY = re.compile(r"(?:exported|imported) by (?:the )?(?P<reporter>.+?)\s*(?:\||$)", re.IGNORECASE)
PRODUCT = re.compile(r"Product\s*:\s*'?(?P<code>TOTAL|\d{2,10})\b")
MONEY = re.compile(r"(?P<currency>US Dollar|Euro|[A-Z]{3}) (?P<scale>thousand|million)", re.IGNORECASE)
CODES = ("CODE", "PRODUCT CODE", "HS CODE")
AREAS = ("IMPORTERS", "EXPORTERS")
SCALES = {"thousand": 1e3, "million": 1e6}
WORLD = "World"


class Column(NamedTuple):
    """A column of figures: its place, months, whether it counts quantities (and their unit), and its flow."""

    at: int
    period: Period
    quantity: bool
    unit: str
    flow: str
    reporter: str = ""
    partner: str = ""


class Layout(NamedTuple):
    """A table of the file: what stands above it, its key column, its figures, and where its rows begin."""

    titles: str
    key: str
    columns: list[Column]
    rows: list[list]
    first: int


def recognises(raw: RawFile) -> bool:
    try:
        return _layout(raw) is not None
    except Exception:
        return False


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """A row for each code or country and each period; values in thousands, and TOTAL among the codes."""
    said, layout = settled(said, raw.place), _layout(raw)
    if layout is None:
        raise TradecheckError(f"{raw.place} has no column such as Exported value in 2023; download it again.")
    cells = [
        cell for number, row in enumerate(layout.rows, layout.first) for cell in _cells(raw, layout, number, row)
    ]
    if not cells:
        raise TradecheckError(f"{raw.place} holds a heading but no figures; download it again.")
    table = _with_quantities(pd.DataFrame(cells))
    currency, scale = _money(said, layout)
    table = table.assign(currency=currency, edition="", released="")
    if layout.key in CODES:
        table["product"] = assemble.each(raw, table.rename(columns={"key": "code"}), "code", _code).astype("str")
        table["partner"] = table["partner"].replace("", WORLD)
        table["reporter"] = table["reporter"].replace("", _reporter(raw, said, layout))
    else:
        titled = PRODUCT.search(layout.titles)
        table["product"] = titled["code"] if titled else (said.goods or NOT_STATED)
        # Importers of what is exported are partners; exporters of it report it themselves.
        partners = table["flow"].map({"X": "IMPORTERS", "M": "EXPORTERS"}) == layout.key
        table["reporter"] = table["key"].mask(partners, _reporter(raw, said, layout))
        table["partner"] = table["key"].where(partners, WORLD)
    for field in ("reporter", "partner"):
        table[field] = assemble.coded(table[field], _area)
    table = assemble.repeats(table, said)
    notes = ["Values are in thousands, so each stands for ±0.5 thousand."] if scale == 1e3 else []
    if "mirror" in layout.titles.lower():
        notes.append("The page says that some figures are mirror data, taken from the partner's reports.")
    return assemble.received(
        raw, said, wanted, table, rows=table["row"].nunique(), scale=scale, rounded_to=1.0, notes=notes
    )


def _layout(raw: RawFile) -> Layout | None:
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
        above = [sheets.name(cell) for rows in sheets.html(raw).values() for row in rows[:2] for cell in row]
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


def _cells(raw: RawFile, layout: Layout, number: int, row: list):
    """One record a figure of a row."""
    key = sheets.name(row[0]).lstrip("'’") if row else ""
    for column in layout.columns:
        cell = row[column.at] if column.at < len(row) else ""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            figure = float(cell)
        else:
            try:
                figure = assemble.amount(sheets.name(cell))
            except ValueError as error:
                raise TradecheckError(f"{raw.place}, line {number}: {error}; correct the cell.") from error
        if key and figure == figure:
            beside = column.unit.startswith("=")
            unit = sheets.name(row[int(column.unit[1:])]) if beside else column.unit
            yield {
                "key": key, "row": number, "figure": figure, "counted": column.quantity, "unit": unit,
                "flow": column.flow, "reporter": column.reporter, "partner": column.partner,
                "period_start": column.period.first, "period_end": column.period.last,
            }  # fmt: skip


def _with_quantities(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of values, each with the quantity of the same line and period; without values, quantities."""
    key = ["key", "row", "flow", "reporter", "partner", "period_start", "period_end"]
    counted = table[table["counted"]].set_index(key)[["figure", "unit"]]
    counted = counted[~counted.index.duplicated()]
    values = table[~table["counted"]]
    if values.empty:
        values = table.assign(figure=np.nan)
    held = counted.reindex(pd.MultiIndex.from_frame(values[key]))
    return values.rename(columns={"figure": "value"}).assign(
        quantity=held["figure"].to_numpy(), unit=held["unit"].fillna("").to_numpy()
    )


def _money(said: Said, layout: Layout) -> tuple[str, float]:
    """Currency and scale of the values: what the file says, else what is said, else US$ thousand."""
    units = [layout.titles, *(column.unit for column in layout.columns if not column.quantity)]
    found = next((match for text in units if (match := MONEY.search(text))), None)
    if found is None:
        return said.currency or "USD", 1e3
    currency = {"US DOLLAR": "USD", "EURO": "EUR"}.get(found["currency"].upper(), found["currency"].upper())
    return currency, SCALES[found["scale"].lower()]


def _reporter(raw: RawFile, said: Said, layout: Layout) -> str:
    """Whose trade a list is: its title says it, else the card, else the name under which it was saved."""
    if titled := BY.search(layout.titles):
        return titled["reporter"]
    if not said.reporter and (named := BY.search(re.sub(r"[_\s]+", " ", raw.path.stem))):
        return re.sub(r"\s*\(\d+\)$", "", named["reporter"])
    return said.reporter or NOT_STATED


def _area(label: str) -> str:
    """The code of an area or group: of its name, or of the letters in the bracket behind it."""
    short = re.fullmatch(r".+ \(([A-Z]+)\)", label)
    return short and areas.group_of(short[1]) or assemble.area_code(label)


def _code(text: str) -> str:
    code = re.sub(r"\s", "", text)
    if code.upper() == TOTAL:
        return TOTAL
    if not re.fullmatch(r"\d{1,10}", code):
        raise ValueError(f"{text[:40]!r} is no customs code")
    return assemble.even(code)


SOURCE = Source(
    name="itc-trade-map",
    publisher="International Trade Centre (Trade Map)",
    how="trademap.org, any table by product or by market, Export to text, Excel (.xls) or .xlsx",
    recognises=recognises,
    read=read,
    card={
        "publisher": "International Trade Centre (Trade Map)",
        "title": "Trade Map",
        "address": "https://www.trademap.org",
        "terms": "For use under ITC's terms; its tables may not be redistributed.",
        "unit": "US$ thousand",
    },
)

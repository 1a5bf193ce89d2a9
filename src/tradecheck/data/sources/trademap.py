"""ITC Trade Map: text, workbooks, and web pages called .xls; years, quarters or months across."""

import re

import numpy as np
import pandas as pd

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble, cells, sheets, who
from tradecheck.data.sources.base import NOT_STATED, RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.trademap_layout import CODES, Layout, layout_of
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

BY = re.compile(
    r"(?:exported|imported) by (?:the )?(?P<reporter>.+?)(?: in \d{4}.*?)?\s*(?:\||$)",
    re.IGNORECASE,
)
PRODUCT = re.compile(r"Product\s*:\s*'?(?P<code>TOTAL|\d{2,10})\b")
MONEY = re.compile(
    r"(?P<currency>US Dollar|Euro|[A-Z]{3}) (?P<scale>thousand|million)", re.IGNORECASE
)
SCALES = {"thousand": 1e3, "million": 1e6}
WORLD = "World"


def recognises(raw: RawFile) -> bool:
    try:
        return layout_of(raw) is not None
    except Exception:
        return False


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """A row for each code or country and period; values in thousands, TOTAL among the codes."""
    said, layout = settled(said, raw.place), layout_of(raw)
    if layout is None:
        raise TradecheckError(
            f"{raw.place} has no column such as Exported value in 2023; download it again."
        )
    figures = [
        figure
        for number, row in enumerate(layout.rows, layout.first)
        for figure in _figures(raw, layout, number, row)
    ]
    if not figures:
        raise TradecheckError(f"{raw.place} holds a heading but no figures; download it again.")
    table = _with_quantities(pd.DataFrame(figures))
    currency, scale = _money(said, layout)
    table = table.assign(currency=currency, edition="", released="")
    if layout.key in CODES:
        table["product"] = cells.each(
            raw, table.rename(columns={"key": "code"}), "code", _code
        ).astype("str")
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
        notes.append(
            "The page says that some figures are mirror data, taken from the partner's reports."
        )
    return assemble.received(
        raw,
        said,
        wanted,
        table,
        rows=table["row"].nunique(),
        scale=scale,
        rounded_to=1.0,
        notes=notes,
    )


def _figures(raw: RawFile, layout: Layout, number: int, row: list):
    """One record a figure of a row."""
    key = sheets.name(row[0]).lstrip("'’") if row else ""
    for column in layout.columns:
        cell = row[column.at] if column.at < len(row) else ""
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            figure = float(cell)
        else:
            try:
                figure = cells.amount(sheets.name(cell))
            except ValueError as error:
                raise TradecheckError(
                    f"{raw.place}, line {number}: {error}; correct the cell."
                ) from error
        if key and figure == figure:
            beside = column.unit.startswith("=")
            unit = sheets.name(row[int(column.unit[1:])]) if beside else column.unit
            yield {
                "key": key, "row": number, "figure": figure, "counted": column.quantity,
                "unit": unit, "flow": column.flow,
                "reporter": column.reporter, "partner": column.partner,
                "period_start": column.period.first, "period_end": column.period.last,
            }  # fmt: skip


def _with_quantities(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of values, each with the quantity of its line and period; or quantities alone."""
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
    """Currency and scale of the values: as the file says, else as is said, else US$ thousand."""
    units = [layout.titles, *(column.unit for column in layout.columns if not column.quantity)]
    found = next((match for text in units if (match := MONEY.search(text))), None)
    if found is None:
        return said.currency or "USD", 1e3
    currency = {"US DOLLAR": "USD", "EURO": "EUR"}.get(
        found["currency"].upper(), found["currency"].upper()
    )
    return currency, SCALES[found["scale"].lower()]


def _reporter(raw: RawFile, said: Said, layout: Layout) -> str:
    """Whose trade a list is: its title says it, else the card, else the file's name."""
    if titled := BY.search(layout.titles):
        return titled["reporter"]
    if not said.reporter and (named := BY.search(re.sub(r"[_\s]+", " ", raw.path.stem))):
        return re.sub(r"\s*\(\d+\)$", "", named["reporter"])
    return said.reporter or NOT_STATED


def _area(label: str) -> str:
    """The code of an area or group: of its name, or of the letters in the bracket behind it."""
    short = re.fullmatch(r".+ \(([A-Z]+)\)", label)
    return short and areas.group_of(short[1]) or who.area_code(label)


def _code(text: str) -> str:
    code = re.sub(r"\s", "", text)
    if code.upper() == TOTAL:
        return TOTAL
    if not re.fullmatch(r"\d{1,10}", code):
        raise ValueError(f"{text[:40]!r} is no customs code")
    return cells.even(code)


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

"""India's TradeStat: months (MEIDB) and fiscal years (EIDB), as workbooks or web pages."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble, cells, who
from tradecheck.data.sources.base import (
    NOT_STATED,
    YEAR_ROW,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.data.sources.layout import utf8
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import Table, header, kind_of, read_table
from tradecheck.data.sources.tradestat_headings import Column, columns_of, period_of
from tradecheck.errors import TradecheckError

FIELDS = {
    "code": ("HSCODE", "HS CODE", "HS-CODE"),
    "country": ("COUNTRY / REGION", "COUNTRY/REGION", "COUNTRY"),
    "label": ("COMMODITY", "COMMODITY NAME", "PRINCIPAL COMMODITY"),
    "unit": ("UNIT",),
    "number": ("S.NO.", "S.NO", "S. NO.", "SNO"),
}
UNITS = (  # the words of a page, the currency, and how many units of it a value of 1 is
    (r"US ?\$ ?Million", "USD", 1e6),
    (r"(?:Rs\.?|₹|INR|Rupees?)[. ]*(?:in )?Crore", "INR", 1e7),
    (r"(?:Rs\.?|₹|INR|Rupees?)[. ]*(?:in )?Lakh", "INR", 1e5),
)
SCALES = {"USD": 1e6, "INR": 1e7}
ROUNDED_TO = 0.01
FLOWS = r"(?:->|::|India.?s Total|\bTotal) ?(Export|Import)|(Export|Import) ?(?:->|::)"
VALUATION = {"X": "FOB", "M": "CIF"}
WORLD = "World"
TOTAL_ROW = "total row without a code"
UNPUBLISHED = "month of which nothing is published yet"


def is_header(names: Sequence[str]) -> bool:
    held = {name.upper() for name in names}
    listed = held & set(FIELDS["country"]) and held & set(FIELDS["number"])
    return bool(held & set(FIELDS["code"]) or listed) and any(map(period_of, names))


def recognises(raw: RawFile) -> bool:
    return header(raw, is_header) is not None


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """A row for each code or country and period; total rows and years beside months are aside."""
    said = settled(said, raw.place)
    file = read_table(raw, is_header)
    words = _words(raw, file)
    currency, scale = _unit(raw, said, words)
    rows = _rows(file)
    figures = {column: _figures(raw, file, rows, column.at) for column in columns_of(file.names)}
    flow = _flow(said, f"{words} | {' | '.join(rows.loc[rows['total'], 'label'])}")
    rows["product"] = _products(said, words, rows)
    rows["partner"] = _partners(said, words, rows, figures)
    table = pd.concat(
        [_long(rows, column, found) for column, found in figures.items()], ignore_index=True
    )
    table = _with_quantities(table)
    table = table.assign(
        reporter=who.area_code("India"),
        flow=flow,
        currency=currency,
        valuation=VALUATION.get(flow, ""),
        edition=_editions(table),
        released="",
    )
    table = table.assign(reason=table["total"].map({True: TOTAL_ROW, False: ""}))
    table = assemble.repeats(table, said, ["sums"])
    table = assemble.also_aside(table, YEAR_ROW, table["sums"] | assemble.beside_months(table))
    silent = _unpublished(table)
    table = assemble.also_aside(table, UNPUBLISHED, table["period_end"].isin(silent))
    notes = [f"Nothing is published yet for {', '.join(silent)}."] if silent else []
    table = table.sort_values(
        ["row", "period_start", "period_end"], kind="stable", ignore_index=True
    )
    return assemble.received(
        raw, said, wanted, table, rows=len(file), scale=scale, rounded_to=ROUNDED_TO, notes=notes
    )


def _words(raw: RawFile, file: Table) -> str:
    """What stands around the table, and in its heading."""
    if kind_of(raw) == "html":
        page = utf8(raw.data, raw.place)[0].decode("utf-8", "replace")
        page = re.sub(r"(?is)<(script|style)\b.*?</\1>", " ", page)
        return " ".join(re.sub(r"<[^>]*>|&nbsp;", " ", page).split()).replace("&gt;", ">")
    return " | ".join(cell for row in (*file.top, file.names) for cell in row if cell)


def _unit(raw: RawFile, said: Said, words: str) -> tuple[str, float]:
    for before in (r"Values? in ", ""):
        for form, currency, scale in UNITS:
            if re.search(before + form, words, re.IGNORECASE):
                return currency, scale
    if said.currency not in SCALES:
        raise TradecheckError(
            f"{raw.place} does not say whether its values are US$ million or ₹ crore; say it with "
            "--currency USD or --currency INR."
        )
    return said.currency, SCALES[said.currency]


def _flow(said: Said, words: str) -> str:
    told = {one or other for one, other in re.findall(FLOWS, words)}
    if len(told) == 1:
        return {"Export": "X", "Import": "M"}[told.pop()]
    return said.flow or NOT_STATED


def _rows(file: Table) -> pd.DataFrame:
    """code, country, label, unit as text; `total` where a row has no code (or country)."""
    rows = cells.frame(file, FIELDS).reindex(columns=[*FIELDS, "row"], fill_value="")
    rows["code"] = rows["code"].str.replace(r"\D", "", regex=True)
    for field in ("country", "label"):
        rows[field] = rows[field].str.replace(r"\s+", " ", regex=True)
    key = "code" if cells.place(file, FIELDS["code"]) >= 0 else "country"
    rows["total"] = (rows[key] == "") | rows[key].str.contains(
        r"^Total$|India.?s Total|^%", case=False, regex=True
    )
    rows["label"] = rows["label"].where(rows["label"] != "", rows["country"])
    return rows


def _figures(raw: RawFile, file: Table, rows: pd.DataFrame, at: int) -> pd.Series:
    table = rows.assign(figure=file.text(at).to_pandas().astype("str"))
    table.attrs["names"] = {"figure": file.names[at]}
    return cells.amounts(raw, table, "figure")


def _products(said: Said, words: str, rows: pd.DataFrame) -> pd.Series:
    """The codes, with their zeros; of a table of countries the code that its title names."""
    if (rows["code"] != "").any():
        return rows["code"].map(cells.even).where(~rows["total"], TOTAL)
    if titled := re.search(r"(?:HS ?-?Code|Commodity)\s*:?\s*(\d{2,8})\b", words, re.IGNORECASE):
        return pd.Series(titled[1], index=rows.index)
    if re.search(r"(?:->|::) ?Country-?wise\b(?!.*commodit)", words, re.IGNORECASE):
        return pd.Series(TOTAL, index=rows.index)
    return pd.Series(said.goods or NOT_STATED, index=rows.index)


def _partners(
    said: Said, words: str, rows: pd.DataFrame, figures: dict[Column, pd.Series]
) -> pd.Series:
    """The countries of the rows, or the title's; the world where rows add up to India's total."""
    if (rows["country"] != "").any():
        return assemble.coded(rows["country"].mask(rows["total"], WORLD))
    if titled := re.search(
        r"Country\s*:\s*([A-Z][A-Za-z .']+?)\s*(?:\||$|Commodit|Values?|Dated|Report)", words
    ):
        return pd.Series(who.area_code(titled[1]), index=rows.index)
    whole = rows["total"] & rows["label"].str.contains("India.?s Total", case=False, regex=True)
    for column, found in figures.items():
        parts, total = found[~rows["total"]].sum(), found[whole].max()
        if (
            not column.quantity
            and total > 0
            and abs(parts - total) <= ROUNDED_TO * len(rows) + total / 1000
        ):
            return pd.Series(who.area_code(WORLD), index=rows.index)
    return pd.Series(said.partner or NOT_STATED, index=rows.index)


def _long(rows: pd.DataFrame, column: Column, figures: pd.Series) -> pd.DataFrame:
    return rows[["row", "total", "product", "partner", "unit"]].assign(
        value=np.nan if column.quantity else figures,
        quantity=figures if column.quantity else np.nan,
        period_start=column.period.first,
        period_end=column.period.last,
        status=column.status,
        sums=column.total,
    )[figures.notna()]


def _with_quantities(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of values, each with the quantity of the same line and months."""
    key = ["row", "period_start", "period_end"]
    counted = table[table["quantity"].notna()].set_index(key)
    values = table[table["value"].notna()]
    quantity = counted["quantity"].reindex(pd.MultiIndex.from_frame(values[key])).to_numpy()
    return values.assign(quantity=quantity, unit=values["unit"].where(~np.isnan(quantity), ""))


def _editions(table: pd.DataFrame) -> pd.Series:
    """The edition, which India changes with its fiscal year; codes of eight digits are its own."""
    begun = table["period_start"]
    editions = begun.map(
        {month: cells.hs_edition(month, first_month=4) for month in begun.unique()}
    )
    return editions.mask(table["product"].str.len() == 8, "ITC-HS").astype("str")


def _unpublished(table: pd.DataFrame) -> list[str]:
    """Months after which, and in which, every figure of the table is zero."""
    most = table[~table["sums"]].groupby("period_end")["value"].max().sort_index()
    return [
        month for month in most.index if most.max() > 0 and most[most.index >= month].max() == 0
    ]


SOURCE = Source(
    name="india-tradestat",
    publisher="DGCI&S, Ministry of Commerce and Industry of India",
    how="tradestat.commerce.gov.in, MEIDB (months) or EIDB (fiscal years), Excel or the page",
    recognises=recognises,
    read=read,
    card={
        "publisher": "DGCI&S, Ministry of Commerce and Industry of India",
        "title": "TradeStat, Export Import Data Bank",
        "address": "https://tradestat.commerce.gov.in",
        "terms": "No licence is stated for reuse; ask before redistributing the tables at large.",
        "unit": "US$ million or ₹ crore, rounded to 0.01",
    },
)

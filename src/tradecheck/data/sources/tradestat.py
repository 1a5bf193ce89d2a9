"""India's TradeStat: months of the MEIDB and fiscal years of the EIDB, as workbooks or web pages."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble
from tradecheck.data.sources.base import NOT_STATED, YEAR_ROW, RawFile, Received, Said, Source, Wanted
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import Table, header, kind_of, read_table
from tradecheck.data.sources.text import utf8
from tradecheck.errors import TradecheckError
from tradecheck.study.periods import Period

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
FINAL = ("F", "R")  # final and revised; any other letter, such as P and A, is provisional
WORLD = "World"
TOTAL_ROW = "total row without a code"
UNPUBLISHED = "month of which nothing is published yet"


class Column(NamedTuple):
    """A column of figures: its place, months, status, and whether it is a quantity or adds up the others."""

    at: int
    period: Period
    status: str
    quantity: bool = False
    total: bool = False


def is_header(names: Sequence[str]) -> bool:
    held = {name.upper() for name in names}
    listed = held & set(FIELDS["country"]) and held & set(FIELDS["number"])
    return bool(held & set(FIELDS["code"]) or listed) and any(map(_period, names))


def recognises(raw: RawFile) -> bool:
    return header(raw, is_header) is not None


def read(raw: RawFile, said: Said, wanted: Wanted | None) -> Received:
    """A row for each code or country and each period; total rows and years beside months are set aside."""
    said = settled(said, raw.place)
    file = read_table(raw, is_header)
    words = _words(raw, file)
    currency, scale = _unit(raw, said, words)
    rows = _rows(file)
    figures = {column: _figures(raw, file, rows, column.at) for column in _columns(file.names)}
    flow = _flow(said, f"{words} | {' | '.join(rows.loc[rows['total'], 'label'])}")
    rows["product"] = _products(said, words, rows)
    rows["partner"] = _partners(said, words, rows, figures)
    table = pd.concat([_long(rows, column, found) for column, found in figures.items()], ignore_index=True)
    table = _with_quantities(table)
    table = table.assign(
        reporter=assemble.area_code("India"),
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
    table = table.sort_values(["row", "period_start", "period_end"], kind="stable", ignore_index=True)
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
    """code, country, label, unit as text; `total` where a row has no code (or country) of its own."""
    rows = assemble.frame(file, FIELDS).reindex(columns=[*FIELDS, "row"], fill_value="")
    rows["code"] = rows["code"].str.replace(r"\D", "", regex=True)
    for field in ("country", "label"):
        rows[field] = rows[field].str.replace(r"\s+", " ", regex=True)
    key = "code" if assemble.place(file, FIELDS["code"]) >= 0 else "country"
    rows["total"] = (rows[key] == "") | rows[key].str.contains(r"^Total$|India.?s Total|^%", case=False, regex=True)
    rows["label"] = rows["label"].where(rows["label"] != "", rows["country"])
    return rows


def _figures(raw: RawFile, file: Table, rows: pd.DataFrame, at: int) -> pd.Series:
    table = rows.assign(figure=file.text(at).to_pandas().astype("str"))
    table.attrs["names"] = {"figure": file.names[at]}
    return assemble.amounts(raw, table, "figure")


def _columns(names: Sequence[str]) -> list[Column]:
    """The columns of figures; of two for the same months the second counts quantities."""
    columns: list[Column] = []
    for at, name in enumerate(names):
        if found := _period(name):
            period, status = found
            columns.append(Column(at, period, status, quantity=period in {one.period for one in columns}))
    months = [column.period for column in columns if column.period.first == column.period.last]
    for at, name in enumerate(names):
        if months and re.fullmatch(r"Total(?: Exports?| Imports?)?", name, re.IGNORECASE):
            columns.append(Column(at, Period(min(months).first, max(months).last), "final", total=True))
    return columns


def _period(name: str) -> tuple[Period, str] | None:
    """The months and status of a heading: Apr 2019 (F), Apr-Jul2026(F), 2014-2015, 2020-2021(Apr-Jun)."""
    marked = re.fullmatch(r"(.*?)\s*\(([A-Z])\)", name.strip())
    told = marked[1] if marked else name.strip()
    status = "provisional" if marked and marked[2] not in FINAL else "final"
    span = r"([A-Za-z]{3})[a-z]*\.?(?:\s*-\s*([A-Za-z]{3})[a-z]*\.?)?"
    if fiscal := re.fullmatch(rf"(\d{{4}})\s*-\s*(?:\d{{4}}|\d{{2}})(?:\s*\({span}\))?", told):
        year, first, last = int(fiscal[1]), _month(fiscal[2] or "Apr"), _month(fiscal[3] or fiscal[2] or "Mar")
        if first and last:  # a fiscal year begins in April
            return Period(*(f"{year + (month < 4)}-{month:02d}" for month in (first, last))), status
    if spoken := re.fullmatch(rf"{span}[\s-]*(\d{{4}})", told):
        year, first, last = int(spoken[3]), _month(spoken[1]), _month(spoken[2] or spoken[1])
        if first and last:
            return Period(f"{year - (first > last)}-{first:02d}", f"{year}-{last:02d}"), status
    return None


def _month(word: str) -> int:
    """1 to 12; 0 for a word that is no month."""
    return assemble.MONTHS.index(word.lower()) + 1 if word.lower() in assemble.MONTHS else 0


def _products(said: Said, words: str, rows: pd.DataFrame) -> pd.Series:
    """The codes, with their zeros; of a table of countries the code that its title names."""
    if (rows["code"] != "").any():
        return rows["code"].map(assemble.even).where(~rows["total"], TOTAL)
    if titled := re.search(r"(?:HS ?-?Code|Commodity)\s*:?\s*(\d{2,8})\b", words, re.IGNORECASE):
        return pd.Series(titled[1], index=rows.index)
    if re.search(r"(?:->|::) ?Country-?wise\b(?!.*commodit)", words, re.IGNORECASE):
        return pd.Series(TOTAL, index=rows.index)
    return pd.Series(said.goods or NOT_STATED, index=rows.index)


def _partners(
    said: Said, words: str, rows: pd.DataFrame, figures: dict[Column, pd.Series]
) -> pd.Series:
    """The countries of the rows, or the one of the title; the world where the rows add up to India's total."""
    if (rows["country"] != "").any():
        return assemble.coded(rows["country"].mask(rows["total"], WORLD))
    if titled := re.search(r"Country\s*:\s*([A-Z][A-Za-z .']+?)\s*(?:\||$|Commodit|Values?|Dated|Report)", words):
        return pd.Series(assemble.area_code(titled[1]), index=rows.index)
    whole = rows["total"] & rows["label"].str.contains("India.?s Total", case=False, regex=True)
    for column, found in figures.items():
        parts, total = found[~rows["total"]].sum(), found[whole].max()
        if not column.quantity and total > 0 and abs(parts - total) <= ROUNDED_TO * len(rows) + total / 1000:
            return pd.Series(assemble.area_code(WORLD), index=rows.index)
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
    """The edition of the Harmonized System, which India changes with its fiscal year; its own of 8 digits."""
    begun = table["period_start"]
    editions = begun.map({month: assemble.hs_edition(month, first_month=4) for month in begun.unique()})
    return editions.mask(table["product"].str.len() == 8, "ITC-HS").astype("str")


def _unpublished(table: pd.DataFrame) -> list[str]:
    """Months after which, and in which, every figure of the table is zero."""
    most = table[~table["sums"]].groupby("period_end")["value"].max().sort_index()
    return [month for month in most.index if most.max() > 0 and most[most.index >= month].max() == 0]


SOURCE = Source(
    name="india-tradestat",
    publisher="DGCI&S, Ministry of Commerce and Industry of India",
    how="tradestat.commerce.gov.in, MEIDB (months) or EIDB (fiscal years), Excel or the page itself",
    recognises=recognises,
    read=read,
    card={
        "publisher": "DGCI&S, Ministry of Commerce and Industry of India",
        "title": "TradeStat, Export Import Data Bank",
        "address": "https://tradestat.commerce.gov.in",
        "terms": "No licence is stated by the publisher for reuse; ask before redistributing the tables at large.",
        "unit": "US$ million or ₹ crore, rounded to 0.01",
    },
)

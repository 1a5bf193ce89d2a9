"""What all of Eurostat's forms share: how they write flows, goods, months, flags and indicators."""

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import assemble
from tradecheck.data.sources.base import (
    BREAKDOWN,
    CONFLICT,
    NOT_STATED,
    REPEAT,
    YEAR_ROW,
    RawFile,
    Received,
    Said,
    Wanted,
)
from tradecheck.data.sources.numbers import numbers
from tradecheck.data.sources.said import settled
from tradecheck.data.sources.table import Table, is_number
from tradecheck.errors import TradecheckError
from tradecheck.study.periods import Period, parse_period

PUBLISHER = "Eurostat"
CARD = {
    "publisher": PUBLISHER,
    "address": "https://ec.europa.eu/eurostat/web/international-trade-in-goods/database",
    "terms": "Reuse is free if the source is acknowledged (Commission Decision 2011/833/EU).",
    "credit": "Source: Eurostat (Comext)",
    "unit": "euros; quantities in kilograms",
}
FLOWS = {
    "1": "M", "M": "M", "IMPORT": "M", "IMPORTS": "M", "2": "X", "X": "X", "EXPORT": "X", "EXPORTS": "X",
}  # fmt: skip
VALUATION = {"M": "CIF", "X": "FOB"}
KILOGRAMS = {"QUANTITY_IN_100KG": 100.0, "QUANTITY_100KG": 100.0, "QUANTITY_IN_KG": 1.0, "QUANTITY_KG": 1.0}
FLAGS = "[bcdefimnprsuz]{1,3}"  # letters beside a figure, or in its place
VALUES = ("VALUE_IN_EUROS", "VALUE_IN_EUR", "VALUE_EUR")
TOTAL_PROCEDURE = ("TOTAL", "T", "T-TOTAL")
NOT_A_VALUE = "another indicator than value and weight"

_CODE = re.compile(r"([0-9][0-9A-Z]*)")
_CODE_FIRST = re.compile(r"(TOTAL|[0-9][0-9A-Z]+)\s*[-:]\s*\S")
_CODE_LAST = re.compile(r"\[(TOTAL|[0-9][0-9A-Z]*)\]\s*$")


def flow(text: str) -> str:
    """M or X for 1, IMPORT or 1-IMPORT and their likes; ValueError for anything else."""
    if text == NOT_STATED:
        return text
    told = text.strip().upper()
    found = FLOWS.get(told) or FLOWS.get(re.split(r"[-:]", told)[-1].strip())
    if not found:
        raise ValueError(f"{text[:40]!r} is no flow; expected is 1 or IMPORT, 2 or EXPORT")
    return found


def product(text: str) -> str:
    """The code in a cell: alone, before its label, or after it in brackets; empty if there is none."""
    told = text.strip()
    if told.upper() in (TOTAL, "ALL PRODUCTS"):
        return TOTAL
    found = _CODE.fullmatch(told) or _CODE_FIRST.match(told) or _CODE_LAST.search(told)
    code = found[1] if found else ""
    return assemble.even(code) if code.isdigit() else code


def digits(code: str) -> str:
    """The part of a code that is told: 39XXXXXX tells the chapter, and no more."""
    return code if code == TOTAL or code.isdigit() else re.match(r"(?:[0-9]{2})*", code)[0] or code


def withheld(code: str) -> bool:
    """Whether the goods behind a code are not told: letters for digits, or chapter 99."""
    return code != TOTAL and (not code.isdigit() or code.startswith("99"))


def period(text: str) -> Period:
    """The months of 2024-08, 202408, 202408-Aug. 2024, Aug. 2024, 201952, Jan.-Dec. 2019 or 2019.

    Raises ValueError for anything else.
    """
    told = text.strip()
    if compact := re.fullmatch(r"([0-9]{4})([0-9]{2})(?:\s*[-:].*)?", told):
        year, part = compact.groups()
        return parse_period(year if part == "52" else f"{year}-{part}")
    return assemble.worded(told) or parse_period(told)


def day(text: str) -> str:
    """The day of release in 17/02/25 11:00:00 or 13/01/2023 11:00 (day first), as 2025-02-17."""
    if found := re.search(r"\b([0-9]{2})/([0-9]{2})/([0-9]{4}|[0-9]{2})\b", text):
        date, month, year = found.groups()
        return f"{year if len(year) == 4 else '20' + year}-{month}-{date}"
    found = re.search(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b", text)
    return found[0] if found else ""


def figures(table: Table, known: Iterable[str]) -> tuple[pd.Series, pd.Series]:
    """The column called by one of the names: its numbers, and the flags that stand beside or for them."""
    at = assemble.place(table, known)
    texts = table.text(at)
    bare = pc.replace_substring_regex(texts, rf"(^|[0-9:\s])\s*{FLAGS}$", r"\1")
    if not is_number(table.columns[at]):
        table = replace(table, columns=(*table.columns[:at], pa.chunked_array([bare]), *table.columns[at + 1 :]))
    values = numbers(table, at).values
    flags = pc.fill_null(pc.struct_field(pc.extract_regex(texts, rf"(?:^|[0-9:\s])(?P<flag>{FLAGS})$"), "flag"), "")
    return values.to_pandas().astype("float64"), flags.to_pandas().astype("str")


def figure(text: str) -> tuple[float, str]:
    """A cell's value and flags: "12", ":", ": c", "12p"; ValueError for anything else."""
    found = re.fullmatch(r"(:|-?[0-9][0-9.,eE+-]*|)\s*([a-z]*)", text.strip())
    if not found:
        raise ValueError(f"{text[:40]!r} is neither a number nor a flag")
    return assemble.amount(found[1]), found[2]


def status(flags: str) -> str:
    """The status that Eurostat's flags mean: c confidential, p and e not final."""
    if "c" in flags.lower():
        return "confidential"
    return "provisional" if set(flags.lower()) & set("pe") else "final"


def received(
    raw: RawFile, said: Said, wanted: Wanted | None, table: pd.DataFrame, rows: int, parts: bool = False
) -> Received:
    """Rows with text as Eurostat writes it as flows.

    table: reporter, partner, flow, product, period (text), value (number), flags, row, and, where the
    form has them, indicator, procedure, released, quantity (kg). parts: the file may give a cell in
    several rows, which add up.
    """
    said, notes = settled(said, raw.place), []
    codes = table["product"].map({text: product(text) for text in table["product"].unique()})
    if (codes == "").any():
        codes = codes.replace("", _only_goods(raw, said, table.loc[codes == "", "product"].unique()))
    secret = codes.map({code: withheld(code) for code in codes.unique()})
    flows = assemble.each(raw, table, "flow", flow).astype("str")
    table = table.assign(
        reporter=assemble.coded(table["reporter"]),
        partner=assemble.coded(table["partner"]),
        flow=flows,
        **assemble.spans(raw, table, "period", period),
        product=codes.map({code: digits(code) for code in codes.unique()}).astype("str"),
        told=codes,
        status=table["flags"].map({flags: status(flags) for flags in table["flags"].unique()}),
        currency="EUR",
        valuation=flows.map(VALUATION).fillna("").astype("str"),
        released=table["released"] if "released" in table else "",
    )
    table["status"] = table["status"].astype("str").mask(secret, "confidential")
    table["edition"] = _editions(table)
    empty = table["value"].isna() & (table["status"] != "confidential")
    if "quantity" in table:
        empty &= table["quantity"].isna()
    if empty.any():
        notes.append(f"{empty.sum():,} cells hold no figure (:), which is no zero and no row.")
        notes += _unpublished(table, empty)
    table = table[~empty]
    also = ["told", *(name for name in ("procedure", "indicator") if name in table)]
    also += ["value", "quantity"] if parts else []
    table = assemble.repeats(table, said, also)
    if "indicator" in table:
        table = _joined(table)
    if "procedure" in table:
        table = assemble.also_aside(table, BREAKDOWN, assemble.breakdown(table, "procedure", TOTAL_PROCEDURE))
    table = assemble.also_aside(table, YEAR_ROW, assemble.beside_months(table))
    table = assemble.also_aside(table, BREAKDOWN, _within_wider(table))
    return assemble.received(raw, said, wanted, table, rows=rows, absent="zero", notes=notes)


def _within_wider(table: pd.DataFrame) -> pd.Series:
    """True for a row of hidden goods beside which the file gives their whole chapter or heading."""
    hidden = table["told"] != table["product"]
    if not hidden.any():
        return hidden
    key = [*assemble.CELL, "period_start", "period_end"]
    whole = pd.MultiIndex.from_frame(table.loc[~hidden, key])
    return hidden & pd.MultiIndex.from_frame(table[key]).isin(whole)


def _editions(table: pd.DataFrame) -> pd.Series:
    """CN2022 for codes of eight digits; the Harmonized System in force for shorter ones."""
    month = table["period_end"]
    hs = month.map({one: assemble.hs_edition(one) for one in month.unique()})
    return ("CN" + month.str[:4]).where(table["product"].str.len() == 8, hs).astype("str")


def _joined(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of values, each with the weight that stands in a row of its own."""
    indicator = table["indicator"].str.strip().str.upper().str.replace(r"\s+", "_", regex=True)
    values, weights = indicator.isin(VALUES), indicator.isin(KILOGRAMS)
    spare = table[(~values & ~weights) | (weights & (table["reason"] != ""))]
    spare = spare.assign(quantity=spare["value"], value=np.nan)
    spare["reason"] = spare["reason"].replace("", NOT_A_VALUE)
    key = ["reporter", "partner", "flow", "told", "period_start", "period_end", "released"]
    key += [name for name in ("procedure",) if name in table]
    told = weights & (table["reason"] == "")
    weight = table[told].set_index(key)
    kilograms = weight["value"] * indicator[told].map(KILOGRAMS).to_numpy()
    kilograms = kilograms[~kilograms.index.duplicated()].round(4)
    valued = table[values]
    where = pd.MultiIndex.from_frame(valued[key])
    valued = valued.assign(quantity=kilograms.reindex(where).to_numpy(), unit="")
    lonely = weight[~weight.index.isin(where)].reset_index()
    lonely = lonely.assign(quantity=kilograms.reindex(pd.MultiIndex.from_frame(lonely[key])).to_numpy())
    lonely = lonely.assign(value=np.nan)
    held = pd.concat([valued, lonely, spare], ignore_index=True)
    weighed = held["quantity"].notna() & ~held["reason"].isin((NOT_A_VALUE, REPEAT, CONFLICT))
    return held.assign(unit=weighed.map({True: "kg", False: ""}))


def _unpublished(table: pd.DataFrame, empty: pd.Series) -> list[str]:
    """A sentence on months in which no cell holds a figure."""
    months = sorted(set(table["period_start"]) - set(table.loc[~empty, "period_start"]))
    return [f"No cell holds a figure in {', '.join(months[:6])}: not published yet."] if months else []


def _only_goods(raw: RawFile, said: Said, labels: Iterable[str]) -> str:
    """The goods of a file that gives a label instead of a code, if it is one label only."""
    labels = list(labels)
    if len(labels) > 1:
        raise TradecheckError(
            f"{raw.place} names its goods by labels without codes, such as {labels[0][:60]!r}; "
            "download it again with codes, or codes and labels."
        )
    return said.goods or NOT_STATED



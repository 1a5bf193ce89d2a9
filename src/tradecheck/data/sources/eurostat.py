"""What all of Eurostat's forms share: indicators, procedures, hidden goods, vintages."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tradecheck.data.sources import assemble, cells
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
from tradecheck.data.sources.eurostat_cells import digits, flow, period, product, status, withheld
from tradecheck.data.sources.said import settled
from tradecheck.errors import TradecheckError

PUBLISHER = "Eurostat"
CARD = {
    "publisher": PUBLISHER,
    "address": "https://ec.europa.eu/eurostat/web/international-trade-in-goods/database",
    "terms": "Reuse is free if the source is acknowledged (Commission Decision 2011/833/EU).",
    "credit": "Source: Eurostat (Comext)",
    "unit": "euros; quantities in kilograms",
}
VALUATION = {"M": "CIF", "X": "FOB"}
KILOGRAMS = {
    "QUANTITY_IN_100KG": 100.0,
    "QUANTITY_100KG": 100.0,
    "QUANTITY_IN_KG": 1.0,
    "QUANTITY_KG": 1.0,
}
VALUES = ("VALUE_IN_EUROS", "VALUE_IN_EUR", "VALUE_EUR")
TOTAL_PROCEDURE = ("TOTAL", "T", "T-TOTAL")
NOT_A_VALUE = "another indicator than value and weight"


def received(
    raw: RawFile,
    said: Said,
    wanted: Wanted | None,
    table: pd.DataFrame,
    rows: int,
    parts: bool = False,
) -> Received:
    """Rows with text as Eurostat writes it as flows.

    table: reporter, partner, flow, product, period (text), value (number), flags, row, and, where
    the form has them, indicator, procedure, released, quantity (kg). parts: the file may give a
    cell in several rows, which add up.
    """
    said, notes = settled(said, raw.place), []
    codes = table["product"].map({text: product(text) for text in table["product"].unique()})
    if (codes == "").any():
        codes = codes.replace(
            "", _only_goods(raw, said, table.loc[codes == "", "product"].unique())
        )
    secret = codes.map({code: withheld(code) for code in codes.unique()})
    flows = cells.each(raw, table, "flow", flow).astype("str")
    table = table.assign(
        reporter=assemble.coded(table["reporter"]),
        partner=assemble.coded(table["partner"]),
        flow=flows,
        **cells.spans(raw, table, "period", period),
        product=codes.map({code: digits(code) for code in codes.unique()}).astype("str"),
        told=codes,
        status=table["flags"].map({flags: status(flags) for flags in table["flags"].unique()}),
        currency="EUR",
        valuation=flows.map(VALUATION).fillna("").astype("str"),
        released=table.get("released", ""),
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
        table = assemble.also_aside(
            table, BREAKDOWN, assemble.breakdown(table, "procedure", TOTAL_PROCEDURE)
        )
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
    hs = month.map({one: cells.hs_edition(one) for one in month.unique()})
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
    lonely = lonely.assign(
        quantity=kilograms.reindex(pd.MultiIndex.from_frame(lonely[key])).to_numpy()
    )
    lonely = lonely.assign(value=np.nan)
    held = pd.concat([valued, lonely, spare], ignore_index=True)
    weighed = held["quantity"].notna() & ~held["reason"].isin((NOT_A_VALUE, REPEAT, CONFLICT))
    return held.assign(unit=weighed.map({True: "kg", False: ""}))


def _unpublished(table: pd.DataFrame, empty: pd.Series) -> list[str]:
    """A sentence on months in which no cell holds a figure."""
    months = sorted(set(table["period_start"]) - set(table.loc[~empty, "period_start"]))
    return (
        [f"No cell holds a figure in {', '.join(months[:6])}: not published yet."] if months else []
    )


def _only_goods(raw: RawFile, said: Said, labels: Iterable[str]) -> str:
    """The goods of a file that gives a label instead of a code, if it is one label only."""
    labels = list(labels)
    if len(labels) > 1:
        raise TradecheckError(
            f"{raw.place} names its goods by labels without codes, such as {labels[0][:60]!r}; "
            "download it again with codes, or codes and labels."
        )
    return said.goods or NOT_STATED

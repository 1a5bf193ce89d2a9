"""The tidy table of flows: one row a statement of trade, in one schema, whatever the publisher."""

import re

import numpy as np
import pandas as pd

from tradecheck.errors import TradecheckError

COLUMNS = {
    "reporter": "who reports: ISO 3166 alpha-3, or a group's name",
    "partner": "with whom: ISO 3166 alpha-3, or a group's name",
    "flow": "X exports, M imports, RX re-exports, RM re-imports",
    "period_start": "first month, such as 2024-07",
    "period_end": "last month; the same for a monthly figure",
    "product": "customs code as text, two to ten digits; TOTAL for all goods; a list's name for its total",
    "edition": "nomenclature of the code",
    "value_lo": "smallest value that the published figure stands for, units of currency; missing if unknown",
    "value": "value as published, units of currency (not thousands or millions); missing if withheld",
    "value_hi": "largest value that the published figure stands for; missing if unknown",
    "currency": "ISO 4217",
    "quantity": "quantity as published; missing if none",
    "unit": "unit of the quantity",
    "valuation": "FOB, CIF, FAS, customs value or not stated",
    "status": "final, provisional or confidential",
    "source": "raw file (its name in data/raw)",
    "row": "line in the raw file, counting its first line as 1",
    "released": "vintage: the day of release; empty if unknown",
}
TEXT = (
    "reporter", "partner", "flow", "period_start", "period_end", "product", "edition", "currency",
    "unit", "valuation", "status", "source", "released",
)  # fmt: skip
TOTAL = "TOTAL"
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
STATUSES = ("final", "provisional", "confidential")
KEY = [
    "reporter",
    "partner",
    "flow",
    "period_start",
    "period_end",
    "product",
    "currency",
    "released",
]


def made(table: pd.DataFrame) -> pd.DataFrame:
    """A table that holds the columns of `COLUMNS` in any order, typed, in the order of the schema."""
    missing = sorted(set(COLUMNS) - set(table.columns))
    if missing:
        raise TradecheckError(f"The flows lack the columns {', '.join(missing)}.")
    table = table[list(COLUMNS)]
    types = {name: "str" for name in TEXT} | {
        name: "float64" for name in ("value_lo", "value", "value_hi", "quantity")
    }
    return table.astype(types | {"row": "int64"}).reset_index(drop=True)


RULES = (  # of each row; the sentence ends "…, which no row may"
    ("has a flow other than X, M, RX or RM", lambda t: ~t["flow"].isin(["X", "M", "RX", "RM"])),
    (
        "begins or ends in no month",
        lambda t: ~_months(t["period_start"]) | ~_months(t["period_end"]),
    ),
    ("ends before it begins", lambda t: t["period_end"] < t["period_start"]),
    ("has a smallest value above its value", lambda t: t["value_lo"] > t["value"] + SLACK),
    ("has a largest value below its value", lambda t: t["value_hi"] < t["value"] - SLACK),
    ("has an infinite value", lambda t: np.isinf(t["value"])),
    ("names no reporter or partner", lambda t: (t["reporter"] == "") | (t["partner"] == "")),
    ("has no product", lambda t: t["product"] == ""),
    ("has a status of its own", lambda t: ~t["status"].isin(STATUSES)),
)
SLACK = 1e-3  # units of currency: what adding up in another order may change


def check(table: pd.DataFrame) -> pd.DataFrame:
    """The table, after every row kept the rules of the schema; the first that does not is named."""
    for words, broken in RULES:
        found = np.flatnonzero(np.asarray(broken(table), dtype=bool))
        if len(found):
            row = table.iloc[found[0]]
            raise TradecheckError(
                f"data/raw/{row['source']}, line {row['row']}, {words}, which no row may. The module "
                "that reads this format let it through."
            )
    return table


def _months(column: pd.Series) -> pd.Series:
    distinct = {text: bool(MONTH.fullmatch(text)) for text in column.unique()}
    return column.map(distinct).astype("bool")  # of no rows, too

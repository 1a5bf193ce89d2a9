"""The tidy table of flows: one row a statement of trade, in one schema, whatever the publisher."""

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
STATUSES = ("final", "provisional", "confidential")
KEY = ["reporter", "partner", "flow", "period_start", "period_end", "product", "currency", "released"]


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

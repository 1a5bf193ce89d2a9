"""What others wrote: figures that they gave, and how re-reports worded a story."""

import pandas as pd

from tradecheck.data.sources.lists import TABLE, figures, read_listing
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

__all__ = ["figures", "rereports"]


def rereports(project: Project, name: str) -> pd.DataFrame:
    """Coded re-reports in the table's order: a column `id`, and any others; "" for an empty cell.

    A column whose cells are all numbers or empty is numbers, missing where it is empty.
    """
    table = read_listing(project, name, TABLE.name)
    if "id" not in table or table["id"].duplicated().any():
        raise TradecheckError(
            f"data/raw/{name}: re-reports need a column id that names each of them once; correct "
            "the table."
        )
    for column in table.columns.drop("id"):
        filled = table[column].str.strip() != ""
        found = pd.to_numeric(table[column].where(filled), errors="coerce")
        if filled.any() and found[filled].notna().all():
            table[column] = found.astype("float64")
    return table

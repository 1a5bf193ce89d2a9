"""What the tables of a study cover: table by table, and period by period."""

import pandas as pd

from tradecheck.data.clean import trade_tables
from tradecheck.data.flows import TOTAL
from tradecheck.data.tables import Tables
from tradecheck.study.study import Study


def coverage(study: Study, tables: Tables) -> pd.DataFrame:
    """One row a table of trade that the study names, in its order: what it holds of the corridor.

    Columns: source, rows, reporters, partners, codes (how many of each), totals (true where it gives
    all goods, or a group of goods, as one figure), first, last (months; empty without a row), monthly
    (true where a row is a single month), released (the last release; empty if unknown).
    """
    found = []
    for source in trade_tables(study):
        rows = tables.flows[tables.flows["source"] == source]
        products = rows["product"].drop_duplicates()
        is_code = products.str.isdigit().astype(bool)
        found.append(
            {
                "source": source,
                "rows": len(rows),
                "reporters": rows["reporter"].nunique(),
                "partners": rows["partner"].nunique(),
                "codes": int(is_code.sum()),
                "totals": bool((~is_code).any()),
                "first": rows["period_start"].min() if len(rows) else "",
                "last": rows["period_end"].max() if len(rows) else "",
                "monthly": bool((rows["period_start"] == rows["period_end"]).any()),
                "released": rows["released"].max() if len(rows) else "",
            }
        )
    columns = [
        "source",
        "rows",
        "reporters",
        "partners",
        "codes",
        "totals",
        "first",
        "last",
        "monthly",
        "released",
    ]
    return pd.DataFrame(found, columns=columns)


def periods(study: Study, tables: Tables) -> pd.DataFrame:
    """One row a table and period: source, period_start, period_end, rows, codes (with a row),
    provisional (true where a row of it is); tables in the study's order, periods in theirs."""
    key = ["source", "period_start", "period_end"]
    flows = tables.flows
    sums = flows.groupby(key, sort=True).agg(
        rows=("row", "size"), provisional=("status", lambda held: (held == "provisional").any())
    )
    codes = flows[flows["product"] != TOTAL].groupby(key)["product"].nunique()
    sums["codes"] = codes.reindex(sums.index, fill_value=0)
    table = sums.reset_index()
    order = {source: place for place, source in enumerate(trade_tables(study))}
    return table.sort_values(
        "source", key=lambda names: names.map(order), kind="stable", ignore_index=True
    )

"""What the tables of a study cover, and what is missing from them."""

import pandas as pd

from tradecheck.data.tables import Tables
from tradecheck.study.periods import month_range
from tradecheck.study.study import Study


def coverage(study: Study, tables: Tables) -> pd.DataFrame:
    """One row a table of trade: what it holds of the study's corridor, and which months it lacks.

    Columns: source, rows, reporters, partners, codes (how many of each), first, last (months),
    missing (months of the study between first and last, and of those shown, without a row; text with
    commas), released (the last release), blank (values that are withheld or not given).
    """
    found = []
    for source, rows in tables.flows.groupby("source", sort=True):
        held = set()
        for first, last in rows[["period_start", "period_end"]].drop_duplicates().itertuples(index=False):
            held.update(month_range(first, last))
        own = rows[rows["period_start"] == rows["period_end"]]
        wanted = set(study.shown) if len(own) else set()
        found.append(
            {
                "source": source,
                "rows": len(rows),
                "reporters": rows["reporter"].nunique(),
                "partners": rows["partner"].nunique(),
                "codes": rows.loc[rows["product"].str.isdigit(), "product"].nunique(),
                "first": rows["period_start"].min(),
                "last": rows["period_end"].max(),
                "missing": ", ".join(sorted(wanted - held)),
                "released": rows["released"].max(),
                "blank": int(rows["value"].isna().sum()),
            }
        )
    return pd.DataFrame(found)


def codes_without_rows(study: Study, tables: Tables) -> list[str]:
    """Codes of the study's goods that no table holds a row of, sorted."""
    if study.goods.list:
        asked = tables.read_list(study.goods.list, study.goods.where) | set(study.goods.codes)
    else:
        asked = set(study.goods.codes)
    held = set(tables.flows["product"])
    prefixes = {code[:length] for code in held for length in range(2, len(code) + 1)}
    return sorted(code for code in asked if code not in prefixes)


def revisions(tables: Tables) -> pd.DataFrame:
    """Where two releases hold one figure: by how much the later one differs.

    Columns: reporter, partner, product, month, earlier, later (days of release), before, after (units
    of currency), change (fraction); the largest change in value first.
    """
    key = ["reporter", "partner", "flow", "product", "currency", "period_start", "period_end"]
    rows = tables.flows[tables.flows["released"] != ""]
    sums = rows.groupby([*key, "released"], sort=True)["value"].sum(min_count=1).reset_index()
    pairs = sums[sums.duplicated(key, keep=False)]
    first, last = (pairs.groupby(key, sort=True).nth(place).set_index(key) for place in (0, -1))
    table = first.join(last, lsuffix="_1", rsuffix="_2").reset_index()
    table = table.rename(
        columns={
            "period_start": "month", "released_1": "earlier", "released_2": "later", "value_1": "before",
            "value_2": "after",
        }
    )  # fmt: skip
    table["change"] = table["after"] / table["before"].where(table["before"] > 0) - 1
    order = (table["after"] - table["before"]).abs().sort_values(ascending=False, kind="stable").index
    columns = ["reporter", "partner", "product", "month", "earlier", "later", "before", "after", "change"]
    return table.loc[order, columns].reset_index(drop=True)


def revised_months(table: pd.DataFrame) -> pd.DataFrame:
    """Revisions added up by month: month, before, after, change; of the cells in both releases."""
    sums = table.groupby("month")[["before", "after"]].sum()
    return sums.assign(change=sums["after"] / sums["before"] - 1).reset_index()

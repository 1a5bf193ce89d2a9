"""Where two releases hold one figure: by how much the later one differs."""

from collections.abc import Iterable

import pandas as pd

from tradecheck.data.flows import TOTAL
from tradecheck.data.tables import Tables
from tradecheck.study import areas
from tradecheck.study.study import Study

CELL = ["reporter", "partner", "flow", "product", "currency", "period_start", "period_end"]
COLUMNS = [
    "reporter",
    "partner",
    "product",
    "currency",
    "month",
    "earlier",
    "later",
    "before",
    "after",
]


def revisions(tables: Tables) -> pd.DataFrame:
    """Every cell that two releases or more hold, in the first of them and in the last.

    Columns: reporter, partner, product, currency, month (the period's last), earlier, later (days of
    release), before, after (units of currency); a cell with a value withheld is left out.
    """
    flows = _one_side(tables)
    rows = flows[(flows["released"] != "") & flows["value"].notna()]
    goods = rows[["product", "released"]].drop_duplicates()
    twice = goods.loc[
        goods["product"].duplicated(), "product"
    ]  # most goods stand in one release only
    rows = rows[rows["product"].isin(twice)]
    sums = rows.groupby([*CELL, "released"], sort=True)["value"].sum().reset_index()
    pairs = sums[sums.duplicated(CELL, keep=False)]
    first, last = (pairs.groupby(CELL, sort=True).nth(place) for place in (0, -1))
    table = first.merge(last, on=CELL, suffixes=("_first", "_last"))
    named = {
        "period_end": "month", "released_first": "earlier", "released_last": "later",
        "value_first": "before", "value_last": "after",
    }  # fmt: skip
    return table.rename(columns=named)[COLUMNS]


def own_revisions(study: Study, tables: Tables) -> pd.DataFrame:
    """The revisions of the study's own corridor: each reporter and partner once.

    A group's own row stands for its members; all goods, groups of goods and single codes are not
    mixed: the widest that two releases hold are taken. Columns: partner, product, currency, month,
    earlier, later, before, after, unreported (part of `after` that reporters hold who had not
    reported the month in the earlier release).
    """
    table = revisions(tables)
    table = table[table["partner"].isin(_own(table["partner"], study.partner, study.partners()))]
    breadth = table["product"].map(_breadth)
    table = table[breadth == breadth.min()]
    late = _unreported(table, tables)
    table = table[
        table["reporter"].isin(_own(table["reporter"], study.reporter, study.reporters()))
    ]
    key = ["partner", "product", "currency", "month", "earlier", "later"]
    sums = table.groupby(key, sort=True)[["before", "after"]].sum().reset_index()
    found = sums.merge(late, on=["partner", "product", "currency", "month"], how="left")
    return found.assign(unreported=found["unreported"].fillna(0.0))


def by_month(table: pd.DataFrame) -> pd.DataFrame:
    """Revisions added up by month: month, before, after, unreported, change (fraction)."""
    return _summed(table, "month")


def by_partner(table: pd.DataFrame, month: str) -> pd.DataFrame:
    """The revisions of one month by partner: partner, before, after, unreported, change (fraction)."""
    return _summed(table[table["month"] == month], "partner")


def late_reporters(own: pd.DataFrame, tables: Tables, month: str) -> list[str]:
    """The reporters (codes) whom the earlier release lacks in a month that it holds of others."""
    rows = _late_rows(own[own["month"] == month], tables)
    return sorted(rows["reporter"].unique())


def _summed(table: pd.DataFrame, key: str) -> pd.DataFrame:
    sums = table.groupby(key, sort=True)[["before", "after", "unreported"]].sum()
    change = sums["after"] / sums["before"].where(sums["before"] > 0) - 1
    return sums.assign(change=change).reset_index()


def _own(held: pd.Series, name: str, members: Iterable[str]) -> set[str]:
    """The name's own rows where the table has them, else those of its members."""
    label = areas.group_of(name) or name
    return {label} if label in set(held) else set(members)


def _breadth(product: str) -> int:
    """All goods first, then groups of goods, then codes, short ones first."""
    if product.isdigit():
        return len(product)
    return 0 if product == TOTAL else 1


def _one_side(tables: Tables) -> pd.DataFrame:
    """The rows of the reporter's own tables, or of a mirror that stands alone: what two sides report
    are not two releases."""
    mirror = tables.flows["source"].isin(sorted(tables.mirrors))
    return tables.flows if mirror.all() else tables.flows[~mirror]


def _late_rows(table: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Rows of the later release whose reporter had not reported the month in the earlier one."""
    flows = _one_side(tables)
    earlier, later = table["earlier"].min(), table["later"].max()
    first = flows.loc[flows["released"] == earlier, "source"].unique()
    published = tables.published[tables.published["source"].isin(first)]
    reported = set(zip(published["reporter"], published["month"]))
    rows = flows[
        (flows["released"] == later)
        & flows["product"].isin(table["product"].unique())
        & flows["partner"].isin(table["partner"].unique())
        & flows["period_end"].isin(table["month"].unique())
        & flows["reporter"].isin(published["reporter"].unique())
    ]
    late = [pair not in reported for pair in zip(rows["reporter"], rows["period_end"])]
    return rows[pd.Series(late, index=rows.index, dtype="bool")]


def _unreported(table: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """What the later release holds of reporters who had not reported the month in the earlier one."""
    named = {"period_end": "month", "value": "unreported"}
    rows = _late_rows(table, tables).rename(columns=named)
    return (
        rows.groupby(["partner", "product", "currency", "month"])["unreported"].sum().reset_index()
    )

"""Values found by a column of the study's list of goods, such as its groups, and by period."""

import pandas as pd

from tradecheck.data.sources.lists import goods_list
from tradecheck.figures.amounts import period_label
from tradecheck.figures.measured import Measured
from tradecheck.show.exhibits import Column, Table
from tradecheck.study.project import Project


def by_column(project: Project, words: Measured, column: str, picked: str = "") -> Table:
    """Totals by a column of the study's list of goods (its groups) and period, as published.

    Where there are longer periods, single months are left out. A group `picked` out has a row of its own and is taken out of the others.
    """
    study, evidence = words.study, words.evidence
    listed = goods_list(project, study.goods.list).set_index("code")[column]
    apart = evidence.corridor.goods.parts(picked) if picked else frozenset()
    flows = evidence.own_flows
    rows = flows[(flows["currency"] == evidence.currency) & flows["product"].isin(listed.index)]
    longer = rows["period_start"] < rows["period_end"]
    rows = rows[longer] if longer.any() else rows  # months beside years would be counted twice
    label = {code: evidence.corridor.goods_label(code) for code in rows["product"].unique()}
    group = [picked if label[code] in apart else listed[code] for code in rows["product"]]
    sums = rows.groupby([pd.Series(group, index=rows.index), "period_start", "period_end"])[
        "value"
    ].sum()
    table = (sums / evidence.scale).unstack(["period_start", "period_end"], fill_value=0.0)
    names = [*sorted(set(table.index) - {picked}), *([picked] if picked in table.index else [])]
    periods = sorted(table.columns)
    columns = [Column("group", column.capitalize())] + [
        Column(first, period_label(first, last), "right") for first, last in periods
    ]
    cells = [_row(words, name, periods, table.loc[name]) for name in names]
    cells.append(_row(words, "all", periods, table.sum()))
    return Table(
        f"by-{column.replace('_', '-')}", f"Values found, by {column.replace('_', ' ')}, {words.money.label}",
        columns, cells, note="Each value is a lower limit: lines may be missing." if _floors(words) else "",
        layout="compact",
    )  # fmt: skip


def _row(
    words: Measured, name: str, periods: list[tuple[str, str]], values: pd.Series
) -> dict[str, str]:
    return {"group": name} | {
        first: words.money.bare(values[first, last], 2) for first, last in periods
    }


def _floors(words: Measured) -> bool:
    return any(entry.floors for entry in words.study.of_kind("totals"))

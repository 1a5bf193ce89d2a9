"""Totals of longer periods as the evidence has them: a lower limit, and an upper one where it is known."""

from collections.abc import Iterable
from math import inf

import pandas as pd

from tradecheck.bounds.totals import Total, by_period, closed_atoms, totals_of
from tradecheck.data.sources.lists import goods_list
from tradecheck.figures.amounts import period_label
from tradecheck.figures.measured import Measured
from tradecheck.show.exhibits import Column, Table
from tradecheck.study.measures import Quantity
from tradecheck.study.periods import Period
from tradecheck.study.project import Project


def period_totals(words: Measured, goods: str | None = None, picked: str = "") -> pd.DataFrame:
    """Every period that the study's totals hold, in order, for `figures.years.totals`.

    Columns label, first, last (months), lo, hi (infinite where no limit is known) and, for a group
    `picked` out, part_lo and part_hi, all in the report's unit.
    """
    own = goods or words.study.goods_name
    rows = []
    for entry in words.study.of_kind("totals"):
        held = totals_of(
            words.study, words.evidence.tables, words.evidence.corridor, entry.totals,
            words.evidence.currency, words.evidence.scale,
        )  # fmt: skip
        closed = closed_atoms(words.evidence.corridor, entry.complete)
        for period, totals in sorted(by_period(held).items()):
            row = {"label": period_label(*period), "first": period.first, "last": period.last}
            for name, ends in ((own, ("lo", "hi")), (picked, ("part_lo", "part_hi"))):
                if name:
                    row |= dict(zip(ends, _ends(words, name, period, totals, entry.floors, closed)))
            rows.append(row)
    return pd.DataFrame(rows)


def by_column(project: Project, words: Measured, column: str, picked: str = "") -> Table:
    """Totals by a column of the study's list of goods (its groups) and period, as published.

    A group `picked` out has a row of its own and is taken out of the others.
    """
    study, evidence = words.study, words.evidence
    listed = goods_list(project, study.goods.list).set_index("code")[column]
    apart = evidence.corridor.goods.parts(picked) if picked else frozenset()
    flows = evidence.tables.flows
    rows = flows[(flows["currency"] == evidence.currency) & flows["product"].isin(listed.index)]
    label = {code: evidence.corridor.goods_label(code) for code in rows["product"].unique()}
    group = [picked if label[code] in apart else listed[code] for code in rows["product"]]
    sums = rows.groupby([pd.Series(group, index=rows.index), "period_start", "period_end"])["value"].sum()
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


def _ends(
    words: Measured, goods: str, period: Period, totals: Iterable[Total], floors: bool, closed: set[str]
) -> tuple[float, float]:
    """What the lines held add up to; what else the evidence knows of the period narrows it."""
    own = words.evidence.corridor.goods.parts(goods)
    held = [total for total in totals if total.goods in own]
    lo = sum(total.lo for total in held)
    hi = sum(total.hi for total in held) if not floors or own <= closed else inf
    if set(period.months) <= words.evidence.names.months:
        known = words.total(Quantity(months=str(period), goods=goods), words.evidence.taken())
        return max(lo, known[0]), min(hi, known[1])
    return lo, hi


def _row(words: Measured, name: str, periods: list[tuple[str, str]], values: pd.Series) -> dict[str, str]:
    return {"group": name} | {first: words.money.bare(values[first, last], 2) for first, last in periods}


def _floors(words: Measured) -> bool:
    return any(entry.floors for entry in words.study.of_kind("totals"))

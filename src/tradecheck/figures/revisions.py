"""How far a later release moved the figures of an earlier one, for any study that holds two."""

from dataclasses import dataclass
from math import isfinite

import pandas as pd

from tradecheck.data.revisions import by_month, by_partner, late_reporters, own_revisions
from tradecheck.data.tables import Tables
from tradecheck.figures.amounts import counted, first_upper
from tradecheck.figures.missing import unit_scale
from tradecheck.figures.time_axis import time_axis
from tradecheck.show.charts import NARROW, PALETTE, SMALL_TEXT, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, decimals, hover, round_steps
from tradecheck.show.charts.labels import Line
from tradecheck.show.exhibits import Column, Figure, Table
from tradecheck.show.prose import Prose, date_name, listing, month_name, period_name
from tradecheck.show.units import Unit, money, percent
from tradecheck.study import areas
from tradecheck.study.periods import month_range
from tradecheck.study.study import Study

SMALL = 0.001  # of a month's value: a revision below it says nothing
FLAT = 0.01  # the scale of a chart on which nothing moved by more


def revisions(study: Study, tables: Tables) -> list[Prose | Figure | Table]:
    """What changed between two releases, in a heading, a sentence, a chart and a table; or nothing."""
    own = own_revisions(study, tables)
    if own.empty:
        return []
    months = by_month(own)
    worst = months.loc[months["change"].abs().idxmax()]
    partners = by_partner(own, worst["month"])
    shown: list[Prose | Figure | Table] = [
        Prose("## What changed between releases"),
        _words(tables, own, months),
    ]
    shown.append(_figure(study, tables, own, months))
    if abs(worst["change"]) >= SMALL:
        shown.append(_table(study, own, worst, partners))
    return shown


def _words(tables: Tables, own: pd.DataFrame, months: pd.DataFrame) -> Prose:
    earlier, later = date_name(own["earlier"].min()), date_name(own["later"].max())
    moved = months[months["change"].abs() >= SMALL]
    rest = months.drop(moved.index)
    text = (
        f"Two releases hold {_goods(own)}, those of {earlier} and of {later}, for {_partners(own)}, "
        f"{period_name(months['month'].min(), months['month'].max())}. "
    )
    if moved.empty:
        return Prose(f"{text}No month moved by as much as {percent(SMALL)}.")
    worst = moved.loc[moved["change"].abs().idxmax()]
    text += f"{month_name(worst['month'])} moved most, by **{percent.signed(worst['change'])}**."
    if worst["unreported"] > 0:
        without = (worst["after"] - worst["unreported"]) / worst["before"] - 1
        late = listing(
            [areas.name_of(code) for code in late_reporters(own, tables, worst["month"])]
        )
        text += (
            f" It is {percent.signed(without)} without those who had not yet reported the month in the earlier "
            f"release ({late})."
        )
    others = moved.drop(worst.name)
    if len(others):
        ends = list(
            dict.fromkeys(
                map(percent.signed, sorted([others["change"].min(), others["change"].max()]))
            )
        )
        text += f" {first_upper(counted(len(others), 'other month'))} moved by {' to '.join(ends)}."
    if len(rest):
        text += f" {first_upper(counted(len(rest), 'month'))} moved by less than {percent(SMALL)}."
    return Prose(text)


def _figure(study: Study, tables: Tables, own: pd.DataFrame, months: pd.DataFrame) -> Figure:
    chart = _Chart(months.set_index("month")["change"])
    worst = months.loc[months["change"].abs().idxmax()]
    small = months["change"].abs().max() < SMALL
    title = (
        f"No month moved by {percent(SMALL)} or more"
        if small
        else f"{month_name(worst['month'])} was revised most, by {percent.signed(worst['change'])}"
    )
    span = period_name(months["month"].min(), months["month"].max())
    what = f"{study.flow.capitalize()} of {_goods(own)}, {study.display(study.reporter)} to {_partners(own)}"
    wide, narrow = draw("revisions", chart.paint, heights=(190, 190))
    unit = _unit(study, own)
    columns = [
        Column("month", "Month"),
        Column("before", "Earlier", "right"),
        Column("after", "Later", "right"),
        Column("change", "Change", "right"),
    ]
    rows = [
        {
            "month": month_name(row.month),
            "before": unit.bare(row.before / unit_scale(study)),
            "after": unit.bare(row.after / unit_scale(study)),
            "change": percent.signed(row.change, 2) if isfinite(row.change) else "–",
        }
        for row in months.itertuples()
    ]
    publishers = {tables.cards[name].publisher for name in tables.flows["source"].unique()}
    return Figure(
        name="revisions",
        title=title,
        subtitle=f"{what}, by month, {span}: the later release less the earlier, of the earlier",
        unit="per cent",
        source=listing(sorted(publishers)),
        alt=(
            f"Bar chart of observed revisions by month, {span}, in per cent of the earlier release. {title}; "
            f"the smallest is {percent.signed(months['change'].min(), 2)}, the largest "
            f"{percent.signed(months['change'].max(), 2)}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["observed"],
        data=Table(
            "revisions-data", f"The two releases, {unit.label}", columns, rows, layout="compact"
        ),
        notes="Only partners and goods that both releases hold. Point at a month for its change.",
        extent=counted(len(months), "month") if len(months) < 13 else f"{len(months)} months",
    )


def _table(study: Study, own: pd.DataFrame, worst: pd.Series, partners: pd.DataFrame) -> Table:
    """The month that was revised most, by partner."""
    unit, late = _unit(study, own), partners["unreported"].gt(0).any()
    columns = [
        Column("partner", "Partner"),
        Column("before", "Earlier", "right"),
        Column("after", "Later", "right"),
        Column("change", "Change", "right"),
    ]
    if late:
        columns.append(Column("without", "Without late reporters", "right"))
    rows = []
    for row in partners.itertuples():
        cells = {
            "partner": areas.name_of(row.partner),
            "before": unit.bare(row.before / unit_scale(study)),
            "after": unit.bare(row.after / unit_scale(study)),
            "change": percent.signed(row.change) if isfinite(row.change) else "–",
        }
        if late:
            base = row.before
            cells["without"] = (
                percent.signed((row.after - row.unreported) / base - 1) if base else "–"
            )
        rows.append(cells)
    note = (
        "Late reporters: those without any row for the month in the earlier release."
        if late
        else ""
    )
    return Table(
        "revised", f"{month_name(worst['month'])} in the two releases, {unit.label}", columns, rows,
        note=note,
    )  # fmt: skip


@dataclass(frozen=True)
class _Chart:
    """Changes by month, as fractions."""

    change: pd.Series

    def paint(self, figure, wide: bool) -> None:
        months = month_range(self.change.index[0], self.change.index[-1])
        values = self.change.reindex(months)
        low, high = min(0.0, values.min()), max(0.0, values.max())
        if high - low < FLAT:
            high = low + FLAT
        steps = round_steps(low * 100, high * 100)
        places = decimals(steps[1] - steps[0]) if len(steps) > 1 else 0
        labels = [f"{step:+.{places}f} %" if step else "0" for step in steps]
        left = max(Line(label, size=SMALL_TEXT).width for label in labels) + 10
        box = Box(left, 46, WIDE - 1 if wide else NARROW - 1, 182)
        frame = Frame(box, (-0.5, len(months) - 0.5), (low * 100 * 1.05, high * 100 * 1.05))
        axes = frame.axes(figure)
        for step, label in zip(steps, labels, strict=True):
            axes.axhline(step, color=PALETTE["grid" if step else "ink"], linewidth=1, zorder=0.5)
            axes.text(
                -0.5 - 8 / frame.step, step, label,
                ha="right", va="center", color=PALETTE["muted"], fontsize=SMALL_TEXT,
            )  # fmt: skip
        axes.bar(range(len(months)), values * 100, width=0.74, color=PALETTE["accent"], linewidth=0)
        time_axis(months, frame.step, SMALL_TEXT if wide else TEXT[False]).draw(axes, frame)
        for place, (month, value) in enumerate(values.items()):
            told = percent.signed(value, 2) if isfinite(value) else "not in both releases"
            hover(axes, f"{month_name(month)}: {told}", (place - 0.5, place + 0.5))


def _goods(own: pd.DataFrame) -> str:
    product = own["product"].iloc[0]
    if product == "TOTAL":
        return "all goods"
    return f"{own['product'].nunique():,} codes" if product.isdigit() else product


def _partners(own: pd.DataFrame) -> str:
    return listing([areas.name_of(code) for code in own["partner"].unique()])


def _unit(study: Study, own: pd.DataFrame) -> Unit:
    return money(own["currency"].iloc[0], unit_scale(study))

"""Which months each table of a study covers, as one map: tables downwards, months across."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.patches import Rectangle

from tradecheck.data.coverage import periods
from tradecheck.data.gaps import months_unobserved
from tradecheck.data.tables import Tables
from tradecheck.figures.amounts import counted, month_list
from tradecheck.figures.sentences import whole_alt
from tradecheck.figures.time_axis import time_axis
from tradecheck.show.charts import NARROW, PALETTE, SMALL_TEXT, TEXT, WIDE, area_style, draw
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import BELOW, LEADING, Line, Placed, Spot, shortened
from tradecheck.show.exhibits import Column, Figure, Row, Table
from tradecheck.show.prose import listing, period_name
from tradecheck.show.units import count
from tradecheck.study.periods import following, month_range
from tradecheck.study.study import Study

BAR, GAP = 18, 14  # the height of a table's strip, and what is free below it
SIDE = 14  # at the left and right, for the names of the first and last month
DASHES = (0, (2.7, 2))


def coverage_map(study: Study, tables: Tables) -> list[Figure]:
    """Each table's months or longer periods, gaps left open; nothing without a row."""
    held = periods(study, tables)
    if held.empty:
        return []
    chart = _Map.of(study, held)
    wide, narrow = draw("coverage", chart.paint, (chart.height(True), chart.height(False)))
    single = (held["period_start"] == held["period_end"]).any()
    longer = (held["period_start"] != held["period_end"]).any()
    grades = [grade for grade, is_held in (("observed", single), ("bounded", longer)) if is_held]
    lacking = months_unobserved(study, tables)
    sources = list(dict.fromkeys(held["source"]))
    publishers = list(dict.fromkeys(tables.cards[name].publisher for name in sources))
    told = [
        f"{name}: {period_name(rows['period_start'].min(), rows['period_end'].max())}"
        for name, rows in held.groupby("source", sort=False)
    ]
    shown = period_name(study.shown[0], study.shown[-1])
    alt = (
        f"Map of {counted(len(sources), 'table')} by month; {' and '.join(grades)}. The months shown are {shown}. "
        f"{'; '.join(told)}. {chart.title(lacking)}."
    )
    return [
        Figure(
            name="coverage",
            title=chart.title(lacking),
            subtitle=f"What the tables cover, by month; grey: the months shown, {shown}",
            unit="months",
            source=listing(publishers),
            alt=whole_alt(alt),
            wide=wide,
            narrow=narrow,
            grades=grades,
            data=_table(held),
            notes=_notes(held),
            extent=counted(len(held), "row"),
        )
    ]


@dataclass(frozen=True)
class _Map:
    """The periods of each table, and where they stand in a drawing of either size."""

    held: pd.DataFrame
    months: list[str]
    shown: tuple[str, ...]

    @classmethod
    def of(cls, study: Study, held: pd.DataFrame) -> "_Map":
        first = min(held["period_start"].min(), study.shown[0])
        last = max(held["period_end"].max(), study.shown[-1])
        return cls(held, month_range(first, last), study.shown)

    @property
    def rows(self) -> list[tuple[str, pd.DataFrame]]:
        return [(name, rows) for name, rows in self.held.groupby("source", sort=False)]

    def title(self, lacking: list[str]) -> str:
        if not lacking:
            return "Every month shown has a figure of its own"
        if len(lacking) == len(self.shown):
            return "No month shown has a figure of its own, only longer periods do"
        words = f"No figure of its own: {month_list(lacking)}"
        return (
            words
            if len(words.split()) <= 15
            else f"{count(len(lacking))} of {count(len(self.shown))} months have no figure"
        )

    def _row(self, wide: bool) -> float:
        return LEADING * TEXT[wide] + 8 + BAR + GAP

    def height(self, wide: bool) -> float:
        return len(self.rows) * self._row(wide) + 44

    def paint(self, figure, wide: bool) -> None:
        across, top = (WIDE if wide else NARROW), self.height(wide)
        box = Box(SIDE, 44, across - SIDE, top)
        frame = Frame(box, (-0.5, len(self.months) - 0.5), (0.0, box.top - box.bottom))
        axes = frame.axes(figure)
        place = {month: number for number, month in enumerate(self.months)}
        start, end = place[self.shown[0]] - 0.5, place[self.shown[-1]] + 0.5
        axes.add_artist(
            Rectangle(
                (start, 0), end - start, frame.y[1], facecolor=PALETTE["wash"], edgecolor="none"
            )
        )
        time_axis(self.months, frame.step, SMALL_TEXT).draw(axes, frame)
        for number, (name, rows) in enumerate(self.rows):
            floor = frame.y[1] - (number + 1) * self._row(wide) + GAP
            line = Line(shortened(name, across - 2 * SIDE, TEXT[wide]), size=TEXT[wide])
            foot = box.bottom + floor + BAR + 6 - BELOW * TEXT[wide]
            Placed([line], Spot(box.left, foot)).draw(figure)
            for row in rows.itertuples():
                self._period(axes, place, row, floor)

    def _period(self, axes, place: dict[str, int], row, floor: float) -> None:
        left, right = place[row.period_start] - 0.5, place[row.period_end] + 0.5
        inset = 0.1 if row.period_start == row.period_end else 0.2
        if row.period_start != row.period_end:
            look = area_style("bounded") | {"hatch": ""}
        elif row.provisional:
            look = {
                "facecolor": PALETTE["wash"],
                "edgecolor": PALETTE["accent"],
                "linestyle": DASHES,
            }
        else:
            look = {"facecolor": PALETTE["accent"], "edgecolor": "none"}
        mark = Rectangle(
            (left + inset, floor), right - left - 2 * inset, BAR, clip_on=False, **look
        )
        axes.add_artist(mark)
        hover(axes, f"{row.source}, {_words(row)}", (left, right), (floor, floor + BAR))


def _words(row) -> str:
    what = counted(row.rows, "figure") if row.rows < 13 else f"{count(row.rows)} figures"
    codes = f" of {count(row.codes)} codes" if row.codes else ""
    provisional = ", provisional" if row.provisional else ""
    return f"{period_name(row.period_start, row.period_end)}: {what}{codes}{provisional}"


def _notes(held: pd.DataFrame) -> str:
    parts = []
    if (held["period_start"] == held["period_end"]).any():
        parts.append("Filled: a month.")
    if held["provisional"].any():
        parts.append("Dashed: provisional.")
    if (held["period_start"] != held["period_end"]).any():
        parts.append("Outlined: one figure for the whole period.")
    parts.append("A gap: no row. Point at a mark for the number of figures.")
    return " ".join(parts)


def _table(held: pd.DataFrame) -> Table:
    """Runs of periods of one length as one row, so that months do not fill the page."""
    columns = [
        Column("span", "Months"),
        Column("each", "Each figure is of"),
        Column("rows", "Figures", "right"),
        Column("codes", "Codes with a row", "right"),
    ]
    rows = [
        Row(
            {
                "span": period_name(run["period_start"].iloc[0], run["period_end"].iloc[-1]),
                "each": _length(run.iloc[0]),
                "rows": count(run["rows"].sum()),
                "codes": _least_most(run["codes"]),
            },
            group=source,
        )
        for source, table in held.groupby("source", sort=False)
        for _, run in table.groupby(_run_numbers(table))
    ]
    return Table("coverage-data", "What the tables cover", columns, rows)


def _run_numbers(table: pd.DataFrame) -> pd.Series:
    """The same number for periods of one length and status that follow each other."""
    before = table.shift()
    follows = [
        start == following(end) if isinstance(end, str) else False
        for start, end in zip(table["period_start"], before["period_end"])
    ]
    lengths = [_length(row) for row in table.itertuples()]
    alike = [n > 0 and lengths[n] == lengths[n - 1] for n in range(len(lengths))]
    same = table["provisional"].eq(before["provisional"])
    breaks = [not (one and other and third) for one, other, third in zip(follows, alike, same)]
    return pd.Series(breaks, index=table.index).cumsum()


def _length(row) -> str:
    months = len(month_range(row.period_start, row.period_end))
    if months == 1:
        return "one month, provisional" if row.provisional else "one month"
    return counted(months, "month")


def _least_most(codes: pd.Series) -> str:
    least, most = codes.min(), codes.max()
    if most == 0:
        return "totals only"
    return count(most) if least == most else f"{count(least)} to {count(most)}"

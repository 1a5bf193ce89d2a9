"""How often codes double, by corridor: now, and in ordinary half-years."""

from dataclasses import dataclass

import pandas as pd

from tradecheck.figures.screen.made import Screen, who
from tradecheck.figures.sentences import alt_text
from tradecheck.show.charts import NARROW, PALETTE, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import Line, Placed, Spot, height, in_lines
from tradecheck.show.exhibits import Column, Figure, Table
from tradecheck.show.prose import Prose, period_name
from tradecheck.show.units import count, number

PER = 1000
MOST_ROWS = 12
ROW, BELOW, KEY = 42, 8, 34
DOT = 7.0
NOW = "now"


def rates(screen: Screen, source: str | Prose) -> list[Figure]:
    """Of each corridor, how many of 1,000 series doubled: a dot now, rings in ordinary half-years.

    Empty where no corridor holds a series that could double.
    """
    table = rates_table(screen)
    if table.empty:
        return []
    picked = table.head(MOST_ROWS)
    chart = _Chart(picked, screen)
    wide, narrow = draw("rates", chart.paint, (chart.height(True), chart.height(False)))
    title = _title(table)
    now = period_name(*screen.half)
    told = [
        f"{row.name_}: {_whole(row.now)} now, {_span(row.usual)} in ordinary half-years."
        for row in picked.itertuples()
    ]
    rest = len(table) - len(picked)
    notes = f"{count(rest)} further corridors are in the table." if rest else ""
    figure = Figure(
        name="rates",
        title=title,
        subtitle=f"Series of codes that doubled, {now} and ordinary half-years",
        unit=f"of {count(PER)} series",
        source=source,
        alt=alt_text([f"Dots by corridor, of {count(PER)} series, observed.", *told], title),
        wide=wide,
        narrow=narrow,
        data=_data(table, screen),
        grades=["observed"],
        notes=Prose(notes),
        extent=f"{len(table)} corridors",
    )
    return [figure]


def rates_table(screen: Screen) -> pd.DataFrame:
    """By corridor, the highest rate first: reporter, partner, name_, eligible, now, usual (a list),
    rates of 1,000 eligible series that doubled."""
    held = screen.found.corridors
    rows = []
    for (reporter, partner), own in held.groupby(["reporter", "partner"]):
        rate = (PER * own["doubled"] / own["eligible"].where(own["eligible"] > 0)).droplevel(
            ["reporter", "partner"]
        )
        if pd.isna(rate.get(screen.half.last)):
            continue
        usual = [float(rate[one.last]) for one in screen.ordinary if pd.notna(rate[one.last])]
        name = who(screen, reporter, partner)
        eligible = int(own["eligible"].xs(screen.half.last, level="half").iloc[0])
        rows.append((reporter, partner, name, eligible, float(rate[screen.half.last]), usual))
    columns = ["reporter", "partner", "name_", "eligible", NOW, "usual"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values([NOW, "name_"], ascending=[False, True], ignore_index=True)


@dataclass(frozen=True)
class _Chart:
    rows: pd.DataFrame
    screen: Screen

    def names(self, wide: bool) -> list[list[Line]]:
        room = 200 if wide else NARROW - 70
        return [in_lines(name, room, 1, TEXT[wide]) for name in self.rows["name_"]]

    def row(self, wide: bool) -> float:
        return ROW if wide else ROW + height(self.names(wide)[0])

    def key(self, wide: bool) -> float:
        return KEY if wide else KEY + TEXT[wide] * 1.4

    def height(self, wide: bool) -> float:
        return len(self.rows) * self.row(wide) + self.key(wide) + BELOW

    def frame(self, wide: bool) -> Frame:
        across = WIDE if wide else NARROW
        names = max(line.width for lines in self.names(wide) for line in lines)
        left = names + 20 if wide else 10.0
        top = max([*self.rows[NOW], *(rate for usual in self.rows["usual"] for rate in usual), 1.0])
        rows = len(self.rows)
        box = Box(left, BELOW, across - 64, BELOW + rows * self.row(wide))
        return Frame(box, (0.0, top), (0.0, float(rows)))

    def paint(self, figure, wide: bool) -> None:
        frame, size = self.frame(wide), TEXT[wide]
        axes = frame.axes(figure)
        drop = 0.0 if wide else 0.22
        for place, (row, lines) in enumerate(
            zip(self.rows.itertuples(), self.names(wide), strict=True)
        ):
            y = len(self.rows) - place - 0.5 - drop
            across = [0.0, frame.x[1]]
            axes.plot(across, [y, y], color=PALETTE["grid"], linewidth=1, clip_on=False)
            reach = [min([row.now, *row.usual]), max([row.now, *row.usual])]
            axes.plot(reach, [y, y], color=PALETTE["quiet"], linewidth=2, clip_on=False)
            self._rings(axes, row.usual, [y] * len(row.usual))
            axes.plot([row.now], [y], "o", color=PALETTE["accent"], markersize=DOT, clip_on=False)
            value = Line(_whole(row.now), bold=True, size=size)
            right = frame.across(max([row.now, *row.usual])) + DOT + 4
            Placed([value], Spot(right, frame.up(y) - size * 0.52)).draw(figure)
            if wide:
                spot = Spot(frame.box.left - 14, frame.up(y) - height(lines) / 2, "right")
            else:
                spot = Spot(0, frame.up(y) + DOT + 4)
            Placed(lines, spot).draw(figure)
            words = f"{row.name_}: {_whole(row.now)} now, {_span(row.usual)} in ordinary half-years"
            start = frame.x[0] - frame.box.left / frame.step
            hover(axes, words, (start, frame.x[1]), (y - 0.45, y + 0.45 + drop))
        self._keys(figure, frame, wide)

    def _rings(self, axes, xs, ys) -> None:
        look = {"markerfacecolor": PALETTE["paper"], "markeredgecolor": PALETTE["muted"]}
        axes.plot(xs, ys, "o", markersize=DOT, markeredgewidth=1.5, clip_on=False, **look)

    def _keys(self, figure, frame: Frame, wide: bool) -> None:
        """What a dot and a ring mean, above the rows."""
        size = TEXT[wide]
        width, tall = figure.bbox.width, figure.bbox.height
        x = frame.box.left if wide else 8.0
        y = frame.box.top + self.key(wide) - 18
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, tall), xticks=[], yticks=[])
        axes.patch.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        for words, ring in ((period_name(*self.screen.half), False), ("ordinary half-years", True)):
            if ring:
                self._rings(axes, [x], [y])
            else:
                axes.plot([x], [y], "o", color=PALETTE["accent"], markersize=DOT)
            line = Line(words, "muted", size=size)
            Placed([line], Spot(x + 12, y - size * 0.52)).draw(figure)
            if wide:
                x += 12 + line.width + 30
            else:
                y -= size * 1.4


def _title(table: pd.DataFrame) -> str:
    """Where doublings were more common than in any ordinary half-year, which the counts prove."""
    known = table[table["usual"].map(bool)]
    above = known[known[NOW] > known["usual"].map(lambda held: max(held, default=0.0))]
    if not len(known) or not len(above):
        return "Doublings were no more common than in ordinary half-years"
    if len(above) == len(table):
        return (
            "Doublings were more common than usual in every corridor"
            if len(table) > 1
            else ("Doublings were more common than usual")
        )
    return f"Doublings were more common than usual in {len(above)} of {len(table)} corridors"


def _whole(rate: float) -> str:
    return number.bare(rate, 0)


def _span(usual: list[float]) -> str:
    if not usual:
        return "not known"
    low, high = _whole(min(usual)), _whole(max(usual))
    return low if low == high else f"{low} to {high}"


def _data(table: pd.DataFrame, screen: Screen) -> Table:
    columns = [
        Column("name", "Corridor"),
        Column("series", "Series of codes", "right"),
        Column("now", period_name(*screen.half), "right"),
        Column("usual", "Ordinary half-years", "right"),
    ]
    rows = [
        {
            "name": row.name_,
            "series": count(row.eligible),
            "now": _whole(row.now),
            "usual": _span(row.usual),
        }
        for row in table.itertuples()
    ]
    return Table("rates-data", f"Doublings per {count(PER)} series", columns, rows)

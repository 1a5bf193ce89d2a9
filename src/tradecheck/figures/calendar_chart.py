"""Which months each reporter had made public on a day, and by the day the records end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.patches import Rectangle

from tradecheck.figures.amounts import month_list
from tradecheck.figures.sentences import whole_alt
from tradecheck.figures.time_axis import time_axis
from tradecheck.show.charts import NARROW, PALETTE, SMALL_TEXT, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import BELOW, Line, Placed, Spot, shortened
from tradecheck.show.exhibits import Column, Figure, Row, Table
from tradecheck.show.prose import Prose, date_name, period_name

ROW, BAR = 25, 16
NAMES = 0.5  # of the drawing, at most


def calendar(
    releases: pd.DataFrame,
    months: Sequence[str],
    day: str,
    source: str | Prose,
    *,
    first: Sequence[str] = (),
    silent: Mapping[str, str] | None = None,
    title: str,
    subtitle: str,
    name: str = "calendar",
    notes: str | Prose = "",
) -> Figure:
    """A grid of reporters by month: filled where public on the day, outlined where public later.

    releases: the table of `sources.calendar.releases`; first: reporters that stand at the top; silent:
    reporters without a month in the window, each with its last public month.
    """
    silent = dict(silent or {})
    held = releases[releases["month"].isin(months)]
    names = sorted({*releases["reporter"], *silent} - set(first))
    chart = _Chart([*first, *names], list(months), held, day)
    wide, narrow = draw(name, chart.paint, (chart.height, chart.height))
    last = max(releases["last_released"])
    rows = []
    for reporter in chart.reporters:
        early, later = chart.public(reporter, True), chart.public(reporter, False)
        none = f"none; last {silent[reporter]}" if reporter in silent else "none"
        rows.append(
            Row(
                {
                    "reporter": reporter,
                    "day": month_list(early) if early else none,
                    "later": month_list(later) if later else "none more",
                }
            )
        )
    columns = [
        Column("reporter", "Reporter"),
        Column("day", f"Public on {date_name(day)}"),
        Column("later", f"Public later, by {date_name(last)}"),
    ]
    told = "; ".join(
        f"{reporter} {month_list(found[-1:]) if (found := chart.public(reporter, True)) else 'none'}"
        for reporter in first or chart.reporters[:3]
    )
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle,
        unit="months",
        source=source,
        alt=whole_alt(
            f"Grid of {len(chart.reporters)} reporters by month, {period_name(months[0], months[-1])}, with "
            f"observed days of release. The last month public on {date_name(day)}: {told}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["observed"],
        data=Table(f"{name}-data", "Months by reporter", columns, rows, layout="cards"),
        notes=notes,
        extent=f"{len(chart.reporters)} reporters",
    )


@dataclass(frozen=True)
class _Chart:
    reporters: list[str]
    months: list[str]
    held: pd.DataFrame
    day: str

    @property
    def height(self) -> float:
        return len(self.reporters) * ROW + 50

    def public(self, reporter: str, early: bool) -> list[str]:
        """The months that were public on the day, or only later."""
        rows = self.held[self.held["reporter"] == reporter]
        return sorted(rows.loc[(rows["first_released"] <= self.day) == early, "month"])

    def paint(self, figure, wide: bool) -> None:
        across, size = (WIDE if wide else NARROW), TEXT[wide]
        names = [Line(shortened(name, across * NAMES, size), size=size) for name in self.reporters]
        left = max(name.width for name in names) + 14
        right = min(across - 14, left + len(self.months) * 46)
        frame = Frame(
            Box(left, 46, right, self.height),
            (-0.5, len(self.months) - 0.5),
            (0.0, self.height - 46),
        )
        axes = frame.axes(figure)
        released = {(row.reporter, row.month): row.first_released for row in self.held.itertuples()}
        for n, reporter in enumerate(self.reporters):
            floor = frame.y[1] - (n + 1) * ROW + (ROW - BAR) / 2
            foot = frame.box.bottom + floor + (BAR - size) / 2 - BELOW * size + 2
            Placed([names[n]], Spot(left - 14, foot, "right")).draw(figure)
            for place, month in enumerate(self.months):
                if (reporter, month) in released:
                    self._mark(axes, frame, place, floor, released[reporter, month])
                    told = f"{reporter}, {month}: released {date_name(released[reporter, month])}"
                else:
                    told = f"{reporter}, {month}: not public"
                hover(axes, told, (place - 0.5, place + 0.5), (floor, floor + BAR))
        time_axis(self.months, frame.step, SMALL_TEXT).draw(axes, frame)

    def _mark(self, axes, frame: Frame, place: int, floor: float, day: str) -> None:
        early = day <= self.day
        wide = BAR / frame.step
        axes.add_artist(
            Rectangle(
                (place - wide / 2, floor), wide, BAR, clip_on=False, linewidth=1.6,
                facecolor=PALETTE["accent" if early else "paper"], edgecolor=PALETTE["accent"],
            )
        )  # fmt: skip

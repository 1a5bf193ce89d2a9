"""One allowed path of the months: an example that fits everything known, never an estimate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd

from tradecheck.figures.amounts import Amounts, full_month, month_alone
from tradecheck.figures.sentences import whole_alt
from tradecheck.figures.time_axis import time_axis
from tradecheck.show.charts import NARROW, PALETTE, SMALL_TEXT, TEXT, WIDE, draw, line_style
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.honesty import Known
from tradecheck.show.charts.labels import Label, Line, Room, Spot, along
from tradecheck.show.exhibits import Cell, Column, Figure, Row, Table
from tradecheck.show.prose import Prose, period_name
from tradecheck.show.units import Unit

PLOT = 230
BELOW = 46
SIDES = ((0, "center"), (8, "left"), (-8, "right"))
SAME = 0.05  # of the report's unit: paths that differ by less are one


def one_path(
    paths: Mapping[str, pd.DataFrame],
    unit: Unit,
    source: str | Prose,
    *,
    said: Sequence[tuple[str, float, float]],
    title: str,
    subtitle: str,
    name: str = "path",
    notes: str | Prose = "",
) -> Figure:
    """The path under each understanding, drawn once where they are the same.

    paths: words → table of `verdicts.possible.allowed_path`; said: reported figures as (month, lo, hi),
    hi infinite for "more than".
    """
    drawn = distinct(paths)
    months = list(next(iter(paths.values()))["month"])
    chart = _Chart(
        drawn, months, said, Amounts.of(unit, np.concatenate([t["path"] for t in drawn.values()]))
    )
    known = Known(reported=[(months.index(m), lo, hi) for m, lo, hi in said if isfinite(hi)])
    wide, narrow = draw(name, chart.paint, (PLOT + BELOW + 8, PLOT + BELOW + 8), known=known)
    span = period_name(months[0], months[-1])
    told = "; ".join(
        f"{words}: from {unit.bare(table['path'].iloc[0])} to {unit.bare(table['path'].max())} at most and "
        f"{unit.bare(table['path'].iloc[-1])} at the end"
        for words, table in drawn.items()
    )
    columns = [Column("month", "Month")] + [
        Column(f"p{n}", words, "right") for n, words in enumerate(drawn)
    ]
    rows = [
        Row(
            {"month": full_month(month)}
            | {
                f"p{n}": Cell(unit.bare(table["path"].iloc[place]), mark="allowed_path")
                for n, table in enumerate(drawn.values())
            }
        )
        for place, month in enumerate(months)
    ]
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle,
        unit=unit.label,
        source=source,
        alt=whole_alt(
            f"Line chart of one allowed path by month, {span}, beside reported figures. {told}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["reported", "allowed_path"],
        data=Table(f"{name}-data", f"One allowed path, {unit.label}", columns, rows),
        notes=notes,
        extent=f"{len(months)} months",
    )


def distinct(paths: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The paths that differ, each under all words that lead to it."""
    found: list[tuple[list[str], pd.DataFrame]] = []
    for words, table in paths.items():
        for names, held in found:
            if (held["path"] - table["path"]).abs().max() < SAME:
                names.append(words)
                break
        else:
            found.append(([words], table))
    return {" and ".join(names): table for names, table in found}


@dataclass(frozen=True)
class _Chart:
    paths: Mapping[str, pd.DataFrame]
    months: list[str]
    said: Sequence[tuple[str, float, float]]
    amounts: Amounts

    def paint(self, figure, wide: bool) -> None:
        across, size = (WIDE if wide else NARROW), TEXT[wide]
        highest = max(table["path"].max() for table in self.paths.values())
        top = max([highest, *(lo for _, lo, _ in self.said)]) * 1.28 or 1.0
        ticks = self.amounts.ticks(0.0, top)
        left = max(Line(words, size=SMALL_TEXT).width for _, words in ticks) + 10
        box = Box(left, BELOW, across - 10, BELOW + PLOT)
        frame = Frame(box, (-0.5, len(self.months) - 0.5), (0.0, top))
        axes = frame.axes(figure)
        for step, words in ticks:
            axes.axhline(step, color=PALETTE["grid" if step else "ink"], linewidth=1, zorder=0.5)
            axes.text(-0.5 - 8 / frame.step, step, words, ha="right", va="center",
                      color=PALETTE["muted"], fontsize=SMALL_TEXT)  # fmt: skip
        room = Room(Box(0, BELOW, across, BELOW + PLOT + 8), [*self._taken(frame)])
        self._said(axes, frame, room, size)
        for words, table in self.paths.items():
            axes.plot(range(len(self.months)), table["path"], **line_style("allowed_path"))
            ends = [
                (n, table["path"].iloc[n])
                for n in range(len(self.months) - 1, len(self.months) // 2, -1)
            ]
            told = "one allowed path" if len(self.paths) == 1 else f"one allowed path, {words}"
            lifts = (10, 18, 30, -34, -44)
            spots = [
                Spot(frame.across(n), frame.up(y) + lift, "right")
                for n, y in ends
                for lift in lifts
            ]
            room.put(Label([[Line(told, "allowed_path", True, size)]], spots, f"{told}."))
        for placed in room.placed:
            placed.draw(figure)
        time_axis(self.months, frame.step, SMALL_TEXT).draw(axes, frame)
        for place, month in enumerate(self.months):
            told = "; ".join(
                self.amounts.full(table["path"].iloc[place]) for table in self.paths.values()
            )
            hover(
                axes, f"{full_month(month)}: {told} on the path drawn", (place - 0.5, place + 0.5)
            )

    def _taken(self, frame: Frame) -> Iterator[Box]:
        """What the paths and the marks take."""
        for table in self.paths.values():
            yield from along(frame, range(len(self.months)), table["path"])
        for month, lo, hi in self.said:
            x, up = (
                frame.across(self.months.index(month)),
                frame.up((lo + hi) / 2 if isfinite(hi) else lo),
            )
            yield Box(x - 6, up - 6, x + 6, up + 6)

    def _said(self, axes, frame: Frame, room: Room, size: float) -> None:
        """Reported figures: a ring, or an arrow where more is said."""
        look = line_style("reported")
        for month, lo, hi in self.said:
            place = self.months.index(month)
            value = (lo + hi) / 2 if isfinite(hi) else lo
            axes.plot([place], [value], **(look if isfinite(hi) else look | {"marker": "^"}))
            more = "" if isfinite(hi) else "more than "
            words = f"{month_alone(month)}: {more}{self.amounts.unit.bare(value, 0)}"
            up = frame.up(value)
            x = frame.across(place)
            spots = [Spot(x, up + 9, "center"), Spot(x - 10, up - 6, "right"), Spot(x + 10, up - 8)]
            spots += [
                Spot(x + side, up - 28 * n, align) for n in (1, 2, 3) for side, align in SIDES
            ]
            room.put(Label([[Line(words, "reported", False, size)]], spots, f"{words}, reported."))

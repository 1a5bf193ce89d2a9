"""The months below a chart: names where there is room for them, years, and lines between years."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from matplotlib.axes import Axes

from tradecheck.figures.amounts import short_month
from tradecheck.show.charts import PALETTE
from tradecheck.show.charts.frame import Frame
from tradecheck.show.charts.labels import Line

STEPS = (1, 2, 3, 6)  # every how many months one is named
BETWEEN = 15  # between two names


@dataclass(frozen=True)
class TimeAxis:
    """Places of months with their names, of years with theirs, and of lines between years."""

    names: Sequence[tuple[float, str]]
    years: Sequence[tuple[float, str]]
    borders: Sequence[float]
    size: float

    @property
    def height(self) -> float:
        """What it takes below the panel."""
        return (20 if self.names else 0) + 24

    def draw(self, axes: Axes, frame: Frame) -> None:
        size = {"fontsize": self.size, "ha": "center", "va": "baseline"}
        shared = {"transform": axes.get_xaxis_transform(), "clip_on": False}
        unit = 1 / (frame.box.top - frame.box.bottom)
        for place, name in self.names:
            axes.text(place, -17 * unit, name, color=PALETTE["muted"], **size, **shared)
        for place, year in self.years:
            axes.text(place, -(self.height - 5) * unit, year, fontweight="bold", **size, **shared)
        for place in self.borders:
            down = [0, -(self.height - 1) * unit]
            axes.plot([place, place], down, color=PALETTE["grid"], linewidth=1, **shared)


def time_axis(
    months: Sequence[str],
    step: float,
    size: float,
    years_alone: bool = False,
    between: float = BETWEEN,
) -> TimeAxis:
    """The names that fit under months that are ``step`` wide; ``years_alone``: no months, where
    more than twelve are shown."""
    first = int(months[0][5:]) - 1
    names = [] if years_alone and len(months) > 12 else _names(months, first, step, size, between)
    years, borders, start = [], [], 0
    end = -(10.0**6)
    for year, held in groupby(months, key=lambda month: month[:4]):
        count = len(list(held))
        wide = Line(year, bold=True, size=size).width
        middle = start + (count - 1) / 2
        left = max((middle + 0.5) * step - wide / 2, 0.0)
        left = min(left, max(len(months) * step - wide, 0.0))
        if left >= end + BETWEEN and (count * step >= wide * 0.6 or len(months) == count):
            years.append(((left + wide / 2) / step - 0.5, year))
            end = left + wide
        if start:
            borders.append(start - 0.5)
        start += count
    return TimeAxis(names, years, borders, size)


def _names(
    months: Sequence[str], first: int, step: float, size: float, between: float
) -> list[tuple[float, str]]:
    named = [short_month(month, year=False) for month in months]
    widest = max(Line(name, size=size).width for name in named)
    for every in STEPS:
        if every * step >= widest + between:
            shift = -first % every
            return [
                (_inside(n, named[n], len(months), step, size), named[n])
                for n in range(shift, len(months), every)
            ]
    return []


def _inside(place: int, name: str, count: int, step: float, size: float) -> float:
    """A month's place, moved so that its name stays inside the panel."""
    half = Line(name, size=size).width / 2
    middle = min(max((place + 0.5) * step, half), max(count * step - half, half))
    return middle / step - 0.5

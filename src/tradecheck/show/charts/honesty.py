"""The rules of an honest chart, held against matplotlib's axes before it is written.

Only what would make a figure untrue is refused; words that have no room yield, in `yielding`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

from tradecheck.errors import TradecheckError
from tradecheck.show.charts.texts import texts

FREE_BASELINE = "free-baseline"
SLACK = 1e-6
NOT_FINAL = ("partial", "provisional")
SERIES_LENGTH = 3  # a line with fewer points is a rule or a pointer, not a series


@dataclass(frozen=True)
class Known:
    """What a painter's data are, for rules that the drawing alone cannot show.

    not_final: labels of periods that are partial or provisional. reported: values that no line may
    smooth away, each as (place on the x axis, lowest, highest value it may have).
    """

    not_final: Sequence[str] = ()
    reported: Sequence[tuple[float, float, float]] = ()


def check(figure: Figure, where: str, known: Known) -> None:
    """Raise a TradecheckError that names the figure and the first rule it breaks."""
    for fault in (*_faults(figure), *_hidden(figure, known)):
        raise TradecheckError(f"{where}: {fault}.")


def _faults(figure: Figure) -> Iterator[str]:
    for axes in figure.axes:
        yield from _baseline_faults(axes)
    for one, other in combinations(figure.axes, 2):
        if one.get_position().bounds == other.get_position().bounds:
            yield "two axes share a panel; a second scale invites false comparisons, use two panels"


def _hidden(figure: Figure, known: Known) -> Iterator[str]:
    """Periods shown as final that are not, and reported values that a line passes by."""
    words = [text.get_text() for text in texts(figure)]
    for period in known.not_final:
        if not any(period in text and any(mark in text for mark in NOT_FINAL) for text in words):
            yield f"the period {period!r} is not final; say partial or provisional beside it"
    for axes in figure.axes:
        for line in axes.lines:
            across, up = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
            if len(across) < SERIES_LENGTH or line.get_linestyle() == "None":
                continue
            for place, low, high in known.reported:
                if not across.min() <= place <= across.max():
                    continue
                value = np.interp(place, across, up)
                if not low - SLACK <= value <= high + SLACK:
                    yield f"a line shows {value:.1f} where {low:g} to {high:g} is reported"


def _baseline_faults(axes: Axes) -> Iterator[str]:
    for bars in axes.containers:
        if isinstance(bars, BarContainer):
            axis = axes.yaxis if bars.orientation == "vertical" else axes.xaxis
            if not _from_zero(axis):
                yield "bars need an axis that includes zero"
    if axes.get_gid() == FREE_BASELINE:
        return
    series = [line for line in axes.lines if len(line.get_xdata()) >= SERIES_LENGTH]
    series += [area for area in axes.collections if isinstance(area, FillBetweenPolyCollection)]
    if series and not _from_zero(axes.yaxis):
        yield "a series needs a y axis that includes zero, or charts.free_baseline"


def _from_zero(axis: Axis) -> bool:
    lo, hi = sorted(axis.get_view_interval())
    return axis.get_scale() == "linear" and lo <= 0 <= hi

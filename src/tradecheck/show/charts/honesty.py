"""The rules of an honest, readable chart, held against matplotlib's axes before it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, NullFormatter
from matplotlib.transforms import Bbox

from tradecheck.errors import TradecheckError

FREE_BASELINE = "free-baseline"
MOST_PHONE_TICKS = 5
SMALLEST_TEXT = 14  # 12 px on pages 961 px wide and, in the narrow drawing, 320 px wide
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


def check(figure: Figure, where: str, wide: bool, known: Known) -> None:
    """Raise a TradecheckError that names the figure and the first rule it breaks."""
    for fault in (*_faults(figure, wide), *_hidden(figure, known)):
        raise TradecheckError(f"{where}: {fault}.")


def _faults(figure: Figure, wide: bool) -> Iterator[str]:
    for axes in figure.axes:
        if axes.get_legend():
            yield "a legend makes readers look twice; label the marks directly"
        yield from _baseline_faults(axes)
        if not wide and (ticks := _value_ticks(axes)) > MOST_PHONE_TICKS:
            yield f"{ticks} y ticks are too many for a phone; show at most {MOST_PHONE_TICKS}"
    for one, other in combinations(figure.axes, 2):
        if one.get_position().bounds == other.get_position().bounds:
            yield "two axes share a panel; a second scale invites false comparisons, use two panels"
    if figure.legends:
        yield "a legend makes readers look twice; label the marks directly"
    yield from _text_faults(figure)


def _hidden(figure: Figure, known: Known) -> Iterator[str]:
    """Periods shown as final that are not, and reported values that a line passes by."""
    words = [text.get_text() for text in _texts(figure)]
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


def _value_ticks(axes: Axes) -> int:
    if isinstance(axes.yaxis.get_major_formatter(), FixedFormatter | NullFormatter):
        return 0
    return len(list(_tick_texts(axes.yaxis)))


def _text_faults(figure: Figure) -> Iterator[str]:
    canvas = figure.bbox
    placed: list[tuple[str, Bbox]] = []
    for text in _texts(figure):
        words = text.get_text()
        if text.get_rotation() % 360:
            yield f"the text {words!r} is rotated; write it level"
        if text.get_fontsize() < SMALLEST_TEXT:
            yield f"the text {words!r} is smaller than {SMALLEST_TEXT} units"
        if "\n" in words:
            yield f"the text {words!r} has two lines; readers' fonts set them apart, use two texts"
        box = Text.get_window_extent(text)
        if not (
            canvas.x0 - 1 <= box.x0
            and box.x1 <= canvas.x1 + 1
            and canvas.y0 - 1 <= box.y0
            and box.y1 <= canvas.y1 + 1
        ):
            yield f"the text {words!r} runs out of the drawing"
        placed.append((words, box))
    for (words, box), (others, other) in combinations(placed, 2):
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        down = min(box.y1, other.y1) - max(box.y0, other.y0)
        if across > 1 and down > 2:  # a line's box holds more height than its letters
            yield f"the texts {words!r} and {others!r} overlap"


def _texts(figure: Figure) -> Iterator[Text]:
    """Every text that is drawn."""
    candidates = list(figure.texts)
    for axes in figure.axes:
        for child in axes.get_children():
            if isinstance(child, Text):
                candidates.append(child)
            elif isinstance(child, Axis) and axes.axison and child.get_visible():
                candidates += [child.label, child.get_offset_text(), *_tick_texts(child)]
    for text in candidates:
        if text.get_visible() and text.get_text().strip():
            yield text


def _tick_texts(axis: Axis) -> Iterator[Text]:
    lo, hi = sorted(axis.get_view_interval())
    slack = (hi - lo) * 1e-9
    for tick in axis.get_major_ticks():
        if lo - slack <= tick.get_loc() <= hi + slack:
            for label in (tick.label1, tick.label2):
                if label.get_visible() and label.get_text().strip():
                    yield label

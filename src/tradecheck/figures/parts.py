"""Marks that several charts share: ranked bars, ranges, open tops, month axes."""

from collections.abc import Mapping, Sequence
from math import isinf
from typing import Any

from matplotlib.axes import Axes

from tradecheck.show.charts import PALETTE, area_style
from tradecheck.show.prose import month_short

OPEN_TOP = "^"


def month_axis(axes: Axes, months: Sequence[str], every: int = 1) -> None:
    """Month labels of three letters at every n-th place; over two years, January is its year."""
    two_years = months[0][:4] != months[-1][:4]
    labels = [m[:4] if two_years and m.endswith("-01") else month_short(m)[:3] for m in months]
    axes.set_xticks(
        range(len(months)),
        [label if place % every == 0 else "" for place, label in enumerate(labels)],
    )


def bands(
    axes: Axes,
    lows: Sequence[float],
    highs: Sequence[float],
    top: float,
    style: Mapping[str, Any],
) -> None:
    """Upright ranges; one without an upper limit runs to the top and ends in an arrow head."""
    for place, (low, high) in enumerate(zip(lows, highs, strict=True)):
        reach = top * 0.93 if isinf(high) else high
        axes.bar(place, reach - low, bottom=low, width=0.7, **style)
        if isinf(high):
            axes.plot([place], [top * 0.965], OPEN_TOP, color=style["edgecolor"], markersize=6)
    axes.set_ylim(0, top)


def ranked_bars(
    axes: Axes,
    labels: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    styles: Sequence[Mapping[str, Any]] | None = None,
    reach: float | None = None,
) -> None:
    """Level bars in the order given, each with its label above and its value at the end."""
    styles = styles or [{"facecolor": PALETTE["accent"], "edgecolor": PALETTE["accent"]}] * len(values)
    for place, (label, value, text, style) in enumerate(
        zip(labels, values, texts, styles, strict=True)
    ):
        axes.barh(place, value, height=0.36, **style)
        axes.text(0, place - 0.25, label, va="bottom", color=PALETTE["ink"])
        beside(axes, value, place, text)
    axes.set_ylim(len(values) - 0.6, -0.85)
    axes.set_xlim(0, reach or 1.2 * max(values))
    hide_axes(axes)


def ranges(
    axes: Axes,
    labels: Sequence[str],
    lows: Sequence[float],
    highs: Sequence[float],
    texts: Sequence[str],
    reach: float,
    grade: str = "bounded",
) -> None:
    """Level ranges, each with its label above and its limits in words at the end."""
    for place, (label, low, high, text) in enumerate(
        zip(labels, lows, highs, texts, strict=True)
    ):
        axes.barh(place, high - low, left=low, height=0.36, **area_style(grade))
        axes.text(0, place - 0.25, label, va="bottom", color=PALETTE["ink"])
        beside(axes, high, place, text)
    axes.axvline(0, color=PALETTE["muted"], linewidth=0.8)
    axes.set_ylim(len(labels) - 0.6, -0.85)
    axes.set_xlim(0, reach)
    hide_axes(axes)


def beside(axes: Axes, x: float, y: float, text: str) -> None:
    """A label just right of a bar's end."""
    axes.annotate(
        text, (x, y), xytext=(4, 0), textcoords="offset points", va="center", color=PALETTE["ink"]
    )


def hide_axes(axes: Axes) -> None:
    """No ticks, grid or frame: every mark is labelled."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)

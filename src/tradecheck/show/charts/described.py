"""A figure in words made from itself: what it draws, its axes, their labels and ranges."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Wedge

from tradecheck.show.prose import listing

MOST = 400  # characters
MOST_NAMES = 6


def described(figure: Figure) -> str:
    """What a figure shows, as an alternative text that nobody has written yet."""
    panels = [axes for axes in figure.axes if axes.get_visible()]
    parts = [part for axes in panels if (part := _panel(axes))]
    if not parts:
        return "Drawing without a description."
    text = " ".join(f"{part[0].upper()}{part[1:]}." for part in parts)
    if len(parts) > 1:
        text = f"{len(parts)} panels. {text}"
    return text if len(text) <= MOST else text[: MOST - 1].rpartition(" ")[0] + "…"


def _panel(axes: Axes) -> str:
    kinds = list(_kinds(axes))
    if not kinds:
        return ""
    title = next((t for place in ("left", "center", "right") if (t := axes.get_title(place))), "")
    names = [name for name in axes.get_legend_handles_labels()[1] if name]
    words = listing(kinds)
    if names:
        words += f" of {listing([*names[:MOST_NAMES], *(['others'] * (len(names) > MOST_NAMES))])}"
    if title:
        words += f", “{title}”"
    spans = [_span("x", axes.xaxis), _span("y", axes.yaxis)] if axes.axison else []
    return "; ".join([words, *filter(None, spans)])


def _kinds(axes: Axes) -> Iterator[str]:
    if lines := [line for line in axes.lines if len(line.get_xdata()) > 1]:
        yield "a line" if len(lines) == 1 else f"{len(lines)} lines"
    bars = [held for held in axes.containers if isinstance(held, BarContainer)]
    if count := sum(len(held) for held in bars):
        yield "one bar" if count == 1 else f"{count} bars"
    if wedges := [patch for patch in axes.patches if isinstance(patch, Wedge)]:
        yield f"a pie of {len(wedges)} parts"
    elif not bars and axes.patches:
        yield "areas"
    for kind, words in (
        (PathCollection, "points"),
        (QuadMesh, "a grid of coloured cells"),
        (PolyCollection, "bands"),
        (LineCollection, "line segments"),
    ):
        if any(type(held) is kind or isinstance(held, kind) for held in axes.collections):
            yield words
    if axes.images:
        yield "a picture"


def _span(name: str, axis: Axis) -> str:
    """An axis with its label and what it reaches from and to, as its own labels write it."""
    label = axis.get_label_text()
    low, high = sorted(axis.get_view_interval())
    held = [
        *zip(axis.get_majorticklocs(), axis.get_majorticklabels()),
        *zip(axis.get_minorticklocs(), axis.get_minorticklabels()),
    ]
    ticks = [
        words
        for place, tick in sorted(held, key=lambda pair: float(pair[0]))
        if low <= place <= high and (words := " ".join(tick.get_text().split()))
    ]
    if not ticks:
        return f"{name} axis “{label}”" if label else ""
    if name == "y" and (found := _numbers(axis)):
        ticks = found
    reach = f"from {ticks[0]} to {ticks[-1]}" if ticks[0] != ticks[-1] else ticks[0]
    return f"{name} axis “{label}” {reach}" if label else f"{name} axis {reach}"


def _numbers(axis: Axis) -> list[str]:
    """The smallest and the largest value along an axis of numbers."""
    ends = axis.get_data_interval()
    is_number = not axis.have_units() and np.all(np.isfinite(ends)) and ends[0] <= ends[1]
    return (
        [f"{end:,.4g}" if abs(end) < 1000 else f"{end:,.0f}" for end in ends] if is_number else []
    )

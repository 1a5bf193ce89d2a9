"""Pale strips of what is possible, which never look like a measured value: no bars, no gaps."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from tradecheck.show.charts import PALETTE
from tradecheck.show.charts.frame import Box, Frame

EDGE = {
    "color": PALETTE["wash_line"], "linewidth": 1.6, "linestyle": (0, (3, 2.4)), "clip_on": False,
}  # fmt: skip

Edge = tuple[float, float, float, float]


def paint_strip(axes: Axes, lo: np.ndarray, hi: np.ndarray, first: int, top: float) -> None:
    """The strip over months from place ``first`` on, up to each upper limit, which is dashed, or to
    the panel's ``top`` where none is known or it lies beyond."""
    places = [edge for n in range(first, first + len(lo)) for edge in (n - 0.5, n + 0.5)]
    low, high = (np.repeat(np.minimum(ends, top), 2) for ends in (lo, hi))
    axes.fill_between(places, low, high, color=PALETTE["wash"], linewidth=0, clip_on=False)
    for start, stop, bottom, upper in edges(lo, hi, first, top):
        axes.plot([start, stop], [bottom, upper], **EDGE)


def edges(lo: np.ndarray, hi: np.ndarray, first: int, top: float) -> Iterator[Edge]:
    """The strip's edges below ``top``, as (from, to) in places of months and in values."""
    for limits in (np.minimum(lo, top), np.minimum(hi, top)):
        for n, end in enumerate(limits, start=first):
            if 0 < end < top:
                yield n - 0.5, n + 0.5, end, end
        for n, (one, other) in enumerate(pairwise(limits), start=first):
            if one != other:
                yield n + 0.5, n + 0.5, min(one, other), max(one, other)


def edge_boxes(lo: np.ndarray, hi: np.ndarray, first: int, frame: Frame) -> Iterator[Box]:
    """The areas that the edges take in a drawing."""
    for start, stop, low, high in edges(lo, hi, first, frame.y[1]):
        left, right = frame.across(start), frame.across(stop)
        yield Box(left - 3, frame.up(low) - 3, right + 3, frame.up(high) + 3)

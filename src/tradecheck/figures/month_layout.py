"""Where everything of a chart of months stands: the panel, its scale, and every label.

All is worked out before anything is drawn. The more room above the bars the labels need, the lower
the bars; what finds no room even so is told in the note below the figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from tradecheck.figures.month_labels import (
    aside_blocks,
    base_label,
    claim_labels,
    first_double_label,
    gap_labels,
    peak_label,
    ratio_label,
    strip_labels,
    twice_label,
)
from tradecheck.figures.month_marks import BAR
from tradecheck.figures.scene import Scene
from tradecheck.figures.series import DOUBLE, runs
from tradecheck.figures.strips import edge_boxes
from tradecheck.figures.time_axis import TimeAxis, time_axis
from tradecheck.show.charts import NARROW, SMALL_TEXT, TEXT, WIDE
from tradecheck.show.charts.frame import Box, Frame
from tradecheck.show.charts.labels import LEADING, Line, Placed, Room, Spot, height

HEADROOM = (30, 42, 54, 66, 78, 90, 102)  # above the highest mark
MISSING, SHORTENED = 90, 25  # what a label left out or cut short is worth in empty room
PLOT = {True: 352, False: 290}
EMPTY = 110  # where nothing is known
ASIDE = 230  # the column at the right of the wide drawing
STEP_MOST = 72  # a month is not drawn wider, so that one month is no wall
EDGE = 6
PIECES = 8  # of a line between two months


@dataclass(frozen=True)
class Arrangement:
    """A drawing of one size: all lengths in its units, from its lower left corner."""

    width: float
    height: float
    frame: Frame
    ticks: Sequence[tuple[float, str]]
    time: TimeAxis
    placed: Sequence[Placed]
    untold: Sequence[str]


def arrange(scene: Scene, wide: bool) -> Arrangement:
    """The arrangement with the best balance of what is left out and of empty room."""
    found = []
    for headroom in HEADROOM:
        room, arrangement = _arranged(scene, wide, headroom)
        cost = headroom + MISSING * room.missing + SHORTENED * (len(room.untold) - room.missing)
        found.append((cost, headroom, arrangement))
        if not room.untold:
            break
    return min(found, key=lambda one: one[:2])[2]


def _arranged(scene: Scene, wide: bool, headroom: float) -> tuple[Room, Arrangement]:
    months = scene.series.months
    width = WIDE if wide else NARROW
    plot = PLOT[wide] if (scene.series.grade != "none").any() or scene.shown_claims else EMPTY
    top = (scene.highest or 1.0) * plot / (plot - headroom)
    low = min(0.0, *(value for value in scene.series.values if isfinite(value)), 0.0)
    numbers = scene.amounts.ticks(low, top)
    if not scene.highest and not low:  # no value to measure
        numbers = [(0.0, "0")] if scene.series.observed.any() else []
    left = max((Line(words, size=TEXT[wide]).width for _, words in numbers), default=0.0) + 9
    blocks = aside_blocks(scene, ASIDE - 14 if wide else width - 14, wide)
    right = width - (ASIDE if wide and blocks else EDGE)
    step = min(STEP_MOST, (right - left) / len(months))
    time = time_axis(months, step, SMALL_TEXT)
    below = time.height
    if not wide:
        below += sum(height(block) + 6 for block in blocks) + (6 if blocks else 0)
    frame = Frame(
        Box(left, below, right, below + plot), (-0.5, (right - left) / step - 0.5), (low, top)
    )
    total = below + plot + (16 if wide else 4)
    if numbers:  # the uppermost may stand at the very top of the panel
        total = max(total, frame.up(numbers[-1][0]) + TEXT[wide] / 2 + 3)
    room = Room(Box(0, frame.box.bottom, right, total), obstacles(scene, frame))
    if numbers:
        room.taken.append(Box(0, 0, left - 2, frame.up(numbers[-1][0]) + 9))
    for label in labels(scene, frame, wide):
        room.put(label)
    beside = _column(blocks, frame, total) if wide else _rows(blocks, below - time.height - 6)
    placed = (*room.placed, *beside)
    return room, Arrangement(width, total, frame, numbers, time, placed, room.untold)


def labels(scene: Scene, frame: Frame, wide: bool):
    """The labels in the order in which they choose their places."""
    yield from gap_labels(scene, frame)
    yield from peak_label(scene, frame, wide)
    yield from first_double_label(scene, frame, wide)
    yield from claim_labels(scene, frame, wide)
    yield from twice_label(scene, frame, wide)
    yield from ratio_label(scene, frame, wide)
    yield from base_label(scene, frame, wide)
    yield from strip_labels(scene, frame, wide)


def obstacles(scene: Scene, frame: Frame) -> list[Box]:
    """What no words may cover: bars, their revisions, lines, marks."""
    boxes, series, zero = [], scene.series, frame.up(0)
    half = BAR / 2
    for place, value in enumerate(series.values):
        left, right = frame.across(place - half) - 1, frame.across(place + half) + 1
        if isfinite(value):
            boxes.append(Box(left, min(zero, frame.up(value)), right, max(zero, frame.up(value))))
        low, high = scene.revised[place]
        if isfinite(low + high):
            boxes.append(Box(left, frame.up(value), right, frame.up(high) + 3))
    for first, last in runs(series.bounded):
        held = slice(first, last + 1)
        boxes += edge_boxes(series.lo[held], series.hi[held], first, frame)
    boxes += _line_boxes(scene.beside, frame)
    if scene.base:
        boxes += _base_boxes(scene, frame)
    for claim in scene.shown_claims:
        x = frame.across(series.at(claim.month))
        top = frame.up(claim.hi) + 8 if isfinite(claim.hi) else frame.up(claim.lo) + 26
        boxes.append(Box(x - 8, frame.up(claim.lo) - 8, x + 8, top))
    return boxes


def _line_boxes(values: np.ndarray, frame: Frame) -> list[Box]:
    """A line through the values, in small boxes that follow it, and its dots."""
    boxes = []
    for place in np.flatnonzero(np.isfinite(values)):
        x, y = frame.across(float(place)), frame.up(values[place])
        boxes.append(Box(x - 4, y - 4, x + 4, y + 4))
        if place + 1 == len(values) or not isfinite(values[place + 1]):
            continue
        rise = frame.up(values[place + 1]) - y
        for share in np.arange(0, 1, 1 / PIECES):
            ends = sorted((y + rise * share, y + rise * (share + 1 / PIECES)))
            start = x + frame.step * share
            boxes.append(Box(start - 2, ends[0] - 3, start + frame.step / PIECES + 2, ends[1] + 3))
    return boxes


def _base_boxes(scene: Scene, frame: Frame) -> list[Box]:
    base, (start, end), (_, stop) = scene.base, scene.base_reach, scene.twice_reach
    left, right = frame.across(start), frame.across(end)
    twice = frame.up(DOUBLE * base.hi)
    return [
        Box(left, frame.up(base.lo) - 4, right, frame.up(base.hi) + 4),
        Box(left, twice - 2, frame.across(stop), twice + 2),
        Box(right - 6, frame.up(base.hi), right + 6, twice),
    ]


def _column(blocks: Sequence[Sequence[Line]], frame: Frame, total: float) -> list[Placed]:
    """The blocks at the right of the panel, from the top down."""
    placed, top = [], total - 2
    for block in blocks:
        tall = height(block)
        placed.append(Placed(block, Spot(frame.box.right + 14, top - tall)))
        top -= tall + LEADING * block[0].size * 0.6
    return placed


def _rows(blocks: Sequence[Sequence[Line]], below: float) -> list[Placed]:
    """The blocks under the panel, from the top down."""
    placed, top = [], below
    for block in blocks:
        tall = height(block)
        placed.append(Placed(block, Spot(14, top - tall)))
        top -= tall + 6
    return placed

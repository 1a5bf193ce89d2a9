"""Where the panels of the claim as told stand, and how they are painted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.figure import Figure

from tradecheck.figures.amounts import first_upper, full_month
from tradecheck.figures.series import runs
from tradecheck.figures.strips import edge_boxes, paint_strip
from tradecheck.figures.telling import Limits, Told
from tradecheck.figures.time_axis import time_axis
from tradecheck.figures.told_marks import ARROW, BAR, paint_small, paint_step, paint_story
from tradecheck.show.charts import NARROW, PALETTE, SMALL_TEXT, TEXT, WIDE
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import LEADING, Label, Line, Placed, Room, Spot, in_lines

PLOT = {True: 264, False: 210}
SCALE_WIDTH = 236  # of the panel to the scale of what is possible, in the wide drawing
BETWEEN = 26
SCALED = "To the scale of what is possible"
STEP_MOST = 110
BESIDE = 2.0  # limits this far above the story are shown on a scale of their own
HEADROOM = 1.32  # of the story's scale, for labels and arrows


Slot = tuple[float, float, float]  # left, bottom, width


@dataclass
class Panel:
    """One panel: its story on a frame, and whether that shows the story or what is possible."""

    story: Told
    frame: Frame
    heading: Placed
    ticks: bool
    small: bool  # the story small, to the scale of what is possible
    placed: list[Placed] = field(default_factory=list)


@dataclass
class Plan:
    width: float
    height: float
    limits: Limits
    panels: list[Panel]
    untold: list[str]
    size: float

    def paint(self, figure: Figure) -> None:
        for panel in self.panels:
            axes = panel.frame.axes(figure)
            paint_strip(axes, self.limits.lo, self.limits.hi, 0, panel.frame.y[1])
            if panel.ticks:
                numbers = self.limits.amounts.ticks(0.0, panel.frame.y[1])
                axes.set_yticks([value for value, _ in numbers], [words for _, words in numbers])
                axes.tick_params(axis="y", labelsize=self.size, pad=8)
            if panel.small:
                paint_small(axes, panel.frame, panel.story, self.panels[0].frame.y[1])
            else:
                paint_story(axes, panel.frame, panel.story)
                paint_step(axes, panel.frame, panel.story)
            axes.plot(panel.frame.x, [0, 0], color=PALETTE["ink"], linewidth=1.2, clip_on=False)
            months = panel.story.months
            time_axis(months, panel.frame.step, SMALL_TEXT, between=5).draw(axes, panel.frame)
            for placed in panel.placed:
                placed.draw(figure)
            for place, month in enumerate(months):
                said = panel.story.of_month(place)
                words = f"{full_month(month)}: {said}; possible: {self.limits.of_month(place)}"
                hover(axes, words, (place - 0.5, place + 0.5))


def drawing(stories: Sequence[Told], limits: Limits, official: str, wide: bool) -> Plan:
    """The panels of one drawing, with every label in its place."""
    own = max(story.top for story in stories) * HEADROOM or 1.0
    scaled = limits.top > BESIDE * own
    size, across = TEXT[wide], WIDE if wide else NARROW
    left = max(Line(words, size=size).width for _, words in limits.amounts.ticks(0.0, own)) + 9
    far = limits.top * 1.12
    left_far = max(Line(words, size=size).width for _, words in limits.amounts.ticks(0.0, far)) + 9
    axis = time_axis(stories[0].months, 40, SMALL_TEXT).height
    head = (2 * LEADING) * size + 8
    if wide:
        reach = across - (SCALE_WIDTH + left_far + BETWEEN if scaled else 6)
        width = (reach - left - BETWEEN * (len(stories) - 1)) / len(stories)
        boxes = [(left + n * (width + BETWEEN), axis, width) for n in range(len(stories))]
        boxes.append((across - SCALE_WIDTH - 2, axis, SCALE_WIDTH))
        total = axis + PLOT[wide] + head
    else:
        count = len(stories) + scaled
        tall = axis + PLOT[wide] + head + 12
        total = count * tall - 12
        lefts = [left] * len(stories) + [left_far]
        boxes = [
            (start, total - (n + 1) * tall + 12 + axis, across - start - 4)
            for n, start in enumerate(lefts)
        ]
    panels: list[Panel] = []
    untold: list[str] = []
    for number, story in enumerate(stories):
        frame = _frame(boxes[number], PLOT[wide], story, own)
        words = first_upper(story.words) or "The story, on its own scale"
        panel = Panel(
            story,
            frame,
            _heading(words, boxes[number], frame, size, BETWEEN / 2),
            not wide or not number,
            False,
        )
        _place(panel, limits, official, size, untold)
        panels.append(panel)
    if scaled:
        frame = _frame(boxes[len(stories)], PLOT[wide], stories[0], far)
        heading = _heading(SCALED, boxes[-1], frame, size, left_far)
        panel = Panel(stories[0], frame, heading, True, True)
        where = "at left" if wide else "above"
        beside = f"the chart {where}" if len(stories) == 1 else f"the charts {where}"
        _place_small(panel, limits, own, beside, size, untold)
        panels.append(panel)
    return Plan(across, total, limits, panels, untold, size)


def _frame(box: Slot, plot: float, story: Told, top: float) -> Frame:
    left, bottom, width = box
    width = min(width, STEP_MOST * len(story.months))
    span = (-0.5, len(story.months) - 0.5)
    return Frame(Box(left, bottom, left + width, bottom + plot), span, (0.0, top))


def _heading(words: str, slot: Slot, frame: Frame, size: float, spare: float) -> Placed:
    """A panel's heading over its slot and, where that is too narrow, over what is spare at left."""
    left, _, width = slot
    lines = in_lines(words, width + spare, 1, size, bold=True)
    start = min(left, left + width - lines[0].width)
    return Placed(lines, Spot(start, frame.box.top + 6 + LEADING * size))


def _place(panel: Panel, limits: Limits, official: str, size: float, untold: list[str]) -> None:
    """The heading, what is pale, and a label for each thing that the story says."""
    frame, story = panel.frame, panel.story
    top = frame.box.top + 6
    panel.placed.append(panel.heading)
    beyond = (limits.hi >= frame.y[1]).all()
    if limits.known or not np.isfinite(limits.hi).all():
        across = frame.box.right - frame.box.left
        pale = f"pale: possible by {official}"
        texts = [f"{pale}, far beyond the top", f"{pale}", "pale: possible"]
        texts = texts if beyond and limits.known else texts[1:]
        if not limits.known:
            texts = ["pale: no upper limit known"]
        for text in texts:
            line = Line(text, "bounded", size=SMALL_TEXT)
            if line.width <= across:
                panel.placed.append(Placed([line], Spot(frame.box.left, top)))
                break
    room = Room(frame.box._replace(top=frame.box.top - 1), list(_obstacles(frame, story, limits)))
    for label in _labels(frame, story, size):
        room.put(label)
    panel.placed += room.placed
    untold += [words for words in room.untold if words not in untold]


def _labels(frame: Frame, story: Told, size: float) -> Iterator[Label]:
    if story.rise:
        one, other, ratio = story.rise
        x = frame.across(one.last + 0.5)
        middle = (frame.up(one.lo) + frame.up(other.lo)) / 2 - size / 2
        spots = [
            Spot(x + side * 9, middle + up, align)
            for up in (0, -14, 14, 30)
            for side, align in ((-1, "right"), (1, "left"))
        ]
        yield Label([[Line(f"×{ratio:,.1f}".removesuffix(".0"), bold=True, size=size)]], spots)
    for group in story.groups:
        left, right = frame.across(group.first - 0.5), frame.across(group.last + 0.5)
        middle, room = (left + right) / 2, right - left
        if group.kind == "none":
            texts = (["no figure"], ["no", "figure"], ["?"])
            variants = [[Line(words, "muted", size=SMALL_TEXT) for words in text] for text in texts]
            fitting = [v for v in variants if max(line.width for line in v) <= room]
            yield Label(fitting, [Spot(middle, frame.up(0) + 4, "center")])
            continue
        top = frame.up(group.lo if group.kind == "more_than" else max(group.lo, group.hi))
        top += ARROW + 3 if group.kind == "more_than" else 5
        bold = group.kind != "implied"
        short = group.words.removesuffix(", implied")
        widths = (400.0, max(room, 90.0))
        variants = [
            in_lines(words, width, 2, size, "reported", bold)
            for words in (group.words, short)
            for width in widths
        ]
        spots = [Spot(middle, top + rise, "center") for rise in range(0, 60, 6)]
        for rise in range(0, 60, 6):
            spots += [Spot(left + 2, top + rise, "left"), Spot(right - 2, top + rise, "right")]
        named = full_month(story.months[group.first])
        yield Label(variants, spots, f"From {named}: {group.words}.")


def _obstacles(frame: Frame, story: Told, limits: Limits) -> Iterator[Box]:
    for group in story.groups:
        if group.kind == "none":
            continue
        high = frame.up(group.lo if group.kind == "more_than" else max(group.lo, group.hi))
        high += ARROW if group.kind == "more_than" else 1
        for n in range(group.first, group.last + 1):
            yield Box(
                frame.across(n - BAR / 2) - 1, frame.up(0), frame.across(n + BAR / 2) + 1, high
            )
    if story.rise:
        one, other, _ = story.rise
        x = frame.across(one.last + 0.5)
        yield Box(x - 6, frame.up(one.lo), x + 6, frame.up(other.lo))
    yield from edge_boxes(limits.lo, limits.hi, 0, frame)


def _place_small(
    panel: Panel, limits: Limits, own: float, beside: str, size: float, untold: list[str]
) -> None:
    """The heading, the frame's name, and what the strip means."""
    frame = panel.frame
    panel.placed.append(panel.heading)
    taken = [Box(frame.box.left, frame.box.bottom, frame.box.right, frame.up(own) + 2)]
    taken += edge_boxes(limits.lo, limits.hi, 0, frame)
    room = Room(frame.box, taken)
    line = Line(beside, "muted", size=SMALL_TEXT)
    room.put(Label([[line]], [Spot(frame.box.right - 4, frame.up(own) + 3, "right")]))
    finite = np.isfinite(limits.hi)
    for which in (finite, ~finite):
        for first, last in runs(which):
            left, right = frame.across(first - 0.5), frame.across(last + 0.5)
            if which[first] and finite[first]:
                low, high = limits.hi[first : last + 1].min(), limits.hi[first : last + 1].max()
                amounts = limits.amounts
                words = (
                    f"upper limit {amounts.span(low, high)}"
                    if low == high
                    else f"upper limits {amounts.span(low, high)}"
                )
            else:
                words = "no upper limit known"
            widths = [width for width in (right - left - 10, 120.0) if width > 50]
            variants = [in_lines(words, width, 3, SMALL_TEXT, "bounded") for width in widths]
            ups = np.arange(frame.box.top - 24, frame.up(own), -10)
            spots = [
                Spot(x, up, align)
                for up in ups
                for x, align in ((left + 6, "left"), (right - 5, "right"))
            ]
            span = full_month(panel.story.months[first])
            room.put(Label(variants, spots, f"From {span}: {words}."))
    panel.placed += room.placed
    untold += [words for words in room.untold if words not in untold]

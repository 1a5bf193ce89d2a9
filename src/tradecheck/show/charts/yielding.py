"""Words that have no room where a painter put them: data that nobody foresaw must not stop a build.

A text yields in this order: it moves, it is wrapped, an axis shows fewer of its numbers and cuts its
names, the drawing grows, a label is cut, and the least important label goes. What is cut or gone can
still be pointed at; a name of a line that is gone stands in a legend below the drawing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from tradecheck.show.charts import ROLES
from tradecheck.show.charts.frame import Box
from tradecheck.show.charts.honesty import FREE_BASELINE, NOT_FINAL, SERIES_LENGTH
from tradecheck.show.charts.labels import (
    LEADING,
    Label,
    Line,
    Placed,
    Room,
    Spot,
    cut,
    height,
    in_lines,
    shortened,
)
from tradecheck.show.charts.texts import (
    MOST_PHONE_TICKS,
    SMALLEST_TEXT,
    any_meet,
    box_of,
    inside,
    is_readable,
    numbers,
    texts,
    tick_texts,
)
from tradecheck.show.svg import HIT

Shifts = Sequence[tuple[float, float]]  # to the right and up, in widths and lines of the text

GROWS = 4  # lines, at the top and at the bottom
MARGIN = 2
KEY = 26  # of a line in the legend, its piece of the line with what is free beside it
SHIFTS = (
    (0, 0), (0, 1), (0, -1), (0.55, 0), (-0.55, 0), (0, 2), (0, -2), (0.55, 1), (-0.55, 1), (0.55, -1),
    (-0.55, -1), (1.05, 0), (-1.05, 0), (0, 3), (0, -3),
)  # fmt: skip
BELOW = ((0, 0), (0, -1), (0, -2), (0, -3))  # where a name along the foot may stand
STILL = ((0, 0),)
PARTS = (0.55, 0.38)  # of a text, for its lines when it is wrapped
CUTS = (0.6, 0.35)  # of a text, for what is left of it when it is cut


@dataclass(frozen=True)
class _Standing:
    """A text as it stands: its words, and the box that these take, level and large enough."""

    text: Text
    words: str
    role: str
    bold: bool
    size: float
    box: Box

    @classmethod
    def of(cls, text: Text, top: float | None = None) -> "_Standing":
        """``top``: of the panel, for words up its side, which go above it."""
        words, size = " ".join(text.get_text().split()), max(text.get_fontsize(), SMALLEST_TEXT)
        bold = text.get_fontweight() in ("bold", 700)
        x0, y0, x1, y1 = box_of(text).extents
        if not is_readable(text):
            line = Line(words, bold=bold, size=size)
            middle = (y0 + y1) / 2 if top is None else top + size
            x1, y0, y1 = x0 + line.width, middle - size / 2, middle + size / 2
        role = ROLES.get(to_hex(text.get_color()), "ink")
        return cls(text, words, role, bold, size, Box(x0, y0, x1, y1))

    def lines(self, words: Sequence[str]) -> list[Line]:
        return [Line(line, self.role, self.bold, self.size) for line in words]

    def wrapped(self, room: float) -> list[list[Line]]:
        """The text in one to three lines that say all of it."""
        width = self.lines([self.words])[0].width
        found = [self.lines([self.words])] if width <= room else []
        for part in PARTS:
            lines = in_lines(
                self.words, min(room, width * part), 3, self.size, self.role, self.bold
            )
            if len(lines) > 1 and not cut(lines):
                found.append(lines)
        return found

    def cut(self, room: float) -> list[list[Line]]:
        """The beginning of the text."""
        width = self.lines([self.words])[0].width
        kept = (shortened(self.words, min(room, width * c), self.size, self.bold) for c in CUTS)
        return [self.lines([words]) for words in kept if len(words) > 3]

    def spots(self, lines: Sequence[Line], sheet: Box, shifts: Shifts) -> list[Spot]:
        """Where these lines may stand instead, the nearest first."""
        align = self.text.get_horizontalalignment()
        align = align if align in ("left", "center", "right") else "left"
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        width, tall, step = max(line.width for line in lines), height(lines), LEADING * self.size
        left = self.box.left + (self.box.right - self.box.left - width) * share
        found = []
        for across, up in shifts:
            start = min(left + across * width, sheet.right - MARGIN - width)
            start = max(start, sheet.left + MARGIN)
            foot = (self.box.bottom + self.box.top - tall) / 2 + up * step
            for y in (foot, max(min(foot, sheet.top - tall), sheet.bottom)):
                found.append(Spot(start + share * width, y, align))
        return list(dict.fromkeys(found))


def make_room(figure: Figure, wide: bool, not_final: Sequence[str]) -> tuple[float, float]:
    """Let the figure's texts yield until each can be read where it stands.

    ``not_final`` are periods whose labels must stay. Returns how far the drawing grows at its bottom
    and at its top.
    """
    figure.set_layout_engine("none")
    for axes in figure.axes:
        _thin(axes.xaxis, inf)
        _thin(axes.yaxis, inf if wide else MOST_PHONE_TICKS)
    sheet = Box(*figure.bbox.extents)
    taller = sheet._replace(
        bottom=sheet.bottom - GROWS * LEADING * SMALLEST_TEXT,
        top=sheet.top + GROWS * LEADING * SMALLEST_TEXT,
    )
    room = Room(sheet)
    grown = Room(taller, room.taken, room.placed)
    ticks = {
        id(text): shifts
        for axes in figure.axes
        for axis, shifts in ((axes.xaxis, BELOW), (axes.yaxis, STILL))
        for text in tick_texts(axis)
    }
    tops = {id(axes.yaxis.label): axes.bbox.y1 for axes in figure.axes}
    gone: list[_Standing] = []
    for text in sorted(texts(figure), key=lambda text: _rank(text, ticks, not_final)):
        standing = _Standing.of(text, tops.get(id(text)))
        if _stays(standing, room, figure):
            room.taken.append(_core(standing.box))
            continue
        text.set_visible(False)
        stages = _stages(standing, room, grown, ticks.get(id(text)), _is_kept(text, not_final))
        if not any(stage.put(label) for stage, label in stages):
            gone.append(standing)
        elif cut(room.placed[-1].lines):
            _tell(figure, room.placed[-1].box, standing.words)
    below = _legend(figure, gone, room, not_final)
    for placed in room.placed:
        placed.draw(figure)
    above = max([placed.box.top for placed in room.placed], default=0.0) - sheet.top
    return max(sheet.bottom - below, 0.0), max(above, 0.0)


def _is_kept(text: Text, not_final: Sequence[str]) -> bool:
    """Whether a figure would be less true without the text."""
    words = text.get_text()
    if any(mark in words for mark in NOT_FINAL) or any(period in words for period in not_final):
        return True
    axes = text.axes
    return bool(axes and axes.get_gid() == FREE_BASELINE and text is axes._left_title)


def _rank(text: Text, ticks: Mapping[int, Shifts], not_final: Sequence[str]) -> int:
    """What chooses its place first; of the labels, those drawn first."""
    if _is_kept(text, not_final):
        return 0
    return 1 if id(text) in ticks else 2


def _thin(axis: Axis, most: float) -> None:
    """Fewer numbers along an axis, until they are few and keep clear of each other; zero stays."""
    labels = numbers(axis)
    while len(labels) > 2 and (len(labels) > most or any_meet(map(box_of, labels))):
        kept = next((n for n, text in enumerate(labels) if text.get_text().strip() == "0"), 0) % 2
        for text in labels[1 - kept :: 2]:
            text.set_visible(False)
        labels = labels[kept::2]


def _stays(standing: _Standing, room: Room, figure: Figure) -> bool:
    box = box_of(standing.text)
    if not (is_readable(standing.text) and inside(box, figure.bbox)):
        return False
    core = _core(standing.box)
    return not any(core.meets(other) for other in room.taken)


def _core(box: Box) -> Box:
    """A text's box less what may touch others."""
    return Box(box.left + 0.5, box.bottom + 1, box.right - 0.5, box.top - 1)


def _stages(
    standing: _Standing, room: Room, grown: Room, shifts: Shifts | None, is_kept: bool
) -> Iterator[tuple[Room, Label]]:
    """The places to try, one after another; a tick's name has ``shifts`` of its own."""
    across = room.frame.right - room.frame.left - 2 * MARGIN
    whole, short = standing.wrapped(across), [] if is_kept else standing.cut(across)
    order = [(room, whole), (room, short if shifts else []), (grown, whole), (grown, short)]
    for where, variants in order:
        for lines in variants:
            yield where, Label([lines], standing.spots(lines, where.frame, shifts or SHIFTS))


def _tell(figure: Figure, box: Box, words: str) -> None:
    """An unseen area that shows the words to whoever points at it."""
    width, tall = figure.bbox.width, figure.bbox.height
    left, right = max(box.left, 0.0), min(box.right, width)
    area = Rectangle(
        (left / width, box.bottom / tall),
        max(right - left, 1.0) / width,
        (box.top - box.bottom) / tall,
        facecolor="none", edgecolor="none", gid=HIT + words, zorder=9,
    )  # fmt: skip
    figure.add_artist(area)


def _legend(
    figure: Figure, gone: Sequence[_Standing], room: Room, not_final: Sequence[str]
) -> float:
    """Lines below the drawing for what must be named; the rest can be pointed at where it stood.

    Returns the lowest point that is taken.
    """
    lines = [
        line
        for axes in figure.axes
        for line in axes.lines
        if len(line.get_xdata()) >= SERIES_LENGTH
    ]
    named = {ROLES.get(to_hex(line.get_color()), ""): line for line in lines}
    foot = min([placed.box.bottom for placed in room.placed], default=0.0)
    foot = min(foot, figure.bbox.y0)
    across = figure.bbox.width
    for standing in gone:
        line = named.get(standing.role)
        if line is None and not _is_kept(standing.text, not_final):
            _tell(figure, standing.box, standing.words)
            continue
        words = in_lines(
            standing.words, across - KEY - MARGIN, 4, standing.size, standing.role, standing.bold
        )
        foot -= height(words) + 4
        room.placed.append(Placed(words, Spot(KEY, foot)))
        if line is not None:
            middle = (foot + height(words[-1:]) / 2) / figure.bbox.height
            piece = Line2D([1 / across, (KEY - 6) / across], [middle] * 2)
            piece.set(color=line.get_color(), linestyle=line.get_linestyle(), linewidth=2)
            figure.add_artist(piece)
    return foot

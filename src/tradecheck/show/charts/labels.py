"""Words in a drawing: measured before they are drawn, and put where there is room for them.

Data that nobody foresaw must not stop a build, so a label yields: it moves, takes its shorter
words, or is left out and told in the note below the figure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from tradecheck.show.charts import PALETTE, STYLE, TEXT
from tradecheck.show.charts.frame import Box, Frame

LEADING = 1.27  # from one line to the next, in sizes of the text
ABOVE, BELOW = 0.8, 0.24  # what a line takes above and below its foot, in sizes of the text
ELLIPSIS = "…"
PIECE = 8  # the length of a line's pieces


@dataclass(frozen=True)
class Line:
    """One line of words in a colour role."""

    words: str
    role: str = "ink"
    bold: bool = False
    size: float = TEXT[True]

    @property
    def width(self) -> float:
        return _width(self.words, self.bold) * self.size


@dataclass(frozen=True)
class Spot:
    """A place for a block of lines: its edge or middle at x, its foot at y.

    ``align``: which side of the block stands at x (left, center, right). ``leads_to``: a point that
    a thin line joins to the block, straight down from it, or across and down.
    """

    x: float
    y: float
    align: str = "left"
    leads_to: tuple[float, float] | None = None


@dataclass(frozen=True)
class Label:
    """What a label says, at length first, and where it may stand, the best place first.

    The first ``complete`` variants say it all (every one, if not given). ``told`` is the sentence
    of the note that says the same, should there be no room for one of these.
    """

    variants: Sequence[Sequence[Line]]
    spots: Sequence[Spot]
    told: str = ""
    complete: int | None = None


@dataclass(frozen=True)
class Placed:
    lines: Sequence[Line]
    spot: Spot

    @property
    def box(self) -> Box:
        return _box(self.lines, self.spot)

    def draw(self, figure: Figure) -> None:
        width, height = figure.bbox.width, figure.bbox.height
        foot = self.spot.y + sum(line.size for line in self.lines[1:]) * LEADING
        for line, below in zip(self.lines, (*self.lines[1:], None), strict=True):
            figure.text(
                self.spot.x / width,
                (foot + BELOW * line.size) / height,
                line.words,
                color=PALETTE[line.role],
                fontweight="bold" if line.bold else "normal",
                fontsize=line.size,
                ha=self.spot.align,
                va="baseline",
            )
            foot -= LEADING * below.size if below else 0
        if self.spot.leads_to:
            self._lead(figure, *self.spot.leads_to)

    def _lead(self, figure: Figure, x: float, y: float) -> None:
        box, width, height = self.box, figure.bbox.width, figure.bbox.height
        path = [(x, box.bottom - 1), (x, y)]
        if x > box.right:
            middle = (box.bottom + box.top) / 2
            path = [(box.right + 4, middle), (x, middle), (x, y)]
        across, up = [x / width for x, _ in path], [y / height for _, y in path]
        figure.add_artist(Line2D(across, up, color=PALETTE["muted"], linewidth=1))


@dataclass
class Room:
    """The part of a drawing where words may stand, and what stands in it already."""

    frame: Box
    taken: list[Box] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    missing: int = 0

    def put(self, label: Label) -> bool:
        """Place the label, if there is room; what it does not say goes among ``untold``."""
        taken = np.array(self.taken or [Box(0, 0, 0, 0)], dtype=float)
        for number, lines in enumerate(label.variants):
            for spot in label.spots:
                box = _box(lines, spot)
                if self._free(box, spot, taken):
                    self.placed.append(Placed(lines, spot))
                    self.taken += [box, *_leader(box, spot)]
                    if label.complete is not None and number >= label.complete:
                        self.untold.append(label.told)
                    return True
        if label.told:
            self.untold.append(label.told)
            self.missing += 1
        return False

    def _free(self, box: Box, spot: Spot, taken: np.ndarray) -> bool:
        frame = self.frame
        if not (
            frame.left <= box.left
            and box.right <= frame.right
            and frame.bottom <= box.bottom
            and box.top <= frame.top
        ):
            return False
        return not any(
            (
                (taken[:, 0] < one.right)
                & (one.left < taken[:, 2])
                & (taken[:, 1] < one.top)
                & (one.bottom < taken[:, 3])
            ).any()
            for one in (box, *_leader(box, spot))
        )


def along(frame: Frame, xs: Sequence[float], ys: Sequence[float]) -> Iterator[Box]:
    """The thin areas that a drawn line takes, piece by piece, for a room where words stay clear of it."""
    for (x, y), (after, level) in pairwise(zip(xs, ys, strict=True)):
        count = max(1, round((frame.across(after) - frame.across(x)) / PIECE))
        for n in range(count):
            left, right = (frame.across(x + (after - x) * (n + end) / count) for end in (0, 1))
            ends = [frame.up(y + (level - y) * (n + end) / count) for end in (0, 1)]
            yield Box(left, min(ends) - 2, right, max(ends) + 2)


def wrapped(words: str, room: float, size: float, bold: bool = False) -> list[str]:
    """The words in lines no wider than ``room``, broken at spaces; a longer word ends in "…"."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, bold) * size <= room:
            lines[-1] = longer
        else:
            lines.append(shortened(word, room, size, bold))
    return lines


def shortened(words: str, room: float, size: float, bold: bool = False) -> str:
    """The words, cut to ``room`` and ended by "…" where they are too long."""
    if _width(words, bold) * size <= room:
        return words
    kept = words
    while kept and _width(kept.rstrip() + ELLIPSIS, bold) * size > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def in_lines(
    words: str, room: float, most: int, size: float, role: str = "ink", bold: bool = False
) -> list[Line]:
    """The words as at most ``most`` lines; the last is cut where they do not suffice."""
    lines = wrapped(words, room, size, bold)
    if len(lines) > most:
        lines[most - 1 :] = [shortened(" ".join(lines[most - 1 :]), room, size, bold)]
    return [Line(line, role, bold, size) for line in lines]


def cut(lines: Sequence[Line]) -> bool:
    """Whether a line was cut for want of room."""
    return any(line.words.endswith(ELLIPSIS) for line in lines)


def height(lines: Iterable[Line]) -> float:
    """What a block of lines takes from its foot to its top."""
    sizes = [line.size for line in lines]
    return sum(sizes[1:]) * LEADING + (sizes[0] * (ABOVE + BELOW) if sizes else 0)


@lru_cache(maxsize=4096)
def _width(words: str, bold: bool) -> float:
    """How wide the words are in the widest font that readers may have, in sizes of the text."""
    font = FontProperties(
        family=STYLE["font.family"], weight="bold" if bold else "normal", size=100
    )
    return text_to_path.get_text_width_height_descent(words, font, ismath=False)[0] / 100


def _box(lines: Sequence[Line], spot: Spot) -> Box:
    width = max(line.width for line in lines)
    left = spot.x - {"left": 0.0, "center": width / 2, "right": width}[spot.align]
    return Box(left, spot.y, left + width, spot.y + height(lines))


def _leader(box: Box, spot: Spot) -> list[Box]:
    """The thin areas that a line from the block to its point takes."""
    if not spot.leads_to:
        return []
    x, y = spot.leads_to
    if x <= box.right:
        return [Box(x - 1, y, x + 1, box.bottom)]
    middle = (box.bottom + box.top) / 2
    return [Box(box.right + 4, middle - 1, x, middle + 1), Box(x - 1, y, x + 1, middle)]

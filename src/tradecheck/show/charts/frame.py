"""A panel of a chart: where it stands in the drawing, what its axes span, and areas that speak."""

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tradecheck.show.svg import HIT

Span = tuple[float, float]
NICE = (1, 2, 2.5, 5, 10)


class Box(NamedTuple):
    """An area of a drawing, in its units from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


@dataclass(frozen=True)
class Frame:
    """A panel that stands at ``box`` and spans ``x`` and ``y`` in the units of its data.

    Known before anything is drawn, so that words find their places first.
    """

    box: Box
    x: Span
    y: Span

    @property
    def step(self) -> float:
        """How far one unit of the x axis reaches."""
        return (self.box.right - self.box.left) / (self.x[1] - self.x[0])

    @property
    def rise(self) -> float:
        """How much of the y axis one unit of the drawing takes."""
        return (self.y[1] - self.y[0]) / (self.box.top - self.box.bottom)

    def across(self, x: float) -> float:
        return self.box.left + (x - self.x[0]) * self.step

    def up(self, y: float) -> float:
        return self.box.bottom + (y - self.y[0]) / self.rise

    def axes(self, figure: Figure) -> Axes:
        """The panel's empty axes, without ticks, grid or spines."""
        figure.set_layout_engine("none")
        width, height = figure.bbox.width, figure.bbox.height
        left, bottom, right, top = self.box
        place = (left / width, bottom / height, (right - left) / width, (top - bottom) / height)
        axes = figure.add_axes(place, xlim=self.x, ylim=self.y, xticks=[], yticks=[])
        axes.spines["bottom"].set_visible(False)
        return axes


def hover(axes: Axes, words: str, x: Span, y: Span | None = None) -> None:
    """An unseen area that shows these words to whoever points at it; in full height without y."""
    low, high = axes.get_ylim() if y is None else y
    area = Rectangle((x[0], low), x[1] - x[0], high - low, facecolor="none", edgecolor="none")
    area.set(gid=HIT + words, clip_on=False, zorder=9)
    axes.add_artist(area)


def arrow(axes: Axes, frame: Frame, x: float, low: float, high: float, **look: Any) -> None:
    """A line straight up from low to high, with a head where it is long enough for one."""
    look |= {"clip_on": False}
    axes.plot([x, x], [low, high], **look)
    wing, down = 5 / frame.step, 7 * frame.rise
    if high - down > low:
        axes.plot([x - wing, x, x + wing], [high - down, high, high - down], **look)


def round_steps(low: float, high: float, most: int = 4) -> list[float]:
    """Zero and the other multiples of a round number from low to high, at most ``most`` in all."""
    if not high > low:
        return [0.0]
    power = floor(log10((high - low) / most)) - 1
    for size in (10.0 ** (power + digits) * nice for digits in range(4) for nice in NICE[:-1]):
        first, last = ceil(low / size - 1e-9), floor(high / size + 1e-9)
        if last - first + 1 <= most:
            return [size * count for count in range(first, last + 1)]
    return [0.0]


def decimals(size: float) -> int:
    """The places after the point that a multiple of this round number needs."""
    return next((n for n in range(12) if abs(round(size, n) - size) < size * 1e-9), 12)

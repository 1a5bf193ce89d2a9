"""The house style for charts, and the road from a painter to a drawing.

A painter is a function ``painter(figure, wide)`` that puts axes on a matplotlib figure. ``draw``
calls it twice, for a page and for a phone, holds the result to the rules of an honest chart, lets
words yield where they have no room and returns clean SVG. Colours are roles, so that light, dark and high-contrast pages restyle one
drawing by CSS. All lengths, text sizes among them, are in the drawing's own units: a page shows
one of them as about one pixel.
"""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.style  # for rcdefaults, which would import it in every forked process
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from tradecheck.parallel import each
from tradecheck.show.charts.honesty import FREE_BASELINE, Known, check
from tradecheck.show.charts.texts import is_crowded
from tradecheck.show.palette import PALETTE
from tradecheck.show.svg import clean

NO_GLYPH = r"Glyph \d+ .* missing from"  # begins a warning of matplotlib's
Painter = Callable[[Figure, bool], None]

ROLES = {colour: role for role, colour in PALETTE.items()}

WIDE, HALF, NARROW = 976, 460, 350  # across: a page, one of two figures side by side, a phone
TEXT = {True: 15, False: 14}  # in the wide and the narrow drawing
SMALL_TEXT = 14  # 12 px where a phone 320 px wide shows the narrow drawing in 304

HOUSE = Path(__file__).with_name("house.mplstyle")
STYLE = matplotlib.rc_params_from_file(HOUSE, use_default_template=False)
EXACT = {  # what a painter relies on, and a chart of anybody's need not
    "text.parse_math": False,
    "axes.titley": 1.0,  # not looked for, which measures every tick label again
}

_AREAS: dict[str, dict[str, Any]] = {
    "observed": {"facecolor": PALETTE["observed"], "edgecolor": PALETTE["observed"]},
    "bounded": {
        "facecolor": PALETTE["paper"],
        "edgecolor": PALETTE["wash_line"],
        "hatch": "////",
        "linewidth": 1.1,
    },
    "reported": {
        "facecolor": PALETTE["reported_fill"],
        "edgecolor": PALETTE["reported"],
        "linewidth": 2,
    },
    "allowed_path": {
        "facecolor": PALETTE["paper"],
        "edgecolor": PALETTE["allowed_path"],
        "linestyle": ":",
        "linewidth": 2,
    },
}
_LINES: dict[str, dict[str, Any]] = {
    "observed": {"color": PALETTE["observed"], "linestyle": "-", "linewidth": 2.4},
    "bounded": {"color": PALETTE["wash_line"], "linestyle": (0, (5, 2)), "linewidth": 1.6},
    "reported": {
        "color": PALETTE["reported"],
        "linestyle": "none",
        "marker": "o",
        "markerfacecolor": PALETTE["paper"],
        "markeredgecolor": PALETTE["reported"],
        "markeredgewidth": 2,
    },
    "allowed_path": {
        "color": PALETTE["allowed_path"],
        "linestyle": (0, (1, 1.6)),
        "linewidth": 2.4,
    },
}


def area_style(grade: str) -> dict[str, Any]:
    """How a bar or band of this grade looks: observed solid, bounded hatched, reported outlined,
    one allowed path dotted. Keyword arguments for ``bar``, ``barh`` and ``fill_between``."""
    return dict(_AREAS[grade])


def line_style(grade: str) -> dict[str, Any]:
    """How a line of this grade looks: observed solid, bounded dashed, reported open circles without
    a line, one allowed path dotted. Keyword arguments for ``plot``."""
    return dict(_LINES[grade])


def free_baseline(axes: Axes) -> None:
    """Let the value axis leave zero out, for rates and indices, and say so above the chart."""
    axes.set_gid(FREE_BASELINE)
    axes.set_title("Axis does not start at zero", fontweight="normal", color=PALETTE["muted"])


def draw(
    name: str,
    painter: Painter,
    heights: tuple[float, float] = (416, 380),
    known: Known = Known(),
    half: bool = False,
) -> tuple[str, str]:
    """The painter's chart as (wide, narrow) SVG text; ``heights`` are given in the same order.

    The wide drawing is ``WIDE`` across, or ``HALF`` for one of two figures side by side; the narrow
    one ``NARROW``. ``known`` tells which periods are not final and which reported values no line
    may smooth away. The bytes depend on the painter alone. Words that would meet, or run out of the
    drawing, yield; a chart that is not honest raises a TradecheckError that names figure and rule.
    """
    sizes = ((True, HALF if half else WIDE, heights[0]), (False, NARROW, heights[1]))
    wide, narrow = each(lambda size: _draw(name, painter, size[0], size[1], size[2], known), sizes)
    return wide, narrow


def prepare() -> None:
    """Find fonts and compile what a first drawing needs, for all processes forked from this one."""

    def paint(figure: Figure, _: bool) -> None:
        axes = figure.add_subplot(xlim=(0, 1), ylim=(0, 1), xticks=[0.5], yticks=[0, 1])
        for height, weight in ((0.3, "normal"), (0.7, "bold")):
            axes.text(0.5, height, weight, fontweight=weight)

    _draw("prepared", paint, True, WIDE, 144, Known())


@contextmanager
def without_glyph_warnings() -> Iterator[None]:
    """Say nothing of letters that matplotlib's font lacks: readers see the text in their own."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", NO_GLYPH, UserWarning)
        yield


def _draw(
    name: str, painter: Painter, wide: bool, across: float, height: float, known: Known
) -> str:
    with matplotlib.rc_context(), without_glyph_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**STYLE, **EXACT, "font.size": TEXT[wide]})
        figure = Figure(figsize=(across / 72, height / 72), dpi=72)
        canvas = FigureCanvasSVG(figure)
        painter(figure, wide)
        for axis in chain.from_iterable((axes.xaxis, axes.yaxis) for axes in figure.axes):
            if not axis.get_label_text():  # nothing to place, which measures them, too
                axis.set_label_coords(0, 0)
        buffer = io.BytesIO()
        canvas.print_svg(buffer, metadata={"Date": None})
        size = "wide" if wide else "narrow"
        check(figure, f"Figure {name!r} ({size} drawing)", known)
        if is_crowded(figure, wide):
            buffer = _with_room(figure, wide, known)
    return clean(buffer.getvalue().decode(), f"{name}-{size}", ROLES)


def _with_room(figure: Figure, wide: bool, known: Known) -> io.BytesIO:
    """The figure printed again, its words in places where each has room."""
    from tradecheck.show.charts.yielding import make_room  # which rests on the names above

    across, height = figure.bbox.width, figure.bbox.height
    below, above = make_room(figure, wide, known.not_final)
    sheet = Bbox.from_extents(0, -below / 72, across / 72, (height + above) / 72)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", dpi=72, metadata={"Date": None}, bbox_inches=sheet)
    return buffer

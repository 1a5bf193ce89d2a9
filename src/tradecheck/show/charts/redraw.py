"""A matplotlib figure of anybody's, drawn again as a page needs it: for a page and for a phone.

The figure is as before when it has been drawn: whoever made it may go on with it.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import NamedTuple

import matplotlib
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.category import StrCategoryFormatter
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter
from matplotlib.transforms import Bbox

from tradecheck.show.charts import NARROW, ROLES, SMALL_TEXT, STYLE, WIDE, without_glyph_warnings
from tradecheck.show.charts.described import described
from tradecheck.show.exhibits.picture import NAME
from tradecheck.show.svg import clean

HEIGHTS = {WIDE: 416, NARROW: 380}  # of a figure whose size nobody chose
LEAST, MOST = 200, 1400
PANEL = 170  # px of height that a row of panels needs


class Redrawn(NamedTuple):
    """SVG for a page and for a phone, the figure's own title, and what it shows in words."""

    wide: str
    narrow: str
    title: str
    words: str


def redraw(figure: Figure) -> Redrawn:
    """The figure as a page shows it; the same figure gives the same bytes."""
    with _as_it_was(figure), without_glyph_warnings():
        title = _take_title(figure)
        wide = _drawing(figure, WIDE, "wide")
        words = described(figure)
        columns = max((axes.get_gridspec().ncols for axes in _in_grid(figure)), default=1)
        narrow = _drawing(figure, round(NARROW * max(1, columns / 2)), "narrow")
    return Redrawn(wide, narrow, title, words)


def _drawing(figure: Figure, across: int, size: str) -> str:
    width, height = _height(figure, across)
    with matplotlib.rc_context({key: STYLE[key] for key in ("svg.fonttype", "svg.hashsalt")}):
        figure.set_size_inches(width / 72, height / 72)
        figure.set_dpi(72)
        FigureCanvasSVG(figure)
        figure.draw_without_rendering()
        for text in figure.findobj(Text):
            if text.get_fontsize() < SMALL_TEXT:
                text.set_fontsize(SMALL_TEXT)
        for axes in figure.axes:
            _set_apart(axes.xaxis)
        buffer = io.BytesIO()
        whole = Bbox.union([figure.bbox_inches, figure.get_tightbbox()])  # nothing is cut
        look = {"facecolor": "none", "edgecolor": "none", "bbox_inches": whole}
        figure.savefig(buffer, format="svg", dpi=72, metadata={"Date": None}, **look)
    return clean(buffer.getvalue().decode(), f"{NAME}-{size}", ROLES, is_free=True)


def _height(figure: Figure, across: int) -> tuple[int, float]:
    """The drawing's size: as high as the figure's own shape asks for, and its panels need."""
    own_width, own_height = figure._tradecheck_size
    rows = max((axes.get_gridspec().nrows for axes in _in_grid(figure)), default=1)
    if (own_width, own_height) in ((6.4, 4.8), tuple(STYLE["figure.figsize"])):
        height = HEIGHTS.get(across, across)
    else:
        height = across * own_height / own_width
        height = max(height, LEAST if across >= WIDE else 280)
    return across, min(max(height, PANEL * rows), MOST)


def _in_grid(figure: Figure) -> Iterator:
    return (axes for axes in figure.axes if axes.get_subplotspec() is not None)


def _take_title(figure: Figure) -> str:
    """The title of the figure or of its only panel, which then stands above the drawing."""
    found = [figure._suptitle] if figure._suptitle else []
    if not found and len(figure.axes) == 1:
        axes = figure.axes[0]
        found = [axes.title, axes._left_title, axes._right_title]
    found = [text for text in found if text.get_text().strip()]
    for text in found:
        text.set_visible(False)
    return " ".join(" ".join(text.get_text() for text in found).split())


def _set_apart(axis: Axis) -> None:
    """Labels along an axis that would run into each other: names are turned, others thinned."""
    labels = [
        label
        for label in (*axis.get_majorticklabels(), *axis.get_minorticklabels())
        if label.get_text().strip()
    ]
    labels.sort(key=lambda label: label.get_window_extent().x0)
    if any(label.get_rotation() % 180 for label in labels) or not _meet(labels):
        return
    if isinstance(axis.get_major_formatter(), FixedFormatter | StrCategoryFormatter):
        for label in labels:
            label.set_rotation(90)
        return
    while len(labels) > 2 and _meet(labels):
        for label in labels[1::2]:
            label.set_visible(False)
        labels = labels[::2]


def _meet(labels: list[Text]) -> bool:
    boxes = [Text.get_window_extent(label) for label in labels]
    return any(one.x1 + 4 > other.x0 for one, other in pairwise(boxes))


@contextmanager
def _as_it_was(figure: Figure) -> Iterator[None]:
    """Give the figure back its size, canvas, layout and texts."""
    size, dpi, canvas = figure.get_size_inches().copy(), figure.dpi, figure.canvas
    figure._tradecheck_size = tuple(round(float(length), 2) for length in size)
    layout = figure.get_layout_engine()
    places = [(axes, axes.get_position(True), axes.get_position()) for axes in figure.axes]
    looks = [
        (text, text.get_fontsize(), text.get_rotation(), text.get_visible())
        for text in figure.findobj(Text)
    ]
    try:
        yield
    finally:
        del figure._tradecheck_size
        for text, fontsize, rotation, visible in looks:
            text.set(fontsize=fontsize, rotation=rotation, visible=visible)
        figure.set_canvas(canvas)
        figure.set_dpi(dpi)
        figure.set_size_inches(size)
        with suppress(RuntimeError):  # where a colour bar stands, as another engine has put it
            figure.set_layout_engine(layout if layout is not None else "none")
        for axes, original, active in places:
            axes._set_position(original, "original")
            axes._set_position(active, "active")  # without leaving the layout

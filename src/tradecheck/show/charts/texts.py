"""The texts of a matplotlib figure as they are drawn, and the room that they take."""

from collections.abc import Iterable, Iterator

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

EDGE = 1  # a text may reach so far out of the drawing
SMALLEST_TEXT = 14  # 12 px on pages 961 px wide and, in the narrow drawing, 320 px wide
MOST_PHONE_TICKS = 5


def texts(figure: Figure) -> Iterator[Text]:
    """Every text that is drawn."""
    candidates = list(figure.texts)
    legends = list(figure.legends)
    for axes in figure.axes:
        legends += [legend] if (legend := axes.get_legend()) else []
        for child in axes.get_children():
            if isinstance(child, Text):
                candidates.append(child)
            elif isinstance(child, Axis) and axes.axison and child.get_visible():
                candidates += [child.label, child.get_offset_text(), *tick_texts(child)]
    for legend in legends:
        candidates += [legend.get_title(), *legend.get_texts()]
    return (text for text in candidates if text.get_visible() and text.get_text().strip())


def tick_texts(axis: Axis) -> Iterator[Text]:
    """The labels of the ticks that an axis shows."""
    lo, hi = sorted(axis.get_view_interval())
    slack = (hi - lo) * 1e-9
    for tick in axis.get_major_ticks():
        if lo - slack <= tick.get_loc() <= hi + slack:
            for label in (tick.label1, tick.label2):
                if label.get_visible() and label.get_text().strip():
                    yield label


def box_of(text: Text) -> Bbox:
    """What a text takes of the drawing; an annotation's arrow is no part of it."""
    return Text.get_window_extent(text)


def meet(one: Bbox, other: Bbox) -> bool:
    """Whether two texts cover each other; a line's box holds more height than its letters."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    down = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(across > 1 and down > 2)


def any_meet(boxes: Iterable[Bbox]) -> bool:
    """Whether any two of these do: looked for among those that begin before the other ends."""
    opened: list[Bbox] = []
    for box in sorted(boxes, key=lambda box: box.x0):
        opened = [one for one in opened if one.x1 > box.x0 + 1]
        if any(meet(one, box) for one in opened):
            return True
        opened.append(box)
    return False


def inside(box: Bbox, sheet: Bbox) -> bool:
    """Whether a text stays within the drawing."""
    return bool(
        sheet.x0 - EDGE <= box.x0
        and box.x1 <= sheet.x1 + EDGE
        and sheet.y0 - EDGE <= box.y0
        and box.y1 <= sheet.y1 + EDGE
    )


def is_readable(text: Text) -> bool:
    """Whether a text is level, large enough, and of one line: readers' fonts set two lines apart."""
    return (
        not text.get_rotation() % 360
        and text.get_fontsize() >= SMALLEST_TEXT
        and "\n" not in text.get_text()
    )


def numbers(axis: Axis) -> list[Text]:
    """The numbers along an axis; none where names stand in their place."""
    labels = list(tick_texts(axis))
    named = any(sign.isalpha() for label in labels for sign in label.get_text())
    return [] if named else labels


def is_crowded(figure: Figure, wide: bool) -> bool:
    """Whether a text of the figure cannot be read where it stands."""
    drawn = list(texts(figure))
    boxes = [box_of(text) for text in drawn]
    return (
        not all(map(is_readable, drawn))
        or not all(inside(box, figure.bbox) for box in boxes)
        or any_meet(boxes)
        or (not wide and any(len(numbers(axes.yaxis)) > MOST_PHONE_TICKS for axes in figure.axes))
    )

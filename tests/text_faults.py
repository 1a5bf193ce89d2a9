"""What a reader could not read in a drawing, found in its SVG alone, for the tests of charts."""

from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

SVG = "{http://www.w3.org/2000/svg}"
SMALLEST = 14  # 12 px on a page and on a phone
LOOKS = ("font-size", "font-weight", "text-anchor", "transform")


class Drawn(NamedTuple):
    words: str
    left: float
    top: float
    right: float
    bottom: float


def text_faults(drawing: str) -> list[str]:
    """Texts that are turned, small, broken, cover each other or run out of the drawing."""
    root = ElementTree.fromstring(drawing)
    x, y, width, height = map(float, root.get("viewBox").split())
    found, drawn = [], []
    for element, look in _texts(root, {}):
        words = "".join(element.itertext())
        if "transform" in look or element.get("transform"):
            found.append(f"{words!r} is turned")
            continue
        size = float(look["font-size"])
        if size < SMALLEST:
            found.append(f"{words!r} is small")
        if "\n" in words or element.find(f"{SVG}tspan") is not None:
            found.append(f"{words!r} has two lines")
        one = _drawn(element, words, size, look)
        if not (
            x - 1 <= one.left
            and one.right <= x + width + 1
            and y - 1.5 <= one.top
            and one.bottom <= y + height + 1.5
        ):
            found.append(f"{words!r} runs out of the drawing")
        drawn.append(one)
    for one, other in combinations(drawn, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        if across > 1.1 and down > 2.5:  # a line's box holds more height than its letters
            found.append(f"{one.words!r} and {other.words!r} overlap")
    return found


def _texts(element, look):
    look = look | {key: element.get(key) for key in LOOKS if element.get(key)}
    if element.tag == f"{SVG}text" and "".join(element.itertext()).strip():
        yield element, look
    for child in element:
        yield from _texts(child, look)


def _drawn(element, words: str, size: float, look) -> Drawn:
    weight = "bold" if look.get("font-weight") in ("700", "bold") else "normal"
    font = FontProperties(family="DejaVu Sans", weight=weight, size=100)
    width, height, descent = (
        length * size / 100
        for length in text_to_path.get_text_width_height_descent(words, font, ismath=False)
    )
    _, line, below = (
        length * size / 100
        for length in text_to_path.get_text_width_height_descent("lp", font, ismath=False)
    )
    height, descent = max(height, line), max(descent, below)
    share = {"middle": 0.5, "end": 1.0}.get(look.get("text-anchor", "start"), 0.0)
    left, base = float(element.get("x", 0)) - width * share, float(element.get("y", 0))
    return Drawn(words, left, base - (height - descent), left + width, base + descent)

"""matplotlib's SVG made fit for a page: no style, no script, no stray ids, colours as classes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from tradecheck.errors import TradecheckError

NAMESPACE = "http://www.w3.org/2000/svg"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

ELEMENTS = frozenset(
    """
    svg g defs path rect circle ellipse line polyline polygon text tspan use clipPath pattern title
    image
    """.split()
)
ATTRIBUTES = frozenset(
    """
    xmlns viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points transform id class href
    clip-path fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity patternUnits
    font-family font-size font-style font-weight text-anchor
    """.split()
)
RASTER = "data:image/png;base64,"  # begins the only address that a picture in a drawing may have
HIT = "hit:"  # begins the id of an area that shows the words after it to whoever points at it
_DROPPED_ELEMENTS = frozenset({"metadata", "style", "title"})
_DROPPED_PROPERTIES = frozenset({"font-family", "font-stretch", "font-variant"})
_SAYS_NOTHING = {
    ("stroke-dashoffset", "0"),
    ("font-weight", "400"),
    ("font-style", "normal"),
    ("text-anchor", "start"),
}
_DECIMAL = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LENGTHS = frozenset(
    "viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points transform font-size".split()
)
_LOOKS = frozenset(
    """
    clip-path fill fill-opacity stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap
    stroke-linejoin font-size font-weight text-anchor class
    """.split()
)


class Node(NamedTuple):
    """A cleaned element."""

    tag: str
    attributes: Mapping[str, str]
    children: Sequence["Node"] = ()
    words: str = ""


def clean(drawing: str, name: str, roles: Mapping[str, str], *, is_free: bool = False) -> str:
    """The drawing as one compact ``<svg>`` element.

    ``name`` prefixes the ids that are pointed at, all others go; ``roles`` maps each colour of the
    house, as "#rrggbb", to its role, which becomes the class ``c-<role>`` of a fill and
    ``s-<role>`` of a stroke. The colour stays as an attribute, for places without our style sheet.
    A colour without a role raises a TradecheckError, or stays as it is where the drawing ``is_free``, which may hold pictures, too.
    """
    root = ElementTree.fromstring(drawing)
    return _written(_Cleaner(name, roles, _referenced(root), is_free).root(root))


def _referenced(root: ElementTree.Element) -> dict[str, None]:
    """The ids pointed at, in order of first use."""
    found: dict[str, None] = {}
    for element in root.iter():
        for key, value in element.attrib.items():
            if _local(key) == "href" and value.startswith("#"):
                found[value.removeprefix("#")] = None
            found.update(dict.fromkeys(_REFERENCE.findall(value)))
    return found


class _Cleaner:
    def __init__(
        self,
        name: str,
        roles: Mapping[str, str],
        referenced: Mapping[str, None],
        is_free: bool,
    ):
        self.name = name
        self.roles = roles
        self.is_free = is_free
        self.ids = {old: f"{name}-{n}" for n, old in enumerate(referenced, start=1)}

    def root(self, element: ElementTree.Element) -> Node:
        attributes = {
            "xmlns": NAMESPACE,
            "viewBox": _rounded(element.get("viewBox", "")),
            "font-family": FONT,
            "stroke-linejoin": "round",
        }
        return Node("svg", attributes, self.children(element))

    def children(self, element: ElementTree.Element) -> list[Node]:
        nodes = [node for child in element for node in self.nodes(child)]
        if element.get("id", "").startswith("matplotlib.axis"):
            nodes.sort(
                key=lambda node: node.tag
            )  # grid lines, then labels: two runs that look alike
        return nodes

    def nodes(self, element: ElementTree.Element) -> Sequence[Node]:
        """The element, or what it holds if it says nothing itself, or nothing if it is not seen."""
        tag = _local(element.tag)
        if tag in _DROPPED_ELEMENTS:
            return ()
        if tag not in ELEMENTS or (tag == "image" and not self.is_free):
            raise TradecheckError(
                f"The drawing {self.name!r} holds a <{tag}>: draw lines, areas and text only."
            )
        if element.get("id", "").startswith(HIT):
            return (_hit(element),)
        attributes, children = self.attributes(element), self.children(element)
        if tag in {"g", "defs"} and not attributes and (tag == "g" or not children):
            return children
        if attributes.get("fill") == "none" and "stroke" not in attributes:
            return ()
        words = element.text or "" if tag in {"text", "tspan"} else ""
        return (Node(tag, attributes, children, words),)

    def attributes(self, element: ElementTree.Element) -> dict[str, str]:
        tag = _local(element.tag)
        found = {
            _local(key): value for key, value in element.attrib.items() if _local(key) != "style"
        }
        for declaration in filter(str.strip, element.get("style", "").split(";")):
            key, value = (part.strip() for part in declaration.split(":", 1))
            if key not in _DROPPED_PROPERTIES and (key, value) not in _SAYS_NOTHING:
                found[key] = value
        if tag == "text":
            found.setdefault("fill", "#000000")
        if re.match(r"rotate\(-?0 ", found.get("transform", "")):
            del found["transform"]
        if "id" in found:
            found["id"] = self.ids.get(found["id"], "")
        if found.get("href", "").startswith("#"):
            found["href"] = "#" + self.ids[found["href"].removeprefix("#")]
        if classes := self.classes(found):
            found["class"] = classes
        kept = {}
        for key, value in found.items():
            value = _REFERENCE.sub(lambda match: f"url(#{self.ids[match[1]]})", value)
            if key in _LENGTHS:
                value = _rounded(value)
            if value and key in ATTRIBUTES:
                kept[key] = value
        return kept

    def classes(self, attributes: Mapping[str, str]) -> str:
        names = []
        for key, prefix in (("fill", "c"), ("stroke", "s")):
            colour = attributes.get(key, "none")
            if colour.startswith("#"):
                if colour not in self.roles and self.is_free:
                    continue
                if colour not in self.roles:
                    raise TradecheckError(
                        f"The drawing {self.name!r} uses the colour {colour}: "
                        "take it from charts.PALETTE."
                    )
                names.append(f"{prefix}-{self.roles[colour]}")
        return " ".join(names)


def _hit(element: ElementTree.Element) -> Node:
    """An area with a title, from a group of matplotlib's that holds one rectangle."""
    corners = re.findall(r"-?[\d.]+", element[0].get("d", ""))
    across, down = ([float(number) for number in corners[axis::2]] for axis in (0, 1))
    x, y, width, height = min(across), min(down), max(across), max(down)
    box = {"x": x, "y": y, "width": width - x, "height": height - y}
    rect = {key: _rounded(f"{value:.2f}") for key, value in box.items()}
    title = Node("title", {}, (), element.get("id", "").removeprefix(HIT))
    area = Node("rect", {"class": "hit", "fill": "none", **rect})
    return Node("g", {"class": "m"}, (title, area))


def _grouped(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes in their order; those in a row that look alike share one group."""
    for look, run in groupby(nodes, key=_look):
        alike = list(run)
        if not look or len(alike) == 1:
            yield from alike
            continue
        inside: list[Node] = []
        for node in alike:
            own = {key: value for key, value in node.attributes.items() if (key, value) not in look}
            inside += (
                node.children if node.tag == "g" and not own else [node._replace(attributes=own)]
            )
        yield Node("g", dict(look), inside)


def _look(node: Node) -> tuple[tuple[str, str], ...]:
    """What a node may share with its neighbours; not opacity, which applies to a whole group, nor
    what holds a title of its own."""
    if "opacity" in node.attributes or any(child.tag == "title" for child in node.children):
        return ()
    return tuple((key, value) for key, value in node.attributes.items() if key in _LOOKS)


def _written(node: Node) -> str:
    start = node.tag + "".join(
        f" {key}={quoteattr(value)}" for key, value in node.attributes.items()
    )
    children = node.children if node.tag == "text" else _grouped(node.children)
    inner = escape(node.words, quote=False) + "".join(map(_written, children))
    return f"<{start}>{inner}</{node.tag}>" if inner else f"<{start}/>"


def _rounded(text: str) -> str:
    """Numbers to two decimals (a fiftieth of a pixel), and path data without needless spaces."""
    text = _DECIMAL.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), text)
    text = text.removesuffix("px")
    return re.sub(r"\s*([A-Zz])\s*", r"\1", re.sub(r"\s+", " ", text)).strip()


def _local(name: str) -> str:
    return name.rpartition("}")[2]

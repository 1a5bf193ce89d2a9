"""What may stand on the page: an allow-list for HTML, and one for drawings."""

import re
from xml.etree import ElementTree

import nh3

from tradecheck.errors import TradecheckError
from tradecheck.report.shades import SHADE
from tradecheck.show.svg import ATTRIBUTES, ELEMENTS, RASTER

TAGS = set(
    """
    a abbr b blockquote br caption code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i
    details img kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th
    thead time tr tt u ul var wbr
    """.split()
)
MATH = set(
    """
    math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup
    mtable mtd mtext mtr munder munderover mmultiscripts mprescripts none
    """.split()
)
MATH_ATTRIBUTES = set(
    """
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form
    height linethickness lspace mathvariant maxsize minsize notation rowlines rowspacing rspace
    scriptlevel separator stretchy width
    """.split()
)
CODE = frozenset({"keyword", "string", "comment", "number"})
# What a page may show of pixels and of drawings that are not its own.
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+=*$")
_CELL = {"class", "colspan", "rowspan", "scope"}
_ATTRIBUTES = {
    "a": {"href", "id", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"alt", "src"},
    "ol": {"start"},
    "span": {"class"},
    "td": _CELL,
    "th": _CELL,
    **dict.fromkeys(MATH, MATH_ATTRIBUTES),
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_SCHEMES = {"https", "mailto"}


def clean_html(html: str) -> str:
    """The harmless part of foreign HTML: no script, style, handler, form or odd link."""
    return nh3.clean(
        html,
        tags=TAGS | MATH,
        attributes=_ATTRIBUTES,
        attribute_filter=_held,
        url_schemes=_SCHEMES | {"data"},
        link_rel=None,
    )


def _held(tag: str, key: str, value: str) -> str | None:
    """An address of data is a picture's alone, a class a colour of code or of a cell's ground."""
    if key == "class":
        return value if value in CODE or SHADE.fullmatch(value) else None
    if key == "src":
        return value if PICTURE.match(value) else None
    return None if key == "href" and value.strip().lower().startswith("data:") else value


def check_drawing(drawing: str, where: str, *, is_free: bool = False) -> None:
    """Raise a TradecheckError unless the SVG holds only shapes, text and links within itself.

    One that ``is_free``, which no painter of the house has made, may hold pictures, too.
    """
    if "<!" in drawing or "<?" in drawing:
        raise TradecheckError(f"{where} holds a declaration or comment: make it with charts.draw.")
    try:
        root = ElementTree.fromstring(drawing)
    except ElementTree.ParseError as error:
        raise TradecheckError(f"{where} is not well-formed SVG ({error}).") from error
    if any(child.tag.rpartition("}")[2] == "title" for child in root):
        raise TradecheckError(
            f"{where} has a <title> of its own, which browsers show over all of it: put titles on "
            "its marks."
        )
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        if tag not in ELEMENTS or (tag == "image" and not is_free):
            raise TradecheckError(f"{where} holds <{tag}>: make it with charts.draw.")
        for key, value in element.attrib.items():
            if key not in ATTRIBUTES:
                raise TradecheckError(f"{where} holds {key}= on <{tag}>: make it with charts.draw.")
            inside = key != "href" or value.startswith(("#", RASTER))
            if not inside or re.search(r"url\((?!#)", value):
                raise TradecheckError(f"{where} points out of itself ({value}): draw it instead.")

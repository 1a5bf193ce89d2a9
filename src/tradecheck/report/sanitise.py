"""What may stand on the page: an allow-list for HTML, and one for drawings."""

import re
from xml.etree import ElementTree

import nh3

from tradecheck.errors import TradecheckError
from tradecheck.show.svg import ATTRIBUTES, ELEMENTS

_TAGS = set(
    """
    a abbr b blockquote br caption code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i
    kbd li ol p pre q s small span strong sub sup table tbody td tfoot th thead time tr u ul
    """.split()
)
_CELL = {"colspan", "rowspan", "scope"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": _CELL,
    "th": _CELL,
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_SCHEMES = {"https", "mailto"}


def clean_html(html: str) -> str:
    """The harmless part of foreign HTML: no script, style, handler, image, form or odd link."""
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)


def check_drawing(drawing: str, where: str) -> None:
    """Raise a TradecheckError unless the SVG holds only shapes, text and links within itself."""
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
        if tag not in ELEMENTS:
            raise TradecheckError(f"{where} holds <{tag}>: make it with charts.draw.")
        for key, value in element.attrib.items():
            if key not in ATTRIBUTES:
                raise TradecheckError(f"{where} holds {key}= on <{tag}>: make it with charts.draw.")
            if (key == "href" and not value.startswith("#")) or re.search(r"url\((?!#)", value):
                raise TradecheckError(f"{where} points out of itself ({value}): draw it instead.")

"""HTML of others: what is harmless of it, and what would be lost and is therefore refused."""

import re
from base64 import b64encode
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Comment, Tag

from tradecheck.errors import TradecheckError
from tradecheck.report.links import is_address
from tradecheck.report.sanitise import PICTURE, clean_html
from tradecheck.show.svg import NAMESPACE

REMEDY = "draw it with matplotlib, or save it as SVG or PNG and show that with show(…)"
LOST = {
    "script": f"draws by script: {REMEDY}",
    "canvas": f"draws by script: {REMEDY}",
    "iframe": "shows another page (<iframe>): give a link to it",
    "frame": "shows another page (<frame>): give a link to it",
    "object": "shows a file of another kind (<object>): give a link to it",
    "embed": "shows a file of another kind (<embed>): give a link to it",
    "applet": "shows a file of another kind (<applet>): give a link to it",
    "video": "plays a video: give a link to it, or show a picture",
    "audio": "plays a sound: give a link to it",
    "input": "asks for input (<input>), which a page cannot take: show a table or text",
    "button": "holds a button, which a page without scripts cannot obey: show a table or text",
    "select": "asks for input (<select>), which a page cannot take: show a table or text",
    "textarea": "asks for input (<textarea>), which a page cannot take: show a table or text",
}
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SHOWS = {"img", "math", "hr", "svg"}


def safe_html(html: str, where: str) -> str:
    """The harmless part of foreign HTML, where nothing is lost by that.

    What JupyterLab does not show goes; drawings inside become pictures. Raises a TradecheckError that
    names ``where`` for what works by script, loads from elsewhere or takes input.
    """
    if "<" not in html:
        return clean_html(html)
    soup = BeautifulSoup(html, "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for name in ("style", "template", "noscript", "link", "meta", "base", "title"):
        for tag in soup.find_all(name):
            if tag.find_parent("svg") is None:
                tag.decompose()
    for tag in soup.find_all(lambda tag: tag.has_attr("hidden") or _is_unseen(tag)):
        tag.decompose()
    for tag in soup.find_all("svg"):
        if tag.find_parent("svg") is None:
            _as_picture(soup, tag, where)
    for name, words in LOST.items():
        if soup.find(name):
            raise TradecheckError(f"{where} {words}.")
    for tag in soup.find_all("img"):
        _check_picture(tag, where)
    for tag in soup.find_all("a", href=True):
        if not is_address(address := _said(tag, "href")):
            raise TradecheckError(
                f"{where} holds a link to {address!r}: use https, mailto, an id of the page, or a "
                "page of this study by its file name."
            )
    return clean_html(str(soup))


def shows_something(html: str) -> bool:
    """Whether a reader sees anything of it."""
    soup = BeautifulSoup(html, "html.parser")
    return bool(soup.get_text().strip() or soup.find(list(_SHOWS)))


def svg_address(svg: str, where: str) -> str:
    """A drawing as the data URL of a picture, which no script can use. Raises a TradecheckError."""
    if "xmlns=" not in svg.partition(">")[0]:
        svg = svg.replace("<svg", f'<svg xmlns="{NAMESPACE}"', 1)
    if "xlink:" in svg and "xmlns:xlink" not in svg:
        svg = svg.replace("<svg", '<svg xmlns:xlink="http://www.w3.org/1999/xlink"', 1)
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise TradecheckError(f"{where} holds an SVG that is not well-formed ({error}).") from error
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if tag in {"script", "foreignobject"}:
            raise TradecheckError(f"{where} holds an SVG with <{tag}>: {REMEDY}.")
        for key, value in element.attrib.items():
            outside = key.rpartition("}")[2] == "href" and tag != "a"
            if outside and not value.startswith(("#", "data:image/")):
                raise TradecheckError(
                    f"{where} holds an SVG that loads {value[:60]!r}: put it into the drawing."
                )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _said(tag: Tag, name: str) -> str:
    """An attribute's text, empty where the tag has none."""
    value = tag.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def _is_unseen(tag: Tag) -> bool:
    return bool(_UNSEEN.search(_said(tag, "style")))


def _as_picture(soup: BeautifulSoup, tag: Tag, where: str) -> None:
    title = tag.find("title")
    words = _said(tag, "aria-label") or (title.get_text() if title else "") or f"Drawing of {where}"
    source = re.sub(r"\bviewbox=", "viewBox=", str(tag))
    tag.replace_with(soup.new_tag("img", src=svg_address(source, where), alt=words))


def _check_picture(tag: Tag, where: str) -> None:
    source = "".join(_said(tag, "src").split())
    if not PICTURE.match(source):
        raise TradecheckError(
            f"{where} shows the picture {source[:60]!r}, which would be loaded from elsewhere: put the "
            "file into the notebook, as an attachment or with display(Image(filename=…))."
        )
    tag["src"] = source
    tag["alt"] = _said(tag, "alt") or f"Picture of {where}"

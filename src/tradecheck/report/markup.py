"""What a finished page may be made of: nothing acts, loads or hides."""

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser

from tradecheck.report.finding import Finding
from tradecheck.report.links import INDEX, is_address, page_beside
from tradecheck.report.sanitise import MATH, MATH_ATTRIBUTES, PICTURE, TAGS
from tradecheck.show.svg import ATTRIBUTES, ELEMENTS, RASTER

_FRAME = set("article body figcaption figure footer head header html link main meta nav section style title".split())  # fmt: skip
_ELEMENTS = {name.lower() for name in TAGS | MATH | _FRAME | ELEMENTS}
_ANYWHERE = set("class dir id lang role tabindex title xmlns".split())
_OF_HTML = {
    "a": {"download", "href"},
    "details": {"open"},
    "img": {"alt", "src"},
    "link": {"href", "rel"},
    "meta": {"charset", "content", "http-equiv", "name"},
    "ol": {"start"},
    "td": {"colspan", "data-label", "rowspan", "scope"},
    "th": {"colspan", "data-label", "rowspan", "scope"},
}
_OF_DRAWINGS = {name.lower() for name in ATTRIBUTES}
_OF_MATH = {name.lower() for name in MATH_ATTRIBUTES}
_DOWNLOAD = re.compile(
    r"data:(?:text/(?:csv|plain)|application/(?:json|x-ipynb\+json|gzip|zip|vnd\.apache\.parquet))[;,]"
)
_LOADS = re.compile(r"@import|url\s*\(\s*[\"']?(?!#|data:image/|[\"']?\s*\))", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
_ACTS_IN_DRAWING = re.compile(
    r"<\s*(?:\w+:)?(script|foreignobject|animate\w*|set|iframe|object|embed|audio|video|handler)\b"
    r"|\s(on\w+)\s*=|\b(javascript:|vbscript:|data:text/html)",
    re.IGNORECASE,
)


def odd_markup(html: str, files: Collection[str] | None) -> list[Finding]:
    """What the page is made of and must not.

    ``files`` are the pages beside this one that links may lead to, apart from the list of all;
    without them, a file name of the right form will do.
    """
    reader = _Reader(files)
    reader.feed(html)
    reader.close()
    return [*reader.found, *reader.at_end(html)]


def acts(drawing: str) -> str:
    """What moves, runs or loads in a picture drawn as SVG, or nothing."""
    found = _ACTS_IN_DRAWING.search(drawing)
    if found:
        return f"<{found[1]}>" if found[1] else f"{found[2]}=" if found[2] else found[3]
    return "a style that loads a file" if _LOADS.search(_unescaped(drawing)) else ""


class _Reader(HTMLParser):
    """Reads a page once and notes what it is not made of by the house."""

    def __init__(self, files: Collection[str] | None):
        super().__init__()
        self.files = files
        self.found: list[Finding] = []
        self.ids: set[str] = set()
        self.targets: dict[str, None] = {}
        self.heading = ""
        self._open = ""
        self._read = 0  # how many signs < were read as the beginning of a tag

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._read += (self.get_starttag_text() or "").count("<")
        values = {key: value or "" for key, value in attrs}
        if tag not in _ELEMENTS:
            self._note(f"It holds <{tag}>")
        if len(values) < len(attrs):
            self._note(f"It holds an attribute twice on <{tag}>")
        for key, value in values.items():
            self._attribute(tag, key, value)
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "style" and self._open != "head":
            self._note("It holds a <style> outside the head")
        if tag == "meta" and values.get("http-equiv", _POLICY) != _POLICY:
            self._note(f"It holds <meta http-equiv={values['http-equiv']}>, which acts")
        if tag == "link":
            self._of_head(values)
        if tag in {"head", "style", "body"} or re.fullmatch("h[1-6]", tag):
            self._open = tag
            if tag[1:].isdigit():
                self.heading = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._read += 1
        if tag == self._open:
            self._open = "head" if tag == "style" else ""

    def handle_comment(self, data: str) -> None:
        self._read += 1 + data.count("<")

    def handle_decl(self, decl: str) -> None:
        self._read += 1

    def handle_data(self, data: str) -> None:
        if self._open == "style":
            self._read += data.count("<")
            if _LOADS.search(_unescaped(data)):
                self._note("Its style loads a file from elsewhere")
        elif re.fullmatch("h[1-6]", self._open):
            self.heading += data

    def at_end(self, html: str) -> Iterator[Finding]:
        for target in self.targets:
            if target not in self.ids:
                yield Finding(f"A link leads to #{target}, which is not on the page")
        if html.count("<") != self._read:
            yield Finding(
                "It holds a sign < that begins no tag, which browsers read in different ways"
            )

    def _note(self, what: str, remedy: str = "") -> None:
        heading = " ".join(self.heading.split())
        self.found.append(Finding(what, f"under “{heading}”" if heading else "", remedy))

    def _attribute(self, tag: str, key: str, value: str) -> None:
        allowed = (
            key in _ANYWHERE
            or re.fullmatch(r"aria-[a-z]+", key)
            or key in _OF_HTML.get(tag, ())
            or (tag in _DRAWN and key in _OF_DRAWINGS)
            or (tag in MATH and key in _OF_MATH)
        )
        if not allowed:
            what = f"the handler {key}=" if key.startswith("on") else f"{key}="
            self._note(f"It holds {what} on <{tag}>")
        elif key == "src" and not PICTURE.match(value):
            self._note("It holds <img>, which loads a picture from elsewhere")
        elif key == "href" and tag == "a":
            self._link(value)
        elif key == "href" and tag in _DRAWN and not value.startswith(("#", RASTER)):
            self._note(f"<{tag}> loads {value[:60]!r} from elsewhere")
        elif tag in _DRAWN and _LOADS.search(_unescaped(value)):
            self._note(f"{key}= on <{tag}> points out of the page")

    def _of_head(self, values: dict[str, str]) -> None:
        kind, address = values.get("rel", ""), values.get("href", "")
        if kind == "canonical":  # the page's own address; not loaded
            self._link(address)
        elif (kind, address) != ("icon", "data:,"):
            self._note(f"<link rel={kind}> loads {address[:60]!r} from elsewhere")

    def _link(self, address: str) -> None:
        if _DOWNLOAD.match(address) and "download" in (self.get_starttag_text() or ""):
            return
        if not is_address(address):
            self._note(
                f"A link leads to {address[:60]!r}",
                "use https, mailto, an id of the page, or a page of this study by its file name",
            )
            return
        file, _, target = address.partition("#")
        if target and not file:
            self.targets[target] = None
        beside = page_beside(address)
        if beside and self.files is not None and beside not in {INDEX, *self.files}:
            self._note(
                f"A link leads to {address!r}, and no page of that name is built beside this one"
            )


_POLICY = "Content-Security-Policy"
_DRAWN = {name.lower() for name in ELEMENTS}


def _unescaped(css: str) -> str:
    """CSS without its escapes and comments, by which an address can hide."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return _ESCAPED.sub(lambda m: chr(min(int(m[1], 16), 0x10FFFF)) if m[1] else m[2], css)

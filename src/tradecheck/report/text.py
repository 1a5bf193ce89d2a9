"""Markdown and code as HTML: own heading ids, raw HTML shown as text, four colours of code."""

import re
from collections.abc import Callable

import mistune
from nbconvert.filters import Highlight2HTML

from tradecheck.errors import TradecheckError
from tradecheck.report.gate import is_address
from tradecheck.report.sanitise import clean_html
from tradecheck.show.exhibits import MARKS

Heading = Callable[[int, str], str]
"""Takes a heading's level and HTML, returns its id."""

_KINDS = {"k": "keyword", "s": "string", "c": "comment", "m": "number"}
_MARKS = {f"{mark.symbol} {mark.word}": name for name, mark in MARKS.items()}
_MARK = re.compile(rf"<strong>({'|'.join(map(re.escape, _MARKS))})</strong>")
_highlight = Highlight2HTML(extra_formatter_options={"nowrap": True})


def markdown_html(text: str, heading: Heading) -> str:
    """Markdown as sanitised HTML; every heading asks ``heading`` for its id, and a bold mark
    ("**● observed**") gets its colour.

    Raises a TradecheckError for a picture, and for a link that leads anywhere but to https, mailto,
    the page itself or a page beside it.
    """
    render = mistune.create_markdown(
        renderer=_Renderer(heading), plugins=["table", "strikethrough"]
    )
    return _MARK.sub(_marked, clean_html(render(text)))


def inline_html(text: str) -> str:
    """One Markdown sentence as sanitised HTML, without the paragraph around it."""
    html = markdown_html(text, heading=lambda level, words: "").strip()
    if html.startswith("<p>") and html.count("<p>") == 1:
        return html.removeprefix("<p>").removesuffix("</p>")
    return html


def code_html(source: str) -> str:
    """Python source with its keywords, strings, comments and numbers marked."""

    def marked(match: re.Match) -> str:
        kind = _KINDS.get(match[1][0])
        return f'<span class="{kind}">{match[2]}</span>' if kind else match[2]

    html = _highlight(source).rstrip("\n")
    return re.sub(r'<span class="(\w+)">(.*?)</span>', marked, html, flags=re.DOTALL)


def _marked(match: re.Match) -> str:
    symbol, _, word = match[1].partition(" ")
    name = _MARKS[match[1]]
    return f'<span class="mark m-{name}"><i aria-hidden="true">{symbol}</i> {word}</span>'


class _Renderer(mistune.HTMLRenderer):
    def __init__(self, heading: Heading):
        super().__init__(escape=True)
        self.name_heading = heading

    def heading(self, text: str, level: int, **attrs) -> str:
        return f'<h{level} id="{self.name_heading(level, text)}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not is_address(url):
            raise TradecheckError(
                f"A link leads to {url!r}: use https, mailto, an id of the page, or a page of this "
                "study by its file name."
            )
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        raise TradecheckError(f"Markdown shows the picture {url!r}: show it as a Figure.")

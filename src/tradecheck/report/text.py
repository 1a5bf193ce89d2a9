"""Markdown and code as HTML: own heading ids, formulas, four colours of code."""

import re
from collections.abc import Callable, Mapping
from html import escape as escaped
from urllib.parse import unquote

import mistune
from mistune.plugins import Plugin
from mistune.plugins.task_lists import task_lists
from nbconvert.filters import Highlight2HTML

from tradecheck.errors import TradecheckError
from tradecheck.report.foreign import safe_html
from tradecheck.report.formulas import DISPLAYED, INLINE, of_match
from tradecheck.report.links import is_address
from tradecheck.report.sanitise import PICTURE, clean_html
from tradecheck.show.exhibits import MARKS

Heading = Callable[[int, str], str]
"""Takes a heading's level and HTML, returns its id."""

_KINDS = {"k": "keyword", "s": "string", "c": "comment", "m": "number"}
_MARKS = {f"{mark.symbol} {mark.word}": name for name, mark in MARKS.items()}
_MARK = re.compile(rf"<strong>({'|'.join(map(re.escape, _MARKS))})</strong>")
_highlight = Highlight2HTML(extra_formatter_options={"nowrap": True})


def markdown_html(text: str, heading: Heading) -> str:
    """A sentence's Markdown as sanitised HTML; every heading asks ``heading`` for its id, and a bold
    mark ("**● observed**") gets its colour. HTML in it is shown as text.

    Raises a TradecheckError for a picture, and for a link that leads anywhere but to https, mailto,
    the page itself or a page beside it.
    """
    render = mistune.create_markdown(
        renderer=_Renderer(heading), plugins=["table", "strikethrough"]
    )
    return _MARK.sub(_marked, clean_html(str(render(text))))


def whole_markdown_html(
    text: str, heading: Heading, where: str, attachments: Mapping[str, str]
) -> str:
    """Markdown as JupyterLab renders it: with formulas, safe HTML, task lists and pictures.

    ``attachments`` are the cell's pictures as data URLs by name. Raises a TradecheckError that names
    ``where`` for what a page cannot hold.
    """
    renderer = _Whole(heading, where, attachments)
    plugins: list[str | Plugin] = ["table", "strikethrough", task_lists, "url", _formulas]
    render = mistune.create_markdown(renderer=renderer, plugins=plugins)
    return _MARK.sub(_marked, safe_html(str(render(text)), where))


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


class _Whole(_Renderer):
    """Markdown cells, whose author sees them in JupyterLab."""

    def __init__(self, heading: Heading, where: str, attachments: Mapping[str, str]):
        super().__init__(heading)
        self._escape = False
        self.where = where
        self.attachments = attachments

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("#") and re.search(r"[A-Z%]", url):  # an id as JupyterLab makes them
            url = "#" + re.sub(r"[^a-z0-9]+", "-", unquote(url).lower()).strip("-")
        if text == escaped(url) and not is_address(url):
            return text  # an address that only stands there
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        name = unquote(url.removeprefix("attachment:"))
        address = self.attachments.get(name, url)
        if not PICTURE.match(address):
            raise TradecheckError(
                f"{self.where} shows the picture {url[:60]!r}, which is not in the notebook: drag it "
                "into the cell, or show it with display(Image(filename=…))."
            )
        words = re.sub(r"<[^>]+>", "", text).strip() or f"Picture of {self.where}"
        return f'<img alt="{escaped(words)}" src="{address}">'

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "").split(" ")[0].strip("{}.").lower()
        if language == "mermaid":
            raise TradecheckError(
                f"{self.where} draws a diagram of Mermaid by script: save it as SVG and show that."
            )
        if language in {"python", "py", "python3", "ipython", "ipython3"}:
            return f"<pre><code>{code_html(code)}</code></pre>\n"
        return f"<pre><code>{escaped(code, quote=False)}</code></pre>\n"

    def task_list_item(self, text: str, checked: bool = False) -> str:
        return f"<li>{'☑' if checked else '☐'} {text}</li>\n"

    def formula(self, html: str) -> str:
        return html

    def formulas(self, html: str) -> str:
        return f"{html}\n"


def _formulas(md: mistune.Markdown) -> None:
    """Formulas as JupyterLab reads them, before any other sign of Markdown inside them."""

    def parse_block(block, found, state) -> int:
        state.append_token({"type": "formulas", "raw": of_match(found)})
        return found.end() + 1

    def parse_inline(inline, found, state) -> int:
        state.append_token({"type": "formula", "raw": of_match(found)})
        return found.end()

    md.block.register("formulas", rf"^ {{0,3}}(?:{DISPLAYED})[ \t]*$", parse_block, before="list")
    md.inline.register("formula", f"{DISPLAYED}|{INLINE}", parse_inline, before="escape")

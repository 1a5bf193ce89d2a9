"""One page while it is made: numbers of figures and tables, headings, contents, references."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, groupby, pairwise
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from nbformat import NotebookNode

from tradecheck.errors import TradecheckError
from tradecheck.show.exhibits import MARKS, Cell, Mark
from tradecheck.report.downloads import MAX_EMBEDDED, Download, table_csv
from tradecheck.report.sanitise import check_drawing, clean_html
from tradecheck.report.text import code_html, inline_html, markdown_html

CONTENTS = Markup("<!--contents-->")
_FOLD = Markup('<details class="code"><summary>{}</summary>{}</details>\n')
BAR_PLACES = {  # top and height
    "holds": (0, 6), "fails": (6, 6), "undecided": (4, 4), "not_testable": (5, 2),
    "contradiction": (5, 2),
}  # fmt: skip
HIDDEN_TAGS = {"parameters", "injected-parameters", "notebook-only"}


class Heading(NamedTuple):
    id: str
    html: str


_TAG = re.compile(r"<[a-z][^>]*>")


def _by_class(tag: re.Match[str]) -> str:
    """A tag without the colours that its classes give on a page."""
    text = tag[0]
    if " class=" not in text:
        return text
    for prefix, attribute in (("c-", "fill"), ("s-", "stroke")):
        if f'"{prefix}' in text or f" {prefix}" in text:
            text = re.sub(rf' {attribute}="#[0-9a-f]{{6}}"', "", text)
    return text



class Page:
    """What the templates ask while they write a page from top to bottom."""

    def __init__(
        self,
        downloads: Sequence[Download] = (),
        provenance: Sequence[tuple[str, str]] = (),
        embed: bool = True,
    ):
        self.downloads = downloads
        self.provenance = provenance
        self.embed = embed
        self.sections: list[Heading] = []
        self._ids: set[str] = set()
        self._numbers: dict[str, dict[str, int]] = {"figure": {}, "table": {}}
        self._plain_tables = 0
        self._opening: list[Markup] | None = []  # code seen before the contents list

    # cells

    @staticmethod
    def hides(cell: NotebookNode) -> bool:
        return bool(HIDDEN_TAGS & set(cell.metadata.get("tags", ())))

    def markdown(self, text: str) -> Markup:
        """Markdown text; the first section's heading brings the contents list before it."""
        html = self._scrolling(markdown_html(text, self._heading))
        if self._opening is not None and self.sections:
            html = html.replace("<h2 ", f"{self.contents()}<h2 ", 1)
        return Markup(html)

    def inline(self, text: str) -> Markup:
        return Markup(inline_html(text))

    def foreign(self, html: str) -> Markup:
        """HTML of another library, made harmless; an empty corner is no heading."""
        html = re.sub(r"<th[^>]*>\s*</th>", "<td></td>", clean_html(html))
        return Markup(self._scrolling(html))

    def code(self, source: str) -> Markup:
        """A cell's code in a fold; code of the opening waits until the contents list."""
        if not source.strip():
            return Markup("")
        block = Markup("<pre><code>{}</code></pre>").format(Markup(code_html(source)))
        if self._opening is None:
            return _FOLD.format("Code", block)
        self._opening.append(block)
        return Markup("")

    def contents(self) -> Markup:
        """The place of the contents list, once, followed by the code that waited for it."""
        if self._opening is None:
            return Markup("")
        waiting, self._opening = self._opening, None
        code = Markup("").join(waiting)
        return CONTENTS + (_FOLD.format("Code of the main points", code) if waiting else "")

    # exhibits

    def number(self, kind: str, name: str) -> int:
        """The next number of a figure or table; a name stands on a page once."""
        numbers = self._numbers[kind]
        if name in numbers:
            raise TradecheckError(f"The {kind} {name!r} is shown twice: give each its own name.")
        numbers[name] = len(numbers) + 1
        return numbers[name]

    def exhibit(self, output: NotebookNode) -> Mapping[str, Any]:
        return next(data for kind, data in output.data.items() if "vnd.tradecheck." in kind)

    def mark(self, name: str) -> Mark:
        return MARKS[name]

    cell = staticmethod(Cell.whole)

    def is_mark(self, cell: Mapping[str, str]) -> bool:
        """Whether the mark's word says all that the cell says."""
        return bool(cell["mark"]) and cell["text"] in ("", MARKS[cell["mark"]].word)

    def bar(self, shares: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
        """A bar's pieces as (state, SVG path), in a box of 128 by 12 px.

        Holds stands up, fails hangs down, undecided lies between, so that no colour is needed.
        """
        total = sum(share for _, share in shares)
        ends = [128 * end / total for end in accumulate((s for _, s in shares), initial=0)]
        pieces = []
        for (state, share), (start, end) in zip(shares, pairwise(ends), strict=True):
            top, height = BAR_PLACES[state]
            if share:
                pieces.append((state, f"M{start:.3g} {top}H{end:.3g}v{height}H{start:.3g}z"))
        return pieces

    def groups(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list]]:
        for group, members in groupby(rows, key=lambda row: row["group"]):
            yield group, list(members)

    def drawing(self, figure: Mapping[str, Any], size: str) -> Markup:
        """A figure's SVG with its role and alternative text."""
        drawing = _TAG.sub(_by_class, figure[size])
        check_drawing(drawing, f"Figure {figure['name']!r} ({size} drawing)")
        title = f"figure-{figure['name']}-{size}-alt"
        opening = Markup('<svg class="{}" role="img" aria-labelledby="{}" ').format(size, title)
        end = drawing.index(">") + 1
        alt = Markup('<title id="{}">{}</title>').format(title, figure["alt"])
        return opening + Markup(drawing[len("<svg ") : end]) + alt + Markup(drawing[end:])

    def csv(self, figure: Mapping[str, Any]) -> tuple[Download, bool]:
        text, neutralised = table_csv(figure["data"])
        name = f"figure-{figure['name']}.csv"
        return Download(name, text.encode(), "text/csv;charset=utf-8", figure["title"]), neutralised

    def embeds(self, download: Download) -> bool:
        return self.embed and len(download.content) <= MAX_EMBEDDED

    def offers(self) -> list[Download]:
        """The files that are inside the page."""
        return [download for download in self.downloads if self.embeds(download)]

    # the end

    def add_section(self, title: str) -> str:
        """The id of a section that the template adds itself."""
        return self._heading(2, str(escape(title)))

    def finish(self, html: str) -> str:
        """Put the contents list in its place and numbers into references."""
        items = "".join(f'<li><a href="#{id_}">{text}</a></li>' for id_, text in self.sections)
        contents = (
            '<nav class="contents" aria-labelledby="contents"><div>'
            f'<h2 id="contents">Contents</h2><ol>{items}</ol></div></nav>'
        )
        html = re.sub(r"[ \t]+(?=\n)", "", html)
        return re.sub(
            r'(<a href="#(figure|table)-([a-z0-9-]+)">)(?:figure|table)</a>',
            lambda match: f"{match[1]}{self._reference(match[2], match[3])}</a>",
            html.replace(CONTENTS, contents if items else ""),
            flags=re.IGNORECASE,
        )

    def _reference(self, kind: str, name: str) -> str:
        if name not in self._numbers[kind]:
            raise TradecheckError(
                f"A sentence points to #{kind}-{name}, and the page shows no {kind} of that name."
            )
        return f"{kind.capitalize()}\N{NO-BREAK SPACE}{self._numbers[kind][name]}"

    def _heading(self, level: int, html: str) -> str:
        words = re.sub(r"<[^>]+>|&\w+;", "", html).lower()
        slug = re.sub(r"[^a-z0-9]+", "-", words).strip("-") or "section"
        unique, n = slug, 1
        while unique in self._ids:
            n += 1
            unique = f"{slug}-{n}"
        self._ids.add(unique)
        if level == 2:
            self.sections.append(Heading(unique, re.sub(r"</?a\b[^>]*>", "", html)))
        return unique

    def _scrolling(self, html: str) -> str:
        """Tables of others scroll in a named region, as ours do."""

        def region(match: re.Match) -> str:
            self._plain_tables += 1
            return (
                f'<div class="scroll" role="region" tabindex="0" '
                f'aria-label="Plain table {self._plain_tables}">{match[0]}</div>'
            )

        return re.sub(r"<table.*?</table>", region, html, flags=re.DOTALL)

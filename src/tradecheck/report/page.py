"""One page while it is made: numbers of figures and tables, headings, contents, references."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from nbformat import NotebookNode

from tradecheck.errors import TradecheckError
from tradecheck.report import drawings, tables
from tradecheck.report.downloads import MAX_EMBEDDED, Download, table_csv
from tradecheck.report.text import code_html, inline_html, markdown_html, whole_markdown_html
from tradecheck.show.exhibits import MARKS, Cell, Mark

CONTENTS = Markup("<!--contents-->")
HIDDEN_TAGS = {"parameters", "injected-parameters", "notebook-only"}
PLACE = "tradecheck:place"  # where a cell of the page being made keeps its place in words
NBSP = "\N{NO-BREAK SPACE}"


class Heading(NamedTuple):
    id: str
    html: str


class Page:
    """What the templates ask while they write a page from top to bottom."""

    bar = staticmethod(drawings.bar)
    chart = staticmethod(drawings.chart)
    drawing = staticmethod(drawings.picture)
    strip = staticmethod(drawings.strip)
    groups = staticmethod(tables.groups)
    is_mark = staticmethod(tables.is_mark)
    layout = staticmethod(tables.layout)
    cell = staticmethod(Cell.whole)

    def __init__(
        self,
        downloads: Sequence[Download] = (),
        siblings: Sequence[tuple[str, str]] = (),
        embed: bool = True,
    ):
        self.downloads = downloads
        self.siblings = siblings
        self.embed = embed
        self.sections: list[Heading] = []
        self.codes: list[tuple[str, Markup]] = []  # a new section's heading, or "", and the code
        self.has_offered = False
        self.terms: str | Mapping[str, str] = ""
        self.contents = CONTENTS
        self._ids: set[str] = set()
        self._numbers: dict[str, dict[str, int]] = {"figure": {}, "table": {}}
        self._code_section = ""
        self._folds = 0
        self._plain_tables = 0

    # cells

    @staticmethod
    def hides(cell: NotebookNode) -> bool:
        return bool(HIDDEN_TAGS & set(cell.metadata.get("tags", ())))

    def markdown(self, text: str) -> Markup:
        return Markup(self._regions(markdown_html(text, self._heading)))

    def cell_markdown(self, text: str, cell: NotebookNode) -> Markup:
        """The Markdown of a cell, or that a cell shows, as JupyterLab renders it."""
        place = cell.metadata.get(PLACE, "A cell")
        held = {
            name: f"data:{kind};base64,{content}"
            for name, forms in cell.get("attachments", {}).items()
            for kind, content in forms.items()
        }
        try:
            html = whole_markdown_html(text, self._heading, place, held)
        except TradecheckError as error:
            told = str(error)
            raise (
                error if told.startswith(place) else TradecheckError(f"{place}: {told}")
            ) from error
        return Markup(self._regions(html))

    def words(self, held: str | Mapping[str, str]) -> Markup:
        """A text as it stands, or a Prose's Markdown without the paragraph around one sentence."""
        return escape(held) if isinstance(held, str) else Markup(inline_html(held["markdown"]))

    def says(self, held: str | Mapping[str, str]) -> bool:
        """Whether there are any words."""
        return bool((held if isinstance(held, str) else held["markdown"]).strip())

    def foreign(self, html: str) -> Markup:
        """HTML of another library, harmless already; an empty corner is no heading."""
        html = re.sub(r"<th[^>]*>(?:\s|&nbsp;)*</th>", "<td></td>", html)
        return Markup(self._regions(html))

    def code(self, source: str) -> Markup:
        """Keep a cell's code for the end of the page."""
        if source.strip():
            section = self.sections[-1].html if self.sections else ""
            new = section if section != self._code_section else ""
            self._code_section = section
            self.codes.append((Markup(new), Markup(code_html(source))))
        return Markup("")

    # exhibits

    def exhibit(self, output: NotebookNode) -> Mapping[str, Any]:
        return next(data for kind, data in output.data.items() if "vnd.tradecheck." in kind)

    def number(self, kind: str, name: str) -> int:
        """The next number of a figure or table; a name stands on a page once."""
        numbers = self._numbers[kind]
        if name in numbers:
            raise TradecheckError(f"The {kind} {name!r} is shown twice: give each its own name.")
        numbers[name] = len(numbers) + 1
        return numbers[name]

    def own_name(self, held: Mapping[str, Any]) -> str:
        """The name of a chart of the analyst's own; one without gets its number."""
        return held["name"] or f"own-{len(self._numbers['figure']) + 1}"

    def enter_fold(self) -> None:
        self._folds += 1

    def leave_fold(self) -> None:
        self._folds -= 1

    def caption(self, table: Mapping[str, Any]) -> str:
        """A table's caption; those in folds have no number."""
        if self._folds:
            return table["title"]
        return f"Table{NBSP}{self.number('table', table['name'])}: {table['title']}"

    def is_wide(self, table: Mapping[str, Any]) -> bool:
        """Whether a table may have to scroll on a small page, and so has to take the focus."""
        return tables.least_width(table) > tables.PAGE

    def mark(self, name: str) -> Mark:
        return MARKS[name]

    def subtitle(self, figure: Mapping[str, Any]) -> str:
        subtitle, unit = figure["subtitle"], figure["unit"]
        return subtitle if unit in subtitle else f"{subtitle}, {unit}"

    def unsaid_grades(self, figure: Mapping[str, Any]) -> list[str]:
        """The grades that the figure shows and its notes do not mark."""
        notes = figure["notes"]["markdown"]
        return [grade for grade in figure["grades"] if f"{MARKS[grade].symbol} " not in notes]

    @staticmethod
    def after(before: str, words: str) -> str:
        """The words with a space before them, where something stands there and needs one."""
        return words if not before or not words or words[0] in ",.:;" else Markup(" ") + words

    def closed(self, words: Markup) -> Markup:
        """A phrase as a sentence, with one full stop."""
        return words if re.search(r"[.!?](?:</\w+>)*$", words) else words + "."

    def csv(self, figure: Mapping[str, Any]) -> tuple[Download, bool]:
        text, neutralised = table_csv(figure["data"])
        name = f"figure-{figure['name']}.csv"
        return Download(name, text.encode(), "text/csv;charset=utf-8", figure["title"]), neutralised

    # downloads

    def embeds(self, download: Download) -> bool:
        return self.embed and len(download.content) <= MAX_EMBEDDED

    def offers(self) -> list[tuple[str, Download]]:
        """The data and the notebook, as (words, file), where they are inside the page."""
        self.has_offered = True
        return list(self._offered().items())

    def _offered(self) -> dict[str, Download]:
        found: dict[str, Download] = {}
        for file in self.downloads:
            if file.words and self.embeds(file):
                found.setdefault(file.words, file)
        return found

    def is_offered(self, download: Download) -> bool:
        """Whether the download is the data or the notebook that readers are offered by name."""
        return self._offered().get(download.words) is download

    # the end

    def keep_terms(self, words: str | Mapping[str, str]) -> None:
        """Keep the line of the page's foot until the page ends."""
        self.terms = words

    def section(self, title: str, id_: str = "") -> str:
        """The id of a section that is no Markdown heading, entered into the contents."""
        if not id_:
            return self._heading(2, str(escape(title)))
        self.sections.append(Heading(id_, str(escape(title))))
        return id_

    def finish(self, html: str) -> str:
        """Put the contents list in its place and numbers into references."""
        html = re.sub(r"[ \t]+(?=\n)", "", html)
        return re.sub(
            r'(<a href="#(figure|table)-([a-z0-9-]+)">)(figure|table)</a>',
            lambda match: f"{match[1]}{self._reference(*match.groups()[1:])}</a>",
            html.replace(CONTENTS, self._contents()),
            flags=re.IGNORECASE,
        )

    def _contents(self) -> str:
        if not self.sections:
            return ""
        items = "".join(f'<li><a href="#{id_}">{text}</a></li>' for id_, text in self.sections)
        beside = "".join(
            f'<li><a href="{escape(href)}">{escape(words)}</a></li>'
            for words, href in self.siblings
        )
        if beside:
            beside = f'<p class="more">Other pages</p><ul class="more">{beside}</ul>'
        return (
            '<div class="side"><nav aria-label="On this page">'
            f"<p>On this page</p><ul>{items}</ul>{beside}</nav></div>"
        )

    def _reference(self, kind: str, name: str, words: str) -> str:
        number = self._numbers[kind].get(name)
        if number:
            return f"{words}{NBSP}{number}"
        if kind == "table":  # one in a fold has no number; the gate asks whether it exists
            return words
        raise TradecheckError(
            f"A sentence points to #{kind}-{name}, and the page shows no {kind} of that name."
        )

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

    def _regions(self, html: str) -> str:
        """Tables of others turn into cards on a phone as ours do, or scroll in a named region."""

        def region(match: re.Match) -> str:
            self._plain_tables += 1
            name = f"Plain table {self._plain_tables}"
            held = tables.labelled(match[0])
            return f'<section class="scroll" tabindex="0" aria-label="{name}">{held}</section>'

        return re.sub(r"<table.*?</table>", region, html, flags=re.DOTALL)

"""The exporter: nbconvert's walk through the cells, our templates, one HTML text.

nbconvert copies what a notebook's ``resources`` hold, so what a page learns while it is written
lives in the template environment's globals instead.
"""

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jupyter_core.paths import ENV_JUPYTER_PATH
from markupsafe import Markup, escape
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

from tradecheck.errors import TradecheckError
from tradecheck.report.downloads import Download
from tradecheck.report.drawings import dark_colours
from tradecheck.report.finding import told
from tradecheck.report.formulas import without_formulas
from tradecheck.report.gate import hold, search
from tradecheck.report.leaks import shows
from tradecheck.report.outputs import OWN_TYPES, draft, pictures, ready
from tradecheck.report.page import PLACE, Page
from tradecheck.report.shades import rules
from tradecheck.show.exhibits import VERDICTS, Figure
from tradecheck.show.exhibits.base import Words, markdown
from tradecheck.show.prose import typed_digits
from tradecheck.study.changes import Changes

_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "templates"
SIZES = ("wide", "narrow")
MOST_TITLE = 70  # characters of a window's title
_OPENINGS = {"answer": ("question", "answer"), "masthead": ("title", "standfirst")}
_TYPES = [*OWN_TYPES, "text/markdown", "text/html", "text/plain"]


def displayed(exhibit: Any) -> NotebookNode:
    """An exhibit as the output of a cell that shows it."""
    return new_output("display_data", data=exhibit._repr_mimebundle_())


def render(
    notebook: NotebookNode,
    *,
    downloads: Sequence[Download] = (),
    provenance: Sequence[tuple[str, str]] = (),
    changes: Changes | None = None,
    embed: bool = True,
    drafts: Sequence[str] = (),
    siblings: Sequence[tuple[str, str]] | None = None,
    contacts: Collection[str] = (),
) -> str:
    """The executed notebook as one self-contained HTML page.

    ``downloads`` are embedded as data URLs up to 300 kB each, and named with size and SHA-256 in
    any case; ``embed=False`` leaves all data out. ``provenance`` is a list of (label, value). With
    ``changes`` the page lists them, and says at its top if a later report supersedes it. ``drafts``
    are sentences that say why the page is no more than a draft. ``siblings`` are the other pages of
    the study as (words, file name); links may lead to no others, and to any where it is None.
    ``contacts`` are the e-mail addresses that may stand on the page.
    Raises a TradecheckError for a failed cell, a typed figure, an output that cannot be shown
    safely, and whatever the publishing gate finds.
    """
    notebook, charts, lacking = _ready(notebook)
    drafts = [*drafts, *lacking]
    page = Page(downloads, siblings or (), embed)
    opening = opening_of(notebook)
    title = opening["title"] if opening else _first_heading(notebook)
    exporter = _Exporter()
    exporter.environment.globals.update(
        page=page,
        title=_short(title),
        style=_style(title, _colours(notebook, charts)),
        opening=opening,
        superseded=changes.superseded_by if changes else "",
        changes=changes,
        drafts=drafts,
        provenance=provenance,
    )
    html, _ = exporter.from_notebook_node(notebook)
    files = None if siblings is None else {file for _, file in siblings}
    return _held(page.finish(html), files, contacts, notebook)


def _held(
    html: str,
    files: Collection[str] | None,
    contacts: Collection[str],
    notebook: NotebookNode,
) -> str:
    """The page, if it may be published; else a TradecheckError that says where each finding stands."""
    found = search(html, files, contacts)
    if not found:
        return html
    for number, finding in enumerate(found):
        cells = (p for p, cell in _places(notebook) if shows(cell, finding.text, contacts))
        if place := next(cells, ""):
            found[number] = finding._replace(where=f"in {place[0].lower()}{place[1:]}")
    raise TradecheckError(" ".join(["The page cannot be published.", *told(found)]))


def opening_of(notebook: NotebookNode) -> dict[str, Any] | None:
    """The notebook's Answer or Masthead as its payload; None where it shows neither.

    ``title``, ``standfirst`` (Markdown) and ``status`` are those of either.
    """
    for _, cell in _places(notebook):
        for output in cell.get("outputs", ()):
            for kind in _OPENINGS:
                if held := output.get("data", {}).get(f"application/vnd.tradecheck.{kind}+json"):
                    title, standfirst = _OPENINGS[kind]
                    return held | {
                        "title": held[title],
                        "standfirst": held[standfirst]["markdown"],
                    }
    return None


@dataclass(frozen=True)
class IndexEntry:
    """A study in the list: its reports as (label, file), its verdicts as {verdict: count}.

    ``standfirst`` is Markdown.
    """

    name: str
    title: str
    standfirst: Words
    links: Sequence[tuple[str, str]]
    verdicts: Mapping[str, int] = field(default_factory=dict)
    status: str = ""
    chart: Figure | None = None

    def __post_init__(self):
        object.__setattr__(self, "standfirst", markdown(self.standfirst))
        if unknown := set(self.verdicts) - set(VERDICTS):
            raise TradecheckError(
                f"Study {self.name!r} counts the unknown verdict {min(unknown)!r}."
            )


def index_page(entries: Sequence[IndexEntry]) -> str:
    """The page that lists all studies with their verdicts; its links lead to files beside it."""
    title = "Published claims about trade, checked"
    environment = _strict(Environment(loader=FileSystemLoader(_TEMPLATES / "tradecheck")))
    environment.globals.update(page=Page(), title=title, style=_style(title))
    shown = [(entry, markdown(entry.standfirst).payload()) for entry in entries]
    html = environment.get_template("studies.html.j2").render(entries=shown)
    return hold(html, files={href for entry in entries for _, href in entry.links})


class _Exporter(TemplateExporter):
    """nbconvert with our templates, everything escaped, and only outputs we know."""

    file_extension = ".html"
    output_mimetype = "text/html"
    template_name = "tradecheck"
    template_extension = ".html.j2"
    extra_template_basedirs = [str(_TEMPLATES)]
    default_config = Config({"NbConvertBase": {"display_data_priority": _TYPES}})

    def get_prefix_root_dirs(self) -> list[str]:
        """Where nbconvert's own templates lie; those of the user have no say."""
        return ENV_JUPYTER_PATH

    def _create_environment(self) -> Environment:
        return _strict(super()._create_environment())


class _Compiled(BytecodeCache):
    """Templates compiled once for every page of this process and of those forked from it."""

    held: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.held.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.held[bucket.key] = bucket.bytecode_to_string()


def _strict(environment: Environment) -> Environment:
    environment.autoescape = True
    environment.undefined = StrictUndefined
    environment.bytecode_cache = _Compiled()
    return environment


def _short(title: str) -> str:
    """A title that a browser's tab can show, cut between words."""
    short = title
    while len(escape(short)) > MOST_TITLE:
        short = short.removesuffix("…")
        short = (short.rpartition(" ")[0] or short[:-1]).rstrip(" ,;:") + "…"
    return short


class Style(NamedTuple):
    """The page's style sheet and its digest for the content security policy."""

    text: Markup
    digest: str


def _colours(notebook: NotebookNode, charts: Sequence[Mapping[str, str]]) -> str:
    """Rules for the colours that charts and tables bring along."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    tables = [str(output.get("data", {}).get("text/html", "")) for output in outputs]
    return rules(tables) + dark_colours([chart[size] for chart in charts for size in SIZES])


def _style(title: str, further: str = "") -> Style:
    """The style sheet, with the title in the running foot of printed pages, and further rules."""
    foot = re.sub(r'[\\"<>&\n]', lambda match: f"\\{ord(match[0]):x} ", title)
    text = (_HERE / "style.css").read_text("utf-8").replace("RUNNING FOOT", foot) + further
    return Style(Markup(text), b64encode(sha256(text.encode()).digest()).decode())


def _places(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    """Every cell that is shown, with its place in words: "Cell 7 (Rank and share)"."""
    heading = ""
    for position, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown" and (found := re.search(r"^#+\s+(.+)$", cell.source, re.M)):
            heading = found[1].strip()
        if not Page.hides(cell):
            yield f"Cell {position}" + (f" ({heading})" if heading else ""), cell


def _ready(notebook: NotebookNode) -> tuple[NotebookNode, list[dict[str, Any]], list[str]]:
    """The notebook as the page shows it, its own charts, and what makes the page a draft by them."""
    shown = notebook.copy()
    shown.cells = [cell.copy() for cell in notebook.cells]
    charts: list[dict[str, Any]] = []
    lacking: list[str] = []
    for place, cell in _places(shown):
        cell.metadata = NotebookNode(cell.metadata | {PLACE: place})
        if cell.cell_type == "markdown":
            _refuse_typed_digits(place, cell.source)
        if cell.cell_type == "code":
            cell.outputs = ready(place, cell)
            held = list(pictures(cell.outputs))
            charts += held
            lacking += filter(None, (draft(place, chart) for chart in held))
    return shown, charts, lacking


def _refuse_typed_digits(place: str, markdown: str) -> None:
    text = re.sub(r"<!--.*?-->", " ", without_formulas(markdown), flags=re.DOTALL)
    text = re.sub(r"!\[([^\]]*)\]", r"[\1]", text)
    if found := typed_digits(text):
        raise TradecheckError(
            f"{place} holds the typed figure {found[0]!r}: "
            "compute it in a code cell and show it with say(…)."
        )


def _first_heading(notebook: NotebookNode) -> str:
    for _, cell in _places(notebook):
        if found := re.search(r"^#\s+(.+)$", cell.source, re.M):
            return found[1].strip()
    raise TradecheckError(
        "The notebook has no title: show an Answer or a Masthead in its first cells."
    )

"""What the runner adds to a notebook: provenance, files, the machine's copy, the list of all."""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

import tradecheck
from tradecheck.errors import TradecheckError
from tradecheck.report import Download, IndexEntry, index_page, render
from tradecheck.report.exporter import displayed, opening_of
from tradecheck.report.leaks import mails
from tradecheck.runner.executed import read
from tradecheck.runner.freshness import MISSING, locate
from tradecheck.runner.index import Listed
from tradecheck.runner.jobs import Job
from tradecheck.runner.needs import Needs
from tradecheck.show.exhibits import VERDICTS, Answer, Column, Masthead, Table
from tradecheck.show.results import BESIDE
from tradecheck.show.results import MIME as RESULTS
from tradecheck.study.cards import NOT_STATED, Card
from tradecheck.study.changes import read_changes
from tradecheck.study.project import Project
from tradecheck.study.study import Study, study_fields

OPENINGS = {f"application/vnd.tradecheck.{shown.kind}+json" for shown in (Answer, Masthead)}
NAMED_PACKAGES = ("highspy", "matplotlib", "nbconvert", "numpy", "pandas", "papermill")


def prepare() -> None:
    """Do once what every page needs, for all processes forked from this one."""
    index_page([])
    render(v4.new_notebook(cells=[v4.new_markdown_cell("# Title"), v4.new_code_cell("pass")]))


@dataclass(frozen=True)
class Origin:
    """Where a report comes from; `raw` are the cards of the raw files that the study names."""

    job: Job
    raw: Sequence[Card]
    needs: Needs

    def rows(self) -> list[tuple[str, str]]:
        """The provenance as (label, value)."""
        facts = self.needs.run.facts
        python = ".".join(facts["Python"].split(".")[:2])
        versions = [f"Python {python}"]
        for name in NAMED_PACKAGES:
            if version := facts.get(f"package {name}"):
                versions.append(f"{name} {version}")
        notebook = self.job.notebook
        return [
            *((f"data/raw/{card.file}", self._raw_words(card)) for card in self.raw),
            *((file, f"SHA-256 {sha256}") for file, sha256 in self._study_files().items()),
            (notebook.file, f"SHA-256 {notebook.digest}, without outputs"),
            *((f"Overridden: {name}", told) for name, told in self.job.overridden().items()),
            ("tradecheck", tradecheck.__version__),
            ("Software", ", ".join(versions)),
            ("Commit", self.needs.page.facts["commit"]),
            ("Rebuild with", f"make report STUDY={self.job.study}"),
        ]

    def inputs(self) -> list[dict[str, str]]:
        """The raw files, the study and its claims with their digests, for machines."""
        held = {f"data/raw/{card.file}": card.sha256 for card in self.raw} | self._study_files()
        return [{"path": path, "sha256": sha256} for path, sha256 in sorted(held.items())]

    def drafts(self) -> list[str]:
        """What a card does not state, and a reader should know; a page that lacks it is a draft."""
        return [
            f"The card of data/raw/{card.file} does not state: {', '.join(fields)}."
            for card in self.raw
            if (fields := _not_stated(card.model_dump()))
        ]

    def _study_files(self) -> dict[str, str]:
        found = {name: self.needs.run.files[name] for name in self.job.study_files}
        return {name: sha256 for name, sha256 in found.items() if sha256 != MISSING}

    def _raw_words(self, card: Card) -> str:
        return f"SHA-256 {card.sha256}, {card.rows:,} rows, retrieved: {card.retrieved}"


def report_files(
    job: Job,
    cards: Sequence[Card],
    needs: Needs,
    executed: NotebookNode,
    tables: Sequence[str],
    embed: bool,
) -> dict[str, bytes]:
    """What a report consists of, by name.

    `cards` are those of the raw files that the study names, `tables` the processed files that the
    report offers as CSV.
    """
    origin = Origin(job, cards, needs)
    shown = _shown(executed, job.overridden())
    try:
        page = report_page(shown, origin, tables, embed)
        summary(shown, executed)  # which the list of studies will show
    except TradecheckError as error:
        raise TradecheckError(f"{job.notebook.path.name}: {error}") from error
    files = {job.page: page.encode(), job.executed: nbformat.writes(executed).encode()}
    if copy := machine_copy(executed, origin):
        files[job.machine_copy] = copy
    for beside in _data(executed, BESIDE):
        for kind, held in beside.items():
            files[f"reports/{job.name}.{kind}.json"] = _json(held)
    return files


def report_page(shown: NotebookNode, origin: Origin, tables: Sequence[str], embed: bool) -> str:
    """The report's HTML; `tables` are the processed files that it offers as CSV."""
    job = origin.job
    notebook = job.notebook
    files = [
        Download(notebook.path.name, notebook.source, "application/x-ipynb+json", "The notebook"),
        *(_csv(job.project.root / name) for name in tables if name.endswith(".csv")),
    ]
    own = Path(job.page).name
    return render(
        shown,
        downloads=files,
        provenance=origin.rows(),
        changes=read_changes(job.project, job.study),
        embed=embed,
        drafts=origin.drafts(),
        siblings=[(words, page) for words, page in job.siblings if page != own],
        contacts=contacts(job.project, job.study, origin.raw),
    )


def contacts(project: Project, study: str, cards: Sequence[Card]) -> list[str]:
    """The e-mail addresses that may stand on a study's pages: of its authors, and of its cards."""
    authors = study_fields(project, study)[0].get("authors")
    held = [authors, *(card.model_dump(mode="json") for card in cards)]
    return mails(json.dumps(held, ensure_ascii=False, default=str))


def machine_copy(executed: NotebookNode, origin: Origin) -> bytes | None:
    """The report's JSON, if the notebook has left results."""
    found = list(_data(executed, RESULTS))
    if not found:
        return None
    overridden = {"overridden": origin.job.overridden()} if origin.job.overrides else {}
    return _json({"study": origin.job.study, "inputs": origin.inputs(), **overridden, **found[-1]})


def summary(shown: NotebookNode, executed: NotebookNode, study: str = "") -> dict[str, Any]:
    """What the list of studies shows of a report."""
    opening = opening_of(shown) or {"title": study}
    results: dict[str, Any] = next(_data(executed, RESULTS), {})
    counts = results.get("headline", {})
    if unknown := counts.keys() - VERDICTS.keys():
        raise TradecheckError(f"The headline counts {min(unknown)!r}, which is no verdict.")
    return {
        **{field: opening.get(field, "") for field in ("title", "standfirst", "status")},
        "verdicts": {verdict: counts[verdict] for verdict in VERDICTS if verdict in counts},
    }


def studies_page(project: Project, listed: Sequence[Listed]) -> str:
    """The list of all studies, each with what its executed notebook says."""
    entries = []
    for one in listed:
        executed = read(locate(project, one.executed))
        entries.append(
            IndexEntry(
                name=one.study,
                links=one.links,
                **summary(_shown(executed, one.overridden), executed, one.study),
            )
        )
    return index_page(entries)


def failure_page(project: Project, study: Study, sentence: str, source: str, output: str) -> str:
    """What failed, for the analyst: the sentence, the cell, what it showed, the parameters."""
    masthead = Masthead(
        title="This report could not be built",
        standfirst="The last good report, if there is one, is unchanged.",
        facts=[("Study", study.name)],
    )
    parameters = Table(
        name="parameters",
        title="Parameters of the run",
        columns=[Column("field", "Field"), Column("value", "Value")],
        rows=[
            {"field": field, "value": json.dumps(value, ensure_ascii=False)}
            for field, value in study.model_dump(mode="json").items()
        ],
        layout="cards",
    )
    cells = [v4.new_code_cell("", outputs=[displayed(masthead)])]
    told = {"What is wrong": sentence, "The cell": source, "What it showed last": output}
    for heading, text in told.items():
        if text:
            shown = v4.new_output("stream", name="stdout", text=_without_machine(project, text))
            cells += [v4.new_markdown_cell(f"## {heading}"), v4.new_code_cell("", outputs=[shown])]
    cells += [
        v4.new_markdown_cell("## The study"),
        v4.new_code_cell("", outputs=[displayed(parameters)]),
    ]
    return render(v4.new_notebook(cells=cells), contacts=contacts(project, study.name, ()))


def _json(held: Any) -> bytes:
    text = json.dumps(held, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def _data(executed: NotebookNode, mime: str) -> Iterator[Any]:
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            if mime in output.get("data", {}):
                yield output.data[mime]


def _shown(executed: NotebookNode, overridden: Mapping[str, str]) -> NotebookNode:
    """The notebook as its page shows it: no results, and at its top what is overridden."""
    told = "; ".join(f"{name} = {value}" for name, value in overridden.items())
    status = f"Overridden: {told}." if told else ""
    shown = executed.copy()
    shown.cells = [cell.copy() for cell in executed.cells]
    for cell in shown.cells:
        if "outputs" in cell:
            cell.outputs = [
                _with_status(output, status)
                for output in cell.outputs
                if RESULTS not in output.get("data", {})
            ]
    return shown


def _with_status(output: NotebookNode, status: str) -> NotebookNode:
    opening = {kind: data for kind, data in output.get("data", {}).items() if kind in OPENINGS}
    if not (status and opening):
        return output
    told = {
        kind: data | {"status": f"{status} {data['status']}".strip()}
        for kind, data in opening.items()
    }
    return NotebookNode(output | {"data": output["data"] | told})


def _not_stated(fields: Mapping[str, Any]) -> list[str]:
    """Names of the fields that say so, also within others."""
    inner = (held for held in fields.values() if isinstance(held, Mapping))
    own = [name for name, held in fields.items() if held == NOT_STATED]
    return [*own, *(name for held in inner for name in _not_stated(held))]


def _csv(path: Path) -> Download:
    words = path.stem.replace("_", " ").capitalize()
    return Download(path.name, path.read_bytes(), "text/csv;charset=utf-8", words)


def _without_machine(project: Project, text: str) -> str:
    """A message without the folders of this machine."""
    folders = {
        str(project.root): "…",
        sys.prefix: "…",
        tempfile.gettempdir(): "…",
        str(Path.home()): "~",
    }
    for folder in sorted(folders, key=len, reverse=True):
        if len(folder) > 1:
            text = text.replace(folder, folders[folder])
    return text

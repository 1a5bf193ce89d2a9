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
from tradecheck.cards import Card
from tradecheck.study.changes import read_changes
from tradecheck.errors import TradecheckError
from tradecheck.show.exhibits import VERDICTS, Column, Masthead, Table
from tradecheck.study.project import Project
from tradecheck.report import Download, IndexEntry, index_page, render
from tradecheck.show.results import MIME as RESULTS
from tradecheck.runner.freshness import Inputs
from tradecheck.runner.jobs import Job, Needs
from tradecheck.runner.notebooks import Notebook
from tradecheck.study import Study

MASTHEAD = f"application/vnd.tradecheck.{Masthead.kind}+json"
NAMED_PACKAGES = ("highspy", "matplotlib", "nbconvert", "numpy", "pandas", "papermill")


def prepare() -> None:
    """Do once what every page needs, for all processes forked from this one."""
    studies_page([])
    render(v4.new_notebook(cells=[v4.new_markdown_cell("# Title"), v4.new_code_cell("pass")]))


@dataclass(frozen=True)
class Origin:
    """Where a report comes from; `raw` are the cards of the raw files that the study names."""

    study: Study
    notebook: Notebook
    raw: Sequence[Card]
    run: Inputs
    page: Inputs

    def rows(self) -> list[tuple[str, str]]:
        """The provenance as (label, value)."""
        python = ".".join(self.run.facts["Python"].split(".")[:2])
        versions = [f"Python {python}"]
        for name in NAMED_PACKAGES:
            if version := self.run.facts.get(f"package {name}"):
                versions.append(f"{name} {version}")
        return [
            *((f"data/raw/{card.file}", self._raw_words(card)) for card in self.raw),
            (f"notebooks/studies/{self.study.name}.yaml", f"SHA-256 {self._study_digest}"),
            (
                f"notebooks/{self.notebook.path.name}",
                f"SHA-256 {self.notebook.digest}, without outputs",
            ),
            ("tradecheck", tradecheck.__version__),
            ("Software", ", ".join(versions)),
            ("Commit", self.page.facts["commit"]),
            ("Rebuild with", f"make report STUDY={self.study.name}"),
        ]

    def inputs(self) -> list[dict[str, str]]:
        """The raw files and the study with their digests, for machines."""
        raw = {f"data/raw/{card.file}": card.sha256 for card in self.raw}
        raw[f"notebooks/studies/{self.study.name}.yaml"] = self._study_digest
        return [{"path": path, "sha256": sha256} for path, sha256 in sorted(raw.items())]

    @property
    def _study_digest(self) -> str:
        return self.page.files[f"notebooks/studies/{self.study.name}.yaml"]

    def _raw_words(self, card: Card) -> str:
        return f"SHA-256 {card.sha256}, {card.rows:,} rows, retrieved: {card.retrieved}"


def report_files(
    study: Study,
    job: Job,
    cards: Sequence[Card],
    needs: Needs,
    executed: NotebookNode,
    tables: Sequence[str],
    embed: bool,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """What a report consists of, by name, and what the list of studies shows of it.

    `cards` are those of the raw files that the study names, `tables` the processed files that the
    report offers as CSV.
    """
    origin = Origin(study, job.notebook, cards, needs.run, needs.page)
    try:
        page = report_page(job.project, executed, origin, tables, embed)
    except TradecheckError as error:
        raise TradecheckError(f"{job.notebook.path.name}: {error}") from error
    files = {job.page: page.encode(), job.executed: nbformat.writes(executed).encode()}
    if copy := machine_copy(executed, origin):
        files[job.machine_copy] = copy
    return files, summary(executed, study)


def report_page(
    project: Project, executed: NotebookNode, origin: Origin, tables: Sequence[str], embed: bool
) -> str:
    """The report's HTML; `tables` are the processed files that it offers as CSV."""
    shown = executed.copy()
    shown.cells = [_without_results(cell) for cell in executed.cells]
    notebook = origin.notebook.path.name
    files = [
        Download(notebook, origin.notebook.source, "application/x-ipynb+json", "The notebook"),
        *(_csv(project.root / name) for name in tables if name.endswith(".csv")),
    ]
    changes = read_changes(project, origin.study.name)
    return render(
        shown, downloads=files, provenance=origin.rows(), changes=changes, embed=embed
    )


def machine_copy(executed: NotebookNode, origin: Origin) -> bytes | None:
    """The report's JSON, if the notebook has left results."""
    found = list(_data(executed, RESULTS))
    if not found:
        return None
    held = {"study": origin.study.name, "inputs": origin.inputs(), **found[-1]}
    text = json.dumps(held, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def summary(executed: NotebookNode, study: Study) -> dict[str, Any]:
    """What the list of studies shows of a report."""
    masthead = next(_data(executed, MASTHEAD), {})
    counts = next(_data(executed, RESULTS), {}).get("headline", {})
    if unknown := counts.keys() - VERDICTS.keys():
        raise TradecheckError(f"The headline counts {min(unknown)!r}, which is no verdict.")
    return {
        "title": masthead.get("title", study.question),
        "standfirst": masthead.get("standfirst", study.question),
        "status": masthead.get("status", ""),
        "verdicts": {verdict: counts[verdict] for verdict in VERDICTS if verdict in counts},
    }


def studies_page(entries: Sequence[Mapping[str, Any]]) -> str:
    """The list of all studies, from their names, summaries and links."""
    return index_page([_index_entry(entry) for entry in entries])


def _index_entry(entry: Mapping[str, Any]) -> IndexEntry:
    from tradecheck.figures.headline import verdict_bars  # a report's page needs no matplotlib

    verdicts = entry.get("verdicts")
    chart = verdict_bars(entry["name"], verdicts) if verdicts else None
    return IndexEntry(**entry, chart=chart)


def failure_page(project: Project, study: Study, sentence: str, source: str, output: str) -> str:
    """What failed, for the analyst: the sentence, the cell, what it showed, the parameters."""
    masthead = Masthead(
        title="This report could not be built",
        standfirst=_without_machine(project, sentence),
        facts=[("Study", study.name)],
        status="The last good report, if there is one, is unchanged.",
    )
    parameters = Table(
        name="parameters",
        title="Parameters of the run",
        columns=[Column("field", "Field"), Column("value", "Value")],
        rows=[
            {"field": field, "value": json.dumps(value, ensure_ascii=False)}
            for field, value in study.model_dump().items()
        ],
        layout="cards",
    )
    cells = [v4.new_code_cell("", outputs=[_display(masthead)])]
    for heading, text in (("The cell", source), ("What it showed last", output)):
        if text:
            shown = v4.new_output("stream", name="stdout", text=_without_machine(project, text))
            cells += [v4.new_markdown_cell(f"## {heading}"), v4.new_code_cell("", outputs=[shown])]
    cells += [
        v4.new_markdown_cell("## The study"),
        v4.new_code_cell("", outputs=[_display(parameters)]),
    ]
    return render(v4.new_notebook(cells=cells))


def _data(executed: NotebookNode, mime: str) -> Iterator[Any]:
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            if mime in output.get("data", {}):
                yield output.data[mime]


def _without_results(cell: NotebookNode) -> NotebookNode:
    if "outputs" not in cell:
        return cell
    kept = cell.copy()
    kept.outputs = [output for output in cell.outputs if RESULTS not in output.get("data", {})]
    return kept


def _display(exhibit: Masthead | Table) -> NotebookNode:
    return v4.new_output("display_data", data=exhibit._repr_mimebundle_())


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

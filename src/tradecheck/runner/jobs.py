"""One notebook for one study is a job: what it depends on, and whether its report is fresh."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project
from tradecheck.runner.commits import commit
from tradecheck.runner.freshness import (
    Inputs,
    Manifest,
    environment,
    file_digests,
    modules_reached,
    read_manifest,
)
from tradecheck.runner.notebooks import Notebook, find_notebooks
from tradecheck.runner.publish import MEMORY

if TYPE_CHECKING:  # pydantic is slow to import, and a fresh report needs none of it
    from tradecheck.cards import Card
    from tradecheck.study import Study

INDEX = "reports/index.html"
PAGE_MODULE = "tradecheck.runner.pages"
LOCK = "requirements.lock"


@dataclass(frozen=True)
class Job:
    """One notebook run for one study: one report."""

    project: Project
    study: str
    notebook: Notebook

    @property
    def name(self) -> str:
        return f"{self.study}{self.notebook.suffix}"

    @property
    def page(self) -> str:
        return f"reports/{self.name}.html"

    @property
    def machine_copy(self) -> str:
        return f"reports/{self.name}.json"

    @property
    def executed(self) -> str:
        """The executed notebook of the last success: a new page needs no new run."""
        return f"{MEMORY}/{self.name}.ipynb"

    @property
    def manifest_path(self) -> Path:
        return self.project.root / MEMORY / f"{self.name}.json"

    @cached_property
    def manifest(self) -> Manifest | None:
        return read_manifest(self.manifest_path)

    def run_facts(self) -> dict[str, str]:
        code = f"code of notebooks/{self.notebook.path.name}"
        return {code: self.notebook.code_digest, **environment(self.project.root / LOCK)}

    def page_facts(self, embed: bool, files: Iterable[str]) -> dict[str, str]:
        """`files` are those that the report is made of, besides the notebook."""
        own = f"notebooks/{self.notebook.path.name}"
        return {
            f"text of {own}": self.notebook.digest,
            "data inside the page": "yes" if embed else "no",
            "commit": commit(self.project, [own, *files]),
        }

    def run_is_fresh(self) -> bool:
        """Whether all that the manifest names of the run is as it was; imports nothing."""
        held = self.manifest
        return (
            held is not None
            and held.run.facts == self.run_facts()
            and self._are_unchanged({**held.run.files, **held.writes})
        )

    def is_fresh(self, embed: bool) -> bool:
        """Whether all that the manifest names is as it was; derives and imports nothing."""
        held = self.manifest
        return (
            self.run_is_fresh()
            and held.page.facts == self.page_facts(embed, [*held.run.files, *held.page.files])
            and self._are_unchanged({**held.page.files, **held.outputs})
        )

    def _are_unchanged(self, files: Mapping[str, str]) -> bool:
        return files == file_digests(self.project, files)


@dataclass(frozen=True)
class Needs:
    """What a report depends on now, and what must be done because of which changes."""

    run: Inputs
    page: Inputs
    run_because: list[str]
    page_because: list[str]

    @property
    def anything(self) -> bool:
        return bool(self.run_because or self.page_because)


def jobs_of(project: Project, study: str) -> list[Job]:
    """The study's reports, in the order in which they are built."""
    return [Job(project, study, notebook) for notebook in find_notebooks(project)]


def check_names(project: Project) -> None:
    """Raise a TradecheckError unless there is a study, and each report has a name of its own."""
    studies = project.study_names()
    if not studies:
        raise TradecheckError(
            "There is no study: notebooks/studies/ holds no YAML file; restore one with git "
            "checkout, or write one as README.md describes."
        )
    makers = {INDEX: "the list of studies"}
    for job in (job for study in studies for job in jobs_of(project, study)):
        maker = f"notebooks/{job.notebook.path.name} for the study {job.study}"
        if job.page in makers:
            raise TradecheckError(
                f"{maker} would write {job.page}, as does {makers[job.page]}: give the notebook "
                "or the study another name."
            )
        makers[job.page] = maker


def raw_cards(project: Project, study: "Study") -> list["Card"]:
    """The cards of the raw files that the study names, after every raw file was verified."""
    from tradecheck.cards import all_cards

    named = set(_texts(study.model_dump()))
    return [card for name, card in all_cards(project).items() if name in named]


def needs_of(
    job: Job, study: "Study", cards: list["Card"], upstream: list[str], embed: bool, force: bool
) -> Needs:
    """Compare what the report depends on now with its manifest.

    `upstream` names the tables that earlier notebooks wrote and this one may read.
    """
    from tradecheck.study.changes import changes_file

    raw = [name for card in cards for name in (f"data/raw/{card.file}", _card_file(card))]
    run_files = [*modules_reached(job.notebook.code), *raw, *upstream]
    page_files = [
        *modules_reached((), [PAGE_MODULE]),
        LOCK,
        f"notebooks/studies/{study.name}.yaml",
        changes_file(study.name),
    ]
    values = study.model_dump().items()
    parameters = {
        f"parameter {field}": json.dumps(value, ensure_ascii=False) for field, value in values
    }
    run = Inputs(file_digests(job.project, run_files), job.run_facts(), parameters)
    facts = job.page_facts(embed, [*run_files, *page_files])
    page = Inputs(file_digests(job.project, page_files), facts)
    held = job.manifest
    if held is None:
        return Needs(run, page, ["it has not been built"], [])
    run_because = ["--force"] if force else held.run.changes(run)
    run_because += _changed(job.project, held.writes)
    run_because += _changed(job.project, {job.executed: held.outputs.get(job.executed, "")})
    page_because = held.page.changes(page) + _changed(job.project, held.outputs)
    return Needs(run, page, run_because, page_because)


def _texts(value: Any) -> Iterator[str]:
    """Every text in nested lists and mappings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _card_file(card: "Card") -> str:
    from tradecheck.cards import SUFFIX

    return f"data/raw/{Path(card.file).stem}{SUFFIX}"


def _changed(project: Project, files: dict[str, str]) -> list[str]:
    return Inputs(files).changes(Inputs(file_digests(project, files)))

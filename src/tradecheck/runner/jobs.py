"""One notebook for one study is a job: what it depends on, and whether its report is fresh."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tradecheck.errors import FAULTS, TradecheckError, sentence_of
from tradecheck.runner.commits import commit, head
from tradecheck.runner.freshness import (
    Manifest,
    Seen,
    read_manifest,
)
from tradecheck.runner.notebooks import Notebook
from tradecheck.runner.packages import environment
from tradecheck.runner.publish import MEMORY
from tradecheck.study.project import Project
from tradecheck.study.sweep import asked, holds_lists

if TYPE_CHECKING:  # pydantic is slow to import, and a fresh report needs none of it
    pass

INDEX = "reports/index.html"
COMMIT = "commit"


@dataclass(frozen=True)
class Job:
    """One notebook run for one study: one report.

    `overrides` is what its parameters cell sets otherwise than the study. `siblings` are all
    reports of the study, in their order, as (words of a link, name of the page). `head` is the
    repository's last commit.
    """

    project: Project
    study: str
    notebook: Notebook
    overrides: Mapping[str, Any]
    siblings: Sequence[tuple[str, str]]
    head: str = ""

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
    def study_files(self) -> list[str]:
        """What describes the study, as named in the project; the claims may be missing."""
        return [f"notebooks/studies/{self.study}/{name}.yaml" for name in ("claims", "study")]

    @property
    def manifest_path(self) -> Path:
        return self.project.root / MEMORY / f"{self.name}.json"

    @cached_property
    def manifest(self) -> Manifest | None:
        return read_manifest(self.manifest_path)

    def parameters(self) -> dict[str, Any]:
        """What a run sets anew in the parameters cell."""
        return self.notebook.injected(self.study)

    @property
    def tables(self) -> Path:
        """The folder of the tables that its run may write."""
        return self.project.processed / self.study

    def overridden(self) -> dict[str, str]:
        """What is overridden, as people write it."""
        held = self.overrides.items()
        return {name: json.dumps(value, ensure_ascii=False, default=repr) for name, value in held}

    def run_facts(self, packages: Iterable[str]) -> dict[str, str]:
        """`packages` are those whose versions count."""
        overridden = {f"override of {name}": told for name, told in self.overridden().items()}
        code = {f"code of {self.notebook.file}": self.notebook.code_digest}
        return code | overridden | environment(packages)

    def page_facts(self, embed: bool) -> dict[str, str]:
        """All but the commit."""
        return {
            f"text of {self.notebook.file}": self.notebook.digest,
            "data inside the page": "yes" if embed else "no",
            "reports of the study": "; ".join(f"{words}: {page}" for words, page in self.siblings),
        }

    def commit(self, files: Iterable[str]) -> str:
        """The last commit of what the report is made of: its notebook, and these."""
        return commit(self.project, [self.notebook.file, *files])

    def run_is_fresh(self, seen: Seen) -> bool:
        """Whether all that the manifest names of the run is as it was; imports nothing."""
        held = self.manifest
        return (
            held is not None
            and held.run.facts == self.run_facts(packages_of(held))
            and self._are_unchanged(seen, {**held.run.files, **held.opened, **held.writes})
        )

    def is_fresh(self, embed: bool, seen: Seen) -> bool:
        """Whether all that the manifest names is as it was; derives and imports nothing."""
        held = self.manifest
        if held is None or not self.run_is_fresh(seen):
            return False
        facts = {name: told for name, told in held.page.facts.items() if name != COMMIT}
        return (
            facts == self.page_facts(embed)
            and self._are_unchanged(seen, {**held.page.files, **held.outputs})
            and (
                held.head == self.head or held.page.facts.get(COMMIT) == self.commit(files_of(held))
            )
        )

    def _are_unchanged(self, seen: Seen, files: Mapping[str, str]) -> bool:
        try:
            return files == seen.digests(files)
        except PermissionError:  # the build will tell
            return False


@dataclass(frozen=True)
class CaseJob(Job):
    """The main report of one case of a study that holds lists."""

    case: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.study}-{self.case}"

    @property
    def tables(self) -> Path:
        return super().tables / self.case

    def parameters(self) -> dict[str, Any]:
        return dict.fromkeys(self.notebook.parameters) | {"study": self.study, **self.fields}

    def run_facts(self, packages: Iterable[str]) -> dict[str, str]:
        return super().run_facts(packages) | {"case": json.dumps(self.fields, sort_keys=True)}


@dataclass(frozen=True)
class Plan:
    """The reports of every study, in the order in which they are built.

    `broken` says why the other studies have none, `strays` which files are part of no study.
    """

    jobs: Mapping[str, list[Job]]
    broken: Mapping[str, str]
    strays: Sequence[str]


def plan(project: Project, named: Collection[str] = ()) -> Plan:
    """Which reports there are to be; of a study that is built only when asked for by name, the cases
    are told for those `named` alone, since telling them takes longer than all else. Raises a TradecheckError where there is no study."""
    studies = project.study_names()
    if not studies:
        raise TradecheckError(
            "There is no study: notebooks/studies/ holds no folder with a study.yaml; restore one "
            "with git checkout, or write one with tradecheck new."
        )
    shared = _notebooks(project, project.notebooks)
    if not shared:
        raise TradecheckError(
            "There is no notebook to run: notebooks/ holds no file such as 01_clean.ipynb; "
            "restore them with git checkout."
        )
    jobs: dict[str, list[Job]] = {}
    broken = {}
    makers = {INDEX: "the list of studies"}
    last = head(project)
    for study in studies:
        try:
            whole = study in named or asked(project, study)
            own = _jobs_of(project, study, shared, last, whole)
            for job in own:
                _claim(job, makers)
            jobs[study] = own
        except FAULTS as fault:
            broken[study] = sentence_of(fault)
    used = {job.notebook.file for own in jobs.values() for job in own}
    unused = [book for book in shared if book.file not in used and not broken]
    needed = [f"{b.file} is not built: no study has the field {b.needs!r}." for b in unused]
    return Plan(jobs, broken, [*map(" ".join, project.strays()), *needed])


def _notebooks(project: Project, folder: Path) -> list[Notebook]:
    return [Notebook(project.root, file) for file in project.notebook_files(folder)]


def _jobs_of(
    project: Project, study: str, shared: Sequence[Notebook], last: str, whole: bool
) -> list[Job]:
    """The shared notebooks first, then those of the study's own."""
    annexes = _notebooks(project, project.studies / study)
    for notebook in annexes:
        if (named := notebook.parameters["study"]) != study:
            raise TradecheckError(
                f"{notebook.file}: the parameters cell names the study {named!r}, but the notebook "
                f"stands in the folder of {study!r}; correct the name, or move the notebook."
            )
    made = [book for book in (*shared, *annexes) if _has(project, study, book.needs)]
    siblings = [(book.title, f"{study}{book.suffix}.html") for book in made]
    if holds_lists((project.studies / study / "study.yaml").read_bytes()):
        if not whole:
            return _case_jobs(project, study, made, {}, last)
        if cases := _cases(project, study):
            return _case_jobs(project, study, made, cases, last)
    return [Job(project, study, book, book.overrides(study), siblings, last) for book in made]


def _cases(project: Project, study: str) -> Mapping[str, Any]:
    from tradecheck.study.study import load_cases

    return load_cases(project, study)


def _case_jobs(
    project: Project,
    study: str,
    books: Sequence[Notebook],
    cases: Mapping[str, Any],
    last: str,
) -> list[Job]:
    """Cleaning and what asks for a field once for all cases, then the main report of each."""
    first = [book for book in books if book.suffix == "-data" or book.needs]
    main = next((book for book in books if not book.suffix), None)
    if main is None:
        raise TradecheckError(f"The study {study} holds lists, and no notebook makes its reports.")
    siblings = [("All cases", f"{study}.html")]
    siblings += [(book.title, f"{study}{book.suffix}.html") for book in first]
    jobs = [Job(project, study, book, book.overrides(study), siblings, last) for book in first]
    return jobs + [
        CaseJob(project, study, main, {}, siblings, last, case, fields)
        for case, fields in cases.items()
    ]


def _has(project: Project, study: str, field: str) -> bool:
    """Whether a study has a field; most notebooks need none, and then nothing is read."""
    path = project.studies / study / "study.yaml"
    if not field or field.encode() not in path.read_bytes():
        return not field
    from tradecheck.study.values import read_yaml

    held = read_yaml(path, f"notebooks/studies/{study}/study.yaml")
    return isinstance(held, dict) and held.get(field) not in (None, False, "", [])


def _claim(job: Job, makers: dict[str, str]) -> None:
    """Note who makes a page; no page has two makers."""
    maker = f"{job.notebook.file} for the study {job.study}"
    if job.page in makers:
        raise TradecheckError(
            f"{maker} would write {job.page}, as does {makers[job.page]}: give the notebook "
            "or the study another name."
        )
    makers[job.page] = maker


def check_parameters(job: Job) -> None:
    """Raise a TradecheckError unless the parameters cell sets what may be set there."""
    from tradecheck.study.study import OVERRIDES, open_study
    from tradecheck.study.values import alike

    place = f"{job.notebook.file}, parameters cell"
    if unknown := sorted(job.notebook.parameters.keys() - {"study", *OVERRIDES}):
        raise TradecheckError(
            f"{place}: {unknown[0]!r} cannot be set there{alike(unknown[0], [*OVERRIDES])}; "
            f"what can be is study, {', '.join(OVERRIDES)}."
        )
    named = job.notebook.parameters["study"]
    known = job.project.study_names()
    if job.notebook.overrides(named) and named not in known:
        raise TradecheckError(
            f"{place}: there is no study {named!r}{alike(named, known)}, and what the cell sets "
            "besides would hold for no study."
        )
    if job.overrides:
        try:
            open_study(job.project, job.study, **job.overrides)
        except TradecheckError as error:
            raise TradecheckError(f"{place}: {error}") from error


def files_of(held: Manifest) -> list[str]:
    """All that a report was made of, its notebook apart."""
    return [*held.run.files, *held.page.files, *held.opened]


def packages_of(held: Manifest) -> set[str]:
    facts = held.run.facts
    return {name.removeprefix("package ") for name in facts if name.startswith("package ")}

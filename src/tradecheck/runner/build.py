"""Building what is out of date: study by study, all of it or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tradecheck.errors import TradecheckError
from tradecheck.project import Project
from tradecheck.runner.freshness import Manifest, digest, file_digests
from tradecheck.runner.index import build_index
from tradecheck.runner.jobs import Job, Needs, jobs_of, needs_of, raw_cards
from tradecheck.runner.notebooks import check_parameters
from tradecheck.runner.publish import only_run, publish

if TYPE_CHECKING:  # imported late: a build with nothing to do needs none of it
    from nbformat import NotebookNode

    from tradecheck.cards import Card
    from tradecheck.study import Study

Say = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """How to build: data inside the pages or not, even what is fresh, seconds for a notebook."""

    embed: bool = True
    force: bool = False
    timeout: int = 900


def build(project: Project, studies: Sequence[str], settings: Settings, say: Say) -> list[str]:
    """Build what is out of date of these studies, then the list of all studies.

    Returns a sentence for each study that failed; its last good reports are unchanged.
    """
    failures = []
    for name in studies:
        jobs = jobs_of(project, name)
        if not settings.force and all(job.is_fresh(settings.embed) for job in jobs):
            failed_page(project, name).unlink(missing_ok=True)
            say(f"{name}: up to date")
            continue
        with only_run(project):
            try:
                _build_study(project, name, settings, say)
            except TradecheckError as error:
                failures.append(str(error))
    build_index(project, say)
    return failures


def failed_page(project: Project, study: str) -> Path:
    """Where what failed is kept until the next success."""
    return project.reports / f"{study}.failed.html"


def _build_study(project: Project, name: str, settings: Settings, say: Say) -> None:
    """Check the study and its raw files, run and render what needs it, publish all together."""
    from tradecheck.study import load_study

    study = load_study(project, name)
    jobs = jobs_of(project, name)
    for job in jobs:
        check_parameters(job.notebook)
    work = _Work(study, raw_cards(project, study), settings)
    tables: dict[str, str] = {}
    earlier: set[str] = set()
    files: dict[Path, bytes] = {}
    for number, job in enumerate(jobs, start=1):
        needs = needs_of(job, study, work.cards, list(tables), settings.embed, settings.force)
        manifest = job.manifest
        earlier |= manifest.writes.keys() if manifest else set()
        if needs.anything:
            step = partial(_say_step, say, f"{name}: {number} of {len(jobs)}")
            try:
                manifest, made = work.report(job, needs, list(tables), step)
            except TradecheckError as error:
                raise _failure(project, study, error) from error
            files |= made
        tables |= manifest.writes
    publish(project, files)
    for table in earlier - tables.keys():  # no notebook writes it any more
        (project.root / table).unlink(missing_ok=True)
    failed_page(project, name).unlink(missing_ok=True)
    for path in files:
        if path.parent == project.reports:
            say(f"wrote {project.relative(path)} ({len(files[path]) / 1000:.0f} kB)")
    if not files:
        say(f"{name}: up to date")


@dataclass(frozen=True)
class _Work:
    """One study while its reports are made; `cards` are those of the raw files that it names."""

    study: "Study"
    cards: list["Card"]
    settings: Settings

    def report(
        self, job: Job, needs: Needs, upstream: list[str], say: Say
    ) -> tuple[Manifest, dict[Path, bytes]]:
        """One report: its new manifest and all files to publish. `upstream` are earlier tables."""
        from tradecheck.runner import pages

        executed, writes = self._executed(job, needs, say)
        origin = pages.Origin(self.study, job.notebook, self.cards, needs.run, needs.page)
        tables = [*upstream, *writes]
        try:
            page = pages.report_page(job.project, executed, origin, tables, self.settings.embed)
        except TradecheckError as error:
            raise TradecheckError(f"{job.notebook.path.name}: {error}") from error
        outputs = {job.page: page.encode(), job.executed: pages.notebook_bytes(executed)}
        if machine_copy := pages.machine_copy(executed, origin):
            outputs[job.machine_copy] = machine_copy
        manifest = Manifest(
            run=needs.run,
            page=needs.page,
            writes=writes,
            outputs={name: digest(content) for name, content in outputs.items()},
            summary=pages.summary(executed, self.study),
        )
        return manifest, {
            **{job.project.root / name: content for name, content in outputs.items()},
            job.manifest_path: manifest.to_bytes(),
        }

    def _executed(self, job: Job, needs: Needs, say: Say) -> tuple["NotebookNode", dict[str, str]]:
        """The notebook with outputs, from a run or as kept, and the tables that the run wrote."""
        from tradecheck.runner import execute

        name = job.notebook.name
        if not needs.run_because:
            say(f"new page for {name} ({_first(needs.page_because)})")
            kept = execute.read(job.project.root / job.executed)
            return execute.with_outputs(job.notebook, kept), job.manifest.writes
        say(f"running {name} ({_first(needs.run_because)}) …")
        folder = job.project.processed / self.study.name
        before = _marks(folder)
        executed = execute.execute(
            job.project, job.notebook, self.study.model_dump(), self.settings.timeout
        )
        written = sorted(path for path, mark in _marks(folder).items() if before.get(path) != mark)
        say(f"{name} done in {len(job.notebook.code)} code cells")
        return executed, file_digests(job.project, map(job.project.relative, written))


def _failure(project: Project, study: "Study", error: TradecheckError) -> TradecheckError:
    """Keep what failed as a page, unless it holds what no page may; the error, naming both."""
    from tradecheck.runner import pages

    path = failed_page(project, study.name)
    source, output = getattr(error, "source", ""), getattr(error, "output", "")
    try:
        page = pages.failure_page(project, study, str(error), source, output)
        publish(project, {path: page.encode()})
    except TradecheckError:
        return TradecheckError(f"{study.name}: {error}")
    return TradecheckError(f"{study.name}: {error}\nKept for you: {project.relative(path)}")


def _marks(folder: Path) -> dict[Path, tuple[int, int]]:
    """Files in a folder with what changes whenever one is written, even with the same bytes."""
    found = folder.rglob("*") if folder.is_dir() else ()
    stats = {path: path.stat() for path in found if path.is_file()}
    return {path: (stat.st_mtime_ns, stat.st_ino) for path, stat in stats.items()}


def _say_step(say: Say, step: str, words: str) -> None:
    say(f"{step}, {words}")


def _first(reasons: list[str]) -> str:
    return reasons[0] if len(reasons) == 1 else f"{reasons[0]}, and {len(reasons) - 1} more"

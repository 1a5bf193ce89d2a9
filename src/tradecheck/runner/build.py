"""Building what is out of date: study by study, all of it or nothing."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from time import monotonic
from typing import TYPE_CHECKING, Any

from tradecheck.errors import FAULTS, TradecheckError, sentence_of
from tradecheck.runner.freshness import Manifest, Seen, digest, locate
from tradecheck.runner.index import build_index, index_is_fresh
from tradecheck.runner.jobs import CaseJob, Job, Plan, check_parameters, plan
from tradecheck.runner.needs import Needs, code_of, needs_of, raw_cards
from tradecheck.runner.notebooks import Notebook
from tradecheck.runner.publish import only_run, publish
from tradecheck.study.project import Project
from tradecheck.study.sweep import asked

if TYPE_CHECKING:  # imported late: a build with nothing to do needs none of it
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager

    from nbformat import NotebookNode

    from tradecheck.runner.cluster import Cluster
    from tradecheck.runner.forks import Forks
    from tradecheck.study.cards import Card
    from tradecheck.study.study import Study

Say = Callable[[str], None]
Event = Callable[[Mapping[str, Any]], None]


def no_event(_: Mapping[str, Any]) -> None:
    """What happens to events where nobody asked for them."""


def print_event(event: Mapping[str, Any]) -> None:
    """One line of JSON on stdout; in one piece, because cases end in several threads."""
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Settings:
    """How to build: data inside the pages or not, even what is fresh, seconds for a notebook and
    for a page, notebooks at once (None: one a core). `event` takes what became of each study and
    case, as JSON knows it."""

    embed: bool = True
    force: bool = False
    timeout: int = 900
    jobs: int | None = None
    scheduler: str | None = None
    event: Event = no_event


def build(project: Project, studies: Sequence[str], settings: Settings, say: Say) -> list[str]:
    """Build what is out of date of these studies (none: of all), then the list of all studies.

    Returns a sentence for each study that failed; its last good reports are unchanged. Raises a
    TradecheckError where there is no study.
    """
    seen = Seen(project)
    planned = plan(project, studies)
    for sentence in planned.strays:
        say(sentence)
    stale = []
    failures = []
    for name in dict.fromkeys(studies or [n for n in project.study_names() if asked(project, n)]):
        if name in planned.broken:
            failures.append(planned.broken[name])
            settings.event({"study": name, "state": "failed", "error": planned.broken[name]})
        elif settings.force or not _is_fresh(planned, name, settings.embed, seen):
            stale.append(name)
        else:
            failed_page(project, name).unlink(missing_ok=True)
            say(f"{name}: up to date")
            settings.event({"study": name, "state": "up to date"})
    if stale:
        failures += _build_studies(project, planned, stale, settings, seen, say)
    elif not index_is_fresh(planned, project):
        with only_run(project):
            build_index(planned, project, say, _call)
    return list(dict.fromkeys(failures))


def _is_fresh(planned: Plan, name: str, embed: bool, seen: Seen) -> bool:
    return name in planned.jobs and all(job.is_fresh(embed, seen) for job in planned.jobs[name])


def _build_studies(
    project: Project, planned: Plan, names: Sequence[str], settings: Settings, seen: Seen, say: Say
) -> list[str]:
    """Build studies, several at once, and the list of all studies.

    The code is hashed before any process imports it. The page of one notebook is made while the next
    one runs. Returns a sentence a failure.
    """
    from concurrent.futures import ThreadPoolExecutor

    from tradecheck.runner.forks import Forks, cores

    jobs = settings.jobs or cores()
    todo = [job for name in names for job in planned.jobs.get(name, ())]
    with ExitStack() as held:
        held.enter_context(only_run(project))
        threads = held.enter_context(ThreadPoolExecutor(jobs))
        pages = held.enter_context(ThreadPoolExecutor(jobs))
        for job in todo:
            seen.digests(code_of(job))
        notebooks = [job.notebook for job in todo]
        forks = held.enter_context(Forks(project, notebooks, jobs, len(names), settings.timeout))
        if settings.force or not all(job.run_is_fresh(seen) for job in todo):
            forks.warm()

        def failure(name: str) -> str | None:
            began = monotonic()
            told: dict[str, Any] = {"study": name, "state": "built"}
            sentence = None
            try:
                own = planned.jobs.get(name, ())
                _build_study(project, name, own, settings, Workers(forks, pages, seen), say)
            except FAULTS as fault:
                sentence = sentence_of(fault)
                named = any(form in sentence for form in (f"{name}:", f"/{name}/", repr(name)))
                sentence = sentence if named else f"{name}: {sentence}"
                told |= {"state": "failed", "error": sentence}
            settings.event({**told, "seconds": round(monotonic() - began, 3)})
            return sentence

        outcomes = list(threads.map(failure, names))
        build_index(plan(project), project, say, forks.call)
    return [sentence for sentence in outcomes if sentence]


def failed_page(project: Project, study: str) -> Path:
    """Where what failed is kept until the next success."""
    return project.reports / f"{study}.failed.html"


@dataclass(frozen=True)
class Workers:
    """Who does the work: forked processes, threads that wait for pages; and what the run has seen."""

    forks: "Forks"
    pages: "Executor"
    seen: Seen


def _build_study(
    project: Project,
    name: str,
    jobs: Sequence[Job],
    settings: Settings,
    workers: Workers,
    say: Say,
) -> None:
    """Check the study and its raw files, run and render what needs it, publish all together."""
    from tradecheck.study.study import open_study

    seen = workers.seen
    used = {file for job in jobs for file in job.study_files}
    seen.digests(used)
    study, _ = open_study(project, name)
    cases = [job for job in jobs if isinstance(job, CaseJob)]
    jobs = [job for job in jobs if not isinstance(job, CaseJob)]
    for job in jobs:
        check_parameters(job)
    work = Work(study, raw_cards(project, study, seen), settings, workers)
    tables: dict[str, str] = {}
    earlier: dict[str, str] = {}
    reports: list[Future[dict[Path, bytes]]] = []
    try:
        for number, job in enumerate(jobs, start=1):
            needs = needs_of(job, work.cards, tables, settings.embed, settings.force, seen)
            held = job.manifest
            if held and not needs.anything:
                tables |= held.writes
                continue
            earlier |= {**held.writes, **held.outputs} if held else {}
            step = partial(_say_step, say, f"{name}: {number} of {len(jobs)}")
            executed, writes, needs = work.executed(job, needs, step)
            tables |= writes
            used |= {*needs.run.files, *needs.page.files, *needs.opened}
            reports.append(
                workers.pages.submit(work.report, job, needs, executed, writes, list(tables))
            )
        files = {path: made for report in reports for path, made in report.result().items()}
        seen.check(sorted(used | tables.keys()))
        check_notebooks(jobs)
    except TradecheckError as error:
        raise _failure(project, study, error) from error
    publish(project, files)
    for name_, sha256 in earlier.items():  # what no notebook makes any more, if nobody changed it
        target = locate(project, name_)
        is_left = name_ not in tables and target not in files and target.is_file()
        if is_left and digest(target.read_bytes()) == sha256:
            target.unlink()
    failed_page(project, name).unlink(missing_ok=True)
    for path in files:
        if path.parent == project.reports:
            say(f"wrote {project.relative(path)} ({len(files[path]) / 1000:.0f} kB)")
    if cases:
        from tradecheck.runner.sweep import build_cases

        with _cluster(settings.scheduler) as cluster:
            build_cases(project, work, cases, tables, say, cluster)
    elif not files:
        say(f"{study.name}: up to date")


@dataclass(frozen=True)
class Work:
    """One study while its reports are made; `cards` are those of the raw files that it names."""

    study: "Study"
    cards: list["Card"]
    settings: Settings
    workers: Workers

    def executed(
        self, job: Job, needs: Needs, say: Say
    ) -> tuple["NotebookNode", Mapping[str, str], Needs]:
        """The notebook with outputs, from a run or as kept, the tables that the run wrote, and what
        the report depends on after it."""
        from tradecheck.runner.executed import read, with_outputs

        name = job.notebook.name
        held = job.manifest
        if held and not needs.run_because:
            say(f"new page for {name} ({_first(needs.page_because)})")
            kept = read(job.project.root / job.executed)
            return with_outputs(job.notebook, kept), held.writes, needs
        from tradecheck.runner.execute import execute
        from tradecheck.runner.opened import Opened

        forks = self.workers.forks
        with forks.slot:
            say(f"running {name} ({_first(needs.run_because)}) …")
            folder = job.tables
            before = _marks(folder)
            opened = Opened()
            limit = self.settings.timeout
            executed = execute(job.notebook, job.parameters(), limit, forks, opened)
        written = sorted(path for path, mark in _marks(folder).items() if before.get(path) != mark)
        say(f"{name} done in {len(job.notebook.code)} code cells")
        seen = self.workers.seen
        # A table of an earlier notebook that was written meanwhile is nobody's: it has moved.
        names = map(job.project.relative, written)
        writes = seen.renew(name for name in names if name not in needs.run.files)
        return executed, writes, needs.after(job, seen, opened, writes)

    def report(
        self,
        job: Job,
        needs: Needs,
        executed: "NotebookNode",
        writes: Mapping[str, str],
        tables: list[str],
    ) -> dict[Path, bytes]:
        """All files to publish of one report. `tables` are those that exist after its run."""
        asked = (job, self.cards, needs, executed, tables, self.settings.embed)
        outputs = self.workers.forks.call("tradecheck.runner.pages:report_files", *asked)
        manifest = Manifest(
            run=needs.run,
            page=needs.page,
            opened=needs.opened,
            writes=writes,
            outputs={name: digest(content) for name, content in outputs.items()},
            head=job.head,
        )
        files = {job.project.root / name: content for name, content in outputs.items()}
        return files | {job.manifest_path: manifest.to_bytes()}


def _cluster(address: str | None) -> "AbstractContextManager[Cluster | None]":
    if address is None:
        return nullcontext()
    from tradecheck.runner.cluster import cluster

    return cluster(address)


def check_notebooks(jobs: Sequence[Job]) -> None:
    """Raise a TradecheckError if one has another source by now; a save that changes none is none."""
    for job in jobs:
        if Notebook(job.project.root, job.notebook.file).digest != job.notebook.digest:
            raise TradecheckError(
                f"{job.notebook.file} was edited while reports were made of it, so nothing is "
                "published; run again."
            )


def _call(name: str, *arguments: Any) -> Any:
    return resolve_name(name)(*arguments)


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
    return TradecheckError(f"{study.name}: {error} Kept for you: {project.relative(path)}")


def _marks(folder: Path) -> dict[Path, tuple[int, int]]:
    """Files in a folder with what changes whenever one is written, even with the same bytes."""
    found = folder.rglob("*") if folder.is_dir() else ()
    stats = {path: path.stat() for path in found if path.is_file()}
    return {path: (stat.st_mtime_ns, stat.st_ino) for path, stat in stats.items()}


def _say_step(say: Say, step: str, words: str) -> None:
    say(f"{step}, {words}")


def _first(reasons: list[str]) -> str:
    return reasons[0] if len(reasons) == 1 else f"{reasons[0]}, and {len(reasons) - 1} more"

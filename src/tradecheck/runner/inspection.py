"""Looking without building: why a report is fresh or stale, and whether files are unchanged."""

from collections.abc import Callable, Iterator, Mapping

from tradecheck.errors import FAULTS, TradecheckError, sentence_of
from tradecheck.runner.freshness import MISSING, REPORTS, Seen, read_manifest
from tradecheck.runner.index import index_changes, index_manifest
from tradecheck.runner.jobs import INDEX, CaseJob, Job, check_parameters, plan
from tradecheck.runner.needs import needs_of, raw_cards
from tradecheck.runner.packages import changed
from tradecheck.runner.publish import MEMORY
from tradecheck.study.project import Project
from tradecheck.study.sweep import asked

Say = Callable[[str], None]
MOST_NAMED = 5  # stale cases


def status(project: Project, embed: bool) -> Iterator[str]:
    """One line a report: fresh, or stale because of what, given the tables as they are now."""
    planned = plan(project, _ranked(project))
    seen = Seen(project)
    yield from planned.strays
    for name, sentence in planned.broken.items():
        yield f"{name}: cannot be built: {sentence}"
    for name, jobs in planned.jobs.items():
        tables: dict[str, str] = {}
        if not asked(project, name) and not any(job.manifest for job in jobs):
            yield f"{name}: not built; tradecheck report {name} builds it"
            continue
        stale: list[str] = []
        for job in jobs:
            if isinstance(job, CaseJob):
                if _is_stale(job, tables, embed, seen):
                    stale.append(job.case)
                continue
            try:
                because = _because(job, tables, embed, seen)
            except FAULTS as fault:
                yield f"{job.page}: cannot be built: {sentence_of(fault)}"
            else:
                yield f"{job.page}: " + (f"stale: {'; '.join(because)}" if because else "fresh")
            tables |= seen.digests(job.manifest.writes if job.manifest else ())
        if cases := sum(isinstance(job, CaseJob) for job in jobs):
            named = f": {', '.join(stale[:MOST_NAMED])}" if stale else ""
            more = f" and {len(stale) - MOST_NAMED} more" if len(stale) > MOST_NAMED else ""
            yield f"{name}: {cases - len(stale)} of {cases} cases fresh, {len(stale)} stale{named}{more}"
    if because := index_changes(planned, project):
        yield f"{INDEX}: stale: {'; '.join(because)}"


def _ranked(project: Project) -> list[str]:
    """The studies whose main page is built; of these all cases are looked at."""
    return [name for name in project.study_names() if (project.reports / f"{name}.json").is_file()]


def _is_stale(job: CaseJob, tables: dict[str, str], embed: bool, seen: Seen) -> bool:
    try:
        return bool(_because(job, tables, embed, seen))
    except FAULTS:
        return True


def verify(project: Project, say: Say) -> list[str]:
    """Check raw files, studies, claims, tables and reports; what differs, as sentences."""
    from tradecheck.study.cards import load_card, raw_names, verified_bytes

    findings: list[str] = []

    def check(name: str, question: Callable[[], object]) -> None:
        try:
            question()
        except FAULTS as fault:
            findings.append(sentence_of(fault))
            say(f"{name}: differs")
        else:
            say(f"{name}: as it should be")

    planned = plan(project, _ranked(project))
    for sentence in planned.strays:
        say(sentence)
    for name in raw_names(project):
        check(f"data/raw/{name}", lambda: verified_bytes(project, load_card(project, name)))
    for name in project.study_names():
        check(f"notebooks/studies/{name}", lambda: _study_is_sound(project, name))
        if name in planned.broken:
            findings.append(f"{name}: {planned.broken[name]}")
        for job in planned.jobs.get(name, ()):
            check(f"{job.notebook.file} for {name}", lambda: check_parameters(job))
            if job.manifest is None:
                say(f"{job.page}: not built yet")
                continue
            for path, sha256 in {**job.manifest.writes, **job.manifest.outputs}.items():
                check(path, lambda: _is_as_built(project, {path: sha256}))
        ranking = project.root / MEMORY / f"{name}.json"  # of a study that holds lists
        if isinstance(next(reversed(planned.jobs.get(name, ())), None), CaseJob):
            outputs = held.outputs if (held := read_manifest(ranking)) else {}
            check(f"reports/{name}.html", lambda: _is_as_built(project, outputs))
    check("installed packages", _packages_are_sound)
    if index := read_manifest(index_manifest(project)):
        check(INDEX, lambda: _is_as_built(project, index.outputs))
        reports = {name: sha for name, sha in index.page.files.items() if name.startswith(REPORTS)}
        check("the set of reports", lambda: _is_as_built(project, reports))
    return list(dict.fromkeys(findings))


def _because(job: Job, tables: Mapping[str, str], embed: bool, seen: Seen) -> list[str]:
    if job.is_fresh(embed, seen):
        return []
    from tradecheck.study.study import load_study

    study = load_study(job.project, job.study)
    check_parameters(job)
    cards = raw_cards(job.project, study, seen)
    needs = needs_of(job, cards, tables, embed, force=False, seen=seen)
    return list(dict.fromkeys(needs.run_because + needs.page_because))


def _study_is_sound(project: Project, name: str) -> None:
    from tradecheck.study.study import open_study

    study, _ = open_study(project, name)
    raw_cards(project, study, Seen(project))


def _packages_are_sound() -> None:
    if path := changed():
        raise TradecheckError(
            f"{path} of an installed package is not as it was installed: remove the environment "
            "(.venv), and make report installs it again."
        )


def _is_as_built(project: Project, expected: Mapping[str, str]) -> None:
    found = Seen(project).digests(expected)
    for name, sha256 in expected.items():
        if found[name] == MISSING:
            raise TradecheckError(f"{name} is missing: make report brings it back.")
        if found[name] != sha256:
            raise TradecheckError(f"{name} is not as it was built: make report makes it again.")

"""Looking without building: why a report is fresh or stale, and whether files are unchanged."""

from collections.abc import Callable, Iterator, Mapping

from tradecheck.errors import FAULTS, TradecheckError, sentence_of
from tradecheck.runner.freshness import MISSING, file_digests, read_manifest
from tradecheck.runner.index import index_manifest
from tradecheck.runner.jobs import INDEX, Job, check_parameters, needs_of, plan, raw_cards
from tradecheck.study.project import Project
from tradecheck.study.sweep import asked

Say = Callable[[str], None]


def status(project: Project, embed: bool) -> Iterator[str]:
    """One line a report: fresh, or stale because of what, given the tables as they are now."""
    planned = plan(project)
    yield from planned.strays
    for name, sentence in planned.broken.items():
        yield f"{name}: cannot be built: {sentence}"
    for name, jobs in planned.jobs.items():
        tables: list[str] = []
        if not asked(project, name) and not any(job.manifest for job in jobs):
            yield f"{name}: not built; tradecheck report {name} makes its {len(jobs)} reports"
            continue
        for job in jobs:
            try:
                because = _because(job, tables, embed)
            except FAULTS as fault:
                yield f"{job.page}: cannot be built: {sentence_of(fault)}"
            else:
                yield f"{job.page}: " + (f"stale: {'; '.join(because)}" if because else "fresh")
            tables += job.manifest.writes if job.manifest else ()


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

    planned = plan(project)
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
    if index := read_manifest(index_manifest(project)):
        check(INDEX, lambda: _is_as_built(project, index.outputs))
    return list(dict.fromkeys(findings))


def _because(job: Job, tables: list[str], embed: bool) -> list[str]:
    if job.is_fresh(embed):
        return []
    from tradecheck.study.study import load_study

    study = load_study(job.project, job.study)
    check_parameters(job)
    needs = needs_of(job, raw_cards(job.project, study), tables, embed, force=False)
    return list(dict.fromkeys(needs.run_because + needs.page_because))


def _study_is_sound(project: Project, name: str) -> None:
    from tradecheck.study.study import open_study

    study, _ = open_study(project, name)
    raw_cards(project, study)


def _is_as_built(project: Project, expected: Mapping[str, str]) -> None:
    found = file_digests(project, expected)
    for name, sha256 in expected.items():
        if found[name] == MISSING:
            raise TradecheckError(f"{name} is missing: make report brings it back.")
        if found[name] != sha256:
            raise TradecheckError(f"{name} is not as it was built: make report makes it again.")

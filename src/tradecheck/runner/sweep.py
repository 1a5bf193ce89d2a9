"""The cases of a study that holds lists: each built on its own, and ranked on one page."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tradecheck.errors import FAULTS, TradecheckError, sentence_of
from tradecheck.runner.forks import cores
from tradecheck.runner.freshness import Inputs, Manifest, digest
from tradecheck.runner.jobs import CaseJob
from tradecheck.runner.needs import needs_of
from tradecheck.runner.publish import MEMORY, publish
from tradecheck.study.project import Project

if TYPE_CHECKING:
    from tradecheck.runner.build import Say, Work
    from tradecheck.runner.cluster import Cluster

MOST_TOLD = 5  # failures that the sentence names


def build_cases(
    project: Project,
    work: "Work",
    jobs: Sequence[CaseJob],
    tables: Mapping[str, str],
    say: "Say",
    cluster: "Cluster | None" = None,
) -> None:
    """Build what is out of date of the cases, then the page that ranks them.

    A case that fails stops no other; raises a TradecheckError at the end that names those.
    """
    study, began, done = work.study.name, time.monotonic(), 0
    failed: dict[str, str] = {}

    def built(job: CaseJob) -> None:
        nonlocal done
        start, state = time.monotonic(), "up to date"
        try:
            if _build_case(work, job, tables, cluster):
                state = "built"
        except FAULTS as fault:
            failed[job.case] = sentence_of(fault).removeprefix(f"{study}: ")
            state = "failed"
        done += 1
        seconds, error = time.monotonic() - start, failed.get(job.case)
        verdicts = {} if error else verdicts_of(job)
        told = {"study": study, "case": job.case, "state": state, "seconds": round(seconds, 3)}
        work.settings.event(told | ({"error": error} if error else {"verdicts": verdicts}))
        if state != "up to date":
            words = ", ".join(verdicts.values()).replace("_", " ") or "no claim"
            words = "failed" if error else words
            say(f"{study}: {done} of {len(jobs)}, {job.case}: {words} ({seconds:.1f} s)")

    # A page is made beside a run; of cases that other machines make, all wait at once.
    wide = 64 if cluster else 2 * (work.settings.jobs or cores())
    with ThreadPoolExecutor(wide) as threads:
        list(threads.map(built, jobs))
    _publish_ranking(project, work, jobs, failed)
    say(
        f"{study}: {len(jobs) - len(failed)} of {len(jobs)} cases in {time.monotonic() - began:.0f} s, "
        f"ranked in reports/{study}.html"
    )
    if failed:
        told = [f"{case} ({failed[case]})" for case in sorted(failed)]
        more = f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
        raise TradecheckError(
            f"{len(failed)} of {len(jobs)} cases failed: {'; '.join(told[:MOST_TOLD])}{more}. "
            "The other cases are built."
        )


def _build_case(
    work: "Work", job: CaseJob, tables: Mapping[str, str], cluster: "Cluster | None"
) -> bool:
    """Run and publish one case; whether anything of it was out of date."""
    seen = work.workers.seen
    needs = needs_of(job, work.cards, tables, work.settings.embed, work.settings.force, seen)
    if not needs.anything:
        return False
    if cluster and needs.run_because:
        from tradecheck.runner.cluster import inputs_of

        read = inputs_of(job, needs, tables)
        asked = cluster.submit(job, needs, read, work.settings.embed, work.settings.timeout)
        root = job.project.root
        files = {root / name: held for name, held in asked.result().items()}
    else:
        executed, writes, needs = work.executed(job, needs, lambda _: None)
        files = work.report(job, needs, executed, writes, list(writes))
    seen.check([*needs.run.files, *needs.page.files, *needs.opened])
    publish(job.project, files)
    return True


def verdicts_of(job: CaseJob) -> dict[str, str]:
    """The verdict of each claim in a case's report."""
    return {claim["id"]: claim["verdict"] for claim in held_of(job).get("claims", [])}


def held_of(job: CaseJob) -> dict[str, Any]:
    """The machine's copy of a case's report; empty where it is not built."""
    try:
        held = json.loads((job.project.root / job.machine_copy).read_bytes())
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _publish_ranking(
    project: Project, work: "Work", jobs: Sequence[CaseJob], failed: Mapping[str, str]
) -> None:
    held = {job.case: copy for job in jobs if job.case not in failed and (copy := held_of(job))}
    page, copy = work.workers.forks.call(
        "tradecheck.report.ranking:ranking_files",
        work.study.name,
        work.study.asked,
        held,
        dict(failed),
    )
    name = work.study.name
    outputs = {f"reports/{name}.html": page, f"reports/{name}.json": copy}
    manifest = Manifest(
        Inputs(), Inputs(), outputs={path: digest(made) for path, made in outputs.items()}
    )
    files = {project.root / path: made for path, made in outputs.items()}
    publish(project, files | {project.root / MEMORY / f"{name}.json": manifest.to_bytes()})

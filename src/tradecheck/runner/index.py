"""The list of all studies that have been built: `reports/index.html`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tradecheck.runner.freshness import (
    Inputs,
    Manifest,
    digest,
    file_digests,
    modules_reached,
    read_manifest,
)
from tradecheck.runner.jobs import INDEX, PAGE_MODULE, Job, Plan
from tradecheck.runner.publish import MEMORY, publish
from tradecheck.study.project import Project


def index_manifest(project: Project) -> Path:
    return project.root / MEMORY / "index.json"


def build_index(
    plan: Plan, project: Project, say: Callable[[str], None], call: Callable[..., Any]
) -> None:
    """Write the list if what it shows, or how it is made, has changed.

    A study that cannot be built stays in the list as it was. `call` calls a function by its name,
    here or in another process.
    """
    held = read_manifest(index_manifest(project))
    before = _listed(held) if held and plan.broken else {}
    listed = {name: before[name] for name in plan.broken if name in before}
    for study, jobs in plan.jobs.items():
        if built := [job for job in jobs if job.manifest]:
            listed[study] = _entry(study, built)
    entries = [entry for _, entry in sorted(listed.items())]
    facts = {"studies": json.dumps(entries, sort_keys=True, ensure_ascii=False)}
    if not entries or (held and held.page.facts == facts and _is_as_made(project, held)):
        return
    page = call(f"{PAGE_MODULE}:studies_page", entries).encode()
    files = file_digests(project, modules_reached((), [PAGE_MODULE]))
    manifest = Manifest(Inputs(), Inputs(files, facts), outputs={INDEX: digest(page)})
    publish(
        project,
        {project.root / INDEX: page, index_manifest(project): manifest.to_bytes()},
    )
    say(f"wrote {INDEX} ({len(page) / 1000:.0f} kB)")


def _listed(held: Manifest) -> dict[str, Any]:
    """The studies that the list shows now; none where the manifest makes no sense."""
    try:
        return {entry["name"]: entry for entry in json.loads(held.page.facts["studies"])}
    except (KeyError, TypeError, ValueError):
        return {}


def _entry(study: str, jobs: list[Job]) -> dict[str, Any]:
    """A study in the list: the report without a suffix comes first."""
    jobs = sorted(jobs, key=lambda job: job.notebook.suffix != "")
    links = [(job.notebook.title, Path(job.page).name) for job in jobs]
    return {"name": study, "links": links, **jobs[0].manifest.summary}


def _is_as_made(project: Project, held: Manifest) -> bool:
    files = {**held.page.files, **held.outputs}
    return files == file_digests(project, files)

"""The list of all studies that have been built: `reports/index.html`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tradecheck.study.project import Project
from tradecheck.runner.freshness import (
    Inputs,
    Manifest,
    digest,
    file_digests,
    modules_reached,
    read_manifest,
)
from tradecheck.runner.jobs import INDEX, PAGE_MODULE, Job, jobs_of
from tradecheck.runner.publish import MEMORY, publish


def index_manifest(project: Project) -> Path:
    return project.root / MEMORY / "index.json"


def build_index(project: Project, say: Callable[[str], None], call: Callable[..., Any]) -> None:
    """Write the list if what it shows, or how it is made, has changed.

    `call` calls a function by its name, here or in another process.
    """
    entries = []
    for study in project.study_names():
        if built := [job for job in jobs_of(project, study) if job.manifest]:
            entries.append(_entry(study, built))
    facts = {"studies": json.dumps(entries, sort_keys=True, ensure_ascii=False)}
    held = read_manifest(index_manifest(project))
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


def _entry(study: str, jobs: list[Job]) -> dict[str, Any]:
    """A study in the list: the report without a suffix comes first."""
    jobs = sorted(jobs, key=lambda job: (job.notebook.suffix != "", job.name))
    links = [(job.notebook.link_words, Path(job.page).name) for job in jobs]
    return {"name": study, "links": links, **jobs[0].manifest.summary}


def _is_as_made(project: Project, held: Manifest) -> bool:
    files = {**held.page.files, **held.outputs}
    return files == file_digests(project, files)

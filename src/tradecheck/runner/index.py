"""The list of all studies that have been built, `reports/index.html`, and the manifest of the set.

That manifest names the manifests of all reports: whether the list and the pages belong together is
seen from it alone.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradecheck.runner.freshness import (
    Inputs,
    Manifest,
    Seen,
    digest,
    modules_of_pages,
    read_manifest,
)
from tradecheck.runner.jobs import INDEX, CaseJob, Plan
from tradecheck.runner.publish import MEMORY, publish
from tradecheck.study.project import Project

OVERRIDE = "override of "


@dataclass(frozen=True)
class Listed:
    """A study in the list: its links as (words, page), the executed notebook of the report that
    stands for it, and what that overrides."""

    study: str
    links: Sequence[tuple[str, str]]
    executed: str
    overridden: Mapping[str, str]


def index_manifest(project: Project) -> Path:
    return project.root / MEMORY / "index.json"


def index_changes(plan: Plan, project: Project) -> list[str]:
    """What of the set is not as it was when the list was made, each as a phrase for people."""
    held = read_manifest(index_manifest(project))
    now = _set(plan, project, held)
    if not now.facts:
        return []
    if held is None:
        return ["it has not been built"]
    made = Inputs(held.outputs).changes(Inputs(Seen(project).digests(held.outputs)))
    return held.page.changes(now) + made


def index_is_fresh(plan: Plan, project: Project) -> bool:
    return not index_changes(plan, project)


def build_index(
    plan: Plan, project: Project, say: Callable[[str], None], call: Callable[..., Any]
) -> None:
    """Write the list if what it shows, or how it is made, has changed.

    A study that cannot be built stays in the list as it was. `call` calls a function by its name,
    here or in another process.
    """
    if index_is_fresh(plan, project):
        return
    held = read_manifest(index_manifest(project))
    now = _set(plan, project, held)
    listed = listed_of(project, now.facts)
    page = call("tradecheck.runner.pages:studies_page", project, listed).encode()
    manifest = Manifest(Inputs(), now, outputs={INDEX: digest(page)})
    publish(
        project,
        {project.root / INDEX: page, index_manifest(project): manifest.to_bytes()},
    )
    say(f"wrote {INDEX} ({len(page) / 1000:.0f} kB)")


def listed_of(project: Project, facts: Mapping[str, str]) -> list[Listed]:
    """The studies of a list, from the links that its manifest holds of each."""
    return [
        one
        for study, told in sorted(facts.items())
        if (one := _listed(project, study, json.loads(told)))
    ]


def _set(plan: Plan, project: Project, held: Manifest | None) -> Inputs:
    """The links of every study that has been built, as facts, and the manifests of its reports."""
    links = {}
    for study in plan.broken:
        if held and study in held.page.facts:
            links[study] = held.page.facts[study]
    for study, jobs in plan.jobs.items():
        if built := [job for job in jobs if not isinstance(job, CaseJob) and job.manifest]:
            built.sort(key=lambda job: job.notebook.suffix != "")  # the main report comes first
            told = [(job.notebook.title, Path(job.page).name) for job in built]
            ranked = built[0].siblings[0]
            if (
                ranked[1] == f"{study}.html"
                and ranked not in told
                and (project.reports / ranked[1]).is_file()
            ):
                told.append(ranked)  # the page that leads to the cases
            links[study] = json.dumps(told, ensure_ascii=False)
    pages = [page for told in links.values() for _, page in _pairs(told)]
    files = [_manifest(page) for page in pages] + (modules_of_pages() if links else [])
    sound = {study: told for study, told in links.items() if _pairs(told)}
    return Inputs(Seen(project).digests(files), sound)


def _pairs(told: str) -> list[tuple[str, str]]:
    """Links as a manifest holds them; none where they make no sense."""
    try:
        pairs = [(words, page) for words, page in json.loads(told)]
        is_sound = all(isinstance(t, str) for pair in pairs for t in pair)
        return pairs if is_sound and all("/" not in page for _, page in pairs) else []
    except (TypeError, ValueError):
        return []


def _manifest(page: str) -> str:
    return f"{MEMORY}/{page.removesuffix('.html')}.json"


def _listed(project: Project, study: str, links: Sequence[tuple[str, str]]) -> Listed | None:
    """A study with its first report's executed notebook, if that is as its manifest says."""
    held = read_manifest(project.root / _manifest(links[0][1]))
    executed = f"{MEMORY}/{links[0][1].removesuffix('.html')}.ipynb"
    now = Seen(project).digests([executed])
    if held is None or held.outputs.get(executed) != now[executed]:
        return None
    facts = held.run.facts.items()
    overridden = {k.removeprefix(OVERRIDE): told for k, told in facts if k.startswith(OVERRIDE)}
    return Listed(study, [(words, page) for words, page in links], executed, overridden)

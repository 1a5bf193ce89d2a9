"""What a report depends on now, compared with what it was made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tradecheck.runner.freshness import MISSING, Inputs, Seen, modules_of_pages, modules_reached
from tradecheck.runner.jobs import COMMIT, Job, packages_of
from tradecheck.runner.opened import Opened
from tradecheck.runner.packages import holding, needed
from tradecheck.study.project import Project

if TYPE_CHECKING:  # pydantic is slow to import, and a fresh report needs none of it
    from tradecheck.study.cards import Card
    from tradecheck.study.study import Study


@dataclass(frozen=True)
class Needs:
    """What a report depends on now, and what must be done because of which changes."""

    run: Inputs
    page: Inputs
    opened: Mapping[str, str]
    run_because: list[str]
    page_because: list[str]

    @property
    def anything(self) -> bool:
        return bool(self.run_because or self.page_because)

    def after(self, job: Job, seen: Seen, opened: Opened, writes: Iterable[str]) -> "Needs":
        """The same after a run: with what it has opened besides, and the packages it has imported.

        Raises a TradecheckError where something was not what it has been taken for.
        """
        names = opened.files.keys() - {*writes}
        seen.check((), {name: mark for name, mark in opened.files.items() if name in names})
        besides = seen.digests(sorted(names - self.run.files.keys() - {job.notebook.file}))
        packages = needed() | holding(opened.modules)
        run = Inputs(self.run.files, job.run_facts(packages))
        facts = dict(self.page.facts)
        if besides:
            facts |= {COMMIT: job.commit([*self.run.files, *self.page.files, *besides])}
        return replace(self, run=run, page=Inputs(self.page.files, facts), opened=besides)


def raw_cards(project: Project, study: "Study", seen: Seen) -> list["Card"]:
    """The cards of the raw files that the study names, each file verified; hashed, then read."""
    from tradecheck.study.cards import SUFFIX, load_card, present, verified_bytes

    seen.digests(f"data/raw/{name}{SUFFIX}" for name in study.raw_names())
    cards = [load_card(project, name) for name in study.raw_names()]
    found = seen.digests(raw_files(cards))
    for card in cards:
        if found[file := f"data/raw/{card.file}"] == MISSING:
            present(project, card)  # which brings what lies in a store
            seen.renew([file])
        verified_bytes(project, card)
    return cards


def code_of(job: Job) -> list[str]:
    """The package's files that decide the report."""
    return [*modules_reached(job.notebook.code), *modules_of_pages()]


def needs_of(
    job: Job,
    cards: Sequence["Card"],
    upstream: Mapping[str, str],
    embed: bool,
    force: bool,
    seen: Seen,
) -> Needs:
    """Compare what the report depends on now with its manifest.

    `upstream` are the tables that earlier notebooks wrote and this one may read, as they were then.
    """
    from tradecheck.study.changes import changes_file

    run_files = [*modules_reached(job.notebook.code), *job.study_files, *raw_files(cards)]
    page_files = [*modules_of_pages(), changes_file(job.study)]
    held = job.manifest
    opened = seen.digests(held.opened if held else ())
    packages = needed() | (packages_of(held) if held else set())
    run = Inputs({**seen.digests(run_files), **upstream}, job.run_facts(packages))
    told = job.commit([*run.files, *page_files, *opened])
    page = Inputs(seen.digests(page_files), job.page_facts(embed) | {COMMIT: told})
    if held is None:
        return Needs(run, page, {}, ["it has not been built"], [])
    run_because = ["--force"] if force else held.run.changes(run)
    run_because += _changed(seen, held.opened)
    run_because += _changed(seen, held.writes)
    run_because += _changed(seen, {job.executed: held.outputs.get(job.executed, "")})
    page_because = held.page.changes(page) + _changed(seen, held.outputs)
    return Needs(run, page, opened, run_because, page_because)


def raw_files(cards: Iterable["Card"]) -> list[str]:
    """The raw files and their cards, as named in the project."""
    from tradecheck.study.cards import SUFFIX, raw_name

    names = (name for card in cards for name in (card.file, raw_name(card.file) + SUFFIX))
    return [f"data/raw/{name}" for name in names]


def _changed(seen: Seen, files: Mapping[str, str]) -> list[str]:
    return Inputs(files).changes(Inputs(seen.digests(files)))

"""What would be asked: calls, rows, minutes. Nobody is asked; what is out is known from what is
kept, and else taken from the clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.clock import Clock
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.service import Service
from tradecheck.data.sources.calendar import releases
from tradecheck.study import areas
from tradecheck.study.cards import load_card
from tradecheck.study.periods import runs
from tradecheck.study.project import Project
from tradecheck.study.study import Study


@dataclass(frozen=True)
class Plan:
    """calls: with those for calendars. rows: at most. held, months: of reporters' months, all
    asked and those already held. unreleased: months that cannot be out, by reporter and the day of
    the calendar that says so; "" where the clock alone does."""

    service: Service
    asked: Asked
    calls: int
    rows: int
    held: int
    months: int
    unreleased: Mapping[tuple[str, str], tuple[str, ...]]

    @property
    def minutes(self) -> float:
        return self.calls * self.service.pace / 60

    def lines(self) -> Iterator[str]:
        """The plan in sentences."""
        service = self.service
        key = ""
        if service.key_name:
            key = f", {'with' if service.key else 'without'} a key ({service.key_name})"
        yield (
            f"{self.asked.study}: {service.title}{key}: {self.calls:,} "
            f"{'call' if self.calls == 1 else 'calls'}, at most {self.rows:,} rows, about "
            f"{max(1, round(self.minutes)):,} min at one call every {service.pace:g} s."
        )
        yield f"  {self.held:,} of {self.months:,} reporters' months are held already."
        if service.key_needed and not service.key:
            yield f"  It answers nobody without a key: set {service.key_name}."
        for (reporter, day), months in self.unreleased.items():
            when = f"on {day}, by the service's calendar that is held" if day else "by the clock"
            yield f"  Not out {when}: {areas.name_of(reporter)} {runs(months)} ({len(months):,})."


def in_calendars(
    project: Project, study: Study, service: Service, asked: Asked, kept: Kept
) -> Iterator[str]:
    """What the calendars of a service among the study's evidence do not list as out, in sentences,
    for reporters of whom no calendar of the service itself is held."""
    for entry in study.of_kind("releases"):
        card = load_card(project, entry.releases)
        if service.title not in card.title:
            continue
        table = releases(project, entry.releases)
        for reporter in asked.reporters:
            listed = set(table.loc[table["reporter"] == areas.name_of(reporter), "month"])
            if not listed or kept.told(asked.flow, reporter):
                continue
            day, first = card.data_as_of or card.retrieved, table["month"].min()
            lacking = [month for month in asked.months if month >= first and month not in listed]
            if lacking:
                yield (
                    f"  Not public on {day}, by data/raw/{entry.releases}: {areas.name_of(reporter)} "
                    f"{runs(lacking)} ({len(lacking):,}); asked for all the same."
                )


def plan(service: Service, asked: Asked, kept: Kept, clock: Clock) -> Plan:
    """The plan for cells that the service can know."""
    missing, held = {}, 0
    unreleased: dict[tuple[str, str], list[str]] = {}
    today = f"{clock.now():%Y-%m}"
    known = kept.known(asked.flow)
    for reporter in asked.reporters:
        for month in asked.months:
            stamp = known.get((reporter, month))
            day = kept.told(asked.flow, reporter)
            if month >= today or (day and stamp is None):
                unreleased.setdefault((reporter, day), []).append(month)
                continue
            codes = set(asked.codes)
            for answer in kept.covering(asked.flow, reporter, month, set(asked.partners)):
                if stamp in (None, answer.releases[reporter][month].stamp):
                    codes -= set(answer.block.codes)
            if codes:
                missing[reporter, month] = frozenset(codes)
            else:
                held += 1
    blocks = list(service.limits(asked).blocks(missing, asked))
    rows = sum(len(b.reporters) * len(b.partners) * len(b.codes) * len(b.months) for b in blocks)
    calendars = service.calendar_calls(asked) * (2 if blocks else 1)
    return Plan(
        service, asked, len(blocks) * service.calls + calendars, rows, held,
        len(asked.reporters) * len(asked.months),
        {place: tuple(months) for place, months in unreleased.items()},
    )  # fmt: skip

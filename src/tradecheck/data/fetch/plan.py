"""What would be asked: calls, rows, minutes. Nobody is asked; what is out is known from what is
kept, and else taken from the clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.clock import Clock
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.service import Service


@dataclass(frozen=True)
class Plan:
    """calls: with those for calendars. rows: at most. held, months: of reporters' months, all
    asked and those already held. unreleased: months that cannot be out, by the clock or by the
    last calendar, by reporter."""

    service: Service
    asked: Asked
    calls: int
    rows: int
    held: int
    months: int
    unreleased: Mapping[str, tuple[str, ...]]

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
        for reporter, months in self.unreleased.items():
            span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
            yield f"  Not out, as far as is known: {reporter} {span} ({len(months):,})."


def plan(service: Service, asked: Asked, kept: Kept, clock: Clock) -> Plan:
    """The plan for cells that the service can know."""
    missing, held = {}, 0
    unreleased: dict[str, list[str]] = {}
    today = f"{clock.now():%Y-%m}"
    known = kept.known(asked.flow)
    listed = {reporter for reporter, _ in known}
    for reporter in asked.reporters:
        for month in asked.months:
            stamp = known.get((reporter, month))
            if month >= today or (reporter in listed and stamp is None):
                unreleased.setdefault(reporter, []).append(month)
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
        {reporter: tuple(months) for reporter, months in unreleased.items()},
    )  # fmt: skip

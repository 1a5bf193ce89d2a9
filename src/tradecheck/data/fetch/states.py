"""How each asked cell ended: held, no trade, not released, withheld, or failed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tradecheck.data.fetch.asked import WORLD, Asked, Cell
from tradecheck.data.fetch.line import Trouble
from tradecheck.data.fetch.service import Calendar, Release, Row

HELD, NONE, UNRELEASED, WITHHELD, FAILED = (
    "held", "no trade", "not released", "withheld", "failed"
)  # fmt: skip
STATES = (HELD, NONE, UNRELEASED, WITHHELD, FAILED)


class Gap(NamedTuple):
    """A state, with its reason, and when it is worth trying again."""

    state: str
    because: str = ""
    again: str = ""


NO_ROW = Gap(NONE, "the month is out, and has no row of it")


class Run(NamedTuple):
    """Cells of one reporter, partner and month that ended alike. codes: none are named where the
    rest of what was asked for had no trade; many: how many they are."""

    reporter: str
    partner: str
    month: str
    gap: Gap
    codes: tuple[str, ...]
    many: int


@dataclass
class Ended:
    """What a service came to. rows: with the release each belongs to, of whole vintages only."""

    asked: Asked
    calendar: Calendar | None
    ended: Trouble | None = None
    rows: list[tuple[Row, Release]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # codes that the service does not have
    withheld: str = "the value is confidential"
    gaps: dict[tuple[str, str], dict[str, Gap]] = field(default_factory=dict)
    _current: dict[tuple[str, str], dict[str, dict[str, float | None]]] = field(
        default_factory=dict
    )  # by partner and code

    def take(
        self, reporter: str, month: str, release: Release, rows: Iterable[Row], current: bool
    ) -> None:
        """A whole vintage of a reporter's month."""
        rows = list(rows)
        self.rows += [(row, release) for row in rows]
        if current:
            held: dict[str, dict[str, float | None]] = {}
            for row in rows:
                held.setdefault(row.partner, {})[row.code] = row.value
            self._current[reporter, month] = held

    def has(self, reporter: str, month: str) -> bool:
        """Whether a vintage of the month is held that is still the last one."""
        return (reporter, month) in self._current

    def of(self, cell: Cell) -> Gap:
        """How a cell ended."""
        if cell.code in self.unknown:
            return Gap(FAILED, "it does not know the code", "when the code is right")
        month = (cell.reporter, cell.month)
        if (held := self._current.get(month)) is not None:
            by_code = held.get(cell.partner, {})
            if cell.code not in by_code:
                return NO_ROW
            value = by_code[cell.code]
            return Gap(WITHHELD, self.withheld) if value is None else Gap(HELD)
        if month in self.gaps:
            return self.gaps[month].get(cell.code) or Gap(FAILED, "it was not asked", "later")
        if self.calendar is None:
            words = self.ended.words if self.ended else "the service was not asked"
            return Gap(FAILED, words, self.ended.again if self.ended else "later")
        if cell.reporter in self.calendar.troubles:
            return Gap(FAILED, self.calendar.troubles[cell.reporter], "later")
        if month in self.calendar.never:
            return Gap(UNRELEASED, self.calendar.never[month])
        if month in self.calendar.late:
            return Gap(UNRELEASED, self.calendar.late[month], "at the next release")
        last = self.calendar.last.get(cell.reporter, "no month of it was ever out")
        return Gap(UNRELEASED, last, "at the next release")

    def runs(self) -> Iterator[Run]:
        """Every asked cell, those that ended alike together."""
        partners = [partner for partner in self.asked.partners if partner != WORLD]
        for reporter in self.asked.reporters:
            for month in self.asked.months:
                for partner in partners:
                    yield from self._alike(reporter, partner, month)

    def _alike(self, reporter: str, partner: str, month: str) -> Iterator[Run]:
        """The codes by how they ended; each is looked at only where they can differ."""
        codes, held = self.asked.codes, self._current.get((reporter, month))
        place = (reporter, partner, month)
        if held is None and (reporter, month) not in self.gaps and not self.unknown:
            yield Run(*place, self.of(Cell(reporter, partner, codes[0], month)), codes, len(codes))
            return
        told: Iterable[str] = codes
        if held is not None:
            told = [*(held.get(partner) or ()), *self.unknown]
        found: dict[Gap, list[str]] = {}
        for code in told:
            found.setdefault(self.of(Cell(reporter, partner, code, month)), []).append(code)
        for gap, alike in found.items():
            yield Run(*place, gap, tuple(sorted(alike)), len(alike))
        if held is not None and (rest := len(codes) - sum(map(len, found.values()))):
            yield Run(*place, NO_ROW, (), rest)

    def counts(self) -> Counter[str]:
        """How many cells ended in each state."""
        counts: Counter[str] = Counter()
        for run in self.runs():
            counts[run.gap.state] += run.many
        return counts

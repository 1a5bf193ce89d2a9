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


class Run(NamedTuple):
    """Cells of one reporter, partner and month that ended alike."""

    reporter: str
    partner: str
    month: str
    gap: Gap
    codes: tuple[str, ...]


@dataclass
class Ended:
    """What a service came to. rows: with the release each belongs to, of whole vintages only."""

    asked: Asked
    calendar: Calendar | None
    ended: Trouble | None = None
    rows: list[tuple[Row, Release]] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)  # codes that the service does not have
    gaps: dict[tuple[str, str], dict[str, Gap]] = field(default_factory=dict)
    _current: dict[tuple[str, str], dict[tuple[str, str], float | None]] = field(
        default_factory=dict
    )

    def take(
        self, reporter: str, month: str, release: Release, rows: Iterable[Row], current: bool
    ) -> None:
        """A whole vintage of a reporter's month."""
        rows = list(rows)
        self.rows += [(row, release) for row in rows]
        if current:
            self._current[reporter, month] = {(row.partner, row.code): row.value for row in rows}

    def has(self, reporter: str, month: str) -> bool:
        """Whether a vintage of the month is held that is still the last one."""
        return (reporter, month) in self._current

    def of(self, cell: Cell) -> Gap:
        """How a cell ended."""
        if cell.code in self.unknown:
            return Gap(FAILED, "it does not know the code", "when the code is right")
        month = (cell.reporter, cell.month)
        if (held := self._current.get(month)) is not None:
            if (cell.partner, cell.code) not in held:
                return Gap(NONE, "the month is out, and has no row of it")
            value = held[cell.partner, cell.code]
            return Gap(WITHHELD, "the value is confidential") if value is None else Gap(HELD)
        if month in self.gaps:
            return self.gaps[month].get(cell.code) or Gap(FAILED, "it was not asked", "later")
        if self.calendar is None:
            words = self.ended.words if self.ended else "the service was not asked"
            return Gap(FAILED, words, self.ended.again if self.ended else "later")
        if cell.reporter in self.calendar.troubles:
            return Gap(FAILED, self.calendar.troubles[cell.reporter], "later")
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
                    for gap, codes in self._alike(reporter, partner, month).items():
                        yield Run(reporter, partner, month, gap, codes)

    def _alike(self, reporter: str, partner: str, month: str) -> dict[Gap, tuple[str, ...]]:
        """The codes by how they ended; each is looked at only where they can differ."""
        codes, held = self.asked.codes, self._current.get((reporter, month))
        if held is None and (reporter, month) not in self.gaps and not self.unknown:
            return {self.of(Cell(reporter, partner, codes[0], month)): codes}
        found: dict[Gap, list[str]] = {}
        if held is None:
            for code in codes:
                found.setdefault(self.of(Cell(reporter, partner, code, month)), []).append(code)
            return {gap: tuple(alike) for gap, alike in found.items()}
        none = [code for code in codes if (partner, code) not in held and code not in self.unknown]
        for code in set(codes).difference(none):
            found.setdefault(self.of(Cell(reporter, partner, code, month)), []).append(code)
        if none:
            found[self.of(Cell(reporter, partner, none[0], month))] = none
        return {gap: tuple(sorted(alike)) for gap, alike in found.items()}

    def counts(self) -> Counter[str]:
        """How many cells ended in each state."""
        counts: Counter[str] = Counter()
        for run in self.runs():
            counts[run.gap.state] += len(run.codes)
        return counts

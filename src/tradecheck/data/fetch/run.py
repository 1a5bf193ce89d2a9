"""Fetching: ask for what is missing until two calendars agree, and say how every cell ended."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tradecheck.data.fetch.asked import WORLD, Asked
from tradecheck.data.fetch.kept import Held, Kept
from tradecheck.data.fetch.line import Line, Trouble, Unknown
from tradecheck.data.fetch.progress import Progress
from tradecheck.data.fetch.service import (
    Block,
    Calendar,
    Release,
    Row,
    Service,
    answering,
    halved,
)
from tradecheck.data.fetch.states import UNRELEASED, Ended, Gap
from tradecheck.data.flows import TOTAL

ROUNDS = 4  # a month may be released anew while it is read
SLACK = 1e-6  # of a control total, for what rounding may add


@dataclass
class Fetching:
    """One service, asked for one study's cells. `asked` is what the service can know of them."""

    service: Service
    asked: Asked
    kept: Kept
    line: Line
    progress: Progress = field(default_factory=Progress)
    troubles: dict[tuple[str, str], dict[str, Gap]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)  # codes that the service does not have
    calendar: Calendar | None = None
    ended: Trouble | None = None

    def __post_init__(self) -> None:
        self.service.folder = self.kept.folder

    def run(self) -> "Ended":
        """Ask for everything that is missing, and read what is kept."""
        try:
            for _ in range(ROUNDS):
                self._ask_calendar()
                blocks = list(self.blocks())
                if not blocks:
                    break
                self.progress.expect(len(blocks))
                for block in blocks:
                    self._ask(block)
        except Trouble as trouble:
            self.ended = trouble
        return self.read()

    def blocks(self) -> Iterable[Block]:
        """The calls that are still to be made."""
        missing = {}
        for reporter, months in self.calendar.out.items():
            for month, release in months.items():
                if month in self.asked.months:
                    held = self._held(reporter, month, release.stamp)
                    out = set(self.troubles.get((reporter, month), ()))
                    if codes := frozenset(self.asked.codes).difference(held, out):
                        missing[reporter, month] = codes
        return self.service.limits(self.asked).blocks(missing, self.asked)

    def _ask_calendar(self) -> None:
        with answering():
            self.calendar = self.service.calendar(self.line, self.asked)
        self.kept.calendar(self.asked.flow, self.calendar, self.line.clock.now().date().isoformat())

    def _ask(self, block: Block) -> None:
        try:
            answer = self.service.ask(self.line, block)
            rows = self.service.read(block, answer.body)
        except Unknown as trouble:
            self._note(block, trouble.codes, trouble)
            self.unknown |= set(trouble.codes)
            rest = tuple(code for code in block.codes if code not in trouble.codes)
            if rest:
                self._ask(replace(block, codes=rest))
            return
        except Trouble as trouble:
            if trouble.big and (parts := halved(block)):
                self.progress.expect(1)
                for part in parts:
                    self._ask(part)
                return
            self._note(block, block.codes, trouble)
            self.progress.done(0)
            if trouble.ends:
                raise
            return
        self.kept.answer(block, self.calendar, self._clean(answer.body), answer.day, {})
        self.progress.done(len(rows))

    def _clean(self, body: bytes) -> bytes:
        """The body as received, without a key that it repeats."""
        for secret in self.line.secrets:
            body = body.replace(secret.encode(), b"")
        return body

    def _note(self, block: Block, codes: Iterable[str], trouble: Trouble) -> None:
        gap = Gap("failed", self.line.hidden(trouble.words), trouble.again)
        for reporter in block.reporters:
            for month in block.months:
                self.troubles.setdefault((reporter, month), {}).update(dict.fromkeys(codes, gap))

    # -- what is held ----------------------------------------------------------------------------

    def _held(self, reporter: str, month: str, stamp: str, sure: bool = False) -> dict[str, Held]:
        """By code the last answer on it in one release of a month."""
        found = {}
        for held in self.kept.covering(self.asked.flow, reporter, month, set(self.asked.partners)):
            if held.releases[reporter][month].stamp == stamp and (
                not sure or self.kept.sure(held, reporter, month)
            ):
                found.update(dict.fromkeys(held.block.codes, held))
        return found

    def read(self) -> "Ended":
        """Every whole vintage among the kept answers, and how each asked cell ended."""
        ended = Ended(
            self.asked, self.calendar, self.ended, unknown=self.unknown,
            withheld=self.service.withheld,
        )  # fmt: skip
        rows: dict[str, dict[tuple, list[Row]]] = {}
        for reporter in self.asked.reporters:
            for month in self.asked.months:
                self._read_month(reporter, month, ended, rows)
        return ended

    def _read_month(self, reporter: str, month: str, ended: Ended, cache: dict) -> None:
        releases: dict[str, Release] = {}
        for answer in self.kept.covering(
            self.asked.flow, reporter, month, set(self.asked.partners)
        ):
            release = answer.releases[reporter][month]
            releases.setdefault(release.stamp, release)
        now = self.calendar.out.get(reporter, {}).get(month) if self.calendar else None
        for stamp, release in releases.items():
            held = self._held(reporter, month, stamp, sure=True)
            if set(self.asked.codes) - self.unknown <= held.keys():
                try:
                    rows = self._rows(reporter, month, held, cache)
                except Trouble as trouble:  # an answer that an earlier version could read
                    gap = Gap("failed", trouble.words, "later")
                    told = dict.fromkeys(self.asked.codes, gap)
                    self.troubles.setdefault((reporter, month), {}).update(told)
                    continue
                if not rows and self.service.unreported:
                    if stamp == (now or release).stamp:
                        gap = Gap(UNRELEASED, self.service.unreported, "at the next release")
                        ended.gaps[reporter, month] = dict.fromkeys(self.asked.codes, gap)
                    continue
                rounded = self.service.rounded_to
                if wrong := (
                    contradiction(rows, self.asked, rounded) or self.service.wrong(rows, release)
                ):
                    self.troubles.setdefault((reporter, month), {}).update(
                        dict.fromkeys(self.asked.codes, Gap("failed", wrong, "later"))
                    )
                else:
                    ended.take(
                        reporter, month, release, rows, current=stamp == (now or release).stamp
                    )
        gaps = self.troubles.get((reporter, month), {})
        if now and not ended.has(reporter, month) and (reporter, month) not in ended.gaps:
            rest = self._held(reporter, month, now.stamp)
            ended.gaps[reporter, month] = {
                code: gaps.get(code) or Gap("failed", _why(code in rest, gaps, self.ended), "later")
                for code in self.asked.codes
            }

    def _rows(self, reporter: str, month: str, held: dict[str, Held], cache: dict) -> list[Row]:
        found = []
        for answer in {one.number: one for one in held.values()}.values():
            if answer.number not in cache:
                by_month: dict[tuple[str, str], list[Row]] = {}
                for row in self.service.read(answer.block, answer.body()):
                    by_month.setdefault((row.reporter, row.month), []).append(row)
                cache[answer.number] = by_month
            found += [
                row
                for row in cache[answer.number].get((reporter, month), ())
                if held.get(row.code) is answer and row.partner in self.asked.partners
            ]
        return found


def contradiction(rows: Iterable[Row], asked: Asked, rounded: float = 0.0) -> str:
    """Why codes and their totals cannot all be true; "" if they can. rounded: their last digit."""
    by_partner: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.value is not None:
            by_partner.setdefault(row.partner, {})[row.code] = row.value
    if TOTAL not in asked.codes:
        return ""
    for partner, values in sorted(by_partner.items()):
        codes = {code for code in values if code != TOTAL}
        widest = [c for c in codes if not any(c[:n] in codes for n in range(2, len(c)))]
        total = values.get(TOTAL, 0.0)
        slack = 1 + rounded / 2 * (len(widest) + 1)
        if sum(values[code] for code in widest) > total * (1 + SLACK) + slack:
            return f"the codes add up to more than the total with {partner}"
    if not by_partner.get(WORLD) and WORLD in asked.partners:
        return "the month is said to be out, but not even its total was given"
    return ""


def _why(held: bool, gaps: dict, ended: Trouble | None) -> str:
    if held and gaps:
        return "other codes of the month failed, and a month counts whole or not at all"
    if ended:
        return ended.words
    return "it was released anew while it was read"

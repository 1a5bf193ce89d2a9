"""Eurostat's Comext, by SDMX-CSV 2.1: it refuses a code that it does not know, where its other
interface answers with nothing. What is too large for an answer at once is queued."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from tradecheck.data.fetch.asked import WORLD, Asked
from tradecheck.data.fetch.line import Answer, Line, Trouble, Unknown
from tradecheck.data.fetch.service import Block, Calendar, Limits, Release, Row, Service
from tradecheck.data.flows import TOTAL
from tradecheck.data.sources.eurostat_cells import day
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

COLUMNS = (
    "DATAFLOW", "LAST UPDATE", "freq", "reporter", "partner", "product", "flow", "indicators",
    "TIME_PERIOD", "OBS_VALUE",
)  # fmt: skip
DATASET, VALUE = "DS-045409", "VALUE_IN_EUROS"
PATH = f"/eurostat/api/comext/dissemination/sdmx/2.1/data/{DATASET}"
QUEUE = "/eurostat/api/comext/dissemination/1.0/async"
FLOWS = {"M": "1", "X": "2", "RX": "3"}
GROUPS = {"EU27": "EU27_2020"}
DIGITS = (2, 4, 6, 8)
POLL, LONGEST = 10.0, 3600.0  # seconds between two looks at the queue, and at most
LATE = 1 / 3  # of the median of twelve months: a total below it is not whole


class Comext(Service):
    name = "comext"
    title = "Eurostat Comext"
    home = "https://ec.europa.eu"
    format = "eurostat-sdmx"
    terms = "Reuse is free if the source is named and changes are stated (CC BY 4.0)."
    committed = True
    vintage = (
        "LAST UPDATE is the day on which the month was first seen with these totals: the service "
        "gives a day for its whole data set only"
    )

    def __init__(self) -> None:
        super().__init__()
        self._greece = "GR"  # one place says GR, another EL: the service decides

    def cannot(self, asked: Asked) -> str:
        if asked.flow not in FLOWS:
            return "it has no re-imports"
        if not self.narrowed(asked).reporters:
            return "its reporters are the members of the European Union"
        return ""

    def narrowed(self, asked: Asked) -> Asked:
        members = areas.members("EU27")
        return replace(
            asked,
            reporters=tuple(r for r in asked.reporters if r in members or r in GROUPS),
            partners=(*(p for p in asked.partners if self._code(p) and p not in GROUPS), WORLD),
            codes=asked.codes_of(DIGITS),
        )

    def calendar_calls(self, asked: Asked) -> int:
        return 1

    def calendar(self, line: Line, asked: Asked) -> Calendar:
        """Months of which the service gives all goods with the world, and its totals as stamps."""
        found = Calendar()
        block = Block(asked.flow, asked.reporters, asked.partners, (TOTAL,), asked.months)
        totals: dict[tuple[str, str], dict[str, float]] = {}
        updated = ""
        for row in self.rows(block, self.ask(line, block).body):
            totals.setdefault((row.reporter, row.month), {})[row.partner] = row.value
            updated = day(row.raw[1])
        for reporter in asked.reporters:
            whole = {m: totals.get((reporter, m), {}).get(WORLD) for m in asked.months}
            held = [month for month, total in whole.items() if total]
            found.out[reporter] = {}
            for month in held:
                before = [whole[one] for one in held if one < month][-12:]
                if len(before) >= 6 and whole[month] < LATE * median(before):
                    found.late[reporter, month] = "its total is far below that of other months"
                    continue
                told = repr(sorted(totals[reporter, month].items())).encode()
                found.out[reporter][month] = Release(updated, hashlib.sha256(told).hexdigest())
            if held:
                found.last[reporter] = f"{max(held)} was the last month out, on {updated}"
        self._whole_groups(found, asked)
        return found

    def _whole_groups(self, found: Calendar, asked: Asked) -> None:
        """A group's month counts when all its members have reported it."""
        for group in set(asked.reporters) & set(GROUPS):
            if not found.out[group]:
                found.troubles[group] = "it gives no row of the group; its members are asked"
            members = set(areas.members(group)) & set(asked.reporters)
            for month in list(found.out[group]):
                lacking = sorted(m for m in members if month not in found.out[m])
                if lacking:
                    del found.out[group][month]
                    names = ", ".join(map(areas.name_of, lacking))
                    found.late[group, month] = f"not reported yet by {names}"

    def limits(self, asked: Asked) -> Limits:
        return Limits(reporters=30, months=12, codes=140, cells=400_000)

    def ask(self, line: Line, block: Block) -> Answer:
        try:
            return self._answer(line, block)
        except Trouble as trouble:
            if "NO_RESULTS" in trouble.text:
                return Answer(200, {}, b"", f"{line.clock.now():%Y-%m-%d}")
            refused = re.findall(r"([A-Z]+)=([0-9A-Z_+,]+)", trouble.text)
            if "INVALID_QUERY_DIMENSION_VALUE" not in trouble.text or not refused:
                raise
            values = {code for _, codes in refused for code in re.split(r"[+,]", codes)}
            if self._greece == "GR" and "GR" in values:
                self._greece = "EL"
                return self.ask(line, block)
            if unknown := values & set(block.codes):
                raise Unknown(trouble, tuple(sorted(unknown))) from None
            raise

    def _answer(self, line: Line, block: Block) -> Answer:
        ends = ("+".join(map(self._code, held)) for held in (block.reporters, block.partners))
        key = f"M.{'.'.join(ends)}.{'+'.join(block.codes)}.{FLOWS[block.flow]}.{VALUE}"
        query = {
            "startPeriod": min(block.months), "endPeriod": max(block.months), "format": "SDMX-CSV",
            "compressed": "false",
        }  # fmt: skip
        answer = line.get(f"{self.base}{PATH}/{key}", query, "csv")
        if not answer.body.lstrip().startswith(b"<"):
            return answer
        if not (queued := re.search(rb"<id>\s*([0-9A-Za-z-]+)\s*</id>", answer.body)):
            raise Trouble(
                "it answers with XML in place of a table",
                text=answer.body.decode("utf-8", "replace"),
            )
        return self._queued(line, queued[1].decode())

    def _queued(self, line: Line, number: str) -> Answer:
        end = line.clock.ticks() + LONGEST
        while line.clock.ticks() < end:
            line.told("the answer is queued; looking again in 10 s")
            line.clock.sleep(POLL)
            told = line.get(f"{self.base}{QUEUE}/status/{number}", {}, "csv").body
            if b"AVAILABLE" in told:
                return line.get(f"{self.base}{QUEUE}/data/{number}", {}, "csv")
            if b"EXPIRED" in told or b"UNKNOWN_REQUEST" in told:
                raise Trouble("its queue has dropped the question")
        raise Trouble(f"the answer was still queued after {LONGEST / 60:.0f} minutes")

    def columns(self) -> Sequence[str]:
        return COLUMNS

    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        table = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace"), newline=""))
        if body and not set(COLUMNS) <= set(table.fieldnames or ()):
            raise Trouble("its table lacks one of the columns that are known")
        seen: set[tuple[str, ...]] = set()
        for entry in table:
            row = self._row(entry)
            if block.between(row.month):
                continue
            told = (entry["freq"], entry["flow"], entry["indicators"])
            fits = told == ("M", FLOWS[block.flow], VALUE) and DATASET in entry["DATAFLOW"]
            yield block.once(row, seen, fits)

    def released(self, row: Row, release: Release) -> tuple[str, ...]:
        return (row.raw[0], release.day, *row.raw[2:])

    def _row(self, entry: dict[str, str]) -> Row:
        groups = {code: name for name, code in GROUPS.items()}
        try:
            ends = [
                groups.get(text) or (WORLD if text == "WORLD" else areas.area(text).code)
                for text in (entry["reporter"], entry["partner"])
            ]
            value = float(entry["OBS_VALUE"]) if entry["OBS_VALUE"] else None
        except (TradecheckError, ValueError, TypeError):
            raise Trouble("a row of its answer cannot be read") from None
        raw = tuple(entry[name] for name in COLUMNS)
        return Row(ends[0], ends[1], entry["product"], entry["TIME_PERIOD"], value, raw)

    def _code(self, area: str) -> str:
        """The service's own code of an area, "" if it has none."""
        if area in GROUPS:
            return GROUPS[area]
        if area == WORLD:
            return "WORLD"
        try:
            found = areas.area(area).alpha2
        except TradecheckError:
            return ""
        return self._greece if found == "GR" else found

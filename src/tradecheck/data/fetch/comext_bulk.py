"""Eurostat's Comext, its bulk files: one archive a month, of all members, partners and codes of
eight digits. An archive is kept as received; what a study asks of its rows is added up and kept as the
answer."""

import csv
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tradecheck.data.fetch import comext_files
from tradecheck.data.fetch.asked import WORLD, Asked
from tradecheck.data.fetch.comext_bulk_rows import DIGITS, FLOWS, Damaged, added_up
from tradecheck.data.fetch.comext_files import File, query_of
from tradecheck.data.fetch.line import Answer, Line, Trouble
from tradecheck.data.fetch.service import Block, Calendar, Limits, Release, Row, Service
from tradecheck.data.flows import TOTAL
from tradecheck.data.sources.table import plain
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

COLUMNS = (
    "REPORTER", "PARTNER", "PRODUCT_NC", "FLOW", "STAT_PROCEDURE", "PERIOD", "VALUE_EUR",
    "QUANTITY_KG", "RELEASED",
)  # fmt: skip
SUMS = ["reporter", "partner", "code", "value", "quantity"]
FIRST = "2002-01"
TRIES = 3


class ComextBulk(Service):
    name = "comext-bulk"
    title = "Eurostat Comext, bulk files"
    home = "https://ec.europa.eu"
    format = "eurostat-comext-bulk"
    terms = "Reuse is free if the source is named and changes are stated (CC BY 4.0)."
    committed = True
    by_name = True
    calls = 2
    unreported = "the month's file is out without it"
    vintage = (
        "RELEASED is the day of the month's file. Its rows of procedures and of codes of eight "
        "digits are added up to the codes asked for, goods whose code is hidden to their chapter"
    )

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, File] = {}

    @property
    def pace(self) -> float:
        return 3.0

    def cannot(self, asked: Asked) -> str:
        if asked.flow not in FLOWS:
            return "its files hold exports and imports only"
        if not self.narrowed(asked).reporters:
            return "its reporters are the members of the European Union"
        return ""

    def narrowed(self, asked: Asked) -> Asked:
        members = areas.members("EU27")
        return replace(
            asked,
            reporters=tuple(code for code in asked.reporters if code in members),
            partners=(*(code for code in asked.partners if code != WORLD and _is(code)), WORLD),
            codes=asked.codes_of(DIGITS),
        )

    def calendar_calls(self, asked: Asked) -> int:
        return 1

    def calendar(self, line: Line, asked: Asked) -> Calendar:
        """The months of which there is a file. Its day and size are the stamp: a file that is
        revised is replaced."""
        months = [month for month in asked.months if month >= FIRST]
        self._files = comext_files.files(line, self.base, months)
        found = Calendar()
        out = {
            month: Release(file.changed[:10], f"{file.changed}|{file.size}")
            for month, file in self._files.items()
        }
        last = f"{max(out)} was the last month out, on {out[max(out)].day}" if out else ""
        for reporter in asked.reporters:
            found.out[reporter] = {month: out[month] for month in asked.months if month in out}
            found.last[reporter] = last or "no month asked for was out"
            for month in asked.months:
                if month < FIRST:
                    found.never[reporter, month] = f"its files begin with {FIRST}"
        return found

    def limits(self, asked: Asked) -> Limits:
        return Limits(reporters=10**3, months=1, codes=10**6, cells=10**12)

    def ask(self, line: Line, block: Block) -> Answer:
        """The sums that are asked for, below a line that names the archive they are of."""
        (month,) = block.months
        file, day = self._files[month], f"{line.clock.now():%Y-%m-%d}"
        for _ in range(TRIES):
            path = self.folder / "archives" / f"{file.changed.replace(':', '')}-{file.name}"
            try:
                if not path.is_file():
                    day = self._receive(line, month, path)
                with path.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                sums = added_up(path, block)
            except Damaged:
                path.unlink(missing_ok=True)
                continue
            size = path.stat().st_size
            if file.size not in (0, size):  # replaced since it was listed: the next list says so
                path.unlink()
            head = f"{file.name},{file.changed},{size},{digest}\n"
            return Answer(200, {}, head.encode() + sums.select(SUMS).write_csv().encode(), day)
        raise Trouble(f"its archive was damaged, {TRIES} times")

    def _receive(self, line: Line, month: str, path: Path) -> str:
        """The archive in its place, whole or not at all; the day on which it came."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            answer = comext_files.get(line, self.base, query_of(month), "7z", into=beside)
            if not beside.is_file():  # an answer without a body
                raise Damaged
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
        return answer.day

    def columns(self) -> Sequence[str]:
        return COLUMNS

    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        (month,) = block.months
        lines = io.StringIO(body.partition(b"\n")[2].decode())
        for entry in csv.DictReader(lines):
            value, weight = float(entry["value"]), float(entry["quantity"])
            reporter, partner, code = entry["reporter"], entry["partner"], entry["code"]
            raw = (
                reporter, partner, code, FLOWS[block.flow], TOTAL, month.replace("-", ""),
                plain(value), plain(weight),
            )  # fmt: skip
            yield Row(reporter, partner, code, month, value, raw)


def _is(code: str) -> bool:
    try:
        return bool(areas.area(code).alpha2)
    except TradecheckError:
        return False

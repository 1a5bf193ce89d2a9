"""Answers as received: compressed, hashed, dated, in the order in which they came.

One file an answer, or a calendar, in `data/raw/.fetched/SERVICE/`, complete by a rename or not
there: a kill at any byte loses no answer that had come, and leaves none that is cut.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tradecheck.data.fetch.service import Block, Calendar, Release

FOLDER = ".fetched"


@dataclass(frozen=True)
class Held:
    """One kept answer: its place in the order, its block, and the release of each reporter's
    month."""

    path: Path
    number: int
    block: Block
    releases: Mapping[str, Mapping[str, Release]]
    retrieved: str

    def body(self) -> bytes:
        """The answer as received. Raises ValueError if the file is damaged."""
        return _opened(self.path)[1]


class Kept:
    """The answers of one service. damaged: names of files that are passed over."""

    def __init__(self, raw: Path, service: str):
        self.folder = raw / FOLDER / service
        self.answers: list[Held] = []
        self.damaged: list[str] = []
        self._next = 1
        self._by_month: dict[tuple[str, str, str], list[Held]] = {}
        self._named: dict[tuple[str, str, str, str], int] = {}  # the last calendar that names it
        self._told: dict[tuple[str, str], str] = {}  # by flow and reporter the day of the last one
        for path in sorted(self.folder.glob("[0-9]*.gz")):
            self._next = max(self._next, int(path.name.partition(".")[0]) + 1)
            try:
                self._take(path, _opened(path)[0])
            except (OSError, ValueError, KeyError, TypeError):
                self.damaged.append(path.name)

    def answer(
        self, block: Block, calendar: Calendar, body: bytes, day: str, query: Mapping[str, Any]
    ) -> None:
        """Keep an answer, with the releases that the calendar named when it came."""
        releases = {
            reporter: {
                month: calendar.out[reporter][month]
                for month in block.months
                if month in calendar.out.get(reporter, {})
            }
            for reporter in block.reporters
        }
        self._put(
            {"block": asdict(block), "releases": releases, "retrieved": day, "query": query}, body
        )

    def calendar(self, flow: str, calendar: Calendar, day: str) -> None:
        """Keep what the service says is out."""
        out = {reporter: dict(months) for reporter, months in calendar.out.items()}
        self._put({"flow": flow, "out": out, "retrieved": day}, b"")

    def sure(self, held: Held, reporter: str, month: str) -> bool:
        """Whether a calendar that came after the answer still names the release it was asked in."""
        stamp = held.releases[reporter][month].stamp
        key = (held.block.flow, reporter, month, stamp)
        return self._named.get(key, 0) > held.number

    def known(self, flow: str) -> dict[tuple[str, str], str]:
        """By reporter and month the stamp that the last calendar named."""
        last: dict[tuple[str, str], tuple[int, str]] = {}
        for (of, reporter, month, stamp), number in self._named.items():
            if of == flow and number > last.get((reporter, month), (0, ""))[0]:
                last[reporter, month] = (number, stamp)
        return {place: stamp for place, (_, stamp) in last.items()}

    def told(self, flow: str, reporter: str) -> str:
        """The day of the last calendar that speaks of a reporter, "" if none does."""
        return self._told.get((flow, reporter), "")

    def covering(self, flow: str, reporter: str, month: str, partners: set[str]) -> Iterator[Held]:
        """The answers on a reporter's month that hold all these partners, in order."""
        for held in self._by_month.get((flow, reporter, month), ()):
            if partners <= set(held.block.partners):
                yield held

    # -- files -----------------------------------------------------------------------------------

    def _take(self, path: Path, head: dict[str, Any]) -> None:
        number = int(path.name.partition(".")[0])
        if "block" not in head:
            for reporter, months in _releases(head["out"]).items():
                self._told[head["flow"], reporter] = head["retrieved"]
                for month, release in months.items():
                    self._named[head["flow"], reporter, month, release.stamp] = number
            return
        told = dict(head["block"])
        block = Block(told.pop("flow"), **{name: tuple(held) for name, held in told.items()})
        held = Held(path, number, block, _releases(head["releases"]), head["retrieved"])
        self.answers.append(held)
        for reporter, out in held.releases.items():
            for month in out:
                self._by_month.setdefault((block.flow, reporter, month), []).append(held)

    def _put(self, head: dict[str, Any], body: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        head = head | {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
        first = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
        path = self.folder / f"{self._next:06d}.gz"
        beside = self.folder / f".{path.name}.{os.getpid()}.tmp"
        try:
            with beside.open("wb") as stream:
                stream.write(gzip.compress(first + b"\n" + body, 6, mtime=0))
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
        _settle(self.folder)
        self._next += 1
        self._take(path, head)


def _settle(folder: Path) -> None:
    """The folder's entry on disk, where the system can do that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _opened(path: Path) -> tuple[dict[str, Any], bytes]:
    try:
        first, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
        head = json.loads(first)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise ValueError(f"{path.name} is damaged") from error
    if hashlib.sha256(body).hexdigest() != head["sha256"]:
        raise ValueError(f"{path.name} is damaged")
    return head, body


def _releases(found: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Release]]:
    return {
        reporter: {month: Release(*release) for month, release in months.items()}
        for reporter, months in found.items()
    }

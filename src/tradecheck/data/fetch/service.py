"""What a service is, and the pieces that all of them speak of."""

import csv
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, NamedTuple

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.line import Answer, Line, Trouble, base

UNREADABLE = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, csv.Error,
)  # fmt: skip


@contextmanager
def answering() -> Iterator[None]:
    """Whatever reading an answer fails with is Trouble."""
    try:
        yield
    except UNREADABLE as error:
        raise Trouble("its answer is not of the form that is known") from error


class Release(NamedTuple):
    """A reporter's month as it is out: the day of its release, and a stamp that changes with it."""

    day: str
    stamp: str


@dataclass(frozen=True)
class Calendar:
    """What is out, by reporter and month; last: by reporter, words on what was out last; troubles:
    by reporter, why nothing is known; late: by reporter and month, why a month that has begun to
    come out is not whole; never: likewise, why a month will not come out any more."""

    out: dict[str, dict[str, Release]] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    late: dict[tuple[str, str], str] = field(default_factory=dict)
    never: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """One call: every code with every partner, for these reporters and months."""

    flow: str
    reporters: tuple[str, ...]
    partners: tuple[str, ...]
    codes: tuple[str, ...]
    months: tuple[str, ...]

    def between(self, month: str) -> bool:
        """Whether a month is none that is asked for, and lies between two that are."""
        return month not in self.months and min(self.months) < month < max(self.months)

    def once(self, row: "Row", seen: set[tuple[str, ...]], fits: bool = True) -> "Row":
        """The row, which is then among those seen. Raises Trouble where it was before, or where it
        does not fit what was asked."""
        place = tuple(row[:4])
        if not fits or any(
            one not in asked
            for one, asked in zip(place, (self.reporters, self.partners, self.codes, self.months))
        ):
            raise Trouble("it answered what was not asked")
        if place in seen:
            raise Trouble("it gave a figure twice")
        seen.add(place)
        return row


class Row(NamedTuple):
    """A figure of an answer; value: None where it is withheld. raw: the columns of the raw file."""

    reporter: str
    partner: str
    code: str
    month: str
    value: float | None
    raw: tuple[str, ...]


Missing = Mapping[tuple[str, str], frozenset[str]]  # codes by reporter and month


class Service(ABC):
    """One service. Its texts go onto the card; committed: whether its rows may be passed on."""

    name: ClassVar[str]
    title: ClassVar[str]
    home: ClassVar[str]
    format: ClassVar[str]
    ending: ClassVar[str] = ".csv.gz"
    terms: ClassVar[str]
    committed: ClassVar[bool]
    key_name: ClassVar[str] = ""
    key_needed: ClassVar[bool] = False
    vintage: ClassVar[str]  # how the raw file tells releases apart, for the card
    proof: ClassVar[str] = "its total"  # what a month gives that is out
    withheld: ClassVar[str] = "the value is confidential"  # why a row has no value
    rounded_to: ClassVar[float] = 0.0  # the last digit of its values
    calls: ClassVar[int] = 1  # that a block takes
    by_name: ClassVar[bool] = False  # asked only where a study names it
    unreported: ClassVar[str] = (
        ""  # why a month that is out may have no row of a reporter, if it may
    )
    said: ClassVar[Mapping[str, str]] = {}  # for the card, what the raw file cannot say

    def __init__(self) -> None:
        self.key = os.environ.get(self.key_name, "").strip() if self.key_name else ""
        self.base = base(self.name, self.home)
        self.folder = Path()  # of what is kept as received

    @property
    def pace(self) -> float:
        """Seconds between two calls, at least."""
        return 1.0

    @abstractmethod
    def cannot(self, asked: Asked) -> str:
        """Why the service knows nothing of this, "" if it may."""

    @abstractmethod
    def narrowed(self, asked: Asked) -> Asked:
        """What of it the service can know, with the controls it is asked for besides."""

    @abstractmethod
    def calendar_calls(self, asked: Asked) -> int:
        """How many calls a calendar takes."""

    @abstractmethod
    def calendar(self, line: Line, asked: Asked) -> Calendar: ...

    @abstractmethod
    def limits(self, asked: Asked) -> "Limits":
        """How much one call may ask for."""

    @abstractmethod
    def ask(self, line: Line, block: Block) -> Answer: ...

    @abstractmethod
    def columns(self) -> Sequence[str]:
        """The header of the raw file."""

    @abstractmethod
    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        """A kept answer as rows. Raises Trouble where it is not what was asked."""

    def read(self, block: Block, body: bytes) -> list[Row]:
        """The same, whatever the answer holds: it comes from elsewhere, and may hold anything."""
        with answering():
            rows = list(self.rows(block, body))
            if not all(row.value is None or math.isfinite(row.value) for row in rows):
                raise Trouble("a value of its answer is no finite number")
        return rows

    def wrong(self, rows: Iterable[Row], release: Release) -> str:
        """Why the rows of a whole month cannot be true; "" if they can."""
        return ""

    def released(self, row: Row, release: Release) -> tuple[str, ...]:
        """The raw file's line of a row, with the release that it belongs to."""
        return (*row.raw, release.day)


@dataclass(frozen=True)
class Limits:
    """Most of each in one call; cells: of the product of all."""

    reporters: int
    months: int
    codes: int
    cells: int

    def blocks(self, missing: Missing, asked: Asked) -> Iterator[Block]:
        """The calls that ask for everything that is missing, each thing once."""
        for codes, pairs in sorted(_grouped(missing).items(), key=lambda item: sorted(item[1])):
            by_month: dict[str, list[str]] = {}
            for reporter, month in sorted(pairs):
                by_month.setdefault(month, []).append(reporter)
            spans: dict[tuple[str, ...], list[str]] = {}
            for month in sorted(by_month):
                for reporters in cut(by_month[month], self.reporters):
                    spans.setdefault(reporters, []).append(month)
            for reporters, held in sorted(spans.items()):
                for months in _by_year(held, self.months):
                    each = len(reporters) * len(asked.partners) * len(months)
                    most = max(1, min(self.codes, self.cells // each))
                    for part in cut(sorted(codes), most):
                        yield Block(asked.flow, reporters, asked.partners, part, months)


def halved(block: Block) -> list[Block]:
    """A block as two smaller ones; none if it is as small as can be."""
    for name in ("codes", "months", "reporters"):
        held = getattr(block, name)
        if len(held) > 1:
            half = len(held) // 2
            return [replace(block, **{name: part}) for part in (held[:half], held[half:])]
    return []


def cut(items: Sequence[str], most: int) -> list[tuple[str, ...]]:
    return [tuple(items[at : at + most]) for at in range(0, len(items), most)]


def _by_year(months: Iterable[str], most: int) -> Iterator[tuple[str, ...]]:
    years: dict[str, list[str]] = {}
    for month in months:
        years.setdefault(month[:4], []).append(month)
    for held in years.values():
        yield from cut(held, most)


def _grouped(missing: Missing) -> dict[frozenset[str], list[tuple[str, str]]]:
    found: dict[frozenset[str], list[tuple[str, str]]] = {}
    for pair, codes in missing.items():
        if codes:
            found.setdefault(codes, []).append(pair)
    return found

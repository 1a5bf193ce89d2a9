"""What every source shares: a file to read, what is said beside it, and what came of reading it."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from tradecheck.errors import TradecheckError
from tradecheck.study.cards import NOT_STATED
from tradecheck.study.texts import UNSEEN, hidden

HEAD = 65_536  # bytes of a file, decompressed, by which it is recognised
LARGE = 80_000_000  # bytes of a file from which on it is read in blocks and not held in memory
LARGE_GZIP = 12_000_000
MOST_UNPACKED = 50 * LARGE_GZIP  # of a file that is held in memory

# Why a row of a file is no statement of its own.
REPEAT = "exact repeat"
CONFLICT = "conflicting rows"
IMPOSSIBLE = "impossible value"
BREAKDOWN = "breakdown of another row"
YEAR_ROW = "year row beside months"
SPECIAL_FLOW = "special flow"
HIDDEN_CODE = "confidential code"
OTHER_EDITION = "the same trade in another edition"


@dataclass(frozen=True)
class RawFile:
    """A file as received. `content` is what was hashed; a file too large for memory has only a
    path.

    name: the raw file's name without its ending. place: how a sentence names the file. sha256: of a
    file without content: what its bytes must come to, checked while they are read.
    """

    name: str
    path: Path
    content: bytes | None = None
    place: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.place:
            object.__setattr__(self, "place", self.path.name)

    @cached_property
    def head(self) -> bytes:
        """The first bytes, decompressed where the file is gzip; nothing of one that is broken
        there."""
        if self.content is not None:
            start = self.content[:HEAD]
        else:
            with self.path.open("rb") as stream:
                start = stream.read(HEAD)
        if not self.gzipped:
            return start
        try:
            return zlib.decompressobj(wbits=31).decompress(start, HEAD)
        except zlib.error:
            return b""

    @cached_property
    def gzipped(self) -> bool:
        if self.content is not None:
            return self.content[:2] == b"\x1f\x8b"
        with self.path.open("rb") as stream:
            return stream.read(2) == b"\x1f\x8b"

    @cached_property
    def large(self) -> bool:
        """Whether the file is read in blocks: it is not held, and has a size that should not be."""
        limit = LARGE_GZIP if self.gzipped else LARGE
        return self.content is None and self.path.stat().st_size > limit

    @cached_property
    def data(self) -> bytes:
        """The whole content, decompressed where the file is gzip."""
        content = self.content
        if content is None:
            content = self.path.read_bytes()
            self.expect(hashlib.sha256(content).hexdigest())
        if not self.gzipped:
            return content
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
                plain = stream.read(MOST_UNPACKED + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise TradecheckError(
                f"{self.place}: the gzip file is broken or cut short; download it again."
            ) from error
        self.expect_size(len(plain))
        return plain

    def expect_size(self, unpacked: int) -> None:
        """Raises a TradecheckError for a small file that is too large once it is unpacked."""
        if unpacked > MOST_UNPACKED:
            raise TradecheckError(
                f"{self.place} unpacks to over {MOST_UNPACKED // 1_000_000} MB; unpack it yourself, "
                "and name the CSV file in it."
            )

    def expect(self, found: str) -> None:
        """Raises a TradecheckError if the card expects another SHA-256 than the one found."""
        if self.sha256 not in ("", found):
            raise TradecheckError(
                f"{self.place} has changed: its card expects SHA-256 {self.sha256[:12]}…, found "
                f"{found[:12]}…; restore it with git checkout, or, if you meant the change, run "
                f"tradecheck add --renew {self.name}."
            )

    @cached_property
    def looked(self) -> dict[str, object]:
        """What one look at the file has made of it, for the next: a parsed workbook."""
        return {}

    def read_once(self) -> "ReadOnce":
        """The content as a stream that also hashes: for files that are too large to hold."""
        return ReadOnce(self)


class ReadOnce:
    """A large file, read once from end to end: what was hashed is what was parsed."""

    def __init__(self, file: RawFile):
        self._file = file
        self._digest = hashlib.sha256()
        self._hashed = Hashed(file.path, self._digest)
        inner = io.BufferedReader(self._hashed, 1 << 20)
        self.stream = gzip.GzipFile(fileobj=inner) if file.gzipped else inner
        self._inner = inner

    def finish(self) -> None:
        """Raises a TradecheckError if the card expects another SHA-256 than that of all bytes."""
        while self._inner.read(1 << 20):
            pass
        found = self._digest.hexdigest()
        self._inner.close()
        self._file.expect(found)


class Hashed(io.RawIOBase):
    """A file whose bytes go to `digest` as they are read: what is hashed is what is parsed."""

    def __init__(self, path: Path, digest: Any):
        self._raw, self._digest = path.open("rb", buffering=0), digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._raw.readinto(buffer) or 0
        self._digest.update(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


@dataclass(frozen=True)
class Said:
    """What the card (or whoever adds the file) says where the file is silent; empty if nobody does.

    Where the file speaks itself, both must agree: a source raises a TradecheckError if they do not.
    """

    reporter: str = ""
    partner: str = ""
    flow: str = ""
    currency: str = ""
    valuation: str = ""
    edition: str = ""
    goods: str = ""
    scale: float | None = None
    rounded_to: float | None = None
    released: str = ""
    provisional: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wanted:
    """Rows that are asked for, for files too large to be read whole; an empty set asks for all.

    products: codes; a row is wanted if its code begins with one of them, or one of them with its
    code.
    """

    reporters: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class Received:
    """What a source made of a file.

    flows: the columns of `flows.COLUMNS`. Rows that agree in everything but value, quantity and row
    are parts of one figure (modes of transport, customs procedures) and are added up later. aside:
    the same columns and `reason`: rows that are no statement of their own (breakdowns of another
    row, repeats, year rows beside months), so that rows and values in = kept + set aside. absent:
    what the publisher means by no row ("zero" where the file lists all trade that took place).
    rows: lines of data in the file. notes: sentences about what was found, for `add` to print.
    """

    flows: pd.DataFrame
    aside: pd.DataFrame
    rows: int
    absent: str = "unknown"
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for column in ("reporter", "partner", "product", "unit"):  # what rows are told apart by
            for text in self.flows[column].unique():
                if sign := hidden(text):
                    row = self.flows[self.flows[column] == text].iloc[0]
                    raise TradecheckError(
                        f"{row['source']}, line {row['row']:,}: of its {column} ({text!r}), "
                        f"{UNSEEN.format(ord(sign))}."
                    )


UNREADABLE = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, StopIteration,
    pa.ArrowException,
)  # fmt: skip


def told(name: str, read: Callable[..., Any]) -> Callable[..., Any]:
    """Reading a file of a format: whatever it fails with is a sentence, for a file may hold anything."""

    @wraps(read)
    def guarded(file: RawFile, *rest: Any) -> Any:
        try:
            return read(file, *rest)
        except UNREADABLE as error:
            why = " ".join(f"{error}".split())[:200] or type(error).__name__
            raise TradecheckError(
                f"{file.place} is not laid out as a file of the format {name} is ({why}); get it "
                "again, as tradecheck formats says."
            ) from error

    return guarded


@dataclass(frozen=True)
class Source:
    """One file format of one publisher.

    recognises: True if the file is of this format, by its name and first bytes; it never raises.
    read: the file as flows; a mistake in the file is a TradecheckError with file, line and rule.
    card: fields of a new card that hold for every file of this format (publisher, address, terms
    …). blocks: the same, block by block, for files too large to hold: what only the whole file
    shows (repeats, breakdowns, year rows beside months) is not looked for. general: known by the
    names of columns alone, so it gives way to a publisher's own format.
    """

    name: str
    publisher: str
    how: str
    recognises: Callable[[RawFile], bool]
    read: Callable[[RawFile, Said, Wanted | None], Received]
    card: Mapping[str, str] = field(default_factory=dict)
    blocks: Callable[[RawFile, Said], Iterator[Received]] | None = None
    general: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", told(self.name, self.read))


@dataclass(frozen=True)
class Listing:
    """A format of tables that hold no trade: goods lists, rates.

    read: the whole table, checked; its length is the card's `rows`.
    """

    name: str
    how: str
    recognises: Callable[[RawFile], bool]
    read: Callable[[RawFile], pd.DataFrame]

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", told(self.name, self.read))


__all__ = [
    "BREAKDOWN", "CONFLICT", "HIDDEN_CODE", "IMPOSSIBLE", "NOT_STATED", "OTHER_EDITION", "REPEAT",
    "SPECIAL_FLOW", "YEAR_ROW", "Listing", "RawFile", "Received", "Said", "Source", "Wanted",
]  # fmt: skip

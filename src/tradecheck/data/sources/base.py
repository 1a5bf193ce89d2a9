"""What every source shares: a file to read, what is said beside it, and what came of reading it."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

HEAD = 65_536  # bytes of a file, decompressed, by which it is recognised


@dataclass(frozen=True)
class RawFile:
    """A file as received. `content` is what was hashed; a file too large for memory has only a path."""

    name: str
    path: Path
    content: bytes | None = None

    @cached_property
    def head(self) -> bytes:
        """The first bytes, decompressed where the file is gzip."""
        if self.content is not None and not self.gzipped:
            return self.content[:HEAD]
        opened = gzip.open(self.path) if self.gzipped else self.path.open("rb")
        with opened as stream:
            return stream.read(HEAD)

    @property
    def gzipped(self) -> bool:
        if self.content is not None:
            return self.content[:2] == b"\x1f\x8b"
        with self.path.open("rb") as stream:
            return stream.read(2) == b"\x1f\x8b"


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

    products: codes; a row is wanted if its code begins with one of them, or one of them with its code.
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
    are parts of one figure (modes of transport, customs procedures) and are added up later.
    aside: the same columns and `reason`: rows that are no statement of their own (breakdowns of
    another row, repeats, year rows beside months), so that rows and values in = kept + set aside.
    absent: what the publisher means by no row ("zero" where the file lists all trade that took place).
    rows: lines of data in the file. notes: sentences about what was found, for `add` to print.
    """

    flows: pd.DataFrame
    aside: pd.DataFrame
    rows: int
    absent: str = "unknown"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One file format of one publisher.

    recognises: True if the file is of this format, by its name and first bytes; it never raises.
    read: the file as flows; a mistake in the file is a TradecheckError with file, line and rule.
    card: fields of a new card that hold for every file of this format (publisher, address, terms …).
    """

    name: str
    publisher: str
    how: str
    recognises: Callable[[RawFile], bool]
    read: Callable[[RawFile, Said, Wanted | None], Received]
    card: Mapping[str, str] = field(default_factory=dict)

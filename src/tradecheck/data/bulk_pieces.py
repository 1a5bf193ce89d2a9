"""Bulk files piece by piece: decompressed in a thread of its own, parsed by Polars."""

import csv
import io
import queue
import re
import tempfile
import threading
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import py7zr
from isal import igzip

from tradecheck.data.sources.base import Hashed
from tradecheck.errors import TradecheckError

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
PIECE = 6 << 20  # bytes, decompressed: what is in memory does not grow with the file
igzip_error = igzip.isal_zlib.error
SEPARATORS = "\t,;|"
LONGEST = 1 << 20  # bytes of a line


@dataclass(frozen=True)
class Piece:
    """Whole lines of a file. first: the number of its first line, the header being line 1."""

    place: str
    names: tuple[str, ...]
    separator: str
    content: bytes
    first: int

    def frame(self, at: Mapping[str, int], numbers: Collection[str] = ()) -> pl.DataFrame:
        """The columns `at` these numbers, named by field: text, or numbers for some. Raises a
        TradecheckError for a row with too many or too few cells, and for what is no number."""
        columns = sorted(set(at.values()))
        quoted = b'"' in self.content
        if not quoted and not self._even():
            raise self._wrong(at, numbers)
        try:
            table = pl.read_csv(
                self.content,
                has_header=False,
                separator=self.separator,
                quote_char='"' if quoted else None,
                columns=columns,
                infer_schema=False,
            )
            names = dict(zip(columns, table.columns, strict=True))
            return table.select(
                pl.col(names[number]).cast(pl.Float64 if kind in numbers else pl.String).alias(kind)
                for kind, number in at.items()
            )
        except pl.exceptions.PolarsError as error:
            raise self._wrong(at, numbers) from error

    def _even(self) -> bool:
        ends = len(self.names) - 1
        lines = self.content.count(b"\n")
        return self.content.count(self.separator.encode()) == lines * ends and not (
            self.content.startswith(b"\n") or b"\n\n" in self.content
        )

    def _wrong(self, at: Mapping[str, int], numbers: Collection[str]) -> TradecheckError:
        """Names the first line with another number of cells than the header, or with no number."""
        text = io.StringIO(self.content.decode("utf-8", "replace"), newline="")
        rows = csv.reader(text, delimiter=self.separator)
        for row in rows:
            line = f"{self.place}, line {self.first + rows.line_num - 1:,}"
            if len(row) != len(self.names):
                return TradecheckError(
                    f"{line}, has {len(row)} cells where the first line has {len(self.names)}; "
                    "correct or delete it."
                )
            for name in numbers:
                cell = row[at[name]]
                if cell and not NUMBER.fullmatch(cell):
                    return TradecheckError(
                        f"{line}, column {self.names[at[name]]} ({cell[:40]!r}): it must be a "
                        "number with a decimal point, or empty where the value is withheld."
                    )
        return TradecheckError(
            f"{self.place}, after line {self.first:,}, is no table of UTF-8 text; download it again."
        )


def pieces(path: Path, digest: Any) -> Iterator[Piece]:
    """The file's lines in pieces of about PIECE bytes; `digest` takes its bytes as received.

    Raises a TradecheckError for a file that is missing, empty, broken or cut short.
    """
    if not path.is_file():
        raise TradecheckError(f"{path} does not exist or is no file; name bulk files.")
    with ExitStack() as stack:
        blocks = _ahead(path, digest, stack)
        content = b""
        while b"\n" not in content:
            if (more := next(blocks, b"")) == b"":
                raise TradecheckError(f"{path.name} holds no table: it has no line of names.")
            content += more
        head, content = content.split(b"\n", 1)
        line = head.decode("utf-8-sig", "replace").rstrip("\r")
        separator = max(SEPARATORS, key=line.count)
        names = tuple(name.strip().strip('"') for name in line.split(separator))
        first = 2
        for block in _whole_lines(blocks, content, path):
            yield Piece(path.name, names, separator, block, first)
            first += block.count(b"\n")


def _whole_lines(blocks: Iterator[bytes], rest: bytes, path: Path) -> Iterator[bytes]:
    for more in blocks:
        rest += more
        if (end := rest.rfind(b"\n") + 1) and len(rest) >= PIECE:
            yield _plain(rest[:end])
            rest = rest[end:]
        elif len(rest) > PIECE + LONGEST:
            raise TradecheckError(f"{path.name} holds a line of over {LONGEST:,} bytes.")
    if rest.strip():
        yield _plain(rest).rstrip(b"\n") + b"\n"


def _plain(lines: bytes) -> bytes:
    return lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines


def _ahead(path: Path, digest: Any, stack: ExitStack) -> Iterator[bytes]:
    """Blocks of the content, read and decompressed while the piece before is parsed."""
    waiting: queue.Queue[bytes | BaseException] = queue.Queue(maxsize=2)
    stop = threading.Event()

    def put(item: bytes | BaseException) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                waiting.put(item, timeout=0.2)
                return

    def read() -> None:
        try:
            with ExitStack() as inner:
                stream = _opened(path, digest, inner)
                while (block := stream.read(PIECE)) and not stop.is_set():
                    put(block)
            put(b"")
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=read, name="decompress", daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(stop.set)
    while True:
        item = waiting.get()
        if isinstance(item, OSError | EOFError | zlib.error | igzip_error):
            raise TradecheckError(
                f"{path.name} is broken or cut short ({item}); download it again."
            ) from item
        if isinstance(item, BaseException):
            raise item
        if not item:
            return
        yield item


def _opened(path: Path, digest: Any, stack: ExitStack) -> Any:
    """The content as a stream: plain, gzip, or the one file of a 7z archive."""
    hashed = io.BufferedReader(stack.enter_context(Hashed(path, digest)), 1 << 20)
    start = hashed.peek(6)
    if start[:2] == b"\x1f\x8b":
        return stack.enter_context(igzip.IGzipFile(fileobj=hashed, mode="rb"))
    if start[:6] != b"7z\xbc\xaf\x27\x1c":
        return hashed
    while hashed.read(PIECE):
        pass
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tradecheck-")))
    try:
        with py7zr.SevenZipFile(path) as archive:
            inside = [entry.filename for entry in archive.list() if not entry.is_directory]
            if len(inside) != 1 or Path(inside[0]).name != inside[0]:
                raise TradecheckError(
                    f"{path.name} holds {len(inside)} files; unpack it and name the tables."
                )
            archive.extract(folder, targets=inside)
    except py7zr.exceptions.ArchiveError as error:
        raise TradecheckError(f"{path.name} is broken; download it again.") from error
    return stack.enter_context((folder / inside[0]).open("rb"))

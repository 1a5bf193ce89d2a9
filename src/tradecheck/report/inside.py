"""The files inside a page, opened as far as anybody can read them."""

import bz2
import gzip
import io
import json
import lzma
import re
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from tradecheck.errors import TradecheckError
from tradecheck.report.finding import Finding
from tradecheck.report.leaks import lines_of, strings_of

DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w.+=-]+)*),([^\s\"'<>)\\]*)", re.IGNORECASE)
MOST = 50_000_000  # bytes of one file when opened
_DEEPEST = 5
_RUN = re.compile(
    r"(?<![\w+/=-])[A-Za-z0-9+/_-]{24,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*(?:\r?\n)?={0,2}(?![\w+/-])"
)
_PACKED = {
    b"\x1f\x8b": lambda content: gzip.GzipFile(fileobj=io.BytesIO(content)),
    b"BZh": lambda content: bz2.BZ2File(io.BytesIO(content)),
    b"\xfd7zXZ": lambda content: lzma.LZMAFile(io.BytesIO(content)),  # noqa: SIM115
}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF")
_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
_UNREADABLE = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)  # fmt: skip


class Text(NamedTuple):
    """A text inside the page, and where it stands: "in the attachment months.csv"."""

    where: str
    text: str


def without_files(html: str) -> str:
    """The page without the content of its files."""
    return DATA_URL.sub("", html)


def texts_inside(html: str) -> Iterator[Text]:
    """Every text in files inside the page and in base64 on it, also packed ones.

    Raises a TradecheckError for a file that is packed and cannot be opened.
    """
    for found in DATA_URL.finditer(html):
        tag = html[html.rfind("<", 0, found.start()) : found.start()]
        name = re.search(r'\bdownload="([^"]*)"', tag)
        where = f"in the attachment {unescape(name[1])}" if name else "in a file inside it"
        yield from _opened(_content(found), where, 0)
    plain = without_files(html)
    for text in dict.fromkeys((plain, lines_of(plain))):
        yield from _bare(text, "in base64", 0)


def texts_of(content: bytes, where: str) -> Iterator[Text]:
    """Every text in a file, also a packed one; raises a TradecheckError as `texts_inside` does."""
    return _opened(content, where, 0)


def _content(found: re.Match[str]) -> bytes:
    held = unquote_to_bytes(unescape(found[3]))
    return _decoded(held) if "base64" in found[2].lower() else held


def _decoded(held: bytes) -> bytes:
    held = re.sub(rb"[^A-Za-z0-9+/]", b"", held.translate(bytes.maketrans(b"-_", b"+/")))
    held = held[: len(held) - (len(held) % 4 == 1)]
    return b64decode(held + b"=" * (-len(held) % 4))


def _opened(content: bytes, where: str, depth: int) -> Iterator[Text]:
    """The texts of one file."""
    if depth > _DEEPEST:
        raise _refused("It holds packed files within packed files", where, "unpack them")
    for mark, opener in _PACKED.items():
        if content.startswith(mark):
            yield from _opened(_unpacked(opener(content), where), where, depth + 1)
            return
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _zipped(content, where, depth)
    elif (text := _text(content) or _latin(content)) is not None:
        yield Text(where, text)
        yield from _of_json(text, where)
        yield from _bare(text, where, depth + 1)
        for found in DATA_URL.finditer(text):
            yield from _opened(_content(found), where, depth + 1)
    else:
        yield Text(where, _printable(content))


def _unpacked(stream: Any, where: str) -> bytes:
    try:
        with stream:
            content = stream.read(MOST + 1)
    except _UNREADABLE as error:
        raise _closed(where) from error
    if len(content) > MOST:
        raise _large(where)
    return content


def _zipped(content: bytes, where: str, depth: int) -> Iterator[Text]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        streams = [(entry, archive.open(entry)) for entry in archive.infolist()]
    except _UNREADABLE as error:
        raise _closed(where) from error
    if sum(entry.file_size for entry, _ in streams) > MOST:
        raise _large(where)
    yield Text(where, archive.comment.decode("utf-8", "replace"))
    for entry, stream in streams:
        before = f"{where[:-1]}, " if where.endswith(")") else f"{where} ("
        inside = f"{before}{entry.filename})".strip()
        yield Text(inside, f"{entry.filename}\n{entry.comment.decode('utf-8', 'replace')}")
        yield from _opened(_unpacked(stream, inside), inside, depth + 1)


def _closed(where: str) -> TradecheckError:
    return _refused("It holds a packed file that cannot be opened", where, "embed it unpacked")


def _large(where: str) -> TradecheckError:
    return _refused(f"It holds a packed file of over {MOST:,} bytes", where, "embed less data")


def _refused(what: str, where: str, remedy: str) -> TradecheckError:
    return TradecheckError(str(Finding(what, where, remedy)))


def _text(content: bytes) -> str | None:
    """The content as text, if it is one."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\0" in content:
        for encoding, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
            if zeros.count(0) > 0.6 * len(zeros) and content.count(0) < 0.6 * len(content):
                return content.decode(encoding, "replace")
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _latin(content: bytes) -> str | None:
    """Text in an older encoding of Europe: hardly a control character in it."""
    if content.startswith(_PICTURES):
        return None
    controls = len(re.findall(rb"[\0-\x08\x0e-\x1f\x7f]", content))
    return content.decode("latin-1") if controls * 100 <= len(content) else None


def _printable(content: bytes) -> str:
    """What can be read in a file that is no text, such as a picture's comments."""
    return "\n".join(run.decode() for run in re.findall(rb"[\t\n\r -~]{12,}", content))


def _bare(text: str, where: str, depth: int) -> Iterator[Text]:
    """What stands in base64 in a text, where it can be read."""
    for run in _RUN.findall(text):
        content = _decoded(run.encode())
        packed = content.startswith((*_PACKED, b"PK\x03\x04", *_PICTURES))
        if packed and depth <= _DEEPEST:
            try:
                yield from _opened(content, where, depth + 1)
            except TradecheckError:  # it only looked so
                continue
        elif (held := _text(content)) and sum(map(str.isprintable, held)) > 0.9 * len(held):
            yield Text(where, held)
            if depth < _DEEPEST:
                yield from _bare(held, where, depth + 1)


def _of_json(text: str, where: str) -> Iterator[Text]:
    """The strings of a JSON text as they read, of a notebook cell by cell."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return
    try:
        held = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return
    cells = held.get("cells") if isinstance(held, dict) else None
    if isinstance(cells, list):
        for number, cell in enumerate(cells, 1):
            yield Text(
                f"in cell {number} {where.replace('in the attachment', 'of')}",
                "\n".join(strings_of(cell)),
            )
        held = {key: value for key, value in held.items() if key != "cells"}
    yield Text(where, "\n".join(strings_of(held)))

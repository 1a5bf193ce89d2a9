"""Valid files spoilt: cut, doubled, exchanged, in other encodings, with signs that nobody sees."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Sequence

from hypothesis import strategies as st

TOKEN = re.compile(rb"[\w.+-]+")
TEXTS = (
    "\0", "\ufeff", "\u200b", "\u200d", "\u00ad", "\u202e", "\u2067", "\u2028", "\ud83d", "\x85",
    "٣", "８４７１５０", "²", "½", "۰", "nan", ".nan", "-inf", ".inf", "1e400", "-1", "1e-320", "0x1F",
    "9" * 400, "017", "1_000", "true", "~", "null", "2024-02-30", "2024-13", "9999-12", "0000-00",
    "2024-12..2024-01", "1900..2100", "", " ", "\r", "\n", "\r\n", "\t", ",", ";", '"', "'", "\\", "/",
    "../../x", "{", "}", "[", "]", "[]", "{}", ":", ": ", "- ", "&a ", "*a", "#", "!!python/x ", "<", ">",
    "&#0;", "x" * 5000, "=1+1", "%s", "{0}", "EU27", "TOTAL", "World", "İ", "ß", "🙂",
)  # fmt: skip
NASTY = (*(text.encode("utf-8", "surrogatepass") for text in TEXTS), b"\xff", b"\xe9", b"\xff\xfe")
CODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1")


@st.composite
def spoilt(draw, samples: Sequence[bytes]) -> bytes:
    """One of the samples, changed in one to five ways; inside of what is packed, too."""
    held = draw(st.sampled_from(samples))
    inside = draw(st.booleans())
    if inside and held[:2] == b"\x1f\x8b":
        return gzip.compress(draw(_changed(gzip.decompress(held))), 1, mtime=0)
    if inside and held[:4] == b"PK\x03\x04":
        return draw(_repacked(held))
    return draw(_changed(held))


@st.composite
def _changed(draw, held: bytes) -> bytes:
    for _ in range(draw(st.integers(1, 5))):
        way = draw(st.sampled_from(WAYS))
        held = way(held, lambda most: draw(st.integers(0, max(most, 0))))
    return held


@st.composite
def _repacked(draw, held: bytes) -> bytes:
    """An archive (xlsx, zip) one of whose members is changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(held)) as before, zipfile.ZipFile(packed, "w") as after:
        chosen = draw(st.sampled_from(before.namelist()))
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, draw(_changed(content)) if name == chosen else content)
    return packed.getvalue()


def _cut(held, pick):
    return held[: pick(len(held))]


def _without(held, pick):
    start = pick(len(held))
    return held[:start] + held[start + pick(40) :]


def _put(held, pick):
    at = pick(len(held))
    return held[:at] + NASTY[pick(len(NASTY) - 1)] + held[at:]


def _exchanged(held, pick):
    """A word or number becomes something else."""
    if not (found := list(TOKEN.finditer(held))):
        return held
    one = found[pick(len(found) - 1)]
    return held[: one.start()] + NASTY[pick(len(NASTY) - 1)] + held[one.end() :]


def _lines(held, pick):
    """A line moved, doubled or left out."""
    lines = held.splitlines(keepends=True) or [b""]
    line = lines.pop(pick(len(lines) - 1))
    for _ in range(pick(2)):
        lines.insert(pick(len(lines)), line)
    return b"".join(lines)


def _coded(held, pick):
    text = held.decode("utf-8", "replace")
    return text.encode(CODINGS[pick(len(CODINGS) - 1)], "replace")


def _newlines(held, pick):
    return held.replace(b"\n", (b"\r", b"\r\n", b"\n\n", b"\n\r")[pick(3)], 1 + pick(99))


def _packed(held, pick):
    return (gzip.compress(held, 1, mtime=0), zlib.compress(held))[pick(1)]


def _bit(held, pick):
    at = pick(len(held) - 1)
    return held[:at] + bytes([held[at] ^ (1 << pick(7))]) + held[at + 1 :] if held else held


WAYS = (
    _exchanged, _exchanged, _exchanged, _put, _put, _lines, _cut, _without, _coded, _newlines, _bit, _packed,
)  # fmt: skip

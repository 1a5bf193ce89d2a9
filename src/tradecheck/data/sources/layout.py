"""How a text of rows is laid out: its encoding, its separator, its header, found by evidence."""

import csv
import io
import re
from collections import Counter
from typing import NamedTuple

from tradecheck.data.sources.table import IsHeader
from tradecheck.errors import TradecheckError

SEPARATORS = ",;\t|"
SEARCHED = 40  # rows at most above and with the header
COUNTED = 200  # rows whose fields are counted, to see how wide the table is
SAID = re.compile(r"sep=(.)\n", re.IGNORECASE)  # a spreadsheet's own line on its separator
RECODED = "The text is not UTF-8; it was read as Windows-1252 (latin-1)."


class Layout(NamedTuple):
    """How a text file is laid out: how many lines stand above its rows, and how wide they are."""

    names: tuple[str, ...]
    separator: str
    above: int
    width: int
    top: tuple[tuple[str, ...], ...]


def utf8(data: bytes, place: str, cut: bool = False) -> tuple[bytes, list[str]]:
    """The text as UTF-8 without a mark, with line feeds; and a sentence if it was written
    otherwise.

    cut: the text may end within a character. A file that says UTF-8 by its mark and is not is read
    as Windows-1252, as is any that is not Unicode.
    """
    notes = []
    if encoding := utf16(data):
        data = data.decode(encoding, "ignore" if cut else "replace").lstrip("\ufeff").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if not (cut and error.start > len(data) - 4):
            notes = [RECODED]
            data = western(data).encode()
    if b"\x00" in data:
        raise TradecheckError(f"{place} is no text and no workbook; save it as CSV in UTF-8.")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data, notes


def look(head: bytes, is_header: IsHeader, complete: bool = True) -> Layout:
    """A text's layout by its beginning: the first row that `is_header` accepts is the header."""
    text = utf8(head, "the file", cut=True)[0].decode("utf-8", "ignore")
    said = SAID.match(text)
    first = len(text[: said.end()].splitlines()) if said else 0
    body = text[said.end() :] if said else text
    if not complete and len(body) > 1000:
        body = body[: body.rfind("\n") + 1] or body
    best: Layout | None = None
    for separator in said[1] if said and said[1] in SEPARATORS else SEPARATORS:
        rows, ends = _records(body, separator)
        for number, row in enumerate(rows[:SEARCHED]):
            names = tuple(column_name(cell) for cell in row)
            if is_header(names) and (best is None or len(names) > len(best.names)):
                counts = Counter(len(other) for other in rows[number + 1 :] if any(other))
                width = counts.most_common(1)[0][0] if counts else len(names)
                while len(names) > width and not names[-1]:
                    names = names[:-1]
                names += ("",) * (width - len(names))
                top = tuple(tuple(map(column_name, other)) for other in rows[:number])
                best = Layout(names, separator, first + ends[number], len(names), top)
                break
    if best is None:
        line = next((line.strip() for line in body.splitlines() if line.strip()), "")
        raise TradecheckError(
            f"no line names the columns that are looked for (it begins {line[:80]!r})"
        )
    return best


def _records(text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first rows of a text, and the line on which each ends."""
    rows, ends = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) >= SEARCHED + COUNTED:
                break
    except csv.Error:
        pass  # a cell without end: the rows so far show the layout
    return rows, ends


def column_name(cell: str) -> str:
    return " ".join(cell.replace("\xa0", " ").replace("\ufeff", "").split())


def western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def utf16(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    start = data[:400]
    if start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) // 3 else ""

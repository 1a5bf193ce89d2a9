"""Files inside the page: data URLs, their digests, and CSV that a spreadsheet cannot misread."""

import csv
import hashlib
import io
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradecheck.show.exhibits import MARKS, Cell

MAX_EMBEDDED = 300_000  # bytes; a larger file is named with its digest only
WORDS = {"text/csv": "Data (CSV)", "application/x-ipynb+json": "Notebook"}

_NUMBER = re.compile(r"[-−]?\d[\d,]*(\.\d+)?")


@dataclass(frozen=True)
class Download:
    """A file offered to the reader: byte for byte the one the provenance names."""

    name: str
    content: bytes
    media_type: str
    description: str

    @property
    def words(self) -> str:
        """What a reader calls it, or nothing for a file that is only listed."""
        return WORDS.get(self.media_type.partition(";")[0], "")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size(self) -> str:
        return file_size(len(self.content))

    @property
    def url(self) -> str:
        return f"data:{self.media_type};base64,{b64encode(self.content).decode()}"


def file_size(size: int) -> str:
    """Bytes as a reader says them: "812 bytes", "12.4 kB", "1.3 MB"."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def table_csv(table: Mapping[str, Any]) -> tuple[str, bool]:
    """A table's payload as CSV, and whether a cell had to be neutralised.

    Numbers are written for machines (no separators, a plain minus). A text that a spreadsheet would
    run as a formula gets a leading apostrophe.
    """
    neutralised = False

    def plain(text: str) -> str:
        nonlocal neutralised
        text = text.replace("\N{NO-BREAK SPACE}", " ")
        if _NUMBER.fullmatch(text):
            return text.replace(",", "").replace("−", "-")
        if text.startswith(("=", "+", "-", "@", "\t", "\r")):
            neutralised = True
            return "'" + text
        return text

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(plain(column["label"]) for column in table["columns"])
    for row in table["rows"]:
        cells = (Cell.whole(row["cells"][column["key"]]) for column in table["columns"])
        writer.writerow(plain(_words(cell)) for cell in cells)
    return buffer.getvalue(), neutralised


def _words(cell: Mapping[str, str]) -> str:
    if not cell["mark"]:
        return cell["text"]
    word = MARKS[cell["mark"]].word
    return word if cell["text"] in ("", word) else f"{word} {cell['text']}"

"""Tables on a page: how much room one needs, and labels for the tables of other libraries."""

import re
from collections.abc import Mapping
from html import escape, unescape
from itertools import groupby
from typing import Any

from tradecheck.show.exhibits import MARKS, Cell

PHONE, PAGE = 300, 700  # px that a table may take on the smallest phone and the smallest page
_LETTER, _GAP = 8.2, 15  # px of a letter in a small table, and between two columns


def is_mark(cell: Mapping[str, str]) -> bool:
    """Whether the mark's word says all that the cell says."""
    return bool(cell["mark"]) and cell["text"] in ("", MARKS[cell["mark"]].word)


def least_width(table: Mapping[str, Any]) -> float:
    """The px that a table needs with every line broken where it can be."""
    width = 0.0
    for column in table["columns"]:
        longest = max(map(len, re.split(r"[ \n-]", column["label"])))
        for row in table["rows"]:
            cell = Cell.whole(row["cells"][column["key"]])
            text = cell["text"]
            if cell["mark"]:
                text = (
                    f"x {MARKS[cell['mark']].word}".replace(" ", "\N{NO-BREAK SPACE}") + " " + text
                )
            parts = [text] if column["align"] == "right" else re.split(r"[ \n-]", text)
            longest = max(longest, *map(len, parts))
        width += longest * _LETTER + _GAP
    return width


def layout(table: Mapping[str, Any]) -> str:
    """How the table is shown: as cards on a phone where it asks for that, or has no room there."""
    if least_width(table) > PHONE:
        return "cards"
    return table["layout"]


def groups(rows: list[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The rows under their sub-headings."""
    return [(group, list(held)) for group, held in groupby(rows, key=lambda row: row["group"])]


def labelled(table: str) -> str:
    """A plain HTML table whose cells carry their column's heading, for cards on a phone.

    A table with joined cells, or without a row of headings, stays as it is.
    """
    head, *rows = re.findall(r"<tr[^>]*>.*?</tr>", table, re.DOTALL)
    headings = [_words(inner) for _, _, inner in _cells(head)]
    if re.search(r"(?:col|row)span=", table) or "<th" not in head or not rows:
        return table
    for row in rows:
        cells = _cells(row)
        if len(cells) != len(headings):
            return table
        parts = []
        for place, (label, (tag, shade, inner)) in enumerate(zip(headings, cells, strict=True)):
            named = f' data-label="{escape(label)}"' if place and label and _words(inner) else ""
            scope = ' scope="row"' if tag == "th" else ""
            parts.append(f"<{tag}{shade}{scope}{named}>{inner}</{tag}>")
        table = table.replace(row, f"<tr>{''.join(parts)}</tr>", 1)
    return table.replace("<table", '<table class="labelled"', 1)


def _cells(row: str) -> list[tuple[str, str, str]]:
    """Each cell's tag, the class of its ground, and what it holds."""
    return re.findall(r'<(t[hd])( class="shade-\w+")?[^>]*>(.*?)</\1>', row, re.DOTALL)


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())

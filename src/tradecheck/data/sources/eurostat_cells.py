"""How Eurostat writes flows, goods, months, days, figures and their flags."""

import re
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tradecheck.data.flows import TOTAL
from tradecheck.data.sources import cells
from tradecheck.data.sources.base import NOT_STATED
from tradecheck.data.sources.numbers import numbers
from tradecheck.data.sources.table import Table, is_number
from tradecheck.study.periods import Period, parse_period

FLOWS = {
    "1": "M", "M": "M", "IMPORT": "M", "IMPORTS": "M",
    "2": "X", "X": "X", "EXPORT": "X", "EXPORTS": "X",
}  # fmt: skip
FLAGS = "[bcdefimnprsuz]{1,3}"  # letters beside a figure, or in its place
_CODE = re.compile(r"([0-9][0-9A-Z]*)")
_CODE_FIRST = re.compile(r"(TOTAL|[0-9][0-9A-Z]+)\s*[-:]\s*\S")
_CODE_LAST = re.compile(r"\[(TOTAL|[0-9][0-9A-Z]*)\]\s*$")


def flow(text: str) -> str:
    """M or X for 1, IMPORT or 1-IMPORT and their likes; ValueError for anything else."""
    if text == NOT_STATED:
        return text
    told = text.strip().upper()
    found = FLOWS.get(told) or FLOWS.get(re.split(r"[-:]", told)[-1].strip())
    if not found:
        raise ValueError(f"{text[:40]!r} is no flow; expected is 1 or IMPORT, 2 or EXPORT")
    return found


def product(text: str) -> str:
    """The code in a cell: alone, before its label, or behind it in brackets; "" for none."""
    told = text.strip()
    if told.upper() in (TOTAL, "ALL PRODUCTS"):
        return TOTAL
    found = _CODE.fullmatch(told) or _CODE_FIRST.match(told) or _CODE_LAST.search(told)
    code = found[1] if found else ""
    return cells.even(code) if code.isdigit() else code


def digits(code: str) -> str:
    """The part of a code that is told: 39XXXXXX tells the chapter, and no more."""
    return code if code == TOTAL or code.isdigit() else re.match(r"(?:[0-9]{2})*", code)[0] or code


def withheld(code: str) -> bool:
    """Whether the goods behind a code are not told: letters for digits, or chapter 99."""
    return code != TOTAL and (not code.isdigit() or code.startswith("99"))


def period(text: str) -> Period:
    """The months of 2024-08, 202408, 202408-Aug. 2024, Aug. 2024, 201952, Jan.-Dec. 2019 or 2019.

    Raises ValueError for anything else.
    """
    told = text.strip()
    if compact := re.fullmatch(r"([0-9]{4})([0-9]{2})(?:\s*[-:].*)?", told):
        year, part = compact.groups()
        return parse_period(year if part == "52" else f"{year}-{part}")
    return cells.worded(told) or parse_period(told)


def day(text: str) -> str:
    """The day of release in 17/02/25 11:00:00 or 13/01/2023 11:00 (day first), as 2025-02-17."""
    if found := re.search(r"\b([0-9]{2})/([0-9]{2})/([0-9]{4}|[0-9]{2})\b", text):
        date, month, year = found.groups()
        return f"{year if len(year) == 4 else '20' + year}-{month}-{date}"
    found = re.search(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b", text)
    return found[0] if found else ""


def figures(table: Table, known: Iterable[str]) -> tuple[pd.Series, pd.Series]:
    """The column of one of the names: its numbers, and the flags beside or for them."""
    at = cells.place(table, known)
    texts = table.text(at)
    bare = pc.replace_substring_regex(texts, rf"(^|[0-9:\s])\s*{FLAGS}$", r"\1")
    if not is_number(table.columns[at]):
        table = replace(
            table, columns=(*table.columns[:at], pa.chunked_array([bare]), *table.columns[at + 1 :])
        )
    values = numbers(table, at).values
    flags = pc.fill_null(
        pc.struct_field(pc.extract_regex(texts, rf"(?:^|[0-9:\s])(?P<flag>{FLAGS})$"), "flag"), ""
    )
    return values.to_pandas().astype("float64"), flags.to_pandas().astype("str")


def figure(text: str) -> tuple[float, str]:
    """A cell's value and flags: "12", ":", ": c", "12p"; ValueError for anything else."""
    found = re.fullmatch(r"(:|-?[0-9][0-9.,eE+-]*|)\s*([a-z]*)", text.strip())
    if not found:
        raise ValueError(f"{text[:40]!r} is neither a number nor a flag")
    return cells.amount(found[1]), found[2]


def status(flags: str) -> str:
    """The status that Eurostat's flags mean: c confidential, p and e not final."""
    if "c" in flags.lower():
        return "confidential"
    return "provisional" if set(flags.lower()) & set("pe") else "final"

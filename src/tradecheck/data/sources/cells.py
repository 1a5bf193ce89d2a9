"""Cells of a publisher's table, read with one sentence for each mistake."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.table import Table
from tradecheck.errors import TradecheckError
from tradecheck.study.periods import HS_REVISIONS, Period, following, parse_period

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NOTHING = ("", ":", "-", "–", "..", "...", "NA", "N.A.", "N/A", "NAN")


def frame(table: Table, fields: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Columns of text, called as in `fields` (field → its names in files, in capitals); and `row`.

    A field that the table lacks is left out. A name that stands twice counts the first time.
    """
    places = {field: place(table, known) for field, known in fields.items()}
    held = {field: table.text(at).to_pandas() for field, at in places.items() if at >= 0}
    found = pd.DataFrame(held).astype("str").assign(row=table.lines)
    found.attrs["names"] = {field: table.names[at] for field, at in places.items() if at >= 0}
    return found


def place(table: Table, known: Iterable[str]) -> int:
    """The place of the first column called by one of the names (in capitals); -1 for none."""
    names = [name.upper() for name in table.names]
    return next((names.index(name) for name in known if name in names), -1)


def each(raw: RawFile, table: pd.DataFrame, column: str, read: Callable[[str], Any]) -> pd.Series:
    """A column of text, each different value read once; a mistake is named with its line."""
    found = {}
    for told in table[column].unique():
        try:
            found[told] = read(told)
        except ValueError as error:
            line = table.loc[table[column] == told, "row"].iloc[0]
            name = table.attrs.get("names", {}).get(column, column)
            raise TradecheckError(f"{raw.place}, line {line:,}, column {name}: {error}.") from error
    return table[column].map(found)


def spans(
    raw: RawFile, table: pd.DataFrame, column: str, read: Callable[[str], Period]
) -> dict[str, pd.Series]:
    """A column of text as first and last months."""
    ends = [
        each(raw, table, column, lambda text, end=end: read(text)[end]).astype("str")
        for end in (0, 1)
    ]
    return dict(zip(("period_start", "period_end"), ends, strict=False))


def amount(text: str) -> float:
    """A number as publishers write it, "1,716,414" or "1716414.5"; NaN for none.

    Raises ValueError for any other text.
    """
    told = re.sub(r"\s", "", text)
    if told.upper() in NOTHING:
        return np.nan
    if not re.fullmatch(
        r"-?(\d{1,3}(,\d{2,3})*,\d{3}|\d+)(\.\d*)?|-?\.\d+|-?\d(\.\d+)?[eE][+-]?\d+", told
    ):
        raise ValueError(f"{text[:40]!r} is no number such as 1716414.5 or 1,716,414.5")
    return float(told.replace(",", ""))


def amounts(raw: RawFile, table: pd.DataFrame, column: str) -> pd.Series:
    """A column of text as numbers; the first text that is none is an error with its line."""
    plain = pd.to_numeric(table[column], errors="coerce").astype("float64")
    odd = plain.isna() & (table[column] != "")
    if odd.any():
        plain[odd] = each(raw, table[odd], column, amount).astype("float64")
    return plain


def even(code: str) -> str:
    """A customs code with the zero that a spreadsheet took from its front."""
    return code if len(code) % 2 == 0 else f"0{code}"


def worded(text: str) -> Period | None:
    """The months of Aug. 2024, January 2024, Apr-2019, Jan.-Dec. 2019; None for another form."""
    found = re.fullmatch(
        r"([A-Za-z]{3})[a-z]*\.?(?:\s*-\s*([A-Za-z]{3})[a-z]*\.?)?[\s,/-]+([0-9]{4})", text.strip()
    )
    if not found:
        return None
    first, last, year = found.groups()
    names = [first.lower(), (last or first).lower()]
    if not set(names) <= set(MONTHS):
        return None
    begin, end = (f"{year}-{MONTHS.index(name) + 1:02d}" for name in names)
    return parse_period(f"{begin}..{end}")


def hs_edition(month: str, first_month: int = 1) -> str:
    """The edition of the Harmonized System in force in a month.

    first_month: the month of the year with which the reporter takes up a new edition.
    """
    year = following(month, 1 - first_month)[:4]
    editions = (first[:4] for first in reversed(HS_REVISIONS))
    return next((f"HS{one}" for one in editions if year >= one), "HS1992")

"""The headings of TradeStat's columns: months, fiscal years, status, and what adds up others."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from tradecheck.data.sources.cells import MONTHS
from tradecheck.study.periods import Period

FINAL = ("F", "R")  # final and revised; any other letter, such as P and A, is provisional


class Column(NamedTuple):
    """A column of figures: its place, months, status; a quantity, or the sum of the others."""

    at: int
    period: Period
    status: str
    quantity: bool = False
    total: bool = False


def columns_of(names: Sequence[str]) -> list[Column]:
    """The columns of figures; of two for the same months the second counts quantities."""
    columns: list[Column] = []
    for at, name in enumerate(names):
        if found := period_of(name):
            period, status = found
            columns.append(
                Column(at, period, status, quantity=period in {one.period for one in columns})
            )
    months = [column.period for column in columns if column.period.first == column.period.last]
    for at, name in enumerate(names):
        if months and re.fullmatch(r"Total(?: Exports?| Imports?)?", name, re.IGNORECASE):
            columns.append(
                Column(at, Period(min(months).first, max(months).last), "final", total=True)
            )
    return columns


def period_of(name: str) -> tuple[Period, str] | None:
    """Months and status of a heading: Apr 2019 (F), Apr-Jul2026(F), 2014-15, 2020-2021(Apr-Jun)."""
    marked = re.fullmatch(r"(.*?)\s*\(([A-Z])\)", name.strip())
    told = marked[1] if marked else name.strip()
    status = "provisional" if marked and marked[2] not in FINAL else "final"
    span = r"([A-Za-z]{3})[a-z]*\.?(?:\s*-\s*([A-Za-z]{3})[a-z]*\.?)?"
    if fiscal := re.fullmatch(rf"(\d{{4}})\s*-\s*(?:\d{{4}}|\d{{2}})(?:\s*\({span}\))?", told):
        year, first, last = (
            int(fiscal[1]),
            _month(fiscal[2] or "Apr"),
            _month(fiscal[3] or fiscal[2] or "Mar"),
        )
        if first and last:  # a fiscal year begins in April
            return Period(*(f"{year + (month < 4)}-{month:02d}" for month in (first, last))), status
    if spoken := re.fullmatch(rf"{span}[\s-]*(\d{{4}})", told):
        year, first, last = int(spoken[3]), _month(spoken[1]), _month(spoken[2] or spoken[1])
        if first and last:
            return Period(f"{year - (first > last)}-{first:02d}", f"{year}-{last:02d}"), status
    return None


def _month(word: str) -> int:
    """1 to 12; 0 for a word that is no month."""
    return MONTHS.index(word.lower()) + 1 if word.lower() in MONTHS else 0

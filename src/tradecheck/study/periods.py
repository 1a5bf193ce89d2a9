"""Months as "2024-07", and periods of whole months; no calendar year is taken for granted."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

HS_REVISIONS = (  # the first months of the Harmonized System's editions
    "1996-01", "2002-01", "2007-01", "2012-01", "2017-01", "2022-01",
)  # fmt: skip
_FORMS = (
    (re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"), lambda y, m: (f"{y}-{m}", f"{y}-{m}")),
    (re.compile(r"([0-9]{4})-?Q([1-4])"), lambda y, q: _span(int(y), 3 * int(q) - 2, 3)),
    (re.compile(r"([0-9]{4})"), lambda y: (f"{y}-01", f"{y}-12")),
)


class Period(NamedTuple):
    """Whole months from first to last, both included."""

    first: str
    last: str

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(month_range(self.first, self.last))

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}..{self.last}"


def following(month: str, steps: int = 1) -> str:
    """The month `steps` later (earlier, if negative)."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + steps
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def month_range(first: str, last: str) -> list[str]:
    """All months from first to last, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = following(first)
    return months


def runs(months: Iterable[str]) -> str:
    """Months as runs: 2021-01..2021-03, 2021-05."""
    found: list[list[str]] = []
    for month in sorted(months):
        if found and following(found[-1][-1]) == month:
            found[-1] = [found[-1][0], month]
        else:
            found.append([month])
    return ", ".join("..".join(run) for run in found)


def parse_period(text: str) -> Period:
    """A period as people write it: 2024-07, 2024Q2, 2024, 2021-03..2022-02 (or with a slash).

    Raises ValueError, with the forms, for anything else.
    """
    ends = re.split(r"\.\.|/", text.strip())
    parts = [_part(end.strip()) for end in ends]
    found = [part for part in parts if part is not None]
    if len(parts) > 2 or len(found) < len(parts):
        raise ValueError(
            f"{text[:40]!r} is no period; write a month such as 2024-07, a quarter such as 2024Q2, "
            "a year such as 2024, or two of them with two dots between, such as 2021-03..2022-02"
        )
    period = Period(found[0][0], found[-1][1])
    if period.first > period.last:
        raise ValueError(f"{text!r} ends before it begins; swap its ends")
    if not period.first[:4] >= "1900" or not period.last[:4] <= "2100":
        raise ValueError(f"{text!r} lies outside the years 1900 to 2100")
    return period


@cache
def parse_months(text: str) -> tuple[str, ...]:
    """The months of periods with commas between: "2024-04, 2024-06..2024-08"."""
    months = [month for part in text.split(",") for month in parse_period(part).months]
    if len(set(months)) != len(months):
        raise ValueError(f"{text!r} names a month twice")
    return tuple(months)


def _part(text: str) -> tuple[str, str] | None:
    for form, made in _FORMS:
        if match := form.fullmatch(text):
            return made(*match.groups())
    return None


def _span(year: int, first: int, count: int) -> tuple[str, str]:
    return f"{year}-{first:02d}", following(f"{year}-{first:02d}", count - 1)

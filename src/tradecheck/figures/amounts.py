"""Amounts and months as charts write them: one unit and one number of decimals a chart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any

from tradecheck.show.charts.frame import decimals, round_steps
from tradecheck.show.prose import MINUS, NBSP, listing, month_name, period_name
from tradecheck.show.units import Unit
from tradecheck.study.periods import following

SHORT_MONTHS = "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec".split()
ORDINALS = "none first second third fourth fifth sixth seventh eighth ninth tenth".split()
COUNTS = "no one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True)
class Amounts:
    """How the values of one chart are written: in one unit, with one number of decimals."""

    unit: Unit
    places: int

    @classmethod
    def of(cls, unit: Unit, values: Iterable[float], whole: bool = False) -> "Amounts":
        """As many decimals as the largest value needs: none from 100,000 on, more below one.
        ``whole``: none either where every value is a whole number."""
        sizes = [abs(value) * unit.factor for value in values if isfinite(value) and value]
        largest = max(sizes, default=1.0)
        if largest >= 1e5 or (whole and all(size == round(size) for size in sizes)):
            return cls(unit, 0)
        return cls(unit, min(12, max(unit.decimals, 1 - floor(log10(largest)))))

    def bare(self, value: float) -> str:
        return self.unit.bare(value, self.places)

    def full(self, value: float) -> str:
        return self.unit(value, self.places)

    def brief(self, value: float) -> str:
        """As a chart has room for: "€1,480.9 mn"."""
        return self.unit.short(value, self.places)

    def span(self, lo: float, hi: float) -> str:
        """A range without its unit: "31.8 to 623.8", "at least 31.8", or one value."""
        if not isfinite(hi):
            return f"at{NBSP}least {self.bare(lo)}"
        low, high = self.bare(lo), self.bare(hi)
        return low if low == high else f"{low} to {high}"

    def ticks(self, low: float, top: float) -> list[tuple[float, str]]:
        """The numbers of a value axis that spans low to top, at most four; zero alone where the
        others would be written like it."""
        values = round_steps(low * self.unit.factor, top * self.unit.factor)
        places = decimals(values[-1] - values[-2]) if len(values) > 1 else 0
        told = [f"{value:,.{places if value else 0}f}".replace("-", MINUS) for value in values]
        if len({float(words.replace(",", "").replace(MINUS, "-")) for words in told}) < len(told):
            return [(0.0, "0")]
        return [
            (value / self.unit.factor, words) for value, words in zip(values, told, strict=True)
        ]

    def times(self, lo: float, hi: float, base: Any) -> str:
        """A month as a multiple of the base: "2.28", or a range of it."""
        low, high = lo / base.hi, hi / base.lo
        places = 2 if max(low, high) < 10 else 1
        one, other = f"{low:,.{places}f}", f"{high:,.{places}f}"
        return one if one == other else f"{one} to {other}"


def full_month(month: str) -> str:
    """ "2022-08" → "August 2022"."""
    return month_name(month)


def short_month(month: str, year: bool = True) -> str:
    """ "2022-09" → "Sept 2022", or "Sept"."""
    name = SHORT_MONTHS[int(month[5:]) - 1]
    return f"{name}{NBSP}{month[:4]}" if year else name


def month_alone(month: str) -> str:
    """ "2022-09" → "September"."""
    return month_name(month).split(NBSP)[0]


def month_list(months: Sequence[str]) -> str:
    """Months in words, runs of them shortened: "May 2021 and July 2021 to March 2022"."""
    runs: list[list[str]] = []
    for month in months:
        if runs and month == following(runs[-1][-1]):
            runs[-1].append(month)
        else:
            runs.append([month])
    parts: list[str] = []
    for run in runs:
        joined = [run[0]] if len(run) == 1 else [run[0], run[-1]]
        if len(run) == 2:
            parts += map(full_month, joined)
        else:
            parts.append(period_name(joined[0], joined[-1]))
    return listing(parts)


def in_words(count: int) -> str:
    """Small counts as words: "three", "13"."""
    return COUNTS[count] if count < len(COUNTS) else str(count)


def period_label(first: str, last: str) -> str:
    """ "2024-04", "2025-03" → "2024-25"; a calendar year by its number, other periods by their ends."""
    if first == last:
        return first
    if first != following(last, -11):
        return f"{first} to {last}"
    return first[:4] if first[:4] == last[:4] else f"{first[:4]}-{last[2:4]}"


def ordinal(place: int) -> str:
    """ "second", "11th"."""
    if place < len(ORDINALS):
        return ORDINALS[place]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(
        place % 10 if place % 100 not in (11, 12, 13) else 0, "th"
    )
    return f"{place}{ending}"


def counted(count: int, one: str) -> str:
    """A count with what it counts: "three months", "13 months"."""
    return f"{in_words(count)} {one if count == 1 else one + 's'}"


def first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]

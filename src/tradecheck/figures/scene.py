"""What a chart of months shows, before it is known how large it will be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import NamedTuple

import numpy as np

from tradecheck.figures.amounts import Amounts, full_month, month_alone
from tradecheck.figures.series import DOUBLE, Series, strong
from tradecheck.verdicts.findings import Base, Finding

CEILING_REACH = 2.5  # how far above what is observed the scale goes to show an upper limit
ROUGH = 100  # a revision this large is told in whole numbers


class Claimed(NamedTuple):
    """A reported figure for one month, with the words that say who gave it; hi may be infinite."""

    month: str
    lo: float
    hi: float
    words: str


@dataclass(frozen=True)
class Scene:
    """A series of months with all that is drawn beside it. ``base`` is one that months can be
    measured against, or None; ``second`` a series of the same months, or None."""

    series: Series
    finding: Finding
    amounts: Amounts
    base: Base | None = None
    base_words: str = ""
    second: Series | None = None
    second_name: str = ""
    second_words: str = ""
    revision_words: str = ""
    claimed: Sequence[Claimed] = ()

    @cached_property
    def strong(self) -> np.ndarray:
        return strong(self.series, self.base)

    @cached_property
    def beside(self) -> np.ndarray:
        """The second series' values where they differ visibly from the first's; nan elsewhere."""
        if self.second is None:
            return np.full(len(self.series.months), np.nan)
        held = dict(zip(self.second.months, self.second.values, strict=True))
        values = np.array([held.get(month, np.nan) for month in self.series.months])
        same = np.abs(values - self.series.values) < 0.5 * 10.0**-self.amounts.places
        return np.where(same, np.nan, values)

    @cached_property
    def doubled_at(self) -> int | None:
        """The place of the first doubled month after the base."""
        if self.base is None or self.finding.first_double not in self.series.months:
            return None
        return self.series.at(self.finding.first_double)

    @cached_property
    def base_reach(self) -> tuple[float, float]:
        """From where to where the base's own months run, in places of months."""
        first, last = self.base.first, self.base.last
        held = [n for n, month in enumerate(self.series.months) if first <= month <= last]
        return held[0] - 0.5, held[-1] + 0.5

    @cached_property
    def twice_reach(self) -> tuple[float, float]:
        """From where to where the line at twice the base runs: up to the first doubled month."""
        stop = self.doubled_at
        return self.base_reach[0], (len(self.series.months) if stop is None else stop) - 0.5

    @cached_property
    def revised(self) -> np.ndarray:
        """What provisional months may become, as rows (lowest, highest); nan elsewhere."""
        return np.where(self.series.provisional[:, None], self.series.revised, np.nan)

    @cached_property
    def shown_claims(self) -> list[Claimed]:
        return [claim for claim in self.claimed if claim.month in self.series.months]

    @cached_property
    def highest(self) -> float:
        """The largest value that the drawing must hold."""
        heights = [*self.series.values, *self.beside, *self.revised.ravel()]
        heights += [claim.hi if isfinite(claim.hi) else claim.lo for claim in self.shown_claims]
        if self.base:
            heights.append(DOUBLE * self.base.hi)
        heights += list(self.series.lo[self.series.bounded])
        known = max((height for height in heights if isfinite(height)), default=0.0)
        ceilings = self.series.hi[self.series.bounded]
        ceilings = ceilings[np.isfinite(ceilings)]
        if known and self.series.observed.any():
            ceilings = ceilings[ceilings <= CEILING_REACH * known]
        return max(known, *ceilings, 0.0)

    def top_of(self, place: int) -> float:
        """The highest mark in one month's column."""
        series = self.series
        heights = [series.values[place], self.revised[place, 1], self.beside[place]]
        for claim in self.shown_claims:
            if claim.month == series.months[place]:
                heights += [claim.lo, claim.hi]
        return max((height for height in heights if isfinite(height)), default=0.0)

    def provisional_words(self) -> tuple[str, str] | None:
        """What the chart says of provisional months: a heading, and the last month's revision."""
        places = np.flatnonzero(self.series.provisional)
        if not len(places):
            return None
        months = [self.series.months[place] for place in places]
        head = f"{month_alone(months[-1])} is provisional"
        if len(months) > 1:
            first = (
                month_alone(months[0]) if months[0][:4] == months[-1][:4] else full_month(months[0])
            )
            joint = "to" if int(places[-1] - places[0]) == len(places) - 1 > 1 else "and"
            head = f"{first} {joint} {full_month(months[-1])} are provisional"
            if joint == "and" and len(places) > 2:
                head = f"{len(places)} months are provisional"
        value = self.amounts.bare(self.series.values[places[-1]])
        month = "" if len(months) == 1 else f"{month_alone(months[-1])} "
        low, high = self.revised[places[-1]]
        if not isfinite(low + high):
            return head, f"{month}{value} so far"
        because = f" {self.revision_words}" if self.revision_words else ""
        return head, f"{month}{value} now, {self.revision(places[-1])} if revised{because}"

    def second_label(self) -> tuple[str, str] | None:
        """The second series' name with its last value, and what it leaves out."""
        places = np.flatnonzero(np.isfinite(self.beside))
        if not len(places):
            return None
        last = int(places[-1])
        month = (
            ""
            if last == len(self.series.months) - 1
            else f", {full_month(self.series.months[last])}"
        )
        name = self.second_name[:1].upper() + self.second_name[1:]
        return f"{name}{month}: {self.amounts.bare(self.beside[last])}", self.second_words

    def revision(self, place: int) -> str:
        """What a provisional month may become, which is no measurement, without needless
        decimals: "1,539 to 1,598", "up to 1,598"."""
        low, high = self.revised[place]
        amounts = Amounts(self.amounts.unit, 0) if high >= ROUGH else self.amounts
        if low == self.series.values[place] < high:
            return f"up to {amounts.bare(high)}"
        return amounts.span(low, high)

    def month_words(self, place: int) -> str:
        """All that is known of one month, for whoever points at it."""
        series, month = self.series, self.series.months[place]
        lo, hi = series.lo[place], series.hi[place]
        if series.grade[place] == "none":
            words = [f"{full_month(month)}: no figure"]
        elif series.bounded[place]:
            words = [f"{full_month(month)}: bounded, {self.amounts.span(lo, hi)}"]
        else:
            words = [f"{full_month(month)}: {self.amounts.full(series.values[place])}"]
        if self.base and series.grade[place] == "observed":
            words[0] += f", {self.amounts.times(lo, hi, self.base)} times the base"
        if isfinite(self.beside[place]):
            words.append(f"{self.second_name} {self.amounts.full(self.beside[place])}")
        if series.provisional[place]:
            known = isfinite(self.revised[place].sum())
            words.append(
                f"provisional, {self.revision(place)} if revised" if known else "provisional"
            )
        words += [
            f"{claim.words}: {self.amounts.span(claim.lo, claim.hi)}, reported"
            for claim in self.claimed
            if claim.month == month
        ]
        return "; ".join(words)

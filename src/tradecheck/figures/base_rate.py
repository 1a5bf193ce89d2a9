"""How common a doubling is: what the same rule finds in a corridor's codes in ordinary months."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.screen.matrix import Matrix, matrix_of
from tradecheck.figures.amounts import in_words
from tradecheck.figures.own_rows import own_rows
from tradecheck.show.prose import Prose, period_name
from tradecheck.show.units import count
from tradecheck.study.periods import Period, following, month_range
from tradecheck.verdicts.findings import DOUBLE, Finding

PER = 1000
FEWEST = 50  # series with trade in the base, below which a rate says little


@dataclass(frozen=True)
class BaseRate:
    """Of `series` with trade in the ordinary base, how many `doubled` in a month of `after`; `sum`:
    whether all of them together did."""

    base: Period
    after: Period
    series: int
    doubled: int
    sum: bool

    @property
    def rate(self) -> int:
        """Of 1,000 series."""
        return round(PER * self.doubled / self.series)


def base_rate(evidence: Evidence, found: Finding) -> BaseRate | None:
    """What the rule of a finding gives in the months before the end of its base, for each code.

    The ordinary base and the months after it are as many as the study's own. None where nothing
    doubled, where no table holds codes for so many months, or a missing record is not zero there.
    """
    if not found.first_double or not found.base:
        return None
    base = month_range(found.base.first, found.base.last)
    later = [month for month in evidence.study.shown if month > base[-1]]
    first = following(base[-1], 1 - len(base) - len(later))
    for entry in evidence.study.of_kind("months"):
        rows = own_rows(evidence, entry.months)
        rows = rows[rows["product"].isin(_finest(rows["product"].unique()))]
        zero = evidence.tables.holds(entry.months).absent == "zero"
        if not zero or rows.empty or rows["period_start"].min() > first:
            continue
        published = evidence.tables.published
        matrix = matrix_of(rows, published[published["source"] == entry.months])
        return _counted(matrix, first, len(base), len(later))
    return None


def base_rate_words(evidence: Evidence, found: Finding) -> Prose:
    """The base rate in two sentences; empty where it is not known."""
    told = base_rate(evidence, found)
    if told is None:
        return Prose("")
    months = len(told.after.months)
    span = f"{in_words(months)} month{'s' * (months > 1)}"
    together = "So did their sum." if told.sum else "Their sum did not."
    return Prose(
        f"A single code doubles easily: of {count(PER)} ordinary series of this corridor, "
        f"{count(told.rate)} did by the same rule in {span}, {period_name(*told.after)}. {together}"
    )


def _counted(matrix: Matrix, first: str, base: int, later: int) -> BaseRate | None:
    start = matrix.months.index(first)
    if start + base + later > len(matrix.months):
        return None
    values = matrix.values[:, start : start + base + later]
    mean, after = values[:, :base].mean(1), values[:, base:]
    active = mean > 0
    if active.sum() < FEWEST:
        return None
    doubled = active & (after >= DOUBLE * mean[:, None]).any(1)
    whole = np.nansum(values[active], axis=0)
    return BaseRate(
        Period(first, following(first, base - 1)),
        Period(following(first, base), following(first, base + later - 1)),
        int(active.sum()),
        int(doubled.sum()),
        bool((whole[base:] >= DOUBLE * whole[:base].mean()).any()),
    )


def _finest(codes: Sequence[str]) -> list[str]:
    """The codes of which no other is a part."""
    wider = {code[:digits] for code in codes for digits in range(2, len(code))}
    return [code for code in codes if code not in wider]

"""The standard questions, answered for every series of a study whether or not a claim asks:
when did it first double, against which base; when did it peak, and by how much."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tradecheck.bounds import measures
from tradecheck.bounds.body import Body
from tradecheck.bounds.knowledge import Evidence, Knowledge, Taken
from tradecheck.bounds.months import Known
from tradecheck.bounds.terms import Case, Range, Term, Weights, combined
from tradecheck.study.measures import Quantity, Take
from tradecheck.study.study import SeriesSpec

DOUBLE = 2.0


@dataclass(frozen=True)
class Base:
    """The months of a base, and the bounds of their mean, in the report's unit."""

    first: str
    last: str
    lo: float
    hi: float


@dataclass(frozen=True)
class Peak:
    """The month that is surely the largest, and the largest that another can be."""

    month: str
    lo: float
    hi: float
    next: str
    next_lo: float
    next_hi: float

    @property
    def margin(self) -> float:
        """By how much the peak surely exceeds the next month, in the report's unit."""
        return self.lo - self.next_hi


@dataclass(frozen=True)
class Finding:
    """What follows for one series. peak: None where no month is surely the largest. first_double:
    the first month after the base that is surely at least twice the base's mean, None if none is."""

    series: str
    total: Range
    base: Base | None
    peak: Peak | None
    first_double: str | None


def months_table(evidence: Evidence, taken: Taken = Taken()) -> pd.DataFrame:
    """Every shown month of every series, in the report's unit, as published.

    Columns: series, month, lo, hi (0 and infinite where nothing is known), grade (observed, bounded,
    or none), status (final, provisional, missing), revision_lo and revision_hi (what a provisional
    month may become; missing elsewhere).
    """
    study = evidence.study
    knowledge, known = evidence.taken(taken), evidence.known(taken)
    rows = []
    for series, spec in study.all_series().items():
        for month in study.shown:
            cells = knowledge.scope.cells(quantity(spec, [month]), month)
            rows.append((series, month, *_month(evidence, knowledge, known, cells)))
    columns = ["series", "month", "lo", "hi", "grade", "status", "revision_lo", "revision_hi"]
    return pd.DataFrame(rows, columns=columns)


def quantity(spec: SeriesSpec, months: Sequence[str], take: Take = "total") -> Quantity:
    """A series as a quantity over some months."""
    return Quantity(take=take, months=", ".join(months), **spec.model_dump(exclude_none=True))


def findings(evidence: Evidence, taken: Taken = Taken()) -> list[Finding]:
    """The standard questions for every series, from figures as published."""
    study, knowledge = evidence.study, evidence.taken(taken)
    return [
        finding(evidence, knowledge, series, spec, study.shown, study.base_months)
        for series, spec in study.all_series().items()
    ]


def finding(
    evidence: Evidence,
    knowledge: Knowledge,
    series: str,
    spec: SeriesSpec,
    shown: Sequence[str],
    base: Sequence[str],
) -> Finding:
    """The standard questions for one series over the months shown, on the mean of a base."""
    scope = knowledge.scope
    monthly: dict[str, Weights] = {
        month: dict(scope.cells(quantity(spec, [month]), month)) for month in shown
    }
    asked = frozenset(cell for weights in monthly.values() for cell in weights)
    body = evidence.asking(knowledge, asked).body
    ends = {month: body.span(Term(weights)) for month, weights in monthly.items()}
    total = body.span(Term(combined(*((1.0, weights) for weights in monthly.values()))))
    mean = measures.parts(quantity(spec, base, "mean"), scope)[0]
    lo, hi = body.span(Term(mean))
    return Finding(
        series=series,
        total=total,
        base=Base(base[0], base[-1], lo, hi),
        peak=_peak(body, monthly, ends),
        first_double=_first_double(body, monthly, mean, base, (lo, hi)),
    )


def copy(found: Finding) -> dict[str, Any]:
    """A finding as the report's JSON keeps it; infinite bounds become null."""
    peak, base = found.peak, found.base
    return {
        "series": found.series,
        "total": {"lo": finite(found.total[0]), "hi": finite(found.total[1])},
        "peak": peak
        and {
            "month": peak.month, "lo": finite(peak.lo), "hi": finite(peak.hi), "next": peak.next,
            "margin": finite(peak.margin),
        },
        "first_double": base
        and found.first_double
        and {
            "base": {
                "first": base.first, "last": base.last, "mean_lo": finite(base.lo),
                "mean_hi": finite(base.hi),
            },
            "month": found.first_double,
        },
    }  # fmt: skip


def months_copy(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The months as the report's JSON keeps them."""
    return [
        {
            "series": row.series, "month": row.month, "lo": finite(row.lo), "hi": finite(row.hi),
            "grade": row.grade, "status": row.status,
        }
        for row in table.itertuples()
    ]  # fmt: skip


def finite(value: float | None) -> float | None:
    """A bound as JSON keeps it: rounded far below what any source states, null where infinite."""
    if value is None or math.isinf(value) or math.isnan(value):
        return None
    return round(value, 6) + 0.0


def _month(
    evidence: Evidence, knowledge: Knowledge, known: Known, cells: Weights
) -> tuple[float, float, str, str, float, float]:
    body = evidence.asking(knowledge, cells).body
    lo, hi = body.span(Term(cells))
    nothing = lo <= 0 and math.isinf(hi)
    missing = any(cell not in known.values for cell in cells)
    provisional = any(cell in known.provisional for cell in cells)
    grade = "none" if nothing else str(body.grade_of([Case((Term(cells),))], (lo, hi)))
    status = "missing" if missing else "provisional" if provisional else "final"
    if not provisional or missing:
        return lo, hi, grade, status, math.nan, math.nan
    revised = known.revised()
    ends = [revised[cell] for cell in cells]
    low, high = sum(one for one, _ in ends), sum(two for _, two in ends)
    if (low, high) == (lo, hi):
        return lo, hi, grade, status, math.nan, math.nan
    return lo, hi, grade, status, low, high


def _peak(body: Body, monthly: dict[str, Weights], ends: dict[str, Range]) -> Peak | None:
    if len(monthly) < 2:
        return None
    month = max(ends, key=lambda one: (ends[one][0], ends[one][1]))
    others = {one: ends[one] for one in ends if one != month}
    runner_up = max(others, key=lambda one: (others[one][1], others[one][0]))
    for other in others:
        if ends[month][0] > others[other][1]:
            continue
        apart = body.range(Term(combined((1.0, monthly[month]), (-1.0, monthly[other]))))
        if apart is None or apart[0] <= 0:
            return None
    return Peak(month, *ends[month], runner_up, *others[runner_up])


def _first_double(
    body: Body, monthly: dict[str, Weights], mean: Weights, base: Sequence[str], ends: Range
) -> str | None:
    if ends[1] <= 0 or math.isinf(ends[1]):
        return None
    for month, weights in monthly.items():
        if month <= max(base):
            continue
        above = body.range(Term(combined((1.0, weights), (-DOUBLE, mean))))
        if above is not None and above[0] >= 0:
            return month
    return None

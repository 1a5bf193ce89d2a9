"""What one more figure would settle: a ceiling for a total that has none, a final figure of a month."""

from dataclasses import dataclass

import pandas as pd

from tradecheck.bounds.knowledge import Knowledge, Taken
from tradecheck.bounds.measures import parts
from tradecheck.bounds.terms import Constraint, Grade, Row, Term
from tradecheck.bounds.totals import by_period, totals_of
from tradecheck.study.claims import Reading
from tradecheck.study.measures import Quantity
from tradecheck.study.periods import Period
from tradecheck.verdicts.findings import Finding
from tradecheck.verdicts.judge import Judge, Verdict

STEPS = 40  # halvings: far below what any source states
MOST = 50.0  # times the floor: a ceiling higher than this tells nothing


@dataclass(frozen=True)
class Ceiling:
    """Under which upper limit for a period's total a reading is settled, and with what believed."""

    reading: Reading
    period: Period
    limit: float
    verdict: Verdict
    believing: tuple[str, ...]


def ceilings(judge: Judge) -> list[Ceiling]:
    """For every undecided reading marked main or also, the upper limits that would settle it.

    Asked of the periods of the study's totals of which only a floor is known, with what the first
    scenario believes, the claim's own readings left out.
    """
    evidence = judge.evidence
    scenario = evidence.claims.scenarios[0].believing if evidence.claims.scenarios else []
    readings = evidence.claims.readings
    found = []
    for reading in readings.values():
        if not (reading.main or reading.also) or reading.measure is None:
            continue
        others = tuple(
            name
            for name in scenario
            if name not in readings or readings[name].claim != reading.claim
        )
        if judge.judge(reading, Taken(believing=others)).verdict is not Verdict.UNDECIDED:
            continue
        knowledge = evidence.taken(Taken(believing=others).reading(reading))
        asked = {
            month for quantity in reading.measure.quantities() for month in quantity.month_list
        }
        for period in _open_periods(judge, knowledge):
            if not asked.isdisjoint(period.months) and (
                one := _settled(judge, reading, knowledge, period)
            ):
                found.append(Ceiling(reading, period, *one, others))
    return found


def final_months(found: Finding, own: pd.DataFrame) -> pd.DataFrame:
    """Provisional months that would pass the peak: month, rise (fraction of its value now)."""
    if found.peak is None:
        return pd.DataFrame(columns=["month", "rise"])
    rows = own[
        (own["status"] == "provisional") & (own["revision_hi"] > found.peak.lo) & (own["lo"] > 0)
    ]
    return pd.DataFrame({"month": rows["month"], "rise": found.peak.lo / rows["lo"] - 1})


def _open_periods(judge: Judge, knowledge: Knowledge) -> list[Period]:
    """Periods of the study's totals whose own goods have no upper limit."""
    evidence, open_ones = judge.evidence, []
    for entry in evidence.study.of_kind("totals"):
        totals = totals_of(
            evidence.study,
            evidence.tables,
            evidence.corridor,
            entry.totals,
            evidence.currency,
            evidence.scale,
        )
        for period in by_period(totals):
            if evidence.names.months.issuperset(period.months):
                ends = knowledge.body.range(Term(_sum(knowledge, period)))
                if ends is not None and ends[1] == float("inf"):
                    open_ones.append(period)
    return open_ones


def _settled(
    judge: Judge, reading: Reading, knowledge: Knowledge, period: Period
) -> tuple[float, Verdict] | None:
    """The highest upper limit under which the reading is settled, to the last halving."""
    floor = knowledge.body.range(Term(_sum(knowledge, period)))[0]

    def verdict(limit: float) -> Verdict:
        row = Row(_sum(knowledge, period), hi=limit)
        known = Constraint("ceiling", "an upper limit", (row,), Grade.BOUNDED)
        tried = Knowledge(knowledge.scope, knowledge.body.believing([known]))
        return judge.outcome(reading.measure, reading.predicate, tried).verdict

    if floor <= 0 or (settled := verdict(floor * 1.001)) in (
        Verdict.UNDECIDED,
        Verdict.NOT_TESTABLE,
    ):
        return None
    low, high = floor, floor * MOST
    if verdict(high) is settled:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if verdict(middle) is settled else (low, middle)
    return low, settled


def _sum(knowledge: Knowledge, period: Period) -> dict:
    return dict(parts(Quantity(months=str(period)), knowledge.scope)[0])

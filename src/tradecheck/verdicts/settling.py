"""What one more figure would settle: a ceiling for a total that has none, a final figure of a month."""

from dataclasses import dataclass

import pandas as pd

from tradecheck.bounds.knowledge import Taken
from tradecheck.study.claims import Reading
from tradecheck.study.periods import Period
from tradecheck.study.sides import BOTH
from tradecheck.verdicts.deciding import largest_limit
from tradecheck.verdicts.findings import Finding
from tradecheck.verdicts.judge import Judge, Verdict


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
        if reading.side == BOTH:
            continue
        others = tuple(
            name
            for name in scenario
            if name not in readings or readings[name].claim != reading.claim
        )
        if judge.judge(reading, Taken(believing=others)).verdict is not Verdict.UNDECIDED:
            continue
        asked = {month for one in reading.measure.quantities() for month in one.month_list}
        for period in evidence.periods():
            if asked.isdisjoint(period.months):
                continue
            if limit := largest_limit(judge, reading, period.months, others):
                found.append(Ceiling(reading, period, *limit, others))
    return found


def final_months(found: Finding, own: pd.DataFrame) -> pd.DataFrame:
    """Provisional months that would pass the peak: month, rise (fraction of its value now)."""
    if found.peak is None:
        return pd.DataFrame(columns=["month", "rise"])
    rows = own[
        (own["status"] == "provisional") & (own["revision_hi"] > found.peak.lo) & (own["lo"] > 0)
    ]
    return pd.DataFrame({"month": rows["month"], "rise": found.peak.lo / rows["lo"] - 1})

"""Verdicts that follow from evidence by arithmetic, and why, in words made from the numbers."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tradecheck.claims import UNITS, Claim, ClaimsFile, EvidenceName, Reading
from tradecheck.evidence import Knowledge
from tradecheck.measures import Measure
from tradecheck.parallel import each
from tradecheck.bounds.programme import Constraint, Contradiction, Grade
from tradecheck.show.prose import listing

ROUNDING = 1e-9


class Verdict(StrEnum):
    """What follows for a reading."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    NOT_TESTABLE = "not_testable"


@dataclass(frozen=True)
class Outcome:
    """A reading tried against one body of evidence. Bounds are in the measure's unit."""

    verdict: Verdict
    grade: Grade | None = None
    lo: float | None = None
    hi: float | None = None
    clash: tuple[Constraint, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What follows for one reading: from official totals, and if reported figures are believed."""

    claim: Claim
    reading: Reading
    official: Outcome
    believed: Outcome | None
    because: str

    def words_for(self, outcome: Outcome) -> str:
        """An outcome's range in words."""
        return _range(self.reading, outcome)


def judge(reading: Reading, knowledge: Knowledge) -> Outcome:
    """The verdict on a reading over all paths that the evidence allows."""
    if reading.not_testable:
        return Outcome(Verdict.NOT_TESTABLE)
    evidence, zone = knowledge.evidence, reading.predicate.zone
    shown, cases = reading.measure.shown(knowledge.scope), reading.measure.cases(knowledge.scope)
    try:
        whole = evidence.bounds(cases)
        lo, hi = whole if shown == cases else evidence.bounds(shown)
        if zone.covers(*whole):
            verdict = Verdict.HOLDS
        else:
            verdict = Verdict.UNDECIDED if evidence.allows(cases, zone) else Verdict.FAILS
        return Outcome(verdict, evidence.grade_of(shown, (lo, hi)), lo, hi)
    except Contradiction as contradiction:
        return Outcome(Verdict.NOT_TESTABLE, clash=contradiction.clash)


def judge_all(
    claims: ClaimsFile, bodies: Mapping[EvidenceName, Knowledge], figures: Mapping[str, float]
) -> list[Finding]:
    """Every reading of every claim, from official totals alone and with reported figures believed."""
    asked = [(claim, reading) for claim in claims.claims for reading in claim.all_readings]

    def outcomes(reading: Reading) -> tuple[Outcome, Outcome | None]:
        knowledge = bodies[reading.evidence]
        official = judge(reading, knowledge)
        if not reading.believing:
            return official, None
        constraints = claims.constraints(reading.believing, knowledge, figures)
        return official, judge(reading, knowledge.believing(constraints))

    found = each(outcomes, [reading for _, reading in asked])
    return [
        Finding(claim, reading, official, believed, explain_outcome(reading, official))
        for (claim, reading), (official, believed) in zip(asked, found, strict=True)
    ]


TRUE_ON = {
    Verdict.HOLDS: "true on every allowed path",
    Verdict.FAILS: "true on no allowed path",
    Verdict.UNDECIDED: "true on some allowed paths, not on others",
}


def explain_outcome(reading: Reading, outcome: Outcome) -> str:
    """Why this verdict, as a sentence made from the numbers."""
    if reading.not_testable:
        return " ".join(reading.not_testable.split())
    if outcome.clash:
        return (
            f"What is believed cannot all be true: {listing([c.words for c in outcome.clash])}."
        )
    zone, unit, name = reading.predicate.zone, reading.unit, reading.measure.name
    facts = (
        f"{name[0].upper()}{name[1:]}: {_range(reading, outcome)} allowed, "
        f"{reading.predicate_words()} needed"
    )
    if outcome.verdict is Verdict.FAILS and outcome.hi <= zone.lo:
        return f"{facts}; even the largest, {unit(outcome.hi)}, is too small."
    if outcome.verdict is Verdict.FAILS and outcome.lo >= zone.hi:
        return f"{facts}; even the smallest, {unit(outcome.lo)}, is too large."
    return f"{facts}; {TRUE_ON[outcome.verdict]}."


def counter_check(
    claim: Claim,
    claims: ClaimsFile,
    bodies: Mapping[EvidenceName, Knowledge],
    figures: Mapping[str, float],
) -> str:
    """The strongest check against a claim, with its computed result."""
    check = claim.counter_check
    knowledge = bodies[check.evidence]
    knowledge = knowledge.believing(claims.constraints(check.believing, knowledge, figures))
    lo, hi = knowledge.evidence.bounds(check.measure.shown(knowledge.scope))
    return f"{check.words} {UNITS[check.measure.unit].between(lo, hi)}."


def machine_copy(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings by claim, as the report's JSON keeps them; infinite bounds become null."""
    by_claim: dict[str, dict[str, Any]] = {}
    for finding in findings:
        claim, reading = finding.claim, finding.reading
        entry = by_claim.setdefault(
            claim.id, {"id": claim.id, "quote": claim.quote, "readings": []}
        )
        entry["readings"].append(
            {
                "id": reading.id,
                "words": reading.words,
                **_outcome_copy(finding.official, reading),
                "predicate": reading.predicate_words(),
                "because": finding.because,
                "believing": finding.believed
                and {"names": reading.believing, **_outcome_copy(finding.believed, reading)},
            }
        )
    return list(by_claim.values())


def _outcome_copy(outcome: Outcome, reading: Reading) -> dict[str, Any]:
    measure = reading.measure and {
        "name": reading.measure.name,
        "unit": reading.measure.unit,
        "lo": finite(outcome.lo),
        "hi": finite(outcome.hi),
    }
    return {"verdict": outcome.verdict, "grade": outcome.grade, "measure": measure}


def finite(value: float | None) -> float | None:
    """A bound as JSON keeps it: rounded, null where infinite."""
    return None if value is None or math.isinf(value) else round(value, 6) + 0.0


def _range(reading: Reading, outcome: Outcome) -> str:
    if outcome.lo is None:
        return ""
    return range_words(reading.measure, outcome.lo, outcome.hi)


def range_words(measure: Measure, lo: float, hi: float) -> str:
    """An allowed range in words; one that excludes nothing is called any value."""
    nothing_below = -math.inf if measure.excess else 0.0
    nothing_above = 1.0 if measure.unit == "share" else math.inf
    if lo <= nothing_below + ROUNDING and hi >= nothing_above - ROUNDING:
        return "any value"
    return UNITS[measure.unit].between(lo, hi)

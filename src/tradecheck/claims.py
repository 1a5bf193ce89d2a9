"""Claims, their readings, and the verdicts that follow from evidence by arithmetic."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, ValidationError

from tradecheck.cards import load_card, verified_path
from tradecheck.errors import TradecheckError
from tradecheck.evidence import Knowledge, Reported
from tradecheck.measures import Measure, Predicate, Quantity, Ratio, Strict
from tradecheck.programme import Constraint, Contradiction, Grade, Row
from tradecheck.project import Project
from tradecheck.prose import Unit, listing, percent, ratio, usd_mn
from tradecheck.study import explain, read_yaml

UNITS: dict[str, Unit] = {"US$ million": usd_mn, "ratio": ratio, "share": percent}
ROUNDING = 1e-9

EvidenceName = Literal["monthly", "composition"]


class Verdict(StrEnum):
    """What follows for a reading."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    NOT_TESTABLE = "not_testable"


class Reading(Strict):
    """One way to understand a claim: a predicate on a measure, or why none is possible."""

    id: str
    words: str
    measure: Measure | None = None
    predicate: Predicate | None = None
    tolerance: str = ""
    believing: list[str] = []
    evidence: EvidenceName = "monthly"
    not_testable: str = ""
    main: bool = True

    def model_post_init(self, _: object) -> None:
        testable = self.measure is not None and self.predicate is not None
        if testable == bool(self.not_testable):
            raise ValueError(
                f"the reading {self.id} needs a measure with a predicate, or a reason under "
                "not_testable"
            )

    @property
    def unit(self) -> Unit:
        return UNITS[self.measure.unit]

    def predicate_words(self) -> str:
        """The predicate as a phrase with its unit."""
        if self.predicate is None:
            return ""
        if self.predicate.above is not None:
            return f"more than {self.unit(self.predicate.above)}"
        return self.unit.between(*self.predicate.between)


class CounterCheck(Strict):
    """The strongest check against a claim, as a measure and what it takes for granted."""

    words: str
    measure: Measure
    believing: list[str] = []
    evidence: EvidenceName = "monthly"


class Side(Strict):
    """A numerator or a base of a claim about a ratio."""

    words: str
    quantity: Quantity | Literal["a year earlier"]
    believing: list[str] = []


class Combinations(Strict):
    """Every numerator over every base; those in `main` stand in the main table."""

    unit: Literal["ratio", "share"]
    predicate: Predicate
    tolerance: str
    main: list[str]
    numerators: dict[str, Side]
    bases: dict[str, Side]

    def readings(self, claim: str) -> list[Reading]:
        return [
            Reading(
                id=f"{claim}-{n}-{b}",
                words=f"{top.words}, over {base.words}",
                measure=Measure(
                    name=f"{top.words} ÷ {base.words}",
                    unit=self.unit,
                    ratio=Ratio(of=top.quantity, to=base.quantity),
                ),
                predicate=self.predicate,
                tolerance=self.tolerance,
                believing=top.believing,
                main=f"{n}-{b}" in self.main,
            )
            for n, top in self.numerators.items()
            for b, base in self.bases.items()
        ]


class Claim(Strict):
    """A quoted phrase, where it stands, and every way to understand it."""

    id: str
    title: str
    quote: str
    also: str = ""
    where: str
    address: str
    decided_by: str
    counter_check: CounterCheck
    readings: list[Reading] = []
    combinations: Combinations | None = None

    def all_readings(self) -> list[Reading]:
        return self.readings + (self.combinations.readings(self.id) if self.combinations else [])


class Scenario(Strict):
    """What a reader believes when taking the story at its word in one way."""

    id: str
    words: str
    believing: list[str]


class ClaimsFile(Strict):
    """The claims of one story, and the reported figures that a reader may believe."""

    story: dict[str, str]
    reported: list[Reported]
    scenarios: list[Scenario]
    claims: list[Claim] = Field(min_length=1)

    def reading(self, reading_id: str) -> Reading:
        for claim in self.claims:
            for reading in claim.all_readings():
                if reading.id == reading_id:
                    return reading
        raise TradecheckError(
            f"The claims file names {reading_id!r}, which is neither a reading nor a reported "
            "figure; correct the name."
        )

    def constraints(
        self, names: Iterable[str], knowledge: Knowledge, figures: Mapping[str, float]
    ) -> list[Constraint]:
        """Reported figures and believed readings, by name, as constraints."""
        reported = {figure.id: figure for figure in self.reported}
        return [
            reported[name].constraint(knowledge.scope, figures)
            if name in reported
            else believed(self.reading(name), knowledge)
            for name in names
        ]

    def believed_words(self, names: Iterable[str]) -> list[str]:
        """Names of readings as they are, reported figures in words."""
        reported = {figure.id: figure.words for figure in self.reported}
        return [reported.get(name, name) for name in names]


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

    @property
    def range_words(self) -> str:
        return _range(self.reading, self.official)


def read_claims(project: Project, name: str) -> ClaimsFile:
    """The claims file `data/raw/NAME.yaml`, its hash checked against its card."""
    path = verified_path(project, load_card(project, name))
    place = project.relative(path)
    try:
        return ClaimsFile.model_validate(read_yaml(path, place))
    except ValidationError as error:
        raise TradecheckError(f"{place}: {explain(error)}.") from error


def believed(reading: Reading, knowledge: Knowledge) -> Constraint:
    """The reading taken as true: its predicate as rows on the cells."""
    cases = reading.measure.cases(knowledge.scope) if reading.measure else []
    if len(cases) != 1:
        raise TradecheckError(
            f"The reading {reading.id} cannot be believed as evidence: it is not one set of "
            "inequalities; name a simpler reading."
        )
    zone = reading.predicate.zone
    rows = []
    for term in cases[0].terms:
        if term.under is None:
            rows.append(Row(term.over, zone.lo, zone.hi))
            continue
        for edge, side in ((zone.lo, 1.0), (zone.hi, -1.0)):
            weights = {cell: side * weight for cell, weight in term.over.items()}
            for cell, weight in term.under.items():
                weights[cell] = weights.get(cell, 0.0) - side * edge * weight
            rows.append(Row(weights, lo=0.0))
    words = f"{reading.id}: {reading.words}, {reading.predicate_words()}"
    return Constraint(reading.id, words, tuple(rows), Grade.REPORTED, "the story")


def judge(reading: Reading, knowledge: Knowledge) -> Outcome:
    """The verdict on a reading over all paths that the evidence allows."""
    if reading.not_testable:
        return Outcome(Verdict.NOT_TESTABLE)
    evidence, zone = knowledge.evidence, reading.predicate.zone
    shown, cases = reading.measure.shown(knowledge.scope), reading.measure.cases(knowledge.scope)
    try:
        lo, hi = evidence.bounds(shown)
        if zone.covers(*evidence.bounds(cases)):
            verdict = Verdict.HOLDS
        else:
            verdict = Verdict.UNDECIDED if evidence.allows(cases, zone) else Verdict.FAILS
        return Outcome(verdict, evidence.grade_of(shown), lo, hi)
    except Contradiction as contradiction:
        return Outcome(Verdict.NOT_TESTABLE, clash=contradiction.clash)


def judge_all(
    claims: ClaimsFile, bodies: Mapping[EvidenceName, Knowledge], figures: Mapping[str, float]
) -> list[Finding]:
    """Every reading of every claim, from official totals alone and with reported figures believed."""
    findings = []
    for claim in claims.claims:
        for reading in claim.all_readings():
            knowledge = bodies[reading.evidence]
            official = judge(reading, knowledge)
            second = None
            if reading.believing:
                constraints = claims.constraints(reading.believing, knowledge, figures)
                second = judge(reading, knowledge.believing(constraints))
            because = explain_outcome(reading, official)
            findings.append(Finding(claim, reading, official, second, because))
    return findings


def explain_outcome(reading: Reading, outcome: Outcome) -> str:
    """Why this verdict: the range that the evidence allows beside what the reading needs."""
    if reading.not_testable:
        return " ".join(reading.not_testable.split())
    if outcome.clash:
        return (
            f"What is believed cannot all be true: {listing([c.words for c in outcome.clash])}."
        )
    allowed, needed = _range(reading, outcome), reading.predicate_words()
    match outcome.verdict:
        case Verdict.HOLDS:
            return f"Needs {needed}. Every allowed path gives it: {allowed}."
        case Verdict.FAILS:
            return f"Needs {needed}. No allowed path gives it: they give {allowed}."
        case _:
            return f"Needs {needed}. Allowed: {allowed}. Some allowed paths meet it, some do not."


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
        "lo": _finite(outcome.lo),
        "hi": _finite(outcome.hi),
    }
    return {"verdict": outcome.verdict, "grade": outcome.grade, "measure": measure}


def _finite(value: float | None) -> float | None:
    return None if value is None or abs(value) == float("inf") else round(value, 6) + 0.0


def _range(reading: Reading, outcome: Outcome) -> str:
    """The allowed range in words; a range that excludes nothing is called any value."""
    if outcome.lo is None:
        return ""
    nothing_below = -math.inf if reading.measure.excess else 0.0
    nothing_above = 1.0 if reading.measure.unit == "share" else math.inf
    if outcome.lo <= nothing_below + ROUNDING and outcome.hi >= nothing_above - ROUNDING:
        return "any value"
    return reading.unit.between(outcome.lo, outcome.hi)

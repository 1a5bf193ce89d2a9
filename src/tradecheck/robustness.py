"""Every defensible specification of a study, judged: a grid of readings and choices.

After specification-curve analysis (Simonsohn, Simmons, Nelson 2020) and multiverse analysis (Steegen
et al. 2016), with one difference: a specification here yields a range, in the manner of partial
identification (Manski 2003), and its verdict may be undecided.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import pandas as pd

from tradecheck.claims import ClaimsFile, Reading
from tradecheck.errors import TradecheckError
from tradecheck.evidence import Knowledge, composition, monthly
from tradecheck.measures import LISTED, Predicate
from tradecheck.months import fiscal_year
from tradecheck.official import Choices, Tables, codes_of
from tradecheck.programme import CLEARLY, Case, Zone
from tradecheck.study import Study
from tradecheck.verdicts import Verdict

CONTRADICTION = "contradiction"
DIMENSIONS = (
    "reading", "goods", "coverage", "believing", "rate_tolerance", "about", "hong_kong", "vintage",
    "months",
)  # fmt: skip

RULES = {
    "about": "a range for “about double” belongs to readings of the doubling",
    "hong_kong": "where Hong Kong stands belongs to readings of the rank, each of which says it",
    "goods": "suppliers and the make-up of the year are known for the whole list only",
    "rate_tolerance": "a second currency speaks only of goods whose every line is held",
    "believing": "without the claim's own figures, and those of other goods, it repeats another set",
    "year": "the make-up of a fiscal year knows neither months nor reported figures",
}


class Specification(NamedTuple):
    """One combination of choices, in the order of DIMENSIONS."""

    reading: str
    goods: str
    coverage: str
    believing: str
    rate_tolerance: float | None
    about: tuple[float, float]
    hong_kong: str
    vintage: str
    months: str


@dataclass(frozen=True)
class Multiverse:
    """All specifications of a study, judged.

    table: one row a specification: the DIMENSIONS (rate_tolerance in rupees, missing where the second
    currency is left out; about as about_lo and about_hi), claim, unit, verdict (or "contradiction"),
    lo, hi in the measure's unit. excluded: combinations left out, by rule. clashes: goods,
    coverage, clash (a smallest set of evidence that cannot all be true, in words), specifications
    (how many it spoils). programmes: distinct bodies of evidence; questions: distinct bounds asked of them.
    """

    table: pd.DataFrame
    excluded: Counter
    clashes: pd.DataFrame
    programmes: int
    questions: int


class Builder:
    """Judges specifications, sharing bodies of evidence and bounds between them."""

    def __init__(self, study: Study, tables: Tables, claims: ClaimsFile):
        self.study, self.tables, self.claims = study, tables, claims
        self._suppliers = {r.id for r in claims.reported if r.quantity.suppliers}
        self._servers = {r.id for r in claims.reported if r.quantity.goods != LISTED}
        self._has_complete = {
            name: not set(study.complete_codes).isdisjoint(codes_of(name, tables.listed, study.goods))
            for name in study.grid.goods
        }
        self._bodies: dict[tuple, Knowledge] = {}
        self._bounds: dict[tuple, tuple] = {}
        self._official: dict[tuple, Knowledge] = {}
        self._met: dict[tuple, list[Zone]] = {}

    def specifications(self) -> Iterator[Specification | str]:
        """Every combination of the grid in one fixed order: a specification, or the rule against it."""
        grid = self.study.grid
        readings = sorted(
            reading.id
            for claim in self.claims.claims
            if claim.id in grid.claims
            for reading in claim.all_readings
            if not reading.not_testable
        )
        # Sets are tried smallest first, so that the plainest name stands for equal ones.
        sets = sorted(grid.believing, key=lambda name: (len(grid.believing[name]), name))
        rates = sorted(grid.rate_tolerance_inr, key=lambda rate: -1.0 if rate is None else rate)
        abouts = sorted((tuple(pair) for pair in grid.about), key=lambda pair: pair[1] - pair[0])
        for reading_id in readings:
            reading = self.claims.reading(reading_id)
            for goods in sorted(grid.goods):
                chosen = self._distinct_sets(reading, goods, sets)
                for rest in product(
                    sorted(grid.coverage), sets, rates, abouts, sorted(grid.hong_kong),
                    sorted(grid.vintage), sorted(grid.months),
                ):  # fmt: skip
                    specification = Specification(reading_id, goods, *rest)
                    rule = self._against(specification, reading, chosen, rates[0], abouts[0])
                    yield rule or specification

    def judge(self, specification: Specification) -> tuple[str, float, float, Knowledge]:
        """Verdict, lo, hi and the body of evidence of one specification."""
        reading = self.claims.reading(specification.reading)
        key, knowledge = self._body(specification, reading)
        if knowledge.evidence.clash:
            return CONTRADICTION, math.nan, math.nan, knowledge
        predicate = reading.predicate
        if reading.measure.unit == "ratio":
            predicate = Predicate(between=specification.about)
        zone, place = predicate.zone, (key, reading.id)
        if place not in self._bounds:
            evidence, scope = knowledge.evidence, knowledge.scope
            shown, cases = reading.measure.shown(scope), reading.measure.cases(scope)
            whole = evidence.bounds(cases)
            self._bounds[place] = (cases, whole, whole if shown == cases else evidence.bounds(shown))
        cases, whole, (lo, hi) = self._bounds[place]
        verdict = self._verdict(place, knowledge, cases, zone, whole)
        return verdict, lo, hi, knowledge

    def _verdict(
        self,
        place: tuple,
        knowledge: Knowledge,
        cases: Sequence[Case],
        zone: Zone,
        whole: tuple[float, float],
    ) -> Verdict:
        """As `verdicts.judge`, asking the solver only where the bounds leave a question."""
        lo, hi = whole
        if zone.covers(lo, hi):
            return Verdict.HOLDS
        if hi < zone.lo or lo > zone.hi:
            return Verdict.FAILS
        if len(cases) == 1 and len(cases[0].terms) == 1:  # its values have no gaps
            met = hi > zone.lo + CLEARLY if zone.strict else True
        else:
            # A path that meets a zone meets every wider one.
            narrower = self._met.setdefault(place, [])
            met = any(zone.lo <= one.lo and one.hi <= zone.hi for one in narrower)
            if not met and (met := knowledge.evidence.allows(cases, zone)):
                narrower.append(zone)
        return Verdict.UNDECIDED if met else Verdict.FAILS

    def body_of(self, specification: Specification) -> Knowledge:
        """The evidence that a specification rests on."""
        return self._body(specification, self.claims.reading(specification.reading))[1]

    @property
    def programmes(self) -> int:
        return len(self._bodies)

    @property
    def questions(self) -> int:
        return len(self._bounds)

    def _against(
        self,
        specification: Specification,
        reading: Reading,
        chosen: Sequence[str],
        no_rate: float | None,
        first_about: tuple[float, float],
    ) -> str:
        """The rule that leaves a combination out; empty if none does."""
        claim = claim_of(reading.id)
        if claim != "C2" and specification.about != first_about:
            return "about"
        if (reading.hong_kong or self._first_place()) != specification.hong_kong:
            return "hong_kong"
        if claim in ("C4", "C5", "C6") and specification.goods != LISTED:
            return "goods"
        yearly = reading.evidence == "composition"
        if yearly and (specification.believing != chosen[0] or specification.rate_tolerance != no_rate):
            return "year"
        if specification.rate_tolerance is not None and not self._has_complete[specification.goods]:
            return "rate_tolerance"
        return "" if specification.believing in chosen else "believing"

    def _first_place(self) -> str:
        return sorted(self.study.grid.hong_kong)[0]

    def _distinct_sets(self, reading: Reading, goods: str, sets: Sequence[str]) -> list[str]:
        """The names of belief sets that differ once a reading's own claim is left out."""
        seen: dict[tuple[str, ...], str] = {}
        for name in sets:
            seen.setdefault(self._effective(reading, goods, name), name)
        return list(seen.values())

    def _effective(self, reading: Reading, goods: str, name: str) -> tuple[str, ...]:
        """What a set of beliefs comes to for one reading: not the claim itself, nor other goods."""
        return tuple(
            belief
            for belief in self.study.grid.believing[name]
            if claim_of(belief) != claim_of(reading.id)
            and not (belief in self._suppliers and goods != LISTED)
            and not (belief in self._servers and not self._has_complete[goods])
        )

    def _body(self, specification: Specification, reading: Reading) -> tuple[tuple, Knowledge]:
        choices = Choices(
            goods=specification.goods,
            coverage=specification.coverage,
            rate_tolerance_inr=specification.rate_tolerance,
            known_on=self.study.claim_date if specification.vintage == "claim date" else None,
        )
        beliefs = self._effective(reading, specification.goods, specification.believing)
        key = (choices, beliefs, reading.evidence)
        if key not in self._bodies:
            base = self._base(choices, reading.evidence)
            figures = self.tables.figures
            self._bodies[key] = base.believing(self.claims.constraints(beliefs, base, figures))
        return key, self._bodies[key]

    def _base(self, choices: Choices, kind: str) -> Knowledge:
        key = (choices, kind)
        if key not in self._official:
            if kind == "monthly":
                self._official[key] = monthly(self.tables, self.study, choices)
            else:
                year = fiscal_year(self.study.last_month)
                self._official[key] = composition(self.tables, self.study, year, choices)
        return self._official[key]


def run(study: Study, tables: Tables, claims: ClaimsFile) -> Multiverse:
    """Judge every valid specification of the study's grid."""
    builder = Builder(study, tables, claims)
    excluded: Counter[str] = Counter()
    clashes: Counter[tuple[str, ...]] = Counter()
    rows = []
    for specification in builder.specifications():
        if isinstance(specification, str):
            excluded[specification] += 1
            continue
        verdict, lo, hi, knowledge = builder.judge(specification)
        rows.append((*specification, verdict, lo, hi))
        if verdict == CONTRADICTION:
            words = " and ".join(sorted(c.words for c in knowledge.evidence.clash))
            clashes[specification.goods, specification.coverage, words] += 1
    if not rows:
        raise TradecheckError(
            f"The grid of the study {study.name!r} holds no valid specification; every combination "
            f"is excluded by: {', '.join(RULES[rule] for rule in excluded)}."
        )
    table = pd.DataFrame(rows, columns=[*DIMENSIONS, "verdict", "lo", "hi"])
    units = {reading: claims.reading(reading).measure.unit for reading in table["reading"].unique()}
    table = table.assign(
        claim=table["reading"].map(claim_of),
        unit=table["reading"].map(units),
        about_lo=[pair[0] for pair in table["about"]],
        about_hi=[pair[1] for pair in table["about"]],
    ).drop(columns="about")
    return Multiverse(
        table=table.round({"lo": 6, "hi": 6}),
        excluded=excluded,
        clashes=pd.DataFrame(
            [(*place, spoiled) for place, spoiled in sorted(clashes.items())],
            columns=["goods", "coverage", "clash", "specifications"],
        ),
        programmes=builder.programmes,
        questions=builder.questions,
    )


def claim_of(name: str) -> str:
    """The claim of a reading's id ("C2-N1-B1" → "C2"); a reported figure's id is its own."""
    head = name.split("-")[0]
    return head[:2] if head[:1] == "C" and head[1:2].isdigit() else name

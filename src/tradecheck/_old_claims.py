"""Claims as data: quoted phrases, every way to understand them, and what may be believed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Literal

from pydantic import Field, ValidationError

from tradecheck.cards import load_card, verified_path
from tradecheck.errors import TradecheckError
from tradecheck.evidence import Knowledge, Reported
from tradecheck.measures import Measure, Predicate, Quantity, Ratio, Strict
from tradecheck.bounds.programme import Constraint, Grade, Row
from tradecheck.study.project import Project
from tradecheck.show.prose import Unit, percent, ratio, usd_mn
from tradecheck.study import explain, read_yaml

UNITS: dict[str, Unit] = {"US$ million": usd_mn, "ratio": ratio, "share": percent}
DOLLAR = 1e-6  # US$ million

EvidenceName = Literal["monthly", "composition"]


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
    hong_kong: Literal["", "apart", "with China"] = ""

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
        if self.predicate.above == 0:
            return "more than zero"
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

    @cached_property
    def all_readings(self) -> tuple[Reading, ...]:
        combined = self.combinations.readings(self.id) if self.combinations else []
        return (*self.readings, *combined)


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

    @cached_property
    def _by_id(self) -> dict[str, Reading]:
        return {reading.id: reading for claim in self.claims for reading in claim.all_readings}

    def reading(self, reading_id: str) -> Reading:
        if reading_id not in self._by_id:
            raise TradecheckError(
                f"The claims file names {reading_id!r}, which is neither a reading nor a reported "
                "figure; correct the name."
            )
        return self._by_id[reading_id]

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
    # "More than" has no smallest value: believed, it means at least one dollar more.
    zone = replace(zone, lo=zone.lo + DOLLAR) if zone.strict else zone
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

"""Claims as people write them: quoted phrases, every way to understand them, what may be believed."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from tradecheck.errors import TradecheckError
from tradecheck.study.measures import Measure, Predicate, Quantity, Ratio
from tradecheck.study.project import Project
from tradecheck.study.values import (
    Day,
    Month,
    Months,
    Number,
    Strict,
    Text,
    alike,
    parse_yaml,
    validated,
)

MOST_QUOTED = 25  # words of a claim
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$")]
Address = Annotated[
    str,
    AfterValidator(lambda text: _address(text)),
]
def _address(text: str) -> str:
    if text and not text.startswith("https://") and not text.startswith("http://"):
        raise ValueError("an address begins with https://")
    return text


class Reading(Strict):
    """One way to understand a claim: a predicate on a measure, or why none is possible."""

    id: Id
    words: Text
    main: bool = Field(default=False, description="the plainest reading: the claim's verdict is its own")
    also: bool = Field(default=False, description="named beside the verdict where its own differs")
    measure: Measure | None = None
    predicate: Predicate | None = None
    not_testable: str = Field(default="", description="why no trade figure measures it")
    remark: str = Field(default="", description="a few words beside the verdict: as counted, like for like")
    tolerance: str = Field(default="", description="what the predicate's width rests on")
    believing: list[Id] = Field(default=[], description="reported figures and readings, tried a second time")
    vintage: Day | None = Field(default=None, description="data as known on this day; default: the study's")
    revised: bool = Field(default=False, description="provisional months with the revisions seen so far")
    claim: str = Field(default="", description="filled in: the claim it belongs to")
    numerator: str = Field(default="", description="filled in by combinations")
    base: str = Field(default="", description="filled in by combinations")

    def model_post_init(self, _: object) -> None:
        testable = self.measure is not None and self.predicate is not None
        if testable == bool(self.not_testable):
            raise ValueError(
                f"the reading {self.id} needs a measure with a predicate, or a reason under not_testable"
            )
        if testable and isinstance(self.predicate.is_, str) != (self.measure.shown_unit == "month"):
            raise ValueError(
                f"the reading {self.id}: a measure that is a month goes with `is: \"2022-09\"`, "
                "and no other does"
            )


class Side(Strict):
    """A numerator or a base of a claim about a ratio."""

    words: Text
    quantity: Quantity | Literal["a year earlier"]
    believing: list[Id] = []


class Combinations(Strict):
    """Every numerator over every base, each a reading."""

    unit: Literal["ratio", "share", "per cent"] = "ratio"
    predicate: Predicate
    tolerance: str = ""
    main: Id = Field(description="the plainest: numerator-base, such as N1-B1")
    also: list[Id] = []
    numerators: dict[Id, Side] = Field(min_length=1)
    bases: dict[Id, Side] = Field(min_length=1)

    def readings(self, claim: str) -> list[Reading]:
        known = {f"{n}-{b}" for n in self.numerators for b in self.bases}
        if unknown := {self.main, *self.also} - known:
            raise TradecheckError(
                f"The combinations of the claim {claim} name {min(unknown)!r}, "
                f"which is no numerator with a base{alike(min(unknown), sorted(known))}."
            )
        return [
            Reading(
                id=f"{claim}-{n}-{b}",
                words=f"{top.words}, over {base.words}",
                main=f"{n}-{b}" == self.main,
                also=f"{n}-{b}" in self.also,
                measure=Measure(
                    name=f"{top.words} ÷ {base.words}",
                    unit=self.unit,
                    ratio=Ratio(of=top.quantity, to=base.quantity),
                ),
                predicate=self.predicate,
                tolerance=self.tolerance,
                believing=top.believing,
                claim=claim,
                numerator=n,
                base=b,
            )
            for n, top in self.numerators.items()
            for b, base in self.bases.items()
        ]


class CounterCheck(Strict):
    """The strongest check against a claim, as a measure and what it takes for granted."""

    words: Text
    measure: Measure
    believing: list[Id] = []


class Claim(Strict):
    """A quoted phrase, who said it and where, and every way to understand it."""

    id: Id
    title: Text
    quote: str = Field(default="", description="the words as published, 25 at most; empty for our own question")
    also_quoted: str = Field(default="", description="another wording in circulation")
    said_by: str = ""
    date: str = ""
    where: str = ""
    address: Address = ""
    address_words: str = Field(default="page", description="what the link leads to: page, copy …")
    decided_by: str = Field(default="", description="what would decide an undecided verdict")
    because: str = Field(default="", description="a sentence of context beside the numbers")
    counter_check: CounterCheck | None = None
    readings: list[Reading] = []
    combinations: Combinations | None = None

    @cached_property
    def all_readings(self) -> tuple[Reading, ...]:
        """Its readings, each knowing its claim; exactly one is marked main."""
        own = [reading.model_copy(update={"claim": self.id}) for reading in self.readings]
        found = [*own, *(self.combinations.readings(self.id) if self.combinations else [])]
        main = [place for place, reading in enumerate(found) if reading.main]
        if found and not main:
            found[0] = found[0].model_copy(update={"main": True})
        return tuple(found)

    @property
    def main(self) -> Reading:
        return next(reading for reading in self.all_readings if reading.main)


class Amount(Strict):
    """A reported figure by its id: a percentage of it, and per month, if so said."""

    figure: Text
    percent: Text | None = None
    per_months: int = Field(default=1, ge=1)


class Shape(Strict):
    """A belief about the form of the months, as linear rows."""

    months: Months
    goods: Text | None = None
    no_month_above: Number | None = Field(default=None, gt=1, description="times the mean of the months")
    neighbours_within: Number | None = Field(default=None, gt=1, description="factor from month to month")

    def model_post_init(self, _: object) -> None:
        if (self.no_month_above is None) == (self.neighbours_within is None):
            raise ValueError("a shape is either no_month_above or neighbours_within")


class Reported(Strict):
    """A figure somebody reported, or a shape somebody assumes, which a reader may choose to believe."""

    id: Id
    words: Text
    quantity: Quantity | None = None
    shape: Shape | None = None
    at_least: Number | Amount | None = None
    at_most: Number | Amount | None = None
    source: str = ""

    def model_post_init(self, _: object) -> None:
        if (self.quantity is None) == (self.shape is None):
            raise ValueError(f"the belief {self.id} is either a quantity with a limit or a shape")
        if self.quantity is not None and self.at_least is None and self.at_most is None:
            raise ValueError(f"the belief {self.id} has no limit; give at_least or at_most")
        lo, hi = self.at_least, self.at_most
        if isinstance(lo, float | int) and isinstance(hi, float | int) and lo > hi:
            raise ValueError(f"the belief {self.id} runs from {lo:g} to {hi:g}; swap the limits")


class Choice(Strict):
    """What one choice of a dimension changes."""

    predicate: Predicate | None = None
    goods: Text | None = Field(default=None, description="what stands for the study's goods")
    reporter: Text | None = None
    partner: Text | None = None
    vintage: Day | None = None
    source: Text | None = Field(default=None, description="the monthly table that alone counts")
    leave_out: list[Text] = Field(default=[], description="kinds of evidence that are not used")
    revised: bool = Field(default=False, description="provisional months with their revision range")
    exact: bool = Field(default=False, description="floors are taken as whole totals, as published")
    tolerance: Number | None = Field(default=None, ge=0)
    lag: Number | None = Field(default=None, ge=0, le=3)
    believing: list[Id] = []


class Dimension(Strict):
    """A choice that can be made in several defensible ways, and the readings that it bears on."""

    id: Id
    words: Text
    readings: list[Id] = Field(default=[], description="readings or claims; none: all")
    choices: dict[Text, Choice] = Field(min_length=1)
    own: Text | None = Field(default=None, description="the choice that the report itself makes; default: the first")

    def model_post_init(self, _: object) -> None:
        held = list(self.choices.values())
        for place, (name, choice) in enumerate(self.choices.items()):
            if choice in held[:place]:
                raise ValueError(f"the choice {name!r} says the same as another; leave it out")
        if self.own is not None and self.own not in self.choices:
            raise ValueError(f"{self.own!r} is no choice of {self.id}{alike(self.own, list(self.choices))}")


class Told(Strict):
    """What a story says of one month: a figure, more than a figure, or a figure that it implies."""

    said: Number | None = None
    more_than: Number | None = None
    implied: Number | None = None

    def model_post_init(self, _: object) -> None:
        if sum(value is not None for value in (self.said, self.more_than, self.implied)) != 1:
            raise ValueError("a month as told is exactly one of said, more_than, implied")


class Scenario(Strict):
    """What a reader believes when taking the story at its word in one way, and that as a picture."""

    id: Id
    words: Text
    believing: list[Id] = []
    told: dict[Month, Told] = Field(default={}, description="the story by month, for the lead chart")


class Story(Strict):
    """Where the claims come from, if they come from one story."""

    title: str = ""
    publisher: str = ""
    published: str = ""
    basis: str = ""
    read_through: str = ""
    address: Address = ""


class ClaimsFile(Strict):
    """The claims of a study; it may be empty."""

    story: Story | None = None
    reported: list[Reported] = []
    scenarios: list[Scenario] = []
    dimensions: list[Dimension] = []
    claims: list[Claim] = []

    @field_validator("reported", "dimensions", "claims", "scenarios")
    @classmethod
    def _once(cls, entries: list[Any]) -> list[Any]:
        ids = [entry.id for entry in entries]
        if twice := [one for one in ids if ids.count(one) > 1]:
            raise ValueError(f"the id {twice[0]!r} stands twice")
        return entries

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """Every reading by its id."""
        return {reading.id: reading for claim in self.claims for reading in claim.all_readings}

    def reading(self, name: str) -> Reading:
        if name not in self.readings:
            raise TradecheckError(
                f"The claims file names {name!r}, which is neither a reading nor a reported figure"
                f"{alike(name, [*self.readings, *(r.id for r in self.reported)])}; correct the name."
            )
        return self.readings[name]

    def applies(self, dimension: Dimension, reading: Reading) -> bool:
        """Whether a dimension bears on a reading."""
        return not dimension.readings or not {reading.id, reading.claim}.isdisjoint(dimension.readings)


def read_claims(project: Project, study: str) -> ClaimsFile:
    """The claims file of a study; a missing or empty one holds no claim."""
    place = f"notebooks/studies/{study}/claims.yaml"
    path = project.root / place
    return claims_of(parse_yaml(path.read_bytes(), place) if path.is_file() else None, place)


def claims_of(fields: Any, place: str) -> ClaimsFile:
    """Checked claims: every id is known that something names, and no claim has two main readings."""
    claims = validated(ClaimsFile, {} if fields is None else fields, place)
    try:
        _check(claims)
    except TradecheckError as error:
        raise TradecheckError(f"{place}: {error}") from error
    return claims


def _check(claims: ClaimsFile) -> None:
    ids = [reading.id for claim in claims.claims for reading in claim.all_readings]
    if twice := [one for one in ids if ids.count(one) > 1]:
        raise TradecheckError(f"The id {twice[0]!r} stands for two readings; rename one.")
    for claim in claims.claims:
        if not claim.all_readings:
            raise TradecheckError(f"The claim {claim.id} has no reading; write one under readings.")
        if sum(reading.main for reading in claim.all_readings) > 1:
            raise TradecheckError(f"The claim {claim.id} has two main readings; mark the plainest one only.")
        if len(claim.quote.split()) > MOST_QUOTED:
            raise TradecheckError(
                f"The quote of {claim.id} has over {MOST_QUOTED} words; quote the phrase that counts."
            )
    known = {*ids, *(figure.id for figure in claims.reported)}
    believed = [
        *(name for claim in claims.claims for r in claim.all_readings for name in r.believing),
        *(name for c in claims.claims if c.counter_check for name in c.counter_check.believing),
        *(name for scenario in claims.scenarios for name in scenario.believing),
        *(name for d in claims.dimensions for choice in d.choices.values() for name in choice.believing),
    ]
    if unknown := [name for name in believed if name not in known]:
        raise TradecheckError(
            f"It believes {unknown[0]!r}, which is neither a reading nor a reported figure"
            f"{alike(unknown[0], sorted(known))}."
        )
    places = {*ids, *(claim.id for claim in claims.claims)}
    for dimension in claims.dimensions:
        if wrong := [name for name in dimension.readings if name not in places]:
            raise TradecheckError(
                f"The dimension {dimension.id} names {wrong[0]!r}, which is neither a claim nor a "
                f"reading{alike(wrong[0], sorted(places))}."
            )

"""Claims as people write them: quoted phrases, every way to understand them, what may be
believed."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, field_validator

from tradecheck.errors import Mistakes, TradecheckError
from tradecheck.study.beliefs import Reported, Scenario
from tradecheck.study.dimensions import Dimension
from tradecheck.study.measures import Measure, Predicate, Quantity, Ratio
from tradecheck.study.mistakes import Step, Written, validated
from tradecheck.study.project import Project
from tradecheck.study.sides import Side
from tradecheck.study.values import (
    Address,
    Day,
    Id,
    Quoted,
    Strict,
    Text,
    Words,
    alike,
    parse_yaml,
)

MOST_QUOTED = 25  # words of a claim


class Reading(Strict):
    """One way to understand a claim: a predicate on a measure, or why none is possible."""

    id: Id = Field(description="letters, digits and hyphens, once in the file")
    words: Text = Field(description="the reading in plain words")
    main: bool = Field(
        default=False, description="the plainest reading: the claim's verdict is its own"
    )
    also: bool = Field(default=False, description="named beside the verdict where its own differs")
    measure: Measure | None = Field(default=None, description="what is measured")
    predicate: Predicate | None = Field(default=None, description="what it must be, in its unit")
    not_testable: Words = Field(default="", description="why no trade figure measures it")
    remark: Words = Field(
        default="", description="a few words beside the verdict: as counted, like for like"
    )
    tolerance: Words = Field(default="", description="what the predicate's width rests on")
    believing: list[Id] = Field(
        default=[], description="reported figures and readings, tried a second time"
    )
    vintage: Day | None = Field(
        default=None, description="data as known on this day; default: the study's"
    )
    revised: bool = Field(
        default=False, description="provisional months with the revisions seen so far"
    )
    side: Side | Literal["both"] | None = Field(
        default=None,
        description="exporter, importer, or both: by whose figures it must hold; default: the "
        "study's reporter's",
    )
    claim: Words = Field(default="", description="filled in: the claim it belongs to")
    numerator: Words = Field(default="", description="filled in by combinations")
    base: Words = Field(default="", description="filled in by combinations")

    def model_post_init(self, _: object) -> None:
        testable = self.measure is not None and self.predicate is not None
        if testable == bool(self.not_testable):
            raise ValueError(
                f"the reading {self.id} needs a measure with a predicate, or a reason under "
                "not_testable"
            )
        if testable and isinstance(self.needs.is_, str) != (self.asks.shown_unit == "month"):
            raise ValueError(
                f'the reading {self.id}: a measure that is a month goes with `is: "2022-09"`, '
                "and no other does"
            )

    @property
    def asks(self) -> Measure:
        """What a reading that can be tested is about."""
        assert self.measure is not None
        return self.measure

    @property
    def needs(self) -> Predicate:
        """What it says of it."""
        assert self.predicate is not None
        return self.predicate


class Numerator(Strict):
    """What is divided, in a claim about a ratio."""

    words: Text = Field(description="what it is")
    quantity: Quantity = Field(description="the trade")
    believing: list[Id] = Field(default=[], description="as in a reading")


class Base(Strict):
    """What it is divided by."""

    words: Text = Field(description="what it is")
    quantity: Quantity | Literal["a year earlier"] = Field(description="the trade")


class Combinations(Strict):
    """Every numerator over every base, each a reading."""

    unit: Literal["ratio", "share", "per cent"] = Field(
        default="ratio", description="how the quotient is counted"
    )
    predicate: Predicate = Field(description="as in a reading")
    tolerance: Words = Field(default="", description="as in a reading")
    main: Id = Field(description="the plainest: numerator-base, such as N1-B1")
    also: list[Id] = Field(default=[], description="named beside the verdict where they differ")
    numerators: dict[Id, Numerator] = Field(min_length=1, description="what may be divided, by id")
    bases: dict[Id, Base] = Field(min_length=1, description="what it may be divided by, by id")

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

    words: Text = Field(description="what it takes for granted, before the number")
    measure: Measure = Field(description="what is measured")
    believing: list[Id] = Field(default=[], description="as in a reading")


class Claim(Strict):
    """A quoted phrase, who said it and where, and every way to understand it."""

    id: Id = Field(description="such as C1")
    title: Text = Field(description="a few words")
    quote: Quoted = Field(
        default="", description="the words as published, 25 at most; empty for our own question"
    )
    also_quoted: Quoted = Field(default="", description="another wording in circulation")
    said_by: Words = Field(default="", description="who said it")
    date: Words = Field(default="", description="when")
    where: Words = Field(default="", description="the publication, and what was read of it")
    address: Address = Field(default="", description="the page that was read, https://…")
    address_words: Words = Field(default="page", description="what the link leads to: page, copy …")
    decided_by: Words = Field(default="", description="what would decide an undecided verdict")
    because: Words = Field(default="", description="a sentence of context beside the numbers")
    counter_check: CounterCheck | None = Field(
        default=None, description="the strongest check against it"
    )
    readings: list[Reading] = Field(default=[], description="every way to understand it")
    combinations: Combinations | None = Field(
        default=None, description="readings that are every numerator over every base"
    )

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


class Story(Strict):
    """Where the claims come from, if they come from one story."""

    title: Words = Field(default="", description="its headline")
    publisher: Words = Field(default="", description="who published it")
    published: Words = Field(default="", description="when")
    basis: Words = Field(default="", description="what it says it rests on")
    read_through: Words = Field(default="", description="which copies were read")
    address: Address = Field(default="", description="https://…")


class ClaimsFile(Strict):
    """The claims of a study; it may be empty."""

    story: Story | None = Field(default=None, description="where the claims come from, if from one")
    reported: list[Reported] = Field(default=[], description="figures that may be believed")
    scenarios: list[Scenario] = Field(default=[], description="ways to take the story at its word")
    dimensions: list[Dimension] = Field(default=[], description="choices that can be defended")
    claims: list[Claim] = Field(default=[], description="what is checked")

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
        return not dimension.readings or not {reading.id, reading.claim}.isdisjoint(
            dimension.readings
        )


def read_claims(project: Project, study: str) -> ClaimsFile:
    """The claims file of a study; a missing or empty one holds no claim."""
    place = f"notebooks/studies/{study}/claims.yaml"
    path = project.root / place
    content = path.read_bytes() if path.is_file() else b""
    return claims_of(parse_yaml(content, place), place, content)


def claims_of(fields: Any, place: str, content: bytes | None = None) -> ClaimsFile:
    """Checked claims: every id is known that something names, and no claim has two main readings.

    Raises Mistakes: `place` is the file, `content` its text, for the lines.
    """
    written = Written(place, content)
    claims = validated(ClaimsFile, {} if fields is None else fields, written)
    if found := [written.mistake(steps, sentence) for steps, sentence in _wrong(claims)]:
        raise Mistakes(found)
    return claims


def _wrong(claims: ClaimsFile) -> Iterator[tuple[tuple[Step, ...], str]]:
    """What fits each field and makes no sense together, with its place."""
    places: dict[str, tuple[Step, ...]] = {}
    for number, claim in enumerate(claims.claims):
        at: tuple[Step, ...] = ("claims", number)
        try:
            own = claim.all_readings
        except TradecheckError as error:
            yield (*at, "combinations"), str(error)
            continue
        if not own:
            yield at, f"the claim {claim.id} has no reading; write one under readings"
        if sum(reading.main for reading in own) > 1:
            yield (
                at,
                f"the claim {claim.id} has two main readings; mark the plainest one only",
            )
        if len(claim.quote.split()) > MOST_QUOTED:
            yield (
                (*at, "quote"),
                f"the quote of {claim.id} has over {MOST_QUOTED} words; quote the phrase that counts",
            )
        for position, reading in enumerate(own):
            listed = position < len(claim.readings)
            there = (*at, "readings", position, "id") if listed else (*at, "combinations")
            if reading.id in places:
                yield there, f"the id {reading.id!r} stands for two readings; rename one"
            places.setdefault(reading.id, there)
    known = {*places, *(figure.id for figure in claims.reported)}
    for steps, names in _believed(claims):
        for name in names:
            if name not in known:
                yield (
                    (*steps, "believing"),
                    f"it believes {name!r}, which is neither a reading nor a reported figure"
                    f"{alike(name, sorted(known))}",
                )
    judged = {*places, *(claim.id for claim in claims.claims)}
    for number, dimension in enumerate(claims.dimensions):
        for position, name in enumerate(dimension.readings):
            if name not in judged:
                yield (
                    ("dimensions", number, "readings", position),
                    f"the dimension {dimension.id} names {name!r}, which is neither a claim nor a "
                    f"reading{alike(name, sorted(judged))}",
                )


def _believed(claims: ClaimsFile) -> Iterator[tuple[tuple[Step, ...], list[str]]]:
    """What may be believed, wherever it stands, with the place that names it."""
    for number, claim in enumerate(claims.claims):
        at: tuple[Step, ...] = ("claims", number)
        for position, reading in enumerate(claim.readings):
            yield (*at, "readings", position), reading.believing
        if claim.counter_check:
            yield (*at, "counter_check"), claim.counter_check.believing
        if claim.combinations:
            for name, top in claim.combinations.numerators.items():
                yield (*at, "combinations", "numerators", name), top.believing
    for number, scenario in enumerate(claims.scenarios):
        yield ("scenarios", number), scenario.believing
    for number, dimension in enumerate(claims.dimensions):
        for name, choice in dimension.choices.items():
            yield ("dimensions", number, "choices", name), choice.believing

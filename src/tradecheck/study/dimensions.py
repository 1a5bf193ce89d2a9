"""Choices that can be made in several defensible ways, and what each of them changes."""

from pydantic import Field

from tradecheck.study.evidence import Kind
from tradecheck.study.measures import Predicate
from tradecheck.study.sides import Side
from tradecheck.study.values import Day, Id, Number, Strict, Text, alike


class Choice(Strict):
    """What one choice of a dimension changes."""

    predicate: Predicate | None = Field(default=None, description="another predicate")
    goods: Text | None = Field(default=None, description="what stands for the study's goods")
    reporter: Text | None = Field(default=None, description="who stands for the study's reporter")
    partner: Text | None = Field(default=None, description="who stands for the study's partner")
    vintage: Day | None = Field(default=None, description="data as known on this day")
    source: Text | None = Field(default=None, description="the monthly table that alone counts")
    side: Side | None = Field(
        default=None, description="exporter or importer: whose figures, where both sides are held"
    )
    leave_out: list[Kind] = Field(default=[], description="kinds of evidence that are not used")
    revised: bool = Field(default=False, description="provisional months with their revision range")
    exact: bool = Field(default=False, description="floors are taken as whole totals, as published")
    tolerance: Number | None = Field(
        default=None, ge=0, description="how far customs rates may stand from the month's mean rate"
    )
    lag: Number | None = Field(default=None, ge=0, le=3, description="months by which they lag")
    believing: list[Id] = Field(default=[], description="reported figures and readings")


class Dimension(Strict):
    """A choice that can be made in several defensible ways, and the readings that it bears on."""

    id: Id = Field(description="such as list, about, source")
    words: Text = Field(description="what is chosen")
    readings: list[Id] = Field(default=[], description="readings or claims; none: all")
    choices: dict[Text, Choice] = Field(min_length=1, description="by name")
    own: Text | None = Field(
        default=None, description="the choice that the report itself makes; default: the first"
    )

    def model_post_init(self, _: object) -> None:
        held = list(self.choices.values())
        for place, (name, choice) in enumerate(self.choices.items()):
            if choice in held[:place]:
                raise ValueError(f"the choice {name!r} says the same as another; leave it out")
        if self.own is not None and self.own not in self.choices:
            raise ValueError(
                f"{self.own!r} is no choice of {self.id}{alike(self.own, list(self.choices))}"
            )

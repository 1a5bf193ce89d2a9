"""Measures and predicates as people write them: what is asked of the months. All of it is data.

What a measure is on the unknown months stands in `bounds.measures`.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tradecheck.study.periods import parse_months
from tradecheck.study.values import Currency, Month, Months, Number, Strict, Text, Words

Take = Literal["total", "mean", "each", "largest", "smallest"]
EARLIER = "a year earlier"


def _joined(months: Any) -> Any:
    return (
        ", ".join(months)
        if isinstance(months, list) and all(isinstance(m, str) for m in months)
        else months
    )


class Quantity(Strict):
    """Some trade: whose, of what, when, and how the months are taken together."""

    take: Take = Field(default="total", description="how several months are taken together")
    months: Annotated[Months, BeforeValidator(_joined)] = Field(
        description="2024-04, 2022-03..2022-11, 2024Q2, 2024 …, or a list of these"
    )
    goods: Text | None = Field(default=None, description="default: the study's goods")
    reporter: Text | None = Field(default=None, description="default: the study's reporter")
    partner: Text | None = Field(default=None, description="default: the study's partner")
    what: Literal["value", "quantity"] = Field(
        default="value", description="money, or kilograms, pieces … as the source has them"
    )
    currency: Currency | None = Field(
        default=None, description="at the month's rate; default: the study's"
    )

    @property
    def month_list(self) -> tuple[str, ...]:
        return parse_months(self.months)

    def a_year_earlier(self) -> "Quantity":
        """The same quantity over the same months of the year before."""
        months = [f"{int(month[:4]) - 1}{month[4:]}" for month in self.month_list]
        return self.model_copy(update={"months": _joined(months)})


class Ratio(Strict):
    """One quantity divided by another, or by itself a year earlier."""

    of: Quantity = Field(description="what is divided")
    to: Quantity | Literal["a year earlier"] = Field(description="what it is divided by")


class Share(Strict):
    """One quantity as a part of another."""

    of: Quantity = Field(description="the part")
    among: Quantity = Field(alias="in", description="the whole")


class Change(Strict):
    """By how many per cent one quantity stands above another, or above itself a year earlier."""

    of: Quantity = Field(description="the later quantity")
    base: Quantity | Literal["a year earlier"] = Field(alias="from", description="the earlier one")


class Excess(Strict):
    """By how much one quantity exceeds another (each month of it, when it takes each)."""

    of: Quantity = Field(description="the larger one, if the reading is right")
    over: Quantity = Field(description="what is taken off it")


class FirstMonth(Strict):
    """The first month at or above so many times a base, which it then keeps for so many months."""

    of: Quantity = Field(description="the months that are looked through, in order")
    times: Number = Field(gt=0, description="how many times the base")
    base: Quantity = Field(
        description="what the months are compared with, such as the mean of a year"
    )
    stays: int = Field(default=1, ge=1, le=120, description="for how many months it stays there")


class Rank(Strict):
    """The place of one among several, the largest first."""

    of: Text = Field(description="the name that is ranked")
    among: list[Text] = Field(
        min_length=2, description="names of reporters or partners, `of` among them"
    )
    by: Literal["reporter", "partner"] = Field(description="what the names are")
    quantity: Quantity = Field(description="what they are ranked by")

    def model_post_init(self, _: object) -> None:
        if self.of not in self.among:
            raise ValueError(f"{self.of!r} is ranked and is not among {', '.join(self.among)}")


class Count(Strict):
    """How many of several meet a predicate of their own ("at least 3 of these 5")."""

    of: list[Text] = Field(min_length=1, description="the names that are counted")
    by: Literal["reporter", "partner", "goods"] = Field(description="what the names are")
    measure: "Measure" = Field(description="of each name")
    predicate: "Predicate" = Field(description="what a name must meet to count")


KINDS = (
    "value",
    "ratio",
    "share",
    "change",
    "excess",
    "first_month",
    "peak",
    "rank",
    "count",
    "unit_value",
)


class Measure(Strict):
    """A named measure: exactly one of the kinds. Several excesses must all satisfy the
    predicate."""

    name: Words = Field(default="", description="what a reader sees; default: made from the parts")
    unit: Words = Field(
        default="",
        description="default: the study's money; else per cent, ratio, share, month, rank, count …",
    )
    value: Quantity | None = Field(default=None, description="a sum, a mean, each month …")
    ratio: Ratio | None = Field(default=None, description="one divided by another")
    share: Share | None = Field(default=None, description="a part of a whole, in per cent")
    change: Change | None = Field(default=None, description="growth in per cent")
    excess: list[Excess] | None = Field(default=None, description="by how much one exceeds another")
    first_month: FirstMonth | None = Field(
        default=None, description="the first month at so many times a base"
    )
    peak: Quantity | None = Field(default=None, description="the month with the largest value")
    rank: Rank | None = Field(default=None, description="a place among several")
    count: Count | None = Field(default=None, description="how many of several meet a predicate")
    unit_value: Quantity | None = Field(
        default=None, description="money for one unit of quantity: a price"
    )

    def model_post_init(self, _: object) -> None:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(
                f"a measure is exactly one of {', '.join(KINDS)}; here are {len(given)}"
            )
        if self.unit_value and self.unit_value.take in ("largest", "smallest"):
            raise ValueError("a unit value takes the months' total, or each of them")

    @cached_property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @cached_property
    def shown_unit(self) -> str:
        """The unit in words; empty for the study's money."""
        fixed = {
            "change": "per cent",
            "first_month": "month",
            "peak": "month",
            "rank": "rank",
            "count": "count",
        }
        return (
            fixed.get(self.kind)
            or self.unit
            or {"ratio": "ratio", "share": "per cent"}.get(self.kind, "")
        )

    def quantities(self) -> Iterator[Quantity]:
        """Every quantity in the measure."""
        held = getattr(self, self.kind)
        for part in held if isinstance(held, list) else [held]:
            if isinstance(part, Quantity):
                yield part
                continue
            if isinstance(part, Count):
                yield from part.measure.quantities()
                continue
            for name in type(part).model_fields:
                value = getattr(part, name)
                if isinstance(value, Quantity):
                    yield value
                elif value == EARLIER:
                    yield part.of.a_year_earlier()


class Predicate(Strict):
    """What a reading says of its measure, in the measure's unit: exactly one of the six."""

    PAIRS = ("between",)

    above: Number | None = Field(default=None, description="more than")
    at_least: Number | None = Field(default=None, description="this or more")
    below: Number | None = Field(default=None, description="less than")
    at_most: Number | None = Field(default=None, description="this or less")
    between: tuple[Number, Number] | None = Field(
        default=None, strict=False, description="from the first to the second, ends included"
    )
    is_: Month | Number | None = Field(
        default=None, alias="is", description="exactly this number, or this month"
    )

    def model_post_init(self, _: object) -> None:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                "a predicate is exactly one of above, at_least, below, at_most, between, is; "
                f"here are {len(given)}"
            )
        if self.between and self.between[0] > self.between[1]:
            least, most = self.between
            raise ValueError(
                f"between runs from {least:g} to {most:g}; the smaller one comes first"
            )

    @property
    def zone(self) -> tuple[float, float, bool, bool]:
        """Lowest and highest value for which it is true, and whether each end is left out."""
        infinite = float("inf")
        if self.between is not None:
            return (*self.between, False, False)
        if isinstance(self.is_, float | int):
            return self.is_, self.is_, False, False
        if self.above is not None:
            return self.above, infinite, True, False
        if self.at_least is not None:
            return self.at_least, infinite, False, False
        if self.below is not None:
            return -infinite, self.below, False, True
        assert self.at_most is not None
        return -infinite, self.at_most, False, False

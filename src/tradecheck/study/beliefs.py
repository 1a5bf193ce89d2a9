"""What somebody reported or assumes: figures and shapes that a reader may believe, and stories."""

from pydantic import Field

from tradecheck.study.measures import Quantity
from tradecheck.study.values import Id, Month, Months, Number, Strict, Text, Words


class Amount(Strict):
    """A reported figure by its id: a percentage of it, and per month, if so said."""

    figure: Text = Field(description="its id in the table of figures")
    percent: Text | None = Field(
        default=None, description="the id of a figure: so many per cent of it"
    )
    per_months: int = Field(default=1, ge=1, le=120, description="divided by so many months")


class Shape(Strict):
    """A belief about the form of the months, as linear rows."""

    months: Months = Field(description="the months that it holds for")
    goods: Text | None = Field(default=None, description="default: the study's")
    no_month_above: Number | None = Field(
        default=None, gt=1, description="times the mean of the months"
    )
    neighbours_within: Number | None = Field(
        default=None, gt=1, description="factor from month to month"
    )

    def model_post_init(self, _: object) -> None:
        if (self.no_month_above is None) == (self.neighbours_within is None):
            raise ValueError("a shape is either no_month_above or neighbours_within")


class Reported(Strict):
    """A figure somebody reported, or a shape somebody assumes, which a reader may choose to
    believe."""

    id: Id = Field(description="what readings believe it by")
    words: Text = Field(description="what is believed")
    quantity: Quantity | None = Field(default=None, description="the trade that it is about")
    shape: Shape | None = Field(
        default=None, description="or a belief about the form of the months"
    )
    at_least: Number | Amount | None = Field(
        default=None, description="a number, or a reported figure"
    )
    at_most: Number | Amount | None = Field(
        default=None, description="a number, or a reported figure"
    )
    source: Words = Field(default="", description="who reported it")

    def model_post_init(self, _: object) -> None:
        if (self.quantity is None) == (self.shape is None):
            raise ValueError(f"the belief {self.id} is either a quantity with a limit or a shape")
        if self.quantity is not None and self.at_least is None and self.at_most is None:
            raise ValueError(f"the belief {self.id} has no limit; give at_least or at_most")
        lo, hi = self.at_least, self.at_most
        if isinstance(lo, float | int) and isinstance(hi, float | int) and lo > hi:
            raise ValueError(f"the belief {self.id} runs from {lo:g} to {hi:g}; swap the limits")


class Told(Strict):
    """What a story says of one month: a figure, more than a figure, or a figure that it implies."""

    said: Number | None = Field(default=None, description="a figure")
    more_than: Number | None = Field(default=None, description="more than a figure")
    implied: Number | None = Field(default=None, description="a figure that follows from it")
    words: Text | None = Field(
        default=None, description="the label of the month, if not its figure"
    )

    def model_post_init(self, _: object) -> None:
        if sum(value is not None for value in (self.said, self.more_than, self.implied)) != 1:
            raise ValueError("a month as told is exactly one of said, more_than, implied")


class Scenario(Strict):
    """What a reader believes when taking the story at its word in one way, and that as a
    picture."""

    id: Id = Field(description="its name")
    words: Text = Field(description="how the story is understood")
    believing: list[Id] = Field(default=[], description="reported figures and readings")
    told: dict[Month, Told] = Field(
        default={}, description="the story by month, for the lead chart"
    )

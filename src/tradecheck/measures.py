"""Measures: named quantities over months, goods and suppliers, as data, and as terms of cells.

A quantity is a total, a mean, each month, or the largest month. A measure is a quantity, a ratio
of two, or by how much one exceeds others. "Each" makes several terms: a predicate must be true
for every one of them. "Largest" makes several cases: which month is the largest is itself unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tradecheck.bounds.programme import Case, Cell, Row, Term, Weights, Zone
from tradecheck.study import Month

ALL = "all suppliers"
LISTED = "listed goods"

Period = Month | Annotated[str, StringConstraints(pattern=r"^FY\d{4}-\d{2}$")]


class Strict(BaseModel):
    """Data that a person wrote: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True)
class Scope:
    """Which cells a name stands for.

    `goods` maps a name ("listed goods", "servers") to its atoms: goods that no name splits
    further. Suppliers other than the reporter have one atom, the listed goods as a whole.
    """

    reporter: str
    goods: dict[str, tuple[str, ...]]
    other_suppliers: tuple[str, ...] = ()

    def weights(
        self, period: str, goods: str = LISTED, suppliers: Sequence[str] = ()
    ) -> dict[Cell, float]:
        """Weight one for each cell of the suppliers (default: the reporter) in the period."""
        wanted = suppliers or (self.reporter,)
        if ALL in wanted:
            wanted = (self.reporter, *self.other_suppliers)
        cells: dict[Cell, float] = {}
        for supplier in wanted:
            atoms = self.goods.get(goods, (goods,)) if supplier == self.reporter else (goods,)
            cells |= {Cell(supplier, atom, period): 1.0 for atom in atoms}
        return cells


class Quantity(Strict):
    """Some trade: whose, of what, when, and how the months are taken together."""

    of: Literal["total", "mean", "each", "largest"] = "total"
    months: list[Period] = Field(min_length=1)
    goods: str = LISTED
    suppliers: list[str] = []

    def a_year_earlier(self) -> "Quantity":
        """The same quantity over the same months of the year before."""
        months = [f"{int(month[:4]) - 1}{month[4:]}" for month in self.months]
        return self.model_copy(update={"months": months})

    def parts(self, scope: Scope) -> list[Weights]:
        """One weighted sum, or one for each month when `of` is each or largest."""
        monthly = [scope.weights(month, self.goods, self.suppliers) for month in self.months]
        if self.of in ("each", "largest"):
            return monthly
        share = 1.0 / len(monthly) if self.of == "mean" else 1.0
        return [{cell: share for part in monthly for cell in part}]

    def alternatives(self, scope: Scope) -> list[tuple[list[Weights], tuple[Row, ...]]]:
        """The parts, with the rows under which they hold: one for each month that may be largest."""
        parts = self.parts(scope)
        if self.of != "largest":
            return [(parts, ())]
        return [
            ([part], tuple(Row(minus(part, other), lo=0.0) for other in parts if other is not part))
            for part in parts
        ]


class Ratio(Strict):
    """One quantity divided by another, or by itself a year earlier."""

    of: Quantity
    to: Quantity | Literal["a year earlier"]

    def cases(self, scope: Scope) -> list[Case]:
        if self.to == "a year earlier":
            pairs = zip(self.of.parts(scope), self.of.a_year_earlier().parts(scope), strict=True)
            return [Case(tuple(Term(over, under) for over, under in pairs))]
        return [
            Case(tuple(Term(over, under) for over, under in product(overs, unders)), one + two)
            for overs, one in self.of.alternatives(scope)
            for unders, two in self.to.alternatives(scope)
        ]


class Excess(Strict):
    """By how much one quantity exceeds another (each month of it, when its `of` is each)."""

    of: Quantity
    over: Quantity

    def terms(self, scope: Scope) -> tuple[Term, ...]:
        return tuple(
            Term(minus(mine, theirs))
            for mine in self.of.parts(scope)
            for theirs in self.over.parts(scope)
        )


class Measure(Strict):
    """A named measure: exactly one of value, ratio and excess.

    Several excesses must all satisfy the predicate; the first one is the measure that is shown.
    """

    name: str
    unit: Literal["US$ million", "ratio", "share"]
    value: Quantity | None = None
    ratio: Ratio | None = None
    excess: list[Excess] | None = None

    def model_post_init(self, _: object) -> None:
        if sum(part is not None for part in (self.value, self.ratio, self.excess)) != 1:
            raise ValueError(f"the measure {self.name!r} needs one of value, ratio, excess")

    def cases(self, scope: Scope) -> list[Case]:
        """Everything the predicate speaks of."""
        if self.ratio is not None:
            return self.ratio.cases(scope)
        if self.value is not None:
            return [
                Case(tuple(Term(part) for part in parts), where)
                for parts, where in self.value.alternatives(scope)
            ]
        return [Case(tuple(term for excess in self.excess for term in excess.terms(scope)))]

    def shown(self, scope: Scope) -> list[Case]:
        """What the range in a table shows."""
        if self.excess is not None:
            return [Case(self.excess[0].terms(scope))]
        return self.cases(scope)


class Predicate(Strict):
    """What a reading says of its measure, in the measure's unit."""

    above: float | None = None
    between: tuple[float, float] | None = Field(default=None, strict=False)

    def model_post_init(self, _: object) -> None:
        if (self.above is None) == (self.between is None):
            raise ValueError("a predicate is either above or between")

    @property
    def middle(self) -> float:
        """The figure that a range was made around ("95" of 94.5 to 95.5)."""
        return sum(self.between) / 2

    @property
    def zone(self) -> Zone:
        if self.between is not None:
            return Zone(*self.between)
        return Zone(lo=self.above, strict=True)


def minus(mine: Weights, theirs: Weights) -> dict[Cell, float]:
    """The weights of the difference of two sums."""
    difference = dict(mine)
    for cell, weight in theirs.items():
        difference[cell] = difference.get(cell, 0.0) - weight
    return difference

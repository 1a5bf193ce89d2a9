"""A story of months as it was told, and what is possible in each of them."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import isfinite

import numpy as np
import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.figures.amounts import Amounts
from tradecheck.show.charts.frame import decimals
from tradecheck.show.units import Unit

KINDS = ("said", "implied", "more_than", "none")


@dataclass(frozen=True)
class Group:
    """Months in a row of which the story says one thing."""

    first: int
    last: int
    kind: str
    lo: float
    hi: float
    words: str


@dataclass(frozen=True)
class Told:
    """One understanding of the story: what it says of each month, in the report's unit.

    ``words`` name the understanding ("in each month"); an empty text where there is only one.
    """

    words: str
    months: tuple[str, ...]
    kinds: tuple[str, ...]
    lo: np.ndarray
    hi: np.ndarray
    says: tuple[str, ...]
    unit: Unit

    @cached_property
    def groups(self) -> list[Group]:
        groups: list[Group] = []
        for n, kind in enumerate(self.kinds):
            same = (kind, self.lo[n], self.hi[n], self.says[n])
            last = groups[-1] if groups else None
            if last and kind != "none" and (last.kind, last.lo, last.hi, last.words) == same:
                groups[-1] = Group(last.first, n, *same)
            else:
                groups.append(Group(n, n, *same))
        return [
            Group(one.first, one.last, one.kind, one.lo, one.hi, one.words or self._said(one))
            for one in groups
        ]

    @cached_property
    def top(self) -> float:
        """The highest value that the story names."""
        ends = [*self.lo, *self.hi]
        return max((end for end in ends if isfinite(end)), default=0.0)

    @cached_property
    def rise(self) -> tuple[Group, Group, float] | None:
        """The first step up from what is implied to what is said next, with its ratio."""
        known = [group for group in self.groups if group.kind != "none"]
        for one, other in pairwise(known):
            if one.kind == "implied" and one.last + 1 == other.first and 0 < one.lo < other.lo:
                return one, other, other.lo / one.lo
        return None

    def number(self, value: float) -> str:
        """A figure as it was told, without decimals that nobody gave."""
        return self.unit.bare(value, self.places(value))

    def places(self, value: float) -> int:
        return min(decimals(value * self.unit.factor), 2) if value else 0

    def _said(self, group: Group) -> str:
        if group.kind == "none":
            return "no figure"
        each = " in each" if group.last > group.first and group.kind == "more_than" else ""
        if group.kind == "more_than":
            return f"more than {self.number(group.lo)}{each}"
        span = self.number(group.lo)
        if group.hi > group.lo:
            span = f"{span} to {self.number(group.hi)}"
        return f"about {span}, implied" if group.kind == "implied" else span

    def of_month(self, place: int) -> str:
        """What the story says of one month."""
        return next(group.words for group in self.groups if group.first <= place <= group.last)


@dataclass(frozen=True)
class Limits:
    """What is possible in each month, in the report's unit: 0 and infinite where nobody knows."""

    lo: np.ndarray
    hi: np.ndarray
    amounts: Amounts

    @cached_property
    def top(self) -> float:
        """The highest upper limit; zero where none is known."""
        return float(max((high for high in self.hi if isfinite(high)), default=0.0))

    @property
    def known(self) -> bool:
        return bool(np.isfinite(self.hi).any() or (self.lo > 0).any())

    def of_month(self, place: int) -> str:
        low, high = self.lo[place], self.hi[place]
        if isfinite(high):
            return self.amounts.span(low, high)
        return (
            f"{self.amounts.span(low, high)}, no upper limit" if low > 0 else "no upper limit known"
        )


def told_of(words: str, table: pd.DataFrame, unit: Unit) -> Told:
    """A story's table, with the columns that `told.as_told` names."""
    rows = table.sort_values("month")
    for kind in rows["kind"]:
        if kind not in KINDS:
            raise TradecheckError(
                f"The story holds the kind {kind!r}: use one of {', '.join(KINDS)}."
            )
    says = rows["words"].fillna("") if "words" in rows else [""] * len(rows)
    none = (rows["kind"] == "none").to_numpy()
    lo, hi = rows["lo"].to_numpy(float), rows["hi"].to_numpy(float)
    return Told(
        words=words,
        months=tuple(rows["month"]),
        kinds=tuple(rows["kind"]),
        lo=np.where(none, -1.0, lo),  # equal to itself, as nan is not
        hi=np.where(none, -1.0, np.where(rows["kind"] == "more_than", np.inf, hi)),
        says=tuple(says),
        unit=unit,
    )

"""What is said of unknown values: cells, sums and ratios of them, rows, constraints, zones.

A *cell* is one unknown: what a reporter traded with a partner of some goods in a month, in the
report's unit, never negative. A *constraint* is what a source says of the cells. A *term* is a
weighted sum of cells, or one such sum divided by another.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from tradecheck.errors import TradecheckError

SMALLEST_BASE = 1e-6  # of the report's unit: a base below this has no ratio
CLEARLY = 1e-6  # of the report's unit: a slack above this is more than the solver's own error


class Grade(StrEnum):
    """How a figure is known, from strongest to weakest."""

    OBSERVED = "observed"
    BOUNDED = "bounded"
    REPORTED = "reported"


STRENGTH = {grade: rank for rank, grade in enumerate(Grade)}


class Cell(NamedTuple):
    """One unknown, by labels of the axes. `what` is value, or a unit of quantity."""

    reporter: str
    partner: str
    goods: str
    month: str
    what: str = "value"


Weights = Mapping[Cell, float]
Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Row:
    """lo ≤ Σ weight · cell ≤ hi; either side may be infinite."""

    weights: Weights
    lo: float = -math.inf
    hi: float = math.inf

    @cached_property
    def cells(self) -> frozenset[Cell]:
        return frozenset(self.weights)

    @cached_property
    def content(self) -> tuple[Any, ...]:
        """The same for all rows that say the same."""
        return frozenset(self.weights.items()), self.lo, self.hi


@dataclass(frozen=True)
class Constraint:
    """What one source says of the cells: one or more rows that stand or fall together."""

    id: str
    words: str
    rows: tuple[Row, ...]
    grade: Grade
    source: str = ""


@dataclass(frozen=True)
class Term:
    """Σ over · cell, or that divided by Σ under · cell (weights ≥ 0) where `under` is given."""

    over: Weights
    under: Weights | None = None

    @cached_property
    def cells(self) -> frozenset[Cell]:
        return frozenset(self.over).union(self.under or ())

    @cached_property
    def content(self) -> tuple[Any, ...]:
        """The same for all terms that say the same."""
        return frozenset(self.over.items()), self.under and frozenset(self.under.items())

    @cached_property
    def top(self) -> "Term":
        """What is divided."""
        return Term(self.over)

    @cached_property
    def base(self) -> "Term":
        """What it is divided by."""
        return Term(self.under or {})


@dataclass(frozen=True)
class Case:
    """Terms that describe a measure where the rows `where` are true (everywhere, if none)."""

    terms: tuple[Term, ...]
    where: tuple[Row, ...] = ()

    @cached_property
    def cells(self) -> frozenset[Cell]:
        """Every cell that the case speaks of."""
        terms = (term.cells for term in self.terms)
        return frozenset().union(*terms, *(row.cells for row in self.where))

    @cached_property
    def sides(self) -> tuple[tuple[Term, ...], tuple[Term, ...]] | None:
        """What its ratios divide, and by what, each once; None unless all terms are ratios."""
        if any(term.under is None for term in self.terms):
            return None
        overs = {term.top.content: term.top for term in self.terms}
        unders = {term.base.content: term.base for term in self.terms}
        return tuple(overs.values()), tuple(unders.values())

    @cached_property
    def content(self) -> tuple[Any, ...]:
        """The same for all cases that say the same."""
        terms = frozenset(term.content for term in self.terms)
        return terms, frozenset(row.content for row in self.where)


@dataclass(frozen=True)
class Zone:
    """The values for which a predicate is true; an open end is left out."""

    lo: float = -math.inf
    hi: float = math.inf
    lo_open: bool = False
    hi_open: bool = False

    @property
    def strict(self) -> bool:
        return self.lo_open or self.hi_open

    def within(self, other: "Zone") -> bool:
        """True when every value in the zone lies in the other one."""
        low = self.lo > other.lo or (self.lo == other.lo and (self.lo_open or not other.lo_open))
        high = self.hi < other.hi or (self.hi == other.hi and (self.hi_open or not other.hi_open))
        return low and high

    def covers(self, lo: float, hi: float) -> bool:
        """True when every value from lo to hi lies in the zone."""
        return (lo > self.lo if self.lo_open else lo >= self.lo) and (
            hi < self.hi if self.hi_open else hi <= self.hi
        )

    def misses(self, lo: float, hi: float) -> bool:
        """True when no value from lo to hi lies in the zone."""
        return (hi <= self.lo if self.lo_open else hi < self.lo) or (
            lo >= self.hi if self.hi_open else lo > self.hi
        )


class Missing(TradecheckError):
    """What a measure needs and the evidence does not give: the reading is not testable."""


class Contradiction(TradecheckError):
    """The evidence cannot all be true. `clash` is a smallest set of constraints that cannot."""

    def __init__(self, clash: Sequence[Constraint]):
        self.clash = tuple(clash)
        named = " and ".join(f"“{constraint.words}”" for constraint in self.clash)
        alone = len(self.clash) == 1
        told = (
            "This cannot be true beside the known months" if alone else "These cannot all be true"
        )
        if any(constraint.grade is Grade.REPORTED for constraint in self.clash):
            remedy = f"stop believing {'it' if alone else 'one of them'}"
        else:
            remedy = "correct a raw table, or leave one out of the study"
        super().__init__(f"{told}: {named}; {remedy}.")


def combined(*parts: tuple[float, Mapping[Any, Any]]) -> dict[Any, Any]:
    """The sum of so many times each part."""
    whole: dict[Any, Any] = {}
    for times, part in parts:
        for place, weight in part.items():
            whole[place] = whole.get(place, 0.0) + times * weight
    return whole

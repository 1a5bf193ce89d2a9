"""Observed sums, the everyday case: one known value of every cell, no constraint, nothing to solve."""

from collections.abc import Sequence
from math import fsum
from typing import Any

from tradecheck.bounds.knowledge import Knowledge
from tradecheck.bounds.scope import AXES
from tradecheck.bounds.terms import SMALLEST_BASE
from tradecheck.study.measures import EARLIER, Measure, Quantity

SIDES = {"ratio": ("of", "to"), "share": ("of", "among"), "change": ("of", "base")}


class Observed:
    """Sums of one body's cells where each has one value. What a place saw in a month is kept."""

    def __init__(self, knowledge: Knowledge):
        self._scope, self._values = knowledge.scope, knowledge.body.values
        self._free = not knowledge.body.constraints
        self._seen: dict[tuple[Any, ...], float | None] = {}
        self._places: dict[tuple[Any, ...], tuple[str, ...]] = {}

    def value(self, measure: Measure) -> float | None:
        """The measure on its plain scale; None where it is no plain sum or ratio of observed cells."""
        if not self._free:
            return None
        if measure.kind == "value":
            assert measure.value is not None
            return self._total(measure.value, measure.value.month_list)
        if measure.kind not in SIDES:
            return None
        held = getattr(measure, measure.kind)
        of, base = (getattr(held, side) for side in SIDES[measure.kind])
        if base == EARLIER:
            if of.take == "each":
                return None
            base = of.a_year_earlier()
        over, under = (self._total(one, one.month_list) for one in (of, base))
        if over is None or under is None or under < SMALLEST_BASE:
            return None
        return over / under

    def _total(self, quantity: Quantity, months: Sequence[str]) -> float | None:
        if quantity.take not in ("total", "mean") or quantity.currency or quantity.what != "value":
            return None
        place = self._place(quantity)
        seen = []
        for month in months:
            value = self._month(place, month)
            if value is None:
                return None
            seen.append(value)
        total = fsum(seen)
        return total / len(months) if quantity.take == "mean" else total

    def _month(self, place: tuple[str, ...], month: str) -> float | None:
        key = (place, month)
        if key not in self._seen:
            ends = [self._values.get(cell) for cell in self._scope.resolved(place, month)]
            fixed = [pair[0] for pair in ends if pair is not None and pair[0] == pair[1]]
            self._seen[key] = sum(fixed) if len(fixed) == len(ends) else None
        return self._seen[key]

    def _place(self, quantity: Quantity) -> tuple[str, ...]:
        names = (quantity.reporter, quantity.partner, quantity.goods)
        if names not in self._places:
            labels = (self._scope.label(axis, name) for axis, name in zip(AXES, names, strict=True))
            self._places[names] = tuple(labels)
        return self._places[names]

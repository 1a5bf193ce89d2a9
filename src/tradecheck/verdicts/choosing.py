"""Every combination of the choices for a claim's readings, and the rules that limit them."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from tradecheck.bounds.knowledge import Knowledge, Taken
from tradecheck.bounds.terms import Cell
from tradecheck.study.claims import Claim, Reading
from tradecheck.study.dimensions import Choice, Dimension
from tradecheck.study.measures import Predicate, Quantity
from tradecheck.verdicts.judge import Judge

ITSELF = "a claim is not believed where it is tested"
OTHER_GOODS = "what is known of other traders is known of the study's goods"


class Choosing:
    """The choices of one claim: its testable readings, and the dimensions that apply to any of
    them."""

    def __init__(self, judge: Judge, claim: Claim):
        self.judge = judge
        self.claims, self.study = judge.evidence.claims, judge.evidence.study
        self.readings = tuple(one for one in claim.all_readings if not one.not_testable)
        self.dimensions = tuple(
            dimension
            for dimension in self.claims.dimensions
            if any(self.claims.applies(dimension, reading) for reading in self.readings)
        )
        self._itself = {reading.id for reading in claim.all_readings}
        self._spoken: dict[tuple[Any, ...], frozenset[Cell]] = {}

    def not_believed(self) -> Iterator[tuple[str, str]]:
        """What the rules leave out of what may be believed: rule, words."""
        choices = [choice for one in self.dimensions for choice in one.choices.values()]
        believed = list(dict.fromkeys(name for choice in choices for name in choice.believing))
        yield from ((ITSELF, self._words(name)) for name in believed if name in self._itself)
        if any(choice.goods for choice in choices):
            others = (name for name in believed if self._of_others(name))
            yield from ((OTHER_GOODS, self._words(name)) for name in others)

    def way(self, reading: Reading) -> tuple[Any, ...]:
        """The same for readings that take the evidence in the same ways."""
        applies = tuple(
            self.claims.applies(dimension, reading) and _matters(dimension)
            for dimension in self.dimensions
        )
        return (*applies, reading.vintage, reading.revised, reading.side)

    def known(self, readings: Sequence[Reading]) -> tuple[list[Knowledge], np.ndarray]:
        """What is known in each way that may matter for some readings that take the evidence alike,
        and in which of them each combination takes it."""
        axes = [
            list(dimension.choices.values()) if applies else [Choice()]
            for applies, dimension in zip(self.way(readings[0]), self.dimensions)
        ]
        every = [Taken()]
        for choices in axes:
            every = [taken.choosing(choice) for taken in every for choice in choices]
        evidence = self.judge.evidence
        distinct: dict[Hashable, int] = {}
        known: list[Knowledge] = []
        numbers = np.empty([len(axis) for axis in axes], dtype=np.int64)
        for place, taken in enumerate(every):
            taken = self._allowed(taken.reading(readings[0]))
            number = numbered(distinct, evidence.bearing(taken, self._cells(readings, taken)))
            if number == len(known):
                known.append(evidence.taken(taken))
            numbers.flat[place] = number
        return known, numbers

    def _cells(self, readings: Sequence[Reading], taken: Taken) -> frozenset[Cell]:
        """The cells that some readings speak of, where names stand for what was chosen."""
        key = (
            taken.goods,
            taken.reporter,
            taken.partner,
            taken.vintage,
            taken.source,
            taken.side,
            readings[0].id,
        )
        if key not in self._spoken:
            ways = [self.judge.evidence.named(one) for one in taken.by_side]
            asked = (self.judge.cells(one.asks, named) for named in ways for one in readings)
            self._spoken[key] = frozenset().union(*asked)
        return self._spoken[key]

    def _allowed(self, taken: Taken) -> Taken:
        """The same without what the rules leave out."""
        goods = None if taken.goods == self.study.goods_name else taken.goods
        believing = {
            name
            for name in taken.believing
            if name not in self._itself and not (goods and self._of_others(name))
        }
        return replace(taken, goods=goods, believing=tuple(sorted(believing)))

    def predicates(self, reading: Reading) -> tuple[list[Predicate], np.ndarray]:
        """The distinct predicates, and which of them each combination has: the last one chosen."""
        axes = [
            [choice.predicate for choice in dimension.choices.values()]
            if self.claims.applies(dimension, reading)
            and any(choice.predicate for choice in dimension.choices.values())
            else [None]
            for dimension in self.dimensions
        ]
        distinct: dict[Predicate, int] = {}
        every = (
            next(filter(None, reversed(chosen)), reading.predicate) for chosen in product(*axes)
        )
        numbers = [numbered(distinct, predicate) for predicate in every]
        shape = tuple(map(len, axes))
        return list(distinct), np.array(numbers, dtype=np.int64).reshape(shape)

    # -- rules --------------------------------------------------------------------------------

    def _of_others(self, name: str) -> bool:
        """Whether a belief speaks of another reporter or partner, and names no goods."""
        own = {"reporter": (None, self.study.reporter), "partner": (None, self.study.partner)}
        return any(
            quantity.goods is None
            and any(getattr(quantity, axis) not in names for axis, names in own.items())
            for quantity in self._quantities(name)
        )

    def _quantities(self, name: str) -> Iterable[Quantity]:
        for figure in self.claims.reported:
            if figure.id == name:
                return [figure.quantity] if figure.quantity else []
        return self.claims.reading(name).asks.quantities()

    def _words(self, name: str) -> str:
        figures = {figure.id: figure.words for figure in self.claims.reported}
        return figures.get(name) or f"{name}: {self.claims.reading(name).words}"


def _matters(dimension: Dimension) -> bool:
    """Whether its choices change how evidence is taken, not what a predicate says alone."""
    return any(Taken().choosing(choice) != Taken() for choice in dimension.choices.values())


def numbered(numbers: dict[Any, Any], key: Hashable) -> int:
    """The number of a key, counted from zero in the order in which keys are met."""
    return numbers.setdefault(key, len(numbers))

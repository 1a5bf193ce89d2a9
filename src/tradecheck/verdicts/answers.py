"""What a claim comes to under every combination of choices, as arrays with an axis a dimension."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradecheck.study.claims import Claim, Reading
from tradecheck.study.dimensions import Dimension
from tradecheck.verdicts.judge import CONTRADICTION, Verdict, jointly

STATES = (Verdict.HOLDS, Verdict.UNDECIDED, Verdict.FAILS, CONTRADICTION, Verdict.NOT_TESTABLE)
READING, NUMERATOR, BASE = "reading", "numerator", "base"
IN_WORDS = {
    READING: "how the words are read",
    NUMERATOR: "what is compared",
    BASE: "what it is compared with",
}


class Answer(NamedTuple):
    """What a reading comes to: lo and hi in the measure's unit, months that a month may be. A
    contradiction has clashes instead, in words; what is not testable has nothing."""

    reading: str
    verdict: str
    lo: float | None = None
    hi: float | None = None
    months: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()

    def beside(self, other: "Answer") -> "Answer":
        """Where the same must be true in another way, too: what comes of both."""
        ends = [end for one in (self, other) for end in (one.lo, one.hi) if end is not None]
        return Answer(
            self.reading,
            jointly([self.verdict, other.verdict]),
            min(ends, default=None),
            max(ends, default=None),
            tuple(sorted({*self.months, *other.months})),
            tuple(sorted({*self.clashes, *other.clashes})),
        )


class Made(NamedTuple):
    """By the choices made: the number of the answer, and the number of what was asked."""

    answers: np.ndarray
    asked: np.ndarray

    def at(self, axis: int, place: int) -> "Made":
        """Where one choice is made; the axis stays, with length 1."""
        return Made(self.answers.take([place], axis), self.asked.take([place], axis))


@dataclass(frozen=True)
class ClaimAnswers:
    """A claim, the dimensions that apply to any of its readings, and all its answers.

    made: by reading; the axis of a dimension that does not apply to it has length 1.
    """

    claim: Claim
    dimensions: tuple[Dimension, ...]
    answers: tuple[Answer, ...]
    readings: tuple[Reading, ...]
    made: tuple[Made, ...]

    @cached_property
    def verdicts(self) -> np.ndarray:
        """The state of each answer, as its place in STATES."""
        places = {str(state): place for place, state in enumerate(STATES)}
        return np.array([places[str(answer.verdict)] for answer in self.answers], dtype=np.int64)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kinds of choices that are made, with their words; readings are one, or two."""
        named = {one.id: one.words for one in self.dimensions}
        if len(self.readings) < 2:
            return named
        sides = all(reading.numerator and reading.base for reading in self.readings)
        return {
            kind: IN_WORDS[kind] for kind in ((NUMERATOR, BASE) if sides else (READING,))
        } | named

    def pairs(self, kind: str) -> tuple[np.ndarray, np.ndarray]:
        """Every pair of answers that differ in one kind of choice alone, once.

        A choice that changes nothing of what is asked makes no pair.
        """
        found = []
        for one, other in self._beside(kind):
            differ = one.asked != other.asked
            a, b = (np.broadcast_to(side.answers, differ.shape)[differ] for side in (one, other))
            found.append(pd.unique(np.minimum(a, b) * len(self.answers) + np.maximum(a, b)))
        codes = pd.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
        return codes // len(self.answers), codes % len(self.answers)

    def choosing(self, axis: int, place: int) -> np.ndarray:
        """The numbers of all answers that a choice leads to."""
        held = (one.at(axis, place).answers for one in self.made if one.answers.shape[axis] > 1)
        found = [np.unique(numbers) for numbers in held]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def _beside(self, kind: str) -> Iterator[tuple[Made, Made]]:
        if kind in (READING, NUMERATOR, BASE):
            for place, other in combinations(range(len(self.readings)), 2):
                if self._alike_but(kind, self.readings[place], self.readings[other]):
                    yield self._aligned(self.made[place], self.made[other])
            return
        axis = [dimension.id for dimension in self.dimensions].index(kind)
        for made in self.made:
            for place, other in combinations(range(made.answers.shape[axis]), 2):
                yield made.at(axis, place), made.at(axis, other)

    @staticmethod
    def _alike_but(kind: str, one: Reading, other: Reading) -> bool:
        same = {NUMERATOR: one.base == other.base, BASE: one.numerator == other.numerator}
        return same.get(kind, True)

    def _aligned(self, one: Made, other: Made) -> tuple[Made, Made]:
        """Two readings' answers where all other choices are the same; a dimension that applies to
        one of them alone stays at the report's own choice."""
        for axis, dimension in enumerate(self.dimensions):
            if one.answers.shape[axis] != other.answers.shape[axis]:
                own = own_place(dimension)
                if other.answers.shape[axis] == 1:
                    one = one.at(axis, own)
                else:
                    other = other.at(axis, own)
        return one, other


def own_place(dimension: Dimension) -> int:
    """The place of the report's own choice."""
    return list(dimension.choices).index(dimension.own) if dimension.own else 0

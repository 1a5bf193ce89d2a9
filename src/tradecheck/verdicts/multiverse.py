"""Every defensible way to take a study's words and evidence, judged: answers by the choices made.

After specification-curve analysis (Simonsohn, Simmons, Nelson 2020) and multiverse analysis
(Steegen et al. 2016), with one difference: a combination of choices yields a range, in the manner
of partial identification (Manski 2003), and its verdict may be undecided. Combinations that ask the
same of the same measure and come to the same range and verdict are one answer.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from tradecheck.bounds.knowledge import Evidence, Knowledge
from tradecheck.bounds.terms import Missing
from tradecheck.study.claims import Claim, Reading
from tradecheck.study.measures import Predicate
from tradecheck.verdicts import sensitivity
from tradecheck.verdicts.answers import Answer, ClaimAnswers, Made, own_place
from tradecheck.verdicts.choosing import Choosing, numbered
from tradecheck.verdicts.forms import wanted_by
from tradecheck.verdicts.judge import CONTRADICTION, Judge, Question, Verdict

KEPT = 7  # digits of a bound in the table
ALIKE = 5  # digits that tell answers apart: fewer than a solver's own error leaves
TOLD = (Verdict.HOLDS, Verdict.UNDECIDED, Verdict.FAILS)
NOTHING_NEW = "a choice that changes nothing of what is asked is not counted"


@dataclass(frozen=True)
class Multiverse:
    """All answers of a study, and what they say.

    answers: one row each: claim, reading, unit, choices (the fewest that lead to it and are not the
    report's own, in words; none where it is the report's own), verdict (or "contradiction"), lo,
    hi, months (that a month may be), combinations (how many come to it). choices, flips: see
    `sensitivity`. clashes: claim, clash (a smallest set of evidence that cannot all be true, in
    words), where (choices without which there is none), answers (how many it spoils). left_out:
    claim, rule, what (it leaves out).
    """

    answers: pd.DataFrame
    choices: pd.DataFrame
    flips: pd.DataFrame
    clashes: pd.DataFrame
    left_out: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Everything as tables that a notebook can leave for others."""
        return dict(vars(self))


def run(evidence: Evidence) -> Multiverse:
    """Judge every testable reading under every combination of the choices that apply to it."""
    judge = Judge(evidence)
    tried = [_Tried(judge, claim) for claim in evidence.claims.claims]
    found = [one.found for one in tried if one.readings]
    return Multiverse(
        answers=_table(map(_answer_rows, found), ANSWERS),
        choices=sensitivity.by_choice(found),
        flips=sensitivity.flips(found),
        clashes=_table(map(_clash_rows, found), CLASHES),
        left_out=_table((one.left_out() for one in tried if one.readings), LEFT_OUT),
    )


class _Tried:
    """One claim, tried in every way."""

    def __init__(self, judge: Judge, claim: Claim):
        self.judge, self.claim = judge, claim
        self.choosing = Choosing(judge, claim)
        self.readings, self.dimensions = self.choosing.readings, self.choosing.dimensions
        self._numbers: dict[Hashable, int] = {}
        self._answers: list[Answer] = []
        self._asked: dict[Hashable, int] = {}
        self._clashes: dict[Hashable, tuple[str, ...]] = {}

    @cached_property
    def found(self) -> ClaimAnswers:
        together: dict[tuple[Any, ...], list[Reading]] = {}
        for reading in self.readings:
            together.setdefault(self.choosing.way(reading), []).append(reading)
        made = {
            reading.id: one
            for readings in together.values()
            for reading, one in zip(readings, self._made(readings), strict=True)
        }
        return ClaimAnswers(
            self.claim, self.dimensions, tuple(self._answers), self.readings,
            tuple(made[reading.id] for reading in self.readings),
        )  # fmt: skip

    def left_out(self) -> list[tuple[str, str, str]]:
        """What the rules leave out: claim, rule, words."""
        rows = [*self.choosing.not_believed()]
        for axis, dimension in enumerate(self.dimensions):
            tried = [
                (reading.id, made.asked)
                for reading, made in zip(self.readings, self.found.made, strict=True)
                if made.asked.shape[axis] > 1
            ]
            idle = [name for name, asked in tried if (asked == asked.take([0], axis)).all()]
            if idle:
                of = "" if len(idle) == len(tried) else f" ({', '.join(idle)})"
                rows.append((NOTHING_NEW, f"{dimension.words}{of}"))
        return [(self.claim.id, *row) for row in rows]

    # -- answers ------------------------------------------------------------------------------

    def _made(self, readings: Sequence[Reading]) -> Iterable[Made]:
        """The answers of readings that take the evidence in the same ways: whatever bears on one
        way is asked for all of them before the next."""
        ways, way = self.choosing.known(readings)
        wanted = [self.choosing.predicates(reading) for reading in readings]
        tables = [np.empty((2, len(ways), len(one)), dtype=np.int64) for one, _ in wanted]
        met: dict[Hashable, int] = {}
        for row, knowledge in enumerate(ways):
            for reading, (predicates, _), table in zip(readings, wanted, tables, strict=True):
                key, content, found = self._found(reading, knowledge)
                if (first := met.setdefault((reading.id, key), row)) != row:
                    table[:, row] = table[:, first]
                    continue
                for column, predicate in enumerate(predicates):
                    answer = found(predicate)
                    told = wanted_by(predicate) if answer.verdict in TOLD else None
                    table[0, row, column] = self._numbered(content, told, answer)
                    table[1, row, column] = numbered(self._asked, (key, told))
        for (_, places), (answers, asked) in zip(wanted, tables, strict=True):
            yield Made(answers[way, places], asked[way, places])

    def _numbered(self, content: Hashable, told: Hashable, answer: Answer) -> int:
        """One number for all answers that are the same."""
        ends = (answer.lo, answer.hi)
        alike = answer._replace(lo=_rounded(ends[0], ALIKE), hi=_rounded(ends[1], ALIKE))
        number = numbered(self._numbers, (content, told, alike))
        if number == len(self._answers):
            self._answers.append(answer)
        return number

    def _found(
        self, reading: Reading, knowledge: Knowledge
    ) -> tuple[Hashable, Hashable, Callable[[Predicate], Answer]]:
        """What is asked of which numbers, as a key; what is asked; what follows from it."""
        if knowledge.beside is not None:
            one = self._found(reading, replace(knowledge, beside=None))
            other = self._found(reading, knowledge.beside)
            return (one[0], other[0]), (one[1], other[1]), lambda p: one[2](p).beside(other[2](p))
        silent = Answer(reading.id, Verdict.NOT_TESTABLE)
        try:
            question = self.judge.question(reading.asks, knowledge)
        except Missing:
            return None, None, lambda _: silent
        content, cells = question.key[0], question.form.cells
        if not question.body.sound(cells):
            clashes = self._clashing(question)
            answer = Answer(reading.id, CONTRADICTION, clashes=clashes)
            return (content, clashes), content, lambda _: answer

        def found(predicate: Predicate) -> Answer:
            try:
                outcome = self.judge.found(question, predicate)
            except Missing:
                return silent
            lo, hi = _rounded(outcome.lo, KEPT), _rounded(outcome.hi, KEPT)
            return Answer(reading.id, outcome.verdict, lo, hi, outcome.months)

        return question.key, content, found

    def _clashing(self, question: Question) -> tuple[str, ...]:
        """Every smallest set of the evidence that cannot all be true, in words."""
        parts = question.key[1]
        if parts not in self._clashes:
            found = question.body.clashes(question.form.cells)
            words = (" and ".join(f"“{one.words}”" for one in clash) for clash in found)
            self._clashes[parts] = tuple(sorted(words))
        return self._clashes[parts]


def _rounded(end: float | None, digits: int) -> float | None:
    return None if end is None else float(f"{end:.{digits}g}") + 0.0


# -- tables ---------------------------------------------------------------------------------------

ANSWERS = [
    "claim", "reading", "unit", "choices", "verdict", "lo", "hi", "months", "combinations",
]  # fmt: skip
CLASHES = ["claim", "clash", "where", "answers"]
LEFT_OUT = ["claim", "rule", "what"]


def _table(rows: Iterable[Iterable[tuple[Any, ...]]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame([row for some in rows for row in some], columns=list(columns))


def _answer_rows(found: ClaimAnswers) -> Iterable[tuple[Any, ...]]:
    for reading, made in zip(found.readings, found.made, strict=True):
        numbers = made.answers.ravel()
        places = np.indices(made.answers.shape).reshape(made.answers.ndim, numbers.size)
        other = [
            (place != own_place(one)) if size > 1 else np.zeros(numbers.size, dtype=bool)
            for one, place, size in zip(found.dimensions, places, made.answers.shape, strict=True)
        ]
        plainest = np.argsort(sum(other, np.zeros(numbers.size, dtype=np.int64)), kind="stable")
        _, first = np.unique(numbers[plainest], return_index=True)
        combinations = np.bincount(numbers, minlength=len(found.answers))
        for place in plainest[np.sort(first)]:
            number, names = numbers[place], []
            for one, axis, differs in zip(found.dimensions, places, other, strict=True):
                if differs[place]:
                    names.append(list(one.choices)[axis[place]])
            answer = found.answers[number]
            yield (
                found.claim.id, reading.id, reading.asks.shown_unit, "; ".join(names),
                str(answer.verdict), answer.lo, answer.hi, ", ".join(answer.months),
                int(combinations[number]),
            )  # fmt: skip


def _clash_rows(found: ClaimAnswers) -> Iterable[tuple[Any, ...]]:
    spoiled: dict[str, set[int]] = {}
    for number, answer in enumerate(found.answers):
        for clash in answer.clashes:
            spoiled.setdefault(clash, set()).add(number)
    leading = {  # the clash says itself what is believed
        dimension.words: [
            (name, set(found.choosing(axis, place))) for place, name in enumerate(dimension.choices)
        ]
        for axis, dimension in enumerate(found.dimensions)
        if spoiled and not any(choice.believing for choice in dimension.choices.values())
    }
    for clash, numbers in sorted(spoiled.items()):
        where = []
        for words, choices in leading.items():
            names = [name for name, led in choices if not numbers.isdisjoint(led)]
            if len(names) < len(choices):
                where.append(f"{words}: {' or '.join(names)}")
        yield found.claim.id, clash, "; ".join(where), len(numbers)

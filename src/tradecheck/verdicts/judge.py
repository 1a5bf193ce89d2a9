"""The one judge of readings: what follows for a predicate on a measure, from a body of evidence.

True on every allowed path → holds; on none → fails; on some → undecided, with the range; no measure
of this evidence → not testable, with the reason.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tradecheck.bounds import measures
from tradecheck.bounds.knowledge import Evidence, Knowledge, Taken
from tradecheck.bounds.programme import (
    Case,
    Constraint,
    Contradiction,
    Grade,
    Missing,
    Range,
    Row,
    Term,
    Weights,
    Zone,
    combined,
)
from tradecheck.errors import TradecheckError
from tradecheck.study.claims import Reading
from tradecheck.study.measures import Count, FirstMonth, Measure, Predicate, Quantity, Rank


class Verdict(StrEnum):
    """What follows for a reading."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    NOT_TESTABLE = "not_testable"


@dataclass(frozen=True)
class Outcome:
    """What came of a reading. lo and hi are in the measure's unit; `months` are those that a month
    may be. reason: why nothing can be said. clash: evidence that cannot all be true."""

    verdict: Verdict
    grade: Grade | None = None
    lo: float | None = None
    hi: float | None = None
    months: tuple[str, ...] = ()
    reason: str = ""
    clash: tuple[Constraint, ...] = ()


@dataclass
class _Asked:
    """What a body says of one measure, for any zone."""

    cases: list[Case]
    whole: Range
    shown: Range
    met: list[Zone] = field(default_factory=list)
    missed: list[Zone] = field(default_factory=list)


class Judge:
    """Judges readings on a study's evidence, asking each distinct question once."""

    def __init__(self, evidence: Evidence):
        self.evidence = evidence
        self._asked: dict[tuple, _Asked] = {}
        self._cases: dict[tuple, tuple] = {}
        self._made: dict[int, tuple] = {}

    def judge(self, reading: Reading, taken: Taken = Taken(), predicate: Predicate | None = None) -> Outcome:
        """The verdict on a reading, with the evidence taken in one way."""
        if reading.not_testable:
            return Outcome(Verdict.NOT_TESTABLE, reason=" ".join(reading.not_testable.split()))
        try:
            knowledge = self.evidence.taken(taken.reading(reading))
            return self.outcome(reading.measure, predicate or reading.predicate, knowledge)
        except Contradiction as contradiction:
            return Outcome(
                Verdict.NOT_TESTABLE, reason=str(contradiction), clash=contradiction.clash
            )
        except Missing as missing:
            return Outcome(Verdict.NOT_TESTABLE, reason=str(missing))

    def outcome(self, measure: Measure, predicate: Predicate, knowledge: Knowledge) -> Outcome:
        """What follows for a predicate on a measure."""
        special = {
            "peak": self._peak, "first_month": self._first_month, "rank": self._rank,
            "count": self._count,
        }  # fmt: skip
        if measure.kind in special:
            return special[measure.kind](getattr(measure, measure.kind), predicate, knowledge)
        knowledge, asked = self._ask(measure, knowledge)
        verdict = self._verdict(asked, self.zone(measure, predicate), knowledge)
        lo, hi = (measures.from_plain(measure, end) for end in asked.shown)
        cases = self._cases_of(measure, knowledge)[1]
        return Outcome(verdict, knowledge.body.grade_of(cases, asked.shown), lo, hi)

    def bounds(self, measure: Measure, knowledge: Knowledge) -> Range:
        """Smallest and largest value of a sum or ratio, in the measure's unit."""
        _, asked = self._ask(measure, knowledge)
        return tuple(measures.from_plain(measure, end) for end in asked.shown)

    def grade(self, measure: Measure, knowledge: Knowledge) -> Grade:
        """The strongest grade of evidence that alone gives the measure's bounds."""
        knowledge, asked = self._ask(measure, knowledge)
        return knowledge.body.grade_of(self._cases_of(measure, knowledge)[1], asked.shown)

    @staticmethod
    def zone(measure: Measure, predicate: Predicate) -> Zone:
        """The predicate as a zone on the plain scale of the measure."""
        lo, hi, lo_open, hi_open = predicate.zone
        return Zone(
            measures.to_plain(measure, lo), measures.to_plain(measure, hi), lo_open, hi_open
        )

    # -- sums and ratios ----------------------------------------------------------------------

    def _ask(self, measure: Measure, knowledge: Knowledge) -> tuple[Knowledge, _Asked]:
        cases, shown = self._cases_of(measure, knowledge)
        cells = frozenset().union(*(case.cells for case in cases))
        knowledge = self.evidence.asking(knowledge, cells)
        body = knowledge.body
        body.check()
        key = (id(measure), id(cases), body.question(cells))
        if key not in self._asked:
            whole = body.bounds(cases)
            self._asked[key] = _Asked(cases, whole, whole if shown == cases else body.bounds(shown))
        return knowledge, self._asked[key]

    def _cases_of(self, measure: Measure, knowledge: Knowledge) -> tuple[list[Case], list[Case]]:
        scope = knowledge.scope
        key = (id(measure), *scope.own.values(), id(scope.given))
        if key not in self._cases:
            cases = measures.cases(measure, scope)
            shown = measures.shown(measure, scope) if measure.excess else cases
            self._cases[key] = (cases, shown, measure, scope.given)  # kept, so that ids stay their own
        return self._cases[key][:2]

    def _verdict(self, asked: _Asked, zone: Zone, knowledge: Knowledge) -> Verdict:
        lo, hi = asked.whole
        if zone.covers(lo, hi):
            return Verdict.HOLDS
        if zone.misses(lo, hi):
            return Verdict.FAILS
        if len(asked.cases) == 1 and len(asked.cases[0].terms) == 1:  # its values have no gaps
            return Verdict.UNDECIDED if lo < hi else Verdict.FAILS
        # A path that meets a zone meets every wider one.
        if any(one.within(zone) for one in asked.met):
            return Verdict.UNDECIDED
        if any(zone.within(one) for one in asked.missed):
            return Verdict.FAILS
        met = knowledge.body.allows(asked.cases, zone)
        (asked.met if met else asked.missed).append(zone)
        return Verdict.UNDECIDED if met else Verdict.FAILS

    # -- months, ranks and counts -------------------------------------------------------------

    def _peak(self, quantity: Quantity, predicate: Predicate, knowledge: Knowledge) -> Outcome:
        """Which months may be the largest."""
        monthly = dict(zip(quantity.month_list, _monthly(quantity, knowledge), strict=True))
        possible = self._possible(
            knowledge,
            {
                month: [
                    Row(combined((1.0, mine), (-1.0, other)), lo=0.0)
                    for place, other in monthly.items()
                    if place != month
                ]
                for month, mine in monthly.items()
            },
            list(monthly.values()),
        )
        return self._month_outcome(possible, predicate, knowledge, list(monthly.values()))

    def _first_month(self, asked: FirstMonth, predicate: Predicate, knowledge: Knowledge) -> Outcome:
        """Which months may be the first at or above so many times the base, and stay there."""
        months = asked.of.month_list
        monthly = _monthly(asked.of, knowledge)
        base = measures.parts(asked.base, knowledge.scope)
        if len(base) != 1:
            raise TradecheckError("The base of a first month is one sum or mean, not each month.")
        above = [combined((1.0, part), (-asked.times, base[0])) for part in monthly]
        ways: dict[str, list[Row]] = {}
        for place, month in enumerate(months[: len(months) - asked.stays + 1]):
            stays = [Row(one, lo=0.0) for one in above[place : place + asked.stays]]
            # Before it no month begins such a run; with runs of one month, none is above at all.
            before = [Row(one, hi=0.0) for one in above[:place]] if asked.stays == 1 else []
            ways[month] = stays + before
        if asked.stays == 1:
            ways["none"] = [Row(one, hi=0.0) for one in above]
        possible = self._possible(knowledge, ways, [*monthly, base[0]], strict_hi=True)
        if asked.stays > 1:
            possible = _runs(possible, months, above, knowledge, asked.stays)
        return self._month_outcome(possible, predicate, knowledge, [*monthly, base[0]])

    def _possible(
        self,
        knowledge: Knowledge,
        ways: dict[str, list[Row]],
        sums: Sequence[Weights],
        strict_hi: bool = False,
    ) -> list[str]:
        """The names of those sets of rows that can all be true. Rows with only a ceiling are strict,
        if so asked: below it, not at it."""
        cells = frozenset(cell for weights in sums for cell in weights)
        knowledge = self.evidence.asking(knowledge, cells)
        body = knowledge.body
        body.check()
        found = []
        for name, rows in ways.items():
            terms = [
                Term({c: -w for c, w in row.weights.items()} if math.isinf(row.lo) else row.weights)
                for row in rows
            ]
            opened = [strict_hi and math.isinf(row.lo) for row in rows]
            ends = [body.range(term) for term in terms]
            if any(end is None or (end[1] <= 0 if shut else end[1] < 0) for end, shut in zip(ends, opened)):
                continue
            sure = all(end[0] > 0 if shut else end[0] >= 0 for end, shut in zip(ends, opened))
            if sure or not rows or body.allows([Case(tuple(terms))], Zone(lo=0.0, lo_open=any(opened))):
                found.append(name)
        return found

    def _month_outcome(
        self,
        possible: list[str],
        predicate: Predicate,
        knowledge: Knowledge,
        sums: Sequence[Weights],
    ) -> Outcome:
        wanted = predicate.is_
        if possible == [wanted]:
            verdict = Verdict.HOLDS
        else:
            verdict = Verdict.UNDECIDED if wanted in possible else Verdict.FAILS
        grade = _weakest(self, sums, knowledge)
        return Outcome(verdict, grade, months=tuple(possible))

    def _rank(self, asked: Rank, predicate: Predicate, knowledge: Knowledge) -> Outcome:
        """The smallest and largest place among several; who ties shares the better place."""
        surely = perhaps = 0
        grades = []
        for measure in self._derived(asked, _rivals):
            outcome = self.outcome(measure, Predicate(above=0.0), knowledge)
            surely += outcome.verdict is Verdict.HOLDS
            perhaps += outcome.verdict is not Verdict.FAILS
            grades.append(outcome.grade)
        return _counted(1 + surely, 1 + perhaps, predicate, grades)

    def _count(self, asked: Count, predicate: Predicate, knowledge: Knowledge) -> Outcome:
        """How many of several meet their own predicate, at least and at most."""
        surely = perhaps = 0
        grades = []
        for measure in self._derived(asked, _members):
            outcome = self.outcome(measure, asked.predicate, knowledge)
            surely += outcome.verdict is Verdict.HOLDS
            perhaps += outcome.verdict is not Verdict.FAILS
            grades.append(outcome.grade)
        return _counted(surely, perhaps, predicate, grades)


    def _derived(
        self, asked: Rank | Count, make: Callable[[Any], list[Measure]]
    ) -> list[Measure]:
        """The measures that a rank or count is made of, made once."""
        if id(asked) not in self._made:
            self._made[id(asked)] = (asked, make(asked))  # kept, so that ids stay their own
        return self._made[id(asked)][1]


def _monthly(quantity: Quantity, knowledge: Knowledge) -> list[Weights]:
    return measures.parts(quantity.model_copy(update={"take": "each"}), knowledge.scope)


def _rivals(asked: Rank) -> list[Measure]:
    """By how much each of the others exceeds the one that is ranked."""

    def of(name: str) -> dict[str, Any]:
        return asked.quantity.model_dump(exclude_none=True) | {asked.by: name}

    return [
        Measure.model_validate({"excess": [{"of": of(name), "over": of(asked.of)}]})
        for name in asked.among
        if name != asked.of
    ]


def _members(asked: Count) -> list[Measure]:
    return [_renamed(asked.measure, asked.by, name) for name in asked.of]


def _renamed(measure: Measure, axis: str, name: str) -> Measure:
    """The measure with a name put on one axis of each of its quantities."""
    fields = measure.model_dump(exclude_none=True, by_alias=True)

    def named(value: object) -> object:
        if isinstance(value, dict):
            inner = {key: named(held) for key, held in value.items()}
            return {**inner, axis: name} if "months" in value and "shape" not in value else inner
        return [named(held) for held in value] if isinstance(value, list) else value

    return Measure.model_validate(named(fields))


def _counted(lo: int, hi: int, predicate: Predicate, grades: Sequence[Grade | None]) -> Outcome:
    zone = Zone(*predicate.zone)
    inside = [place for place in range(lo, hi + 1) if zone.covers(place, place)]
    if len(inside) == hi - lo + 1:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.UNDECIDED if inside else Verdict.FAILS
    known = [grade for grade in grades if grade]
    grade = max(known, key=list(Grade).index) if known else None
    return Outcome(verdict, grade, float(lo), float(hi))


def _runs(
    possible: list[str],
    months: Sequence[str],
    above: Sequence[Weights],
    knowledge: Knowledge,
    stays: int,
) -> list[str]:
    """Of the months that may begin a run, those before which no run surely begins."""
    found = []
    for place, month in enumerate(months[: len(months) - stays + 1]):
        if month in possible:
            found.append(month)
        run = above[place : place + stays]
        if all((ends := knowledge.body.range(Term(one))) and ends[0] >= 0 for one in run):
            return found
    return [*found, "none"]


def _weakest(judge: Judge, sums: Sequence[Weights], knowledge: Knowledge) -> Grade:
    grades = []
    for weights in sums:
        case = [Case((Term(weights),))]
        grades.append(knowledge.body.grade_of(case, knowledge.body.bounds(case)))
    return max(grades, key=list(Grade).index)



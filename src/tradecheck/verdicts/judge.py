"""The one judge of readings: what follows for a predicate on a measure, from a body of evidence.

True on every allowed path → holds; on none → fails; on some → undecided, with the range; no measure
of this evidence → not testable, with the reason.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from tradecheck.bounds import measures
from tradecheck.bounds.body import Body
from tradecheck.bounds.knowledge import Evidence, Knowledge, Taken
from tradecheck.bounds.terms import (
    STRENGTH,
    Case,
    Cell,
    Constraint,
    Contradiction,
    Grade,
    Missing,
    Range,
    Term,
    Zone,
)
from tradecheck.study.claims import Reading
from tradecheck.study.measures import Measure, Predicate
from tradecheck.study.sides import SIDES, by_figures
from tradecheck.verdicts import months, several
from tradecheck.verdicts.forms import Form, Forms, wanted_by
from tradecheck.verdicts.observed import Observed

CONTRADICTION = "contradiction"  # told apart from verdicts where choices are counted
SOLVED = 1e-7  # of a bound that a solver found: nearer to an edge, it is the edge
ROUNDED = 1e-12  # the same for arithmetic, of the edge itself


class Verdict(StrEnum):
    """What follows for a reading."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    NOT_TESTABLE = "not_testable"


@dataclass(frozen=True)
class Outcome:
    """What came of a reading. lo and hi are in the measure's unit; `months` are those that a month
    may be. reason: why nothing can be said. clash: evidence that cannot all be true. sides: what
    came of it by the figures of each side, where it must hold by both."""

    verdict: Verdict
    grade: Grade | None = None
    lo: float | None = None
    hi: float | None = None
    months: tuple[str, ...] = ()
    reason: str = ""
    clash: tuple[Constraint, ...] = ()
    sides: Mapping[str, "Outcome"] = field(default_factory=dict)


class Question(NamedTuple):
    """What is asked of which numbers. key: the same wherever both are."""

    key: tuple[Hashable, tuple[Any, ...]]
    form: Form
    body: Body


@dataclass
class _Asked:
    """What a body says of one measure, for any zone."""

    ends: list[list[Range | None]]  # of each term of each case
    whole: Range
    shown: Range
    met: list[Zone] = field(default_factory=list)
    missed: list[Zone] = field(default_factory=list)


class Judge:
    """Judges readings on a study's evidence, asking each distinct question once."""

    def __init__(self, evidence: Evidence):
        self.evidence = evidence
        self._forms = Forms()
        self._asked: dict[tuple[Any, ...], _Asked] = {}
        self._found: dict[tuple[Any, ...], Outcome] = {}
        self._grades: dict[tuple[Any, ...], tuple[Grade | None, Body]] = {}
        self._sums: dict[tuple[Any, ...], tuple[Observed, Knowledge]] = {}

    def judge(
        self, reading: Reading, taken: Taken = Taken(), predicate: Predicate | None = None
    ) -> Outcome:
        """The verdict on a reading, with the evidence taken in one way."""
        if reading.not_testable:
            return Outcome(Verdict.NOT_TESTABLE, reason=" ".join(reading.not_testable.split()))
        taken = taken.reading(reading)
        if lacking := self.evidence.sides.lacking(taken.side):
            return Outcome(Verdict.NOT_TESTABLE, reason=lacking)
        found = [self._told(reading.asks, predicate or reading.needs, one) for one in taken.by_side]
        return found[0] if len(found) == 1 else _jointly(dict(zip(SIDES, found, strict=True)))

    def _told(self, measure: Measure, predicate: Predicate, taken: Taken) -> Outcome:
        """What follows, or why nothing does."""
        try:
            return self.outcome(measure, predicate, self.evidence.taken(taken))
        except Contradiction as contradiction:
            return Outcome(
                Verdict.NOT_TESTABLE, reason=str(contradiction), clash=contradiction.clash
            )
        except Missing as missing:
            return Outcome(Verdict.NOT_TESTABLE, reason=str(missing))

    def outcome(self, measure: Measure, predicate: Predicate, knowledge: Knowledge) -> Outcome:
        """What follows for a predicate on a measure, with its grade."""
        if (value := self._observed(knowledge).value(measure)) is not None:
            return self._exact(measure, predicate, value, knowledge.body.grade)
        question = self.question(measure, knowledge)
        found = self.found(question, predicate)
        return replace(found, grade=self._grade(question))

    def bounds(self, measure: Measure, knowledge: Knowledge) -> Range:
        """Smallest and largest value of a sum or ratio, in the measure's unit."""
        ends = self._ask(self.question(measure, knowledge)).shown
        return measures.from_plain(measure, ends[0]), measures.from_plain(measure, ends[1])

    def grade(self, measure: Measure, knowledge: Knowledge) -> Grade | None:
        """The strongest grade of evidence that alone gives the measure's bounds."""
        return self._grade(self.question(measure, knowledge))

    def question(self, measure: Measure, knowledge: Knowledge) -> Question:
        """What a measure asks of a body of evidence."""
        form = self._forms.of(measure, knowledge.scope)
        body = self.evidence.asking(knowledge, form.cells).body
        return Question((form.content, body.question(form.cells)), form, body)

    def cells(self, measure: Measure, knowledge: Knowledge) -> frozenset[Cell]:
        """The cells that a measure speaks of; none where it cannot be told. See `question`."""
        try:
            return self._forms.of(measure, knowledge.scope).cells
        except Missing:
            return frozenset()

    def found(self, question: Question, predicate: Predicate) -> Outcome:
        """What follows for a predicate, without its grade, which takes more questions.

        Raises Contradiction where the evidence cannot be true, Missing where it gives no answer.
        """
        measure = question.form.measure
        key = (question.key, measure.kind, measure.shown_unit, wanted_by(predicate))
        if key not in self._found:
            self._found[key] = self._decide(question, predicate)
        return self._found[key]

    @staticmethod
    def zone(measure: Measure, predicate: Predicate) -> Zone:
        """The predicate as a zone on the plain scale of the measure."""
        lo, hi, lo_open, hi_open = predicate.zone
        return Zone(
            measures.to_plain(measure, lo), measures.to_plain(measure, hi), lo_open, hi_open
        )

    def _observed(self, knowledge: Knowledge) -> Observed:
        """The observed sums of a body; it is kept, so that its id stays its own."""
        key = (id(knowledge.body), *knowledge.scope.own.values())
        if key not in self._sums:
            self._sums[key] = (Observed(knowledge), knowledge)
        return self._sums[key][0]

    def _exact(self, measure: Measure, predicate: Predicate, value: float, grade: Grade) -> Outcome:
        zone = self.zone(measure, predicate)
        value = _at_edge(value, zone, solved=False)
        shown = measures.from_plain(measure, value)
        verdict = Verdict.HOLDS if zone.covers(value, value) else Verdict.FAILS
        return Outcome(verdict, grade, shown, shown)

    # -- what follows -------------------------------------------------------------------------

    def _ask(self, question: Question) -> _Asked:
        key, form, body = question
        if key not in self._asked:
            ends = [body.ends(case) for case in form.cases]
            whole = body.outer(ends)
            shown = whole if form.shown is form.cases else body.bounds(form.shown)
            self._asked[key] = _Asked(ends, whole, shown)
        return self._asked[key]

    def _decide(self, question: Question, predicate: Predicate) -> Outcome:
        _, form, body = question
        body.check(form.cells)
        if not body.values and not body.constraints:
            raise Missing("This study names no data yet.")
        measure = form.measure
        if form.members:
            return self._counted(question, predicate)
        if form.monthly:
            if measure.peak:
                may_be = months.peaks(form.monthly, body)
            else:
                assert measure.first_month is not None and form.base is not None
                may_be = months.first(measure.first_month, form.monthly, form.base, body)
            if may_be == (predicate.is_,):
                return Outcome(Verdict.HOLDS, months=may_be)
            verdict = Verdict.UNDECIDED if predicate.is_ in may_be else Verdict.FAILS
            return Outcome(verdict, months=may_be)
        asked = self._ask(question)
        verdict = self._verdict(asked, self.zone(measure, predicate), question)
        lo, hi = (measures.from_plain(measure, end) for end in asked.shown)
        return Outcome(verdict, lo=lo, hi=hi)

    def _verdict(self, asked: _Asked, zone: Zone, question: Question) -> Verdict:
        _, form, body = question
        lo, hi = (_at_edge(end, zone, bool(body.touched(form.cells))) for end in asked.whole)
        if zone.covers(lo, hi):
            return Verdict.HOLDS
        if zone.misses(lo, hi):
            return Verdict.FAILS
        if len(form.cases) == 1 and len(form.cases[0].terms) == 1:  # its values have no gaps
            return Verdict.UNDECIDED
        # A path that meets a zone meets every wider one.
        if any(one.within(zone) for one in asked.met):
            return Verdict.UNDECIDED
        if any(zone.within(one) for one in asked.missed):
            return Verdict.FAILS
        met = body.allows(form.cases, zone, asked.ends)
        (asked.met if met else asked.missed).append(zone)
        return Verdict.UNDECIDED if met else Verdict.FAILS

    def _counted(self, question: Question, predicate: Predicate) -> Outcome:
        """How many of the members meet their own predicate, at least and at most; or the place of
        one among them, each of which may exceed it. Who ties shares the better place."""
        measure, body = question.form.measure, question.body
        own = measure.count.predicate if measure.count else several.AHEAD
        verdicts = [
            self.found(Question((form.content, body.question(form.cells)), form, body), own).verdict
            for form in question.form.members
        ]
        first = 0 if measure.count else 1
        lo = first + sum(verdict is Verdict.HOLDS for verdict in verdicts)
        hi = first + sum(verdict is not Verdict.FAILS for verdict in verdicts)
        zone = Zone(*predicate.zone)
        inside = sum(zone.covers(place, place) for place in range(lo, hi + 1))
        if inside == hi - lo + 1:
            verdict = Verdict.HOLDS
        else:
            verdict = Verdict.UNDECIDED if inside else Verdict.FAILS
        return Outcome(verdict, lo=float(lo), hi=float(hi))

    # -- grades -------------------------------------------------------------------------------

    def _grade(self, question: Question) -> Grade | None:
        """The grade of what is shown; of several measures or months the weakest."""
        _, form, body = question
        key = (question.key, id(body))
        if key not in self._grades:
            if form.members:
                grades = [
                    self._grade(Question((one.content, body.question(one.cells)), one, body))
                    for one in form.members
                ]
            elif form.monthly:
                grades = [_grade_of(term, body) for term in self._graded(form, body)]
            else:
                grades = [body.grade_of(form.shown, self._ask(question).shown)]
            self._grades[key] = (max(filter(None, grades), key=STRENGTH.__getitem__), body)
        return self._grades[key][0]

    @staticmethod
    def _graded(form: Form, body: Body) -> Sequence[Term]:
        """The sums whose grades differ: where nothing ties them, all together have the weakest."""
        terms = [*form.monthly.values(), *([form.base] if form.base else [])]
        return terms if body.touched(form.cells) else [Term(dict.fromkeys(form.cells, 1.0))]


def _grade_of(term: Term, body: Body) -> Grade:
    case = [Case((term,))]
    return body.grade_of(case, body.bounds(case))


def jointly(verdicts: Iterable[str]) -> str:
    """Of what must be true in several ways: it fails where it fails in one."""
    order = [Verdict.HOLDS, Verdict.UNDECIDED, Verdict.NOT_TESTABLE, CONTRADICTION, Verdict.FAILS]
    return max(verdicts, key=order.index)


def _jointly(sides: Mapping[str, Outcome]) -> Outcome:
    """What came of a reading that must hold by the figures of each side."""
    told = [one for one in sides.values() if one.verdict is not Verdict.NOT_TESTABLE]
    ends = [end for one in told for end in (one.lo, one.hi) if end is not None]
    reasons = [
        f"{by_figures(side)[0].upper()}{by_figures(side)[1:]}: {one.reason}"
        for side, one in sides.items()
        if one.reason
    ]
    return Outcome(
        Verdict(jointly([one.verdict for one in sides.values()])),
        grade=max((one.grade for one in told if one.grade), key=STRENGTH.__getitem__, default=None),
        lo=min(ends, default=None),
        hi=max(ends, default=None),
        months=tuple(sorted({month for one in told for month in one.months})),
        reason=" ".join(reasons),
        clash=next((one.clash for one in sides.values() if one.clash), ()),
        sides=sides,
    )


def _at_edge(end: float, zone: Zone, solved: bool) -> float:
    """The bound, or the edge of the zone that it differs from by rounding alone."""
    for edge in filter(math.isfinite, (zone.lo, zone.hi)):
        if abs(end - edge) <= (SOLVED if solved else 0.0) + ROUNDED * abs(edge):
            return edge
    return end

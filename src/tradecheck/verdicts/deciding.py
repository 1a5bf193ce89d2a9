"""What would settle an undecided reading: one datum more, tried as if it were published.

A datum is one month of one reporter and partner, or a total that nothing limits from above so far.
Nobody knows what a month would say, so it is tried at the values that it has on a few allowed
paths. Of a total the largest value is looked for that would settle the reading.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isfinite, isinf, nan
from typing import Any, NamedTuple

import pandas as pd

from tradecheck.bounds.knowledge import Knowledge, Taken
from tradecheck.bounds.terms import (
    CLEARLY,
    Constraint,
    Contradiction,
    Grade,
    Missing,
    Row,
    Term,
    Weights,
    combined,
)
from tradecheck.study.claims import Reading
from tradecheck.study.measures import Quantity
from tradecheck.study.sides import BOTH
from tradecheck.verdicts import several
from tradecheck.verdicts.judge import Judge, Outcome, Verdict

POINT = 1e-4  # a narrower range is one value, which is never undecided
CHANGED = 0.9995  # a range that keeps more of its width than this has not shrunk
NEAR = 1e-6  # how near, as a fraction, the largest settling value is looked for
ROOM = 1e-3  # nearer than this to the least that a total can be, a limit would be a wonder
MOST_DOUBLED = 40  # times that a limit is doubled before it counts as none
PLACE = ["reading", "reporter", "partner", "goods"]
MONTHS = [*PLACE, "month", "tried", "settles", "lo", "hi", "left"]
LIMITS = [*PLACE, "first", "last", "published", "below", "verdict", "believing"]


@dataclass(frozen=True)
class Deciding:
    """What would settle readings. Names are empty where they are the study's own.

    months: one row a reading and datum: tried (how many distinct values), settles (how many of
    them), lo, hi (what is left at worst, in the measure's unit), left (its width as a share of the
    width before; missing where that has no limit); for each reading the most decisive first, data
    that change nothing left out. limits: first, last (months of a total), published (whether tables
    of the study hold totals of that period, as readings that add up other months do not), below
    (the reading is settled once the total is under it, in the report's unit), verdict, believing
    (names that must be believed for that, none if empty); for each reading the largest first.
    """

    months: pd.DataFrame
    limits: pd.DataFrame


class Place(NamedTuple):
    """Whose trade of what, by names as a quantity gives them; empty for the study's own."""

    reporter: str
    partner: str
    goods: str

    @classmethod
    def of(cls, quantity: Quantity) -> "Place":
        return cls(quantity.reporter or "", quantity.partner or "", quantity.goods or "")

    def over(self, months: Iterable[str]) -> Quantity:
        return Quantity(months=", ".join(months), **{k: v for k, v in self._asdict().items() if v})


OWN = Place("", "", "")


def undecided(judge: Judge, readings: Iterable[Reading]) -> list[Reading]:
    """Those readings that the evidence leaves open. What must hold by both sides' figures is asked
    of two bodies of evidence, and one datum more settles one of them at most."""
    open_ = [one for one in readings if one.side != BOTH]
    return [one for one in open_ if judge.judge(one).verdict is Verdict.UNDECIDED]


def deciding(judge: Judge, readings: Sequence[Reading], limits_of: Sequence[Reading]) -> Deciding:
    """What would settle some undecided readings: single months of the first ones, totals of the
    last."""
    months = [row for reading in readings for row in _Open(judge, reading).months()]
    limits = [row for reading in limits_of for row in _Open(judge, reading).limits()]
    return Deciding(pd.DataFrame(months, columns=MONTHS), pd.DataFrame(limits, columns=LIMITS))


def largest_limit(
    judge: Judge, reading: Reading, months: Iterable[str], believing: tuple[str, ...]
) -> tuple[float, Verdict] | None:
    """The largest limit of the study's own trade in some months under which a reading is settled, and
    how, with some names believed; None where there is none, or that trade has a limit."""
    opened = _Open(judge, reading)
    return opened.largest(opened.weights(OWN, months), believing)


class _Open:
    """One undecided reading, and what is known without the datum that is looked for."""

    def __init__(self, judge: Judge, reading: Reading):
        self.judge, self.reading, self.evidence = judge, reading, judge.evidence
        self.taken = Taken().reading(reading)
        self.known = self._known(())
        question = judge.question(reading.asks, self.known)
        self.known = Knowledge(self.known.scope, question.body)
        self.reached = question.body.reached(question.form.cells)
        self.before = judge.found(question, reading.needs)

    # -- months -------------------------------------------------------------------------------

    def months(self) -> list[tuple[Any, ...]]:
        """Rows of `Deciding.months`."""
        rows = []
        for place in self._places():
            for month, weights, values in self._tried(place):
                outcomes = [self._told(weights, value) for value in values]
                if effect := self._effect([one for one in outcomes if one]):
                    rows.append((self.reading.id, *place, month, *effect))
        table = pd.DataFrame(rows, columns=MONTHS)
        width = (table["hi"] - table["lo"]).astype(float).round(6)
        order = table.assign(rate=-table["settles"] / table["tried"], width=width)
        return [
            *table.loc[order.sort_values(["rate", "width"], kind="stable").index].itertuples(False)
        ]

    def _tried(self, place: Place) -> Iterator[tuple[str, Weights, list[float]]]:
        """The unknown months of a place that bear on the reading, with the values they may have."""
        series: dict[str, Weights] = {}
        for month in sorted({cell.month for cell in self.reached}):
            weights = self.known.scope.cells(place.over([month]), month)
            lo, hi = self.known.body.span(Term(weights))
            if weights.keys() <= self.reached and lo < hi:
                series[month] = weights
        if not series:
            return
        paths = [known.body.smooth_path([*series.values()]) for known in self._worlds(series)]
        for number, (month, asked) in enumerate(series.items()):
            tried = {round(path[number], 3): path[number] for path in paths}
            yield month, asked, list(tried.values())

    def _worlds(self, series: dict[str, Weights]) -> Iterator[Knowledge]:
        """What is known with each set of figures that may be believed and can be true."""
        cells = frozenset(cell for weights in series.values() for cell in weights)
        believed = dict.fromkeys(
            tuple(sorted(choice.believing))
            for dimension in self.evidence.claims.dimensions
            for choice in dimension.choices.values()
        )
        for names in [(), *filter(None, believed)]:
            known = self._known(names)
            if known.body.sound(cells):
                yield known

    def _told(self, weights: Weights, value: float) -> Outcome | None:
        """What follows if a sum were known."""
        row = Row(weights, value - CLEARLY, value + CLEARLY)
        return self._found(self.known, row)

    def _effect(
        self, tried: Sequence[Outcome]
    ) -> tuple[int, int, float | None, float | None, float] | None:
        """How many values were tried and settle it; what is left at worst, and its share."""
        still = [one for one in tried if one.verdict is Verdict.UNDECIDED and _width(one) > POINT]
        if not tried:
            return None
        # Rounded as bounds are: the solver's last digits choose nothing.
        worst = max(still or tried, key=lambda one: (round(_width(one), 6), one.hi or 0.0))
        before = _width(self.before)
        left = _width(worst) / before if before and isfinite(before) else nan
        settles = len(tried) - len(still)
        shrinks = left < CHANGED or (isinf(before) and isfinite(_width(worst)))
        if not settles and not shrinks:
            return None
        return len(tried), settles, worst.lo, worst.hi, left

    # -- totals -------------------------------------------------------------------------------

    def limits(self) -> list[tuple[Any, ...]]:
        """Rows of `Deciding.limits`."""
        rows = []
        for place in self._places():
            for months, published in self._spans(place):
                if found := self._limit(self.weights(place, months)):
                    rows.append((self.reading.id, *place, months[0], months[-1], published, *found))
        return sorted(rows, key=lambda row: (len(row[-1]), -row[-3]))

    def _limit(self, weights: Weights) -> tuple[float, Verdict, tuple[str, ...]] | None:
        """The largest limit that settles it, the verdict then, and what must be believed."""
        for names in dict.fromkeys([(), self._others(self.reading.believing)]):
            if found := self.largest(weights, names):
                for fewer in _smaller(names):
                    same = self.largest(weights, fewer)
                    if same and same[0] >= found[0] * (1 - 2 * NEAR):
                        return *same, fewer
                return *found, names
        return None

    def largest(self, weights: Weights, names: tuple[str, ...]) -> tuple[float, Verdict] | None:
        """The largest limit of a sum under which the reading is settled, and how, with some names
        believed; None where there is none, or the sum has a limit."""
        known = self._known(names)
        try:
            least, most = known.body.span(Term(weights))
        except Contradiction:
            return None
        if isfinite(most):
            return None

        def settled(limit: float) -> Outcome | None:
            outcome = self._found(known, Row(weights, hi=limit))
            return outcome if outcome and outcome.verdict is not Verdict.UNDECIDED else None

        low = (least + CLEARLY) * (1 + ROOM) + ROOM
        if not (verdict := settled(low)) or settled(inf):
            return None
        high = next((h for n in range(1, MOST_DOUBLED) if not settled(h := low * 2.0**n)), None)
        if high is None:
            return None
        low = max(low, high / 2)
        while high - low > NEAR * low:
            middle = (low + high) / 2
            low, high = (middle, high) if settled(middle) else (low, middle)
        return low, verdict.verdict

    def _spans(self, place: Place) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Spans of which totals are published, and those that the reading itself adds up."""
        spans = {tuple(period.months): True for period in self.evidence.periods()}
        for quantity in _quantities(self.reading):
            if Place.of(quantity) == place:
                spans.setdefault(tuple(sorted(quantity.month_list)), False)
        reached = {cell.month for cell in self.reached}
        for span, published in spans.items():
            if len(span) > 1 and not reached.isdisjoint(span):
                yield span, published

    # -- what both need -----------------------------------------------------------------------

    def weights(self, place: Place, months: Iterable[str]) -> Weights:
        cells = (self.known.scope.cells(place.over([month]), month) for month in months)
        return combined(*((1.0, one) for one in cells))

    def _known(self, names: Iterable[str]) -> Knowledge:
        return self.evidence.taken(Taken(believing=self._others(names)).reading(self.reading))

    def _others(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names that are not of the reading's own claim."""
        own = {
            one.id
            for one in self.evidence.claims.readings.values()
            if one.claim == self.reading.claim
        }
        return tuple(sorted(set(names) - own))

    def _found(self, known: Knowledge, row: Row) -> Outcome | None:
        """What follows with a row more; None where that cannot be true, or leaves no answer."""
        more = Constraint("datum", "the datum", (row,), Grade.OBSERVED)
        body = self.judge.question(self.reading.asks, known).body.believing([more])
        question = self.judge.question(self.reading.asks, Knowledge(known.scope, body))
        try:
            return self.judge.found(question, self.reading.needs)
        except (Contradiction, Missing):
            return None

    def _places(self) -> list[Place]:
        return list(dict.fromkeys(map(Place.of, _quantities(self.reading))))


def _quantities(reading: Reading) -> Iterator[Quantity]:
    measure = reading.asks
    for one in several.members(measure) if measure.rank or measure.count else [measure]:
        yield from (q for q in one.quantities() if q.what == "value")


def _smaller(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Each part of some names but the whole, the smallest first."""
    for size in range(len(names)):
        yield from combinations(names, size)


def _width(outcome: Outcome) -> float:
    if outcome.months:
        return float(len(outcome.months) - 1)
    return (outcome.hi or 0.0) - (outcome.lo or 0.0)

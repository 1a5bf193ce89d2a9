"""What a reading measures and what came of it, in words made from the numbers."""

import math
from collections.abc import Sequence
from functools import cached_property

from tradecheck.bounds.knowledge import Knowledge, Taken
from tradecheck.bounds.terms import Grade
from tradecheck.show.prose import NBSP, listing, month_name, period_name
from tradecheck.show.units import Unit, count, money, price_as_given, unit_as_given, unit_of
from tradecheck.study.claims import Reading
from tradecheck.study.measures import EARLIER, Measure, Predicate, Quantity
from tradecheck.study.periods import following
from tradecheck.study.sides import by_figures
from tradecheck.verdicts.claims import Judged
from tradecheck.verdicts.judge import Judge, Outcome, Verdict

MOST_NAMED = 4
SAID = {
    Verdict.HOLDS: "holds", Verdict.FAILS: "fails", Verdict.UNDECIDED: "undecided",
    Verdict.NOT_TESTABLE: "not testable",
}  # fmt: skip
SIDES = {"change": ("of", "base"), "ratio": ("of", "to"), "share": ("of", "among")}


class Measured:
    """The words of one report: its money, its judge, its names."""

    def __init__(self, judge: Judge):
        self.judge, self.evidence, self.study = judge, judge.evidence, judge.evidence.study

    @cached_property
    def money(self) -> Unit:
        """The report's money."""
        return money(self.evidence.currency, self.evidence.scale)

    def unit(self, measure: Measure) -> Unit:
        """How values of a measure are written."""
        if measure.shown_unit:
            return unit_of(measure.shown_unit)
        quantity = next(iter(measure.quantities()))
        if measure.kind == "unit_value":
            return price_as_given(self.evidence.currency, self.evidence.known().unit)
        if quantity.what == "quantity":
            return unit_as_given(self.evidence.known().unit)
        return money(quantity.currency, self.evidence.scale) if quantity.currency else self.money

    def span(self, measure: Measure, lo: float, hi: float) -> str:
        """A range in words; one that excludes nothing is called any value."""
        nothing_below = (
            -math.inf if measure.kind == "excess" else -100.0 if measure.kind == "change" else 0.0
        )
        whole = {"share": 1.0, "per cent": 100.0}.get(measure.shown_unit, math.inf)
        most = whole if measure.kind in ("share", "ratio") else math.inf
        if lo <= nothing_below + 1e-9 and hi >= most - 1e-9:
            return "any value"
        if measure.kind == "change" and lo == hi:
            return self.unit(measure).signed(lo)
        return self.unit(measure).between(lo, hi)

    def needs(self, reading: Reading) -> str:
        """The predicate as a phrase with its unit."""
        return self.predicate(reading.measure, reading.predicate)

    def predicate(self, measure: Measure, predicate: Predicate) -> str:
        unit = self.unit(measure)
        if isinstance(predicate.is_, str):
            return month_name(predicate.is_)
        if predicate.is_ is not None:
            return f"exactly {unit(predicate.is_, _places(unit, predicate.is_))}"
        if predicate.between is not None:
            return unit.between(*predicate.between, _places(unit, *predicate.between))
        if predicate.above == 0:
            return "more than zero"
        words = {
            "above": "more than",
            "at_least": "at least",
            "below": "less than",
            "at_most": "at most",
        }
        name = next(name for name in words if getattr(predicate, name) is not None)
        value = getattr(predicate, name)
        return f"{words[name]} {unit(value, _places(unit, value))}"

    def result(self, reading: Reading, outcome: Outcome) -> str:
        """What came out, without a verdict: a value, a range, months, or nothing."""
        if outcome.months:
            return self.months(outcome.months)
        if outcome.lo is None:
            return ""
        if reading.measure.kind in ("rank", "count"):
            return self._whole(reading.measure, outcome)
        return self.span(reading.measure, outcome.lo, outcome.hi)

    @staticmethod
    def months(months: Sequence[str]) -> str:
        """Possible months: "September 2022", "July or August 2022", "any of 15 months"."""
        named = [month_name(month) if month != "none" else "none" for month in months]
        if len(named) > MOST_NAMED:
            return f"any of {count(len(named))} months"
        return listing(named, "or")

    def sentence(self, judged: Judged) -> str:
        """Why the verdict, as a Markdown sentence with its numbers."""
        reading, outcome = judged.reading, judged.outcome
        if outcome.verdict is Verdict.NOT_TESTABLE:
            return outcome.reason
        if outcome.sides:
            return self._by_sides(reading, outcome)
        knowledge = self.evidence.taken(Taken().reading(reading))
        if outcome.grade is Grade.OBSERVED and outcome.lo == outcome.hi:
            return self._observed(reading, outcome, knowledge)
        return self._bounded(reading, outcome)

    def _by_sides(self, reading: Reading, outcome: Outcome) -> str:
        """What must be true by the figures of each side: what comes of it by each."""
        told = [
            f"{by_figures(side)} **{self.result(reading, one) or one.reason}** "
            f"({SAID[one.verdict]})"
            for side, one in outcome.sides.items()
        ]
        text = listing(told)
        return f"{text[0].upper()}{text[1:]}; by both the claim needs {self.needs(reading)}."

    def total(self, quantity: Quantity, knowledge: Knowledge) -> tuple[float, float]:
        """Smallest and largest value of a quantity, in its unit."""
        return self.judge.bounds(Measure(value=quantity), knowledge)

    # -- observed -----------------------------------------------------------------------------

    def _observed(self, reading: Reading, outcome: Outcome, knowledge: Knowledge) -> str:
        measure = reading.measure
        if measure.kind in SIDES:
            return self._two_sides(measure, outcome, knowledge)
        if measure.kind in ("value", "unit_value"):
            quantity = getattr(measure, measure.kind)
            return f"{self.over(quantity)}: **{self.unit(measure)(outcome.lo)}**."
        if measure.kind == "excess":
            first = measure.excess[0]
            mine, theirs = (self.total(side, knowledge)[0] for side in (first.of, first.over))
            return f"{self.money(mine)} against {self.money(theirs)}."
        if measure.kind == "peak":
            return self._peak(measure.peak, outcome, knowledge)
        if measure.kind == "first_month":
            return self._first(measure, outcome, knowledge)
        return f"**{self._whole(measure, outcome)}**."

    def _two_sides(self, measure: Measure, outcome: Outcome, knowledge: Knowledge) -> str:
        held = getattr(measure, measure.kind)
        top, base = (getattr(held, side) for side in SIDES[measure.kind])
        base = top.a_year_earlier() if base == EARLIER else base
        high, low = (self.total(side, knowledge) for side in (top, base))
        if high[0] != high[1] or low[0] != low[1]:
            return f"**{self.span(measure, outcome.lo, outcome.hi)}**."
        unit = (
            self.money
            if top.what == "value" and not top.currency
            else self.unit(Measure(value=top))
        )
        found = self.span(measure, outcome.lo, outcome.hi)
        if measure.kind == "share":
            return f"{unit(high[0])} of {unit(low[0])}: **{found}**."
        if top.month_list == base.month_list:
            return f"{unit(high[0])} against {unit(low[0])}: **{found}**."
        return f"From {unit(low[0])} in {self.over(base)} to {unit(high[0])}: **{found}**."

    def _peak(self, quantity: Quantity, outcome: Outcome, knowledge: Knowledge) -> str:
        values = self._by_month(quantity, knowledge)
        month = outcome.months[0]
        if len(outcome.months) > 1 or len(values) < 2:
            return f"The peak may be {self.months(outcome.months)}."
        other = max((one for one in values if one != month), key=lambda one: values[one])
        less = 1 - values[other] / values[month] if values[month] else 0.0
        return (
            f"{month_name(month)}: **{self.money(values[month])}**. Next is {month_name(other)}: "
            f"{self.money(values[other])}, {unit_of('share')(less)} less."
        )

    def _first(self, measure: Measure, outcome: Outcome, knowledge: Knowledge) -> str:
        asked, month = measure.first_month, outcome.months[0]
        base = self.total(asked.base, knowledge)[0]
        if month == "none" or len(outcome.months) > 1:
            return f"**{self.months(outcome.months)}**; the base is {self.money(base)}."
        value = self._by_month(asked.of, knowledge)[month]
        times = unit_of("ratio")
        return (
            f"First in **{month_name(month)}**: {self.money(value)}, {times(value / base, 2)} of "
            f"{self.money(base)}."
        )

    def _by_month(self, quantity: Quantity, knowledge: Knowledge) -> dict[str, float]:
        return {
            month: self.total(
                quantity.model_copy(update={"months": month, "take": "total"}), knowledge
            )[0]
            for month in quantity.month_list
        }

    def _whole(self, measure: Measure, outcome: Outcome) -> str:
        lo, hi = (count(end) for end in (outcome.lo, outcome.hi))
        found = lo if lo == hi else f"{lo} to {hi}"
        if measure.kind == "rank":
            return f"place {found} of {count(len(measure.rank.among))}"
        return f"{found} of {count(len(measure.count.of))}"

    # -- bounded ------------------------------------------------------------------------------

    def _bounded(self, reading: Reading, outcome: Outcome) -> str:
        name = reading.measure.name or reading.words
        name = f"{name[0].upper()}{name[1:]}"
        found, needs = self.result(reading, outcome), self.needs(reading)
        if outcome.verdict is Verdict.HOLDS:
            return f"{name}: **{found}**; the claim needs {needs}."
        if outcome.verdict is Verdict.FAILS:
            return f"{name}: **{found}**, whatever the months were; the claim needs {needs}."
        if found == "any value" or (outcome.hi is not None and math.isinf(outcome.hi)):
            return f"{name}: nothing known sets a limit, so it can be {found}; the claim needs {needs}."
        anything = "anything from " if outcome.lo is not None and math.isfinite(outcome.lo) else ""
        return f"{name}: {anything}**{found}**; the claim needs {needs}."

    def over(self, quantity: Quantity) -> str:
        """The months of a quantity in words."""
        months = sorted(quantity.month_list)
        if len(months) == 1:
            return month_name(months[0])
        if following(months[0], len(months) - 1) == months[-1]:
            return period_name(months[0], months[-1])
        if len(months) <= MOST_NAMED:
            return listing([month_name(month) for month in months])
        return f"{count(len(months))}{NBSP}months from {month_name(months[0])} to {month_name(months[-1])}"


def _places(unit: Unit, *values: float) -> int | None:
    """No decimals for figures that somebody said without; the unit's own elsewhere."""
    return 0 if all(float(round(value * unit.factor, 9)).is_integer() for value in values) else None

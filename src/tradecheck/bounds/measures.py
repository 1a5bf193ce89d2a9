"""Measures as terms of cells.

"Each" makes several terms: a predicate must be true for every one of them. "Largest" makes several
cases: which month is the largest is itself unknown.
"""

from collections.abc import Iterable
from itertools import product

from tradecheck.bounds.scope import Scope
from tradecheck.bounds.terms import Case, Row, Term, Weights, combined
from tradecheck.study.measures import Excess, Measure, Quantity

PER_CENT = 100.0


def parts(quantity: Quantity, scope: Scope) -> list[Weights]:
    """One weighted sum, or one for each month when it takes each, the largest or the smallest."""
    monthly: list[Weights] = [scope.cells(quantity, month) for month in quantity.month_list]
    if quantity.take in ("each", "largest", "smallest"):
        return monthly
    share = 1.0 / len(monthly) if quantity.take == "mean" else 1.0
    return [{cell: share * weight for part in monthly for cell, weight in part.items()}]


def alternatives(quantity: Quantity, scope: Scope) -> list[tuple[list[Weights], tuple[Row, ...]]]:
    """The parts, with the rows under which they hold: one for each month that may be the extreme."""
    found = parts(quantity, scope)
    if quantity.take not in ("largest", "smallest"):
        return [(found, ())]
    sign = 1.0 if quantity.take == "largest" else -1.0
    return [
        (
            [part],
            tuple(
                Row(combined((sign, part), (-sign, other)), lo=0.0)
                for other in found
                if other is not part
            ),
        )
        for part in found
    ]


def cases(measure: Measure, scope: Scope) -> list[Case]:
    """Everything that the predicate speaks of, in the plain scale: a ratio, not per cent."""
    held = getattr(measure, measure.kind)
    match measure.kind:
        case "value":
            return [
                Case(tuple(Term(part) for part in found), where)
                for found, where in alternatives(held, scope)
            ]
        case "ratio":
            return _ratios(held.of, held.to, scope)
        case "share":
            return _ratios(held.of, held.among, scope)
        case "change":
            return _ratios(held.of, held.base, scope)
        case "unit_value":
            return _unit_values(held, scope)
        case "excess":
            return [Case(tuple(term for excess in held for term in excess_terms(excess, scope)))]
    raise TypeError(f"a {measure.kind} is no sum or ratio")


def shown(measure: Measure, scope: Scope) -> list[Case]:
    """What the range in a table shows: of several excesses the first."""
    if measure.excess is not None:
        return [Case(excess_terms(measure.excess[0], scope))]
    return cases(measure, scope)


def excess_terms(excess: Excess, scope: Scope) -> tuple[Term, ...]:
    """By how much each part of the one exceeds each part of the other."""
    sides = parts(excess.of, scope), parts(excess.over, scope)
    return tuple(
        Term(combined((1.0, mine), (-1.0, theirs)))
        for mine, theirs in _pairs(excess.of, excess.over, *sides)
    )


def to_plain(measure: Measure, value: float) -> float:
    """A predicate's number on the scale of `cases`: +95 per cent is a ratio of 1.95."""
    if measure.kind == "change":
        return 1.0 + value / PER_CENT
    return value / PER_CENT if _in_per_cent(measure) else value


def from_plain(measure: Measure, value: float) -> float:
    """A bound in the measure's unit."""
    if measure.kind == "change":
        return (value - 1.0) * PER_CENT
    return value * PER_CENT if _in_per_cent(measure) else value


def _in_per_cent(measure: Measure) -> bool:
    return measure.kind in ("ratio", "share") and measure.shown_unit == "per cent"


def _ratios(of: Quantity, to: Quantity | str, scope: Scope) -> list[Case]:
    if isinstance(to, str):
        earlier = of.a_year_earlier()
        pairs = zip(parts(of, scope), parts(earlier, scope), strict=True)
        return [Case(tuple(Term(over, under) for over, under in pairs))]
    return [
        Case(tuple(Term(over, under) for over, under in _pairs(of, to, overs, unders)), one + two)
        for overs, one in alternatives(of, scope)
        for unders, two in alternatives(to, scope)
    ]


def _unit_values(of: Quantity, scope: Scope) -> list[Case]:
    """Plain units of currency, not thousands or millions, for one unit of quantity."""
    found = _ratios(of, of.model_copy(update={"what": "quantity"}), scope)
    return [
        Case(tuple(Term(combined((scope.scale, term.over)), term.under) for term in case.terms))
        for case in found
    ]


def _pairs(
    one: Quantity, other: Quantity, mine: list[Weights], theirs: list[Weights]
) -> Iterable[tuple[Weights, Weights]]:
    """Each part of the one with each of the other; of the same months each with its own."""
    if one.take == other.take == "each" and one.month_list == other.month_list:
        return zip(mine, theirs, strict=True)
    return product(mine, theirs)

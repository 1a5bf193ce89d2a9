"""What a reader may choose to believe, as constraints: reported figures, shapes, readings taken as true."""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

from tradecheck.bounds import measures
from tradecheck.bounds.scope import Scope
from tradecheck.bounds.terms import Constraint, Grade, Row, Weights, combined
from tradecheck.errors import TradecheckError
from tradecheck.study.beliefs import Amount, Reported, Shape
from tradecheck.study.claims import ClaimsFile, Reading
from tradecheck.study.measures import Quantity

SMALLEST_STEP = 1e-6  # of the report's unit: believed, "more than" means at least so much more


def beliefs(
    names: Iterable[str], claims: ClaimsFile, scope: Scope, figures: Mapping[str, float]
) -> list[Constraint]:
    """Reported figures and believed readings, by name, as constraints."""
    reported = {figure.id: figure for figure in claims.reported}
    return [
        reported_constraint(reported[name], scope, figures)
        if name in reported
        else believed(claims.reading(name), scope)
        for name in names
    ]


def reported_constraint(figure: Reported, scope: Scope, figures: Mapping[str, float]) -> Constraint:
    """A figure as rows, one for each month when its quantity takes each; or a shape's rows."""
    if figure.shape is not None:
        rows = tuple(shape_rows(figure.shape, scope))
    else:
        assert figure.quantity is not None
        lo = -math.inf if figure.at_least is None else _value(figure.at_least, figures)
        hi = math.inf if figure.at_most is None else _value(figure.at_most, figures)
        rows = tuple(Row(weights, lo, hi) for weights in measures.parts(figure.quantity, scope))
    return Constraint(figure.id, figure.words, rows, Grade.REPORTED, figure.source)


def shape_rows(shape: Shape, scope: Scope) -> Iterable[Row]:
    """No month above k times the mean of the months; or neighbours within a factor of each other."""
    monthly = measures.parts(Quantity(take="each", months=shape.months, goods=shape.goods), scope)
    if shape.no_month_above is not None:
        mean = combined(*((1.0 / len(monthly), part) for part in monthly))
        for part in monthly:
            yield Row(combined((1.0, part), (-shape.no_month_above, mean)), hi=0.0)
        return
    assert shape.neighbours_within is not None
    for one, next_one in pairwise(monthly):
        for less, more in ((one, next_one), (next_one, one)):
            yield Row(combined((1.0, more), (-shape.neighbours_within, less)), hi=0.0)


def believed(reading: Reading, scope: Scope) -> Constraint:
    """The reading taken as true: its predicate as rows on the cells."""
    cases = measures.cases(reading.asks, scope) if _linear(reading) else []
    if len(cases) != 1:
        raise TradecheckError(
            f"The reading {reading.id} cannot be believed as evidence: it is not one set of "
            "inequalities; name a simpler reading."
        )
    lo, hi, lo_open, hi_open = reading.needs.zone
    lo = measures.to_plain(reading.asks, lo) + (SMALLEST_STEP if lo_open else 0.0)
    hi = measures.to_plain(reading.asks, hi) - (SMALLEST_STEP if hi_open else 0.0)
    rows = tuple(row for term in cases[0].terms for row in _rows(term.over, term.under, lo, hi))
    return Constraint(
        reading.id, f"{reading.id}: {reading.words}", rows, Grade.REPORTED, "the claim"
    )


def _rows(over: Weights, under: Weights | None, lo: float, hi: float) -> Iterable[Row]:
    if under is None:
        yield Row(over, lo, hi)
        return
    for edge, side in ((lo, 1.0), (hi, -1.0)):
        if math.isfinite(edge):
            yield Row(combined((side, over), (-side * edge, under)), lo=0.0)


def _linear(reading: Reading) -> bool:
    return reading.measure is not None and reading.measure.kind not in (
        "first_month", "peak", "rank", "count",
    )  # fmt: skip


def _value(amount: float | Amount, figures: Mapping[str, float]) -> float:
    if not isinstance(amount, Amount):
        return float(amount)
    for name in filter(None, (amount.figure, amount.percent)):
        if name not in figures:
            raise TradecheckError(
                f"The claims file names the reported figure {name!r}, which no table of figures "
                "holds; correct the id or add a row with its source."
            )
    share = figures[amount.percent] / 100 if amount.percent else 1.0
    return figures[amount.figure] * share / amount.per_months

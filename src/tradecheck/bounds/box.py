"""What follows where each cell varies for itself between the smallest and largest value known of
it."""

import math
from collections.abc import Iterable, Mapping, Sequence

from tradecheck.bounds.terms import (
    CLEARLY,
    SMALLEST_BASE,
    Cell,
    Range,
    Row,
    Term,
    Weights,
    Zone,
    combined,
)

NOTHING_KNOWN = (0.0, math.inf)
NOISE = 1e-13  # of the sizes added up: what is left of a difference that cancels out
Values = Mapping[Cell, Range]


def loose(cells: frozenset[Cell], values: Values) -> frozenset[Cell]:
    """The cells that have more than one possible value."""
    if not values:
        return cells
    ends = ((cell, values.get(cell, NOTHING_KNOWN)) for cell in cells)
    found = frozenset(cell for cell, (lo, hi) in ends if lo != hi)
    return cells if len(found) == len(cells) else found


def total(weights: Weights, values: Values) -> Range:
    """Smallest and largest value of a weighted sum, the same in whatever order it is added up."""
    least, most = [], []
    for cell, weight in weights.items():
        if weight:
            lo, hi = values.get(cell, NOTHING_KNOWN)
            least.append(weight * (lo if weight > 0 else hi))
            most.append(weight * (hi if weight > 0 else lo))
    return _sum(least), _sum(most)


def value(weights: Weights, values: Values) -> float:
    """A weighted sum of cells of which each has one known value."""
    return _sum([weight * values[cell][0] for cell, weight in weights.items()])


def ratio(term: Term, values: Values) -> Range | None:
    """Smallest and largest value of a ratio whose sides share cells; None where it takes a solver:
    where a cell has no limit, or the base may be zero.

    The best of all corners is found by Dinkelbach's steps (Management Science, 1967), each of which
    puts every cell where it helps against the best ratio so far.
    """
    ends = {cell: values.get(cell, NOTHING_KNOWN) for cell in term.cells}
    above, below = term.over, term.under or {}
    if total(below, values)[0] < SMALLEST_BASE or any(math.isinf(hi) for _, hi in ends.values()):
        return None

    def at(corner: Mapping[Cell, float]) -> float:
        over, under = (_sum([w * corner[c] for c, w in side.items()]) for side in (above, below))
        return over / under

    def best(sign: float) -> float:
        found = at({cell: lo for cell, (lo, _) in ends.items()})
        while True:
            gain = combined((sign, above), (-sign * found, below))
            other = at({cell: hi if gain[cell] > 0 else lo for cell, (lo, hi) in ends.items()})
            if sign * other <= sign * found:
                return found
            found = other

    return best(-1.0), best(1.0)


def met(rows: Iterable[Row], values: Values) -> bool:
    """Whether rows whose every cell has one known value are true."""
    return all(row.lo - CLEARLY <= value(row.weights, values) <= row.hi + CLEARLY for row in rows)


def agree(terms: Sequence[Term], zone: Zone) -> bool:
    """Whether terms that each reach the zone surely do so on one path: they share no cell, or the
    zone has one end, and no cell pulls one term towards it and another away."""
    signs: dict[Cell, set[float]] = {}
    side = 1.0 if math.isinf(zone.hi) else -1.0
    for place, term in enumerate(terms):
        pulls = [*((cell, side * w) for cell, w in term.over.items())]
        pulls += [(cell, -side * w) for cell, w in (term.under or {}).items()]
        for cell, pull in pulls:
            signs.setdefault(cell, set()).add(
                math.copysign(1.0, pull) if one_sided(zone) else place
            )
    return all(len(held) == 1 for held in signs.values())


def one_sided(zone: Zone) -> bool:
    return math.isinf(zone.lo) != math.isinf(zone.hi)


def _sum(parts: Sequence[float]) -> float:
    """The exact sum, rounded once; zero where only the rounding of its parts is left."""
    found = math.fsum(parts)
    return (
        0.0 if abs(found) <= NOISE * math.fsum(map(abs, parts)) and math.isfinite(found) else found
    )


def quotient(over: Range, under: Range) -> Range:
    """A ratio of two values that vary freely, neither below zero."""
    (least, most), (smallest, largest) = over, under
    lo = 0.0 if math.isinf(largest) else least / largest
    if smallest < SMALLEST_BASE:
        return lo, (math.inf if most > SMALLEST_BASE else 0.0)
    return lo, most / smallest

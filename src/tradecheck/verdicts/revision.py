"""What provisional months would have to become to change a verdict."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd

from tradecheck.bounds.body import Body
from tradecheck.bounds.knowledge import Knowledge, Taken
from tradecheck.bounds.terms import Missing
from tradecheck.study.claims import Reading
from tradecheck.study.sides import BOTH
from tradecheck.verdicts.judge import Judge, Verdict

STEPS = 32  # at which the revisions seen so far are tried, before the first change is looked for
NEAR = 1e-5  # how near the smallest revision is looked for, as a fraction of the figure
COLUMNS = ["reading", "first", "last", "now", "then", "revision"]


def revisions(judge: Judge, readings: Iterable[Reading]) -> pd.DataFrame:
    """The smallest revision of all provisional months alike that changes a reading's verdict.

    Only revisions as large as those seen so far are tried, in both directions. Columns: reading,
    first, last (provisional months that the reading speaks of), now, then (verdicts), revision (a
    fraction of the figures as published; negative for less).
    """
    rows = [row for reading in readings for row in _revised(judge, reading)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _revised(judge: Judge, reading: Reading) -> Iterator[tuple[Any, ...]]:
    if reading.revised or reading.not_testable or reading.side == BOTH:
        return
    taken = Taken().reading(reading)
    knowledge, known = judge.evidence.taken(taken), judge.evidence.known(taken)
    cells = judge.cells(reading.asks, knowledge)
    body = judge.evidence.asking(knowledge, cells).body
    values = {cell: body.values[cell] for cell in cells if cell in body.values}
    provisional = [cell for cell in values if cell in known.provisional]
    if not provisional or body.touched(cells):
        return

    def verdict(revision: float) -> Verdict:
        times = 1 + revision
        revised = {c: (times * values[c][0], times * values[c][1]) for c in provisional}
        other = Knowledge(knowledge.scope, Body(values | revised))
        try:
            return judge.found(judge.question(reading.asks, other), reading.needs).verdict
        except Missing:
            return Verdict.NOT_TESTABLE

    months = sorted({cell.month for cell in provisional})
    now = verdict(0.0)
    for most in _seen(known.provisional, values, provisional):
        if found := _smallest(verdict, now, most):
            yield reading.id, months[0], months[-1], str(now), str(found[1]), found[0]


def _seen(revised: dict[Any, Any], values: dict[Any, Any], cells: list[Any]) -> Iterator[float]:
    """The revisions seen so far, down and up, as fractions."""
    for end, worst in ((0, min), (1, max)):
        found = [revised[c][end] / values[c][end] - 1 for c in cells if values[c][end] > 0]
        if found and worst(found):
            yield worst(found)


def _smallest(
    verdict: Callable[[float], Verdict], now: Verdict, most: float
) -> tuple[float, Verdict] | None:
    """The smallest revision up to `most` after which the verdict is another, and that verdict."""
    tried = [most * step / STEPS for step in range(STEPS + 1)]
    far = next((place for place, one in enumerate(tried) if verdict(one) is not now), None)
    if not far:
        return None
    same, other = tried[far - 1], tried[far]
    while abs(other - same) > NEAR:
        middle = (same + other) / 2
        same, other = (middle, other) if verdict(middle) is now else (same, middle)
    return other, verdict(other)

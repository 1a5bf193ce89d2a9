"""Which month may be the largest, or the first at or above so many times a base."""

from collections.abc import Mapping, Sequence

from tradecheck.bounds import measures
from tradecheck.bounds.body import Body
from tradecheck.bounds.scope import Scope
from tradecheck.bounds.terms import Case, Missing, Term, Zone, combined
from tradecheck.errors import TradecheckError
from tradecheck.study.measures import FirstMonth, Quantity

NONE = "none"  # no month at all


def monthly(of: Quantity, scope: Scope) -> dict[str, Term]:
    """Each month of a quantity as a sum."""
    return {month: Term(scope.cells(of, month)) for month in of.month_list}


def base(asked: FirstMonth, scope: Scope) -> Term:
    """What the months are compared with."""
    parts = measures.parts(asked.base, scope)
    if len(parts) != 1:
        raise TradecheckError("The base of a first month is one sum or mean, not each month.")
    return Term(parts[0])


def peaks(sums: Mapping[str, Term], body: Body) -> tuple[str, ...]:
    """The months that may be the largest."""
    ends = {month: body.span(term) for month, term in sums.items()}
    surely = max(lo for lo, _ in ends.values())
    near = [month for month, (_, hi) in ends.items() if hi >= surely]
    if not any(body.touched(term.cells) for term in sums.values()):  # each month for itself
        return tuple(near)
    return tuple(month for month in near if _may_exceed(month, sums, body))


def first(asked: FirstMonth, sums: Mapping[str, Term], base: Term, body: Body) -> tuple[str, ...]:
    """The months that may be the first at or above so many times the base, and stay there; `NONE`
    where it may be that none is. Raises Missing where the base is zero."""
    if body.span(base)[1] <= 0:
        raise Missing("The base is zero, so no month is so many times it.")
    order = list(sums)
    above = [Term(combined((1.0, term.over), (-asked.times, base.over))) for term in sums.values()]
    ends = [body.span(term) for term in above]
    starts = range(len(order) - asked.stays + 1)
    found = []
    for place in starts:
        run = range(place, place + asked.stays)
        # Where a run is one month, every month before it is below.
        before = range(place) if asked.stays == 1 else ()
        if _may(above, ends, run, before, body):
            found.append(order[place])
        if all(ends[month][0] >= 0 for month in run):
            return tuple(found)
    none = asked.stays > 1 or _may(above, ends, (), range(len(order)), body)
    return (*found, NONE) if none else tuple(found)


def _may(
    above: Sequence[Term],
    ends: Sequence[tuple[float, float]],
    reached: Sequence[int],
    below: Sequence[int],
    body: Body,
) -> bool:
    """Whether one path has some months at or above the base and others below it."""
    if any(ends[n][1] < 0 for n in reached) or any(ends[n][0] >= 0 for n in below):
        return False
    if all(ends[n][0] >= 0 for n in reached) and all(ends[n][1] < 0 for n in below):
        return True
    terms = [above[n] for n in reached]
    terms += [Term({cell: -weight for cell, weight in above[n].over.items()}) for n in below]
    return body.allows([Case(tuple(terms))], Zone(lo=0.0, lo_open=bool(below)))


def _may_exceed(month: str, sums: Mapping[str, Term], body: Body) -> bool:
    mine = sums[month].over
    others = (term.over for other, term in sums.items() if other != month)
    terms = tuple(Term(combined((1.0, mine), (-1.0, other))) for other in others)
    return not terms or body.allows([Case(terms)], Zone(lo=0.0))

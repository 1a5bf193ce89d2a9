"""Measures laid on cells, made once for all that ask the same."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from tradecheck.bounds import measures
from tradecheck.bounds.scope import Scope
from tradecheck.bounds.terms import Case, Cell, Term
from tradecheck.study.measures import FirstMonth, Measure, Predicate, Quantity
from tradecheck.verdicts import months, several


@dataclass(frozen=True, eq=False)
class Form:
    """A measure laid on cells. content: the same for all measures that ask the same."""

    measure: Measure
    content: Hashable
    cells: frozenset[Cell]
    cases: list[Case] = field(default_factory=list)
    shown: list[Case] = field(default_factory=list)
    monthly: dict[str, Term] = field(default_factory=dict)
    base: Term | None = None
    members: tuple["Form", ...] = ()


class Forms:
    """The forms of measures, by what names stand for."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], tuple[Form, Measure, frozenset[Cell]]] = {}
        self._contents: dict[Hashable, int] = {}

    def of(self, measure: Measure, scope: Scope) -> Form:
        """The form of a measure. Raises Missing where the evidence does not name what it needs."""
        key = (id(measure), *scope.own.values(), id(scope.given))
        if key not in self._made:  # measure and cells are kept, so that ids stay their own
            self._made[key] = (self._formed(measure, scope), measure, scope.given)
        return self._made[key][0]

    def _formed(self, measure: Measure, scope: Scope) -> Form:
        if measure.rank or measure.count:
            return self._of_several(measure, scope)
        if measure.peak or measure.first_month:
            return self._of_months(measure, scope)
        cases = measures.cases(measure, scope)
        content = frozenset(case.content for case in cases)
        cells = frozenset().union(*(case.cells for case in cases))
        shown = measures.shown(measure, scope) if measure.excess else cases
        return Form(measure, self._numbered(content), cells, cases, shown)

    def _of_several(self, measure: Measure, scope: Scope) -> Form:
        members = tuple(self.of(one, scope) for one in several.members(measure))
        own: tuple[Any, ...] = ()
        if measure.count:
            own = (measure.count.measure.shown_unit, wanted_by(measure.count.predicate))
        content = (measure.kind, *own, *(member.content for member in members))
        cells = frozenset().union(*(member.cells for member in members))
        return Form(measure, self._numbered(content), cells, members=members)

    def _of_months(self, measure: Measure, scope: Scope) -> Form:
        held: Quantity | FirstMonth = getattr(measure, measure.kind)
        monthly = months.monthly(held if isinstance(held, Quantity) else held.of, scope)
        base = None if isinstance(held, Quantity) else months.base(held, scope)
        terms = [*monthly.values(), *([base] if base else [])]
        told = () if isinstance(held, Quantity) else (held.times, held.stays)
        content = (measure.kind, *told, *(term.content for term in terms), *monthly)
        cells = frozenset().union(*(term.cells for term in terms))
        return Form(measure, self._numbered(content), cells, monthly=monthly, base=base)

    def _numbered(self, content: Hashable) -> int:
        """A short name for what is asked."""
        return self._contents.setdefault(content, len(self._contents))


def wanted_by(predicate: Predicate) -> Hashable:
    """The same for all predicates that are true of the same values."""
    return predicate.is_ if isinstance(predicate.is_, str) else predicate.zone

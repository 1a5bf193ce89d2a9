"""What official totals and reported figures say of the months, as constraints on cells."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tradecheck.errors import TradecheckError
from tradecheck.measures import LISTED, Quantity, Scope, Strict
from tradecheck.study.periods import fiscal_months, fiscal_year, month_range
from tradecheck.official import Choices, Tables, YearTotals, codes_of, named_goods, split_goods, unseen
from tradecheck.bounds.programme import Cell, Constraint, Evidence, Grade, Row
from tradecheck.study import Study

class Amount(Strict):
    """A reported figure by its id: a percentage of it, and per month, if so said."""

    figure: str
    percent: str | None = None
    per_months: int = 1

    def value(self, figures: Mapping[str, float]) -> float:
        for name in filter(None, (self.figure, self.percent)):
            if name not in figures:
                raise TradecheckError(
                    f"The claims file names the reported figure {name!r}, which the context table "
                    "does not hold; correct the id or add a row with its source."
                )
        share = figures[self.percent] / 100 if self.percent else 1.0
        return figures[self.figure] * share / self.per_months


class Reported(Strict):
    """A figure somebody reported, which a reader may choose to believe."""

    id: str
    words: str
    quantity: Quantity
    at_least: float | Amount | None = None
    at_most: float | Amount | None = None
    source: str

    def constraint(self, scope: Scope, figures: Mapping[str, float]) -> Constraint:
        """The figure as rows, one for each month when its quantity is "each"."""
        lo, hi = (
            edge.value(figures) if isinstance(edge, Amount) else edge
            for edge in (self.at_least, self.at_most)
        )
        lo, hi = -math.inf if lo is None else lo, math.inf if hi is None else hi
        rows = tuple(Row(weights, lo, hi) for weights in self.quantity.parts(scope))
        return Constraint(self.id, self.words, rows, Grade.REPORTED, self.source)


@dataclass(frozen=True)
class Knowledge:
    """Evidence, with the names that measures may use."""

    scope: Scope
    evidence: Evidence

    def believing(self, constraints: Sequence[Constraint]) -> "Knowledge":
        return replace(self, evidence=self.evidence.believing(constraints))


def monthly(tables: Tables, study: Study, choices: Choices | None = None) -> Knowledge:
    """What official totals say of the months of every fiscal year the study touches.

    The reporter's cells are atoms of the goods by month; the other suppliers' are the listed goods
    of the months up to the claim. Nothing official limits the other suppliers. `choices` default to
    the study's own.
    """
    choices = choices or Choices.of(study)
    years = sorted({fiscal_year(m) for m in month_range(study.first_month, study.last_month)})
    atoms = split_goods(codes_of(choices.goods, tables.listed, study.goods), study.goods)
    scope = Scope(study.reporter, named_goods(atoms, study.goods), tuple(study.suppliers))
    cells = [
        Cell(study.reporter, atom, month)
        for year in years
        for month in fiscal_months(year)
        for atom in atoms
    ]
    cells += [
        Cell(supplier, LISTED, month)
        for supplier in study.suppliers
        for month in month_range(study.first_month, study.claim_date[:7])
    ]
    constraints = [
        constraint
        for year in years
        if choices.knows(year)
        for constraint in YearTotals.of(tables, study, atoms, year, choices).constraints()
    ]
    return Knowledge(scope, Evidence(cells, constraints))


def composition(
    tables: Tables, study: Study, year: str, choices: Choices | None = None
) -> Knowledge:
    """What a fiscal year's official totals say of its goods, at worst.

    One period, two cells an atom: the trade the source holds (known up to the rounding of its
    lines) and the trade it does not. The unseen trade of a chapter may be any goods of that
    chapter; groups in `study.beyond_list` may take it outside the goods list, too.
    """
    choices = choices or Choices.of(study)
    atoms = split_goods(codes_of(choices.goods, tables.listed, study.goods), study.goods)
    names = named_goods(atoms, study.goods)
    totals = YearTotals.of(tables, study, atoms, year, choices)
    beyond = {}
    for group, figure in study.beyond_list.items():
        name = f"{group}, outside the list"
        held = tables.figures[figure] - sum(totals.held[atom] for atom in names[group])
        beyond[name] = (held, frozenset(prefix[:2] for prefix in study.goods[group]))
        names[f"{group}, listed or not"] = (*names[group], name)
        names[f"listed goods and all {group}"] = (*names[LISTED], name)
    rows = totals.composition_rows(beyond) if choices.knows(year) else ()
    words = f"the official totals of {year}, with the unseen trade of their chapters"
    constraint = Constraint(f"composition-{year}", words, tuple(rows), Grade.BOUNDED, "DGCI&S")
    parts = {atom: (atom, unseen(atom)) for atom in (*atoms, *beyond)}
    scope = Scope(
        study.reporter,
        {name: tuple(part for atom in group for part in parts[atom]) for name, group in names.items()},
    )
    cells = [Cell(study.reporter, part, year) for pair in parts.values() for part in pair]
    return Knowledge(scope, Evidence(cells, [constraint]))

"""All that is known of a study's months, for any choice of how to take it."""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import pandas as pd

from tradecheck.bounds.beliefs import beliefs
from tradecheck.bounds.body import Body
from tradecheck.bounds.corridor import Corridor
from tradecheck.bounds.entries import check_entries, report_unit
from tradecheck.bounds.months import Known, check_groups, known_months
from tradecheck.bounds.parts import Shared
from tradecheck.bounds.scope import AXES, Scope
from tradecheck.bounds.sides import Sides, as_dimension, sides_of
from tradecheck.bounds.taken import Taken
from tradecheck.bounds.terms import Cell, Constraint, Grade, Row
from tradecheck.bounds.totals import (
    Total,
    remainder_constraints,
    second_currency_constraints,
    total_constraints,
    totals_of,
)
from tradecheck.bounds.vintages import with_releases
from tradecheck.data.tables import Tables
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.names import Names, names_of
from tradecheck.study.periods import Period
from tradecheck.study.sides import BOTH, facing, reporting
from tradecheck.study.study import Study


@dataclass(frozen=True)
class Knowledge:
    """A body of evidence, with the names that measures may use. beside: the importer's, where what
    is asked must be true by the exporter's figures and by the importer's."""

    scope: Scope
    body: Body
    beside: "Knowledge | None" = None


class Evidence:
    """A study's evidence, made from its tables once for every way of taking it.

    scale and currency are those of the report: every value is in units of `scale` of `currency`.
    """

    def __init__(self, study: Study, claims: ClaimsFile, tables: Tables):
        self.study, self.claims, self.tables = study, claims, tables
        self.names: Names = names_of(study, claims, tables.read_list)
        self.currency, self.scale = report_unit(study, tables)
        check_entries(study, tables, self.currency)
        codes = {
            code
            for table in tables.remainders.values()
            for code in table["product"]
            if code.isdigit()
        }
        self.corridor = Corridor.of(self.names, tables.flows, tuple(sorted(codes)))
        self.shared = Shared()
        self._known: dict[tuple[Any, ...], Known] = {}
        self._no_months = Known()
        self._labelled: dict[str, pd.DataFrame] = {}
        self._scopes: dict[tuple[Any, ...], Scope] = {}
        self._totals: dict[tuple[Any, ...], list[Total]] = {}
        self._bodies: dict[tuple[Any, ...], Body] = {}
        self._reach: dict[tuple[Any, ...], frozenset[Cell]] = {}
        self._beliefs: dict[tuple[str, int], Constraint] = {}
        self._whole: dict[Taken, Knowledge] = {}
        self._asking: dict[tuple[Any, ...], tuple[Knowledge, Body]] = {}
        self._groups: dict[tuple[Any, ...], list[tuple[Cell, frozenset[Cell]]]] = {}
        self.sides: Sides = sides_of(study, tables, self._of_side)
        if self.sides.two:
            self.claims = as_dimension(claims, self.sides, tables.mirrors)
        self.claims = with_releases(self.claims, study, tables)

    def taken(self, taken: Taken = Taken()) -> Knowledge:
        """What is known, taken in one way, with what is believed."""
        if taken not in self._whole and taken.side == BOTH:
            one, other = (self.taken(side) for side in taken.by_side)
            self._whole[taken] = replace(one, beside=other)
        elif taken not in self._whole:
            scope = self._scope(taken)
            bare = Knowledge(scope, self._official(taken))
            believed = [self._believed(name, scope) for name in taken.believing]
            body = bare.body.believing(self._linked(bare, believed)) if believed else bare.body
            self._whole[taken] = Knowledge(scope, body)
        return self._whole[taken]

    def bearing(self, taken: Taken, cells: frozenset[Cell]) -> Hashable:
        """The same for all ways of taking the evidence in which the same bears on some cells."""
        if taken.side == BOTH:
            return tuple(self.bearing(side, cells) for side in taken.by_side)
        scope, official = self._scope(taken), self._official(taken)
        key = (taken.believing, id(scope), cells)
        if key not in self._reach:
            believed = (self._believed(name, scope) for name in taken.believing)
            rows = (row.cells for constraint in believed for row in constraint.rows)
            self._reach[key] = cells.union(*rows)
        parts = official.touched(self._reach[key])
        return id(scope), id(official.values), taken.believing, parts

    def named(self, taken: Taken) -> Knowledge:
        """What is known with nothing believed: enough to say what names stand for."""
        return Knowledge(self._scope(taken), self._official(taken))

    def periods(self) -> list[Period]:
        """The longer periods for which the study's tables hold totals, in order."""
        names = [entry.totals for entry in self.study.of_kind("totals")]
        flows = self.tables.flows
        rows = flows[flows["source"].isin(names) & (flows["period_start"] < flows["period_end"])]
        ends = rows[["period_start", "period_end"]].drop_duplicates().itertuples(index=False)
        return sorted(Period(*pair) for pair in ends)

    def known(self, taken: Taken = Taken()) -> Known:
        """The values of the monthly statistics, as published."""
        if "months" in taken.leave_out:
            return self._no_months
        side = None if taken.source else self.sides.counting(taken.side)
        return self._of_side(side, taken.vintage or self.study.vintage, taken.source)

    @cached_property
    def own_flows(self) -> pd.DataFrame:
        """The rows of the tables that count where nothing else is said."""
        flows = self.tables.flows
        if not self.sides.two:
            return flows
        mirror = flows["source"].isin(sorted(self.tables.mirrors))
        return flows[~mirror]

    def _of_side(
        self, side: str | None, vintage: str | None = None, source: str | None = None
    ) -> Known:
        """The values of one side's monthly statistics, or of all."""
        key = (side, vintage, source)
        if key not in self._known:
            mirror = None if side is None else side != reporting(self.study.flow_code)
            known = known_months(
                self.study, self.tables, self.corridor, vintage, source, self.scale, self.currency,
                self._labelled, mirror,
            )  # fmt: skip
            check_groups(known.values, self.corridor, tolerance=1e-3)
            self._known[key] = known
        return self._known[key]

    def _scope(self, taken: Taken = Taken()) -> Scope:
        """The names, with those that a choice puts in the place of the study's own."""
        known, study = self.known(taken), self.study
        own = {
            "reporter": taken.reporter or study.reporter,
            "partner": taken.partner or study.partner,
            "goods": taken.goods or study.goods_name,
        }
        key = (id(known), *own.values())
        if key not in self._scopes:
            rates = {
                entry.currency: self.tables.rates[entry.rates] for entry in study.of_kind("rates")
            }
            axes = {axis: getattr(self.corridor, axis) for axis in AXES}
            self._scopes[key] = Scope(
                axes, own, known.given, rates, known.unit, self.scale, self.currency
            )
        return self._scopes[key]

    def _official(self, taken: Taken) -> Body:
        if taken.official not in self._bodies:
            known, scope = (
                self.known(taken),
                self._scope(replace(Taken(), **taken.of_months)),
            )
            values = known.revised() if taken.revised else known.values
            widened = taken.revised and values != known.values
            constraints = [*self._constraints(taken, scope)]
            grade = Grade.BOUNDED if widened else Grade.OBSERVED
            body = Body(values, constraints, self.shared, grade)
            links = self._linked(Knowledge(scope, body), constraints)[len(constraints) :]
            self._bodies[taken.official] = body.believing(links) if links else body
        return self._bodies[taken.official]

    def _believed(self, name: str, scope: Scope) -> Constraint:
        key = (name, id(scope))  # scopes are kept, so that ids stay their own
        if key not in self._beliefs:
            (self._beliefs[key],) = beliefs([name], self.claims, scope, self.tables.figures)
        return self._beliefs[key]

    def _constraints(self, taken: Taken, scope: Scope) -> Iterable[Constraint]:
        """The constraints of every kind of evidence beside the monthly statistics."""
        study, tables, corridor = self.study, self.tables, self.corridor
        if taken.side == facing(self.sides.own):
            return  # all else is known of the reporter's own figures
        vintage = taken.vintage or study.vintage
        by_name = {entry.totals: entry for entry in study.of_kind("totals")}

        def totals(name: str, currency: str) -> list[Total]:
            return self._totals_of(name, currency, vintage)

        def publisher(name: str) -> str:
            return tables.cards[name].publisher

        if "totals" not in taken.leave_out:
            for name, entry in by_name.items():
                held = totals(name, self.currency)
                yield from total_constraints(
                    entry, held, corridor, scope, taken.exact, publisher(name)
                )
        for entry in study.of_kind("remainder"):
            if "remainder" not in taken.leave_out and not taken.exact:
                held = totals(entry.of, self.currency)
                yield from remainder_constraints(
                    entry, by_name[entry.of], held, tables, corridor, scope, self.scale,
                    publisher(entry.remainder),
                )  # fmt: skip
        for entry in study.of_kind("second_currency"):
            if "second_currency" not in taken.leave_out:
                tolerance = entry.tolerance if taken.tolerance is None else taken.tolerance
                lag = entry.lag if taken.lag is None else taken.lag
                yield from second_currency_constraints(
                    entry.model_copy(update={"tolerance": tolerance, "lag": lag}),
                    by_name.get(entry.second_currency),
                    totals(entry.second_currency, entry.currency),
                    tables.rates[entry.rates],
                    corridor,
                    scope,
                    publisher(entry.second_currency),
                )

    def _totals_of(self, name: str, currency: str, vintage: str | None) -> list[Total]:
        """The totals of a table whose periods hold a month that anything asks for."""
        key = (name, currency, vintage)
        if key not in self._totals:
            found = totals_of(
                self.study, self.tables, self.corridor, name, currency, self.scale, vintage
            )
            asked = self.names.months
            self._totals[key] = [t for t in found if not asked.isdisjoint(t.period.months)]
        return self._totals[key]

    def asking(self, knowledge: Knowledge, cells: Iterable[Cell]) -> Knowledge:
        """The knowledge with links for unknown cells that a measure asks for."""
        body = knowledge.body
        if not knowledge.scope.given:
            return knowledge
        unknown = frozenset(
            cell for cell in cells if cell not in body.values and not body.ties(cell)
        )
        if not unknown:
            return knowledge
        key = (id(body), unknown)
        if key not in self._asking:
            rows = self._links(knowledge, unknown)
            linked = (
                Knowledge(knowledge.scope, body.believing([_link(rows)])) if rows else knowledge
            )
            self._asking[key] = (linked, body)  # kept, so that ids stay their own
        return self._asking[key][0]

    def _linked(self, knowledge: Knowledge, constraints: list[Constraint]) -> list[Constraint]:
        """The constraints, and what ties their unknown cells to groups with a figure."""
        if not knowledge.scope.given:
            return constraints
        unknown = {
            cell
            for constraint in constraints
            for row in constraint.rows
            for cell in row.weights
            if cell not in knowledge.body.values
        }
        rows = self._links(knowledge, unknown)
        return [*constraints, _link(rows)] if rows else constraints

    def _links(self, knowledge: Knowledge, unknown: Collection[Cell]) -> list[Row]:
        """Rows that make each given cell of a group the sum of its atoms, where one is unknown."""
        rows = []
        for month in sorted({cell.month for cell in unknown}):
            for cell, atoms in self._composites(knowledge.scope, month):
                if not atoms.isdisjoint(unknown):
                    lo, hi = knowledge.body.values[cell]
                    rows.append(Row(dict.fromkeys(sorted(atoms), 1.0), lo, hi))
        return rows

    def _composites(self, scope: Scope, month: str) -> list[tuple[Cell, frozenset[Cell]]]:
        """The given cells of a month that are sums of several atoms, with these."""
        key = (id(scope.given), month)
        if key not in self._groups:
            given = sorted(cell for cell in scope.given if cell.month == month)
            split = [(cell, self._atoms(cell)) for cell in given]
            self._groups[key] = [(cell, atoms) for cell, atoms in split if len(atoms) > 1]
        return self._groups[key]

    def _atoms(self, cell: Cell) -> frozenset[Cell]:
        """The cells of atoms that a cell is the sum of."""
        parts = (
            getattr(self.corridor, axis).sorted_parts[label]
            for axis, label in zip(AXES, (cell.reporter, cell.partner, cell.goods), strict=True)
        )
        return frozenset(
            Cell(reporter, partner, goods, cell.month, cell.what)
            for reporter, partner, goods in product(*parts)
        )


def _link(rows: list[Row]) -> Constraint:
    words = "a group's own figure is the sum of its members"
    return Constraint("groups", words, tuple(rows), Grade.OBSERVED)


__all__ = ["Evidence", "Knowledge", "Taken"]

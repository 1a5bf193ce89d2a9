"""Totals over longer periods as constraints: years, fiscal years, quarters, in any currency.

A total is exact up to the rounding of its lines; where lines may be missing it is a floor, but for
codes of which every line is held. What a wider group's official total leaves for unseen trade is a
ceiling: unseen trade of a group may be any goods of that group.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import pandas as pd

from tradecheck.bounds.corridor import Corridor, area_label
from tradecheck.bounds.scope import Scope
from tradecheck.bounds.terms import Cell, Constraint, Grade, Row, combined
from tradecheck.data.tables import Tables
from tradecheck.errors import TradecheckError
from tradecheck.study.evidence import (
    RemainderEvidence,
    SecondCurrencyEvidence,
    TotalsEvidence,
)
from tradecheck.study.periods import Period, following
from tradecheck.study.study import Study

MOST_GROUPS = 10  # groups of goods whose every union gets a ceiling of its own


@dataclass(frozen=True)
class Total:
    """One period's total of one atom of goods on one way, in the report's unit."""

    reporter: str
    partner: str
    goods: str
    period: Period
    lo: float
    value: float
    hi: float

    def place(self) -> tuple[str, str, str]:
        return self.reporter, self.partner, self.goods


def totals_of(
    study: Study,
    tables: Tables,
    corridor: Corridor,
    name: str,
    currency: str,
    scale: float,
    vintage: str | None = None,
) -> list[Total]:
    """The totals of a table by way, atom of goods and period; atoms without a row hold zero."""
    flows = tables.flows
    rows = flows[
        (flows["source"] == name)
        & (flows["flow"] == study.flow_code)
        & (flows["period_start"] < flows["period_end"])
        & (flows["currency"] == currency)
    ]
    if vintage is not None:
        rows = rows[rows["released"] <= vintage]
    ways = rows.assign(
        way=[
            (area_label(corridor.reporter, one), area_label(corridor.partner, two))
            for one, two in zip(rows["reporter"], rows["partner"])
        ],
        label=rows["product"].map({c: corridor.goods_label(c) for c in rows["product"].unique()}),
    )
    ways = ways[ways["label"].notna() & ways["way"].map(lambda way: None not in way)]
    found = []
    key = ["way", "period_start", "period_end"]
    for ((reporter, partner), first, last), held in ways.groupby(key, sort=True):
        sums = held.groupby("label")[["value_lo", "value", "value_hi"]].sum() / scale
        for label in sorted(set(corridor.goods.atoms) | set(sums.index)):
            given = sums.loc[label] if label in sums.index else (0.0, 0.0, 0.0)
            lo, most_likely, hi = map(float, given)
            period = Period(first, last)
            found.append(Total(reporter, partner, label, period, lo, most_likely, hi))
    return found


def total_constraints(
    entry: TotalsEvidence,
    totals: Sequence[Total],
    corridor: Corridor,
    scope: Scope,
    exact: bool,
    publisher: str,
) -> Iterator[Constraint]:
    """One constraint a period: exact totals, or floors; `exact` takes floors as whole, as published."""
    complete, listed = closed_atoms(corridor, entry.complete), own_atoms(scope)
    for period, held in by_period(totals).items():
        rows = []
        for total in held:
            floor = entry.floors and not exact and total.goods not in complete
            if (
                total.lo > 0
                or (total.hi > 0 and not floor)
                or (not floor and total.goods in listed)
            ):
                most = math.inf if floor else total.hi
                rows.append(Row(over_months(scope, total.place(), period), total.lo, most))
        yield Constraint(
            f"{entry.totals}-{period}", f"the official totals of {words(period)}", tuple(rows),
            Grade.BOUNDED, publisher,
        )  # fmt: skip


def remainder_constraints(
    entry: RemainderEvidence,
    of: TotalsEvidence,
    totals: Sequence[Total],
    tables: Tables,
    corridor: Corridor,
    scope: Scope,
    scale: float,
    publisher: str,
) -> Iterator[Constraint]:
    """For every union of wider groups, the most that its goods can be: what is held, and what is not.

    The limits of all unions are all there is to know (Gale, Pacific Journal of Mathematics, 1957).
    Groups of goods outside the list (`beyond`) share the unseen trade; of these the held trade is a
    reported figure over all their codes.
    """
    complete, listed = closed_atoms(corridor, of.complete), own_atoms(scope)
    for period, held in by_period(totals).items():
        room = _room(tables.remainders[entry.remainder], period, scale)
        if not room:
            continue
        way = held[0].reporter, held[0].partner
        value = {total.goods: total.value for total in held if total.goods in listed - complete}
        beyond = _beyond(entry, tables, corridor, listed, held)
        rows = [
            Row(_months_of(scope, way, group, period), lo=most) for group, most in beyond.items()
        ]
        for part in chain.from_iterable(combinations(room, n) for n in range(1, len(room) + 1)):
            inside = [atom for atom in value if _lies_in(corridor, atom, part)]
            groups = [
                group for group in beyond if all(_lies_in(corridor, atom, part) for atom in group)
            ]
            limited = [*inside, *chain.from_iterable(groups)]
            if limited:
                most = sum(value[atom] for atom in inside) + sum(room[code] for code in part)
                most += sum(beyond[group] for group in groups)
                rows.append(Row(_months_of(scope, way, limited, period), hi=most))
        yield Constraint(
            f"{entry.remainder}-{period}",
            f"the official totals of wider groups in {words(period)}",
            tuple(rows),
            Grade.BOUNDED,
            publisher,
        )


def second_currency_constraints(
    entry: SecondCurrencyEvidence,
    of: TotalsEvidence | None,
    totals: Sequence[Total],
    rates: Mapping[str, float],
    corridor: Corridor,
    scope: Scope,
    publisher: str,
) -> Iterator[Constraint]:
    """Σ x(m)·rate(m) is the total in the other currency, each rate within the tolerance.

    Only goods whose every line is held say this. `totals` are in the other currency, `rates` its
    units per unit of the study's. With a lag, a month is converted at the rate of so much earlier.
    """
    if entry.tolerance is None:
        return
    complete = (
        closed_atoms(corridor, of.complete) if of and of.floors else set(corridor.goods.atoms)
    )
    for period, held in by_period(totals).items():
        for total in held:
            if total.goods not in complete or total.value == 0:
                continue
            cells = over_months(scope, total.place(), period)
            rate = {cell: _lagged(rates, cell.month, entry) for cell in cells}
            rows = (
                Row({cell: rate[cell] - entry.tolerance for cell in cells}, hi=total.hi),
                Row({cell: rate[cell] + entry.tolerance for cell in cells}, lo=total.lo),
            )
            yield Constraint(
                f"{entry.second_currency}-{entry.currency}-{total.goods}-{period}",
                f"the total of {total.goods} in {entry.currency}, {words(period)}",
                rows,
                Grade.BOUNDED,
                publisher,
            )


def over_months(scope: Scope, place: tuple[str, str, str], period: Period) -> dict[Cell, float]:
    """Weight one for each cell of a place in the months of a period."""
    return {cell: 1.0 for month in period.months for cell in scope.resolved(place, month)}


def _months_of(
    scope: Scope, way: tuple[str, str], goods: Iterable[str], period: Period
) -> dict[Cell, float]:
    return combined(*((1.0, over_months(scope, (*way, label), period)) for label in goods))


def own_atoms(scope: Scope) -> frozenset[str]:
    """The atoms of the study's own goods."""
    return scope.axes["goods"].parts(scope.own["goods"])


def by_period(totals: Iterable[Total]) -> dict[Period, list[Total]]:
    found: dict[Period, list[Total]] = {}
    for total in totals:
        found.setdefault(total.period, []).append(total)
    return found


def closed_atoms(corridor: Corridor, codes: Sequence[str]) -> set[str]:
    """Atoms all of whose codes are among those that are held whole."""
    return {atom for atom in corridor.goods.atoms if codes and _lies_in(corridor, atom, codes)}


def words(period: Period) -> str:
    return f"{period.first} to {period.last}"


def _room(remainders: pd.DataFrame, period: Period, scale: float) -> dict[str, float]:
    rows = remainders[
        (remainders["period_start"] == period.first) & (remainders["period_end"] == period.last)
    ]
    return {
        row.product: (row.official - row.held) / scale
        for row in rows.itertuples()
        if row.product.isdigit()
    }


def _lies_in(corridor: Corridor, atom: str, codes: Sequence[str]) -> bool:
    return all(region.startswith(tuple(codes)) for region in corridor.goods.atoms[atom])


def _beyond(
    entry: RemainderEvidence,
    tables: Tables,
    corridor: Corridor,
    listed: frozenset[str],
    held: Sequence[Total],
) -> dict[tuple[str, ...], float]:
    """Atoms of each group outside the study's goods, with what is held of them."""
    found = {}
    for group, figure in entry.beyond.items():
        atoms = corridor.goods.sorted_parts[group]
        if figure not in tables.figures:
            raise TradecheckError(
                f"The study's remainder names the figure {figure!r}, which no table of figures holds."
            )
        inside = sum(total.value for total in held if total.goods in listed.intersection(atoms))
        found[tuple(atom for atom in atoms if atom not in listed)] = tables.figures[figure] - inside
    return found


def _lagged(rates: Mapping[str, float], month: str, entry: SecondCurrencyEvidence) -> float:
    whole = int(entry.lag)
    part = entry.lag - whole
    needed = [following(month, -whole)] + ([following(month, -whole - 1)] if part else [])
    if missing := [one for one in needed if one not in rates]:
        raise TradecheckError(
            f"The exchange rates {entry.rates} hold no {missing[0]}, which the totals in "
            f"{entry.currency} need; add the month to the raw table."
        )
    first = rates[needed[0]]
    return first if not part else (1 - part) * first + part * rates[needed[1]]

"""Monthly statistics as known values of cells.

Rows are added up to the labels of the axes once. A value is what was published, or that and half
its last digit. What a table has no row for is zero only where its card says so, and only in months for
which it holds some row of the reporter; elsewhere a sum with a part missing is a floor.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from tradecheck.bounds.axes import Axis
from tradecheck.bounds.corridor import Corridor, area_label
from tradecheck.bounds.covered import PLACE, covered_whole, needed_rows, with_zeros
from tradecheck.bounds.releases import latest
from tradecheck.bounds.terms import Cell, Range
from tradecheck.data.tables import Tables
from tradecheck.errors import TradecheckError
from tradecheck.study.evidence import MIRROR, Provisional
from tradecheck.study.study import Study


@dataclass(frozen=True)
class Known:
    """Known values by cell, as published; which of them are provisional, and what they may
    become."""

    values: dict[Cell, Range] = field(default_factory=dict)
    provisional: dict[Cell, Range] = field(default_factory=dict)  # after the revisions seen so far
    sources: dict[Cell, tuple[str, ...]] = field(default_factory=dict)
    unit: str = ""

    @cached_property
    def given(self) -> frozenset[Cell]:
        """The cells that a monthly statistic gives."""
        return frozenset(self.values)

    def revised(self) -> dict[Cell, Range]:
        """The values with every provisional one as wide as its revisions."""
        return self._revised

    @cached_property
    def _revised(self) -> dict[Cell, Range]:
        return self.values | self.provisional


def known_months(
    study: Study,
    tables: Tables,
    corridor: Corridor,
    vintage: str | None = None,
    source: str | None = None,
    scale: float = 1.0,
    currency: str = "",
    kept: dict[str, pd.DataFrame] | None = None,
    mirror: bool | None = None,
) -> Known:
    """What the study's monthly tables say, in units of `scale` of the currency.

    vintage: releases after that day are not known. source: the one table that counts. Where two
    tables speak of one cell, its value lies between theirs. mirror: whether the partners' own tables
    alone count, or those of the study's reporter alone. kept: tables with their labels, for further
    calls that differ in vintage, source or mirror alone.
    """
    kept = {} if kept is None else kept
    best: dict[tuple[str, Cell], Published] = {}
    revisions: dict[str, tuple[set[str], Range]] = {}
    units: set[str] = set()
    for entry in study.of_kind("months"):
        if (source and entry.months != source) or (mirror is not None and entry.mirror != mirror):
            continue
        name = entry.months
        if name not in kept:
            kept[name] = _labelled(_rows(study, tables, name, currency), corridor)
        labelled = kept[name]
        if vintage is not None:
            labelled = labelled[labelled["released"] <= vintage]
        publisher = tables.cards[name].publisher + MIRROR * entry.mirror  # one may give both sides
        kinds = {"value": labelled.assign(**_scaled(labelled, scale))}
        held = set(labelled.loc[labelled["quantity"].notna(), "unit"]) - {""}
        if len(held) == 1:
            units |= held
            kinds[next(iter(held))] = labelled.assign(
                value_lo=labelled["quantity"], value_hi=labelled["quantity"]
            )
        for what, table in kinds.items():
            found = with_zeros(
                _added_up(table, corridor, tables, name), labelled, corridor, tables, name
            )
            _keep_latest(best, found, what, name, publisher)
        marked = set(labelled.loc[labelled["status"] == "provisional", "month"])
        revisions[name] = (
            marked | _provisional_months(entry.provisional, labelled["month"]),
            entry.provisional.revision if entry.provisional else (0.0, 0.0),
        )
    best = latest(best, corridor)
    return _known(best, revisions, units.pop() if len(units) == 1 else "")


class Published(NamedTuple):
    """A table's figure for a cell, with the day of its release."""

    released: str
    lo: float
    hi: float
    source: str


def _scaled(table: pd.DataFrame, scale: float) -> dict[str, pd.Series]:
    return {end: table[end] / scale for end in ("value_lo", "value_hi")}


def _keep_latest(
    best: dict[tuple[str, Cell], Published],
    found: pd.DataFrame,
    what: str,
    source: str,
    publisher: str,
) -> None:
    """Of one publisher's figures for a cell the last released."""
    columns = (found[name].to_numpy() for name in ("released", "lo", "hi"))
    for place, released, lo, hi in zip(found.index, *columns, strict=True):
        reporter, partner, goods, month = place
        key = (publisher, Cell(reporter, partner, goods, month, what))
        if key not in best or best[key].released < released:
            best[key] = Published(released, float(lo), float(hi), source)


def _known(
    best: Mapping[tuple[str, Cell], Published],
    revisions: Mapping[str, tuple[set[str], Range]],
    unit: str,
) -> Known:
    """Where two publishers speak of one cell, its value lies between theirs."""
    known = Known(unit=unit)
    for (_, cell), (_, lo, hi, source) in best.items():
        months, (least, most) = revisions[source]
        if cell in known.values:
            smallest, largest = known.values[cell]
            lo, hi = min(lo, smallest), max(hi, largest)
        known.values[cell] = (lo, hi)
        known.sources[cell] = (*known.sources.get(cell, ()), source)
        if cell.month in months:
            known.provisional[cell] = (lo * (1 + min(0.0, least)), hi * (1 + max(0.0, most)))
    return known


def _rows(study: Study, tables: Tables, name: str, currency: str) -> pd.DataFrame:
    flows = tables.flows
    rows = flows[
        (flows["source"] == name)
        & (flows["flow"] == study.flow_code)
        & (flows["period_start"] == flows["period_end"])
    ]
    if currency:
        rows = rows[rows["currency"].isin([currency, ""])]
    return rows


def _labelled(rows: pd.DataFrame, corridor: Corridor) -> pd.DataFrame:
    """Rows with the labels that they have on the axes; rows outside are left out."""
    labels = {
        "reporter": {c: area_label(corridor.reporter, c) for c in rows["reporter"].unique()},
        "partner": {c: area_label(corridor.partner, c) for c in rows["partner"].unique()},
    }
    goods = {code: corridor.goods_label(code) for code in rows["product"].unique()}
    table = pd.DataFrame(
        {
            "reporter": rows["reporter"].map(labels["reporter"]),
            "partner": rows["partner"].map(labels["partner"]),
            "goods": rows["product"].map(goods),
            "month": rows["period_start"],
            "area": rows["reporter"],
            "other": rows["partner"],
            **{name: rows[name] for name in _KEPT},
        }
    )
    return _without_nested(table.dropna(subset=["reporter", "partner", "goods"]))


_KEPT = ("product", "value_lo", "value_hi", "quantity", "unit", "status", "released")


def _without_nested(table: pd.DataFrame) -> pd.DataFrame:
    """Of rows of one label only the widest: 8703 holds 870323, and a total of its own holds all
    codes."""
    key = ["area", "other", "month", "released", "goods", "product"]
    # What is confidential stands under the digits that are told, beside the codes it leaves out.
    telling = table["status"] != "confidential"
    own = _own_goods(table)
    if own.any() and not own.all():
        whole = pd.MultiIndex.from_frame(table.loc[own & telling, key[:-1]])
        nested = ~own & pd.MultiIndex.from_frame(table[key[:-1]]).isin(whole)
        table, telling = table[~nested], telling[~nested]
    lengths = sorted({len(code) for code in table["product"].unique() if code.isdigit()})
    if len(lengths) < 2:
        return table
    present = pd.MultiIndex.from_frame(table.loc[telling, key])
    nested = pd.Series(False, index=table.index)
    for length in lengths[:-1]:
        longer = table["product"].str.len() > length
        if longer.any():
            wider = table.loc[longer, key].assign(product=table.loc[longer, "product"].str[:length])
            nested.loc[longer] |= pd.MultiIndex.from_frame(wider).isin(present)
    return table[~nested]


def _own_goods(table: pd.DataFrame) -> pd.Series:
    """Rows that give a label's goods as a whole, by its name and not by codes."""
    return (
        table["product"]
        .map({name: not name.isdigit() for name in table["product"].unique()})
        .astype(bool)
    )


def _added_up(table: pd.DataFrame, corridor: Corridor, tables: Tables, source: str) -> pd.DataFrame:
    """Sums lo, hi by place, of the last release of each; hi is infinite where a part is missing."""
    held = table.assign(
        value_hi=table["value_hi"].fillna(math.inf), value_lo=table["value_lo"].fillna(0.0)
    )
    groups = held.groupby([*PLACE, "released"], sort=True)
    sums = groups.agg(lo=("value_lo", "sum"), hi=("value_hi", "sum")).reset_index()
    sums = sums.groupby(PLACE, sort=False).tail(1).set_index(PLACE)
    if tables.holds(source).absent == "zero":
        whole = covered_whole(sums, table, corridor, tables, source)
    else:
        whole = _held_whole(sums, table, corridor)
    return sums.assign(hi=sums["hi"].where(whole, math.inf))


def _held_whole(sums: pd.DataFrame, table: pd.DataFrame, corridor: Corridor) -> np.ndarray:
    """Places that have a row for every reporter, partner and code that their labels stand for."""
    atom = table["goods"].isin(corridor.goods.atoms)
    own = _own_goods(table)
    exact = table[table["product"].isin(corridor.regions.codes) | ~atom | own]
    distinct = exact.drop_duplicates([*PLACE, "area", "other", "product"])
    codes = distinct["goods"].map(lambda label: len(corridor.goods.atoms.get(label, "1")))
    codes = codes.astype("int64")  # of no row, too, where map leaves texts
    rows = (
        codes.where(own.reindex(distinct.index), 1)
        .groupby([distinct[name] for name in PLACE])
        .sum()
    )
    sizes = (
        needed_rows(sums, "reporter", corridor.reporter, table, "area")
        * needed_rows(sums, "partner", corridor.partner, table, "other")
        * sums.index.get_level_values("goods").map(
            lambda label: len(corridor.goods.atoms.get(label, "1"))
        )
    )
    return rows.reindex(sums.index, fill_value=0).to_numpy() >= np.asarray(sizes)


def _provisional_months(provisional: Provisional | None, months: pd.Series) -> set[str]:
    if provisional is None:
        return set()
    if isinstance(provisional.months, list):
        return set(provisional.months)
    return set(sorted(months.unique())[-provisional.months :])


def check_groups(known: Mapping[Cell, Range], corridor: Corridor, tolerance: float) -> None:
    """Raise a TradecheckError where a group's own figure and its members' add up differently.

    tolerance: in the report's unit, for the rounding of what no card declares.
    """
    axes: dict[str, Axis] = {
        name: getattr(corridor, name) for name in ("reporter", "partner", "goods")
    }
    for cell, (lo, hi) in known.items():
        for axis_name, axis in axes.items():
            label = getattr(cell, axis_name)
            if label in axis.atoms:
                continue
            atoms = axis.sorted_parts[label]
            members = [cell._replace(**{axis_name: atom}) for atom in atoms]
            if not all(member in known for member in members):
                continue
            low = sum(known[member][0] for member in members)
            high = sum(known[member][1] for member in members)
            if low > hi + tolerance or high < lo - tolerance:
                raise TradecheckError(
                    f"In {cell.month} the figure for {label} ({lo:,.6g}) and the sum of its "
                    f"{len(atoms)} parts ({low:,.6g}) differ by more than rounding; one of the raw "
                    "tables is wrong, or they are of different releases."
                )

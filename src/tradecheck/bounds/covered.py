"""What a monthly table covers: months that its reporters have published, partners and goods that it
names or was asked for; within that, no row is zero where the table's card says so.

Of a mirror's table the reporters are the study's partners: see `Tables.reporting`.
"""

import math

import numpy as np
import pandas as pd

from tradecheck.bounds.axes import Axis
from tradecheck.bounds.corridor import Corridor, area_label
from tradecheck.data.tables import Tables

PLACE = ["reporter", "partner", "goods", "month"]
COLUMN = {"reporter": "area", "partner": "other"}  # that holds the codes of an axis
FACING = {"reporter": "partner", "partner": "reporter"}


def with_zeros(
    found: pd.DataFrame, table: pd.DataFrame, corridor: Corridor, tables: Tables, source: str
) -> pd.DataFrame:
    """The sums, and zero for what the table covers without a row, where its card says that."""
    if tables.holds(source).absent != "zero" or found.empty:
        return found
    months = _published(corridor, tables, source).index.to_frame(index=False)
    seen = _asked_places(table[["reporter", "partner", "goods"]], corridor, tables, source)
    every = seen.merge(months, left_on=tables.reporting(source), right_on="label")
    absent = pd.MultiIndex.from_frame(every[PLACE]).difference(found.index)
    if absent.empty:
        return found
    latest = table["released"].max()
    zeros = pd.DataFrame({"lo": 0.0, "hi": 0.0, "released": latest}, index=absent)
    whole = covered_whole(zeros, table, corridor, tables, source)
    return pd.concat([found, zeros.assign(hi=np.where(whole, 0.0, math.inf))])


def covered_whole(
    sums: pd.DataFrame, table: pd.DataFrame, corridor: Corridor, tables: Tables, source: str
) -> np.ndarray:
    """Places whose every reporter has published the month, and whose every partner the table
    names."""
    own = tables.reporting(source)
    far = FACING[own]
    counts = _published(corridor, tables, source)
    partners = _partners(table, corridor, tables, source)
    months = pd.MultiIndex.from_arrays(
        [sums.index.get_level_values(name) for name in (own, "month")]
    )
    needed = needed_rows(sums, own, getattr(corridor, own), table, COLUMN[own])
    asked = needed_rows(sums, far, getattr(corridor, far), table, COLUMN[far])
    return (counts.reindex(months, fill_value=0).to_numpy() >= needed) & (
        partners.reindex(sums.index.get_level_values(far)).to_numpy() >= asked
    )


def _partners(table: pd.DataFrame, corridor: Corridor, tables: Tables, source: str) -> pd.Series:
    """How many of a label's partners the table names, or was asked for, by label."""
    far = FACING[tables.reporting(source)]
    asked = tables.cards[source].asked
    if asked is None or not asked.partners:
        return table.groupby(far)[COLUMN[far]].nunique()
    axis = getattr(corridor, far)
    labels = {code: area_label(axis, code) for code in asked.partners}
    held = table[[far, COLUMN[far]]].set_axis(["label", "code"], axis=1)
    every = pd.concat([held, pd.DataFrame({"label": labels.values(), "code": labels.keys()})])
    return every.dropna().groupby("label")["code"].nunique()


def _asked_places(
    held: pd.DataFrame, corridor: Corridor, tables: Tables, source: str
) -> pd.DataFrame:
    """The reporters, partners and goods of which the table says something: what it has rows of,
    and what was asked for."""
    seen, asked = held.drop_duplicates(), tables.cards[source].asked
    if asked is None:
        return seen
    own = tables.reporting(source)
    far = FACING[own]
    codes, atoms = {*asked.codes}, corridor.goods.atoms
    goods = {corridor.goods_label(code) for code in asked.codes} - {None}
    goods = {label for label in goods if label not in atoms or codes.issuperset(atoms[label])}
    partners = {area_label(getattr(corridor, far), code) for code in asked.partners} - {None}
    # Who has published a month without any of these rows has reported no trade.
    published = _published(corridor, tables, source).index.get_level_values("label")
    ends = {own: {*seen[own], *published}, far: {*seen[far], *partners}}
    places = pd.MultiIndex.from_product(
        [sorted(ends["reporter"]), sorted(ends["partner"]), sorted({*goods, *seen["goods"]})],
        names=seen.columns,
    )
    return places.to_frame(index=False)


def _published(corridor: Corridor, tables: Tables, source: str) -> pd.Series:
    """How many of a label's reporters have published a month, by label and month."""
    published = tables.published[tables.published["source"] == source]
    axis = getattr(corridor, tables.reporting(source))
    labels = {code: area_label(axis, code) for code in published["reporter"].unique()}
    held = published.assign(label=published["reporter"].map(labels)).dropna(subset=["label"])
    return held.groupby(["label", "month"])["reporter"].nunique()


def needed_rows(
    sums: pd.DataFrame, name: str, axis: Axis, table: pd.DataFrame, code: str
) -> np.ndarray:
    """How many areas' rows a label needs: one for a figure of its own, else one for each area."""
    needed = {
        label: len(axis.atoms.get(label, "1"))
        for label in sums.index.get_level_values(name).unique()
    }
    pairs = table[
        [name, code]
    ].drop_duplicates()  # a group of one atom may have a row of its own, too
    needed |= {row[0]: 1 for row in pairs.itertuples(index=False) if row[1] not in axis.atom_of}
    return sums.index.get_level_values(name).map(needed).to_numpy(dtype="int64")

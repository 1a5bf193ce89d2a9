"""Rows of codes of a study's own trade, each trade once on the axes of areas."""

from collections.abc import Iterable

import pandas as pd

from tradecheck.bounds.axes import Axis
from tradecheck.bounds.corridor import Corridor, area_label
from tradecheck.bounds.knowledge import Evidence

CELL = ["reporter", "partner", "product", "period_start"]


def own_rows(evidence: Evidence, table: str, shortest: int = 2, partner: str = "") -> pd.DataFrame:
    """Monthly rows that one table holds of the study's own trade by codes of so many digits or
    more, the last release of each. A group and its members are never both among them.

    partner: another partner than the study's. Codes and their parts may both be there.
    """
    study, corridor, flows = evidence.study, evidence.corridor, evidence.own_flows
    own = flows[
        (flows["source"] == table)
        & (flows["period_start"] == flows["period_end"])
        & flows["product"].str.isdigit()
        & (flows["product"].str.len() >= shortest)
        & (flows["flow"] == study.flow_code)
        & (flows["currency"] == evidence.currency)
    ]
    for axis, name in (("reporter", study.reporter), ("partner", partner or study.partner)):
        own = own[own[axis].isin(_areas(getattr(corridor, axis), name, own[axis].unique()))]
    goods = corridor.goods.parts(study.goods_name)
    inside = [code for code in own["product"].unique() if _inside(corridor, code, goods)]
    own = own[own["product"].isin(inside)].sort_values("released", kind="stable")
    return own.drop_duplicates(CELL, keep="last")


def _areas(axis: Axis, name: str, codes: Iterable[str]) -> list[str]:
    """The codes that make up a name: its own, if there is one, else those of its parts."""
    labels = {code: area_label(axis, code) for code in codes}
    whole = axis.canonical(name)
    if whole in labels.values():
        return [code for code, label in labels.items() if label == whole]
    return [code for code, label in labels.items() if label in axis.parts(name)]


def _inside(corridor: Corridor, code: str, goods: frozenset[str]) -> bool:
    label = corridor.goods_label(code)
    return label is not None and corridor.goods.parts(label) <= goods

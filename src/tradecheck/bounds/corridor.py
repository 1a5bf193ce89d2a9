"""A study's names laid on the axes, and the labels that rows of trade have there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from tradecheck.bounds.axes import Axis
from tradecheck.data.flows import TOTAL
from tradecheck.study import areas
from tradecheck.study.goods import ALL_GOODS, Regions
from tradecheck.study.names import Names


@dataclass(frozen=True)
class Corridor:
    """The axes of a study, and the regions of customs codes that its goods tell apart."""

    reporter: Axis
    partner: Axis
    goods: Axis
    regions: Regions
    _labels: dict[str, str | None] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, names: Names, flows: pd.DataFrame, extra_codes: tuple[str, ...] = ()) -> "Corridor":
        """The axes of the names. Codes of rows that cover several of them are names, too."""
        regions = Regions(code for goods in names.goods.values() for code in goods.mentioned)
        goods = {
            name: frozenset(region for region in regions.codes if held.holds(region))
            for name, held in names.goods.items()
        }
        wide = {code for code in flows["product"].unique() if len(_covered(regions, code)) > 1}
        for code in sorted(wide | set(extra_codes)):
            goods.setdefault(code, _covered(regions, code) or regions.under(code))
        return cls(
            reporter=_axis(names.reporters, flows, "reporter"),
            partner=_axis(names.partners, flows, "partner"),
            goods=Axis({name: held for name, held in goods.items() if held}),
            regions=regions,
        )

    def goods_label(self, product: str) -> str | None:
        """The label of a row's product: the atom it lies in, or the name that it covers as a
        whole."""
        if product not in self._labels:
            self._labels[product] = self._goods_label(product)
        return self._labels[product]

    def _goods_label(self, product: str) -> str | None:
        if product == TOTAL:
            return self.goods.canonical(ALL_GOODS) if ALL_GOODS in self.goods else None
        if not product.isdigit():
            return self.goods.canonical(product) if product in self.goods else None
        covered = _covered(self.regions, product)
        if len(covered) > 1:
            return self.goods.label(covered)
        region = self.regions.of(product)
        return None if region is None else self.goods.atom_of.get(region)


def _axis(names: Mapping[str, frozenset[str]], flows: pd.DataFrame, name: str) -> Axis:
    """The axis of the names. Where a table gives a group's own row beside single members, these are
    names, too: in one atom the two would be added up."""
    axis, beside = Axis(names), set()
    for codes in flows.groupby("source")[name].unique():
        held = {code for code in codes if code in axis.atom_of}
        for code in set(codes) - held:
            label = area_label(axis, code)
            if label in axis.atoms:
                beside |= held & axis.atoms[label]
    return (
        Axis({**names, **{code: frozenset({code}) for code in sorted(beside)}}) if beside else axis
    )


def area_label(axis: Axis, code: str) -> str | None:
    """The label of a row's reporter or partner; None if no name of the study holds it whole."""
    if code in axis.atom_of:
        return axis.atom_of[code]
    if code in axis:
        return axis.canonical(code)
    group = areas.group_of(code)
    members = areas.members(group) if group else ()
    return axis.label(members) if members else None


def _covered(regions: Regions, product: str) -> frozenset[str]:
    """The regions that a row's code covers; none where the code reaches beyond all regions."""
    if not product.isdigit() or regions.of(product) is None:
        return frozenset()
    return regions.under(product)

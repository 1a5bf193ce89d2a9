"""The cleaned tables that the evidence rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from tradecheck.study.cards import Card, Holds
from tradecheck.study.study import Study


@dataclass(frozen=True, eq=False)  # compared by identity, so that what was made of it can be kept
class Tables:
    """Everything that a study's evidence names, cleaned.

    flows: rows of the study's corridor (`flows.COLUMNS`), of all its tables of trade; monthly ones in
    the report's currency where the study has rates. published:
    source, reporter, month: the months for which a table holds any row of a reporter, whatever the
    partner and goods. cards: of the raw files, by name. rates: by raw table, units of its card's
    currency per unit of another by month. figures: reported values by id, in the report's unit where they are
    money. remainders: by raw table, rows period_start, period_end, product, official, held, currency.
    lists: the codes of goods lists by (name, where as a sorted tuple). mirrors: the tables of the
    partners' own figures; who published a month of them is a partner of the study.
    """

    flows: pd.DataFrame
    published: pd.DataFrame
    cards: Mapping[str, Card]
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    remainders: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    lists: Mapping[tuple, frozenset[str]] = field(default_factory=dict)
    mirrors: frozenset[str] = frozenset()

    @property
    def own_flows(self) -> pd.DataFrame:
        """The rows that fill a month of the report: the partners' only where there are no others."""
        own = self.flows[~self.flows["source"].isin(sorted(self.mirrors))]
        return own if len(own) else self.flows

    def reporting(self, name: str) -> str:
        """The axis of the flows on which a table's own reporters stand."""
        return "partner" if name in self.mirrors else "reporter"

    def holds(self, name: str) -> Holds:
        """What the card of a table of trade says that it holds."""
        held = self.cards[name].holds
        assert held is not None  # refused by `load.cards_of`
        return held

    def read_list(self, name: str, where: Mapping[str, bool | str]) -> frozenset[str]:
        """The codes of a goods list, for `study.goods.named_goods`."""
        return self.lists[list_key(name, where)]


def mirrors_of(study: Study) -> frozenset[str]:
    """The tables that hold the partners' own figures of the study's trade."""
    return frozenset(entry.months for entry in study.of_kind("months") if entry.mirror)


def list_key(name: str, where: Mapping[str, bool | str]) -> tuple:
    return (name, *sorted(where.items()))

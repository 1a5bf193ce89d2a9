"""Monthly values of another currency, turned into the report's at each month's mean rate."""

from collections.abc import Mapping

import pandas as pd

from tradecheck.study.cards import Card
from tradecheck.study.evidence import RatesEvidence
from tradecheck.study.study import Study

MONEY = ["value_lo", "value", "value_hi"]


def turned(
    flows: pd.DataFrame,
    study: Study,
    rates: Mapping[str, Mapping[str, float]],
    cards: Mapping[str, Card],
) -> pd.DataFrame:
    """The flows with every monthly value in the report's currency for which the study has rates.

    rates: by raw table, units of the entry's currency by month per unit of the card's `per`, one of
    which is the report's. A value of a month without a rate becomes unknown; those of longer periods
    stay as they are, since nobody knows how they lie over the months, and so does a table that gives
    its months in the report's currency, too.
    """
    own = study.unit.currency if study.unit else ""
    monthly = flows["period_start"] == flows["period_end"]
    apart = ~flows["source"].isin(flows.loc[monthly & (flows["currency"] == own), "source"])
    for entry in study.of_kind("rates"):
        per = cards[entry.rates].per
        if not per or own not in (entry.currency, per):
            continue
        rows = (
            monthly
            & apart
            & (flows["currency"] == (per if entry.currency == own else entry.currency))
        )
        rate = flows.loc[rows, "period_start"].map(dict(rates[entry.rates])).astype("float64")
        flows = flows.copy()
        for column in MONEY:
            flows.loc[rows, column] *= rate if entry.currency == own else 1 / rate
        flows.loc[rows, "currency"] = own
    return flows


def turning(study: Study, cards: Mapping[str, Card]) -> list[RatesEvidence]:
    """The evidence that turns values of another currency into the report's."""
    own = study.unit.currency if study.unit else ""
    return [
        entry
        for entry in study.of_kind("rates")
        if entry.currency == own and cards[entry.rates].per not in (None, own)
    ]

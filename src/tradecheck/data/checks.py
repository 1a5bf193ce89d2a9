"""Checks of single rows: do two currencies of a row agree with market rates, can its quantity be right."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tradecheck.data.sources.lists import rates
from tradecheck.data.tables import Tables
from tradecheck.study.periods import month_range
from tradecheck.study.project import Project
from tradecheck.study.study import Study

ROW = ["source", "row"]
SLACK = 1e-9  # a median of logarithms is not exact
RATES = [
    *ROW, "period_start", "period_end", "product", "currency", "other", "value", "rate", "rate_lo",
    "rate_hi", "market_lo", "market_hi", "flag",
]  # fmt: skip
UNIT_VALUES = [
    *ROW, "period_start", "period_end", "product", "currency", "value", "quantity", "unit", "unit_value",
    "usual", "factor_lo", "factor_hi", "flag",
]  # fmt: skip


def market_rates(project: Project, study: Study) -> dict[str, pd.DataFrame]:
    """The study's exchange rates by raw table: month, mean, low, high (the mean where not given)."""
    entries = study.of_kind("second_currency")
    held = {entry.rates: rates(project, entry.rates) for entry in entries}
    return {
        name: table.assign(
            low=table["low"].fillna(table["mean"]), high=table["high"].fillna(table["mean"])
        )
        for name, table in held.items()
    }


def implied_rates(study: Study, tables: Tables, rates: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows that a publisher gives in two currencies: the rate that their ratio implies.

    rates: see `market_rates`. Columns: source, row, period_start, period_end, product, currency, other
    (codes), value (units of currency), rate (other per currency), rate_lo, rate_hi (with the rounding of
    both values), market_lo, market_hi (lowest and highest day of the period; missing where a month of it
    has no rate), flag (true beyond the study's tolerance; never where the market is missing).
    """
    found = []
    for entry in study.of_kind("second_currency"):
        rows = tables.flows[tables.flows["source"] == entry.second_currency]
        own, other = (
            rows[(rows["currency"] == entry.currency) == second] for second in (False, True)
        )
        values = other[[*ROW, "value_lo", "value", "value_hi", "currency"]]
        both = own.merge(values, on=ROW, suffixes=("", "_other"))
        table = both.rename(columns={"currency_other": "other"}).assign(
            rate=_ratio(both["value_other"], both["value"]),
            rate_lo=_ratio(both["value_lo_other"], both["value_hi"]),
            rate_hi=_ratio(both["value_hi_other"], both["value_lo"]),
            **_market(rates[entry.rates], both),
        )
        gap = study.flag_rate_percent / 100
        too_high = table["rate_lo"] > table["market_hi"] * (1 + gap)
        too_low = table["rate_hi"] < table["market_lo"] * (1 - gap)
        found.append(table.assign(flag=too_high | too_low)[RATES])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=RATES)


def unit_values(study: Study, tables: Tables) -> pd.DataFrame:
    """What one unit was worth in each row with a quantity, beside the usual of its code and unit.

    The usual is the median over the code's periods, taken on logarithms, so that of an even number too
    high and too low count alike. Columns: source, row, period_start, period_end, product, currency,
    value, quantity, unit, unit_value, usual (units of currency), factor_lo, factor_hi (unit_value in
    times the usual, with the rounding of the value), flag; the largest value first.
    """
    flows = tables.flows
    rows = flows[flows["quantity"].notna() & flows["value"].notna()]
    unit_value = _ratio(rows["value"], rows["quantity"])
    logs = np.log(unit_value.where(unit_value > 0))
    groups = [rows[name] for name in ("reporter", "partner", "product", "unit", "currency")]
    usual = np.exp(logs.groupby(groups).transform("median"))
    lo, hi = (rows[end].fillna(rows["value"]) for end in ("value_lo", "value_hi"))
    least, most = (_ratio(end, rows["quantity"]) / usual for end in (lo, hi))
    limit = study.flag_unit_value_factor
    beyond = (least > limit * (1 + SLACK)) | (most < (1 - SLACK) / limit)
    flag = beyond | ((rows["quantity"] == 0) & (lo > 0))
    found = rows.assign(
        unit_value=unit_value, usual=usual, factor_lo=least, factor_hi=most, flag=flag
    )
    return found.sort_values("value", ascending=False, kind="stable")[UNIT_VALUES].reset_index(
        drop=True
    )


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    """above / below, missing where below is zero."""
    return above / below.where(below > 0)


def _market(rates: pd.DataFrame, rows: pd.DataFrame) -> dict[str, list[float]]:
    """Lowest and highest daily rate of each row's period; missing where a month has no rate."""
    by_month = rates.set_index("month")
    ends = {}
    for period in set(zip(rows["period_start"], rows["period_end"])):
        months = by_month.reindex(month_range(*period))
        ends[period] = (months["low"].min(skipna=False), months["high"].max(skipna=False))
    pairs = [ends[period] for period in zip(rows["period_start"], rows["period_end"])]
    return {
        name: [pair[place] for pair in pairs]
        for place, name in enumerate(("market_lo", "market_hi"))
    }

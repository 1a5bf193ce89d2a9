"""Checks of single rows: do two currencies of a row agree with market rates, can its quantity be right."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tradecheck.data.tables import Tables
from tradecheck.study.study import Study

ROW = ["source", "row"]


def implied_rates(study: Study, tables: Tables, rates: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows that a publisher gives in two currencies: the rate that their ratio implies.

    rates: by raw table, columns month, mean, low, high. Columns: source, row, period_start,
    period_end, product, value, rate, rate_lo, rate_hi (with the rounding of both values), market_lo,
    market_hi (lowest and highest day of the period), flag (true beyond the study's tolerance).
    """
    found = []
    for entry in study.of_kind("second_currency"):
        rows = tables.flows[tables.flows["source"] == entry.second_currency]
        own, other = (
            rows[rows["currency"] == currency].set_index(ROW)
            for currency in (_own_currency(rows, entry.currency), entry.currency)
        )
        both = own.join(other[["value_lo", "value", "value_hi"]], rsuffix="_other", how="inner")
        market = _market(rates[entry.rates], both)
        table = both.reset_index()[[*ROW, "period_start", "period_end", "product", "value"]].assign(
            rate=_ratio(both["value_other"], both["value"]).to_numpy(),
            rate_lo=_ratio(both["value_lo_other"], both["value_hi"]).to_numpy(),
            rate_hi=_ratio(both["value_hi_other"], both["value_lo"]).to_numpy(),
            market_lo=market["low"].to_numpy(),
            market_hi=market["high"].to_numpy(),
        )
        gap = study.flag_rate_percent / 100
        found.append(
            table.assign(
                flag=(table["rate_lo"] > table["market_hi"] * (1 + gap))
                | (table["rate_hi"] < table["market_lo"] * (1 - gap))
            )
        )
    columns = [*ROW, "period_start", "period_end", "product", "value", "rate", "rate_lo", "rate_hi",
               "market_lo", "market_hi", "flag"]  # fmt: skip
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def unit_values(study: Study, tables: Tables) -> pd.DataFrame:
    """Rows whose value of one unit is far from the usual one of their code and unit.

    The usual is the median over the code's periods, taken on logarithms, so that of an even number
    too high and too low count alike. Columns: source, row, period_start, product, value, quantity,
    unit, unit_value, usual, factor (times the usual), flag.
    """
    flows = tables.flows
    rows = flows[flows["quantity"].notna() & (flows["value"] > 0)].copy()
    rows["unit_value"] = _ratio(rows["value"], rows["quantity"])
    logs = np.log(rows["unit_value"].where(rows["unit_value"] > 0))
    groups = [rows[name] for name in ("reporter", "partner", "product", "unit", "currency")]
    rows["usual"] = np.exp(logs.groupby(groups).transform("median"))
    rows["factor"] = rows["unit_value"] / rows["usual"]
    most = study.flag_unit_value_factor
    rows["flag"] = (rows["factor"] > most) | (rows["factor"] < 1 / most) | (rows["quantity"] == 0)
    columns = [*ROW, "period_start", "product", "value", "quantity", "unit", "unit_value", "usual",
               "factor", "flag"]  # fmt: skip
    order = rows.sort_values("value", ascending=False, kind="stable")
    return order[columns].reset_index(drop=True)


def _own_currency(rows: pd.DataFrame, other: str) -> str:
    return next(iter(sorted(set(rows["currency"]) - {other})), "")


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    """above / below, missing where below is zero."""
    return above / below.where(below > 0)


def _market(rates: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Lowest and highest daily rate of each row's period; missing where a month has no rate."""
    ends = rows[["period_start", "period_end"]].drop_duplicates()
    held = {}
    for first, last in ends.itertuples(index=False):
        months = rates[(rates["month"] >= first) & (rates["month"] <= last)]
        held[first, last] = (months["low"].min(), months["high"].max())
    pairs = [held[first, last] for first, last in zip(rows["period_start"], rows["period_end"])]
    return pd.DataFrame(pairs, columns=["low", "high"])

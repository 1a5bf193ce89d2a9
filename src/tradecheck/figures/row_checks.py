"""Checks of rows, as shown: do two currencies agree, can the quantities be right."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from tradecheck.data.checks import implied_rates, unit_values
from tradecheck.data.tables import Tables
from tradecheck.figures.missing import unit_scale
from tradecheck.figures.rates_chart import rates_figure
from tradecheck.show.exhibits import Column, Figure, Fold, Table
from tradecheck.show.prose import Prose, listing, period_name
from tradecheck.show.units import count, money, number, percent
from tradecheck.study.study import Study

MOST_ROWS = 8
Shown = Prose | Figure | Table | Fold


def currencies(study: Study, tables: Tables, rates: Mapping[str, pd.DataFrame]) -> list[Shown]:
    """Whether the two currencies of a row agree with market rates; nothing without a second one."""
    checked = implied_rates(study, tables, rates)
    if checked.empty:
        return []
    unchecked = int(checked["market_lo"].isna().sum())
    flagged = int(checked["flag"].sum())
    text = (
        "The publisher gives each value in two currencies. Their ratio is an exchange rate, and it has to be "
        "one of the period's. A value mistyped in one currency would stand out. A row is flagged where its "
        f"rate lies more than {percent(study.flag_rate_percent / 100, 0)} beyond the lowest or highest daily "
        f"rate of its period, with the rounding of both values allowed for. **Flagged: {count(flagged)} of "
        f"{count(len(checked) - unchecked)}.**"
    )
    if unchecked:
        text += f" {count(unchecked)} rows were not checked: no rate is held for a month of their period."
    shown: list[Any] = [Prose("## Do the two currencies agree?"), Prose(text)]
    return shown + [rates_figure(checked, tables)] if unchecked < len(checked) else shown


def quantities(study: Study, tables: Tables) -> list[Shown]:
    """Rows whose value of one unit is far from the usual; nothing where no table holds quantities."""
    checked = unit_values(study, tables)
    if checked.empty:
        return []
    flagged = checked[checked["flag"]]
    limit = count(study.flag_unit_value_factor)
    text = (
        "The value of one unit is compared with the median of the same code and unit over its periods, with "
        f"rounding allowed for. A row is flagged where it is more than {limit} times as much, or less than "
        f"1/{limit} of it. The quantity of a flagged row should not be used; its value stays. Some flags are honest "
        "surprises: a few costly devices in one period, cheap parts under the same code in the next. "
        f"**Flagged: {count(len(flagged))} of {count(len(checked))}.**"
    )
    shown: list[Shown] = [Prose("## Can the quantities be right?"), Prose(text)]
    if len(flagged):
        shown.append(_table("flags", study, flagged.head(MOST_ROWS)))
    if len(flagged) > MOST_ROWS:
        words = f"The other {count(len(flagged) - MOST_ROWS)} flagged rows, of less value"
        shown.append(Fold(words, [_table("more-flags", study, flagged[MOST_ROWS:])]))
    return shown


def _table(name: str, study: Study, flagged: pd.DataFrame) -> Table:
    scale = unit_scale(study)
    columns = [
        Column("row", "Code and period"),
        Column("value", "Value", "right"),
        Column("quantity", "Quantity", "right"),
        Column("each", "One is worth", "right"),
        Column("usual", "Usually", "right"),
        Column("why", "Against the usual"),
    ]
    rows = [
        {
            "row": f"{row.product}, {period_name(row.period_start, row.period_end)}",
            "value": money(row.currency, scale)(row.value / scale, 2),
            "quantity": f"{count(row.quantity)} {row.unit}",
            "each": _each(row.unit_value),
            "usual": _each(row.usual),
            "why": _why(row),
        }
        for row in flagged.itertuples()
    ]
    units = listing(sorted(flagged["currency"].unique()), "or")
    title = f"Rows that were kept and flagged; the worth of one in {units}"
    return Table(name, title, columns, rows, layout="cards")


def _why(row) -> str:
    if row.quantity == 0:
        return "a value without a quantity"
    if row.factor_lo > 1:
        return f"at least {count(row.factor_lo)} times as much"
    return f"at most 1/{count(1 / row.factor_hi)} of it"


def _each(value: float) -> str:
    if pd.isna(value):
        return "–"
    return number.bare(value, 0 if value >= 100 else 2)

"""The exchange rate that each row's two currencies imply, beside the market's range of its period."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tradecheck.data.tables import Tables
from tradecheck.figures.amounts import period_label
from tradecheck.show.charts import PALETTE, draw, free_baseline
from tradecheck.show.charts.frame import hover
from tradecheck.show.exhibits import Column, Figure, Table
from tradecheck.show.prose import listing, period_name
from tradecheck.show.units import Unit, count, currency, money_per, percent

SHARP = 0.025  # of the rate: rows whose rounding leaves more room than this say little about it
MOST_LABELS = {True: 12, False: 5}


def rates_figure(checked: pd.DataFrame, tables: Tables) -> Figure:
    """checked: the table of `checks.implied_rates`, of one pair of currencies; rows without a market
    rate are left out."""
    checked = checked[checked["market_lo"].notna() & checked["rate"].notna()]
    own, other = checked["currency"].iloc[0], checked["other"].iloc[0]
    unit = money_per(other, currency(own).symbol)
    sharp = (checked["rate_hi"] - checked["rate_lo"]) / checked["rate"] <= SHARP
    shown = checked[checked["flag"] | sharp].sort_values(["period_start", "product"], kind="stable")
    outside = int(
        (
            (checked["rate_lo"] > checked["market_hi"])
            | (checked["rate_hi"] < checked["market_lo"])
        ).sum()
    )
    share = shown["value"].sum() / checked["value"].sum() if checked["value"].sum() else 0.0
    title = (
        f"{count(outside)} of {count(len(checked))} rows lie outside the market's range"
        if outside
        else "Both currencies agree in every row, once rounding is counted"
    )
    span = period_name(checked["period_start"].min(), checked["period_end"].max())
    least, most = shown["rate"].min(), shown["rate"].max()
    publishers = [tables.cards[name].publisher for name in checked["source"].unique()]
    wide, narrow = draw(
        "implied-rates", lambda figure, wide: _paint(figure.add_subplot(), checked, shown, unit, wide),
        heights=(280, 300),
    )  # fmt: skip
    return Figure(
        name="implied-rates",
        title=title,
        subtitle=f"Rate that the two values of a row imply, {span}; grey: lowest to highest market rate",
        unit=unit.label,
        source=listing(list(dict.fromkeys(publishers + _rate_publishers(tables)))),
        alt=(
            f"Range chart of exchange rates, {span}, from {unit.bare(least)} to {unit.bare(most)}. Each row's "
            f"bounded rate stands beside the market range of its period; rows outside it: {count(outside)} of "
            f"{count(len(checked))}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded"],
        data=_table(shown, unit),
        notes=(
            f"Drawn: {count(len(shown))} of {count(len(checked))} rows, whose rounding leaves at most "
            f"{percent(SHARP)} of room; they hold {percent(share, 0)} of the value. All rows were checked. "
            f"Flagged: {count(checked['flag'].sum())}."
        ),
        extent=f"{count(len(shown))} rows",
    )


def _paint(axes: Axes, checked: pd.DataFrame, shown: pd.DataFrame, unit: Unit, wide: bool) -> None:
    """A grey block for each period's market range; each row a dot on the stroke of its rounding."""
    market = checked.groupby(["period_start", "period_end"])[["market_lo", "market_hi"]].first()
    low, high = market["market_lo"].to_numpy(), market["market_hi"].to_numpy()
    axes.bar(
        range(len(market)), high - low, bottom=low, width=0.84, color=PALETTE["grid"], linewidth=0
    )
    axes.containers.clear()  # blocks that float, not bars that begin at zero
    turns = dict(zip(market.index, range(len(market))))
    periods = list(zip(shown["period_start"], shown["period_end"]))
    of = pd.Series([turns[period] for period in periods], index=shown.index, dtype=float)
    within = of.groupby(of).cumcount() + 0.5
    places = of - 0.36 + 0.72 * within / of.groupby(of).transform("size")
    for flag, role in ((False, "bounded"), (True, "ink")):
        rows, x = shown[shown["flag"] == flag], places[shown["flag"] == flag]
        _strokes(axes, x, rows["rate_lo"], rows["rate_hi"], PALETTE[role])
        axes.plot(
            x,
            rows["rate"],
            "o",
            markersize=4 if wide else 3,
            markeredgewidth=0,
            color=PALETTE[role],
        )
    every = -(-len(market) // MOST_LABELS[wide])
    labels = [
        period_label(*period) if n % every == 0 else "" for n, period in enumerate(market.index)
    ]
    axes.set_xticks(range(len(labels)), labels)
    axes.tick_params(axis="x", pad=8)  # clear of the lowest rate
    lowest, highest = (
        np.nanmin([low.min(), shown["rate_lo"].min()]),
        np.nanmax([high.max(), shown["rate_hi"].max()]),
    )
    ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(lowest, highest)
    axes.set_yticks(ticks)
    axes.set(xlim=(-0.7, len(labels) - 0.3), ylim=(ticks[0], ticks[-1]))
    for n, (period, row) in enumerate(market.iterrows()):
        hover(axes, f"{period_name(*period)}: market {unit.between(*row)}", (n - 0.5, n + 0.5))
    free_baseline(axes)


def _strokes(axes: Axes, x: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> None:
    """Upright strokes as one line with gaps."""
    gaps = np.full(len(x), np.nan)
    across = np.column_stack([x, x, gaps]).ravel()
    axes.plot(across, np.column_stack([low, high, gaps]).ravel(), color=colour, linewidth=1)


def _table(rows: pd.DataFrame, unit: Unit) -> Table:
    columns: Sequence[Column] = [
        Column("row", "Code and period"),
        Column("rate", f"Implied, {unit.label}", "right"),
        Column("market", "Market", "right"),
        Column("flag", "Flag"),
    ]
    cells = [
        {
            "row": f"{row.product}, {period_name(row.period_start, row.period_end)}",
            "rate": _span(unit, row.rate_lo, row.rate_hi),
            "market": _span(unit, row.market_lo, row.market_hi),
            "flag": "flagged" if row.flag else "",
        }
        for row in rows.itertuples()
    ]
    return Table("implied-rates-data", "Implied exchange rates", columns, cells, layout="compact")


def _span(unit: Unit, low: float, high: float) -> str:
    return (
        f"at least {unit.bare(low)}" if pd.isna(high) else f"{unit.bare(low)} to {unit.bare(high)}"
    )


def _rate_publishers(tables: Tables) -> list[str]:
    return [tables.cards[name].publisher for name in tables.rates]

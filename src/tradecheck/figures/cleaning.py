"""The figures of the data report: exchange rates and coverage."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tradecheck.show.charts import PALETTE, draw, free_baseline
from tradecheck.show.exhibits import Column, Figure, Row, Table
from tradecheck.figures.paths import boxes, strokes
from tradecheck.show.prose import count, inr_per_usd, percent, usd_mn
from tradecheck.study import Study

EIDB = "DGCI&S, Export Import Data Bank"
SHARP = 2.0  # ₹: cells whose rounding leaves more room than this say little about the rate
SIZES = {"up to 0.1": 0.1, "0.1 to 10": 10, "over 10": np.inf}  # US$ million, small to large marks


def implied_rates(checks: pd.DataFrame, goods: pd.DataFrame, study: Study) -> Figure:
    """The rate that each cell's two currencies imply, beside the year's market range."""
    years = sorted(checks["period"].unique())
    outside = (checks["rate_lo"] > checks["market_hi"]) | (checks["rate_hi"] < checks["market_lo"])
    shown = checks[checks["rate_flag"] | (checks["rate_hi"] - checks["rate_lo"] <= SHARP)]
    largest = shown.loc[shown["value_usd_mn"].idxmax()]
    held = shown["value_usd_mn"].sum() / checks["value_usd_mn"].sum()
    wide, narrow = draw(
        "implied-rates",
        lambda figure, wide: _paint_rates(figure.add_subplot(), checks, shown, wide),
        heights=(3.0, 3.2),
    )
    return Figure(
        name="implied-rates",
        title=(
            f"Cells outside the year's exchange rates: {count(outside.sum())}"
            if outside.any()
            else "Rupees and dollars agree in every cell once rounding is counted"
        ),
        subtitle=(
            f"Implied exchange rate of each code and fiscal year, {study.reporter} to "
            f"{study.partner}, ₹ per US$, with the room that rounding leaves; grey: the year's "
            "lowest to highest market rate"
        ),
        source=f"{EIDB}; European Central Bank, reference rates",
        alt=(
            f"Range chart of exchange rates, {years[0]} to {years[-1]}, from about "
            f"{inr_per_usd(shown['rate'].min(), 0)} to {inr_per_usd(shown['rate'].max(), 0)}. "
            "Each cell's bounded rate stands beside its year's market range; cells outside it: "
            f"{count(outside.sum())}. The largest cell, {largest.hs6} in {largest.period}, "
            f"implies {inr_per_usd(largest.rate)}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded"],
        data=_rates_data(shown, goods),
        notes=(
            f"Shown are {count(len(shown))} of {count(len(checks))} cells, whose rounding leaves "
            f"at most {inr_per_usd(SHARP, 0)} of room; they hold {percent(held)} of the dollars. "
            f"All cells were checked; flagged: {count(checks['rate_flag'].sum())}."
        ),
    )


def _paint_rates(axes: Axes, checks: pd.DataFrame, shown: pd.DataFrame, wide: bool) -> None:
    """A grey bar for each year's market range; each cell a dot on the stroke of its rounding."""
    market = checks.groupby("period")[["market_lo", "market_hi"]].first()
    floor = checks["market_lo"].min()
    drawn = shown[shown["rate_hi"].notna()]
    named = drawn[drawn["rate_flag"]].nlargest(2, "value_usd_mn").index
    largest = drawn["value_usd_mn"].idxmax()
    low, high = market["market_lo"], market["market_hi"]
    boxes(axes, np.arange(len(market)) - 0.42, low, 0.84, high - low, PALETTE["grid"])
    drawn = drawn.sort_values("hs6")
    count_of, turn = (drawn.groupby("period")["hs6"].transform(of) for of in ("size", "rank"))
    places = drawn["period"].map(list(market.index).index) - 0.36 + 0.72 * (turn - 0.5) / count_of
    for flag, role in ((False, "bounded"), (True, "ink")):
        x, rates = places[drawn["rate_flag"] == flag], drawn[drawn["rate_flag"] == flag]
        strokes(axes, x, rates["rate_lo"], x, rates["rate_hi"], PALETTE[role], 1)
        strokes(
            axes, x, rates["rate"], x, rates["rate"], PALETTE[role], 3 if wide else 2.2, "round"
        )
    for cell in drawn.loc[named].itertuples():
        side = "right" if round(places[cell.Index]) > len(market) / 2 else "left"
        axes.text(places[cell.Index], cell.rate, f" {cell.hs6} ", ha=side, color=PALETTE["ink"])
    if largest not in named:
        x, cell = places[largest], drawn.loc[largest]
        axes.plot([x, x], [floor, cell["rate"]], color=PALETTE["bounded"], linewidth=0.6)
        words = f"{cell['hs6']}, the largest cell"
        axes.text(x, floor, words, ha="right", va="top", color=PALETTE["bounded"])
    below = market["market_lo"].iloc[0] - 0.5
    axes.text(-0.42, below, "Market range", va="top", color=PALETTE["muted"])
    labels = [year[2:] if wide or place % 2 else "" for place, year in enumerate(market.index)]
    axes.set_xticks(range(len(labels)), labels)
    lowest, highest = min(floor, drawn["rate_lo"].min()), max(*market.max(), drawn["rate_hi"].max())
    ticks = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(lowest - 3, highest)
    axes.set_yticks(ticks)
    axes.set(xlim=(-0.55, len(labels) - 0.45), ylim=(ticks[0], ticks[-1]))
    free_baseline(axes)


def _rates_data(cells: pd.DataFrame, goods: pd.DataFrame) -> Table:
    names = goods.set_index("hs6")["description"]
    columns = [
        Column("cell", "Year and code"),
        Column("goods", "Goods"),
        Column("value", "US$ million", "right"),
        Column("rate", "Implied ₹ per US$", "right"),
        Column("market", "Market range", "right"),
        Column("flag", "Flag"),
    ]
    rows = [
        {
            "cell": f"{cell.period} {cell.hs6}",
            "goods": names[cell.hs6],
            "value": usd_mn.bare(cell.value_usd_mn, 2),
            "rate": _span(cell.rate_lo, cell.rate_hi),
            "market": _span(cell.market_lo, cell.market_hi),
            "flag": "flagged" if cell.rate_flag else "",
        }
        for cell in cells.itertuples()
    ]
    return Table("implied-rates-data", "Implied exchange rates", columns, rows, layout="compact")


def coverage_map(coverage: pd.DataFrame, study: Study) -> Figure:
    """What is known of every code in every year, the codes in the order of the list's tiers."""
    years = sorted(coverage["period"].unique())
    tiers = sorted(coverage["tier"].unique())
    last = coverage[coverage["period"] == years[-1]]
    shown = (last["state"] == "value").sum()
    unseen = (last["state"] == "not in source").sum()

    def paint(figure, wide: bool) -> None:
        blocks = [tiers[: len(tiers) // 2], tiers[len(tiers) // 2 :]] if wide else [tiers]
        panels = figure.subplots(1, len(blocks), squeeze=False)[0]
        for axes, block in zip(panels, blocks):
            _map_block(axes, coverage[coverage["tier"].isin(block)], years)

    wide, narrow = draw("coverage", paint, heights=(4.9, 9.4))
    cells = {
        (cell.hs6, cell.period): usd_mn.bare(cell.value_usd_mn, 2)
        if cell.state == "value"
        else cell.state
        for cell in coverage.itertuples()
    }
    items = coverage.drop_duplicates("hs6").sort_values(["tier", "hs6"])
    columns = [Column("goods", "Code and goods")] + [
        Column(year, year.removeprefix("FY"), "right") for year in years
    ]
    rows = [
        Row(
            {"goods": f"{item.hs6} {item.description}"}
            | {year: cells[item.hs6, year] for year in years},
            group=f"Tier {item.tier}",
        )
        for item in items.itertuples()
    ]
    return Figure(
        name="coverage",
        title=(
            f"{count(shown)} of {count(len(last))} codes show a value in {years[-1]}; "
            f"{count(unseen)} cannot"
        ),
        subtitle=(
            f"Exports from {study.reporter} to {study.partner} by code and fiscal year, "
            "US$ million: " + ", ".join(SIZES)
            + " (small, middle and large squares)"
        ),
        source=EIDB,
        alt=(
            f"Map of {count(len(last))} codes by {count(len(years))} fiscal years, {years[0]} to "
            f"{years[-1]}; every value is bounded from below. In {years[-1]} {count(shown)} codes "
            f"show a value, {count(unseen)} are not in the source, "
            f"{count((last['state'] == 'no line').sum())} have no line. Most large values are in "
            f"tiers {_tiers_of_large(coverage)}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded"],
        data=Table("coverage-data", "Value by code and year", columns, rows, layout="compact"),
        notes=(
            "A cross: the source was never asked for the code, so trade in it cannot appear. "
            "A dot: the source holds the code, and no line to the partner that year. "
            "Nothing: the code did not exist yet; it is new in the edition of 2022."
        ),
    )


def _map_block(axes: Axes, cells: pd.DataFrame, years: list[str]) -> None:
    """Codes downwards under their tiers, years across, one mark a cell."""
    muted = PALETTE["muted"]
    say = partial(axes.text, va="center", in_layout=False)  # all within the axes' limits below
    say(0, -1, years[0][2:], ha="left", color=muted)
    say(len(years) - 1, -1, years[-1][2:], ha="right", color=muted)
    places = {}
    for tier, rows in cells.groupby("tier"):
        heading = len(places)
        say(-2.4, heading, f"Tier {tier}", ha="left", fontweight="bold")
        places |= {tier: heading} | {
            code: heading + n for n, code in enumerate(sorted(rows["hs6"].unique()), start=1)
        }
        for code in rows["hs6"].unique():
            say(-0.6, places[code], code, ha="right", color=muted)
    across = cells["period"].map(years.index)
    down = cells["hs6"].map(places)
    size = pd.cut(cells["value_usd_mn"], [-np.inf, *SIZES.values()], labels=False)
    marks = [
        (size == 0, 2.2, PALETTE["bounded"]),
        (size == 1, 5.2, PALETTE["bounded"]),
        (size == 2, 8.6, PALETTE["bounded"]),
        (cells["state"] == "no line", 1.4, muted),
    ]
    for chosen, width, colour in marks:
        x, y = across[chosen], down[chosen]
        strokes(axes, x, y, x, y, colour, width, "projecting" if width > 2 else "round")
    x, y = (place[cells["state"] == "not in source"] for place in (across, down))
    for rise in (-0.22, 0.22):
        strokes(axes, x - 0.11, y - rise, x + 0.11, y + rise, PALETTE["ink"], 1)
    axes.set(xlim=(-2.5, len(years) - 0.4), ylim=(len(places) - 0.4, -1.6))
    axes.axis("off")


def _tiers_of_large(coverage: pd.DataFrame) -> str:
    large = coverage[coverage["value_usd_mn"] > 10]["tier"].value_counts()
    return " and ".join(sorted(large.index[:2]))


def _span(lo: float, hi: float) -> str:
    if pd.isna(hi):
        return f"at least {inr_per_usd.bare(lo)}"
    return f"{inr_per_usd.bare(lo)} … {inr_per_usd.bare(hi)}"

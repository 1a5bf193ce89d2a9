"""The years: how much, what the goods were, and when in the year servers left."""

from collections.abc import Sequence

import pandas as pd

from tradecheck.show.charts import PALETTE, area_style, draw
from tradecheck.show.exhibits import Column, Figure, Table
from tradecheck.figures.parts import ranges
from tradecheck.show.prose import inr_per_usd, percent, usd_mn

EIDB = "DGCI&S, Export Import Data Bank"


def years_figure(flows: pd.DataFrame, servers: Sequence[str], upper: tuple[str, float]) -> Figure:
    """Official totals by fiscal year, servers apart; the last year's upper bound where known.

    `upper`: the fiscal year whose upper bound is known, and the bound in US$ million.
    """
    table = by_year(flows, servers)
    years = list(table.index)
    before, last = years[-2], years[-1]
    year, limit = upper
    grown = table.loc[last, "rest"] >= table.loc[before, "rest"]

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        places = range(len(years))
        shown = table["servers"].where(table["servers"] > 1, 0.0)
        axes.bar(places, shown, width=0.62, **area_style("observed"))
        axes.bar(places, table["rest"], bottom=shown, width=0.62, **area_style("bounded"))
        place, total = years.index(year), table.loc[year, "total"]
        unseen = area_style("bounded") | {"hatch": "", "linestyle": "--"}
        axes.bar(place, limit - total, bottom=total, width=0.62, **unseen)
        for place, total in enumerate(table["total"]):
            if years[place] != year:
                axes.text(place, total + 14, usd_mn.bare(total, 0), ha="center")
        place = years.index(year)
        servers_held, rest = table.loc[year, "servers"], table.loc[year, "rest"]
        for height, text, colour in (
            ((total + limit) / 2, f"unseen, at most {usd_mn.bare(limit - total, 0)}", "bounded"),
            (servers_held + rest / 2, f"all else, at least {usd_mn.bare(rest, 0)}", "bounded"),
            (0.75 * servers_held, f"servers {usd_mn.bare(servers_held, 0)}", "observed"),
        ):
            axes.text(place - 0.4, height, text, ha="right", va="center", color=PALETTE[colour])
        labels = [y[2:] if wide or n % 2 else "" for n, y in enumerate(years)]
        axes.set_xticks(places, labels)
        axes.set_yticks([0, 200, 400, 600, 800])
        axes.set_ylim(0, 1.06 * limit)

    wide, narrow = draw("years", paint, heights=(3.0, 3.3))
    direction = "grew" if grown else "fell"
    title = f"Servers carry the rise: without them, listed exports {direction}"
    columns = [Column("year", "Fiscal year"), Column("total", "Listed goods, at least", "right"),
               Column("servers", "Servers", "right"), Column("rest", "All else, at least", "right"),
               Column("most", "At most", "right")]
    rows = [
        {"year": name, "total": usd_mn.bare(row.total, 2), "servers": usd_mn.bare(row.servers, 2),
         "rest": usd_mn.bare(row.rest, 2),
         "most": usd_mn.bare(limit, 2) if name == year else "not known"}
        for name, row in zip(years, table.itertuples(), strict=True)
    ]
    return Figure(
        name="years",
        title=title,
        subtitle="Listed goods, India to Russia, Indian fiscal years (April to March), US$ million",
        source=f"{EIDB}; chapter totals: TradeStat",
        alt=(
            f"Bar chart by fiscal year, {years[0]} to {last}, bounded from below: {usd_mn.bare(table['total'].iloc[0], 0)} "
            f"million at first, {usd_mn.bare(table.loc[before, 'total'], 0)} in {before}, "
            f"{usd_mn.bare(table.loc[last, 'total'], 0)} to {usd_mn.bare(limit, 0)} in {last}. Observed servers are "
            f"{usd_mn.bare(table.loc[last, 'servers'], 0)} of it; all else went from "
            f"{usd_mn.bare(table.loc[before, 'rest'], 0)} to {usd_mn.bare(table.loc[last, 'rest'], 0)}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["observed", "bounded"],
        data=Table("years-data", "Official totals by fiscal year, US$ million", columns, rows,
                   layout="compact"),
        notes=(
            "Filled: servers, whose every tariff line the source holds. Hatched: other goods the source "
            "holds, a lower bound. Dashed: what the unseen trade of the chapters could add at most, "
            "known for the last year alone."
        ),
    )


def by_year(flows: pd.DataFrame, servers: Sequence[str]) -> pd.DataFrame:
    """Indexed by period: total, servers, rest, US$ million as published."""
    totals = flows.groupby("period")["value_usd_mn"].sum()
    apart = flows[flows["hs6"].isin(servers)].groupby("period")["value_usd_mn"].sum()
    apart = apart.reindex(totals.index, fill_value=0.0)
    return pd.DataFrame({"total": totals, "servers": apart, "rest": totals - apart}).round(6)


def tiers_table(flows: pd.DataFrame, servers: Sequence[str]) -> Table:
    """Official totals by tier and fiscal year, servers (tier 3.A) apart."""
    names = {"1": "1 chips", "2": "2 other electronics", "3.A": "3.A electronics, without servers",
             "3.B": "3.B mechanical and other", "4.A": "4.A test and production",
             "4.B": "4.B machine tools", "servers": "Servers (3.A)"}
    tier = flows["tier"].where(~flows["hs6"].isin(servers), "servers").map(names)
    pivot = flows.pivot_table("value_usd_mn", tier, "period", "sum", fill_value=0.0, observed=True)
    years = list(pivot.columns)
    columns = [Column("tier", "Tier")] + [Column(y, y.removeprefix("FY"), "right") for y in years]
    rows = [
        {"tier": name} | {y: usd_mn.bare(pivot.loc[name, y], 2) for y in years}
        for name in names.values()
        if name in pivot.index
    ]
    total = {"tier": "All listed goods"} | {y: usd_mn.bare(pivot[y].sum(), 2) for y in years}
    return Table("tiers", "Official totals by tier, lower bounds, US$ million", columns,
                 [*rows, total], source=EIDB, layout="compact")


def composition_figure(shares: pd.DataFrame, year: str) -> Figure:
    """Shares of a year's listed goods, with everything the unseen trade could change.

    `shares`: the table of `answers.shares_of_year`.
    """
    labels = [f"{row.group[0].upper()}{row.group[1:]}" for row in shares.itertuples()]
    texts = [f"{percent.bare(row.lo)} to {percent(row.hi)}" for row in shares.itertuples()]
    first = shares.iloc[shares["lo"].argmax()]
    named = shares.iloc[shares["lo"].argmin()]
    half = 0.5
    most = first["lo"] > half

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        reach = 1.28 if wide else 1.5
        ranges(axes, labels, shares["lo"], shares["hi"], [""] * len(shares), reach)
        for place, (seen, text) in enumerate(zip(shares["seen"], texts, strict=True)):
            axes.plot([seen, seen], [place - 0.2, place + 0.2], color=PALETTE["ink"], linewidth=3)
            axes.plot([half, half], [place - 0.3, place + 0.3], color=PALETTE["muted"], linewidth=1)
            axes.text(reach, place, text, ha="right", va="center")
        axes.text(half, len(shares) - 0.62, "half", ha="center", color=PALETTE["muted"])
        axes.set_ylim(len(shares) - 0.5, -0.85)

    wide, narrow = draw("composition", paint, heights=(1.9, 2.1))
    rows = [
        {"goods": label, "seen": percent(row.seen), "range": text}
        for label, text, row in zip(labels, texts, shares.itertuples(), strict=True)
    ]
    title = (
        f"{first['group'].capitalize()} were more than half, whatever the source does not hold"
        if most
        else f"{first['group'].capitalize()} may have been more than half or less"
    )
    return Figure(
        name="composition",
        title=title,
        subtitle=f"Share of listed goods, India to Russia, {year}, worst case either way, per cent",
        source=f"{EIDB}; chapter totals: TradeStat",
        alt=(
            f"Range chart of shares in {year}, bounded: {first['group']} from {percent(first['lo'])} to "
            f"{percent(first['hi'])}; {named['group']} from {percent(named['lo'])} to "
            f"{percent(named['hi'])}, even if all unseen trade were such goods."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded"],
        data=Table("composition-data", f"Shares of listed goods, {year}",
                   [Column("goods", "Goods"), Column("seen", "In the trade held", "right"),
                    Column("range", "Allowed range", "right")], rows),
        notes=(
            "Upright mark: the share in the trade that the source holds. Hatched: what the share could "
            "be if all unseen trade of the goods' chapters were such goods, or none of it."
        ),
    )


def timing_figure(
    timing: pd.DataFrame, goods: str, year: str, total: float, chosen: float
) -> Figure:
    """When in the year some goods left, from their total in two currencies.

    `timing`: the table of `answers.timing`; `total` in US$ million; `chosen` the study's tolerance.
    """
    main = timing[timing["tolerance"] == chosen]
    labels = list(main["span"])
    texts = [usd_mn.bare(row.lo, 0) + " to " + usd_mn.bare(row.hi, 0) if row.lo > 0
             else f"at most {usd_mn.bare(row.hi, 0)}" for row in main.itertuples()]
    last = main.iloc[-1]
    share = last["hi"] / total
    tolerances = sorted(timing["tolerance"].unique())

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        reach = total * (1.25 if wide else 1.45)
        ranges(axes, labels, main["lo"], main["hi"], texts, reach)

    wide, narrow = draw("timing", paint, heights=(2.5, 2.7))
    columns = [Column("span", "Months")] + [
        Column(f"t{place}", f"±{inr_per_usd.bare(value)} INR", "right")
        for place, value in enumerate(tolerances)
    ]
    rows = []
    for label in labels:
        cells = {"span": label}
        for place, value in enumerate(tolerances):
            row = timing[(timing["tolerance"] == value) & (timing["span"] == label)].iloc[0]
            cells[f"t{place}"] = f"{usd_mn.bare(row.lo)} … {usd_mn.bare(row.hi)}"
        rows.append(cells)
    return Figure(
        name="timing",
        title=f"At most {percent(share, 0)} of the {goods} left in {last['span']} {year[2:4]}{year[-2:]}",
        subtitle=(
            f"Exports of {goods}, India to Russia, by part of {year}, allowed range, US$ million; "
            f"the year's total is {usd_mn.bare(total)}"
        ),
        source=f"{EIDB}, in US$ and in rupees; ECB, reference rates",
        alt=(
            f"Range chart, bounded by one total in two currencies: of {usd_mn(total)} of {goods}, "
            + "; ".join(f"{label} {text}" for label, text in zip(labels, texts, strict=True))
            + "."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded"],
        data=Table("timing-data", f"{goods.capitalize()} by part of the year, by tolerance of the rate",
                   columns, rows),
        notes=(
            "The rupee weakened through the year, so the rate that the two totals imply says when the "
            f"trade happened. Drawn: customs rates within {inr_per_usd.bare(chosen)} rupees of the "
            "month's mean market rate; the table varies that choice."
        ),
    )

"""Rank and share beside context figures, India's other customers, and when months became public."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tradecheck.show.charts import PALETTE, area_style, draw
from tradecheck.show.exhibits import Column, Figure, Table
from tradecheck.figures.parts import hide_axes, ranked_bars
from tradecheck.study.periods import month_range
from tradecheck.show.prose import MONTHS, count, date_name, month_short, percent, period_name, usd_mn

CONTEXT_YEAR = "2023"


def suppliers_figure(suppliers: Mapping[str, float], july: float, total: float, source: str) -> Figure:
    """The partner's suppliers in the mean month of the context year beside the reported July.

    `suppliers`: US$ million in the mean month, by name; `total`: all suppliers together.
    """
    rest = total - sum(suppliers.values())
    entries = [
        *((f"{name}, mean month of {CONTEXT_YEAR}", value) for name, value in suppliers.items()),
        ("India, reported for July 2024", july),
        (f"All others, mean month of {CONTEXT_YEAR}", rest),
    ]
    labels, values = zip(*entries, strict=True)
    reported = area_style("reported")
    story = reported | {"facecolor": PALETTE["shade"], "linewidth": 2.2}

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        styles = [story if value == july else reported for value in values]
        ranked_bars(axes, labels, values, [usd_mn.bare(v, 0) for v in values], styles)

    wide, narrow = draw("suppliers", paint, heights=(2.5, 2.7))
    hong_kong = suppliers["Hong Kong"]
    word = "below" if july < hong_kong else "above"
    rows = [{"supplier": label, "value": usd_mn.bare(value), "share": percent(value / total)}
            for label, value in entries]
    return Figure(
        name="suppliers",
        title=f"India's reported July lies {word} Hong Kong's mean month of {CONTEXT_YEAR}",
        subtitle=(
            "Listed goods into Russia by supplier, US$ million a month; two bases that do not compare "
            "exactly"
        ),
        source=source,
        alt=(
            "Bar chart of reported figures, US$ million a month: "
            + "; ".join(f"{label} {usd_mn.bare(value, 0)}" for label, value in entries)
            + f". India's July would be {percent(july / total)} of that year's mean month."
        ),
        wide=wide,
        narrow=narrow,
        grades=["reported"],
        data=Table("suppliers-data", "Russia's suppliers, US$ million a month",
                   [Column("supplier", "Supplier"), Column("value", "US$ million", "right"),
                    Column("share", f"Share of the mean month of {CONTEXT_YEAR}", "right")], rows),
        notes=(
            "The suppliers' figures are Russian records by country of dispatch; the story's come from "
            "unnamed officials. Shaded: the story's figure. Hong Kong counted with China leaves no "
            "named supplier between China and India."
        ),
    )


def destinations_figure(destinations: pd.DataFrame, year: str, partner: str) -> Figure:
    """India's largest customers for listed goods in a fiscal year, the partner picked out."""
    table = destinations[destinations["fiscal_year"] == year.removeprefix("FY")]
    table = table.sort_values("value_usd_mn", ascending=False, ignore_index=True).head(8)
    rank = int(table.index[table["partner"] == partner][0]) + 1
    value = float(table.loc[rank - 1, "value_usd_mn"])
    ordinal = ["largest", "second largest", "third largest"][rank - 1] if rank <= 3 else "no longer top"
    bounded = area_style("bounded")
    strong = bounded | {"facecolor": PALETTE["shade"], "edgecolor": PALETTE["accent"], "linewidth": 1.6}

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        styles = [strong if name == partner else bounded for name in table["partner"]]
        ranked_bars(axes, table["partner"], table["value_usd_mn"],
                    [usd_mn.bare(v, 0) for v in table["value_usd_mn"]], styles)

    wide, narrow = draw("destinations", paint, heights=(3.6, 4.0))
    held = destinations[destinations["fiscal_year"] == year.removeprefix("FY")]
    rows = [{"partner": r.partner, "value": usd_mn.bare(r.value_usd_mn, 2)}
            for r in held.sort_values("value_usd_mn", ascending=False).itertuples()]
    return Figure(
        name="destinations",
        title=f"{partner} was India's {ordinal} customer for listed goods in {year}",
        subtitle=f"India's exports of listed goods by destination, {year}, US$ million, lower bounds",
        source="DGCI&S, Export Import Data Bank",
        alt=(
            f"Bar chart of India's largest destinations for listed goods, {year}, bounded from below: "
            + ", ".join(f"{r.partner} {usd_mn.bare(r.value_usd_mn, 0)}" for r in table.head(4).itertuples())
            + f" million. {partner} ranks {count(rank)} of all, with {usd_mn.bare(value, 0)}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded"],
        data=Table("destinations-data", f"India's fifteen largest destinations, {year}",
                   [Column("partner", "Destination"), Column("value", "US$ million", "right")], rows,
                   layout="compact"),
        notes="The rank among India's customers; the story speaks of India among Russia's suppliers.",
    )


def calendar_figure(
    releases: pd.DataFrame, silent: Sequence[str], claim_date: str, months: tuple[str, str]
) -> Figure:
    """Which months each reporter had made public on the day of the claim.

    `releases`: reporter, month, first_released; `silent`: reporters with no month in the window.
    """
    shown = month_range(*months)
    held = releases[releases["month"].isin(shown)]
    reporters = sorted(set(releases["reporter"]) | set(silent))
    reporters.sort(key=lambda name: (name != "India", name not in ("China", "Hong Kong"), name))
    dates = {(r.reporter, r.month): r.first_released for r in held.itertuples()}
    last_day = max(releases["first_released"])
    public = {name: [m for m in shown if dates.get((name, m), "9999") <= claim_date]
              for name in reporters}
    india = public["India"]
    peak = "2024-07"

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        places = {
            (column, row): dates[name, month] <= claim_date
            for row, name in enumerate(reporters)
            for column, month in enumerate(shown)
            if (name, month) in dates
        }
        for early, fill in ((True, "observed"), (False, "paper")):
            across, down = zip(*(place for place, day in places.items() if day is early))
            axes.plot(across, down, "s", markersize=9 if wide else 8, color=PALETTE["observed"],
                      markerfacecolor=PALETTE[fill])
        for row, name in enumerate(reporters):
            axes.text(-0.8, row, name, ha="right", va="center")
        for column, month in enumerate(shown):
            axes.text(column, -1, month_short(month)[: 3 if wide else 1], ha="center", va="center",
                      color=PALETTE["muted"])
        axes.set_xlim(-5.5 if not wide else -4.2, len(shown) - 0.4)
        axes.set_ylim(len(reporters) - 0.4, -1.6)
        hide_axes(axes)

    wide, narrow = draw("calendar", paint, heights=(3.6, 3.9))
    columns = [Column("reporter", "Reporter"), Column("day", f"Public on {date_name(claim_date)}"),
               Column("later", f"Public by {date_name(last_day)}")]
    rows = [{"reporter": name, "day": _span(public[name]),
             "later": _span([m for m in shown if (name, m) in dates])} for name in reporters]
    title = (
        "India's July was not public at UN Comtrade when the story appeared"
        if peak not in india
        else "India's July was public at UN Comtrade when the story appeared"
    )
    return Figure(
        name="calendar",
        title=title,
        subtitle=(
            f"Months of 2024 public at UN Comtrade on {date_name(claim_date)} (filled) and by "
            f"{date_name(last_day)} (open)"
        ),
        source="UNSD, UN Comtrade, monthly availability records, tariff-line datasets",
        alt=(
            f"Grid of reporters by month, {period_name(*months)}, observed release days. On "
            f"{date_name(claim_date)} India's last public month was {_span(india[-1:])}; China had none of "
            f"2024 and Hong Kong {_span(public['Hong Kong'])}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["observed"],
        data=Table("calendar-data", "Months of 2024 at UN Comtrade", columns, rows, layout="cards"),
        notes="Blank: not public by then. Other datasets of the same office may carry other days.",
    )


def _span(months: Sequence[str]) -> str:
    """Months of one year as a list of names, runs joined."""
    if not months:
        return "none"
    runs: list[list[int]] = []
    for number in (int(month[5:]) for month in months):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [MONTHS[run[0] - 1] if len(run) == 1 else f"{MONTHS[run[0] - 1]} to {MONTHS[run[-1] - 1]}"
             for run in runs]
    return ", ".join(names)

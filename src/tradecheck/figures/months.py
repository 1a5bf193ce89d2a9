"""What the evidence allows of each month: bands, one allowed path, and the peak."""

from collections.abc import Mapping
from math import isinf

import numpy as np
import pandas as pd

from tradecheck.show.charts import PALETTE, Known, area_style, draw, line_style
from tradecheck.claims import ClaimsFile
from tradecheck.show.exhibits import Cell, Column, Figure, Row, Table
from tradecheck.figures.parts import OPEN_TOP, bands, month_axis
from tradecheck.show.prose import count, month_name, period_name, usd_mn

OFFICIAL = "official"
TITLES = {
    OFFICIAL: "Official totals alone",
    "each": "Believing each month",
    "together": "Believing both together",
}
STORY = "DGCI&S, Export Import Data Bank; ECB, reference rates; the story's figures where believed"


def month_bands_figure(by_name: Mapping[str, pd.DataFrame]) -> Figure:
    """Allowed bands by month: from official totals alone, then believing each understanding.

    `by_name`: the table of `answers.month_bands` under "official" and under each scenario's id.
    """
    months = list(by_name[OFFICIAL]["month"])
    finite = np.concatenate([table["hi"].to_numpy() for table in by_name.values()])
    top = 1.2 * float(finite[np.isfinite(finite)].max())

    def paint(figure, wide: bool) -> None:
        shape = (1, len(by_name)) if wide else (len(by_name), 1)
        panels = figure.subplots(*shape, sharey=True)
        for axes, (name, table) in zip(panels, by_name.items(), strict=True):
            style = area_style("bounded" if name == OFFICIAL else "reported")
            bands(axes, table["lo"], table["hi"], top, style | {"linewidth": 0.8})
            for place, (low, high) in enumerate(zip(table["lo"], table["hi"], strict=True)):
                if high - low < top / 50:  # too narrow to be seen as a range
                    middle = usd_mn.bare((low + high) / 2, 0)
                    axes.text(place, high + top / 50, middle, ha="center")
            axes.set_title(TITLES[name])
            month_axis(axes, months, every=3)
            axes.set_yticks([0, 200, 400, 600, 800])
            axes.set_xlim(-1.4, len(months) - 0.3)

    wide, narrow = draw("bands", paint, heights=(3.0, 6.6))
    official = by_name[OFFICIAL].set_index("month")
    last = official.loc[np.isfinite(official["hi"])]
    columns = [Column("month", "Month")] + [
        Column(name, TITLES[name], "right") for name in by_name
    ]
    rows = [
        {"month": month_name(month)}
        | {
            name: usd_mn.between(*table.loc[table["month"] == month, ["lo", "hi"]].iloc[0])
            for name, table in by_name.items()
        }
        for month in months
    ]
    least = usd_mn.bare(last["hi"].min(), 0)
    return Figure(
        name="bands",
        title=(
            f"Official totals alone allow each month anything from {usd_mn.bare(last['lo'].max(), 0)} "
            f"to {least} million"
        ),
        subtitle=(
            f"Allowed exports of listed goods, India to Russia, by month, "
            f"{period_name(months[0], months[-1])}, US$ million"
        ),
        source=STORY,
        alt=(
            f"Range charts by month, {period_name(months[0], months[-1])}. Bounded by official totals "
            f"alone, each month may hold from nearly nothing to {least} million or more. Believing the "
            f"reported figures pins July and lifts April and May; other months stay wide."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded", "reported"],
        data=Table("bands-data", "Allowed range of each month", columns, rows, layout="scroll"),
        notes=(
            "Hatched: bounded by official totals. Outlined: narrowed by reported figures taken as "
            "true. An arrow head means no upper limit is known. Each range holds for one month at a "
            "time: the months share one yearly total and cannot all be high together."
        ),
    )


def allowed_paths(
    by_name: Mapping[str, pd.DataFrame], claims: ClaimsFile, year_total: tuple[float, float]
) -> Figure:
    """One allowed path under each understanding of the story, beside the reported figures."""
    scenarios = [scenario.id for scenario in claims.scenarios]
    months = list(by_name[scenarios[0]]["month"])
    threshold = claims.reading("C1a").predicate.above
    july = claims.reading("C3a").predicate.middle
    april, peak = months.index("2024-04"), months.index("2024-07")
    reported = line_style("reported")

    def paint(figure, wide: bool) -> None:
        panels = figure.subplots(1, 2, sharey=True) if wide else figure.subplots(2, 1)
        for axes, name in zip(panels, scenarios, strict=True):
            path = by_name[name]["path"]
            axes.plot(range(len(months)), path, **line_style("allowed_path"))
            axes.plot([peak], [july], **reported)
            axes.text(peak, july + 5, f"{usd_mn.bare(july, 0)} reported", ha="center",
                      color=PALETTE["reported"])
            if name == "each":
                axes.plot([april, april + 1], [threshold] * 2,
                          **(reported | {"marker": OPEN_TOP}))
            axes.text(len(months) - 1, path.iloc[-1] - 14, "one allowed path", ha="right",
                      color=PALETTE["allowed_path"])
            axes.set_title(TITLES[name])
            month_axis(axes, months, every=2)
            axes.set_yticks([0, 25, 50, 75, 100])
            axes.set_ylim(0, 118)
            axes.set_xlim(-1, len(months) - 0.5)

    known = Known(reported=[(peak, *claims.reading("C3a").predicate.between)])
    wide, narrow = draw("path", paint, heights=(2.8, 5.0), known=known)
    rows = [
        Row({"month": month_name(month)}
            | {name: Cell(usd_mn.bare(by_name[name]["path"].iloc[place]), mark="allowed_path")
               for name in scenarios})
        for place, month in enumerate(months)
    ]
    return Figure(
        name="path",
        title="Both readings of the story fit the official year",
        subtitle=(
            f"One allowed path of monthly exports of listed goods, India to Russia, "
            f"{period_name(months[0], months[-1])}, US$ million; not an estimate"
        ),
        source=STORY,
        alt=(
            f"Two line charts of one allowed path each, {period_name(months[0], months[-1])}: low until "
            f"March 2024, rising to the reported {usd_mn.bare(july, 0)} in July, then lower. Each "
            f"fits the official total of the fiscal year, bounded at "
            f"{usd_mn.between(*year_total)}."
        ),
        wide=wide,
        narrow=narrow,
        grades=["reported", "bounded", "allowed_path"],
        data=Table("path-data", "One allowed path under each understanding",
                   [Column("month", "Month")]
                   + [Column(name, TITLES[name], "right") for name in scenarios], rows),
        notes=(
            "Dotted: the path with the least change from month to month among all that the evidence "
            "allows. Circle and arrow heads: reported figures. Countless other paths are allowed too."
        ),
    )


def peak_figure(by_name: Mapping[str, pd.DataFrame], peak: str) -> Figure:
    """By how much each other month could exceed the peak month, believing each understanding.

    `by_name`: tables of `answers.excess_over` by scenario id.
    """
    months = [m for m in next(iter(by_name.values()))["month"] if m != peak]
    tables = {name: table.set_index("month").loc[months] for name, table in by_name.items()}
    finite = np.concatenate([table["hi"].to_numpy() for table in tables.values()])
    top = 1.25 * float(finite[np.isfinite(finite)].max())
    above = {name: int((table["hi"] > 0).sum()) for name, table in tables.items()}
    surely = {name: int((table["lo"] > 0).sum()) for name, table in tables.items()}

    def paint(figure, wide: bool) -> None:
        panels = figure.subplots(1, 2, sharey=True) if wide else figure.subplots(2, 1)
        for axes, (name, table) in zip(panels, tables.items(), strict=True):
            style = area_style("reported") | {"linewidth": 0.9}
            bands(axes, [0.0] * len(table), table["hi"].clip(lower=0), top, style)
            axes.set_title(TITLES[name])
            month_axis(axes, months, every=2)
            axes.set_yticks([0, 200, 400, 600])

    wide, narrow = draw("peak", paint, heights=(2.7, 5.0))
    rows = [
        {"month": month_name(month)}
        | {
            name: "no limit known" if isinf(hi := table.loc[month, "hi"]) else usd_mn.bare(hi)
            for name, table in tables.items()
        }
        for month in months
    ]
    fewest = min(above.values())
    if fewest == len(months):
        title = "Any other month could still have been larger than July"
    elif fewest:
        title = f"{count(fewest)} of {count(len(months))} other months could still exceed July"
    else:
        title = "No other month could have been larger than July"
    return Figure(
        name="peak",
        title=title,
        subtitle=(
            f"Largest amount by which a month can exceed {month_name(peak)}, listed goods, India to "
            f"Russia, US$ million, with the story's figures believed"
        ),
        source=STORY,
        alt=(
            f"Two bar charts, {period_name(months[0], months[-1])}, of the most by which a month could "
            f"exceed the reported July. Of {count(len(months))} months {count(fewest)} could, by up to "
            f"{usd_mn.bare(finite[np.isfinite(finite)].max(), 0)} million or without a known limit; "
            f"{count(max(surely.values()))} must. July's peak is not settled."
        ),
        wide=wide,
        narrow=narrow,
        grades=["reported"],
        data=Table("peak-data", "Most by which each month can exceed July, US$ million",
                   [Column("month", "Month")]
                   + [Column(name, TITLES[name], "right") for name in tables], rows),
        notes="An arrow head means that no upper limit is known. The lower end is always zero or below.",
    )


"""The claim as a picture, and how its wording drifted."""


import pandas as pd

from tradecheck.show.charts import PALETTE, area_style, draw
from tradecheck.claims import ClaimsFile
from tradecheck.show.exhibits import Cell, Column, Figure, Row, Table
from tradecheck.figures.parts import OPEN_TOP, month_axis, ranked_bars
from tradecheck.study.periods import month_range
from tradecheck.show.prose import count, month_name, ratio, usd_mn

SPRING = ("2024-04", "2024-05")
PEAK = "2024-07"
IMPLIED = area_style("reported") | {"hatch": "////", "linewidth": 0.8}


def claim_as_told(claims: ClaimsFile, first_month: str) -> Figure:
    """January to July as reported, one panel for each understanding of "in April and May"."""
    threshold = claims.reading("C1a").predicate.above
    july = claims.reading("C3a").predicate.middle
    about = claims.reading("C2-N1-B1").predicate.middle
    months = month_range(first_month, PEAK)
    spring = {"each": threshold, "together": threshold / len(SPRING)}
    words = {scenario.id: scenario.words for scenario in claims.scenarios}
    base = {name: value / about for name, value in spring.items()}
    early = [place for place, month in enumerate(months) if month < SPRING[0]]
    april = months.index(SPRING[0])

    def paint(figure, wide: bool) -> None:
        panels = figure.subplots(1, 2, sharey=True) if wide else figure.subplots(2, 1)
        for axes, (name, level) in zip(panels, spring.items(), strict=True):
            axes.bar(early, base[name], width=0.7, **IMPLIED)
            _spring_bars(axes, name, level, april)
            axes.bar(months.index(PEAK), july, width=0.7, **area_style("reported"))
            axes.text(1, base[name] + 4, f"about {usd_mn.bare(base[name], 0)}", ha="center")
            more = f"over {usd_mn.bare(threshold, 0)}" + (" each" if name == "each" else " in both")
            axes.text(april + 0.5, level + 17, more, ha="center")
            axes.text(months.index(PEAK), july + 3, usd_mn.bare(july, 0), ha="center")
            axes.text(months.index("2024-06"), 3, "?", ha="center", color=PALETTE["muted"])
            axes.set_title("Over 60 in each month".replace("60", usd_mn.bare(threshold, 0))
                           if name == "each" else
                           f"Over {usd_mn.bare(threshold, 0)} in both together")
            month_axis(axes, months)
            axes.set_xlim(-0.6, len(months) - 0.4)
            axes.set_yticks([0, 25, 50, 75, 100])
            axes.set_ylim(0, 112)

    wide, narrow = draw("claim", paint, heights=(3.0, 5.2))
    columns = [Column("month", "Month")] + [
        Column(name, words[name].removeprefix("more than US$ 60 million ").capitalize(), "right")
        for name in spring
    ] + [Column("grade", "Standing")]
    rows = []
    for month in months:
        if month < SPRING[0]:
            cells = {name: f"about {usd_mn.bare(value, 0)}" for name, value in base.items()}
            standing = Cell("implied by “about double”", mark="reported")
        elif month in SPRING:
            cells = {"each": f"more than {usd_mn.bare(threshold, 0)}",
                     "together": f"half of more than {usd_mn.bare(threshold, 0)}"}
            standing = Cell("", mark="reported")
        elif month == PEAK:
            cells = dict.fromkeys(spring, usd_mn.bare(july, 0))
            standing = Cell("", mark="reported")
        else:
            cells, standing = dict.fromkeys(spring, "no figure"), Cell("reported by nobody")
        rows.append(Row({"month": month_name(month), **cells, "grade": standing}))
    low, high = (usd_mn.bare(value, 0) for value in (base["together"], base["each"]))
    return Figure(
        name="claim",
        title=_as_told(about, threshold, july),
        subtitle=(
            "Exports of restricted technology, India to Russia, January to July 2024, US$ million a "
            "month, as reported; nothing here is a statistic"
        ),
        source=f"{claims.story['publisher']}, {claims.story['published']}, read through copies",
        alt=(
            f"Two bar charts, January to July 2024, of reported figures. Read as each month: about "
            f"{high} a month, then over {usd_mn.bare(threshold, 0)} in April and in May. Read as both "
            f"together: about {low}, then half of that sum a month. No figure for June. "
            f"July is {usd_mn.bare(july, 0)} in both, the peak."
        ),
        wide=wide,
        narrow=narrow,
        grades=["reported"],
        data=Table("claim-data", "The story month by month, US$ million", columns, rows),
        notes=(
            "Outlined: reported. Arrow heads: “more than”, so the top is open. Hatched: not reported, "
            "but implied by “about double”. June stands empty because nobody reports it."
        ),
    )


def _as_told(about: float, threshold: float, july: float) -> str:
    """The story in a title, as its own figures have it."""
    rise = "double" if abs(about - 2) < 0.05 else f"rise {ratio(about)}"
    peak = "peak in July" if july > threshold else "stay below in July"
    return f"As told, exports {rise} by April and {peak}"


def _spring_bars(axes, name: str, level: float, april: int) -> None:
    """April and May without an upper edge: the story says "more than"."""
    spans = [(april, 0.7), (april + 1, 0.7)] if name == "each" else [(april + 0.5, 1.7)]
    colour = PALETTE["reported"]
    for centre, width in spans:
        for side in (centre - width / 2, centre + width / 2):
            axes.plot([side, side], [0, level], color=colour, linewidth=1.6)
        axes.plot([centre - width / 2, centre + width / 2], [level, level], color=colour,
                  linewidth=1.0, linestyle=(0, (2, 2)))
        axes.plot([centre], [level + 7], OPEN_TOP, color=colour, markersize=6)


def wording_drift(rereports: pd.DataFrame) -> Figure:
    """How the re-reports understand April and May, the doubling, and the fifth."""
    questions = {
        "april_may": ("Over 60 million in …", {"each": "each month", "together": "both together",
                      "either": "either way of reading", "not given": "not given"}),
        "doubling_of": ("What doubled", {"April and May": "April and May", "July": "July",
                        "not given": "not given"}),
        "fifth": ("A fifth came …", {"via India": "via India", "from India": "from India",
                  "not given": "not given"}),
    }
    tallies = {
        column: [(words, int((rereports[column] == value).sum())) for value, words in known.items()]
        for column, (_, known) in questions.items()
    }
    total = len(rereports)
    each, together, either = (dict(tallies["april_may"])[words] for words in
                              ("each month", "both together", "either way of reading"))
    rows_needed = [len(tally) for tally in tallies.values()]

    def paint(figure, wide: bool) -> None:
        if wide:
            panels = figure.subplots(1, 3)
        else:
            panels = figure.subplots(3, 1, gridspec_kw={"height_ratios": rows_needed})
        for axes, (column, tally) in zip(panels, tallies.items(), strict=True):
            labels, values = zip(*tally, strict=True)
            muted = {"facecolor": PALETTE["muted"], "edgecolor": PALETTE["muted"]}
            strong = {"facecolor": PALETTE["accent"], "edgecolor": PALETTE["accent"]}
            styles = [muted if words == "not given" else strong for words in labels]
            ranked_bars(axes, labels, values, [count(v) for v in values], styles, reach=total * 1.15)
            axes.set_title(questions[column][0])
            if wide:
                axes.set_ylim(max(rows_needed) - 0.6, -0.85)

    wide, narrow = draw("drift", paint, heights=(2.7, 5.6))
    rows = [
        Row({"wording": words, "pages": count(number)}, group=questions[column][0])
        for column, tally in tallies.items()
        for words, number in tally
    ]
    return Figure(
        name="drift",
        title=f"Only {count(each)} of {count(total)} re-reports say each month",
        subtitle=f"Number of the {count(total)} coded pages by wording, October 2024",
        source="own coding of the pages named in the raw table of re-reports",
        alt=(
            f"Bar charts of how {count(total)} pages word the story in October 2024: {count(each)} say "
            f"each month, {count(together)} both months together, {count(either)} can be read either "
            f"way; most attach the doubling to April and May and say via India."
        ),
        wide=wide,
        narrow=narrow,
        data=Table(
            "drift-data",
            "Pages by wording",
            [Column("wording", "Wording"), Column("pages", "Pages", "right")],
            rows,
            layout="compact",
        ),
        notes="The pages were found by search and are no sample; seven are copies of the original.",
    )

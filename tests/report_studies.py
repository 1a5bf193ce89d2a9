"""Two executed notebooks as long as real reports: one where every month is observed, one where none
is. All names and figures are invented, and one sentence of a usual length stands for many."""

from functools import cache

import nbformat
from nbformat.v4 import new_markdown_cell

from report_sample import code, notebook
from tradecheck.report import Download
from tradecheck.show.charts import PALETTE, area_style, draw
from tradecheck.show.exhibits import (
    Answer,
    Cards,
    Cite,
    Claim,
    Claims,
    Column,
    Exhibit,
    Figure,
    Fold,
    Glance,
    Pair,
    Source,
    Sources,
    Strip,
    Table,
    claim_anchor,
    mark_words,
)
from tradecheck.show.prose import Prose

MONTHS = [f"{year}-{month:02}" for year in (2020, 2021, 2022) for month in range(1, 13)][:35]
VALUES = [
    399.1, 471.3, 514.8, 322.0, 324.4, 422.2, 429.0, 396.4, 462.9, 488.0, 496.5, 453.2,
    321.7, 383.5, 512.7, 491.5, 443.8, 463.3, 510.9, 492.0, 543.9, 505.6, 490.9, 571.6,
    392.6, 539.0, 513.0, 511.3, 544.0, 703.3, 959.0, 1134.5, 1480.9, 1354.5, 1467.9,
]  # fmt: skip
COUNTRIES = ["Kazaria", "Georgana", "Armoria", "Kyrgana", "Uzbara", "Belaria"]
BY_MONTH = list(zip(MONTHS, VALUES, strict=True))
CSV = "".join(["month,value\n", *(f"{month},{value}\n" for month, value in BY_MONTH)])
MONTHS_CSV = Download("norland-months.csv", CSV.encode(), "text/csv", "The months of figure 1")
NOTEBOOK = Download("report.ipynb", b"{}" * 3000, "application/x-ipynb+json", "The notebook")
OBSERVED_SIBLINGS = [
    ("The data: what came from where", "norland-neighbours-data.html"),
    ("Every reading and choice: robustness", "norland-neighbours-robustness.html"),
]
OPEN_SIBLINGS = [
    ("The data: what came from where", "indara-norland-data.html"),
    ("Every reading and choice: robustness", "indara-norland-robustness.html"),
    ("Totals by fiscal year", "indara-norland-years.html"),
]

UNDECIDED, HOLDS = [("undecided", "the year has room for it")], [("holds", "within 3 %")]
SPLIT = [("holds", "as counted"), ("fails", "like for like")]
SENTENCE = (
    "From €4,454.6 to €8,668.4 million: **+94.6\N{NO-BREAK SPACE}%**. Without the 69 customs codes "
    "that begin in 2022: **+78.8\N{NO-BREAK SPACE}%**. The last month is provisional."
)
PARAGRAPH = (
    "In August Norland exported €1,134.5 million of these goods to six neighbours, 2.3 times the "
    "monthly mean of the year before the war. September reached €1,480.9 million. November, "
    "€1,467.9 million, is provisional: a revision of 0.9\N{NO-BREAK SPACE}% would make it the peak."
)
NOTE = "69 codes begin in January 2022. Their forerunners are mostly not on the list of goods."
PAPER = "https://example.org/media/anomalies-show-the-ineffectiveness/"
HASH = "Text and charts: MIT. Figures: reuse with credit. Built from data with the hash 9455f0fc."


def _months(figure, wide: bool) -> None:
    axes = figure.add_subplot()
    axes.bar(range(len(VALUES)), VALUES, width=0.74, color=PALETTE["accent"])
    axes.set_xticks([0, 12, 24], ["2020", "2021", "2022"])
    axes.set_yticks([0, 500, 1000, 1500])
    axes.text(22, 1350, "Peak: September 2022", ha="right")


def _story(figure, wide: bool) -> None:
    axes = figure.add_subplot()
    axes.bar(range(3), [30, 30, 30], width=0.6, **area_style("bounded"))
    axes.bar([3, 4, 6], [60, 60, 95], width=0.6, **area_style("reported"))
    axes.set_xticks(range(7), "Jan Feb Mar Apr May June July".split())
    axes.set_yticks([0, 50, 100])


def _small(figure, wide: bool) -> None:
    rows, across = (2, 3) if wide else (3, 2)
    for n, name in enumerate(COUNTRIES, start=1):
        axes = figure.add_subplot(rows, across, n)
        axes.bar(range(len(VALUES)), VALUES, color=PALETTE["accent"])
        axes.set_title(name)
        axes.set_xticks([0, 24], ["2020", "2022"])
        axes.set_yticks([])


@cache
def _drawn(name: str, painter, heights: tuple[float, float], half: bool) -> tuple[str, str]:
    return draw(name, painter, heights=heights, half=half)


def _table(name: str, labels: list[str], rows: list[list[str]]) -> Table:
    columns = [Column(f"c{n}", label, "right" if n else "left") for n, label in enumerate(labels)]
    keys = [column.key for column in columns]
    return Table(name, "The numbers", columns, [dict(zip(keys, row, strict=True)) for row in rows])


def _figure(name: str, painter, heights, data: Table, grade: str, half=False, **fields) -> Figure:
    wide, narrow = _drawn(name, painter, heights, half)
    shown = {
        "title": "Exports passed twice their old level in August 2022",
        "subtitle": "Listed goods to six neighbours of the rival, month by month",
        "unit": "€ million a month",
        "source": Prose("Statnor, [Foreign trade](#sources); own sums"),
        "alt": f"Bar chart, {grade} exports of listed goods to six neighbours, monthly, January "
        "2020 to November 2022. First month above twice the base: August 2022, 1,134.5.",
        "grades": [grade],
        "notes": f"{mark_words(grade)}; dashed: provisional. Strong colour: months at or "
        "above twice the base; on other bases the first is July ([below](#how-we-know)).",
    }
    return Figure(name=name, wide=wide, narrow=narrow, data=data, **shown | fields)


def _claim(
    id: str, title: str, verdicts: list[tuple[str, str]], strip: Strip | None = None
) -> Claim:
    return Claim(
        id, title, verdicts, SENTENCE,
        quote="in November 2022 it tripled and amounted to EUR 1.5 billion",
        said_by="Monitor International through a paper", date="30 January 2023",
        address=PAPER, address_words="copy", strip=strip,
        decided_by="the next release of November." if verdicts == UNDECIDED else "",
        fold=Fold("3 ways to read it", [
            _table(
                f"readings-{claim_anchor(id)}", ["Reading", "Possible", "If July is true, too"],
                [["In each month, more than 60", "0 to 801.2", "0 to 711.9"]] * 3,
            ),
            Prose("Undecided in all three."),
        ]),
    )  # fmt: skip


def _report(
    answer: str, claims: Claims, lead: Figure, more: list[Exhibit], meta: str, grade: str = ""
) -> nbformat.NotebookNode:
    shown = (*claims.claims, *claims.further)
    return notebook(
        code('study = "norland-neighbours"', tags=["parameters"]),
        code("opening(study)", Answer(
            "Did Norland’s exports of listed goods to its rival’s neighbours double in 2022, and "
            "when did they peak?",
            answer,
            [PARAGRAPH, "Over nine months they rose by 95\N{NO-BREAK SPACE}%, as Monitor said. But "
             "codes changed in January 2022; like for like the rise is 79\N{NO-BREAK SPACE}%."],
            meta=meta, grade=grade, author="tradecheck contributors", date="1 March 2026",
            glance=[Glance(" ".join(one.title.split()[:6]), f"#{one.anchor}", one.verdicts[:1])
                    for one in shown],
        )),
        code("lead(study)", lead),
        new_markdown_cell("## The claims, one by one"),
        code("claims(study)", claims),
        new_markdown_cell("## What is known"),
        code("known(study)", Prose(PARAGRAPH)),
        *(code("more(study)", exhibit) for exhibit in more),
        new_markdown_cell("## How we know"),
        code("how(study)", Cards([("What the list holds", f"{NOTE} {NOTE}")] * 6)),
        code("checks(study)", Fold("Checks that passed", [Prose(NOTE)])),
        new_markdown_cell("## Sources"),
        code("sources(study)", Sources([
            Source("Statnor foreign trade, copy by a researcher", "All months of figures 1 to 3",
                   "Release of 13 January 2023; reuse with credit", f"{PAPER}{n}")
            for n in range(6)
        ])),
        new_markdown_cell("## Cite and download"),
        code("cite(study)", Cite(
            "tradecheck, “Norland’s exports of goods to its rival’s neighbours, 2022”. Data: "
            "Statnor, release of 13 January 2023.", "@misc{tradecheck-norland}", HASH,
        )),
    )  # fmt: skip


def observed() -> nbformat.NotebookNode:
    """A report on months that a statistic shows."""
    months = _table(
        "months-data",
        ["Month", "As counted", "Like for like", "÷ base"],
        [[m, f"{v:,.1f}", f"{v * 0.93:,.1f}", f"{v / 496.5:.2f}"] for m, v in BY_MONTH],
    )
    countries = _table(
        "countries-data",
        ["Country", "Base, € mn a month", "First month above twice the base", "Peak", "÷ base"],
        [[name, "153.7", "July 2022", "November 2022 (provisional)", "3.7"] for name in COUNTRIES],
    )
    claims = Claims(
        [
            _claim("E1", "Almost doubled, March to November", SPLIT),
            _claim("E2", "The rival itself: down by 71 %", HOLDS),
            _claim("E3", "Tripled in November, to €1.5 billion", SPLIT),
            _claim("E4", "The peak was September 2022", UNDECIDED),
            _claim("R", "Gerland to Kyrgana: +949 %", SPLIT),
            _claim("S", "Gerland to Kyrgana: up to +1,880 % in 2024", HOLDS),
        ],
        further=[_claim(f"E{n}", "Five-fold rises of four members", HOLDS) for n in (5, 6, 7)],
        untestable=[_claim("S8", "The goods went on to the rival", [("not_testable", "")])],
    )
    lead = _figure(
        "months", _months, (416, 430), months, "observed", extent="35 months", contents="The months"
    )
    more = [
        _figure("moved", _months, (360, 508), _table("moved-data", ["a", "b"], []), "observed"),
        _figure("countries", _small, (398, 574), countries, "observed"),
    ]
    return _report(
        "Yes, month by month: from August 2022 on they were more than double. September was the "
        "peak, so far.",
        claims,
        lead,
        more,
        "Statnor, monthly, January 2020 to November 2022, as published on 13 January 2023 · Every "
        "month is",
        "observed",
    )


def unobserved() -> nbformat.NotebookNode:
    """A report on months that nobody published."""
    story = _table(
        "story-data",
        ["Month", "Story, each month", "Story, both together", "Possible by official totals"],
        [[month, "about 30", "half of more than 60", "0 to 801.2"] for month in MONTHS[:7]],
    )
    years = _table("years-data", ["Year", "Servers", "Other"], [["2024-25", "440.6", "99.0"]])
    strips = [
        Strip((0, 801.2), (60, None), "0 to 801.2", "more than 60"),
        None,
        Strip((0, 824.7), (95, 95), "0 to 824.7", "95"),
        None,
        Strip((5.2, 38.3), (50, None), "5.2 to 38.3 %", "more than 50 %", (0, 100)),
    ]
    claims = Claims(
        [
            *(
                _claim(f"C{n}", "More than US$ 60 million in April and May", UNDECIDED, strip)
                for n, strip in enumerate(strips, start=1)
            ),
            _claim("C6", "Mainly microchips and machines", [("fails", "for the fiscal year")]),
            _claim(
                "C7", "From Indara, or via Indara", [("not_testable", "origin is not recorded")]
            ),
        ],
        says="What official totals say",
        note="Each claim has one verdict, for its plainest reading: [the robustness page]"
        "(indara-norland-robustness.html) counts every combination.",
    )
    half = {"grade": "bounded", "half": True, "data": years}
    return _report(
        "We can’t confirm or refute the doubling or the July peak. No month may be published.",
        claims,
        _figure("story", _story, (366, 614), story, "reported", contents="The story"),
        [
            Pair(
                [
                    _figure("years", _story, (372, 372), **half),
                    _figure("volume", _story, (372, 372), **half),
                ]
            )
        ],
        "Indara’s trade statistics office, totals by fiscal year · No month is observed",
    )

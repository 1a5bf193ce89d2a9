"""Two executed notebooks as long as real reports: one where every month is observed, one where none
is. All names and figures are invented."""

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
    Figure,
    Fold,
    Glance,
    Pair,
    Source,
    Sources,
    Strip,
    Table,
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
MONTHS_CSV = Download(
    "norland-months.csv",
    "".join(["month,value\n", *(f"{m},{v}\n" for m, v in zip(MONTHS, VALUES, strict=True))]).encode(),
    "text/csv",
    "The months of figures 1 and 3",
)
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


def _observed_painter(figure, wide: bool) -> None:
    axes = figure.add_subplot()
    axes.bar(range(len(VALUES)), VALUES, width=0.74, color=PALETTE["accent"])
    axes.set_xticks([0, 12, 24], ["2020", "2021", "2022"])
    axes.set_yticks([0, 500, 1000, 1500])
    axes.text(22, 1350, "Peak: September 2022", ha="right")


def _story_painter(figure, wide: bool) -> None:
    axes = figure.add_subplot()
    axes.bar(range(3), [30, 30, 30], width=0.6, **area_style("bounded"))
    axes.bar([3, 4, 6], [60, 60, 95], width=0.6, **area_style("reported"))
    axes.set_xticks(range(7), "Jan Feb Mar Apr May June July".split())
    axes.set_yticks([0, 50, 100])


def _bars_painter(figure, wide: bool) -> None:
    axes = figure.add_subplot()
    axes.barh(range(10), [1635, 350, 317, 182, 145, 93, 83, 76, 40, 20], color=PALETTE["accent"])
    axes.set_yticks([])
    for n in range(10):
        axes.text(-20, n, f"Goods {n}", ha="right", va="center")
    axes.set_xlim(-400, 1700)
    axes.set_xticks([0, 500, 1000, 1500])


def _small_painter(figure, wide: bool) -> None:
    rows, across = (2, 3) if wide else (3, 2)
    for n, name in enumerate(COUNTRIES, start=1):
        axes = figure.add_subplot(rows, across, n)
        axes.bar(range(len(VALUES)), VALUES, color=PALETTE["accent"])
        axes.set_title(name)
        axes.set_xticks([0, 24], ["2020", "2022"])
        axes.set_yticks([])


@cache
def _drawn(name: str, painter, *heights: float) -> tuple[str, str]:
    return draw(name, painter, heights=heights)


def _figure(name, painter, heights, data, **fields) -> Figure:
    wide, narrow = _drawn(name, painter, *heights)
    return Figure(name=name, wide=wide, narrow=narrow, data=data, **fields)


def _table(name, title, labels, rows) -> Table:
    columns = [Column(f"c{n}", label, "right" if n else "left") for n, label in enumerate(labels)]
    return Table(name, title, columns, [dict(zip((c.key for c in columns), row)) for row in rows])


def observed() -> nbformat.NotebookNode:
    """A report on months that a statistic shows."""
    paper = "https://example.org/media/anomalies-show-the-ineffectiveness/"
    euro = {"said_by": "Monitor International through a paper", "date": "30 January 2023"}
    euro |= {"address": paper, "address_words": "copy"}
    months = _figure(
        "months", _observed_painter, (416, 430),
        _table(
            "months-data", "Norland’s exports of listed goods, € million",
            ["Month", "As counted", "Like for like", "÷ base"],
            [[m, f"{v:,.1f}", f"{v * 0.93:,.1f}", f"{v / 496.5:.2f}"] for m, v in zip(MONTHS, VALUES)],
        ),
        title="Exports passed twice their old level in August 2022",
        subtitle=f"Listed goods to {', '.join(COUNTRIES)}",
        unit="€ million a month",
        source=Prose("Statnor, [Foreign trade](#sources); own sums"),
        alt="Bar chart, observed exports of listed goods to six neighbours, monthly, January 2020 to "
        "November 2022. Mean of March 2021 to February 2022: 496.5 million euros. First month above "
        "twice that: August 2022, 1,134.5. Largest: September 2022, 1,480.9.",
        grades=["observed"],
        notes=f"{mark_words('observed')}; dashed: provisional. Strong colour: months at or above twice "
        "the base; on other bases the first such month is July ([How we know](#how-we-know)). "
        "Point at a month for its values.",
        extent="35 months",
        contents="The months",
    )  # fmt: skip
    goods = _figure(
        "goods", _bars_painter, (360, 508),
        _table(
            "goods-data", "March to November, € million",
            ["Goods (heading)", "2021", "2022", "Change", "of it in codes new in 2022"],
            [[f"Goods {n} (870{n})", "423.2", "2,058.3", "+1,635.1", "290.5"] for n in range(10)],
        ),
        title="Cars alone brought €1,635 million of a rise of €4,214 million",
        subtitle="March to November 2022 less the same months of 2021; eight largest rises, two largest falls",
        unit="€ million", source="Statnor",
        alt="Horizontal bars: change in exports to the six neighbours by group of goods, March to "
        "November 2022 against 2021. Cars add 1,635.1 million euros; generating sets fall by 211.1.",
    )  # fmt: skip
    countries = _figure(
        "countries", _small_painter, (398, 574),
        _table(
            "countries-data", "Each country: base, doubling, peak",
            ["Country", "Base, € mn a month", "First month above twice the base", "Peak",
             "Peak, € mn", "Peak ÷ base", "Mar–Nov, 2022 ÷ 2021", "Like for like"],
            [[c, "153.7", "July 2022", "November 2022 (provisional)", "561.3", "3.7", "2.44", "2.16"]
             for c in COUNTRIES],
        ),
        title="Exports to Kyrgana grew 16-fold; to Kazaria, by most euros",
        subtitle="By country, in order of euros added. Own scale each: compare shapes, not heights",
        unit="€ million a month", source="Statnor",
        alt="Six bar charts, one a country, each on its own scale, January 2020 to November 2022: "
        "Kazaria peaks in September 2022 at 561.3 million euros, 3.7 times its base; the others later.",
        notes="Black line: the country’s own base, the mean of the year before. Four countries peak in "
        "the last, provisional month: their peak may lie still ahead",
    )  # fmt: skip
    rows = Claims(
        [
            Claim(
                "E1", "Almost doubled, March to November",
                [("holds", "as counted"), ("fails", "like for like")],
                "From €4,454.6 to €8,668.4 million: **+94.6 %**. Without the 69 customs codes that begin "
                "in 2022: **+78.8 %**.",
                quote="increased by 95% (almost doubled)", **euro,
                fold=Fold("2 ways to count", [Prose(
                    "All listed codes: ×1.946, which holds to the percent. Codes that exist in both "
                    "years: ×1.788. “At least doubled” fails both ways.")]),
            ),
            Claim(
                "E2", "Norland’s rival itself: down by 71 %", [("holds", "")],
                "From €25,781.7 to €7,329.6 million, March to November: **−71.6 %**. The claim cuts the "
                "decimals; rounded it would be 72.",
                quote="their supplies decreased by 71%", **euro,
            ),
            Claim(
                "E3", "Tripled in November, to €1.5 billion",
                [("holds", "as “about three times”"), ("fails", "like for like")],
                "€1,467.9 million against €490.9 million a year before: **×2.99**. Like for like ×2.76. "
                "November is provisional; revised like all goods it would reach ×3.14 to ×3.26.",
                quote="in November 2022 it tripled and amounted to EUR 1.5 billion", **euro,
                fold=Fold("3 ways to read it", [Prose(
                    "“About three times”, within 5 %: holds. “At least three times”: fails by 0.3 % in "
                    "this release. Like for like: ×2.76, fails.")]),
            ),
            Claim(
                "E4", "The peak was September 2022",
                [("holds", "in this release"), ("undecided", "until November is final")],
                "September: €1,480.9 million. November: €1,467.9 million, **0.9 % less**. The Novembers "
                "of all goods were revised up by 4.9 to 8.9 %.",
                context="No one claimed a peak; our question needs one.",
                decided_by="the next release of November 2022.",
            ),
            Claim(
                "R", "Gerland to Kyrgana: +949 %",
                [("holds", "€170 million"), ("fails", "949 % to the percent")],
                "All goods, from €16.34 to €170.22 million: **+941.9 %**. The amount is right; the growth "
                "misses by 7 points in 949 (the multiples differ by 0.7 %).",
                quote="rose some 949%, to 170 million euros", context=", January to March 2023",
                said_by="A news agency", date="16 May 2023", address=paper, address_words="copy",
                fold=Fold("4 more countries in the story", [Prose(
                    "Kazaria: said 136 %, months +136.0 %. Armoria: 172 %, +170.1 %.")]),
            ),
            Claim(
                "S", "Gerland to Kyrgana: up to +1,880 % in 2024", [("holds", "within 3 %")],
                "Highest month of 2024: February, €75.7 million against a mean of 3.7 in 2020 and 2021: "
                "**+1,926 %**. The source counts in other data, probably in dollars.",
                quote="rose by up to 1,880% in 2024 above the 2020-21 monthly average",
                said_by="An online paper", date="14 October 2024", address=paper,
                fold=Fold("Three more countries", [Prose("“Almost 2,000%”: undecided.")]),
            ),
        ],
        further=[
            Claim("E5", "Five-fold rises of four members", [("holds", "")], "5.45, 4.49, 4.20, **3.15**.",
                  quote="by 3-5.5 times", **euro),
            Claim("E6", "All goods", [("holds", "for March to November")], "−47.5 %, **+48.6 %**.", **euro),
            Claim("W", "Gerland’s year 2022", [("holds", "")], "49.61 to **323.22** million.", **euro),
        ],
        untestable=[
            Claim("S8", "The sanctions were evaded on purpose", [("not_testable", "")],
                  "No customs figure says why goods were sold, or where they went next.", **euro),
        ],
    )  # fmt: skip
    return notebook(
        code('study = "norland-neighbours"', tags=["parameters"]),
        code(
            "show(answer)",
            Answer(
                "Did Norland’s exports of listed goods to its rival’s neighbours double in 2022, and "
                "when did they peak?",
                "Yes, month by month: from August 2022 on they were more than double. September was "
                "the peak, so far.",
                [
                    "In August Norland exported €1,134.5 million of these goods to six neighbours, 2.3 "
                    "times the monthly mean of the year before the war. September reached €1,480.9 "
                    "million. November, €1,467.9 million, is provisional: a revision of 0.9 % would "
                    "make it the peak.",
                    "Over March to November as a whole they rose by 95 %, as Monitor said. But customs "
                    "codes changed in January 2022; counted like for like the rise is 79 %.",
                ],
                meta="Statnor, monthly, January 2020 to November 2022, as published on 13 January 2023 · "
                "Every month is",
                grade="observed",
                glance=[
                    Glance("+95 % to six neighbours", "#claim-e1",
                           [("holds", "as counted"), ("fails", "like for like")]),
                    Glance("−71 % to the rival", "#claim-e2", [("holds", "")]),
                    Glance("Tripled in November to €1.5 billion", "#claim-e3",
                           [("holds", "as counted"), ("fails", "like for like")]),
                    Glance("Peak in September", "#claim-e4", [("undecided", "so far")]),
                    Glance("Gerland to Kyrgana: €170 million, +949 %", "#claim-r",
                           [("holds", ": €170 mn"), ("fails", ": 949 %")]),
                    Glance("The same in 2024: +1,880 %", "#claim-s", [("holds", "")]),
                ],
                author="tradecheck contributors", date="1 March 2026",
            ),
        ),
        code("show(months)", months),
        new_markdown_cell("## The claims, one by one"),
        code("show(claims)", rows),
        new_markdown_cell("## What moved it"),
        code("show(lead)", Prose(
            "Vehicles. Cars, road tractors, trailers and parts make up 54 % of the rise, and 56 % like "
            "for like. Of the €4,214 million more than in 2021, €703 million stands in codes that did "
            "not exist in 2021: mostly smartphones and road tractors.")),
        code("show(goods)", goods),
        code("show(countries)", countries),
        new_markdown_cell("## How we know"),
        code(
            "show(cards)",
            Cards([
                ("The goods", "2,219 customs codes under export bans at the end of 2022. The list is a "
                 "researcher’s, not an official table."),
                ("The base", "The mean of March 2021 to February 2022, €496.5 million. With calendar 2021 "
                 "or 2020–21 as the base, the first doubled month is July."),
                ("Like for like", "69 codes begin in January 2022. Their forerunners are mostly not on "
                 "the list, so 2021 lacks phones and tractors that 2022 has."),
                ("Provisional", "The latest month is the least complete. For four of the six, a later "
                 "release moved November by +4.9 to +8.9 %, earlier months by less than 1.2 %."),
                ("Not a second source", "Monitor’s analysis used these same files. We repeat the count; "
                 "we do not confirm it with other data."),
                ("What it does not show", "Exports to a neighbour are not proof of re-export. Values "
                 "only: no weights, no prices."),
            ]),
            Fold("Every base, side by side", [_table(
                "bases", "First month at twice the base, by base",
                ["Base", "Mean, € mn", "First month", "September ÷ base"],
                [[f"Base {n} (Mar 2021 to Feb 2022)", "496.5", "August 2022", "2.98"] for n in range(5)],
            )]),
            Fold("Checks that passed", [Prose("No month missing (35 of 35), 27 members, no duplicate.")]),
        ),
        new_markdown_cell("## Sources"),
        code(
            "show(sources)",
            Sources([
                Source("Statnor foreign trade (DS-045409), copy by a researcher",
                       "All months of figures 1 to 3; claims E1 to E4",
                       "Release of 13 January 2023; reuse with credit", "https://example.org/peaks"),
                Source("Statnor foreign trade, copy of a student",
                       "All goods by member, 2019 to 2024; claims R, S; revisions",
                       "Extracted 16–17 November 2024; CC BY 4.0", "https://example.org/sanctions"),
                Source("Analysis behind Monitor’s claim", "What E1 to E3 counted", "January 2023; MIT",
                       "https://example.org/peaks/trade.html"),
                Source(Prose(f"A paper and Monitor: [copy]({paper}), [Herald](https://example.org/herald)"),
                       "Wording of E1 to E3", "Read in copies; the paper’s page was not read"),
                Source(Prose(f"A news agency: [copy]({paper})"), "Wording of R", "16 May 2023"),
                Source("An online paper", "Wording of S", "14 October 2024", paper),
            ]),
        ),
        new_markdown_cell("## Cite and download"),
        code(
            "show(cite)",
            Cite(
                "tradecheck, “Norland’s exports of listed goods to its rival’s neighbours, 2022”. Data: "
                "Statnor (DS-045409), release of 13 January 2023; own aggregation.",
                "@misc{tradecheck-norland-neighbours,\n  title = {Norland’s exports, 2022}\n}",
                "Text and charts: MIT. Figures: Statnor, reuse with credit. Built from data with the "
                "hash 9455f0fc….",
            ),
        ),
    )  # fmt: skip


def unobserved() -> nbformat.NotebookNode:
    """A report on months that nobody published."""
    news = {"said_by": "News", "date": "11–12 October 2024"}
    news |= {"address": "https://example.org/?p=10182", "address_words": "copy"}
    story = _figure(
        "story", _story_painter, (366, 614),
        _table(
            "story-data", "The story and the possible range, US$ million",
            ["Month of 2024", "Story, each month", "Story, both together", "Possible by official totals"],
            [[m, "about 30", "half of more than 60", "0 to 801.2"] for m in "JFMAMJJ"],
        ),
        title="As told, exports double in April; official totals allow almost anything",
        subtitle="Restricted technology, Indara to Norland, January to July 2024",
        unit="US$ million a month",
        source=Prose("News through copies; Indara’s statistics; [all sources](#sources)"),
        alt="Bar chart of the reported story, US$ million a month, 2024: January to March about 30, April "
        "and May more than 60 each, June no figure, July 95. Behind it, bounded by official totals: any "
        "value from 0 to about 800 for April to July, and no upper limit for January to March.",
        grades=["reported", "bounded"],
        notes=f"Outlined: {mark_words('reported')} by the story; dashed: only implied by it; arrow: “more "
        f"than”. Pale: {mark_words('bounded')}, what official totals allow for one month at a time; the "
        "months share one yearly total and cannot all be high.",
        contents="The story",
    )  # fmt: skip
    halves = []
    for name, painter, height in (("years", _story_painter, 372), ("volume", _bars_painter, 372)):
        wide, narrow = draw(name, painter, heights=(height, height), half=True)
        halves.append(Figure(
            name, "Servers carry the official rise" if name == "years" else
            "At 2023’s volume a fifth is US$ 208 million, not 95",
            "Restricted technology, Indara to Norland; lower limits, as some lines are unseen",
            "US$ million", "Indara’s statistics",
            "Bar chart, restricted technology by fiscal year, bounded, US$ million, lower limits: 23.4 in "
            "2017-18, 75.4 in 2022-23, 148.6 in 2023-24, 539.6 in 2024-25, of which servers 440.6.",
            wide, narrow,
            _table(f"{name}-data", "Fiscal years, US$ million", ["Year", "Servers", "Other"],
                   [["2023-24", "39.7", "109.0"], ["2024-25", "440.6", "99.0"]]),
            grades=["bounded"],
        ))  # fmt: skip
    ways = _table(
        "c1-readings", "US$ million", ["Reading", "Possible", "If July’s 95 is true too"],
        [["In each month, more than 60", "0 to 801.2", "0 to 711.9"],
         ["Both together, more than 60", "0 to 801.2", "0 to 711.9"]],
    )  # fmt: skip
    rows = Claims(
        [
            Claim(
                "C1", "More than US$ 60 million in April and May", [("undecided", "the year has room for it")],
                "April can be anything from US$ 0 to 801.2 million. If the story is right, the other nine "
                "months of the fiscal year hold 31.8 to 623.8 million: it fits.",
                quote="surpassed $60 million in both April and May", **news,
                strip=Strip((0, 801.2), (60, None), "0 to 801.2", "more than 60"),
                fold=Fold("3 ways to read it", [ways, Prose("Undecided in all three.")]),
            ),
            Claim(
                "C2", "About double the earlier months", [("undecided", "nothing limits the base")],
                "January to March 2024 belong to a year whose total is known only as “at least 148.6 "
                "million”. So the ratio can be anything.",
                quote="about double from earlier months this year", **news,
                fold=Fold("20 ways to read it", [Prose("Undecided in all 20.")]),
            ),
            Claim(
                "C3", "US$ 95 million in July, the peak", [("undecided", "July and June are unpublished")],
                "July can be anything from US$ 0 to 824.7 million. Nobody reports June, so the leap cannot "
                "be checked, and any other month may be larger.",
                quote="leaped to $95 million in July", **news,
                strip=Strip((0, 824.7), (95, 95), "0 to 824.7", "95"),
                fold=Fold("4 ways to read it", [Prose("Undecided in all.")]),
            ),
            Claim(
                "C4", "Second only to Chira", [("undecided", "depends on the harbour city")],
                "No supplier’s months of 2024 are comparable. If the harbour city sold as in 2023, **201 "
                "million** a month, Indara’s 95 was third at best; counted as Chira, it could be second.",
                quote="exceeded only by Chira", **news,
                fold=Fold("7 ways to read it", [Prose("Undecided in all by official totals.")]),
            ),
            Claim(
                "C5", "Almost a fifth", [("undecided", "hard to square with 2023")],
                "No total of Norland’s purchases in 2024 is public. Against the mean month of 2023, 95 "
                "million is **9.1 %**; “almost a fifth” would be 17 to 20 %.",
                quote="almost a fifth of the sensitive technology", **news,
                fold=Fold("3 ways to read it", [Prose("Undecided.")]),
            ),
            Claim(
                "C6", "Mainly microchips and machines", [("fails", "for the fiscal year")],
                "Chips, circuits and machine tools were 5.2 to 38.3 % of the year; “mainly” needs more than "
                "half. Servers alone were 52.5 to 81.7 %.",
                quote="primarily microcircuits and machines",
                said_by="A re-report of 12 October 2024 (address not kept); the first words are wider",
                strip=Strip((5.2, 38.3), (50, None), "5.2 to 38.3 %", "more than 50 %", (0, 100)),
                fold=Fold("5 ways to read it", [Prose("Of listed goods: fails (at most 38.3 %).")]),
            ),
            Claim(
                "C7", "From Indara, or via Indara", [("not_testable", "origin is not recorded")],
                "Customs figures of the exporter do not say where goods were made. 1,407 servers reported "
                "as brought in from elsewhere speak for “via” ([Force](https://example.org/force)), for "
                "that part.",
                quote="got there via Indara", **news,
            ),
        ],
        says="What official totals say",
        note="Each claim has one verdict, for its plainest reading. Other lists of goods, tolerances and "
        "beliefs do not settle the months either: [the robustness page](indara-norland-robustness.html) "
        "counts every combination.",
    )  # fmt: skip
    undecided = [("undecided", "")]
    return notebook(
        code(
            "show(answer)",
            Answer(
                "Did Indara’s exports of restricted technology to Norland double in spring 2024 and peak "
                "in July?",
                "We can’t confirm or refute the doubling or the July peak. No statistic that may be "
                "published shows the months.",
                [
                    "News reported on 11–12 October 2024, from unnamed officials, that these exports passed "
                    "US$ 60 million in both April and May, about double the earlier months, and reached 95 "
                    "million in July. Indara’s official total for the whole fiscal year, US$ 539.6 to 838.3 "
                    "million, leaves room for that, and for quite different months.",
                    "One claim fails: the year was not “mainly microchips and machines”. Those were at most "
                    "38.3 % of it; servers were at least 52.5 %.",
                ],
                meta="Indara’s trade statistics office, totals by fiscal year, as of 21 October 2025 · No "
                "month is observed",
                glance=[
                    Glance("Over US$ 60 million in April and May", "#claim-c1", undecided),
                    Glance("Double the earlier months", "#claim-c2", undecided),
                    Glance("US$ 95 million in July, the peak", "#claim-c3", undecided),
                    Glance("Second only to Chira", "#claim-c4", undecided),
                    Glance("Almost a fifth of Norland’s supply", "#claim-c5", undecided),
                    Glance("Mainly microchips and machines", "#claim-c6", [("fails", "")]),
                    Glance("From Indara or via Indara", "#claim-c7", [("not_testable", "")]),
                ],
                author="tradecheck contributors", date="1 March 2026",
            ),
        ),
        code("show(story)", story),
        new_markdown_cell("## The claims, one by one"),
        code("show(claims)", rows),
        new_markdown_cell("## What is known"),
        code("show(lead)", Prose(
            "Whole years. The official total rose from at least US$ 148.6 million to at least 539.6 million "
            "in the year from April 2024. Without servers it was at least 109.0 and at least 99.0 million: "
            "whether they fell is open.")),
        code("show(pair)", Pair(halves)),
        new_markdown_cell("## What would settle it"),
        code("show(settle)", Prose(
            "Monthly figures by product for January to July 2024, from Indara’s data bank. When the story "
            "appeared a public copy had the months up to June 2024; July was still missing on 28 November "
            "2024. If the months are published, this page will show them.")),
        new_markdown_cell("## How we know"),
        code("show(cards)", Cards([
            ("How a verdict is reached", "We take every set of months that fits the official totals. True "
             "in all of them: holds. In none: fails. In some: undecided."),
            ("The year", "Tariff lines found add up to US$ 539.6 million. At most 298.7 million more is "
             "unseen in the same chapters: 838.3 in all."),
            ("Two currencies", "Totals exist in two currencies. The implied exchange rate limits how late "
             "in the year goods can have left."),
            ("The goods", "The story names no list. We use the 50 codes of a common list, almost surely "
             "what is meant."),
            ("How the wording drifted", "Of 36 pages we read, 8 say “each month”, 3 “together”, 22 can be "
             "read either way, 3 give no figure."),
            ("Not read", "The first page. Its words are rebuilt from seven copies; no trade table came "
             "with the story."),
        ]), Fold("One allowed path, as an example", [Prose(
            f"{mark_words('allowed_path')}: the smoothest months that fit the story and the year are 40.9 in "
            "January to March, 60.0 and 79.1 in April and May. An example, not an estimate.")])),
        new_markdown_cell("## Sources"),
        code("show(sources)", Sources([
            Source(Prose("News: [copy](https://example.org/?p=10182)"), "Wording of the claims",
                   "11–12 October 2024; the first page was not read"),
            *(Source(f"Publisher {n}, a data bank with a name", "Totals by fiscal year and product, figure 2",
                     "As of 21 October 2025; lower limits", f"https://example.org/{n}") for n in range(6)),
        ])),
        new_markdown_cell("## Cite and download"),
        code("show(cite)", Cite(
            "tradecheck, “Indara’s exports of restricted technology to Norland, 2024”. Data: Indara’s "
            "statistics, as of 21 October 2025, and the sources above.",
            "@misc{tradecheck-indara-norland,\n  title = {Indara’s exports}\n}",
            "Text and charts: MIT. Figures keep their publishers’ terms. Built from data with the hash "
            "9455f0fc….")),
    )  # fmt: skip

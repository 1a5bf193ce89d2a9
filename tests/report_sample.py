"""A small executed notebook with one of everything, made without a kernel."""

from functools import cache
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tradecheck.report import Download
from tradecheck.show.charts import PALETTE, area_style, draw, line_style
from tradecheck.show.charts.frame import hover
from tradecheck.show.exhibits import (
    Answer,
    Cards,
    Cell,
    Cite,
    Claim,
    Claims,
    Column,
    Figure,
    Fold,
    Glance,
    Masthead,
    Pair,
    Row,
    Siblings,
    Source,
    Sources,
    Strip,
    Table,
)
from tradecheck.show.prose import Prose, month_name, say
from tradecheck.show.units import money, times

DOLLARS = money("USD")
MONTHS = {"2024-01": 31.0, "2024-02": 29.5, "2024-03": 30.5, "2024-04": 61.0, "2024-05": 62.0}
HOSTILE = (
    '</title></style><script>window.hostile=true</script><img src=x onerror="window.hostile=true">'
)
DATA = Download("months.csv", b"month,value\n2024-07,95\n", "text/csv", "The months of figure 1")
NOTEBOOK = Download("report.ipynb", b"{}", "application/x-ipynb+json", "The notebook")
SIBLINGS = [
    ("The data", "synthetic-data.html"), ("Every reading and choice", "synthetic-robustness.html"),
]  # fmt: skip


def shown(cell: nbformat.NotebookNode, *results: Any) -> nbformat.NotebookNode:
    """The cell as if it had displayed these objects."""
    for result in results:
        cell.outputs.append(new_output("display_data", data=result._repr_mimebundle_()))
    return cell


def code(source: str, *results: Any, **metadata: Any) -> nbformat.NotebookNode:
    return shown(new_code_cell(source, metadata=metadata), *results)


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook with fixed cell ids, so that two are equal byte by byte."""
    for position, cell in enumerate(cells):
        cell["id"] = f"cell-{position}"
    return new_notebook(cells=list(cells))


def masthead(**changes: Any) -> Masthead:
    fields = {
        "title": "Did shipments double in April and May, and peak in July?",
        "standfirst": "A published claim about monthly trade, set beside what is known.",
        "facts": [("Data period", "January to July 2024"), ("Data as of", "1 March 2026")],
        "status": "No month is observed: every monthly figure here is bounded or reported.",
    }
    return Masthead(**fields | changes)


def answer(**changes: Any) -> Answer:
    fields = {
        "question": "Did shipments double in April and May, and peak in July?",
        "answer": "We cannot tell. Whole years are public, months are not.",
        "paragraphs": ["A paper said so on 12 October 2024. The year leaves **room** for it."],
        "meta": "Synthetic statistics, totals by year, as of 1 March 2026 ·",
        "grade": "bounded",
        "glance": [
            Glance("More than 60 in April", "#claim-c1", [("undecided", "so far")]),
            Glance("Second only to one", "#claim-c4", [("not_testable", "")]),
        ],
        "author": "A. Analyst",
        "date": "2 March 2026",
    }
    return Answer(**fields | changes)


def painter(figure, wide: bool) -> None:
    axes = figure.add_subplot()
    values = list(MONTHS.values())
    axes.bar([0, 1, 2], values[:3], **area_style("bounded"))
    axes.bar([3, 4], values[3:], **area_style("reported"))
    axes.plot(range(5), values, **line_style("allowed_path"))
    axes.set_xticks(range(5), [month_name(month)[:3] for month in MONTHS])
    axes.set_yticks([0, 25, 50, 75])
    for place, (month, value) in enumerate(MONTHS.items()):
        hover(axes, f"{month_name(month)}: {value}", (place - 0.5, place + 0.5))
    axes.text(1, 36, "at most about half", ha="center", color=PALETTE["bounded"])
    axes.text(4, 65, "62", ha="center", color=PALETTE["reported"])


@cache
def drawings(name: str) -> tuple[str, str]:
    return draw(name, painter)


def figure(name: str = "claim", **changes: Any) -> Figure:
    wide, narrow = drawings(name)
    fields = {
        "name": name,
        "title": "Reported months stand at twice the level before",
        "subtitle": "Exports of listed goods, monthly, January to May 2024",
        "unit": "US$ million",
        "source": "Synthetic figures",
        "alt": "Column chart, January to May 2024: three bounded months of about 30, then two "
        "reported months of about 60 US$ million, joined by one allowed path that doubles.",
        "wide": wide,
        "narrow": narrow,
        "data": Table(
            name=f"{name}-data",
            title="Months as reported or bounded",
            columns=[
                Column("month", "Month"),
                Column("value", "US$ million", "right"),
                Column("grade", "Grade"),
            ],
            rows=[
                {
                    "month": month_name(month),
                    "value": DOLLARS.bare(value),
                    "grade": Cell("", mark="bounded" if value < 50 else "reported"),
                }
                for month, value in MONTHS.items()
            ],
        ),
        "grades": ["bounded", "reported", "allowed_path"],
        "notes": "Bars with a hatch may lie anywhere below their top",
        "extent": "5 months",
    }
    return Figure(**fields | changes)


READINGS = [
    ("C1a each month", 12.4, 88.1, "undecided", "Both months may stand above 60, or not."),
    ("C1b together", 61.2, 176.2, "holds", "Every allowed path has more than 60 in both together."),
    ("C1c the mean", 10.0, 59.0, "fails", "No allowed path reaches 60 in the mean."),
]


def readings(**changes: Any) -> Table:
    columns = [
        Column("reading", "Reading"),
        Column("published", "Published", "right"),
        Column("range", "What the evidence allows", "right"),
        Column("verdict", "Verdict"),
        Column("because", "Because"),
    ]
    rows = [
        Row(
            {
                "reading": reading,
                "published": DOLLARS.bare(60),
                "range": DOLLARS.between(lo, hi),
                "verdict": Cell("", mark=verdict),
                "because": because,
            },
            id=f"reading-{reading[:3].lower()}",
            group="“surpassed $60 million in both April and May”",
        )
        for reading, lo, hi, verdict, because in READINGS
    ]
    fields = {
        "name": "readings",
        "title": "What follows for each reading",
        "columns": columns,
        "rows": rows,
        "note": "Tolerances stand beside each reading.",
        "source": "Synthetic figures",
    }
    return Table(**fields | changes)


def claims(**changes: Any) -> Claims:
    first = Claim(
        "C1",
        "More than US$ 60 million in April and May",
        [("undecided", "the year has room"), ("holds", "both together")],
        "April can be anything from 12.4 to 88.1 million: **it fits** ([figure](#figure-claim)).",
        quote="surpassed $60 million in both April and May",
        said_by="A paper",
        date="12 October 2024",
        address="https://example.org/story",
        address_words="copy",
        decided_by="the figure for April",
        strip=Strip((12.4, 88.1), (60, None), "12.4 to 88.1", "more than 60"),
        fold=Fold(
            "3 ways to read it", [changes.pop("table", readings()), Prose("All in one table.")]
        ),
    )
    rank = Claim(
        "C4", "Second only to one", [("not_testable", "")],
        "No other supplier's month is part of this evidence.", context="Nobody said when.",
    )  # fmt: skip
    more = Claim("C5", "A fifth of all", [("fails", "")], "At most **9 %**.", said_by="A paper")
    politics = Claim("S8", "It was done on purpose", [("not_testable", "")], "No figure says why.")
    fields = {
        "claims": [first, rank], "further": [more], "untestable": [politics],
        "says": "What the totals say", "note": "Each claim has one verdict.",
    }  # fmt: skip
    return Claims(**fields | changes)


def wide_table() -> Table:
    """More columns of numbers than a phone or a small page has room for."""
    columns = [
        Column("base", "Base"),
        *(Column(f"n{n}", f"Numerator {n} of many", "right") for n in range(1, 10)),
    ]
    rows = [{c.key: c.label if c.key == "base" else times(n) for c in columns} for n in (1.6, 2.0)]
    return Table(name="all", title="All combinations", columns=columns, rows=rows)


def sample(**changes: Any) -> nbformat.NotebookNode:
    """A small notebook with one of everything; ``changes`` replace a named exhibit."""
    return notebook(
        code('study = "synthetic"', tags=["parameters"]),
        code("import tradecheck"),
        code("show.answer(study)", changes.get("answer", answer())),
        code(
            "# the months, as a picture\nshow.claim(study, unit='US$')",
            changes.get("figure", figure(contents="The months")),
        ),
        new_markdown_cell("## The claims, one by one"),
        code("show.claims(study)", claims(table=changes.get("table", readings()))),
        new_markdown_cell("## What is known\n\nThe story of 12 October 2024 names *two* months."),
        code("show.lead(study)", say("July alone is put at {july}.", july=DOLLARS(95))),
        code("show.pair(study)", Pair([half("left"), half("right")])),
        code("show.table(study)", plain_table()),
        code("show.more(study)", Fold("All combinations", [changes.get("folded", wide_table())])),
        new_markdown_cell(
            "## How we know\n\nOfficial totals only.\n\n"
            "| Field | Meaning |\n|---|---|\n| month | calendar month |"
        ),
        code("show.cards(study)", Cards([("The year", "At least **one** total is public.")] * 3)),
        new_markdown_cell("## Sources"),
        code(
            "show.sources(study)",
            Sources(
                [
                    Source(
                        "Statistics", "All totals", "As of 1 March 2026", "https://example.org/"
                    ),
                    Source(Prose("A paper: [copy](https://example.org/story)"), "Wording", "Read"),
                ]
            ),
            Siblings([("The data", "synthetic-data.html", "what came from where")]),
        ),
        new_markdown_cell("## Cite and download"),
        code("show.cite(study)", Cite("tradecheck, “Shipments”.", "@misc{x}", "Text: MIT.")),
    )


@cache
def half(name: str) -> Figure:
    wide, narrow = draw(name, painter, heights=(372, 372), half=True)
    return figure(name, wide=wide, narrow=narrow)


def plain_table() -> Table:
    columns = [Column("year", "Year"), Column("total", "Total", "right")]
    return Table("years", "Totals by year", columns, [{"year": "2024", "total": "539.6"}])

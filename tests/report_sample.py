"""A small executed notebook with one of everything, made without a kernel."""

from functools import cache
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tradecheck.show.charts import PALETTE, area_style, draw, line_style
from tradecheck.show.exhibits import Cell, Column, Figure, Fold, Masthead, Points, Row, Table
from tradecheck.show.prose import month_name, ratio, say, usd_mn

MONTHS = {"2024-01": 31.0, "2024-02": 29.5, "2024-03": 30.5, "2024-04": 61.0, "2024-05": 62.0}
HOSTILE = (
    '</title></style><script>window.hostile=true</script><img src=x onerror="window.hostile=true">'
)


READINGS = [
    (
        "C1a each month", 12.4, 88.1, "undecided",
        "Some allowed paths put both months above the threshold, and some do not: "
        "the official total leaves both possible.",
    ),
    (
        "C1b together", 61.2, 176.2, "holds",
        "Every path that the official totals allow puts both months together above the threshold.",
    ),
    ("C1c the mean", 10.0, 59.0, "fails", "No allowed path reaches the threshold."),
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


def painter(figure, wide: bool) -> None:
    axes = figure.add_subplot()
    values = list(MONTHS.values())
    axes.bar([0, 1, 2], values[:3], **area_style("bounded"))
    axes.bar([3, 4], values[3:], **area_style("reported"))
    axes.plot(range(5), values, **line_style("allowed_path"))
    axes.set_xticks(range(5), [month_name(month)[:3] for month in MONTHS])
    axes.set_yticks([0, 25, 50, 75])
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
        "subtitle": "Exports of listed goods, monthly, January to May 2024, US$ million",
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
                    "value": usd_mn.bare(value),
                    "grade": Cell("", mark="bounded" if value < 50 else "reported"),
                }
                for month, value in MONTHS.items()
            ],
            layout="compact",
        ),
        "grades": ["bounded", "reported", "allowed_path"],
        "notes": "Bars with a hatch may lie anywhere below their top.",
    }
    return Figure(**fields | changes)


def verdicts(**changes: Any) -> Table:
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
                "published": usd_mn.bare(60),
                "range": usd_mn.between(lo, hi),
                "verdict": Cell("", mark=verdict),
                "because": because,
            },
            id=f"claim-{reading[:3].lower()}",
            group="C1  “surpassed $60 million in both April and May”",
        )
        for reading, lo, hi, verdict, because in READINGS
    ]
    rows.append(
        Row(
            {
                "reading": "C4 rank",
                "published": "second",
                "range": "",
                "verdict": Cell("", mark="not_testable"),
                "because": "No other supplier's month is part of this evidence.",
            },
            id="claim-c4",
            group="C4  “exceeded only by China”",
        )
    )
    fields = {
        "name": "verdicts",
        "title": "What follows for each reading",
        "columns": columns,
        "rows": rows,
        "note": "Tolerances stand beside each reading.",
        "source": "Synthetic figures",
        "layout": "cards",
    }
    return Table(**fields | changes)


def folded() -> Table:
    """A wide table of numbers that scrolls on a phone."""
    columns = [
        Column("base", "Base"),
        *(Column(f"n{n}", f"Numerator {n}", "right") for n in range(1, 8)),
    ]
    rows = [{c.key: c.label if c.key == "base" else ratio(n) for c in columns} for n in (1.6, 2.0)]
    return Table(name="all", title="All combinations", columns=columns, rows=rows)


def sample(**changes: Any) -> nbformat.NotebookNode:
    """The whole notebook; ``changes`` replace a named exhibit."""
    points = [
        say("July alone is put at {july}: see [figure](#figure-claim).", july=usd_mn(95)),
        say("Together the two months hold: [C1b](#claim-c1b), as [table](#table-verdicts) shows."),
        say("Of the readings, {n} hold and the others do not follow.", n="one"),
    ]
    return notebook(
        code('study = "synthetic"', tags=["parameters"]),
        code("import tradecheck"),
        code("show.masthead(study)", changes.get("masthead", masthead())),
        code("show.points(study)", Points(points)),
        new_markdown_cell(
            "## The claim as a picture\n\nThe story of 12 October 2024 names *two* months."
        ),
        code(
            "# the months, as a picture\nshow.claim(study, unit='US$')",
            changes.get("figure", figure()),
        ),
        new_markdown_cell("## What follows\n\nEach reading stands alone."),
        code("show.verdicts(study)", changes.get("table", verdicts())),
        code(
            "show.more(study)",
            Fold("All combinations", [changes.get("folded", folded())]),
        ),
        new_markdown_cell(
            "## How we know this\n\n### Sources\n\nOfficial totals only.\n\n"
            "| Field | Meaning |\n|---|---|\n| month | calendar month |"
        ),
    )

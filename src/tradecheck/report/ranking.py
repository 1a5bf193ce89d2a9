"""The page and the machine's copy that rank the cases of a study by what its claim asks."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import v4

from tradecheck.report.exporter import displayed, render
from tradecheck.show.exhibits import Cell, Column, Masthead, Row, Table
from tradecheck.show.prose import Prose, escape_markdown, month_name
from tradecheck.show.units import count, unit_of

SHOWN = {"ratio": 2, "per cent": 1, "share": 1}


def ranking_files(
    study: str, question: str, held: Mapping[str, Any], failed: Mapping[str, str]
) -> tuple[bytes, bytes]:
    """reports/STUDY.html and .json: every case with its verdict, its measure and its standard
    answers. held: the machine's copies of the cases by name; failed: what went wrong, by name."""
    cases = ranked(study, held)
    copy = {
        "study": study,
        "cases": cases,
        "failed": [{"case": case, "because": why} for case, why in sorted(failed.items())],
    }
    text = json.dumps(copy, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return _page(question, cases, failed).encode(), f"{text}\n".encode()


def ranked(study: str, held: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The cases in the order of the first claim's measure, the largest first: by the end of its
    range that is sure. Without a claim, by the month of the first doubling, then by the total."""
    rows = []
    for case, copy in held.items():
        claim = next(iter(copy.get("claims", [])), None)
        reading = next(iter(claim["readings"]), None) if claim else None
        found: dict[str, Any] = next(iter(copy.get("findings", [])), {})
        rows.append(
            {
                "case": case,
                "page": f"{study}-{case}.html",
                "corridor": found.get("series", case),
                "unit": copy.get("unit"),
                "verdict": claim and claim["verdict"],
                "measure": reading and reading["measure"],
                "total": found.get("total"),
                "peak": found.get("peak"),
                "first_double": (found.get("first_double") or {}).get("month"),
            }
        )
    rows.sort(key=_order)
    return [{"rank": place, **row} for place, row in enumerate(rows, start=1)]


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    measure = row["measure"] or {}
    asked, total = measure.get("lo"), (row["total"] or {}).get("lo")
    if isinstance(asked, str):  # a month: the earlier first
        return (0, asked, row["case"])
    if isinstance(asked, int | float):
        return (0, -asked, row["case"])
    first = row["first_double"] or "9999-99"
    return (1, first, -(total if total is not None else -math.inf), row["case"])


def _page(question: str, cases: Sequence[Mapping[str, Any]], failed: Mapping[str, str]) -> str:
    verdicts = [row["verdict"] for row in cases if row["verdict"]]
    told = ", ".join(
        f"{count(verdicts.count(verdict))} {words}"
        for verdict, words in (
            ("holds", "hold"), ("fails", "fail"), ("undecided", "are undecided"),
            ("not_testable", "are not testable"),
        )
        if verdict in verdicts
    )  # fmt: skip
    shown: list[Any] = [
        Masthead(
            title=question,
            standfirst=f"{count(len(cases))} cases, each with a report of its own"
            + (f": {told}." if told else "."),
            facts=[("Cases", count(len(cases))), ("Failed", count(len(failed)))],
        ),
        Prose("## The cases"),
    ]
    if cases:
        shown.append(_table(cases))
    if failed:
        shown += [Prose("## Cases that could not be built")]
        shown += [Prose(f"{case}: {escape_markdown(why)}") for case, why in sorted(failed.items())]
    cells = [v4.new_code_cell("", outputs=[displayed(one)]) for one in shown]
    return render(v4.new_notebook(cells=cells))


def _table(cases: Sequence[Mapping[str, Any]]) -> Table:
    columns = [
        Column("rank", "Rank", "right"), Column("case", "Case"), Column("verdict", "Verdict"),
        Column("measure", "Measure", "right"), Column("double", "First doubled"),
        Column("peak", "Highest month"),
    ]  # fmt: skip
    rows = []
    for row in cases:
        cells: dict[str, str | Cell] = {
            "rank": count(row["rank"]),
            "case": Cell(row["corridor"], href=row["page"]),
            "verdict": Cell("", mark=row["verdict"]) if row["verdict"] else "–",
            "measure": _measure(row["measure"]),
            "double": month_name(row["first_double"]) if row["first_double"] else "–",
            "peak": month_name(row["peak"]["month"]) if row["peak"] else "–",
        }
        rows.append(Row(cells))
    return Table("cases", "Every case, ranked by what the claim asks", columns, rows)


def _measure(measure: Mapping[str, Any] | None) -> str:
    if not measure or (measure["lo"] is None and measure["hi"] is None):
        return "–"
    if measure["unit"] == "month":
        return month_name(measure["lo"])
    low = -math.inf if measure["lo"] is None else measure["lo"]
    high = math.inf if measure["hi"] is None else measure["hi"]
    return unit_of(measure["unit"]).between(low, high)

"""The screen's tables: lines, chapters, new corridors; and its copies for machines."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from tradecheck.figures.screen.made import Screen, mean_of, who
from tradecheck.figures.screen.words import (
    SCALE,
    births_words,
    cautions,
    named,
    times,
    unit_of,
)
from tradecheck.show.exhibits import Column, Fold, Row, Table
from tradecheck.show.prose import Prose, month_short
from tradecheck.show.units import count, number, percent
from tradecheck.study.screen import WINDOW

SHOWN = 12  # lines on the page before the fold
MOST_BIRTHS = 40
NOTE = (
    "Before and after: a month, the base and the window without its largest month. To the others: "
    "the same codes with the other partners, as a multiple of their own base in the same months."
)


def lines(screen: Screen, names: Mapping[str, str]) -> list[Any]:
    """The strongest lines, and the others of chapters that moved in a fold."""
    if screen.shown.empty:
        return []
    first = _lines(screen, screen.shown.head(SHOWN), names, "lines", "The strongest lines")
    rest = screen.shown.iloc[SHOWN:]
    if rest.empty:
        return [first]
    more = _lines(screen, rest, names, "more-lines", "Further lines")
    return [first, Fold(f"The other {count(len(rest))} lines", [more])]


def other_lines(screen: Screen, names: Mapping[str, str]) -> list[Any]:
    """Lines outside chapters that moved, with how many of them a usual half-year has."""
    rest = screen.lines[~screen.lines["broad"]]
    if rest.empty:
        return []
    usual = mean_of({one: screen.usual[one] - screen.usual_broad[one] for one in screen.usual})
    about = Prose(
        f"These stood out alone, in chapters that did not move as a whole. In a usual half-year "
        f"**{count(usual)}** of such lines appear, so most of the {count(len(rest))} may be ordinary."
        if 2 * usual >= len(rest)
        else f"These stood out alone, in chapters that did not move as a whole. In a usual half-year "
        f"**{count(usual)}** of the {count(len(rest))} would appear."
    )
    table = _lines(screen, rest, names, "other-lines", "Lines in other chapters")
    return [Fold(f"{count(len(rest))} lines outside these chapters", [about, table])]


def chapters(screen: Screen, names: Mapping[str, str]) -> list[Any]:
    """The chapters that moved as a whole."""
    held = screen.found.chapters
    moved = held[held["passes"]].reset_index()
    if moved.empty:
        return []
    moved = moved.assign(times=moved["doubled"] - moved["ordinary"])
    moved = moved.sort_values(["times", "chapter"], ascending=[False, True], kind="stable")
    rows = [
        {
            "corridor": who(screen, row.reporter, row.partner),
            "chapter": named(names, row.chapter),
            "codes": count(row.codes),
            "doubled": count(row.doubled),
            "ordinary": number.bare(row.ordinary, 1),
        }
        for row in moved.itertuples()
    ]
    columns = [
        Column("corridor", "Corridor"), Column("chapter", "Chapter"), Column("codes", "Codes", "right"),
        Column("doubled", "Doubled", "right"), Column("ordinary", "Would in a usual half-year", "right"),
    ]  # fmt: skip
    table = Table("chapters", "Chapters that moved as a whole", columns, rows, layout="cards")
    words = f"{count(len(moved))} of {count(len(held))} chapters moved as a whole"
    return [Fold(words, [table])]


def new_corridors(screen: Screen, names: Mapping[str, str]) -> list[Any]:
    """Trade that began, with how much of it begins in a usual half-year."""
    table = screen.births[screen.half.last]
    unit = unit_of(screen)
    rows = [
        {
            "corridor": who(screen, row.reporter, row.partner),
            "goods": named(names, row.product),
            "first": month_short(row.first),
            "level": unit.bare(row.level / SCALE, 0),
        }
        for row in table.head(MOST_BIRTHS).itertuples()
    ]
    columns = [
        Column("corridor", "Corridor"), Column("goods", "Goods"), Column("first", "First month", "right"),
        Column("level", f"A month, {unit.label}", "right"),
    ]  # fmt: skip
    shown: list[Any] = [Prose("## New corridors"), births_words(screen)]
    if rows:
        title = "Series that began" if len(table) <= MOST_BIRTHS else "The largest that began"
        held = Table("new-corridors", title, columns, rows, layout="cards")
        shown.append(Fold("Which they are", [held]))
    return shown


def lines_table(screen: Screen) -> pd.DataFrame:
    """All lines as a table for programs: money in units of the currency a month."""
    held = screen.lines
    return pd.DataFrame(
        {
            "id": held["id"],
            "rank": held["rank"].astype("int64"),
            "reporter": held["reporter"],
            "partner": held["partner"],
            "product": held["product"],
            "from": held["base"],
            "to": held["level"],
            "currency": screen.currency,
            "window": held["window"],
            "first_alarm": held["first_alarm"],
            "q": held["q"],
            "codes": held["codes"].astype("int64"),
            "chapter_moved": held["broad"].astype(bool),
            "peak": held.get("peak", pd.Series(dtype="str")),
            "cautions": ["; ".join(cautions(screen, row)) for row in held.itertuples()],
        }
    )


def machine_copy(screen: Screen) -> dict[str, Any]:
    """What `reports/STUDY-screen.json` holds besides the inputs."""
    finest = screen.found.counts.iloc[-1]
    halves = [
        {
            "months": str(one),
            "headlines": screen.usual_broad[one.last],
            "other_headlines": screen.usual[one.last] - screen.usual_broad[one.last],
            "new_corridors": len(screen.births[one.last]),
        }
        for one in screen.ordinary
    ]
    inside = screen.lines["broad"].astype(bool)
    return {
        "unit": {"currency": screen.currency, "scale": 1},
        "table": screen.table,
        "half_year": str(screen.half),
        "eligible": int(finest["eligible"]),
        "doublings": int(finest["doubled"]),
        "listed": int(finest["listed"]),
        "counts": {
            str(digits): {name: int(value) for name, value in row.items()}
            for digits, row in screen.found.counts.iterrows()
        },
        "headlines": [_headline(screen, row) for row in screen.lines[inside].itertuples()],
        "other_headlines": [_headline(screen, row) for row in screen.lines[~inside].itertuples()],
        "usual": {"headlines": screen.expected, "half_years": halves},
        "new_corridors": [
            {
                "reporter": row.reporter,
                "partner": row.partner,
                "product": row.product,
                "first": row.first,
                "to": round(float(row.level)),
            }
            for row in screen.births[screen.half.last].itertuples()
        ],
        "not_testable": len(screen.untested),
        "rule": screen.spec.model_dump(
            mode="json", include={"times", "least", "error_rate", "breadth"}
        ),
    }


def _headline(screen: Screen, line) -> dict[str, Any]:
    series = screen.series_of(line)
    products = series.keys["product"].tolist()
    end = series.months.index(line.window) + 1
    window = np.nan_to_num(series.values[:, end - WINDOW : end])
    return {
        "id": line.id,
        "rank": int(line.rank) or None,
        "reporter": line.reporter,
        "partner": line.partner,
        "product": line.product,
        "codes": sorted(products),
        "from": round(float(line.base)),
        "to": round(float(line.level)),
        "window": line.window,
        "largest_month": series.months[end - WINDOW + int(window.sum(0).argmax())],
        "largest_code": products[int(window.sum(1).argmax())],
        "first_alarm": line.first_alarm,
        "q": round(float(line.q), 4),
        "peak": line.peak,
        "others": _rounded(line.others),
        "beside": _rounded(line.direct),
        "corridor": _rounded(line.corridor),
        "cautions": cautions(screen, line),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None or value != value else round(float(value), 2)


def _lines(
    screen: Screen, held: pd.DataFrame, names: Mapping[str, str], name: str, title: str
) -> Table:
    unit = unit_of(screen)
    beside = [Column("direct", f"To {screen.study.display(screen.spec.beside)}", "right")]
    columns = [
        Column("goods", "Goods"),
        Column("corridor", "Corridor"),
        Column("base", f"Before, {unit.label}", "right"),
        Column("level", f"After, {unit.label}", "right"),
        Column("first", "First doubled", "right"),
        Column("q", "Error rate", "right"),
        Column("others", "To the others", "right"),
        *(beside if screen.spec.beside else []),
        Column("cautions", "To be wary of"),
    ]
    rows = []
    for line in held.itertuples():
        cells = {
            "goods": named(names, line.product),
            "corridor": who(screen, line.reporter, line.partner),
            "base": unit.bare(line.base / SCALE, 0),
            "level": unit.bare(line.level / SCALE, 0),
            "first": month_short(line.first_alarm),
            "q": percent(line.q, 0),
            "others": times(line.others),
            "direct": times(line.direct),
            "cautions": "; ".join(cautions(screen, line)) or "–",
        }
        kept = {column.key: cells[column.key] for column in columns}
        rows.append(Row(kept, id=f"line-{line.id}"))
    return Table(name, title, columns, rows, layout="cards", note=NOTE)

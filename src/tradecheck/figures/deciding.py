"""What would settle what is open: one figure more, told in tables and in a sentence."""

from collections.abc import Sequence
from math import isnan
from typing import Any

import pandas as pd

from tradecheck.figures.measured import Measured
from tradecheck.show.exhibits import Cell, Column, Fold, Row, Table
from tradecheck.show.prose import Prose, escape_markdown, listing, month_name, period_name
from tradecheck.show.units import count, percent
from tradecheck.study.claims import Reading
from tradecheck.verdicts.claims import JudgedClaim
from tradecheck.verdicts.deciding import POINT, Deciding, deciding, undecided
from tradecheck.verdicts.revision import revisions

COMES = {
    "holds": "holds",
    "fails": "fails",
    "undecided": "is undecided",
    "not_testable": "cannot be tested",
}
HEADING = "## What would settle it"


def would_settle(words: Measured, judged: Sequence[JudgedClaim]) -> list[Any]:
    """What one figure more would settle, and what a revision would upset, if there is either."""
    main = [one.main.reading for one in judged]
    open_ = undecided(words.judge, main)
    every = [one.reading for claim in judged for one in claim.readings]
    found = deciding(words.judge, open_, undecided(words.judge, every))
    upset = revisions(words.judge, main)
    shown = [*_months(found, open_, words), *_limits(found, words), *_revisions(upset, words)]
    return [Prose(HEADING), *shown] if shown else []


def look_up(found: Deciding, words: Measured) -> str:
    """The published total that would settle most, as a Markdown sentence; or nothing."""
    limits = found.limits[found.limits["published"]]
    if limits.empty:
        return ""
    place = ["reporter", "partner", "goods", "first", "last"]
    settled = limits.groupby(place, sort=False)["reading"].transform("nunique")
    most = limits[settled == settled.max()]
    first = most[most["below"] > 0].iloc[0]
    reading = words.evidence.claims.reading(first["reading"])
    period = period_name(first["first"], first["last"])
    whose = escape_markdown(place_words(first, words))
    return (
        f"The figure that would settle most is an upper limit for {period}, {whose}: "
        f"{_once(first, reading, words)}."
    )


def place_words(row: Any, words: Measured) -> str:
    """Whose trade a datum is, in the direction in which goods move, and of what if not the study's
    goods."""
    study = words.study
    ends = (
        study.display(row["reporter"] or study.reporter),
        study.display(row["partner"] or study.partner),
    )
    first, last = ends if study.flow in ("exports", "re-exports") else ends[::-1]
    return f"{first} to {last}{', ' + row['goods'] if row['goods'] else ''}"


def _months(found: Deciding, open_: Sequence[Reading], words: Measured) -> list[Any]:
    """For each open claim the month that would do most, and every other one in a fold."""
    if not open_:
        return []
    best, rest = [], []
    for reading in open_:
        rows = [row for _, row in found.months[found.months["reading"] == reading.id].iterrows()]
        cells = [_month_cells(row, reading, words) for row in rows]
        nothing = {"datum": "no single month", "settles": "–", "left": "all that was open"}
        best.append({"reading": _named(reading)} | (cells[0] if cells else nothing))
        rest += [Row(one, group=_named(reading)) for one in cells[1:]]
    columns = [
        Column("reading", "Reading"), Column("datum", "The month that would do most"),
        Column("settles", "Would settle it"), Column("left", "Left open at worst"),
    ]  # fmt: skip
    note = (
        "Nobody knows what a month would say. Each is tried at values that it has on a few "
        "allowed paths, one for every set of reported figures that can be believed."
    )
    table = Table(
        "months-to-look-up",
        "One month more, as if it were published",
        columns,
        best,
        note=note,
        layout="cards",
    )
    if not rest:
        return [table]
    more = Table(
        "more-months",
        "Every other month that would narrow a range",
        columns[1:],
        rest,
        layout="compact",
    )
    return [table, Fold("Every month, by reading", [more])]


def _month_cells(row: pd.Series, reading: Reading, words: Measured) -> dict[str, str]:
    settles = f"{count(row['settles'])} of {count(row['tried'])} values tried"
    if row["settles"] == row["tried"]:
        settles = "yes, at every value tried" if row["tried"] > 1 else "yes, at the one value tried"
    width = row["hi"] - row["lo"]
    if isnan(width) or width <= POINT:
        left = "one value"
    else:
        left = words.span(reading.measure, row["lo"], row["hi"])
        left += "" if isnan(row["left"]) else f" ({percent(row['left'], 0)} of the width before)"
    return {
        "datum": f"{place_words(row, words)}, {month_name(row['month'])}",
        "settles": settles,
        "left": left,
    }


def _limits(found: Deciding, words: Measured) -> list[Any]:
    """Totals that nothing limits from above, with the limit that would settle a reading."""
    if found.limits.empty:
        return []
    claims = words.evidence.claims
    rows = []
    for (first, last), same in found.limits.groupby(["first", "last"], sort=False):
        for _, row in same.sort_values("below", ascending=False, kind="stable").iterrows():
            reading = claims.reading(row["reading"])
            rows.append(
                Row(
                    {
                        "reading": _named(reading),
                        "whose": place_words(row, words),
                        "below": words.money(row["below"]),
                        "then": Cell("", mark=row["verdict"]),
                        "believing": _believed(row, words) or "nothing",
                    },
                    group=period_name(first, last),
                )
            )
    columns = [
        Column("reading", "Reading"), Column("whose", "Whose total"),
        Column("below", "Once it is under", "right"),
        Column("then", "It comes to"), Column("believing", "If this is believed"),
    ]  # fmt: skip
    table = Table(
        "limits",
        "An upper limit that is missing, and what it would settle",
        columns,
        rows,
        layout="cards",
    )
    sentence = look_up(found, words)
    folded = Fold(f"Every limit that would settle a reading, {count(len(rows))} of them", [table])
    return [Prose(sentence), folded] if sentence else [folded]


def _revisions(upset: pd.DataFrame, words: Measured) -> list[Any]:
    """What provisional months would have to become to change a claim's verdict."""
    if upset.empty:
        return []
    rows: list[dict[str, str | Cell]] = []
    for row in upset.itertuples():
        change = f"{'up' if row.revision > 0 else 'down'} by more than {percent(abs(row.revision))}"
        rows.append(
            {
                "reading": _named(words.evidence.claims.reading(row.reading)),
                "now": Cell("", mark=row.now), "months": period_name(row.first, row.last),
                "change": change, "then": Cell("", mark=row.then),
            }
        )  # fmt: skip
    columns = [
        Column("reading", "Reading"), Column("now", "As published"),
        Column("months", "Provisional"),
        Column("change", "If revised"), Column("then", "It comes to"),
    ]  # fmt: skip
    note = (
        "Only revisions as large as those seen so far are tried; a claim that none of them "
        "changes is left out."
    )
    title = "Which revision of provisional months would change a verdict"
    return [Table("revisions", title, columns, rows, note=note, layout="cards")]


def _once(row: pd.Series, reading: Reading, words: Measured) -> str:
    believed = _believed(row, words)
    condition = f", if it is believed that {escape_markdown(believed)}" if believed else ""
    return (
        f"{reading.id} ({escape_markdown(reading.words)}) {COMES[row['verdict']]} once it is under "
        f"**{words.money(row['below'])}**{condition}"
    )


def _believed(row: pd.Series, words: Measured) -> str:
    claims = words.evidence.claims
    figures = {figure.id: figure.words for figure in claims.reported}
    told = [figures.get(name) or _claimed(claims.reading(name), words) for name in row["believing"]]
    return listing(told) if told else ""


def _claimed(reading: Reading, words: Measured) -> str:
    return f"{reading.id} is true ({reading.words}, {words.needs(reading)})"


def _named(reading: Reading) -> str:
    return f"{reading.id}: {reading.words}"

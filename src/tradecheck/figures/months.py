"""The lead chart: a series month by month, what it doubled from, when it peaked, and what is
claimed beside it."""

from collections.abc import Sequence
from functools import partial
from math import isfinite

import numpy as np
import pandas as pd

from tradecheck.figures.amounts import Amounts, counted, first_upper, full_month, month_list
from tradecheck.figures.month_layout import Arrangement, arrange
from tradecheck.figures.month_marks import (
    paint_base,
    paint_claims,
    paint_hovers,
    paint_months,
    paint_second,
    paint_twice,
)
from tradecheck.figures.scene import Claimed, Scene
from tradecheck.figures.sentences import (
    alt_text,
    findings_sentences,
    lead_title,
    mean_of,
    month_states,
    title_of,
)
from tradecheck.figures.series import runs, series_of, usable
from tradecheck.show.charts import TEXT, draw
from tradecheck.show.exhibits import Cell, Column, Figure, Row, Table
from tradecheck.show.prose import Prose, escape_markdown, period_name
from tradecheck.show.units import Unit
from tradecheck.verdicts.findings import Finding

GAPS_NAMED = 6


def lead(
    months: pd.DataFrame,
    finding: Finding,
    unit: Unit,
    source: str | Prose,
    *,
    what: str = "exports",
    name: str = "months",
    title: str | None = None,
    subtitle: str | None = None,
    second: str | None = None,
    second_name: str = "",
    second_words: str = "",
    base_words: str = "",
    revision_words: str = "",
    claimed: Sequence[tuple[str, float | tuple[float, float], str]] = (),
    notes: str | Prose = "",
    contents: str = "",
) -> Figure:
    """The months of one series as bars, with the doubling and the peak.

    ``months`` is the table of `verdicts.findings.months_table`, which holds the finding's series
    and the ``second`` one. ``what`` names the flow as a sentence holds it (exports).
    ``second_name`` and ``second_words`` say what the second series is ("like for like", "without
    the new codes"); ``base_words`` what the base is, where that is more than the mean of its
    months; ``revision_words`` what a revision rests on ("as all goods were"). ``claimed`` lists
    reported figures as (month, value or its two ends, who says so). ``notes`` is added to the note
    that the chart needs. Raises a TradecheckError for a series that the table does not hold.
    """
    series = series_of(months, finding.series)
    base = usable(finding.base, series)
    values = [*series.values, *series.lo[series.bounded], *series.hi[series.bounded]]
    amounts = Amounts.of(unit, values)
    scene = Scene(
        series=series,
        finding=finding,
        amounts=amounts,
        base=base,
        base_words=base_words or (mean_of(base) if base else ""),
        second=series_of(months, second) if second else None,
        second_name=second_name or second or "",
        second_words=second_words,
        revision_words=revision_words,
        claimed=[Claimed(month, *_ends(value), words) for month, value, words in claimed],
    )
    arranged = {wide: arrange(scene, wide) for wide in (True, False)}
    heights = (arranged[True].height, arranged[False].height)
    wide, narrow = draw(name, partial(_paint, scene, arranged), heights)
    period = period_name(series.months[0], series.months[-1])
    per_month = f"{unit.label} a month"
    subtitle = subtitle or f"{series.name}, {period}"
    head = f"Bar chart, {subtitle}, {per_month}: {month_states(series)}."
    if len(head) > 250:
        head = f"Bar chart of {what} by month, {period}, {per_month}: {month_states(series)}."
    sentences = [head, *findings_sentences(series, finding, amounts, scene.base_words)]
    title = title or title_of(lead_title(series, finding, what, amounts))
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle,
        unit=per_month,
        source=source,
        alt=alt_text([*sentences[:1], *_reported(scene), *sentences[1:], *_more(scene)], title),
        wide=wide,
        narrow=narrow,
        data=_table(name, scene, per_month),
        grades=_grades(scene),
        notes=_notes(scene, arranged, notes),
        extent=f"{len(series.months)} month{'s' * (len(series.months) > 1)}",
        contents=contents,
    )


def _paint(scene: Scene, arranged: dict[bool, Arrangement], figure, wide: bool) -> None:
    arrangement = arranged[wide]
    axes = arrangement.frame.axes(figure)
    axes.set_yticks(
        [value for value, _ in arrangement.ticks], [words for _, words in arrangement.ticks]
    )
    axes.tick_params(axis="y", labelsize=TEXT[wide], pad=8)
    paint_months(axes, arrangement.frame, scene)
    if scene.base:
        paint_base(axes, scene)
        paint_twice(axes, arrangement.frame, scene)
    paint_second(axes, arrangement.frame, scene)
    paint_claims(axes, arrangement.frame, scene)
    arrangement.time.draw(axes, arrangement.frame)
    for placed in arrangement.placed:
        placed.draw(figure)
    paint_hovers(axes, scene)


def _ends(value: float | tuple[float, float]) -> tuple[float, float]:
    if isinstance(value, tuple | list):
        low, high = value
        return low, high
    return value, value


def _grades(scene: Scene) -> list[str]:
    shown = {
        "observed": scene.series.observed.any(),
        "bounded": scene.series.bounded.any(),
        "reported": bool(scene.shown_claims),
    }
    return [grade for grade, held in shown.items() if held]


def _reported(scene: Scene) -> list[str]:
    claims = scene.shown_claims
    if not claims:
        return []
    told = "; ".join(
        f"{full_month(claim.month)} {scene.amounts.span(claim.lo, claim.hi)}"
        for claim in claims[:3]
    )
    return [f"Reported: {told}."] if len(claims) <= 3 else [f"{len(claims)} reported figures."]


def _more(scene: Scene) -> list[str]:
    """What else those who hear the chart should know."""
    told = []
    if words := scene.provisional_words():
        told.append(f"{words[0]}: {words[1]}.")
    if words := scene.second_label():
        told.append(f"{words[0]}.")
    seen = scene.series.values[scene.series.observed]
    if len(seen) > 1:
        low, high = scene.amounts.bare(seen.min()), scene.amounts.bare(seen.max())
        told.append(f"Observed months run from {low} to {high}.")
    return told


def _notes(scene: Scene, arranged: dict[bool, Arrangement], more: str | Prose) -> Prose:
    """What the marks mean, and what had no room beside them."""
    series, told = scene.series, []
    if series.provisional.any():
        told.append("Dashed: provisional.")
    if scene.strong.any():
        told.append("Strong colour: months at or above twice the base.")
    if series.bounded.any():
        told.append("Pale: what is possible in one month at a time, never a measured value.")
    if len(gaps := np.flatnonzero(series.grade == "none")):
        named = month_list([series.months[place] for place in gaps])
        few = len(runs(series.grade == "none")) <= GAPS_NAMED
        told.append(
            f"No figure for {named if few else counted(len(gaps), 'month')}: a gap is not zero."
        )
    if "reported" in _grades(scene):
        told.append("Circles: reported figures.")
    told += [
        f"Reported for {full_month(claim.month)}, which is not shown: {claim.words}, "
        f"{scene.amounts.span(claim.lo, claim.hi)}."
        for claim in scene.claimed
        if claim not in scene.shown_claims
    ]
    told += dict.fromkeys([*arranged[True].untold, *arranged[False].untold])
    told.append("Point at a month for its values.")
    words = escape_markdown(" ".join(told))
    return Prose(f"{words} {more}".strip())


def _table(name: str, scene: Scene, per_month: str) -> Table:
    """The numbers of the chart."""
    series, second = scene.series, scene.second
    columns = [Column("month", "Month"), Column("value", first_upper(per_month), "right")]
    if scene.base:
        columns.append(Column("times", "Times the base", "right"))
    if second is not None:
        columns.append(Column("second", first_upper(scene.second_name), "right"))
        held = dict(zip(second.months, second.values, strict=True))
    columns.append(Column("standing", "Standing"))
    rows = []
    for place, month in enumerate(series.months):
        lo, hi, grade = series.lo[place], series.hi[place], series.grade[place]
        known = grade != "none"
        cells = {
            "month": full_month(month),
            "value": scene.amounts.span(lo, hi) if known else "no figure",
            "standing": Cell(_standing(scene, place), mark=grade) if known else "no figure",
        }
        if scene.base:
            cells["times"] = scene.amounts.times(lo, hi, scene.base) if grade == "observed" else "–"
        if second is not None:
            value = held.get(month, np.nan)
            cells["second"] = scene.amounts.bare(value) if isfinite(value) else "–"
        rows.append(Row(cells))
    return Table(f"{name}-data", f"By month, {per_month}", columns, rows, layout="compact")


def _standing(scene: Scene, place: int) -> str:
    if not scene.series.provisional[place]:
        return ""
    known = isfinite(scene.revised[place].sum())
    return f"provisional; {scene.revision(place)} if revised" if known else "provisional"

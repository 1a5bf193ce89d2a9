"""Small multiples: the months of each member on a scale of its own, with its doubling and peak."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import ceil

import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.figures.amounts import Amounts, first_upper, full_month, in_words
from tradecheck.figures.members import member_words, members_title
from tradecheck.figures.month_marks import paint_base, paint_hovers, paint_months
from tradecheck.figures.scene import Scene
from tradecheck.figures.sentences import alt_text, month_states, title_of
from tradecheck.figures.series import series_of, usable
from tradecheck.figures.time_axis import TimeAxis, time_axis
from tradecheck.show.charts import NARROW, SMALL_TEXT, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame
from tradecheck.show.charts.labels import LEADING, Line, Placed, Spot, shortened
from tradecheck.show.exhibits import Column, Figure, Row, Table
from tradecheck.show.prose import Prose, escape_markdown, listing, period_name
from tradecheck.show.units import Unit
from tradecheck.verdicts.findings import Finding

MOST = 12
COLUMNS = {True: 3, False: 2}
GUTTER = {True: 36, False: 16}
PLOT = {True: 112, False: 84}
BETWEEN = 16  # rows


def by_member(
    months: pd.DataFrame,
    findings: Sequence[Finding],
    unit: Unit,
    source: str | Prose,
    *,
    what: str = "exports",
    members: str = "members",
    names: dict[str, str] | None = None,
    name: str = "by-member",
    title: str | None = None,
    subtitle: str | None = None,
    highlight: Sequence[str] = (),
    base_words: str = "",
    notes: str | Prose = "",
    contents: str = "",
) -> Figure:
    """One small chart a finding, in the order given, for at most twelve; the note names the others.

    ``months`` is the table of `verdicts.findings.months_table`. ``members`` names what they are, in
    the plural (countries); ``names`` what each series is called, where that is not its own name;
    ``highlight`` lists series whose names stand out. Raises a TradecheckError without a finding.
    """
    if not findings:
        raise TradecheckError(f"There are no {members} to draw: give at least one finding.")
    called = {
        finding.series: (names or {}).get(finding.series, finding.series) for finding in findings
    }
    scenes = [_scene(months, finding, unit) for finding in findings]
    shown, others = scenes[:MOST], scenes[MOST:]
    heights = (_height(shown, True), _height(shown, False))
    wide, narrow = draw(name, partial(_paint, shown, called, set(highlight)), heights)
    span = shown[0].series.months
    period, per_month = period_name(span[0], span[-1]), f"{unit.label} a month"
    title = title or title_of(members_title(scenes, called, what, members))
    heads = [f"Small bar charts, {what} by month, {period}, each on its own scale, {per_month}."]
    grades = [
        grade
        for grade in ("observed", "bounded")
        if any(getattr(s.series, grade).any() for s in shown)
    ]
    heads.append(f"Months are {' or '.join(grades)}." if grades else "No month has a figure.")
    told = [
        "; ".join([called[scene.finding.series], *member_words(scene, short=False)]) + "."
        for scene in shown
    ]
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle
        or f"{first_upper(what)} by month, {period}; beside each name its highest month. "
        "Own scale each: compare shapes, not heights",
        unit=per_month,
        source=source,
        alt=alt_text([" ".join(heads), *told], title),
        wide=wide,
        narrow=narrow,
        data=_table(name, scenes, called, members, per_month),
        grades=grades,
        notes=_notes(shown, [called[scene.finding.series] for scene in others], base_words, notes),
        extent=f"{len(scenes)} {members}",
        contents=contents,
    )


def _scene(months: pd.DataFrame, finding: Finding, unit: Unit) -> Scene:
    series = series_of(months, finding.series)
    return Scene(
        series=series,
        finding=finding,
        amounts=Amounts.of(unit, series.values),
        base=usable(finding.base, series),
    )


def _head(wide: bool) -> float:
    """What the words above a panel take."""
    return (2 if wide else 4) * LEADING * TEXT[wide] + 8


def _axes_of(scenes: Sequence[Scene], wide: bool) -> list[TimeAxis]:
    width = _width(wide)
    return [
        time_axis(scene.series.months, width / len(scene.series.months), SMALL_TEXT, True)
        for scene in scenes
    ]


def _width(wide: bool) -> float:
    columns, across = COLUMNS[wide], WIDE if wide else NARROW
    return (across - GUTTER[wide] * (columns - 1)) / columns


def _row(scenes: Sequence[Scene], wide: bool) -> float:
    below = max(axis.height for axis in _axes_of(scenes, wide))
    return _head(wide) + PLOT[wide] + below + BETWEEN


def _height(scenes: Sequence[Scene], wide: bool) -> float:
    return ceil(len(scenes) / COLUMNS[wide]) * _row(scenes, wide) - BETWEEN


def _paint(
    scenes: Sequence[Scene], called: dict[str, str], highlight: set[str], figure, wide: bool
) -> None:
    columns, width, row = COLUMNS[wide], _width(wide), _row(scenes, wide)
    height = _height(scenes, wide)
    for number, (scene, axis) in enumerate(zip(scenes, _axes_of(scenes, wide), strict=True)):
        left = number % columns * (width + GUTTER[wide])
        top = height - number // columns * row
        bottom = top - _head(wide) - PLOT[wide]
        seen = scene.series.values[scene.series.observed]
        heights = [*seen, *scene.series.lo[scene.series.bounded], 0.0]
        heights += [scene.base.hi] if scene.base else []
        frame = Frame(
            Box(left, bottom, left + width, bottom + PLOT[wide]),
            (-0.5, len(scene.series.months) - 0.5),
            (min(heights), max(heights) * 1.02 or 1.0),
        )
        axes = frame.axes(figure)
        paint_months(axes, frame, scene, revisions=False)
        if scene.base:
            paint_base(axes, scene)
        axis.draw(axes, frame)
        role = "accent" if scene.finding.series in highlight else "ink"
        name = Line(called[scene.finding.series], role, True, TEXT[wide])
        for placed in _words(scene, name, left, top, width, wide):
            placed.draw(figure)
        paint_hovers(axes, scene)


def _words(
    scene: Scene, name: Line, left: float, top: float, width: float, wide: bool
) -> list[Placed]:
    """The member's name, its highest month, when it doubled and how far it rose."""
    size, value = TEXT[wide], _highest(scene)
    step = LEADING * size
    if wide:
        right = Line(value, bold=True, size=size)
        room = width - right.width - 12
        name = replace(name, words=shortened(name.words, room, size, bold=True))
        below = _fitting(
            [" · ".join(member_words(scene, short)) for short in (False, True)], width, SMALL_TEXT
        )
        return [
            Placed([name], Spot(left, top - step)),
            Placed([right], Spot(left + width, top - step, "right")),
            Placed([Line(below, "muted", size=SMALL_TEXT)], Spot(left, top - 2 * step)),
        ]
    lines = [replace(name, words=shortened(name.words, width, size, bold=True))]
    lines += [Line(shortened(value, width, size), size=size)]
    lines += [
        Line(shortened(words, width, size), "muted", size=size)
        for words in member_words(scene, True)
    ]
    return [Placed([line], Spot(left, top - (n + 1) * step)) for n, line in enumerate(lines)]


def _fitting(texts: Sequence[str], room: float, size: float) -> str:
    for text in texts:
        if Line(text, size=size).width <= room:
            return text
    return shortened(texts[-1], room, size)


def _highest(scene: Scene) -> str:
    seen = scene.series.values[scene.series.observed]
    return scene.amounts.brief(seen.max()) if len(seen) else "no month observed"


def _notes(
    shown: Sequence[Scene], others: Sequence[str], base_words: str, more: str | Prose
) -> Prose:
    told = []
    if any(scene.base for scene in shown):
        words = f", {base_words}" if base_words else ""
        told.append(
            f"Black line: each one’s own base{words}. Strong colour: at or above twice the base."
        )
    if any(scene.series.provisional.any() for scene in shown):
        ending = sum(_peaks_at_the_end(scene) for scene in shown)
        told.append("Dashed: provisional.")
        if ending:
            verb = "peaks" if ending == 1 else "peak"
            head = first_upper(in_words(ending))
            told.append(
                f"{head} {verb} in the last, provisional month: the peak may lie still ahead."
            )
    if any(scene.series.bounded.any() for scene in shown):
        told.append("Pale: what is possible, never a measured value.")
    if any((scene.series.grade == "none").any() for scene in shown):
        told.append("Gaps: no figure, which is not zero.")
    if others:
        told.append(f"Not drawn, but among the numbers: {listing(others)}.")
    told.append("Point at a month for its values.")
    return Prose(f"{escape_markdown(' '.join(told))} {more}".strip())


def _peaks_at_the_end(scene: Scene) -> bool:
    last = scene.series.months[-1]
    peak = scene.finding.peak
    return bool(peak and peak.month == last and scene.series.provisional[-1])


def _table(
    name: str, scenes: Sequence[Scene], called: dict[str, str], members: str, per_month: str
) -> Table:
    columns = [
        Column("name", first_upper(members)),
        Column("base", "Base", "right"),
        Column("doubled", "First doubled"),
        Column("peak", "Peak"),
        Column("highest", "Highest month seen", "right"),
        Column("months", "Months"),
    ]
    rows = []
    for scene in scenes:
        base, finding = scene.base, scene.finding
        rows.append(
            Row(
                {
                    "name": called[finding.series],
                    "base": scene.amounts.span(base.lo, base.hi) if base else "–",
                    "doubled": full_month(finding.first_double)
                    if scene.doubled_at is not None
                    else "–",
                    "peak": full_month(finding.peak.month) if finding.peak else "open",
                    "highest": _highest(scene),
                    "months": month_states(scene.series),
                }
            )
        )
    return Table(f"{name}-data", f"By {members}, {per_month}", columns, rows)

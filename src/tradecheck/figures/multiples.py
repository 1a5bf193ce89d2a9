"""Small multiples: the months of each member on a scale of its own, with its doubling and peak."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import ceil

import pandas as pd

from tradecheck.figures.amounts import Amounts, counted, first_upper, full_month, short_month
from tradecheck.figures.month_marks import paint_base, paint_hovers, paint_months
from tradecheck.figures.scene import Scene
from tradecheck.figures.sentences import alt_text, doubled, highest_observed, month_states
from tradecheck.figures.series import DOUBLE, series_of, usable
from tradecheck.figures.time_axis import time_axis
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
    ``highlight`` lists series whose names stand out.
    """
    called = {finding.series: (names or {}).get(finding.series, finding.series) for finding in findings}
    scenes = [_scene(months, finding, unit) for finding in findings]
    shown, others = scenes[:MOST], scenes[MOST:]
    heights = tuple(_height(len(shown), wide) for wide in (True, False))
    wide, narrow = draw(name, partial(_paint, shown, called, set(highlight)), heights)
    span = shown[0].series.months
    period, per_month = period_name(span[0], span[-1]), f"{unit.label} a month"
    title = title or _title(scenes, called, what, members)
    heads = [f"Small bar charts, {what} by month, {period}, each on its own scale, {per_month}."]
    grades = [grade for grade in ("observed", "bounded") if any(getattr(s.series, grade).any() for s in shown)]
    heads.append(f"Months are {' or '.join(grades)}." if grades else "No month has a figure.")
    told = [
        "; ".join([called[scene.finding.series], *_told(scene, short=False)]) + "." for scene in shown
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


def _row(wide: bool) -> float:
    return _head(wide) + PLOT[wide] + 24 + BETWEEN


def _height(count: int, wide: bool) -> float:
    return ceil(count / COLUMNS[wide]) * _row(wide) - BETWEEN


def _paint(
    scenes: Sequence[Scene], called: dict[str, str], highlight: set[str], figure, wide: bool
) -> None:
    columns, across = COLUMNS[wide], WIDE if wide else NARROW
    width = (across - GUTTER[wide] * (columns - 1)) / columns
    for number, scene in enumerate(scenes):
        left = number % columns * (width + GUTTER[wide])
        top = _height(len(scenes), wide) - number // columns * _row(wide)
        bottom = top - _head(wide) - PLOT[wide]
        seen = scene.series.values[scene.series.observed]
        heights = [*seen, *scene.series.lo[scene.series.bounded], 0.0]
        frame = Frame(
            Box(left, bottom, left + width, bottom + PLOT[wide]),
            (-0.5, len(scene.series.months) - 0.5),
            (min(0.0, *heights), max(heights) * 1.02 or 1.0),
        )
        axes = frame.axes(figure)
        paint_months(axes, frame, scene)
        if scene.base:
            paint_base(axes, scene)
        time_axis(scene.series.months, frame.step, SMALL_TEXT, years_alone=True).draw(axes, frame)
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
        below = _fitting([" · ".join(_told(scene, short)) for short in (False, True)], width, SMALL_TEXT)
        return [
            Placed([name], Spot(left, top - step)),
            Placed([right], Spot(left + width, top - step, "right")),
            Placed([Line(below, "muted", size=SMALL_TEXT)], Spot(left, top - 2 * step)),
        ]
    lines = [replace(name, words=shortened(name.words, width, size, bold=True))]
    lines += [Line(shortened(value, width, size), size=size)]
    lines += [Line(shortened(words, width, size), "muted", size=size) for words in _told(scene, True)]
    return [Placed([line], Spot(left, top - (n + 1) * step)) for n, line in enumerate(lines)]


def _fitting(texts: Sequence[str], room: float, size: float) -> str:
    for text in texts:
        if Line(text, size=size).width <= room:
            return text
    return shortened(texts[-1], room, size)


def _highest(scene: Scene) -> str:
    seen = scene.series.values[scene.series.observed]
    return scene.amounts.brief(seen.max()) if len(seen) else "no month observed"


def _told(scene: Scene, short: bool) -> list[str]:
    """When a member doubled, and when it peaked at what multiple of its base."""
    series, last = scene.series, scene.series.months[-1]

    def named(month: str) -> str:
        year = month[:4] != last[:4]
        return short_month(month, year) if short or year else full_month(month).split("\N{NO-BREAK SPACE}")[0]

    told = []
    if scene.base is None:
        told.append("no base to compare")
    elif scene.doubled_at is not None:
        _, when = doubled(series, scene.base, scene.finding.first_double)
        told.append(f"doubled {when} {named(scene.finding.first_double)}")
    elif (series.hi[series.after(scene.base)] < DOUBLE * scene.base.lo).all():
        told.append("never doubled")
    else:
        told.append("doubling open" if short else "whether it doubled is open")
    peak = scene.finding.peak.month if scene.finding.peak else ""
    head, months = ("peak", [peak]) if peak else ("highest seen", highest_observed(series))
    if len(months) == 1:
        place = series.at(months[0])
        words = f"{head} {short_month(months[0], months[0][:4] != last[:4])}"
        times = f", {_times(scene, place)}" if scene.base and series.observed[place] else ""
        told.append(words + times)
    elif len(months) > 1:
        told.append("several months as high")
    return told


def _times(scene: Scene, place: int) -> str:
    """ "×3.7", or its range."""
    low, high = scene.series.lo[place] / scene.base.hi, scene.series.hi[place] / scene.base.lo
    one, other = f"×{low:,.1f}", f"×{high:,.1f}"
    return one if one == other else f"{one} to {other}"


def _title(scenes: Sequence[Scene], called: dict[str, str], what: str, members: str) -> str:
    """How many members doubled, and which rose furthest, where the bounds prove it."""
    total = len(scenes)
    if not any(scene.series.observed.any() for scene in scenes):
        return f"No month of {what} is observed for any of {total} {members}"
    count = sum(scene.doubled_at is not None for scene in scenes)
    if total == 1:
        return f"{called[scenes[0].finding.series]}: {_told(scenes[0], short=False)[0]}"
    if count == total:
        head = f"All {counted(total, members, members)} reached twice their old level"
    elif count:
        head = first_upper(f"{counted(count, 'x', members).split()[0]} of {counted(total, members, members)} reached twice the old level")
    elif all(_never(scene) for scene in scenes):
        head = f"None of {counted(total, members, members)} reached twice the old level"
    else:
        head = f"None of {counted(total, members, members)} surely reached twice the old level"
    furthest = _furthest(scenes)
    if furthest is None or not count:
        return head
    scene, times = furthest
    longer = f"{head}; {called[scene.finding.series]} rose furthest, {times}"
    return longer if len(longer.split()) <= 15 else head


def _never(scene: Scene) -> bool:
    if scene.base is None:
        return False
    return bool((scene.series.hi[scene.series.after(scene.base)] < DOUBLE * scene.base.lo).all())


def _furthest(scenes: Sequence[Scene]) -> tuple[Scene, str] | None:
    """The member whose highest month is surely the largest multiple of its base."""
    if any(scene.base is None for scene in scenes):
        return None
    least, most = [], []
    for scene in scenes:
        after = scene.series.after(scene.base)
        least.append(scene.series.lo[after].max() / scene.base.hi)
        most.append(scene.series.hi[after].max() / scene.base.lo)
    best = max(range(len(scenes)), key=least.__getitem__)
    if any(high >= least[best] for n, high in enumerate(most) if n != best):
        return None
    scene = scenes[best]
    return scene, f"×{least[best]:,.1f}"


def _notes(
    shown: Sequence[Scene], others: Sequence[str], base_words: str, more: str | Prose
) -> Prose:
    told = []
    if any(scene.base for scene in shown):
        words = f", {base_words}" if base_words else ""
        told.append(f"Black line: each one’s own base{words}. Strong colour: at or above twice the base.")
    if any(scene.series.provisional.any() for scene in shown):
        ending = sum(_peaks_at_the_end(scene) for scene in shown)
        told.append("Dashed: provisional.")
        if ending:
            verb = "peaks" if ending == 1 else "peak"
            head = first_upper(counted(ending, "x").split()[0])
            told.append(f"{head} {verb} in the last, provisional month: the peak may lie still ahead.")
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
                    "doubled": full_month(finding.first_double) if scene.doubled_at is not None else "–",
                    "peak": full_month(finding.peak.month) if finding.peak else "open",
                    "highest": _highest(scene),
                    "months": month_states(scene.series),
                }
            )
        )
    return Table(f"{name}-data", f"By {members}, {per_month}", columns, rows)

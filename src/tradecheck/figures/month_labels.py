"""The labels of a chart of months: what each says, at length and in short, and where it stands."""

from collections.abc import Iterator
from math import isfinite

import numpy as np

from tradecheck.figures.amounts import full_month, month_list, short_month
from tradecheck.figures.scene import Claimed, Scene
from tradecheck.figures.sentences import doubled, highest_observed
from tradecheck.figures.series import DOUBLE, runs
from tradecheck.show.charts import SMALL_TEXT, TEXT
from tradecheck.show.charts.frame import Frame
from tradecheck.show.charts.labels import Label, Line, Spot, cut, in_lines

GAP = 7  # from a mark to its words
FAR = 26  # words further away are joined to their mark by a line
RISE = 6


def peak_label(scene: Scene, frame: Frame, wide: bool) -> Iterator[Label]:
    """The peak's month and value above its bar, or the highest month observed, where others may
    have been higher; nothing where several are as high."""
    peak, series = scene.finding.peak, scene.series
    months = [peak.month] if peak else highest_observed(series)
    if len(months) != 1 or len(series.months) == 1 or months[0] not in series.months:
        return
    place, head = series.at(months[0]), "Peak" if peak else "Highest observed"
    if not isfinite(series.values[place]):
        return
    value = scene.amounts.brief(series.values[place])
    names = full_month(months[0]), short_month(months[0])
    texts = [[f"{head}: {name}, {value}"] for name in names]
    if place == scene.doubled_at:
        first, above = first_words(scene)
        texts = [[f"{head}: {name}, {value},", f"{first} {above} twice the base"] for name in names]
    complete = len(texts)
    texts += [[f"{head}: {names[1]},", value], [f"{head}: {value}"]]
    told = f"{head}: {names[0]}, {value}."
    yield Label(_bold_first(texts, wide), _above(scene, frame, place), told, complete)


def first_double_label(scene: Scene, frame: Frame, wide: bool) -> Iterator[Label]:
    """The first month at or above twice the base, unless the peak's label says it."""
    place, peak = scene.doubled_at, scene.finding.peak
    if place is None or not isfinite(scene.series.values[place]):
        return
    month = scene.series.months[place]
    if (peak and peak.month == month) or highest_observed(scene.series) == [month]:
        return
    first, above = first_words(scene)
    value = scene.amounts.bare(scene.series.values[place])
    texts = [
        [f"{full_month(month)}, {first}", f"{above} twice the base: {value}"],
        [f"{short_month(month)}, {first}", f"{above} twice the base: {value}"],
        [f"{short_month(month)}:", "twice the base"],
    ]
    told = f"{full_month(month)} is {first} {above} twice the base: {value}."
    yield Label(_bold_first(texts, wide), _above(scene, frame, place), told, complete=2)


def first_words(scene: Scene) -> tuple[str, str]:
    """How the first doubled month is called: ("the first month", "above")."""
    how, when = doubled(scene.series, scene.base, scene.series.months[scene.doubled_at])
    first = "the first month" if when == "in" else "the first known month"
    return first, "above" if how == "passed" else "at"


def twice_label(scene: Scene, frame: Frame, wide: bool) -> Iterator[Label]:
    """The dotted line's value, on the line where there is room."""
    if scene.base is None:
        return
    size, level = TEXT[wide], DOUBLE * scene.base.hi
    words = f"Twice the base: {scene.amounts.bare(level)}"
    start, stop = scene.twice_reach
    up = frame.up(level)
    line = Line(words, "muted", size=size)
    left, right = frame.across(start), frame.across(stop)
    places = [*np.arange(left, max(right - line.width, left) + 1, 12)]
    places += [*np.arange(left, frame.box.left - 1, -12)]
    spots = [Spot(x, up + side) for side in (5, -23) for x in places]
    spots.append(Spot(right, up + 5, "right"))
    yield Label(
        [[line], [Line(f"×2: {scene.amounts.bare(level)}", "muted", size=size)]],
        spots,
        f"Dotted line: twice the base, {scene.amounts.bare(level)}.",
    )


def ratio_label(scene: Scene, frame: Frame, wide: bool) -> Iterator[Label]:
    """ "×2" at the arrow from the base to twice the base."""
    if scene.base is None:
        return
    x = frame.across(scene.base_reach[1])
    low, high = frame.up(scene.base.hi), frame.up(DOUBLE * scene.base.hi)
    heights = [low + (high - low) * share - 9 for share in (0.5, 0.4, 0.6, 0.25, 0.75)]
    spots = [
        Spot(x + side * 9, up, align)
        for up in heights
        for side, align in ((1, "left"), (-1, "right"))
    ]
    yield Label([[Line("×2", bold=True, size=TEXT[wide])]], spots)


def base_label(scene: Scene, frame: Frame, wide: bool) -> Iterator[Label]:
    """What the base is, and its value, above its line."""
    base, size = scene.base, TEXT[wide]
    if base is None:
        return
    exact = base.lo == base.hi
    value = scene.amounts.brief(base.hi) if exact else scene.amounts.span(base.lo, base.hi)
    left, right = (frame.across(place) for place in scene.base_reach)
    words = f"Base: {scene.base_words}, {value}"
    variants = [in_lines(words, room, 3, size) for room in (max(235.0, right - left), 235.0, 170.0)]
    variants = [lines for lines in variants if not cut(lines)]
    complete = len(variants)
    variants.append([Line(f"Base: {value}", size=size)])
    start = frame.up(base.hi) + GAP
    spots = [
        Spot(x, start + rise, align)
        for rise in range(0, 72 if wide else 48, RISE)
        for x, align in ((left, "left"), (right - GAP, "right"), ((left + right) / 2, "center"))
    ]
    told = f"Black line: the base, {scene.base_words}, {value}."
    yield Label(variants, spots, told, complete)


def claim_labels(scene: Scene, frame: Frame, wide: bool) -> Iterator[Label]:
    """Reported figures beside their marks."""
    for claim in scene.shown_claims:
        yield _claim_label(scene, frame, claim, wide)


def _claim_label(scene: Scene, frame: Frame, claim: Claimed, wide: bool) -> Label:
    size, place = TEXT[wide], scene.series.at(claim.month)
    x, low = frame.across(place), frame.up(claim.lo)
    top = max(frame.up(scene.top_of(place)), low if isfinite(claim.hi) else low + 18)
    words = f"{claim.words}: {scene.amounts.span(claim.lo, claim.hi)}"
    variants = [
        in_lines(words, room, most, size, "reported", True) for room, most in ((400, 1), (200, 3))
    ]
    spots = [
        Spot(x + side, low + rise, align)
        for rise in (-9, 3, -21)
        for side, align in ((-13, "right"), (13, "left"))
    ]
    for rise in range(9, 140, RISE):
        leads = (x, top + 9) if rise > FAR else None
        for side, align in ((0, "center"), (8, "right"), (-8, "left")):
            spots.append(Spot(x + side, top + rise, align, leads))
    told = f"Circle at {full_month(claim.month)}: {words}, reported."
    return Label(variants, spots, told)


def gap_labels(scene: Scene, frame: Frame) -> Iterator[Label]:
    """ "no figure" where months have none, or a question mark where even that is too wide."""
    series = scene.series
    for first, last in runs(series.grade == "none"):
        middle = (frame.across(first - 0.5) + frame.across(last + 0.5)) / 2
        room = (last - first + 1) * frame.step
        texts = (["no figure"], ["no", "figure"], ["?"])
        fitting = [
            [Line(words, "muted", size=SMALL_TEXT) for words in text]
            for text in texts
            if max(Line(words, size=SMALL_TEXT).width for words in text) <= room + 3
        ]
        if fitting:
            yield Label(
                fitting,
                [Spot(middle, frame.up(0) + 5 + rise, "center") for rise in range(0, 200, RISE)],
            )


def strip_labels(scene: Scene, frame: Frame, wide: bool) -> Iterator[Label]:
    """What is possible in months that are bounded, first where a limit is known."""
    series, size = scene.series, TEXT[wide]
    limited = np.isfinite(series.hi)
    for which in (series.bounded & limited, series.bounded & ~limited):
        for first, last in runs(which):
            months = month_list(series.months[first : last + 1])
            low, high = series.lo[first : last + 1].min(), series.hi[first : last + 1].max()
            span = scene.amounts.span(low, high)
            each = "" if first == last else " in any one month"
            texts = [f"possible: {span}{each}", f"possible: {span}"]
            if not isfinite(high):
                texts = [f"{span}{each}, no upper limit known", "no upper limit known"]
            left, right = frame.across(first - 0.5), frame.across(last + 0.5)
            rooms = [room for room in (right - left - 8, 180.0) if room > 60]
            variants = [
                in_lines(text, room, 3, size, "bounded") for text in texts for room in rooms
            ]
            variants = [lines for lines in variants if not cut(lines)]
            ups = np.arange(frame.box.top - 22, frame.box.bottom + 4, -12)
            places = ((left + 5, "left"), ((left + right) / 2, "center"), (right - 5, "right"))
            spots = [Spot(x, up, align) for up in ups for x, align in places]
            yield Label(variants, spots, f"Pale strip, {months}: {span}{each}.")


def aside_blocks(scene: Scene, room: float, wide: bool) -> list[list[Line]]:
    """What is said beside the panel, or under it on a phone: of provisional months, and of the
    second series."""
    size, blocks = TEXT[wide], []
    for words, role in ((scene.provisional_words(), "ink"), (scene.second_label(), "second")):
        if words is None:
            continue
        head, body = words
        if wide:
            lines = in_lines(head + (":" if role == "ink" else ""), room, 3, size, role, True)
            lines += in_lines(body, room, 4, size) if body else []
        else:
            text = f"Dashed: {head}: {body}" if role == "ink" else f"{head} {body}".strip()
            lines = in_lines(text, room, 4, size, role, bold=role != "ink")
        blocks.append(lines)
    return blocks


def _bold_first(texts: list[list[str]], wide: bool) -> list[list[Line]]:
    return [
        [Line(words, bold=not number, size=TEXT[wide]) for number, words in enumerate(text)]
        for text in texts
    ]


def _above(scene: Scene, frame: Frame, place: int) -> list[Spot]:
    """Places above a bar: its words end there and run left, or begin there, or stand in the
    middle; further up and at the left with a line to the bar."""
    top = frame.up(scene.top_of(place)) + 1
    middle = frame.across(place)
    left, right = frame.across(place - 0.37), frame.across(place + 0.37)
    spots = []
    for rise in range(GAP, 360, RISE):
        leads = (middle, top + 2) if rise > FAR else None
        spots += [
            Spot(x, top + rise, align, leads)
            for x, align in ((right, "right"), (left, "left"), (middle, "center"))
        ]
        spots.append(Spot(left - 12, top + rise, "right", (middle, top + 2)))
    return spots

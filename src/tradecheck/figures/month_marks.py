"""The marks of months: bars for what is observed, dashed ones for what is provisional, pale strips
for what is only bounded, gaps for what nobody knows."""

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite

import numpy as np
from matplotlib.axes import Axes

from tradecheck.figures.scene import Scene
from tradecheck.figures.series import DOUBLE, Series
from tradecheck.show.charts import PALETTE
from tradecheck.show.charts.frame import Frame, hover

BAR = 0.74  # of a month's step
DASHES = (0, (2.7, 2))
EDGE = {"color": PALETTE["wash_line"], "linewidth": 1.6, "linestyle": (0, (3, 2.4))}


def paint_months(axes: Axes, frame: Frame, scene: Scene) -> None:
    """Every month of the series, and what a provisional one may become."""
    series = scene.series
    _strips(axes, frame, scene)
    final = series.observed & ~series.provisional
    for role, which in (("accent", final & scene.strong), ("quiet", final & ~scene.strong)):
        places = np.flatnonzero(which)
        if len(places):
            bars = axes.bar(places, series.values[places], width=BAR, color=PALETTE[role], linewidth=0)
            _unclipped(bars)
    for place in np.flatnonzero(series.provisional):
        edge = PALETTE["accent" if scene.strong[place] else "muted"]
        look = {"facecolor": PALETTE["wash"], "edgecolor": edge, "linestyle": DASHES}
        _unclipped(axes.bar([place], [series.values[place]], width=BAR, linewidth=1.5, **look))
        _revision(axes, place, series.values[place], *scene.revised[place], edge)
    _ground(axes, scene)


def paint_base(axes: Axes, scene: Scene) -> None:
    """The base over exactly its own months, on a halo; a base within bounds as two lines."""
    start, end = scene.base_reach
    for level in dict.fromkeys((scene.base.lo, scene.base.hi)):
        for role, width in (("paper", 5), ("ink", 2.2)):
            axes.plot([start, end], [level, level], color=PALETTE[role], linewidth=width, **BUTT)


def paint_twice(axes: Axes, frame: Frame, scene: Scene) -> None:
    """The dotted line at twice the base, and the arrow that leads up to it from the base's end."""
    level, end = DOUBLE * scene.base.hi, scene.base_reach[1]
    dotted = {"color": PALETTE["ink"], "linewidth": 1.4, "linestyle": (0, (1.5, 2))}
    axes.plot(scene.twice_reach, [level, level], clip_on=False, **dotted)
    solid = {"color": PALETTE["ink"], "linewidth": 1.6, "clip_on": False}
    axes.plot([end, end], [scene.base.hi, level], **solid)
    wing = 5 / frame.step
    down = 8 * (frame.y[1] - frame.y[0]) / (frame.box.top - frame.box.bottom)
    if level - down > scene.base.hi:
        axes.plot([end - wing, end, end + wing], [level - down, level, level - down], **solid)


def paint_second(axes: Axes, frame: Frame, scene: Scene) -> None:
    """A second series as a line with dots on a halo, only where it differs from the first."""
    dots = {"markersize": 6 if frame.step >= 9 else 4, "markeredgewidth": 0}
    known = np.isfinite(scene.beside)
    for first, last in scene.series.runs(known):
        places = np.arange(first, last + 1)
        values = scene.beside[first : last + 1]
        axes.plot(places, values, color=PALETTE["paper"], linewidth=5, clip_on=False)
        axes.plot(places, values, color=PALETTE["second"], marker="o", clip_on=False, **dots)


def paint_claims(axes: Axes, frame: Frame, scene: Scene) -> None:
    """Reported figures as open circles; a range as a line, an open end as an arrow."""
    line = {"color": PALETTE["reported"], "linewidth": 2, "clip_on": False}
    unit = (frame.y[1] - frame.y[0]) / (frame.box.top - frame.box.bottom)
    for claim in scene.shown_claims:
        place = scene.series.at(claim.month)
        if claim.hi > claim.lo:
            high = claim.hi if isfinite(claim.hi) else claim.lo + 24 * unit
            axes.plot([place, place], [claim.lo, high], **line)
            if not isfinite(claim.hi):
                wing = 5 / frame.step
                ends = [high - 7 * unit, high, high - 7 * unit]
                axes.plot([place - wing, place, place + wing], ends, **line)
        rings = [claim.lo, claim.hi] if isfinite(claim.hi) else [claim.lo]
        ring = {"markerfacecolor": PALETTE["paper"], "markeredgewidth": 2, "markersize": 10}
        axes.plot([place] * len(rings), rings, "o", **(line | ring | {"linewidth": 0}))


def paint_hovers(axes: Axes, scene: Scene) -> None:
    for place in range(len(scene.series.months)):
        hover(axes, scene.month_words(place), (place - 0.5, place + 0.5))


BUTT = {"solid_capstyle": "butt", "clip_on": False}


def _unclipped(bars) -> None:
    for bar in bars:
        bar.set_clip_on(False)


def _revision(axes: Axes, place: int, value: float, low: float, high: float, colour: str) -> None:
    """A bracket from the smallest to the largest revision seen, on a dotted stem."""
    if not isfinite(low + high):
        return
    solid = {"color": colour, "linewidth": 1.5, "clip_on": False}
    if low > value:
        stem = {"color": colour, "linewidth": 1, "linestyle": (0, (2, 2)), "clip_on": False}
        axes.plot([place, place], [value, low], **stem)
    axes.plot([place, place], [low, high], **solid)
    for end in (low, high):
        axes.plot([place - 0.27, place + 0.27], [end, end], **solid)


def _strips(axes: Axes, frame: Frame, scene: Scene) -> None:
    """What bounds allow: a pale strip with a dashed edge where a limit is known, up to the top of
    the panel where it is not, or lies beyond."""
    series, top = scene.series, frame.y[1]
    for first, last in series.runs(series.bounded):
        places = range(first, last + 1)
        lows = [min(series.lo[n], top) for n in places]
        highs = [min(series.hi[n], top) for n in places]
        edges = [edge for n in places for edge in (n - 0.5, n + 0.5)]
        axes.fill_between(
            edges, np.repeat(lows, 2), np.repeat(highs, 2), color=PALETTE["wash"], linewidth=0,
            clip_on=False,
        )  # fmt: skip
    for start, stop, low, high in strip_edges(series, top):
        axes.plot([start, stop], [low, high], clip_on=False, **EDGE)


def strip_edges(series: Series, top: float) -> Iterator[tuple[float, float, float, float]]:
    """The edges of the strips below ``top``, as (from, to) in places and in values."""
    for first, last in series.runs(series.bounded):
        for limits in (series.lo, series.hi):
            ends = [min(limits[n], top) for n in range(first, last + 1)]
            for n, end in enumerate(ends, start=first):
                if 0 < end < top:
                    yield n - 0.5, n + 0.5, end, end
            for n, (one, other) in enumerate(pairwise(ends), start=first):
                if one != other:
                    yield n + 0.5, n + 0.5, min(one, other), max(one, other)


def _ground(axes: Axes, scene: Scene) -> None:
    """The line at zero; dotted under months without a figure, which stand at no value."""
    unknown = scene.series.grade == "none"
    for which, style in ((~unknown, "-"), (unknown, (0, (1, 3)))):
        for first, last in scene.series.runs(which):
            look = {"color": PALETTE["ink"], "linewidth": 1.2, "linestyle": style, "clip_on": False}
            axes.plot([first - 0.5, last + 0.5], [0, 0], **look)

"""The marks of months: bars for what is observed, dashed ones for what is provisional, pale strips
for what is only bounded, gaps for what nobody knows."""

from math import isfinite

import numpy as np
from matplotlib.axes import Axes

from tradecheck.figures.scene import Scene
from tradecheck.figures.series import DOUBLE, runs
from tradecheck.figures.strips import paint_strip
from tradecheck.show.charts import PALETTE
from tradecheck.show.charts.frame import Frame, arrow, hover

BAR = 0.74  # of a month's step
DASHES = (0, (2.7, 2))
BUTT = {"solid_capstyle": "butt", "clip_on": False}


def paint_months(axes: Axes, frame: Frame, scene: Scene, revisions: bool = True) -> None:
    """Every month of the series, and what a provisional one may become."""
    series = scene.series
    for first, last in runs(series.bounded):
        held = slice(first, last + 1)
        paint_strip(axes, series.lo[held], series.hi[held], first, frame.y[1])
    final = series.observed & ~series.provisional
    for role, which in (("accent", final & scene.strong), ("quiet", final & ~scene.strong)):
        places = np.flatnonzero(which)
        if len(places):
            bars = axes.bar(
                places, series.values[places], width=BAR, color=PALETTE[role], linewidth=0
            )
            _unclipped(bars)
    for place in np.flatnonzero(series.provisional):
        edge = PALETTE["accent" if scene.strong[place] else "muted"]
        look = {"facecolor": PALETTE["wash"], "edgecolor": edge, "linestyle": DASHES}
        _unclipped(axes.bar([place], [series.values[place]], width=BAR, linewidth=1.5, **look))
        if revisions:
            low, high = scene.revised[place]
            _revision(axes, int(place), series.values[place], low, high, edge)
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
    arrow(axes, frame, end, scene.base.hi, level, color=PALETTE["ink"], linewidth=1.6)


def paint_second(axes: Axes, frame: Frame, scene: Scene) -> None:
    """A second series as a line with dots on a halo, only where it differs from the first."""
    dots = {"markersize": 6 if frame.step >= 9 else 4, "markeredgewidth": 0}
    known = np.isfinite(scene.beside)
    for first, last in runs(known):
        places = np.arange(first, last + 1)
        values = scene.beside[first : last + 1]
        axes.plot(places, values, color=PALETTE["paper"], linewidth=5, clip_on=False)
        axes.plot(places, values, color=PALETTE["second"], marker="o", clip_on=False, **dots)


def paint_claims(axes: Axes, frame: Frame, scene: Scene) -> None:
    """Reported figures as open circles; a range as a line, an open end as an arrow."""
    line = {"color": PALETTE["reported"], "linewidth": 2, "clip_on": False}
    for claim in scene.shown_claims:
        place = scene.series.at(claim.month)
        if not isfinite(claim.hi):
            arrow(axes, frame, place, claim.lo, claim.lo + 24 * frame.rise, **line)
        elif claim.hi > claim.lo:
            axes.plot([place, place], [claim.lo, claim.hi], **line)
        rings = [claim.lo, claim.hi] if isfinite(claim.hi) else [claim.lo]
        ring = {"markerfacecolor": PALETTE["paper"], "markeredgewidth": 2, "markersize": 10}
        axes.plot([place] * len(rings), rings, "o", **(line | ring | {"linewidth": 0}))


def paint_hovers(axes: Axes, scene: Scene) -> None:
    for place in range(len(scene.series.months)):
        hover(axes, scene.month_words(place), (place - 0.5, place + 0.5))


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


def _ground(axes: Axes, scene: Scene) -> None:
    """The line at zero; dotted under months without a figure, which stand at no value."""
    unknown = scene.series.grade == "none"
    for which, style in ((~unknown, "-"), (unknown, (0, (1, 3)))):
        for first, last in runs(which):
            look = {"color": PALETTE["ink"], "linewidth": 1.2, "linestyle": style, "clip_on": False}
            axes.plot([first - 0.5, last + 0.5], [0, 0], **look)

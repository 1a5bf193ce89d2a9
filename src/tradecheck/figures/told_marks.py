"""The marks of a story: outlined what was said, dashed what is implied, open what is more."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tradecheck.figures.telling import Told
from tradecheck.show.charts import PALETTE
from tradecheck.show.charts.frame import Frame, arrow

BAR = 0.62  # of a month's step
ARROW = 20
DASHED = (0, (2.2, 1.8))


def paint_story(axes: Axes, frame: Frame, story: Told) -> None:
    """Said: outlined and tinted; implied: dashed; more than: without a lid, with an arrow."""
    line = {"color": PALETTE["reported"], "linewidth": 2, "clip_on": False}
    for group in story.groups:
        for n in range(group.first, group.last + 1):
            if group.kind == "none":
                continue
            look = {
                "facecolor": PALETTE["reported_fill"],
                "edgecolor": PALETTE["reported"],
                "linewidth": 2,
            }
            if group.kind == "implied":
                look |= {"facecolor": PALETTE["paper"], "linestyle": DASHED, "linewidth": 1.4}
            if group.kind == "more_than":
                look |= {"linewidth": 0}
            axes.bar([n], [group.lo], width=BAR, **look)[0].set_clip_on(False)
            if group.kind == "more_than":
                for side in (n - BAR / 2, n + BAR / 2):
                    axes.plot([side, side], [0, group.lo + 10 * frame.rise], **line)
                up = group.lo + 2 * frame.rise
                arrow(axes, frame, n, up, group.lo + ARROW * frame.rise, **line)
            elif group.hi > group.lo:
                dashed = line | {"linewidth": 1.4, "linestyle": DASHED}
                across = [n - BAR / 2, n - BAR / 2, n + BAR / 2, n + BAR / 2]
                axes.plot(across, [group.lo, group.hi, group.hi, group.lo], **dashed)


def paint_step(axes: Axes, frame: Frame, story: Told) -> None:
    """From what is implied an arrow up to what is said next, and its level over those months."""
    if not story.rise:
        return
    one, other, _ = story.rise
    x, ink = one.last + 0.5, {"color": PALETTE["ink"], "clip_on": False}
    axes.plot([one.first - BAR / 2, x], [one.lo, one.lo], linewidth=2.2, **ink)
    arrow(axes, frame, x, one.lo, other.lo, color=PALETTE["ink"], linewidth=1.6)
    dotted = ink | {"linewidth": 1.4, "linestyle": (0, (1.5, 2))}
    axes.plot([x, other.last + BAR / 2], [other.lo, other.lo], **dotted)


def paint_small(axes: Axes, frame: Frame, story: Told, own: float) -> None:
    """The story's bars and the frame of the other panels, to the scale of what is possible."""
    look = {"facecolor": PALETTE["reported_fill"], "edgecolor": PALETTE["reported"]}
    for group in story.groups:
        if group.kind != "none":
            places = range(group.first, group.last + 1)
            for bar in axes.bar(places, group.lo, width=BAR, linewidth=1.6, **look):
                bar.set_clip_on(False)
    first, last = frame.x
    border = Rectangle((first, 0), last - first, own, facecolor="none", edgecolor=PALETTE["muted"])
    border.set(linewidth=1.2, clip_on=False)
    axes.add_patch(border)

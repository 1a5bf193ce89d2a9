"""Many marks as one path: a fraction of the bytes of a mark each."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path


def strokes(axes: Axes, x1, y1, x2, y2, colour: str, width: float, cap: str = "butt") -> None:
    """Many strokes as one path; a dot is a stroke of no length with a round or projecting cap."""
    points = np.column_stack(np.broadcast_arrays(x1, y1, x2, y2)).reshape(-1, 2)
    _path(axes, points, [Path.MOVETO, Path.LINETO], "none", colour, width, cap)


def boxes(axes: Axes, left, bottom, width, height, colour: str) -> None:
    """Many boxes as one path."""
    left, bottom, width, height = np.broadcast_arrays(left, bottom, width, height)
    xs, ys = [left, left + width, left + width, left], [bottom, bottom, bottom + height]
    shapes(axes, xs, [*ys, ys[-1]], colour)


def shapes(axes: Axes, xs: Sequence, ys: Sequence, colour: str) -> None:
    """Filled shapes as one path; `xs` and `ys` hold one array for each corner."""
    points = np.stack([np.atleast_2d(np.array(xs).T), np.atleast_2d(np.array(ys).T)], axis=-1)
    closed = np.concatenate([points, points[:, :1]], axis=1).reshape(-1, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * (len(xs) - 1), Path.CLOSEPOLY]
    _path(axes, closed, codes, colour, "none", 0)


def _path(
    axes: Axes, points, codes: Sequence[int], face: str, edge: str, width: float, cap: str = "butt"
) -> None:
    """One path from points and the codes of one shape, repeated."""
    if len(points):
        path = Path(points, list(codes) * (len(points) // len(codes)))
        path.should_simplify = False
        axes.add_artist(  # not add_patch, whose limits from data cost more than the drawing
            PathPatch(
                path, facecolor=face, edgecolor=edge, linewidth=width, capstyle=cap, clip_on=False
            )
        )

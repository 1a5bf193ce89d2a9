"""Drawings on a page: charts with their alternative text, and small marks made from numbers."""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from markupsafe import Markup

from tradecheck.report.sanitise import check_drawing
from tradecheck.show.exhibits.picture import NAME
from tradecheck.show.palette import by_class, counterparts

BAR_PLACES = {  # top and height
    "holds": (0, 6), "fails": (6, 6), "undecided": (4, 4), "not_testable": (5, 2),
    "contradiction": (5, 2),
}  # fmt: skip
STRIP_WIDTH = 176  # in a drawing of 180 by 14 px, with room for the caps


def chart(figure: Mapping[str, Any]) -> Markup:
    """A figure's drawings for a page and for a phone, with role and alternative text."""
    return _drawing(figure, "wide") + Markup("\n") + _drawing(figure, "narrow")


def _drawing(figure: Mapping[str, Any], size: str, is_free: bool = False) -> Markup:
    drawing = by_class(figure[size])
    check_drawing(drawing, f"Figure {figure['name']!r} ({size} drawing)", is_free=is_free)
    opening = Markup('<svg class="{}" role="img" aria-label="{}" ').format(size, figure["alt"])
    return opening + Markup(drawing[len("<svg ") :])


def picture(held: Mapping[str, Any], name: str) -> Markup:
    """A chart or picture of the analyst's own, with the ids in it made those of its name."""
    words = held["alt"] or held["described"] or "Picture without a description."
    if not held["wide"].startswith("<svg"):
        return Markup('<img class="picture" alt="{}" src="{}">').format(words, held["wide"])
    figure = {"alt": words, "name": name}
    for size in ("wide", "narrow"):
        ids = rf'( id="| href="#|url\(#){NAME}-{size}-'
        figure[size] = re.sub(ids, rf"\g<1>{name}-{size}-", held[size])
    return _drawing(figure, "wide", True) + Markup("\n") + _drawing(figure, "narrow", True)


def dark_colours(drawings: Sequence[str]) -> str:
    """Rules that give colours without a role, in these drawings, a counterpart on a dark page."""
    rules = [
        f'svg [{key}="{colour}"] {{ {key}: {turned}; }}'
        for key, colour, turned in counterparts(drawings)
    ]
    if not rules:
        return ""
    return "@media screen and (prefers-color-scheme: dark) {\n" + "\n".join(rules) + "\n}\n"


def bar(shares: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """A bar's pieces as (state, SVG path), in a box of 128 by 12 px.

    Holds stands up, fails hangs down, undecided lies between, so that no colour is needed.
    """
    total = sum(share for _, share in shares)
    ends = [128 * end / total for end in accumulate((s for _, s in shares), initial=0)]
    pieces = []
    for (state, share), (start, end) in zip(shares, pairwise(ends), strict=True):
        top, height = BAR_PLACES[state]
        if share:
            pieces.append((state, f"M{start:.3g} {top}H{end:.3g}v{height}H{start:.3g}z"))
    return pieces


class Line(NamedTuple):
    """A line of a strip: the path with its caps, and where a dot stands instead, if it does."""

    path: str
    dot: str = ""


def strip(held: Mapping[str, Any]) -> dict[str, Line]:
    """The lines "possible" and "claimed" of a claim's strip, on one scale.

    A closed end has a cap, an open one an arrow at the drawing's edge; one value is a dot.
    """
    low, high = held["possible"]
    first, last = held["claimed"]
    known = [end for end in (low, high, first, last, *held["limits"]) if end is not None]
    start, stop = min(*known, 0) if low >= 0 else min(known), max(known)
    room = (stop - start or 1) * 0.15  # for an arrow beyond the last known end
    if first is None and held["limits"][0] is None:
        start -= room
    if last is None and held["limits"][1] is None:
        stop += room
    scale = STRIP_WIDTH / (stop - start or 1)

    def place(value: float) -> str:
        return f"{2 + (value - start) * scale:.1f}".removesuffix(".0")

    def line(low: float | None, high: float | None) -> Line:
        if low is not None and low == high:
            return Line("", place(low))
        left = "2" if low is None else place(low)
        right = str(2 + STRIP_WIDTH) if high is None else place(high)
        begin = f"M8 2L{left} 7L8 12M{left} 7" if low is None else f"M{left} 1V13M{left} 7"
        end = f"M172 2L{right} 7L172 12" if high is None else f"M{right} 1V13"
        return Line(f"{begin}H{right}{end}")

    return {"possible": line(low, high), "claimed": line(first, last)}

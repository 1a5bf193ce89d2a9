"""Tables of months with invented figures, and what follows from them, for the tests of charts."""

from collections.abc import Sequence
from math import inf, nan
from xml.etree import ElementTree

import pandas as pd

from tradecheck.show.exhibits import Figure
from tradecheck.study.periods import following
from tradecheck.verdicts.findings import Base, Finding, Peak

COLUMNS = "series month lo hi grade status revision_lo revision_hi".split()
SVG = "{http://www.w3.org/2000/svg}"
Value = float | tuple[float, float] | None


def months_table(
    values: Sequence[Value],
    start: str = "2021-01",
    series: str = "all goods",
    provisional: int = 0,
    revision: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """A number is observed, a pair bounds a month, None is a month without a figure; the last
    months may be provisional, and revised by these factors."""
    rows, month = [], start
    for place, value in enumerate(values):
        status, revised = "final", (nan, nan)
        if value is None:
            lo, hi, grade, status = 0.0, inf, "none", "missing"
        elif isinstance(value, tuple):
            (lo, hi), grade, status = value, "bounded", "missing"
        else:
            lo, hi, grade = value, value, "observed"
            if place >= len(values) - provisional:
                status = "provisional"
                revised = (value * revision[0], value * revision[1]) if revision else revised
        rows.append((series, month, lo, hi, grade, status, *revised))
        month = following(month)
    return pd.DataFrame(rows, columns=COLUMNS)


def finding(
    table: pd.DataFrame, base: tuple[str, str] | None, series: str = "all goods"
) -> Finding:
    """What follows for one series, worked out the plain way: from each month's own limits."""
    rows = table[table["series"] == series].set_index("month")
    found = None
    if base:
        held = rows.loc[base[0] : base[1]]
        found = Base(*base, held["lo"].mean(), held["hi"].mean())
    top = max(rows.index, key=lambda month: (rows.lo[month], rows.hi[month]))
    others, peak = rows.drop(top), None
    if len(others) and rows.lo[top] > others.hi.max():
        after = others.hi.idxmax()
        peak = Peak(top, rows.lo[top], rows.hi[top], after, others.lo[after], others.hi[after])
    double = None
    if found and 0 < found.hi < inf:
        later = [m for m in rows.index if m > found.last and rows.lo[m] >= 2 * found.hi]
        double = later[0] if later else None
    return Finding(series, (rows.lo.sum(), rows.hi.sum()), found, peak, double)


def hover_titles(drawing: str) -> list[str]:
    """What a drawing shows to whoever points at its marks, in order."""
    groups = ElementTree.fromstring(drawing).iter(f"{SVG}g")
    return [g.find(f"{SVG}title").text for g in groups if g.get("class") == "m"]


def words(drawing: str) -> list[str]:
    """The texts of a drawing."""
    return ["".join(text.itertext()) for text in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def smallest_text(figure: Figure) -> float:
    """The smallest text in px: the wide drawing 864 px across, the narrow one 304."""
    sizes = []
    for drawing, width in ((figure.wide, 864), (figure.narrow, 304)):
        root = ElementTree.fromstring(drawing)
        across = float(root.get("viewBox").split()[2])
        shown = width if across > 500 or drawing is figure.narrow else 408
        sizes += [float(size) * shown / across for size in _sizes(root, None) if size]
    return min(sizes)


def _sizes(element, size):
    size = element.get("font-size", size)
    if element.tag == f"{SVG}text":
        yield size
    for child in element:
        yield from _sizes(child, size)

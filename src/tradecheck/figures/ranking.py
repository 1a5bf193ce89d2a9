"""Values side by side, sorted: what is observed, what is reported, what is only bounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from tradecheck.errors import TradecheckError
from tradecheck.figures.amounts import Amounts, first_upper
from tradecheck.figures.sentences import alt_text, title_of
from tradecheck.show.charts import HALF, NARROW, PALETTE, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import Line, Placed, Spot, height, in_lines
from tradecheck.show.exhibits import GRADES, Cell, Column, Figure, Row, Table
from tradecheck.show.prose import Prose, escape_markdown
from tradecheck.show.units import Unit

COLUMNS = ("name", "lo", "hi", "grade")
BAR, GAP, BETWEEN = 20, 5, 16
COMPUTED = "computed"  # a figure made from others, to compare with: no evidence of its own
OUTLINED = PALETTE["paper"]
LOOKS: dict[str, dict[str, Any]] = {
    "observed": {"facecolor": PALETTE["quiet"], "linewidth": 0},
    "reported": {"facecolor": PALETTE["reported_fill"], "edgecolor": PALETTE["reported"]},
    "allowed_path": {
        "facecolor": OUTLINED, "edgecolor": PALETTE["allowed_path"], "linestyle": ":",
    },
    COMPUTED: {"facecolor": OUTLINED, "edgecolor": PALETTE["muted"], "linewidth": 1.2},
}  # fmt: skip


def ranked(
    table: pd.DataFrame,
    unit: Unit,
    source: str | Prose,
    *,
    title: str | None = None,
    subtitle: str,
    highlight: Sequence[str] = (),
    items: str = "values",
    name: str = "ranking",
    half: bool = True,
    notes: str | Prose = "",
    contents: str = "",
) -> Figure:
    """Horizontal bars, the largest first, of a table with the columns name, lo, hi and grade.

    ``grade`` is observed, reported, allowed_path, bounded, or computed (made from the others, to
    compare with). What is bounded is a line from its lower to its upper limit, or with an arrow
    where none is known. ``highlight`` lists names that stand out. Raises a TradecheckError for
    another grade.
    """
    for grade in table["grade"]:
        if grade not in (*LOOKS, "bounded"):
            known = ", ".join((*LOOKS, "bounded"))
            raise TradecheckError(f"The ranking holds the grade {grade!r}: use one of {known}.")
    rows = table.sort_values("lo", ascending=False, kind="stable", ignore_index=True)
    amounts = Amounts.of(unit, [*rows["lo"], *rows["hi"]], whole=True)
    chart = _Chart(rows, amounts, frozenset(highlight), half)
    wide, narrow = draw(name, chart.paint, (chart.height(True), chart.height(False)), half=half)
    title = title or title_of(_title(rows, amounts))
    told = []
    for name_, lo, hi, grade in zip(*(rows[key] for key in COLUMNS), strict=True):
        standing = "" if grade == "observed" else f", {_word(grade)}"
        told.append(f"{name_}: {amounts.span(lo, hi)}{standing}.")
    grades = [grade for grade in GRADES if (rows["grade"] == grade).any()]
    shown = " and ".join(GRADES[grade].word for grade in grades) or "computed"
    bounded = bool((rows["grade"] == "bounded").any())
    order = (
        "Line: from the lower to the upper limit; the order is that of the lower limits."
        if bounded
        else ""
    )
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle,
        unit=unit.label,
        source=source,
        alt=alt_text([f"Horizontal bars, {subtitle}, {unit.label}, {shown}.", *told], title),
        wide=wide,
        narrow=narrow,
        data=_table(name, rows, amounts, items, unit),
        grades=grades,
        notes=Prose(f"{escape_markdown(order)} {notes}".strip()),
        extent=f"{len(rows)} {items}",
        contents=contents,
    )


@dataclass(frozen=True)
class _Chart:
    rows: pd.DataFrame
    amounts: Amounts
    highlight: frozenset[str]
    half: bool

    def across(self, wide: bool) -> float:
        return (HALF if self.half else WIDE) if wide else NARROW

    def names(self, wide: bool) -> list[list[Line]]:
        """What each bar is, in the colour of its grade where that is no statistic; its value below,
        where that is too long to stand beside it."""
        lines = []
        for (name, _, _, grade), value in zip(self.each(), self.values(), strict=True):
            role = "reported" if grade == "reported" else "ink"
            bold = grade == "reported" or name in self.highlight
            lines.append(in_lines(str(name), self.across(wide) - 4, 2, TEXT[wide], role, bold))
            if not self.beside(wide):
                lines[-1] += in_lines(value, self.across(wide) - 4, 1, TEXT[wide], bold=True)
        return lines

    def each(self) -> Iterator[tuple]:
        return zip(*(self.rows[key] for key in COLUMNS), strict=True)

    def beside(self, wide: bool) -> float:
        """The room for values at the ends of the bars; none where they are too long."""
        room = max(Line(value, bold=True, size=TEXT[wide]).width for value in self.values()) + 16
        return room if room <= self.across(wide) / 2 else 0.0

    def height(self, wide: bool) -> float:
        return sum(height(lines) + GAP + BAR + BETWEEN for lines in self.names(wide)) - BETWEEN + 4

    def values(self) -> list[str]:
        return [
            self.amounts.span(lo, hi)
            for lo, hi in zip(self.rows["lo"], self.rows["hi"], strict=True)
        ]

    def frame(self, wide: bool) -> Frame:
        top = max([*self.rows["lo"], *(hi for hi in self.rows["hi"] if isfinite(hi)), 0.0]) or 1.0
        tall, right = self.height(wide), self.across(wide) - (self.beside(wide) or 6)
        return Frame(Box(1, 0, right, tall), (0.0, top), (0.0, tall))

    def paint(self, figure, wide: bool) -> None:
        frame, size = self.frame(wide), TEXT[wide]
        axes = frame.axes(figure)
        top = self.height(wide) - 2
        for row, lines, value in zip(
            self.rows.itertuples(index=False), self.names(wide), self.values(), strict=True
        ):
            tall = height(lines)
            Placed(lines, Spot(0, top - tall)).draw(figure)
            middle = top - tall - GAP - BAR / 2
            end = self._bar(axes, frame, row, middle)
            if self.beside(wide):
                spot = Spot(end + 9, middle - size * 0.52)
                Placed([Line(value, bold=True, size=size)], spot).draw(figure)
            span = self.amounts.unit.between(row.lo, row.hi, self.amounts.places)
            words = f"{row.name}: {span}, {_word(row.grade)}"
            stop = (self.across(wide) - 1) / frame.step
            hover(axes, words, (0.0, stop), (middle - BAR / 2 - 4, top))
            top = middle - BAR / 2 - BETWEEN

    def _bar(self, axes: Axes, frame: Frame, row, middle: float) -> float:
        """Draws one bar or line; returns where it ends."""
        if row.grade != "bounded":
            look: dict[str, Any] = LOOKS[row.grade]
            if row.grade == "observed" and row.name in self.highlight:
                look = look | {"facecolor": PALETTE["accent"]}
            bars = axes.barh([middle], [max(row.lo, 1e-9)], height=BAR, **({"linewidth": 2} | look))
            bars[0].set_clip_on(False)
            return frame.across(row.lo)
        line = {"color": PALETTE["wash_line"], "linewidth": 2.2, "clip_on": False}
        stop = row.hi if isfinite(row.hi) else frame.x[1]
        axes.plot([row.lo, stop], [middle, middle], **line)
        axes.plot([row.lo, row.lo], [middle - 6, middle + 6], **line)
        if isfinite(row.hi):
            axes.plot([stop, stop], [middle - 6, middle + 6], **line)
        else:
            wing = 7 / frame.step
            axes.plot([stop - wing, stop, stop - wing], [middle - 5, middle, middle + 5], **line)
        return frame.across(stop)


def _word(grade: str) -> str:
    return GRADES[grade].word if grade in GRADES else grade


def _title(rows: pd.DataFrame, amounts: Amounts) -> str:
    """Which is surely the largest."""
    first, others = rows.iloc[0], rows.iloc[1:]
    if len(others) and not first["lo"] > others["hi"].max():
        return "Which of these is the largest is open"
    name = str(first["name"])
    span = amounts.unit.between(first["lo"], first["hi"], amounts.places)
    return f"{first_upper(name)}: {span}" if len(name.split()) < 9 else f"The largest is {span}"


def _table(name: str, rows: pd.DataFrame, amounts: Amounts, items: str, unit: Unit) -> Table:
    columns = [
        Column("name", first_upper(items)),
        Column("value", first_upper(unit.label), "right"),
        Column("standing", "Standing"),
    ]
    cells = [
        Row(
            {
                "name": str(label),
                "value": amounts.span(lo, hi),
                "standing": Cell("", mark=grade) if grade in GRADES else grade,
            }
        )
        for label, lo, hi, grade in zip(*(rows[key] for key in COLUMNS), strict=True)
    ]
    return Table(f"{name}-data", first_upper(items), columns, cells)

"""How others worded a story: how many pages say what, as small bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tradecheck.figures.sentences import whole_alt
from tradecheck.show.charts import NARROW, PALETTE, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import BELOW, LEADING, Line, Placed, Spot, shortened
from tradecheck.show.exhibits import Column, Figure, Row, Table
from tradecheck.show.prose import Prose

BAR, GUTTER, HEAD = 14, 34, 30
ROW = 48


def wording(
    pages: pd.DataFrame,
    questions: Mapping[str, tuple[str, Mapping[str, str]]],
    source: str | Prose,
    *,
    muted: Sequence[str] = (),
    title: str,
    subtitle: str,
    name: str = "wording",
    notes: str | Prose = "",
) -> Figure:
    """A panel for each question with a bar for each answer.

    pages: one row a page; questions: column → its heading and, for each value, the words of its bar;
    muted: values whose bar is pale, such as "not given".
    """
    panels = [
        _Panel(
            heading,
            [
                (words, int((pages[column] == value).sum()), value in muted)
                for value, words in known.items()
            ],
        )
        for column, (heading, known) in questions.items()
    ]
    chart = _Chart(panels, len(pages))
    wide, narrow = draw(name, chart.paint, (chart.height(True), chart.height(False)))
    told = "; ".join(
        f"{panel.heading}: " + ", ".join(f"{words} {number}" for words, number, _ in panel.bars)
        for panel in panels
    )
    columns = [Column("wording", "Wording"), Column("pages", "Pages", "right")]
    rows = [
        Row({"wording": words, "pages": str(number)}, group=panel.heading)
        for panel in panels
        for words, number, _ in panel.bars
    ]
    alt = f"Bar charts of how {len(pages)} pages word it. {told}."
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle,
        unit="pages",
        source=source,
        alt=whole_alt(alt),
        wide=wide,
        narrow=narrow,
        data=Table(f"{name}-data", "Pages by wording", columns, rows, layout="compact"),
        notes=notes,
    )


@dataclass(frozen=True)
class _Panel:
    heading: str
    bars: list[tuple[str, int, bool]]

    @property
    def height(self) -> float:
        return HEAD + len(self.bars) * ROW


@dataclass(frozen=True)
class _Chart:
    panels: list[_Panel]
    total: int

    def height(self, wide: bool) -> float:
        heights = [panel.height for panel in self.panels]
        return max(heights) if wide else sum(heights) + 12 * (len(heights) - 1)

    def paint(self, figure, wide: bool) -> None:
        count, size = len(self.panels), TEXT[wide]
        width = (WIDE - GUTTER * (count - 1)) / count if wide else NARROW
        left, top = 0.0, self.height(wide)
        for panel in self.panels:
            self._panel(figure, panel, left, top, width, size)
            if wide:
                left += width + GUTTER
            else:
                top -= panel.height + 12

    def _panel(
        self, figure, panel: _Panel, left: float, top: float, width: float, size: float
    ) -> None:
        heading = shortened(panel.heading, width, size, bold=True)
        Placed([Line(heading, bold=True, size=size)], Spot(left, top - LEADING * size)).draw(figure)
        bottom = top - panel.height
        frame = Frame(
            Box(left + 1, bottom, left + width - 40, top - HEAD),
            (0.0, self.total),
            (0.0, panel.height - HEAD),
        )
        axes = frame.axes(figure)
        for n, (words, number, pale) in enumerate(panel.bars):
            floor = frame.y[1] - n * ROW - LEADING * size - BAR - 6
            line = Line(shortened(words, width, size), size=size)
            Placed([line], Spot(left, bottom + floor + BAR + 3)).draw(figure)
            axes.barh(
                floor + BAR / 2,
                number,
                height=BAR,
                color=PALETTE["quiet" if pale else "accent"],
                linewidth=0,
            )
            mark = Line(str(number), bold=True, size=size)
            foot = bottom + floor + (BAR - size) / 2 - BELOW * size + 2
            Placed([mark], Spot(frame.across(number) + 6, foot)).draw(figure)
            hover(
                axes,
                f"{words}: {number} of {self.total} pages",
                (0, self.total),
                (floor, floor + BAR),
            )

"""What moved a sum between two periods: its largest rises and falls, sorted."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.patches import Rectangle

from tradecheck.figures.amounts import Amounts, counted, first_upper
from tradecheck.figures.sentences import alt_text, title_of
from tradecheck.show.charts import NARROW, PALETTE, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import LEADING, Line, Placed, Spot, height, in_lines, shortened
from tradecheck.show.exhibits import Column, Figure, Table
from tradecheck.show.prose import Prose, escape_markdown, period_name
from tradecheck.show.units import Unit

NAMES_MOST = 300  # a name wider than this takes two lines
BAR = 19
KEY = 26
NAME_WORDS = 5  # in a title
WHOLE_FROM = 1000  # titles write larger sums without decimals


def moved(
    table: pd.DataFrame,
    unit: Unit,
    source: str | Prose,
    *,
    before: tuple[str, str],
    after: tuple[str, str],
    what: str = "exports",
    items: str = "headings",
    rises: int = 8,
    falls: int = 2,
    old_words: str = "codes with an earlier figure",
    new_words: str = "codes without one",
    name: str = "moved",
    title: str | None = None,
    subtitle: str | None = None,
    notes: str | Prose = "",
    contents: str = "",
) -> Figure:
    """The largest rises and falls of a table with the columns name, change and part_new.

    ``before`` and ``after`` are the periods compared, as (first, last) months; ``part_new`` is the
    part of the later sum in codes that have no earlier figure, drawn as an outline. ``items`` names
    the rows, in the plural. Every row counts towards the whole change.
    """
    rows = table.sort_values("change", ascending=False, kind="stable")
    up, down = rows[rows["change"] > 0].head(rises), rows[rows["change"] < 0].tail(falls)
    picked = pd.concat([up, down])
    amounts = Amounts.of(unit, rows["change"].tolist())
    chart = _Chart(picked, amounts, old_words, new_words)
    heights = (chart.height(True), chart.height(False))
    wide, narrow = draw(name, chart.paint, heights)
    periods = f"{period_name(*after)} less {period_name(*before)}"
    title = title or title_of(_title(rows, Amounts(unit, amounts.places), what))
    parts = [(len(up), "largest rise"), (len(down), "largest fall")]
    counts = ", ".join(counted(count, words) for count, words in parts if count)
    subtitle = subtitle or f"{periods}; {counts or 'no change'}"
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle,
        unit=unit.label,
        source=source,
        alt=_alt(picked, rows, amounts, periods, title),
        wide=wide,
        narrow=narrow,
        data=_table(name, rows, amounts, items, unit),
        grades=["observed"],
        notes=_notes(rows, picked, amounts, items, notes),
        extent=f"{len(rows)} {items}",
        contents=contents,
    )


@dataclass(frozen=True)
class _Chart:
    """The rows picked, and where they stand in a drawing of either size."""

    rows: pd.DataFrame
    amounts: Amounts
    old_words: str
    new_words: str

    @property
    def split(self) -> bool:
        return bool((self.rows["part_new"] > 0).any())

    def names(self, wide: bool) -> list[list[Line]]:
        room = NAMES_MOST if wide else NARROW
        return [in_lines(str(name), room, 2, TEXT[wide]) for name in self.rows["name"]]

    def row(self, wide: bool) -> float:
        tallest = max((height(lines) for lines in self.names(wide)), default=0.0)
        return max(tallest, BAR) + 13 if wide else tallest + BAR + 14

    def key(self, wide: bool) -> float:
        return (KEY if wide else 2 * LEADING * TEXT[wide] + 8) * self.split

    def height(self, wide: bool) -> float:
        return self.key(wide) + max(len(self.rows), 1) * self.row(wide) + 4

    def values(self) -> list[str]:
        """The change at each bar's end; the first with its unit."""
        unit, places = self.amounts.unit, self.amounts.places
        texts = []
        for number, change in enumerate(self.rows["change"]):
            words = (
                self.amounts.brief(abs(change)) if not number else unit.bare(abs(change), places)
            )
            texts.append(f"{'+' if change > 0 else '−'}{words}")
        return texts

    def frame(self, wide: bool) -> Frame:
        """The bars' panel: names at its left, values at its right, zero inside it."""
        across = WIDE if wide else NARROW
        names = max((line.width for lines in self.names(wide) for line in lines), default=0.0)
        left = names + 12 if wide else 1.0
        values = max(
            (Line(v, bold=True, size=TEXT[wide]).width for v in self.values()), default=0.0
        )
        old = self.rows["change"] - self.rows["part_new"]
        low = min([0.0, *self.rows["change"], *old])
        high = max([0.0, *self.rows["change"], *self.rows["part_new"]]) or (1.0 if not low else 0.0)
        right = across - values - 12
        if not high:  # falls alone: their values stand at the right of zero
            high = 1e-9 * -low
        box = Box(left, 2, right, 2 + max(len(self.rows), 1) * self.row(wide))
        return Frame(box, (low, high), (0, max(len(self.rows), 1)))

    def paint(self, figure, wide: bool) -> None:
        frame, size = self.frame(wide), TEXT[wide]
        axes = frame.axes(figure)
        thick = BAR / self.row(wide)
        drop = 0.0 if wide else (self.row(wide) - BAR - 10) / 2 / self.row(wide)
        changes = zip(
            self.rows["name"], self.rows["change"], self.rows["part_new"], self.names(wide),
            self.values(), strict=True,
        )  # fmt: skip
        for number, (name, change, new, lines, value) in enumerate(changes):
            place = len(self.rows) - number - 0.5
            old, middle = change - max(new, 0.0), place - drop
            look = {"height": thick, "linewidth": 0}
            role = "accent" if change > 0 and old > 0 else "quiet"
            if old:
                axes.barh([middle], [old], color=PALETTE[role], **look)
            if new > 0:
                inset = 2 / frame.step
                outline = {"facecolor": PALETTE["paper"], "edgecolor": PALETTE["second"]}
                start = max(old, 0.0)
                width = max(new - 2 * inset, inset)
                bars = axes.barh([middle], [width], left=[start + inset], height=thick, **outline)
                bars[0].set(linewidth=2, clip_on=False)
            end = frame.across(max(change, old, new, 0.0))
            middle_up = frame.up(middle)
            words = Line(value, bold=True, size=size)
            Placed([words], Spot(end + 8, middle_up - size * 0.52)).draw(figure)
            tall = height(lines)
            if wide:
                spot = Spot(frame.box.left - 12, middle_up - tall / 2, "right")
            else:
                spot = Spot(0, frame.up(middle) + BAR / 2 + 3)
            Placed(lines, spot).draw(figure)
            reach = (
                (place - 0.5, place + 0.5) if wide else (middle - thick * 0.7, middle + thick * 0.7)
            )
            axes.plot([0, 0], reach, color=PALETTE["ink"], linewidth=1.2, clip_on=False)
            self._hover(axes, frame, place, name, change, new, wide)
        if self.split:
            self._keys(figure, frame, wide)
        if self.rows.empty:
            Placed([Line("no change", "muted", size=size)], Spot(8, 10)).draw(figure)

    def _hover(
        self, axes, frame: Frame, place: float, name, change: float, new: float, wide
    ) -> None:
        words = f"{name}: {self.amounts.unit.signed(change, self.amounts.places)}"
        if new > 0:
            words += f", of which {self.amounts.full(new)} in {self.new_words}"
        start = frame.x[0] - frame.box.left / frame.step
        stop = start + (WIDE if wide else NARROW) / frame.step
        hover(axes, words, (start, stop), (place - 0.5, place + 0.5))

    def _keys(self, figure, frame: Frame, wide: bool) -> None:
        """What the two looks of a bar mean, above the bars."""
        size = TEXT[wide]
        width, tall = figure.bbox.width, figure.bbox.height
        room = width / 2 - 60 if wide else width - 24
        lines = [
            Line(shortened(words, room, size), "muted", size=size)
            for words in (self.old_words, self.new_words)
        ]
        reach = sum(line.width for line in lines) + 80
        x = min(frame.across(0), width - reach) if wide else 1.0
        y = frame.box.top + self.key(wide) - 18
        looks = (
            {"facecolor": PALETTE["accent"], "linewidth": 0},
            {"facecolor": PALETTE["paper"], "edgecolor": PALETTE["second"], "linewidth": 2},
        )
        for line, look in zip(lines, looks, strict=True):
            square = Rectangle((x / width, y / tall), 13 / width, 11 / tall, **look)
            figure.add_artist(square)
            Placed([line], Spot(x + 20, y - size * 0.24 - 0.5)).draw(figure)
            if wide:
                x += 20 + line.width + 36
            else:
                y -= LEADING * size


def _title(rows: pd.DataFrame, amounts: Amounts, what: str) -> str:
    """Which row brought most of the change: "Cars brought €1,635 million of a rise of …"."""
    total = float(rows["change"].sum())
    if not len(rows) or not total:
        return f"Rises and falls of {what} cancel out"
    row = rows.iloc[0] if total > 0 else rows.iloc[-1]
    change = float(row["change"])
    name = first_upper(str(row["name"]))
    if len(name.split()) > NAME_WORDS:
        name = f"The largest {'rise' if total > 0 else 'fall'}"
    places = 0 if abs(total) * amounts.unit.factor >= WHOLE_FROM else amounts.places
    part, whole = (amounts.unit(abs(value), places) for value in (change, total))
    verb = "brought" if total > 0 else "made up"
    if abs(change) <= abs(total):
        return f"{name} {verb} {part} of a {'rise' if total > 0 else 'fall'} of {whole}"
    way = "rose" if total > 0 else "fell"
    return (
        f"{name} {way} by {part}, all {what} by {whole}"
        if name[:4] != "The "
        else f"{name} is {part}; all {what} {way} by {whole}"
    )


def _alt(
    picked: pd.DataFrame, rows: pd.DataFrame, amounts: Amounts, periods: str, title: str
) -> str:
    unit, places = amounts.unit, amounts.places
    total = unit.signed(rows["change"].sum(), places)
    head = f"Bars of observed changes, {periods}, {unit.label}: {total} in all."
    told = [
        f"{name} {unit.signed(change, places)}."
        for name, change in zip(picked["name"], picked["change"], strict=True)
    ]
    return alt_text([head, *told], title)


def _notes(
    rows: pd.DataFrame, picked: pd.DataFrame, amounts: Amounts, items: str, more: str | Prose
) -> Prose:
    others = len(rows) - len(picked)
    told = ""
    if others:
        rest = float(rows["change"].sum() - picked["change"].sum())
        change = amounts.unit.signed(rest, amounts.places)
        told = f"The other {others} {items} together: {change}."
    return Prose(f"{escape_markdown(told)} {more}".strip())


def _table(name: str, rows: pd.DataFrame, amounts: Amounts, items: str, unit: Unit) -> Table:
    columns = [
        Column("name", first_upper(items)),
        Column("change", f"Change, {unit.label}", "right"),
        Column("new", "In codes without an earlier figure", "right"),
    ]
    cells = [
        {
            "name": str(label),
            "change": _signed(amounts, change),
            "new": amounts.bare(new) if new else "–",
        }
        for label, change, new in zip(rows["name"], rows["change"], rows["part_new"], strict=True)
    ]
    return Table(f"{name}-data", f"Changes, {unit.label}", columns, cells)


def _signed(amounts: Amounts, change: float) -> str:
    return f"{'+' if change > 0 else ''}{amounts.bare(change)}"

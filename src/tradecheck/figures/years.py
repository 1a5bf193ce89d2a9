"""Totals of longer periods: what was found at least, what is possible at most, and one group of
goods picked out."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import isfinite

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from tradecheck.figures.amounts import Amounts, first_upper
from tradecheck.figures.sentences import alt_text, title_of
from tradecheck.figures.strips import EDGE
from tradecheck.show.charts import HALF, NARROW, PALETTE, SMALL_TEXT, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, hover
from tradecheck.show.charts.labels import Label, Line, Placed, Room, Spot
from tradecheck.show.exhibits import Cell, Column, Figure, Row, Table
from tradecheck.show.prose import Prose, escape_markdown
from tradecheck.show.units import Unit

PLOT, BELOW = 290, 48
HEADROOM = 1.1
BAR = 0.7
STEP_MOST = 90
OPEN = 12  # how far the sides of a bar without an upper limit reach above it


def totals(
    table: pd.DataFrame,
    unit: Unit,
    source: str | Prose,
    *,
    what: str = "exports",
    picked: str = "",
    rest: str = "other goods",
    periods: str = "years",
    name: str = "totals",
    title: str | None = None,
    subtitle: str | None = None,
    half: bool = True,
    notes: str | Prose = "",
    contents: str = "",
) -> Figure:
    """Totals by period as bars up to their lower limit, with a dashed box up to the upper one.

    ``table`` has the columns label ("2023-24"), lo, hi (infinite where no limit is known) and, for
    a group ``picked`` out, part_lo and part_hi; ``rest`` names the goods outside it, ``periods``
    what a label is ("fiscal years, April to March"). ``half``: one of two figures side by side.
    """
    rows = table.reset_index(drop=True)
    if not picked:
        rows = rows.assign(part_lo=0.0, part_hi=0.0)
    amounts = Amounts.of(unit, [*rows["lo"], *rows["hi"]])
    plans = {
        wide: _plan(rows, amounts, picked, rest, periods, wide, half) for wide in (True, False)
    }
    heights = (plans[True].height, plans[False].height)
    wide, narrow = draw(
        name, partial(_paint, plans, rows, amounts, picked, rest), heights, half=half
    )
    exact = bool((rows["lo"] == rows["hi"]).all())
    title = title or title_of(_title(rows, amounts, what))
    span = f"{rows['label'].iloc[0]} to {rows['label'].iloc[-1]}"
    open_ends = "" if exact else "; lower limits, as some values are unseen"
    untold = dict.fromkeys([*plans[True].untold, *plans[False].untold])
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle or f"{first_upper(what)}, {span}{open_ends}",
        unit=unit.label,
        source=source,
        alt=_alt(rows, amounts, what, periods, picked, exact, unit, title),
        wide=wide,
        narrow=narrow,
        data=_table(name, rows, amounts, picked, periods, unit),
        grades=["observed"] if exact else ["bounded"],
        notes=_notes(rows, untold, notes),
        extent=f"{len(rows)} periods",
        contents=contents,
    )


@dataclass(frozen=True)
class _Plan:
    height: float
    frame: Frame
    ticks: list[tuple[float, str]]
    labels: list[tuple[int, str]]
    placed: list[Placed]
    untold: list[str]
    size: float


def _plan(
    rows: pd.DataFrame,
    amounts: Amounts,
    picked: str,
    rest: str,
    periods: str,
    wide: bool,
    half: bool,
) -> _Plan:
    across = (HALF if half else WIDE) if wide else NARROW
    size = TEXT[wide]
    finite = rows["hi"][np.isfinite(rows["hi"])]
    top = max([*rows["lo"], *finite, 0.0]) * HEADROOM or 1.0
    ticks = amounts.ticks(0.0, top)
    left = max(Line(words, size=size).width for _, words in ticks) + 9
    step = min(STEP_MOST, (across - left - 4) / len(rows))
    box = Box(left, BELOW, across - 4, BELOW + PLOT)
    frame = Frame(box, (-0.5, (box.right - box.left) / step - 0.5), (0.0, top))
    room = Room(Box(left, BELOW, across, BELOW + PLOT + 24), list(_obstacles(rows, frame)))
    detail = int(rows["lo"].idxmax())
    for n, lo in enumerate(rows["lo"]):
        if n != detail:
            words = amounts.unit.bare(lo, 0 if top >= 100 else amounts.places)
            up = frame.up(lo) + (4 if isfinite(rows["hi"][n]) else OPEN + 2)
            room.put(Label([[Line(words, size=SMALL_TEXT)]], [Spot(frame.across(n), up, "center")]))
    for label in _details(rows.iloc[detail], detail, frame, amounts, picked, rest, size):
        room.put(label)
    shown, end = [], across + 4.0
    for n in reversed(range(len(rows))):  # from the last on, those that fit
        half_width = Line(str(rows["label"][n]), size=SMALL_TEXT).width / 2
        middle = frame.across(n)
        if left - 4 <= middle - half_width and middle + half_width <= end - 4:
            shown.append((n, str(rows["label"][n])))
            end = middle - half_width
    below = Line(periods, "muted", size=SMALL_TEXT)
    middle = min((frame.across(-0.5) + frame.across(len(rows) - 0.5)) / 2, across - below.width / 2)
    placed = [*room.placed, Placed([below], Spot(max(middle, below.width / 2), 4, "center"))]
    return _Plan(box.top + 24, frame, ticks, shown, placed, room.untold, size)


def _obstacles(rows: pd.DataFrame, frame: Frame) -> Iterator[Box]:
    for n, (lo, hi) in enumerate(zip(rows["lo"], rows["hi"], strict=True)):
        high = frame.up(hi) if isfinite(hi) else frame.up(lo) + OPEN
        left, right = frame.across(n - BAR / 2) - 1, frame.across(n + BAR / 2) + 1
        yield Box(left, frame.up(0), right, high)


def _details(
    row: pd.Series, n: int, frame: Frame, amounts: Amounts, picked: str, rest: str, size: float
) -> list[Label]:
    """The parts of the largest bar, in words beside it."""
    left, right = frame.across(n - BAR / 2) - 8, frame.across(n + BAR / 2) + 8
    lo, hi, part = row["lo"], row["hi"], row["part_lo"]
    exact = lo == hi
    found = "" if exact else "found: "
    texts = [(f"{found}{amounts.bare(lo)}", frame.up(lo) - size * 0.8, "ink", True)]
    if picked and part > 0:
        texts.append((f"{picked} {amounts.bare(part)}", frame.up(part / 2), "accent", True))
        if not exact or part < lo:
            up = frame.up((part + lo) / 2) - size / 2
            texts.append((f"{rest} {amounts.bare(lo - part)}", up, "muted", False))
    if isfinite(hi) and not exact:
        texts.append((f"possible: up to {amounts.bare(hi)}", frame.up(hi) + 5, "bounded", False))
    elif not exact:
        texts.append(("no upper limit known", frame.up(lo) + OPEN + 5, "bounded", False))
    labels = []
    for words, up, role, bold in texts:
        line = Line(words, role, bold, size)
        spots = [
            Spot(x, up + shift, align)
            for shift in (0, -8, -16, -24, 8, 16, 24)
            for x, align in (
                (left, "right"),
                (right, "left"),
                (right - 8, "right"),
                (frame.across(n), "center"),
            )
        ]
        labels.append(Label([[line]], spots, f"{row['label']}: {words}."))
    return labels


def _paint(
    plans: dict[bool, _Plan], rows: pd.DataFrame, amounts: Amounts, picked: str, rest: str,
    figure: Drawing, wide: bool,
) -> None:  # fmt: skip
    plan = plans[wide]
    axes = plan.frame.axes(figure)
    axes.set_yticks([value for value, _ in plan.ticks], [words for _, words in plan.ticks])
    axes.tick_params(axis="y", labelsize=plan.size, pad=8)
    places = np.arange(len(rows))
    part = rows["part_lo"].to_numpy(float)
    look = {"width": BAR, "linewidth": 0}
    if (part > 0).any():
        axes.bar(places, part, color=PALETTE["accent"], **look)
    axes.bar(places, rows["lo"] - part, bottom=part, color=PALETTE["quiet"], **look)
    for n, (lo, hi) in enumerate(zip(rows["lo"], rows["hi"], strict=True)):
        _above(axes, plan.frame, n, lo, hi)
        hover(axes, _words(rows.iloc[n], amounts, picked, rest), (n - 0.5, n + 0.5))
    axes.plot([-0.5, len(rows) - 0.5], [0, 0], color=PALETTE["ink"], linewidth=1.2, clip_on=False)
    axes.set_xticks([n for n, _ in plan.labels], [words for _, words in plan.labels])
    axes.tick_params(axis="x", labelsize=SMALL_TEXT, pad=6)
    for placed in plan.placed:
        placed.draw(figure)


def _above(axes: Axes, frame: Frame, n: int, lo: float, hi: float) -> None:
    """What may lie above the lower limit: a dashed box, or open sides where no limit is known."""
    left, right = n - BAR / 2, n + BAR / 2
    if isfinite(hi) and hi > lo:
        axes.plot([left, left, right, right], [lo, hi, hi, lo], **EDGE)
    elif not isfinite(hi):
        reach = lo + OPEN * frame.rise
        for side in (left, right):
            axes.plot([side, side], [lo, reach], **EDGE)


def _words(row: pd.Series, amounts: Amounts, picked: str, rest: str) -> str:
    words = f"{row['label']}: {amounts.unit.between(row['lo'], row['hi'], amounts.places)}"
    if picked:
        part = amounts.span(row["part_lo"], row["part_hi"])
        words += f"; {picked} {part}"
        if row["lo"] == row["hi"] and row["part_lo"] == row["part_hi"]:
            words += f", {rest} {amounts.bare(row['lo'] - row['part_lo'])}"
    return words


def _title(rows: pd.DataFrame, amounts: Amounts, what: str) -> str:
    """The last period's total, and whether it surely rose or fell."""
    last = rows.iloc[-1]
    verb = "came"
    if len(rows) > 1:
        before = rows.iloc[-2]
        if last["lo"] > before["hi"]:
            verb = "rose"
        elif last["hi"] < before["lo"]:
            verb = "fell"
    span = amounts.unit.between(last["lo"], last["hi"], amounts.places)
    return f"{first_upper(what)} {verb} to {span} in {last['label']}"


def _alt(
    rows: pd.DataFrame, amounts: Amounts, what: str, periods: str, picked: str, exact: bool,
    unit: Unit, title: str,
) -> str:  # fmt: skip
    grade = "observed totals" if exact else "totals bounded from below"
    sentences = [f"Bar chart, {what} by {periods}, {unit.label}, {grade}."]
    for _, row in rows.iloc[::-1].iterrows():
        part = (
            f", of which {picked} {amounts.span(row['part_lo'], row['part_hi'])}" if picked else ""
        )
        sentences.append(f"{row['label']}: {amounts.span(row['lo'], row['hi'])}{part}.")
    return alt_text(sentences, title)


def _notes(rows: pd.DataFrame, untold: dict[str, None], more: str | Prose) -> Prose:
    told = []
    finite = np.isfinite(rows["hi"])
    if (finite & (rows["hi"] > rows["lo"])).any():
        told.append("Dashed: up to here is possible.")
    if not finite.all():
        told.append("Open sides: no upper limit is known.")
    told += untold
    return Prose(f"{escape_markdown(' '.join(told))} {more}".strip())


def _table(
    name: str, rows: pd.DataFrame, amounts: Amounts, picked: str, periods: str, unit: Unit
) -> Table:
    columns = [
        Column("label", first_upper(periods)),
        Column("total", first_upper(unit.label), "right"),
    ]
    if picked:
        columns.append(Column("part", first_upper(picked), "right"))
    columns.append(Column("standing", "Standing"))
    cells = []
    for _, row in rows.iterrows():
        held: dict[str, str | Cell] = {
            "label": str(row["label"]),
            "total": amounts.span(row["lo"], row["hi"]),
            "standing": Cell("", mark="observed" if row["lo"] == row["hi"] else "bounded"),
        }
        if picked:
            held["part"] = amounts.span(row["part_lo"], row["part_hi"])
        cells.append(Row(held))
    return Table(f"{name}-data", f"Totals, {unit.label}", columns, cells)

"""The specification curve of a claim: ranges, verdicts and choices, column under column."""

from collections.abc import Iterator, Mapping, Sequence
from math import isinf

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from tradecheck import sensitivity
from tradecheck.show.charts import PALETTE, draw
from tradecheck.claims import Claim
from tradecheck.show.exhibits import VERDICTS, Column, Figure, Row, Table
from tradecheck.figures.paths import boxes, shapes, strokes
from tradecheck.figures.verdicts import IN_WORDS, robustness_words
from tradecheck.parallel import each
from tradecheck.bounds.programme import Zone
from tradecheck.show.prose import Unit, count, listing, percent, ratio, usd_mn
from tradecheck.robustness import CONTRADICTION
from tradecheck.verdicts import Verdict

COLUMNS = {True: 32, False: 16}
BAR_WIDTH = {True: 5.8, False: 8.5}  # points
KINDS = {
    "reading": "The reading",
    "numerator": "What is doubled",
    "base": "Over which base",
    "goods": "The goods list",
    "coverage": "Coverage of totals",
    "believing": "What is believed",
    "rate_tolerance": "The second currency",
    "about": "“About double”",
    "hong_kong": "Hong Kong",
    "vintage": "When totals were known",
    "months": "Observed months",
}
STRIP = (Verdict.HOLDS, Verdict.UNDECIDED, Verdict.FAILS)
MOST, SOME = 0.5, 0.25  # shares of a column that make a choice: a thick and a thin mark
ZONE_FITS = 8.0  # the axis reaches at most this many times the far edge of the needed zone


def curve_figures(
    claims: Sequence[Claim], table: pd.DataFrame, flips: pd.DataFrame, source: str
) -> list[Figure]:
    """`curve_figure` for each claim of which the table holds specifications."""
    parts = dict(iter(table.groupby("claim")))
    judged = [claim for claim in claims if claim.id in parts]
    return each(lambda claim: curve_figure(claim, parts[claim.id], flips, source), judged)


def curve_figure(claim: Claim, table: pd.DataFrame, flips: pd.DataFrame, source: str) -> Figure:
    """All specifications of one claim, sorted by their ranges.

    `table`: the claim's specifications; `flips`: the table of `sensitivity.flips`.
    """
    judged = set(table["reading"].unique())
    readings = {reading.id: reading for reading in claim.all_readings if reading.id in judged}
    zones = list(dict.fromkeys(reading.predicate.zone for reading in readings.values()))
    blocks = {name: zones.index(reading.predicate.zone) for name, reading in readings.items()}
    counts = sensitivity.shares(table, "claim").loc[claim.id]
    unit = next(iter(readings.values())).unit
    curves = {wide: sensitivity.curve(table, columns, blocks) for wide, columns in COLUMNS.items()}
    reach = _reach(curves[True], zones)

    def paint(figure, wide: bool) -> None:
        rows = list(_rows(curves[wide], claim))
        panels = figure.subplots(
            3, 1, sharex=True, height_ratios=[2.2, 0.75, (0.165 if wide else 0.29) * len(rows)]
        )
        places = _places(curves[wide])
        _paint_ranges(panels[0], curves[wide], places, zones, reach, unit, BAR_WIDTH[wide])
        _paint_strip(panels[1], curves[wide], places, wide)
        _paint_choices(panels[2], curves[wide], places, rows, wide)
        panels[2].set_xlim(places[0] - 0.7, places[-1] + 0.7)

    rows = len(list(_rows(curves[True], claim)))
    name = f"curve-{claim.id.lower()}"
    wide, narrow = draw(name, paint, heights=(3.5 + 0.175 * rows, 3.9 + 0.3 * rows))
    endless = np.isinf(table["hi"] - table["lo"]).sum()
    strongest = flips.query("claim == @claim.id and rate > 0")["kind"].head(1)
    matters = [f"{KINDS[kind].lower()} matters most" for kind in strongest]
    most = max(IN_WORDS, key=lambda state: counts[state])
    return Figure(
        name=name,
        title=(
            f"{claim.id}: {IN_WORDS[most]} in {count(counts[most])} of {count(counts['total'])} "
            f"specifications; {matters[0] if matters else 'no single choice changes it'}"
        ),
        subtitle=(
            f"“{claim.quote}”: range of the measure, {_unit_words(unit)}, in every defensible "
            f"specification, in columns of about {count(int(curves[True]['specifications'].median()))}, "
            "smallest range first"
        ),
        source=source,
        alt=(
            f"Specification curve of {count(counts['total'])} specifications in sorted columns. "
            f"The bounded ranges run from {unit(table['lo'].min())} to {unit(table['hi'].max())}; "
            f"{count(endless)} have no limit on a side. "
            f"Verdicts: {robustness_words(counts)}. Below, strokes show which choices each column makes."
        ),
        wide=wide,
        narrow=narrow,
        grades=["bounded"],
        data=choices_table(f"{name}-data", claim, table),
        notes=_notes(claim, table, blocks, zones),
    )


def choices_table(name: str, claim: Claim, table: pd.DataFrame) -> Table:
    """How the specifications that make each choice come out."""
    states = {Verdict.HOLDS: "holds", Verdict.UNDECIDED: "undecided", Verdict.FAILS: "fails",
              CONTRADICTION: "contradicted", "total": "specifications"}  # fmt: skip
    rows = [
        Row(
            {"choice": _choice_words(claim, kind, choice)}
            | {state: count(counts[state]) for state in states},
            group=KINDS[kind],
        )
        for (kind, choice), counts in sensitivity.by_choice(table).iterrows()
    ]
    columns = [Column("choice", "Choice")]
    columns += [Column(state, words.capitalize(), "right") for state, words in states.items()]
    return Table(name, f"Verdicts on {claim.id} by choice", columns, rows, layout="compact")


def _rows(curve: pd.DataFrame, claim: Claim) -> Iterator[tuple[str, str]]:
    """The lines of the lower panel as (words, column of the curve); a heading has no column."""
    heading = ""
    for name in curve.columns:
        kind, found, choice = name.partition(": ")
        if not found:
            continue
        if kind != heading:
            heading = kind
            yield KINDS[kind], ""
        yield _choice_words(claim, kind, choice), name


def _choice_words(claim: Claim, kind: str, choice: str) -> str:
    """A choice as a reader sees it; the parts of a combined reading get their words."""
    sides = claim.combinations
    if kind in ("numerator", "base") and sides:
        side = (sides.numerators if kind == "numerator" else sides.bases)[choice]
        return f"{choice} {side.words}"
    return choice


def _places(curve: pd.DataFrame) -> np.ndarray:
    """Where columns stand: blocks with another predicate stand one place apart."""
    return np.arange(len(curve)) + 1.5 * curve["block"].rank(method="dense").to_numpy()


def _reach(curve: pd.DataFrame, zones: Sequence[Zone]) -> tuple[float, float]:
    """The axis: all finite ends, unless they would press the needed zone flat; zero always."""
    ends = curve[["lo", "hi"]].to_numpy().ravel()
    ends = np.append(ends[np.isfinite(ends)], 0.0)
    edges = [edge for zone in zones for edge in (zone.lo, zone.hi) if np.isfinite(edge)]
    limit = ZONE_FITS * max(map(abs, edges)) or np.inf
    top, bottom = min(ends.max(), limit), max(ends.min(), -limit)
    return 1.12 * bottom, 1.12 * top


def _paint_ranges(
    axes: Axes,
    curve: pd.DataFrame,
    places: np.ndarray,
    zones: Sequence[Zone],
    reach: tuple[float, float],
    unit: Unit,
    width: float,
) -> None:
    """One bar a column; one that runs on beyond the axis ends in an arrow head."""
    bottom, top = reach
    for block, xs in pd.Series(places).groupby(curve["block"].to_numpy()):
        zone, left, right = zones[int(block)], xs.min() - 0.6, xs.max() + 0.6
        low, high = max(zone.lo, bottom), min(zone.hi, top)
        boxes(axes, left, low, right - left, high - low, PALETTE["grid"])
        edges = np.array([edge for edge in (zone.lo, zone.hi) if not isinf(edge)])
        strokes(axes, left, edges, right, edges, PALETTE["ink"], 0.8)
    head = 0.06 * (top - bottom)
    lows, highs = curve["lo"].to_numpy(), curve["hi"].to_numpy()
    below, above = lows < bottom, highs > top
    starts = np.where(below, bottom + head, lows)
    stops = np.maximum(np.where(above, top - head, highs), starts + head / 5)  # a point is seen, too
    strokes(axes, places, starts, places, stops, PALETTE["bounded"], width)
    for beyond, edge, side in ((above, top, -1), (below, bottom, 1)):
        tips = places[beyond]
        corners = [tips - 0.5, tips + 0.5, tips], [edge + side * head] * 2 + [edge]
        shapes(axes, corners[0], [np.full(len(tips), y) for y in corners[1]], PALETTE["bounded"])
    axes.axhline(0, color=PALETTE["muted"], linewidth=0.8)
    axes.set_ylim(bottom, top)
    axes.set_title(f"Range, {_unit_words(unit)}; grey: needed")
    ticks = [t for t in MaxNLocator(4).tick_values(bottom, top) if bottom <= t <= top]
    whole = all(round(tick * unit.factor, 6).is_integer() for tick in ticks)
    axes.set_yticks(ticks, [unit.bare(tick, 0 if whole else 1) for tick in ticks])
    _bare_bottom(axes)


def _paint_strip(axes: Axes, curve: pd.DataFrame, places: np.ndarray, wide: bool) -> None:
    """The share of each verdict in each column, a line for each verdict."""
    for line, verdict in enumerate(reversed(STRIP)):
        shares = curve[verdict].to_numpy().round(2)
        for share in np.unique(shares[shares > 0]):
            lefts, rights = _runs(places, shares == share)
            boxes(axes, lefts, line, rights - lefts, 0.8 * share, PALETTE[verdict])
        axes.axhline(line, color=PALETTE["grid"], linewidth=0.7)
    marks = [VERDICTS[verdict] for verdict in STRIP]
    labels = [f"{mark.symbol} {mark.word}" if wide else mark.symbol for mark in reversed(marks)]
    axes.set_yticks([line + 0.4 for line in range(len(STRIP))], labels)
    axes.set_ylim(0, len(STRIP))
    axes.grid(False)
    named = ", ".join(f"{mark.symbol} {mark.word}" for mark in marks)
    axes.set_title("Verdicts of each column" if wide else named)
    _bare_bottom(axes)


def _paint_choices(
    axes: Axes,
    curve: pd.DataFrame,
    places: np.ndarray,
    rows: Sequence[tuple[str, str]],
    wide: bool,
) -> None:
    """A line a choice: a thick mark where most of a column makes it, a thin one where some do."""
    for line, (words, column) in enumerate(() if wide else rows):
        weight = "normal" if column else "bold"
        axes.text(places[0] - 0.5, 0.12 - line, words, fontweight=weight, fontsize=9, va="bottom")
    for least, width in ((SOME, 1.6), (MOST, 6.0)):
        marks = [
            (left, right, -line if wide else -line - 0.1)
            for line, (_, column) in enumerate(rows)
            if column
            for left, right in zip(*_runs(places, curve[column].to_numpy() > least), strict=True)
        ]
        lefts, rights, levels = np.array(marks).reshape(-1, 3).T
        strokes(axes, lefts, levels, rights, levels, PALETTE["accent"], width)
    axes.set_ylim(0.75 - max(len(rows), 1), 0.75)
    axes.grid(False)
    axes.set_title("Choices of each column")
    if wide:
        axes.set_yticks([-line for line in range(len(rows))], [words for words, _ in rows])
        for label, (_, column) in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_fontweight("normal" if column else "bold")
    else:
        axes.set_yticks([])
    _bare_bottom(axes)


def _runs(places: np.ndarray, marked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Marked columns that stand side by side as one stretch: where each begins and ends."""
    starts, stops = [], []
    for place, mark in zip(places, marked, strict=True):
        if mark and stops and place - stops[-1] < 0.6:
            stops[-1] = place + 0.5
        elif mark:
            starts.append(place - 0.5)
            stops.append(place + 0.5)
    return np.array(starts), np.array(stops)


def _bare_bottom(axes: Axes) -> None:
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _unit_words(unit: Unit) -> str:
    return {usd_mn: "US$ million", ratio: "ratio", percent: "per cent"}[unit]


def _notes(
    claim: Claim, table: pd.DataFrame, blocks: Mapping[str, int], zones: Sequence[Zone]
) -> str:
    contradicted = (table["verdict"] == CONTRADICTION).sum()
    first = (
        "Each column holds as many specifications as the next, and shows their median range. A bar "
        "that ends in an arrow head runs on beyond the axis. Below, a thick mark: more than "
        f"{percent(MOST, 0)} of the column make the choice; a thin one: more than {percent(SOME, 0)}."
    )
    parts = [first]
    if len(zones) > 1:
        groups = [listing([r for r in blocks if blocks[r] == n]) for n in range(len(zones))]
        parts.append(f"Readings that need something else stand apart, in this order: {'; '.join(groups)}.")
    if claim.combinations:
        parts.append("The grey zone is the study's “about double”; other tolerances are choices below.")
    if contradicted:
        parts.append(
            f"Not shown: {count(contradicted)} specifications whose evidence contradicts itself."
        )
    return " ".join(parts)

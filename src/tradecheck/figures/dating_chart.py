"""How far the dating of goods by two currencies depends on how their rates are taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tradecheck.figures.amounts import Amounts
from tradecheck.figures.sentences import whole_alt
from tradecheck.show.charts import NARROW, PALETTE, SMALL_TEXT, TEXT, WIDE, draw
from tradecheck.show.charts.frame import Box, Frame, hover, round_steps
from tradecheck.show.charts.labels import Label, Line, Room, Spot, along
from tradecheck.show.exhibits import Column, Figure, Row, Table
from tradecheck.show.prose import Prose
from tradecheck.show.units import Unit, number

PLOT = 210
BELOW = 48
LOOKS = (("accent", "-"), ("second", (0, (5, 2))), ("muted", (0, (1, 1.6))))  # a line for each lag


def lower_limits(
    dated: pd.DataFrame,
    span: str,
    unit: Unit,
    source: str | Prose,
    *,
    lags: Mapping[float, str],
    own: float,
    rate: str,
    title: str,
    subtitle: str,
    name: str = "dating",
    notes: str | Prose = "",
) -> Figure:
    """The lower limit of a span of months over the tolerance of the rates, a line a lag.

    dated: the table of `verdicts.dating.dated`; lags: each with its words; own: the tolerance that the
    report takes; rate: the unit of tolerances ("₹ per US$").
    """
    rows = dated[(dated["span"] == span) & dated["lag"].isin(lags)]
    chart = _Chart(rows, lags, own, rate, Amounts.of(unit, rows["lo"].dropna().tolist()))
    wide, narrow = draw(name, chart.paint, (PLOT + BELOW + 8, PLOT + BELOW + 8))
    at_own = rows[rows["tolerance"] == own].set_index("lag")["lo"]
    told = "; ".join(f"{lags[lag]} {unit.bare(lo)}" for lag, lo in at_own.items())
    least, most = rows["tolerance"].min(), rows["tolerance"].max()
    alt = (
        f"Line chart of a limit bounded by one total in two currencies: the least that left in {span}, "
        f"{unit.label}, for tolerances from {number.bare(least, 2)} to {number.bare(most, 2)} {rate}. At "
        f"{number.bare(own, 2)}: {told}."
    )
    return Figure(
        name=name, title=title, subtitle=subtitle, unit=unit.label, source=source, alt=whole_alt(alt), wide=wide,
        narrow=narrow, grades=["bounded"], data=_table(name, rows, lags, unit, rate), notes=notes,
    )  # fmt: skip


def spans_table(
    dated: pd.DataFrame,
    unit: Unit,
    *,
    title: str,
    own: float,
    lags: Mapping[float, str],
    name: str = "spans",
) -> Table:
    """What may have left in each span at the report's own tolerance, a column a lag."""
    rows = dated[dated["tolerance"] == own]
    columns = [Column("span", "Months")] + [
        Column(f"lag-{place}", words, "right") for place, words in enumerate(lags.values())
    ]
    cells = []
    for span, held in rows.groupby("span", sort=False):
        by_lag = held.set_index("lag")
        found = {
            f"lag-{n}": _span(unit, *by_lag.loc[lag, ["lo", "hi"]]) for n, lag in enumerate(lags)
        }
        cells.append({"span": span} | found)
    return Table(name, title, columns, cells, layout="compact")


def residuals_table(
    table: pd.DataFrame,
    labels: Sequence[str],
    lags: Mapping[float, str],
    *,
    title: str,
    name: str = "residuals",
) -> Table:
    """The plain mean of monthly rates less the implied rate, by period and lag; its largest last."""
    columns = [Column("period", "Period"), Column("implied", "Implied rate", "right")] + [
        Column(f"lag-{place}", words, "right") for place, words in enumerate(lags.values())
    ]
    rows = [
        {"period": label, "implied": number.bare(row["implied"], 2)}
        | {f"lag-{n}": _signed(row[lag]) for n, lag in enumerate(lags)}
        for label, (_, row) in zip(labels, table.iterrows(), strict=True)
    ]
    whole = table.dropna()
    sizes = whole[list(lags)].abs()
    for words, found in (("Mean size", sizes.mean()), ("Largest", sizes.max())):
        told = {f"lag-{n}": number.bare(found[lag], 2) for n, lag in enumerate(lags)}
        rows.append({"period": f"{words}, {len(whole)} periods", "implied": ""} | told)
    return Table(name, title, columns, [Row(row) for row in rows], layout="compact")


@dataclass(frozen=True)
class _Chart:
    rows: pd.DataFrame
    lags: Mapping[float, str]
    own: float
    rate: str
    amounts: Amounts

    def paint(self, figure, wide: bool) -> None:
        across, size = (WIDE if wide else NARROW), TEXT[wide]
        top = self.rows["lo"].max() * 1.12 or 1.0
        most = self.rows["tolerance"].max()
        ticks = self.amounts.ticks(0.0, top)
        left = max(Line(words, size=SMALL_TEXT).width for _, words in ticks) + 10
        frame = Frame(Box(left, BELOW, across - 26, BELOW + PLOT), (0.0, most), (0.0, top))
        axes = frame.axes(figure)
        for step, words in ticks:
            axes.axhline(step, color=PALETTE["grid" if step else "ink"], linewidth=1, zorder=0.5)
            axes.text(-8 / frame.step, step, words, ha="right", va="center", color=PALETTE["muted"],
                      fontsize=SMALL_TEXT)  # fmt: skip
        for step in round_steps(0.0, most, 6):
            axes.text(step, -20 * top / PLOT, f"±{step:g}" if step else "0", ha="center", color=PALETTE["muted"],
                      fontsize=SMALL_TEXT)  # fmt: skip
        words = f"tolerance, {self.rate}"
        axes.text(
            most / 2,
            -42 * top / PLOT,
            words,
            ha="center",
            color=PALETTE["muted"],
            fontsize=SMALL_TEXT,
        )
        axes.plot(
            [self.own] * 2, [0, top * 0.9], color=PALETTE["ink"], linewidth=1, linestyle=(0, (2, 2))
        )
        lines = {
            lag: self.rows[(self.rows["lag"] == lag) & self.rows["lo"].notna()] for lag in self.lags
        }
        taken = [
            box for line in lines.values() for box in along(frame, line["tolerance"], line["lo"])
        ]
        room = Room(Box(0, BELOW, across, BELOW + PLOT + 8), taken)
        place = frame.across(self.own)
        heights = [frame.up(top * share) for share in (0.9, 0.75, 0.6, 0.45, 0.3, 0.15)]
        beside = [
            Spot(place + side, up - 6, align)
            for up in heights
            for side, align in ((6, "left"), (-6, "right"))
        ]
        room.put(_label("the report’s own", "ink", beside, size))
        for (lag, line), (role, style) in zip(lines.items(), LOOKS):
            axes.plot(
                line["tolerance"], line["lo"], color=PALETTE[role], linestyle=style, clip_on=False
            )
            spots = [
                Spot(frame.across(x) + 6, frame.up(y) + lift)
                for x, y in zip(line["tolerance"], line["lo"])
                for lift in (5, 12, -22, -30, 26)
            ]
            room.put(_label(self.lags[lag], role, spots, size))
        for placed in room.placed:
            placed.draw(figure)
        for tolerance, held in self.rows.groupby("tolerance"):
            told = "; ".join(
                f"{self.lags[row.lag]} {number.bare(row.lo)}" for row in held.itertuples()
            )
            half = most / (2 * self.rows["tolerance"].nunique())
            hover(axes, f"±{tolerance:g}: at least {told}", (tolerance - half, tolerance + half))


def _label(words: str, role: str, spots: Sequence[Spot], size: float) -> Label:
    return Label([[Line(words, role, True, size)]], spots, f"{words}.")


def _table(
    name: str, rows: pd.DataFrame, lags: Mapping[float, str], unit: Unit, rate: str
) -> Table:
    columns = [Column("tolerance", f"Tolerance, {rate}")] + [
        Column(f"lag-{place}", words, "right") for place, words in enumerate(lags.values())
    ]
    cells = []
    for tolerance, held in rows.groupby("tolerance"):
        by_lag = held.set_index("lag")
        told = {
            f"lag-{n}": _span(unit, *by_lag.loc[lag, ["lo", "hi"]]) for n, lag in enumerate(lags)
        }
        cells.append({"tolerance": f"±{number.bare(tolerance, 2)}"} | told)
    return Table(
        f"{name}-data", f"Smallest to largest, {unit.label}", columns, cells, layout="compact"
    )


def _span(unit: Unit, lo: float, hi: float) -> str:
    if pd.isna(lo):
        return "impossible"
    return (
        f"at most {unit.bare(hi)}"
        if unit.bare(lo) == unit.bare(0.0)
        else f"{unit.bare(lo)} to {unit.bare(hi)}"
    )


def _signed(gap: float) -> str:
    if pd.isna(gap):
        return "–"
    return number.signed(gap, 2)

"""The robustness report's figure of all claims, and its tables."""

from collections.abc import Mapping, Sequence
from math import isnan

import pandas as pd
from matplotlib.axes import Axes

from tradecheck.show.charts import PALETTE, draw
from tradecheck.claims import ClaimsFile, Reading
from tradecheck.show.exhibits import Column, Figure, Row, Table
from tradecheck.figures.curves import KINDS
from tradecheck.figures.parts import hide_axes
from tradecheck.figures.paths import boxes
from tradecheck.figures.verdicts import IN_WORDS, robustness_cell
from tradecheck.show.prose import listing
from tradecheck.show.units import count, percent
from tradecheck.robustness import CONTRADICTION
from tradecheck.verdicts import Verdict, range_words

BAR = {  # where a state stands in a bar, from its top, and how high it is
    Verdict.HOLDS: (0.0, 0.5), Verdict.UNDECIDED: (0.33, 0.34), Verdict.FAILS: (0.5, 0.5),
    CONTRADICTION: (0.42, 0.16),
}  # fmt: skip
COLOURS = {state: PALETTE["ink" if state == CONTRADICTION else state] for state in BAR}
HEIGHT = 0.3
MANY = {
    Verdict.HOLDS: "hold", Verdict.UNDECIDED: "stay undecided", Verdict.FAILS: "fail",
    CONTRADICTION: "contradict themselves",
}  # fmt: skip


def claims_figure(shares: pd.DataFrame, claims: ClaimsFile, source: str) -> Figure:
    """For each claim, the share of its specifications that reaches each verdict.

    `shares`: the table of `sensitivity.shares` by claim.
    """
    titles = {claim.id: claim.title for claim in claims.claims}
    rates = shares.div(shares["total"], axis="index")

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        for place, claim in enumerate(shares.index):
            axes.text(0, place - 0.24, f"{claim} {titles[claim]}", va="bottom", fontweight="bold")
            _bar(axes, rates.loc[claim], place - 0.18)
            words = _shares_words(rates.loc[claim])
            lines = [words] if wide else [words[:3], words[3:]]
            for line, part in enumerate(lines):
                size = 9.5 if wide else 8.6
                axes.text(0, place + 0.16 + 0.19 * line, ", ".join(part), va="top", fontsize=size)
        axes.set_ylim(len(shares) - 0.45, -0.6)
        axes.set_xlim(0, 1)
        hide_axes(axes)

    wide, narrow = draw("claims", paint, heights=(0.62 * len(shares), 0.68 * len(shares)))
    total = shares.sum()
    leading = max(MANY, key=lambda state: total[state])
    nowhere = "; no reading holds in any" if total["holds"] == 0 else ""
    leaders = {claim: max(MANY, key=lambda state: rates.at[claim, state]) for claim in rates.index}
    return Figure(
        name="claims",
        title=(
            f"{percent(total[leading] / total['total'], 0)} of all specifications "
            f"{MANY[leading]}{nowhere}"
        ),
        subtitle=(
            "Share of each claim's specifications by verdict, per cent: holds stands up, fails hangs down, "
            "undecided lies between, contradicted is a thin line"
        ),
        source=source,
        alt=(
            f"Bars for {count(len(shares))} claims, {count(total['total'])} specifications, split by "
            "verdict. The most frequent: "
            + ", ".join(f"{c} {IN_WORDS[s]} {percent(rates.at[c, s], 0)}" for c, s in leaders.items())
            + f". Over all, {listing(_shares_words(total / total['total']))}."
        ),
        wide=wide,
        narrow=narrow,
        data=_counts_table("claims-data", "Specifications by claim and verdict", shares, titles),
        notes="A share of specifications is no probability: choices are counted, not weighed.",
    )


def readings_table(shares: pd.DataFrame, readings: Sequence[Reading], name: str) -> Table:
    """The robustness of readings: one row each, in words and as a bar."""
    columns = [Column("reading", "Reading"), Column("robustness", "Specifications")]
    rows = [
        {"reading": f"{r.id}: {r.words}", "robustness": robustness_cell(shares.loc[r.id])}
        for r in readings
        if r.id in shares.index
    ]
    return Table(name, "Verdicts of each reading over its specifications", columns, rows)


def flips_table(flips: pd.DataFrame) -> Table:
    """How often each kind of choice alone changes the verdict, by claim."""
    rates = flips.pivot(index="kind", columns="claim", values="rate")
    best = rates.max()
    order = rates.mean(axis="columns").sort_values(ascending=False).index
    rows = [
        {"kind": KINDS[kind]} | {claim: _rate(rates.at[kind, claim], best[claim]) for claim in rates}
        for kind in order
    ]
    columns = [Column("kind", "Choice"), *(Column(claim, claim, "right") for claim in rates)]
    return Table(
        name="flips",
        title="Flip rate: how often a change of this choice alone changes the verdict",
        columns=columns,
        rows=rows,
        note=(
            "Among all pairs of specifications that differ in this choice alone, the share whose "
            "verdicts differ (a contradiction differs from every verdict). ▲ marks the largest of each claim; a dash, a choice the claim does not "
            "vary on its own. A reading of the rank says where Hong Kong stands."
        ),
        layout="compact",
    )


def decisive_table(found: Mapping[str, pd.DataFrame], claims: ClaimsFile) -> Table:
    """For each undecided reading, the single datum that would do most.

    `found`: tables of `decisive.decisive_data` by reading.
    """
    columns = [
        Column("reading", "Reading"), Column("datum", "Most decisive datum"),
        Column("decides", "Would settle it"), Column("left", "Left at worst"),
    ]  # fmt: skip
    rows = []
    for name, data in found.items():
        reading = claims.reading(name)
        words = f"{name}: {reading.words}"
        if data.empty:
            none = {"datum": "no single one", "decides": "–", "left": "the whole range"}
            rows.append({"reading": words} | none)
        else:
            rows.append({"reading": words} | _datum_cells(next(data.itertuples()), reading))
    return Table("decisive", "What would decide each undecided reading", columns, rows, layout="cards")


def data_table(found: Mapping[str, pd.DataFrame], claims: ClaimsFile) -> Table:
    """Every single datum that would shrink the range of an undecided reading."""
    columns = [
        Column("datum", "Datum"), Column("decides", "Would settle it"),
        Column("left", "Left at worst"),
    ]  # fmt: skip
    rows = [
        Row(_datum_cells(datum, claims.reading(name)), group=f"{name}: {claims.reading(name).words}")
        for name, data in found.items()
        for datum in data.itertuples()
    ]
    return Table("data", "What each datum would leave of each reading", columns, rows, layout="compact")


def clashes_table(clashes: pd.DataFrame) -> Table:
    """The smallest sets of evidence that cannot all be true, where, and what they spoil."""
    columns = [
        Column("clash", "Cannot all be true"), Column("coverage", "Official totals"),
        Column("spoiled", "Specifications spoiled", "right"),
    ]  # fmt: skip
    rows = [
        Row(
            {"clash": row.clash, "coverage": row.coverage, "spoiled": count(row.specifications)},
            group=f"Goods: {row.goods}",
        )
        for row in clashes.sort_values(["goods", "coverage", "clash"]).itertuples()
    ]
    return Table(
        name="clashes",
        title="Contradictions: smallest sets of evidence that cannot all be true",
        columns=columns,
        rows=rows,
        note="A specification that believes several sets is counted under each.",
        layout="cards",
    )


def exclusions_table(exclusions: pd.DataFrame, specifications: int) -> Table:
    """The combinations left out, by rule, and what remains."""
    everything = exclusions["combinations"].sum() + specifications
    rows = [
        {"rule": "all combinations of the choices", "combinations": count(everything)},
        *(
            {"rule": f"left out: {row.words}", "combinations": f"−{count(row.combinations)}"}
            for row in exclusions.itertuples()
        ),
        {"rule": "specifications", "combinations": count(specifications)},
    ]
    columns = [Column("rule", "Rule"), Column("combinations", "Combinations", "right")]
    return Table("exclusions", "Which combinations are left out, and why", columns, rows)


def _datum_cells(datum, reading: Reading) -> dict[str, str]:
    left = "" if isnan(datum.left) else f" ({percent(datum.left, 0)} of the width before)"
    ends = "one value" if datum.hi - datum.lo < 1e-4 else range_words(reading.measure, datum.lo, datum.hi)
    return {"datum": datum.datum, "decides": _decides(datum), "left": f"{ends}{left}"}


def _decides(datum) -> str:
    if datum.tried == 1:
        return "yes, at the one value tried" if datum.decides else "no"
    return f"{count(datum.decides)} of {count(datum.tried)} values tried"


def _bar(axes: Axes, rates: Mapping[str, float], top: float) -> None:
    left = 0.0
    for state, (down, high) in BAR.items():
        boxes(axes, left, top + HEIGHT * down, rates[state], HEIGHT * high, COLOURS[state])
        left += rates[state]
    axes.plot([0, 1], [top + HEIGHT / 2] * 2, color=PALETTE["muted"], linewidth=0.4)


def _shares_words(rates: Mapping[str, float]) -> list[str]:
    present = sorted((s for s in IN_WORDS if rates[s]), key=lambda s: rates[s], reverse=True)
    return [f"{IN_WORDS[state]} {percent(rates[state])}" for state in present]


def _counts_table(
    name: str, title: str, shares: pd.DataFrame, titles: Mapping[str, str]
) -> Table:
    columns = [Column("claim", "Claim")]
    columns += [Column(state, words.capitalize(), "right") for state, words in IN_WORDS.items()]
    columns.append(Column("total", "Specifications", "right"))
    rows = [
        {"claim": f"{claim} {titles[claim]}"}
        | {key: count(counts[key]) for key in (*IN_WORDS, "total")}
        for claim, counts in shares.iterrows()
    ]
    return Table(name, title, columns, rows, layout="compact")


def _rate(rate: float, best: float) -> str:
    if isnan(rate):
        return "–"
    return f"{'▲ ' if rate == best and rate else ''}{percent(rate)}"

"""A study's verdicts at a glance, for the list of studies."""

from collections.abc import Mapping

from tradecheck.show.charts import PALETTE, draw
from tradecheck.show.exhibits import VERDICTS, Column, Figure, Table
from tradecheck.figures.parts import ranked_bars
from tradecheck.show.units import count


def verdict_bars(study: str, verdicts: Mapping[str, int]) -> Figure:
    """How many readings of a study reached each verdict."""
    total = sum(verdicts.values())
    labels = [VERDICTS[name].word for name in verdicts]

    def paint(figure, wide: bool) -> None:
        axes = figure.add_subplot()
        styles = [
            {"facecolor": PALETTE[name], "edgecolor": PALETTE[name]} for name in verdicts
        ]
        values = list(verdicts.values())
        ranked_bars(axes, labels, values, [count(v) for v in values], styles, reach=1.15 * total)

    wide, narrow = draw(f"verdicts-{study}", paint, heights=(1.9, 2.0))
    most = max(verdicts, key=verdicts.get)
    return Figure(
        name=f"verdicts-{study}",
        title=f"{count(verdicts[most])} of {count(total)} readings are {VERDICTS[most].word}",
        subtitle="Number of readings by verdict",
        source=f"the report of the study {study}",
        alt=(
            f"Bar chart of how many of the {count(total)} readings of the study {study} reached each "
            "verdict: "
            + ", ".join(f"{label} {count(v)}" for label, v in zip(labels, verdicts.values()))
            + "."
        ),
        wide=wide,
        narrow=narrow,
        data=Table(
            f"verdicts-{study}-data",
            "Readings by verdict",
            [Column("verdict", "Verdict"), Column("readings", "Readings", "right")],
            [{"verdict": VERDICTS[name].word, "readings": count(v)} for name, v in verdicts.items()],
        ),
    )

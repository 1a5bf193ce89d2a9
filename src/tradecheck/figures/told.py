"""The claim as it was told, month by month, over what is officially possible."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.figures.amounts import Amounts, first_upper, full_month, month_alone
from tradecheck.figures.sentences import alt_text, title_of
from tradecheck.figures.telling import Limits, Told, told_of
from tradecheck.figures.told_layout import drawing
from tradecheck.show.charts import draw
from tradecheck.show.exhibits import Column, Figure, Table
from tradecheck.show.prose import Prose, escape_markdown, period_name
from tradecheck.show.units import Unit

DOUBLE_ABOUT = 0.05  # a ratio this near to two is called double
TITLE_WORDS = 15


def as_told(
    panels: Sequence[tuple[str, pd.DataFrame]],
    limits: pd.DataFrame,
    unit: Unit,
    source: str | Prose,
    *,
    what: str = "exports",
    name: str = "told",
    title: str | None = None,
    subtitle: str | None = None,
    official: str = "official totals",
    notes: str | Prose = "",
    contents: str = "",
) -> Figure:
    """The story on its own scale, one panel for each understanding of it, and to the scale of what
    is possible.

    ``panels``: (words, table) with the columns month ("2024-04"), lo, hi, kind (said, implied,
    more_than, none) and, if wanted, words (a label of the month, shared by months in a row).
    ``limits``: month, lo, hi; a month without a row has no limit. ``official`` names, in the
    plural, where the limits come from. Raises a TradecheckError for months that differ between
    panels and for another kind.
    """
    stories = [told_of(words, table, unit) for words, table in panels]
    months = stories[0].months
    if any(story.months != months for story in stories):
        raise TradecheckError(
            "The understandings of the story speak of different months: give all the same."
        )
    held = limits.set_index("month").reindex(months)
    low, high = held["lo"].fillna(0.0).to_numpy(float), held["hi"].fillna(np.inf).to_numpy(float)
    bounds = Limits(low, high, Amounts.of(unit, [*low, *high, *[story.top for story in stories]]))
    plan = {wide: drawing(stories, bounds, official, wide) for wide in (True, False)}
    wide, narrow = draw(
        name,
        lambda figure, size: plan[size].paint(figure),
        (plan[True].height, plan[False].height),
    )
    period, per_month = period_name(months[0], months[-1]), f"{unit.label} a month"
    title = title or title_of(_title(stories[0], bounds, what, unit))
    untold = list(dict.fromkeys([*plan[True].untold, *plan[False].untold]))
    return Figure(
        name=name,
        title=title,
        subtitle=subtitle or f"{first_upper(what)} as reported, {period}",
        unit=per_month,
        source=source,
        alt=_alt(stories, bounds, official, period, per_month, title),
        wide=wide,
        narrow=narrow,
        data=_table(name, stories, bounds, per_month),
        grades=["reported", "bounded"] if bounds.known else ["reported"],
        notes=_notes(stories, bounds, official, untold, notes),
        extent=f"{len(months)} months",
        contents=contents,
    )


def _title(story: Told, bounds: Limits, what: str, unit: Unit) -> str:
    """What the story says, with the month: "As told, exports double in April; …"."""
    ending = "; no month is observed" if (bounds.lo < bounds.hi).all() else ""
    if rise := story.rise:
        one, other, ratio = rise
        verb = "double" if abs(ratio - 2) < DOUBLE_ABOUT else f"rise ×{ratio:,.1f}"
        return f"As told, {what} {verb} in {month_alone(story.months[other.first])}{ending}"
    said = [group for group in story.groups if group.kind == "said"]
    if not said:
        return f"The story as told gives no figure for a month of {what}"
    top = max(said, key=lambda group: group.hi)
    value = unit.between(top.lo, top.hi, max(map(story.places, (top.lo, top.hi))))
    words = f"As told, {what} reach {value} in {full_month(story.months[top.first])}{ending}"
    return words if len(words.split()) <= TITLE_WORDS else words.removesuffix(ending)


def _alt(
    stories: Sequence[Told], bounds: Limits, official: str, period: str, per_month: str, title: str
) -> str:
    sentences = [f"Bars of the reported story, {period}, {per_month}."]
    if bounds.known:
        sentences[0] += " Behind them what is possible, bounded by " + official + "."
    for story in stories:
        groups = (
            f"{month_alone(story.months[g.first])}"
            + (f" to {month_alone(story.months[g.last])}" if g.last > g.first else "")
            + f" {g.words}"
            for g in story.groups
        )
        head = f"{first_upper(story.words)}: " if story.words else ""
        sentences.append(f"{head}{'; '.join(groups)}.")
    if bounds.top:
        finite = bounds.hi[np.isfinite(bounds.hi)]
        low, high = bounds.amounts.bare(finite.min()), bounds.amounts.bare(finite.max())
        sentences.append(f"Upper limits: {low if low == high else f'{low} to {high}'}.")
    return alt_text(sentences, title)


def _notes(
    stories: Sequence[Told], bounds: Limits, official: str, untold: Sequence[str], more: str | Prose
) -> Prose:
    kinds = {kind for story in stories for kind in story.kinds}
    told = ["Outlined: reported by the story."]
    if "implied" in kinds:
        told.append("Dashed: only implied by it.")
    if "more_than" in kinds:
        told.append("Arrow: “more than”.")
    if bounds.known:
        told.append(f"Pale: what {official} allow for one month at a time.")
    told += untold
    told.append("Point at a month for its values.")
    return Prose(f"{escape_markdown(' '.join(told))} {more}".strip())


def _table(name: str, stories: Sequence[Told], bounds: Limits, per_month: str) -> Table:
    columns = [Column("month", "Month")]
    columns += [
        Column(f"story{n}", first_upper(story.words) or "As told")
        for n, story in enumerate(stories)
    ]
    columns.append(Column("limits", "Possible", "right"))
    rows = [
        {
            "month": full_month(month),
            **{f"story{n}": story.of_month(place) for n, story in enumerate(stories)},
            "limits": bounds.of_month(place),
        }
        for place, month in enumerate(stories[0].months)
    ]
    return Table(f"{name}-data", f"The story and what is possible, {per_month}", columns, rows)

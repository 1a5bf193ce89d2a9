"""The standard questions answered in one or two sentences, whatever is known of the months."""

import math

import pandas as pd

from tradecheck.figures.measured import Measured
from tradecheck.show.prose import (
    escape_markdown,
    listing,
    month_name,
    period_name,
    without_year,
)
from tradecheck.show.units import count
from tradecheck.study.study import Study
from tradecheck.verdicts.findings import DOUBLE, Finding

MOST_NAMED = 3
ROUNDING = 1e-9


def answer(words: Measured, own: pd.DataFrame, found: Finding) -> str:
    """Did it double, against which base; when did it peak, as far as is known.

    own: the months of one series (see `findings.months_table`).
    """
    study = words.study
    if nothing_yet(study):
        return "Nothing can be tested yet: this study names no data."
    if not (own["grade"] == "observed").any():
        return (
            f"We can't confirm or refute the months: none of these {study.flow} is observed, and "
            "what is known leaves too much open."
        )
    if (own["hi"] == 0).all():
        first, last = month_name(own["month"].iloc[0]), month_name(own["month"].iloc[-1])
        return f"There were no such {study.flow} in any month from {first} to {last}."
    if len(own) == 1:
        row = own.iloc[0]
        return (
            f"In {month_name(row['month'])} these {study.flow} were "
            f"{words.money.between(row['lo'], row['hi'])}. One month says nothing of a doubling or "
            "a peak."
        )
    return f"{doubling(study.flow, own, found)} {peak(own, found)}"


def nothing_yet(study: Study) -> bool:
    """Whether a study rests on no table of trade."""
    return not any(study.of_kind(kind) for kind in ("months", "totals", "second_currency"))


def needed(study: Study) -> str:
    """What a study without data needs, and how it comes in."""
    return (
        f"What it takes: {study.flow} from {escape_markdown(study.corridor)}, "
        f"{escape_markdown(study.goods_words)}, for each month from {month_name(study.shown[0])} "
        f"to {month_name(study.shown[-1])}. `tradecheck formats` lists the files that are read and "
        "where they are found; `tradecheck add FILE` takes one in, and its name under `evidence` "
        "in the study makes it count."
    )


def doubling(what: str, own: pd.DataFrame, found: Finding) -> str:
    """Whether a month after the base reached twice its mean. what: "exports"."""
    base, double = found.base, (DOUBLE * found.base.lo, DOUBLE * found.base.hi)
    named = period_name(base.first, base.last)
    after = own[own["month"] > base.last]
    if after.empty:
        return f"No month after the base, {named}, is shown, so nothing can have doubled."
    if base.hi == 0:
        return f"There were no {what} in {named} to measure a doubling on."
    if math.isinf(base.hi):
        return f"Whether {what} doubled is open: the mean of {named}, the base, is not known."
    reached = after["hi"] >= double[0] * (1 - ROUNDING)
    if found.first_double is None:
        if not reached.any():
            return f"No: no month reached twice the mean of {named}."
        perhaps = _months(after[reached])
        return f"No month surely reached twice the mean of {named}; {perhaps} may have."
    first, later = month_name(found.first_double), after[after["month"] >= found.first_double]
    over = later["lo"] > double[1] * (1 + ROUNDING)
    earlier = _months(after[reached & (after["month"] < found.first_double)])
    if earlier:
        before = f"{earlier} may have reached it before"
        return f"Yes: {first} surely reached twice the mean of {named}; {before}."
    if len(later) > 1 and (later["lo"] >= double[1] * (1 - ROUNDING)).all():
        words = "more than" if over.all() else "at least"
        return f"Yes: from {first} on, {what} were {words} twice the mean of {named}."
    words = "at more than" if over.iloc[0] else "to reach"
    return f"Yes: {first} was the first month {words} twice the mean of {named}."


def peak(own: pd.DataFrame, found: Finding) -> str:
    """Which month was the largest."""
    if found.peak is None:
        most = own["lo"].max()
        level = own[(own["hi"] - most).abs() <= ROUNDING * most]
        if len(level) > 1 and (own["hi"] <= most * (1 + ROUNDING)).all():
            return f"The highest value is shared by {_months(level)}."
        unknown = own[(own["grade"] != "observed") | own["hi"].map(math.isinf)]
        if len(unknown):
            have = "has no full figure" if len(unknown) == 1 else "have no full figure"
            return f"Which month was the peak is open: {_months(unknown)} {have}."
        return f"Which month was the peak is open: {_months(own[own['hi'] >= most], 'or')}."
    month = month_name(found.peak.month)
    if found.peak.month == own["month"].iloc[-1]:
        ahead = "as it is the last one, the peak may lie still ahead"
        return f"{month} was the highest month, and {ahead}."
    later = own[(own["status"] == "provisional") & (own["revision_hi"] > found.peak.lo)]
    later = later[later["month"] != found.peak.month]
    if len(later):
        passing = without_year(_months(later), found.peak.month)
        return f"{month} was the peak as published; {passing}, still provisional, may pass it."
    return f"{month} was the peak."


def _months(rows: pd.DataFrame, word: str = "and") -> str:
    """The months of some rows, or how many, if they are many."""
    if len(rows) > MOST_NAMED:
        return (
            f"{count(len(rows))} months" if word == "and" else f"any of {count(len(rows))} months"
        )
    return listing([month_name(month) for month in rows["month"]], word) if len(rows) else ""

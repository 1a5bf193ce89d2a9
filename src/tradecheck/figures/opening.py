"""How the main report opens: the question, the answer in two sentences, who said what."""

import math
from collections.abc import Sequence

import pandas as pd

from tradecheck.figures.claims import day_words, glance
from tradecheck.figures.measured import Measured
from tradecheck.show.exhibits import Answer
from tradecheck.show.prose import Prose, date_name, escape_markdown, listing, month_name, period_name
from tradecheck.show.units import count, unit_of
from tradecheck.study.cards import Card
from tradecheck.verdicts.claims import JudgedClaim
from tradecheck.verdicts.findings import DOUBLE, Finding
from tradecheck.verdicts.judge import Verdict

MOST_QUOTED = 2


def opening(
    words: Measured,
    months: pd.DataFrame,
    found: Finding,
    judged: Sequence[JudgedClaim],
    cards: Sequence[Card],
    status: str = "",
) -> Answer:
    """The opening of the main report, every sentence made from what was found.

    months: those of the first series (see `findings.months_table`); found: its standard answers;
    cards: of the tables that the evidence names.
    """
    study = words.study
    own = months[months["series"] == found.series]
    paragraphs = [numbers(words, own, found), said(words, judged)]
    return Answer(
        question=study.question,
        answer=Prose(answer(words, own, found)),
        paragraphs=[Prose(text) for text in paragraphs if text],
        meta=meta(words, own, cards),
        grade=_grade(own),
        glance=glance(judged),
        author=listing(study.authors) if study.authors else "",
        date=date_name(study.published) if study.published else "",
        status=status,
    )


def answer(words: Measured, own: pd.DataFrame, found: Finding) -> str:
    """One or two sentences: did it double, against which base; when did it peak, as far as is known."""
    what = words.study.flow
    if not (own["grade"] == "observed").any():
        return (
            f"We can't confirm or refute the months. No month of these {what} is observed here, and what is "
            "known leaves too much open."
        )
    if found.base is None or len(own) < 2:
        row = own[own["grade"] == "observed"].iloc[-1]
        return f"In {month_name(row['month'])} these {what} were {words.money.between(row['lo'], row['hi'])}."
    base = _base(found)
    return f"{_doubling(words, own, found, base)} {_peak(words, own, found)}"


def numbers(words: Measured, own: pd.DataFrame, found: Finding) -> str:
    """The numbers behind the answer."""
    by_month = own.set_index("month")
    what = f"{words.study.flow.capitalize()} from {words.study.corridor}"
    if found.first_double:
        first = by_month.loc[found.first_double]
        times = first["lo"] / found.base.hi
        text = (
            f"{what} were {words.money.between(first['lo'], first['hi'])} in "
            f"{month_name(found.first_double)}, **{_times(times)}** that mean"
        )
        if found.peak and found.peak.month != found.first_double:
            text += f", and {words.money.between(found.peak.lo, found.peak.hi)} in {month_name(found.peak.month)}"
        return f"{text}."
    if (own["grade"] == "observed").any() and found.peak and found.base:
        times = found.peak.lo / found.base.hi if found.base.hi else math.nan
        ratio = f", **{_times(times)}** the mean of {_base(found)}" if math.isfinite(times) else ""
        return (
            f"The highest month, {month_name(found.peak.month)}, saw "
            f"{words.money.between(found.peak.lo, found.peak.hi)}{ratio}."
        )
    limited = own[own["hi"].map(math.isfinite) & (own["grade"] == "bounded")]
    if limited.empty:
        return ""
    least, most = limited["hi"].min(), limited["hi"].max()
    span = period_name(limited["month"].iloc[0], limited["month"].iloc[-1])
    return (
        f"Official totals of longer periods leave each month of {span} open: it can be as low as "
        f"{words.money(limited['lo'].min(), 0)} and as high as {words.money.between(least, most)}, depending "
        "on the month. Not all months can be that high at once."
    )


def said(words: Measured, judged: Sequence[JudgedClaim]) -> str:
    """Who claimed what, and what became of the claims that fall out of line."""
    quoted = [one for one in judged if one.claim.quote and one.claim.said_by]
    if not quoted:
        return ""
    lead = quoted[0].claim
    same = [one for one in quoted if one.claim.said_by == lead.said_by][:MOST_QUOTED]
    quotes = listing([f"“{escape_markdown(one.claim.quote)}”" for one in same])
    when = f", {day_words(lead.date)}" if lead.date else ""
    text = f"{escape_markdown(lead.said_by)}{when}: {quotes}."
    split = [one for one in judged if one.also and one.verdict is Verdict.HOLDS]
    if split:
        other = split[0].also[0]
        text += (
            f" {split[0].claim.id} holds {split[0].main.reading.remark or 'as it stands'}; "
            f"{other.reading.remark or other.reading.words} it comes to "
            f"**{words.result(other.reading, other.outcome)}**."
        )
        return text
    failed = [one for one in judged if one.verdict is Verdict.FAILS]
    if failed:
        one = failed[0]
        found = words.result(one.main.reading, one.main.outcome)
        text += f" “{escape_markdown(one.claim.title)}” fails: {found}, where the claim needs {words.needs(one.main.reading)}."
        for other in one.also[:1]:
            told = other.reading.remark or other.reading.words
            text += f" It {_verb(other.outcome.verdict)} {told}: {words.result(other.reading, other.outcome)}."
    return text


def meta(words: Measured, own: pd.DataFrame, cards: Sequence[Card]) -> str:
    """Source, months, day of publication."""
    publishers = listing(list(dict.fromkeys(card.publisher for card in cards)))
    days = sorted({card.data_as_of for card in cards if card.data_as_of})
    released = f" · data as of {date_name(days[0])}" if days else ""
    if len(days) > 1:
        released += f" to {date_name(days[-1])}"
    span = period_name(own["month"].iloc[0], own["month"].iloc[-1])
    observed = int((own["grade"] == "observed").sum())
    if observed == len(own):
        known = "every month is"
    elif observed:
        known = f"{count(observed)} of {count(len(own))} months are"
    else:
        return f"{publishers} · {span}{released} · no month is observed"
    return f"{publishers} · {span}{released} · {known}"


def _grade(own: pd.DataFrame) -> str:
    return "observed" if (own["grade"] == "observed").any() else ""


def _doubling(words: Measured, own: pd.DataFrame, found: Finding, base: str) -> str:
    what = words.study.flow
    if found.first_double:
        after = own[own["month"] >= found.first_double]
        stays = (after["lo"] >= DOUBLE * found.base.hi).all()
        first = month_name(found.first_double)
        if stays and len(after) > 1:
            return f"Yes: from {first} on, {what} were more than twice the mean of {base}."
        return f"Yes: {first} was the first month at more than twice the mean of {base}."
    later = own[own["month"] > found.base.last]
    if later.empty:
        return f"No month after the base, {base}, is shown, so nothing can have doubled."
    if found.base.hi == 0:
        return f"There were no {what} in {base} to measure a doubling on."
    if (later["hi"] < DOUBLE * found.base.lo).all():
        return f"No: no month reached twice the mean of {base}."
    return f"No month is known to have reached twice the mean of {base}, but not every month is known."


def _peak(words: Measured, own: pd.DataFrame, found: Finding) -> str:
    if found.peak is None:
        missing = int((own["grade"] != "observed").sum())
        if missing:
            return f"Which month was the peak is open: {count(missing)} months have no figure."
        return "Which month was the peak is open."
    peak = month_name(found.peak.month)
    if found.peak.month == own["month"].iloc[-1]:
        return f"{peak} was the highest month, and as it is the last one, the peak may lie still ahead."
    open_months = own[(own["status"] == "provisional") & (own["revision_hi"] > found.peak.lo)]
    if len(open_months):
        later = listing([month_name(month) for month in open_months["month"]])
        return f"{peak} was the peak as published; {later}, still provisional, may pass it."
    return f"{peak} was the peak."


def _verb(verdict: Verdict) -> str:
    return {"holds": "holds", "fails": "fails"}.get(verdict, "is open")


def _base(found: Finding) -> str:
    return period_name(found.base.first, found.base.last)


def _times(times: float) -> str:
    return f"{unit_of('ratio').bare(times, 2)} times"

"""How the main report opens: the question, the answer in two sentences, who said what."""

import math
from collections.abc import Sequence

import pandas as pd

from tradecheck.figures.claims import day_words, glance
from tradecheck.figures.doubling import answer, needed, nothing_yet
from tradecheck.figures.measured import Measured
from tradecheck.figures.settle import in_short
from tradecheck.show.exhibits import Answer
from tradecheck.show.prose import (
    Prose,
    date_name,
    escape_markdown,
    listing,
    month_name,
    period_name,
    without_year,
)
from tradecheck.show.units import count, unit_of
from tradecheck.study.cards import NOT_STATED, Card
from tradecheck.study.claims import Claim
from tradecheck.verdicts.claims import JudgedClaim
from tradecheck.verdicts.findings import Finding
from tradecheck.verdicts.judge import Verdict

MOST_QUOTED = 2
OWN = "page"  # what a claim's link leads to, where it is no copy


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
    paragraphs = [
        _joined(
            numbers(words, own, found),
            other_peak(words, judged),
            in_short(words, months, found, judged),
        ),
        said(words, judged),
    ]
    return Answer(
        question=study.asked,
        answer=Prose(answer(words, own, found)),
        paragraphs=[Prose(text) for text in paragraphs if text],
        meta=meta(words, own, cards),
        grade=_grade(own),
        glance=glance(judged),
        author=listing(study.authors) if study.authors else "",
        date=date_name(study.published) if study.published else "",
        status=status,
    )


def numbers(words: Measured, own: pd.DataFrame, found: Finding) -> str:
    """The numbers behind the answer."""
    if nothing_yet(words.study):
        return needed(words.study)
    by_month = own.set_index("month")
    what = f"{words.study.flow.capitalize()} from {words.study.corridor}"
    if found.first_double:
        first = by_month.loc[found.first_double]
        times = first["lo"] / found.base.hi
        text = (
            f"{what} were {words.money.between(first['lo'], first['hi'])} in "
            f"{month_name(found.first_double)}, **{_least(first, found)}{_times(times)}** that mean"
        )
        if found.peak and found.peak.month != found.first_double:
            when = without_year(month_name(found.peak.month), found.first_double)
            text += f", and {words.money.between(found.peak.lo, found.peak.hi)} in {when}"
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
    months = f"month of {span}"
    if (own["grade"] == "observed").any():
        months = f"of the other {count(len(limited))} months"
    return (
        f"Official totals leave each {months} open: as low as "
        f"{words.money(limited['lo'].min(), 0)}, as high as {words.money.between(least, most)}, depending "
        "on the month, and not all at once."
    )


def other_peak(words: Measured, judged: Sequence[JudgedClaim]) -> str:
    """Where another honest count gives another peak for sure: which, and counted how."""
    for one in judged:
        if one.main.reading.measure is None or one.main.reading.measure.kind != "peak":
            continue
        for other in one.also:
            if other.outcome.verdict is Verdict.FAILS and len(other.outcome.months) == 1:
                told = other.reading.remark or other.reading.words
                return f"{told[0].upper()}{told[1:]}, the peak is {words.months(other.outcome.months)}."
    return ""


def said(words: Measured, judged: Sequence[JudgedClaim]) -> str:
    """Who claimed what, and what became of the claims that fall out of line."""
    quoted = [one for one in judged if one.claim.quote and one.claim.said_by]
    if not quoted:
        return ""
    lead = quoted[0].claim
    same = [one for one in quoted if one.claim.said_by == lead.said_by][:MOST_QUOTED]
    quotes = listing([f"“{escape_markdown(one.claim.quote)}”" for one in same])
    when = f", {day_words(lead.date)}" if lead.date else ""
    text = f"{_source(lead)}{when}{_copy(lead)}: {quotes}."
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
        text += f" “{escape_markdown(one.claim.title)}” fails: {found}; it needs {words.needs(one.main.reading)}."
        for other in one.also[:1]:
            told = other.reading.remark or other.reading.words
            text += f" It {_verb(other.outcome.verdict)} {told}: {words.result(other.reading, other.outcome)}."
    return text


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _source(claim: Claim) -> str:
    """Who said it, as a link to where."""
    name = escape_markdown(claim.said_by)
    return f"[{name}]({claim.address})" if claim.address and claim.address_words == OWN else name


def _copy(claim: Claim) -> str:
    """The link to what was read, where that is a copy of some kind."""
    if not claim.address or claim.address_words == OWN:
        return ""
    return f" ([{escape_markdown(claim.address_words)}]({claim.address}))"


def meta(words: Measured, own: pd.DataFrame, cards: Sequence[Card]) -> str:
    """Source, months, day of publication."""
    publishers = list(dict.fromkeys(_publisher(card) for card in cards))
    days = sorted({card.data_as_of for card in cards if card.data_as_of})
    ends = [date_name(day) for day in dict.fromkeys([*days[:1], *days[-1:]])]
    released = [f"data as of {listing(ends, 'to')}"] if ends else []
    observed = int((own["grade"] == "observed").sum())
    if observed == len(own):
        known = "every month is"
    elif observed:
        known = f"{count(observed)} of {count(len(own))} months are"
    else:
        known = "no month is observed"
    span = period_name(own["month"].iloc[0], own["month"].iloc[-1])
    return " · ".join([*([listing(publishers)] if publishers else []), span, *released, known])


def _publisher(card: Card) -> str:
    return f"publisher {NOT_STATED}" if card.publisher == NOT_STATED else card.publisher


def _grade(own: pd.DataFrame) -> str:
    return "observed" if (own["grade"] == "observed").any() else ""


def _verb(verdict: Verdict) -> str:
    return {"holds": "holds", "fails": "fails"}.get(verdict, "is open")


def _base(found: Finding) -> str:
    return period_name(found.base.first, found.base.last)


def _least(first: pd.Series, found: Finding) -> str:
    exact = first["lo"] == first["hi"] and found.base.lo == found.base.hi
    return "" if exact else "at least "


def _times(times: float) -> str:
    return f"{unit_of('ratio').bare(times, 2)} times"

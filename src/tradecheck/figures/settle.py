"""What would settle the open claims, in words: the one figure to look up, and the rest."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tradecheck.figures.amounts import period_label
from tradecheck.figures.measured import Measured
from tradecheck.show.prose import Prose, escape_markdown, listing, month_name, period_name
from tradecheck.show.units import percent
from tradecheck.verdicts.claims import JudgedClaim
from tradecheck.verdicts.findings import Finding
from tradecheck.verdicts.judge import Verdict
from tradecheck.verdicts.settling import Ceiling, ceilings, final_months

HEADING = "What would settle it"
ANCHOR = "what-would-settle-it"


def what_would_settle(
    words: Measured, months: pd.DataFrame, found: Sequence[Finding], judged: Sequence[JudgedClaim]
) -> list[Any]:
    """The section, or nothing where no claim is open and no month provisional."""
    own = months[months["series"] == found[0].series]
    told = [
        _final(row.month, row.rise, found[0]) for row in final_months(found[0], own).itertuples()
    ]
    told += [_ceiling(one, words) for one in ceilings(words.judge)]
    undecided = [one for one in judged if one.verdict is Verdict.UNDECIDED and one.claim.decided_by]
    if undecided:
        ids = listing([one.claim.id for one in undecided])
        told.append(f"For {ids}, what would decide stands beside each claim above.")
    return [Prose(f"## {HEADING}"), *map(Prose, told)] if told else []


def in_short(
    words: Measured, months: pd.DataFrame, found: Finding, judged: Sequence[JudgedClaim]
) -> str:
    """The same as one sentence that leads to the section; empty where there is none."""
    own = months[months["series"] == found.series]
    named = [
        f"the final figure for {month_name(month)}" for month in final_months(found, own)["month"]
    ]
    named += [f"an upper limit for {period_label(*one.period)}" for one in ceilings(words.judge)]
    if any(one.verdict is Verdict.UNDECIDED and one.claim.decided_by for one in judged):
        observed = (own["grade"] == "observed").any()
        named.insert(0, "the figures beside each open claim" if observed else "monthly figures")
    return f"To settle it: [{listing(named, 'or')}](#{ANCHOR})." if named else ""


def _final(month: str, rise: float, found: Finding) -> str:
    peak = month_name(found.peak.month)
    return (
        f"**The final figure for {month_name(month)}.** {peak} stays the peak unless it rises by more than "
        f"{percent(rise)}."
    )


def _ceiling(one: Ceiling, words: Measured) -> str:
    reading = one.reading
    span = period_name(*one.period)
    goods = escape_markdown(words.study.goods_name)
    text = (
        f"**An upper limit for {span}**, of which only a floor is known. If the {goods} of that time came to "
        f"less than {words.money(one.limit)}, {reading.claim} {_verb(one.verdict)}, read as "
        f"{escape_markdown(reading.words)}"
    )
    if one.believing:
        text += f", if {listing(_believed(one, words))} {'is' if len(one.believing) == 1 else 'are'} true"
    return f"{text}."


def _believed(one: Ceiling, words: Measured) -> list[str]:
    """What is believed: another claim by its name on the page, a reported figure by its words."""
    readings, reported = words.evidence.claims.readings, words.evidence.claims.reported
    told = {figure.id: figure.words for figure in reported}
    return [
        readings[name].claim if name in readings else escape_markdown(told[name])
        for name in one.believing
    ]


def _verb(verdict: Verdict) -> str:
    return "would hold" if verdict is Verdict.HOLDS else "would fail"

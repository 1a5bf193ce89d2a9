"""The sections of the main report, each for any study: exhibits, or none where it has nothing to say."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.sources.lists import goods_list
from tradecheck.figures import movers, multiples, told, years
from tradecheck.figures.base_rate import base_rate_words
from tradecheck.figures.held import held_totals, held_words
from tradecheck.figures.measured import Measured
from tradecheck.figures.months import lead
from tradecheck.figures.moved import Moved, by_chapter, moved
from tradecheck.show.prose import Prose, escape_markdown, listing, period_name
from tradecheck.show.units import percent
from tradecheck.study.beliefs import Scenario, Told
from tradecheck.study.cards import Card
from tradecheck.study.periods import month_range
from tradecheck.study.project import Project
from tradecheck.study.sides import by_figures
from tradecheck.study.study import SeriesSpec
from tradecheck.verdicts.findings import Finding, quantity


def basis(cards: Mapping[str, Card]) -> Prose:
    """The publishers of a figure, each with its link."""
    return _links(_publishers(cards))


def _publishers(cards: Mapping[str, Card]) -> list[tuple[str, str]]:
    named: dict[str, str] = {}
    for card in cards.values():
        if card.grade != "definition":
            named.setdefault(card.publisher.split(",")[0], card.address)
    return list(named.items())


def _links(named: Sequence[tuple[str, str]]) -> Prose:
    words = [
        f"[{escape_markdown(name)}]({address})"
        if address.startswith("https://")
        else escape_markdown(name)
        for name, address in named
    ]
    return Prose(listing(words) if words else "no source yet")


def lead_chart(
    words: Measured, months: pd.DataFrame, found: Sequence[Finding], cards: Mapping[str, Card]
) -> Any:
    """The chart under the answer: the months observed, with the first group of goods beside them;
    where none is observed and the claims file says it by month, the story as told."""
    pictures = [one for one in words.evidence.claims.scenarios if one.told]
    own = months[months["series"] == found[0].series]
    if pictures and not (own["grade"] == "observed").any():
        return as_told(words, own, pictures, cards)
    second = like_for_like(words.evidence, months)
    sides = words.evidence.sides
    return lead(
        months,
        found[0],
        words.money,
        basis(trade_cards(words.evidence, cards)),
        what=words.study.flow,
        subtitle=f"{words.study.flow.capitalize()} of {words.study.goods_words}, {words.study.corridor}, "
        f"{period_name(words.study.shown[0], words.study.shown[-1])}"
        f"{', ' + by_figures(sides.own) if sides.two else ''}",
        second=second,
        second_name=_group(second),
        revision_words="as seen so far",
        notes=base_rate_words(words.evidence, found[0]),
        contents="The months",
    )


def as_told(
    words: Measured, own: pd.DataFrame, pictures: Sequence[Scenario], cards: Mapping[str, Card]
) -> Any:
    """The story by month under each understanding, over what is possible."""
    held = sorted({month for one in pictures for month in one.told})
    span = month_range(held[0], held[-1])
    story = words.evidence.claims.story
    who = [(story.publisher, story.address)] if story and story.publisher else []
    return told.as_told(
        [(one.words, _by_month(one.told, span)) for one in pictures],
        own[own["grade"] != "none"][["month", "lo", "hi"]],
        words.money,
        _links([*who, *_publishers(trade_cards(words.evidence, cards))]),
        what=words.study.flow,
        contents="The story",
    )


def _by_month(said: Mapping[str, Told], span: Sequence[str]) -> pd.DataFrame:
    rows = []
    for month in span:
        one = said.get(month)
        kind = next(
            (k for k in ("said", "more_than", "implied") if one and getattr(one, k) is not None),
            "none",
        )
        value = getattr(one, kind) if kind != "none" else math.nan
        label = (one and one.words) or ""
        rows.append((month, value, math.inf if kind == "more_than" else value, kind, label))
    return pd.DataFrame(rows, columns=["month", "lo", "hi", "kind", "words"])


def like_for_like(evidence: Evidence, months: pd.DataFrame) -> str | None:
    """The first series of a group of goods inside the study's own, if it is observed."""
    goods, study = evidence.corridor.goods, evidence.study
    own = goods.parts(study.goods_name)
    for group in study.groups.goods:
        series = f"{study.corridor}, {group}"
        rows = months[months["series"] == series]
        if group in goods and goods.parts(group) < own and (rows["grade"] == "observed").all():
            return series
    return None


def trade_cards(evidence: Evidence, cards: Mapping[str, Card]) -> dict[str, Card]:
    """The cards of the tables that the study's own months come from; of its totals, where none do."""
    known, scope = evidence.known(), evidence.taken().scope
    cells = (
        cell
        for month in evidence.study.shown
        for cell in scope.cells(quantity(SeriesSpec(), [month]), month)
    )
    used = {name for cell in cells for name in known.sources.get(cell, ())}
    names = [entry.totals for entry in evidence.study.of_kind("totals")]
    return {name: cards[name] for name in cards if name in (used or names)}


def behind(
    project: Project,
    words: Measured,
    months: pd.DataFrame,
    found: Sequence[Finding],
    cards: Mapping[str, Card],
) -> list[Any]:
    """What stands behind the answer: goods and partners that moved the sum, where codes are observed."""
    evidence, study = words.evidence, words.study
    source, names = basis(trade_cards(evidence, cards)), heading_names(project, evidence)
    shown: list[Any] = []
    change = moved(evidence, names)
    if change is not None and len(change.table) > 1:
        shown += [
            moved_words(change, words, names),
            movers.moved(
                change.table,
                words.money,
                source,
                before=change.before,
                after=change.after,
                what=study.flow,
            ),
        ]
    for axis, members in (
        ("partner", study.members("partner")),
        ("reporter", study.members("reporter")),
    ):
        ours = [one for one in found if one.series in members]
        observed = months[months["series"].isin(members)]
        if ours and (observed["grade"] == "observed").all():
            ours.sort(key=lambda one: (-one.total[0], one.series))
            shown.append(
                multiples.by_member(
                    months, ours, words.money, source, what=study.flow, members=f"{axis}s",
                    name=f"by-{axis}",
                )
            )  # fmt: skip
    if shown:
        return [Prose("## What moved it"), *shown]
    held = held_totals(words)
    if held is None:
        return []
    chart = years.totals(
        held.table, words.money, source, what=study.flow, picked=held.picked, periods=held.periods,
        subtitle=f"{study.corridor}, {study.goods_words}", half=False,
    )  # fmt: skip
    return [Prose("## What is known"), held_words(held, words), chart]


def heading_names(project: Project, evidence: Evidence) -> dict[str, str]:
    """Names of customs headings and chapters by code, from the study's table of them."""
    table = evidence.study.tables.get("heading names")
    if not table:
        return {}
    rows = goods_list(project, table)
    name = next(column for column in rows.columns if column != "code")
    return dict(zip(rows["code"], rows[name], strict=True))


def moved_words(found: Moved, words: Measured, names: Mapping[str, str]) -> Prose:
    """What moved the sum, in two sentences: the chapter with most of it, and what is new."""
    chapters = by_chapter(found, names)
    first = chapters.iloc[0]
    span = f"{period_name(*found.after)} against {period_name(*found.before)}"
    text = f"{span}: {words.money.signed(found.change)}."
    if found.change > 0 and first["change"] > 0:
        old = (
            f", and {percent(first['share_old'], 0)} without the new codes" if found.new > 0 else ""
        )
        text += f" {escape_markdown(first['name'])} made up {percent(first['share'], 0)} of the rise{old}."
    if found.new > 0:
        text += (
            f" Of the later sum {words.money(found.new)} stands in customs codes that have no figure in the "
            "earlier months."
        )
    return Prose(text)


def _group(series: str | None) -> str:
    return series.partition(", ")[2] if series else ""

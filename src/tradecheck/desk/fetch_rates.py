"""The exchange rates that a study needs, fetched: a raw table for each pair of currencies."""

import csv
import hashlib
import io
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from tradecheck.data.clean import list_reader
from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.ecb import EURO, SPOT, Ecb, Rate, crossed
from tradecheck.data.fetch.kept import FOLDER, Kept
from tradecheck.data.fetch.line import Line
from tradecheck.data.fetch.plan import plan
from tradecheck.data.fetch.states import Ended
from tradecheck.data.sources.base import RawFile
from tradecheck.data.sources.lists import RATES
from tradecheck.desk import card_file
from tradecheck.desk.described import describe
from tradecheck.desk.fetched import Desk, ask, gaps
from tradecheck.study.cards import NOT_STATED, load_card
from tradecheck.study.claims import ClaimsFile, read_claims
from tradecheck.study.evidence import FETCHED, rates_name
from tradecheck.study.names import names_of, quantities
from tradecheck.study.periods import following, month_range, parse_months
from tradecheck.study.project import Project
from tradecheck.study.study import Study, load_study

LAG = 3  # months: the largest lag that a study may give customs rates


class Pair(NamedTuple):
    """Units of one currency per unit of another."""

    into: str
    per: str


def fetch_rates(desk: Desk, written: Study, only_plan: bool) -> list[str]:
    """Fetch the rates of one study; the sentences that come back say what failed.

    They are needed where months that are held are not in the report's currency, where claims name
    another, and where the study says `rates: fetched`.
    """
    project, claims = desk.project, read_claims(desk.project, written.name)
    study = load_study(project, written.name)
    pairs = _needed(project, written, study, claims)
    if not pairs:
        return []
    service, table = Ecb(), f"{study.name}.ecb"
    asked = Asked(
        study=study.name,
        flow="rates",
        reporters=tuple(sorted({one for pair in pairs for one in pair} - {EURO})),
        partners=(EURO,),
        codes=(SPOT,),
        months=_months(project, study, claims),
    )
    if only_plan:
        for line in plan(service, asked, Kept(project.raw, service.name), desk.clock).lines():
            desk.tell(line)
        return []
    failed = ask(desk, service, asked, table, partial(_write, project, study.name, pairs), str)
    named = {entry.currency for entry in written.of_kind("rates") if entry.rates == FETCHED}
    for into in sorted({pair.into for pair in pairs} - named):
        if not any(entry.rates == FETCHED for entry in written.of_kind("second_currency")):
            desk.tell(
                "To use the rates, write under evidence in "
                f"notebooks/studies/{study.name}/study.yaml: - {{rates: {FETCHED}, currency: {into}}}"
            )
    return failed


def _needed(project: Project, written: Study, study: Study, claims: ClaimsFile) -> list[Pair]:
    """The pairs that turn what is held into what is asked, without those that the study has."""
    tables = [entry.raw_names()[0] for entry in study.of_kind("months")]
    totals = [entry.raw_names()[0] for entry in study.of_kind("totals")]
    months, all_ = (_currencies(project, held) for held in (tables, tables + totals))
    own = study.unit.currency if study.unit else all_.pop() if len(all_) == 1 else ""
    if not own:
        return []
    wanted = [Pair(own, other) for other in sorted(months - {own})]
    turned = {held for quantity in quantities(claims) if (held := quantity.currency)}
    for entry in (*written.of_kind("rates"), *written.of_kind("second_currency")):
        turned |= {entry.currency} if entry.rates == FETCHED else set()
    wanted += [Pair(other, own) for other in sorted(turned - {own})]
    given = {
        Pair(entry.currency, load_card(project, entry.rates).per or own)
        for entry in written.of_kind("rates")
        if entry.rates != FETCHED
    }
    return [pair for pair in wanted if pair not in given]


def _currencies(project: Project, tables: list[str]) -> set[str]:
    """The currencies of tables that each hold a single one."""
    cards = (load_card(project, name) for name in tables)
    return {card.holds.currency for card in cards if card.holds} - {"mixed", NOT_STATED}


def _months(project: Project, study: Study, claims: ClaimsFile) -> tuple[str, ...]:
    """From the first month that the study names to the last, with those of totals and their lag."""
    months = set(names_of(study, claims, list_reader(project)).months)
    for entry in study.of_kind("totals"):
        card = load_card(project, entry.totals)
        months.update(parse_months(card.holds.months) if card.holds else ())
    first = following(min(months), -LAG) if study.of_kind("totals") else min(months)
    return tuple(month_range(first, max(months)))


def _write(project: Project, study: str, pairs: list[Pair], ended: Ended, line: Line) -> None:
    rows = {(row.reporter, row.month): row for row, _ in ended.rows}  # the last release of each
    days = sorted({release.day for _, release in ended.rows})
    told = [line.hidden(text) for text in gaps(ended, str)]
    for pair in pairs:
        if rates := list(crossed(*pair, rows, ended.asked.months)):
            known = [text for text in told if text[:3] in pair]
            _write_pair(project, rates_name(study, *pair), pair, rates, known, days)


def _write_pair(
    project: Project, name: str, pair: Pair, rates: list[Rate], known: list[str], days: list[str]
) -> None:
    content = _content(rates)
    file = f"{name}.csv"
    raw = RawFile(name, project.raw / file, content, f"data/raw/{file}")
    flags = {
        "publisher": Ecb.title,
        "title": f"Euro foreign exchange reference rates, {pair.into} per {pair.per} by month",
        "terms": Ecb.terms
        + " The monthly cross rates are computed from the published daily rates.",
        "currency": pair.into,
        "per": pair.per,
    }
    fields = describe(raw, RATES, flags).fields | {
        "address": Ecb.home,
        "retrieved": f"by tradecheck fetch; {days[0]} to {days[-1]}",
        "file": file,
        "format": RATES.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "known_errors": known,
        "how_made": (
            f"For each day the rate of the euro in {pair.into} divided by that in {pair.per}; then "
            "mean, lowest and highest of the month's days. These are market rates, not those of a "
            f"customs service. The answers as received lie in data/raw/{FOLDER}/{Ecb.name}."
        ),
        "columns": {
            "mean": "mean of the days", "low": "lowest day", "high": "highest day",
            "days": "number of days with a rate",
        },
    }  # fmt: skip
    card_file.put(project, name, raw, fields)


def _content(rates: list[Rate]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Rate._fields)
    writer.writerows(_line(rate) for rate in rates)
    return text.getvalue().encode()


def _line(rate: Rate) -> Iterator[str]:
    yield rate.month
    yield from (f"{value:.8g}" for value in (rate.mean, rate.low, rate.high))
    yield str(rate.days)

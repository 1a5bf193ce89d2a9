"""The tables that a study rests on: the report's currency, and whether a row of each can count."""

from collections.abc import Collection

from tradecheck.data.tables import Tables
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import NOT_STATED
from tradecheck.study.study import Study

MILLION = 1_000_000


def report_unit(study: Study, tables: Tables) -> tuple[str, int]:
    """The currency and scale of the report: the study's, else the data's own in millions.

    Raises a TradecheckError where the data hold several currencies and the study names none.
    """
    if study.unit:
        return study.unit.currency, study.unit.scale
    found: set[str] = set()
    entries = study.of_kind("months") + study.of_kind("totals")
    own = [entry for entry in entries if entry.raw_names()[0] not in tables.mirrors]
    for entry in own or entries:
        name = entry.raw_names()[0]
        held = _currencies(tables, name)
        if len(held) > 1:
            raise TradecheckError(
                f"data/raw/{name} holds values in {_listed(held)}: say in which the report is "
                "(unit: {currency: …})."
            )
        found |= held
    if len(found) > 1:
        raise TradecheckError(
            f"The study {study.name} rests on tables in {_listed(found)}: say in which the report "
            "is (unit: {currency: …})."
        )
    return (found.pop() if found else NOT_STATED), MILLION


def check_entries(study: Study, tables: Tables, currency: str) -> None:
    """Raises a TradecheckError for a table of which no row can count: months named under totals or
    the reverse, or values in another currency than the report's; and for rates of another pair. A
    mirror without rates stands beside the months, and is not compared."""
    flows = tables.flows
    monthly = flows["period_start"] == flows["period_end"]
    for kind, other, fits in (("months", "totals", monthly), ("totals", "months", ~monthly)):
        for entry in study.of_kind(kind):
            name = entry.raw_names()[0]
            own = flows["source"] == name
            if own.any() and not fits[own].any():
                held = "a single month" if kind == "totals" else "a longer period"
                raise TradecheckError(
                    f"The study {study.name} names data/raw/{name} under {kind}, and each of its "
                    f"rows is of {held}; name it under {other}."
                )
            found = _currencies(tables, name)
            if found and currency not in found and name not in tables.mirrors:
                raise TradecheckError(_other_currency(name, found, currency, kind))
    for entry in study.of_kind("rates"):
        card = tables.cards[entry.rates]
        if (
            card.currency
            and card.per
            and (card.currency != entry.currency or currency not in (card.currency, card.per))
        ):
            raise TradecheckError(
                f"data/raw/{entry.rates} counts {card.currency} per {card.per}; rates that turn "
                f"values into {entry.currency} in a report in {currency} are needed: tradecheck "
                f"fetch {study.name} brings them for evidence rates: fetched."
            )


def _other_currency(name: str, held: Collection[str], currency: str, kind: str) -> str:
    if held == {NOT_STATED}:
        return (
            f"The report is in {currency}, and data/raw/{name} does not state its currency; say "
            f"it: tradecheck add --renew {name} --currency {currency}."
        )
    remedy = "or leave the table out"
    if kind == "months":
        remedy = (
            f"leave the table out, or write {{rates: fetched, currency: {currency}}} under evidence "
            "and run tradecheck fetch"
        )
    return (
        f"The report is in {currency}, and data/raw/{name} is in {_listed(held)}; name its "
        f"currency under unit in study.yaml, {remedy}."
    )


def _currencies(tables: Tables, name: str) -> set[str]:
    return set(tables.flows.loc[tables.flows["source"] == name, "currency"]) - {""}


def _listed(held: Collection[str]) -> str:
    return " and ".join(sorted(held))

"""The European Central Bank's reference rates, by SDMX-CSV: the monthly averages say which months
are out, the daily rates make the table, since a mean of cross rates needs each day's.

A reporter is a currency here, its partner the euro, its only code the spot rate.
"""

import csv
import io
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from tradecheck.data.fetch.asked import Asked
from tradecheck.data.fetch.line import Answer, Line, Trouble
from tradecheck.data.fetch.service import Block, Calendar, Limits, Release, Row, Service

EURO, CONTROL, SPOT = "EUR", "USD", "SP00.A"
COLUMNS = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX", "TIME_PERIOD")
PATH = "/service/data/EXR"
LEAST_DAYS = 10  # about half a month's: fewer are not its mean
APART = 1e-3  # by how much the mean of the days may differ from the bank's own


class Rate(NamedTuple):
    """A month's rate of one currency in another: mean, lowest, highest, and days that have one."""

    month: str
    mean: float
    low: float
    high: float
    days: int


class Ecb(Service):
    name = "ecb"
    title = "European Central Bank"
    home = "https://data-api.ecb.europa.eu"
    format = "rates"
    terms = "Reuse is free if the source is named and the figures are not changed."
    committed = True
    vintage = "The bank's rates are not revised"
    withheld = f"the bank gave a rate for fewer than {LEAST_DAYS} of its days"

    def cannot(self, asked: Asked) -> str:
        return "" if asked.reporters else "the euro needs no rate"

    def narrowed(self, asked: Asked) -> Asked:
        return asked

    def calendar_calls(self, asked: Asked) -> int:
        return 1

    def calendar(self, line: Line, asked: Asked) -> Calendar:
        """Months with an average. The dollar, always asked for, tells a month that is not out from
        one in which a currency had no rate."""
        first = f"{int(asked.months[0][:4]) - 1}{asked.months[0][4:]}"  # so that some are out
        answer = self._get(line, "M", asked.reporters, first, asked.months[-1])
        means: dict[str, dict[str, str]] = {}
        for entry in _entries(answer.body, "M", {*asked.reporters, CONTROL}):
            months = means.setdefault(entry["CURRENCY"], {})
            if entry["TIME_PERIOD"] in months:
                raise Trouble("it gave a month twice")
            months[entry["TIME_PERIOD"]] = entry["OBS_VALUE"]
        control = means.get(CONTROL, {})
        if not control:
            raise Trouble("it gave no rate of the dollar, so nothing is known of others")
        found = Calendar()
        for currency in asked.reporters:
            held = means.get(currency, {})
            found.out[currency] = {
                month: Release(answer.day, held[month]) for month in asked.months if month in held
            }
            found.last[currency] = f"{max(control)} is the last month of which the bank gives rates"
            for month in asked.months:
                if month in control and month not in held:
                    found.never[currency, month] = _silent(currency, held)
        return found

    def limits(self, asked: Asked) -> Limits:
        return Limits(reporters=30, months=12, codes=1, cells=10_000)

    def ask(self, line: Line, block: Block) -> Answer:
        return self._get(line, "D", block.reporters, min(block.months), max(block.months))

    def _get(
        self, line: Line, often: str, currencies: Iterable[str], first: str, last: str
    ) -> Answer:
        if often == "D":
            year, month = map(int, last.split("-"))
            first, last = f"{first}-01", f"{last}-{monthrange(year, month)[1]:02d}"
        key = f"{often}.{'+'.join(sorted({*currencies, CONTROL}))}.{EURO}.{SPOT}"
        query = {"startPeriod": first, "endPeriod": last, "format": "csvdata"}
        try:
            return line.get(f"{self.base}{PATH}/{key}", query, "csv")
        except Trouble as trouble:
            if trouble.status == 404:  # the dollar always has rates
                raise Trouble("it does not find its own rates, as in an outage", 404) from None
            raise

    def columns(self) -> Sequence[str]:
        return Rate._fields

    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        """One row a currency and month, with its days; its value is missing where they are few."""
        days: dict[tuple[str, str], dict[str, str]] = {}
        for entry in _entries(body, "D", {*block.reporters, CONTROL}):
            day, text = entry["TIME_PERIOD"], entry["OBS_VALUE"]
            if not min(block.months) <= day[:7] <= max(block.months):
                raise Trouble("it answered what was not asked")
            held = days.setdefault((entry["CURRENCY"], day[:7]), {})
            if day in held:
                raise Trouble("it gave a figure twice")
            if text and entry.get("OBS_CONF", "F") in ("F", ""):
                held[day] = text
        for currency in block.reporters:
            for month in block.months:
                told = days.get((currency, month), {})
                mean = fmean(map(float, told.values())) if len(told) >= LEAST_DAYS else None
                raw = tuple(f"{day}={told[day]}" for day in sorted(told))
                yield Row(currency, EURO, SPOT, month, mean, raw)

    def wrong(self, rows: Iterable[Row], release: Release) -> str:
        for row in rows:
            if row.value and release.stamp and abs(row.value / float(release.stamp) - 1) > APART:
                return "its daily rates do not average to its monthly one"
        return ""


def crossed(
    into: str, per: str, rows: Mapping[tuple[str, str], Row], months: Iterable[str]
) -> Iterator[Rate]:
    """Units of one currency per unit of another, by month: the quotient of both rates of the euro,
    day by day. rows: by currency and month. Months that one of them lacks are left out."""
    for month in months:
        held = {one: _daily(rows.get((one, month))) for one in (into, per) if one != EURO}
        days = sorted(set.intersection(*map(set, held.values())))
        rates = [
            (held[into][day] if into in held else 1.0) / (held[per][day] if per in held else 1.0)
            for day in days
        ]
        if len(rates) >= LEAST_DAYS:
            yield Rate(month, fmean(rates), min(rates), max(rates), len(rates))


def _daily(row: Row | None) -> dict[str, float]:
    if row is None or row.value is None:
        return {}
    return {day: float(text) for day, text in (pair.split("=") for pair in row.raw)}


def _silent(currency: str, held: Mapping[str, str]) -> str:
    if not held:
        return f"the bank gives no rate of {currency}"
    return (
        f"the bank gave no rate of {currency} for that month, though it did of others; its last is "
        f"of {max(held)}"
    )


def _entries(body: bytes, often: str, currencies: set[str]) -> Iterator[dict[str, str]]:
    """The rows of an answer, each what was asked for and whole."""
    table = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace"), newline=""))
    if not {*COLUMNS, "OBS_VALUE"} <= set(table.fieldnames or ()):
        raise Trouble("its table lacks one of the columns that are known")
    for entry in table:
        if None in entry or None in entry.values():
            raise Trouble("a row of its answer cannot be read")
        key = tuple(entry[name] for name in COLUMNS[:-1])
        if key[1] not in currencies or key != (often, key[1], EURO, *SPOT.split(".")):
            raise Trouble("it answered what was not asked")
        text, places = entry["OBS_VALUE"].strip(), 7 if often == "M" else 10
        if len(entry["TIME_PERIOD"]) != places or (text and not _is_rate(text)):
            raise Trouble("a row of its answer cannot be read")
        yield {**entry, "OBS_VALUE": "" if text == "NaN" else text}


def _is_rate(text: str) -> bool:
    try:
        return text == "NaN" or 0 < float(text) < float("inf")
    except ValueError:
        return False

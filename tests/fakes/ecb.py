"""The European Central Bank's rates as it answers, on invented figures."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from fakes.serving import Reply, Request
from tradecheck.study.periods import month_range

HEAD = (
    "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,"
    "OBS_CONF,TITLE_COMPL,UNIT,UNIT_MULT"
).split(",")
NOTHING = {
    "type": "about:blank", "title": "Not Found", "status": 404, "detail": "No results found.",
    "instance": "/service/data/EXR",
}  # fmt: skip
OUTAGE = {"timestamp": "2025-05-12T08:00:00Z", "status": 404, "error": "Not Found", "path": "/"}


@dataclass
class Ecb:
    """rates: by currency and day (2024-01-02), units per euro; None for a day that is told without
    one. last: the last month that is out. secret: currency and day of what is not free."""

    rates: dict[str, dict[str, float | None]]
    last: str = "2026-10"
    secret: set[tuple[str, str]] = field(default_factory=set)
    outage: bool = False
    empty: bool = False
    averages: dict[tuple[str, str], float] = field(default_factory=dict)  # that are another
    before: list = field(default_factory=list)  # called once each, before an answer

    def __call__(self, request: Request) -> Reply:
        if self.before:
            self.before.pop(0)(self)
        found = re.fullmatch(
            r"/service/data/EXR/([DM])\.([A-Z+]+)\.EUR\.SP00\.A", request.path.replace("%2B", "+")
        )
        if self.outage or not found:
            return Reply(404, json.dumps(OUTAGE).encode())
        if self.empty:
            return Reply(200, b"", "text/csv")
        first, last = request.query["startPeriod"], request.query["endPeriod"]
        rows = [
            [f"EXR.{found[1]}.{currency}.EUR.SP00.A", found[1], currency, "EUR", "SP00", "A", when,
             "" if value is None else value, "M" if value is None else "A",
             "N" if (currency, when) in self.secret else "F",
             f"ECB reference exchange rate, {currency}/Euro, 2:15 pm (C.E.T.)", currency, 0]
            for currency in sorted(found[2].split("+"))
            for when, value in self._of(found[1], currency)
            if first <= when <= last and when[:7] <= self.last
        ]  # fmt: skip
        if not rows:
            return Reply(404, json.dumps(NOTHING).encode())
        text = io.StringIO()
        csv.writer(text).writerows([HEAD, *rows])
        return Reply(body=text.getvalue().encode(), kind="text/csv")

    def _of(self, often: str, currency: str) -> Iterator[tuple[str, float | None]]:
        days = self.rates.get(currency, {})
        if often == "D":
            yield from days.items()
            return
        for month in sorted({day[:7] for day in days}):
            held = [rate for day, rate in days.items() if day[:7] == month and rate is not None]
            mean = sum(held) / len(held) if held else None
            yield month, self.averages.get((currency, month), mean)


def days_of(first: str, last: str) -> list[str]:
    """The working days of months."""
    found = []
    for month in month_range(first, last):
        day = date.fromisoformat(f"{month}-01")
        while f"{day:%Y-%m}" == month:
            if day.weekday() < 5:
                found.append(day.isoformat())
            day += timedelta(days=1)
    return found

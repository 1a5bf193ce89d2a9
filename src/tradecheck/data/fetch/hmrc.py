"""UK HMRC's Overseas Trade Statistics, by OData: the rows of goods and ports page by page, and the
service's own sums of the same question, to which its pages must come."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

from tradecheck.data.fetch import hmrc_rows
from tradecheck.data.fetch.asked import WORLD, Asked
from tradecheck.data.fetch.hmrc_rows import DIGITS, FLOWS, REPORTER
from tradecheck.data.fetch.line import Answer, Line, Trouble
from tradecheck.data.fetch.service import Block, Calendar, Limits, Release, Row, Service
from tradecheck.data.flows import TOTAL
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

COLUMNS = (
    "MonthId", "Flow", "CommodityId", "Country", "Value", "NetMass", "SuppressionIndex", "Released",
)  # fmt: skip
WITH = ("with the European Union", "with countries outside the European Union")
LONGEST = 1700  # signs of an address
MOST_COUNTRIES = 25  # with more, the rows of all countries are asked for


class Hmrc(Service):
    name = "hmrc"
    title = "UK HMRC"
    home = "https://api.uktradeinfo.com"
    format = "hmrc-ots"
    terms = "Open Government Licence v3.0: reuse is free if the source is named."
    committed = True
    calls = 3
    withheld = "some of the trade is given without its country, or the service has no code of it"
    vintage = (
        "Released is the day on which the month was first seen with these totals: the service gives "
        "none. Rows of ports and of codes of eight digits are added up to the codes asked for; "
        "estimates of trade below the thresholds are in the totals of all goods only; a code of six "
        "or eight digits of which some trade is given without its country has no value"
    )

    def __init__(self) -> None:
        super().__init__()
        self._countries: tuple[bytes, dict[str, list[int]]] = (b"", {})

    @property
    def pace(self) -> float:
        return 1.5

    def cannot(self, asked: Asked) -> str:
        if asked.flow not in FLOWS:
            return "it has exports and imports only"
        if not self.narrowed(asked).reporters:
            return f"its reporter is {areas.name_of(REPORTER)}"
        if TOTAL not in asked.codes and self.narrowed(asked).codes == (TOTAL,):
            return "its finest codes have eight digits"
        return ""

    def narrowed(self, asked: Asked) -> Asked:
        partners = (code for code in asked.partners if code not in (REPORTER, WORLD) and _is(code))
        return replace(
            asked,
            reporters=tuple(code for code in asked.reporters if code == REPORTER),
            partners=(*partners, WORLD),
            codes=asked.codes_of(DIGITS),
        )

    def calendar_calls(self, asked: Asked) -> int:
        return len({month[:4] for month in asked.months}) + 1

    def calendar(self, line: Line, asked: Asked) -> Calendar:
        """Months of which the service gives totals with both kinds of partners, and these totals as
        stamps."""
        found, day = Calendar(out={REPORTER: {}}), ""
        totals: dict[str, dict[str, float]] = defaultdict(dict)
        kinds: dict[str, set[int]] = defaultdict(set)
        for year in sorted({month[:4] for month in asked.months}):
            months = tuple(month for month in asked.months if month[:4] == year)
            block = Block(asked.flow, (REPORTER,), asked.partners, (TOTAL,), months)
            answer = self.ask(line, block)
            day = answer.day
            for row in self.rows(block, answer.body):
                totals[row.month][row.partner] = row.value or 0.0
            for entry in hmrc_rows.entries(answer.body):
                if "FlowTypeId" in entry:
                    kinds[hmrc_rows.month_of(entry)].add(entry["FlowTypeId"])
        for month in sorted(totals):
            lacking = [
                words
                for kind, words in zip(FLOWS[asked.flow], WITH, strict=True)
                if kind not in kinds[month]
            ]
            if lacking:
                found.late[REPORTER, month] = f"its trade {lacking[0]} is not out"
                continue
            told = repr(sorted(totals[month].items())).encode()
            found.out[REPORTER][month] = Release(day, hashlib.sha256(told).hexdigest())
        held = found.out[REPORTER]
        last = f"{max(held)} was the last month out" if held else "no month asked for was out"
        found.last[REPORTER] = f"{last}, seen on {day}"
        return found

    def limits(self, asked: Asked) -> Limits:
        used = 330 + 29 * min(len(asked.partners), MOST_COUNTRIES)
        return Limits(reporters=1, months=12, codes=(LONGEST - used) // 75, cells=400_000)

    def ask(self, line: Line, block: Block) -> Answer:
        """The letters of countries, the totals of all goods, rows, and sums of these rows."""
        if not self._countries[0]:
            pages, _ = self._pages(line, "Country", "$select", "CountryId,CountryCodeAlpha")
            told = b"\n".join(pages)
            self._countries = told, hmrc_rows.countries(told)
        body, numbers = [self._countries[0]], self._countries[1]
        partners = [partner for partner in block.partners if partner != WORLD]
        every = f"{_span(block.months)} and {_any('FlowTypeId', FLOWS[block.flow])}"
        questions = []
        if TOTAL in block.codes:
            questions.append(("$apply", _sums(every, "CountryId")))
        if codes := [code for code in block.codes if code != TOTAL]:
            goods = f"{every} and {_goods(codes)}"
            asked = [number for partner in partners for number in numbers.get(partner, ())]
            few = 0 < len(asked) <= MOST_COUNTRIES
            rows = f"{goods} and {_any('CountryId', asked)}" if few else goods
            by = "CommodityId,CountryId,SuppressionIndex"
            questions += [("$filter", rows), ("$apply", _sums(goods, by))]
        for name, text in questions:
            pages, day = self._pages(line, "OTS", name, text)
            body += pages
        return Answer(200, {}, b"\n".join(body), day)

    def _pages(self, line: Line, what: str, name: str, text: str) -> tuple[list[bytes], str]:
        """Every page, by the links that the service gives: own steps skip and double rows."""
        address, pages = f"{self.base}/{what}?{name}={quote(text, safe='(),')}", []
        seen: set[str] = set()
        while True:
            if address in seen:
                raise Trouble("its pages lead back to one that it gave before")
            seen.add(address)
            answer = line.get(address, {}, "json")
            page = next(hmrc_rows.pages(answer.body), None)
            if page is None:
                raise Trouble("it answers with nothing")
            pages.append(answer.body)
            if not (link := page.get("@odata.nextLink")):
                return pages, answer.day
            parts = urlsplit(urljoin(address, str(link)))
            if parts.hostname != urlsplit(self.base).hostname:
                raise Trouble("its next page lies on another machine", again="never")
            address = f"{self.base}{parts.path}?{parts.query}"

    def columns(self) -> Sequence[str]:
        return COLUMNS

    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        return hmrc_rows.rows(block, body)


def _span(months: Sequence[str]) -> str:
    first, last = (month.replace("-", "") for month in (min(months), max(months)))
    return f"MonthId ge {first} and MonthId le {last}"


def _sums(question: str, by: str) -> str:
    sums = "aggregate(Value with sum as Value)"
    return f"filter({question})/groupby((MonthId,FlowTypeId,{by}),{sums})"


def _any(field: str, numbers: Sequence[int]) -> str:
    return f"({' or '.join(f'{field} eq {number}' for number in numbers)})"


def _goods(codes: Sequence[str]) -> str:
    """Codes as the service has them: numbers of eight digits without the zero in front."""
    held = set(codes)
    widest = [c for c in codes if not any(c[:n] in held for n in DIGITS if n < len(c))]
    ranges = [(int(code.ljust(8, "0")), int(code.ljust(8, "9"))) for code in widest]
    parts = [
        f"CommodityId eq {first}" if first == last
        else f"(CommodityId ge {first} and CommodityId le {last})"
        for first, last in ranges
    ]  # fmt: skip
    return f"({' or '.join(parts)})"


def _is(code: str) -> bool:
    try:
        return bool(areas.area(code).alpha2)
    except TradecheckError:
        return False

"""US Census Bureau, international trade: one code and at most one year a call, all countries at
once, which must come to the world's row."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tradecheck.data.fetch.asked import WORLD, Asked
from tradecheck.data.fetch.line import Answer, Line, Trouble
from tradecheck.data.fetch.service import Block, Calendar, Limits, Release, Row, Service
from tradecheck.data.flows import TOTAL
from tradecheck.data.sources.census_countries import COUNTRIES
from tradecheck.study import areas

COLUMNS = (
    "time", "CTY_CODE", "COMM_LVL", "E_COMMODITY", "I_COMMODITY", "ALL_VAL_MO", "GEN_VAL_MO",
    "RELEASED",
)  # fmt: skip
REPORTER, ALL, CONTROL = "USA", "-", "85"
WAYS = {
    "X": ("exports", "E_COMMODITY", "ALL_VAL_MO"),
    "M": ("imports", "I_COMMODITY", "GEN_VAL_MO"),
}
DIGITS = (2, 4, 6, 10)
FIRST = "2010-01"
AREAS = {code: areas.area(letters).code for code, letters in COUNTRIES.items()}
ROUNDING = 1e-6


class Census(Service):
    name = "census"
    title = "US Census Bureau"
    home = "https://api.census.gov"
    format = "us-census-api"
    terms = "Public domain in the United States (17 U.S.C. 105); name the source."
    committed = True
    key_name = "CENSUS_API_KEY"
    key_needed = True
    vintage = (
        "RELEASED is the day on which the month was first seen with these totals: the service gives "
        "none"
    )

    def cannot(self, asked: Asked) -> str:
        if asked.flow not in WAYS:
            return "it is asked for exports and imports only"
        if not self.narrowed(asked).reporters:
            return f"its reporter is {areas.name_of(REPORTER)}"
        if TOTAL not in asked.codes and self.narrowed(asked).codes == (TOTAL,):
            return "its codes have two, four, six or ten digits"
        return ""

    def narrowed(self, asked: Asked) -> Asked:
        known = set(AREAS.values()) - {REPORTER}
        return replace(
            asked,
            reporters=tuple(code for code in asked.reporters if code == REPORTER),
            partners=(*(code for code in asked.partners if code in known), WORLD),
            codes=asked.codes_of(DIGITS),
        )

    def calendar_calls(self, asked: Asked) -> int:
        return len({month[:4] for month in asked.months})

    def calendar(self, line: Line, asked: Asked) -> Calendar:
        """Months of which the service gives all goods, and these totals as stamps."""
        found, day = Calendar(out={REPORTER: {}}), ""
        for month in asked.months:
            if month < FIRST:
                found.never[REPORTER, month] = f"its months begin with {FIRST}"
        totals: dict[str, dict[str, float]] = defaultdict(dict)
        for year in sorted({month[:4] for month in asked.months if month >= FIRST}):
            months = tuple(month for month in asked.months if month[:4] == year)
            block = Block(asked.flow, (REPORTER,), asked.partners, (TOTAL,), months)
            answer = self.ask(line, block)
            day = answer.day
            for row in self.rows(block, answer.body):
                totals[row.month][row.partner] = row.value
            control = replace(block, codes=(CONTROL,))
            if not _months(answer) and _months(self.ask(line, control)):
                raise Trouble(f"it gives chapter {CONTROL}, but no total of all goods")
        for month, held in totals.items():
            told = repr(sorted(held.items())).encode()
            found.out[REPORTER][month] = Release(day, hashlib.sha256(told).hexdigest())
        last = f"{max(totals)} was the last month out" if totals else "no month asked for was out"
        found.last[REPORTER] = f"{last}, seen on {day}"
        return found

    def limits(self, asked: Asked) -> Limits:
        return Limits(reporters=1, months=12, codes=1, cells=10**9)

    def ask(self, line: Line, block: Block) -> Answer:
        """Status 204 means that there is no such row. A month that an answer leaves out is asked
        for again: large answers may be cut."""
        answer = self._answer(line, block)
        given = _months(answer)
        lacking = tuple(month for month in block.months if month not in given)
        if given and lacking:
            again = _months(self._answer(line, replace(block, months=lacking)))
            if left_out := again.intersection(lacking):
                raise Trouble(f"its answer left out {min(left_out)}", big=True)
        return answer

    def _answer(self, line: Line, block: Block) -> Answer:
        way, commodity, value = WAYS[block.flow]
        (code,), first, last = block.codes, min(block.months), max(block.months)
        query = {
            "get": f"CTY_CODE,{value}",
            "time": first if first == last else f"from {first} to {last}",
            "SUMMARY_LVL": "DET",
            commodity: ALL if code == TOTAL else code,
        }
        if code != TOTAL:
            query["COMM_LVL"] = f"HS{len(code)}"
        address = f"{self.base}/data/timeseries/intltrade/{way}/hs"
        try:
            return line.get(address, query | {"key": self.key}, "json")
        except Trouble as trouble:
            if trouble.status == 302 and "_key" in trouble.text:
                raise Trouble(
                    f"it does not take the key in {self.key_name}", 302, "when the key is right",
                    ends=True,
                ) from None  # fmt: skip
            trouble.big = trouble.big or trouble.status == 500  # it answers so to heavy questions
            raise

    def columns(self) -> Sequence[str]:
        return COLUMNS

    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        """Countries and the world. Refused are rows that were not asked for, a row that comes
        twice, and countries that do not come to the world."""
        _, commodity, value = WAYS[block.flow]
        (code,) = block.codes
        told, level = (ALL, ALL) if code == TOTAL else (code, f"HS{len(code)}")
        seen: set[tuple[str, str]] = set()
        world: dict[str, float] = defaultdict(float)
        countries: dict[str, float] = defaultdict(float)
        found: dict[tuple[str, str], list] = {}  # month, partner → code of the country, value
        for entry in _entries(body):
            month, country = entry["time"], entry.get("CTY_CODE", "")
            if block.between(month):
                continue
            if (
                month not in block.months
                or entry.get(commodity) != told
                or entry.get("COMM_LVL", level) != level
                or entry.get("SUMMARY_LVL", "DET") != "DET"
            ):
                raise Trouble("it answered what was not asked")
            if (month, country) in seen:
                raise Trouble("it gave a figure twice")
            seen.add((month, country))
            amount = _amount(entry.get(value))
            if "X" in country or country.startswith("00"):
                continue  # a group of countries beside its members
            (world if country == ALL else countries)[month] += amount
            partner = WORLD if country == ALL else AREAS.get(country)
            if partner in block.partners:  # of some areas the service has two parts
                found.setdefault((month, partner), [country, 0.0])[1] += amount
        for month in world.keys() | countries.keys():
            given, total = countries.get(month, 0.0), world.get(month, 0.0)
            if abs(given - total) > ROUNDING * total + 0.5:
                raise Trouble(
                    f"its countries come to {given:,.0f} in {month}, its total to {total:,.0f}"
                )
        for (month, partner), (country, amount) in sorted(found.items()):
            raw = {"time": month, "CTY_CODE": country, "COMM_LVL": level, commodity: told,
                   value: f"{amount:.0f}"}  # fmt: skip
            line = tuple(raw.get(name, "") for name in COLUMNS[:-1])
            yield Row(REPORTER, partner, code, month, amount, line)


def _months(answer: Answer) -> set[str]:
    return {entry["time"] for entry in _entries(answer.body)}


def _entries(body: bytes) -> Iterator[dict[str, str]]:
    """The records of an answer by name: a name that comes twice counts the first time."""
    try:
        names, *records = json.loads(body) if body else [[]]
        for record in records:
            if len(record) != len(names):
                raise ValueError
            entry = dict(zip(reversed(names), reversed(record), strict=True))
            entry["time"]
            yield entry
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Trouble("its answer is not of the form that is known") from None


def _amount(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        raise Trouble("a row of its answer cannot be read") from None

"""Answers of UK HMRC's OData as figures: pages of countries, of rows by port, of the service's own
sums of these rows, and of totals of all goods, told apart by their fields."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tradecheck.data.fetch.asked import WORLD
from tradecheck.data.fetch.line import Trouble
from tradecheck.data.fetch.service import Block, Row
from tradecheck.data.flows import TOTAL
from tradecheck.data.sources.hmrc import PARTNER_HIDDEN, WEIGHT_HIDDEN
from tradecheck.data.sources.table import plain
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

REPORTER = "GBR"
FLOWS = {"M": (1, 3), "X": (2, 4)}  # with the European Union, and with all others
WORDS = {"M": "imports", "X": "exports"}
DIGITS = (2, 4, 6, 8)
NAMED = 6  # digits from which on a code is withheld where any of its trade hides its country
NO_COUNTRY = 2  # as the service marks a row without its country
ROUNDING = 1e-6
Place = tuple[str, str, str]  # month, partner, code


@dataclass
class _Figure:
    value: float | None = 0.0
    weight: float | None = 0.0
    hidden: int = 0

    def add(self, value: float, weight: float | None) -> None:
        self.value += value
        self.weight = None if None in (self.weight, weight) else self.weight + weight


@dataclass
class _Read:
    """figures: added up. hidden: months and codes of which some trade is given without its
    country."""

    figures: dict[Place, _Figure] = field(default_factory=lambda: defaultdict(_Figure))
    hidden: dict[tuple[str, str], int] = field(default_factory=dict)
    seen: set[tuple] = field(default_factory=set)
    rows: dict[tuple, float] = field(default_factory=lambda: defaultdict(float))
    sums: dict[tuple, float] = field(default_factory=lambda: defaultdict(float))


def pages(body: bytes) -> Iterator[dict]:
    """The pages of an answer, which follow one another."""
    text, decoder = (
        body.decode("utf-8", "replace").replace("\ufeff", "").strip(),
        json.JSONDecoder(),
    )
    while text:
        try:
            page, end = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            raise Trouble("its answer is not of the form that is known") from None
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            error = page.get("error") if isinstance(page, dict) else None
            told = error.get("message") if isinstance(error, dict) else error
            if told:
                raise Trouble(f"it answers with an error: {str(told)[:160]}")
            raise Trouble("its answer holds no rows under value")
        yield page
        text = text[end:].lstrip()


def entries(body: bytes) -> Iterator[dict]:
    for page in pages(body):
        yield from page["value"]


def countries(body: bytes) -> dict[str, list[int]]:
    """By area the numbers of the service for it: some areas have several."""
    found: dict[str, list[int]] = defaultdict(list)
    try:
        for entry in entries(body):
            if "CountryCodeAlpha" in entry:
                found[_area(str(entry["CountryCodeAlpha"]))].append(int(entry["CountryId"]))
    except (KeyError, TypeError, ValueError):
        raise Trouble("its list of countries cannot be read") from None
    return dict(found)


def month_of(entry: dict) -> str:
    text = str(entry["MonthId"])
    return f"{text[:4]}-{text[4:]}"


def rows(block: Block, body: bytes) -> Iterator[Row]:
    """One row a month, partner and code asked for; value None where it is withheld. Refused are
    rows that were not asked for, a row that comes twice, and rows that do not come to the sums."""
    areas_of = {number: area for area, held in countries(body).items() for number in held}
    read = _Read()
    for entry in entries(body):
        if "CountryCodeAlpha" in entry:
            continue
        try:
            _take(read, block, areas_of, entry)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Trouble("a row of its answer cannot be read") from None
    for key in read.rows.keys() | read.sums.keys():
        given, own = read.rows.get(key, 0.0), read.sums.get(key, 0.0)
        if abs(given - own) > ROUNDING * abs(own) + 0.5:
            raise Trouble(
                f"its rows of {key[0]} come to {given:,.0f}, its own sum to {own:,.0f}", big=True
            )
    strange = set(block.partners) - {WORLD, *areas_of.values()}  # no code: never taken for zero
    for month, partner, code in [*read.figures]:
        if partner == WORLD:
            read.figures |= {(month, one, code): _Figure(None, None, NO_COUNTRY) for one in strange}
    for (month, code), index in read.hidden.items():
        for partner in block.partners:
            place = (month, partner, code)
            if partner != WORLD and (len(code) >= NAMED or place not in read.figures):
                read.figures[place] = _Figure(None, None, index)
    for (month, partner, code), found in sorted(read.figures.items()):
        raw = (
            month.replace("-", ""), WORDS[block.flow], code, partner, plain(found.value),
            plain(found.weight), str(found.hidden),
        )  # fmt: skip
        yield Row(REPORTER, partner, code, month, found.value, raw)


def _take(read: _Read, block: Block, areas_of: dict[int, str], entry: dict) -> None:
    month, kind = month_of(entry), entry["FlowTypeId"]
    if block.between(month):
        return
    if month not in block.months or kind not in FLOWS[block.flow]:
        raise Trouble("it answered what was not asked")
    number, value = entry["CountryId"], float(entry["Value"])
    partner = areas_of.get(number, "")
    if "CommodityId" not in entry:
        for one in {partner, WORLD} & {*block.partners}:
            read.figures[month, one, TOTAL].add(value, None)
        return
    code, index = f"{int(entry['CommodityId']):08d}", int(entry["SuppressionIndex"])
    wanted = [code[:digits] for digits in DIGITS if code[:digits] in block.codes]
    if not wanted:
        raise Trouble("it answered what was not asked")
    own = "PortId" not in entry
    key = (month, kind, code, number, index)
    once = (*key, entry.get("PortId"))
    if once in read.seen:
        raise Trouble("it gave a row twice", big=True)
    read.seen.add(once)
    if partner in block.partners:
        (read.sums if own else read.rows)[key] += value
    weight = None if own or index in WEIGHT_HIDDEN else float(entry.get("NetMass") or 0.0)
    for one in wanted:
        if own and index in PARTNER_HIDDEN:
            read.hidden[month, one] = index
        if (seen := WORLD if own else partner) in block.partners:
            read.figures[month, seen, one].add(value, weight)


def _area(letters: str) -> str:
    try:
        return areas.area(letters.strip()).code
    except TradecheckError:
        return f"_{letters.strip()}"

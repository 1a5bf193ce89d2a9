"""A page of India's TradeStat: its banner, its form, and the table of countries."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bs4 import BeautifulSoup

from tradecheck.data.fetch.asked import WORLD
from tradecheck.data.fetch.line import Trouble
from tradecheck.data.sources.cells import MONTHS
from tradecheck.data.sources.tradestat_headings import period_of
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

DIGIT = 0.01  # of US$ million
TOTAL = "Total"
MONTH = r"([A-Z][a-z]{2})[a-z]*[ -]+([0-9]{4})"


class Banner(NamedTuple):
    """first and last month that is out, the last that is revised final, and the day of the update."""

    first: str
    last: str
    final: str
    updated: str


class Form(NamedTuple):
    """The token that serves one question, and the choice that means US$ million."""

    token: str
    dollars: str


class Figure(NamedTuple):
    """A line of the table: the country, or TOTAL at its foot, and US$ million; None for a dash."""

    country: str
    value: float | None


def is_form(body: bytes) -> bool:
    """Whether it is a page of this site, and not one that tells of maintenance."""
    return b'"_token"' in body or b'"csrf-token"' in body


def has_table(body: bytes) -> bool:
    return b'id="example1"' in body


def banner(body: bytes) -> Banner:
    words = " ".join(_parsed(body).get_text(" ").split())
    span = re.search(rf"Data available\s*:\s*{MONTH} to {MONTH}", words)
    final = re.search(rf"\(R\)[^,()]*up ?to {MONTH}", words)
    day = re.search(r"last updated on\s*:\s*([0-9]{2})/([0-9]{2})/([0-9]{4})", words)
    if not (span and final and day):
        raise Trouble("its page does not say which months are out")
    return Banner(
        _month(span[1], span[2]), _month(span[3], span[4]), _month(*final.groups()),
        "-".join(reversed(day.groups())),
    )  # fmt: skip


def form(body: bytes, values: str) -> Form:
    """values: the name of the field that chooses between dollars, rupees and quantities, whose
    numbers have been exchanged before."""
    page = _parsed(body)
    hidden = page.find("input", attrs={"name": "_token"})
    meta = page.find("meta", attrs={"name": "csrf-token"})
    token = (hidden and hidden.get("value")) or (meta and meta.get("content")) or ""
    for choice in page.select(f'select[name="{values}"] option'):
        if re.search(r"(US|\$).*million", choice.get_text(), re.IGNORECASE):
            return Form(str(token), str(choice.get("value", "")))
    raise Trouble("its form offers no values in US$ million")


class Answered:
    """The table of a page on one code. Raises Trouble where it is on another code or flow."""

    def __init__(self, body: bytes, code: str, total: str):
        page = _parsed(body)
        lines = page.find("table", id="example1").find_all("tr")
        self.lines = [[_plain(cell) for cell in line.find_all(["td", "th"])] for line in lines]
        self.head = next((cells for cells in self.lines if "Country" in cells), [])
        told = re.search(r"Commodity\s*:\s*([0-9]+)", page.get_text(" "))
        foot = {cells[1] for cells in self.lines if len(cells) > 1 and "India's Total" in cells[1]}
        if told is None or told[1] != code or not foot <= {f"India's Total {total}"}:
            raise Trouble("it answered what was not asked")

    def month(self, month: str, partners: Sequence[str]) -> tuple[str, dict[str, float]]:
        """The mark of a month's column, such as F, and the values of the world and of those partners
        that have any, in US$ million; countries add up to their total."""
        at = [
            place
            for place, name in enumerate(self.head)
            if (found := period_of(name)) and found[0] == (month, month)
        ]
        if not at:  # of two, in January, the second is the year so far
            raise Trouble("it answered what was not asked")
        mark = re.search(r"\(([A-Z])\)", self.head[at[0]])
        return mark[1] if mark else "P", _checked(list(self._figures(at[0])), partners)

    def _figures(self, at: int) -> Iterator[Figure]:
        """The countries, which are numbered, and their total."""
        for cells in self.lines:
            if len(cells) == len(self.head) and (cells[0].isdigit() or cells[1] == TOTAL):
                text = cells[at].replace(",", "")
                if not re.fullmatch(r"[0-9]*\.?[0-9]+|-?", text):
                    raise Trouble("a row of its answer cannot be read")
                yield Figure(cells[1], float(text) if text not in ("", "-") else None)


def _checked(figures: list[Figure], partners: Sequence[str]) -> dict[str, float]:
    totals = [figure.value or 0.0 for figure in figures if figure.country == TOTAL]
    parts = [figure for figure in figures if figure.country != TOTAL]
    slack = DIGIT / 2 * (len(parts) + 1) + 1e-6
    if len(totals) != 1 or abs(sum(part.value or 0.0 for part in parts) - totals[0]) > slack:
        raise Trouble("its countries do not add up to its total")
    found: dict[str, float | None] = {}
    strange = []
    for part in parts:
        try:
            code = areas.area(part.country).code
        except TradecheckError:
            strange.append(part.country)
            continue
        if code in found:
            raise Trouble("it gave a figure twice")
        found[code] = part.value
    if strange and not set(partners) - {WORLD} <= found.keys():
        raise Trouble(f"it names a country that is not known here: {strange[0][:40]}")
    held = {partner: found.get(partner) for partner in partners} | {WORLD: totals[0]}
    return {partner: value for partner, value in held.items() if value is not None}


def _parsed(body: bytes) -> BeautifulSoup:
    return BeautifulSoup(body, "html.parser")


def _month(name: str, year: str) -> str:
    if name.lower() not in MONTHS:
        raise Trouble("its page does not say which months are out")
    return f"{year}-{MONTHS.index(name.lower()) + 1:02d}"


def _plain(cell) -> str:
    return " ".join(cell.get_text(" ").split())

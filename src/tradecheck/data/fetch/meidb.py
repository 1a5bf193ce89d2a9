"""India's TradeStat, monthly (MEIDB): a form whose token serves once, a code and month a call; its
page holds every country, and the same month of the year before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tradecheck import __version__
from tradecheck.data.fetch.asked import WORLD, Asked
from tradecheck.data.fetch.line import Answer, Line, Trouble
from tradecheck.data.fetch.meidb_page import DIGIT, Answered, Form, banner, form, has_table, is_form
from tradecheck.data.fetch.service import (
    Block,
    Calendar,
    Limits,
    Missing,
    Release,
    Row,
    Service,
)
from tradecheck.data.sources.cells import hs_edition
from tradecheck.study import areas
from tradecheck.study.periods import following, month_range

INDIA, MILLION = "IND", 1e6
PAGES = {"X": ("export", "cwacex", "FOB"), "M": ("import", "cwacim", "CIF")}
CONTROL = "85"  # a chapter of which every month holds rows
DIGITS = (2, 4, 6, 8)
CALENDAR_YEAR = "2"  # in which the page adds up, beside the months
TRIES = 4  # to find a token that the form takes
DEAD = 419  # the status of a token that has served
NO_PAGE = f"it gave no page of its form, {TRIES} times"
COLUMNS = "period reporter partner flow product edition value currency valuation status".split()


class Pairs(Limits):
    """A code a call, of one month or of two that lie a year apart."""

    def blocks(self, missing: Missing, asked: Asked) -> Iterator[Block]:
        wanted: dict[str, set[str]] = {}
        for (_, month), codes in missing.items():
            for code in codes:
                wanted.setdefault(code, set()).add(month)
        for code, left in sorted(wanted.items()):
            while left:
                months = {last := max(left), following(last, -12)} & left
                left -= months
                yield Block(asked.flow, (INDIA,), asked.partners, (code,), tuple(sorted(months)))


class Meidb(Service):
    name = "meidb"
    title = "India TradeStat (MEIDB)"
    home = "https://tradestat.commerce.gov.in"
    format = "tidy"
    terms = (
        "No licence for reuse is stated: this file and the answers it is made of stay out of git; "
        "ask DGCI&S before you pass its rows on."
    )
    committed = False
    vintage = (
        "released is the day of the last update when the month was first seen like this; months are "
        "restated until they are called revised final. Exports include re-exports; values are "
        "rupees that DGCI&S converted at the month's mean rate, rounded to 0.01 million dollars"
    )
    proof = f"chapter {CONTROL}"
    rounded_to = DIGIT * MILLION
    calls = 2
    said = {
        "publisher": "DGCI&S, Ministry of Commerce and Industry of India",
        "scale": f"{MILLION:.0f}",
        "rounded_to": f"{DIGIT}",
    }

    @property
    def pace(self) -> float:
        return 2.0

    def cannot(self, asked: Asked) -> str:
        known = self.narrowed(asked)
        if asked.flow not in PAGES:
            return "it has exports and imports only"
        if not known.reporters:
            return "its reporter is India"
        if known.codes == (CONTROL,) and CONTROL not in asked.codes:
            return "it gives codes of two to eight digits, and no total of all goods by country"
        return ""

    def narrowed(self, asked: Asked) -> Asked:
        return replace(
            asked,
            reporters=tuple(code for code in asked.reporters if code == INDIA),
            partners=(*(p for p in asked.partners if not areas.group_of(p)), WORLD),
            codes=tuple(
                sorted({CONTROL, *(c for c in asked.codes if len(c) in DIGITS)} - {"TOTAL"})
            ),
        )

    def calendar_calls(self, asked: Asked) -> int:
        return 1

    def calendar(self, line: Line, asked: Asked) -> Calendar:
        """The months that the form's banner names. Those that are not revised final are released
        anew with each update."""
        told = banner(self._form(line, asked.flow))
        out = {
            month: Release(
                told.updated, "final" if month <= told.final else f"restated {told.updated}"
            )
            for month in month_range(told.first, told.last)
            if month in asked.months
        }
        early = [month for month in asked.months if month < told.first]
        return Calendar(
            {INDIA: out},
            {INDIA: f"{told.last} was the last month out, on {told.updated}"},
            never={(INDIA, month): f"its months begin with {told.first}" for month in early},
        )

    def limits(self, asked: Asked) -> Limits:
        return Pairs(reporters=1, months=2, codes=1, cells=10**9)

    def ask(self, line: Line, block: Block) -> Answer:
        year, month = max(block.months).split("-")
        prefix = PAGES[block.flow][1]
        for attempt in range(TRIES):
            serves: Form = form(self._form(line, block.flow), f"{prefix}ReportVal")
            data = {
                "_token": serves.token, f"{prefix}HSCODE": block.codes[0],
                f"{prefix}Month": str(int(month)), f"{prefix}Year": year,
                f"{prefix}ReportVal": serves.dollars, f"{prefix}ReportYear": CALENDAR_YEAR,
            }  # fmt: skip
            try:
                answer = line.get(self._page(block.flow), {}, "html", self._headers(block), data)
            except Trouble as trouble:
                if trouble.status != DEAD:
                    raise
            else:
                if is_form(answer.body) or has_table(answer.body):
                    return answer
            line.clock.sleep(2.0**attempt)
        raise Trouble(NO_PAGE)

    def _form(self, line: Line, flow: str) -> bytes:
        """The empty form."""
        for attempt in range(TRIES):
            answer = line.get(self._page(flow), {}, "html", self._headers())
            if is_form(answer.body):
                return answer.body
            line.clock.sleep(2.0**attempt)
        raise Trouble(NO_PAGE)

    def _page(self, flow: str) -> str:
        return f"{self.base}/meidb/commodity_wise_all_countries_{PAGES[flow][0]}"

    def _headers(self, block: Block | None = None) -> dict[str, str]:
        agent = {"User-Agent": f"Mozilla/5.0 (compatible; tradecheck/{__version__})"}
        return agent | ({"Referer": self._page(block.flow)} if block else {})

    def columns(self) -> Sequence[str]:
        return (*COLUMNS, "released")

    def rows(self, block: Block, body: bytes) -> Iterator[Row]:
        """The world and the partners of each month; a page without a table has none."""
        if not has_table(body):
            if not is_form(body):
                raise Trouble("it gave another page than was asked for")
            return
        (code,), (name, _, basis) = block.codes, PAGES[block.flow]
        page = Answered(body, code, name.capitalize())
        for month in block.months:
            edition = "ITC-HS" if len(code) == 8 else hs_edition(month, first_month=4)
            mark, values = page.month(month, block.partners)
            for partner, value in values.items():
                raw = (
                    month, INDIA, partner, block.flow, code, edition, f"{value:.2f}", "USD", basis,
                    mark,
                )  # fmt: skip
                yield Row(INDIA, partner, code, month, value * MILLION, raw)

    def wrong(self, rows: Iterable[Row], release: Release) -> str:
        """A month counts where its control has trade: an empty page of another code says that there
        is none."""
        for row in rows:
            if (row.partner, row.code) == (WORLD, CONTROL) and row.value:
                return ""
        return f"the month is said to be out, but chapter {CONTROL} has no trade in it"

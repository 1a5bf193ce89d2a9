"""India's TradeStat, monthly, as it answers, on invented figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fakes.serving import Reply, Request
from tradecheck.study.periods import following

NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
PLACES = {"export": "cwacex", "import": "cwacim"}
CHOICES = [("1", "US $ Million"), ("2", "Quantity"), ("3", "₹ Crore")]


@dataclass
class Meidb:
    """values: by the site's name of a country, code and month millions of dollars; None: a dash.
    first, last: the months that are out; final: the last that is revised final."""

    values: dict[tuple[str, str, str], float | None]
    first: str = "2018-01"
    last: str = "2026-06"
    final: str = "2026-03"
    updated: str = "13/08/2026"
    flow: str = "export"
    choices: list[tuple[str, str]] = field(default_factory=lambda: list(CHOICES))
    total: Mapping[tuple[str, str], float] = field(default_factory=dict)  # that does not add up
    commodity: str = ""  # another than was asked for
    padding: int = 0  # bytes that a page is longer
    token: str = ""
    given: int = 0
    before: list = field(default_factory=list)  # called once each, before an answer

    def __call__(self, request: Request) -> Reply:
        if self.before:
            self.before.pop(0)(self)
        if request.path != f"/meidb/commodity_wise_all_countries_{self.flow}":
            return Reply(404, b"Not Found", "text/html")
        if not request.form:
            return self._page("")
        prefix, form = PLACES[self.flow], request.form
        alive = form.get("_token") == self.token and "session=" in request.headers.get("cookie", "")
        self.token = ""  # it serves once
        if not alive or not request.headers.get("referer", "").endswith(request.path):
            return Reply(419, b"<html><body>Page Expired</body></html>", "text/html")
        kind = dict(self.choices).get(form[f"{prefix}ReportVal"], "")
        month = f"{form[f'{prefix}Year']}-{int(form[f'{prefix}Month']):02d}"
        return self._page(self._table(form[f"{prefix}HSCODE"], month, kind))

    def _page(self, middle: str) -> Reply:
        self.given += 1
        self.token = f"t{self.given:06d}"
        options = "".join(f'<option value="{v}">{text}</option>' for v, text in self.choices)
        months = f"{_spoken(self.first, ' ')} to {_spoken(self.last, ' ')}"
        body = f"""<!DOCTYPE html><html><head><meta name="csrf-token" content="{self.token}"></head><body>
<p>Data available:{months} ((R) Revised Final upto {_spoken(self.final, " ")}, (F) Final upto
{_spoken(self.last, " ")})</p><p>Data last updated on: {self.updated}</p>
<form method="post"><input type="hidden" name="_token" value="{self.token}">
<select name="{PLACES[self.flow]}ReportVal">{options}</select></form>
{middle}{" " * self.padding}</body></html>"""
        cookies = {"Set-Cookie": f"tradestat_session={self.given}; path=/"}
        return Reply(body=body.encode(), kind="text/html; charset=UTF-8", headers=cookies)

    def _table(self, code: str, month: str, kind: str) -> str:
        before = following(month, -12)
        shown = {m: self._of(code, m) for m in (before, month) if self.first <= m <= self.last}
        countries = sorted({country for held in shown.values() for country in held})
        if month not in shown or not countries:
            return "<p>No record found</p>"
        scale = 1.0 if "Million" in kind else 83.0
        rows = []
        for number, country in enumerate(countries, 1):
            cells = [_text(shown.get(m, {}).get(country), scale) for m in (before, month)]
            rows.append([number, country, *cells, "1.00", *cells, "1.00"])
        sums = [
            _text(
                self.total.get((code, m), sum(v or 0.0 for v in shown.get(m, {}).values())), scale
            )
            for m in (before, month)
        ]
        end = f"India's Total {self.flow.capitalize()}"
        rows += [["", "Total", *sums, "", *sums, ""], ["", end, *["99,999.00"] * 2, "", *["1"] * 3]]
        rows += [["", "%Share", *["1.00"] * 2, "", *["1.00"] * 2, ""]]
        span = [f"Jan-{_spoken(m, ' ')} ({self._mark(m)})" for m in (before, month)]
        head = ["S.No.", "Country", *(f"{_spoken(m)} ({self._mark(m)})" for m in (before, month))]
        head += ["%Growth", *span, "%Growth"]
        body = "".join(f"<tr>{''.join(f'<td> {cell} </td>' for cell in row)}</tr>" for row in rows)
        names = "".join(f"<th>{name}</th>" for name in head)
        told = f"Commodity:{self.commodity or code} SOME GOODS Unit:KGS"
        return f'<p>{told}</p><table id="example1"><tr>{names}</tr>{body}</table>'

    def _of(self, code: str, month: str) -> dict[str, float | None]:
        return {
            c: value
            for (c, held, when), value in self.values.items()
            if (held, when) == (code, month)
        }

    def _mark(self, month: str) -> str:
        return "R" if month <= self.final else "F"


def _spoken(month: str, between: str = "-") -> str:
    return f"{NAMES[int(month[5:]) - 1]}{between}{month[:4]}"


def _text(value: float | None, scale: float) -> str:
    return "-" if value is None else f"{value * scale:,.2f}"

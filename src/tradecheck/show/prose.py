"""Months and sentences as the reports write them; numbers with their units are in `show.units`.

One rule keeps sentences honest: a sentence's template holds no digit of its own, so every number
in it was computed by the run.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

import mistune

from tradecheck.errors import TradecheckError

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def month_name(month: str) -> str:
    """ "2024-07" → "July 2024"."""
    year, number_ = _year_month(month)
    return f"{MONTHS[number_ - 1]}{NBSP}{year}"


def without_year(words: str, named: str) -> str:
    """The words without their year, where a sentence has just said it with another month.

    "November 2022" after "2022-09" → "November"; words that tell of two years keep both.
    """
    year = f"{NBSP}{named[:4]}"
    years = re.findall(rf"{NBSP}\d{{4}}\b", words)
    return words.replace(year, "") if set(years) == {year} else words


def month_short(month: str) -> str:
    """ "2024-07" → "Jul 2024", for charts."""
    year, number_ = _year_month(month)
    return f"{MONTHS[number_ - 1][:3]}{NBSP}{year}"


def date_name(day: str) -> str:
    """ "2024-10-12" → "12 October 2024"."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        raise TradecheckError(f"The date {day!r} must be written as YYYY-MM-DD.")
    return f"{int(day[8:])}{NBSP}{month_name(day[:7])}"


def period_name(first: str, last: str) -> str:
    """ "2024-01", "2024-07" → "January to July 2024"; whole calendar years by their number alone.

    A period is passed as `period_name(*period)`.
    """
    if first == last:
        return month_name(first)
    (year, start), (last_year, end) = _year_month(first), _year_month(last)
    if (start, end) == (1, 12):
        return year if year == last_year else f"{year} to {last_year}"
    if year == last_year:
        return f"{MONTHS[start - 1]} to {month_name(last)}"
    return f"{month_name(first)} to {month_name(last)}"


def listing(items: Sequence[str], word: str = "and") -> str:
    """["a", "b", "c"] → "a, b and c"."""
    *head, last = items
    return f"{', '.join(head)} {word} {last}" if head else last


def _year_month(month: str) -> tuple[str, int]:
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
    if not match:
        raise TradecheckError(f"The month {month!r} must be written as YYYY-MM.")
    return match[1], int(match[2])


_markdown = mistune.create_markdown(escape=True, plugins=["strikethrough", "table"])


def native(html: str) -> str:
    """HTML as JupyterLab is to show it: "US$ 5 and US$ 6" is money there too, not a formula."""
    return f'<div class="mathjax_ignore tex2jax_ignore">{html}</div>'


@dataclass(frozen=True)
class Prose:
    """A passage of Markdown that a code cell displays as text of the report."""

    markdown: str

    def payload(self) -> dict:
        return {"kind": "prose", "markdown": self.markdown}

    def html(self) -> str:
        """The passage for JupyterLab; raw HTML in it is escaped."""
        return str(_markdown(self.markdown))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            "application/vnd.tradecheck.prose+json": self.payload(),
            "text/html": native(self.html()),
            "text/plain": self.markdown,
        }

    def __str__(self) -> str:
        return self.markdown


def prepare() -> None:
    """Compile the patterns of Markdown, for all processes forked from this one."""
    _markdown("A [link](/), *words*\n\n- a list")


def say(template: str, /, **values: "str | Prose") -> Prose:
    """Fill a Markdown sentence with figures the run has computed.

    Values are strings made by the units above; their Markdown signs are escaped, while a ``Prose``
    value goes in as it is. A digit typed into the template, a value that is not text and a name
    without a value are errors.
    """
    if found := typed_digits(template):
        raise TradecheckError(
            f"The sentence {_short(template)} holds the typed figure {found[0]!r}: "
            "compute it and pass it by name."
        )
    return Prose(_Filler(template).vformat(template, (), values))


class _Filler(Formatter):
    """`str.format` for sentences: names only, text only, Markdown escaped."""

    def __init__(self, template: str):
        self.template = template

    def get_value(self, key: int | str, args: Sequence, kwargs: Mapping) -> str:
        if key not in kwargs:
            raise TradecheckError(
                f"The sentence {_short(self.template)} names {{{key}}}, but no value is given."
            )
        value = kwargs[key]
        if isinstance(value, Prose):
            return value.markdown
        if not isinstance(value, str):
            raise TradecheckError(
                f"The sentence {_short(self.template)} gets {key} = {value!r}, which is not text: "
                "write it with a unit, such as count(…) or percent(…)."
            )
        return escape_markdown(value)


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


_MONTH = "(?:" + "|".join(MONTHS) + ")"
_YEAR = r"(?:19|20)\d\d"
_NO_AMOUNT = r"(?!,?\d|\.\d|\s?[%×]|\s?(?:per\scent|times|thousand|million|billion|tonnes|kg)\b)"
_MAY_HOLD_DIGITS = re.compile(
    "|".join(
        (
            r"```.*?```",  # a block of code
            r"\]\([^)]*\)|<?https?://[^\s>)]+",  # where a link leads
            r"“[^”]*”|\"[^\"\n]*\"",  # a quotation
            r"`[^`\n]*[./][^`\n]*`",  # a file's name
            r"\{\w+\}",  # a value passed by name
            rf"\b\d{{1,2}}(?:[–-]\d{{1,2}})?\s{_MONTH}\b",  # 12 October
            rf"\b{_MONTH}\s\d{{1,2}}(?:,\s|\b(?!\d))",  # October 12
            rf"\b{_YEAR}-\d\d-\d\d\b",  # 2024-07-15
            # 2024, 2024-07, 2024-25, 2024/25, 2024Q3; no amount such as 2024 million or €2024
            rf"(?<![\w€$£₹¥₺×.,]){_YEAR}(?:[-–/]\d\d|-?Q[1-4])?\b{_NO_AMOUNT}",
            # Letters followed by digits are a name: E1, C10, C2b, HS6, HS2022, CN8, EU27_2020,
            # FY2009-10; not three letters, which may be a currency.
            r"\b(?:[A-Z]{1,2}|HTS)(?:\d{4}(?:[-–/]\d\d)?|\d{1,2}[a-z]?(?:[–-][a-z]|_\d{4})?)\b"
            rf"{_NO_AMOUNT}",
            r"\bISO\s\d{4}(?:-\d)?\b|\bCOVID-19\b",
            r"\bSHA-256\b",
            r"^\s*\d+\.\s",  # a numbered list
        )
    ),
    re.DOTALL | re.MULTILINE,
)


def typed_digits(text: str) -> list[str]:
    """The figures in a sentence or Markdown cell that somebody typed, in order.

    Dates, years, names such as E1 or HS6, quotations, links and file names may hold digits;
    anything else must be computed by the run and passed by name.
    """
    return re.findall(r"\d[\d.,]*\d|\d", _MAY_HOLD_DIGITS.sub(" ", text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= 80 else f"“{line[:79]}…”"

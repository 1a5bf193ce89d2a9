"""Numbers, months and sentences as the reports write them.

One place decides how a figure looks, and one rule keeps sentences honest: a sentence's template
holds no digit of its own, so every number in it was computed by the run.
"""

import math
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


@dataclass(frozen=True)
class Unit:
    """How values of one unit are written: ``usd_mn(95.3)`` is "US$ 95.3 million".

    ``factor`` turns the stored value into the written one (0.383 → 38.3 for per cent).
    """

    prefix: str = ""
    suffix: str = ""
    decimals: int = 1
    factor: float = 1.0

    def bare(self, value: float, decimals: int | None = None) -> str:
        """The number alone: thousands separators, a true minus sign, never "−0"."""
        places = self.decimals if decimals is None else decimals
        text = f"{value * self.factor:,.{places}f}"
        if text.startswith("-"):
            text = text[1:] if not re.search("[1-9]", text) else MINUS + text[1:]
        return text

    def __call__(self, value: float, decimals: int | None = None) -> str:
        """The number with its unit; infinities and unknown values become words."""
        if math.isnan(value):
            return "not known"
        if math.isinf(value):
            return "no upper limit" if value > 0 else "no lower limit"
        return f"{self.prefix}{self.bare(value, decimals)}{self.suffix}"

    def between(self, lo: float, hi: float, decimals: int | None = None) -> str:
        """A range: "US$ 82.5 … 440.6 million", "at least …", "at most …", or one value."""
        if math.isnan(lo) or math.isnan(hi):
            return "not known"
        if math.isinf(lo) and math.isinf(hi):
            return "no limit"
        if math.isinf(hi):
            return f"at{NBSP}least {self(lo, decimals)}"
        if math.isinf(lo):
            return f"at{NBSP}most {self(hi, decimals)}"
        low, high = self.bare(lo, decimals), self.bare(hi, decimals)
        span = low if low == high else f"{low}{NBSP}… {high}"
        return f"{self.prefix}{span}{self.suffix}"


usd_mn = Unit(f"US${NBSP}", f"{NBSP}million")
usd_bn = Unit(f"US${NBSP}", f"{NBSP}billion")
crore = Unit(f"₹{NBSP}", f"{NBSP}crore")
inr_per_usd = Unit(f"₹{NBSP}", f"{NBSP}per{NBSP}US$", decimals=2)
percent = Unit("", f"{NBSP}%", factor=100.0)
ratio = Unit("", f"{NBSP}×")
number = Unit()
count = Unit(decimals=0)


def month_name(month: str) -> str:
    """ "2024-07" → "July 2024"."""
    year, number_ = _year_month(month)
    return f"{MONTHS[number_ - 1]}{NBSP}{year}"


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
    """ "2024-01", "2024-07" → "January to July 2024"; years are repeated only when they differ."""
    if first == last:
        return month_name(first)
    start = month_name(first)
    if first[:4] == last[:4]:
        start = start[: -len(NBSP) - 4]
    return f"{start} to {month_name(last)}"


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
        return _markdown(self.markdown)

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
                "write it with a unit, such as usd_mn(…) or percent(…)."
            )
        return escape_markdown(value)


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


_MONTH = "(?:" + "|".join(MONTHS) + ")"
_MAY_HOLD_DIGITS = re.compile(
    "|".join(
        (
            r"```.*?```",  # a block of code
            r"\]\([^)]*\)|<?https?://[^\s>)]+",  # where a link leads
            r"“[^”]*”|\"[^\"\n]*\"",  # a quotation
            r"`[^`\n]*[./][^`\n]*`",  # a file's name
            r"\{\w+\}",  # a value passed by name
            rf"\b\d{{1,2}}(?:[–-]\d{{1,2}})?\s{_MONTH}\b",  # 12 October
            r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b",  # 2024-07-15, 2024-07, 2024-25
            r"\b(?:FY\s?)?(?:19|20)\d\d(?:[-–]\d\d)?\b",  # 2024, FY2024-25
            r"\bC\d[a-z]?(?:[–-][a-z])?\b|\b[NBR]\d\b",  # readings, numerators, bases
            r"\bHS(?:\d{1,2}|(?:19|20)\d\d)\b|\bH\d\b|\bSHA-256\b",  # nomenclatures, digests
            r"\b[Cc]hapters?\s\d\d(?:(?:,\s|\sand\s|\sor\s)\d\d)*\b",  # chapters 84 and 85
            r"^\s*\d+\.\s",  # a numbered list
        )
    ),
    re.DOTALL | re.MULTILINE,
)


def typed_digits(text: str) -> list[str]:
    """The figures in a sentence or Markdown cell that somebody typed, in order.

    Dates, years, fiscal years, ids, quotations, links and file names may hold digits; anything
    else must be computed by the run and passed by name.
    """
    return re.findall(r"\d[\d.,]*\d|\d", _MAY_HOLD_DIGITS.sub(" ", text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= 80 else f"“{line[:79]}…”"

"""How values are written: money in any currency, per cent, ratios, quantities, money per quantity.

The table `currencies.csv` holds every active code of ISO 4217 (source: ISO 4217, through pycountry
26.2) and those withdrawn since 2010, with their number, name, symbol, decimals and last year. The
symbol is what an English report writes: a sign for the best known currencies, else the code.
"""

import csv
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tradecheck.errors import TradecheckError
from tradecheck.show.prose import MINUS, NBSP, month_name, period_name

TABLE = Path(__file__).with_name("currencies.csv")
SCALES = {
    1: ("", ""),
    1_000: ("thousand", "k"),
    1_000_000: ("million", "mn"),
    1_000_000_000: ("billion", "bn"),
}


UNKNOWN = "not stated"  # a currency that nobody has named


@dataclass(frozen=True)
class Unit:
    """How values of one unit are written: ``money("EUR")(95.3)`` is "€95.3 million".

    factor turns the stored value into the written one (0.383 → 38.3 for per cent); brief is the
    suffix where there is little room; label names the unit without a value ("€ million").
    """

    prefix: str = ""
    suffix: str = ""
    decimals: int = 1
    factor: float = 1.0
    brief: str | None = None
    label: str = ""

    def bare(self, value: float, decimals: int | None = None) -> str:
        """The number alone: thousands separators, a true minus sign, never "−0"."""
        places = self.decimals if decimals is None else decimals
        text = f"{value * self.factor:,.{places}f}"
        if text.startswith("-"):
            text = text[1:] if not re.search("[1-9]", text) else MINUS + text[1:]
        return text

    def __call__(self, value: float, decimals: int | None = None) -> str:
        """The number with its unit; infinities and unknown values become words."""
        return _beyond(value) or self._whole(self.bare(value, decimals), self.suffix)

    def short(self, value: float, decimals: int | None = None) -> str:
        """The number with its unit in few letters, for charts: "€1,480.9 mn"."""
        brief = self.suffix if self.brief is None else self.brief
        return _beyond(value) or self._whole(self.bare(value, decimals), brief)

    def signed(self, value: float, decimals: int | None = None) -> str:
        """A change: "+94.6 %", "−71.6 %"; nothing before a zero."""
        text = self.bare(value, decimals)
        if value > 0 and re.search("[1-9]", text):
            text = f"+{text}"
        return _beyond(value) or self._whole(text, self.suffix)

    def between(self, lo: float, hi: float, decimals: int | None = None) -> str:
        """A range: "€82.5 to 440.6 million", "at least …", "at most …"; or one value."""
        if math.isnan(lo) or math.isnan(hi):
            return "not known"
        if math.isinf(lo) and math.isinf(hi):
            return "no limit"
        if math.isinf(hi):
            return f"at{NBSP}least {self(lo, decimals)}"
        if math.isinf(lo):
            return f"at{NBSP}most {self(hi, decimals)}"
        low, high = self.bare(lo, decimals), self.bare(hi, decimals)
        return (
            self(lo, decimals) if low == high else f"{self.prefix}{low}{NBSP}to {high}{self.suffix}"
        )

    def _whole(self, number: str, suffix: str) -> str:
        sign = number[0] if number[0] in f"+{MINUS}" else ""
        return f"{sign}{self.prefix}{number[len(sign) :]}{suffix}"


class Months(Unit):
    """Months as values: "2024-07" is written July 2024."""

    def __call__(self, value: Any, decimals: int | None = None) -> str:
        return month_name(value)

    def between(self, lo: Any, hi: Any, decimals: int | None = None) -> str:
        return period_name(lo, hi)


def _beyond(value: float) -> str:
    if math.isnan(value):
        return "not known"
    if math.isinf(value):
        return "no upper limit" if value > 0 else "no lower limit"
    return ""


number = Unit()
count = Unit(decimals=0, label="count")
percent = Unit("", f"{NBSP}%", factor=100.0, label="share")  # of fractions
per_cent = Unit("", f"{NBSP}%", label="per cent")  # of values in per cent
times = Unit("×", decimals=2, label="ratio")
rank = Unit(f"place{NBSP}", decimals=0, label="rank")
month = Months(label="month")

PLAIN = {
    "per cent": per_cent, "percent": per_cent, "%": per_cent, "share": percent, "ratio": times,
    "times": times, "rank": rank, "count": count, "month": month,
}  # fmt: skip
# Quantities: how they are written and counted, and what files call them.
QUANTITIES = {
    "kg": (1, ("kgs", "kilogram", "kilograms", "net kg", "kilo", "kilos")),
    "g": (1, ("gram", "grams", "gms")),
    "tonnes": (1, ("t", "tonne", "ton", "tons", "metric tons", "metric tonnes", "mt")),
    "pieces": (
        0,
        ("piece", "u", "no", "nos", "number", "pcs", "p/st", "units", "items", "number of items"),
    ),
    "pairs": (0, ("pair", "pa", "prs", "2u")),
    "dozens": (1, ("dozen", "doz", "dpcs", "12u")),
    "litres": (1, ("litre", "l", "ltr", "liters", "liter")),
    "metres": (1, ("metre", "m", "mtr", "meters", "meter")),
    "m²": (1, ("m2", "sqm", "square metres", "square meters")),
    "m³": (1, ("m3", "cbm", "cubic metres", "cubic meters")),
    "carats": (1, ("carat", "ctm", "crt")),
    "kWh": (1, ("kwh", "kilowatt hours")),
    "MWh": (1, ("mwh", "megawatt hours")),
}
SINGULAR = {
    "pieces": "piece",
    "pairs": "pair",
    "dozens": "dozen",
    "litres": "litre",
    "metres": "metre",
}
_SCALE_WORDS = {
    "thousand": 1_000, "thousands": 1_000, "1000": 1_000, "1,000": 1_000, "million": 1_000_000,
    "millions": 1_000_000, "mn": 1_000_000, "m": 1_000_000, "mio": 1_000_000,
    "billion": 1_000_000_000, "billions": 1_000_000_000, "bn": 1_000_000_000,
}  # fmt: skip
_QUANTITY_WORDS = {
    word.casefold(): name for name, (_, words) in QUANTITIES.items() for word in (name, *words)
}


@dataclass(frozen=True)
class Currency:
    """A currency of ISO 4217. decimals: of its smallest coin; until: its last year."""

    code: str
    numeric: str
    name: str
    symbol: str
    decimals: int
    until: int | None


def currency(code: str) -> Currency:
    """The currency of a code of three letters. Raises TradecheckError for any other text."""
    found = _currencies().get(code.strip().upper())
    if found is None:
        raise TradecheckError(
            f"{code!r} is no currency of ISO 4217; write its three letters, such as EUR."
        )
    return found


@cache
def money(code: str, scale: int = 1_000_000) -> Unit:
    """The unit of values that count so many (1, a thousand, a million, a billion) of a currency."""
    if scale not in SCALES:
        raise TradecheckError(
            f"Money is counted in 1, 1000, 1000000 or 1000000000, not in {scale!r}."
        )
    word, brief = SCALES[scale]
    if code == UNKNOWN:
        told = f"{NBSP}{word}" if word else ""
        label = f"{word or 'value'} (currency not stated)"
        return Unit("", told, 1 if word else 2, brief=f"{NBSP}{brief}" if word else "", label=label)
    found = currency(code)
    return Unit(
        prefix=_before(found),
        suffix=f"{NBSP}{word}" if word else "",
        decimals=1 if word else found.decimals,
        brief=f"{NBSP}{brief}" if word else "",
        label=f"{found.symbol}{NBSP}{word}" if word else found.symbol,
    )


def money_per(code: str, thing: str) -> Unit:
    """The unit of a price: "€12.35 per kg", or of a rate: "€0.93 per US$"."""
    per = f"{NBSP}per{NBSP}{thing}"
    if code == UNKNOWN:
        return Unit("", per, decimals=2, label=f"currency not stated{per}")
    found = currency(code)
    return Unit(_before(found), per, decimals=2, label=f"{found.symbol}{per}")


def quantity(name: str, scale: int = 1) -> Unit:
    """The unit of a quantity: kg, tonnes, pieces …, or thousands and millions of them."""
    word, brief = SCALES[scale]
    if not word:
        return Unit("", f"{NBSP}{name}", QUANTITIES[name][0], label=name)
    return Unit(
        "",
        f"{NBSP}{word}{NBSP}{name}",
        1,
        brief=f"{NBSP}{brief}{NBSP}{name}",
        label=f"{word}{NBSP}{name}",
    )


def unit_as_given(name: str) -> Unit:
    """The unit of quantities that a file names, whatever it is called."""
    known = _QUANTITY_WORDS.get(name.casefold())
    return quantity(known) if known else Unit("", f"{NBSP}{name}", label=name)


def price_as_given(code: str, name: str) -> Unit:
    """The unit of a price for one unit of the quantities that a file names."""
    known = _QUANTITY_WORDS.get(name.casefold(), name)
    return money_per(code, SINGULAR.get(known, known))


@cache
def unit_of(text: str) -> Unit:
    """The unit of words: per cent, ratio, share, month, rank, count, EUR million, kg, EUR per kg …

    Raises TradecheckError for words that name no unit.
    """
    words = " ".join(text.split())
    if words.casefold() in PLAIN:
        return PLAIN[words.casefold()]
    amount, per, thing = re.findall(r"^(.*?)(?:\s?(\bper\b|/)\s?(.+))?$", words)[0]
    if per and words.casefold() not in _QUANTITY_WORDS:
        paid, counted = _currency_of(amount), _currency_of(thing)
        name = counted.symbol if counted else _QUANTITY_WORDS.get(thing.casefold())
        if paid and name:
            return money_per(paid.code, SINGULAR.get(name, name))
        raise _no_unit(text)
    for scale, rest in _scaled(words):
        if found := _currency_of(rest):
            return money(found.code, scale)
        if rest.casefold() in _QUANTITY_WORDS:
            return quantity(_QUANTITY_WORDS[rest.casefold()], scale)
    raise _no_unit(text)


def _scaled(words: str) -> Iterator[tuple[int, str]]:
    """The ways to part words into a scale and the rest: "EUR million", "million EUR", "kg"."""
    yield 1, words
    first, _, rest = words.partition(" ")
    if first.casefold() in _SCALE_WORDS:
        yield _SCALE_WORDS[first.casefold()], rest
    rest, _, last = words.rpartition(" ")
    if last.casefold() in _SCALE_WORDS:
        yield _SCALE_WORDS[last.casefold()], rest


def _before(found: Currency) -> str:
    """A sign stands directly before the number, letters with a space."""
    return found.symbol if len(found.symbol) == 1 else f"{found.symbol}{NBSP}"


def _no_unit(text: str) -> TradecheckError:
    return TradecheckError(
        f"{text!r} is no unit; write per cent, ratio, share, month, rank, count, a currency such "
        "as EUR or EUR million, a quantity such as kg or pieces, or one per the other, such as EUR "
        "per kg."
    )


def _currency_of(words: str) -> Currency | None:
    if re.fullmatch("[A-Z]{3}", words):
        return _currencies().get(words)
    word = words.casefold()  # KGS is a currency, kgs are kilograms
    return None if word in _QUANTITY_WORDS else _currency_words().get(word)


@cache
def _currencies() -> dict[str, Currency]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            line["code"]: Currency(
                line["code"], line["numeric"], line["name"], line["symbol"],
                int(line["decimals"]), int(line["until"]) if line["until"] else None,
            )
            for line in csv.DictReader(lines)
        }  # fmt: skip


@cache
def _currency_words() -> dict[str, Currency]:
    """Codes, symbols and names, also in the plural: "us dollars"."""
    return {
        word.casefold(): found
        for found in _currencies().values()
        for word in (found.code, found.symbol, found.name, f"{found.name}s")
    }

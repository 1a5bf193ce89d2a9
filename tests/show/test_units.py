"""Money, per cent, ratios and quantities as readers see them."""

import csv
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.errors import TradecheckError
from tradecheck.show.units import (
    PLAIN,
    QUANTITIES,
    SCALES,
    TABLE,
    Unit,
    count,
    currency,
    money,
    money_per,
    month,
    number,
    per_cent,
    percent,
    quantity,
    rank,
    times,
    unit_of,
)

USD, EUR = money("USD"), money("EUR")
with TABLE.open(encoding="utf-8", newline="") as _lines:
    CURRENCIES = list(csv.DictReader(_lines))


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (USD(95.3), "US$ 95.3 million"),
        (EUR(1480.9), "€1,480.9 million"),
        (EUR(95, decimals=0), "€95 million"),
        (EUR.short(1480.94), "€1,480.9 mn"),
        (USD.short(-math.inf), "no lower limit"),
        (money("INR")(4502.12), "₹4,502.1 million"),
        (money("GBP", 1_000_000_000)(2), "£2.0 billion"),
        (money("TRY", 1_000)(2.25), "₺2.2 thousand"),
        (money("CHF", 1_000_000_000).short(1.5), "CHF 1.5 bn"),
        # without a scale, down to the smallest coin
        (money("EUR", 1)(1480.9), "€1,480.90"),
        (money("JPY", 1)(1480.9), "¥1,481"),
        (money("KWD", 1)(1.5), "KWD 1.500"),
        (money("HRK")(1), "HRK 1.0 million"),
        # the sign stands before the whole amount, and never before nothing
        (EUR(-12.34), "−€12.3 million"),
        (USD(-12.34), "−US$ 12.3 million"),
        (USD(-0.04), "US$ 0.0 million"),
        (USD(math.inf), "no upper limit"),
        (USD(-math.inf), "no lower limit"),
        (USD(math.nan), "not known"),
        (USD.between(31.8, 623.84), "US$ 31.8 to 623.8 million"),
        (EUR.between(-5, 3), "€−5.0 to 3.0 million"),
        (EUR.between(60.01, 60.04), "€60.0 million"),
        (EUR.between(-60.01, -60.04), "−€60.0 million"),
        (USD.between(82.5, math.inf), "at least US$ 82.5 million"),
        (USD.between(-math.inf, 623.8), "at most US$ 623.8 million"),
        (USD.between(-math.inf, math.inf), "no limit"),
        (USD.between(math.nan, 1), "not known"),
        (EUR.signed(5), "+€5.0 million"),
        (percent(0.383), "38.3 %"),
        (percent.between(0.1, 0.25, decimals=0), "10 to 25 %"),
        (per_cent.signed(94.6), "+94.6 %"),
        (per_cent.signed(-71.64), "−71.6 %"),
        (per_cent.signed(0.04), "0.0 %"),
        (per_cent.signed(math.inf), "no upper limit"),
        (per_cent.between(57.7, 93.1), "57.7 to 93.1 %"),
        (times(1.946), "×1.95"),
        (times.between(1.788, 1.946), "×1.79 to 1.95"),
        (times.between(1.5, math.inf), "at least ×1.50"),
        (money_per("EUR", "kg")(12.346), "€12.35 per kg"),
        (quantity("tonnes")(1234.56), "1,234.6 tonnes"),
        (quantity("pieces")(1234.56), "1,235 pieces"),
        (quantity("kg", 1_000_000)(2), "2.0 million kg"),
        (quantity("kg", 1_000_000).short(2), "2.0 mn kg"),
        (count(12345), "12,345"),
        (number(12345.67), "12,345.7"),
        (rank(2), "place 2"),
        (month("2024-07"), "July 2024"),
        (month.between("2022-08", "2022-09"), "August to September 2022"),
    ],
)
def test_written(written, expected):
    assert plain(written) == expected


def test_no_line_ends_between_a_number_and_its_unit():
    for text in (
        USD(95.3),
        EUR(95.3),
        per_cent(95),
        EUR.short(1),
        money_per("USD", "kg")(2),
        quantity("kg")(1),
    ):
        assert " " not in text
    assert EUR.between(1, 2).count(" ") == 1


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_number_can_be_read_back(value, decimals):
    """No rounding beyond the decimals shown, and never a minus before nothing."""
    text = Unit(decimals=decimals)(value)
    read = float(text.replace(",", "").replace("−", "-"))
    assert abs(read - value) <= 0.5 * 10**-decimals + 1e-6
    assert not (read == 0 and text.startswith("−"))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_range_shows_both_ends_or_the_one_they_share(one, other):
    lo, hi = sorted((one, other))
    ends = re.findall(r"−?[\d,]+\.\d", EUR.between(lo, hi).replace("−€", "−"))
    assert ends == (
        [EUR.bare(lo), EUR.bare(hi)] if EUR.bare(lo) != EUR.bare(hi) else [EUR.bare(lo)]
    )


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("per cent", per_cent), ("Percent", per_cent), ("%", per_cent), ("share", percent),
        ("ratio", times), ("times", times), ("rank", rank), ("count", count), ("month", month),
        ("US$ million", USD), ("USD million", USD), ("million USD", USD), ("US$ mn", USD),
        ("usd m", USD), ("US$\N{NO-BREAK SPACE}million", USD), ("US dollars", money("USD", 1)),
        ("Mio EUR", EUR),
        ("EUR", money("EUR", 1)), ("€", money("EUR", 1)), ("million euros", EUR),
        ("EUR thousand", money("EUR", 1_000)), ("₹ billion", money("INR", 1_000_000_000)),
        ("kg", quantity("kg")),
        ("kgs", quantity("kg")), ("KGS million", money("KGS")),
        ("Tons", quantity("tonnes")), ("NO", quantity("pieces")),
        ("p/st", quantity("pieces")), ("m2", quantity("m²")), ("m", quantity("metres")),
        ("thousand tonnes", quantity("tonnes", 1_000)), ("1000 kWh", quantity("kWh", 1_000)),
        ("EUR per kg", money_per("EUR", "kg")), ("US$/kg", money_per("USD", "kg")),
        ("EUR per NO", money_per("EUR", "piece")), ("INR per USD", money_per("INR", "US$")),
    ],
)  # fmt: skip
def test_the_unit_of_words(words, unit):
    assert unit_of(words) == unit


def test_a_units_label_names_the_unit():
    known = [*PLAIN.values(), *(quantity(name, scale) for name in QUANTITIES for scale in SCALES)]
    known += [money(line["code"], scale) for line in CURRENCIES for scale in SCALES]
    known += [money_per("EUR", "kg"), money_per("INR", "US$")]
    for unit in known:
        assert unit_of(unit.label) == unit
    assert plain(EUR.label) == "€ million"


@pytest.mark.parametrize(
    "words", ["", "bushels", "EUX million", "QQQ", "per kg", "EUR per bushel", "million", "kg kg"]
)
def test_words_that_name_no_unit_are_refused(words):
    with pytest.raises(TradecheckError, match="is no unit; write per cent, ratio"):
        unit_of(words)


def test_currencies_are_those_of_iso_4217():
    assert len(CURRENCIES) > 170
    assert all(
        re.fullmatch("[A-Z]{3}", line["code"]) and re.fullmatch(r"\d{3}", line["numeric"])
        for line in CURRENCIES
    )
    for column in ("code", "numeric", "symbol", "name"):  # a number may pass from a withdrawn one
        held = [
            line[column].casefold()
            for line in CURRENCIES
            if not line["until"] or column != "numeric"
        ]
        assert len(set(held)) == len(held), column
    assert currency("eur").symbol == "€"
    assert (currency("JPY").decimals, currency("HRK").until, currency("EUR").until) == (
        0,
        2022,
        None,
    )
    with pytest.raises(TradecheckError, match="'EURO' is no currency of ISO 4217"):
        money("EURO")
    with pytest.raises(TradecheckError, match="Money is counted in 1, 1000"):
        money("EUR", 100)

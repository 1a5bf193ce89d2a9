"""Numbers, dates and sentences as readers see them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.errors import TradecheckError
from tradecheck.show.prose import (
    Prose,
    Unit,
    count,
    crore,
    date_name,
    escape_markdown,
    inr_per_usd,
    listing,
    month_name,
    month_short,
    percent,
    period_name,
    ratio,
    say,
    typed_digits,
    usd_mn,
)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (usd_mn(95.3), "US$ 95.3 million"),
        (usd_mn(1042), "US$ 1,042.0 million"),
        (usd_mn(95, decimals=0), "US$ 95 million"),
        (usd_mn(-12.34), "US$ −12.3 million"),
        (usd_mn(-0.04), "US$ 0.0 million"),
        (usd_mn(math.inf), "no upper limit"),
        (usd_mn(-math.inf), "no lower limit"),
        (usd_mn(math.nan), "not known"),
        (usd_mn.between(82.5, 440.58), "US$ 82.5 … 440.6 million"),
        (usd_mn.between(60.01, 60.04), "US$ 60.0 million"),
        (usd_mn.between(82.5, math.inf), "at least US$ 82.5 million"),
        (usd_mn.between(-math.inf, 623.8), "at most US$ 623.8 million"),
        (usd_mn.between(-math.inf, math.inf), "no limit"),
        (usd_mn.between(math.nan, 1), "not known"),
        (percent(0.383), "38.3 %"),
        (percent.between(0.1, 0.25, decimals=0), "10 … 25 %"),
        (ratio(2), "2.0 ×"),
        (crore(4502.12), "₹ 4,502.1 crore"),
        (inr_per_usd(83.4), "₹ 83.40 per US$"),
        (count(12345), "12,345"),
        (month_name("2024-07"), "July 2024"),
        (month_short("2024-07"), "Jul 2024"),
        (date_name("2024-10-02"), "2 October 2024"),
        (period_name("2024-01", "2024-07"), "January to July 2024"),
        (period_name("2024-01", "2025-03"), "January 2024 to March 2025"),
        (period_name("2024-01", "2024-01"), "January 2024"),
        (listing(["chips", "circuits", "servers"]), "chips, circuits and servers"),
        (listing(["chips"]), "chips"),
    ],
)
def test_written(written, expected):
    assert plain(written) == expected


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_number_can_be_read_back(value, decimals):
    """No rounding beyond the decimals shown, and never a minus before nothing."""
    text = Unit(decimals=decimals)(value)
    read = float(text.replace(",", "").replace("−", "-"))
    assert abs(read - value) <= 0.5 * 10**-decimals + 1e-6
    assert not (read == 0 and text.startswith("−"))


@pytest.mark.parametrize("month", ["2024-13", "2024-7", "July 2024", "2024"])
def test_a_wrong_month_is_named(month):
    with pytest.raises(TradecheckError, match=month):
        month_name(month)


@pytest.mark.parametrize(
    "sentence",
    [
        'The story of 12 October 2024 says “more than $60 million” and "95".',
        "Reading C1a, numerators N1 and N2, base B4, HS6, HS2022, H6, FY2024-25, 2017-18.",
        "See [the table](#table-2) and [the source](https://example.org/12/a3).",
        "Chapters 84 and 85 in 2024-07; {july} and {value_2}.",
        "1. First\n2. Second",
        "Written to `data/processed/study-1/months.csv`.",
    ],
)
def test_digits_that_may_stand(sentence):
    assert typed_digits(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "typed"),
    [
        ("Exports reached 95 million in July 2024.", ["95"]),
        ("About 1,042.5 of 3 parts.", ["1,042.5", "3"]),
        ("The ratio is 2.0 and C1 holds in 17 of 20.", ["2.0", "17", "20"]),
        ("It rose 14% in 2024.", ["14"]),
        ("A `95` in code is a figure too.", ["95"]),
    ],
)
def test_digits_that_were_typed(sentence, typed):
    assert typed_digits(sentence) == typed


def test_say_fills_in_computed_figures():
    said = say("July is {july}, see [figure](#figure-peak).", july=usd_mn(95))
    assert plain(said.markdown) == "July is US$ 95.0 million, see [figure](#figure-peak)."


@pytest.mark.parametrize(
    ("template", "values", "complaint"),
    [
        ("July is 95.", {}, "typed figure '95'"),
        ("July is {july}.", {"july": 95.0}, "write it with a unit"),
        ("July is {july}.", {}, "no value is given"),
    ],
)
def test_say_refuses(template, values, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        say(template, **values)


def test_a_value_cannot_bring_markdown_but_prose_can():
    link = "[x](javascript:alert)"
    assert say("{v}", v=link).markdown == escape_markdown(link) != link
    assert say("{v}", v=Prose("[C1a](#claim-c1a)")).markdown == "[C1a](#claim-c1a)"

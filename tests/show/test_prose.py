"""Months, dates and sentences as readers see them."""

import pytest

from tradecheck.errors import TradecheckError
from tradecheck.show.prose import (
    Prose,
    date_name,
    escape_markdown,
    listing,
    month_name,
    month_short,
    period_name,
    say,
    typed_digits,
    without_year,
)
from tradecheck.show.units import money
from tradecheck.study.periods import parse_period


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (month_name("2024-07"), "July 2024"),
        (month_short("2024-07"), "Jul 2024"),
        (date_name("2024-10-02"), "2 October 2024"),
        (period_name("2024-01", "2024-07"), "January to July 2024"),
        (period_name("2024-01", "2025-03"), "January 2024 to March 2025"),
        (period_name("2024-01", "2024-01"), "January 2024"),
        (period_name(*parse_period("2022-03..2022-11")), "March to November 2022"),
        (period_name(*parse_period("2024-04..2025-03")), "April 2024 to March 2025"),
        (period_name(*parse_period("2022")), "2022"),
        (period_name(*parse_period("2021..2022")), "2021 to 2022"),
        (period_name(*parse_period("2024Q4")), "October to December 2024"),
        (listing(["chips", "circuits", "servers"]), "chips, circuits and servers"),
        (listing(["July", "August"], "or"), "July or August"),
        (listing(["chips"]), "chips"),
    ],
)
def test_written(written, expected):
    assert plain(written) == expected


@pytest.mark.parametrize("month", ["2024-13", "2024-7", "July 2024", "2024"])
def test_a_wrong_month_is_named(month):
    with pytest.raises(TradecheckError, match=month):
        month_name(month)


@pytest.mark.parametrize(
    "sentence",
    [
        'The story of 12 October 2024 says “more than $60 million” and "95".',
        "From 3–5 March and on October 12, 2024, in 2019, 2020 and 2021.",
        "Claims E1, C10 and C3b–c, C1–C5, readings E1-counted and N1-B2.",
        "HS6, HS2022, CN8, CN2022, HTS2022, H6, ISO 4217, SHA-256, EU27_2020, EA20 and G7.",
        "FY2024-25, 2017-18, 2024–25, 2024/25, 2024-07, 2024-07-15, 2024Q3.",
        "See [the table](#table-2) and [the source](https://example.org/12/a3).",
        "In 2024-07; {july} and {value_2}.",
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
        # what looks like a year or a name and is an amount
        ("€2024, 1950.5, 2,022 and 2024 million.", ["2024", "1950.5", "2,022", "2024"]),
        ("Up 2020 %, ×1.95.", ["2020", "1.95"]),
        ("USD95, Rs500 and US95 million.", ["95", "500", "95"]),
        ("From E1-95 to C1.5.", ["95", "1.5"]),
        # codes of one study's goods are passed by name, too
        ("Chapters 84 and 85, HS 8542.", ["84", "85", "8542"]),
    ],
)
def test_digits_that_were_typed(sentence, typed):
    assert typed_digits(sentence) == typed


def test_say_fills_in_computed_figures():
    said = say("July is {july}, see [figure](#figure-peak).", july=money("USD")(95))
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
    assert say("{v}", v=Prose("[E1](#claim-e1)")).markdown == "[E1](#claim-e1)"


@pytest.mark.parametrize(
    ("months", "named", "words"),
    [
        (["2022-11"], "2022-09", "November"),
        (["2022-10", "2022-11"], "2022-09", "October and November"),
        (["2023-01"], "2022-09", "January 2023"),
        (["2022-12", "2023-01"], "2022-09", "December 2022 and January 2023"),
    ],
)
def test_a_year_just_said_is_not_said_again(months, named, words):
    said = without_year(listing([month_name(month) for month in months]), named)
    assert said.replace("\xa0", " ") == words

"""Months as people and spreadsheets write them; what can be read two ways is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.data.sources.moments import NAMES, SERIAL, days, periods
from tradecheck.data.sources.table import Bad


def read(*texts: str) -> list[str]:
    return [str(period) for period in periods(texts)]


@pytest.mark.parametrize(
    "text",
    [
        "2024-04", "2024/04", "2024.04", "2024 04", "202404", "202404.0", "2024M04", "2024-M04",
        "2024m4", "2024-4",
        "2024/4", "Apr-24", "apr 24", "Apr. 2024", "April 2024", "APRIL-2024", "2024 Apr",
        "2024-April", "Apr/2024",
        "Apr'24", "04/2024", "4-2024", "04.2024", "2024-04-01", "2024-04-30", "2024-04-01T00:00:00",
        "2024-04-01 00:00:00.000", "2024-04-01T00:00:00Z", "20240401", "2024/04/01", "2024/4/1",
        "01.04.2024",
        "1.4.2024", "13/04/2024", "04/13/2024", "1-Apr-24", "1 April 2024", "April 1, 2024",
        "45383",
        "2024-04\u00a0",
    ],
)  # fmt: skip
def test_one_month_in_every_form(text):
    assert read(text) == ["2024-04"]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024", "2024-01..2024-12"),
        ("2024.0", "2024-01..2024-12"),
        ("201952", "2019-01..2019-12"),
        ("2024Q2", "2024-04..2024-06"),
        ("2024-Q4", "2024-10..2024-12"),
        ("Q1 2024", "2024-01..2024-03"),
        ("2024-04..2025-03", "2024-04..2025-03"),
        ("2024-04/2025-03", "2024-04..2025-03"),
    ],
)
def test_longer_periods(text, months):
    assert read(text) == [months]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["01/04/2024"], "April or January 2024"),
        (["01/04/2022", "01/04/2023"], "April or January"),
        (["04/13/2024", "13/04/2024"], "no day of the calendar"),
        (["30/02/2024"], "no day of the calendar"),
        (["2024-02-30"], "no month"),
        (["2024.1"], "January or October"),
        (["24-Apr"], "a day of a month, or a month of a year"),
        (["24-04-01"], "day and year could be exchanged"),
        (["17/02/25"], "day and year could be exchanged"),
        (["2024-13"], "no month 13"),
        (["2023-24"], "2023-04..2024-03"),
        (["2010-11", "2011-12"], "fiscal year"),
        (["2024-04-01", "2024-04-15"], "another day of that month"),
        (["042024"], "no month"),
        (["April"], "no month"),
        (["avril 2024"], "no month"),
        (["1850-01"], "no month"),
        (["2101-01"], "no month"),
        (["٢٠٢٤-٠٤"], "no month"),
        (["Total"], "no month"),
        ([""], "no month"),
    ],
)
def test_what_is_no_month_or_two_is_refused(texts, words):
    with pytest.raises(Bad) as error:
        read(*texts)
    assert words in error.value.rule and error.value.text in texts


def test_a_column_of_days_that_are_always_the_first_tells_which_part_is_the_month():
    assert read("01/04/2024", "01/05/2024") == ["2024-04", "2024-05"]
    assert read("04/01/2024", "05/01/2024") == ["2024-04", "2024-05"]
    assert read("30/04/2024", "01/05/2024") == ["2024-04", "2024-05"]
    assert read("04/30/2024", "05/01/2024") == ["2024-04", "2024-05"]
    assert read("01/01/2024") == ["2024-01"]


def test_the_last_days_of_months_are_months():
    assert read("2024-01-31", "2024-02-29") == ["2024-01", "2024-02"]


def test_december_of_one_year_alone_is_a_month():
    assert read("2011-12") == ["2011-12"]


def test_days_of_release():
    assert days(["2023-01-13", "", "13 January 2023"]) == ["2023-01-13", "", "2023-01-13"]
    with pytest.raises(Bad, match="no day"):
        days(["2023-01"])


@given(st.dates(SERIAL.replace(year=1970), SERIAL.replace(year=2099)), st.integers(0, 8))
def test_every_month_comes_back_from_every_form(day, form):
    year, month, name = day.year, day.month, NAMES[day.month - 1]
    text = [
        f"{year}-{month:02d}", f"{year}{month:02d}", f"{year}M{month:02d}",
         f"{name[:3].title()}-{year}",
        f"{name.title()} {year}", day.isoformat(), f"{day.day:02d}.{month:02d}.{year}",
         f"{month}/{year}",
        str((day - SERIAL).days),
    ][form]  # fmt: skip
    assert read(text) == [f"{year}-{month:02d}"]


@given(st.text(max_size=12))
def test_any_text_is_a_month_or_a_sentence(text):
    try:
        period = periods([text])[0]
    except Bad as bad:
        assert bad.rule and bad.text == text  # noqa: PT017
    else:
        assert period.first <= period.last

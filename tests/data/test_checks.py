"""Checks of single rows: disagreeing currencies and impossible quantities are flagged, no other."""

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.data.checks import implied_rates, unit_values
from tradecheck.study.periods import month_range
from tradecheck.study.study import study_of

STUDY = study_of(
    {
        "name": "s", "question": "Did it grow?", "reporter": "India", "partner": "Russia", "goods": ["847150"],
        "months": "2024-04..2025-03",
        "evidence": [
            {"totals": "t"},
            {"second_currency": "t", "currency": "INR", "rates": "r", "tolerance": 0.1},
        ],
    },
    "study.yaml",
)  # fmt: skip
YEARS = {"22": ("2022-04", "2023-03"), "23": ("2023-04", "2024-03"), "24": ("2024-04", "2025-03")}
MONTHS = month_range("2022-04", "2025-03")
RATES = {"r": pd.DataFrame({"month": MONTHS, "mean": 85.0, "low": 80.0, "high": 90.0})}
MILLION = 1e6
HALF = 0.005 * MILLION  # US$, and ten times as many rupees: half the last digit of a line


def tables(*rows: tuple, lines: int = 1):
    """Flows of one code: year, US$ million, ₹ crore, quantity; each value of so many rounded lines."""
    held = []
    for number, (year, usd, crore, quantity) in enumerate(rows, start=2):
        for currency, value, scale in (("USD", usd, MILLION), ("INR", crore, 10 * MILLION)):
            half = HALF * lines * scale / MILLION
            held.append(
                {
                    "reporter": "IND", "partner": "RUS", "product": "847150", "source": "t", "row": number,
                    "period_start": YEARS[year][0], "period_end": YEARS[year][1], "currency": currency,
                    "value_lo": max(value * scale - half, 0.0), "value": value * scale,
                    "value_hi": value * scale + half,
                    "quantity": quantity if currency == "USD" else None, "unit": "pieces",
                }
            )  # fmt: skip
    return SimpleNamespace(flows=pd.DataFrame(held).astype({"quantity": float}))


def rate_flags(*rows: tuple, lines: int = 1) -> list[bool]:
    return implied_rates(STUDY, tables(*rows, lines=lines), RATES)["flag"].tolist()


def quantity_flags(*rows: tuple) -> dict[str, bool]:
    found = unit_values(STUDY, tables(*rows))
    return {start[2:4]: flag for start, flag in zip(found["period_start"], found["flag"])}


@pytest.mark.parametrize(
    ("usd", "crore", "flagged"),
    [
        (100.0, 850.0, False),
        (100.0, 760.0, False),  # 76: exactly 5 % below the lowest day
        (100.0, 759.0, True),
        (100.0, 945.0, False),  # 94.5: exactly 5 % above the highest day
        (100.0, 946.0, True),
        (10.0, 850.0, True),  # a decimal point lost in one currency
        (0.01, 0.12, False),  # 120 as printed, but 77 to 250 before rounding
        (0.01, 0.30, True),
        (0.0, 0.03, False),
        (0.0, 1.0, True),  # not even 0.005 US$ million makes this
        (0.0, 0.0, False),
        (1.0, 0.0, True),
    ],
)
def test_currencies_that_disagree_by_more_than_rounding_explains(usd, crore, flagged):
    assert rate_flags(("24", usd, crore, 10.0)) == [flagged]


def test_more_lines_leave_more_room_for_rounding():
    assert rate_flags(("24", 0.01, 0.30, 10.0)) == [True]
    assert rate_flags(("24", 0.01, 0.30, 10.0), lines=9) == [False]


def test_a_period_without_all_its_rates_is_not_checked():
    fewer = {"r": RATES["r"][RATES["r"]["month"] != "2024-09"]}
    found = implied_rates(STUDY, tables(("24", 10.0, 850.0, 1.0), ("23", 10.0, 850.0, 1.0)), fewer)
    assert found["flag"].tolist() == [False, True]
    assert found["market_lo"].isna().tolist() == [True, False]


def test_the_rate_and_its_room():
    row = implied_rates(STUDY, tables(("24", 2.0, 16.0, 1.0)), RATES).iloc[0]
    assert (row["currency"], row["other"], row["rate"]) == ("USD", "INR", 80.0)
    assert row["rate_lo"] == pytest.approx(15.995e7 / 2.005e6)
    assert row["rate_hi"] == pytest.approx(16.005e7 / 1.995e6)


@given(
    st.floats(80, 90), st.integers(1, 10**6), st.integers(1, 5), st.floats(-1, 1), st.floats(-1, 1)
)
def test_no_honest_conversion_is_ever_flagged(rate, cents, lines, up, down):
    """Whatever the day of shipment, rounding each line never raises a flag."""
    room = 0.005 * lines
    usd = max(round(cents / 100 + up * room, 9), 0.0)
    crore = max(round(cents / 100 * rate / 10 + down * room, 9), 0.0)
    assert rate_flags(("24", usd, crore, 1.0), lines=lines) == [False]


@pytest.mark.parametrize(
    ("quantity", "flagged"),
    [(100, False), (1900, False), (2100, True), (6, False), (4, True), (0, True)],
)
def test_a_quantity_twenty_times_off_the_usual(quantity, flagged):
    found = quantity_flags(
        ("22", 10.0, 85.0, 100.0), ("23", 10.0, 85.0, 100.0), ("24", 10.0, 85.0, quantity)
    )
    assert found == {"22": False, "23": False, "24": flagged}


@pytest.mark.parametrize(("quantity", "flagged"), [(0.0, False), (1.0, False), (3.0, True)])
def test_a_value_that_rounding_may_explain_is_not_flagged(quantity, flagged):
    """Below 0.005 million is written 0.00: one piece for it may be usual, three may not."""
    usual = [("22", 10.0, 85.0, 100.0), ("23", 10.0, 85.0, 100.0)]
    assert quantity_flags(*usual, ("24", 0.0, 0.0, quantity))["24"] == flagged


def test_too_many_and_too_few_pieces_count_alike_over_two_periods():
    for one, other in ((1.0, 1000.0), (1000.0, 1.0)):
        assert quantity_flags(("22", 10.0, 85.0, one), ("23", 10.0, 85.0, other)) == {
            "22": True,
            "23": True,
        }


def test_without_a_second_currency_or_quantities_there_is_nothing_to_check():
    held = tables(("24", 1.0, 8.5, None))
    bare = STUDY.model_copy(update={"evidence": STUDY.evidence[:1]})
    assert implied_rates(bare, held, {}).empty
    assert unit_values(bare, held).empty

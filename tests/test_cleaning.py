"""Cleaning: disagreeing currencies and impossible quantities are flagged, coverage is mapped."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecheck.cleaning import check, clean, cover, find_flags
from tradecheck.errors import TradecheckError
from tradecheck.study.periods import fiscal_months
from tradecheck.study.project import find_project
from tradecheck.study import Study, load_study

STUDY = Study.model_construct(rate_gap_flag_percent=5.0, unit_value_flag_factor=20.0)
YEARS = ["FY2022-23", "FY2023-24", "FY2024-25"]
RATES = pd.DataFrame(
    [(month, 80.0, 90.0) for year in YEARS for month in fiscal_months(year)],
    columns=["month", "low", "high"],
)


def flows(*rows: tuple) -> pd.DataFrame:
    """Flows of one code: period, US$ million, ₹ crore, quantity, HS8 lines."""
    columns = ["period", "value_usd_mn", "value_inr_crore", "quantity", "hs8_lines"]
    return pd.DataFrame(rows, columns=columns).assign(hs6="847150", unit="NOS")


def flags(*rows: tuple) -> list[tuple[bool, bool]]:
    checks = check(flows(*rows), RATES, STUDY)
    return list(zip(checks["rate_flag"], checks["quantity_flag"]))


@pytest.mark.parametrize(
    ("usd_mn", "crore", "flagged"),
    [
        (100.0, 850.0, False),
        (100.0, 760.0, False),  # 76: exactly 5 % below the lowest day
        (100.0, 759.0, True),
        (100.0, 945.0, False),  # 94.5: exactly 5 % above the highest day
        (100.0, 946.0, True),
        (10.0, 850.0, True),  # a decimal point lost in one currency
        (0.01, 0.12, False),  # 120 as printed, but 73 … 240 before rounding
        (0.01, 0.30, True),
        (0.0, 0.03, False),
        (0.0, 1.0, True),  # not even 0.005 US$ million makes this
        (0.0, 0.0, False),
        (1.0, 0.0, True),
    ],
)
def test_currencies_that_disagree_by_more_than_rounding_explains(usd_mn, crore, flagged):
    assert flags(("FY2024-25", usd_mn, crore, 10.0, 1)) == [(flagged, False)]


def test_more_lines_leave_more_room_for_rounding():
    assert flags(("FY2024-25", 0.01, 0.30, 10.0, 1))[0][0]
    assert not flags(("FY2024-25", 0.01, 0.30, 10.0, 9))[0][0]


@pytest.mark.parametrize(
    ("quantity", "flagged"),
    [(100, False), (1900, False), (2100, True), (6, False), (4, True), (0, True)],
)
def test_a_quantity_twenty_times_off_the_usual(quantity, flagged):
    usual = [("FY2022-23", 10.0, 85.0, 100.0, 1), ("FY2023-24", 10.0, 85.0, 100.0, 1)]
    assert flags(*usual, ("FY2024-25", 10.0, 85.0, float(quantity), 1)) == [
        (False, False), (False, False), (False, flagged)
    ]  # fmt: skip


def test_a_value_that_rounding_may_explain_is_not_flagged():
    usual = [("FY2022-23", 10.0, 85.0, 100.0, 1), ("FY2023-24", 10.0, 85.0, 100.0, 1)]
    assert flags(*usual, ("FY2024-25", 0.0, 0.0, 0.0, 1))[2] == (False, False)
    assert flags(*usual, ("FY2024-25", 0.0, 0.0, 1.0, 1))[2] == (False, False)
    assert flags(*usual, ("FY2024-25", 0.0, 0.0, 3.0, 1))[2] == (False, True)


def test_too_many_and_too_few_pieces_count_alike_over_two_years():
    for first, second in ((1.0, 1000.0), (1000.0, 1.0)):
        found = flags(("FY2022-23", 10.0, 85.0, first, 1), ("FY2023-24", 10.0, 85.0, second, 1))
        assert [quantity for _, quantity in found] == [True, True]


def test_a_year_without_all_its_rates_is_an_error():
    with pytest.raises(TradecheckError, match="11 of the 12 months of FY2024-25"):
        check(flows(("FY2024-25", 1.0, 8.5, 1.0, 1)), RATES.iloc[:-1], STUDY)


@settings(deadline=None, max_examples=60)
@given(
    st.floats(80, 90), st.integers(1, 10**6), st.integers(1, 5), st.floats(-1, 1), st.floats(-1, 1)
)
def test_no_honest_conversion_is_ever_flagged(rate, cents, lines, up, down):
    """Whatever the day of shipment, rounding each line never raises a flag."""
    room = 0.005 * lines
    usd_mn = max(round(cents / 100 + up * room, 9), 0.0)
    crore = max(round(cents / 100 * rate / 10 + down * room, 9), 0.0)
    assert not flags(("FY2024-25", usd_mn, crore, 1.0, lines))[0][0]


def test_every_code_and_year_has_a_state():
    listed = pd.DataFrame({
        "hs6": ["010121", "020202", "030303", "040404"], "tier": ["1", "1", "2", "2"],
        "description": ["a", "b", "c", "d"], "new_in_hs2022": [False, False, True, True],
    })  # fmt: skip
    held = pd.DataFrame({"hs6": ["010121", "030303"], "period": ["FY2021-22", "FY2022-23"],
                         "value_usd_mn": [0.0, 2.0]})
    table = cover(held, listed, ["FY2021-22", "FY2022-23"], {"020202", "040404"})
    states = table.set_index(["hs6", "period"])["state"].to_dict()
    assert states == {
        ("010121", "FY2021-22"): "value", ("010121", "FY2022-23"): "no line",
        ("020202", "FY2021-22"): "not in source", ("020202", "FY2022-23"): "not in source",
        ("030303", "FY2021-22"): "no such code", ("030303", "FY2022-23"): "value",
        ("040404", "FY2021-22"): "no such code", ("040404", "FY2022-23"): "not in source",
    }  # fmt: skip


@pytest.fixture(scope="module")
def cleaned():
    project = find_project(Path(__file__).parent)
    return clean(project, load_study(project, "india-russia-2024"))


def test_the_real_tables_keep_every_row(cleaned):
    assert (cleaned.ledger.received.rows, cleaned.ledger.kept.rows) == (237, 237)
    assert round(cleaned.ledger.kept.usd_mn, 2) == 932.14
    totals = cleaned.flows.groupby("period")["value_usd_mn"].sum().round(2)
    assert totals.loc[["FY2022-23", "FY2023-24", "FY2024-25"]].tolist() == [75.38, 148.64, 539.62]


def test_the_machining_centres_of_one_year_are_flagged(cleaned):
    """34,128 machines for US$ 22.92 million would cost US$ 672 each."""
    found = find_flags(cleaned.checks).set_index(["period", "hs6"]).loc[("FY2023-24", "845710")]
    assert found["quantity_flag"] and not found["rate_flag"]
    assert round(found["unit_value"]) == 672
    assert not cleaned.checks["rate_flag"].any()


def test_the_real_coverage(cleaned):
    counts = cleaned.coverage.groupby(["period", "state"]).size().unstack(fill_value=0)
    assert counts.loc["FY2024-25"].to_dict() == {
        "no line": 5, "no such code": 0, "not in source": 10, "value": 35
    }
    assert counts.loc["FY2017-18", "no such code"] == 6
    assert len(cleaned.coverage) == 50 * 8

"""Columns known by their names, in any case and order."""

import pytest

from tradecheck.data.sources.columns import clash, money, tidy_columns
from tradecheck.errors import TradecheckError


def value(name: str) -> tuple | None:
    found = tidy_columns(["period", name])
    return found and found.values[0][1:]


@pytest.mark.parametrize(
    ("name", "currency", "scale", "valuation", "flow"),
    [
        ("value", "", 1, "", ""),
        ("VALUE", "", 1, "", ""),
        (" Value ", "", 1, "", ""),
        ("trade_value", "", 1, "", ""),
        ("OBS_VALUE", "", 1, "", ""),
        ("value_usd", "USD", 1, "", ""),
        ("Value (US$)", "USD", 1, "", ""),
        ("VALUE_IN_EUROS", "EUR", 1, "", ""),
        ("Value, €", "EUR", 1, "", ""),
        ("value_kzt", "KZT", 1, "", ""),
        ("EUR", "EUR", 1, "", ""),
        ("value_usd_mn", "USD", 1e6, "", ""),
        ("Value in 1000 EUR", "EUR", 1e3, "", ""),
        ("Value (thousand US dollars)", "USD", 1e3, "", ""),
        ("value_inr_crore", "INR", 1e7, "", ""),
        ("value_usd_m", "USD", 1e6, "", ""),
        ("FOB value (USD)", "USD", 1, "FOB", ""),
        ("value_cif", "", 1, "CIF", ""),
        ("export_value", "", 1, "", "X"),
        ("Imports, USD million", "USD", 1e6, "", "M"),
    ],
)
def test_a_column_of_values(name, currency, scale, valuation, flow):
    assert value(name) == (currency, scale, valuation, flow)


@pytest.mark.parametrize(
    "name",
    ["unit_value", "value_per_kg", "value_share", "value_note", "value_m", "all", "total", "growth",
     "usd_eur",
     "value_usd_eur", "price"],
)  # fmt: skip
def test_a_column_that_is_none_of_values(name):
    assert value(name) is None


@pytest.mark.parametrize(
    ("names", "role", "chosen"),
    [
        (["Month", "value"], "period", "Month"),
        (["TIME_PERIOD", "value"], "period", "TIME_PERIOD"),
        (["Date", "value"], "period", "Date"),
        (["Year", "value"], "year", "Year"),
        (["period", "HS6", "value"], "product", "HS6"),
        (["period", "Commodity code", "value"], "product", "Commodity code"),
        (["period", "HS-8", "value"], "product", "HS-8"),
        (["period", "hs2", "cn8", "hs4", "value"], "product", "cn8"),
        (["period", "product_name", "code", "value"], "product", "code"),
        (["period", "Partner Name", "partner_iso", "value"], "partner", "partner_iso"),
        (["period", "Trading partner", "value"], "partner", "Trading partner"),
        (["period", "Reporter", "value"], "reporter", "Reporter"),
        (["period", "Trade Flow", "value"], "flow", "Trade Flow"),
        (["period", "value", "Net weight (kg)"], "quantity", "Net weight (kg)"),
        (["period", "value", "Qty", "Qty Unit"], "unit", "Qty Unit"),
        (["period", "value", "vintage"], "released", "vintage"),
        (["period", "value", "Flag"], "status", "Flag"),
    ],
)
def test_a_column_by_its_name(names, role, chosen):
    assert names[tidy_columns(names).roles[role]] == chosen


def test_what_the_name_promises_of_codes_and_weights():
    found = tidy_columns(["period", "cn8", "value", "quantity_kg"])
    assert (found.digits, found.weight) == (8, "kg")


def test_a_table_without_months_or_values_is_none():
    assert tidy_columns(["hs6", "value"]) is None
    assert tidy_columns(["period", "hs6"]) is None


def test_two_columns_of_values_in_one_currency_are_refused():
    names = ["period", "value_usd", "trade_value_usd"]
    with pytest.raises(
        TradecheckError, match="value_usd and trade_value_usd both hold values in USD"
    ):
        clash("t.csv", names, tidy_columns(names).values)
    names = ["period", "value_usd", "value_eur"]
    clash("t.csv", names, tidy_columns(names).values)


def test_money_in_words():
    assert money("USD") == ("USD", 1.0)
    assert money("US$ mn") == ("USD", 1e6)
    assert money("thousand euros") == ("EUR", 1e3)
    assert money("kg") is None and money("") is None

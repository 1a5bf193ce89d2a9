"""The shipped study's bounds, held to figures worked out by hand from the published ones."""

from dataclasses import replace

import pandas as pd
import pytest
from real import YEAR, claims, official, study, tables, worst

from tradecheck import answers
from tradecheck.errors import TradecheckError
from tradecheck.evidence import monthly
from tradecheck.measures import LISTED, Quantity
from tradecheck.study.periods import fiscal_months, fiscal_year, following, month_range
from tradecheck.official import Choices, YearTotals, codes_of, split_goods

MONTHS = fiscal_months(YEAR)
NAMED = "chips, circuits and machine tools"


def of(months, goods=LISTED, body=None):
    return answers.value_range(body or official(), Quantity(months=months, goods=goods))


def test_the_year():
    """539.62 is the sum of the 35 lines; 59.03 + 205.38 + 26.53 + 7.71 = 298.65 is unseen."""
    assert of(MONTHS) == pytest.approx((539.62, 539.62 + 298.65), abs=0.005)


def test_the_year_before_has_no_upper_end():
    assert of(fiscal_months("FY2023-24")) == pytest.approx((148.64, float("inf")), abs=0.005)


def test_servers_of_the_year_are_exact_up_to_the_rounding_of_their_line():
    assert of(MONTHS, "servers") == pytest.approx((440.575, 440.585), abs=1e-6)


def test_nine_other_months_with_each_month_and_july_believed():
    """838.27 − 60 − 60 − 94.5 = 623.77 at most."""
    body = official().believing(claims().constraints(["C1a", "C3a"], official(), {}))
    others = [m for m in MONTHS if m not in ("2024-04", "2024-05", "2024-07")]
    assert of(others, body=body)[1] == pytest.approx(623.77, abs=0.005)


@pytest.mark.parametrize(
    ("tolerance", "first_half", "winter", "quarter", "to_july"),
    [
        (0.02, 137.3, 122.4, 67.2, 416.7),
        (0.05, 116.7, 130.7, 71.7, 420.6),
        (0.10, 82.5, 144.5, 79.3, 427.0),
        (0.20, 13.9, 172.2, 94.5, 439.8),
    ],
)
def test_two_currencies_date_the_servers(tolerance, first_half, winter, quarter, to_july):
    """The bounds published with the rates: at least in April to September, at most in the rest."""
    spans = {"half": MONTHS[:6], "winter": MONTHS[8:], "quarter": MONTHS[9:], "july": MONTHS[:4]}
    table = answers.timing(tables(), study(), "servers", spans, [tolerance]).set_index("span")
    assert table.loc["half", "lo"] == pytest.approx(first_half, abs=0.051)
    assert table.loc["half", "hi"] == pytest.approx(440.585, abs=0.01)
    assert table.loc["winter", "hi"] == pytest.approx(winter, abs=0.051)
    assert table.loc["quarter", "hi"] == pytest.approx(quarter, abs=0.051)
    assert table.loc["july", "hi"] == pytest.approx(to_july, abs=0.051)


def test_an_earlier_rate_would_be_a_simple_mix():
    """By hand: 100 that fetched 8,420 at a rate of 84 in April and 85 later left to 80 in April."""
    rates = dict.fromkeys(MONTHS, 85.0) | {"2024-04": 84.0}
    line = {"period": YEAR, "hs6": "847150", "value_usd_mn": 100.0, "value_inr_crore": 842.0,
            "hs8_lines": 0}
    case = replace(tables(), yearly=pd.DataFrame([line]), rates=rates)
    body = monthly(case, study().model_copy(update={"rate_tolerance_inr": 0.0}))
    assert of(["2024-04"], "servers", body) == pytest.approx((80, 80), abs=1e-4)


def test_worst_case_shares_of_the_year():
    """(43.68 + 59.03 + 205.38) ÷ (539.62 + 264.41) and 440.58 ÷ 838.27, rounding of lines included."""
    table = answers.shares_of_year(worst(), tables(), study(), YEAR, ["servers", NAMED])
    servers, named = table.itertuples()
    assert named.hi == pytest.approx((43.68 + 264.41) / (539.62 + 264.41), abs=5e-4)
    assert f"{named.hi:.1%}" == "38.3%"
    assert servers.lo == pytest.approx(440.58 / 838.27, abs=5e-4)
    assert f"{servers.lo:.1%}" == "52.5%"
    assert servers.seen == pytest.approx(0.816, abs=5e-4)


def test_named_goods_outside_the_list_may_take_the_unseen_trade_too():
    """(74.78 + 264.41) ÷ (539.62 + 74.78 − 43.68 + 264.41)."""
    all_named = Quantity(months=[YEAR], goods=f"{NAMED}, listed or not")
    base = Quantity(months=[YEAR], goods=f"listed goods and all {NAMED}")
    _, most = answers.ratio_range(worst(), all_named, base)
    assert most == pytest.approx(339.19 / 835.13, abs=5e-4)


def test_the_yearly_share_says_nothing_of_april_to_july():
    spring = MONTHS[:4]
    share = answers.ratio_range(
        official(), Quantity(months=spring, goods=NAMED), Quantity(months=spring)
    )
    assert share == pytest.approx((0, 1), abs=1e-6)


def test_atoms_hold_every_listed_code_once():
    atoms = split_goods(tables().listed, study().goods)
    codes = [code for group in atoms.values() for code in group]
    assert sorted(codes) == sorted(tables().listed)
    assert atoms["servers"] == ("847150",)


def test_a_year_without_chapter_totals_is_bounded_from_below_only():
    atoms = split_goods(tables().listed, study().goods)
    totals = YearTotals.of(tables(), study(), atoms, "FY2023-24", Choices())
    rows = totals.constraints()[0].rows
    assert all(row.hi == float("inf") or row.hi - row.lo < 0.02 for row in rows)


def test_totals_as_published_leave_only_their_rounding():
    body = monthly(tables(), study(), Choices(coverage="as published"))
    assert of(MONTHS, body=body) == pytest.approx((539.62 - 0.305, 539.62 + 0.305), abs=1e-6)


def test_on_the_day_of_the_claim_its_fiscal_year_had_no_total():
    body = monthly(tables(), study(), Choices(known_on=study().claim_date))
    assert of(MONTHS, body=body) == (0, float("inf"))
    assert of(fiscal_months("FY2023-24"), body=body)[0] == pytest.approx(148.64)


@pytest.mark.parametrize(
    ("goods", "lower", "unseen"),
    [
        ("servers", 440.575, 0.01),
        ("listed goods without servers", 99.04, 298.65),
        ("tiers 1 and 2", 15.48, 205.38),
        (NAMED, 43.68, 264.41),
    ],
)
def test_every_list_has_its_own_bounds(goods, lower, unseen):
    """Lower bounds by list, and the unseen trade of the list's own chapters."""
    body = monthly(tables(), study(), Choices(goods=goods))
    assert of(MONTHS, body=body) == pytest.approx((lower, lower + unseen), abs=0.011)


def test_goods_that_the_study_does_not_define_are_a_sentence():
    with pytest.raises(TradecheckError, match="'toys'.*does not define"):
        codes_of("toys", tables().listed, study().goods)


def test_a_missing_exchange_rate_is_a_sentence():
    rates = {month: rate for month, rate in tables().rates.items() if month != "2024-11"}
    with pytest.raises(TradecheckError, match="2024-11.*ecb-inr-usd"):
        monthly(replace(tables(), rates=rates), study())


@pytest.mark.parametrize(
    ("month", "year"), [("2024-03", "FY2023-24"), ("2024-04", "FY2024-25"), ("1999-12", "FY1999-00")]
)
def test_fiscal_years(month, year):
    assert fiscal_year(month) == year
    assert month in fiscal_months(year) and len(fiscal_months(year)) == 12


def test_months_cross_the_turn_of_a_year():
    assert month_range("2023-11", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert following("2024-01", -1) == "2023-12"

"""The raw tables as shipped: counts and sums, compared with figures worked out by hand."""

from pathlib import Path

import pytest

from tradecheck.study.project import find_project
from tradecheck.sources import comtrade, ecb, eidb, goods, press

PROJECT = find_project(Path(__file__).parent)
YEARS = [f"{year}-{year % 100 + 1:02d}" for year in range(2017, 2025)]
TIERS = ["1", "2", "3.A", "3.B", "4.A", "4.B"]

# US$ million by fiscal year: all listed goods, then tiers 1, 2, 3.A, 3.B, 4.A and 4.B; ₹ crore.
BY_YEAR = {
    "2017-18": (23.36, [0.36, 14.10, 1.14, 6.09, 0.03, 1.64], 150.70),
    "2018-19": (40.12, [0.92, 26.77, 2.27, 9.13, 0.08, 0.95], 278.01),
    "2019-20": (12.02, [0.60, 0.34, 5.39, 3.97, 0.36, 1.36], 85.12),
    "2020-21": (60.07, [0.03, 0.27, 28.97, 28.89, 0.07, 1.84], 442.26),
    "2021-22": (32.93, [0.10, 3.25, 14.10, 12.08, 1.13, 2.27], 245.17),
    "2022-23": (75.38, [6.96, 16.84, 27.59, 10.45, 4.15, 9.39], 608.45),
    "2023-24": (148.64, [11.00, 10.01, 59.36, 16.08, 6.04, 46.15], 1232.24),
    "2024-25": (539.62, [5.02, 10.46, 471.37, 12.50, 1.62, 38.65], 4528.82),
}
SERVERS = {"2021-22": 0.02, "2022-23": 18.88, "2023-24": 39.67, "2024-25": 440.58}


def cents(value: float) -> int:
    return round(value * 100)


@pytest.fixture(scope="module")
def lines():
    table = eidb.lines(PROJECT, "dgcis-india-russia-chpl")
    listed = goods.read(PROJECT, "chpl")[["hs6", "tier"]]
    return table.merge(listed, on="hs6", validate="many_to_one")


@pytest.mark.parametrize("year", YEARS)
def test_sums_by_year_tier_and_currency(lines, year):
    total, tiers, crore = BY_YEAR[year]
    table = lines[lines["fiscal_year"] == year]
    assert cents(table["value_usd_mn"].sum()) == cents(total)
    assert cents(table["value_inr_crore"].sum()) == cents(crore)
    found = [cents(table.loc[table["tier"] == tier, "value_usd_mn"].sum()) for tier in TIERS]
    assert found == [cents(value) for value in tiers]


def test_every_line_is_of_a_listed_code_and_none_repeats(lines):
    assert len(lines) == 237
    assert not lines.duplicated(["fiscal_year", "hs6"]).any()
    assert set(lines["qty_unit"]) == {"NOS"}
    assert lines["hs6"].nunique() == 39


def test_lines_added_up_in_the_last_three_years(lines):
    """The rounding of a year's total is half a cent for each of these lines."""
    counts = lines.groupby("fiscal_year")["hs8_lines"].sum()
    assert counts.loc[["2022-23", "2023-24", "2024-25"]].tolist() == [60, 68, 61]


def test_servers(lines):
    servers = lines[lines["hs6"] == "847150"].set_index("fiscal_year")
    for year, value in SERVERS.items():
        assert servers.at[year, "value_usd_mn"] == value
    assert servers.at["2024-25", "qty"] == 6446
    assert set(servers["hs8_lines"]) == {1}


def test_fifteen_destinations_in_each_of_eight_years():
    table = eidb.destinations(PROJECT, "dgcis-india-chpl-destinations")
    assert table.groupby("fiscal_year").size().to_dict() == dict.fromkeys(YEARS, 15)
    assert table.groupby("publisher_name")["partner"].nunique().eq(1).all()
    last = table[table["fiscal_year"] == "2024-25"].head(4)
    assert list(zip(last["partner"], last["value_usd_mn"])) == [
        ("United States", 1468.36),
        ("Russia", 539.62),
        ("Netherlands", 404.85),
        ("Hong Kong", 378.72),
    ]
    absent = set(YEARS) - set(table.loc[table["partner"] == "Russia", "fiscal_year"])
    assert absent == {"2017-18", "2019-20", "2021-22"}


def test_the_list_by_tier_and_edition():
    table = goods.read(PROJECT, "chpl")
    assert table.groupby("tier").size().reindex(TIERS).tolist() == [4, 5, 16, 9, 11, 5]
    assert set(table["list_date"]) == {"2024-02-23"}
    new = table[table["new_in_hs2022"]].set_index("hs6")["hs2017_code"].to_dict()
    assert new == {
        "852589": "852580",
        "854149": "854140",
        "854151": "",
        "854159": "",
        "854800": "854890",
        "880730": "880330",
    }
    assert table["description"].is_unique


def test_members_by_chapter_heading_and_code():
    codes = goods.read(PROJECT, "chpl")["hs6"]
    named = ["8542", "8534", "8457", "8458", "8459", "8460", "8461", "8466"]
    assert goods.members(codes, named) == [
        "845710", "845811", "845891", "845961", "846693",
        "853400", "854231", "854232", "854233", "854239",
    ]  # fmt: skip
    assert goods.members(codes, ["88"]) == ["880730"]
    assert goods.members(codes, []) == []


def test_chapter_coverage_leaves_298_65_unseen():
    table = eidb.chapter_coverage(PROJECT, "dgcis-india-russia-chpl").set_index("chapter")
    assert table["unseen_usd_mn"].to_dict() == {
        "all": 919.06, "84": 59.03, "85": 205.38, "88": 26.53, "90": 7.71,
    }  # fmt: skip
    assert cents(table.drop("all")["unseen_usd_mn"].sum()) == 29865
    assert set(table["fiscal_year"]) == {"2024-25"}


def test_codes_without_a_file_show_no_value(lines):
    codes = eidb.codes_without_file(PROJECT, "dgcis-india-russia-chpl")
    assert len(set(codes)) == 10
    assert not set(codes) & set(lines["hs6"])
    assert set(codes) <= set(goods.read(PROJECT, "chpl")["hs6"])


def test_every_month_has_a_rate():
    table = ecb.read(PROJECT, "ecb-inr-usd")
    months = [f"{year}-{month:02d}" for year in range(2017, 2026) for month in range(1, 13)]
    assert table["month"].tolist() == months[3:-9]
    last = table[table["month"].between("2024-04", "2025-03")]
    assert round(last["mean"].mean(), 2) == 84.57


def test_the_release_calendar_on_the_day_of_the_claim():
    table = comtrade.releases(PROJECT, "comtrade-release-calendar")
    assert len(table) == 220
    assert table["reporter"].nunique() == 12
    public = table[table["first_released"] <= "2024-10-12"]
    assert public.groupby("reporter")["month"].max().to_dict() == {
        "Armenia": "2024-06", "China": "2023-12", "Georgia": "2024-07", "Hong Kong": "2024-03",
        "India": "2024-06", "Kazakhstan": "2024-02", "Kyrgyzstan": "2024-07",
        "Malaysia": "2024-07", "Serbia": "2024-07", "Thailand": "2024-07", "Türkiye": "2024-07",
        "Uzbekistan": "2024-06",
    }  # fmt: skip
    before = comtrade.last_months_before(PROJECT, "comtrade-release-calendar")
    assert before.set_index("reporter")["last_month"].to_dict() == {
        "Russia": "2021-12",
        "United Arab Emirates": "2019-12",
    }


def test_the_context_figures():
    table = press.context(PROJECT, "context-figures")
    assert table["value"].to_dict() == {
        "kse_chpl_imports_2023": 12500, "kse_share_china_2023": 56.3,
        "kse_share_hong_kong_2023": 19.3, "all_exports_june_2023": 328,
        "all_exports_march_2024": 441, "all_exports_june_2024": 475,
        "servers_reported_value": 300, "servers_reported_units": 1111,
        "servers_units_from_malaysia": 1407, "named_goods_all_fy2022_23": 19.69,
        "named_goods_all_fy2023_24": 75.21, "named_goods_all_fy2024_25": 74.78,
        "all_exports_fy2024_25": 4881.34,
    }  # fmt: skip
    assert (table["first_month"] <= table["last_month"]).all()


def test_the_counts_of_the_re_reports():
    table = press.rereports(PROJECT, "rereports-india-russia-2024")
    counts = {column: table[column].value_counts().to_dict() for column in (
        "april_may", "doubling_base", "doubling_of", "rank_order", "fifth"
    )}
    assert counts == {
        "april_may": {"each": 8, "together": 3, "either": 22, "not given": 3},
        "doubling_base": {
            "earlier months of this year": 23,
            "earlier months": 8,
            "last year": 2,
            "mean of the earlier months of this year": 1,
            "not given": 2,
        },
        "doubling_of": {"April and May": 31, "July": 3, "not given": 2},
        "rank_order": {
            "China first, India second": 31, "India first, China second": 2, "not given": 3
        },
        "fifth": {"via India": 26, "from India": 7, "not given": 3},
    }
    assert (table["july_usd_mn"] == 95).sum() == 34
    assert table["july_usd_mn"].isna().sum() == 2
    assert (table["address"] == "").sum() == 1

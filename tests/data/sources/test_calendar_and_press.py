"""Release calendars, reported figures and coded re-reports."""

import pytest

from source_files import ROOT, raw
from tradecheck.data.sources import calendar, press
from tradecheck.data.sources.registry import LISTINGS
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

PROJECT = Project(ROOT)
NAMES = "reporter,month,edition,first_released,last_released\n"
GOOD = "India,2024-06,H6,2024-09-01,2024-10-01\n"


def test_a_calendar_is_recognised_and_read():
    file = raw(NAMES + GOOD)
    assert [known.name for known in LISTINGS if known.recognises(file)] == ["release-calendar"]
    assert calendar.read_releases(file).to_dict("records") == [
        {"reporter": "India", "month": "2024-06", "edition": "H6", "first_released": "2024-09-01",
         "last_released": "2024-10-01"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (
            "India,2024-07,H6,2024-07-01,2024-06-30",
            "line 3 .India, 2024-07.*last release is not before the first",
        ),
        ("India,2024-07,H6,2024-06-30,2024-08-01", "a release follows its month"),
        ("India,2024-07,H6,2024-02-30,2024-09-01", "line 3, column first_released .'2024-02-30'"),
        ("India,2024,H6,2025-02-20,2025-09-01", "line 3, column month .'2024'.*no single month"),
        ("India,2024-06,H6,2024-09-01,2024-09-01", "line 3 .India, 2024-06.*stands twice"),
        (",2024-07,H6,2024-09-01,2024-09-01", "the reporter is missing"),
    ],
)
def test_a_row_that_breaks_a_rule(line, rule):
    with pytest.raises(TradecheckError, match=rule):
        calendar.read_releases(raw(NAMES + GOOD + line + "\n"))


def test_the_shipped_calendar_on_the_day_of_the_claim():
    table = calendar.releases(PROJECT, "comtrade-release-calendar")
    assert (len(table), table["reporter"].nunique()) == (220, 12)
    public = table[table["first_released"] <= "2024-10-12"]
    assert public.groupby("reporter")["month"].max().to_dict() == {
        "Armenia": "2024-06", "China": "2023-12", "Georgia": "2024-07", "Hong Kong": "2024-03",
        "India": "2024-06", "Kazakhstan": "2024-02", "Kyrgyzstan": "2024-07",
        "Malaysia": "2024-07", "Serbia": "2024-07", "Thailand": "2024-07", "Türkiye": "2024-07",
        "Uzbekistan": "2024-06",
    }  # fmt: skip
    last = calendar.last_months(PROJECT, "comtrade-last-months")
    assert last.set_index("reporter")["last_month"].to_dict() == {
        "Russia": "2021-12", "United Arab Emirates": "2019-12",
    }  # fmt: skip


def test_the_shipped_figures():
    table = press.figures(PROJECT, "context-figures")
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


def test_the_counts_of_the_shipped_re_reports():
    table = press.rereports(PROJECT, "rereports-india-russia-2024")
    counts = {
        column: table[column].value_counts().to_dict()
        for column in ("april_may", "doubling_of", "fifth")
    }
    assert counts == {
        "april_may": {"each": 8, "together": 3, "either": 22, "not given": 3},
        "doubling_of": {"April and May": 31, "July": 3, "not given": 2},
        "fifth": {"via India": 26, "from India": 7, "not given": 3},
    }
    assert (table["july_usd_mn"] == 95).sum() == 34 and table["july_usd_mn"].isna().sum() == 2
    assert (table["address"] == "").sum() == 1

"""Tables put together from DGCI&S by hand: fiscal years, two currencies, rounding by line, remainders."""

import hashlib

import pytest

from source_files import ROOT, aside, raw, recognised, rows
from tradecheck.data.sources import dgcis
from tradecheck.data.sources.base import Said, Wanted
from tradecheck.data.sources.reading import read_flows
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

PROJECT = Project(ROOT)
LINES = "fiscal_year,hs6,value_usd_mn,value_inr_crore,qty,qty_unit,hs8_lines\n"
CHAPTERS = "fiscal_year,chapter,official_usd_mn,held_usd_mn\n"
SAID = Said(reporter="IND", partner="Russia", flow="exports", released="2025-10-21")

# US$ million by fiscal year: all listed goods; ₹ crore.
BY_YEAR = {
    "2017-04": (23.36, 150.70), "2018-04": (40.12, 278.01), "2019-04": (12.02, 85.12), "2020-04": (60.07, 442.26),
    "2021-04": (32.93, 245.17), "2022-04": (75.38, 608.45), "2023-04": (148.64, 1232.24), "2024-04": (539.62, 4528.82),
}  # fmt: skip


def read(text, wanted=None):
    return dgcis.read_lines(raw(text), SAID, wanted)


def test_a_line_is_two_rows_each_off_by_half_a_cent_for_every_tariff_line():
    text = LINES + "2017-18,845710,0.57,3.67,14,NOS,2\n2024-25,847150,440.58,3692.35,6446,NOS,1\n"
    assert recognised(raw(text)) == ["dgcis-lines"]
    found = read(text)
    columns = (
        "period_start",
        "period_end",
        "product",
        "currency",
        "value_lo",
        "value",
        "value_hi",
        "quantity",
        "unit",
    )
    assert rows(found, *columns) == [
        ("2017-04", "2018-03", "845710", "USD", 560000.0, 570000.0, 580000.0, 14.0, "NOS"),
        ("2017-04", "2018-03", "845710", "INR", 36600000.0, 36700000.0, 36800000.0, None, ""),
        (
            "2024-04",
            "2025-03",
            "847150",
            "USD",
            440575000.0,
            440580000.0,
            440585000.0,
            6446.0,
            "NOS",
        ),
        (
            "2024-04",
            "2025-03",
            "847150",
            "INR",
            36923450000.0,
            36923500000.0,
            36923550000.0,
            None,
            "",
        ),
    ]
    assert rows(found, "reporter", "partner", "flow", "edition", "released", "row")[2] == (
        "IND",
        "RUS",
        "X",
        "HS2022",
        "2025-10-21",
        3,
    )
    assert (
        found.flows.iloc[0]["edition"] == "HS2017" and found.rows == 2 and found.absent == "unknown"
    )


def test_rounding_leaves_no_value_below_zero():
    assert rows(read(LINES + "2024-25,903039,0.01,0.09,2,NOS,3\n"), "value_lo", "value_hi") == [
        (0.0, 25000.0), (750000.0, 1050000.0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "reasons"),
    [
        ("2024-25,84715,1.0,8.5,3,NOS,1\n", {"bad code": [2, 2]}),
        ("2024-25,847150,-1.0,8.5,3,NOS,1\n", {"impossible value": [2, 2]}),
        ("2024-25,847150,1.0,8.5,3,NOS,0\n", {"impossible value": [2, 2]}),
        ("2024-25,847150,1.0,8.5,3,NOS,1\n" * 2, {"exact repeat": [3, 3]}),
        (
            "2024-25,847150,1.0,8.5,3,NOS,1\n2024-25,847150,1.0,8.6,3,NOS,1\n",
            {"conflicting rows": [2, 2, 3, 3]},
        ),
    ],
)
def test_lines_that_are_set_aside(lines, reasons):
    found = read(LINES + lines + "2023-24,847150,1.0,8.5,3,NOS,1\n")
    assert aside(found) == reasons and "2023-04" in set(found.flows["period_start"])


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (
            "2024-26,847150,1.0,8.5,3,NOS,1",
            "line 2, column fiscal_year: '2024-26' is no fiscal year; write it as 2024-25",
        ),
        ("2024,847150,1.0,8.5,3,NOS,1", "column fiscal_year"),
        ("2024-25,847150,,8.5,3,NOS,1", "line 2, column value_usd_mn .*missing; fill it in"),
        ("2024-25,847150,1.0,8.5,3,,1", "line 2, column qty_unit .*missing; fill it in"),
        ("2024-25,847150,1.0,8.5,three,NOS,1", "line 2, column qty .'three'.*no number"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, rule):
    with pytest.raises(TradecheckError, match=rule):
        read(LINES + line + "\n")


def test_only_what_is_asked_for():
    text = LINES + "2017-18,845710,0.57,3.67,14,NOS,2\n2024-25,847150,440.58,3692.35,6446,NOS,1\n"
    found = read(text, Wanted(products=("8471",), months=frozenset({"2024-07"})))
    assert rows(found, "product") == [("847150",), ("847150",)]


def test_official_totals_by_chapter():
    text = CHAPTERS + "2024-25,all,4881.34,3962.28\n2024-25,84,1137.42,1078.39\n"
    assert recognised(raw(text)) == ["dgcis-chapters"]
    found = dgcis.read_chapters(raw(text), SAID, None)
    assert rows(found, "product", "value_lo", "value", "value_hi", "currency", "period_end") == [
        ("TOTAL", 4881335000.0, 4881340000.0, 4881345000.0, "USD", "2025-03"),
        ("84", 1137415000.0, 1137420000.0, 1137425000.0, "USD", "2025-03"),
    ]
    with pytest.raises(
        TradecheckError, match="'848' is no chapter; write its two digits, or TOTAL"
    ):
        dgcis.read_chapters(raw(CHAPTERS + "2024-25,848,1,1\n"), SAID, None)


def test_the_shipped_lines_by_year_and_currency():
    found = read_flows(PROJECT, "dgcis-india-russia-chpl")
    sums = found.flows.groupby(["period_start", "currency"])["value"].sum()
    for year, (dollars, rupees) in BY_YEAR.items():
        assert (round(sums[(year, "USD")] / 1e6, 2), round(sums[(year, "INR")] / 1e7, 2)) == (
            dollars,
            rupees,
        )
    assert (found.rows, len(found.flows), len(found.aside)) == (237, 474, 0)
    assert found.flows["product"].nunique() == 39 and set(found.flows["unit"]) == {"NOS", ""}


def test_the_rounding_of_the_last_years_is_half_a_cent_for_each_of_their_lines():
    flows = read_flows(PROJECT, "dgcis-india-russia-chpl").flows
    dollars = flows[flows["currency"] == "USD"].groupby("period_start")[["value", "value_hi"]].sum()
    rounding = ((dollars["value_hi"] - dollars["value"]) / 5000).round().astype(int)
    assert rounding[["2022-04", "2023-04", "2024-04"]].tolist() == [60, 68, 61]


def test_servers():
    flows = read_flows(PROJECT, "dgcis-india-russia-chpl").flows
    servers = flows[(flows["product"] == "847150") & (flows["currency"] == "USD")].set_index(
        "period_start"
    )
    assert servers["value"].to_dict() == {
        "2018-04": 0.0, "2019-04": 0.0, "2020-04": 0.0, "2021-04": 20000.0, "2022-04": 18880000.0,
        "2023-04": 39670000.0, "2024-04": 440580000.0,
    }  # fmt: skip
    assert servers.at["2024-04", "quantity"] == 6446


def test_what_the_shipped_chapters_leave():
    table = dgcis.remainders(PROJECT, "dgcis-india-russia-chapters").set_index("product")
    unseen = ((table["official"] - table["held"]) / 1e6).round(2)
    assert unseen.to_dict() == {"TOTAL": 919.06, "84": 59.03, "85": 205.38, "88": 26.53, "90": 7.71}
    assert round(unseen.drop("TOTAL").sum(), 2) == 298.65
    assert set(zip(table["period_start"], table["period_end"], table["currency"])) == {
        ("2024-04", "2025-03", "USD")
    }


def test_more_held_than_official_is_refused(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    card = (PROJECT.raw / "dgcis-india-russia-chapters.card.yaml").read_text(encoding="utf-8")
    text = CHAPTERS + "2024-25,84,5.00,5.02\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    lines = [
        f"sha256: {digest}" if line.startswith("sha256") else line for line in card.splitlines()
    ]
    (tmp_path / "data/raw/dgcis-india-russia-chapters.card.yaml").write_text(
        "\n".join(lines), encoding="utf-8"
    )
    (tmp_path / "data/raw/dgcis-india-russia-chapters.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TradecheckError, match="line 2: more is held than the official total"):
        dgcis.remainders(Project(tmp_path), "dgcis-india-russia-chapters")


def test_the_shipped_destinations():
    table = dgcis.destinations(PROJECT, "dgcis-india-chpl-destinations")
    assert table.groupby("period_start").size().to_dict() == dict.fromkeys(BY_YEAR, 15)
    last = table[table["period_start"] == "2024-04"].head(4)
    assert list(zip(last["partner"], (last["value"] / 1e6).round(2))) == [
        ("USA", 1468.36), ("RUS", 539.62), ("NLD", 404.85), ("HKG", 378.72)
    ]  # fmt: skip
    assert set(BY_YEAR) - set(table.loc[table["partner"] == "RUS", "period_start"]) == {
        "2017-04", "2019-04", "2021-04"
    }  # fmt: skip
    assert table["value_hi"].isna().all() and set(table["product"]) == {"chpl"}

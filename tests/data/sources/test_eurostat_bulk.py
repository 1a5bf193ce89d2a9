"""Comext's bulk files: two headers, procedures that add up, hidden goods, and only the rows asked for."""

import gzip

import pytest

from source_files import aside, raw, real, recognised, rows
from tradecheck.data.sources import base, eurostat_bulk
from tradecheck.data.sources.base import RawFile, Said, Wanted
from tradecheck.errors import TradecheckError

NEW = (
    "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_CPA21,PRODUCT_CPA22,PRODUCT_BEC,PRODUCT_BEC5,"
    "PRODUCT_SECTION,FLOW,STAT_PROCEDURE,SUPPL_UNIT,PERIOD,VALUE_EUR,VALUE_NAC,QUANTITY_KG,QUANTITY_SUPPL_UNIT\n"
)
OLD = (
    "DECLARANT,DECLARANT_ISO,PARTNER,PARTNER_ISO,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_cpa2002,"
    "PRODUCT_cpa2008,PRODUCT_CPA2_1,PRODUCT_BEC,PRODUCT_SECTION,FLOW,STAT_REGIME,SUPP_UNIT,PERIOD,"
    "VALUE_IN_EUROS,QUANTITY_IN_KG,SUP_QUANTITY\n"
)


def new(reporter, partner, code, value, flow=2, procedure=1, period="202402", kilograms=3):
    return (
        f"{reporter},{partner},E,{code},59229,2052,2059,220,311210,06,{flow},{procedure},NO_SU,{period},"
        f"{value},{value},{kilograms},0\n"
    )


def old(reporter, partner, code, value, regime, period="200101", flow=1):
    return (
        f"001,{reporter},0079,{partner},E,{code},00151,0122,0143,.....,111,01,{flow},{regime},A,{period},"
        f"{value},600,1\n"
    )


def read(content, wanted=None):
    return eurostat_bulk.SOURCE.read(raw(content, "full_202402.dat"), Said(), wanted)


SAMPLE = (
    NEW
    + new("AT", "KZ", "39161000", 2870)
    + new("AT", "KZ", "39161000", 130, procedure=2)
    + new("AT", "KZ", "39XXXXXX", 89)
    + new("GR", "XK", "01012100", 65, flow=1)
    + new("AT", "KZ", "99RRR100", 5)
)


def test_one_row_a_line_and_procedures_as_parts():
    found = read(SAMPLE)
    assert recognised(raw(SAMPLE)) == ["eurostat-comext-bulk"]
    assert rows(
        found, "reporter", "partner", "product", "flow", "value", "quantity", "unit", "status"
    ) == [
        ("AUT", "KAZ", "39161000", "X", 2870.0, 3.0, "kg", "final"),
        ("AUT", "KAZ", "39161000", "X", 130.0, 3.0, "kg", "final"),
        ("AUT", "KAZ", "39", "X", 89.0, 3.0, "kg", "confidential"),
        ("GRC", "XKX", "01012100", "M", 65.0, 3.0, "kg", "final"),
        ("AUT", "KAZ", "99", "X", 5.0, 3.0, "kg", "confidential"),
    ]
    assert found.rows == 5 and not aside(found) and found.absent == "zero"


def test_what_fetching_adds_up_and_dates():
    content = (
        "REPORTER,PARTNER,PRODUCT_NC,FLOW,STAT_PROCEDURE,PERIOD,VALUE_EUR,QUANTITY_KG,RELEASED\n"
        "DEU,WLD,TOTAL,2,TOTAL,202401,900,90,2024-03-15\n"
        "DEU,KGZ,8703,2,TOTAL,202401,10,1,2024-03-15\n"
        "DEU,KGZ,8703,2,TOTAL,202401,11,1,2024-04-15\n"
    )
    assert recognised(raw(content)) == ["eurostat-comext-bulk"]
    assert rows(read(content), "partner", "product", "value", "released", "edition") == [
        ("WLD", "TOTAL", 900.0, "2024-03-15", ""),
        ("KGZ", "8703", 10.0, "2024-03-15", "HS2022"),
        ("KGZ", "8703", 11.0, "2024-04-15", "HS2022"),
    ]


def test_the_header_before_2022_and_its_total_of_regimes():
    content = (
        OLD + old("FR", "KZ", "87032319", 100, regime=4) + old("FR", "KZ", "87032319", 30, regime=3)
        + old("FR", "KZ", "87032410", 20, regime=1) + old("FR", "KZ", "87032410", 7, regime=2)
    )  # fmt: skip
    assert recognised(raw(content)) == ["eurostat-comext-bulk"]
    found = read(content)
    assert rows(found, "reporter", "partner", "product", "value", "period_start", "edition") == [
        ("FRA", "KAZ", "87032319", 100.0, "2001-01", "CN2001"),
        ("FRA", "KAZ", "87032410", 20.0, "2001-01", "CN2001"),
        ("FRA", "KAZ", "87032410", 7.0, "2001-01", "CN2001"),
    ]
    assert aside(found) == {"breakdown of another row": [3]}


def test_month_52_is_the_year():
    found = read(NEW + new("AT", "KZ", "39161000", 900, period="202352"))
    assert rows(found, "period_start", "period_end") == [("2023-01", "2023-12")]
    both = read(SAMPLE + new("AT", "KZ", "39161000", 9000, period="202452"))
    assert aside(both) == {"year row beside months": [7]}


def test_a_line_that_stands_twice_counts_once():
    found = read(SAMPLE + new("GR", "XK", "01012100", 65, flow=1))
    assert aside(found) == {"exact repeat": [7]}


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        (Wanted(), [2, 3, 4, 5, 6]),
        (Wanted(reporters=frozenset({"GRC"})), [5]),
        (Wanted(partners=frozenset({"KAZ"})), [2, 3, 4, 6]),
        (Wanted(flows=frozenset({"M"})), [5]),
        (Wanted(products=("3916",)), [2, 3, 4]),  # the hidden remainder of chapter 39 may hold it
        (Wanted(products=("39161000",), partners=frozenset({"KAZ"})), [2, 3, 4]),
        (Wanted(products=("01",)), [5]),
        (Wanted(months=frozenset({"2024-02"})), [2, 3, 4, 5, 6]),
        (Wanted(months=frozenset({"2024-03"})), []),
    ],
)
def test_only_what_is_asked_for_becomes_rows(wanted, lines):
    found = read(SAMPLE, wanted)
    assert [row for (row,) in rows(found, "row")] == lines
    assert found.rows == 5


def test_a_large_file_is_read_in_blocks(tmp_path, monkeypatch):
    path = tmp_path / "full.dat.gz"
    lines = "".join(
        new("AT", "KZ", f"{code:08d}", code, flow=1 + code % 2)
        for code in range(39000001, 39004001)
    )
    path.write_bytes(gzip.compress((NEW + lines).encode()))
    monkeypatch.setattr(base, "LARGE_GZIP", 10)
    file = RawFile("full", path)
    assert file.large and recognised(file) == ["eurostat-comext-bulk"]
    found = eurostat_bulk.SOURCE.read(
        file, Said(), Wanted(products=("390000",), flows=frozenset({"M"}))
    )
    assert found.rows == 4000
    assert rows(found, "product", "row")[:2] == [("39000002", 3), ("39000004", 5)]
    assert len(found.flows) == 49
    blocks = list(eurostat_bulk.SOURCE.blocks(file, Said()))
    assert sum(block.rows for block in blocks) == sum(len(block.flows) for block in blocks) == 4000


def test_a_line_that_cannot_be_read_is_named():
    with pytest.raises(TradecheckError, match="line 3, column FLOW: '7' is no flow"):
        read(NEW + new("AT", "KZ", "39161000", 1) + new("AT", "KZ", "39161000", 1, flow=7))
    with pytest.raises(TradecheckError, match="line 2, column VALUE_EUR"):
        read(NEW + new("AT", "KZ", "39161000", "x"))
    with pytest.raises(TradecheckError, match="holds a header but no rows"):
        read(NEW)


def test_real_excerpt():
    file = real("eurostat_comext_bulk_dat/full_202402_excerpt.dat")
    assert recognised(file) == ["eurostat-comext-bulk"]
    found = eurostat_bulk.SOURCE.read(file, Said(), None)
    assert (found.rows, found.flows["value"].sum(), found.flows["quantity"].sum()) == (
        13,
        7713,
        380,
    )
    hidden = found.flows[found.flows["status"] == "confidential"]
    assert hidden[["product", "value", "row"]].to_numpy().tolist() == [["39", 89.0, 11]]

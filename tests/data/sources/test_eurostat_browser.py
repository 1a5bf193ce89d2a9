"""Eurostat's Data Browser workbook: sheets of products and flows, months across, flags between."""

import pytest

from source_files import aside, book, raw, real, recognised, rows
from tradecheck.data.sources import eurostat_browser
from tradecheck.data.sources.base import Said
from tradecheck.errors import TradecheckError

GERMANY = "Germany (incl. German Democratic Republic 'DD' from 1991)"
FOOT = [[], ["Special value"], [":", "not available"]]


def head(product, flow="EXPORT", indicator="VALUE_IN_EUROS"):
    return [
        ["Data extracted on 22/01/2023 20:19:34 from [ESTAT]"],
        ["Dataset: ", "EU trade since 1988 by HS2-4-6 and CN8 [DS-045409__custom_1]"],
        ["Last updated: ", "13/01/2023 11:00"],
        [],
        ["PRODUCT [PRODUCT]", None, product],
        ["FLOW", None, flow],
        ["INDICATORS", None, indicator],
        [],
    ]


def sheet(rows, product="MINERAL FUELS; WAXES [27]", months=("2022-10", "2022-11"), **fixed):
    return [
        *head(product, **fixed),
        ["TIME", "TIME", *months],
        ["FREQ (Labels)", "FREQ (Labels)", *("Monthly" for _ in months)],
        ["REPORTER (Labels)", "PARTNER (Labels)"],
        *rows,
        *FOOT,
    ]


def workbook(*sheets):
    named = {f"Sheet {at}": rows for at, rows in enumerate(sheets, 1)}
    return raw(book({"Summary": [["x"]], "Structure": [["Structure"]], **named}), "export.xlsx")


def read(*sheets, said=Said()):
    return eurostat_browser.SOURCE.read(workbook(*sheets), said, None)


def test_every_sheet_of_products_and_flows():
    sheets = (
        sheet([[GERMANY, "Belarus (Belorussia)", 5, 7]]),
        sheet([[GERMANY, "Armenia", 1, 2]], product="Total [TOTAL]", flow="IMPORT"),
    )
    assert recognised(workbook(*sheets)) == ["eurostat-data-browser"]
    found = read(*sheets)
    assert rows(found, "reporter", "partner", "product", "flow", "period_start", "value", "row") == [
        ("DEU", "BLR", "27", "X", "2022-10", 5.0, 12), ("DEU", "BLR", "27", "X", "2022-11", 7.0, 12),
        ("DEU", "ARM", "TOTAL", "M", "2022-10", 1.0, 12), ("DEU", "ARM", "TOTAL", "M", "2022-11", 2.0, 12),
    ]  # fmt: skip
    assert found.rows == 2 and found.absent == "zero"
    assert set(found.flows["released"]) == {"2023-01-13"}


def test_cells_that_are_not_available_are_no_rows_and_the_empty_month_is_named():
    found = read(sheet([[GERMANY, "Armenia", 5, ":"], ["Malta", "Armenia", ":", ":"]]))
    assert rows(found, "reporter", "period_start") == [("DEU", "2022-10")]
    assert any("2022-11: not published yet" in note for note in found.notes)


def test_columns_of_flags_between_the_months():
    rows_ = [[GERMANY, "Armenia", 5, "p", 7, None], ["Malta", "Armenia", ":", "c", 3, "c"]]
    found = read(sheet(rows_, months=("2022-10", None, "2022-11", None)))
    assert rows(found, "reporter", "period_start", "value", "status") == [
        ("DEU", "2022-10", 5.0, "provisional"), ("DEU", "2022-11", 7.0, "final"),
        ("MLT", "2022-10", None, "confidential"), ("MLT", "2022-11", 3.0, "confidential"),
    ]  # fmt: skip


def test_weights_on_a_sheet_of_their_own():
    found = read(
        sheet([[GERMANY, "Armenia", 5, 7]]),
        sheet([[GERMANY, "Armenia", 0.5, ":"]], indicator="QUANTITY_IN_100KG"),
    )
    assert rows(found, "value", "quantity", "unit") == [(5.0, 50.0, "kg"), (7.0, None, "")]


def test_codes_beside_labels_and_products_down_the_rows():
    table = [
        *head("x")[:4],
        ["REPORTER [REPORTER]", None, None, GERMANY],
        ["PARTNER [PARTNER]", None, None, "Kyrgyzstan"],
        [],
        ["TIME", "TIME", "TIME", "2022-10", "2022-11"],
        ["FLOW (Labels)", None, None, "EXPORT", "IMPORT"],
        ["PRODUCT (Codes)", "PRODUCT (Labels)", "INDICATORS (Labels)"],
        ["87032319", "Motor cars", "VALUE_IN_EUROS", 1, 2],
        *FOOT,
    ]
    assert rows(read(table), "reporter", "partner", "product", "flow", "value") == [
        ("DEU", "KGZ", "87032319", "X", 1.0), ("DEU", "KGZ", "87032319", "M", 2.0),
    ]  # fmt: skip


def test_a_product_and_its_chapter_in_one_book_stay_apart():
    found = read(
        sheet([[GERMANY, "Armenia", 5, 7]]),
        sheet([[GERMANY, "Armenia", 4, 6]], product="Coal [2701]"),
    )
    assert set(rows(found, "product", "value")) == {
        ("27", 5.0),
        ("27", 7.0),
        ("2701", 4.0),
        ("2701", 6.0),
    }


def test_the_same_sheet_twice_counts_once():
    found = read(sheet([[GERMANY, "Armenia", 5, 7]]), sheet([[GERMANY, "Armenia", 5, 7]]))
    assert len(found.flows) == 2 and aside(found) == {"exact repeat": [12, 12]}


def test_what_the_book_does_not_say_is_said_or_not_stated():
    table = sheet([[GERMANY, "Armenia", 5, 7]])
    table[5] = []
    assert set(read(table).flows["flow"]) == {"not stated"}
    assert set(read(table, said=Said(flow="exports")).flows["flow"]) == {"X"}


def test_a_sheet_without_time_across_and_a_cell_that_is_no_figure():
    with pytest.raises(
        TradecheckError, match="Sheet 1: no row TIME; lay the table out with time across"
    ):
        read([["a", "b"], ["c", "d"]])
    with pytest.raises(
        TradecheckError, match="Sheet 1, row 12: 'n/a yet' is neither a number nor a flag"
    ):
        read(sheet([[GERMANY, "Armenia", 5, "n/a yet"]]))


def test_real_workbook():
    file = real("eurostat_databrowser_xlsx/eu_total_trade_4630244_spreadsheet.xlsx")
    assert recognised(file) == ["eurostat-data-browser"]
    found = eurostat_browser.SOURCE.read(file, Said(), None)
    table = found.flows.set_index(["product", "flow", "reporter", "partner", "period_start"])[
        "value"
    ]
    assert found.rows == 4 * 27 * 7 and len(table) == 17968
    assert table[("TOTAL", "X", "AUT", "ARM", "2022-11")] == 3202460
    assert table[("27", "M", "AUT", "KAZ", "2020-01")] == 164882917
    assert "2022-12" not in set(found.flows["period_start"])
    assert any("2022-12" in note for note in found.notes)

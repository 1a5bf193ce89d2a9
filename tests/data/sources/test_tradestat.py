"""India's TradeStat: codes that lost a zero, blanks that do not break, statuses, total rows."""

import pytest

from source_files import aside, book, raw, real, recognised, rows
from tradecheck.data.sources import tradestat
from tradecheck.data.sources.base import Said
from tradecheck.errors import TradecheckError

MEIDB = [
    "S.No.",
    "HSCode",
    "Commodity",
    "Apr\xa0 2019\xa0(F)",
    "May\xa0 2019\xa0(R)",
    "Jun\xa0 2019\xa0(P)",
    "Total Exports",
]
USD = Said(currency="USD")


def workbook(*table):
    return raw(book({"Sheet1": [list(row) for row in table], "Sheet2": []}), "export.xlsx")


def read(*table, said=USD):
    return tradestat.SOURCE.read(workbook(*table), said, None)


def page(body, title="Import :: Commodity-wise", unit="Values in US $ Million"):
    return raw(
        f"<html><script>alert('Export ::')</script><body><p>Department of Commerce<BR>Export Import Data Bank<BR>"
        f"<U>{title}</U></p><p>Dated:\n4/6/2020<BR>{unit}<br></p><table border=1><tr><th>S.No.</th><th>HSCode</th>"
        f"<th>Commodity</th><th>2014-2015</th><th>%Share</th><th>\n2015-2016\n</th><th>%Share</th>"
        f"<th>%Growth</th><th>HS Code digit level option</th></tr>{body}</table></body></html>",
        "page.html",
    )


def entry(*cells):
    return "<tr>" + "".join(f"<td><font>\n{cell}\n</font></td>" for cell in cells) + "</tr>"


ROWS = entry(
    "1.", "01", "LIVE ANIMALS.&nbsp;", "11.96", "0.0027", "9.28", "0.0024", "-22.40", "4 6 8"
) + entry("2.", "8471", "COMPUTERS", "3,640.61", "0.8", "2,790.38", "0.7", "-23.35", "")


def test_months_with_their_status_and_codes_with_their_zeros():
    table = (
        MEIDB,
        [1.0, 1.0, "LIVE ANIMALS.", 1.46, 6.67, None, 8.13],
        [2.0, 85.0, "MACHINES.", 0.0, "-", 2.5, 2.5],
    )
    assert recognised(workbook(*table)) == ["india-tradestat"]
    found = read(*table, said=Said(currency="USD", partner="Russia"))
    assert rows(found, "product", "period_start", "value", "value_lo", "value_hi", "status") == [
        ("01", "2019-04", 1460000.0, 1455000.0, 1465000.0, "final"),
        ("01", "2019-05", 6670000.0, 6665000.0, 6675000.0, "final"),
        ("85", "2019-04", 0.0, 0.0, 5000.0, "final"),
        ("85", "2019-06", 2500000.0, 2495000.0, 2505000.0, "provisional"),
    ]
    assert set(zip(found.flows["reporter"], found.flows["partner"], found.flows["flow"])) == {
        ("IND", "RUS", "X")
    }
    assert set(found.flows["valuation"]) == {"FOB"} and found.absent == "unknown"
    assert aside(found) == {"year row beside months": [2, 3]}


def test_the_total_row_is_set_aside_and_tells_that_the_partner_is_the_world():
    found = read(MEIDB, [1.0, 1.0, "A", 1.0, 2.0, 3.0, 6.0], [2.0, 2.0, "B", 1.0, 2.0, 3.0, 6.0],
                 [None, None, "India's Total Export", 2.0, 4.0, 6.01, 12.0])  # fmt: skip
    assert set(found.flows["partner"]) == {"WLD"} and set(found.flows["product"]) == {"01", "02"}
    assert aside(found)["total row without a code"] == [4, 4, 4, 4]
    with pytest.raises(
        TradecheckError, match="holds the partner WLD, but what is said of it is RUS"
    ):
        read(MEIDB, [1.0, 1.0, "A", 1.0, 2.0, 3.0, 6.0], [None, None, "India's Total Export", 1.0, 2.0, 3.0, 6.0],
             said=Said(currency="USD", partner="RUS"))  # fmt: skip


def test_a_total_that_is_not_the_sum_of_the_rows_does_not_make_the_partner_the_world():
    found = read(MEIDB, [1.0, 1.0, "A", 1.0, 2.0, 3.0, 6.0],
                 [None, None, "India's Total Export", 26032.22, 29847.31, 1.0, 60000.0])  # fmt: skip
    assert set(found.flows["partner"]) == {"not stated"}


def test_fiscal_years_of_a_web_page():
    file = page(
        ROWS
        + entry(
            "&nbsp;", "&nbsp;", "India's Total Import", "3,652.57", "", "2,799.66", "", "-14.96", ""
        )
    )
    assert recognised(file) == ["india-tradestat"]
    found = tradestat.SOURCE.read(file, Said(), None)
    assert rows(
        found, "partner", "flow", "product", "period_start", "period_end", "value", "valuation"
    ) == [
        ("WLD", "M", "01", "2014-04", "2015-03", 11960000.0, "CIF"),
        ("WLD", "M", "01", "2015-04", "2016-03", 9280000.0, "CIF"),
        ("WLD", "M", "8471", "2014-04", "2015-03", 3640610000.0, "CIF"),
        ("WLD", "M", "8471", "2015-04", "2016-03", 2790380000.0, "CIF"),
    ]
    assert aside(found) == {"total row without a code": [4, 4]}


@pytest.mark.parametrize(
    ("unit", "currency", "value"),
    [
        ("Values in US $ Million", "USD", 11.96e6), ("Values in Rs. Crore", "INR", 11.96e7),
        ("Values in ₹ Crore", "INR", 11.96e7), ("Values in Rs. Lakhs", "INR", 11.96e5),
    ],
)  # fmt: skip
def test_the_unit_that_the_page_names(unit, currency, value):
    found = tradestat.SOURCE.read(page(ROWS, unit=unit), Said(partner="China"), None)
    assert found.flows.iloc[0][["currency", "value"]].tolist() == [currency, value]


def test_the_unit_must_be_said_where_the_file_is_silent():
    table = (MEIDB, [1.0, 1.0, "A", 1.0, 2.0, 3.0, 6.0])
    with pytest.raises(
        TradecheckError,
        match="US\\$ million or ₹ crore; say it with --currency USD or --currency INR",
    ):
        read(*table, said=Said())
    assert set(read(*table, said=Said(currency="INR")).flows["value"]) == {1e7, 2e7, 3e7}
    with pytest.raises(
        TradecheckError, match="holds the currency USD, but what is said of it is INR"
    ):
        tradestat.SOURCE.read(page(ROWS), Said(currency="INR"), None)


def test_countries_down_the_rows_and_quantities_beside_values():
    found = tradestat.SOURCE.read(
        workbook(
            ["TradeStat->Eidb->Export->Commodity-wise-all-countries"],
            ["Report Generated on: 19/06/2026 -  Values in US $ Million|| Values in Quantity"],
            ["S.No.", "Country / Region", "2023-2024", "2024-2025", "%Growth", "2023-2024", "2024-2025", "%Growth"],
            [1, "RUSSIA", 39.67, 440.58, 5.0, 600, 6446, 7.0],
            [2, "U S A", 1.0, 2.0, 1.0, 5, 6, 1.0],
            ["Total", "Total", 40.67, 442.58, 1.0, 605, 6452, 1.0],
            ["India's Total", "India's Total", 437072.0, 437416.0, 1.0, None, None, None],
        ),
        Said(goods="847150"), None,
    )  # fmt: skip
    assert rows(found, "partner", "product", "flow", "period_start", "value", "quantity") == [
        ("RUS", "847150", "X", "2023-04", 39670000.0, 600.0), ("RUS", "847150", "X", "2024-04", 440580000.0, 6446.0),
        ("USA", "847150", "X", "2023-04", 1000000.0, 5.0), ("USA", "847150", "X", "2024-04", 2000000.0, 6.0),
    ]  # fmt: skip
    assert aside(found) == {"total row without a code": [6, 6, 7, 7]}


def test_totals_by_country_are_of_all_goods():
    found = tradestat.SOURCE.read(
        workbook(["TradeStat->Eidb->Export->Country-wise"], ["Report Generated on: 19/06/2026 -  Values in US $ Million"],
                 ["S.No.", "Country/Region", "2024-2025", "%Share"], [1, "AFGHANISTAN", 318.91, 0.07]),
        Said(), None,
    )  # fmt: skip
    assert rows(found, "partner", "product", "flow") == [("AFG", "TOTAL", "X")]


@pytest.mark.parametrize(
    ("heading", "first", "last", "status"),
    [
        ("Apr-2024(F)", "2024-04", "2024-04", "final"),
        ("Jul-2026 (A)", "2026-07", "2026-07", "provisional"),
        ("Apr-Jul2026(F)", "2026-04", "2026-07", "final"),
        ("Jan-Jul-2026 (P)", "2026-01", "2026-07", "provisional"),
        ("Apr-Feb 2025", "2024-04", "2025-02", "final"),
        ("2014-2015", "2014-04", "2015-03", "final"),
        ("2014-15", "2014-04", "2015-03", "final"),
        ("2020-2021(Apr-Jan)", "2020-04", "2021-01", "final"),
    ],
)
def test_headings(heading, first, last, status):
    found = read(["S.No.", "HSCode", "Commodity", heading], [1, "8471", "COMPUTERS", 5.0])
    assert rows(found, "period_start", "period_end", "status") == [(first, last, status)]


def test_months_of_which_nothing_is_published_yet_are_no_zeros():
    header = ["S.No.", "HSCode", "Commodity", "Jun-2026 (F)", "Jul-2026 (F)", "Aug-2026 (A)"]
    found = read(header, [1, "01", "A", 1.0, 0.0, 0.0], [2, "02", "B", 0.0, 3.0, 0.0])
    assert rows(found, "product", "period_start", "value") == [
        ("01", "2026-06", 1e6), ("01", "2026-07", 0.0), ("02", "2026-06", 0.0), ("02", "2026-07", 3e6),
    ]  # fmt: skip
    assert aside(found) == {"month of which nothing is published yet": [2, 3]}
    assert found.notes == ("Nothing is published yet for 2026-08.",)


def test_a_single_month_of_zeros_stays():
    found = read(["S.No.", "HSCode", "Commodity", "Jun-2026 (F)"], [1, "01", "A", 0.0])
    assert rows(found, "value") == [(0.0,)]


def test_editions_change_with_the_fiscal_year_and_eight_digits_are_indias_own():
    header = ["S.No.", "HSCode", "Commodity", "Mar 2022", "Apr 2022"]
    found = read(header, [1, "8471", "A", 1.0, 1.0], [2, "84715000", "B", 1.0, 1.0])
    assert rows(found, "edition") == [("HS2017",), ("HS2022",), ("ITC-HS",), ("ITC-HS",)]


def test_a_cell_that_is_no_number_is_named():
    with pytest.raises(TradecheckError, match="line 2, column Mar 2022: 'many' is no number"):
        read(["S.No.", "HSCode", "Commodity", "Mar 2022"], [1, "8471", "A", "many"])


def test_real_exports_of_all_goods():
    file = real("india_tradestat/MEIDB_exports_hs2_monthly_2019-20.xlsx")
    assert recognised(file) == ["india-tradestat"]
    found = tradestat.SOURCE.read(file, USD, None)
    table = found.flows.set_index(["product", "period_start"])
    assert (len(table), table.at[("02", "2019-04"), "value"]) == (98 * 12, 296150000.0)
    assert table["value"].sum() == pytest.approx(313029.69e6, abs=1)
    assert set(table["partner"]) == {"WLD"} and set(table["flow"]) == {"X"}
    late = table[table["status"] == "provisional"].index.get_level_values(1)
    assert set(late) == {"2020-02", "2020-03"}


def test_real_imports_from_one_partner():
    file = real("india_tradestat/MEIDB_china_imports_hs2_2019-20.xlsx")
    found = tradestat.SOURCE.read(file, Said(currency="USD", partner="China", flow="imports"), None)
    table = found.flows.set_index(["product", "period_start"])
    assert (len(table), table.at[("03", "2019-05"), "value"]) == (1113, 190000.0)
    assert set(found.flows["valuation"]) == {"CIF"}


def test_real_web_page():
    file = real("india_tradestat/EIDB_commodity_wise_2014-16.html")
    assert recognised(file) == ["india-tradestat"]
    found = tradestat.SOURCE.read(file, Said(), None)
    table = found.flows.set_index(["product", "period_end"])["value"]
    assert (len(table), table[("01", "2015-03")], table[("99", "2016-03")]) == (
        196,
        11960000.0,
        7665970000.0,
    )
    totals = found.aside.sort_values("period_end")["value"].tolist()
    assert totals == [448033410000.0, 381007760000.0]

"""ITC Trade Map: text with tabs, workbooks with apostrophes and two header rows, web pages called .xls."""

import pytest

from source_files import book, raw, real, recognised, rows
from tradecheck.data.sources import trademap
from tradecheck.data.sources.base import RawFile, Said
from tradecheck.errors import TradecheckError

PRODUCTS = (
    "\ufeffCode\tProduct label\tExported value in 2022\tExported value in 2023\t\n"
    'TOTAL\t"All products"\t102142613\t113883219\t\n'
    '87\t"Vehicles other than railway"\t12251734\t\t\n'
    '1\t"Live animals"\t0\t5\t\n'
)


def read(content, said=Said(), name="sample.txt"):
    return trademap.SOURCE.read(raw(content, name), said, None)


def page(heading, *entries, title="List of importing markets for a product exported by Algeria"):
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in entries
    )
    return (
        f"<!DOCTYPE html><html><body><table><tr><td colspan='6'><b>{title} </b></td></tr><tr><td colspan='6'>   "
        "Product: TOTAL All products</td></tr></table><table><tr><td>Sources: ITC calculations</td></tr></table>"
        "<table><tr><td>Unit : US Dollar thousand</td></tr></table><div><table>"
        f"{heading}{body}</table></div></body></html>"
    )


def test_text_in_thousands_of_dollars_each_off_by_half_a_thousand():
    assert recognised(raw(PRODUCTS, "sample.txt")) == ["itc-trade-map"]
    found = read(PRODUCTS, Said(reporter="Türkiye"))
    assert rows(
        found,
        "reporter",
        "partner",
        "flow",
        "product",
        "period_end",
        "value",
        "value_lo",
        "value_hi",
    ) == [
        ("TUR", "WLD", "X", "TOTAL", "2022-12", 102142613e3, 102142612.5e3, 102142613.5e3),
        ("TUR", "WLD", "X", "TOTAL", "2023-12", 113883219e3, 113883218.5e3, 113883219.5e3),
        ("TUR", "WLD", "X", "87", "2022-12", 12251734e3, 12251733.5e3, 12251734.5e3),
        ("TUR", "WLD", "X", "01", "2022-12", 0.0, 0.0, 500.0),
        ("TUR", "WLD", "X", "01", "2023-12", 5000.0, 4500.0, 5500.0),
    ]
    assert set(found.flows["currency"]) == {"USD"} and found.absent == "unknown" and found.rows == 3


def test_whose_exports_they_are_is_said_by_the_title_the_card_or_the_name_of_the_file():
    named = "Trade_Map_-_List_of_products_exported_by_Russian_Federation (1).txt"
    assert set(read(PRODUCTS, name=named).flows["reporter"]) == {"RUS"}
    assert set(read(PRODUCTS, Said(reporter="TUR"), name=named).flows["reporter"]) == {"TUR"}
    assert set(read(PRODUCTS).flows["reporter"]) == {"not stated"}


def test_months_quarters_and_quantities_with_their_unit():
    text = (
        "Code\tProduct label\tImported value in 2023-M01, US Dollar thousand\tImported quantity in 2023-M01, Tons\t"
        "Imported value in 2023-Q2, US Dollar thousand\t\n"
        "870323\tCars\t1,200\t35\t7\t\n"
    )
    found = read(text, Said(reporter="KAZ"))
    assert rows(found, "flow", "period_start", "period_end", "value", "quantity", "unit") == [
        ("M", "2023-01", "2023-01", 1200000.0, 35.0, "Tons"),
        ("M", "2023-04", "2023-06", 7000.0, None, ""),
    ]


def test_a_web_page_of_markets():
    content = page(
        "<tr><th>Importers</th><th>Exported value in 2016</th><th>Exported value in 2017</th></tr>",
        ("\n   World\n  ", "29992101", "35191117"), ("Hong Kong, China", "5", "0"), ("Viet Nam", "", "7"),
    )  # fmt: skip
    assert recognised(raw(content, "markets.xls")) == ["itc-trade-map"]
    found = read(content, name="markets.xls")
    assert rows(found, "reporter", "partner", "product", "flow", "period_start", "value") == [
        ("DZA", "WLD", "TOTAL", "X", "2016-01", 29992101e3), ("DZA", "WLD", "TOTAL", "X", "2017-01", 35191117e3),
        ("DZA", "HKG", "TOTAL", "X", "2016-01", 5e3), ("DZA", "HKG", "TOTAL", "X", "2017-01", 0.0),
        ("DZA", "VNM", "TOTAL", "X", "2017-01", 7e3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "verb", "reporter", "partner", "flow"),
    [
        ("Importers", "Exported", "DZA", "ITA", "X"),
        ("Exporters", "Imported", "DZA", "ITA", "M"),
        ("Exporters", "Exported", "ITA", "WLD", "X"),
        ("Importers", "Imported", "ITA", "WLD", "M"),
    ],
)
def test_who_reports_a_list_of_markets(key, verb, reporter, partner, flow):
    text = f"{key}\t{verb} value in 2017\t\nItaly\t5\t\n"
    found = read(text, Said(reporter=reporter, goods="8703"))
    assert rows(found, "reporter", "partner", "flow", "product") == [
        (reporter, partner, flow, "8703")
    ]


BILATERAL = [
    ["Bilateral trade between Association of South-East Asian Nations (ASEAN) and India "],
    ["Product: TOTAL All products"], [], ["The data aggregated are mirror and direct data"],
    ["Unit : US Dollar thousand"], [],
    ["Product code", "Product label", "Association of South-East Asian Nations (ASEAN)'s exports to India", None, None,
     "India's imports from world", None],
    [None, None, "Value in 2018", "Value in 2019", None, "Value in 2018", "Value in 2019"],
    ["'TOTAL", "All products", 50965946, 48861182, None, 509273228, 478883729],
    ["'01", "Live animals", 5, None, None, 6, 7],
]  # fmt: skip
SIDES = [
    ("ASEAN", "IND", "X", "TOTAL", "2018-12", 50965946e3), ("ASEAN", "IND", "X", "TOTAL", "2019-12", 48861182e3),
    ("IND", "WLD", "M", "TOTAL", "2018-12", 509273228e3), ("IND", "WLD", "M", "TOTAL", "2019-12", 478883729e3),
    ("ASEAN", "IND", "X", "01", "2018-12", 5e3), ("IND", "WLD", "M", "01", "2018-12", 6e3),
    ("IND", "WLD", "M", "01", "2019-12", 7e3),
]  # fmt: skip


def test_two_header_rows_and_codes_with_an_apostrophe():
    content = book({"Trade_Map_Bilateral_trade_betwe": BILATERAL})
    assert recognised(raw(content, "bilateral.xlsx")) == ["itc-trade-map"]
    found = read(content, name="bilateral.xlsx")
    assert sorted(
        rows(found, "reporter", "partner", "flow", "product", "period_end", "value")
    ) == sorted(SIDES)
    assert any("mirror data" in note for note in found.notes)


def test_two_header_rows_of_a_web_page_whose_first_cells_span_both():
    sub = "".join(f"<td>Value in {year}</td>" for year in (2018, 2019)) + "<td></td>"
    heading = (
        "<tr><td rowspan='2'>Product code</td><td rowspan='2'>Product label</td><td colspan='3'>Association of "
        "South-East Asian Nations (ASEAN)'s exports to India</td><td colspan='3'>India's imports from world</td></tr>"
        f"<tr>{sub}{sub}</tr>"
    )
    cells = [["" if cell is None else cell for cell in row] for row in BILATERAL[-2:]]
    found = read(
        page(heading, *cells, title="Bilateral trade between ASEAN and India"), name="bilateral.xls"
    )
    assert sorted(
        rows(found, "reporter", "partner", "flow", "product", "period_end", "value")
    ) == sorted(SIDES)


def test_other_currencies_and_scales():
    text = PRODUCTS.replace("in 2022", "in 2022, Euro million").replace(
        "in 2023", "in 2023, Euro million"
    )
    found = read(text, Said(reporter="TUR"))
    assert found.flows.iloc[0][["currency", "value"]].tolist() == ["EUR", 102142613e6]
    with pytest.raises(
        TradecheckError, match="holds the currency EUR, but what is said of it is USD"
    ):
        read(text, Said(reporter="TUR", currency="USD"))
    assert set(read(PRODUCTS, Said(currency="EUR")).flows["currency"]) == {"EUR"}


def test_what_cannot_be_read_is_named():
    with pytest.raises(TradecheckError, match="line 3, column code: '8x' is no customs code"):
        read(PRODUCTS.replace("\n87\t", "\n8x\t"))
    with pytest.raises(TradecheckError, match="line 3: 'n.q.' is no number"):
        read(PRODUCTS.replace("12251734", "n.q."))
    with pytest.raises(TradecheckError, match="holds a heading but no figures"):
        read(PRODUCTS.split("\n")[0] + "\nTOTAL\tAll products\t\t\t\n")


def test_other_files_are_not_taken_for_trade_map():
    for content in (
        "period,product,value\n2023-01,8703,5\n",
        "Code\tLabel\n87\tCars\n",
        "",
        "PK\x03\x04broken",
    ):
        assert not trademap.SOURCE.recognises(raw(content))


def test_real_text():
    file = real("itc_trade_map/Trade_Map_-_List_of_products_exported_by_Turkey.txt")
    assert recognised(file) == ["itc-trade-map"]
    table = trademap.SOURCE.read(file, Said(), None).flows
    held = table.set_index(["product", "period_start"])["value"]
    assert (len(held), held[("87", "2009-01")], held[("87", "2020-01")]) == (
        98 * 12,
        12251734e3,
        22098148e3,
    )
    assert set(table["reporter"]) == {"TUR"}


def test_real_web_page():
    file = real(
        "itc_trade_map/Trade_Map_-_List_of_importing_markets_for_a_product_exported_by_Algeria.xls"
    )
    assert recognised(file) == ["itc-trade-map"]
    table = trademap.SOURCE.read(RawFile("x", file.path, file.content), Said(), None).flows
    held = table.set_index(["partner", "period_start"])["value"]
    assert (len(held), held[("ITA", "2001-01")], held[("WLD", "2017-01")]) == (
        179 * 17,
        4316547e3,
        35191117e3,
    )
    parts = table[table["partner"] != "WLD"].groupby("period_start")["value"].sum()
    assert abs(parts["2017-01"] - 35191117e3) < 179e3


def test_real_bilateral_workbook():
    file = real("itc_trade_map/Trade_Map_Bilateral_ASEAN_India.xlsx")
    assert recognised(file) == ["itc-trade-map"]
    table = trademap.SOURCE.read(file, Said(), None).flows
    held = table.set_index(["reporter", "partner", "flow", "product", "period_start"])["value"]
    assert len(held) == 98 * 3 * 12
    assert held[("ASEAN", "IND", "X", "85", "2008-01")] == 3446090e3
    assert held[("IND", "WLD", "M", "TOTAL", "2019-01")] == 478883729e3

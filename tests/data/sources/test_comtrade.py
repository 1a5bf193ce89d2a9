"""UN Comtrade: every form of its figures, and every trap in them, on figures made up here."""

import gzip
import json

import pytest

from source_files import aside, book, raw, real, recognised, rows
from tradecheck.data.sources import comtrade, recognise
from tradecheck.data.sources.base import Said, Wanted
from tradecheck.errors import TradecheckError

NAMES = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,"
    "partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
    "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,"
    "mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,"
    "isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate"
).split(",")  # fmt: skip
USUAL = {
    "typeCode": "C", "freqCode": "M", "refPeriodId": "20220101", "refYear": "2022", "refMonth": "1",
    "period": "202201", "reporterCode": "792", "reporterISO": "TUR", "reporterDesc": "Türkiye",
    "flowCode": "X",
    "flowDesc": "Export", "partnerCode": "643", "partnerISO": "RUS",
    "partnerDesc": "Russian Federation",
    "partner2Code": "0", "partner2ISO": "W00", "partner2Desc": "World", "classificationCode": "H6",
    "classificationSearchCode": "HS", "isOriginalClassification": "true", "cmdCode": "8703",
    "cmdDesc": 'Cars; "new", or not', "aggrLevel": "4", "isLeaf": "false", "customsCode": "C00",
    "customsDesc": "TOTAL CPC", "mosCode": "0", "motCode": "0", "motDesc": "TOTAL MOT",
    "qtyUnitCode": "-1",
    "qtyUnitAbbr": "N/A", "qty": "", "netWgt": "", "cifvalue": "", "fobvalue": "",
    "primaryValue": "100",
}  # fmt: skip
YEAR = {"freqCode": "A", "refMonth": "52", "period": "2022"}


def row(**changed: str) -> list[str]:
    cells = USUAL | changed
    return [cells.get(name, "") for name in NAMES]


def site(*lines: list[str]) -> bytes:
    """As the site gives it: names bare, cells in quotes, a comma after each row, latin-1."""
    quoted = [
        "".join('"' + cell.replace('"', '""') + '",' if cell else "," for cell in line)
        for line in lines
    ]
    return "\n".join([",".join(NAMES), *quoted, ""]).encode("latin-1")


def read(content, said=Said(), wanted=None, name="sample.csv"):
    file = raw(content, name)
    assert recognised(file) == ["comtrade"]
    return comtrade.read(file, said, wanted)


def month(number: int) -> dict[str, str]:
    return {
        "period": f"2022{number:02d}",
        "refPeriodId": f"2022{number:02d}01",
        "refMonth": str(number),
    }


def test_a_download_of_the_site():
    found = read(
        site(
            row(),
            row(
                partnerCode="531",
                partnerDesc="Curaçao",
                flowCode="M",
                cifvalue="50",
                primaryValue="50",
            ),
        )
    )
    assert found.rows == 2 and found.absent == "zero"
    assert rows(found, "reporter", "partner", "flow", "period_start", "period_end", "product",
     "edition", "value_lo",
                "value", "value_hi", "currency", "valuation", "status", "source", "row") == [
        ("TUR", "RUS", "X", "2022-01", "2022-01", "8703", "HS2022", 100.0, 100.0, 100.0, "USD",
         "FOB", "final", "sample", 2),
        ("TUR", "CUW", "M", "2022-01", "2022-01", "8703", "HS2022", 50.0, 50.0, 50.0, "USD", "CIF",
         "final", "sample", 3),
    ]  # fmt: skip


def test_the_same_figures_from_a_tidy_table_are_the_same_flows():
    months = [month(number) | {"primaryValue": str(1000.5 * number)} for number in range(1, 13)]
    tidy_lines = [f"2022-{n:02d},8703,{1000.5 * n}\n" for n in range(1, 13)]
    said = Said(
        reporter="Türkiye", partner="Russia", flow="exports", currency="USD", valuation="FOB"
    )
    other = recognise(raw(text := "period,hs4,value\n" + "".join(tidy_lines))).read(
        raw(text), said, None
    )
    both = ["reporter", "partner", "flow", "period_start", "period_end", "product", "value_lo"]
    both += ["value", "value_hi", "currency", "valuation", "status", "released"]
    assert rows(read(site(*(row(**one) for one in months))), *both) == rows(other, *both)


def test_the_same_in_a_workbook():
    cells = [NAMES, [int(c) if c.isdigit() and c != "8703" else c or None for c in row()]]
    assert rows(read(book({"Sheet1": cells}), name="t.xlsx"), "reporter", "product", "value") == [
        ("TUR", "8703", 100.0)
    ]


def test_the_same_saved_anew_by_a_spreadsheet():
    lines = [NAMES, row(primaryValue="1234567,5"), row(**month(2), primaryValue="12")]
    content = "\n".join(";".join(line).replace('"', "") for line in lines).replace(
        "Cars; new", "Cars new"
    )
    assert rows(read(content), "value") == [(1234567.5,), (12.0,)]
    content = content.replace(";8703;", ";10121;")
    with pytest.raises(TradecheckError, match="line 2, column cmdCode .'10121'.*010121"):
        read(content)


LEGACY = (
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade "
    "Flow,Reporter Code,"
    "Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd "
    "Partner ISO,Customs Proc. "
    "Code,Customs,Mode of Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit "
    "Code,Qty Unit,Qty,Alt Qty "
    "Unit Code,Alt Qty Unit,Alt Qty,Netweight (kg),Gross weight (kg),Trade Value (US$),CIF Trade "
    "Value (US$),FOB Trade "
    "Value (US$),Flag\n"
)  # fmt: skip


def test_the_former_site_by_year_and_by_month():
    found = read(
        LEGACY + "H4,2014,2014,2014,4,0,2,Export,792,Turkey,TUR,0,World,WLD,,,,,,,,7102,"
        '"Stones // a, b",1,No Quantity,,,,,43,'
        ",4384,,,0\n"
        'HS,2014,201401,January 2014,4,0,1,Imports,826,United Kingdom,,490,"Other Asia, '
        'nes",,,,,,,,,1511,Oil,8,'
        "Weight in kilograms,7,,,,8,,304,,,0\n"
        "HS,2014,201401,January 2014,4,0,4,Re-imports,826,United "
        "Kingdom,,36,Australia,,,,,,,,,1511,Oil,0,,,,,,,,5,,,0\n"
    )
    assert rows(found, "reporter", "partner", "flow", "period_start", "period_end", "edition",
     "value", "quantity", "unit") == [
        ("TUR", "WLD", "X", "2014-01", "2014-12", "HS2012", 4384.0, 43.0, "kg"),
        ("GBR", "TWN", "M", "2014-01", "2014-01", "HS", 304.0, 7.0, "Weight in kilograms"),
        ("GBR", "AUS", "RM", "2014-01", "2014-01", "HS", 5.0, None, ""),
    ]  # fmt: skip


RENAMED = (
    "year,month,period,period_desc,aggregate_level,is_leaf_code,trade_code,trade_flow,reporter_code,reporter,"
    "partner_code,partner_iso,partner,commodity_code,commodity,mot_code,mot_desc,QtyUnitCode,QtyUnitAbbr,Qty,"
    "IsQtyEstimated,IsNetWgtEstimated,netweight_kg,trade_value_us,cifvalue,fobvalue,IsReported,IsAggregate\n"
)


def test_renamed_columns_with_na_as_text():
    found = read(
        RENAMED + "2021,1,2021-01-01,202101,4,FALSE,M,Import,268,Georgia,792,TUR,Türkiye,8703,"
        '"Cars, new",0,TOTAL MOT,5,u,'
        "4,FALSE,TRUE,1862.811,23812.81,23812.81,NA,FALSE,TRUE\n"
        "2021,1,2021-01-01,202101,4,FALSE,X,Export,268,Georgia,792,TUR,Türkiye,8703,Cars,0,TOTAL "
        "MOT,5,u,"
        "NA,FALSE,TRUE,NA,100.5,NA,100.5,FALSE,TRUE\n"
    )
    assert rows(found, "reporter", "partner", "flow", "period_start", "value", "quantity", "unit",
     "valuation") == [
        ("GEO", "TUR", "M", "2021-01", 23812.81, 4.0, "u", "CIF"), ("GEO", "TUR", "X", "2021-01",
         100.5, None, "", "FOB"),
    ]  # fmt: skip


def test_names_with_underscores():
    names = [
        ("".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)) for name in NAMES
    ]
    content = "\n".join(
        [",".join(names), ",".join(cell.replace(",", "").replace('"', "") for cell in row())]
    )
    assert rows(read(content), "reporter", "partner", "value") == [("TUR", "RUS", 100.0)]


def test_a_mark_of_utf_8_before_text_that_is_not():
    content = b"\xef\xbb\xbf" + site(row(partnerCode="384", partnerDesc="Côte d'Ivoire"))
    assert rows(read(content), "partner") == [("CIV",)]


def answer(*lines: list[str], **more) -> str:
    data = [dict(zip(NAMES, line)) for line in lines]
    for cells in data:
        for name in (
            "refYear",
            "refMonth",
            "reporterCode",
            "partnerCode",
            "partner2Code",
            "motCode",
            "qtyUnitCode",
        ):
            cells[name] = int(cells[name])
        for name in ("primaryValue", "fobvalue", "cifvalue", "qty", "netWgt"):
            cells[name] = float(cells[name]) if cells[name] else None
        cells["isReported"] = False
    return json.dumps(
        {"elapsedTime": "0.1 secs", "count": len(data), "data": data, "error": ""} | more
    )


def test_an_answer_of_the_interface():
    found = read(
        answer(
            row(classificationCode="H5", fobvalue="100", cifvalue="0"),
            row(**month(7), reporterCode="699", netWgt="8"),
        ),
        name="answer.json",
    )
    assert rows(found, "reporter", "period_start", "edition", "value", "valuation", "quantity",
     "unit", "row") == [
        ("TUR", "2022-01", "HS2017", 100.0, "FOB", None, "", 1), ("IND", "2022-07", "HS2022", 100.0,
         "FOB", 8.0, "kg", 2),
    ]  # fmt: skip
    data = json.dumps(json.loads(answer(row()))["data"])
    assert rows(read(data, name="saved.json"), "value") == [(100.0,)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (answer(row(), error="rate limit is exceeded"), ["answered with an error", "rate limit"]),
        (answer(row(), data=[]), ["no rows under data"]),
        (answer(row(), data=None), ["no rows under data"]),
        (answer(row())[:-40], ["breaks off"]),
    ],
)
def test_an_answer_that_holds_nothing(content, words):
    with pytest.raises(TradecheckError) as error:
        comtrade.read(raw(content, "answer.json"), Said(), None)
    for word in ["answer.json", *words]:
        assert word in str(error.value)


def test_an_answer_that_was_cut_says_so():
    full = [row(partnerCode=str(code)) for code in range(1, 501)]
    for content, name in ((answer(*full), "a.json"), (site(*full), "a.csv")):
        found = read(content, name=name)
        assert found.absent == "unknown"
        assert any("exactly 500 rows" in note and "may be missing" in note for note in found.notes)
    loops = [*full, *(row(partnerCode=str(code), **month(2)) for code in range(1, 9))]
    assert any("A month has exactly 500 rows" in note for note in read(site(*loops)).notes)
    short = read(answer(row(), count=500), name="a.json")
    assert short.absent == "unknown" and "holds 500 rows, but has 1." in short.notes[0]
    assert not any("cuts" in note for note in read(site(*full[:-1])).notes)


def test_bulk_files_are_packed_and_separated_by_tabs():
    content = "\n".join(
        "\t".join(cell.replace('"', "") for cell in line)
        for line in (NAMES, row(), row(**month(2)))
    )
    found = read(gzip.compress(content.encode()), name="COMTRADE-FINAL-CM792202201H6.gz")
    assert rows(found, "period_start", "row") == [("2022-01", 2), ("2022-02", 3)]


def test_tariff_lines_have_codes_of_their_own_and_no_totals():
    names = [
        name for name in NAMES if name not in ("refYear", "refMonth", "isReported", "isAggregate")
    ]
    lines = [
        row(cmdCode="8703231910", primaryValue="5", motCode="3000", customsCode="C04"),
        row(cmdCode="8703231910", primaryValue="7", motCode="3000", customsCode="C04"),
        row(cmdCode="8703231910", primaryValue="7", motCode="3000", customsCode="C04"),
        row(cmdCode="870323191000", primaryValue="1", motCode="1000", customsCode="C04"),
    ]
    content = "\n".join(
        "\t".join(dict(zip(NAMES, line)).get(name, "").replace('"', "") for name in names)
        for line in [NAMES, *lines]
    )
    found = read(gzip.compress(content.encode()), name="tl.gz")
    assert rows(found, "product", "value") == [
        ("8703231910", 5.0),
        ("8703231910", 7.0),
        ("8703231910", 1.0),
    ]
    assert aside(found) == {"exact repeat": [4]}


def test_the_second_partners_of_a_year_do_not_double_it():
    found = read(site(
        row(**YEAR), row(**YEAR, partner2Code="56", primaryValue="60"),
        row(**YEAR, partner2Code="276", primaryValue="40", mosCode="0 "),
    ))  # fmt: skip
    assert rows(found, "value", "period_start", "period_end") == [(100.0, "2022-01", "2022-12")]
    assert aside(found) == {"breakdown of another row": [3, 4]}


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        # A total, and its parts along one way or two.
        ([(0, 0, "C00", 100), (0, 3200, "C00", 60), (0, 1000, "C00", 40)], [100]),
        ([(0, 0, "C00", 100), (56, 3200, "C04", 100)], [100]),
        ([(0, 0, "C00", 100), (0, 0, "C04", 60), (0, 0, "C01", 40)], [100]),
        # Parts without a total are the figure.
        ([(0, 3200, "C00", 60), (0, 3900, "C00", 40)], [60, 40]),
        ([(56, 3200, "C00", 60), (100, 3900, "C00", 40)], [60, 40]),
        # A mode of transport and its own kinds: only one level of them.
        (
            [
                (0, 3000, "C00", 60),
                (0, 3200, "C00", 50),
                (0, 3900, "C00", 10),
                (0, 1000, "C00", 40),
            ],
            [60, 40],
        ),
        ([(0, 2100, "C00", 60), (0, 2110, "C00", 60)], [60]),
        # Totals for one part and parts for another.
        (
            [
                (56, 0, "C00", 60),
                (56, 3200, "C00", 60),
                (100, 3200, "C00", 30),
                (100, 1000, "C00", 10),
            ],
            [60, 30, 10],
        ),
        # The same figure parted in two ways: one of them.
        (
            [(56, 0, "C00", 60), (100, 0, "C00", 40), (0, 3200, "C00", 70), (0, 1000, "C00", 30)],
            [60, 40],
        ),
    ],
)
def test_breakdowns(parts, kept):
    lines = [
        row(
            partner2Code=str(second),
            motCode=str(mode),
            customsCode=customs,
            primaryValue=str(value),
        )
        for second, mode, customs, value in parts
    ]
    found = read(site(*lines, row(**month(2), motCode="3200", primaryValue="9")))
    assert [value for (value,) in rows(found, "value")] == [*map(float, kept), 9.0]
    assert len(found.flows) + len(found.aside) == len(parts) + 1
    assert set(found.aside["reason"]) <= {"breakdown of another row"}
    assert any("sum of their parts" in note for note in found.notes)


def test_years_beside_their_months_are_set_aside_and_other_years_kept():
    found = read(site(row(), row(**month(2)), row(**YEAR, primaryValue="200"),
     row(**YEAR | {"period": "2021"}),
                      row(**YEAR, partnerCode="398")))  # fmt: skip
    assert aside(found) == {"year row beside months": [4]}
    assert rows(found, "row", "period_start", "period_end")[2:] == [
        (5, "2021-01", "2021-12"),
        (6, "2022-01", "2022-12"),
    ]


def test_a_month_in_two_editions_counts_once():
    found = read(
        site(
            row(classificationCode="H5", primaryValue="99"),
            row(),
            row(**month(2), classificationCode="H5"),
        )
    )
    assert aside(found) == {"the same trade in another edition": [2]}
    assert rows(found, "row", "edition") == [(3, "HS2022"), (4, "HS2017")]


def test_levels_world_and_all_goods_are_kept():
    found = read(
        site(row(cmdCode="TOTAL"), row(cmdCode="870323"), row(partnerCode="0"), row(cmdCode="87"))
    )
    assert rows(found, "product", "partner") == [
        ("TOTAL", "RUS"),
        ("870323", "RUS"),
        ("8703", "WLD"),
        ("87", "RUS"),
    ]


def test_repeats_and_conflicts():
    found = read(site(row(), row(), row(**month(2)), row(**month(2), primaryValue="7")))
    assert aside(found) == {"exact repeat": [3], "conflicting rows": [4, 5]}


def test_rows_that_are_no_exports_or_imports_of_a_code():
    found = read(
        site(
            row(),
            row(flowCode="DX"),
            row(**month(2), cmdCode="9999AA"),
            row(**month(3), primaryValue="-1"),
        )
    )
    assert aside(found) == {"special flow": [3], "confidential code": [4], "impossible value": [5]}


@pytest.mark.parametrize(
    ("number", "code"),
    [("699", "IND"), ("842", "USA"), ("251", "FRA"), ("579", "NOR"), ("757", "CHE"), ("490", "TWN"),
     ("0", "WLD"),
     ("792", "TUR"), ("9998", "_9998")],
)  # fmt: skip
def test_numbers_of_areas_are_its_own(number, code):
    assert rows(
        read(site(row(reporterCode=number, partnerCode=number))), "reporter", "partner"
    ) == [(code, code)]


@pytest.mark.parametrize(
    ("flow", "cif", "fob", "value", "valuation"),
    [("X", "", "5", "5", "FOB"), ("X", "0", "5", "5", "FOB"), ("M", "6", "", "6", "CIF"), ("M", "6",
     "5", "6", "CIF"),
     ("M", "", "5", "5", "FOB"), ("M", "", "", "6", "CIF"), ("RX", "", "", "6", "FOB"), ("M", "5",
      "5", "5", "CIF")],
)  # fmt: skip
def test_valuation(flow, cif, fob, value, valuation):
    found = read(site(row(flowCode=flow, cifvalue=cif, fobvalue=fob, primaryValue=value)))
    assert rows(found, "value", "valuation") == [(float(value), valuation)]


def test_quantities_in_their_unit_else_the_weight():
    found = read(site(
        row(qty="3", qtyUnitCode="5", qtyUnitAbbr="u", netWgt="9"), row(**month(2), netWgt="9"),
        row(**month(3), qty="0", qtyUnitCode="5", qtyUnitAbbr="u", netWgt="0"),
    ))  # fmt: skip
    assert rows(found, "quantity", "unit") == [(3.0, "u"), (9.0, "kg"), (None, "")]


def test_other_classifications_are_refused():
    with pytest.raises(
        TradecheckError, match="line 2, column classificationCode .'S3'.*ask UN Comtrade for HS"
    ):
        read(site(row(classificationCode="S3")))


def test_file_and_card_must_agree_and_only_what_is_asked_for_is_returned():
    content = site(row(), row(partnerCode="398"))
    with pytest.raises(
        TradecheckError, match="holds the reporter TUR, but what is said of it is DEU"
    ):
        read(content, Said(reporter="Germany"))
    assert rows(read(content, Said(), Wanted(partners=frozenset({"KAZ"}))), "row") == [(3,)]


def test_other_tables_are_not_taken_for_it():
    for content in (
        "period,reporter,partner,cmdCode,value\n",
        '{"data": []}',
        '[["a"]]',
        "",
        b"\x1f\x8b broken",
    ):
        assert not comtrade.recognises(raw(content))


@pytest.mark.parametrize(
    ("path", "count", "total"),
    [
        ("comtrade_web_TradeData/TradeData.csv", 360, None),
        ("comtrade_legacy_csv/comtrade.csv", 223, None),
        ("comtrade_legacy_csv_monthly/palm-oil.csv", 456, None),
        ("comtrade_api_json/india_exports_7113_monthly_2022_preview_excerpt.json", 21, None),
        ("comtrade_apicall_csv/comtradr_renamed_monthly_georgia.csv", 187, None),
        ("comtrade_monthly_mot_latin1/vehicle_trade_armenia_excerpt.csv", 205, None),
        ("comtrade_apicall_csv/chn_imports_8542_from_usa_annual_2010_2024.csv", 173, 164658546567),
    ],
)
def test_real_samples(path, count, total):
    file = real(path)
    assert recognise(file) is comtrade.SOURCE
    found = comtrade.read(file, Said(), None)
    assert found.rows == count == len(found.flows) + len(found.aside)
    if total:  # 2015 to 2017 hold every figure twice
        assert round(found.flows["value"].sum()) == total
        assert aside(found).keys() == {"breakdown of another row"} and len(found.aside) == 158

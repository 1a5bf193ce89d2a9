"""A small valid file of every kind that is read, made up here."""

import csv
import gzip
import io
import json
import zipfile

import pandas as pd

from source_files import book

EU = "European Union - 27 countries (AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK)"  # noqa: E501
TIDY = """\
Period,Reporter,Partner,Flow,HS6,Value,Currency,Quantity,Unit,Released,Status
Apr-24,Türkiye,Russia,Exports,8703.23,1200.5,USD,3,u,2024-06-01,
2024-05,TUR,RUS,X,870324,c,usd,,,2024-06-01,
2024-05,Turkey,World,import,TOTAL,0,USD,,,2024-06-01,p
"""
PLAIN = [["period", "partner", "hs6", "value_eur"], ["2024-04", "Russia", "870323", 1234.5],
         ["2024-05", "Russia", "010121", 0.25], ["2024-05", "Russia", "870323", 7]]  # fmt: skip
PAGE = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in PLAIN)


def _parquet() -> bytes:
    held = io.BytesIO()
    pd.DataFrame(PLAIN[1:], columns=PLAIN[0]).to_parquet(held)
    return held.getvalue()


COMTRADE = {
    "typeCode": "C", "freqCode": "M", "period": "202201", "reporterCode": "792", "reporterISO": "TUR",
    "reporterDesc": "Türkiye", "flowCode": "X", "partnerCode": "643", "partnerISO": "RUS",
    "partner2Code": "0", "classificationCode": "H6", "isOriginalClassification": "true",
    "cmdCode": "8703", "cmdDesc": 'Cars; "new", or not', "customsCode": "C00", "mosCode": "0",
    "motCode": "0", "qtyUnitCode": "8", "qty": "7", "netWgt": "12.5", "cifvalue": "", "fobvalue": "100",
    "primaryValue": "100",
}  # fmt: skip
COMTRADE_ROWS = [
    COMTRADE, COMTRADE | {"period": "202202", "primaryValue": "70.125"},
    COMTRADE | {"motCode": "1000"}, COMTRADE | {"freqCode": "A", "period": "2022", "primaryValue": "900"},
]  # fmt: skip


def _csv(rows: list[dict[str, str]], separator: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


SDMX = (
    "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE\n"
    + "".join(
        f"ESTAT:DS-045409(1.0),17/02/25 11:00:00,{line}\n"
        for line in (
            "M,DE,KG,87032319,2,VALUE_IN_EUROS,2022-03,1500",
            "M,DE,KG,87032319,2,QUANTITY_IN_100KG,2022-03,7.25",
            "M,EL,XK,8703,1,VALUE_IN_EUROS,2022-03,70",
            "M,EU27_2020,KG,TOTAL,2,VALUE_IN_EUROS,2022-03,9000",
        )
    )
)
EASY = (
    "REPORTER,PARTNER,PRODUCT,FLOW,STAT_PROCEDURE,PERIOD,VALUE_IN_EUR\n"
    f'"{EU}","Kyrgyzstan","Total","EXPORT","Total","Aug. 2024",5\n'
    '"Germany","Kyrgyzstan","8703-Cars","EXPORT","Normal","201952-Jan.-Dec. 2019",7\n'
    '"Germany","Kyrgyzstan","8703-Cars","IMPORT","Normal","202408",:\n'
)
BROWSER = book({"Summary": [["x"]], "Sheet 1": [
    ["Data extracted on 22/01/2023 20:19:34 from [ESTAT]"],
    ["Dataset: ", "EU trade since 1988 by HS2-4-6 and CN8 [DS-045409__custom_1]"],
    ["Last updated: ", "13/01/2023 11:00"], [], ["PRODUCT [PRODUCT]", None, "FUELS [27]"],
    ["FLOW", None, "EXPORT"], ["INDICATORS", None, "VALUE_IN_EUROS"], [],
    ["TIME", "TIME", "2022-10", "2022-11", None], ["FREQ (Labels)", "FREQ (Labels)", "Monthly", "Monthly"],
    ["REPORTER (Labels)", "PARTNER (Labels)"], ["Germany", "Armenia", 5, 7, "p"],
    ["Malta", "Armenia", ":", 3, "c"], [], ["Special value"], [":", "not available"],
]})  # fmt: skip
BULK = (
    "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,PRODUCT_SITC,PRODUCT_CPA21,PRODUCT_CPA22,PRODUCT_BEC,PRODUCT_BEC5,"
    "PRODUCT_SECTION,FLOW,STAT_PROCEDURE,SUPPL_UNIT,PERIOD,VALUE_EUR,VALUE_NAC,QUANTITY_KG,QUANTITY_SUPPL_UNIT\n"
    "AT,KZ,E,39161000,59229,2052,2059,220,311210,06,2,1,NO_SU,202402,2870,2870,3,0\n"
    "AT,KZ,E,39161000,59229,2052,2059,220,311210,06,2,2,NO_SU,202402,130.5,130.5,3,0\n"
    "GR,XK,E,39XXXXXX,59229,2052,2059,220,311210,06,1,1,NO_SU,202402,65,65,3,0\n"
)
CENSUS = [
    ["GEN_VAL_MO", "COMM_LVL", "I_COMMODITY", "CTY_CODE", "CTY_NAME", "time", "QTY_1_MO", "UNIT_QY1"],
    ["1000", "HS6", "870323", "-", "TOTAL FOR ALL COUNTRIES", "2023-01", "5", "NO"],
    ["700", "HS6", "870323", "5880", "JAPAN", "2023-01", "0", "-"],
    ["300", "HS6", "870323", "0003", "EUROPEAN UNION", "2023-01", "2", "NO"],
]  # fmt: skip
USA = (
    "State Imports by HS Commodities\n\nMeasures: Customs Value\n"
    "Commodity,Country,District,Time,Customs  Value (Gen) ($US),\n"
    '"0101210020 Horses, Live (no)",South Africa,All Districts,January 2024,"1,716,414",\n'
    '"0106110000 Primates, Live (no)","Korea, South",All Districts,2024 through March,"26,320",\n'
)
TRADEMAP = (
    "\ufeffCode\tProduct label\tExported value in 2022\tExported value in 2023-M01, US Dollar thousand\t\n"
    'TOTAL\t"All products"\t102142613\t113883219\t\n'
    '87\t"Vehicles other than railway"\t12251734\t\t\n1\t"Live animals"\t0\t5\t\n'
)
TRADEMAP_PAGE = (
    "<!DOCTYPE html><html><body><table><tr><td colspan='6'><b>List of importing markets for a product "
    "exported by Algeria </b></td></tr><tr><td colspan='6'> Product: TOTAL All products</td></tr></table>"
    "<table><tr><td>Unit : US Dollar thousand</td></tr></table><div><table><tr><th>Importers</th>"
    "<th>Exported value in 2022</th><th>Exported value in 2023</th></tr><tr><td>World</td><td>5</td>"
    "<td>9</td></tr><tr><td>Italy</td><td>2</td><td>4</td></tr></table></div></body></html>"
)
TRADESTAT = book({"Sheet1": [
    ["S.No.", "HSCode", "Commodity", "Apr\xa0 2019\xa0(F)", "May\xa0 2019\xa0(R)", "Total Exports"],
    [1.0, 1.0, "LIVE ANIMALS.", 1.46, 6.67, 8.13], [2.0, 85.0, "MACHINES.", 0.0, "-", 0.0],
]})  # fmt: skip
TRADESTAT_PAGE = (
    "<html><body><p>Department of Commerce<BR>Export Import Data Bank<BR><U>Import :: Commodity-wise</U></p>"
    "<p>Dated:\n4/6/2020<BR>Values in US $ Million<br></p><table border=1><tr><th>S.No.</th><th>HSCode</th>"
    "<th>Commodity</th><th>2014-2015</th><th>%Share</th><th>\n2015-2016\n</th><th>%Share</th>"
    "<th>%Growth</th></tr><tr><td>1.</td><td>01</td><td>LIVE ANIMALS.&nbsp;</td><td>11.96</td>"
    "<td>0.0027</td><td>9.28</td><td>0.0024</td><td>-22.40</td></tr></table></body></html>"
)

TABLES: dict[str, tuple[bytes, ...]] = {
    "tidy": (
        TIDY.encode(), TIDY.replace(",", ";").encode(), TIDY.encode("utf-16"), gzip.compress(TIDY.encode()),
        book({"s": PLAIN}), f"<table>{PAGE}</table>".encode(), _parquet(),
    ),
    "comtrade": (
        _csv(COMTRADE_ROWS), json.dumps({"count": 4, "data": COMTRADE_ROWS}).encode(),
        book({"Sheet1": [list(COMTRADE), *(list(row.values()) for row in COMTRADE_ROWS)]}),
    ),
    "eurostat-sdmx": (SDMX.encode(), gzip.compress(SDMX.encode())),
    "eurostat-easy-comext": (EASY.encode(),),
    "eurostat-data-browser": (BROWSER,),
    "eurostat-comext-bulk": (BULK.encode(), gzip.compress(BULK.encode())),
    "hmrc-ots": (
        b"MonthId,Flow,CommodityId,Country,Value,NetMass,SuppressionIndex,Released\n"
        b"202401,exports,TOTAL,WLD,900,,0,2024-03-15\n202401,exports,08104050,DEU,100,7.5,0,2024-03-15\n"
        b"202401,exports,854231,RUS,,,2,2024-03-15\n",
        b"MonthId,FlowTypeId,SuppressionIndex,CommodityId,CommoditySitcId,CountryId,PortId,Value,NetMass,"
        b"SuppUnit,CountryCodeAlpha\n202401,1,0,8104050,1,4,131,100.0,5.0,0,DE\n"
        b"202401,3,0,85423110,1,75,7,9.0,1.0,0,RU\n",
    ),
    "us-census-api": (json.dumps(CENSUS).encode(),),
    "usa-trade-online": (USA.encode(),),
    "india-tradestat": (TRADESTAT, TRADESTAT_PAGE.encode()),
    "itc-trade-map": (TRADEMAP.encode(), TRADEMAP_PAGE.encode()),
    "dgcis-lines": (
        b"fiscal_year,hs6,value_usd_mn,value_inr_crore,qty,qty_unit,hs8_lines\n"
        b"2017-18,845710,0.57,3.67,14,NOS,2\n2024-25,847150,440.58,3692.35,6446,NOS,1\n",
    ),
    "dgcis-chapters": (
        b"fiscal_year,chapter,official_usd_mn,held_usd_mn\n2017-18,84,10.5,3.25\n2018-19,84,11,4\n",
    ),
    "dgcis-destinations": (
        b"fiscal_year,publisher_name,partner,value_usd_mn\n2017-18,RUSSIA,RUS,3.25\n2017-18,U S A,USA,4\n",
    ),
    "figures": (b"id,what,value,unit,first_month\na,one,1200,USD,2024-04\nb,two,5.5,per cent,2024-05\n",),
    "rates": (b"month,mean,low,high\n2024-04,83.4,83.1,83.6\n2024-05,83.3,,\n",),
    "goods-list": (b"hs6,group,new\n870323,cars,true\n010121,horses,false\n8471,servers,false\n",),
    "release-calendar": (
        b"reporter,month,edition,first_released,last_released\nIndia,2024-06,H6,2024-09-01,2024-10-01\n"
        b"India,2024-07,H6,2024-09-30,2024-10-01\n",
    ),
    "last-months": (b"reporter,last_month,released\nRussia,2021-12,2022-02-09\n",),
    "table": (b"id,words,count\na,re-report,3\nb,another,\n",),
}  # fmt: skip


def bombs() -> dict[str, bytes]:
    """Files of a few kilobytes that unpack to hundreds of megabytes."""
    plain, packed = zipfile.ZipFile(io.BytesIO(book({"s": PLAIN}))), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in plain.namelist():
            archive.writestr(name, plain.read(name))
        for number in range(13):
            archive.writestr(f"{number}", bytes(50_000_000))
    return {"a.csv.gz": gzip.compress(b"0" * 10_000_000, 1) * 61, "a.xlsx": packed.getvalue()}


STUDY = b"""\
question: "Did {corridor} double?"
reporter: T\xc3\xbcrkiye
partner: neighbours
goods: {codes: ["8703", "870410"], without: [trucks]}
months: "2021-01..2022-12"
base: "2021-01..2021-12"
unit: {currency: USD, scale: 1000000}
groups:
  partners: {neighbours: [Armenia, Russia, the others]}
  goods: {trucks: ["870410"]}
others: [the others]
series: {to Russia: {partner: Russia}}
evidence:
  - months: cars
    provisional: {months: 1, revision: [-0.049, 0.089], because: "between two releases"}
vintage: 2023-06-01
claim_date: "2023-01-13"
authors: [A, B]
notes: {Beware: "words"}
flag_rate_percent: 4.5
"""
CASES = b"""\
question: "Did {corridor} double?"
reporter: [T\xc3\xbcrkiye, Germany]
partner: [Armenia, Russia]
goods:
  - {name: cars, codes: ["8703"]}
  - {name: trucks, codes: ["8704"]}
base: ["2021-01..2021-12", "2021-03..2022-02"]
months: "2021-01..2022-12"
by_default: false
evidence: [{months: cars}]
"""
CLAIMS = b"""\
story: {title: A story, publisher: A paper, address: "https://example.org/x"}
reported:
  - {id: r1, words: ten, quantity: {months: "2022"}, at_least: 10}
  - {id: r2, words: even, shape: {months: "2022", no_month_above: 2.5}}
scenarios: [{id: s1, words: as told, believing: [r1], told: {"2022-04": {said: 5}}}]
dimensions:
  - {id: about, words: what about means, readings: [C1], choices: {near: {predicate: {between: [1.9, 2.1]}}, far: {vintage: 2023-06-01}}}
claims:
  - id: C1
    title: Doubled
    quote: "it doubled (almost)"
    said_by: A paper
    address: https://example.org
    readings:
      - {id: C1-a, main: true, words: the sum, predicate: {at_least: 95}, measure: {change: {of: {months: "2022"}, from: {months: "2021"}}}}
      - {id: C1-b, words: the peak, predicate: {is: "2022-09"}, measure: {peak: {months: "2022"}}, believing: [r1]}
      - {id: C1-c, words: the rank, predicate: {at_most: 1}, measure: {rank: {of: Russia, among: [Russia, Armenia], by: partner, quantity: {months: "2022"}}}}
      - {id: C1-d, words: the first, predicate: {is: "2022-03"}, measure: {first_month: {of: {months: "2022", take: each}, times: 2, base: {months: "2021", take: mean}}}}
      - {id: C1-e, words: nothing measures it, not_testable: it is a feeling}
  - id: C2
    title: Tripled
    combinations: {predicate: {between: [2.9, 3.1]}, main: N1-B1, numerators: {N1: {words: one, quantity: {months: "2022-04"}}}, bases: {B1: {words: two, quantity: a year earlier}}}
"""
CHANGES = b"""\
revisions: [{date: 2024-02-01, version: "2", what: new months, why: a release, effect: none}]
corrections: []
"""
CARD = b"""\
publisher: an office
title: cars
address: https://example.org
retrieved: "2023-06-01"
data_as_of: 2023-06-01
terms: free
file: cars.csv
format: tidy
sha256: %s
rows: 24
unit: units of USD
grade: observed
coverage: all of it
holds:
  reporters: [TUR]
  partners: [RUS, ARM]
  flow: X
  frequency: monthly
  months: 2021-01..2022-12
  currency: USD
  valuation: FOB
  digits: [4]
  rounded_to: 0.5
  absent: zero
  provisional: 2022-11..2022-12
"""
NOTEBOOK = json.dumps({
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# A title\n", "words"]},
        {"cell_type": "code", "id": "b", "execution_count": None, "metadata": {"tags": ["parameters"]},
         "outputs": [], "source": 'study = "own"\nmonths = None\nbase = None'},
        {"cell_type": "code", "id": "c", "execution_count": 1, "metadata": {"tags": ["hide", "x"]},
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}], "source": ["%time 1"]},
        {"cell_type": "raw", "id": "d", "metadata": {}, "source": "x", "attachments": {"a.png": {"image/png": "AA=="}}},
    ],
    "metadata": {"tradecheck": {"report": "words", "title": "Words", "needs": "tables"}, "kernelspec": {}},
    "nbformat": 4, "nbformat_minor": 5,
}, indent=1).encode()  # fmt: skip

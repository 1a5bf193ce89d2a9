"""US Census Bureau's API: arrays of text, groups among countries, fields that come twice."""

import json

import pytest

from source_files import aside, raw, real, recognised, rows
from tradecheck.data.sources import census
from tradecheck.data.sources.base import Said, Wanted
from tradecheck.data.sources.census_countries import COUNTRIES
from tradecheck.errors import TradecheckError
from tradecheck.study import areas

NAMES = ["GEN_VAL_MO", "COMM_LVL", "I_COMMODITY", "CTY_CODE", "CTY_NAME", "time"]
IMPORTS = [
    NAMES,
    ["1000", "HS6", "870323", "-", "TOTAL FOR ALL COUNTRIES", "2023-01"],
    ["700", "HS6", "870323", "5880", "JAPAN", "2023-01"],
    ["300", "HS6", "870323", "4280", "GERMANY", "2023-01"],
    ["300", "HS6", "870323", "0003", "EUROPEAN UNION", "2023-01"],
    ["1000", "HS6", "870323", "0022", "OECD", "2023-01"],
    ["300", "HS6", "870323", "4XXX", "EUROPE", "2023-01"],
    ["700", "HS6", "870323", "5XXX", "ASIA", "2023-01"],
]


def read(answer, said=Said(), wanted=None):
    content = json.dumps(answer) if isinstance(answer, list) else answer
    return census.SOURCE.read(raw(content, "answer.json"), said, wanted)


def test_the_world_and_countries_are_kept_and_groups_set_aside():
    assert recognised(raw(json.dumps(IMPORTS))) == ["us-census-api"]
    found = read(IMPORTS)
    assert rows(found, "reporter", "partner", "flow", "product", "value", "row") == [
        ("USA", "WLD", "M", "870323", 1000.0, 2),
        ("USA", "JPN", "M", "870323", 700.0, 3),
        ("USA", "DEU", "M", "870323", 300.0, 4),
    ]
    assert aside(found) == {"group of countries beside its members": [5, 6, 7, 8]}
    assert found.absent == "zero" and found.rows == 7
    table = found.flows
    assert set(table["currency"]) == {"USD"} and (table["value_lo"] == table["value_hi"]).all()
    assert set(table["valuation"]) == {"customs value"} and set(table["edition"]) == {"HS2022"}


def test_groups_alone_are_kept_by_their_names():
    found = read([NAMES, *(row for row in IMPORTS if row[3] in ("0003", "4XXX"))])
    assert rows(found, "partner") == [("European Union",), ("EUROPE",)]


def test_exports_by_schedule_b_valued_free_alongside_ship():
    answer = [["ALL_VAL_MO", "COMM_LVL", "E_COMMODITY", "CTY_CODE", "time"],
              ["641850", "HS10", "2710121510", "1220", "2023-01"]]  # fmt: skip
    found = read(answer)
    assert rows(found, "partner", "flow", "product", "valuation", "edition") == [
        ("CAN", "X", "2710121510", "FAS", "Schedule B")
    ]


def test_a_field_that_was_asked_for_twice_comes_twice():
    answer = [
        [*NAMES, "CTY_CODE", "I_COMMODITY"],
        *([*row, row[3], row[2]] for row in IMPORTS[1:4]),
    ]
    assert len(read(answer).flows) == 3


def test_quantities_with_their_unit():
    answer = [[*NAMES, "QTY_1_MO", "UNIT_QY1"], [*IMPORTS[2], "12", "NO"], [*IMPORTS[3], "0", "-"]]
    assert rows(read(answer), "quantity", "unit") == [(12.0, "NO"), (None, "")]


def test_levels_of_codes_all_goods_and_lost_zeros():
    answer = [NAMES, *(["1", level, code, "5880", "JAPAN", "2023-01"] for level, code in
                       (("HS2", "1"), ("HS4", "102"), ("HS10", "101210020"), ("-", "-")))]  # fmt: skip
    assert rows(read(answer), "product", "edition") == [
        ("01", "HS2022"), ("0102", "HS2022"), ("0101210020", "HTS"), ("TOTAL", ""),
    ]  # fmt: skip


def test_ports_and_programmes_are_a_breakdown_of_their_total():
    answer = [[*NAMES, "RP"], [*IMPORTS[2], "-"], [*IMPORTS[2][:0], "400", *IMPORTS[2][1:], "18"],
              ["300", *IMPORTS[2][1:], "69"]]  # fmt: skip
    found = read(answer)
    assert rows(found, "value") == [(700.0,)] and aside(found) == {
        "breakdown of another row": [3, 4]
    }
    parts = read([answer[0], *answer[2:]])
    assert rows(parts, "value") == [(400.0,), (300.0,)] and not aside(parts)


def test_the_same_answers_saved_as_a_table():
    text = (
        "I_COMMODITY,CTY_CODE,CTY_NAME,GEN_VAL_MO,YEAR,MONTH,COMM_LVL\n"
        "85,-,TOTAL FOR ALL COUNTRIES,38562703030,2023,01,HS2\n"
        "1,5880,JAPAN,5,2023,1,HS2\n"
        "85,3,EUROPEAN UNION,2862294171,2023,01,HS2\n"
    )
    assert recognised(raw(text)) == ["us-census-api"]
    found = read(text)
    assert rows(found, "partner", "product", "period_start", "value") == [
        ("WLD", "85", "2023-01", 38562703030.0), ("JPN", "01", "2023-01", 5.0),
    ]  # fmt: skip
    assert aside(found) == {"group of countries beside its members": [4]}


def test_names_of_countries_without_codes():
    names = ["ALL_VAL_MO", "E_COMMODITY", "CTY_NAME", "time"]
    found = read(
        [names, ["5", "8703", "KOREA, SOUTH", "2023-01"], ["9", "8703", "OPEC", "2023-01"]]
    )
    assert rows(found, "partner") == [("KOR",)]
    assert aside(found) == {"group of countries beside its members": [3]}


def test_the_first_measure_counts_and_the_others_are_named():
    answer = [["CON_VAL_MO", *NAMES], *(["1", *row] for row in IMPORTS[1:3])]
    found = read(answer)
    assert rows(found, "value") == [(1000.0,), (700.0,)]
    assert found.notes == ("Values are GEN_VAL_MO; CON_VAL_MO beside it were not read.",)


def test_only_what_is_asked_for():
    assert rows(read(IMPORTS, wanted=Wanted(partners=frozenset({"DEU"}))), "value") == [(300.0,)]


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ('[["GEN_VAL_MO","I_COMMODITY","CTY_CODE","time"],["1","8703",', "no complete answer"),
        ([NAMES, ["1", "HS6"]], "record 2 has 2 fields where 6 are expected"),
        ([NAMES, ["x", *IMPORTS[1][1:]]], "line 2, column GEN_VAL_MO: 'x' is no number"),
        (
            [NAMES, [*IMPORTS[1][:2], "87A", *IMPORTS[1][3:]]],
            "line 2, column I_COMMODITY: '87A' is no customs code",
        ),
        ([NAMES, [*IMPORTS[1][:5], "Jan 23"]], "line 2, column TIME"),
        ([[*NAMES, "NAICS"], [*IMPORTS[1], "336"]], "counts goods by NAICS, not by customs codes"),
    ],
)
def test_answers_that_cannot_be_read(answer, rule):
    with pytest.raises(TradecheckError, match=rule):
        read(answer)


def test_what_is_said_may_not_contradict_the_file():
    with pytest.raises(TradecheckError, match="holds the flow M, but what is said of it is X"):
        read(IMPORTS, Said(flow="exports"))


def test_every_country_of_schedule_c_is_an_area():
    assert len(COUNTRIES) == 241
    assert all(len(areas.area(letters).code) == 3 for letters in COUNTRIES.values())
    assert [areas.area(COUNTRIES[code]).name for code in ("1220", "4621", "4803", "5700", "5830", "7920")] == [
        "Canada", "Russia", "Kosovo", "China", "Taiwan", "Namibia",
    ]  # fmt: skip


def test_real_answer():
    file = real("us_census_api/exports_hs10_2710121510_canada.json")
    assert recognised(file) == ["us-census-api"]
    table = census.SOURCE.read(file, Said(), None).flows
    assert (len(table), table["value"].sum(), set(table["partner"])) == (33, 50945767, {"CAN"})


def test_real_table_with_groups():
    file = real("us_census_api/imports_hs2_as_table_with_group_rows.csv")
    assert recognised(file) == ["us-census-api"]
    found = census.SOURCE.read(file, Said(), None)
    assert rows(found, "partner", "product", "value") == [
        ("WLD", "85", 38562703030.0),
        ("WLD", "84", 34688616739.0),
    ]
    assert len(found.aside) == 9

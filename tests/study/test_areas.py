"""Names and numbers of areas as files write them; groups; what a study's own names resolve to."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.errors import TradecheckError
from tradecheck.study.areas import (
    TABLE,
    area,
    from_comtrade,
    from_m49,
    group_of,
    members,
    name_of,
    resolve,
)
from tradecheck.study.groups import ALIASES, CHANGING, FIXED

with TABLE.open(encoding="utf-8", newline="") as _lines:
    LINES = list(csv.DictReader(_lines))
WRITTEN = [
    (name, line["code"])
    for line in LINES
    for name in (line["name"], *line["others"].split(";"))
    if name
]
REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "comtrade" / "Reporters.json"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # codes, in any case; the Greek and British letters of Eurostat
        ("RUS", "RUS"), ("ru", "RUS"), ("EL", "GRC"), ("GR", "GRC"), ("UK", "GBR"), ("XK", "XKX"),
        ("XS", "SRB"), ("IS", "ISL"), ("AND", "AND"), ("ST", "STP"), ("BR", "BRA"), ("WLD", "WLD"),
        # English names, whatever the case, accents and order
        ("türkiye", "TUR"), ("TÜRKİYE", "TUR"), ("Turkey", "TUR"), ("Ivory Coast", "CIV"),
        ("COTE D’IVOIRE", "CIV"), ("Korea, South", "KOR"), ("  Hong   Kong ", "HKG"),
        ("Niger", "NER"),
        ("Guinea", "GIN"), ("Guinea-Bissau", "GNB"), ("Dominica", "DMA"), ("Dominican Rep.", "DOM"),
        ("Congo", "COG"), ("Congo, Dem. Rep.", "COD"), ("Virgin Islands (British)", "VGB"),
        ("Virgin Islands (U.S.)", "VIR"), ("Republic of China", "TWN"), ("China", "CHN"),
        # Eurostat
        ("Kyrgyz, Republic", "KGZ"), ("Russian Federation (Russia)", "RUS"),
        ("Ireland (Eire)", "IRL"),
        ("Korea, Republic of (South Korea)", "KOR"),
        ("Italy (incl. San Marino 'SM' -> 1993)", "ITA"),
        ("Germany (incl. German Democratic Republic 'DD' from 1991)", "DEU"),
        ("United States (incl. Navassa Island (part of 'UM') from 1995 -> 2000)", "USA"),
        ("Korea, Democratic People’s Republic of (North Korea)", "PRK"), ("KG-Kyrgyzstan", "KGZ"),
        ("GR: Greece", "GRC"), ("United Kingdom (Northern Ireland)", "_XI"), ("QR", "_QR"),
        # UN Comtrade
        ("Other Asia, nes", "TWN"), ("S19", "TWN"), ("W00", "WLD"), ("Areas, nes", "_899"),
        ("USA (before 1981)", "USA"), ("FS Micronesia", "FSM"), ("Lao People's Dem. Rep.", "LAO"),
        ("Sudan (...2011)", "SUD"), ("Sudan", "SDN"), ("Soviet Union (until 1991)", "SUN"),
        # US Census, DGCI&S, ITC, World Bank
        ("BURMA", "MMR"), ("CONGO (KINSHASA)", "COD"), ("TOTAL FOR ALL COUNTRIES", "WLD"),
        ("U S A", "USA"), ("U K", "GBR"), ("CHINA P RP", "CHN"), ("KOREA RP", "KOR"),
        ("KOREA DP RP", "PRK"), ("U ARAB EMTS", "ARE"), ("VIETNAM SOC REP", "VNM"),
        ("COTE D' IVOIRE", "CIV"), ("Taipei, Chinese", "TWN"), ("Hong Kong, China", "HKG"),
        ("Egypt, Arab Rep.", "EGY"), ("Türkiye (formerly Turkey)", "TUR"), ("Kosovo*", "XKX"),
    ],
)  # fmt: skip
def test_a_name_is_read_as_files_write_it(text, code):
    assert area(text).code == code


def test_every_name_of_the_table_belongs_to_one_area():
    assert [(name, area(name).code) for name, _ in WRITTEN] == WRITTEN
    codes = [code for line in LINES for code in (line["code"], line["alpha2"]) if code]
    assert len(set(codes)) == len(codes)


@given(
    st.sampled_from(WRITTEN),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from("  \t"),
)
def test_neither_case_nor_blanks_change_an_area(written, case, blank):
    name, code = written
    assert area(blank + case(name).replace(" ", blank * 2) + blank).code == code


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Rusia", "'Rusia' is no area that tradecheck knows; did you mean 'Russia'?"),
        ("Kirgizstan 2", "did you mean 'Kirgizstan'"),
        ("Zubrowka", "write its English name or its ISO code of three letters"),
        ("699", "numbers mean one thing in UN M49 and another at UN Comtrade"),
        ("EU27_2020", r"is a group of areas \(EU27\), not one area"),
        # A bracket that names another area is not history.
        ("China (Taipei)", "is no area"),
        ("Congo (Democratic)", "is no area"),
        ("Yemen (until 1990)", "is no area"),
        ("", "is no area"),
        ("the", "is no area"),
    ],
)
def test_an_unknown_area_is_refused_in_a_sentence(text, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        area(text)


def test_numbers_of_m49_and_of_un_comtrade_differ():
    assert (from_m49(356).code, from_comtrade(699).code) == ("IND", "IND")
    numbers = {
        "USA": 842,
        "FRA": 251,
        "NOR": 579,
        "CHE": 757,
        "TWN": 490,
        "DEU": 276,
        "SUN": 810,
        "WLD": 0,
    }
    for code, number in numbers.items():
        assert (area(code).comtrade, from_comtrade(number).code) == (number, code)
    assert from_m49(492).code == "MCO"
    assert from_comtrade(492).name == "EU, not specified"
    assert from_comtrade(97).code == "European Union"
    with pytest.raises(TradecheckError, match="UN Comtrade has no area with the number 999"):
        from_comtrade(999)
    with pytest.raises(TradecheckError, match="UN M49 has no area with the number 699"):
        from_m49(699)


def test_areas_that_ended_have_their_years():
    ended = {
        "SUN": 1991,
        "YUG": 1991,
        "SCG": 2006,
        "ANT": 2010,
        "SUD": 2011,
        "DDR": 1990,
        "CSK": 1992,
        "BLX": 1998,
    }
    assert {code: area(code).until for code in ended} == ended
    assert area("SDN").since == 2011
    assert area("JPN").since is area("JPN").until is None


def test_the_table_agrees_with_un_comtrade():
    if not REFERENCE.is_file():
        pytest.skip("the list of UN Comtrade's reporters is not part of the project")
    listed = json.loads(REFERENCE.read_text(encoding="utf-8-sig"))["results"]
    current = [one for one in listed if not one.get("entryExpiredDate") and not one["isGroup"]]
    assert len(current) > 200
    for one in current:
        found = from_comtrade(one["reporterCode"])
        assert found.code == one["reporterCodeIsoAlpha3"]
        assert area(one["reporterDesc"]) == found
    for one in listed:
        if (one.get("entryExpiredDate") or "") >= "1985":
            assert area(one["reporterDesc"]) == from_comtrade(one["reporterCode"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("RUS", "Russia"), ("KGZ", "Kyrgyzstan"), ("TUR", "Türkiye"), ("USA", "United States"),
        ("CIV", "Côte d'Ivoire"), ("CZE", "Czechia"), ("EU27_2020", "EU27"),
        ("six neighbours", "six neighbours"),
        ("the largest other supplier", "the largest other supplier"), ("WLD", "World"),
    ],
)  # fmt: skip
def test_the_name_that_a_reader_sees(text, name):
    assert name_of(text) == name


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("EU27", "EU27"), ("eu27_2020", "EU27"),
        ("European Union - 27 countries (from 2020)", "EU27"),
        ("European Union - 27 countries (AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GR, HR, HU, "
         "IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK)", "EU27"),
        # the 27 of 2007: with the United Kingdom, without Croatia
        ("European Union - 27 countries (AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GB, GR, HU, "
         "IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK)", "EU27 of 2007"),
        ("European Union - 27 countries (AT, BE)", None),
        ("European Union (AT-01/1995, BE-01/1958, GB-01/1973->01/2020)", "European Union"),
        ("EU", "European Union"), ("EU-28", "EU28"), ("EA20", "EA20"), ("EURO AREA", "euro area"),
        ("Euro area - 19 countries  (2015-2022)", "EA19"),
        ("EU27_2020: European Union - 27 countries", "EU27"),
        ("World", "World"), ("WLD", "World"), ("ASEAN", "ASEAN"),
        ("Eurasian Economic Union", "EAEU"),
        ("BRICS 2022", "BRICS 2022"), ("BRICS (2022)", "BRICS 2022"), ("EU27 2022", None),
        ("Germany", None), ("six neighbours", None), ("Extra-EU27 (from 2020)", None), ("", None),
    ],
)  # fmt: skip
def test_the_group_of_a_label(label, group):
    assert group_of(label) == group


def test_members_of_fixed_and_of_changing_groups():
    sizes = {
        "EU27": 27,
        "EU28": 28,
        "EU25": 25,
        "EU15": 15,
        "EA19": 19,
        "EA20": 20,
        "EA21": 21,
        "G7": 7,
    }
    assert {name: len(members(name)) for name in sizes} == sizes
    assert set(members("EU28")) - set(members("EU27")) == {"GBR"}
    assert set(members("EA20")) - set(members("EA19")) == {"HRV"}
    assert members("EU27", "2015-01") == members("EU27") == members("European Union")
    assert ("GBR" in members("EU", "2020-01"), "GBR" in members("EU", "2020-02")) == (True, False)
    assert (
        members("BRICS 2022") == members("BRICS", "2022-06") == ("BRA", "CHN", "IND", "RUS", "ZAF")
    )
    assert {"IRN", "IDN"} <= set(members("BRICS"))
    assert members("EAEU", "2015-07") == ("ARM", "BLR", "KAZ", "RUS")
    assert "UKR" in members("CIS", "2014") and "UKR" not in members("CIS")
    assert members("World") == ("WLD",)
    with pytest.raises(TradecheckError, match="'Benelux' is no group of areas"):
        members("Benelux")
    with pytest.raises(ValueError, match="no period"):
        members("EU", "last year")


def test_groups_are_made_of_areas_and_named_once():
    codes = {line["code"] for line in LINES}
    for name in (*CHANGING, *FIXED):
        assert set(members(name)) <= codes
        assert group_of(name) == name
    assert {group_of(alias) for name in ALIASES for alias in ALIASES[name]} == set(ALIASES)
    assert set(ALIASES) <= {*CHANGING, *FIXED}


def test_a_study_resolves_its_own_groups_first():
    own = {
        "China with Hong Kong": ["CHN", "Hong Kong"],
        "neighbours": ["Armenia", "ge", "China with Hong Kong"],
        "EU27": ["DEU", "FRA"],
        "dealers": ["UAE", "neighbours", "HKG", "an unnamed trader"],
    }
    assert resolve("neighbours", own) == ("ARM", "GEO", "CHN", "HKG")
    assert resolve("EU27", own) == ("DEU", "FRA")
    assert len(resolve("EU27", {})) == 27
    assert resolve("dealers", own, ["an unnamed trader"]) == (
        "ARE", "ARM", "GEO", "CHN", "HKG", "an unnamed trader",
    )  # fmt: skip
    assert resolve("Hong Kong", {}, ["Hong Kong"]) == ("HKG",)
    assert resolve("World", {}) == ("WLD",)


@pytest.mark.parametrize(
    ("text", "groups", "complaint"),
    [
        (
            "a",
            {"a": ["b"], "b": ["RUS", "c"], "c": ["a"]},
            "holds itself .a → b → c → a.; take it out",
        ),
        ("China", {"China": ["China", "HKG"]}, "write an area of that name by its ISO code"),
        ("a", {"a": []}, "'a' has no members"),
        (
            "a",
            {"a": ["Rusia"]},
            "'Rusia' is no area or group that tradecheck knows; did you mean 'Russia'",
        ),
        ("six neighbors", {"six neighbours": ["ARM"]}, "did you mean 'six neighbours'"),
        ("the largest supplyer", {}, "did you mean 'the largest supplier'"),
    ],
)
def test_names_that_lead_nowhere_are_refused(text, groups, complaint):
    with pytest.raises(TradecheckError, match=complaint):
        resolve(text, groups, ["the largest supplier"])

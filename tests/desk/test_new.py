"""`tradecheck new`: what it writes builds, and what it cannot write it says in a sentence."""

import re

import pytest

from strangers import Desk, Opened, joined, tidy
from tradecheck.desk.add import renew
from tradecheck.desk.asked import Asked
from tradecheck.desk.new import new
from tradecheck.errors import TradecheckError
from tradecheck.study import areas
from tradecheck.study.periods import month_range
from tradecheck.study.values import parse_yaml

MONTHS = month_range("2021-01", "2022-12")
CARS = {month: (place + 1) * 1e6 for place, month in enumerate(MONTHS)}
USUAL = {"reporter": "Türkiye", "partner": "Russia", "goods": "8703", "data": "cars"}


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "project")


@pytest.fixture
def cars(desk):
    desk.add("cars", tidy(CARS))
    return desk


def made(desk: Desk, name: str = "own", **asked: str) -> tuple[Opened, list[str]]:
    """A study made by the command, and what the command says."""
    said = new(desk.project, Asked(name, **(USUAL | asked)))
    return Opened(desk.project, name), said


def fields(desk: Desk, name: str = "own") -> dict:
    path = desk.project.studies / name / "study.yaml"
    return parse_yaml(path.read_bytes(), "study.yaml")


def test_the_smallest_study(cars):
    study, said = made(cars)
    assert fields(cars) == {
        "question": "Did exports of goods 8703 from Türkiye to Russia double, and when did they peak?",
        "reporter": "Türkiye", "partner": "Russia", "flow": "exports", "goods": ["8703"],
        "months": "2021-01..2022-12", "evidence": [{"months": "cars"}],
    }  # fmt: skip
    assert said == [
        "Wrote notebooks/studies/own/study.yaml, and claims.yaml beside it.",
        "24 rows are of exports of goods 8703, Türkiye to Russia.",
        "Next: make report STUDY=own",
    ]
    # The base is 2021, its mean 6.5; January 2022 is 13, exactly twice.
    assert study.found.first_double == "2022-01"
    assert study.found.peak.month == "2022-12"
    assert study.judged == []


@pytest.mark.parametrize(
    "asked",
    [
        {"reporter": "TUR"}, {"reporter": "tr"}, {"reporter": "Turkey"}, {"reporter": " Türkiye "},
        {"partner": "RU"}, {"partner": "Russian Federation"},
        {"goods": "8703.00"}, {"goods": "87 03"}, {"goods": "87"},
        {"data": "cars.csv"}, {"data": "data/raw/cars.csv"},
        {"flow": "exports"}, {"flow": "export"}, {"flow": "X"},
        {"months": "2021..2022"}, {"months": "2021-01..2022Q4"}, {"base": "2021"},
    ],
    ids=str,
)  # fmt: skip
def test_the_same_asked_in_other_words(cars, asked):
    if asked.get("goods") == "8703.00":
        cars.add("fine", tidy(CARS, product="870300"))
        asked = {**asked, "data": "fine"}
    study, _ = made(cars, **asked)
    assert study.found.first_double == "2022-01"


def test_the_question_names_a_heading_that_the_project_knows(cars):
    cars.add("hs-headings", "code,name\n8703,Cars\n8471,TV sets\n")
    made(cars)
    assert fields(cars)["question"].startswith("Did exports of cars (8703) from Türkiye to Russia")
    assert fields(cars)["tables"] == {"heading names": "hs-headings"}


def test_imports_go_the_other_way(desk):
    desk.add("cars", tidy(CARS, reporter="Russia", partner="Türkiye", flow="imports"))
    study, _ = made(desk, reporter="Russia", partner="Türkiye")
    assert fields(desk)["flow"] == "imports"
    assert "from Türkiye to Russia" in fields(desk)["question"]
    assert study.opened.corridor == "Türkiye to Russia"


@pytest.mark.parametrize(
    ("quote", "kept"),
    [
        ("doubled within a year", "doubled within a year"),
        (
            'they "doubled"\n in a year: a rise # of 100 %',
            'they "doubled" in a year: a rise # of 100 %',
        ),
        ("back\\slash {x} [y] 'z' &a *b", "back\\slash {x} [y] 'z' &a *b"),
    ],
)
def test_a_claim_waits_for_its_measure(cars, quote, kept):
    study, said = made(cars, claim=quote)
    (claim,) = study.judged
    assert (claim.claim.quote, claim.verdict) == (kept, "not_testable")
    assert (
        "The claim is not testable yet: give it a measure in notebooks/studies/own/claims.yaml."
        in said
    )


def test_the_example_beside_the_claim_is_a_reading_that_can_be_judged(cars):
    made(cars, claim="doubled within a year")
    path = cars.project.studies / "own" / "claims.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(lines) if "words: not read" in line)
    kept = [line.replace("        # ", "        ") for line in lines[place + 3 :]]
    path.write_text("\n".join([*lines[:place], *kept]), encoding="utf-8")
    study = Opened(cars.project, "own")
    # 2022 is 13 + … + 24 = 222, 2021 is 1 + … + 12 = 78.
    assert study.verdicts == {"C1-plain": "holds"}
    assert study.ends("C1-plain") == (222 / 78, 222 / 78)


@pytest.mark.parametrize("months", ["2022-07", "2022-06..2022-07", "2021-01..2022-12"])
def test_the_example_without_a_claim_is_one_too(cars, months):
    made(cars, months=months)
    path = cars.project.studies / "own" / "claims.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[text.index("# claims:") :].replace("# ", ""), encoding="utf-8")
    assert Opened(cars.project, "own").verdicts["C1-plain"] in ("holds", "fails")


def test_without_data_it_says_what_it_takes(desk):
    study, said = made(desk, data="", months="2021-01..2022-12", claim="doubled")
    assert said[2:] == [
        "It names no data yet, so its report can test nothing and says what it takes.",
        "tradecheck formats lists the files that are read; tradecheck add FILE takes one in; then "
        "name it under evidence in notebooks/studies/own/study.yaml.",
        "Next: make report STUDY=own",
    ]
    assert study.found.first_double is None and study.found.peak is None
    assert study.verdicts == {"C1-plain": "not_testable"}


def test_the_evidence_that_waits_in_comments_is_all_it_takes(desk):
    made(desk, data="", months="2021-01..2022-12")
    desk.add("cars", tidy(CARS))
    path = desk.project.studies / "own" / "study.yaml"
    text = (
        path.read_text(encoding="utf-8").replace("# evidence", "evidence").replace("#   - ", "  - ")
    )
    path.write_text(text.replace("NAME-OF-THE-RAW-TABLE", "cars"), encoding="utf-8")
    assert Opened(desk.project, "own").found.first_double == "2022-01"


def test_a_gap_is_told_and_stays_unknown(desk):
    desk.add(
        "cars", tidy({m: v for m, v in CARS.items() if m not in ("2022-03", "2022-04", "2022-09")})
    )
    study, said = made(desk)
    assert said[2] == (
        "Months without a figure: 2022-03 to 2022-04, 2022-09. They stay unknown, which is not "
        "zero."
    )
    assert study.months()["2022-03"] == (0.0, float("inf"), "none")


def test_months_that_count_as_zero_are_told_apart(desk):
    """Of a reporter that has published the month, no row means zero where the card says so."""
    some = {m: v for m, v in CARS.items() if m != "2022-03"}
    less = {m: v for m, v in some.items() if m != "2022-09"}
    desk.add("cars", joined(tidy(less), tidy(some, partner="Georgia")))
    study, said = made(desk)
    assert said[2:4] == [
        "Months without a figure: 2022-03. They stay unknown, which is not zero.",
        "Months without a row: 2022-09. They count as zero, as data/raw/cars.card.yaml says.",
    ]
    assert study.months()["2022-03"] == (0.0, float("inf"), "none")
    assert study.months()["2022-09"] == (0.0, 0.0, "observed")


def test_members_of_a_group_that_the_data_lack_are_told(desk):
    members = [code for code in areas.members("EU27") if code != "MLT"]
    rows = [tidy(CARS, reporter=code) for code in members if code != "NLD"]
    early = {month: value for month, value in CARS.items() if month < "2022-11"}
    desk.add("cars", joined(*rows, tidy(early, reporter="NLD")))
    study, said = made(desk, reporter="EU27")
    assert said[2:4] == [
        "The data hold no row of the reporter Malta.",
        "Netherlands has no row in 2022-11 to 2022-12; the sum of the others is a floor.",
    ]
    assert study.months()["2022-12"] == (25 * 24.0, float("inf"), "bounded")


def test_codes_that_the_data_lack_or_split_are_told(desk):
    desk.add("cars", joined(*(tidy(CARS, product=code) for code in ("870321", "870322"))))
    _, said = made(desk, goods="8703,8704")
    assert said[2:4] == [
        "Codes without a row: 8704; check that they exist in these years.",
        "8703 has no row of its own: it is the sum of the 2 longer codes that the data hold.",
    ]


def test_a_base_without_a_later_month_is_told(cars):
    _, said = made(cars, months="2022")
    assert said[2].startswith("The base is all months shown")


@pytest.mark.parametrize(
    ("times", "scale"), [(1.0, None), (1e-3, 1000), (1e-6, 1), (1e3, None)], ids=str
)
def test_small_sums_are_reported_in_thousands(desk, times, scale):
    desk.add("cars", tidy({month: value * times for month, value in CARS.items()}))
    study, _ = made(desk)
    unit = fields(desk).get("unit")
    assert unit == (scale and {"currency": "USD", "scale": scale})
    assert study.found.first_double == "2022-01"


def test_totals_of_years_are_totals(desk):
    desk.add("cars", tidy({"2020": 60e6, "2021": 66e6, "2022": 150e6}))
    study, _ = made(desk)
    assert fields(desk)["evidence"] == [{"totals": "cars"}]
    assert study.months()["2022-12"] == (0.0, 150.0, "bounded")


def test_years_beside_months_are_both(desk):
    year = {"2021": sum(CARS[m] for m in MONTHS[:12])}
    desk.add("cars", tidy(year | {m: CARS[m] for m in MONTHS[12:]}))
    study, _ = made(desk)
    assert fields(desk)["evidence"] == [{"months": "cars"}, {"totals": "cars"}]
    assert study.found.base.lo == study.found.base.hi == pytest.approx(6.5)


def test_a_year_that_is_not_the_sum_of_its_months_does_not_count(desk):
    desk.add("cars", tidy({"2021": 10e6} | CARS))
    study, said = made(desk)
    assert fields(desk)["evidence"] == [{"months": "cars"}]
    assert "Its totals of longer periods do not fit its months, so only the months count." in said
    assert study.found.first_double == "2022-01"


def test_names_that_only_the_data_have(desk):
    desk.add("cars", tidy(CARS, reporter="Northland", partner="Other countries"))
    study, _ = made(desk, reporter="Northland", partner="Other countries")
    assert fields(desk)["others"] == ["Northland", "Other countries"]
    assert study.found.first_double == "2022-01"


def test_a_list_of_goods_by_its_name(desk):
    desk.add("listed", "code,name\n870321,small\n870322,middle\n")
    desk.add("cars", joined(*(tidy(CARS, product=code) for code in ("870321", "870322", "870390"))))
    study, _ = made(desk, goods="listed")
    assert fields(desk)["goods"] == {"list": "listed"}
    assert study.found.peak.lo == 48.0


def test_the_sum_of_a_list_as_rows_of_their_own(desk):
    desk.add("listed", "code,name\n870321,small\n870322,middle\n")
    desk.add("cars", tidy(CARS, product="listed"))
    study, _ = made(desk, goods="listed")
    assert study.found.peak.lo == 24.0


HELD = "data/raw/cars holds exports of Türkiye to Russia, goods 8703, 2021-01 to 2022-12"
NO_AREA = "is no area or group that tradecheck knows"
CODES = "customs codes of 2 to 10 digits with commas between are expected"
REFUSED = {
    "a country misspelt": (
        {"partner": "Indai"},
        f"--partner: 'Indai' {NO_AREA}; did you mean 'India'?",
    ),
    "a group misspelt": ({"reporter": "Euro aera"}, f"{NO_AREA}; did you mean 'euro area'?"),
    "no country": (
        {"partner": ""},
        f"--partner: '' {NO_AREA}; write its English name or its ISO code",
    ),
    "a code misspelt": (
        {"goods": "8730"},
        f"no table holds a row of it: {HELD} (the code differs)",
    ),
    "letters in a code": ({"goods": "87o3"}, f"--goods 87o3: {CODES}"),
    "a code of one digit": ({"goods": "8"}, f"--goods 8: {CODES}"),
    "a code of eleven digits": ({"goods": "87032310001"}, CODES),
    "a code twice": ({"goods": "8703,8703"}, "a code stands twice"),
    "another corridor": (
        {"reporter": "Germany", "partner": "Kazakhstan"},
        "asks for exports of Germany to Kazakhstan, goods 8703, and no table holds a row of it: "
        f"{HELD} (the reporter differs)",
    ),
    "another flow": (
        {"flow": "imports"},
        "asks for imports of Türkiye from Russia, goods 8703, and no table holds a row of it: "
        f"{HELD}",
    ),
    "a flow misspelt": ({"flow": "exprots"}, "is expected; did you mean 'exports'?"),
    "no month": (
        {"months": "2022-13"},
        "--months: '2022-13' is no period; write a month such as 2024-07",
    ),
    "months swapped": ({"months": "2022-12..2021-01"}, "ends before it begins; swap its ends."),
    "other months": (
        {"months": "2030"},
        "--months 2030: the data hold 2021-01 to 2022-12, and no month of these; choose months that "
        "they hold.",
    ),
    "a base outside": ({"base": "2020"}, "the base 2020 holds months that are not shown"),
    "a table misspelt": (
        {"data": "carz"},
        "data/raw/ holds no table of this name; did you mean 'cars'?",
    ),
    "a file not added": ({"data": "/home/me/exports.csv"}, "tradecheck add FILE takes one in."),
    "a long claim": ({"claim": "word " * 26}, "--claim has 26 words; quote the phrase that counts"),
    "a name with capitals": (
        {"name": "Türkiye Cars"},
        "The name 'Türkiye Cars' cannot be a study's: small letters of English, digits and hyphens "
        "are expected, such as turkiye-cars.",
    ),
    "no name": ({"name": ""}, "The name '' cannot be a study's"),
    "a name that leaves the folder": ({"name": "../own"}, "The name '../own' cannot be a study's"),
    "the name of the list": (
        {"name": "index"},
        "A study called index would write reports/index.html",
    ),
}


@pytest.mark.parametrize(("asked", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refusals_are_sentences_and_write_nothing(tmp_path, asked, sentence):
    desk = Desk(tmp_path / "project", notebooks=asked.get("name") == "index")
    desk.add("cars", tidy(CARS))
    with pytest.raises(TradecheckError) as refused:
        made(desk, **asked)
    assert sentence in str(refused.value)
    assert not re.search(r"[?;,:] ?[.]|[.][.](?![0-9/])|  ", str(refused.value))
    assert list(desk.project.studies.iterdir()) == []


def test_a_file_that_says_only_months_codes_and_values(desk):
    lines = ["period,hs6,value", *(f"{m},870323,{v:.0f}" for m, v in CARS.items())]
    desk.add("cars", "\n".join(lines))
    with pytest.raises(TradecheckError) as refused:
        made(desk, partner="Hong Kong")
    told = '--reporter Türkiye --partner "Hong Kong" --flow exports'
    assert str(refused.value) == (
        "data/raw/cars does not state its reporter, partner and flow; if it holds what this study "
        f"is about, say so: tradecheck add --renew cars {told}"
    )
    renew(desk.project, "cars", {"reporter": "Türkiye", "partner": "Hong Kong", "flow": "exports"})
    study, _ = made(desk, partner="Hong Kong")
    assert (study.evidence.currency, study.found.first_double) == ("not stated", "2022-01")


def test_without_data_and_months_it_asks_for_months(desk):
    with pytest.raises(TradecheckError, match="Say which months the study is about"):
        made(desk, data="")


def test_several_currencies_need_a_word(desk):
    rows = ["period,reporter,partner,flow,product,value_usd,value_eur"]
    rows += ["2022-01,TUR,RUS,X,8703,5000000,4000000", "2022-02,TUR,RUS,X,8703,6000000,5000000"]
    desk.add("cars", "\n".join(rows))
    with pytest.raises(TradecheckError, match="say in which the report is, such as --currency USD"):
        made(desk)
    study, _ = made(desk, currency="eur")
    assert study.months()["2022-02"] == (5.0, 5.0, "observed")


def test_a_study_that_exists_is_left_alone(cars):
    made(cars)
    before = (cars.project.studies / "own" / "study.yaml").read_bytes()
    with pytest.raises(
        TradecheckError, match="notebooks/studies/own exists already; choose another name"
    ):
        made(cars, months="2022")
    assert (cars.project.studies / "own" / "study.yaml").read_bytes() == before


def test_a_page_has_one_maker(tmp_path):
    desk = Desk(tmp_path / "project", notebooks=True)
    desk.add("cars", tidy(CARS))
    made(desk, name="own")
    with pytest.raises(TradecheckError, match=r"own-data would write reports/own-data\.html"):
        made(desk, name="own-data")

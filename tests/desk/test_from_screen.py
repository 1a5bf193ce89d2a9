"""A study of a line of a screen: what is written builds, and says where it comes from."""

import json

import pytest

from strangers import Desk, tidy
from tradecheck.desk.from_screen import from_screen
from tradecheck.errors import TradecheckError
from tradecheck.study.claims import read_claims
from tradecheck.study.periods import month_range
from tradecheck.study.study import load_study

MONTHS = month_range("2020-01", "2022-12")
STUDY = """\
question: "Did it double?"
reporter: Türkiye
partner: Russia
goods: ["87"]
months: "2020-01..2022-12"
screen: {}
evidence:
  - months: cars
"""
LINE = {
    "id": "tur-rus-8703", "rank": 1, "reporter": "TUR", "partner": "RUS", "product": "8703",
    "codes": ["870321", "870323"], "from": 1_200_000, "to": 4_000_000, "window": "2022-10",
    "largest_month": "2022-09", "largest_code": "870323", "first_alarm": "2022-08", "q": 0.05,
    "cautions": ["the others doubled, too"],
}  # fmt: skip
OTHER = LINE | {"id": "tur-rus-840734", "rank": None, "product": "840734", "codes": ["840734"]}
SCREEN = {
    "unit": {"currency": "USD", "scale": 1}, "table": "cars", "half_year": "2022-07..2022-12",
    "headlines": [LINE], "other_headlines": [OTHER], "usual": {"headlines": 1, "half_years": []},
}  # fmt: skip


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "project")
    desk.add("cars", tidy({month: 1e6 for month in MONTHS}))
    folder = desk.project.studies / "wide"
    folder.mkdir(parents=True)
    (folder / "study.yaml").write_text(STUDY)
    desk.project.reports.mkdir(exist_ok=True)
    (desk.project.reports / "wide-screen.json").write_text(json.dumps(SCREEN))
    return desk


@pytest.mark.parametrize("named", ["tur-rus-8703", "TUR-RUS-8703", "1"])
def test_a_line_becomes_a_study_with_every_way_to_count(desk, named):
    said = from_screen(desk.project, "own", "wide", named)
    study, claims = load_study(desk.project, "own"), read_claims(desk.project, "own")
    assert study.goods.codes == ["870321", "870323"]
    assert (study.reporter, study.partner, study.base) == ("Türkiye", "Russia", "2021-08..2022-07")
    assert study.asked == (
        "Did exports of goods 8703 from Türkiye to Russia double in August to October\xa02022?"
    )
    assert [claim.title for claim in claims.claims] == ["Rose by half", "Doubled", "Tripled"]
    ways = [reading.words for reading in claims.claims[1].readings]
    assert len(ways) == 6 and "without its largest month, over the twelve months before" in ways
    without = claims.readings["L2-without-month-season"].asks.ratio.of
    assert without.month_list == ("2022-08", "2022-10")
    assert "line 1 of 1 because it had doubled" in study.notes["Where this comes from"]
    assert study.notes["To be wary of"] == "The others doubled, too."
    assert said[-1] == "Next: make report STUDY=own"


def test_a_line_of_one_code_is_not_counted_without_it(desk):
    from_screen(desk.project, "own", "wide", "tur-rus-840734")
    assert len(read_claims(desk.project, "own").claims[0].readings) == 4
    assert not load_study(desk.project, "own").groups.goods


@pytest.mark.parametrize(
    ("study", "line", "told"),
    [
        ("wide", "tur-rus-8704", "has no line 'tur-rus-8704'; did you mean 'tur-rus-8703'?"),
        ("wide", "2", "has no line '2'; the strongest is tur-rus-8703"),
        ("other", "1", "There is no study 'other'"),
    ],
)
def test_what_is_not_there_is_told(desk, study, line, told):
    with pytest.raises(TradecheckError, match=told.replace("?", r"\?")):
        from_screen(desk.project, "own", study, line)
    assert not (desk.project.studies / "own").exists()


def test_a_screen_that_was_not_built_or_is_spoilt_is_told(desk):
    path = desk.project.reports / "wide-screen.json"
    for spoilt in ("{}", "[]", "nonsense", json.dumps(SCREEN | {"headlines": [{}]})):
        path.write_text(spoilt)
        with pytest.raises(TradecheckError, match="is not the copy of a screen; run make report"):
            from_screen(desk.project, "own", "wide", "1")
    path.unlink()
    with pytest.raises(TradecheckError, match="wide-screen.json does not exist"):
        from_screen(desk.project, "own", "wide", "1")

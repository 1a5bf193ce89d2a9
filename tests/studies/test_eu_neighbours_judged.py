"""The second study judged by the package: the same verdicts and numbers as by hand."""

import pytest

from by_hand import LISTED, OLD, ROOT, WITHOUT, answer, claims, series
from test_eu_neighbours import VERDICTS
from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.figures.moved import moved
from tradecheck.study.claims import read_claims
from tradecheck.study.project import Project
from tradecheck.study.study import load_study
from tradecheck.verdicts.claims import judge_claims
from tradecheck.verdicts.findings import findings
from tradecheck.verdicts.judge import Judge

STUDY = "eu-neighbours-2022"
# The members' growth with the Netherlands' November unknown: its own may reach any height.
WIDER = {"E5-no-others": (5, 6)}


@pytest.fixture(scope="module")
def study():
    return load_study(Project(ROOT), STUDY)


@pytest.fixture(scope="module")
def cleaned(study):
    return clean(Project(ROOT), study, read_claims(Project(ROOT), STUDY))


@pytest.fixture(scope="module")
def judge(study, cleaned):
    project = Project(ROOT)
    tables = tables_of(project, study, cleaned.flows, cleaned.published)
    return Judge(Evidence(study, read_claims(project, STUDY), tables))


def test_cleaning_keeps_every_row_of_the_corridor(cleaned):
    assert cleaned.flows["source"].value_counts().to_dict() == {
        "eurostat-eu27-sanctioned": 251_383,
        "eurostat-members-sanctioned": 13_216,
        "eurostat-members-all-goods-2024-11": 9_241,
        "eurostat-members-all-goods-2023-01": 6_585,
    }
    assert len(cleaned.set_aside) == 0
    months = cleaned.flows[cleaned.flows["status"] == "provisional"]["period_start"].unique()
    assert set(months) == {"2022-11", "2024-08"}


@pytest.mark.parametrize("reading", sorted(VERDICTS))
def test_judged_as_by_hand(judge, reading):
    found = judge.judge(judge.evidence.claims.reading(reading))
    verdict, *ends = answer(claims()[reading])
    assert found.verdict == VERDICTS[reading] == verdict
    if verdict == "not_testable":
        assert found.reason
    elif isinstance(ends[0], str):
        assert found.months == tuple(sorted(set(ends)))
    else:
        ends = WIDER.get(reading, ends)
        assert (found.lo, found.hi) == pytest.approx(tuple(ends), rel=1e-9)


def test_what_is_read_as_published_is_observed(judge):
    for reading in judge.evidence.claims.readings.values():
        found = judge.judge(reading)
        if found.verdict != "not_testable" and reading.id not in WIDER:
            assert found.grade == ("bounded" if reading.revised else "observed"), reading.id


@pytest.mark.parametrize(("name", "place", "peak", "doubled"), [
    ("EU27 to six neighbours", ("EU27", "six neighbours", LISTED), "2022-09", "2022-08"),
    ("EU27 to six neighbours, without new codes", ("EU27", "six neighbours", OLD), "2022-09",
     "2022-08"),
    ("EU without the Netherlands", (WITHOUT, "six neighbours", LISTED), "2022-11", "2022-08"),
    ("Kazakhstan", ("EU27", "Kazakhstan", LISTED), "2022-09", "2022-07"),
    ("Georgia", ("EU27", "Georgia", LISTED), "2022-09", "2022-07"),
    ("Armenia", ("EU27", "Armenia", LISTED), "2022-11", "2022-05"),
    ("Kyrgyzstan", ("EU27", "Kyrgyzstan", LISTED), "2022-11", "2022-05"),
    ("Belarus", ("EU27", "Belarus", LISTED), "2022-11", "2022-09"),
    ("Uzbekistan", ("EU27", "Uzbekistan", LISTED), "2022-11", "2022-07"),
    ("EU27 to Russia", ("EU27", "Russia", LISTED), "2021-03", None),
])  # fmt: skip
def test_findings(judge, name, place, peak, doubled):
    found = {one.series: one for one in findings(judge.evidence)}[name]
    first, second = series(*place).nlargest(2)
    assert (found.peak.month, found.first_double) == (peak, doubled)
    assert found.peak.lo == found.peak.hi == pytest.approx(first)
    assert found.peak.margin == pytest.approx(first - second)
    assert (found.base.first, found.base.last) == ("2021-03", "2022-02")
    assert found.base.lo == pytest.approx(series(*place)["2021-03":"2022-02"].mean())


def test_the_claims_as_the_page_shows_them(judge):
    also = {
        one.claim.id: (one.verdict, {r.reading.id: str(r.outcome.verdict) for r in one.also})
        for one in judge_claims(judge)
    }
    assert also == {
        "E1": ("holds", {"E1-like-for-like": "fails"}),
        "E2": ("holds", {}),
        "E3": ("holds", {"E3-like-for-like": "fails"}),
        "E4": ("holds", {"E4-revised": "undecided", "E4-without-netherlands": "fails"}),
        "E7": ("holds", {"E7-2021": "fails"}),
        "E5": ("holds", {"E5-like-for-like": "fails"}),
        "E6": ("holds", {}),
        "R": ("holds", {"R-growth": "fails"}),
        "W": ("holds", {"W-growth": "fails"}),
        "S": ("holds", {}),
        "S8": ("not_testable", {}),
    }


def test_what_moved_it(judge):
    found = moved(judge.evidence, {})
    assert (str(found.before), str(found.after)) == ("2021-03..2021-11", "2022-03..2022-11")
    assert found.change == pytest.approx(4213.778, abs=6e-4)
    assert found.table["code"].head(3).tolist() == ["8703", "8517", "8701"]
    assert found.table["code"].tail(2).tolist() == ["8607", "8502"]

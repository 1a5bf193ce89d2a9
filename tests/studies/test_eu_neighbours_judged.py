"""The second study judged by the package: the same verdicts and numbers as by hand."""

import pytest
from by_hand import ROOT, answer, claims
from test_eu_neighbours import VERDICTS

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.study.claims import read_claims
from tradecheck.study.project import Project
from tradecheck.study.study import load_study
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

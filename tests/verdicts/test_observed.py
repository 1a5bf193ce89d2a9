"""Arithmetic on observed cells says what the general road says, and starts no solver."""

import pytest

from tradecheck.bounds.knowledge import Evidence, Taken
from tradecheck.bounds.programme import Programme
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.study.project import find_project
from tradecheck.study.study import open_study
from tradecheck.verdicts.judge import Judge
from tradecheck.verdicts.observed import SIDES


@pytest.fixture(scope="module")
def judge():
    project = find_project()
    study, claims = open_study(project, "eu-neighbours-2022")
    cleaned = clean(project, study, claims)
    tables = tables_of(project, study, cleaned.flows, cleaned.published)
    return Judge(Evidence(study, claims, tables))


def plain(judge):
    return [
        reading
        for reading in judge.evidence.claims.readings.values()
        if reading.measure is not None and reading.measure.kind in (*SIDES, "value")
        and not any(quantity.currency for quantity in reading.measure.quantities())
    ]  # fmt: skip


def test_the_same_verdicts_and_values_by_both_roads(judge):
    compared = 0
    for reading in plain(judge):
        knowledge = judge.evidence.taken(Taken().reading(reading))
        quick = judge.outcome(reading.measure, reading.predicate, knowledge)
        slow = judge.found(judge.question(reading.measure, knowledge), reading.predicate)
        assert quick.verdict is slow.verdict, reading.id
        assert (quick.lo, quick.hi) == pytest.approx((slow.lo, slow.hi), rel=1e-12), reading.id
        compared += quick.lo == quick.hi
    assert compared > 40


def test_observed_readings_start_no_solver(judge, monkeypatch):
    def refuse(*_):
        raise AssertionError("a programme was made")

    monkeypatch.setattr(Programme, "__init__", refuse)
    fresh = Judge(judge.evidence)
    for reading in plain(judge):
        if not reading.revised:
            assert fresh.judge(reading).lo is not None, reading.id

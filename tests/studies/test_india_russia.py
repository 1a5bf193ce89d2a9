"""The first study from the general machinery: the same bounds and verdicts as before, to the printed digit.

`tests/frozen/india-russia-2024.json` is what the first build said. Every difference is listed here with
its reason; anything else fails.
"""

import json
from math import isclose
from pathlib import Path

import pytest

from tradecheck.bounds.knowledge import Evidence, Taken
from tradecheck.data.clean import clean
from tradecheck.data.load import tables_of
from tradecheck.study.measures import Measure, Quantity
from tradecheck.study.project import find_project
from tradecheck.study.study import open_study
from tradecheck.verdicts.claims import judge_claims
from tradecheck.verdicts.findings import findings, months_table
from tradecheck.verdicts.judge import Judge
from tradecheck.verdicts.settling import ceilings

ROUNDING = (
    "a floor is what the lines add up to less their rounding (0.005 a line), where it was the sum as published; "
    "so other goods may be that much more"
)
NEW = {
    "C6f": "servers are machines in the nomenclature's own words; counted so, the share is over a half",
    "C8a": "what the officials conclude is no trade figure",
}
# By reading's id: the largest difference that the rounding of floors makes, in the measure's unit.
MOVED = {
    **dict.fromkeys(("C1a", "C1b", "C1c", "C3a", "C3a-round", "C3b", "C3c"), (0.02, ROUNDING)),
    **dict.fromkeys(("C4a", "C4b", "C4c", "C4d", "C4e", "C4f", "C4g"), (0.02, ROUNDING)),
    **dict.fromkeys(("C6a", "C6b", "C6c"), (0.0002, ROUNDING)),
    **{f"C2-{n}-B4": (0.2, ROUNDING) for n in ("N1", "N2", "N3", "N4")},
}


@pytest.fixture(scope="module")
def judge():
    project = find_project(Path(__file__))
    study, claims = open_study(project, "india-russia-2024")
    cleaned = clean(project, study, claims)
    return Judge(
        Evidence(study, claims, tables_of(project, study, cleaned.flows, cleaned.published))
    )


@pytest.fixture(scope="module")
def now(judge):
    return {held.reading.id: held for one in judge_claims(judge) for held in one.readings}


@pytest.fixture(scope="module")
def frozen():
    path = Path(__file__).parents[1] / "frozen" / "india-russia-2024.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    return held, {r["id"]: r for claim in held["claims"] for r in claim["readings"]}


def test_the_same_readings_and_no_other(now, frozen):
    assert now.keys() - frozen[1].keys() == NEW.keys()
    assert not frozen[1].keys() - now.keys()


def test_the_same_verdicts_and_grades(now, frozen):
    for name, before in frozen[1].items():
        outcome = now[name].outcome
        assert (outcome.verdict, outcome.grade) == (before["verdict"], before["grade"]), name
        believed = before["believing"]
        if believed:
            again = now[name].believed
            assert (again.verdict, again.grade) == (believed["verdict"], believed["grade"]), name


def test_the_same_bounds_but_for_the_listed_reasons(now, frozen):
    for name, before in frozen[1].items():
        pairs = [(now[name].outcome, before)]
        if before["believing"]:
            pairs.append((now[name].believed, before["believing"]))
        slack = MOVED[name][0] if name in MOVED else 0.0
        for outcome, held in pairs:
            for end in ("lo", "hi"):
                then, value = held["measure"] and held["measure"][end], getattr(outcome, end)
                if then is None:
                    assert value is None or abs(value) == float("inf"), (name, end)
                else:
                    assert isclose(value, then, abs_tol=slack + 1e-6), (name, end, value, then)


def test_a_listed_difference_is_there(now, frozen):
    """A reason for a difference that no longer exists is taken off the list."""
    for name in MOVED:
        before = frozen[1][name]
        pairs = [(now[name].outcome, before), (now[name].believed, before["believing"])]
        moved = [
            abs(getattr(outcome, end) - held["measure"][end])
            for outcome, held in pairs
            if outcome and held
            for end in ("lo", "hi")
            if held["measure"][end] is not None
        ]
        assert max(moved) > 1e-6, name


def test_the_year_and_its_servers(judge):
    """61 lines round to 0.005 each, and the one of 0.00 cannot be less; 838.27 is held and unseen."""
    year = "2024-04..2025-03"
    knowledge = judge.evidence.taken()
    total = judge.bounds(Measure(value=Quantity(months=year)), knowledge)
    assert total == pytest.approx((539.62 - 60 * 0.005, 838.275), abs=1e-6)
    servers = judge.bounds(Measure(value=Quantity(months=year, goods="servers")), knowledge)
    assert servers == pytest.approx((440.575, 440.585), abs=1e-6)
    exact = judge.evidence.taken(Taken(exact=True))
    whole = judge.bounds(Measure(value=Quantity(months=year)), exact)
    assert whole == pytest.approx((539.62 - 0.3, 539.62 + 0.305), abs=1e-6)


def test_nothing_fills_the_months(judge):
    """No month of the study is observed, and none has a floor above zero."""
    table = months_table(judge.evidence)
    own = table[table["series"] == judge.evidence.study.corridor]
    assert set(own["grade"]) == {"none", "bounded"} and (own["lo"] == 0).all()
    assert findings(judge.evidence)[0].peak is None
    assert findings(judge.evidence)[0].first_double is None


def test_a_ceiling_for_the_year_before_would_settle_the_doubling(judge):
    """More than 60 in each of two months on a mean of a twelfth: above 2.3 times once under 60 · 12 / 2.3."""
    (one,) = ceilings(judge)
    assert (one.reading.id, str(one.period), one.verdict) == (
        "C2-N1-B4",
        "2023-04..2024-03",
        "fails",
    )
    assert one.limit == pytest.approx(60 * 12 / 2.3, abs=1e-3)
    assert one.believing == ("C1a", "C3a")

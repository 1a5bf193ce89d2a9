"""Months of Eurostat's Comext from a server on this machine."""

import pytest

from fakes.comext import Comext as Fake
from fakes.serving import FAULTS, fetch_of, served_at
from tradecheck.data.fetch.asked import Asked, Cell
from tradecheck.data.fetch.comext import Comext
from tradecheck.data.fetch.states import FAILED, HELD, NONE, UNRELEASED

MONTHS = ("2024-01", "2024-02", "2024-03")
ASKED = Asked("s", "X", ("DEU", "GRC"), ("KGZ",), ("85423110", "8703"), MONTHS)


def truth():
    values = {}
    for place, month in enumerate(MONTHS):
        for reporter in ("DE", "EL"):
            if (reporter, month) == ("EL", "2024-03"):
                continue
            values[reporter, "WORLD", "TOTAL", month] = 10**9 + place
            values[reporter, "KG", "TOTAL", month] = 500 + place
            values[reporter, "KG", "8703", month] = 100 + place
    values["DE", "KG", "85423110", "2024-02"] = 7
    return Fake(values)


@pytest.fixture
def served(monkeypatch, time):
    with served_at(monkeypatch, "TRADECHECK_COMEXT_ADDRESS", truth(), time) as server:
        yield server


def ran(folder, time, asked=ASKED):
    return fetch_of(Comext(), folder, time, asked).run()


def values(ended):
    return {tuple(row[:4]): row.value for row, _ in ended.rows if row.code != "TOTAL"}


TRUE = {
    **{("DEU", "KGZ", "8703", month): 100 + place for place, month in enumerate(MONTHS)},
    **{("GRC", "KGZ", "8703", month): 100 + place for place, month in enumerate(MONTHS[:2])},
    ("DEU", "KGZ", "85423110", "2024-02"): 7,
}


def test_held_no_trade_and_not_released_are_told_apart(served, tmp_path, time):
    """Greece is GR or EL: the service decides. It has not reported March."""
    ended = ran(tmp_path, time)
    assert values(ended) == TRUE
    assert ended.of(Cell("DEU", "KGZ", "85423110", "2024-02")).state == HELD
    assert ended.of(Cell("DEU", "KGZ", "85423110", "2024-01")).state == NONE
    gap = ended.of(Cell("GRC", "KGZ", "8703", "2024-03"))
    assert (
        gap.state == UNRELEASED and "2024-02 was the last month out, on 2026-09-15" in gap.because
    )
    assert ended.counts()[FAILED] == 0


def test_a_queued_answer_is_waited_for(served, tmp_path, time):
    served.fake.queued = 2
    assert values(ran(tmp_path, time)) == TRUE
    assert time.slept.count(10.0) >= 3


def test_a_queue_that_drops_the_question_is_named(served, tmp_path, time):
    served.fake.queued, served.fake.status = 2, ["SUBMITTED", "EXPIRED"]
    ended = ran(tmp_path, time)
    assert "dropped the question" in ended.of(Cell("DEU", "KGZ", "8703", "2024-01")).because


def test_what_is_too_big_is_asked_in_halves(served, tmp_path, time):
    served.fake.most = 4
    assert values(ran(tmp_path, time)) == TRUE


def test_a_code_that_the_service_does_not_know_costs_no_other(served, tmp_path, time):
    served.fake.known = {"TOTAL", "8703"}
    ended = ran(tmp_path, time)
    gap = ended.of(Cell("DEU", "KGZ", "85423110", "2024-02"))
    assert gap.state == FAILED and "does not know the code" in gap.because
    assert values(ended) == {cell: value for cell, value in TRUE.items() if cell[2] == "8703"}


def test_months_whose_totals_moved_are_asked_again_and_both_releases_held(served, tmp_path, time):
    ran(tmp_path, time)
    served.fake.updated = "16/10/26 11:00:00"
    served.fake.values["DE", "KG", "8703", "2024-02"] = 222
    served.fake.values["DE", "KG", "TOTAL", "2024-02"] = 620
    before = len(served.requests)
    ended = ran(tmp_path, time)
    asked = [r for r in served.requests[before:] if "8703" in r.path]
    assert [(r.query["startPeriod"], r.query["endPeriod"]) for r in asked] == [
        ("2024-02", "2024-02")
    ]
    held = {
        release.day: row.value for row, release in ended.rows if row[:4] == ("DEU", "KGZ", "8703", "2024-02")
    }  # fmt: skip
    assert held == {"2026-09-15": 101, "2026-10-16": 222}
    assert len([1 for row, _ in ended.rows if row[:4] == ("DEU", "KGZ", "8703", "2024-01")]) == 1


def test_a_group_counts_when_all_its_members_have_reported(served, tmp_path, time):
    from tradecheck.study import areas

    members = areas.members("EU27")
    fake = served.fake
    fake.values.clear()
    for month in MONTHS:
        for member in (*members, "EU27"):
            code = {"EU27": "EU27_2020", "GRC": "EL"}.get(member) or areas.area(member).alpha2
            if (member, month) != ("NLD", "2024-03"):
                many = 27 if member == "EU27" else 1
                fake.values[code, "WORLD", "TOTAL", month] = 10**6 * many
                fake.values[code, "KG", "TOTAL", month] = 300 * many
                fake.values[code, "KG", "8703", month] = 100 * many
    asked = Asked("s", "X", ("EU27", *members), ("KGZ",), ("8703",), MONTHS)
    ended = ran(tmp_path, time, asked)
    assert values(ended)["EU27", "KGZ", "8703", "2024-02"] == 2700
    gap = ended.of(Cell("EU27", "KGZ", "8703", "2024-03"))
    assert (gap.state, gap.because) == (
        UNRELEASED,
        "not reported yet by the Netherlands",
    ) or "Netherlands" in gap.because
    assert ended.of(Cell("DEU", "KGZ", "8703", "2024-03")).state == HELD


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"stalled", "204", "302", "no JSON"}))
def test_faults_that_pass_cost_no_cell(fault, served, tmp_path, time):
    served.faults = {0: fault, 3: fault}
    assert values(ran(tmp_path, time)) == TRUE

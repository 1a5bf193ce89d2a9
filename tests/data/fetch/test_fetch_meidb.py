"""Months of India's TradeStat from a server on this machine."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.meidb import CHOICES
from fakes.meidb import Meidb as Fake
from fakes.serving import FAULTS, Time, fetch_of, served_at, serving
from tradecheck.data.fetch.asked import Asked, Cell
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.meidb import Meidb
from tradecheck.data.fetch.plan import plan
from tradecheck.data.fetch.states import FAILED, HELD, NONE, UNRELEASED
from tradecheck.study.periods import month_range

MONTHS = ("2023-03", "2023-04", "2024-03", "2024-04", "2024-05")
ASKED = Asked("s", "X", ("IND",), ("RUS", "CHN"), ("854231", "84713010", "0101"), MONTHS)
NAMES = {"RUS": "RUSSIA", "CHN": "CHINA P RP", "WLD": ""}
LAST = "2024-04"


def truth():
    """Out until April 2024, revised final until March 2024; nobody sends horses."""
    values: dict[tuple[str, str, str], float | None] = {}
    for place, month in enumerate(month_range("2022-03", LAST)):
        for code, least in (("85", 900.0), ("854231", 1.0), ("84713010", 0.02)):
            values["RUSSIA", code, month] = least + place / 100
            values["U S A", code, month] = 1234.56
        values["CHINA P RP", "85", month] = 10.0
        if month != "2023-04":
            values["CHINA P RP", "854231", month] = 0.0 if month == "2024-03" else 3.5
    values["CHINA P RP", "84713010", "2024-03"] = None
    return Fake(values, last=LAST, final="2024-03", updated="13/06/2024")


@pytest.fixture
def served(monkeypatch, time):
    monkeypatch.setenv("TRADECHECK_TIMEOUT", "0.3")
    with served_at(monkeypatch, "TRADECHECK_MEIDB_ADDRESS", truth(), time) as server:
        yield server


def ran(folder, time, asked=ASKED):
    return fetch_of(Meidb(), folder, time, asked).run()


def assert_true_or_named(ended, fake):
    held = {row[:4]: row.value for row, _ in ended.rows}
    for month in MONTHS:
        for code in ended.asked.codes:
            for partner in ("RUS", "CHN"):
                state = ended.of(Cell("IND", partner, code, month)).state
                true = fake.values.get((NAMES[partner], code, month))
                if state == HELD:
                    assert held["IND", partner, code, month] == pytest.approx(true * 1e6)
                elif state == NONE:
                    assert true is None and month <= fake.last
                elif state == UNRELEASED:
                    assert month > fake.last
                else:
                    assert state == FAILED


def test_held_no_trade_and_not_released_are_told_apart(served, tmp_path, time):
    ended = ran(tmp_path, time)
    assert_true_or_named(ended, served.fake)
    counts = ended.counts()
    assert counts[FAILED] == 0 and counts[UNRELEASED] == 2 * 4
    assert ended.of(Cell("IND", "RUS", "0101", "2023-03")).state == NONE
    assert ended.of(Cell("IND", "CHN", "84713010", "2024-03")).state == NONE  # a dash
    assert (
        ended.of(Cell("IND", "CHN", "854231", "2024-03")).state == HELD
    )  # less than 5,000 dollars
    gap = ended.of(Cell("IND", "RUS", "854231", "2024-05"))
    assert gap.because == "2024-04 was the last month out, on 2024-06-13"
    rows = {row[:4]: row for row, _ in ended.rows}
    assert rows["IND", "RUS", "84713010", "2024-04"].raw == (
        "2024-04", "IND", "RUS", "X", "84713010", "ITC-HS", "0.27", "USD", "FOB", "F",
    )  # fmt: skip
    assert rows["IND", "RUS", "854231", "2023-04"].raw[5::4] == ("HS2022", "R")


def test_a_page_answers_for_the_year_before_as_well(served, tmp_path, time):
    """Four codes, months in two pairs: eight pages, each with a token of its own."""
    ran(tmp_path, time)
    posts = [request.form for request in served.requests if request.form]
    assert len(posts) == 8 and len({form["_token"] for form in posts}) == 8
    assert {(form["cwacexMonth"], form["cwacexYear"]) for form in posts} == {
        ("3", "2024"),
        ("4", "2024"),
    }
    times = [request.at for request in served.requests]
    assert min(b - a for a, b in zip(times, times[1:])) >= 2.0


def test_the_plan_asks_nobody_and_counts_form_and_page(served, tmp_path, time):
    service = Meidb()
    asked = service.narrowed(ASKED)
    made = plan(service, asked, Kept(tmp_path, "meidb"), time.clock)
    assert not served.requests
    # May 2024 is over, as far as the clock knows: a third page for each code.
    assert made.calls == 2 * 4 * 3 + 2
    ran(tmp_path, time)
    assert plan(service, asked, Kept(tmp_path, "meidb"), time.clock).calls == 1


def test_dollars_are_chosen_by_their_name(served, tmp_path, time):
    served.fake.choices = [("3", "US $ Million"), ("1", "₹ Crore"), ("2", "Quantity")]
    assert_true_or_named(ran(tmp_path, time), served.fake)


def test_months_that_are_not_final_are_asked_again_after_an_update(served, tmp_path, time):
    ran(tmp_path, time)
    served.fake.updated = "13/07/2024"
    served.fake.values["RUSSIA", "854231", "2024-04"] = 8.0
    before = len(served.requests)
    ended = ran(tmp_path, time)
    asked = [request.form for request in served.requests[before:] if request.form]
    assert {(form["cwacexMonth"], form["cwacexYear"]) for form in asked} == {("4", "2024")}
    held = {
        release.day: row.value
        for row, release in ended.rows
        if row[:4] == ("IND", "RUS", "854231", "2024-04")
    }
    assert held == {"2024-06-13": pytest.approx(1.25e6), "2024-07-13": 8e6}


def test_a_second_run_asks_for_the_banner_alone(served, tmp_path, time):
    ran(tmp_path, time)
    before = len(served.requests)
    ran(tmp_path, time)
    assert len(served.requests) == before + 1


def test_imports_have_a_page_of_their_own(served, tmp_path, time):
    served.fake.flow = "import"
    ended = ran(tmp_path, time, Asked("s", "M", ("IND",), ("RUS",), ("854231",), MONTHS[:1]))
    (row,) = [row for row, _ in ended.rows if row[:3] == ("IND", "RUS", "854231")]
    assert row.raw[3] == "M" and row.raw[8] == "CIF"


def test_months_before_its_first_are_named(served, tmp_path, time):
    ended = ran(tmp_path, time, Asked("s", "X", ("IND",), ("RUS",), ("854231",), ("2017-12", "2023-04")))  # fmt: skip
    gap = ended.of(Cell("IND", "RUS", "854231", "2017-12"))
    assert gap == (UNRELEASED, "its months begin with 2018-01", "")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked("s", "X", ("DEU",), ("RUS",), ("8703",), MONTHS), "India"),
        (Asked("s", "RX", ("IND",), ("RUS",), ("8703",), MONTHS), "exports and imports"),
        (Asked("s", "X", ("IND",), ("RUS",), ("TOTAL",), MONTHS), "no total of all goods"),
        (Asked("s", "X", ("IND",), ("RUS",), ("8703",), MONTHS), ""),
    ],
)
def test_what_it_cannot_know_is_said(asked, words):
    told = Meidb().cannot(asked)
    assert words in told and bool(words) == bool(told)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fake: setattr(fake, "choices", CHOICES[1:]), "no values in US$ million"),
        (lambda fake: fake.total.update({("854231", "2024-03"): 5.0}), "do not add up"),
        (lambda fake: setattr(fake, "commodity", "854239"), "what was not asked"),
        (lambda fake: setattr(fake, "updated", "soon"), "which months are out"),
        (lambda fake: [fake.values.pop(key) for key in list(fake.values) if key[1] == "85"], "chapter 85"),
        (lambda fake: fake.values.update({("ATLANTIS", "854231", "2024-03"): 2.0,
                                          **{("CHINA P RP", "854231", m): None for m in ()}}), ""),
        (lambda fake: [fake.values.pop(("RUSSIA", "854231", m)) for m in ("2023-03", "2024-03")]
         and fake.values.update({("RUSSIAN EMP", "854231", "2024-03"): 2.0}), "RUSSIAN EMP"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_true_is_no_figure(change, words, served, tmp_path, time):
    change(served.fake)
    gap = ran(tmp_path, time).of(Cell("IND", "RUS", "854231", "2024-03"))
    assert (gap.state == FAILED) == bool(words) and words in gap.because


def test_a_large_page_is_read_whole(served, tmp_path, time):
    served.fake.padding = 1_500_000
    ended = ran(tmp_path, time, Asked("s", "X", ("IND",), ("RUS",), (), ("2024-03",)))
    assert ended.counts()[HELD] == 1


PASS = sorted(set(FAULTS) - {"302"})


@pytest.mark.parametrize("fault", PASS)
def test_a_fault_that_passes_costs_a_wait_and_no_cell(fault, served, tmp_path, time):
    served.faults = {0: fault, 4: fault, 9: fault}
    ended = ran(tmp_path, time)
    assert ended.counts()[FAILED] == 0
    assert_true_or_named(ended, served.fake)


def test_a_token_that_dies_is_replaced(served, tmp_path, time):
    def forget(fake):
        fake.token = "another"

    served.fake.before = [lambda fake: None, lambda fake: None, forget]
    ended = ran(tmp_path, time)
    assert ended.counts()[FAILED] == 0
    assert_true_or_named(ended, served.fake)


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"stalled"}))
def test_a_fault_that_stays_is_named_for_every_cell(fault, served, tmp_path, time):
    served.faults = {number: fault for number in range(1, 900)}
    ended = ran(tmp_path, time)
    gap = ended.of(Cell("IND", "RUS", "854231", "2024-03"))
    assert gap.state == FAILED and gap.because and not ended.rows
    served.faults = {}
    assert ran(tmp_path, time).counts()[FAILED] == 0


FEW = replace(ASKED, codes=("854231",), months=MONTHS[2:])
QUICK = sorted(set(FAULTS) - {"stalled"})
TRIED = int(os.environ.get("TRADECHECK_FAULT_PLANS", "15"))


@given(
    faults=st.dictionaries(st.integers(0, 14), st.sampled_from(QUICK), max_size=10),
    again=st.dictionaries(st.integers(0, 20), st.sampled_from(QUICK), max_size=4),
    anew=st.none() | st.integers(0, 11),
)
@settings(max_examples=TRIED, deadline=None, derandomize=True)
def test_whatever_fails_the_held_set_is_the_truth_or_each_difference_is_named(faults, again, anew):
    """anew: after so many answers there is an update, in which April is another."""
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as name:
        patched.setenv("NO_PROXY", "127.0.0.1")
        patched.setenv("TRADECHECK_TIMEOUT", "2")
        time, fake = Time(), truth()
        key = ("RUSSIA", "854231", "2024-04")
        old = fake.values[key]
        if anew is not None:

            def updated(fake):
                fake.updated = "13/07/2024"
                fake.values[key] = 8.0

            fake.before = [*[lambda fake: None] * anew, updated]
        with serving(fake, time) as server:
            patched.setenv("TRADECHECK_MEIDB_ADDRESS", server.address)
            for plan_ in (faults, again, {}, {}):
                server.faults = {len(server.requests) + at: fault for at, fault in plan_.items()}
                ended = ran(Path(name), time, FEW)
            assert ended.counts()[FAILED] == 0, list(ended.runs())
            for row, release in ended.rows:
                if row.partner == "WLD":
                    continue
                told = (NAMES[row.partner], row.code, row.month)
                early = told == key and release.day == "2024-06-13"
                true = old if early else fake.values[told]
                assert row.value == pytest.approx(true * 1e6), (row, release)
            times = [request.at for request in server.requests]
            assert all(b - a >= 2.0 for a, b in zip(times, times[1:]))

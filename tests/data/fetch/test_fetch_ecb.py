"""Rates of the European Central Bank from a server on this machine."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.ecb import Ecb as Fake
from fakes.ecb import days_of
from fakes.serving import FAULTS, Time, fetch_of, served_at, serving
from tradecheck.data.fetch.asked import Asked, Cell
from tradecheck.data.fetch.ecb import EURO, SPOT, Ecb, crossed
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.plan import plan
from tradecheck.data.fetch.states import FAILED, HELD, UNRELEASED, WITHHELD
from tradecheck.study.periods import month_range

MONTHS = tuple(month_range("2022-01", "2022-05"))
ASKED = Asked("s", "rates", ("INR", "RUB", "USD"), (EURO,), (SPOT,), MONTHS)


def truth():
    """Rates of every working day; of the rouble until the first of March; none of April's first
    Friday."""
    days = [day for day in days_of("2021-01", "2022-05") if day != "2022-04-15"]
    return Fake(
        {
            "USD": {day: round(1.1 + place / 1000, 4) for place, day in enumerate(days)},
            "INR": {day: round(84 + place / 100, 4) for place, day in enumerate(days)},
            "RUB": {day: 85.0 for day in days if day <= "2022-03-01"},
        },
        last="2022-04",
    )


@pytest.fixture
def served(monkeypatch, time):
    monkeypatch.setenv("TRADECHECK_TIMEOUT", "0.3")
    with served_at(monkeypatch, "TRADECHECK_ECB_ADDRESS", truth(), time) as server:
        yield server


def ran(folder, time, asked=ASKED):
    return fetch_of(Ecb(), folder, time, asked).run()


def gap(ended, currency, month):
    return ended.of(Cell(currency, EURO, SPOT, month))


def assert_true_or_named(ended, fake):
    for row, _ in ended.rows:
        days = {
            day: rate
            for day, rate in fake.rates[row.reporter].items()
            if day[:7] == row.month and rate is not None
        }
        if row.value is not None:
            assert row.value == pytest.approx(fmean(days.values()))
            assert dict(pair.split("=") for pair in row.raw) == {d: str(r) for d, r in days.items()}
    held = {(row.reporter, row.month) for row, _ in ended.rows if row.value is not None}
    for currency in ASKED.reporters:
        for month in MONTHS:
            assert (gap(ended, currency, month).state == HELD) == ((currency, month) in held)


def test_held_not_released_stopped_and_too_few_days_are_told_apart(served, tmp_path, time):
    ended = ran(tmp_path, time)
    assert_true_or_named(ended, served.fake)
    assert gap(ended, "INR", "2022-04").state == HELD
    late = gap(ended, "INR", "2022-05")
    assert late.state == UNRELEASED and late.again == "at the next release"
    assert late.because == "2022-04 is the last month of which the bank gives rates"
    few = gap(ended, "RUB", "2022-03")
    assert few.state == WITHHELD and "fewer than 10 of its days" in few.because
    stopped = gap(ended, "RUB", "2022-04")
    assert stopped.state == UNRELEASED and stopped.again == ""
    assert stopped.because.endswith("though it did of others; its last is of 2022-03")
    assert ended.counts()[FAILED] == 0


def test_a_currency_that_the_bank_does_not_have_is_named(served, tmp_path, time):
    ended = ran(tmp_path, time, Asked("s", "rates", ("KZT",), (EURO,), (SPOT,), MONTHS))
    assert gap(ended, "KZT", "2022-02").because == "the bank gives no rate of KZT"
    assert gap(ended, "KZT", "2022-05").state == UNRELEASED


def test_days_that_are_told_without_a_rate_or_withheld_do_not_count(served, tmp_path, time):
    for day in days_of("2022-01", "2022-01")[:5]:
        served.fake.rates["INR"][day] = None
    served.fake.secret = {("INR", day) for day in days_of("2022-02", "2022-02")}
    ended = ran(tmp_path, time)
    (january,) = [
        row for row, _ in ended.rows if row[:2] == ("INR", EURO) and row.month == "2022-01"
    ]
    assert len(january.raw) == 16
    assert gap(ended, "INR", "2022-01").state == HELD
    assert gap(ended, "INR", "2022-02").state == WITHHELD


def test_a_cross_rate_is_the_mean_of_each_days_quotient(served, tmp_path, time):
    ended = ran(tmp_path, time)
    rows = {(row.reporter, row.month): row for row, _ in ended.rows}
    rates = served.fake.rates
    days = [day for day in days_of("2022-04", "2022-04") if day != "2022-04-15"]
    for into, per, quotient in (
        ("INR", "USD", lambda day: rates["INR"][day] / rates["USD"][day]),
        ("EUR", "USD", lambda day: 1 / rates["USD"][day]),
        ("INR", "EUR", lambda day: rates["INR"][day]),
    ):
        found = list(crossed(into, per, rows, MONTHS))
        assert [rate.month for rate in found] == list(MONTHS[:4])
        told = [quotient(day) for day in days]
        last = found[-1]
        assert last[1:] == (pytest.approx(fmean(told)), min(told), max(told), 20)
    assert [rate.month for rate in crossed("RUB", "USD", rows, MONTHS)] == ["2022-01", "2022-02"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fake: setattr(fake, "outage", True), "as in an outage"),
        (lambda fake: setattr(fake, "empty", True), "a table that breaks off"),
        (lambda fake: fake.rates.pop("USD"), "no rate of the dollar"),
        (lambda fake: fake.averages.update({("INR", "2022-01"): 90.0}), "do not average"),
        (lambda fake: fake.rates["INR"].update({"2022-01-12": -1.0}), "cannot be read"),
    ],
)
def test_an_answer_that_cannot_be_true_is_no_rate(change, words, served, tmp_path, time):
    change(served.fake)
    found = gap(ran(tmp_path, time), "INR", "2022-01")
    assert found.state == FAILED and words in found.because


def test_a_second_run_asks_what_is_out_and_nothing_else(served, tmp_path, time):
    first = ran(tmp_path, time)
    before = len(served.requests)
    assert ran(tmp_path, time).rows == first.rows
    assert [request.path[:20] for request in served.requests[before:]] == ["/service/data/EXR/M."]


def test_the_plan_asks_nobody(served, tmp_path, time):
    assert plan(Ecb(), ASKED, Kept(tmp_path, "ecb"), time.clock).calls == 3
    assert not served.requests


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"204", "302"}))
def test_a_fault_that_passes_costs_a_wait_and_no_cell(fault, served, tmp_path, time):
    served.faults = {0: fault, 2: fault}
    ended = ran(tmp_path, time)
    assert ended.counts()[FAILED] == 0
    assert_true_or_named(ended, served.fake)


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"stalled"}))
def test_a_fault_that_stays_is_named_for_every_cell(fault, served, tmp_path, time):
    served.faults = {number: fault for number in range(1, 99)}
    ended = ran(tmp_path, time)
    found = gap(ended, "INR", "2022-01")
    assert found.state == FAILED and found.because and not ended.rows
    served.faults = {}
    assert ran(tmp_path, time).counts()[FAILED] == 0


def test_a_wrong_clock_changes_nothing(served, tmp_path, time):
    time.wrong = timedelta(days=-4000)
    assert ran(tmp_path, time).counts()[HELD] == 4 + 2 + 4


QUICK = sorted(set(FAULTS) - {"stalled"})
TRIED = int(os.environ.get("TRADECHECK_FAULT_PLANS", "25"))


@given(
    faults=st.dictionaries(st.integers(0, 12), st.sampled_from(QUICK), max_size=10),
    again=st.dictionaries(st.integers(0, 6), st.sampled_from(QUICK), max_size=4),
    anew=st.none() | st.integers(0, 4),
)
@settings(max_examples=TRIED, deadline=None, derandomize=True)
def test_whatever_fails_each_rate_is_true_or_its_lack_is_named(faults, again, anew):
    """anew: after so many answers April is out of which there was nothing before."""
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as name:
        patched.setenv("NO_PROXY", "127.0.0.1")
        patched.setenv("TRADECHECK_TIMEOUT", "2")
        time, fake = Time(), truth()
        if anew is not None:
            fake.last = "2022-03"
            fake.before = [
                *[lambda fake: None] * anew,
                lambda fake: setattr(fake, "last", "2022-04"),
            ]
        with serving(fake, time) as server:
            patched.setenv("TRADECHECK_ECB_ADDRESS", server.address)
            for plan_ in (faults, again, {}, {}):
                server.faults = {len(server.requests) + at: fault for at, fault in plan_.items()}
                ended = ran(Path(name), time)
                assert_true_or_named(ended, fake)
            assert ended.counts()[FAILED] == 0 and ended.counts()[HELD] == 10
            times = [request.at for request in server.requests]
            assert all(b - a >= 1.0 for a, b in zip(times, times[1:]))

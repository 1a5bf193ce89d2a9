"""Months of UN Comtrade from a server on this machine: held, or named; nothing else."""

import gzip
import os
import random
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.comtrade import Comtrade as Fake
from fakes.serving import FAULTS, Time, fetch_of, served_at, serving
from tradecheck.data.fetch import kept as kept_module
from tradecheck.data.fetch.asked import Asked, Cell
from tradecheck.data.fetch.comtrade import Comtrade
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.plan import plan
from tradecheck.data.fetch.states import FAILED, HELD, NONE, UNRELEASED

PERIODS = ("202401", "202402", "202403")
ASKED = Asked(
    "s", "X", ("TUR", "NOR"), ("RUS", "KAZ"), ("870321", "8703", "0101"),
    ("2024-01", "2024-02", "2024-03"),
)  # fmt: skip
NUMBERS = {"TUR": 792, "NOR": 579, "RUS": 643, "KAZ": 398}


def truth(seed: int = 1) -> Fake:
    """Türkiye has three months, Norway two; some cells have no trade."""
    pick = random.Random(seed)
    values, released = {}, {}
    for reporter, months in ((792, PERIODS), (579, PERIODS[:2])):
        for period in months:
            released[reporter, period] = f"{period[:4]}-06-1{period[-1]}T01:47:07.73"
            values[reporter, 0, "TOTAL", period] = 1e6
            for partner in (643, 398):
                if pick.random() < 0.8:
                    values[reporter, partner, "TOTAL", period] = 9000.0
                    values[reporter, partner, "8703", period] = float(pick.randrange(200, 900))
                    values[reporter, partner, "870321", period] = float(pick.randrange(1, 200))
    return Fake(values, released)


@pytest.fixture
def served(monkeypatch, time):
    monkeypatch.setenv("TRADECHECK_TIMEOUT", "0.3")
    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    with served_at(monkeypatch, "TRADECHECK_COMTRADE_ADDRESS", truth(), time) as server:
        yield server


def fetching(folder, time, asked=ASKED):
    return fetch_of(Comtrade(), folder, time, asked)


def figures(ended):
    """Reporter, partner, code, period → value, as held."""
    return {
        (NUMBERS[row.reporter], NUMBERS.get(row.partner, 0), row.code, row.month.replace("-", "")): row.value
        for row, _ in ended.rows
    }  # fmt: skip


def assert_true_or_named(ended, fake):
    """What is held equals the truth; what is not held is said not to be."""
    held = figures(ended)
    assert held.items() <= fake.values.items()
    for reporter in ended.asked.reporters:
        for month in ended.asked.months:
            period = month.replace("-", "")
            for partner in ("RUS", "KAZ"):
                for code in ended.asked.codes:
                    state = ended.of(Cell(reporter, partner, code, month)).state
                    key = (NUMBERS[reporter], NUMBERS[partner], code, period)
                    if state == HELD:
                        assert held[key] == fake.values[key]
                    elif state == NONE:
                        assert key not in fake.values and key[::3] in fake.released
                    elif state == UNRELEASED:
                        assert key[::3] not in fake.released
                    else:
                        assert state == FAILED


def test_every_cell_is_held_or_no_trade_or_not_released(served, tmp_path, time):
    ended = fetching(tmp_path, time).run()
    assert_true_or_named(ended, served.fake)
    counts = ended.counts()
    assert counts[FAILED] == 0 and counts[UNRELEASED] == 2 * 4
    gap = ended.of(Cell("NOR", "RUS", "8703", "2024-03"))
    assert gap.because == "2024-02 was the last month out, on 2024-06-12"
    assert sum(counts.values()) == 2 * 2 * 4 * 3


def test_the_stated_pace_is_kept(served, tmp_path, time):
    fetching(tmp_path, time).run()
    times = [request.at for request in served.requests]
    assert min(b - a for a, b in zip(times, times[1:])) >= 3.0


def test_a_second_run_asks_what_is_out_and_nothing_else(served, tmp_path, time):
    first = fetching(tmp_path, time).run()
    before = len(served.requests)
    second = fetching(tmp_path, time).run()
    assert figures(second) == figures(first)
    assert [r.path for r in served.requests[before:]] == ["/public/v1/getDa/C/M/HS"] * 2


def test_a_new_code_is_asked_for_alone(served, tmp_path, time):
    fetching(tmp_path, time, replace(ASKED, codes=("8703",))).run()
    before = len(served.requests)
    ended = fetching(tmp_path, time).run()
    asked = {r.query["cmdCode"] for r in served.requests[before:] if "cmdCode" in r.query}
    assert asked == {"0101,870321"}
    assert_true_or_named(ended, served.fake)


def test_a_month_released_anew_is_asked_again_and_both_vintages_are_held(served, tmp_path, time):
    fetching(tmp_path, time).run()
    before = len(served.requests)
    served.fake.released[792, "202402"] = "2024-09-01T00:00:00"
    served.fake.values[792, 643, "8703", "202402"] = 1234.0
    ended = fetching(tmp_path, time).run()
    asked = [r.query["period"] for r in served.requests[before:] if "period" in r.query]
    assert asked == ["202402"]
    days = {
        release.day
        for row, release in ended.rows
        if (row.reporter, row.month) == ("TUR", "2024-02")
    }
    assert days == {"2024-06-12", "2024-09-01"}
    values = [
        row.value
        for row, release in ended.rows
        if row[:4] == ("TUR", "RUS", "8703", "2024-02") and release.day == "2024-09-01"
    ]
    assert values == [1234.0]


def test_a_month_released_during_the_fetch_never_mixes_two_releases(served, tmp_path, time):
    def released(fake):
        fake.released[792, "202401"] = "2024-09-01T00:00:00"
        fake.values[792, 643, "8703", "202401"] = 777.0

    nothing = lambda fake: None  # noqa: E731
    served.fake.before = [nothing, nothing, released]  # after both calendars
    ended = fetching(tmp_path, time).run()
    held = [
        (row.value, release.day)
        for row, release in ended.rows
        if row[:4] == ("TUR", "RUS", "8703", "2024-01")
    ]
    assert held == [(777.0, "2024-09-01")]


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"204", "302"}))
def test_a_fault_that_passes_costs_a_wait_and_no_cell(fault, served, tmp_path, time):
    served.faults = {1: fault, 3: fault}
    ended = fetching(tmp_path, time).run()
    assert ended.counts()[FAILED] == 0
    assert_true_or_named(ended, served.fake)
    waits = {"429 in words": 40.0, "429 by header": 55.0, "503": 7.0}
    if fault in waits:
        assert time.slept.count(waits[fault]) == 2


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"stalled"}))  # it would take seconds
def test_a_fault_that_stays_is_named_for_every_cell(fault, served, tmp_path, time):
    served.faults = {number: fault for number in range(2, 400)}
    ended = fetching(tmp_path, time).run()
    assert_true_or_named(ended, served.fake)
    gap = ended.of(Cell("TUR", "RUS", "8703", "2024-01"))
    assert gap.state == FAILED and gap.because and not ended.rows
    served.faults = {}
    assert fetching(tmp_path, time).run().counts()[FAILED] == 0


def test_a_quota_that_is_used_up_ends_the_fetch_and_what_came_stays(
    served, tmp_path, time, monkeypatch
):
    words = b'{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in 05:00:00."}'
    monkeypatch.setitem(FAULTS, "quota", lambda good: good.__class__(403, words))
    served.faults = {number: "quota" for number in range(4, 99)}
    ended = fetching(tmp_path, time).run()
    assert len(served.requests) == 5
    gap = ended.of(Cell("TUR", "RUS", "8703", "2024-03"))
    assert "Out of call volume quota" in gap.because
    served.faults = {}
    before = len(served.requests)
    assert fetching(tmp_path, time).run().counts()[FAILED] == 0
    assert len(served.requests) - before == 2 + 3 + 2  # calendars, what is missing, calendars


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fake: setattr(fake, "parts", True), "parts of figures"),
        (lambda fake: fake.values.update({(792, 643, "8703", p): 99999.0 for p in PERIODS}), "more than the total"),
        (lambda fake: [fake.values.pop((792, 0, "TOTAL", p)) for p in PERIODS], "not even its total"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_true_is_no_figure(change, words, served, tmp_path, time):
    change(served.fake)
    ended = fetching(tmp_path, time).run()
    gap = ended.of(Cell("TUR", "RUS", "8703", "2024-01"))
    assert gap.state == FAILED and words in gap.because


def test_an_answer_cut_at_the_limit_is_asked_in_halves(served, tmp_path, time):
    """More than 500 rows are there; each answer that has as many is refused and parted."""
    codes = tuple(f"{number:06d}" for number in range(10100, 10100 + 170))
    for code in codes:
        for partner in (643, 398):
            served.fake.values[792, partner, code, "202401"] = 1.0
            served.fake.values[792, 0, code, "202401"] = 2.0
    for partner in (643, 398):
        served.fake.values[792, partner, "TOTAL", "202401"] = 1e5
    asked = Asked("s", "X", ("TUR",), ("RUS", "KAZ"), codes, ("2024-01",))
    one = fetching(tmp_path, time, asked)
    one.service.limits = lambda asked: type(Comtrade.limits(one.service, asked))(1, 1, 999, 10**9)
    ended = one.run()
    assert ended.counts()[FAILED] == 0 and len(figures(ended)) == 3 * 171
    assert len([r for r in served.requests if "cmdCode" in r.query]) > 1


def test_a_key_is_in_no_address_no_file_and_no_sentence(served, tmp_path, time, monkeypatch):
    key = "K3Y+with/signs=="
    monkeypatch.setenv("COMTRADE_API_KEY", key)
    served.fake.key = "another"
    ended = fetching(tmp_path, time).run()
    gap = ended.of(Cell("TUR", "RUS", "8703", "2024-01"))
    assert gap.state == FAILED and "invalid subscription key" in gap.because
    monkeypatch.setitem(FAULTS, "echo", lambda good: good.__class__(400, f"bad {key}".encode()))
    served.fake.key = key
    served.faults = {len(served.requests) + 2: "echo"}
    ended = fetching(tmp_path, time).run()
    assert ended.rows
    told = repr(list(ended.runs())) + repr(served.requests and [r.query for r in served.requests])
    assert key not in told
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert key.encode() not in gzip.decompress(path.read_bytes())


def test_a_wrong_clock_changes_no_day_and_no_figure(served, tmp_path, time):
    time.wrong = timedelta(days=-4000)
    ended = fetching(tmp_path, time).run()
    assert ended.counts()[FAILED] == 0
    assert {answer.retrieved for answer in Kept(tmp_path, "comtrade").answers} == {"2026-11-25"}
    time.wrong = timedelta(days=4000)
    before = len(served.requests)
    assert figures(fetching(tmp_path, time).run()) == figures(ended)
    assert len(served.requests) == before + 2


def test_the_plan_asks_nobody_and_counts_what_is_held(served, tmp_path, time):
    service = Comtrade()
    asked = service.narrowed(ASKED)
    first = plan(service, asked, Kept(tmp_path, "comtrade"), time.clock)
    assert not served.requests
    assert (first.calls, first.held, first.months) == (6 + 4, 0, 6)
    fetching(tmp_path, time).run()
    before = len(served.requests)
    after = plan(service, asked, Kept(tmp_path, "comtrade"), time.clock)
    assert len(served.requests) == before
    assert (after.calls, after.held) == (2, 5)
    assert after.unreleased == {("NOR", "2026-11-25"): ("2024-03",)}
    assert any(
        "Not out on 2026-11-25, by the service's calendar that is held: Norway 2024-03 (1)." in line
        for line in after.lines()
    )


# -- kills -----------------------------------------------------------------------------------------


class Killed(BaseException):
    pass


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("number", range(1, 8))
def test_nothing_that_has_come_is_lost_by_a_kill(call, number, served, tmp_path, time, monkeypatch):
    seen = 0

    def dying(*arguments, **named):
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed
        return real(*arguments, **named)

    where, name = {
        "write": (kept_module.gzip, "compress"), "fsync": (kept_module.os, "fsync"),
        "replace": (kept_module.os, "replace"),
    }[call]  # fmt: skip
    real = getattr(where, name)
    with monkeypatch.context() as patched:
        patched.setattr(where, name, dying)
        with pytest.raises(Killed):
            fetching(tmp_path, time).run()
    complete = len(list((tmp_path / ".fetched" / "comtrade").glob("[0-9]*.gz")))
    assert complete >= (number - 1 if call != "fsync" else number // 2 - 1)
    ended = fetching(tmp_path, time).run()
    assert ended.counts()[FAILED] == 0
    assert_true_or_named(ended, served.fake)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.999])
def test_a_kept_file_that_was_cut_is_named_and_asked_for_again(share, served, tmp_path, time):
    fetching(tmp_path, time).run()
    path = sorted((tmp_path / ".fetched" / "comtrade").glob("[0-9]*.gz"))[1]
    path.write_bytes(path.read_bytes()[: int(len(path.read_bytes()) * share)])
    assert Kept(tmp_path, "comtrade").damaged == [path.name]
    ended = fetching(tmp_path, time).run()
    assert ended.counts()[FAILED] == 0
    assert_true_or_named(ended, served.fake)


# -- random faults ---------------------------------------------------------------------------------

QUICK = sorted(set(FAULTS) - {"stalled"})
TRIED = int(os.environ.get("TRADECHECK_FAULT_PLANS", "40"))


@given(
    faults=st.dictionaries(st.integers(0, 30), st.sampled_from(QUICK), max_size=25),
    again=st.dictionaries(st.integers(0, 30), st.sampled_from(QUICK), max_size=4),
    seed=st.integers(0, 99),
    anew=st.none() | st.integers(0, 12),
)
@settings(max_examples=TRIED, deadline=None, derandomize=True)
def test_whatever_fails_the_held_set_is_the_truth_or_each_difference_is_named(
    faults, again, seed, anew
):
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as name:
        patched.setenv("NO_PROXY", "127.0.0.1")
        patched.setenv("TRADECHECK_TIMEOUT", "60")
        patched.delenv("COMTRADE_API_KEY", raising=False)
        time, fake = Time(), truth(seed)
        old = dict(fake.values)
        if anew is not None:

            def released(fake):
                fake.released[792, "202401"] = "2024-09-01T00:00:00"
                fake.values[792, 643, "8703", "202401"] = 555.0
                fake.values[792, 643, "TOTAL", "202401"] = 9000.0

            fake.before = [*[lambda fake: None] * anew, released]
        with serving(fake, time) as server:
            patched.setenv("TRADECHECK_COMTRADE_ADDRESS", server.address)
            for plan_ in (faults, again, {}):
                server.faults = {len(server.requests) + at: fault for at, fault in plan_.items()}
                ended = fetching(Path(name), time).run()
            current = [
                row for row, release in ended.rows if row[:4] == ("TUR", "RUS", "8703", "2024-01")
            ]
            for row, release in ended.rows:
                key = (
                    NUMBERS[row.reporter],
                    NUMBERS.get(row.partner, 0),
                    row.code,
                    row.month.replace("-", ""),
                )
                late = release.day == "2024-09-01"
                assert row.value == (fake.values if late else old).get(key), (row, release)
            assert ended.counts()[FAILED] == 0, list(ended.runs())
            assert len(current) <= 2
            times = [request.at for request in server.requests]
            assert all(b - a >= 3.0 for a, b in zip(times, times[1:]))

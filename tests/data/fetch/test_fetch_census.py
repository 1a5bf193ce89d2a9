"""Months of the US Census Bureau from a server on this machine: held, or named; nothing else."""

import gzip
import logging
import os
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.census import Census as Fake
from fakes.serving import FAULTS, Reply, Time, fetch_of, served_at, serving
from tradecheck.data.fetch.asked import Asked, Cell
from tradecheck.data.fetch.census import Census
from tradecheck.data.fetch.services import usual
from tradecheck.data.fetch.states import FAILED, HELD, NONE, UNRELEASED

MONTHS = ("2023-11", "2023-12", "2024-01", "2024-02")
CODES = ("854231", "8703", "0102290000")
ASKED = Asked("s", "X", ("USA",), ("DEU", "IND", "PSE"), CODES, MONTHS)
KEY = "K3Y+with/signs=="
PARTS = {"DEU": ["4280"], "IND": ["5330"], "PSE": ["5082", "5083"]}


def truth(seed: int = 1) -> Fake:
    """Three months; the last one is not out. A code of the service is of no area; some cells have
    no trade; of one area there are two parts."""
    pick, values = random.Random(seed), {}
    for month in MONTHS[:3]:
        for country in ("4280", "5330", "5082", "5083", "5880", "9999"):
            values[country, "-", month] = 9000 + pick.randrange(99)
            values[country, "85", month] = 4000
            for code in CODES:
                if pick.random() < 0.7 or code == "8703":
                    values[country, code, month] = pick.randrange(1, 900)
    return Fake(values, KEY)


def true(fake: Fake) -> dict:
    """Partner, code, month → dollars."""
    found: dict = {}
    for (country, code, month), value in fake.values.items():
        if code in (*CODES, "-"):
            partners = [partner for partner, parts in PARTS.items() if country in parts]
            for partner in (*partners, "WLD"):
                key = (partner, code.replace("-", "TOTAL"), month)
                found[key] = found.get(key, 0) + value
    return found


@pytest.fixture
def served(monkeypatch, time):
    monkeypatch.setenv("TRADECHECK_TIMEOUT", "5")
    monkeypatch.setenv("CENSUS_API_KEY", KEY)
    with served_at(monkeypatch, "TRADECHECK_CENSUS_ADDRESS", truth(), time) as server:
        yield server


def fetching(folder, time, asked=ASKED):
    return fetch_of(Census(), folder, time, asked)


def figures(ended):
    return {(row.partner, row.code, row.month): row.value for row, _ in ended.rows}


def test_every_cell_is_held_or_no_trade_or_not_released(served, tmp_path, time):
    ended = fetching(tmp_path, time).run()
    assert figures(ended) == true(served.fake)
    counts = ended.counts()
    assert counts[FAILED] == 0 and counts[UNRELEASED] == 3 * 4 and sum(counts.values()) == 48
    gap = ended.of(Cell("USA", "IND", "8703", "2024-02"))
    assert gap.because == "2024-01 was the last month out, seen on 2026-11-25"
    for partner in PARTS:
        state = ended.of(Cell("USA", partner, "854231", "2023-12")).state
        assert state == (HELD if (partner, "854231", "2023-12") in figures(ended) else NONE)


def test_imports_are_asked_for_as_imports(served, tmp_path, time):
    served.fake.way = "imports"
    ended = fetching(tmp_path, time, replace(ASKED, flow="M")).run()
    assert figures(ended) == true(served.fake)
    raw = next(row.raw for row, _ in ended.rows if row.code == "8703")
    assert raw[3:6] == ("", "8703", "") and raw[6]


def test_one_code_a_call_and_each_name_in_one_place(served, tmp_path, time):
    fetching(tmp_path, time).run()
    for request in served.requests:
        assert "," not in request.query["E_COMMODITY"]
        assert not set(request.query["get"].split(",")) & (request.query.keys() - {"get"})


@pytest.mark.parametrize("how", ["groups", "doubled"])
def test_groups_and_doubled_columns_change_no_figure(how, served, tmp_path, time):
    setattr(served.fake, how, True)
    assert figures(fetching(tmp_path, time).run()) == true(served.fake)


def test_countries_that_do_not_come_to_the_world_are_no_figures(served, tmp_path, time):
    served.fake.world["8703", "2023-12"] = 17
    gap = fetching(tmp_path, time).run().of(Cell("USA", "IND", "8703", "2023-12"))
    assert gap.state == FAILED and "its total to 17" in gap.because


@pytest.mark.parametrize("how", ["most", "heavy"])
def test_an_answer_that_was_cut_or_refused_is_asked_for_in_parts(how, served, tmp_path, time):
    """Of several months those behind the first six records are left out, or the service is
    overloaded by more than one month."""
    getattr(served.fake, how).update({"8703": 7 if how == "most" else 1})
    ended = fetching(tmp_path, time).run()
    assert figures(ended) == true(served.fake) and ended.counts()[FAILED] == 0
    asked = [r.query["time"] for r in served.requests if r.query["E_COMMODITY"] == "8703"]
    assert {"2023-11", "2023-12"} <= set(asked)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"2023-12"', b'"2022-12"', "not asked"),
        (b'"8703"', b'"8704"', "not asked"),
        (b'"HS4"', b'"HS6"', "not asked"),
        (b'"DET"', b'"CGP"', "not asked"),
        (b'"ALL_VAL_MO"', b'"ALL_VAL_YR"', "cannot be read"),
        (b'"time"]', b'"time", "more"]', "not of the form"),
        (b'["5330"', b'["4280"', "twice"),
    ],
)
def test_an_answer_to_another_question_is_no_figure(
    old, new, words, served, tmp_path, time, monkeypatch
):
    wrong = lambda good: Reply(200, good.body.replace(old, new))  # noqa: E731
    monkeypatch.setitem(FAULTS, "another", wrong)
    served.faults = {number: "another" for number in range(3, 99)}  # behind the first calendar
    gap = fetching(tmp_path, time).run().of(Cell("USA", "IND", "8703", "2023-12"))
    assert gap.state == FAILED and words in gap.because


def test_chapters_without_a_total_are_not_taken_for_months_that_are_not_out(served, tmp_path, time):
    served.fake.values = {key: v for key, v in served.fake.values.items() if key[1] != "-"}
    gap = fetching(tmp_path, time).run().of(Cell("USA", "IND", "8703", "2023-12"))
    assert (gap.state, gap.because) == (FAILED, "it gives chapter 85, but no total of all goods")


def test_months_before_its_first_are_never_out(served, tmp_path, time):
    asked = replace(ASKED, months=("2009-12", *MONTHS))
    gap = fetching(tmp_path, time, asked).run().of(Cell("USA", "IND", "8703", "2009-12"))
    assert (gap.state, gap.because, gap.again) == (UNRELEASED, "its months begin with 2010-01", "")


def test_a_month_that_moved_is_asked_again_and_both_releases_held(served, tmp_path, time):
    fetching(tmp_path, time).run()
    before = len(served.requests)
    fetching(tmp_path, time).run()
    assert len(served.requests) - before == 3  # two years, and the months of one that are not there
    time.today = time.today.replace(month=12, day=14)
    served.fake.values["5330", "8703", "2023-12"] = 777
    served.fake.values["5330", "-", "2023-12"] += 7
    ended = fetching(tmp_path, time).run()
    days = {release.day for row, release in ended.rows if row.month == "2023-12"}
    assert days == {"2026-11-25", "2026-12-14"}


# -- the key ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("follows", [False, True])
def test_a_wrong_key_ends_the_fetch(follows, served, tmp_path, time):
    served.fake.key, served.fake.follows = "another", follows
    gap = fetching(tmp_path, time).run().of(Cell("USA", "IND", "8703", "2023-12"))
    assert gap.state == FAILED
    if follows:
        assert "Invalid Key" in gap.because
    else:
        assert gap.because == "it does not take the key in CENSUS_API_KEY"
        assert gap.again == "when the key is right" and len(served.requests) == 1


def test_the_key_is_in_no_file_no_log_and_no_sentence(served, tmp_path, time, monkeypatch, caplog):
    forms = (KEY, "K3Y%2Bwith%2Fsigns%3D%3D")
    body = f"error: unknown variable in key={KEY} or {forms[1]}".encode()
    monkeypatch.setitem(FAULTS, "echo", lambda good: Reply(400, body, "text/plain"))
    served.faults = {3: "echo", 4: "cut"}
    with caplog.at_level(logging.DEBUG):
        ended = fetching(tmp_path, time).run()
    assert "intltrade" in caplog.text and ended.counts()[FAILED]
    assert any("unknown variable" in run.gap.because for run in ended.runs())
    told = caplog.text + repr(list(ended.runs())) + repr(ended.rows)
    assert not any(form in told for form in forms)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        assert not any(form.encode() in content for form in forms)


def test_without_a_key_another_service_is_usual(monkeypatch):
    asked = replace(ASKED, codes=("8703",))
    monkeypatch.setenv("CENSUS_API_KEY", KEY)
    assert usual(asked) == ["census"]
    monkeypatch.delenv("CENSUS_API_KEY")
    assert usual(asked) == ["comtrade"]
    assert usual(replace(asked, reporters=("GBR",))) == ["hmrc"]


# -- faults ----------------------------------------------------------------------------------------

KINDS = sorted(set(FAULTS) - {"stalled"})


@pytest.mark.parametrize("fault", sorted(set(KINDS) - {"204", "302"}))
def test_faults_that_pass_cost_no_cell(fault, served, tmp_path, time):
    served.faults = {0: fault, 3: fault, 5: fault}
    ended = fetching(tmp_path, time).run()
    assert ended.counts()[FAILED] == 0 and figures(ended) == true(served.fake)
    times = [request.at for request in served.requests]
    assert min(b - a for a, b in zip(times, times[1:])) >= 1.0


@pytest.mark.parametrize("fault", sorted(set(KINDS) - {"204"}))  # which is an answer
def test_faults_that_stay_are_named_for_every_cell(fault, served, tmp_path, time):
    served.faults = {number: fault for number in range(3, 400)}
    ended = fetching(tmp_path, time).run()
    assert not ended.rows and ended.counts()[FAILED] >= 3 * 4 * 3
    served.faults = {}
    assert figures(fetching(tmp_path, time).run()) == true(served.fake)


TRIED = int(os.environ.get("TRADECHECK_FAULT_PLANS", "40"))


@given(
    faults=st.dictionaries(
        st.integers(0, 25), st.sampled_from(sorted(set(KINDS) - {"204"})), max_size=15
    ),
    seed=st.integers(0, 99),
    anew=st.none() | st.integers(0, 14),
)
@settings(max_examples=TRIED, deadline=None, derandomize=True)
def test_whatever_fails_the_held_set_is_the_truth_or_each_difference_is_named(faults, seed, anew):
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as name:
        patched.setenv("NO_PROXY", "127.0.0.1")
        patched.setenv("TRADECHECK_TIMEOUT", "5")
        patched.setenv("CENSUS_API_KEY", KEY)
        time, fake = Time(), truth(seed)
        old = true(fake)
        if anew is not None:

            def released(fake):
                fake.values["5330", "8703", "2023-12"] = 5555
                fake.values["5330", "-", "2023-12"] += 5000

            fake.before = [*[lambda fake: None] * anew, released]
        with serving(fake, time) as server:
            patched.setenv("TRADECHECK_CENSUS_ADDRESS", server.address)
            server.faults = faults
            first = fetching(Path(name), time).run()
            server.faults = {}
            ended = fetching(Path(name), time).run()
        for one in (first, ended):
            vintages: dict = {}
            for found, release in one.rows:
                vintage = vintages.setdefault((found.month, release.stamp), {})
                vintage[found.partner, found.code] = found.value
            for (month, _), held in vintages.items():
                assert held in [
                    {key[:2]: value for key, value in known.items() if key[2] == month}
                    for known in (old, true(fake))
                ]
        assert ended.counts()[FAILED] == 0, list(ended.runs())

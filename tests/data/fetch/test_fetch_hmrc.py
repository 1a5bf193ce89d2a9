"""Months of UK HMRC from a server on this machine: held, or named; nothing else."""

import os
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.hmrc import Hmrc as Fake
from fakes.hmrc import row
from fakes.serving import FAULTS, Reply, Time, fetch_of, served_at, serving
from tradecheck.data.fetch.asked import Asked, Cell
from tradecheck.data.fetch.hmrc import Hmrc
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.plan import plan
from tradecheck.data.fetch.states import FAILED, HELD, NONE, UNRELEASED, WITHHELD

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
OUT = (202401, 202402, 202403)
ASKED = Asked("s", "X", ("GBR",), ("DEU", "RUS"), ("854231", "08104050", "85"), MONTHS)
GOODS = (85423110, 85423190, 85176200, 8104050, 87032319)


def truth(seed: int = 1) -> Fake:
    """Three months with Germany (in the European Union), Russia and Kazakhstan, each by two ports;
    a row below the thresholds, and one that is allocated to no goods."""
    pick, lines = random.Random(seed), []
    for month in OUT:
        for country in (4, 75, 79):
            for code in GOODS:
                if pick.random() < 0.7 or code == 87032319:
                    lines += [
                        row(month, country, code, float(pick.randrange(1, 900)), port)
                        for port in (131, 7)
                    ]
        lines += [row(month, 4, 859999999, 55.0), row(month, 4, -990, 5.0)]
        lines.append(row(month, 4, 8104050, 1e6, imports=True))
    return Fake(lines)


def true(fake: Fake, asked: Asked = ASKED) -> dict:
    """Partner, code, month → pounds, from rows of ports."""
    numbers, found = {"DEU": {4}, "RUS": {75}, "WLD": {4, 11, 21, 75, 79, 400, 959}}, {}
    for line in fake.lines:
        text = str(line["MonthId"])
        code = f"{line['CommodityId']:08d}"
        if line["FlowTypeId"] not in (2, 4):
            continue
        for partner, own in numbers.items():
            for one in (*asked.codes, "TOTAL"):
                if line["CountryId"] in own and (
                    one == "TOTAL" or (len(code) == 8 and code.startswith(one))
                ):
                    key = (partner, one, f"{text[:4]}-{text[4:]}")
                    found[key] = found.get(key, 0.0) + line["Value"]
    return found


@pytest.fixture
def served(monkeypatch, time):
    monkeypatch.setenv("TRADECHECK_TIMEOUT", "5")
    with served_at(monkeypatch, "TRADECHECK_HMRC_ADDRESS", truth(), time) as server:
        yield server


def fetching(folder, time, asked=ASKED):
    return fetch_of(Hmrc(), folder, time, asked)


def figures(ended):
    return {(row.partner, row.code, row.month): row.value for row, _ in ended.rows}


def test_rows_of_ports_add_up_and_every_cell_ends(served, tmp_path, time):
    """A chapter is its codes of eight digits; what lies below the thresholds is in the total."""
    ended = fetching(tmp_path, time).run()
    assert figures(ended) == true(served.fake)
    counts = ended.counts()
    assert counts[FAILED] == 0 and counts[UNRELEASED] == 2 * 4
    assert sum(counts.values()) == 2 * 4 * 4
    gap = ended.of(Cell("GBR", "RUS", "85", "2024-04"))
    assert gap.because == "2024-03 was the last month out, seen on 2026-11-25"
    for partner in ("DEU", "RUS"):
        for month in MONTHS[:3]:
            state = ended.of(Cell("GBR", partner, "08104050", month)).state
            assert state == (HELD if (partner, "08104050", month) in figures(ended) else NONE)


def test_imports_are_asked_for_as_imports(served, tmp_path, time):
    for month in OUT:
        served.fake.lines.append(row(month, 75, 85423110, 3.0, imports=True))
    ended = fetching(tmp_path, time, replace(ASKED, flow="M")).run()
    assert figures(ended)["DEU", "08104050", "2024-02"] == 1e6
    assert ended.of(Cell("GBR", "RUS", "08104050", "2024-02")).state == NONE


@pytest.mark.parametrize("page", [1, 3, 7])
def test_pages_are_followed_by_the_links_that_the_service_gives(page, served, tmp_path, time):
    served.fake.page = page
    assert figures(fetching(tmp_path, time).run()) == true(served.fake)
    assert not any({"$top"} & request.query.keys() for request in served.requests)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda fake: setattr(fake, "skip", 1), "come to"),
        (lambda fake: setattr(fake, "skip", -1), "gave a row twice"),
        (lambda fake: setattr(fake, "skip", -3), "lead back"),
        (lambda fake: setattr(fake, "link", lambda link: ""), "come to"),
        (lambda fake: setattr(fake, "link", lambda link: "https://example.org/OTS"), "another machine"),
    ],
)  # fmt: skip
def test_pages_that_lose_or_repeat_rows_are_no_figures(change, words, served, tmp_path, time):
    served.fake.page = 3
    change(served.fake)
    ended = fetching(tmp_path, time, replace(ASKED, codes=("87032319",), months=MONTHS[:1])).run()
    gap = ended.of(Cell("GBR", "RUS", "87032319", "2024-01"))
    assert gap.state == FAILED and words in gap.because and not ended.rows


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"MonthId": 202402', b'"MonthId": 202302', "not asked"),
        (b'"FlowTypeId": 4', b'"FlowTypeId": 3', "not asked"),
        (b'"CommodityId": 8542', b'"CommodityId": 8642', "not asked"),
        (b'"Value": ', b'"Worth": ', "cannot be read"),
        (b'"value": ', b'"rows": ', "no rows under value"),
        (b'"value": ', b'"error": {"message": "sorry"}, "rows": ', "an error: sorry"),
    ],
)  # fmt: skip
def test_an_answer_to_another_question_is_no_figure(
    old, new, words, served, tmp_path, time, monkeypatch
):
    wrong = lambda good: Reply(200, good.body.replace(old, new))  # noqa: E731
    monkeypatch.setitem(FAULTS, "another", wrong)
    served.faults = {number: "another" for number in range(3, 99)}  # behind the rows of the total
    gap = fetching(tmp_path, time).run().of(Cell("GBR", "RUS", "854231", "2024-02"))
    assert gap.state == FAILED and words in gap.because


def test_a_month_of_which_only_one_kind_of_partners_is_out_is_not_released(served, tmp_path, time):
    fake = served.fake
    fake.lines = [one for one in fake.lines if (one["MonthId"], one["FlowTypeId"]) != (202403, 2)]
    gap = fetching(tmp_path, time).run().of(Cell("GBR", "RUS", "85", "2024-03"))
    assert (gap.state, gap.because) == (
        UNRELEASED, "its trade with the European Union is not out",
    )  # fmt: skip


def test_a_code_of_which_trade_hides_its_country_is_withheld(served, tmp_path, time):
    """2: country and port are hidden. 4: only the weight is, and the value stands."""
    fake = served.fake
    fake.lines = [
        one for one in fake.lines if (one["MonthId"], one["CommodityId"]) != (202402, 85423110)
    ]
    fake.lines.append(row(202402, 959, 85423110, 70.0, hidden=2))
    fake.lines.append(row(202403, 75, 85423190, 9.0, port=8, hidden=4))
    ended = fetching(tmp_path, time).run()
    assert ended.of(Cell("GBR", "RUS", "854231", "2024-02")).state == WITHHELD
    assert ended.of(Cell("GBR", "RUS", "85", "2024-02")).state == HELD
    assert ended.of(Cell("GBR", "RUS", "854231", "2024-03")).state == HELD
    assert figures(ended)["WLD", "854231", "2024-02"] == true(fake)["WLD", "854231", "2024-02"]
    raw = {(r.code, r.month): r.raw for r, _ in ended.rows if r.partner == "RUS"}
    assert raw["854231", "2024-02"][4:] == ("", "", "2") and raw["854231", "2024-03"][5] == ""


def test_a_partner_that_the_service_does_not_have_is_never_taken_for_zero(served, tmp_path, time):
    ended = fetching(tmp_path, time, replace(ASKED, partners=("JPN", "RUS"))).run()
    gap = ended.of(Cell("GBR", "JPN", "85", "2024-01"))
    assert gap.state == WITHHELD and "no code of it" in gap.because
    held = {key: value for key, value in figures(ended).items() if key[0] != "JPN"}
    assert held == {key: value for key, value in true(served.fake).items() if key[0] != "DEU"}


def test_no_address_is_long_however_much_is_asked_for(served, tmp_path, time):
    codes = tuple(f"8542{number:02d}" for number in range(10, 90))
    fetching(tmp_path, time, replace(ASKED, codes=codes)).run()
    assert all(len(request.target) < 1900 for request in served.requests)


def test_months_whose_totals_moved_are_asked_again_and_both_releases_held(served, tmp_path, time):
    fetching(tmp_path, time).run()
    before = len(served.requests)
    again = fetching(tmp_path, time).run()
    assert len(served.requests) == before + 2 and figures(again) == true(served.fake)
    time.today = time.today.replace(month=12, day=14)
    served.fake.lines.append(row(202402, 75, 85423110, 4e3, port=9))
    ended = fetching(tmp_path, time).run()
    days = {release.day for row, release in ended.rows if row.month == "2024-02"}
    assert days == {"2026-11-25", "2026-12-14"}
    assert {release.day for row, release in ended.rows if row.month == "2024-01"} == {"2026-11-25"}


def test_the_plan_counts_the_calls(served, tmp_path, time):
    service = Hmrc()
    asked = service.narrowed(replace(ASKED, months=MONTHS[:3]))
    planned = plan(service, asked, Kept(tmp_path, "hmrc"), time.clock)
    assert not served.requests
    fetching(tmp_path, time, replace(ASKED, months=MONTHS[:3])).run()
    assert len(served.requests) == planned.calls - 1  # countries are asked for once


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"stalled", "204", "302"}))
def test_faults_that_pass_cost_no_cell(fault, served, tmp_path, time):
    served.faults = {0: fault, 2: fault, 4: fault}
    ended = fetching(tmp_path, time).run()
    assert ended.counts()[FAILED] == 0 and figures(ended) == true(served.fake)
    times = [request.at for request in served.requests]
    assert min(b - a for a, b in zip(times, times[1:])) >= 1.5


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"stalled"}))
def test_faults_that_stay_are_named_for_every_cell(fault, served, tmp_path, time):
    served.faults = {number: fault for number in range(3, 400)}
    ended = fetching(tmp_path, time).run()
    assert not ended.rows and ended.counts()[FAILED] >= 2 * 4 * 3
    served.faults = {}
    assert figures(fetching(tmp_path, time).run()) == true(served.fake)


QUICK = sorted(set(FAULTS) - {"stalled"})
TRIED = int(os.environ.get("TRADECHECK_FAULT_PLANS", "40"))


@given(
    faults=st.dictionaries(st.integers(0, 20), st.sampled_from(QUICK), max_size=15),
    seed=st.integers(0, 99),
    page=st.integers(1, 40),
    anew=st.none() | st.integers(0, 12),
)
@settings(max_examples=TRIED, deadline=None, derandomize=True)
def test_whatever_fails_the_held_set_is_the_truth_or_each_difference_is_named(
    faults, seed, page, anew
):
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as name:
        patched.setenv("NO_PROXY", "127.0.0.1")
        patched.setenv("TRADECHECK_TIMEOUT", "5")
        time, fake = Time(), truth(seed)
        fake.page = page
        old = true(fake)
        if anew is not None:
            change = lambda fake: fake.lines.append(row(202401, 75, 87032319, 1e6, port=9))  # noqa: E731
            fake.before = [*[lambda fake: None] * anew, change]
        with serving(fake, time) as server:
            patched.setenv("TRADECHECK_HMRC_ADDRESS", server.address)
            server.faults = faults
            first = fetching(Path(name), time).run()
            server.faults = {}
            ended = fetching(Path(name), time).run()
        for one in (first, ended):
            vintages: dict = {}
            for found, release in one.rows:
                vintages.setdefault((found.month, release.stamp), {})[found.partner, found.code] = (
                    found.value
                )
            for (month, _), held in vintages.items():
                assert held in [
                    {key[:2]: value for key, value in known.items() if key[2] == month}
                    for known in (old, true(fake))
                ]  # fmt: skip
        assert ended.counts()[FAILED] == 0, list(ended.runs())

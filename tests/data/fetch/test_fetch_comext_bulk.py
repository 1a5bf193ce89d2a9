"""Months of Comext's bulk files from a server on this machine: held, or named; nothing else."""

import io
import os
import random
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.comext_bulk import HEAD, line, packed
from fakes.comext_bulk import ComextBulk as Fake
from fakes.serving import FAULTS, Reply, Time, fetch_of, served_at, serving
from tradecheck.data.fetch import comext_bulk_rows
from tradecheck.data.fetch.asked import Asked, Cell
from tradecheck.data.fetch.comext_bulk import ComextBulk
from tradecheck.data.fetch.kept import Kept
from tradecheck.data.fetch.services import usual
from tradecheck.data.fetch.states import FAILED, HELD, NONE, UNRELEASED

MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
PERIODS = ("202401", "202402", "202403")
ASKED = Asked(
    "s", "X", ("DEU", "GRC"), ("KGZ", "GBR"), ("8703", "854231", "08104050", "85"), MONTHS
)  # fmt: skip
LETTERS = {"DE": "DEU", "GR": "GRC", "FR": "FRA", "KG": "KGZ", "XI": "GBR", "XU": "GBR"}


def truth(seed: int = 1) -> Fake:
    """Three months of three members; Greece has not reported March. Rows by procedure, a zero lost
    from the front, a hidden code, imports beside exports, a partner in two parts."""
    pick, lines = random.Random(seed), {}
    for period in PERIODS:
        held = lines.setdefault(period, [])
        for reporter in ("DE", "GR", "FR"):
            if (reporter, period) == ("GR", "202403"):
                continue
            for partner in ("KG", "RU", "XI", "XU"):
                for product in (
                    "87032319",
                    "85423110",
                    "85423190",
                    "8104050",
                    "85XXXXXX",
                    "99RRR100",
                ):
                    for procedure in (1, 3):
                        if pick.random() < 0.6:
                            value = pick.randrange(1, 10**6)
                            held.append(
                                line(reporter, partner, product, 2, period, value, procedure)
                            )
            held.append(line(reporter, "KG", "87032319", 1, period, 5))
            held.append(line(reporter, "RU", "87032319", 2, period, 10**7))
    return Fake(lines)


def true(fake: Fake, asked: Asked = ASKED) -> dict:
    """Reporter, partner, code, month → euros, from the lines of the files."""
    found: dict = {}
    for lines in fake.lines.values():
        for text in lines:
            cells = text.split(",")
            reporter, partner = LETTERS[cells[0]], LETTERS.get(cells[1], "RUS")
            product, period, value = cells[3].zfill(8), cells[13], int(cells[14])
            if cells[10] != "2" or reporter not in asked.reporters:
                continue
            for other in (partner, "WLD"):
                for code in (*asked.codes, "TOTAL"):
                    if (other == "WLD" or other in asked.partners) and (
                        code == "TOTAL" or product.startswith(code)
                    ):
                        key = (reporter, other, code, f"{period[:4]}-{period[4:]}")
                        found[key] = found.get(key, 0) + value
    return found


@pytest.fixture
def served(monkeypatch, time):
    monkeypatch.setenv("TRADECHECK_TIMEOUT", "5")
    with served_at(monkeypatch, "TRADECHECK_COMEXT_BULK_ADDRESS", truth(), time) as server:
        yield server


def fetching(folder, time, asked=ASKED):
    return fetch_of(ComextBulk(), folder, time, asked)


def figures(ended):
    return {tuple(row[:4]): row.value for row, _ in ended.rows}


def received(folder):
    return sorted((folder / ".fetched" / "comext-bulk" / "archives").iterdir())


@pytest.mark.parametrize("listed", [True, False])
def test_rows_add_up_to_what_is_asked_for(listed, served, tmp_path, time):
    """Whether or not the list of the folder names the files, and whatever this machine's clock says."""
    served.fake.listed = listed
    time.wrong = timedelta(days=-4000)
    ended = fetching(tmp_path, time).run()
    assert figures(ended) == true(served.fake)
    assert ended.counts()[FAILED] == 0
    gap = ended.of(Cell("DEU", "KGZ", "8703", "2024-04"))
    assert (gap.state, gap.because) == (
        UNRELEASED, "2024-03 was the last month out, on 2024-05-15",
    )  # fmt: skip
    gap = ended.of(Cell("GRC", "KGZ", "8703", "2024-03"))
    assert (gap.state, gap.because) == (UNRELEASED, "the month's file is out without it")
    for month in MONTHS[:3]:
        held = ("DEU", "KGZ", "08104050", month) in figures(ended)
        assert ended.of(Cell("DEU", "KGZ", "08104050", month)).state == (HELD if held else NONE)
    again = fetching(tmp_path, time).run()
    assert list(again.runs()) == list(ended.runs())


def test_archives_are_kept_as_received_and_only_what_is_asked_for_beside_them(
    served, tmp_path, time
):
    fetching(tmp_path, time).run()
    contents = {path.read_bytes() for path in received(tmp_path)}
    assert contents == {served.fake.archive(period) for period in PERIODS}
    assert [path.name for path in received(tmp_path)][0] == "2024-03-15T1100-full_v2_202401.7z"
    bodies = [answer.body().decode() for answer in Kept(tmp_path, "comext-bulk").answers]
    assert bodies[0].startswith("full_v2_202401.7z,2024-03-15T11:00,")
    assert not any("FRA" in body or "RUS" in body for body in bodies)


def test_a_new_code_takes_no_new_archive(served, tmp_path, time):
    fetching(tmp_path, time, replace(ASKED, codes=("8703",))).run()
    before = len(served.requests)
    ended = fetching(tmp_path, time).run()
    assert figures(ended) == true(served.fake)
    assert all("dir" in request.query for request in served.requests[before:])


def test_a_file_that_was_replaced_is_received_anew_and_both_vintages_are_held(
    served, tmp_path, time
):
    fetching(tmp_path, time).run()
    served.fake.lines["202402"].append(line("DE", "KG", "87032319", 2, "202402", 7777))
    served.fake.changed["202402"] = "15/06/2024 11:00"
    before = len(served.requests)
    ended = fetching(tmp_path, time).run()
    asked = [r.path.rpartition("/")[2] for r in served.requests[before:] if "received" in r.path]
    assert asked == ["full_v2_202402.7z"]
    days = {release.day for row, release in ended.rows if row.month == "2024-02"}
    assert days == {"2024-04-15", "2024-06-15"} and len(received(tmp_path)) == 4


def test_the_total_that_a_file_gives_is_the_total(served, tmp_path, time):
    """Where all goods stand in rows of their own, they are not counted beside their codes."""
    fake, asked = served.fake, replace(ASKED, months=MONTHS[:1])
    values = true(fake, asked)
    for reporter, letters in (("DEU", "DE"), ("GRC", "GR")):
        all_, ours, british = (
            values[reporter, partner, "TOTAL", "2024-01"] for partner in ("WLD", "KGZ", "GBR")
        )
        amounts = {"KG": ours, "XI": british, "RU": all_ - ours - british}
        fake.lines["202401"] += [
            line(letters, partner, "TOTAL", 2, "202401", amount)
            for partner, amount in amounts.items()
        ]
    ended = fetching(tmp_path, time, asked).run()
    assert figures(ended) == {key: v for key, v in values.items() if key[3] == "2024-01"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD.replace("VALUE_EUR", "VALUE") + "\n", "lacks the column VALUE_EUR"),
        (f"{HEAD}\n" + line("DE", "KG", "87032319", 2, "202312", 5), "not asked"),
        (f"{HEAD}\n" + line("DE", "KG", "87032319", 2, "202401", ""  , weight=1), "has no value"),
        (f"{HEAD}\n" + line("DE", "KG", "87032319", 2, "202401", "12x", weight=1), "must be a number"),
        (f"{HEAD}\nDE,KG,E\n", "has 3 cells"),
        ("", "its table is empty"),
        (f"{HEAD}\n" + "\n".join([line("DE", "KG", "TOTAL", 2, "202401", 5),
                                  line("DE", "KG", "87032319", 2, "202401", 9)]), "come to 9"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_right_are_no_figures(text, words, served, tmp_path, time):
    served.fake.archives["202401"] = packed(text)
    ended = fetching(tmp_path, time, replace(ASKED, months=MONTHS[:2])).run()
    gap = ended.of(Cell("DEU", "KGZ", "8703", "2024-01"))
    assert gap.state == FAILED and words in gap.because
    assert ended.of(Cell("DEU", "KGZ", "8703", "2024-02")).state != FAILED


def test_an_archive_that_unpacks_to_too_much_is_refused(served, tmp_path, time, monkeypatch):
    monkeypatch.setattr(comext_bulk_rows, "MOST", 2_000_000)
    served.fake.archives["202401"] = packed(f"{HEAD}\n" + "0" * 3_000_000)
    ended = fetching(tmp_path, time, replace(ASKED, months=MONTHS[:1])).run()
    gap = ended.of(Cell("DEU", "KGZ", "8703", "2024-01"))
    assert gap.because == "its archive unpacks to more than 2,000,000 bytes"


@pytest.mark.parametrize("piece", [200, 6 << 20])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.99])
def test_a_byte_that_was_changed_on_its_way_costs_a_download(
    place, piece, served, tmp_path, time, monkeypatch
):
    """Whether or not its rows are read before the archive's own sum can be looked at."""
    monkeypatch.setattr(comext_bulk_rows, "PIECE", piece)
    good = served.fake.archive("202401")
    at = int(len(good) * place)
    bad = good[:at] + bytes([good[at] ^ 255]) + good[at + 1 :]
    served.fake.archives["202401"] = [bad, good, good]
    ended = fetching(tmp_path, time).run()
    assert figures(ended) == true(served.fake) and ended.counts()[FAILED] == 0


def test_an_archive_that_stays_damaged_is_named(served, tmp_path, time):
    good = served.fake.archive("202401")
    served.fake.archives["202401"] = good[:60] + b"\0\0\0\0" + good[64:]
    ended = fetching(tmp_path, time, replace(ASKED, months=MONTHS[:1])).run()
    gap = ended.of(Cell("DEU", "KGZ", "8703", "2024-01"))
    assert gap.because == "its archive was damaged, 3 times"
    assert received(tmp_path) == []


def test_an_archive_that_was_damaged_on_disk_is_received_again(served, tmp_path, time):
    fetching(tmp_path, time, replace(ASKED, codes=("8703",))).run()
    for path in received(tmp_path):
        path.write_bytes(path.read_bytes()[:-40])
    assert figures(fetching(tmp_path, time).run()) == true(served.fake)


def test_a_list_that_breaks_off_says_nothing_of_the_months_behind(
    served, tmp_path, time, monkeypatch
):
    monkeypatch.setitem(
        FAULTS, "half", lambda good: Reply(200, good.body[: len(good.body) // 2], "text/html")
    )
    served.faults = {0: "half"}
    ended = fetching(tmp_path, time).run()
    assert ended.of(Cell("DEU", "KGZ", "8703", "2024-03")).because == "its list of files breaks off"


def test_a_disk_that_is_full_ends_the_fetch(served, tmp_path, time, monkeypatch):
    class Full(io.BytesIO):
        def write(self, piece):
            raise OSError(28, "No space left on device")

    opened = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *how: Full() if path.suffix == ".tmp" and ".7z." in path.name
        else opened(path, *how),
    )  # fmt: skip
    ended = fetching(tmp_path, time).run()
    gap = ended.of(Cell("DEU", "KGZ", "8703", "2024-01"))
    assert gap.because == "its answer cannot be written: No space left on device"
    assert len([request for request in served.requests if "received" in request.path]) == 1


def test_another_machine_is_not_followed(served, tmp_path, time):
    served.fake.elsewhere = "https://example.org/full_v2_202401.7z"
    gap = fetching(tmp_path, time).run().of(Cell("DEU", "KGZ", "8703", "2024-01"))
    assert (gap.state, gap.because) == (FAILED, "it sends to another machine")


def test_it_is_asked_only_where_a_study_names_it():
    assert usual(ASKED) == ["comext"]


KINDS = sorted(set(FAULTS) - {"stalled"})


@pytest.mark.parametrize(
    "fault", sorted(set(KINDS) - {"204", "302", "page with 200", "no JSON", "cut"})
)
def test_faults_that_pass_cost_no_cell(fault, served, tmp_path, time):
    served.faults = {0: fault, 2: fault, 5: fault}
    ended = fetching(tmp_path, time).run()
    assert ended.counts()[FAILED] == 0 and figures(ended) == true(served.fake)
    times = [request.at for request in served.requests]
    assert min(b - a for a, b in zip(times, times[1:])) >= 3.0


@pytest.mark.parametrize("fault", sorted(set(KINDS) - {"204", "page with 200", "no JSON"}))
def test_faults_that_stay_are_named_for_every_cell(fault, served, tmp_path, time):
    """From the first archive on."""
    served.faults = {number: fault for number in range(1, 400)}
    ended = fetching(tmp_path, time).run()
    assert not ended.rows and ended.counts()[FAILED] >= 2 * 2 * 5 * 3
    served.faults = {}
    assert figures(fetching(tmp_path, time).run()) == true(served.fake)


TRIED = int(os.environ.get("TRADECHECK_FAULT_PLANS", "20"))


@given(
    faults=st.dictionaries(st.integers(0, 20), st.sampled_from(KINDS), max_size=12),
    seed=st.integers(0, 3),
    anew=st.none() | st.integers(0, 9),
)
@settings(max_examples=TRIED, deadline=None, derandomize=True)
def test_whatever_fails_the_held_set_is_the_truth_or_each_difference_is_named(faults, seed, anew):
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as name:
        patched.setenv("NO_PROXY", "127.0.0.1")
        patched.setenv("TRADECHECK_TIMEOUT", "5")
        time, fake = Time(), truth(seed)
        old = true(fake)
        if anew is not None:

            def replaced(fake):
                fake.lines["202401"].append(line("DE", "KG", "87032319", 2, "202401", 5555))
                fake.changed["202401"] = "01/09/2024 11:00"

            fake.before = [*[lambda fake: None] * anew, replaced]
        with serving(fake, time) as server:
            patched.setenv("TRADECHECK_COMEXT_BULK_ADDRESS", server.address)
            server.faults = faults
            first = fetching(Path(name), time).run()
            server.faults = {}
            ended = fetching(Path(name), time).run()
        for one in (first, ended):
            vintages: dict = {}
            for found, release in one.rows:
                vintage = vintages.setdefault((found.reporter, found.month, release.stamp), {})
                vintage[found.partner, found.code] = found.value
            for (reporter, month, _), held in vintages.items():
                assert held in [
                    {key[1:3]: v for key, v in known.items() if key[::3] == (reporter, month)}
                    for known in (old, true(fake))
                ]
        assert ended.counts()[FAILED] == 0, list(ended.runs())

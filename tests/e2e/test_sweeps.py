"""A study that holds lists, built as a whole: one report a case, ranked; one that fails stops no other."""

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from distributed import Client

import tradecheck
from strangers import Desk, claims, joined, tidy, yaml
from test_stranger import Shell
from tradecheck.study.periods import month_range

MONTHS = month_range("2021-01", "2022-12")
FLAT = dict.fromkeys(MONTHS, 10e6)


def rising(times: float) -> dict[str, float]:
    return {month: 10e6 * (times if month >= "2022" else 1) for month in MONTHS}


TABLE = joined(
    tidy(rising(3), reporter="Germany", partner="Russia"),
    tidy(rising(1.5), reporter="Germany", partner="Belarus"),
    tidy(FLAT, reporter="Lithuania", partner="Russia"),
    tidy(rising(5), reporter="Lithuania", partner="Belarus"),
)
STUDY = yaml(
    question='"{corridor}: did it double?"',
    reporter="[Germany, Lithuania]",
    partner="[Russia, Belarus, Armenia]",
    months='"2021-01..2022-12"',
    by_default="false",
)
DOUBLED = ("doubled", '{ratio: {of: {months: "2022"}, to: a year earlier}}', "{at_least: 2}")

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shell(tmp_path_factory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("sweep"))
    desk = Desk(shell.root, ready=True)
    desk.add("cars", TABLE)
    desk.study(STUDY, claims(DOUBLED), "lists")
    return shell


def test_cases_are_built_when_asked_for_ranked_and_fresh(shell):
    shell.does("report")
    assert not list((shell.root / "reports").glob("lists*"))  # not by default
    shell.does("report", "lists")
    reports = shell.root / "reports"
    found = shell.result("lists")
    assert [(case["case"], case["verdict"]) for case in found["cases"][:4]] == [
        ("lithuania-belarus", "holds"), ("germany-russia", "holds"),
        ("germany-belarus", "fails"), ("lithuania-russia", "fails"),
    ]  # fmt: skip
    assert [case["measure"]["lo"] for case in found["cases"][:4]] == [5, 3, 1.5, 1]
    page = (reports / "lists.html").read_text()
    assert 'href="lists-lithuania-belarus.html"' in page
    assert (
        "Lithuania to Belarus: did it double?"
        in (reports / "lists-lithuania-belarus.html").read_text()
    )
    before = {path.name: path.stat().st_mtime_ns for path in reports.glob("lists-*.html")}
    assert len(before) == 7  # six cases, and the data
    shell.does("report", "lists")
    assert before == {path.name: path.stat().st_mtime_ns for path in reports.glob("lists-*.html")}
    shell.does("verify")


def test_what_became_of_each_case_is_told_as_json(shell):
    forced = shell.does("report", "lists", "--json", "--force")
    *cases, study = [json.loads(line) for line in forced]
    assert {event["case"]: event["verdicts"] for event in cases}["germany-russia"] == {
        "doubled": "holds"
    }
    built = [event for event in cases if event["state"] == "built"]
    assert len(built) == 6 and all(event["seconds"] > 0 for event in built)
    assert study | {"seconds": 0} == {"study": "lists", "state": "built", "seconds": 0}
    again = [json.loads(line) for line in shell.does("report", "lists", "--json")]
    assert again == [{"study": "lists", "state": "up to date"}]


def test_one_case_that_fails_is_named_at_the_end(shell):
    study = shell.root / "notebooks" / "studies" / "lists" / "study.yaml"
    held = study.read_text()
    study.write_text(held.replace("Armenia]", "Armenia, Atlantis]"))
    done = shell.run("report", "lists")
    assert done.returncode == 1
    assert "Atlantis" in done.stderr
    study.write_text(held)


def test_a_cluster_makes_the_same_bytes_and_outlives_a_worker(shell, tmp_path):
    """On a real cluster of processes on this machine, one of which is killed at work."""
    with dask_cluster() as (address, kill_one):
        shell.does("report", "lists")
        reports = shell.root / "reports"
        here = {path.name: path.read_bytes() for path in reports.glob("lists*.*")}
        for path in reports.glob("lists-*"):
            path.unlink()
        for path in (reports / ".tradecheck").glob("lists-*"):
            path.unlink()
        killing = threading.Timer(1.5, kill_one)
        killing.start()
        shell.does("report", "lists", "--scheduler", address)
        killing.join()
        assert here == {path.name: path.read_bytes() for path in reports.glob("lists*.*")}


def test_without_a_cluster_there_is_a_sentence(shell):
    done = shell.run("report", "lists", "--force", "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 1
    assert "No scheduler answers at tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def dask_cluster():
    """A scheduler and two workers, each a process without a nanny; gives what kills a worker."""
    source = str(Path(tradecheck.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": source}
    with ExitStack() as held:

        def start(*words: str) -> subprocess.Popen:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
                env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            held.callback(process.wait)
            held.callback(process.kill)
            return process

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = f"tcp://127.0.0.1:{port}"
        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        plain = ("--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1")
        workers = [start("dask_worker", address, *plain) for _ in range(2)]
        client = held.enter_context(Client(address, timeout="30s"))
        client.wait_for_workers(2, timeout=60)
        yield address, workers[0].kill

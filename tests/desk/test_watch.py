"""`tradecheck watch`: an edit is on the page, an error too; the files stay as built."""

import http.client
import re
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

import small_project
from tradecheck.desk.live import Live
from tradecheck.report import gate
from tradecheck.runner.build import Settings, build

PATIENCE = 60  # seconds; on a busy machine


def get(port: int, path: str, host: str = "") -> tuple[int, str]:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    asked.putrequest("GET", path, skip_host=True)
    asked.putheader("Host", host or f"127.0.0.1:{port}")
    asked.endheaders()
    answer = asked.getresponse()
    return answer.status, answer.read().decode()


@pytest.fixture
def live(tmp_path) -> Iterator[Live]:
    reports = tmp_path / "reports"
    (reports / ".tradecheck").mkdir(parents=True)
    page = (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:\">\n</head>\n<body>\n{}\n</body>\n</html>\n"
    )
    for name in ("own.html", "own-data.html", "other.html", "own.failed.html"):
        (reports / name).write_text(page.format(f"This is {name}."))
    (reports / "own.json").write_text("{}")
    for name in ("secret.txt", "reports/.tradecheck/own.json", "secret.html"):
        (tmp_path / name).write_text("secret")
    served = Live(reports)
    yield served
    served.shutdown()
    served.server_close()


def port(live: Live) -> int:
    return live.server_address[1]


@pytest.mark.parametrize("path", [
    "/../secret.txt", "/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html",
    "/.tradecheck/own.json", "/.tradecheck", "/own.html/../../secret.html", "/nothing.json", "/..",
])  # fmt: skip
def test_nothing_but_reports_is_served(live, path):
    status, text = get(port(live), path)
    assert status == 404
    assert "secret" not in text


@pytest.mark.parametrize(
    "host", ["example.org", "example.org:{}", "127.0.0.1", "127.0.0.1.example.org:{}"]
)
def test_another_name_of_this_machine_is_refused(live, host):
    assert get(port(live), "/own.html", host.format(port(live)))[0] == 403
    assert get(port(live), "/own.html", f"localhost:{port(live)}")[0] == 200


def test_it_listens_on_this_machine_alone(live):
    assert live.server_address[0] == "127.0.0.1"


def test_the_script_that_reloads_is_in_the_served_page_alone(live):
    before = (live.reports / "own.html").read_text()
    page = get(port(live), "/own.html?x=1")[1]
    assert "This is own.html." in page
    assert page.count("<script>") == 1
    assert "default-src 'none'; connect-src 'self'; script-src 'sha256-" in page
    assert (live.reports / "own.html").read_text() == before
    assert get(port(live), "/own.json") == (200, "{}")


def test_what_failed_stands_on_every_page_and_instead_of_those_of_its_study(live):
    live.renew("own: cell 3 <fails>")
    for path, held in {
        "/own.html": "own.failed",
        "/own-data.html": "own.failed",
        "/other.html": "other",
    }.items():
        page = get(port(live), path)[1]
        assert f"This is {held}.html." in page
        assert '<pre role="alert">own: cell 3 &lt;fails&gt;</pre>' in page
    live.renew("")
    assert "This is own.html." in get(port(live), "/own.html")[1]


def test_a_page_not_built_yet_appears_later(live):
    page = get(port(live), "/new.html")[1]
    assert "not built yet" in page
    assert "<script>" in page


def test_the_browser_is_told_of_each_build(live):
    asked = http.client.HTTPConnection("127.0.0.1", port(live), timeout=10)
    asked.request("GET", "/.changes")
    answer = asked.getresponse()
    assert (answer.fp.readline(), answer.fp.readline()) == (b"data: 0\n", b"\n")
    live.renew("")
    assert answer.fp.readline() == b"data: 1\n"


# the command


@pytest.fixture
def watched(tmp_path):
    project = small_project.make(tmp_path / "project")
    assert build(project, [], Settings(), print) == []
    running = small_project.command(project, "watch", "small", "--no-browser", process_group=0)
    first = running.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/small\.html", first)
    assert found, first
    yield project, running, int(found[1])
    running.kill()
    running.communicate()


def until(port: int, path: str, words: str) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page = get(port, path)[1]
        if words in page:
            return page
        time.sleep(0.1)
    raise AssertionError(f"{words!r} is not on {path}:\n{page[:3000]}")


@pytest.mark.e2e
def test_edits_errors_and_the_end(watched):
    project, running, port = watched
    until_line(running, "Ready")
    notebook = project.notebooks / small_project.SECOND
    small_project.edit(notebook, 3, "## A heading typed just now")
    until(port, "/small.html", "A heading typed just now")
    good = (project.reports / "small.html").read_bytes()
    assert gate.findings(good.decode()) == []

    small_project.edit(notebook, small_project.SECOND_CODE, "1 / 0  # typed by mistake")
    page = until(port, "/small.html", "1 / 0  # typed by mistake")
    assert "ZeroDivisionError" in page
    assert '<pre role="alert">' in page
    assert (project.reports / "small.html").read_bytes() == good

    small_project.edit(notebook, small_project.SECOND_CODE, 'print("well", "again")')
    until_line(running, "Not built")
    until_line(running, "Ready")  # the page is there a moment earlier than the build's end
    page = until(port, "/small.html", "well again")
    assert '<pre role="alert">' not in page

    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode in (0, 130)  # between two builds, or within one
    assert said.rstrip().splitlines()[-1].startswith("Stopped")
    assert "Traceback" not in said


def until_line(running: subprocess.Popen, words: str) -> None:
    for line in running.stderr:
        if line.startswith(words):
            return
    raise AssertionError(f"{words!r} was not said")

"""The command as people type it."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

import small_project
import tradecheck
from small_project import STUDY
from tradecheck.desk.pdf import BROWSERS
from tradecheck.runner.build import Settings, build
from tradecheck.study.project import Project

SOURCE = Path(tradecheck.__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    project = small_project.make(tmp_path_factory.mktemp("built") / "project")
    assert build(project, [STUDY], Settings(), lambda line: None) == []
    return project


@pytest.fixture
def project(built, tmp_path) -> Project:
    shutil.copytree(built.root, tmp_path / "project")
    return Project(tmp_path / "project")


def run(
    folder: Path,
    *arguments: str,
    python: tuple[str, ...] = (),
    before: Callable[[], object] | None = None,
    **settings: str,
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *python, "-m", "tradecheck", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SOURCE)} | settings,
        capture_output=True,
        text=True,
        preexec_fn=before,
    )


@pytest.mark.parametrize("command", ["report", "status", "verify", "pdf"])
def test_every_command_has_help(tmp_path, command):
    assert command in run(tmp_path, "--help").stdout
    done = run(tmp_path, command, "--help")
    assert done.returncode == 0 and "." in done.stdout


def test_version(tmp_path):
    assert run(tmp_path, "--version").stdout == f"tradecheck {tradecheck.__version__}\n"


@pytest.mark.parametrize("end", [">&-", "| true"], ids=["closed", "nobody reads"])
def test_without_a_place_for_its_lines_a_command_ends_without_a_traceback(project, end):
    done = subprocess.run(
        ["bash", "-c", f"{shlex.quote(sys.executable)} -m tradecheck status {end}"],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("held", "status"), [("SIG_DFL", -signal.SIGINT), ("SIG_IGN", 0)], ids=["terminal", "nohup"]
)
def test_ctrl_c_while_the_command_starts_shows_no_traceback(tmp_path, held, status):
    (tmp_path / "click.py").write_text(
        "import os, signal, sys\nos.kill(os.getpid(), signal.SIGINT)\n"
        "sys.path.remove(os.path.dirname(__file__))\ndel sys.modules['click']\nimport click\n"
    )
    done = run(
        tmp_path,
        "--version",
        before=lambda: signal.signal(signal.SIGINT, getattr(signal, held)),
        PYTHONPATH=f"{tmp_path}{os.pathsep}{SOURCE}",
    )
    assert (done.returncode, done.stderr) == (status, "")


@pytest.mark.parametrize(
    ("command", "told"), {"report": ": up to date", "status": ": fresh"}.items()
)
def test_nothing_to_do_imports_nothing_heavy(project, command, told):
    done = run(project.root, command, python=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    heavy = {"pandas", "numpy", "matplotlib", "papermill", "nbformat", "nbconvert", "pydantic"}
    assert f"{STUDY}{told}" in done.stderr or f"{STUDY}.html{told}" in done.stdout
    assert "tradecheck.runner.build" in imported
    assert not heavy & imported


def test_command_works_from_a_folder_within(project):
    assert run(project.notebooks, "report").stderr == f"{STUDY}: up to date\n"


def test_embed_setting_is_read_from_the_environment(project):
    assert "data inside the page: yes → no" in run(project.root, "status", EMBED="0").stdout


MISTAKES = {
    ("report", "no-such-study"): (1, "Error: There is no study 'no-such-study'"),
    ("report", "--timeout", "0"): (2, "--timeout"),
    ("report", "--jobs", "0"): (2, "--jobs"),
    ("rport",): (2, "No such command 'rport'"),
}


@pytest.mark.parametrize("arguments", MISTAKES)
def test_mistakes_end_in_a_sentence(project, arguments):
    status, told = MISTAKES[arguments]
    done = run(project.root, *arguments)
    assert done.returncode == status
    assert told in done.stderr and "Traceback" not in done.stderr


def test_outside_of_a_project(tmp_path):
    done = run(tmp_path, "report")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: No tradecheck project was found")


def test_verify_finds_all_as_it_should_be(project):
    done = run(project.root, "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.endswith(": as it should be") for line in done.stdout.splitlines())
    for name in ("data/raw/totals", f"reports/{STUDY}.json", "reports/index.html"):
        assert f"{name}: as it should be" in done.stdout


DAMAGES = {
    "data/raw/totals.csv": "data/raw/totals.csv has changed",
    f"data/processed/{STUDY}/flows.csv": "flows.csv is not as it was built",
    f"reports/{STUDY}-data.html": "-data.html is not as it was built",
    "reports/index.html": "index.html is not as it was built",
    f"notebooks/studies/{STUDY}/study.yaml": "claims_: no such field",
    f"notebooks/studies/{STUDY}/claims.yaml": "claims_: no such field",
    "data/raw/totals.card.yaml": "claims_: no such field",
}


@pytest.mark.parametrize("name", DAMAGES)
def test_verify_finds_what_differs(project, name):
    path = project.root / name
    path.write_text(path.read_text() + "\nclaims_: 1\n")
    done = run(project.root, "verify")
    assert done.returncode == 1
    assert DAMAGES[name] in done.stderr and "Traceback" not in done.stderr


def test_verify_finds_what_is_missing(project):
    (project.reports / f"{STUDY}.html").unlink()
    done = run(project.root, "verify")
    assert done.returncode == 1
    assert f"reports/{STUDY}.html is missing: make report brings it back." in done.stderr


def test_verify_before_anything_is_built(tmp_path):
    project = small_project.make(tmp_path / "project")
    done = run(project.root, "verify")
    assert done.returncode == 0
    assert f"reports/{STUDY}.html: not built yet" in done.stdout


@pytest.mark.browser
def test_pdf_is_tagged_and_holds_the_report(project):
    if not (os.environ.get("TRADECHECK_CHROMIUM") or any(map(shutil.which, BROWSERS))):
        assert "CI" not in os.environ, "browser tests need Chromium or Chrome"
        pytest.skip("no Chromium or Chrome was found")
    done = run(project.root, "pdf")
    assert done.returncode == 0, done.stderr
    made = {path.name for path in project.reports.glob("*.pdf")}
    assert made == {f"{STUDY}.pdf", f"{STUDY}-data.pdf"}
    reader = PdfReader(project.reports / f"{STUDY}.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Did it grow?" in text and "A sentence about Southland." in text


NO_PDF = {
    "no-such-program": "TRADECHECK_CHROMIUM names 'no-such-program'",
    "false": "could not be printed by",
}


@pytest.mark.parametrize("program", NO_PDF)
def test_pdf_without_a_working_browser(project, program):
    done = run(project.root, "pdf", TRADECHECK_CHROMIUM=program)
    assert done.returncode == 1
    assert NO_PDF[program] in done.stderr and "Traceback" not in done.stderr
    assert list(project.reports.glob("*.pdf")) == []


def test_pdf_before_anything_is_built(tmp_path):
    project = small_project.make(tmp_path / "project")
    assert "There is no report to print" in run(project.root, "pdf").stderr

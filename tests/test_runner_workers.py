"""Several studies at once, and runs that are ended from outside."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import small_project
from processes import wait_for_end
from small_project import FIRST, SECOND, SECOND_CODE, edit
from tradecheck.runner.build import Settings, build
from tradecheck.study.project import Project

NAMES = ("east-trade", "north-trade", "south-trade")


def built(project: Project, **settings) -> list[str]:
    said: list[str] = []
    assert build(project, NAMES, Settings(**settings), said.append) == []
    return said


def contents(project: Project) -> dict[str, bytes]:
    """Every file that a build leaves, manifests and executed notebooks among them."""
    found = [*project.reports.rglob("*"), *project.processed.rglob("*")]
    return {str(p.relative_to(project.root)): p.read_bytes() for p in found if p.is_file()}


@pytest.fixture(scope="module")
def three(tmp_path_factory) -> Project:
    project = small_project.make(tmp_path_factory.mktemp("three") / "project", *NAMES)
    built(project, jobs=1)
    return project


@pytest.fixture
def project(three, tmp_path) -> Project:
    shutil.copytree(three.root, tmp_path / "project")
    return Project(tmp_path / "project")


@pytest.mark.parametrize("jobs", [2, 5])
def test_workers_change_no_byte(three, tmp_path, jobs):
    other = small_project.make(tmp_path / "other", *NAMES)
    built(other, jobs=jobs)
    assert contents(other).keys() == contents(three).keys()
    assert contents(other) == contents(three)


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_notebooks_run_at_once_than_asked(project, jobs):
    """Each run notes how many there are, itself among them."""
    folder = project.root / "running"
    folder.mkdir()
    edit(
        project.notebooks / FIRST,
        4,
        small_project.CLEAN + "\nimport pathlib, time\n"
        "mark = pathlib.Path('../running') / study\nmark.touch()\ntime.sleep(0.5)\n"
        "(mark.parent / f'{study}.seen').write_text("
        "str(len([p for p in mark.parent.iterdir() if not p.suffix])))\nmark.unlink()",
    )
    built(project, jobs=jobs)
    assert max(int(path.read_text()) for path in folder.glob("*.seen")) == jobs


def test_one_study_fails_and_the_others_are_built(project):
    before = contents(project)
    edit(
        project.notebooks / SECOND,
        SECOND_CODE,
        "if study == 'north-trade':\n    raise ValueError('odd')\nprint('new')",
    )
    failures = build(project, NAMES, Settings(jobs=2), lambda line: None)
    assert len(failures) == 1
    assert failures[0].startswith(
        f"north-trade: {SECOND}, cell 4 (Rank and share): ValueError: odd"
    )
    after = contents(project)
    assert after["reports/north-trade.html"] == before["reports/north-trade.html"]
    assert (
        b"new" in after["reports/east-trade.html"] and b"new" in after["reports/south-trade.html"]
    )


def sleeping(project: Project, started: Path) -> subprocess.Popen:
    """A run in another process whose notebooks have all come to a cell that never ends."""
    started.mkdir()
    edit(
        project.notebooks / SECOND,
        SECOND_CODE,
        f"import os, pathlib, time\n(pathlib.Path({str(started)!r}) / study).write_text("
        "str(os.getpid()))\ntime.sleep(600)",
    )
    source = Path(sys.modules["tradecheck"].__file__).parents[1]
    run = subprocess.Popen(
        [sys.executable, "-m", "tradecheck", "report", "--jobs", "3"],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": str(source), "TMPDIR": str(started.parent)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while [path.stat().st_size > 0 for path in started.iterdir()].count(True) < len(NAMES):
        assert run.poll() is None, run.stderr.read()
        time.sleep(0.05)
    return run


@pytest.mark.parametrize(
    ("way", "send", "status"),
    [  # a terminal sends to the whole group, other programs often to the run alone
        (signal.SIGINT, os.killpg, 130),
        (signal.SIGHUP, os.killpg, 129),
        (signal.SIGTERM, os.kill, 143),
        (signal.SIGKILL, os.kill, -9),
        (signal.SIGKILL, os.killpg, -9),
    ],
)
def test_an_ended_run_leaves_reports_and_no_process(project, tmp_path, way, send, status):
    before = contents(project)
    run = sleeping(project, tmp_path / "started")
    children = [int(path.read_text()) for path in (tmp_path / "started").iterdir()]
    send(run.pid, way)
    _, told = run.communicate(timeout=60)
    assert run.returncode == status
    if status > 0:
        assert told.endswith(
            "Stopped; reports that are not named above as written are unchanged.\n"
        )
        assert not list(tmp_path.glob("tradecheck-*"))
    assert "Traceback" not in told
    for child in children:
        wait_for_end(child)
    assert {name: contents(project)[name] for name in before if "lock" not in name} == {
        name: content for name, content in before.items() if "lock" not in name
    }
    assert list(project.reports.glob("*.failed.html")) == []
    edit(project.notebooks / SECOND, SECOND_CODE, small_project.ANALYSE)
    assert built(project) == [f"{name}: up to date" for name in NAMES]


def test_progress_names_study_step_and_file(three, tmp_path):
    said = built(small_project.make(tmp_path / "other", *NAMES), jobs=2)
    for name in NAMES:
        own = [line for line in said if name in line]
        assert own[0] == f"{name}: 1 of 2, running 01_clean (it has not been built) …"
        assert re.fullmatch(rf"wrote reports/{name}\.json \(\d+ kB\)", own[-1])

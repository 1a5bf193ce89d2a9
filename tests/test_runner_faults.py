"""What goes wrong outside of the notebooks: full disks, killed runs, two runs, barred files."""

import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

import small_project
from small_project import (
    REPORTS,
    SECOND,
    SECOND_CODE,
    SOURCE,
    STUDY,
    command,
    edit,
    pages,
    rebuild,
    write_raw,
    write_study,
)
from tradecheck.errors import TradecheckError
from tradecheck.runner.inspection import status
from tradecheck.study.project import Project


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    return small_project.built(tmp_path_factory.mktemp("built") / "project")


@pytest.fixture
def project(built, tmp_path) -> Project:
    return small_project.copied(built, tmp_path / "copy")


@pytest.mark.parametrize("size", [8000, 0], ids=["for the first page", "for the lock"])
def test_files_that_may_not_grow_leave_the_last_good_reports(project, size):
    before = pages(project)
    write_study(project, partner="Westland")
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    process = command(project, "report", preexec_fn=limit)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "The folder reports/ cannot be written to (File too large)" in told
    assert "Traceback" not in told
    assert pages(project) == before
    assert list(project.reports.rglob(".tradecheck-*")) == []


SMALL_DISK = ("unshare", "--map-root-user", "--mount")
FILL = """set -e
cp -r reports kept; mount -t tmpfs -o size=1m none reports; cp -r kept/. reports
head -c 1m /dev/zero >reports/filler 2>/dev/null || truncate --size=-{room} reports/filler
{command} || echo status $?
diff -r --exclude=filler --exclude=lock kept reports && rm reports/filler && {command}"""


@pytest.mark.skipif(
    not shutil.which("unshare")
    or subprocess.run(
        [*SMALL_DISK, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True
    ).returncode,
    reason="nobody may mount a small disk here",
)
@pytest.mark.parametrize("room", ["0", "16k"], ids=["for nothing", "for half of the files"])
def test_full_disk_leaves_the_last_good_reports(project, room):
    """On a disk of one megabyte; with room again, the same command builds."""
    write_study(project, partner="Westland")
    script = FILL.format(room=room, command=f"{shlex.quote(sys.executable)} -m tradecheck report")
    done = subprocess.run(
        [*SMALL_DISK, "sh", "-c", script],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "status 1\n"), done.stderr
    assert "reports/ cannot be written to (No space left on device); the last good" in done.stderr
    assert "Traceback" not in done.stderr


ENDED_AMONG_RENAMES = """
import os, pathlib, signal
from tradecheck.cli import main
rename, left = pathlib.Path.replace, {renames}
def replace(*paths):
    global left
    if not left:
        os.kill(os.getpid(), signal.{way})
    left -= 1
    return rename(*paths)
pathlib.Path.replace = replace
main()"""


def ended_among_renames(project, renames: int, way: signal.Signals) -> subprocess.CompletedProcess:
    """A run in another process that gets the signal after so many renames."""
    return subprocess.run(
        [sys.executable, "-c", ENDED_AMONG_RENAMES.format(renames=renames, way=way.name), "report"],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("renames", [0, 1, 5])
def test_a_run_killed_among_its_renames_is_mended_by_the_next(project, renames):
    """Every file is whole, status says what is old, and no temporary file stays."""
    before = pages(project)
    write_study(project, partner="Westland")
    killed = ended_among_renames(project, renames, signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    left = pages(project)
    stale = [": stale: " in line for line in status(project, embed=True)]
    assert rebuild(project)[1] == []
    now = pages(project)
    assert all(left[name] in (before[name], now[name]) for name in REPORTS)
    assert stale == [renames < 3, True, *([True] if renames > 3 else [])]  # the list of studies
    assert list(project.root.rglob(".tradecheck-*")) == []
    assert rebuild(project)[0] == [f"{STUDY}: up to date"]


def test_ctrl_c_among_the_renames_names_what_was_written(project):
    write_study(project, partner="Westland")
    stopped = ended_among_renames(project, 1, signal.SIGINT)
    assert stopped.returncode == 130
    *_, last, end = stopped.stderr.splitlines()
    assert last.startswith(f"wrote reports/{STUDY}.json (")
    assert end == "Stopped; reports that are not named above as written are unchanged."
    stale = [line for line in status(project, embed=True) if ": stale: " in line]
    assert len(stale) == 1 and stale[0].startswith("reports/index.html: stale: ")


def test_a_report_that_cannot_be_replaced_is_told(project):
    (project.reports / f"{STUDY}.json").unlink()
    (project.reports / f"{STUDY}.json").mkdir()
    _, (failure,) = rebuild(project)
    assert f"reports/{STUDY}.json cannot be replaced (Is a directory)" in failure
    assert "stale" in list(status(project, embed=True))[1]


BARRED = {
    "reports": (1, "reports/ cannot be written to (Permission denied)"),
    "data/raw/totals.csv": (1, "data/raw/totals.csv cannot be used: correct its permissions"),
    f"reports/.tradecheck/{STUDY}.json": (0, "it has not been built"),
}


@pytest.mark.parametrize("name", BARRED)
def test_what_may_not_be_read_or_written_is_told(project, name):
    superuser = os.geteuid() == 0
    if superuser and not shutil.which("setpriv"):
        pytest.skip("nothing is barred to the superuser")
    edit(project.notebooks / SECOND, 3, "## Other words")
    for path in (project.root / name, *(project.root / name).rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0)
    process = subprocess.run(
        [
            *(["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if superuser else []),
            *(sys.executable, "-m", "tradecheck", "report"),
        ],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
    )
    for path in (project.root / name, *(project.root / name).rglob("*")):
        path.chmod(0o700)  # so that everybody can remove it
    assert (process.returncode, BARRED[name][1] in process.stderr) == (BARRED[name][0], True)
    assert "Traceback" not in process.stderr


def test_reports_that_is_no_folder_is_told(project):
    shutil.rmtree(project.reports)
    project.reports.touch()
    with pytest.raises(TradecheckError, match="reports/ cannot be written to"):
        rebuild(project)


@pytest.fixture
def slow(project) -> subprocess.Popen:
    """A run in another process that has come to a slow cell."""
    started = project.root / "started"
    edit(
        project.notebooks / SECOND,
        SECOND_CODE,
        f"import time, pathlib\npathlib.Path({str(started)!r}).touch()\ntime.sleep(60)",
    )
    process = command(project, "report")
    while not started.exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    yield process
    process.kill()
    process.wait()


def test_ctrl_c_stops_with_a_sentence(project, slow):
    before = pages(project)
    slow.send_signal(signal.SIGINT)
    _, told = slow.communicate(timeout=30)
    assert slow.returncode == 130
    assert told.endswith("Stopped; reports that are not named above as written are unchanged.\n")
    assert "Traceback" not in told
    assert pages(project) == before


def test_second_run_is_turned_away_and_a_killed_one_forgotten(project, slow):
    with pytest.raises(TradecheckError, match=rf"Another run \(process {slow.pid}\)"):
        rebuild(project)
    slow.kill()
    slow.wait()
    write_raw(project, "totals.csv", small_project.TOTALS + "2025,30\n")
    edit(project.notebooks / SECOND, SECOND_CODE, small_project.ANALYSE)
    assert rebuild(project)[1] == []
    assert "4 rows, then" in (project.reports / f"{STUDY}.html").read_text()

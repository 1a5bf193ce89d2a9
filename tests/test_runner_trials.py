"""No page that says what is not so: what moves during a run, what a run reads, what a manifest names."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

import small_project
from small_project import ANALYSE, FIRST, SECOND, SECOND_CODE, SOURCE, STUDY, edit, pages, rebuild
from tradecheck.errors import TradecheckError
from tradecheck.runner.freshness import Seen, is_inside, locate
from tradecheck.runner.inspection import status, verify
from tradecheck.runner.publish import only_run
from tradecheck.study.project import PARTIAL, RUN, Project

MEMORY = "reports/.tradecheck"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    return small_project.built(tmp_path_factory.mktemp("built") / "project")


@pytest.fixture
def project(built, tmp_path) -> Project:
    return small_project.copied(built, tmp_path / "copy")


def cell(project: Project, source: str, notebook: str = SECOND) -> None:
    """Give a notebook's code cell more to do."""
    own = ANALYSE if notebook == SECOND else small_project.CLEAN
    edit(project.notebooks / notebook, SECOND_CODE, f"{own}\n{source}")


def other(source: str) -> str:
    """A cell's line that does this in a program that nobody watches, as an editor or a pull would."""
    code = f"import os, pathlib; os.chdir('..'); {source}"
    return f"import subprocess, sys\ndone = subprocess.run([sys.executable, '-c', {code!r}], check=True)"


# -- what is hashed is what is used ------------------------------------------------------------

SAVED = "p = pathlib.Path('{0}'); b = p.read_bytes(); p.write_bytes(b + b'\\n')"
MOVES = {
    "a study saved": (SAVED.format(f"notebooks/studies/{STUDY}/study.yaml"), "study.yaml"),
    "a raw file swapped": (SAVED.format("data/raw/totals.csv"), "data/raw/totals.csv"),
    "a card": (SAVED.format("data/raw/totals.card.yaml"), "totals.card.yaml"),
    "claims removed": (f"os.remove('notebooks/studies/{STUDY}/claims.yaml')", "claims.yaml"),
    "a raw file swapped, and swapped back": (
        SAVED.format("data/raw/totals.csv") + "; p.write_bytes(b)", "data/raw/totals.csv"
    ),
    "a table rewritten": (SAVED.format(f"data/processed/{STUDY}/flows.csv"), "flows.csv"),
    "the notebook": (
        f"p = pathlib.Path('notebooks/{SECOND}'); t = p.read_text(); "
        "p.write_text(t.replace('Rank and', 'Other and'))", SECOND
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_what_moves_during_a_run_stops_publication(project, name):
    move, told = MOVES[name]
    before = pages(project)
    cell(project, other(move))
    _, (failure,) = rebuild(project)
    assert told in failure and "while reports were made of it" in failure
    assert pages(project) == before


def test_code_that_ran_is_code_that_was_hashed(project):
    """A module of the package edited while the first notebook runs."""
    shutil.copytree(SOURCE, project.root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    module = "src/tradecheck/study/periods.py"
    cell(project, other(SAVED.format(module)), FIRST)
    before = pages(project)
    done = subprocess.run(
        [sys.executable, "-m", "tradecheck", "report"],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": str(project.root / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and pages(project) == before
    assert "tradecheck/study/periods.py was written to while reports were made" in done.stderr


def test_a_file_is_hashed_once(project):
    seen = Seen(project)
    name = "data/raw/totals.csv"
    first = seen.digests([name])
    (project.root / name).write_text("other")
    assert seen.digests([name]) == first
    with pytest.raises(TradecheckError, match=r"data/raw/totals\.csv was written to"):
        seen.check([name])
    assert seen.renew([name]) != first
    seen.check([name, "data/raw/none.csv"])


# -- what a run reads ---------------------------------------------------------------------------

READS = {
    "a helper beside the notebook": ("notebooks/helper.py", "X = 1", "X = 2", "import helper"),
    "a raw file that the study does not name": (
        "data/raw/extra.csv", "a", "b", "print(open('../data/raw/extra.csv').read())"
    ),
    "a table of another study": (
        "data/processed/other/t.csv", "a", "b", "import pandas\npandas.read_csv(folder.parent / "
        "'other' / 't.csv')"
    ),
    "a file that was not there": (
        "notebooks/notes.txt", None, "b", "import contextlib\nwith contextlib.suppress(OSError):\n"
        "    print(open('notes.txt').read())"
    ),
    "a folder of raw files": (
        "data/raw/more.csv", None, "b", "print(len(list(find_project().raw.glob('*.csv'))))"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READS)
def test_what_a_run_reads_makes_it_stale(project, name):
    file, first, then, source = READS[name]
    path = project.root / file
    path.parent.mkdir(exist_ok=True)
    if first is not None:
        path.write_text(first)
    cell(project, source)
    assert rebuild(project)[1] == []
    assert rebuild(project)[0] == [f"{STUDY}: up to date"]
    path.write_text(then)
    told = [line for line in status(project, embed=True) if ": stale: " in line]
    assert len(told) == 1 and (file in told[0] or "data/raw/" in told[0])
    assert any("running 02" in line for line in rebuild(project)[0])


WRITES = {
    "a raw file": "find_project().raw.joinpath('totals.csv').write_text('x')",
    "a raw file by its descriptor": "import os\nos.open('../data/raw/totals.csv', os.O_WRONLY)",
    "a raw file removed": "import os\nos.remove('../data/raw/totals.csv')",
    "raw files removed": "import shutil\nshutil.rmtree('../data/raw')",
    "a raw file put in its place": "import os\nopen('x', 'w').close()\nos.replace('x', "
    "'../data/raw/totals.csv')",
    "a study": f"open('studies/{STUDY}/study.yaml', 'a')",
    "the notebook": f"open('{SECOND}', 'a')",
    "a table of another study": "(folder.parent / 'other').mkdir()\n"
    "(folder.parent / 'other' / 't.csv').write_text('x')",
}


@pytest.mark.parametrize("name", WRITES)
def test_a_cell_that_changes_what_reports_are_made_of_is_refused(project, name):
    before, raw = pages(project), (project.raw / "totals.csv").read_bytes()
    cell(project, WRITES[name])
    _, (failure,) = rebuild(project)
    assert "cell 4 (Rank and share): This cell would change " in failure
    assert f"let it write to data/processed/{STUDY}/ instead" in failure
    assert pages(project) == before and (project.raw / "totals.csv").read_bytes() == raw


# -- manifests are not trusted ------------------------------------------------------------------

OUTSIDE = (
    "../x",
    "/etc/passwd",
    "reports/../../x",
    "a//b",
    "",
    ".",
    "C:/x",
    "a\\b",
    "a\0b",
    "\ud800",
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_project(project, name):
    assert not is_inside(name)
    with pytest.raises(TradecheckError, match="is no file of this project"):
        locate(project, name)


@pytest.mark.parametrize("field", ["writes", "outputs", "opened"])
@pytest.mark.parametrize("name", ["../precious", "data/raw/precious.md", "reports/precious.html"])
def test_a_manifest_removes_no_file_of_the_user_s(project, field, name):
    precious = project.root / name
    precious.write_text("a thesis")
    path = project.root / MEMORY / f"{STUDY}.json"
    held = json.loads(path.read_text())
    held[field][name] = "0" * 64
    path.write_text(json.dumps(held))
    assert rebuild(project)[1] == []
    assert precious.read_text() == "a thesis"


@pytest.mark.parametrize("file", [f"{STUDY}.json", "index.json"])
def test_a_manifest_of_another_build_is_told_and_mended(project, file):
    path = project.root / MEMORY / file
    right = path.read_bytes(), pages(project)
    path.write_bytes(right[0].replace(b'"form": 3', b'"form":  3').replace(b"Report", b"Reports"))
    assert any("index.html: stale" in line for line in status(project, embed=True))
    if file != "index.json":
        assert any(file in line for line in verify(project, lambda line: None))
    assert rebuild(project)[1] == []
    assert (path.read_bytes(), pages(project)) == right
    assert verify(project, lambda line: None) == []
    assert not any("stale" in line for line in status(project, embed=True))


# -- links, and files of others -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["data/raw/totals.csv", "data/raw", "data/processed", "reports",
                                  "notebooks", "data/processed/small"])  # fmt: skip
def test_a_link_in_place_of_a_file_or_folder_works(project, name):
    place, store = project.root / name, project.root.parent / "store"
    shutil.move(place, store)
    place.symlink_to(store)
    small_project.write_study(project, partner="Westland")
    assert rebuild(project)[1] == []
    assert rebuild(project)[0] == [f"{STUDY}: up to date"]
    assert place.is_symlink()
    assert verify(project, lambda line: None) == []


def test_only_what_a_killed_run_left_is_removed(project, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    ours = [
        project.root / MEMORY / f"{PARTIAL}{gone.pid}-abcdefgh",
        project.processed / STUDY / f"{PARTIAL}{gone.pid}-abcdefgh",
        tmp_path / f"{RUN}{gone.pid}-abcdefgh",
    ]
    others = [
        project.reports / ".notes.999999",
        project.processed / ".backup.2024",
        tmp_path / f"{RUN}{os.getpid()}-abcdefgh",
        tmp_path / "tradecheck-999999",
        tmp_path / f"{RUN}{gone.pid}-mine",
    ]
    for path in (*ours, *others):
        path.mkdir()
    with only_run(project):
        assert not any(path.exists() for path in ours)
        assert all(path.exists() for path in others)


def test_a_run_that_is_killed_leaves_nothing_after_the_next(project, tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    cell(project, "import time\nopen('started', 'w').close()\ntime.sleep(60)")
    run = [sys.executable, "-m", "tradecheck", "report"]
    settings = os.environ | {"PYTHONPATH": SOURCE, "TMPDIR": str(folder)}
    process = subprocess.Popen(run, cwd=project.root, env=settings, stderr=subprocess.DEVNULL)
    while not (project.notebooks / "started").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    cell(project, "")
    subprocess.run(run, cwd=project.root, env=settings, check=True, capture_output=True)
    assert list(folder.iterdir()) == []

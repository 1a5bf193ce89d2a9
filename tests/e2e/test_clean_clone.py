"""What a new user does: clone, `make report`, open the report, run it again."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUDY = "india-russia-2024"
PAGES = ("index", STUDY, f"{STUDY}-data", f"{STUDY}-robustness")
BUILT = (*(f"{page}.html" for page in PAGES), f"{STUDY}.json")

pytestmark = pytest.mark.e2e


def run(*command: str, cwd: Path, **settings: str) -> str:
    """Standard output of a command, run as outside of pytest, make and virtual environments."""
    ours = ("CONDA_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV", "GIT_", "TRADECHECK_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    done = subprocess.run(command, cwd=cwd, env=env | settings, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def snapshot(*folders: Path) -> dict[Path, tuple[bytes, int]]:
    """Every file below the folders with its bytes and the time it was written."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A clone of the last commit in an empty folder with another name, its reports just built."""
    folder = tmp_path_factory.mktemp("clone") / "an other name with a space"
    run("git", "clone", "--quiet", str(ROOT), str(folder), cwd=ROOT)
    run("make", "report", cwd=folder)
    return folder


def test_the_reports_are_there(clone: Path):
    for name in BUILT:
        assert (clone / "reports" / name).stat().st_size > 500, name


def test_nothing_is_rebuilt_the_second_time(clone: Path):
    built = (clone / "reports", clone / "data" / "processed")
    before = snapshot(*built)
    said = run("make", "report", cwd=clone)
    assert snapshot(*built) == before
    assert "Setting up" not in said


def test_the_outputs_are_no_change_to_the_repository(clone: Path):
    assert run("git", "status", "--porcelain", cwd=clone) == ""


def test_what_was_built_verifies(clone: Path):
    run("make", "verify", cwd=clone)


def test_make_clean_leaves_only_what_is_in_git_and_the_bytes_come_back(clone: Path):
    before = {path: content for path, (content, _) in snapshot(clone / "reports").items()}
    run("make", "clean", cwd=clone)
    assert [path.name for path in (clone / "reports").iterdir()] == ["README.md"]
    assert [path.name for path in (clone / "data" / "processed").iterdir()] == ["README.md"]
    assert run("git", "status", "--porcelain", cwd=clone) == ""
    run("make", "report", cwd=clone)
    after = {path: content for path, (content, _) in snapshot(clone / "reports").items()}
    assert after == before


def test_another_folder_time_zone_and_locale_give_the_same_bytes(clone: Path):
    other = clone.with_name("elsewhere")
    run("git", "clone", "--quiet", str(clone), str(other), cwd=clone)
    settings = {"TZ": "Asia/Kolkata", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    run(str(clone / ".venv" / "bin" / "tradecheck"), "report", cwd=other, **settings)
    for name in BUILT:
        assert (other / "reports" / name).read_bytes() == (clone / "reports" / name).read_bytes()

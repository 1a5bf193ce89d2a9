"""What stands in the way of a set-up is told in a sentence, and nothing of the user's is lost."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checkouts import BASE_PYTHON, ROOT, Checkout, clean_environment, copy_checkout, refusal_of

SCRIPT = ROOT / "tools" / "setup_environment.py"
OLD_PYTHONS = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python"))


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    """A checkout with the real lock, and a registry that nobody answers for."""
    return copy_checkout(
        tmp_path / "a new place",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
    )


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split()
    for command in (["make"], ["make", "help"]):
        shown = subprocess.run(
            command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
        ).stdout
        assert re.findall(r"^make (\S+) +\S", shown, re.M) == targets


def test_another_conda_environment_is_left_alone(checkout: Checkout):
    plan = checkout.make("-n", "report", CONDA_DEFAULT_ENV="base", CONDA_PREFIX="/opt/conda")
    assert ".venv/bin/tradecheck" in plan.stdout and "/opt/conda" not in plan.stdout


def test_a_folder_that_is_no_environment_is_not_touched(checkout: Checkout):
    checkout.venv.mkdir()
    (checkout.venv / "letter.txt").write_text("mine")
    assert re.search("not a virtual environment: move it", checkout.refusal("report"))
    assert (checkout.venv / "letter.txt").read_text() == "mine"


def test_no_python_at_all(checkout: Checkout):
    said = checkout.refusal("report", "PYTHON=python-that-is-not-here")
    assert re.search("no python-that-is-not-here was found.*install Python 3.11", said)


def test_the_script_parses_on_old_pythons():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("python", OLD_PYTHONS, ids=lambda python: python.parts[-3])
def test_an_old_python_is_told_so(checkout: Checkout, python: Path):
    said = checkout.refusal("report", PYTHON=str(python))
    version = re.search(r"3\.\d+", str(python))[0]
    assert f"Python {version} is not supported: install Python 3.11 to 3.13" in said
    assert "make PYTHON=python3.13" in said


@pytest.mark.parametrize("supported", [">=3.97,<3.99", ">=3.5,<3.7"])
def test_the_range_is_that_of_the_project(checkout: Checkout, supported: str):
    project = checkout.folder / "pyproject.toml"
    text = project.read_text()
    project.write_text(re.sub(r'(?<=requires-python = ").*(?=")', supported, text))
    assert "is not supported" in checkout.refusal("report")


@pytest.mark.e2e
@pytest.mark.skipif(not OLD_PYTHONS, reason="no Python older than 3.10 is installed here")
@pytest.mark.parametrize("place", ["on the path", "at pyenv's"])
def test_a_supported_python_stands_in_for_an_old_one(checkout: Checkout, tmp_path, place: str):
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "python3").symlink_to(OLD_PYTHONS[0])
    path = f"{checkout.env['PATH'].split(':')[0]}:{tools}"
    if place == "on the path":
        (tools / f"python{version}").symlink_to(BASE_PYTHON)
    else:
        (tmp_path / "pyenv" / "versions" / f"{version}.0" / "bin").mkdir(parents=True)
        (tmp_path / "pyenv" / "versions" / f"{version}.0" / "bin" / "python").symlink_to(
            BASE_PYTHON
        )
    for name in ("make", "env", "sh"):
        (tools / name).symlink_to(shutil.which(name))
    del checkout.env["PYTHON"]
    done = checkout.make("report", PATH=path, PYENV_ROOT=str(tmp_path / "pyenv"))
    assert "(2 of 3)" in done.stdout
    assert f"version = {version}" in (checkout.venv / "pyvenv.cfg").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="copies a Python as Linux lays it out")
@pytest.mark.parametrize("module", ["ensurepip", "venv"])
def test_a_python_that_makes_no_environments(checkout: Checkout, tmp_path, module: str):
    """A Python with a module left out that Debian has in a package of its own."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    (tmp_path / "bare" / "bin").mkdir(parents=True)
    python = tmp_path / "bare" / "bin" / version
    shutil.copy(os.path.realpath(BASE_PYTHON), python)
    library = tmp_path / "bare" / "lib" / version
    library.mkdir(parents=True)
    for entry in (Path(sys.base_prefix) / "lib" / version).iterdir():
        if entry.name != module:
            (library / entry.name).symlink_to(entry)
    assert "apt install python3-venv" in checkout.refusal("report", PYTHON=str(python))


@pytest.mark.e2e
def test_offline_at_first_set_up(checkout: Checkout):
    assert re.search("registry cannot be reached.*proxy", checkout.refusal("report"))


@pytest.mark.e2e
@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare for a disk of its own")
@pytest.mark.parametrize(
    ("disk", "told"),
    [("size=6m", "disk is full: free about 2 GB"), ("ro", "cannot be written to: make the folder")],
)
def test_a_disk_that_takes_no_more(checkout: Checkout, tmp_path, disk: str, told: str):
    """A disk of six megabytes, too small for pip itself, and one that is only to be read."""
    place = tmp_path / "disk"
    place.mkdir()
    small = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=6m none "$0"'
    if subprocess.call([*small, mount, place], stderr=subprocess.DEVNULL):
        pytest.skip("this machine allows no disk of our own")
    script = (
        f'{mount} && cp -R "$1/." "$0" && mount -o remount,{disk} "$0" && cd "$0" && make report'
    )
    done = subprocess.run(
        [*small, script, place, checkout.folder], env=checkout.env, capture_output=True, text=True
    )
    assert told in refusal_of(done)

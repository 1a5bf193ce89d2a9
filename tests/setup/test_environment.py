"""Setting up: once, by content, repaired when broken, and a sentence for each thing missing."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from checkouts import BASE_PYTHON, ROOT, Checkout, clean_environment, copy_checkout

SCRIPT = ROOT / "tools" / "setup_environment.py"
OLD_PYTHONS = [
    python
    for minor in (6, 7, 8, 9, 10)
    for python in sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
]
NOBODY = 65534


def assert_sentence(done: subprocess.CompletedProcess, *parts: str) -> None:
    """The command failed with one sentence that holds the parts."""
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert done.returncode != 0
    assert len(said) == 1, done.stderr
    assert said[0].startswith("tradecheck: ") and said[0].endswith(".")
    for part in parts:
        assert part in said[0]


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split()
    for command in (["make"], ["make", "help"]):
        shown = subprocess.run(
            command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
        ).stdout
        assert re.findall(r"^make (\S+) +\S", shown, re.M) == targets
    assert {"report", "test", "lab", "verify", "pdf", "lock", "clean"} < set(targets)


def test_set_up_once_and_remembered_by_content(checkout: Checkout):
    first = checkout.make("report", "STUDY=one", "EMBED=0")
    assert checkout.steps(first) == 3
    assert f"tradecheck ['report', 'one', '--no-embed'] in {checkout.venv}" in first.stdout

    memory = checkout.venv / "tradecheck-setup.json"
    before = memory.stat().st_mtime_ns
    for name in ("requirements.lock", "pyproject.toml"):
        os.utime(checkout.folder / name)
    assert checkout.steps(checkout.make("report")) == 0
    assert memory.stat().st_mtime_ns == before

    with (checkout.folder / "requirements.lock").open("a") as lock:
        lock.write("# a change\n")
    assert checkout.steps(checkout.make("report")) == 2
    assert checkout.steps(checkout.make("verify")) == 0

    other = checkout.folder.with_name("moved")
    checkout.folder.rename(other)
    moved = Checkout(other, checkout.env)
    again = moved.make("report")
    assert moved.steps(again) == 3
    assert f"in {moved.venv}" in again.stdout


@pytest.mark.parametrize("damage", ["half-made", "python removed", "memory torn"])
def test_a_damaged_environment_is_repaired(checkout: Checkout, damage: str):
    checkout.venv.mkdir()
    if damage == "half-made":
        (checkout.venv / "tradecheck-setup.json").write_text("{}")
    elif damage == "memory torn":
        (checkout.venv / "tradecheck-setup.json").write_text('{"report": "12')
        (checkout.venv / "bin").mkdir()
        (checkout.venv / "bin" / "python").symlink_to(BASE_PYTHON)
    else:
        (checkout.venv / "pyvenv.cfg").touch()
        (checkout.venv / "bin").mkdir()
        (checkout.venv / "bin" / "python").symlink_to("/nowhere/bin/python3.11")
    assert checkout.steps(checkout.make("report")) == 3
    assert checkout.steps(checkout.make("report")) == 0


def test_an_interrupted_set_up_says_so_and_starts_afresh(checkout: Checkout):
    process = subprocess.Popen(
        ["make", "report"],
        cwd=checkout.folder,
        env=checkout.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while "(2 of 3)" not in process.stdout.readline():
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode != 0
    assert "set-up was interrupted" in errors and "Traceback" not in errors
    assert json.loads((checkout.venv / "tradecheck-setup.json").read_text()) == {}
    assert checkout.steps(checkout.make("report")) == 3


def test_an_active_conda_environment_is_used_and_no_other_made(checkout: Checkout):
    conda = checkout.folder.parent / "conda envs" / "tradecheck"
    subprocess.run([BASE_PYTHON, "-m", "venv", conda], check=True)
    (conda / "conda-meta").mkdir()
    active = {"CONDA_DEFAULT_ENV": "tradecheck", "CONDA_PREFIX": str(conda)}
    first = checkout.make("report", **active)
    assert checkout.steps(first) == 2
    assert f"in {conda}" in first.stdout
    assert checkout.steps(checkout.make("report", **active)) == 0
    assert not checkout.venv.exists()


def test_another_conda_environment_is_left_alone(checkout: Checkout):
    plan = checkout.make("-n", "report", CONDA_DEFAULT_ENV="base", CONDA_PREFIX="/opt/conda")
    assert ".venv/bin/tradecheck" in plan.stdout and "/opt/conda" not in plan.stdout


def test_a_folder_that_is_no_environment_is_not_touched(checkout: Checkout):
    checkout.venv.mkdir()
    (checkout.venv / "letter.txt").write_text("mine")
    assert_sentence(checkout.make("report"), ".venv is not a virtual environment", "move it")
    assert (checkout.venv / "letter.txt").read_text() == "mine"


def test_no_python_at_all(checkout: Checkout):
    done = checkout.make("report", "PYTHON=python-that-is-not-here")
    assert_sentence(done, "no python-that-is-not-here was found", "install Python 3.11")


def test_the_script_parses_on_old_pythons():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


@pytest.mark.parametrize("python", OLD_PYTHONS or [None], ids=lambda p: p and p.parts[-3])
def test_a_real_old_python_is_told_so(checkout: Checkout, python: Path | None):
    if python is None:
        pytest.skip("no Python older than 3.11 is installed here")
    done = checkout.make("report", PYTHON=str(python))
    assert_sentence(done, "is too old", "install Python 3.11 to 3.13", "make PYTHON=python3.13")


@pytest.mark.parametrize(
    ("supported", "word"), [(">=3.97,<3.99", "too old"), (">=3.5,<3.7", "too new")]
)
def test_an_unsupported_python_is_told_so(checkout: Checkout, supported: str, word: str):
    project = checkout.folder / "pyproject.toml"
    text = project.read_text()
    project.write_text(re.sub(r'(?<=requires-python = ").*(?=")', supported, text))
    assert project.read_text() != text
    assert_sentence(checkout.make("report"), word)


def test_a_supported_python_on_the_path_stands_in_for_an_old_one(checkout: Checkout, tmp_path):
    if not OLD_PYTHONS:
        pytest.skip("no Python older than 3.11 is installed here")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "python3").symlink_to(OLD_PYTHONS[0])
    (tools / ("python%d.%d" % sys.version_info[:2])).symlink_to(BASE_PYTHON)
    del checkout.env["PYTHON"]
    done = checkout.make("report", PATH=f"{tools}:/usr/bin:/bin")
    assert checkout.steps(done) == 3
    assert "with Python %d.%d" % sys.version_info[:2] in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="copies a Python as Linux lays it out")
def test_no_venv_module(checkout: Checkout, tmp_path):
    """A Python whose ensurepip is a package of its own that is not installed, as on Debian."""
    version = "python%d.%d" % sys.version_info[:2]
    (tmp_path / "bare" / "bin").mkdir(parents=True)
    python = tmp_path / "bare" / "bin" / version
    shutil.copy(os.path.realpath(BASE_PYTHON), python)
    library = tmp_path / "bare" / "lib" / version
    library.mkdir(parents=True)
    for entry in (Path(sys.base_prefix) / "lib" / version).iterdir():
        if entry.name != "ensurepip":
            (library / entry.name).symlink_to(entry)
    done = checkout.make("report", PYTHON=str(python))
    assert_sentence(done, "apt install python3-venv")


def test_offline_at_first_set_up(tmp_path):
    """The real locks, and a registry address that nobody answers."""
    checkout = copy_checkout(
        tmp_path / "offline",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="0",
    )
    assert_sentence(checkout.make("report"), "registry cannot be reached", "proxy")


def test_offline_later_leaves_what_works(checkout: Checkout):
    """`make test` that cannot fetch its packages does not cost the environment of `make report`."""
    assert checkout.steps(checkout.make("report")) == 3
    digest = "0" * 64
    (checkout.folder / "requirements-test.lock").write_text(f"absent==1 --hash=sha256:{digest}\n")
    assert_sentence(checkout.make("test"), "registry cannot be reached, or lacks a package")
    assert checkout.steps(checkout.make("report")) == 0


def test_two_set_ups_at_once_wait_for_each_other(checkout: Checkout):
    both = [
        subprocess.Popen(
            ["make", "report"],
            cwd=checkout.folder,
            env=checkout.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted((process.communicate()[0] for process in both), key=len)
    assert [process.returncode for process in both] == [0, 0], said
    assert "waiting for it" in said[0] and "Setting up" not in said[0]
    assert "(3 of 3)" in said[1]


def test_a_package_that_is_not_the_locked_one(checkout: Checkout):
    lock = checkout.folder / "requirements.lock"
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", lock.read_text()))
    assert_sentence(checkout.make("report"), "not the one that the lock names")


def test_no_permission_to_write():
    """A checkout that belongs to somebody else."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        checkout = copy_checkout(folder / "theirs")
        checkout.folder.chmod(0o555)
        as_root = os.geteuid() == 0
        done = subprocess.run(
            ["/usr/bin/make" if as_root else "make", "report"],
            cwd=checkout.folder,
            env=checkout.env | ({"PYTHON": nobodys_python()} if as_root else {}),
            capture_output=True,
            text=True,
            **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_root else {}),
        )
        assert_sentence(done, "no permission to write", "a folder of your own")
    finally:
        (folder / "theirs").chmod(0o755)
        shutil.rmtree(folder)


def nobodys_python() -> str:
    """A supported Python that a user without rights can start."""
    for minor in (13, 12, 11):
        python = f"/usr/bin/python3.{minor}"
        probe = [python, "-c", "import ensurepip, venv"]
        if os.path.exists(python) and not subprocess.call(
            probe, user=NOBODY, group=NOBODY, stderr=subprocess.DEVNULL
        ):
            return python
    pytest.skip("no Python here that another user can start")


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare for a small disk")
def test_a_full_disk(checkout: Checkout, tmp_path):
    """A real disk of six megabytes, too small for pip itself."""
    disk = tmp_path / "disk"
    disk.mkdir()
    small = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=6m none "$0"'
    if subprocess.call([*small, mount, disk], stderr=subprocess.DEVNULL):
        pytest.skip("this machine allows no small disk of our own")
    done = subprocess.run(
        [*small, f'{mount} && cp -R "$1/." "$0" && cd "$0" && make report', disk, checkout.folder],
        env=checkout.env,
        capture_output=True,
        text=True,
    )
    assert_sentence(done, "disk is full", "free about 1 GB")

"""Setting up: once, by content, here whatever the user's settings, and again when broken."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checkouts import BASE_PYTHON, Checkout, small_checkout

pytestmark = pytest.mark.e2e


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return small_checkout(tmp_path)


def libraries(environment: Path) -> Path:
    return (
        environment
        / "lib"
        / (f"python{sys.version_info[0]}.{sys.version_info[1]}")
        / "site-packages"
    )


def test_set_up_once_and_remembered_by_content(checkout: Checkout):
    first = checkout.make("report", "STUDY=one", "EMBED=0")
    assert f"tradecheck ['report', 'one', '--no-embed'] in {checkout.venv}" in first.stdout
    assert first.stdout.count("Setting up (") == 3
    assert list(libraries(checkout.venv).glob("flit_core/__pycache__/*.pyc"))

    for name in ("requirements.lock", "pyproject.toml"):
        os.utime(checkout.folder / name)
    assert checkout.steps("report") == 0

    (libraries(checkout.venv) / "mine.py").touch()
    with checkout.lock.open("a") as lock:
        lock.write("# a change\n")
    assert checkout.steps("report") == 2
    assert checkout.steps("verify") == 0
    assert (libraries(checkout.venv) / "mine.py").exists()

    moved = Checkout(checkout.folder.with_name("moved"), checkout.env)
    checkout.folder.rename(moved.folder)
    assert moved.steps("report") == 3
    assert moved.steps("report") == 0


@pytest.mark.parametrize("damage", ["half-made", "python removed", "no folder but a link"])
def test_a_broken_environment_is_made_again(checkout: Checkout, damage: str):
    (checkout.venv / "bin").mkdir(parents=True)
    if damage == "half-made":
        (checkout.venv / "tradecheck-setup").touch()
        (checkout.venv / "bin" / "python").symlink_to(BASE_PYTHON)
    elif damage == "python removed":
        (checkout.venv / "pyvenv.cfg").touch()
        (checkout.venv / "bin" / "python").symlink_to("/nowhere/bin/python3.11")
    else:
        shutil.rmtree(checkout.venv)
        checkout.venv.symlink_to("../elsewhere")
    assert checkout.steps("report") == 3
    assert checkout.steps("report") == 0


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
    assert checkout.steps("report") == 3


def test_an_active_conda_environment_is_used_and_no_other_made(checkout: Checkout):
    conda = checkout.folder.parent / "conda envs" / "tradecheck"
    subprocess.run([BASE_PYTHON, "-m", "venv", "--without-pip", conda], check=True)
    (conda / "conda-meta").mkdir()
    active = {"CONDA_DEFAULT_ENV": "tradecheck", "CONDA_PREFIX": str(conda)}
    assert checkout.steps("report", **active) == 2
    assert checkout.steps("report", **active) == 0
    assert not checkout.venv.exists()


def test_settings_of_pip_and_python_do_not_decide_where_packages_go(checkout: Checkout):
    """Each of these, set by itself, leads the packages elsewhere or keeps them out."""
    elsewhere = checkout.folder.parent / "elsewhere"
    settings = checkout.folder.parent / "home" / ".pip" / "pip.conf"
    settings.parent.mkdir(parents=True)
    settings.write_text(
        f"[global]\nquiet = 3\nuser = true\nconstraint = {elsewhere}\nno-index = true\n"
        f"find-links = {checkout.env['PIP_FIND_LINKS']}\n"
        f"[install]\nroot = {elsewhere}\ndry-run = true\nno-binary = :all:\n"
    )
    env = {
        "HOME": str(settings.parent.parent),
        "PIP_CONFIG_FILE": "",
        "PIP_FIND_LINKS": "",
        "PIP_TARGET": str(elsewhere),
        "PIP_USER": "1",
        "PIP_PLATFORM": "any",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PYTHONUSERBASE": str(elsewhere),
        "PYTHONPATH": str(elsewhere),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    assert checkout.steps("report", **env) == 3
    assert list(libraries(checkout.venv).glob("flit_core/__pycache__/*.pyc"))
    assert not elsewhere.exists()


def test_uv_is_used_where_it_is_there(checkout: Checkout):
    uv = Path(sys.prefix, "bin", "uv")
    elsewhere = checkout.folder.parent / "elsewhere"
    (checkout.folder / "uv.toml").write_text(f'[pip]\ntarget = "{elsewhere}"\n')
    env = {
        "PATH": f"{uv.parent}:{os.environ['PATH']}",
        "PIP_FIND_LINKS": "file:///nowhere",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": checkout.env["PIP_FIND_LINKS"],
        "UV_CONSTRAINT": "/nowhere",
    }
    assert checkout.steps("report", **env) == 3
    assert not elsewhere.exists()

    checkout.lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", checkout.lock.read_text()))
    shutil.rmtree(checkout.venv)
    assert "cannot be reached" in checkout.refusal("report", **env)


def test_a_lock_that_cannot_be_installed_leaves_what_works(checkout: Checkout):
    lock = checkout.lock.read_text()
    checkout.lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", lock))
    assert "not the one that requirements.lock names" in checkout.refusal("report")
    checkout.lock.write_text(lock)
    assert checkout.steps("report") == 3
    checkout.lock.write_text(lock + f"absent==1 \\\n    --hash=sha256:{'0' * 64}\n")
    assert "cannot be reached, or lacks a package" in checkout.refusal("report")
    checkout.lock.write_text(lock)
    assert checkout.steps("report", PIP_FIND_LINKS="") == 2
    assert checkout.steps("report") == 0


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

"""The three locks, environment.yml and pyproject.toml say the same."""

import re
import tomllib
from itertools import combinations

import pytest
import yaml

from checkouts import LOCKS, ROOT

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(lock: str) -> dict[str, set[str]]:
    """Package → its pinned versions; more than one where versions of Python differ."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if pin := re.match(r"([a-z0-9-]+)==(\S+)", line):
            found.setdefault(pin[1], set()).add(pin[2])
    assert len(found) > 50
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock):
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text())[1:]
    assert [e.splitlines()[0] for e in entries if not HASH.search(e)] == []
    assert len({e.split("==")[0] for e in entries}) == len(pins(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_registry(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index-url" not in text and "--find-links" not in text


@pytest.mark.parametrize(("one", "other"), list(combinations(LOCKS, 2)))
def test_locks_agree_on_every_shared_pin(one, other):
    a, b = pins(one), pins(other)
    assert {name: (a[name], b[name]) for name in a.keys() & b.keys() if a[name] != b[name]} == {}


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_the_report_lock_is_part_of_the_others(lock):
    assert pins("requirements.lock").keys() - pins(lock).keys() == set()


def test_conda_installs_the_locks_and_names_their_versions():
    text = (ROOT / "environment.yml").read_text()
    wanted = yaml.safe_load(text)["dependencies"]
    assert wanted[-1] == {"pip": ["-r requirements-lab.lock", "-r requirements-test.lock"]}
    locked = pins("requirements-lab.lock") | pins("requirements-test.lock")
    named = dict(re.findall(r"^#   (\S+) (\S+)$", text, re.M))
    assert named.keys() == {
        "jupyterlab", "matplotlib", "nbconvert", "pandas", "papermill", "pytest",
    }  # fmt: skip
    assert {name: {version} for name, version in named.items()} == {n: locked[n] for n in named}


def test_python_ranges_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert f"python {project['requires-python']}" in conda["dependencies"]
    assert conda["name"] == "tradecheck"
    lowest = re.search(r">=(\d+\.\d+)", project["requires-python"])[1]
    for lock in LOCKS:
        assert f"--python-version {lowest} " in (ROOT / lock).read_text()

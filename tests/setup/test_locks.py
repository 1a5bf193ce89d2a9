"""requirements.lock, environment.yml and pyproject.toml say the same."""

import re
import tomllib

import pytest
import yaml

from checkouts import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
CONDA = (ROOT / "environment.yml").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def pins() -> dict[str, set[str]]:
    """Package → its pinned versions; more than one where versions of Python differ."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.M):
        found.setdefault(name, set()).add(version)
    return found


def test_every_pin_has_a_hash(pins):
    entries = re.split(r"\n(?=[a-z0-9])", LOCK)[1:]
    assert [e for e in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", e)] == []
    assert {e.split("==")[0] for e in entries} == pins.keys()


def test_no_registry_is_named():
    assert not re.search(r"://|--index-url|--find-links", LOCK)


def test_what_the_project_names_is_locked(pins):
    extras = PROJECT["optional-dependencies"].values()
    named = [name for names in (PROJECT["dependencies"], *extras) for name in names]
    plain = {re.match(r"[\w-]+", name)[0].lower().replace("_", "-") for name in named}
    assert plain - pins.keys() == set()


def test_conda_installs_the_lock_and_names_its_versions(pins):
    assert yaml.safe_load(CONDA)["dependencies"][-1] == {"pip": ["-r requirements.lock"]}
    named = dict(re.findall(r"^#   (\S+) (\S+)$", CONDA, re.M))
    assert len(named) == 6
    assert {name: {version} for name, version in named.items()} == {n: pins[n] for n in named}


def test_python_ranges_agree():
    assert f"python {PROJECT['requires-python']}" in yaml.safe_load(CONDA)["dependencies"]
    lowest = re.search(r">=(\d+\.\d+)", PROJECT["requires-python"])[1]
    assert f"--python-version {lowest} " in LOCK

"""Versions of installed packages: those that tradecheck needs, and those that a run has imported."""

import base64
import csv
import hashlib
import os
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

OWN = "tradecheck"


def environment(packages: Iterable[str]) -> dict[str, str]:
    """Python's version, and those of these packages, as far as they are installed."""
    held = _installed()
    versions = {
        f"package {name}": held[name].name.removesuffix(".dist-info").rpartition("-")[2]
        for name in sorted({*packages} & held.keys())
    }
    return {"Python": "{}.{}.{}".format(*sys.version_info), **versions}


@cache
def needed() -> frozenset[str]:
    """The packages that tradecheck requires to make reports, and all that these require."""
    waiting, found = {OWN}, set[str]()
    while waiting:
        name = waiting.pop()
        if name in _installed() and name not in found:
            found.add(name)
            told = _read(_installed()[name] / "METADATA")
            for line in re.findall(r"^Requires-Dist: (.+)$", told, re.MULTILINE):
                required, _, condition = line.partition(";")
                named = re.match(r"[\w.-]+", required)
                if named and "extra" not in condition:
                    waiting.add(_plain(named[0]))
    return frozenset(found - {OWN})


def holding(modules: Iterable[str]) -> set[str]:
    """The packages besides those needed that hold these modules, named without a dot."""
    wanted = set(modules)
    return {_holders()[module] for module in wanted & _holders().keys()} if wanted else set()


def changed() -> str:
    """A file of the packages needed that is not as it was installed; nothing if there is none."""
    for name in sorted(needed()):
        folder = _installed()[name]
        for path, told, *_ in csv.reader(_read(folder / "RECORD").splitlines()):
            kind, _, expected = told.partition("=")
            if kind != "sha256" or path.startswith(("..", folder.name)):
                continue  # programs, and what installers note, are written on the spot
            try:
                found = hashlib.sha256((folder.parent / path).read_bytes()).digest()
            except OSError:
                return path
            if base64.urlsafe_b64encode(found).decode().rstrip("=") != expected.rstrip("="):
                return path
    return ""


@cache
def _holders() -> dict[str, str]:
    """Which package holds a module, of all that tradecheck does not need."""
    found = {}
    for name, folder in _installed().items():
        if name not in needed() and name != OWN:
            for path in re.findall(r"^([^,\n]+),", _read(folder / "RECORD"), re.MULTILINE):
                top = path.partition("/")[0]
                if "/" in path or top.endswith((".py", ".so")):
                    found[top.partition(".")[0]] = name
    return found


@cache
def _installed() -> dict[str, Path]:
    """Where each installed package keeps what is told of it; the first on the path counts."""
    found = {}
    for folder in reversed(sys.path):
        if os.path.isdir(folder):
            for entry in os.listdir(folder):
                if entry.endswith(".dist-info"):
                    name = entry.removesuffix(".dist-info").rpartition("-")[0]
                    found[_plain(name)] = Path(folder, entry)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

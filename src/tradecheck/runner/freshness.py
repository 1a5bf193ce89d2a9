"""Why a report is fresh: a readable manifest of all it was made of, compared by content."""

import ast
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import tradecheck
from tradecheck.study.project import Project

PACKAGE = Path(tradecheck.__file__).parent
FORM = 2  # of manifests; those of another form, also in what a summary holds, are not read
MISSING = "missing"
_PARSER = Lock()


@dataclass(frozen=True)
class Inputs:
    """What something was made of: files by their SHA-256, facts by their text."""

    files: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    def changes(self, now: "Inputs") -> list[str]:
        """What differs now, each as a phrase for people."""
        phrases = []
        for name in sorted(self.facts.keys() | now.facts.keys()):
            old, new = self.facts.get(name, "none"), now.facts.get(name, "none")
            if old != new:
                short = max(len(old), len(new)) <= 40
                phrases.append(f"{name}: {old} → {new}" if short else f"{name} changed")
        for name in sorted(self.files.keys() | now.files.keys()):
            if self.files.get(name) != now.files.get(name):
                phrases.append(_change(name, self.files.get(name), now.files.get(name)))
        return phrases


@dataclass(frozen=True)
class Manifest:
    """All that decides one report.

    run: what the notebook's outputs depend on. page: what else stands on the page. writes: the
    tables the run left for other notebooks. outputs: the files published. summary: what the list of
    studies shows of it.
    """

    run: Inputs
    page: Inputs
    writes: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    form: int = FORM

    def to_bytes(self) -> bytes:
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        return f"{text}\n".encode()


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of the last success; None when there is none that can be read."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        run, page = Inputs(**held["run"]), Inputs(**held["page"])
        manifest = Manifest(**{**held, "run": run, "page": page})
        named = [*vars(run).values(), *vars(page).values(), manifest.writes, manifest.outputs]
        is_sound = all(isinstance(text, str) for texts in named for text in texts.values())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return manifest if is_sound and held.get("form") == FORM else None


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def locate(project: Project, name: str) -> Path:
    """The file that a manifest names: of the package, or of the project."""
    base = PACKAGE.parent if name.startswith("tradecheck/") else project.root
    return base / name


def file_digests(project: Project, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of files by name, `missing` where there is none."""
    digests = {}
    for name in names:
        try:
            digests[name] = digest(locate(project, name).read_bytes())
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            digests[name] = MISSING
    return digests


def parse(source: str) -> ast.Module:
    """A source as a syntax tree; Python 3.11 fails now and then when two threads parse at once."""
    with _PARSER:
        return ast.parse(source)


def modules_reached(sources: Iterable[str], modules: Iterable[str] = ()) -> list[str]:
    """The package's files that sources or modules import, also through each other.

    A reached subpackage brings the files beside its modules: templates and styles.
    """
    waiting = {*modules, "tradecheck", *(name for text in sources for name in _imported(text))}
    reached: set[Path] = set()
    while waiting:
        name = waiting.pop()
        path = _module_file(name)
        if path is None or path in reached:
            continue
        reached.add(path)
        parent = name.rpartition(".")[0]
        waiting |= {*_imported(path.read_text(encoding="utf-8")), *([parent] if parent else [])}
        if path.name == "__init__.py" and path.parent != PACKAGE:
            reached |= {
                beside
                for beside in path.parent.rglob("*")
                if beside.is_file() and beside.suffix not in (".py", ".pyc")
            }
    return sorted(path.relative_to(PACKAGE.parent).as_posix() for path in reached)


@cache
def environment(lock: Path) -> dict[str, str]:
    """Python's version, and those of the installed packages that the lock names."""
    try:
        locked = re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)
    except FileNotFoundError:
        locked = []
    installed = {}
    for folder in reversed(sys.path):
        if os.path.isdir(folder):
            for entry in os.listdir(folder):
                if entry.endswith(".dist-info"):
                    name, _, version = entry.removesuffix(".dist-info").rpartition("-")
                    installed[_plain(name)] = version
    found = {name: installed[_plain(name)] for name in locked if _plain(name) in installed}
    versions = {f"package {name}": version for name, version in found.items()}
    return {"Python": "{}.{}.{}".format(*sys.version_info), **versions}


def _change(name: str, before: str | None, after: str | None) -> str:
    if after == MISSING:
        return f"{name} is missing"
    if before in (None, MISSING):
        return f"{name} is new"
    return f"{name} changed" if after else f"{name} is no longer used"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _imported(source: str) -> frozenset[str]:
    """Names in the package that a source imports; cell magics are no Python and import nothing."""
    try:
        tree = parse(source)
    except SyntaxError:
        return frozenset(re.findall(r"tradecheck(?:\.\w+)+", source))
    names = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(name for name in names if name.split(".")[0] == "tradecheck")


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement, at any depth; ast.walk would look into each expression, too."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for node in getattr(tree, block, ()):
            yield node
            yield from _statements(node)


def _module_file(name: str) -> Path | None:
    base = PACKAGE.parent / name.replace(".", "/")
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None

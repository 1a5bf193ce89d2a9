"""Why a report is fresh: a readable manifest of all it was made of, compared by content."""

import ast
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

import tradecheck
from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project

PACKAGE = Path(tradecheck.__file__).parent
PAGES = ("report", "runner", "show")  # the package's folders that decide every page
TABLES, REPORTS = PARTS = ("data/processed/", "reports/")  # what runs leave
FORM = 3  # of manifests; those of another form are not read
MISSING = "missing"
_PARSER = Lock()
Mark = list[int]  # what changes whenever a file is written, even with the same bytes; [] of none


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

    run: what the notebook's outputs depend on. page: what else stands on the page. opened: what
    the run has read besides. writes: the tables the run left for other notebooks. outputs: the files
    published. head: the repository's last commit, which decides the one that the page names.
    """

    run: Inputs
    page: Inputs
    opened: Mapping[str, str] = field(default_factory=dict)
    writes: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    head: str = ""
    form: int = FORM

    def to_bytes(self) -> bytes:
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        return f"{text}\n".encode()

    def is_sound(self) -> bool:
        """Whether it is of this form, and names nothing that is not the project's.

        It comes with a folder that anybody may have made: what it names is read, and removed.
        """
        maps = [self.run.files, self.page.files, self.opened, self.writes, self.outputs]
        told = [*maps, self.run.facts, self.page.facts]
        return (
            self.form == FORM
            and isinstance(self.head, str)
            and all(isinstance(text, str) for texts in told for text in texts.values())
            and all(is_inside(name) for names in maps for name in names)
            and all(name.startswith(TABLES) for name in self.writes)
            and all(name.startswith(REPORTS) for name in self.outputs)
        )


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of the last success; None when there is none that can be read."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        run, page = Inputs(**held["run"]), Inputs(**held["page"])
        manifest = Manifest(**{**held, "run": run, "page": page})
        return manifest if manifest.is_sound() else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def is_inside(name: str) -> bool:
    """Whether a name leads nowhere but into its folder: no root, no drive, no way up."""
    parts = name.removesuffix("/").split("/")
    is_way = any(part in ("", ".", "..") for part in parts)
    return name.isprintable() and not is_way and not re.match(r"[A-Za-z]:|.*\\", name)


def locate(project: Project, name: str) -> Path:
    """The file that a manifest, a card or a study names: of the package, or of the project.

    Every such name is joined here and nowhere else. Raises a TradecheckError where it leads out.
    """
    if not is_inside(name):
        raise TradecheckError(f"{name!r} is no file of this project: a name leads out of it.")
    return (PACKAGE.parent if name.startswith("tradecheck/") else project.root) / name


def mark_of(path: Path | str) -> Mark:
    try:
        held = os.stat(path)
    except (OSError, ValueError):
        return []
    return [held.st_mtime_ns, held.st_ctime_ns, held.st_ino, held.st_size]


class Seen:
    """Files as they were when a run first looked at them: each is hashed once.

    What else a run makes of them it may publish only while `check` finds none that has moved, not
    even to what it was before.
    """

    def __init__(self, project: Project):
        self._project = project
        self._held: dict[str, tuple[str, Mark]] = {}

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """SHA-256 of files by name, `missing` where there is none."""
        return {name: self._seen(name)[0] for name in names}

    def renew(self, names: Iterable[str]) -> dict[str, str]:
        """The same of files that the run itself has written."""
        for name in (names := list(names)):
            self._held.pop(name, None)
        return self.digests(names)

    def check(self, names: Iterable[str], opened: Mapping[str, Mark] | None = None) -> None:
        """Raise a TradecheckError if one of these has moved, or had when a run opened it."""
        for name, mark in (opened or {}).items():
            if not name.endswith("/") and mark != self._seen(name)[1]:
                raise _moved(name)
        for name in names:
            if self._look(name) != self._seen(name):
                raise _moved(name)

    def _seen(self, name: str) -> tuple[str, Mark]:
        if name not in self._held:
            self._held.setdefault(name, self._look(name))
        return self._held[name]

    def _look(self, name: str) -> tuple[str, Mark]:
        path = locate(self._project, name)
        if name.endswith("/"):
            found = sorted(p.name for p in path.iterdir()) if path.is_dir() else []
            return digest("\n".join(n for n in found if n[0] != ".").encode()), []
        mark = mark_of(path)
        try:
            is_file = stat.S_ISREG(os.stat(path).st_mode)  # what is none may never end
            return digest(path.read_bytes()) if is_file else MISSING, mark
        except PermissionError:
            raise
        except OSError:
            return MISSING, []


def _moved(name: str) -> TradecheckError:
    return TradecheckError(
        f"{name} was written to while reports were made of it, so nothing is published; "
        "run again when nobody writes to it."
    )


def parse(source: str) -> ast.Module:
    """A source as a syntax tree; Python 3.11 fails now and then when two threads parse at once."""
    with _PARSER:
        return ast.parse(source)


def modules_of_pages() -> list[str]:
    """The package's files that decide every page, whatever its notebook reaches."""
    found = (path for folder in PAGES for path in (PACKAGE / folder).rglob("*") if path.is_file())
    return sorted(_named(path) for path in found if path.suffix != ".pyc")


def modules_reached(sources: Iterable[str]) -> list[str]:
    """The package's files that sources or modules import, also through each other.

    A reached subpackage brings the files beside its modules: templates and styles.
    """
    waiting = {"tradecheck", *(name for text in sources for name in _imported(text))}
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
    return sorted(map(_named, reached))


def _named(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def _change(name: str, before: str | None, after: str | None) -> str:
    if after == MISSING:
        return f"{name} is missing"
    if before in (None, MISSING):
        return f"{name} is new"
    return f"{name} changed" if after else f"{name} is no longer used"


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

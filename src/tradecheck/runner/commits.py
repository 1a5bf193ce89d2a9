"""The commit that a page names: the last one that touched what this very report is made of."""

import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock

from tradecheck.errors import TradecheckError
from tradecheck.runner.notebooks import source_form
from tradecheck.study.project import Project

FOLDERS = ("notebooks", "src", "data/raw", "requirements.lock")
# The files as they are: what counts in a notebook is compared here, and faster than by a filter.
GIT = ("git", "--no-optional-locks", "-c", "core.quotePath=false", "-c", "filter.nbstripout.clean=")


def commit(project: Project, files: Iterable[str]) -> str:
    """The last commit that touched one of these files, and whether one of them differs from it.

    Other files of the repository do not count, nor do a notebook's outputs.
    """
    try:
        known = ask_git(project)
    except OSError:
        return "not known: git is not installed"
    paths = known and {(known.prefix / _in_checkout(name)).as_posix() for name in files}
    found = known and known.last(paths)
    if not found:
        return "not committed"
    differs = any(known.differs(path) for path in sorted(paths & known.changed()))
    return found + (" with uncommitted changes" if differs else "")


def ask_git(project: Project) -> "_History | None":
    """Start to read the history of the project's repository, once; None where there is none."""
    root = project.root.resolve()
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    return top and history(top, root.relative_to(top))


def _in_checkout(name: str) -> str:
    return f"src/{name}" if name.startswith("tradecheck/") else name


class _History:
    """Commits, newest first, with the files that each touched; read only as far as is asked."""

    def __init__(self, top: Path, prefix: Path):
        folders = ["--", *((prefix / folder).as_posix() for folder in FOLDERS)]
        self.prefix = prefix
        self._top = top
        self._log = self._git(
            *("log", "--first-parent", "-m", "--name-only", "--no-renames", "--format=%x00%H"),
            *folders,
        )
        self._status = self._git("status", "--porcelain", "-z", "--no-renames", "-uall", *folders)
        self._changed: set[str] | None = None
        self._read: list[tuple[str, set[str]]] = []
        self._unread = self._commits()
        self._lock = Lock()

    def changed(self) -> set[str]:
        """The files that differ from the last commit."""
        with self._lock:
            if self._changed is None:
                told = self._status.communicate()[0].split("\0")
                self._changed = {entry[3:] for entry in told if entry}
            return self._changed

    def last(self, paths: set[str]) -> str:
        """The last commit that touched one of the paths; nothing if none did."""
        with self._lock:
            for found, touched in self._read:
                if touched & paths:
                    return found
            for found, touched in self._unread:
                self._read.append((found, touched))
                if touched & paths:
                    return found
        return ""

    def differs(self, path: str) -> bool:
        """Whether a changed file has another content: of a notebook, another source."""
        if not path.endswith(".ipynb"):
            return True
        held, _ = self._git("show", f"HEAD:{path}").communicate()
        try:
            now = (self._top / path).read_bytes()
            return source_form(held, path) != source_form(now, path)
        except (TradecheckError, FileNotFoundError):
            return True

    def _git(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*GIT, "-C", str(self._top), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            errors="surrogateescape",
        )

    def _commits(self) -> Iterator[tuple[str, set[str]]]:
        found, touched = "", set[str]()
        for line in self._log.stdout:
            if line.startswith("\0"):
                if found:
                    yield found, touched
                found, touched = line[1:].strip(), set()
            elif name := line.strip():
                touched.add(name)
        if found:
            yield found, touched


history = cache(_History)

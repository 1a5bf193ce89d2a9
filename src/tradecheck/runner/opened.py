"""What a notebook opens in the project, told by an audit hook in its process.

`watch` is called in that process before the first cell, and cannot be undone there. It writes to a
file, so that what is opened in processes forked from this one is told, too; `read` is for whoever
started it. A file that compiled code opens, without Python's knowing, is not seen.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.util import source_from_cache
from pathlib import Path
from types import FrameType
from typing import Any

from tradecheck.errors import TradecheckError
from tradecheck.runner.freshness import PACKAGE, TABLES, Mark, mark_of

LOG = "opened"  # the file, in the run's own folder
RAW = "data/raw/"
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
LINKED = ("notebooks", "notebooks/studies", "data", "data/raw", "data/processed", "reports")
WRITTEN_BY_HAND = (".ipynb", ".py", ".yaml", ".yml")  # below notebooks/
CHANGES = {  # event → which of its arguments are paths, and where it says of which folder
    "os.remove": ((0,), 1),
    "os.rmdir": ((0,), 1),
    "os.rename": ((0, 1), 2),
    "os.truncate": ((0,), None),
    "os.link": ((1,), 3),
    "os.symlink": ((1,), 2),
    "shutil.rmtree": ((0,), None),
}


@dataclass
class Opened:
    """What a run has read in the project, as it was then, and the modules it has imported.

    A name that ends with a slash is a folder whose list of files was read.
    """

    files: dict[str, Mark] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)

    def add(self, other: "Opened") -> None:
        self.files.update(other.files)
        self.modules |= other.modules


def watch(root: str, own: str, log: Path) -> None:
    """From now on, tell what is opened below `root`, and let no cell write to what reports are
    made of; `own` names the folder of tables that this run may write."""
    sys.addaudithook(_Watch(Path(root), own, log))


def read(log: Path) -> Opened:
    """What has been told so far. What a run has written before it read it is its own."""
    found = Opened()
    written = set()
    with suppress(FileNotFoundError), log.open(encoding="utf-8") as lines:
        for kind, name, mark in map(json.loads, lines):
            if kind == "write":
                written.add(name)
            elif kind == "import":
                found.modules.add(name)
            elif name not in written:
                found.files.setdefault(name, mark)
    return found


class _Watch:
    def __init__(self, root: Path, own: str, log: Path):
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._told: set[tuple[str, str]] = set()
        self._own = f"{own}/"
        linked = ((os.path.realpath(root / name), name) for name in LINKED)
        self._folders = [
            (str(root), ""),
            (os.path.realpath(root), ""),
            *((real, name) for real, name in linked if not _below(real, os.path.realpath(root))),
        ]
        self._others = [sys.prefix, sys.base_prefix, str(PACKAGE)]
        told: dict[str, Callable[[tuple[Any, ...]], None]] = {
            "open": self._open,
            "import": self._import,
            "os.listdir": self._list,
            "os.scandir": self._list,
        }
        for event, (places, folder) in CHANGES.items():
            told[event] = partial(self._change, places=places, folder=folder)
        self._events = told

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in self._events:
            with suppress(TypeError, ValueError, OSError):  # what is no path, Python will tell
                self._events[event](arguments)

    def _open(self, arguments: tuple[Any, ...]) -> None:
        path, _, flags = arguments
        if isinstance(path, int) or not (name := self._name(path)):
            return
        if "__pycache__" in name:
            if not flags & WRITES and name.endswith(".pyc"):
                self._tell("read", source_from_cache(name), mark_of(source_from_cache(path)))
        elif flags & WRITES:
            self._refuse(name)
            self._tell("write", name)
        elif not os.path.isdir(path):
            self._tell("read", name, mark_of(path))

    def _change(
        self, arguments: tuple[Any, ...], places: tuple[int, ...], folder: int | None
    ) -> None:
        if folder is not None and arguments[folder] not in (-1, None):
            return  # within an opened folder, whose removal was seen
        for place in places:
            name = self._name(arguments[place])
            if name and "__pycache__" not in name:
                self._refuse(name)
                self._tell("write", name)

    def _list(self, arguments: tuple[Any, ...]) -> None:
        path = arguments[0]
        if isinstance(path, str) and f"{self._name(path)}/".startswith(RAW) and not _by_package():
            self._tell("read", f"{self._name(path)}/")

    def _import(self, arguments: tuple[Any, ...]) -> None:
        if (top := arguments[0].partition(".")[0]) not in sys.stdlib_module_names:
            self._tell("import", top)

    def _name(self, path: Any) -> str:
        """How the project calls a file; nothing if it is none that counts."""
        text = os.path.abspath(os.fsdecode(path))
        for whole in (text, os.path.realpath(text)):
            for folder, prefix in self._folders:
                if _below(whole, folder):
                    return self._counted(whole, f"{prefix}{whole[len(folder) :]}".strip("/"))
        return ""

    def _counted(self, whole: str, name: str) -> str:
        hidden = any(part.startswith(".") for part in name.split("/"))
        return "" if hidden or any(_below(whole, other) for other in self._others) else name

    def _refuse(self, name: str) -> None:
        is_whole = f"{name}/" in ("data/", "notebooks/", "notebooks/studies/", "src/", TABLES, RAW)
        is_other = name.startswith(TABLES) and not f"{name}/".startswith(self._own)
        by_hand = name.startswith("notebooks/") and name.endswith(WRITTEN_BY_HAND)
        if is_whole or is_other or by_hand or name.startswith((RAW, "src/")):
            raise TradecheckError(
                f"This cell would change {name}, which reports are made of; let it write to "
                f"{self._own} instead."
            )

    def _tell(self, kind: str, name: str, mark: Mark | None = None) -> None:
        if (kind, name) not in self._told:
            self._told.add((kind, name))
            os.write(self._log, f"{json.dumps([kind, name, mark or []])}\n".encode())


def _by_package() -> bool:
    """Whether the package itself looks: it does so to say which names there are, in an error."""
    frame: FrameType | None = sys._getframe(1)
    while frame and (frame := frame.f_back):
        file = frame.f_code.co_filename
        if _below(file, str(PACKAGE)) and not _below(file, str(PACKAGE / "runner")):
            return True
    return False


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")

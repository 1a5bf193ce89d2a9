"""Work in forked processes, at most so many at once: whole notebooks, and the making of pages."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import PurePosixPath
from pkgutil import resolve_name
from threading import BoundedSemaphore, Lock
from typing import Any, Self

from tradecheck.errors import TradecheckError
from tradecheck.parallel import PROCESSES
from tradecheck.runner.freshness import PACKAGE, modules_reached
from tradecheck.runner.notebooks import Notebook
from tradecheck.study.project import Project

SERVER = "tradecheck.runner.server"
SHELL = "tradecheck.runner.shell"
# What analysts import in cells of their own and is slow to import; never what starts threads.
LIBRARIES = ("pandas", "pyarrow.parquet", "matplotlib.pyplot")
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


def supported() -> bool:
    """Whether processes can be forked here; macOS's own libraries do not survive it."""
    return hasattr(os, "fork") and sys.platform != "darwin"


def cores() -> int:
    """How many processes this machine lets us run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(project: Project) -> dict[str, str]:
    """What the processes of notebooks find in their environment, forked or not.

    They import the package that runs them, and neither another hash seed nor another number of
    threads changes an output.
    """
    path = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = {
        "TRADECHECK_ROOT": str(project.root),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    return os.environ | ONE_THREAD | settings


class Forks:
    """Processes forked from one that has done the notebooks' imports.

    `jobs` is how many may work at once: whoever has one work holds `slot`, and may share its work
    among so many processes that `studies` at once keep to the number. `later` are modules that are
    imported when the first notebook runs. All processes end with the `with` block, or when this one
    ends, however it ends.
    """

    def __init__(
        self,
        project: Project,
        notebooks: Sequence[Notebook],
        jobs: int,
        studies: int | None = None,
        later: Sequence[str] = (),
    ):
        self.slot = BoundedSemaphore(jobs)
        self._shared = {PROCESSES: str(max(1, jobs // (studies or jobs)))}
        self.stopped = False
        self._project = project
        self._notebooks, self._later = notebooks, later
        self._control: socket.socket | None = None
        self._server: subprocess.Popen | None = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True
        with self._lock:
            if self._server:
                self._control.close()
                self._server.wait()

    def warm(self) -> None:
        """Start the imports, unless they have been."""
        with self._lock:
            if self._server or self.stopped:
                return
            self._control, theirs = socket.socketpair()
            modules = [*_modules(self._notebooks), SHELL]
            with theirs:
                self._server = subprocess.Popen(
                    [
                        *(sys.executable, "-P", "-m", SERVER, str(theirs.fileno())),
                        *(*modules, "--", *self._later),
                    ],
                    pass_fds=[theirs.fileno()],
                    env=environment(self._project) | self._shared,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # what ends the whole group must not reach it
                )

    def start(self, name: str, *arguments: Any) -> Connection:
        """A new process in the function of this name, which gets a connection before these."""
        self.warm()
        if not self._control:  # stopped before anything was started
            raise KeyboardInterrupt
        ours, theirs = Pipe()
        with theirs, self._lock:
            try:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise self._ended("that runs the notebooks") from error
        ours.send((name, arguments))
        return ours

    def call(self, name: str, *arguments: Any) -> Any:
        """What the function of this name returns, or raises, in a process of its own.

        It is called here when no process has been needed so far: the imports would take longer.
        """
        if not self._server:
            return resolve_name(name)(*arguments)
        with self.slot, self.start(f"{SERVER}:answer", name, arguments) as connection:
            try:
                returned, value = connection.recv()
            except EOFError as error:
                raise self._ended("that makes the page") from error
        if returned:
            return value
        raise value

    def _ended(self, which: str) -> BaseException:
        if self.stopped:
            return KeyboardInterrupt()
        return TradecheckError(
            f"The process {which} has ended; it may have run out of memory. "
            "Run again, or with tradecheck report --kernel."
        )


def _modules(notebooks: Sequence[Notebook]) -> list[str]:
    """The package's modules that the notebooks reach, and the libraries that they name."""
    sources = [source for notebook in notebooks for source in notebook.code]
    files = (PurePosixPath(name) for name in modules_reached(sources))
    own = [
        ".".join(file.with_suffix("").parts).removesuffix(".__init__")
        for file in files
        if file.suffix == ".py"
    ]
    text = "\n".join(sources)
    return [*own, *(name for name in LIBRARIES if name.partition(".")[0] in text)]

"""The processes of a run: those of notebooks, at most so many at once, and the one that makes pages."""

import json
import os
import pickle
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from multiprocessing import forkserver, get_context, process, resource_tracker
from multiprocessing.connection import wait
from pathlib import Path, PurePosixPath
from pkgutil import resolve_name
from threading import BoundedSemaphore, Lock
from time import monotonic
from types import ModuleType
from typing import Any, Self

from tradecheck.errors import TradecheckError
from tradecheck.parallel import PROCESSES
from tradecheck.runner.freshness import PACKAGE, modules_reached
from tradecheck.runner.notebooks import Notebook
from tradecheck.runner.server import SETTINGS
from tradecheck.study.project import Project

SERVER = "tradecheck.runner.server"
KERNEL = "tradecheck.runner.kernel"
# What analysts import in cells of their own and is slow to import; never what starts threads.
LIBRARIES = ("pandas", "pyarrow.parquet", "matplotlib.pyplot")
# macOS's own libraries do not survive a fork: there every process starts anew.
METHOD = "spawn" if sys.platform == "darwin" else "forkserver"
THEIRS = {"PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONWARNINGS"}  # the user's own settings
LONGEST = 70  # characters of a folder in which the name of a socket still finds room


def cores() -> int:
    """How many processes this machine lets us run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(project: Project | None) -> dict[str, str]:
    """What the processes of a run find in their environment.

    They import the package that runs them; neither another hash seed nor another number of threads
    nor a setting of the user's changes an output.
    """
    path = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    matplotlib = Path(find_spec("matplotlib").origin).parent
    settings = {
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MATPLOTLIBRC": str(matplotlib / "mpl-data" / "matplotlibrc"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    root = {"TRADECHECK_ROOT": str(project.root)} if project else {}
    return {name: os.environ[name] for name in os.environ.keys() - THEIRS} | settings | root


class Child:
    """A process, what it sends, and its end."""

    def __init__(self, name: str, *arguments: Any):
        context = get_context(METHOD)
        self.connection, theirs = context.Pipe()
        asked = (theirs, name, *arguments)
        self._process = context.Process(target=resolve_name(f"{SERVER}:begin"), args=asked)
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")  # or the child would import the caller's
        try:
            with theirs:
                self._process.start()
        finally:
            sys.modules["__main__"] = main

    def receive(self, deadline: float) -> bytes:
        """Its next message; EOFError when it has ended, TimeoutError from the deadline on."""
        if (left := deadline - monotonic()) <= 0:
            raise TimeoutError
        ready = wait([self.connection, self._process.sentinel], min(left, 1e6))
        if self.connection in ready:
            return self.connection.recv_bytes()
        raise EOFError if ready else TimeoutError

    def end(self) -> None:
        """End it, and all that it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()


class Forks:
    """Processes forked from one that has done the notebooks' imports.

    `jobs` notebooks may run at once: whoever runs one holds `slot`, and may share its work among so
    many processes that `studies` at once keep to the number. A page is made in at most `timeout`
    seconds. All processes end with the `with` block, or with this process, however it ends.
    """

    def __init__(
        self,
        project: Project | None,
        notebooks: Sequence[Notebook],
        jobs: int,
        studies: int | None = None,
        timeout: float = float("inf"),
    ):
        self.slot = BoundedSemaphore(jobs)
        self.stopped = False
        self._project, self._timeout = project, timeout
        self._modules = [*_modules(notebooks), KERNEL]
        shared = max(1, jobs // (studies or jobs)) if METHOD == "forkserver" else 1
        self._shared = {PROCESSES: str(shared)}
        self._children: set[Child] = set()
        self._pages: Child | None = None
        self._folder = ""  # of this run alone
        self._starting, self._asking = Lock(), Lock()

    def __enter__(self) -> Self:
        self._before = dict(os.environ), sys.warnoptions[:]
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True
        if self._folder:
            _end_server()
            with self._starting:
                for child in self._children:
                    child.end()
            _end_server()
            shutil.rmtree(self._folder, ignore_errors=True)
        _become(*self._before)

    def warm(self) -> None:
        """Start the imports, unless they have been."""
        with self._starting:
            self._warm()

    def start(self, name: str, *arguments: Any) -> Child:
        """A new process in the function of this name, which gets a connection before these."""
        with self._starting:
            try:
                self._warm()
                child = Child(name, *arguments)
            except (OSError, EOFError) as error:
                raise self._ended("that starts the others") from error
            self._children.add(child)
        return child

    def end(self, child: Child) -> None:
        with self._starting:
            if child in self._children:
                self._children.remove(child)
                child.end()

    def private(self) -> str:
        """A new folder in that of this run."""
        return tempfile.mkdtemp(dir=self._folder)

    def call(self, name: str, *arguments: Any) -> Any:
        """What the function of this name returns, or raises, in the process that makes pages.

        It is called here when no process has been needed so far: the imports would take longer.
        """
        if not self._folder:
            return resolve_name(name)(*arguments)
        with self._asking:
            self.prepare_pages()
            try:
                self._pages.connection.send((name, arguments))
                answer = self._pages.receive(monotonic() + self._timeout)
            except (OSError, EOFError) as error:
                ours, self._pages = self._pages, None
                self.end(ours)
                if isinstance(error, TimeoutError):
                    raise TradecheckError(
                        f"The page was not made within {self._timeout} seconds: show less on it, "
                        "or allow more with tradecheck report --timeout."
                    ) from error
                raise self._ended("that makes the page") from error
        returned, value = pickle.loads(answer)
        if returned:
            return value
        raise value

    def prepare_pages(self) -> None:
        """Start the process that makes pages, unless it has been."""
        if not self._pages:
            self._pages = self.start(f"{SERVER}:answer")

    def _warm(self) -> None:
        if self.stopped:
            raise KeyboardInterrupt
        if not self._folder:
            self._prepare()
        if METHOD == "forkserver":  # again, if it has ended
            _start_server(self._folder, self._modules)

    def _prepare(self) -> None:
        """Make the folder and the environment of this run."""
        long = len(tempfile.gettempdir()) > LONGEST
        self._folder = tempfile.mkdtemp(prefix="tradecheck-", dir="/tmp" if long else None)
        _become(environment(self._project) | self._shared, [])

    def _ended(self, which: str) -> BaseException:
        if self.stopped:
            return KeyboardInterrupt()
        return TradecheckError(
            f"The process {which} has ended; it may have run out of memory. Run again, or with "
            "tradecheck report --jobs 1."
        )


def _become(environment: dict[str, str], warnings: list[str]) -> None:
    """Give this process, and thereby those that it starts, this environment and -W options."""
    sys.warnoptions[:] = warnings
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)


def _start_server(folder: str, modules: Sequence[str]) -> None:
    """See that multiprocessing's fork server runs: socket in this folder, untouched by Ctrl-C."""
    forkserver.set_forkserver_preload([SERVER])
    resource_tracker.ensure_running()
    told = {SETTINGS: json.dumps({"folder": folder, "modules": modules}), "PYTHONSAFEPATH": "1"}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    process.current_process()._config["tempdir"] = folder
    os.environ.update(told)
    try:
        forkserver.ensure_running()
    finally:
        for name in told:
            del os.environ[name]
        del process.current_process()._config["tempdir"]
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _end_server() -> None:
    """End it at once; the next run has other modules to import."""
    server = forkserver._forkserver
    if server._forkserver_pid:
        with suppress(ProcessLookupError):
            os.kill(server._forkserver_pid, signal.SIGKILL)
        server._stop()


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

"""The processes of a run: those of notebooks, at most so many at once, and those that make pages."""

import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from multiprocessing import forkserver, get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess, current_process
from pathlib import Path
from pkgutil import resolve_name
from threading import BoundedSemaphore, Lock
from types import ModuleType
from typing import Any, Self

from tradecheck.errors import TradecheckError
from tradecheck.parallel import PROCESSES
from tradecheck.runner import server
from tradecheck.runner.freshness import PACKAGE, modules_reached
from tradecheck.runner.notebooks import Notebook
from tradecheck.study.project import RUN, Project

# What analysts import in cells of their own and is slow to import; never what starts threads.
LIBRARIES = ("pandas", "pyarrow.parquet", "matplotlib.pyplot")
FORKS = sys.platform != "darwin"  # whose own libraries do not survive it
CONTEXT: ForkServerContext | SpawnContext = (
    get_context("forkserver") if FORKS else get_context("spawn")
)
ANSWER = "tradecheck.runner.server:answer"
USERS = ("PYTHONINSPECT", "PYTHONSTARTUP", "PYTHONWARNINGS")  # settings that reach no run
Process = tuple[BaseProcess, Connection]
LONGEST = 70  # characters of a folder in which the name of a socket still finds room


def cores() -> int:
    """How many processes this machine lets us run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(project: Project | None) -> dict[str, str]:
    """What is set in the processes of a run, so that nothing else there changes an output."""
    found = find_spec("matplotlib")
    matplotlib = Path(found.origin).parent if found and found.origin else Path()
    path = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **({"TRADECHECK_ROOT": str(project.root)} if project else {}),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MATPLOTLIBRC": str(matplotlib / "mpl-data" / "matplotlibrc"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


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
        timeout: float | None = None,
    ):
        self.slot = BoundedSemaphore(jobs)
        self.stopped = False
        self.folder = ""  # of this run alone
        self._modules = [*_modules(notebooks), "tradecheck.runner.kernel"]
        shared = max(1, jobs // (studies or jobs)) if FORKS else 1
        self._environment = environment(project) | {PROCESSES: str(shared)}
        self._timeout = timeout
        self._processes: set[BaseProcess] = set()
        self._starting = Lock()
        self._makers = BoundedSemaphore(max(1, jobs // 2))  # a page takes half as long as its run
        self._idle: list[Process] = []  # those that make pages
        self._unprepared = [ANSWER]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped = True
        if not self.folder:
            return
        if not self._starting.acquire(blocking=False):
            _end_server()  # whose imports a process waits for
            self._starting.acquire()
        try:
            while self._processes:
                _end(self._processes.pop())
            shutil.rmtree(self.folder, ignore_errors=True)
            _end_server()  # last: should this be stopped, too, it clears up
        finally:
            self._starting.release()

    def warm(self) -> None:
        """Start the imports, unless they have been."""
        with self._starting, self._told():
            self._warm()

    def _warm(self) -> None:
        if self.stopped:
            raise KeyboardInterrupt
        if not self.folder:
            is_long = len(tempfile.gettempdir()) > LONGEST
            self.folder = tempfile.mkdtemp("", f"{RUN}{os.getpid()}-", "/tmp" if is_long else None)
        if FORKS:
            forkserver.set_forkserver_preload([server.__name__])
            resource_tracker.ensure_running()
            with self._settings():
                forkserver.ensure_running()

    def start(self, name: str, *arguments: Any) -> Process:
        """A new process in the function of this name, which gets a connection before these."""
        with self._starting, self._told():
            self._warm()
            ours, theirs = CONTEXT.Pipe()
            process = CONTEXT.Process(target=server.begin, args=(theirs, name, *arguments))
            with theirs, self._settings():
                process.start()
            self._processes.add(process)
        return process, ours

    def end(self, process: BaseProcess) -> None:
        """End a process, and all that it has started."""
        with self._starting:
            if process in self._processes:
                self._processes.remove(process)
                _end(process)

    def prepare_pages(self) -> None:
        """Start a process that makes pages, the first time that this is asked for."""
        with suppress(IndexError):
            self._idle.append(self.start(self._unprepared.pop()))

    def call(self, name: str, *arguments: Any) -> Any:
        """What the function of this name returns, or raises, in a process that makes pages.

        It is called here when no process has been needed so far: the imports would take longer.
        """
        if not self.folder:
            return resolve_name(name)(*arguments)
        with self._makers, self._told("that makes pages has ended"):
            try:
                process, connection = self._idle.pop()
            except IndexError:
                process, connection = self.start(ANSWER)
            try:
                connection.send((name, arguments))
                if not wait([connection, process.sentinel], self._timeout):
                    raise TradecheckError(
                        f"The page was not made within {self._timeout} seconds: show less on it, "
                        "or allow more with tradecheck report --timeout."
                    )
                returned, value = connection.recv()
            except (OSError, EOFError, TradecheckError):
                self.end(process)
                raise
            self._idle.append((process, connection))
        if returned:
            return value
        raise value

    @contextmanager
    def _settings(self) -> Iterator[None]:
        """This process, for a moment, as those that it starts are to find it.

        They import nothing of whoever runs this; the server's socket lies in the run's folder, and
        no Ctrl-C reaches it before it can ignore one.
        """
        before, options = dict(os.environ), sys.warnoptions[:]
        main = sys.modules["__main__"]
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        os.environ.update(self._environment)
        if FORKS:
            told = {"folder": self.folder, "modules": self._modules}
            os.environ.update({server.SETTINGS: json.dumps(told), "PYTHONSAFEPATH": "1"})
        for name in USERS:
            os.environ.pop(name, None)
        os.environ["IPYTHONDIR"] = self.folder
        if not _has_place("matplotlib"):
            os.environ["MPLCONFIGDIR"] = self.folder
        sys.warnoptions.clear()
        sys.modules["__main__"] = ModuleType("__main__")
        settings: dict[str, Any] = vars(current_process())["_config"]
        settings["tempdir"] = self.folder
        try:
            yield
        finally:
            del settings["tempdir"]
            sys.modules["__main__"] = main
            sys.warnoptions[:] = options
            for name in os.environ.keys() - before.keys():
                del os.environ[name]
            os.environ.update(before)
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    @contextmanager
    def _told(self, which: str = "for the next step cannot be started") -> Iterator[None]:
        """Why there is no process, in a sentence."""
        try:
            yield
        except (OSError, EOFError) as error:
            if self.stopped:
                raise KeyboardInterrupt from error
            is_lost = isinstance(error, (ConnectionError, EOFError))
            told = None if is_lost else getattr(error, "strerror", None)
            why = told or "it may have run out of memory"
            raise TradecheckError(
                f"The process {which} ({why}): close other programs or free disk space, "
                "then run again, or with tradecheck report --jobs 1."
            ) from error


def _has_place(program: str) -> bool:
    """Whether a program can keep settings and a cache in the user's home; else it makes a folder of
    its own, of which it warns by its name, and which stays."""
    usual = (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache"))
    own = os.environ.get("MPLCONFIGDIR")
    try:
        found = [Path(os.environ.get(name) or Path.home() / one) / program for name, one in usual]
        for place in [Path(own)] if own else found:
            place.mkdir(parents=True, exist_ok=True)
            if not os.access(place, os.W_OK):
                return False
    except (OSError, RuntimeError):  # there is no home
        return False
    return True


def _end(process: BaseProcess) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if process.pid:
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def _end_server() -> None:
    """End it at once; the next run has other modules to import."""
    held: Any = forkserver._forkserver  # of whose state Python's types tell nothing
    if held._forkserver_pid:
        with suppress(ProcessLookupError):
            os.kill(held._forkserver_pid, signal.SIGKILL)
        with suppress(FileNotFoundError):  # its socket, which has gone with the run's folder
            held._stop()


def _modules(notebooks: Sequence[Notebook]) -> list[str]:
    """The package's modules that the notebooks reach, and the libraries that they name."""
    sources = [source for notebook in notebooks for source in notebook.code]
    files = (file for file in modules_reached(sources) if file.endswith(".py"))
    own = [file[:-3].removesuffix("/__init__").replace("/", ".") for file in files]
    text = "\n".join(sources)
    return own + [name for name in LIBRARIES if name.partition(".")[0] in text]

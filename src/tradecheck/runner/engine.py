"""Papermill's engine for this runner: `papermill --engine tradecheck IN.ipynb OUT.ipynb`.

Papermill imports this module by the entry point in pyproject.toml.
"""

import json
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any, Self

from nbformat import NotebookNode


def __getattr__(name: str) -> None:
    """Papermill, when its import below is its first, asks for the engine before it is there."""
    if name != "TradecheckEngine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from tradecheck.errors import TradecheckError
from tradecheck.runner.forks import KERNEL, Forks
from tradecheck.runner.outputs import Outputs

STREAMS = ("stdout", "stderr")


class Interrupted(TradecheckError):
    """A notebook whose process ended, or was ended at its deadline, within a cell."""


class TradecheckEngine(Engine):
    """Runs a notebook's cells in a forked process, with one deadline for all of them."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        execution_timeout: float | None = None,
        forks: Forks | None = None,
        folder: str = "",
        **_: Any,
    ) -> None:
        """`execution_timeout` is in seconds; `folder` is the one that the notebook works in."""
        with ExitStack() as held:
            forks = forks or held.enter_context(Forks(None, [], 1))
            run = held.enter_context(_Run(forks, nb_man.nb, folder or os.getcwd()))
            run.deadline = monotonic() + (execution_timeout or float("inf"))
            try:
                for index, cell in enumerate(nb_man.nb.cells):
                    nb_man.cell_start(cell, index)
                    is_good = not _is_run(cell) or run.is_good(cell)
                    if not is_good:
                        nb_man.cell_exception(cell, index)
                    nb_man.cell_complete(cell, index)
                    if not is_good:
                        break
            except TimeoutError as error:
                raise Interrupted(
                    f"the notebook was stopped after {execution_timeout} seconds; make the cell "
                    "faster, or allow more with tradecheck report --timeout"
                ) from error
            except EOFError as error:
                if forks.stopped:
                    raise KeyboardInterrupt from error
                raise Interrupted(
                    "the Python process of the notebook ended; it may have run out of memory, or "
                    "the cell ended it"
                ) from error


papermill_engines.register("tradecheck", TradecheckEngine)


class _Run:
    """A notebook's process as seen from here.

    It is told all cells at once, and goes from one to the next while the outputs of the earlier ones
    are still read. What it prints it writes into files in `private`, so that nothing is lost of it
    when the process ends.
    """

    deadline: float

    def __init__(self, forks: Forks, notebook: NotebookNode, folder: str):
        self._forks = forks
        forks.warm()
        self._private = forks.private()
        self._printed = {name: Path(self._private) / name for name in STREAMS}
        for path in self._printed.values():
            path.touch()
        self._read = dict.fromkeys(STREAMS, 0)
        self._outputs = Outputs()
        self._notebook = notebook
        own = {"IPYTHONDIR": self._private}  # not the user's
        cells = [(cell.source, _ends_the_run(cell)) for cell in notebook.cells if _is_run(cell)]
        self._child = forks.start(f"{KERNEL}:serve", self._private, folder, own, cells)
        forks.prepare_pages()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._forks.end(self._child)
        shutil.rmtree(self._private, ignore_errors=True)

    def is_good(self, cell: NotebookNode) -> bool:
        """Wait for the end of the next cell; whether the run goes on after it.

        Raises EOFError when the process has ended and TimeoutError at the deadline; what the cell
        has shown until then is among its outputs.
        """
        self._outputs.begin(cell)
        try:
            while True:
                head, _, text = self._child.receive(self.deadline).partition(b"\n")
                kind, printed = json.loads(head)
                content = json.loads(text)
                self._show_printed(printed)
                if kind == "reply":
                    is_good = content["status"] == "ok" or not _ends_the_run(cell)
                    if not is_good:
                        self._outputs.fail(content)
                    self._outputs.keep()
                    cell.execution_count = content["execution_count"]
                    return is_good
                if kind == "ready":
                    self._notebook.metadata.language_info = content
                else:
                    self._outputs.take(kind, content)
        except (EOFError, TimeoutError):
            self._show_printed([path.stat().st_size for path in self._printed.values()])
            self._outputs.keep()
            raise

    def _show_printed(self, until: list[int]) -> None:
        """Take what has been printed, up to these lengths of the files."""
        for (name, path), end in zip(self._printed.items(), until, strict=True):
            begin = self._read[name]
            if begin < end:
                with path.open("rb") as file:
                    file.seek(begin)
                    text = file.read(end - begin).decode("utf-8", "replace")
                self._read[name] = end
                self._outputs.take("stream", {"name": name, "text": text})


def _is_run(cell: NotebookNode) -> bool:
    is_code = cell.cell_type == "code" and cell.source.strip()
    return bool(is_code) and "skip-execution" not in cell.metadata.get("tags", ())


def _ends_the_run(cell: NotebookNode) -> bool:
    return "raises-exception" not in cell.metadata.get("tags", ())

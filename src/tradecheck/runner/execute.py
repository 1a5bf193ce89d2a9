"""One strict way to run a notebook: papermill, this interpreter, whole parameters, a deadline."""

import logging
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from traitlets import Callable as CallableTrait

from tradecheck.errors import TradecheckError
from tradecheck.runner.executed import own_cells, with_outputs
from tradecheck.runner.forks import Forks, environment
from tradecheck.runner.kernel import Cells, ForkedKernel
from tradecheck.runner.notebooks import Notebook
from tradecheck.study.project import Project

START_SECONDS = 60

_quiet = logging.getLogger("tradecheck.execution")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False
logging.getLogger("papermill").setLevel(logging.CRITICAL)


class NotebookFailed(TradecheckError):
    """A run that did not come to its end: where, the cell's source, and the last that it showed."""

    def __init__(self, sentence: str, source: str, output: str):
        super().__init__(sentence)
        self.source = source
        self.output = output


class _Client(PapermillNotebookClient):
    """Papermill's client, with the manager of our kernel."""

    make_manager = CallableTrait()

    def create_kernel_manager(self) -> ForkedKernel | AsyncKernelManager:
        self.km = self.make_manager(
            [
                (cell.source, "raises-exception" not in cell.metadata.get("tags", ()))
                for cell in self.nb.cells
                if cell.cell_type == "code"
                and cell.source.strip()
                and self.skip_cells_with_tag not in cell.metadata.get("tags", ())
            ]
        )
        return self.km


def stock_kernel(private: str, _: Cells) -> AsyncKernelManager:
    """A kernel of this very interpreter, whatever other kernels the user has installed.

    Its sockets are files in a private folder: two runs at once share no port.
    """
    return AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        transport="ipc",
        connection_file=str(Path(private) / "kernel.json"),
    )


class _Engine(Engine):
    """Papermill's engine, with the notebook's folder as working folder and one deadline for all."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        deadline: float,
        folder: str,
        environment: Mapping[str, str],
        make_manager: Callable[[Cells], ForkedKernel | AsyncKernelManager],
        **_: Any,
    ) -> None:
        client = _Client(
            nb_man,
            make_manager=make_manager,
            log=_quiet,
            startup_timeout=START_SECONDS,
            timeout_func=lambda cell: max(1, round(deadline - monotonic())),
            coalesce_streams=True,
            record_timing=False,
            shutdown_kernel="immediate",
        )
        loop = ensure_event_loop()
        try:
            client.execute(cwd=folder, env=dict(environment))
        finally:
            if not loop.is_running():  # the client's own, which nobody else would close
                loop.close()


papermill_engines.register("tradecheck", _Engine)


def execute(
    project: Project,
    notebook: Notebook,
    parameters: Mapping[str, Any],
    timeout: int,
    forks: Forks | None,
) -> NotebookNode:
    """The notebook with the outputs of a run with these parameters; at most `timeout` seconds.

    It runs in a forked process, or without `forks` in a kernel. Raises NotebookFailed for a failing
    cell, a dead process and a run that takes too long.
    """
    ran = _parameterized(notebook, parameters)
    with tempfile.TemporaryDirectory(prefix="tradecheck-") as private:
        manager = partial(ForkedKernel, forks) if forks else stock_kernel
        try:
            papermill_engines.execute_notebook_with_engine(
                "tradecheck",
                ran,
                "python3",
                progress_bar=False,
                deadline=monotonic() + timeout,
                folder=str(notebook.path.parent),
                environment=environment(project) | {"IPYTHONDIR": private},  # not the user's
                make_manager=partial(manager, private),
            )
            raise_for_execution_errors(ran, None)
        except PapermillExecutionError as error:
            raise _failing_cell(notebook, ran) from error
        except DeadKernelError as error:
            if forks and forks.stopped:
                raise KeyboardInterrupt from error
            raise _stopped(
                notebook,
                ran,
                "the Python process of the notebook ended; it may have run out of memory, or the "
                "cell ended it",
            ) from error
        except CellTimeoutError as error:
            raise _stopped(
                notebook,
                ran,
                f"the notebook was stopped after {timeout} seconds; make the cell faster, or allow "
                "more with tradecheck report --timeout",
            ) from error
        except RuntimeError as error:
            raise TradecheckError(
                f"{notebook.path.name}: its Python process did not start ({error}); try again, and "
                "if it stays so, delete .venv and run make report."
            ) from error
    if _errors(ran.cells):  # papermill takes sys.exit(0) for a success
        raise _failing_cell(notebook, ran)
    return with_outputs(notebook, ran)


def _parameterized(notebook: Notebook, parameters: Mapping[str, Any]) -> NotebookNode:
    """The notebook as papermill runs it, with a cell of these parameters."""
    source = load_notebook_node(nbformat.reads(notebook.source.decode(), as_version=4))
    return parameterize_notebook(
        source,
        dict(parameters),
        kernel_name="python3",
        language="python",
        engine_name="tradecheck",
    )


def _errors(cells: Iterable[NotebookNode]) -> list[NotebookNode]:
    outputs = (output for cell in cells for output in cell.get("outputs", ()))
    return [output for output in outputs if output.output_type == "error"]


def _failing_cell(notebook: Notebook, executed: NotebookNode) -> NotebookFailed:
    position = _last_started(executed)
    cell = own_cells(executed)[position - 1]
    error = _errors([cell])[-1]
    whole = f"{error.ename}: {error.evalue}".strip(": ")
    said = error.evalue if error.ename == TradecheckError.__name__ else whole.splitlines()[-1]
    sentence = f"{notebook.place(position)}: {said}"
    return NotebookFailed(sentence, cell.source, "\n".join([*_texts(cell), whole]))


def _stopped(notebook: Notebook, executed: NotebookNode, why: str) -> NotebookFailed:
    position = _last_started(executed)
    cell = own_cells(executed)[position - 1]
    sentence = f"{notebook.place(position)}: {why}."
    return NotebookFailed(sentence, cell.source, "\n".join(_texts(cell)))


def _last_started(executed: NotebookNode) -> int:
    """The position, from 1, of the last cell that papermill started (of the first if none was)."""
    started = [
        position
        for position, cell in enumerate(own_cells(executed), start=1)
        if cell.metadata.get("papermill", {}).get("start_time")
    ]
    return max(started, default=1)


def _texts(cell: NotebookNode) -> list[str]:
    """What a cell has shown, as text without terminal colours."""
    outputs = cell.get("outputs", ())
    texts = [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]
    return [re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip() for text in texts if text]

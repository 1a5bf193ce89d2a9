"""One strict way to run a notebook: papermill, this interpreter, whole parameters, a deadline.

The way is an engine of papermill's: `papermill --engine tradecheck IN.ipynb OUT.ipynb`.
"""

import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from multiprocessing.connection import wait
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat
from nbformat import NotebookNode


def __getattr__(name: str) -> None:
    """Papermill, when its import below is its first, asks for the engine before it is there."""
    if name != "TradecheckEngine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from tradecheck.errors import Mistakes, TradecheckError
from tradecheck.runner.executed import own_cells, with_outputs
from tradecheck.runner.forks import Forks
from tradecheck.runner.freshness import TABLES
from tradecheck.runner.notebooks import Notebook
from tradecheck.runner.opened import LOG, Opened, read
from tradecheck.runner.outputs import Outputs
from tradecheck.runner.undefined import told

STREAMS = ("stdout", "stderr")
DIED = (
    "the Python process of the notebook ended; it may have run out of memory, or the cell ended it"
)
SLOW = (
    "the notebook was stopped after {} seconds; make the cell faster, or allow more with "
    "tradecheck report --timeout"
)


class NotebookFailed(TradecheckError):
    """A run that did not come to its end: where, the cell's source, and the last that it showed."""

    def __init__(self, sentence: str, source: str, output: str):
        super().__init__(sentence)
        self.source = source
        self.output = output


class Interrupted(TradecheckError):
    """A notebook whose process ended, or was ended at its deadline, within a cell."""


def execute(
    notebook: Notebook,
    parameters: Mapping[str, Any],
    timeout: int,
    forks: Forks,
    opened: Opened | None = None,
) -> NotebookNode:
    """The notebook with the outputs of a run with these parameters; at most `timeout` seconds.

    What the run has opened in the notebook's project is added to `opened`. Raises NotebookFailed for a failing cell, a dead process and a run that takes too long.
    """
    ran = parameterize_notebook(
        load_notebook_node(nbformat.reads(notebook.source.decode(), as_version=4)),
        dict(parameters),
        kernel_name="python3",
        language="python",
        engine_name="tradecheck",
    )
    own = f"{TABLES}{parameters.get('study')}"
    asked = {
        "execution_timeout": timeout,
        "forks": forks,
        "folder": notebook.path.parent,
        "project": (str(notebook.root), own),
        "opened": opened,
    }
    try:
        TradecheckEngine.execute_notebook(ran, "python3", progress_bar=False, **asked)
    except Interrupted as error:
        *_, (position, cell) = (
            held
            for held in enumerate(own_cells(ran), start=1)
            if held[1].metadata.papermill.start_time
        )
        sentence = f"{notebook.place(position)}: {error}."
        raise NotebookFailed(sentence, cell.source, _shown(cell)) from error
    for position, cell in enumerate(own_cells(ran), start=1):
        for shown in (held for held in cell.get("outputs", ()) if held.output_type == "error"):
            whole = f"{shown.ename}: {shown.evalue}".strip(": ")
            is_ours = shown.ename in (TradecheckError.__name__, Mistakes.__name__)
            said = shown.evalue if is_ours else whole.splitlines()[-1]
            said = told(notebook, position, said)
            sentence = f"{notebook.place(position)}: {said}"
            raise NotebookFailed(sentence, cell.source, f"{_shown(cell)}\n{whole}".strip())
    return with_outputs(notebook, ran)


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
        folder: Path | None = None,
        project: tuple[str, str] | None = None,
        opened: Opened | None = None,
        **_: Any,
    ) -> None:
        """`execution_timeout` is in seconds; `folder` is the one that the notebook works in,
        `project` the root of its project and the folder of tables that it may write."""
        nb_man.nb.metadata.setdefault("language_info", {"name": "python"})
        with ExitStack() as held:
            forks = forks or held.enter_context(Forks(None, [], 1))
            run = _Run(forks, nb_man.nb, folder or Path.cwd(), execution_timeout, project)
            held.callback(run.end)
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                is_good = not _is_run(cell) or run.is_good(cell)
                if not is_good:
                    nb_man.cell_exception(cell, index)
                nb_man.cell_complete(cell, index)
                if not is_good:
                    break
            if opened is not None:
                opened.add(read(run.private / LOG))


papermill_engines.register("tradecheck", TradecheckEngine)


class _Run:
    """A notebook's process as seen from here.

    It is told all cells at once, and goes from one to the next while the outputs of the earlier ones
    are still read. It prints into files, so that nothing of that is lost when it ends.
    """

    def __init__(
        self,
        forks: Forks,
        notebook: NotebookNode,
        folder: Path,
        timeout: float | None,
        project: tuple[str, str] | None,
    ):
        forks.warm()
        self.private = Path(tempfile.mkdtemp(dir=forks.folder))
        self._printed = [self.private / name for name in STREAMS]
        self._taken = [0, 0]
        for path in self._printed:
            path.touch()
        self._forks, self._outputs, self._timeout = forks, Outputs(), timeout
        cells = [(cell.source, _ends_the_run(cell)) for cell in notebook.cells if _is_run(cell)]
        asked = (str(self.private), str(folder), cells, project)
        self._process, self._connection = forks.start("tradecheck.runner.kernel:serve", *asked)
        forks.prepare_pages()
        self._deadline = monotonic() + (timeout or float("inf"))

    def end(self) -> None:
        self._forks.end(self._process)
        self._connection.close()

    def is_good(self, cell: NotebookNode) -> bool:
        """Wait for the end of the next cell, and give it its outputs; whether the run goes on."""
        self._outputs.begin(cell)
        try:
            while (message := self._receive())[0] != "reply":
                self._outputs.take(*message)
            reply = message[1]
            is_good = reply["status"] == "ok" or not _ends_the_run(cell)
            if not is_good:
                self._outputs.fail(reply)
            cell.execution_count = reply["execution_count"]
            return is_good
        except Interrupted:
            self._take_printed([path.stat().st_size for path in self._printed])
            raise
        finally:
            self._outputs.keep()

    def _receive(self) -> tuple[str, Mapping[str, Any]]:
        """What the process says next, of which kind, after what it has printed before."""
        left = max(0, self._deadline - monotonic())
        ready = left and wait([self._connection, self._process.sentinel], min(left, 1e6))
        with suppress(EOFError):
            if ready and self._connection in ready:
                head, _, text = self._connection.recv_bytes().partition(b"\n")
                kind, printed = json.loads(head)
                self._take_printed(printed)
                return kind, json.loads(text)
        if self._forks.stopped:
            raise KeyboardInterrupt
        raise Interrupted(DIED if ready else SLOW.format(self._timeout))

    def _take_printed(self, until: list[int]) -> None:
        """Take what has been printed, up to these lengths of the files."""
        for name, path, begin, end in zip(STREAMS, self._printed, self._taken, until, strict=True):
            if begin < end:
                with path.open("rb") as file:
                    file.seek(begin)
                    text = file.read(end - begin).decode("utf-8", "replace")
                self._outputs.take("stream", {"name": name, "text": text})
        self._taken = until


def _is_run(cell: NotebookNode) -> bool:
    is_code = cell.cell_type == "code" and cell.source.strip()
    return bool(is_code) and "skip-execution" not in cell.metadata.get("tags", ())


def _ends_the_run(cell: NotebookNode) -> bool:
    return "raises-exception" not in cell.metadata.get("tags", ())


def _shown(cell: NotebookNode) -> str:
    """What a cell has shown, as text without terminal colours."""
    outputs = cell.get("outputs", ())
    texts = [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]
    return "\n".join(re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip() for text in texts if text)

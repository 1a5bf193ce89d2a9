"""One strict way to run a notebook: papermill, this interpreter, whole parameters, a deadline."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from tradecheck.errors import TradecheckError
from tradecheck.runner.engine import Interrupted
from tradecheck.runner.executed import own_cells, with_outputs
from tradecheck.runner.forks import Forks
from tradecheck.runner.notebooks import Notebook


class NotebookFailed(TradecheckError):
    """A run that did not come to its end: where, the cell's source, and the last that it showed."""

    def __init__(self, sentence: str, source: str, output: str):
        super().__init__(sentence)
        self.source = source
        self.output = output


def execute(
    notebook: Notebook, parameters: Mapping[str, Any], timeout: int, forks: Forks
) -> NotebookNode:
    """The notebook with the outputs of a run with these parameters; at most `timeout` seconds.

    Raises NotebookFailed for a failing cell, a dead process and a run that takes too long.
    """
    ran = _parameterized(notebook, parameters)
    try:
        papermill_engines.execute_notebook_with_engine(
            "tradecheck",
            ran,
            "python3",
            progress_bar=False,
            execution_timeout=timeout,
            forks=forks,
            folder=str(notebook.path.parent),
        )
    except Interrupted as error:
        position, cell = _last_started(ran)
        sentence = f"{notebook.place(position)}: {error}."
        raise NotebookFailed(sentence, cell.source, "\n".join(_texts(cell))) from error
    if _errors(ran.cells):
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
    position, cell = _last_started(executed)
    error = _errors([cell])[-1]
    whole = f"{error.ename}: {error.evalue}".strip(": ")
    said = error.evalue if error.ename == TradecheckError.__name__ else whole.splitlines()[-1]
    sentence = f"{notebook.place(position)}: {said}"
    return NotebookFailed(sentence, cell.source, "\n".join([*_texts(cell), whole]))


def _last_started(executed: NotebookNode) -> tuple[int, NotebookNode]:
    """The last cell that was started (the first if none was), after its position, from 1."""
    cells = list(enumerate(own_cells(executed), start=1))
    started = [held for held in cells if held[1].metadata.get("papermill", {}).get("start_time")]
    return max(started, default=cells[0], key=lambda held: held[0])


def _texts(cell: NotebookNode) -> list[str]:
    """What a cell has shown, as text without terminal colours."""
    outputs = cell.get("outputs", ())
    texts = [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]
    return [re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip() for text in texts if text]

"""Executed notebooks: as papermill leaves them, as they are kept, and as a page shows them.

Apart from `execute`, since a new page needs no papermill.
"""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tradecheck.runner.notebooks import Notebook

NOT_OURS = {"injected-parameters", "papermill-error-cell-tag"}


def with_outputs(notebook: Notebook, executed: NotebookNode) -> NotebookNode:
    """The notebook as it stands now, its code cells with the outputs of an earlier run of them."""
    outputs = [cell.outputs for cell in own_cells(executed) if cell.cell_type == "code"]
    shown = nbformat.reads(notebook.source.decode(), as_version=4)
    code = [cell for cell in shown.cells if cell.cell_type == "code"]
    for count, (cell, held) in enumerate(zip(code, outputs, strict=True), start=1):
        cell.execution_count = count
        cell.outputs = held
        for output in held:
            if "execution_count" in output:
                output.execution_count = count
    return shown


def read(path: Path) -> NotebookNode:
    """An executed notebook that was kept."""
    return nbformat.read(path, as_version=4)


def own_cells(executed: NotebookNode) -> list[NotebookNode]:
    """The cells without those that papermill has added."""
    return [cell for cell in executed.cells if not NOT_OURS & set(cell.metadata.get("tags", ()))]

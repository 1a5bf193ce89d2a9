"""Cells run as a build runs them, for tests of what they show."""

from nbformat.v4 import new_code_cell, new_notebook
from papermill.engines import papermill_engines
from papermill.iorw import load_notebook_node

from report_sample import code, masthead
from tradecheck.runner import execute  # noqa: F401 (registers the engine)


def run(*sources):
    """The executed notebook of these cells, under a title."""
    held = load_notebook_node(new_notebook(cells=[new_code_cell(source) for source in sources]))
    for place, cell in enumerate(held.cells):
        cell.id = f"cell-{place}"
    ran = papermill_engines.execute_notebook_with_engine(
        "tradecheck", held, "python3", progress_bar=False
    )
    ran.cells.insert(0, code("title", masthead()))
    ran.cells[0].id = "title"
    return ran

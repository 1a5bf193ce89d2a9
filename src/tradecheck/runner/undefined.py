"""Errors of Python that say too little: a name that no cell above has made, nothing to unpack."""

import ast
import re
from collections.abc import Sequence

from tradecheck.runner.freshness import parse
from tradecheck.runner.notebooks import Notebook

MISSING = re.compile(r"NameError: name '(\w+)' is not defined")

EMPTY = re.compile(r"ValueError: not enough values to unpack \(expected (?:at least )?\d+, got 0\)")


def told(notebook: Notebook, position: int, said: str) -> str:
    """What an error in a cell says, with what to do about it where Python does not tell."""
    if EMPTY.match(said):
        return (
            f"{said}: what stands right of the equals sign is empty; show it in a cell of its own "
            "to see why, such as a month or a code that the data lack."
        )
    found = MISSING.match(said)
    if not found:
        return said
    name = found[1]
    later = [
        notebook.place(number).partition(", ")[2]
        for number, cell in enumerate(notebook.cells, start=1)
        if number > position and cell["cell_type"] == "code" and name in _made(cell["source"])
    ]
    if later:
        return f"{name!r} is not there yet: {later[0]} makes it; move that cell above this one."
    return (
        f"{name!r} is not there: no cell above makes it; if a cell that did was deleted, "
        f"git diff {notebook.file} shows it and git restore {notebook.file} brings it back."
    )


def _made(source: str) -> Sequence[str]:
    """The names that a cell assigns, imports or defines."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError):
        return ()
    stored = [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    imported = [
        (alias.asname or alias.name).partition(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for alias in n.names
    ]
    defined = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return [*stored, *imported, *defined]

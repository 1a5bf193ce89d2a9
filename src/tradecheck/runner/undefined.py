"""Errors of Python that say too little: a name that no cell above has made, nothing to unpack."""

import ast
import re
from collections.abc import Sequence

from tradecheck.runner.freshness import parse
from tradecheck.runner.notebooks import Notebook

MISSING = re.compile(r"NameError: name '(\w+)' is not defined")

EMPTY = re.compile(r"ValueError: not enough values to unpack \(expected (?:at least )?\d+, got 0\)")

BROKEN = re.compile(r"EOFError: marshal data too short|ValueError: bad marshal data")

NAMED = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.MatchAs, ast.MatchStar,
    ast.ExceptHandler,
)  # fmt: skip


def told(notebook: Notebook, position: int, said: str) -> str:
    """What an error in a cell says, with what to do about it where Python does not tell."""
    if EMPTY.match(said):
        return (
            f"{said}: what stands right of the equals sign is empty; show it in a cell of its own "
            "to see why, such as a month or a code that the data lack."
        )
    if BROKEN.match(said):
        return (
            "a compiled module that the cell imports is cut short or damaged: delete the folders "
            "__pycache__ in .venv and src, then run again."
        )
    found = MISSING.match(said)
    if not found:
        return said
    name = found[1]
    later = [
        notebook.place(number).partition(", ")[2]
        for number, cell in enumerate(notebook.cells, start=1)
        if number > position and cell["cell_type"] == "code" and name in made(cell["source"])
    ]
    if later:
        return f"{name!r} is not there yet: {later[0]} makes it; move that cell above this one."
    return (
        f"{name!r} is not there: no cell above makes it; if a cell that did was deleted, "
        f"git diff {notebook.file} shows it and git restore {notebook.file} brings it back."
    )


def made(source: str) -> Sequence[str]:
    """The names that a cell assigns, imports or defines."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError):
        return ()
    found: list[str | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
        elif isinstance(node, NAMED):
            found.append(node.name)
        elif isinstance(node, ast.MatchMapping):
            found.append(node.rest)
    return list(filter(None, found))

"""A notebook's cells run one after the other in this process; what each shows, by the cell's id."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tradecheck.show.exhibits import Fold
from tradecheck.show.prose import Prose


def cells_of(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def run(path: Path, **parameters: Any) -> dict[str, list[Any]]:
    """The exhibits of each code cell, in order; `parameters` stand for those of the first cell."""
    shown: dict[str, list[Any]] = {}
    names: dict[str, Any] = {}
    for cell in cells_of(path):
        if cell["cell_type"] != "code":
            continue
        held: list[Any] = []
        names["display"] = lambda *found, held=held: held.extend(found)
        last = _run("".join(cell["source"]), names)
        shown[cell["id"]] = held + ([last] if last is not None else [])
        if "parameters" in cell["metadata"].get("tags", ()):
            names |= parameters
    return shown


def words(shown: Mapping[str, list[Any]]) -> str:
    """Everything that the cells show, as plain text."""
    return "\n".join(_text(one) for found in shown.values() for one in found)


def _text(one: Any) -> str:
    if isinstance(one, Prose):
        return one.markdown
    if isinstance(one, Fold):
        return "\n".join([one.summary, *map(_text, one.exhibits)])
    return one.html() if hasattr(one, "html") else ""


def _run(source: str, names: dict[str, Any]) -> Any:
    """Runs a cell; its last expression is what it shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None

"""Notebooks as files: which there are, which report each makes, what in them counts."""

import ast
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project
from tradecheck.runner.freshness import parse

# Suffix of the report's name and the words of a link to it; another notebook is called by its name.
KINDS = {
    "01_clean": ("-data", "How the data were cleaned"),
    "02_doubling_and_peak": ("", "Report"),
    "03_robustness": ("-robustness", "Robustness"),
}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Notebook:
    """One notebook in `notebooks/`, in its source form: no outputs, no editor's metadata."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def suffix(self) -> str:
        """What follows the study's name in the names of its report's files."""
        named = self.name.partition("_")[2].replace("_", "-")
        return KINDS.get(self.name, (f"-{named}", ""))[0]

    @property
    def link_words(self) -> str:
        words = self.name.partition("_")[2].replace("_", " ").capitalize()
        return KINDS.get(self.name, ("", words))[1]

    @cached_property
    def cells(self) -> list[dict[str, Any]]:
        """Its cells: type, source and tags; what an editor writes besides does not count."""
        return source_cells(self.path.read_bytes(), f"notebooks/{self.path.name}")

    @cached_property
    def source(self) -> bytes:
        """The whole notebook without outputs: what is run, digested and offered to the reader."""
        held = {"cells": self.cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
        return (json.dumps(held, indent=1, ensure_ascii=False) + "\n").encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.source).hexdigest()

    @property
    def code(self) -> list[str]:
        """The sources of its code cells."""
        return [cell["source"] for cell in self.cells if cell["cell_type"] == "code"]

    @property
    def code_digest(self) -> str:
        """Digest of all that a run depends on: code cells and their tags, in order."""
        counts = [
            (cell["source"], cell["metadata"]) for cell in self.cells if cell["cell_type"] == "code"
        ]
        return hashlib.sha256(json.dumps(counts).encode()).hexdigest()

    def place(self, position: int) -> str:
        """A cell in words, with the nearest heading above: `02_x.ipynb, cell 7 (Rank)`."""
        heading = ""
        for cell in self.cells[:position]:
            if cell["cell_type"] == "markdown":
                found = re.findall(r"^#+\s+(.+)$", cell["source"], re.MULTILINE)
                heading = found[-1].strip() if found else heading
        return f"{self.path.name}, cell {position}" + (f" ({heading})" if heading else "")

    def parameters(self) -> dict[str, Any]:
        """What the cell tagged `parameters` sets: plain values, one assignment a line."""
        where = f"notebooks/{self.path.name}"
        tagged = [
            (position, cell["source"])
            for position, cell in enumerate(self.cells, start=1)
            if "parameters" in cell["metadata"].get("tags", ())
        ]
        if len(tagged) != 1:
            raise TradecheckError(
                f"{where} has {len(tagged)} cells tagged parameters: it needs exactly one, "
                "which sets the study's fields."
            )
        position, source = tagged[0]
        try:
            return dict(_assignment(line) for line in parse(source).body)
        except (SyntaxError, ValueError) as error:
            raise TradecheckError(
                f"{self.place(position)}: the parameters cell may hold nothing but lines such as "
                f'partner = "Russia" ({error}).'
            ) from error


def source_cells(content: str | bytes, where: str) -> list[dict[str, Any]]:
    """A notebook's cells in their source form; `where` names it in an error's sentence."""
    try:
        held = json.loads(content)
        if held["nbformat"] != 4:
            raise TradecheckError(f"{where} has an old format: open and save it in JupyterLab.")
        return [_source_form(n, cell) for n, cell in enumerate(held["cells"], start=1)]
    except (ValueError, KeyError, TypeError) as error:
        raise TradecheckError(
            f"{where} is not a notebook ({error}): restore it with git checkout, "
            "or resolve its merge conflict."
        ) from error


def find_notebooks(project: Project) -> list[Notebook]:
    """All `NN_*.ipynb` in `notebooks/`, in the order in which they run."""
    found = sorted(project.notebooks.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise TradecheckError(
            "There is no notebook to run: notebooks/ holds no file such as 01_clean.ipynb; "
            "restore them with git checkout."
        )
    return [Notebook(path) for path in found]


def check_parameters(notebook: Notebook) -> None:
    """Raise a TradecheckError unless the notebook's parameters cell is a whole, valid study."""
    from tradecheck.study import Study

    Study.build(notebook.parameters(), f"notebooks/{notebook.path.name}, parameters cell")


def _assignment(line: ast.stmt) -> tuple[str, Any]:
    match line:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, ast.literal_eval(value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, ast.literal_eval(value)
    raise ValueError(f"line {line.lineno} does not set one field to a plain value")


def _source_form(number: int, cell: dict[str, Any]) -> dict[str, Any]:
    source = cell["source"]
    tags = cell["metadata"].get("tags")
    kept = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{number}",
        "metadata": {"tags": tags} if tags else {},
        "source": source if isinstance(source, str) else "".join(source),
    }
    if cell["cell_type"] == "code":
        kept |= {"execution_count": None, "outputs": []}
    elif "attachments" in cell:
        kept["attachments"] = cell["attachments"]
    return kept

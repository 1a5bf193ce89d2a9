"""Notebooks as files: which report each makes, what its parameters cell says, what in it counts."""

import ast
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tradecheck.errors import TradecheckError
from tradecheck.runner.freshness import parse

OWN = "tradecheck"  # the notebook's metadata that say which report it makes
KINDS = ("code", "markdown", "raw")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Notebook:
    """A notebook of the project, in its source form: no outputs, no editor's metadata.

    `file` is its place in the project: `notebooks/01_clean.ipynb`.
    """

    root: Path
    file: str

    @property
    def path(self) -> Path:
        return self.root / self.file

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def _held(self) -> dict[str, Any]:
        return source_form(self.path.read_bytes(), self.file)

    @property
    def cells(self) -> list[dict[str, Any]]:
        """Its cells: type, source and tags; what an editor writes besides does not count."""
        return self._held["cells"]

    @cached_property
    def source(self) -> bytes:
        """The whole notebook without outputs: what is run, digested and offered to the reader."""
        return (json.dumps(self._held, indent=1, ensure_ascii=False) + "\n").encode()

    @property
    def _words(self) -> str:
        return self.name.partition("_")[2]

    @property
    def suffix(self) -> str:
        """What follows the study's name in the names of its report's files."""
        named = self._own("report", self._words.replace("_", "-").lower())
        if not re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", named):
            raise TradecheckError(
                f"{self.file}: its metadata name the report {named!r}; expected are small letters, "
                'digits and hyphens, or "" for the main report.'
            )
        return f"-{named}" if named else ""

    @property
    def title(self) -> str:
        """The words of a link to its report."""
        return self._own("title", self._words.replace("_", " ").capitalize())

    @property
    def needs(self) -> str:
        """The field of a study without which it makes no report; empty if every study has one."""
        return self._own("needs", "")

    def _own(self, field: str, otherwise: str) -> str:
        own = self._held["metadata"].get(OWN, {})
        told = own.get(field, otherwise) if isinstance(own, dict) else None
        if not isinstance(told, str):
            raise TradecheckError(f'{self.file}: the metadata "{OWN}" hold {field} as a text.')
        return told

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.source).hexdigest()

    @property
    def code(self) -> list[str]:
        """The sources of its code cells."""
        return [cell["source"] for cell in self.cells if cell["cell_type"] == "code"]

    @cached_property
    def code_digest(self) -> str:
        """Digest of the code cells and their tags, in order; of the parameters the names alone."""
        counts = [
            (sorted(self.parameters) if is_parameters(cell) else cell["source"], cell["metadata"])
            for cell in self.cells
            if cell["cell_type"] == "code"
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

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What the cell tagged `parameters` sets: `study`, and overrides; None is no override."""
        tagged = [cell["source"] for cell in self.cells if is_parameters(cell)]
        if len(tagged) != 1:
            raise TradecheckError(
                f"{self.file} has {len(tagged)} cells tagged parameters: it needs exactly one, "
                "which names the study."
            )
        try:
            found = dict(_assignment(line) for line in parse(tagged[0]).body)
        except (SyntaxError, ValueError) as error:
            raise TradecheckError(
                f"{self.file}: the parameters cell may hold nothing but lines such as "
                f'months = "2021-01..2023-10" ({error}).'
            ) from error
        if not isinstance(found.get("study"), str):
            raise TradecheckError(
                f"{self.file}: the parameters cell names no study; write a line such as "
                'study = "the-name-of-its-folder".'
            )
        return found

    def overrides(self, study: str) -> dict[str, Any]:
        """What the parameters cell sets otherwise than the study: for the one that it names."""
        if self.parameters["study"] != study:
            return {}
        held = self.parameters.items()
        return {name: value for name, value in held if name != "study" and value is not None}

    def injected(self, study: str) -> dict[str, Any]:
        """What a run for a study sets anew: another study than the cell's takes no override."""
        if self.parameters["study"] == study:
            return {"study": study}
        return dict.fromkeys(self.parameters) | {"study": study}


def is_parameters(cell: Mapping[str, Any]) -> bool:
    return "parameters" in cell["metadata"].get("tags", ())


def source_form(content: str | bytes, file: str) -> dict[str, Any]:
    """A notebook without what a run or an editor adds; `file` names it in an error's sentence."""
    try:
        held = json.loads(content.decode() if isinstance(content, bytes) else content)
        if held["nbformat"] != 4:
            raise TradecheckError(f"{file} has an old format: open and save it in JupyterLab.")
        own = {OWN: held["metadata"][OWN]} if OWN in held.get("metadata", ()) else {}
        cells = [_source_cell(file, n, cell) for n, cell in enumerate(held["cells"], start=1)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TradecheckError(
            f"{file} is not a notebook ({error}): restore it with git checkout, "
            "or resolve its merge conflict."
        ) from error
    return {"cells": cells, "metadata": METADATA | own, "nbformat": 4, "nbformat_minor": 5}


def _source_cell(file: str, number: int, cell: dict[str, Any]) -> dict[str, Any]:
    if fault := _fault(cell):
        raise TradecheckError(
            f"{file}, cell {number}: {fault}; delete the cell in JupyterLab and write it anew, or "
            "restore the notebook with git checkout."
        )
    tags = cell["metadata"].get("tags")
    kept = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{number}",
        "metadata": {"tags": tags} if tags else {},
        "source": "".join(cell["source"]),
    }
    if cell["cell_type"] == "code":
        kept |= {"execution_count": None, "outputs": []}
    elif "attachments" in cell:
        kept["attachments"] = cell["attachments"]
    return kept


def _fault(cell: dict[str, Any]) -> str:
    """What in a cell the notebook format refuses, which would else be told after a run."""
    metadata, attachments = cell["metadata"], cell.get("attachments", {})
    if cell["cell_type"] not in KINDS:
        return f"its type is {cell['cell_type']!r}, and has to be one of {', '.join(KINDS)}"
    if not isinstance(metadata, dict):
        return "its metadata are no object with names and values"
    tags = metadata.get("tags", [])
    if not _are_texts(tags) or len({*tags}) < len(tags) or any(not t or "," in t for t in tags):
        return "its tags are no list of different words without commas"
    if not (isinstance(cell["source"], str) or _are_texts(cell["source"])):
        return "its source is no text"
    if not isinstance(attachments, dict) or not all(
        isinstance(held, dict)
        and all(isinstance(data, str) or _are_texts(data) for data in held.values())
        for held in attachments.values()
    ):
        return "its attachments are no files"
    try:
        json.dumps([cell["source"], tags, attachments], ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        return f"it holds half a character ({error.object[error.start]!a})"
    return ""


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _assignment(line: ast.stmt) -> tuple[str, Any]:
    match line:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, ast.literal_eval(value)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, ast.literal_eval(value)
    raise ValueError(f"line {line.lineno} does not set one field to a plain value")

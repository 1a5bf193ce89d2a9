"""A study's tables as a Frictionless Data Package: `data/processed/<study>/datapackage.json`."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from tradecheck import __version__
from tradecheck.data.clean import Cleaned
from tradecheck.data.flows import COLUMNS, MONTH, STATUSES
from tradecheck.data.store import Written
from tradecheck.study.cards import FLOWS, NOT_STATED, Card
from tradecheck.study.project import Project
from tradecheck.study.study import Study

FILE = "datapackage.json"
CLEANED = tuple(field.name for field in fields(Cleaned))  # tables of flows come first
OF_FLOWS = ("flows", "set_aside")
CONSTRAINTS: dict[str, dict[str, Any]] = {
    "flow": {"required": True, "enum": list(FLOWS)},
    "status": {"required": True, "enum": list(STATUSES)},
    **dict.fromkeys(
        ("period_start", "period_end"), {"required": True, "pattern": f"^{MONTH.pattern}$"}
    ),
    **dict.fromkeys(("reporter", "partner", "product"), {"required": True}),
}


def write_package(
    project: Project, study: Study, cards: Mapping[str, Card], tables: Iterable[str]
) -> Written:
    """Describe the cleaned tables, and those named, as far as they have been written.

    CSV files are tables with a schema that data tools check; Parquet files, which carry types of
    their own, are files. Same tables and cards, same bytes.
    """
    folder = project.processed / study.name
    named = dict.fromkeys([*CLEANED, *tables])
    resources = [one for name in named for one in _resources(folder, name)]
    package = {
        "profile": "data-package",
        "name": study.name,
        "title": study.question,
        "description": f"Tables of {study.corridor}, made by tradecheck from the files under sources.",
        "version": __version__,
        "sources": [_source(card) for _, card in sorted(cards.items())],
        "licenses": _licences(cards),
        "resources": resources,
    }
    content = f"{json.dumps(package, indent=1, ensure_ascii=False)}\n".encode()
    target, partial = folder / FILE, folder / f".{FILE}.{os.getpid()}"
    partial.write_bytes(content)
    partial.replace(target)
    return Written(project.relative(target), len(resources), hashlib.sha256(content).hexdigest())


def _resources(folder: Path, table: str) -> list[dict[str, Any]]:
    parquet = folder / f"{table}.parquet"
    if not parquet.is_file():
        return []
    held = pa.parquet.read_metadata(parquet)
    schema = {"fields": [_field(table, one) for one in held.schema.to_arrow_schema()]}
    found, csv = [], folder / f"{table}.csv"
    if csv.is_file():
        kind: dict[str, Any] = {
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
        }
        found.append({"name": table, **kind, **_file(csv), "rows": held.num_rows, "schema": schema})
    kind = {"type": "file", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    name = f"{table}-parquet" if found else table
    # tools count the rows of tables only, and would miss them in a file that says `rows`
    kind["rowCount"] = held.num_rows
    return [*found, {"name": name, **kind, **_file(parquet), "schema": schema}]


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"path": path.name, "bytes": len(content), "hash": f"sha256:{digest}"}


def _field(table: str, column: pa.Field) -> dict[str, Any]:
    kinds = (
        ("boolean", pa.types.is_boolean),
        ("integer", pa.types.is_integer),
        ("number", pa.types.is_floating),
    )
    kind = next((name for name, fits in kinds if fits(column.type)), "string")
    told: dict[str, Any] = {"name": column.name, "type": kind}
    if table in OF_FLOWS and column.name in COLUMNS:
        told["description"] = COLUMNS[column.name]
        if table == "flows" and column.name in CONSTRAINTS:
            told["constraints"] = CONSTRAINTS[column.name]
    return told


def _source(card: Card) -> dict[str, Any]:
    address = {"path": card.address} if card.address.startswith("https://") else {}
    return {
        "title": f"{card.publisher}: {card.title}",
        **address,
        "file": f"data/raw/{card.file}",
        "sha256": card.sha256,
        "retrieved": card.retrieved,
        "terms": card.terms,
    }


def _licences(cards: Mapping[str, Card]) -> list[dict[str, str]]:
    """Each publisher's terms as its card states them; nothing is read into them."""
    terms = dict.fromkeys(card.terms for _, card in sorted(cards.items()))
    return [
        {
            "name": "notspecified" if words == NOT_STATED else "as-the-publisher-states",
            "title": words,
        }
        for words in terms
    ]

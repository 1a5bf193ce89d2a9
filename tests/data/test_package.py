"""The data package is what data tools read: each file's bytes, hash, rows and schema hold."""

import json
from pathlib import Path

import pytest
from frictionless import validate

from strangers import Desk, tidy, yaml
from tradecheck.data.flows import COLUMNS
from tradecheck.data.load import cards_of
from tradecheck.data.package import write_package
from tradecheck.data.store import write_processed

MONTHS = {f"2022-{month:02d}": 50 + month for month in range(1, 13)}


@pytest.fixture
def packed(tmp_path) -> Path:
    desk = Desk(tmp_path)
    desk.add("cars", tidy(MONTHS | {"2022-05": None}), publisher="An office", terms="free to use")
    made = desk.study(yaml())
    tables = made.cleaned.tables() | {"months": made.table}
    write_processed(made.project, made.opened, tables)
    cards = cards_of(made.project, made.opened)
    write_package(made.project, made.opened, cards, ["months", "never written"])
    return tmp_path / "data" / "processed" / "own" / "datapackage.json"


def problems(package: Path) -> list:
    return validate(str(package)).flatten(["title"])


def test_a_data_tool_finds_every_table_as_described(packed):
    assert problems(packed) == []
    held = json.loads(packed.read_text(encoding="utf-8"))
    flows = next(one for one in held["resources"] if one["name"] == "flows")
    described = {field["name"]: field.get("description") for field in flows["schema"]["fields"]}
    assert described == COLUMNS
    assert flows["rows"] == 12
    assert held["licenses"] == [{"name": "as-the-publisher-states", "title": "free to use"}]
    assert held["sources"][0]["title"].startswith("An office: ")
    written = {path.name for path in packed.parent.iterdir()} - {packed.name}
    assert {one["path"] for one in held["resources"]} == written


@pytest.mark.parametrize(("file", "before", "after"), [
    ("flows.csv", "2022-03", "March 2022"),  # against the schema, and the hash
    ("months.csv", "\n", "\n\n"),
    ("ledger.parquet", "PAR1", "PAR2"),
])  # fmt: skip
def test_a_file_that_is_not_as_written_is_found(packed, file, before, after):
    path = packed.parent / file
    path.write_bytes(path.read_bytes().replace(before.encode(), after.encode(), 1))
    assert problems(packed)

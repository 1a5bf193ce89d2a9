"""Schemas are those of the models, and every shipped file is valid and names its own."""

import runpy
from pathlib import Path

import jsonschema
import pytest

from tradecheck.study.values import parse_yaml

ROOT = Path(__file__).resolve().parents[1]
MADE = runpy.run_path(str(ROOT / "tools" / "write_schemas.py"))
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [
        *(ROOT / "notebooks" / "studies").glob("*/*.yaml"),
        *(ROOT / "data" / "raw").glob("*.card.yaml"),
    ]
)


def schema_of(text):
    name = text.splitlines()[0].rpartition("/")[2]
    return jsonschema.Draft202012Validator(parse_yaml(MADE["schemas"]()[name].encode(), name))


def test_the_schemas_are_those_of_the_models():
    held = {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs/schemas").iterdir()
    }
    assert held == MADE["schemas"](), "run python tools/write_schemas.py"


@pytest.mark.parametrize("file", FILES)
def test_every_shipped_file_names_its_schema_and_is_valid(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    first = text.splitlines()[0]
    mark = "# yaml-language-server: $schema="
    assert first.startswith(mark)
    assert ((ROOT / file).parent / first.removeprefix(mark)).is_file()
    kind = "card" if file.endswith(".card.yaml") else Path(file).stem
    assert first.endswith(f"/{kind}.schema.json")
    schema_of(text).validate(parse_yaml(text.encode(), file))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "study",
            "question: q\nreporter: a\npartner: b\ngoods: all goods\nmonths: '2022'\nmonth: x\n",
        ),
        ("study", "question: q\nreporter: a\npartner: b\nmonths: '2022'\n"),
        ("study", "question: q\nreporter: a\npartner: b\ngoods: x\nmonths: '2022'\nflow: export\n"),
        ("claims", "claims: [{id: C1}]\n"),
        ("claims", "claims: [{id: C1, title: x, readings: [{id: a, words: w, claim: C2}]}]\n"),
        ("card", "publisher: x\n"),
    ],
)
def test_a_schema_refuses_what_the_model_refuses(kind, text):
    schema = schema_of(f"# x/{kind}.schema.json")
    assert list(schema.iter_errors(parse_yaml(text.encode(), kind)))

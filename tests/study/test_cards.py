"""Data cards: complete, true to their files, and loud when a file or card is wrong."""

import csv
import hashlib
from pathlib import Path

import pytest

from tradecheck.errors import TradecheckError
from tradecheck.study.cards import all_cards, load_card, verified_bytes
from tradecheck.study.project import Project, find_project

REAL = find_project(Path(__file__).parent)

TABLE = "code,value\n010121,1.5\n"
CARD = f"""\
publisher: A statistical office
title: A table
address: https://example.org
retrieved: "2026-01-01"
terms: Free reuse with the source named.
file: small.csv
format: table
sha256: {hashlib.sha256(TABLE.encode()).hexdigest()}
rows: 1
unit: US$ million
grade: observed
coverage: Everything.
known_errors: []
how_made: By hand.
columns:
  code: a code
  value: a value
"""


@pytest.fixture
def project(tmp_path) -> Project:
    project = Project(tmp_path)
    project.studies.mkdir(parents=True)
    project.raw.mkdir(parents=True)
    (project.raw / "small.csv").write_text(TABLE)
    (project.raw / "small.card.yaml").write_text(CARD)
    return project


def test_a_true_card_verifies(project):
    cards = all_cards(project)
    assert list(cards) == ["small"]
    assert verified_bytes(project, cards["small"]) == TABLE.encode()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rows: 1", "rows: one", ["data/raw/small.card.yaml", "rows", "'one'"]),
        ("rows: 1", "rows: 0", ["rows", "(is 0)"]),
        ("grade: observed", "grade: certain", ["grade", "'certain'"]),
        ("terms: Free", "licence: Free", ["terms", "missing", "licence", "no such field"]),
        ("file: small.csv", "file: other.csv", ["'other.csv'", "small.csv"]),
        ("file: small.csv", "file: ../small.csv", ["'../small.csv'", "same folder"]),
        ("title: A table", "title: ''", ["title"]),
        ("  code: a code", "  code: [a", ["small.card.yaml", "not valid YAML"]),
    ],
)
def test_a_wrong_card_is_one_sentence(project, old, new, words):
    assert old in CARD
    (project.raw / "small.card.yaml").write_text(CARD.replace(old, new))
    with pytest.raises(TradecheckError) as error:
        all_cards(project)
    for word in words:
        assert word in str(error.value)


def test_a_card_that_is_no_list_of_fields(project):
    (project.raw / "small.card.yaml").write_text("just words\n")
    with pytest.raises(TradecheckError, match="a card is a list of fields"):
        load_card(project, "small")


def test_a_changed_file_is_named_with_both_hashes_and_the_remedy(project):
    (project.raw / "small.csv").write_text(TABLE.replace("1.5", "1.6"))
    found = hashlib.sha256((project.raw / "small.csv").read_bytes()).hexdigest()
    with pytest.raises(TradecheckError) as error:
        all_cards(project)
    expected = hashlib.sha256(TABLE.encode()).hexdigest()
    for word in (
        "data/raw/small.csv",
        expected[:12],
        found[:12],
        "git checkout",
        "tradecheck add --renew small",
    ):
        assert word in str(error.value)


def test_a_raw_file_without_a_card(project):
    (project.raw / "stray.csv").write_text(TABLE)
    with pytest.raises(TradecheckError, match="stray.card.yaml does not exist.*needs a data card"):
        all_cards(project)


def test_a_card_without_a_file(project):
    (project.raw / "small.csv").unlink()
    with pytest.raises(TradecheckError, match="small.csv does not exist, but its card does"):
        all_cards(project)


def test_every_real_file_is_as_its_card_says():
    cards = all_cards(REAL)
    for name, card in cards.items():
        if not card.file.endswith(".csv"):
            continue
        with (REAL.raw / card.file).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert list(card.columns) == header, name
        assert len(rows) == card.rows, name


def test_the_data_readme_names_every_raw_file():
    readme = (REAL.root / "data" / "README.md").read_text(encoding="utf-8")
    for card in all_cards(REAL).values():
        assert f"`{card.file}`" in readme

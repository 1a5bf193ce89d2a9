"""What every data report ends with: the raw files and their cards, what was written, the parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from tradecheck.data.flows import COLUMNS
from tradecheck.data.store import Written
from tradecheck.show.exhibits import Cell, Column, Fold, Row, Table
from tradecheck.show.units import count
from tradecheck.study.cards import Card
from tradecheck.study.study import Study

SHOWN_HASH = 16  # signs of a SHA-256
LONGEST = 1_000  # signs of a parameter's value


def files_table(cards: Mapping[str, Card]) -> list[Table]:
    """The raw files that a study names, each with its publisher, grade, size and hash; or nothing."""
    columns = [
        Column("file", "File"),
        Column("publisher", "Publisher"),
        Column("grade", "Grade"),
        Column("rows", "Rows", "right"),
        Column("retrieved", "Retrieved"),
        Column("sha256", "SHA-256"),
    ]
    rows = [
        {
            "file": card.file,
            "publisher": card.publisher,
            "grade": card.grade if card.grade == "definition" else Cell("", mark=card.grade),
            "rows": count(card.rows),
            "retrieved": card.retrieved,
            "sha256": f"{card.sha256[:SHOWN_HASH]}…",
        }
        for card in cards.values()
    ]
    return [Table("files", "The raw files", columns, rows, layout="cards")] if rows else []


def cards_fold(cards: Mapping[str, Card]) -> list[Fold]:
    """What each data card says: title, address, terms, coverage, known errors, how it was made."""
    columns = [Column("field", "Field"), Column("says", "The card says")]
    rows = [
        Row({"field": field, "says": " ".join(text.split())}, group=card.file)
        for card in cards.values()
        for field, text in _entries(card)
        if text
    ]
    table = Table("cards", "The data cards", columns, rows, layout="cards")
    return [Fold("Terms, coverage and known errors of each file", [table])] if rows else []


def written_table(files: Sequence[Written]) -> Table:
    """The files that the notebook leaves for the next, with their hashes."""
    columns = [Column("path", "File"), Column("rows", "Rows", "right"), Column("sha256", "SHA-256")]
    rows = [
        {"path": file.path, "rows": count(file.rows), "sha256": f"{file.sha256[:SHOWN_HASH]}…"}
        for file in files
    ]
    return Table("written", "What was written", columns, rows, layout="cards")


def columns_fold() -> Fold:
    """What each column of the flows means, with its unit."""
    columns = [Column("name", "Column"), Column("meaning", "Meaning")]
    rows = [{"name": name, "meaning": meaning} for name, meaning in COLUMNS.items()]
    table = Table("columns", "The columns of the flows", columns, rows, layout="cards")
    return Fold("What each column of the flows means", [table])


def parameters_fold(study: Study) -> Fold:
    """Every field of the study with the value that this run used; what is not given is left out."""
    columns = [Column("name", "Field"), Column("value", "Value"), Column("meaning", "Meaning")]
    rows = [
        {"name": name, "value": written, "meaning": field.description or ""}
        for name, field in type(study).model_fields.items()
        if (written := _written(getattr(study, name)))
    ]
    table = Table("parameters", "The study as this run read it", columns, rows, layout="cards")
    return Fold("The parameters of this run", [table])


def _entries(card: Card) -> list[tuple[str, str]]:
    return [
        ("Title", card.title),
        ("Address", card.address),
        ("Collected by", card.collected_by),
        ("Terms", card.terms),
        ("Unit", card.unit),
        ("Coverage", card.coverage),
        *(("Known error", error) for error in card.known_errors),
        ("How made", card.how_made),
    ]


def _written(value: Any) -> str:
    """A value as a person would write it down; nothing for what is not given."""
    if isinstance(value, BaseModel):
        return _written({name: getattr(value, name) for name in value.model_fields_set})
    if isinstance(value, Mapping):
        parts = [(name, _written(held)) for name, held in value.items()]
        return _cut("; ".join(f"{name}: {text}" for name, text in parts if text))
    if isinstance(value, list | tuple):
        joint = "; " if any(isinstance(held, BaseModel | Mapping) for held in value) else ", "
        return _cut(joint.join(map(_written, value)))
    return "" if value is None else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

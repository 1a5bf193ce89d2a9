"""Tables that every report ends with: the raw files and their cards, and the parameters."""

import hashlib
from collections.abc import Mapping

from tradecheck import RELEASED, __version__
from tradecheck.cards import Card
from tradecheck.show.exhibits import Cell, Column, Row, Table
from tradecheck.show.prose import Prose
from tradecheck.show.units import count
from tradecheck.study import Study


def files_table(cards: Mapping[str, Card]) -> Table:
    """The raw files, each with its publisher, grade, size and hash."""
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
            "grade": "definition" if card.grade == "definition" else Cell("", mark=card.grade),
            "rows": count(card.rows),
            "retrieved": card.retrieved,
            "sha256": f"{card.sha256[:16]}…",
        }
        for card in cards.values()
    ]
    return Table("files", "The raw files", columns, rows, layout="cards")


def cards_table(cards: Mapping[str, Card]) -> Table:
    """What each data card says: title, address, terms, coverage, known errors, how it was made."""
    columns = [Column("field", "Field"), Column("says", "The card says")]
    rows = []
    for card in cards.values():
        entries = [
            ("Title", card.title),
            ("Address", card.address),
            ("Terms", card.terms),
            ("Unit", card.unit),
            ("Coverage", card.coverage),
            *(("Known error", error) for error in card.known_errors),
            ("How made", card.how_made),
        ]
        rows += [Row({"field": name, "says": text}, group=card.file) for name, text in entries]
    return Table("cards", "The data cards", columns, rows, layout="cards")


def parameters_table(study: Study) -> Table:
    """Every parameter of the study with the value this run used."""
    columns = [
        Column("name", "Parameter"), Column("value", "Value"), Column("meaning", "Meaning")
    ]
    rows = [
        {
            "name": name,
            "value": _written(getattr(study, name)),
            "meaning": field.description or "",
        }
        for name, field in type(study).model_fields.items()
    ]
    return Table("parameters", "The parameters of this run", columns, rows, layout="cards")


def citation(study: Study, cards: Mapping[str, Card]) -> Prose:
    """How to cite the report: a line of text and BibTeX, both with the hash of all raw files."""
    digest = data_hash(cards)
    year = RELEASED[:4]
    key = f"tradecheck-{study.name}"
    return Prose(
        f"tradecheck contributors ({year}). *{study.question}* Study {study.name}, tradecheck "
        f"{__version__}, data SHA-256 {digest[:16]}…\n\n"
        f"```bibtex\n@techreport{{{key},\n  author = {{{{tradecheck contributors}}}},\n"
        f"  title = {{{study.question}}},\n  year = {{{year}}},\n  number = {{{study.name}}},\n"
        f"  note = {{tradecheck {__version__}, data SHA-256 {digest}}}\n}}\n```"
    )


def data_hash(cards: Mapping[str, Card]) -> str:
    """One SHA-256 over the hashes of all raw files, in the order of their names."""
    lines = "".join(f"{card.sha256}  {card.file}\n" for _, card in sorted(cards.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_written(held)}" for name, held in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)

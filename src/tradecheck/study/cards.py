"""Data cards: what each raw file is, where it comes from, what it holds, and proof that it is
unchanged."""

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from tradecheck.errors import TradecheckError
from tradecheck.study.mistakes import Written, validated
from tradecheck.study.project import Project
from tradecheck.study.values import (
    Code,
    Currency,
    Day,
    Months,
    Number,
    Quoted,
    RawName,
    Strict,
    Text,
    Words,
    alike,
    parse_yaml,
)

SUFFIX = ".card.yaml"
NOT_STATED = "not stated"

Grade = Literal["observed", "bounded", "reported", "definition"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FLOWS = ("X", "M", "RX", "RM")  # exports, imports, re-exports, re-imports


class Holds(Strict):
    """What a table of trade holds. Cleaning reads it and never writes it over the data: where the
    file itself says reporter, partner, flow or currency, the two must agree."""

    reporters: list[Text] = Field(min_length=1, description="ISO 3166 alpha-3, or a group's name")
    partners: list[Text] = Field(min_length=1, description="ISO 3166 alpha-3, or a group's name")
    flow: Literal["X", "M", "RX", "RM", "mixed", "not stated"] = Field(
        description="exports X, imports M, …"
    )
    frequency: Literal["monthly", "quarterly", "annual", "fiscal year", "mixed"] = Field(
        description="how long the periods of its figures are"
    )
    months: Months = Field(description="first to last month, such as 2020-01..2022-11")
    currency: Currency | Literal["mixed", "not stated"] = Field(description="of its values")
    valuation: Literal["FOB", "CIF", "FAS", "customs value", "mixed", "not stated"] = Field(
        default="not stated", description="with freight and insurance (CIF) or without (FOB)"
    )
    edition: Words = Field(default="", description="nomenclature: HS2017, HS2022, CN2022, HTS …")
    digits: list[Annotated[int, Field(ge=2, le=10)]] = Field(
        default=[], description="levels of the product codes, such as [6]"
    )
    goods: Words = Field(
        default="", description="the goods list whose total each row is, if no codes"
    )
    scale: Number = Field(
        default=1.0, gt=0, description="a value of 1 in the file is so many units"
    )
    rounded_to: Number = Field(
        default=0.0, ge=0, description="the file's values are rounded to this, in the file's unit"
    )
    absent: Literal["zero", "unknown"] = Field(
        default="unknown",
        description="what no row of a code means, in a month that the reporter has published",
    )
    provisional: Months | None = Field(default=None, description="months that are not final")


class AskedFor(Strict):
    """What was asked for when a table was fetched: no row of it in a month that is held means no
    trade."""

    codes: list[Text] = Field(description="customs codes, and TOTAL for all goods")
    partners: list[Text] = Field(default=[], description="ISO 3166 alpha-3")


class Card(Strict):
    """The data card of one raw file; unknown keys are errors."""

    publisher: Text = Field(description="who published the figures")
    title: Text = Field(description="what the table is called")
    address: Text = Field(description="where it was found, https://…")
    retrieved: Text = Field(description="when it was retrieved, as far as that is known")
    data_as_of: Day | None = Field(default=None, description="the publisher's day of release")
    terms: Text = Field(description="licence or terms of reuse")
    credit: Words = Field(default="", description="the acknowledgement that the terms ask for")
    collected_by: Words = Field(
        default="", description="who collected the figures, if not the publisher"
    )
    file: Text = Field(description="the file's name in data/raw")
    stored: Quoted = Field(
        default="", description="where the file lies if not in data/raw: s3://…, gs://…, az://…"
    )
    format: Text = Field(description="the reader of this file; see `tradecheck formats`")
    sha256: Sha256 = Field(description="its digest; tradecheck add writes it")
    rows: int = Field(ge=1, le=10**12, description="how many rows it has")
    unit: Text = Field(description="of its values")
    grade: Grade = Field(description="what its figures are worth")
    coverage: Text = Field(description="what it holds, in words")
    known_errors: list[Text] = Field(default=[], description="what is wrong or uneven in it")
    how_made: Text = Field(default="as received", description="for tables made by hand")
    columns: dict[Words, Text] = Field(default={}, description="the meaning of each column")
    holds: Holds | None = Field(default=None, description="of a table of trade: what it holds")
    currency: Currency | None = Field(default=None, description="of rates: what they count …")
    per: Currency | None = Field(default=None, description="… for one unit of this currency")
    asked: AskedFor | None = Field(
        default=None, description="of a fetched table: what was asked for"
    )
    codes_without_file: list[Code] = Field(
        default=[], description="codes for which the publisher was never asked"
    )


def load_card(project: Project, name: str) -> Card:
    """The card `data/raw/NAME.card.yaml`."""
    path = project.raw / f"{name}{SUFFIX}"
    if not path.is_file():
        near = alike(name, [held for held in raw_names(project) if held != name])
        raise TradecheckError(
            f"data/raw/{path.name} does not exist: every raw file needs a data card, and "
            f"tradecheck add FILE makes both{near or '.'}"
        )
    place = f"data/raw/{path.name}"
    content = path.read_bytes()
    return card_of(parse_yaml(content, place), name, place, content)


def card_of(fields: Any, name: str, place: str, content: bytes | None = None) -> Card:
    """A checked card. Raises Mistakes: `place` is its file, `content` its text, for the lines."""
    if not isinstance(fields, dict):
        raise TradecheckError(f"{place}: a card is a list of fields, one `field: value` a line.")
    card = validated(Card, fields, Written(place, content))
    if Path(card.file).name != card.file or raw_name(card.file) != name:
        raise TradecheckError(
            f"{place}: the field file is {card.file!r}; a card describes the file of its own name "
            f"in the same folder, such as {name}.csv."
        )
    return card


def verified_bytes(project: Project, card: Card) -> bytes:
    """The card's file, read once: what was hashed is what is parsed."""
    content = present(project, card).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != card.sha256:
        raise TradecheckError(
            f"data/raw/{card.file} has changed: its card expects SHA-256 {card.sha256[:12]}…, "
            f"found {found[:12]}…; restore it with git checkout, or, if you meant the change, run "
            f"tradecheck add --renew {raw_name(card.file)}."
        )
    return content


def present(project: Project, card: Card) -> Path:
    """Where the card's file lies; one that lies in a store is brought here first."""
    path = project.raw / card.file
    if not path.is_file() and card.stored:
        from tradecheck.study.stores import bring

        bring(card.stored, path, card.sha256)
    if not path.is_file():
        raise TradecheckError(
            f"data/raw/{card.file} does not exist, but its card does; "
            "restore the file with git checkout or delete the card."
        )
    return path


def raw_name(file: str) -> str:
    """A raw file's name without its endings: `a.csv.gz` → `a`, `a.card.yaml` → `a`."""
    if file.endswith(SUFFIX):
        return file.removesuffix(SUFFIX)
    stem = file.removesuffix(".gz")
    return stem.rpartition(".")[0] or stem


def raw_names(project: Project) -> list[str]:
    """The names of all raw files and cards, sorted; a file and its card share one."""
    return sorted({raw_name(path.name) for path in project.raw.iterdir() if _ours(path)})


def all_cards(project: Project) -> dict[str, Card]:
    """Every raw file's card by name, sorted, each file verified; none may lack its other half."""
    cards = {name: load_card(project, name) for name in raw_names(project)}
    for card in cards.values():
        verified_bytes(project, card)
    return cards


def _ours(path: Path) -> bool:
    """Whether a file in `data/raw/` is meant as data: what systems leave beside files is not."""
    name = path.name
    return (
        path.is_file()
        and not name.startswith((".", "~"))
        and not name.endswith(("~", ".tmp", ".bak", ".md"))
        and ":" not in name
        and name not in ("Thumbs.db", "desktop.ini")
    )


__all__ = [
    "FLOWS", "NOT_STATED", "SUFFIX", "Card", "Holds", "RawName", "all_cards", "card_of",
    "load_card", "raw_name", "raw_names", "verified_bytes",
]  # fmt: skip

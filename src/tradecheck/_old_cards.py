"""Data cards: what each raw file is, where it comes from, and proof that it is unchanged."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project
from tradecheck.study import Day, Hs6, Month, explain, read_yaml

SUFFIX = ".card.yaml"

Grade = Literal["observed", "bounded", "reported", "definition"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ChapterCoverage(_Strict):
    """How much of one chapter's official trade the raw table holds, US$ million a fiscal year."""

    fiscal_year: str
    chapter: str = Field(description="two digits, or `all` for all goods")
    official_usd_mn: float
    held_usd_mn: float


class LastMonth(_Strict):
    """A reporter without a row in the calendar's window, and its last public month."""

    reporter: str
    last_month: Month
    released: str = Field(description="day of its release, or the year where no day is known")


class Card(_Strict):
    """The data card of one raw file; unknown keys are errors."""

    publisher: Text
    title: Text
    address: Text
    retrieved: Text = Field(description="when it was retrieved, as far as that is known")
    data_as_of: Day | None = Field(default=None, description="the publisher's own date of the data")
    terms: Text = Field(description="licence or terms of reuse")
    file: Text
    sha256: Sha256
    rows: int = Field(ge=1)
    unit: Text
    grade: Grade
    coverage: Text
    known_errors: list[Text]
    how_made: Text
    columns: dict[str, Text]
    codes_without_file: list[Hs6] = []
    chapter_coverage: list[ChapterCoverage] = []
    last_months_before: list[LastMonth] = []


def load_card(project: Project, name: str) -> Card:
    """The card `data/raw/NAME.card.yaml`."""
    path = project.raw / f"{name}{SUFFIX}"
    if not path.is_file():
        raise TradecheckError(
            f"data/raw/{path.name} does not exist: every raw file needs a data card; "
            "write one as data/README.md describes."
        )
    place = project.relative(path)
    fields = read_yaml(path, place)
    if not isinstance(fields, dict):
        raise TradecheckError(f"{place}: a card is a list of fields, one `field: value` a line.")
    try:
        card = Card.model_validate(fields)
    except ValidationError as error:
        raise TradecheckError(f"{place}: {explain(error)}.") from error
    if Path(card.file).name != card.file or Path(card.file).stem != name:
        raise TradecheckError(
            f"{place}: the field file is {card.file!r}; a card describes the file of its own name "
            f"in the same folder, such as {name}.csv."
        )
    return card


def verified_path(project: Project, card: Card) -> Path:
    """The card's file, after its content was found to be what the card says."""
    path = project.raw / card.file
    if not path.is_file():
        raise TradecheckError(
            f"data/raw/{card.file} does not exist, but its card does; "
            "restore the file with git checkout or delete the card."
        )
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != card.sha256:
        raise TradecheckError(
            f"data/raw/{card.file} has changed: its card expects SHA-256 {card.sha256[:12]}…, "
            f"found {found[:12]}…; restore it with git checkout or make a new card."
        )
    return path


def raw_names(project: Project) -> list[str]:
    """The names of all raw files and cards, sorted; a file and its card share one."""
    return sorted(
        {
            path.name.removesuffix(SUFFIX) if path.name.endswith(SUFFIX) else path.stem
            for path in project.raw.iterdir()
            if not path.name.startswith(".")
        }
    )


def all_cards(project: Project) -> dict[str, Card]:
    """Every raw file's card by name, sorted, each file verified; none may lack its other half."""
    cards = {name: load_card(project, name) for name in raw_names(project)}
    for card in cards.values():
        verified_path(project, card)
    return cards

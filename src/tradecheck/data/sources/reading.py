"""A file's format found by its content, and a raw file read as its card says."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from tradecheck.data.sources.base import (
    NOT_STATED,
    Listing,
    RawFile,
    Received,
    Said,
    Source,
    Wanted,
)
from tradecheck.errors import TradecheckError
from tradecheck.study.cards import Card, load_card, present, verified_bytes
from tradecheck.study.periods import parse_months
from tradecheck.study.project import Project
from tradecheck.study.values import alike

MONTHS_ACROSS = 3  # columns named after months, by which a wide table is known


def recognise(file: RawFile) -> Source | Listing:
    """The one format that the file is of. Raises a TradecheckError for none and for several."""
    from tradecheck.data.sources.registry import FORMATS, LISTINGS

    groups = (
        [source for source in FORMATS if not source.general],
        list(LISTINGS),
        [source for source in FORMATS if source.general],
    )
    for group in groups:
        found = [known for known in group if known.recognises(file)]
        if len(found) > 1:
            raise TradecheckError(
                f"{file.place} could be {' or '.join(known.name for known in found)}; say which "
                "with --format."
            )
        if found:
            return found[0]
        if group is groups[0] and (first := _first_month_across(file)):
            raise TradecheckError(
                f"{file.place}: its months stand across, from {first}; turn it into one row a "
                "month, with the columns period, product and value."
            )
    raise TradecheckError(_unknown(file))


def named(name: str, place: str = "") -> Source | Listing:
    """The format of a name, which stands in `place`. Raises a TradecheckError for no format."""
    from tradecheck.data.sources.registry import FORMATS, LISTINGS

    forms: list[Source | Listing] = [*FORMATS, *LISTINGS]
    known = {form.name: form for form in forms}
    if name not in known:
        raise TradecheckError(
            f"{place and place + ': '}there is no format {name!r}{alike(name, list(known))}; "
            f"formats are {', '.join(known)}."
        )
    return known[name]


def read_flows(project: Project, name: str, wanted: Wanted | None = None) -> Received:
    """A raw table of trade as flows, by its card. `wanted` names the rows that are asked for.

    Raises a TradecheckError where the file is not what its card says, or holds no trade.
    """
    card = load_card(project, name)
    source = named(card.format, f"data/raw/{name}.card.yaml")
    if not isinstance(source, Source) or card.holds is None:
        raise TradecheckError(
            f"data/raw/{name}.card.yaml: the format {card.format} holds no trade, so the file "
            "gives no flows; name a table of trade."
        )
    received = source.read(raw_file(project, card), said_of(card), wanted)
    counted(card, received.rows)
    _held(card, received)
    return received


def read_listing(project: Project, name: str, form: str):
    """A raw table that holds no trade, by its card, which must say that it is of this form."""
    card = load_card(project, name)
    if card.format != form:
        raise TradecheckError(
            f"data/raw/{name}.card.yaml: the format is {card.format}, where {form} is expected; "
            "name another table, or correct the field format."
        )
    listing = named(form)
    assert isinstance(listing, Listing)
    table = listing.read(raw_file(project, card))
    counted(card, len(table))
    return table


def raw_file(project: Project, card: Card) -> RawFile:
    """The card's file: read and hash-checked, or, if it is large, checked while it is read."""
    path = present(project, card)
    name = card.file.removesuffix(".gz").rpartition(".")[0] or card.file
    place = f"data/raw/{card.file}"
    if (file := RawFile(name, path, None, place, card.sha256)).large:
        return file
    return RawFile(name, path, verified_bytes(project, card), place)


def outside_file(path: Path, name: str) -> RawFile:
    """A file that is not yet among the raw files."""
    if not path.is_file():
        raise TradecheckError(
            f"{path} does not exist or is no file; give the path of the file to add."
        )
    file = RawFile(name, path)
    return file if file.large else RawFile(name, path, path.read_bytes())


def sha256_of(file: RawFile) -> str:
    """The SHA-256 of a file's bytes as received."""
    if file.content is not None:
        return hashlib.sha256(file.content).hexdigest()
    with file.path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def said_of(card: Card) -> Said:
    """What a card says where its file is silent."""
    holds = card.holds

    def one(values: list[str]) -> str:
        return values[0] if len(values) == 1 and values[0] != NOT_STATED else ""

    def sure(text: str) -> str:
        return "" if text in ("mixed", NOT_STATED) else text

    return Said(
        reporter=one(holds.reporters),
        partner=one(holds.partners),
        flow=sure(holds.flow),
        currency=sure(holds.currency),
        valuation=sure(holds.valuation),
        edition=holds.edition,
        goods=sure(holds.goods),
        scale=holds.scale if holds.scale != 1 else None,
        rounded_to=holds.rounded_to or None,
        released=card.data_as_of or "",
        provisional=frozenset(parse_months(holds.provisional))
        if holds.provisional
        else frozenset(),
    )


def counted(card: Card, rows: int) -> None:
    """Refuses a file with another number of rows than its card says."""
    if rows != card.rows:
        name = card.file.removesuffix(".gz").rpartition(".")[0]
        raise TradecheckError(
            f"data/raw/{card.file} holds {rows:,} rows, but its card says {card.rows:,}; correct "
            f"the field rows, or run tradecheck add --renew {name}."
        )


def _held(card: Card, received: Received) -> None:
    """Refuses a file that holds reporters or partners of which its card does not know."""
    for column, told in (("reporter", card.holds.reporters), ("partner", card.holds.partners)):
        known = set(told) | set(_codes(told))
        strange = sorted(set(received.flows[column].unique()) - known)
        if strange:
            raise TradecheckError(
                f"data/raw/{card.file} holds the {column} {', '.join(strange[:5])}, of which its "
                "card does not know; correct the card's field holds, or write it anew with "
                "tradecheck add --renew."
            )


def _codes(names: list[str]) -> list[str]:
    from tradecheck.data.sources.who import area_code

    return [area_code(name) for name in names]


SPLITS = {";": ", read with semicolons between", "\t": ", read with tabs between"}


def _unknown(file: RawFile) -> str:
    from tradecheck.data.sources.columns import meant
    from tradecheck.data.sources.table import kind_of

    kind = kind_of(file)
    if kind == "text":
        first = file.head.decode("utf-8", "replace").lstrip("\ufeff").splitlines()
        line = next((line.strip() for line in first if line.strip()), "")
        split = next((word for sign, word in SPLITS.items() if sign in line), "")
        near = meant(re.split("[,;\t]", line))
        told = f" (its first line is {line[:100]!r}{split}{near})" if line else " (it is empty)"
    else:
        told = {
            "workbook": " (a workbook; save its sheet as CSV if this goes on)",
            "html": " (a web page; open it, and save the table that it shows or leads to)",
            "json": " (JSON)",
            "parquet": " (Parquet)",
        }[kind]
    return (
        f"{file.place} is of no format that tradecheck knows{told}; a table of trade needs at "
        "least the columns period, product and value. tradecheck formats lists what is read; a "
        "table of another kind can be kept with --format table."
    )


def _first_month_across(file: RawFile) -> str:
    """The first of a table's months, if it has a column for each; else nothing."""
    from tradecheck.data.sources.moments import periods
    from tradecheck.data.sources.table import Bad, header

    def month(text: str) -> bool:
        try:
            return bool(periods([text]))
        except Bad:
            return False

    def is_wide(names: Sequence[str]) -> bool:
        across = {name for name in names if month(name)}
        return len(across) >= MONTHS_ACROSS and 2 * len(across) > len(names)

    return next(filter(month, header(file, is_wide) or ()), "")

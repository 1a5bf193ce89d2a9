"""A raw file described: the fields of its card, and lines for whoever adds it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradecheck.data.sources.base import NOT_STATED, Listing, RawFile, Said, Source
from tradecheck.data.sources.columns import SCALE
from tradecheck.data.sources.said import settled
from tradecheck.desk.holdings import Holdings, in_words
from tradecheck.errors import TradecheckError

SAID = ("reporter", "partner", "flow", "goods", "currency", "valuation")  # of a table of trade
WRITTEN = ("publisher", "title", "address", "retrieved", "terms")  # of any table
PAIR = ("currency", "per")  # of rates
FLAGS = (*WRITTEN, *SAID, "scale", "rounded_to", "released", "per")
PERSONAL = ("absent", "scale", "rounded_to", "provisional")  # of holds: a person's word
QUESTIONS = {
    "publisher": "Who published the figures?",
    "title": "What is the table called?",
    "address": "Where was it found (address)?",
    "retrieved": "When was it retrieved?",
    "terms": "Under which licence or terms may it be used?",
    "reporter": "Which country or group reports?",
    "partner": "With which country or group does it trade?",
    "flow": "exports, imports, re-exports or re-imports?",
    "goods": "Which goods (a code of 2 to 10 digits, or the name of a goods list)?",
    "currency": "In which currency are the values (three letters)?",
    "valuation": "FOB or CIF?",
    "per": "For one unit of which currency (three letters)?",
}
EXAMPLES = {
    "reporter": "COUNTRY", "partner": "COUNTRY", "flow": "exports", "goods": "CODE",
    "currency": "LETTERS", "valuation": "FOB", "per": "LETTERS",
}  # fmt: skip

EACH = "in each row"
COUNT = r"[0-9,]+ rows?(?:, [0-9-]+ to [0-9-]+)?[.]"  # the coverage of a table that holds no trade

Ask = Callable[[str], str]


@dataclass
class Described:
    """fields: of the card. lines: what the file holds, in sentences. unsaid: fields that nobody has
    said."""

    fields: dict[str, Any]
    lines: list[str]
    unsaid: list[str]


def describe(
    file: RawFile,
    form: Source | Listing,
    flags: Mapping[str, str],
    ask: Ask | None = None,
    card: Mapping[str, Any] | None = None,
) -> Described:
    """The file read and described. flags: what is said of it, by the names in FLAGS.

    ask: asks for what nobody has said. card: the fields of the card that it has already; what a
    person wrote there stays, and serves where the file is silent.
    """
    flags, card = dict(flags), card or {}
    if isinstance(form, Listing):
        fields, lines, missing = _listing(file, form, flags, ask, card)
    else:
        fields, lines, missing = _trade(file, form, flags, ask, card)
    known = dict(form.card) if isinstance(form, Source) else {}
    told = {field: flags[field] for field in WRITTEN if field in flags}
    texts = dict.fromkeys(WRITTEN, NOT_STATED) | known
    fields = texts | fields | _kept(card, fields) | told
    unsaid = [field for field in WRITTEN if fields[field] == NOT_STATED] + missing
    return Described(fields, lines, unsaid)


def _trade(
    file: RawFile, form: Source, flags: dict[str, str], ask: Ask | None, card: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str], list[str]]:
    written = card["holds"] if isinstance(card.get("holds"), Mapping) else {}
    recalled = _recalled(written)
    released = flags.get("released") or str(card.get("data_as_of") or "")
    try:
        seen = _seen(file, form, _said(flags, written, released))
    except TradecheckError:
        if not recalled.keys() - flags.keys():
            raise
        seen = _seen(file, form, _said(recalled | flags, written, released))
    more = {
        field: recalled[field]
        for field in seen.unsaid()
        if field in recalled and field not in flags
    }
    if ask:
        silent = [field for field in seen.unsaid() if field not in more]
        known = form.card.keys() | card.keys()
        flags |= _answers(ask, [field for field in WRITTEN if field not in flags.keys() | known])
        more |= _answers(ask, silent)
    if more:
        flags |= more
        seen = _seen(file, form, _said(flags, written, released))
    holds = seen.fields() | {field: written[field] for field in PERSONAL if field in written}
    for field in ("scale", "rounded_to"):
        if value := _number(flags, field):
            holds[field] = value
    fields = {"rows": seen.rows, "holds": holds, **_automatic(holds)}
    fields |= {field: text for field, text in form.card.items() if field == "unit"}
    if released:
        fields["data_as_of"] = _said(flags, written, released).released
    return (
        fields,
        [f"It holds {seen.sentence()}.", *seen.lines(), _absent(holds["absent"])],
        seen.unsaid(),
    )


def _listing(
    file: RawFile, form: Listing, flags: dict[str, str], ask: Ask | None, card: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str], list[str]]:
    table = form.read(file)
    rates, noun = form.name == "rates", "row" if len(table) == 1 else "rows"
    if ask:
        wanted = (*WRITTEN, *PAIR) if rates else WRITTEN
        flags |= _answers(
            ask, [field for field in wanted if field not in flags.keys() | card.keys()]
        )
    months = f", {table['month'].iloc[0]} to {table['month'].iloc[-1]}" if rates else ""
    pair = (
        {field: flags[field].strip().upper() for field in PAIR if field in flags} if rates else {}
    )
    both = {field: card[field] for field in PAIR if field in card} | pair
    unit = f"{both['currency']} per {both['per']}" if len(both) == 2 else EACH
    fields = {
        **pair,
        "rows": len(table),
        "unit": "none; a list of codes" if form.name == "goods-list" else unit,
        "grade": {"goods-list": "definition", "rates": "observed"}.get(form.name, "reported"),
        "coverage": f"{len(table):,} {noun}{months}.",
    }
    lines = [
        f"It holds {len(table):,} {noun} with the columns "
        f"{', '.join(map(str, table.columns))}{months}."
    ]
    return fields, lines, [field for field in PAIR if rates and field not in both]


def _kept(card: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a person wrote: everything but what is counted, and what was written here and has
    changed."""
    counted = {"rows", "sha256", "holds"}
    if isinstance(card.get("holds"), Mapping):
        before = _automatic({"digits": [], "goods": "", **card["holds"]})
        counted |= {field for field, text in before.items() if card.get(field) == text}
    counted |= {field for field in (*WRITTEN, "unit") if card.get(field) in (NOT_STATED, EACH)}
    if re.fullmatch(COUNT, str(card.get("coverage", ""))):
        counted.add("coverage")
    counted |= {field for field in (*PAIR, "data_as_of") if field in fields}
    return {field: value for field, value in card.items() if field not in counted}


def _automatic(holds: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a card that follow from what its file holds, until a person writes others."""
    money = holds["currency"]
    return {
        "unit": EACH if money == "mixed" else money if money == NOT_STATED else f"units of {money}",
        "grade": "observed" if holds["frequency"] in ("monthly", "mixed") else "bounded",
        "coverage": in_words(holds),
    }


def _seen(file: RawFile, form: Source, said: Said) -> Holdings:
    """What the file holds; a large one is read block by block."""
    seen = Holdings()
    if file.large and form.blocks:
        for block in form.blocks(file, said):
            seen.add(block)
        seen.notes[
            "The file is large: repeats are looked for when a study reads its part of it."
        ] = None
    else:
        seen.add(form.read(file, said, None))
    if not seen.kept:
        reasons = ", ".join(
            f"{reason} ({len(rows):,})" for reason, rows in sorted(seen.aside.items())
        )
        raise TradecheckError(
            f"{file.place}: no row of it can be kept: {reasons or 'it has none'}."
        )
    return seen


def _said(flags: Mapping[str, str], written: Mapping[str, Any], released: str) -> Said:
    scale = written.get("scale", 1)
    return settled(
        Said(
            reporter=flags.get("reporter", ""),
            partner=flags.get("partner", ""),
            flow=flags.get("flow", ""),
            goods=flags.get("goods", ""),
            currency=flags.get("currency", ""),
            valuation=flags.get("valuation", ""),
            released=released,
            scale=_number(flags, "scale") or (scale if scale != 1 else None),
            rounded_to=_number(flags, "rounded_to") or written.get("rounded_to") or None,
        ),
        "the file",
    )


def _recalled(written: Mapping[str, Any]) -> dict[str, str]:
    """What a card says of its file, as flags, where it says one thing."""
    found = {field: written.get(field) for field in ("flow", "goods", "currency", "valuation")}
    for field in ("reporter", "partner"):
        names = written.get(f"{field}s")
        found[field] = names[0] if isinstance(names, list) and len(names) == 1 else None
    return {
        field: str(text)
        for field, text in found.items()
        if text and text not in ("mixed", NOT_STATED)
    }


def _number(flags: Mapping[str, str], field: str) -> float | None:
    text = flags.get(field, "").strip().casefold()
    if not text:
        return None
    try:
        value = SCALE.get(text) or float(text.replace(",", ""))
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise TradecheckError(
            f"--{field.replace('_', '-')} {text}: a number above 0 is expected, such as 1000 or "
            "million."
        )
    return value


def _answers(ask: Ask, fields: list[str]) -> dict[str, str]:
    found = {field: ask(QUESTIONS[field]).strip() for field in fields}
    return {field: text for field, text in found.items() if text}


def _absent(absent: str) -> str:
    if absent == "zero":
        return (
            "A month without a row counts as zero, if the reporter has published that month; "
            "write absent: unknown into the card if that is not so."
        )
    return (
        "A month without a row counts as unknown; write absent: zero into the card if it is zero."
    )

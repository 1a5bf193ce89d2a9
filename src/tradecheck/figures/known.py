"""How we know: cards, sources with their links, and how to cite the page, for any study."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from tradecheck import RELEASED, __version__
from tradecheck.bounds.knowledge import Evidence
from tradecheck.data import gaps
from tradecheck.figures.amounts import month_list
from tradecheck.figures.claims import DAY
from tradecheck.show.exhibits import Cards, Cite, Source, Sources
from tradecheck.show.prose import (
    Prose,
    date_name,
    escape_markdown,
    listing,
    month_name,
    period_name,
)
from tradecheck.show.units import count, unit_of
from tradecheck.study.cards import NOT_STATED, Card
from tradecheck.study.sides import facing
from tradecheck.study.study import Study
from tradecheck.verdicts.claims import JudgedClaim

GRADED = {
    "observed": "statistics of months",
    "bounded": "official totals of longer periods",
    "reported": "figures that somebody reported",
    "definition": "which goods count",
}


def how_we_know(evidence: Evidence, cards: Mapping[str, Card]) -> Cards:
    """The goods, the base, how a verdict is reached, and what the study itself must say."""
    study = evidence.study
    held = [("How a verdict is reached", _verdict(study)), ("The goods", _goods(evidence, cards))]
    if study.of_kind("months"):
        first, last = study.base_months[0], study.base_months[-1]
        held.append(
            ("The base", f"A doubling is measured on the mean of {period_name(first, last)}.")
        )
    held += _provisional(evidence) + _turned(evidence) + _sides(evidence)
    held += [(title, escape_markdown(text)) for title, text in study.notes.items()]
    return Cards([(title, Prose(text)) for title, text in held])


def _state(card: Card) -> str:
    """The day that the data stand at, or when they were retrieved; nothing where no day is told."""
    if card.data_as_of:
        return f"As of {date_name(card.data_as_of)}"
    told = _cut(DAY.sub(lambda day: date_name(day[0]), card.retrieved), 60)
    return f"Retrieved {told}" if told == NOT_STATED or re.search("[0-9]", told) else ""


def sources(
    evidence: Evidence, cards: Mapping[str, Card], judged: Sequence[JudgedClaim]
) -> Sources:
    """Every publisher with its link, and every page that a claim is quoted from."""
    rows = []
    for card in cards.values():
        linked = card.address.startswith("https://")
        rows.append(
            Source(
                name=card.publisher.split(",")[0] if linked else card.title,
                use=card.title if linked else card.coverage.partition(". ")[0],
                state=Prose(f"{escape_markdown(_state(card))}{_collected(card)}"),
                address=card.address if linked else "",
            )
        )
    pages: dict[tuple[str, str], list[JudgedClaim]] = {}
    for one in judged:
        if one.claim.address:
            pages.setdefault((one.claim.said_by or one.claim.where, one.claim.address), []).append(
                one
            )
    for (said_by, address), claims in pages.items():
        rows.append(
            Source(
                name=said_by,
                use=f"Wording of {listing([one.claim.id for one in claims])}",
                state=_cut(claims[0].claim.where or claims[0].claim.date, 60),
                address=address,
            )
        )
    note = "Terms of reuse, hashes and known errors of each file stand in the data report."
    return Sources(rows, note if cards else "")


def cite(study: Study, cards: Mapping[str, Card]) -> Cite:
    """How to cite the report: a line of text and BibTeX, both with the hash of all raw files."""
    digest, year = data_hash(cards), RELEASED[:4]
    data = [card for card in cards.values() if card.grade in ("observed", "bounded")]
    named = dict.fromkeys(card.publisher.split(",")[0] for card in data)
    publishers = listing(
        [f"publisher {NOT_STATED}" if n == NOT_STATED else n for n in named] or ["none"]
    )
    author = listing(study.authors) if study.authors else "tradecheck contributors"
    bibtex = (
        f"@techreport{{tradecheck-{study.name},\n  author = {{{{{author}}}}},\n"
        f"  title = {{{study.question}}},\n  year = {{{year}}},\n  number = {{{study.name}}},\n"
        f"  note = {{tradecheck {__version__}, data SHA-256 {digest}}}\n}}"
    )
    credits = list(dict.fromkeys(card.credit for card in cards.values() if card.credit))
    return Cite(
        quote=Prose(
            f"{escape_markdown(author)}, “{escape_markdown(study.question)}”, {year}. "
            f"Data: {escape_markdown(publishers)}. Study {study.name}, tradecheck {__version__}."
        ),
        bibtex=bibtex,
        terms=Prose(
            "Text and charts: MIT. Figures keep their publishers' terms. "
            + escape_markdown(" ".join(credits))
            + f" Data hash {digest[:12]}."
        ),
    )


def data_hash(cards: Mapping[str, Card]) -> str:
    """One SHA-256 over the hashes of all raw files, in the order of their names."""
    lines = "".join(f"{card.sha256}  {card.file}\n" for _, card in sorted(cards.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _verdict(study: Study) -> str:
    if study.of_kind("months") and not study.of_kind("totals"):
        return (
            "A claim is a figure that must lie somewhere. The months are observed, so it is worked out "
            "and compared; nothing is estimated."
        )
    return (
        "We take every set of months that fits what is known. True in all of them: holds. In none: "
        "fails. In some: undecided. Nothing is filled in."
    )


def _goods(evidence: Evidence, cards: Mapping[str, Card]) -> str:
    study = evidence.study
    if study.goods.list:
        codes = len(evidence.tables.read_list(study.goods.list, study.goods.where))
        card = cards[study.goods.list]
        return f"{count(codes)} customs codes: {escape_markdown(card.title)}."
    if not study.goods.codes:
        return "All goods."
    return f"Customs codes that begin with {listing(list(study.goods.codes))}."


def _provisional(evidence: Evidence) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in evidence.study.of_kind("months"):
        if entry.provisional is None or found:
            continue
        marked = {cell.month for cell in evidence.known().provisional}
        months = [month for month in evidence.study.shown if month in marked]
        if not months:  # a later release holds them
            continue
        low, high = entry.provisional.revision
        share = unit_of("share")
        named = listing([month_name(month) for month in months])
        text = (
            f"{named} may still be revised, by {share.signed(low)} to {share.signed(high)} going by "
            f"{escape_markdown(entry.provisional.because)}."
        )
        found.append(("Provisional", text))
    return found


def _sides(evidence: Evidence) -> list[tuple[str, str]]:
    """Whose figures count, where both sides' are held."""
    sides = evidence.sides
    if not sides.two:
        return []
    page = f"{evidence.study.name}-data.html#table-mirror"
    text = (
        f"The exporter's figures and the importer's are both held. The {sides.own}'s count here, and "
        f"no gap is filled with the {facing(sides.own)}'s. [The two beside each other]({page})."
    )
    return [("Which side reports", text)]


def _turned(evidence: Evidence) -> list[tuple[str, str]]:
    """How values of another currency became the report's, and months that have no rate."""
    tables, found = evidence.tables, []
    for name, lacking in gaps.months_without_rate(evidence.study, tables).items():
        card = tables.cards[name]
        text = (
            f"Months in {card.per} count in {card.currency} at each month's mean rate "
            f"({escape_markdown(card.publisher)})."
        )
        if lacking:
            text += f" There is no rate of {month_list(lacking)}: those values are unknown."
        found.append((f"{card.per} in {card.currency}", text))
    return found


def _collected(card: Card) -> str:
    """Who collected the figures, with the address that the card gives."""
    if not card.collected_by:
        return ""
    name = re.split(r"[@ (,]", card.collected_by)[0]
    address = re.search(r"https://[^\s)]+", card.collected_by)
    return f"; collected by [{name}]({address[0]})" if address else f"; collected by {name}"


def _cut(text: str, most: int) -> str:
    """The text up to its first semicolon, or so many characters at a word's end."""
    first = " ".join(text.split()).partition(";")[0]
    return first if len(first) <= most else first[:most].rsplit(" ", 1)[0] + " …"

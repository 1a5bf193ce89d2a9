"""The smaller parts of a page: folds, cards, sources, how to cite it, where else to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

from tradecheck.show.exhibits.base import (
    Exhibit,
    Part,
    Words,
    check_words,
    inline,
    markdown,
    require,
    set_markdown,
)

MOST_CARD_TITLE_WORDS = 5


@dataclass(frozen=True)
class Fold(Exhibit):
    """Exhibits and prose that are read on demand, under a one-line summary."""

    kind: ClassVar[str] = "fold"
    summary: str
    exhibits: Sequence[Any]

    def __post_init__(self):
        require(self.summary.strip(), "A fold has no summary: say what it holds.")

    def html(self) -> str:
        inner = "".join(exhibit.html() for exhibit in self.exhibits)
        return f"<details><summary>{escape(self.summary)}</summary>{inner}</details>"

    def text(self) -> str:
        return self.summary


@dataclass(frozen=True)
class Cards(Exhibit):
    """Short notes side by side, each a title of at most five words and Markdown sentences."""

    kind: ClassVar[str] = "cards"
    cards: Sequence[tuple[str, Words]]

    def __post_init__(self):
        require(self.cards, "There are no cards to show.")
        for title, _ in self.cards:
            check_words(title, MOST_CARD_TITLE_WORDS, f"The card {title!r}", "title it")
        object.__setattr__(
            self, "cards", tuple((title, markdown(words)) for title, words in self.cards)
        )

    def html(self) -> str:
        return "".join(
            f"<h3>{escape(title)}</h3><p>{inline(words)}</p>" for title, words in self.cards
        )

    def text(self) -> str:
        return "; ".join(title for title, _ in self.cards)


@dataclass(frozen=True)
class Source(Part):
    """A source: its name, linked to ``address``, or a Prose with links of its own; what it is used
    for; its state and terms."""

    name: Words
    use: Words
    state: Words
    address: str = ""

    def __post_init__(self):
        require(str(self.name).strip(), "A source has no name.")

    def html(self) -> str:
        name = inline(self.name)
        if self.address:
            name = f'<a href="{escape(self.address)}">{name}</a>'
        return f"<tr><td>{name}</td><td>{inline(self.use)}</td><td>{inline(self.state)}</td></tr>"


@dataclass(frozen=True)
class Sources(Exhibit):
    """Every publisher with its link, what it is used for, its state and terms."""

    kind: ClassVar[str] = "sources"
    sources: Sequence[Source]
    note: Words = ""

    def __post_init__(self):
        require(self.sources, "There are no sources to list.")
        set_markdown(self, "note")

    def html(self) -> str:
        rows = "".join(source.html() for source in self.sources)
        head = "<tr><th>Source</th><th>Used for</th><th>State and terms</th></tr>"
        return f"<table>{head}{rows}</table><p>{inline(self.note)}</p>"

    def text(self) -> str:
        return "; ".join(str(source.name) for source in self.sources)


@dataclass(frozen=True)
class Cite(Exhibit):
    """How to cite the page, as text and as BibTeX; the page puts its downloads beside it.

    ``terms`` is the line of the page's foot: licences, and the hash of the data.
    """

    kind: ClassVar[str] = "cite"
    quote: Words
    bibtex: str = ""
    terms: Words = ""

    def __post_init__(self):
        require(str(self.quote).strip(), "The citation is empty.")

    def html(self) -> str:
        bibtex = f"<pre>{escape(self.bibtex)}</pre>" if self.bibtex else ""
        return f"<blockquote>{inline(self.quote)}</blockquote>{bibtex}<p>{inline(self.terms)}</p>"

    def text(self) -> str:
        return str(self.quote)


@dataclass(frozen=True)
class Siblings(Exhibit):
    """The study's other pages as (words, href, what it shows)."""

    kind: ClassVar[str] = "siblings"
    links: Sequence[tuple[str, str, str]]

    def __post_init__(self):
        require(self.links, "There are no other pages to lead to.")

    def html(self) -> str:
        items = "".join(
            f'<li><a href="{escape(href)}">{escape(words)}</a> {escape(says)}</li>'
            for words, href, says in self.links
        )
        return f"<ul>{items}</ul>"

    def text(self) -> str:
        return "; ".join(words for words, _, _ in self.links)

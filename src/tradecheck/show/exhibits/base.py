"""What all exhibits share: marks, plain JSON, a MIME type of their own, and checks in sentences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from html import escape
from typing import Any, ClassVar, NamedTuple

from tradecheck.errors import TradecheckError
from tradecheck.show.prose import Prose, native

Words = str | Prose
"""A text is shown as it stands; a Prose is Markdown."""


class Mark(NamedTuple):
    """A verdict or grade as a reader sees it: a symbol and a word, never a colour alone."""

    symbol: str
    word: str


VERDICTS = {
    "holds": Mark("✓", "holds"),
    "fails": Mark("✗", "fails"),
    "undecided": Mark("?", "undecided"),
    "not_testable": Mark("–", "not testable"),
}
GRADES = {
    "observed": Mark("●", "observed"),
    "bounded": Mark("▨", "bounded"),
    "reported": Mark("○", "reported"),
    "allowed_path": Mark("⋯", "one allowed path"),
}
MARKS = VERDICTS | GRADES
STATES = (*VERDICTS, "contradiction")  # what a specification can come to
NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


@dataclass(frozen=True)
class Part:
    """What travels inside an exhibit."""

    def payload(self) -> dict[str, Any]:
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


@dataclass(frozen=True)
class Exhibit(Part):
    """Base of everything a cell can show."""

    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        """The exhibit as plain JSON, for the report."""
        return {"kind": self.kind} | super().payload()

    def html(self) -> str:
        """A plain, escaped rendering for JupyterLab."""
        raise NotImplementedError

    def text(self) -> str:
        """One line for a terminal."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return {
            f"application/vnd.tradecheck.{self.kind}+json": self.payload(),
            "text/html": native(self.html()),
            "text/plain": self.text(),
        }


def plain(value: Any) -> Any:
    if isinstance(value, str):  # first, for most are
        return value
    if hasattr(value, "payload"):
        return value.payload()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    return value


def require(condition: Any, sentence: str) -> None:
    if not condition:
        raise TradecheckError(sentence)


def check_name(name: str, where: str) -> None:
    require(
        re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name),
        f"{where} needs a name of lower-case letters, digits and single hyphens.",
    )


def check_words(words: str, most: int, where: str, remedy: str) -> None:
    """Raise a TradecheckError unless the text has 1 to ``most`` words."""
    found = len(words.split())
    require(0 < found <= most, f"{where} has {found} words: {remedy} in 1 to {most}.")


def verdict_pairs(
    verdicts: Sequence[tuple[str, str]], most: int, where: str
) -> tuple[tuple[str, str], ...]:
    """(verdict, remark) pairs, held to the known verdicts and to 1 to ``most`` of them."""
    pairs = tuple((verdict, remark) for verdict, remark in verdicts)
    require(1 <= len(pairs) <= most, f"{where} has {len(pairs)} verdicts: give 1 to {most}.")
    for verdict, _ in pairs:
        require(
            verdict in VERDICTS,
            f"{where} has the verdict {verdict!r}: use one of {', '.join(VERDICTS)}.",
        )
    return pairs


def markdown(words: Words) -> Prose:
    """A sentence's Markdown, whether it comes as text or as a Prose."""
    return words if isinstance(words, Prose) else Prose(words)


def set_markdown(exhibit: Any, *names: str) -> None:
    """Take these fields of a frozen dataclass as Markdown."""
    for name in names:
        object.__setattr__(exhibit, name, markdown(getattr(exhibit, name)))


def inline(words: Words) -> str:
    """Words as HTML for JupyterLab, without a paragraph around one sentence."""
    if not isinstance(words, Prose):
        return escape(words)
    html = words.html().strip()
    if html.startswith("<p>") and html.count("<p>") == 1:
        return html.removeprefix("<p>").removesuffix("</p>")
    return html


def verdict_words(verdicts: Sequence[tuple[str, str]]) -> str:
    """ "✓ holds as counted; ✗ fails like for like"."""
    shown = []
    for verdict, remark in verdicts:
        mark = VERDICTS[verdict]
        gap = "" if remark[:1] in (":", ",", "") else " "
        shown.append(f"{mark.symbol} {mark.word}{gap}{remark}")
    return "; ".join(shown)


def mark_words(name: str) -> str:
    """A mark as Markdown, which a page shows in its colour: "**● observed**"."""
    return f"**{MARKS[name].symbol} {MARKS[name].word}**"


def number_word(count: int) -> str:
    """A count as it begins a sentence: "Three", "13"."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)

"""How a page opens: the question with its answer, or a plain title block."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import ClassVar

from tradecheck.show.exhibits.base import (
    GRADES,
    MARKS,
    Exhibit,
    Part,
    Words,
    check_words,
    inline,
    markdown,
    number_word,
    require,
    set_markdown,
    verdict_pairs,
    verdict_words,
)

MOST_WORDS = 30  # of a question or title
MOST_PARAGRAPHS = 2
MOST_LINES = 16.5  # of the panel; more would push the first chart off the first screen
GAP = 0.6  # of a line, between two claims
LINE = 22  # letters on a line of the panel, about the same for a claim's words and its verdict


@dataclass(frozen=True)
class Glance(Part):
    """One claim in the panel beside the answer: at most six words, where they lead, the verdicts
    as (verdict, remark). A remark that no second verdict needs is left out where it is long."""

    words: str
    href: str
    verdicts: Sequence[tuple[str, str]]

    def __post_init__(self):
        where = f"The claim {self.words!r} at a glance"
        pairs = verdict_pairs(self.verdicts, 2, where)
        if len(pairs) == 1 and len(verdict_words(pairs)) > LINE:
            pairs = ((pairs[0][0], ""),)
        object.__setattr__(self, "verdicts", pairs)

    @property
    def lines(self) -> int:
        """How many lines the claim takes in the panel."""
        told = sum(1 + len(verdict_words([pair])) // LINE for pair in self.verdicts)
        return max(1 + len(self.words) // LINE, told)


@dataclass(frozen=True)
class Answer(Exhibit):
    """The opening of a report: question, answer, who said what, sources in a line, all verdicts.

    ``answer`` and ``paragraphs`` are Markdown: one or two short sentences, then at most two
    paragraphs. ``meta`` names source, months and day of publication; ``grade`` ends that line with
    its mark ("… Every month is" + "observed"). Of a long ``glance`` the page shows the beginning.
    ``status`` is a line above the question, for a report that is superseded or synthetic.
    """

    kind: ClassVar[str] = "answer"
    question: str
    answer: Words
    paragraphs: Sequence[Words] = ()
    meta: Words = ""
    grade: str = ""
    glance: Sequence[Glance] = ()
    author: str = ""
    date: str = ""
    status: str = ""

    def __post_init__(self):
        check_words(self.question, MOST_WORDS, "The question", "ask it")
        require(str(self.answer).strip(), "The answer is empty: say yes, no, or what is open.")
        require(
            len(self.paragraphs) <= MOST_PARAGRAPHS,
            f"The answer has {len(self.paragraphs)} paragraphs: give at most {MOST_PARAGRAPHS}.",
        )
        require(
            not self.grade or self.grade in GRADES,
            f"The answer names the grade {self.grade!r}: use {', '.join(GRADES)}.",
        )
        set_markdown(self, "answer", "meta")
        object.__setattr__(self, "paragraphs", tuple(markdown(words) for words in self.paragraphs))

    @property
    def glance_title(self) -> str:
        count = len(self.glance)
        return f"{number_word(count)} claim{'' if count == 1 else 's'} at a glance"

    @property
    def glance_shown(self) -> int:
        """How many claims the panel has room for."""
        totals = accumulate(one.lines + GAP for one in self.glance)
        return sum(total <= MOST_LINES for total in totals)

    def payload(self) -> dict:
        shown = {"glance_title": self.glance_title, "glance_shown": self.glance_shown}
        return super().payload() | shown

    def html(self) -> str:
        status = f"<p><strong>{escape(self.status)}</strong></p>" if self.status else ""
        said = "".join(f"<p>{inline(words)}</p>" for words in self.paragraphs)
        mark = f" {MARKS[self.grade].symbol} {MARKS[self.grade].word}" if self.grade else ""
        lines = "".join(
            f"<li>{escape(line.words)}: {escape(verdict_words(line.verdicts))}</li>"
            for line in self.glance
        )
        by = escape(", ".join(filter(None, (self.author, self.date))))
        return (
            f"{status}<h1>{escape(self.question)}</h1><p><strong>{inline(self.answer)}</strong></p>"
            f"{said}<p>{inline(self.meta)}{mark}</p><p>{by}</p><ul>{lines}</ul>"
        )

    def text(self) -> str:
        return f"{self.question} {self.answer}"


@dataclass(frozen=True)
class Masthead(Exhibit):
    """A plain title block: title, one or two sentences, facts as (label, value), a status."""

    kind: ClassVar[str] = "masthead"
    title: str
    standfirst: Words
    facts: Sequence[tuple[str, str]] = ()
    status: str = ""

    def __post_init__(self):
        check_words(self.title, MOST_WORDS, "The title", "say what the page shows")
        set_markdown(self, "standfirst")

    def html(self) -> str:
        status = f"<p><strong>{escape(self.status)}</strong></p>" if self.status else ""
        facts = "".join(f"<li>{escape(k)}: {escape(v)}</li>" for k, v in self.facts)
        return (
            f"{status}<h1>{escape(self.title)}</h1><p>{inline(self.standfirst)}</p><ul>{facts}</ul>"
        )

    def text(self) -> str:
        return self.title

"""What a notebook shows: title block, main points, figures, tables, folds.

An exhibit is data with its rules. JupyterLab shows it natively; the HTML report is made from the
same data, which travels in the notebook under a MIME type of its own,
``application/vnd.tradecheck.<kind>+json``.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

from tradecheck.show.exhibits.base import GRADES, MARKS, VERDICTS, Exhibit, Mark, check_name, require
from tradecheck.show.exhibits.tables import Cell, Column, Row, Table, shown
from tradecheck.show.prose import Prose

__all__ = [
    "GRADES",
    "MARKS",
    "VERDICTS",
    "Cell",
    "Column",
    "Exhibit",
    "Figure",
    "Fold",
    "Mark",
    "Masthead",
    "Points",
    "Row",
    "Table",
    "shown",
]

MAX_TITLE_WORDS = 15
ALT_LENGTH = (80, 300)
UNITS = (
    "US$ million", "US$ billion", "₹ crore", "₹ per US$", "per cent", "ratio", "number of", "months of",
)  # fmt: skip


@dataclass(frozen=True)
class Masthead(Exhibit):
    """The title block: title, one sentence, facts as (label, value), a status when it matters."""

    kind: ClassVar[str] = "masthead"
    title: str
    standfirst: str
    facts: Sequence[tuple[str, str]] = ()
    status: str = ""

    def __post_init__(self):
        _check_title(self.title, "The masthead")

    def html(self) -> str:
        status = f"<p><strong>{escape(self.status)}</strong></p>" if self.status else ""
        facts = "".join(f"<li>{escape(k)}: {escape(v)}</li>" for k, v in self.facts)
        return (
            f"{status}<h1>{escape(self.title)}</h1><p>{escape(self.standfirst)}</p><ul>{facts}</ul>"
        )

    def text(self) -> str:
        return self.title


@dataclass(frozen=True)
class Points(Exhibit):
    """The main points: Markdown sentences, each linked to its figure or claim."""

    kind: ClassVar[str] = "points"
    items: Sequence[Any]

    def __post_init__(self):
        object.__setattr__(self, "items", tuple(str(item) for item in self.items))

    def html(self) -> str:
        return Prose(self.text()).html()

    def text(self) -> str:
        return "\n".join(f"- {item}" for item in self.items)


@dataclass(frozen=True)
class Figure(Exhibit):
    """A chart with all a reader needs: finding title, subtitle, source, alternative text, data.

    ``wide`` and ``narrow`` are the drawings for a page and a phone, made by ``charts.draw``; the
    subtitle gives measure, place, period and unit; ``grades`` lists what the chart shows, and the
    alternative text has to say each of them in words.
    """

    kind: ClassVar[str] = "figure"
    name: str
    title: str
    subtitle: str
    source: str
    alt: str
    wide: str
    narrow: str
    data: Table
    grades: Sequence[str] = ()
    notes: str = ""

    def __post_init__(self):
        where = f"Figure {self.name!r}"
        check_name(self.name, where)
        _check_title(self.title, where)
        require(self.subtitle.strip(), f"{where} has no subtitle: give measure, period and unit.")
        units = [unit for unit in UNITS if unit.lower() in self.subtitle.lower()]
        require(
            len(units) == 1,
            f"{where} must name one unit in its subtitle, not {len(units)}: a chart shows one of "
            f"{', '.join(UNITS)}.",
        )
        require(self.source.strip(), f"{where} has no source: name the publisher and table.")
        shortest, longest = ALT_LENGTH
        require(
            shortest <= len(self.alt) <= longest,
            f"{where} has an alternative text of {len(self.alt)} characters: "
            f"describe chart type, period, levels and finding in {shortest} to {longest}.",
        )
        for drawing in (self.wide, self.narrow):
            require(drawing.startswith("<svg"), f"{where} needs drawings made by charts.draw.")
        for grade in self.grades:
            require(grade in GRADES, f"{where} names the grade {grade!r}: use {', '.join(GRADES)}.")
            require(
                GRADES[grade].word in self.alt.lower(),
                f"{where} shows {GRADES[grade].word} values, and its alternative text "
                f"must say “{GRADES[grade].word}”.",
            )

    def html(self) -> str:
        picture = b64encode(self.wide.encode()).decode()
        return (
            f'<figure id="figure-{self.name}"><figcaption><strong>{escape(self.title)}</strong><br>'
            f"{escape(self.subtitle)}</figcaption>"
            f'<img alt="{escape(self.alt)}" style="width:700px;background:white" '
            f'src="data:image/svg+xml;base64,{picture}"><p>Source: {escape(self.source)}</p>'
            f"<details><summary>Data</summary>{self.data.html()}</details></figure>"
        )

    def text(self) -> str:
        return f"{self.title}. {self.alt}"


@dataclass(frozen=True)
class Fold(Exhibit):
    """Exhibits that are read on demand, under a one-line summary."""

    kind: ClassVar[str] = "fold"
    summary: str
    exhibits: Sequence[Any]

    def html(self) -> str:
        inner = "".join(exhibit.html() for exhibit in self.exhibits)
        return f"<details><summary>{escape(self.summary)}</summary>{inner}</details>"

    def text(self) -> str:
        return self.summary


def _check_title(title: str, where: str) -> None:
    words = len(title.split())
    require(
        0 < words <= MAX_TITLE_WORDS,
        f"{where} has a title of {words} words: state the finding in 1 to {MAX_TITLE_WORDS}.",
    )

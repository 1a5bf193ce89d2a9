"""A chart with all a reader needs, and two of them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from tradecheck.show.exhibits.base import (
    GRADES,
    MARKS,
    Exhibit,
    Words,
    check_name,
    check_words,
    inline,
    require,
    set_markdown,
)
from tradecheck.show.exhibits.tables import Table
from tradecheck.show.ground import on_ground

MOST_TITLE_WORDS = 15
ALT_LENGTH = (80, 400)


@dataclass(frozen=True)
class Figure(Exhibit):
    """A chart with finding title, subtitle, unit, source, alternative text, drawings and numbers.

    ``wide`` and ``narrow`` are the drawings for a page and a phone, made by ``charts.draw``. The
    subtitle gives measure, place and period; the page adds the ``unit`` where the subtitle does not
    hold it. ``grades`` lists what the chart shows, and the alternative text has to say each of them
    in words. ``notes`` is Markdown; ``extent`` tells how many numbers the fold below holds ("35
    months"); ``contents`` puts the figure into the page's list of contents under these words.
    """

    kind: ClassVar[str] = "figure"
    name: str
    title: str
    subtitle: str
    unit: str
    source: Words
    alt: str
    wide: str
    narrow: str
    data: Table
    grades: Sequence[str] = ()
    notes: Words = ""
    extent: str = ""
    contents: str = ""

    def __post_init__(self):
        where = f"Figure {self.name!r}"
        check_name(self.name, where)
        check_words(self.title, MOST_TITLE_WORDS, f"The title of {where}", "state the finding")
        require(self.subtitle.strip(), f"{where} has no subtitle: give measure, place and period.")
        require(self.unit.strip(), f"{where} has no unit: name the one that its axis is in.")
        require(str(self.source).strip(), f"{where} has no source: name the publisher and table.")
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
        set_markdown(self, "notes")

    def html(self) -> str:
        grades = ", ".join(f"{MARKS[grade].symbol} {MARKS[grade].word}" for grade in self.grades)
        return (
            f'<figure id="figure-{self.name}"><figcaption><strong>{escape(self.title)}</strong><br>'
            f"{escape(self.subtitle)} ({escape(self.unit)})</figcaption>"
            f"{on_ground(self.wide, self.alt)}"
            f"<p>{grades} {inline(self.notes)} Source: {inline(self.source)}</p>"
            f"<details><summary>Numbers</summary>{self.data.html()}</details></figure>"
        )

    def text(self) -> str:
        return f"{self.title}. {self.alt}"


@dataclass(frozen=True)
class Pair(Exhibit):
    """Two figures of half width side by side; on a phone one below the other."""

    kind: ClassVar[str] = "pair"
    figures: Sequence[Figure]

    def __post_init__(self):
        require(len(self.figures) == 2, f"A pair holds {len(self.figures)} figures: give it two.")

    def html(self) -> str:
        return "".join(figure.html() for figure in self.figures)

    def text(self) -> str:
        return " ".join(figure.text() for figure in self.figures)

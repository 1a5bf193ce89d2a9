"""A chart or picture of the analyst's own, as it is, with what a reader needs beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

from tradecheck.show.exhibits.base import Exhibit, Words, check_name, inline, require, set_markdown
from tradecheck.show.ground import on_ground

NAME = "drawn"  # begins the ids in a drawing; a page with several gives each its own
RASTERS = ("png", "jpeg", "gif", "webp")
BEGINNINGS = ("<svg", *(f"data:image/{kind};base64," for kind in (*RASTERS, "svg+xml")))


@dataclass(frozen=True)
class Picture(Exhibit):
    """A chart of any library, or a picture, as ``show`` makes it.

    ``wide`` and ``narrow`` are SVG drawn for a page and for a phone, or ``wide`` alone is a data URL
    of a picture. What is empty of ``title``, ``source`` and ``alt`` makes the page a draft;
    ``described`` stands in for ``alt`` until then. ``source`` and ``notes`` are Markdown. ``name``
    lets sentences refer to it.
    """

    kind: ClassVar[str] = "picture"
    wide: str
    narrow: str = ""
    title: str = ""
    source: Words = ""
    alt: str = ""
    described: str = ""
    notes: Words = ""
    name: str = ""

    def __post_init__(self):
        require(self.wide.startswith(BEGINNINGS), "A picture needs a drawing or a data URL.")
        if self.name:
            check_name(self.name, "A picture")
        set_markdown(self, "source", "notes")

    @property
    def words(self) -> str:
        return self.alt or self.described or "Picture without a description."

    def html(self) -> str:
        if self.wide.startswith("<svg"):
            shown = on_ground(self.wide, self.words)
        else:
            look = "max-width:100%;background:white"  # drawn for a light ground
            shown = f'<img alt="{escape(self.words)}" style="{look}" src="{self.wide}">'
        title = f"<figcaption><strong>{escape(self.title)}</strong></figcaption>"
        source = f"<p>{inline(self.notes)} Source: {inline(self.source)}</p>"
        return (
            f"<figure>{title if self.title else ''}{shown}"
            f"{source if str(self.source) else ''}</figure>"
        )

    def text(self) -> str:
        return f"{self.title}. {self.words}" if self.title else self.words


def missing(held: Mapping[str, Any]) -> list[str]:
    """What a picture's payload does not say, in the words of a reader."""
    said = {
        "title": held["title"],
        "source": held["source"]["markdown"],
        "alternative text": held["alt"],
    }
    return [name for name, words in said.items() if not words.strip()]

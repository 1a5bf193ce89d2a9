"""Of one publisher's figures the last released ones: a figure gives way to later ones that say all of
it, as the sum of its parts or as a whole."""

from collections.abc import Hashable, Mapping
from functools import cache
from itertools import product
from typing import NamedTuple, Protocol, TypeVar

from tradecheck.bounds.corridor import Corridor
from tradecheck.bounds.terms import Cell

AXES = ("reporter", "partner", "goods")


class Dated(Protocol):
    @property
    def released(self) -> str: ...


_Part = tuple[str, ...]
D = TypeVar("D", bound=Dated)


class _Place(NamedTuple):
    publisher: Hashable
    month: str
    what: str


def latest(held: Mapping[tuple[str, Cell], D], corridor: Corridor) -> dict[tuple[str, Cell], D]:
    """The figures without those whose every part a later release of the publisher gives."""
    axes = [getattr(corridor, name) for name in AXES]

    @cache
    def parts_of(labels: _Part) -> frozenset[_Part]:
        """The smallest places that a figure is the sum of."""
        return frozenset(product(*(axis.parts(label) for axis, label in zip(axes, labels))))

    places: dict[_Place, dict[tuple[str, Cell], D]] = {}
    for (publisher, cell), figure in held.items():
        place = _Place(publisher, cell.month, cell.what)
        places.setdefault(place, {})[publisher, cell] = figure
    kept: dict[tuple[str, Cell], D] = {}
    for figures in places.values():
        days = {figure.released for figure in figures.values()}
        if len(days) == 1:
            kept |= figures
            continue
        parts = {key: parts_of(key[1][:3]) for key in figures}
        later = {
            day: {parts[key] for key, figure in figures.items() if figure.released > day}
            for day in days
        }
        every = {day: frozenset[_Part]().union(*held) for day, held in later.items()}
        for key, figure in figures.items():
            own, day = parts[key], figure.released
            if not own <= every[day] or not _said(own, later[day]):
                kept[key] = figure
    return kept


def _said(own: frozenset[_Part], later: set[frozenset[_Part]]) -> bool:
    """Whether later figures within a figure's own parts hold all of them."""
    if own in later or len(own) == 1:
        return own in later
    return frozenset[_Part]().union(*(part for part in later if part <= own)) == own

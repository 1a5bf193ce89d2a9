"""Where the exporter's figures and the importer's are both held, they are a choice, never mixed.

An exporter counts what leaves, free on board (FOB); an importer what arrives, with freight and
insurance (CIF), by another day and by the country of origin. Neither is an error of the other.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from tradecheck.bounds.months import Known
from tradecheck.data.tables import Tables
from tradecheck.study.claims import ClaimsFile
from tradecheck.study.dimensions import Choice, Dimension
from tradecheck.study.sides import BOTH, SIDES, Side, facing, reporting
from tradecheck.study.study import Study

ID = "mirror-data"
WORDS = "which side reports (mirror data)"


@dataclass(frozen=True)
class Sides:
    """own: the side of the study's reporter, whose figures count where nothing else is said. held:
    the sides of which figures are held that can be compared."""

    own: Side
    held: frozenset[Side]

    @property
    def two(self) -> bool:
        """Whether there is a choice."""
        return len(self.held) == len(SIDES)

    def counting(self, asked: str | None) -> str | None:
        """The side whose months count; None for all tables, where no choice is to be made."""
        return asked or (self.own if self.two else None)

    def lacking(self, asked: str | None) -> str:
        """Why nothing can be said by the figures that are asked for; "" if something can."""
        wanted = SIDES if asked == BOTH else (asked,) if asked else ()
        for side in wanted:
            if side not in self.held:
                return f"The study holds no figures of the {side}'s that can be compared."
        return ""


def sides_of(study: Study, tables: Tables, known: Callable[[Side], Known]) -> Sides:
    """The sides that a study's tables hold figures of; all but a mirror is the reporter's own."""
    own = reporting(study.flow_code)
    if not tables.mirrors:
        return Sides(own, frozenset({own}))
    totals = [entry.totals for entry in study.of_kind("totals")]
    of_totals = bool(tables.flows["source"].isin(totals).any())
    held = {side for side in SIDES if known(side).values or (side == own and of_totals)}
    return Sides(own, frozenset(held))


def as_dimension(claims: ClaimsFile, sides: Sides, mirrors: Collection[str]) -> ClaimsFile:
    """The claims with the choice of a side for every reading that fixes none, unless they make it
    themselves."""
    choices = [choice for one in claims.dimensions for choice in one.choices.values()]
    free = [name for name, reading in claims.readings.items() if reading.side is None]
    if not free or any(choice.side or choice.source in mirrors for choice in choices):
        return claims
    dimension = Dimension(
        id=ID,
        words=WORDS,
        readings=free,
        choices={
            f"the {side}'s figures": Choice(side=side) for side in (sides.own, facing(sides.own))
        },
    )
    return claims.model_copy(update={"dimensions": [*claims.dimensions, dimension]})

"""The ways in which a study's evidence can be taken."""

from dataclasses import dataclass, replace
from typing import Any

from tradecheck.study.claims import Reading
from tradecheck.study.dimensions import Choice
from tradecheck.study.sides import BOTH, SIDES


@dataclass(frozen=True)
class Taken:
    """How the evidence is taken: what a reading and the choices of dimensions come to."""

    goods: str | None = None
    reporter: str | None = None
    partner: str | None = None
    vintage: str | None = None
    source: str | None = None
    side: str | None = None
    leave_out: frozenset[str] = frozenset()
    exact: bool = False
    revised: bool = False
    tolerance: float | None = None
    lag: float | None = None
    believing: tuple[str, ...] = ()

    def choosing(self, choice: Choice) -> "Taken":
        """The same with what a choice changes."""
        changed = {
            name: getattr(choice, name)
            for name in (
                "goods",
                "reporter",
                "partner",
                "vintage",
                "source",
                "side",
                "tolerance",
                "lag",
            )
            if getattr(choice, name) is not None
        }
        return replace(
            self,
            **changed,
            leave_out=self.leave_out | frozenset(choice.leave_out),
            exact=self.exact or choice.exact,
            revised=self.revised or choice.revised,
            believing=(*self.believing, *(b for b in choice.believing if b not in self.believing)),
        )

    @property
    def of_months(self) -> dict[str, Any]:
        """What decides which monthly statistics count."""
        return {
            "vintage": self.vintage, "source": self.source, "side": self.side,
            "leave_out": self.leave_out & {"months"},
        }  # fmt: skip

    @property
    def official(self) -> tuple[Any, ...]:
        """The same for all ways that differ in names and beliefs alone."""
        return (
            self.vintage, self.source, self.side, self.leave_out, self.exact, self.revised,
            self.tolerance, self.lag,
        )  # fmt: skip

    def reading(self, reading: Reading) -> "Taken":
        """The same with what the reading itself asks for."""
        return replace(
            self, vintage=reading.vintage or self.vintage, revised=reading.revised or self.revised,
            side=reading.side or self.side,
        )  # fmt: skip

    @property
    def by_side(self) -> tuple["Taken", ...]:
        """The same by each side's figures, where both sides' count, each for itself."""
        if self.side != BOTH:
            return (self,)
        return tuple(replace(self, side=side) for side in SIDES)

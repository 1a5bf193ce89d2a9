"""What a name stands for: the cells of a reporter, a partner and some goods in a month."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from tradecheck.bounds.axes import Axis
from tradecheck.bounds.terms import Cell, Missing
from tradecheck.errors import TradecheckError
from tradecheck.study.measures import Quantity
from tradecheck.study.values import alike

AXES = ("reporter", "partner", "goods")
# Which axes are split into atoms, the plainest first: a group's own figure counts before its members'.
SPLITS = (
    (), ("partner",), ("goods",), ("reporter",), ("partner", "goods"), ("reporter", "partner"),
    ("reporter", "goods"), AXES,
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """Names on the three axes, the study's own ones, and which cells a statistic gives.

    own: label of the study's reporter, partner and goods, for quantities that name none.
    given: the cells of the monthly statistics. rates: by currency, units of it per unit of the
    study's currency, by month.
    """

    axes: Mapping[str, Axis]
    own: Mapping[str, str]
    given: frozenset[Cell] = frozenset()
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    unit: str = ""  # of quantities, where the source has one
    scale: float = 1.0  # of values: how many units of currency one is
    currency: str = ""  # of the report

    def label(self, axis: str, name: str | None) -> str:
        """The axis' label of a name (of the study's own, if none is given)."""
        label = self.own[axis] if name is None or name == self.own_name[axis] else name
        if label not in self.axes[axis]:
            raise TradecheckError(
                f"A measure names the {axis} {label!r}, which the study does not define"
                f"{alike(label, sorted(self.axes[axis].names))}; add it to the study's groups."
            )
        return self.axes[axis].canonical(label)

    @cached_property
    def own_name(self) -> dict[str, str]:
        """The names that readers use for the study's own reporter, partner and goods."""
        return dict(self.own)

    def cells(self, quantity: Quantity, month: str) -> dict[Cell, float]:
        """The cells of a quantity in one month, each with its weight (1, or the month's rate)."""
        place = tuple(self.label(axis, getattr(quantity, axis)) for axis in AXES)
        what = "value" if quantity.what == "value" else self.quantity_unit()
        weight = self._rate(quantity, month)
        return {cell: weight for cell in self.resolved(place, month, what)}

    def resolved(self, place: tuple[str, ...], month: str, what: str = "value") -> tuple[Cell, ...]:
        """The cells that add up to a place: those that a statistic gives, else all atoms."""
        key = (place, month, what)
        if key not in self._resolved:
            self._resolved[key] = next(
                (cells for cells in self._ways(*key) if self.given.issuperset(cells)),
                tuple(self._split(place, AXES, month, what)),
            )
        return self._resolved[key]

    def quantity_unit(self) -> str:
        if not self.unit:
            raise Missing(
                "A measure asks for a quantity, and the study's monthly tables hold none in one unit."
            )
        return self.unit

    @cached_property
    def _resolved(self) -> dict[tuple[Any, ...], tuple[Cell, ...]]:
        return {}

    def _ways(self, place: tuple[str, ...], month: str, what: str) -> Iterator[tuple[Cell, ...]]:
        for split in SPLITS:
            yield tuple(self._split(place, split, month, what))

    def _split(
        self, place: tuple[str, ...], split: tuple[str, ...], month: str, what: str
    ) -> Iterator[Cell]:
        choices = (
            self.axes[axis].sorted_parts[label] if axis in split else (label,)
            for axis, label in zip(AXES, place, strict=True)
        )
        return (Cell(r, p, goods, month, what) for r, p, goods in product(*choices))

    def _rate(self, quantity: Quantity, month: str) -> float:
        if quantity.currency in (None, self.currency):
            return 1.0
        rates = self.rates.get(quantity.currency)
        if rates is None:
            raise Missing(
                f"It is in {quantity.currency}, and the study names no table of rates for it; "
                "add one under evidence (rates: …, currency: …)."
            )
        if month not in rates:
            raise Missing(f"The exchange rates for {quantity.currency} hold no {month}.")
        return rates[month]

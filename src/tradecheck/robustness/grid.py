"""The grid: every combination of choices, and the rules that leave combinations out."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from tradecheck.claims import ClaimsFile, Reading
from tradecheck.errors import TradecheckError
from tradecheck.measures import LISTED
from tradecheck.official import Tables, codes_of
from tradecheck.study import Study

DIMENSIONS = (
    "reading", "goods", "coverage", "believing", "rate_tolerance", "about", "hong_kong", "vintage",
    "months",
)  # fmt: skip

RULES = {
    "about": "a range for “about double” belongs to readings of the doubling",
    "hong_kong": "where Hong Kong stands belongs to readings of the rank, each of which says it",
    "goods": "suppliers and the make-up of the year are known for the whole list only",
    "year": "the make-up of a fiscal year knows neither months nor reported figures",
    "rate_tolerance": "a second currency speaks only of goods whose every line is held",
    "believing": "without the claim's own figures, and those of other goods, it repeats another set",
}
NO_MONTHS = "none"
WHOLE_LIST_ONLY = ("C4", "C5", "C6")


class Specification(NamedTuple):
    """One combination of choices, in the order of DIMENSIONS."""

    reading: str
    goods: str
    coverage: str
    believing: str
    rate_tolerance: float | None
    about: tuple[float, float]
    hong_kong: str
    vintage: str
    months: str


class Space:
    """All combinations of a study's grid, in one fixed order whatever the order of its YAML."""

    def __init__(self, study: Study, tables: Tables, claims: ClaimsFile):
        grid = study.grid
        if fetched := sorted(set(grid.months) - {NO_MONTHS}):
            raise TradecheckError(
                f"The grid of the study {study.name!r} names the observed months {fetched[0]!r}, and "
                f"no monthly source is held; write months: [{NO_MONTHS}]."
            )
        self.grid, self.claims = grid, claims
        self.readings = sorted(
            (
                reading
                for claim in claims.claims
                if claim.id in grid.claims
                for reading in claim.all_readings
                if not reading.not_testable
            ),
            key=lambda reading: reading.id,
        )
        # Sets are tried smallest first, so that the plainest name stands for equal ones.
        self.sets = sorted(grid.believing, key=lambda name: (len(grid.believing[name]), name))
        self.rates = sorted(grid.rate_tolerance_inr, key=lambda rate: -1.0 if rate is None else rate)
        self.abouts = sorted(map(tuple, grid.about), key=lambda pair: (pair[1] - pair[0], pair))
        self._of_suppliers = {r.id for r in claims.reported if r.quantity.suppliers}
        self._of_some_goods = {r.id for r in claims.reported if r.quantity.goods != LISTED}
        self._has_complete = {
            name: not set(study.complete_codes).isdisjoint(codes_of(name, tables.listed, study.goods))
            for name in grid.goods
        }

    def combinations(self) -> Iterator[Specification | str]:
        """Each combination: a specification, or the rule that leaves it out."""
        grid = self.grid
        places = sorted(grid.hong_kong)
        for reading, goods in product(self.readings, sorted(grid.goods)):
            rest = list(product(self.sets, self.rates, self.abouts, places))
            distinct = self._distinct_sets(reading, goods)
            rules = [self._rule(reading, goods, distinct, *choice) for choice in rest]
            for coverage, vintage, months in product(
                sorted(grid.coverage), sorted(grid.vintage), sorted(grid.months)
            ):
                for (beliefs, rate, about, place), rule in zip(rest, rules, strict=True):
                    yield rule or Specification(
                        reading.id, goods, coverage, beliefs, rate, about, place, vintage, months
                    )

    def beliefs(self, reading: Reading, goods: str, name: str) -> tuple[str, ...]:
        """What a set of beliefs comes to for one reading: not its own claim, nor other goods."""
        return tuple(
            belief
            for belief in sorted(self.grid.believing[name])
            if claim_of(belief) != claim_of(reading.id)
            and not (belief in self._of_suppliers and goods != LISTED)
            and not (belief in self._of_some_goods and not self._has_complete[goods])
        )

    def _rule(
        self,
        reading: Reading,
        goods: str,
        distinct: Sequence[str],
        believing: str,
        rate: float | None,
        about: tuple[float, float],
        hong_kong: str,
    ) -> str:
        """The rule that leaves a combination out; empty if none does."""
        if reading.measure.unit != "ratio" and about != self.abouts[0]:
            return "about"
        if hong_kong != (reading.hong_kong or min(self.grid.hong_kong)):
            return "hong_kong"
        if claim_of(reading.id) in WHOLE_LIST_ONLY and goods != LISTED:
            return "goods"
        if reading.evidence == "composition" and (
            believing != distinct[0] or rate != self.rates[0]
        ):
            return "year"
        if rate is not None and not self._has_complete[goods]:
            return "rate_tolerance"
        return "" if believing in distinct else "believing"

    def _distinct_sets(self, reading: Reading, goods: str) -> list[str]:
        """The names of belief sets that differ for this reading."""
        seen: dict[tuple[str, ...], str] = {}
        for name in self.sets:
            seen.setdefault(self.beliefs(reading, goods, name), name)
        return list(seen.values())


def claim_of(name: str) -> str:
    """The claim of a reading's id ("C2-N1-B1" → "C2"); a reported figure's id is its own."""
    head = name.split("-")[0]
    return head[:2] if head[:1] == "C" and head[1:2].isdigit() else name

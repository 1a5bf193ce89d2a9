"""Verdicts by the thousand: bodies of evidence and questions shared between specifications."""

import math
from collections.abc import Iterable, Sequence

from tradecheck.claims import ClaimsFile, Reading
from tradecheck.evidence import Knowledge, composition, monthly
from tradecheck.study.periods import fiscal_year
from tradecheck.official import Choices, Tables
from tradecheck.bounds.programme import (
    CLEARLY,
    SMALLEST_BASE,
    Case,
    Cell,
    Constraint,
    Evidence,
    Weights,
    Zone,
)
from tradecheck.robustness.grid import Space, Specification
from tradecheck.bounds.parts import Body, Parts, Range
from tradecheck.study import Study
from tradecheck.verdicts import Verdict

CONTRADICTION = "contradiction"


class Asked:
    """What a body of evidence says of one measure, for any zone."""

    def __init__(self, body: Body, cases: Sequence[Case], shown: Sequence[Case]):
        self._body, self._cases = body, cases
        self._whole = body.bounds(cases)
        self.lo, self.hi = self._whole if shown == cases else body.bounds(shown)
        self._levels: dict[int, tuple[Range, Range] | None] = {}  # by the case's place
        self._met: list[Zone] = []
        self._missed: list[Zone] = []

    @property
    def bearing(self) -> frozenset[Cell]:
        """The cells that bear on the measure, directly or through others."""
        return self._body.joined(cells_of(self._cases)).cells

    def verdict(self, zone: Zone) -> Verdict:
        """As `verdicts.judge`, asking the solver only where the bounds leave a question."""
        lo, hi = self._whole
        if zone.covers(lo, hi):
            return Verdict.HOLDS
        if hi < zone.lo or lo > zone.hi:
            return Verdict.FAILS
        if len(self._cases) == 1 and len(self._cases[0].terms) == 1:  # its values have no gaps
            met = hi > zone.lo + CLEARLY if zone.strict else True
        else:
            met = self._meets(zone)
        return Verdict.UNDECIDED if met else Verdict.FAILS

    def _meets(self, zone: Zone) -> bool:
        # A path that meets a zone meets every wider one.
        if any(one.within(zone) for one in self._met):
            return True
        if any(zone.within(one) for one in self._missed):
            return False
        met = any(self._level_path(place, zone) for place in range(len(self._cases)))
        if not met:
            met = self._body.joined(cells_of(self._cases)).evidence.allows(self._cases, zone)
        (self._met if met else self._missed).append(zone)
        return met

    def _level_path(self, place: int, zone: Zone) -> bool:
        """True where a ratio meets the zone with all its months level, which is cheap to ask."""
        if zone.strict:
            return False
        if place not in self._levels:
            self._levels[place] = self._level_ends(self._cases[place])
        ends = self._levels[place]
        if ends is None:
            return False
        over, under = ends
        least, most = zone.lo * max(under[0], SMALLEST_BASE), zone.hi * under[1]
        return max(over[0], least) <= min(over[1], most)

    def _level_ends(self, case: Case) -> tuple[Range, Range] | None:
        """What both sides of a case's ratios can be where all its months are level."""
        if any(term.under is None for term in case.terms):
            return None
        overs, unders = _distinct(t.over for t in case.terms), _distinct(t.under for t in case.terms)
        apart = self._body.sides(cells_in(overs), cells_in(unders), case.where)
        if apart is None:
            return None
        over, under = (self._body.levels(*side) for side in zip((overs, unders), apart, strict=True))
        if over is None or under is None or under[1] < SMALLEST_BASE:
            return None
        return over, under


class Judge:
    """Judges specifications, asking each distinct question once."""

    def __init__(self, study: Study, tables: Tables, claims: ClaimsFile, space: Space):
        self.study, self.tables, self.claims, self.space = study, tables, claims, space
        self._official: dict[tuple, Knowledge] = {}
        self._believed: dict[tuple, Constraint] = {}
        self._beliefs: dict[tuple, tuple[str, ...]] = {}
        self._bodies: dict[tuple, Body] = {}
        self._clashes: dict[Body, tuple[str, ...]] = {}
        self._asked: dict[tuple, Asked] = {}
        self._alike: dict[tuple, Asked] = {}
        self._cases: dict[tuple, tuple[list[Case], list[Case], list[Cell]]] = {}
        self.parts = Parts()

    def judge(self, specification: Specification) -> tuple[str, float, float]:
        """Verdict (or "contradiction"), lo and hi of one specification."""
        reading = self.claims.reading(specification.reading)
        body = self.body(specification)
        if not body.possible:
            return CONTRADICTION, math.nan, math.nan
        asked = self._ask(body, reading, specification.goods)
        zone = Zone(*specification.about) if reading.measure.unit == "ratio" else reading.predicate.zone
        return asked.verdict(zone), asked.lo, asked.hi

    def clashes(self, specification: Specification) -> tuple[str, ...]:
        """Every smallest set of this evidence that cannot all be true, in words."""
        body = self.body(specification)
        if body not in self._clashes:
            found = smallest_clashes(body.knowledge.evidence)
            words = (" and ".join(sorted(one.words for one in clash)) for clash in found)
            self._clashes[body] = tuple(sorted(words))
        return self._clashes[body]

    def body(self, specification: Specification) -> Body:
        """The evidence that a specification rests on."""
        reading = self.claims.reading(specification.reading)
        place = (reading.id, specification.goods, specification.believing)
        if place not in self._beliefs:
            self._beliefs[place] = self.space.beliefs(reading, *place[1:])
        beliefs = self._beliefs[place]
        key = (
            specification.goods, specification.coverage, specification.rate_tolerance,
            specification.vintage, reading.evidence,
        )  # fmt: skip
        if (key, beliefs) not in self._bodies:
            base = self._base(specification, reading, key)
            believed = [self._belief(base, key, belief) for belief in beliefs]
            self._bodies[key, beliefs] = Body(base.believing(believed), self.parts)
        return self._bodies[key, beliefs]

    def _base(self, specification: Specification, reading: Reading, key: tuple) -> Knowledge:
        if key not in self._official:
            choices = Choices(
                goods=specification.goods,
                coverage=specification.coverage,
                rate_tolerance_inr=specification.rate_tolerance,
                known_on=self.study.claim_date if specification.vintage == "claim date" else None,
            )
            if reading.evidence == "monthly":
                self._official[key] = monthly(self.tables, self.study, choices)
            else:
                year = fiscal_year(self.study.last_month)
                self._official[key] = composition(self.tables, self.study, year, choices)
        return self._official[key]

    def _belief(self, base: Knowledge, key: tuple, belief: str) -> Constraint:
        if (key, belief) not in self._believed:
            found = self.claims.constraints([belief], base, self.tables.figures)
            self._believed[key, belief] = found[0]
        return self._believed[key, belief]

    def _ask(self, body: Body, reading: Reading, goods: str) -> Asked:
        """A reading's question to a body, shared with every body that it cannot tell apart."""
        if (body, reading.id) in self._asked:
            return self._asked[body, reading.id]
        if (reading.id, goods) not in self._cases:
            scope = body.knowledge.scope
            cases, shown = reading.measure.cases(scope), reading.measure.shown(scope)
            self._cases[reading.id, goods] = (cases, shown, cells_of(cases))
        cases, shown, cells = self._cases[reading.id, goods]
        question = (reading.id, goods, body.touching(cells))
        if question not in self._alike:
            self._alike[question] = Asked(body, cases, shown)
        return self._asked.setdefault((body, reading.id), self._alike[question])


def ask(reading: Reading, body: Body) -> Asked:
    """What a body of evidence that can all be true says of a reading's measure."""
    scope = body.knowledge.scope
    return Asked(body, reading.measure.cases(scope), reading.measure.shown(scope))


def smallest_clashes(evidence: Evidence) -> list[tuple[Constraint, ...]]:
    """All sets of constraints that cannot all be true while each smaller part of them can.

    Whoever drops one member of a clash may meet another, so every member is dropped in turn
    (Reiter's hitting-set tree, Artificial Intelligence, 1987). Constraints are told apart by id.
    """
    found: dict[frozenset[str], tuple[Constraint, ...]] = {}
    waiting, seen = [frozenset[str]()], set()
    while waiting:
        dropped = waiting.pop()
        seen.add(dropped)
        kept = [one for one in evidence.constraints if one.id not in dropped]
        clash = Evidence(evidence.cells, kept).clash
        if clash:
            found[frozenset(one.id for one in clash)] = clash
        waiting += {dropped | {one.id} for one in clash} - seen
    return list(found.values())


def cells_of(cases: Iterable[Case]) -> list[Cell]:
    """Every cell that the cases speak of, once."""
    terms = [term for case in cases for term in case.terms]
    rows = [row for case in cases for row in case.where]
    return cells_in(
        [*(t.over for t in terms), *(t.under or {} for t in terms), *(r.weights for r in rows)]
    )


def cells_in(sums: Iterable[Weights]) -> list[Cell]:
    return list(dict.fromkeys(cell for weights in sums for cell in weights))


def _distinct(sums: Iterable[Weights]) -> list[Weights]:
    return list({tuple(weights.items()): weights for weights in sums}.values())

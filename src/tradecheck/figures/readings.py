"""Every reading of every claim with what came of it, for those who want them all."""

from collections import Counter
from collections.abc import Sequence
from math import inf, isfinite

from tradecheck.figures.measured import Measured
from tradecheck.show.exhibits import Cell, Column, Row, Table
from tradecheck.show.prose import Prose, listing
from tradecheck.show.units import count
from tradecheck.study.measures import Measure
from tradecheck.verdicts.claims import Judged, JudgedClaim

SAYS = {
    "holds": ("holds", "hold"),
    "fails": ("fails", "fail"),
    "undecided": ("is undecided", "are undecided"),
    "not_testable": ("is not testable", "are not testable"),
}


def tally(judged: Sequence[JudgedClaim]) -> Prose:
    """How many readings come to each verdict."""
    readings = [one for claim in judged for one in claim.readings]
    found = Counter(str(one.outcome.verdict) for one in readings)
    told = [f"{count(found[name])} {SAYS[name][found[name] > 1]}" for name in SAYS if found[name]]
    return Prose(f"Of {count(len(readings))} readings, {listing(told)}.")


def limits(words: Measured, measure: Measure, ends: tuple[float, float]) -> str:
    """A range in words; one that begins at nothing by its upper limit alone."""
    lo, hi = ends
    told = words.span(measure, lo, hi)
    unit = words.unit(measure)
    begins_at_nothing = measure.kind != "excess" and unit.bare(lo) == unit.bare(0.0) != unit.bare(
        hi
    )
    return (
        unit.between(-inf, hi)
        if begins_at_nothing and isfinite(hi) and told != "any value"
        else told
    )


def readings_table(judged: Sequence[JudgedClaim], words: Measured, note: str = "") -> Table:
    """One row a reading that is no combination: what it needs, what is possible, both verdicts."""
    columns = [
        Column("reading", "Reading"),
        Column("needs", "Needs"),
        Column("found", "Official evidence allows"),
        Column("verdict", "Verdict"),
        Column("believed", "Believing reported figures"),
    ]
    rows = [
        Row(
            _cells(one, words),
            id=f"reading-{one.reading.id.lower()}",
            group=f"{claim.claim.id}: {claim.claim.title}",
        )
        for claim in judged
        for one in claim.readings
        if not one.reading.numerator
    ]
    return Table("readings", "Readings of the claims", columns, rows, note=note, layout="cards")


def combinations_table(judged: Sequence[JudgedClaim], words: Measured) -> list[Table]:
    """For each claim about a ratio, every numerator over every base: what the evidence allows."""
    return [_combinations(claim, words) for claim in judged if claim.claim.combinations]


def _combinations(claim: JudgedClaim, words: Measured) -> Table:
    held = claim.claim.combinations
    by_pair = {(one.reading.numerator, one.reading.base): one for one in claim.readings}
    columns = [Column("numerator", "Compared")] + [
        Column(base.lower(), side.words) for base, side in held.bases.items()
    ]
    rows = [
        {"numerator": top.words}
        | {base.lower(): _verdict(by_pair[name, base], words) for base in held.bases}
        for name, top in held.numerators.items()
    ]
    needs = words.needs(claim.main.reading)
    return Table(
        f"combinations-{claim.claim.id.lower()}",
        f"{claim.claim.id}, {claim.claim.title.lower()}: what the ratio can be; the claim needs {needs}",
        columns, rows, layout="cards",
    )  # fmt: skip


def _cells(one: Judged, words: Measured) -> dict[str, str | Cell]:
    reading, believed = one.reading, one.believed
    testable = reading.measure is not None
    return {
        "reading": f"{reading.id}: {reading.words}",
        "needs": words.needs(reading) if testable else "",
        "found": words.result(reading, one.outcome) or "nothing measures it",
        "verdict": Cell("", mark=str(one.outcome.verdict)),
        "believed": Cell(words.result(reading, believed), mark=str(believed.verdict))
        if believed
        else "",
    }


def _verdict(one: Judged, words: Measured) -> Cell:
    return Cell(words.result(one.reading, one.outcome), mark=str(one.outcome.verdict))

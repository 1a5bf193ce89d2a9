"""Every claim of a study, judged: each reading for itself, and the claim by its plainest one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from tradecheck.bounds.knowledge import Taken
from tradecheck.study.claims import Claim, Reading
from tradecheck.study.sides import by_figures, facing
from tradecheck.verdicts.findings import finite
from tradecheck.verdicts.judge import Judge, Outcome, Verdict


@dataclass(frozen=True)
class Judged:
    """One reading: what follows from the evidence, and if reported figures are believed. mirror: the
    same by the other side's figures, where both sides' are held and the reading asks for neither."""

    reading: Reading
    outcome: Outcome
    believed: Outcome | None = None
    mirror: "Judged | None" = None


@dataclass(frozen=True)
class JudgedClaim:
    """A claim with its readings. Its verdict is that of the main reading."""

    claim: Claim
    readings: tuple[Judged, ...]

    @property
    def main(self) -> Judged:
        return next(one for one in self.readings if one.reading.main)

    @property
    def verdict(self) -> Verdict:
        return self.main.outcome.verdict

    @property
    def mirror(self) -> Judged | None:
        """The main reading by the other side's figures, where these come to another verdict."""
        other = self.main.mirror
        if other is None or other.outcome.verdict in (self.verdict, Verdict.NOT_TESTABLE):
            return None
        return None if other.outcome.hi == inf else other  # nothing is known of it

    @property
    def also(self) -> tuple[Judged, ...]:
        """What comes to another verdict than the claim's: its mirror, and readings marked `also`."""
        marked = (
            one
            for one in self.readings
            if one.reading.also and one.outcome.verdict is not self.verdict
        )
        return (*([self.mirror] if self.mirror else []), *marked)


def judge_claims(judge: Judge) -> list[JudgedClaim]:
    """All claims of the study, in the order of their file."""
    return [
        JudgedClaim(claim, tuple(_judged(judge, reading) for reading in claim.all_readings))
        for claim in judge.evidence.claims.claims
    ]


def headline(judged: Sequence[JudgedClaim]) -> dict[str, int]:
    """How many claims come to each verdict."""
    return {verdict: sum(one.verdict is verdict for one in judged) for verdict in Verdict}


def machine_copy(
    judged: Sequence[JudgedClaim], judge: Judge, because: dict[str, str]
) -> list[dict[Any, Any]]:
    """The claims as the report's JSON keeps them; `because` gives each reading's reason in words."""
    return [
        {
            "id": one.claim.id,
            "quote": one.claim.quote,
            "verdict": one.verdict,
            "also": [
                {"reading": other.reading.id, "verdict": other.outcome.verdict}
                | ({"side": other.reading.side} if other.reading.side else {})
                for other in one.also
            ],
            "readings": [_reading_copy(reading, judge, because) for reading in one.readings],
        }
        for one in judged
    ]


def measures_copy(judged: Sequence[JudgedClaim], judge: Judge) -> list[dict[str, Any]]:
    """The measure of each claim's main reading with its bounds and grade."""
    mains = [(one.main.reading, one.main.outcome) for one in judged if one.main.reading.measure]
    return [
        _outcome_copy(outcome, reading, judge)["measure"]
        | {"grade": outcome.grade, "claim": reading.claim}
        for reading, outcome in mains
        if outcome.verdict is not Verdict.NOT_TESTABLE
    ]


def _judged(judge: Judge, reading: Reading) -> Judged:
    outcome, sides = judge.judge(reading), judge.evidence.sides
    mirror = believed = None
    if reading.believing:
        believed = judge.judge(reading, Taken(believing=tuple(reading.believing)))
    if sides.two and reading.side is None and reading.measure:
        other = facing(sides.own)
        named = {"side": other, "remark": by_figures(other)}
        mirror = Judged(reading.model_copy(update=named), judge.judge(reading, Taken(side=other)))
        if reading.main and mirror.outcome.verdict is not outcome.verdict:
            told = reading.remark or by_figures(sides.own)
            reading = reading.model_copy(update={"remark": told})
    return Judged(reading, outcome, believed, mirror)


def _reading_copy(one: Judged, judge: Judge, because: dict[str, str]) -> dict[str, Any]:
    reading = one.reading
    believed = one.believed and {
        "names": reading.believing,
        **_outcome_copy(one.believed, reading, judge),
    }
    return {
        "id": reading.id,
        "words": reading.words,
        **_outcome_copy(one.outcome, reading, judge),
        "predicate": predicate_copy(reading),
        "because": because.get(reading.id, one.outcome.reason),
        "believing": believed,
    } | _sides_copy(one, judge)


def _sides_copy(one: Judged, judge: Judge) -> dict[str, Any]:
    """What came of a reading by the figures of each side, where both are held."""
    found = dict(one.outcome.sides)
    if one.mirror:
        found = {judge.evidence.sides.own: one.outcome}
        found[str(one.mirror.reading.side)] = one.mirror.outcome
    if not found:
        return {}
    return {
        "sides": {side: _outcome_copy(found[side], one.reading, judge) for side in sorted(found)}
    }


def _outcome_copy(outcome: Outcome, reading: Reading, judge: Judge) -> dict[str, Any]:
    measure: dict[str, Any] | None = None
    if reading.measure is None:
        pass
    elif outcome.months:
        known = [month for month in outcome.months if month != "none"]
        ends = (known[0], known[-1]) if known else (None, None)
        measure = {
            "name": reading.measure.name or reading.words,
            "unit": "month",
            "lo": ends[0],
            "hi": ends[1],
        }
    else:
        measure = {
            "name": reading.measure.name or reading.words,
            "unit": reading.measure.shown_unit or money_words(judge),
            "lo": finite(outcome.lo),
            "hi": finite(outcome.hi),
        }
    return {"verdict": outcome.verdict, "grade": outcome.grade, "measure": measure}


def predicate_copy(reading: Reading) -> dict[str, Any] | None:
    """The predicate as it was written."""
    if reading.predicate is None:
        return None
    return reading.predicate.model_dump(by_alias=True, exclude_none=True, mode="json")


def money_words(judge: Judge) -> str:
    """The report's money in words: "EUR million"."""
    scales = {1: "", 1000: " thousand", 1000000: " million", 1000000000: " billion"}
    return f"{judge.evidence.currency}{scales[judge.evidence.scale]}"

"""Every claim of a study, judged: each reading for itself, and the claim by its plainest one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tradecheck.bounds.knowledge import Taken
from tradecheck.study.claims import Claim, Reading
from tradecheck.verdicts.findings import finite
from tradecheck.verdicts.judge import Judge, Outcome, Verdict


@dataclass(frozen=True)
class Judged:
    """One reading: what follows from the evidence, and if reported figures are believed."""

    reading: Reading
    outcome: Outcome
    believed: Outcome | None = None


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
    def also(self) -> tuple[Judged, ...]:
        """The readings marked `also` whose verdict differs from the claim's."""
        return tuple(
            one
            for one in self.readings
            if one.reading.also and one.outcome.verdict is not self.verdict
        )


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
    outcome = judge.judge(reading)
    if not reading.believing:
        return Judged(reading, outcome)
    return Judged(reading, outcome, judge.judge(reading, Taken(believing=tuple(reading.believing))))


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

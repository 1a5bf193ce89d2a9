"""The claims of a study as rows of the report: quote, verdict, the reason with its number."""

import math
import re
from collections.abc import Sequence

from tradecheck.figures.measured import Measured
from tradecheck.show.exhibits import (
    Cell,
    Claim,
    Claims,
    Column,
    Fold,
    Glance,
    Strip,
    Table,
    claim_anchor,
)
from tradecheck.show.prose import Prose, date_name, escape_markdown, listing
from tradecheck.show.units import Unit
from tradecheck.verdicts.claims import Judged, JudgedClaim
from tradecheck.verdicts.judge import Verdict

MOST_ROWS = 8
GLANCE_WORDS = 8
LONG_UNIT = 3  # letters: " %" and "×" are short
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
OWN_QUESTION = "No claimant; our own question."


def claims_list(judged: Sequence[JudgedClaim], words: Measured) -> Claims | Prose:
    """All claims as rows; those that trade figures cannot test stand in a fold of their own."""
    if not judged:
        return Prose("This study checks no claim yet; its questions are answered above.")
    rest = [one for one in judged if one.verdict is Verdict.NOT_TESTABLE and not one.mirror]
    testable = [one for one in judged if one not in rest]
    rows = [claim_row(one, words) for one in testable]
    months = any(one.main.outcome.grade == "observed" for one in testable)
    return Claims(
        claims=rows[:MOST_ROWS],
        further=rows[MOST_ROWS:],
        untestable=[claim_row(one, words) for one in rest],
        says="What the months say" if months else "What the evidence allows",
        note="Each claim has the verdict of its plainest reading. A second line shows where another "
        "honest count differs; the other readings are in the folds.",
    )


def glance(judged: Sequence[JudgedClaim]) -> list[Glance]:
    """One line a claim, for the panel beside the answer."""
    return [
        Glance(_short(one.claim.title), f"#{claim_anchor(one.claim.id)}", verdicts(one))
        for one in judged
    ]


def verdicts(one: JudgedClaim) -> list[tuple[str, str]]:
    """The claim's verdict, and a second one where a reading marked `also` differs."""
    return [(str(held.outcome.verdict), remark(held)) for held in (one.main, *one.also[:1])]


def remark(one: Judged) -> str:
    """A few words beside a verdict."""
    if one.reading.remark:
        return one.reading.remark
    outcome = one.outcome
    if outcome.verdict is Verdict.UNDECIDED and outcome.hi is not None:
        if math.isinf(outcome.hi):
            return "nothing limits it"
        return "the evidence allows both"
    if outcome.verdict is Verdict.UNDECIDED:
        return "several months are possible"
    return ""


def claim_row(one: JudgedClaim, words: Measured) -> Claim:
    """A claim with its sentence; a reading that differs adds its own number."""
    claim, main = one.claim, one.main
    sentence = words.sentence(main)
    for other in one.also[:2]:
        told = other.reading.remark or other.reading.words
        found = words.result(other.reading, other.outcome) or other.outcome.reason
        sentence += f" {told[0].upper()}{told[1:]}: **{found}**."
    undecided = main.outcome.verdict in (Verdict.UNDECIDED, Verdict.NOT_TESTABLE)
    return Claim(
        id=claim.id,
        title=claim.title,
        verdicts=verdicts(one),
        sentence=Prose(sentence),
        quote=claim.quote,
        context="" if claim.quote or claim.said_by else OWN_QUESTION,
        said_by=claim.said_by,
        date=day_words(claim.date),
        address=claim.address,
        address_words=claim.address_words,
        decided_by=claim.decided_by if undecided else "",
        strip=strip(main, words),
        fold=readings_fold(one, words),
    )


def strip(one: Judged, words: Measured) -> Strip | None:
    """What is possible beside what is claimed, where both have ends and they are not the same point."""
    reading, outcome = one.reading, one.outcome
    if reading.predicate is None or outcome.lo is None or reading.measure.kind in ("rank", "count"):
        return None
    if math.isinf(outcome.lo) or math.isinf(outcome.hi) or outcome.lo == outcome.hi:
        return None
    lo, hi, _, _ = reading.predicate.zone
    unit = words.unit(reading.measure)
    return Strip(
        possible=(outcome.lo * unit.factor, outcome.hi * unit.factor),
        claimed=(
            None if math.isinf(lo) else lo * unit.factor,
            None if math.isinf(hi) else hi * unit.factor,
        ),
        possible_words=_bare(words.span(reading.measure, outcome.lo, outcome.hi), unit),
        claimed_words=_bare(words.needs(reading), unit),
    )


def readings_fold(one: JudgedClaim, words: Measured) -> Fold | None:
    """Every reading of a claim, what was believed, and where the choices are tried."""
    robust = _choices(one, words)
    if len(one.readings) == 1 and not one.claim.because and not robust:
        return None
    believing = any(held.believed for held in one.readings)
    columns = [
        Column("reading", "Reading"), Column("needs", "Needs"), Column("found", "Comes to"),
        Column("verdict", "Verdict"),
    ]  # fmt: skip
    mirrors = [held.mirror for held in one.readings if held.mirror]
    if mirrors:
        told = mirrors[0].reading.remark
        columns.append(Column("mirror", f"{told[0].upper()}{told[1:]}"))
    if believing:
        columns.append(Column("believed", "If reported figures are believed"))
    rows = []
    for held in one.readings:
        row: dict[str, str | Cell] = {
            "reading": held.reading.words,
            "needs": words.needs(held.reading) if held.reading.measure else "–",
            "found": words.result(held.reading, held.outcome) or held.outcome.reason,
            "verdict": Cell("", mark=str(held.outcome.verdict)),
        }
        if mirrors:
            row["mirror"] = _marked(words, held.mirror)
        if believing:
            row["believed"] = _believed(held, words)
        rows.append(row)
    several = f"{len(one.readings)} ways to read it" if len(one.readings) > 1 else "How it is read"
    table = Table(
        name=f"readings-{claim_anchor(one.claim.id).removeprefix('claim-')}",
        title=f"{one.claim.id}: every reading",
        columns=columns,
        rows=rows,
        layout="cards",
    )
    more = [Prose(text) for text in (escape_markdown(one.claim.because), robust) if text]
    return Fold(several, [table, *more])


def _choices(one: JudgedClaim, words: Measured) -> str:
    """The choices that bear on a claim, and the place in the other report that tries them all."""
    claims = words.evidence.claims
    tried = [
        dimension.words
        for dimension in claims.dimensions
        if any(claims.applies(dimension, held.reading) for held in one.readings)
    ]
    if not tried or one.verdict is Verdict.NOT_TESTABLE:
        return ""
    page = f"{words.study.name}-robustness.html#robust-{one.claim.id.lower()}"
    return f"[All choices combined]({page}): {escape_markdown(listing(tried))}."


def _marked(words: Measured, held: Judged | None) -> str | Cell:
    if held is None:
        return "–"
    return Cell(words.result(held.reading, held.outcome), mark=str(held.outcome.verdict))


def _believed(held: Judged, words: Measured) -> str | Cell:
    if held.believed is None:
        return "–"
    if held.believed.clash:
        return "they cannot all be true"
    found = words.result(held.reading, held.believed)
    return Cell(f"{found}", mark=str(held.believed.verdict))


def _bare(text: str, unit: Unit) -> str:
    """Without a long unit, which the sentence above has just given: a phone has no room for it."""
    if len(unit.prefix + unit.suffix) <= LONG_UNIT:
        return text
    return text.replace(unit.prefix, "").replace(unit.suffix, "")


def day_words(text: str) -> str:
    """A day in words; what is no day as it was written."""
    return date_name(text) if DAY.fullmatch(text) else text


def _short(title: str) -> str:
    parts = title.split()
    return title if len(parts) <= GLANCE_WORDS else " ".join(parts[:GLANCE_WORDS]) + " …"


def reasons(judged: Sequence[JudgedClaim], words: Measured) -> dict[str, str]:
    """Each reading's reason in plain words, by its id."""
    return {
        held.reading.id: words.sentence(held).replace("**", "")
        for one in judged
        for held in one.readings
    }

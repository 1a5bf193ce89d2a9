"""The verdicts as tables: one row a reading, and one row a claim for what could decide it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from tradecheck.claims import ClaimsFile
from tradecheck.show.exhibits import Cell, Column, Fold, Row, Table
from tradecheck.show.prose import listing
from tradecheck.show.units import count
from tradecheck.robustness import CONTRADICTION
from tradecheck.study import Study
from tradecheck.verdicts import Finding, Outcome, Verdict

COLUMNS = [
    Column("reading", "Reading"),
    Column("verdict", "Verdict"),
    Column("grade", "Grade"),
    Column("because", "Because"),
    Column("believed", "If figures are believed"),
    Column("robustness", "Robustness"),
]
IN_WORDS = {
    Verdict.UNDECIDED: "undecided", Verdict.HOLDS: "holds", Verdict.FAILS: "fails",
    CONTRADICTION: "contradicted",
}  # fmt: skip


def verdict_table(findings: Sequence[Finding], shares: pd.DataFrame, study: Study) -> Table:
    """One row for each main reading, grouped by claim; every row has a link of its own.

    `shares`: the table of `sensitivity.shares` by reading.
    """
    return Table(
        name="verdicts",
        title="What follows for each reading of each claim",
        columns=COLUMNS,
        rows=[_row(finding, shares, study) for finding in findings if finding.reading.main],
        note=(
            "Verdicts rest on official totals alone. The column after the reasons adds figures that somebody "
            "reported, other claims of the story among them, never the claim that is being tested. "
            "Robustness counts combinations of choices: in its bar, holds stands up, fails hangs down. "
            f"Its words lead to the curve in the robustness report, {page_of(study)}, beside this file."
        ),
        layout="cards",
    )


def more_readings(findings: Sequence[Finding], shares: pd.DataFrame, study: Study) -> Fold:
    """The readings that are not in the main table."""
    rows = [_row(finding, shares, study) for finding in findings if not finding.reading.main]
    table = Table("more-verdicts", "The other readings", COLUMNS, rows, layout="cards")
    return Fold(f"{count(len(rows))} more readings: other bases, periods and orders", [table])


def checks_table(
    findings: Sequence[Finding], claims: ClaimsFile, counter_checks: Mapping[str, str]
) -> Table:
    """For each claim: its verdicts counted, the strongest counter-check, what would decide it."""
    columns = [
        Column("claim", "Claim"),
        Column("verdicts", "Readings"),
        Column("check", "Strongest counter-check"),
        Column("decide", "What would decide it"),
        Column("where", "Where it stands"),
    ]
    rows = []
    for claim in claims.claims:
        mine = [finding for finding in findings if finding.claim is claim]
        tally = Counter(finding.official.verdict for finding in mine)
        rows.append(
            Row(
                {
                    "claim": f"{claim.id} {claim.title}",
                    "verdicts": tally_words(tally),
                    "check": counter_checks[claim.id],
                    "decide": " ".join(claim.decided_by.split()),
                    "where": Cell(claim.where, href=claim.address),
                },
                id=f"claim-{claim.id.lower()}",
            )
        )
    return Table("checks", "What speaks against each claim, and what would decide it", columns,
                 rows, layout="cards")


SAID = {
    Verdict.HOLDS: ("holds", "hold"),
    Verdict.FAILS: ("fails", "fail"),
    Verdict.UNDECIDED: ("is undecided", "are undecided"),
    Verdict.NOT_TESTABLE: ("is not testable", "are not testable"),
}


def tally_words(tally: Mapping[Verdict, int]) -> str:
    """Counts of verdicts as a phrase, in the order holds, fails, undecided, not testable."""
    return listing(
        [
            f"{count(tally[verdict])} {SAID[verdict][tally[verdict] > 1]}"
            for verdict in Verdict
            if tally.get(verdict)
        ]
    )


def page_of(study: Study) -> str:
    """The file of the study's robustness report."""
    return f"{study.name}-robustness.html"


def robustness_words(counts: Mapping[str, int]) -> str:
    """A row of `sensitivity.shares` in words, the most frequent verdict first."""
    total = counts["total"]
    found = sorted((s for s in IN_WORDS if counts[s]), key=lambda s: counts[s], reverse=True)
    if len(found) == 1:
        return f"{IN_WORDS[found[0]]} in all {count(total)} specifications"
    first, *rest = found
    words = f"{IN_WORDS[first]} in {count(counts[first])} of {count(total)} specifications"
    return ", ".join([words, *(f"{IN_WORDS[state]} in {count(counts[state])}" for state in rest)])


def robustness_cell(counts: Mapping[str, int], href: str = "") -> Cell:
    """A row of `sensitivity.shares` as words with a small bar."""
    shares = [(str(state), int(counts[state])) for state in IN_WORDS]
    return Cell(robustness_words(counts), href=href, shares=shares)


def _row(finding: Finding, shares: pd.DataFrame, study: Study) -> Row:
    claim, reading, official = finding.claim, finding.reading, finding.official
    return Row(
        {
            "reading": f"{reading.id}: {reading.words}",
            "verdict": Cell("", mark=official.verdict),
            "grade": Cell("", mark=official.grade) if official.grade else "none",
            "because": finding.because,
            "believed": _believed(finding, finding.believed),
            "robustness": _robustness(finding, shares, study),
        },
        id=f"claim-{reading.id.lower()}",
        group=f"{claim.id} {claim.title}: “{claim.quote}”",
    )


def _believed(finding: Finding, outcome: Outcome | None) -> str | Cell:
    if outcome is None:
        return "not tried"
    if outcome.clash:
        return f"cannot all be true: {listing([c.words for c in outcome.clash])}"
    return Cell(finding.words_for(outcome), mark=outcome.verdict)


def _robustness(finding: Finding, shares: pd.DataFrame, study: Study) -> str | Cell:
    if finding.reading.id not in shares.index:
        return "no specification: no measure speaks of it"
    curve = f"{page_of(study)}#figure-curve-{finding.claim.id.lower()}"
    return robustness_cell(shares.loc[finding.reading.id], curve)

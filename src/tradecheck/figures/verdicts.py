"""The verdicts as tables: one row a reading, and one row a claim for what could decide it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tradecheck.claims import ClaimsFile
from tradecheck.exhibits import VERDICTS, Cell, Column, Fold, Row, Table
from tradecheck.prose import count, listing
from tradecheck.verdicts import Finding, Outcome, Verdict

COLUMNS = [
    Column("reading", "Reading"),
    Column("verdict", "Verdict"),
    Column("grade", "Grade"),
    Column("because", "Because"),
    Column("believed", "If reported figures are believed"),
]


def verdict_table(findings: Sequence[Finding], claims: ClaimsFile) -> Table:
    """One row for each main reading, grouped by claim; every row has a link of its own."""
    return Table(
        name="verdicts",
        title="What follows for each reading of each claim",
        columns=COLUMNS,
        rows=[_row(finding, claims) for finding in findings if finding.reading.main],
        note=(
            "Verdicts rest on official totals alone. The last column adds figures that somebody "
            "reported, other claims of the story among them, never the claim that is being tested."
        ),
        layout="cards",
    )


def more_readings(findings: Sequence[Finding], claims: ClaimsFile) -> Fold:
    """The readings that are not in the main table."""
    rows = [_row(finding, claims) for finding in findings if not finding.reading.main]
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


def tally_words(tally: Mapping[Verdict, int]) -> str:
    """Counts of verdicts in words, in the order holds, fails, undecided, not testable."""
    parts = [f"{count(tally[verdict])} {VERDICTS[verdict].word}" for verdict in Verdict
             if tally.get(verdict)]
    return listing(parts)


def _row(finding: Finding, claims: ClaimsFile) -> Row:
    claim, reading, official = finding.claim, finding.reading, finding.official
    return Row(
        {
            "reading": f"{reading.id}: {reading.words}",
            "verdict": Cell("", mark=official.verdict),
            "grade": Cell("", mark=official.grade) if official.grade else "none",
            "because": finding.because,
            "believed": _believed(finding, finding.believed),
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

"""How robust each claim is: what its answers come to, which choice matters, what contradicts what."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tradecheck.show.exhibits import Cell, Column, Fold, Row, Table
from tradecheck.show.prose import Prose, escape_markdown, listing
from tradecheck.show.units import count, percent
from tradecheck.verdicts.claims import JudgedClaim
from tradecheck.verdicts.multiverse import Multiverse
from tradecheck.verdicts.sensitivity import counts

STATES = {
    "holds": "hold", "undecided": "are undecided", "fails": "fail", "contradiction": "contradict the evidence",
    "not_testable": "cannot be tested",
}  # fmt: skip
MATTERS = 0.005  # a flip rate below this is no choice that a reader need know of
MOST_CLASHES = 12


def what_matters(found: Multiverse, judged: Sequence[JudgedClaim]) -> Prose:
    """Which choice changes a verdict most often, claim by claim, in a sentence or two."""
    if not judged:
        return Prose("This study checks no claim yet, so there is nothing to vary.")
    if found.flips.empty or found.flips["rate"].max() < MATTERS:
        several = int((counts(found.answers)["total"] > 1).sum())
        if not several:
            return Prose("Each claim has one answer here: no choice is left that could change it.")
        return Prose("No choice that a reader can make changes a verdict here.")
    first = found.flips.loc[found.flips["rate"].idxmax()]
    titles = {one.claim.id: one.claim.title for one in judged}
    text = (
        f"The choice that matters most is {escape_markdown(first['words'])}, for {first['claim']} "
        f"({escape_markdown(titles[first['claim']])}): of the pairs of answers that differ in it alone, "
        f"**{percent(first['rate'], 0)}** come to another verdict."
    )
    others = found.flips.drop_duplicates("claim")
    others = others[(others["claim"] != first["claim"]) & (others["rate"] >= MATTERS)]
    if len(others):
        named = [
            f"{row.words} for {row.claim} ({percent(row.rate, 0)})" for row in others.itertuples()
        ]
        text += f" For the other claims it is {escape_markdown(listing(named))}."
    return Prose(text)


def claims_table(found: Multiverse, judged: Sequence[JudgedClaim]) -> Table:
    """What the distinct answers of each claim come to."""
    tally = counts(found.answers)
    rows = []
    for one in judged:
        if one.claim.id not in tally.index:
            continue
        row = tally.loc[one.claim.id]
        rows.append(
            Row(
                {
                    "claim": f"{one.claim.id} {one.claim.title}",
                    "verdict": Cell("", mark=str(one.verdict)),
                    "answers": count(row["total"]),
                    "come": Cell(
                        _come(row),
                        shares=[(state, int(row[state])) for state in STATES if row[state]],
                    ),
                },
                id=f"robust-{one.claim.id.lower()}",
            )
        )
    columns = [
        Column("claim", "Claim"), Column("verdict", "As the report reads it"),
        Column("answers", "Distinct answers", "right"), Column("come", "What they come to"),
    ]  # fmt: skip
    note = (
        "Two combinations of choices that ask the same of the same numbers are one answer. The counts are of "
        "choices, not of probabilities, and are never added over claims."
    )
    return Table(
        "answers",
        "What the answers of each claim come to",
        columns,
        rows,
        note=note,
        layout="cards",
    )


def flips_table(found: Multiverse) -> list[Any]:
    """How often one choice alone changes the verdict, for each claim."""
    if found.flips.empty:
        return []
    rows = [
        Row(
            {
                "choice": row.words,
                "pairs": count(row.pairs),
                "rate": percent(row.rate, 1 if row.rate < 0.1 else 0),
            },
            group=row.claim,
        )
        for row in found.flips.itertuples()
    ]
    columns = [
        Column("choice", "Choice"), Column("pairs", "Pairs that differ in it alone", "right"),
        Column("rate", "Of these with another verdict", "right"),
    ]  # fmt: skip
    table = Table(
        "flips", "How often one choice alone changes the verdict", columns, rows, layout="cards"
    )
    return [Prose("## Choice by choice"), table]


def choices_fold(found: Multiverse) -> list[Any]:
    """Every choice of every kind, and what the answers that make it come to."""
    if found.choices.empty:
        return []
    rows = [
        Row(
            {
                "kind": row["words"], "choice": row["choice"], "answers": count(row["total"]),
                "come": _come(row),
            },
            group=row["claim"],
        )
        for _, row in found.choices.iterrows()
    ]  # fmt: skip
    columns = [
        Column("kind", "Kind"), Column("choice", "Choice"), Column("answers", "Answers", "right"),
        Column("come", "What they come to"),
    ]  # fmt: skip
    table = Table("choices", "What each choice leads to", columns, rows, layout="cards")
    return [Fold(f"Every choice, {count(len(rows))} of them", [table])]


def clashes(found: Multiverse) -> list[Any]:
    """What cannot be true together, if anything is."""
    if found.clashes.empty:
        return []
    table = found.clashes.sort_values(["answers", "claim"], ascending=[False, True], kind="stable")
    rows = [
        {
            "claim": row.claim,
            "clash": row.clash,
            "where": row.where or "whatever is chosen",
            "answers": count(row.answers),
        }  # fmt: skip
        for row in table.itertuples()
    ]
    columns = [
        Column("claim", "Claim"), Column("clash", "These cannot all be true"),
        Column("where", "Where this is chosen"),
        Column("answers", "Answers that it spoils", "right"),
    ]  # fmt: skip
    shown = Table(
        "clashes", "The smallest sets of evidence that contradict each other", columns, rows[:MOST_CLASHES],
        layout="cards",
    )  # fmt: skip
    intro = Prose(
        "Some reported figures cannot be true beside the official totals, for some goods. That is a finding: "
        "who means these goods cannot believe that figure."
    )
    more = rows[MOST_CLASHES:]
    rest = [
        Fold(
            f"{count(len(more))} more contradictions",
            [Table("more-clashes", "Further contradictions", columns, more, layout="cards")],
        )
    ]
    return [Prose("## What contradicts what"), intro, shown, *(rest if more else [])]


def left_out(found: Multiverse) -> list[Any]:
    """The rules by which choices are not counted, and what each leaves out."""
    if found.left_out.empty:
        return []
    rows = [
        {"claim": row.claim, "rule": row.rule, "what": row.what}
        for row in found.left_out.itertuples()
    ]
    columns = [Column("claim", "Claim"), Column("rule", "Rule"), Column("what", "Left out")]
    table = Table("left-out", "Choices that are not counted", columns, rows, layout="cards")
    return [Fold("Choices that are not counted, and why", [table])]


def _come(row: Mapping[str, Any] | pd.Series) -> str:
    """ "3 hold, 14 are undecided, 2 fail"."""
    return listing(
        [f"{count(row[state])} {words}" for state, words in STATES.items() if row[state]]
    )

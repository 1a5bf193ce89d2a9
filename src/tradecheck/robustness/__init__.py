"""Every defensible specification of a study, judged: a grid of readings and choices.

After specification-curve analysis (Simonsohn, Simmons, Nelson 2020) and multiverse analysis (Steegen
et al. 2016), with one difference: a specification here yields a range, in the manner of partial
identification (Manski 2003), and its verdict may be undecided.
"""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from tradecheck.claims import ClaimsFile
from tradecheck.errors import TradecheckError
from tradecheck.official import Tables
from tradecheck.robustness.grid import DIMENSIONS, RULES, Space, Specification, claim_of
from tradecheck.robustness.judging import CONTRADICTION, Judge, ask, smallest_clashes
from tradecheck.robustness.parts import Body, Parts
from tradecheck.study import Study

__all__ = [
    "CONTRADICTION",
    "DIMENSIONS",
    "RULES",
    "Body",
    "Judge",
    "Multiverse",
    "Parts",
    "Space",
    "Specification",
    "ask",
    "claim_of",
    "run",
    "smallest_clashes",
]


@dataclass(frozen=True)
class Multiverse:
    """All specifications of a study, judged.

    specifications: one row each: the DIMENSIONS (rate_tolerance in rupees, missing where the second
    currency is left out; about as about_lo and about_hi), claim, unit, verdict (or "contradiction"),
    lo, hi in the measure's unit. clashes: clash (a smallest set of evidence that cannot all be true,
    in words), goods, coverage, specifications (how many it spoils). exclusions: rule, words,
    combinations (how many it leaves out). solved: what, distinct: the parts of evidence and the
    questions (smallest and largest value of a sum or ratio) that all specifications come to.
    """

    specifications: pd.DataFrame
    clashes: pd.DataFrame
    exclusions: pd.DataFrame
    solved: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Everything as tables that a notebook can leave for others."""
        return dict(vars(self))


def run(study: Study, tables: Tables, claims: ClaimsFile) -> Multiverse:
    """Judge every valid specification of the study's grid."""
    space = Space(study, tables, claims)
    judge = Judge(study, tables, claims, space)
    excluded: Counter[str] = Counter()
    spoiled: Counter[tuple[str, ...]] = Counter()
    rows = []
    for specification in space.combinations():
        if isinstance(specification, str):
            excluded[specification] += 1
            continue
        verdict, lo, hi = judge.judge(specification)
        rows.append((*specification, verdict, lo, hi))
        if verdict == CONTRADICTION:
            for clash in judge.clashes(specification):
                spoiled[clash, specification.goods, specification.coverage] += 1
    if not rows:
        raise TradecheckError(
            f"The grid of the study {study.name!r} holds no valid specification; every combination "
            f"is excluded by: {'; '.join(RULES[rule] for rule in sorted(excluded))}."
        )
    return Multiverse(
        specifications=_table(rows, claims),
        clashes=pd.DataFrame(
            [(*place, count) for place, count in sorted(spoiled.items())],
            columns=["clash", "goods", "coverage", "specifications"],
        ),
        exclusions=pd.DataFrame(
            [(rule, words, excluded[rule]) for rule, words in RULES.items()],
            columns=["rule", "words", "combinations"],
        ),
        solved=pd.DataFrame(
            [("parts", judge.parts.asked), ("questions", judge.parts.questions)],
            columns=["what", "distinct"],
        ),
    )


def _table(rows: list[tuple], claims: ClaimsFile) -> pd.DataFrame:
    """Specifications with their verdicts; bounds rounded far below what any source states."""
    table = pd.DataFrame(rows, columns=[*DIMENSIONS, "verdict", "lo", "hi"])
    units = {reading: claims.reading(reading).measure.unit for reading in table["reading"].unique()}
    abouts = pd.DataFrame(table["about"].tolist(), columns=["about_lo", "about_hi"])
    table = table.drop(columns="about").assign(
        claim=table["reading"].map(claim_of), unit=table["reading"].map(units)
    )
    table = pd.concat([table, abouts], axis="columns")
    # A zero that a solver reached from below is no other number.
    return table.assign(**{end: table[end].round(6) + 0.0 for end in ("lo", "hi")})

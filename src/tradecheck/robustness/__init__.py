"""Every defensible specification of a study, judged: a grid of readings and choices.

After specification-curve analysis (Simonsohn, Simmons, Nelson 2020) and multiverse analysis (Steegen
et al. 2016), with one difference: a specification here yields a range, in the manner of partial
identification (Manski 2003), and its verdict may be undecided.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import pandas as pd

from tradecheck.claims import ClaimsFile
from tradecheck.errors import TradecheckError
from tradecheck.official import Tables
from tradecheck.parallel import each
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
    combinations (how many it leaves out). solved: what, count: how many parts of evidence were asked
    how many questions (the smallest and largest value of a sum or ratio).
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
    excluded: Counter[str] = Counter()
    valid: list[Specification] = []
    groups: dict[tuple[str, str], list[int]] = {}  # places; no two groups share evidence
    for found in space.combinations():
        if isinstance(found, str):
            excluded[found] += 1
        else:
            groups.setdefault((found.goods, found.coverage), []).append(len(valid))
            valid.append(found)
    if not valid:
        raise TradecheckError(
            f"The grid of the study {study.name!r} holds no valid specification; every combination "
            f"is excluded by: {'; '.join(RULES[rule] for rule in sorted(excluded))}."
        )
    places = sorted(groups.values(), key=len, reverse=True)
    judged = each(
        lambda group: _judged(Judge(study, tables, claims, space), [valid[n] for n in group]), places
    )
    outcomes = dict(zip(chain(*places), chain(*(one.outcomes for one in judged)), strict=True))
    spoiled = sum((one.spoiled for one in judged), Counter())
    return Multiverse(
        specifications=_table([(*one, *outcomes[n]) for n, one in enumerate(valid)], claims),
        clashes=pd.DataFrame(
            [(*place, count) for place, count in sorted(spoiled.items())],
            columns=["clash", "goods", "coverage", "specifications"],
        ),
        exclusions=pd.DataFrame(
            [(rule, words, excluded[rule]) for rule, words in RULES.items()],
            columns=["rule", "words", "combinations"],
        ),
        solved=pd.DataFrame(
            [
                ("parts", sum(one.parts for one in judged)),
                ("questions", sum(one.questions for one in judged)),
            ],
            columns=["what", "count"],
        ),
    )


class _Judged(NamedTuple):
    """What came of some specifications: verdict, lo and hi of each, clashes by how many they spoil,
    and how many parts of evidence were asked how many questions."""

    outcomes: list[tuple[str, float, float]]
    spoiled: Counter[tuple[str, str, str]]
    parts: int
    questions: int


def _judged(judge: Judge, specifications: Sequence[Specification]) -> _Judged:
    # Backwards: what no path meets at its widest, none meets where it is narrower.
    outcomes = [judge.judge(one) for one in reversed(specifications)][::-1]
    spoiled: Counter[tuple[str, str, str]] = Counter()
    for one, (verdict, _, _) in zip(specifications, outcomes, strict=True):
        if verdict == CONTRADICTION:
            spoiled.update((clash, one.goods, one.coverage) for clash in judge.clashes(one))
    return _Judged(outcomes, spoiled, judge.parts.asked, judge.parts.questions)


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

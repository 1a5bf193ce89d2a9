"""How robust verdicts are, and which choice matters: answers counted, once each, claim by claim."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tradecheck.verdicts.answers import STATES, ClaimAnswers

COUNTS = [*map(str, STATES), "total"]


def counts(answers: pd.DataFrame, by: str = "claim") -> pd.DataFrame:
    """How many answers of each claim (or reading) come to each verdict.

    Indexed by claim in the order of the table; columns: a count for each state, and total.
    """
    found = answers.groupby([by, "verdict"], sort=False).size().unstack(fill_value=0)
    found = found.reindex(index=answers[by].unique(), columns=COUNTS[:-1], fill_value=0)
    return found.assign(total=found.sum(axis="columns"))


def by_choice(claims: Iterable[ClaimAnswers]) -> pd.DataFrame:
    """To which verdicts each choice leads: columns claim, kind, words, choice, a count of answers
    for each state, and total. An answer that several choices lead to is counted under each."""
    rows = []
    for one in claims:
        for axis, dimension in enumerate(one.dimensions):
            for place, choice in enumerate(dimension.choices):
                tally = np.bincount(one.verdicts[one.choosing(axis, place)], minlength=len(STATES))
                words = (one.claim.id, dimension.id, dimension.words, choice)
                rows.append((*words, *map(int, tally), int(tally.sum())))
    return pd.DataFrame(rows, columns=["claim", "kind", "words", "choice", *COUNTS])


def flips(claims: Iterable[ClaimAnswers]) -> pd.DataFrame:
    """How often one choice alone changes the verdict, by claim and kind of choice.

    The flip rate of a kind: among all pairs of answers that differ in this choice alone, the share
    whose verdicts differ; a contradiction differs from every verdict. Columns: claim, kind, words,
    pairs, flipped, rate; the most decisive of each claim first, kinds without a pair left out.
    """
    rows = []
    for one in claims:
        for kind, words in one.kinds.items():
            a, b = one.pairs(kind)
            flipped = int((one.verdicts[a] != one.verdicts[b]).sum())
            if len(a):
                rows.append((one.claim.id, kind, words, len(a), flipped, flipped / len(a)))
    found = pd.DataFrame(rows, columns=["claim", "kind", "words", "pairs", "flipped", "rate"])
    order = {claim: place for place, claim in enumerate(found["claim"].unique())}
    found = found.assign(place=found["claim"].map(order))
    found = found.sort_values(["place", "rate"], ascending=[True, False], kind="stable")
    return found.drop(columns="place").reset_index(drop=True)

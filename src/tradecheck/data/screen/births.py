"""New corridors: trade in goods where there was none, while others traded them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tradecheck.data.screen.matrix import Matrix
from tradecheck.data.screen.pipeline import ends_of
from tradecheck.data.screen.scan import Rule, without_largest
from tradecheck.study.screen import BASE, WINDOW

SILENT = BASE + WINDOW - 1  # months without trade before the half-year
ALIVE, ACTIVE = 7, 3  # months of these with trade elsewhere, and of the half-year with trade here


def births(
    matrix: Matrix, elsewhere: Matrix, lasts: Sequence[str], rule: Rule = Rule()
) -> dict[str, pd.DataFrame]:
    """Of each half-year, by its last month, the series that begin: reporter, partner, product,
    first (month), level (currency a month without the largest month).

    elsewhere: all series that the flows hold of the codes, which tell whether a code was in use.
    """
    product, names = pd.factorize(elsewhere.keys["product"])
    alive = np.zeros((len(names), len(elsewhere.months)), bool)
    np.logical_or.at(alive, product, elsewhere.values > 0)
    own = alive[names.get_indexer(matrix.keys["product"])]
    found = {}
    for last in lasts:
        columns = ends_of(matrix, last)
        before = slice(columns[0] - SILENT, columns[0])
        half = matrix.values[:, columns[0] : columns[-1] + 1]
        level = without_largest(half)
        begins = (
            (matrix.values[:, before] == 0).all(1)
            & (own[:, before].sum(1) >= ALIVE)
            & ((half > 0).sum(1) >= ACTIVE)
            & (level >= rule.floor)
        )
        first = np.array(matrix.months, object)[columns[0] + (half[begins] > 0).argmax(1)]
        table = matrix.keys[begins].assign(first=first, level=level[begins])
        found[last] = table.sort_values("level", ascending=False, ignore_index=True)
    return found

"""Flows as a matrix: one row a series, one column a month; and how long each code lived."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.study.periods import month_range

KEY = ["reporter", "partner", "product"]


@dataclass(frozen=True)
class Matrix:
    """keys: reporter, partner, product of each row; values: rows x months, units of currency.

    NaN: the reporter had not published that month.
    """

    keys: pd.DataFrame
    months: tuple[str, ...]
    values: np.ndarray

    def where(self, kept: np.ndarray) -> "Matrix":
        return Matrix(self.keys[kept].reset_index(drop=True), self.months, self.values[kept])

    @cached_property
    def finder(self) -> "Finder":
        return Finder(self.keys)

    def at(self, digits: int) -> "Matrix":
        """Series of the codes' first digits: sums of what the matrix holds."""
        keys = self.keys.assign(product=self.keys["product"].str[:digits])
        number, first = _numbered(keys)
        values = np.zeros((len(first), len(self.months)))
        np.add.at(values, number, self.values)
        return Matrix(keys.loc[first].reset_index(drop=True), self.months, values)


class Finder:
    """Rows of a matrix by reporter, partner and the first digits of the code."""

    def __init__(self, keys: pd.DataFrame):
        self.reporter, self.partner = (keys[axis].to_numpy() for axis in ("reporter", "partner"))
        self._number, names = pd.factorize(keys["product"], sort=True)
        self._names = np.asarray(names, str)

    def goods(self, code: str) -> np.ndarray:
        first, stop = np.searchsorted(self._names, [code, code + ":"])  # ":" follows the digits
        return (self._number >= first) & (self._number < stop)

    def corridor(self, reporter: str, partner: str) -> np.ndarray:
        return (self.reporter == reporter) & (self.partner == partner)


def matrix_of(flows: pd.DataFrame, published: pd.DataFrame | None = None) -> Matrix:
    """Monthly flows of one direction, currency and release. A month without a record is zero where
    the reporter has published any; raises a TradecheckError for codes beside their own parts.

    published: reporter, month, for which there is any record; default: in the flows themselves.
    """
    codes = flows["product"].unique()
    lengths = {len(code) for code in codes}
    for digits in sorted(lengths):
        parents = {code for code in codes if len(code) == digits}
        for code in codes:
            if len(code) > digits and code[:digits] in parents:
                raise TradecheckError(
                    f"The flows hold {code[:digits]} beside {code}, which is a part of it: adding "
                    "both would count twice; keep codes of one length."
                )
    months = month_range(flows["period_start"].min(), flows["period_start"].max())
    number, first = _numbered(flows[KEY])
    keys = flows.loc[first, KEY].astype(object).reset_index(drop=True)  # quicker one by one
    column = pd.Index(months).get_indexer(flows["period_start"])
    values = np.zeros((len(keys), len(months)))
    np.add.at(values, (number, column), flows["value"].fillna(0).to_numpy())
    reporter, names = pd.factorize(keys["reporter"])
    held = np.zeros((len(names), len(months)), bool)
    if published is None:
        published = flows[["reporter", "period_start"]].set_axis(["reporter", "month"], axis=1)
    rows, columns = (
        names.get_indexer(published["reporter"]),
        pd.Index(months).get_indexer(published["month"]),
    )
    known = (rows >= 0) & (columns >= 0)
    held[rows[known], columns[known]] = True
    return Matrix(keys, tuple(months), np.where(held[reporter], values, np.nan))


def like_for_like(matrix: Matrix, revision: str) -> pd.Series:
    """Whether each code had trade, of anybody, both before a revision of the codes and since.

    Index: product. A code that has none on one side is not testable: it may have another number.
    """
    cut = matrix.months.index(revision)
    product, names = pd.factorize(matrix.keys["product"])
    alive = np.zeros((len(names), len(matrix.months)), bool)
    np.logical_or.at(alive, product, matrix.values > 0)
    return pd.Series(alive[:, :cut].any(1) & alive[:, cut:].any(1), index=names)


def first_months(matrix: Matrix) -> pd.Series:
    """The first month with trade, of anybody, of each code."""
    traded = pd.DataFrame(matrix.values > 0).groupby(matrix.keys["product"].to_numpy()).any()
    return pd.Series(np.array(matrix.months)[traded.to_numpy().argmax(1)], index=traded.index)


def _numbered(keys: pd.DataFrame) -> tuple[np.ndarray, pd.Index]:
    number = keys.groupby(KEY, sort=True).ngroup().to_numpy()
    return number, keys.index[np.unique(number, return_index=True)[1]]

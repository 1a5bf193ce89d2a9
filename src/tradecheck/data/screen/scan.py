"""The rule of a doubling, and its strength, over the windows of a half-year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tradecheck.study.screen import BASE, WINDOW

CHUNK = 20_000  # series, so that a block stays in the processor's cache


@dataclass(frozen=True)
class Rule:
    """times: of the base; floor: currency a month; consignment: the least that one can be."""

    times: float = 2.0
    floor: float = 50_000.0
    consignment: float = 2_000.0


@dataclass(frozen=True)
class Scan:
    """Of each series: strength (-inf where it did not double), the window's mean without its
    largest month, the base and the column of the window's last month, all three at the strongest
    window, and whether its base was active."""

    strength: np.ndarray
    level: np.ndarray
    base: np.ndarray
    end: np.ndarray
    eligible: np.ndarray

    @property
    def doubled(self) -> np.ndarray:
        return np.isfinite(self.strength)


def scan(values: np.ndarray, ends: Sequence[int], rule: Rule = Rule()) -> Scan:
    """The strongest doubling over windows that end in these columns; series x months.

    A window or base with a month that is not published (NaN) never doubles.
    """
    parts = [
        _block(values[at : at + CHUNK], ends, rule) for at in range(0, max(len(values), 1), CHUNK)
    ]
    return Scan(*(np.concatenate(held) for held in zip(*parts, strict=True)))


def window_and_base(x: np.ndarray, end: int) -> tuple[np.ndarray, np.ndarray]:
    """The months of the window that ends there, and those of the year before it."""
    begin = end - WINDOW + 1
    return x[:, begin : end + 1], x[:, begin - BASE : begin]


def without_largest(window: np.ndarray) -> np.ndarray:
    """The mean of each row's months but the largest one, which may be one consignment."""
    return (window.sum(1) - window.max(1)) / (window.shape[1] - 1)


def usual(before: np.ndarray) -> np.ndarray:
    """The mean of a year, or of the window's own months in it where that is larger (season)."""
    return np.maximum(before.mean(1), before[:, :WINDOW].mean(1))


def doublings(
    x: np.ndarray, ends: Sequence[int], rule: Rule
) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Of each window: its last column, the rows that double there, all levels and all bases."""
    for end in ends:
        window, before = window_and_base(x, end)
        kept, base = without_largest(window), usual(before)
        active = before.sum(1) > 0
        rows = np.flatnonzero((kept >= rule.times * base) & (kept >= rule.floor) & active)
        yield end, rows, kept, base


def first_alarms(values: np.ndarray, ends: Sequence[int], rule: Rule = Rule()) -> np.ndarray:
    """The first of these columns in which each series doubles; -1 for none."""
    first = np.full(len(values), -1)
    for end, rows, _, _ in doublings(values, ends, rule):
        first[rows[first[rows] < 0]] = end
    return first


def _block(x: np.ndarray, ends: Sequence[int], rule: Rule) -> tuple:
    strength = np.full(len(x), -np.inf)
    level, base, last = np.zeros(len(x)), np.zeros(len(x)), np.full(len(x), -1)
    eligible = (window_and_base(x, ends[0])[1] > 0).any(1)
    for end, rows, kept, held in doublings(x, ends, rule):
        window, before = window_and_base(x[rows], end)
        spread = before.var(1, ddof=1) / before.mean(1)
        one = np.maximum(spread, rule.consignment)
        found = np.log((window.min(1) + one) / (held[rows] + one))
        more = found > strength[rows]
        better = rows[more]
        strength[better], last[better] = found[more], end
        level[better], base[better] = kept[better], held[better]
    return np.where(eligible, strength, -np.inf), level, base, last, eligible

"""The rule of a doubling, and its strength, over the windows of a half-year."""

from dataclasses import dataclass

import numpy as np

CHUNK = 20_000  # series, so that a block stays in the processor's cache
WINDOW, BASE = 3, 12  # months


@dataclass(frozen=True)
class Rule:
    """times: of the base; floor: currency a month; consignment: the least that one can be."""

    times: float = 2.0
    floor: float = 50_000.0
    consignment: float = 2_000.0


@dataclass(frozen=True)
class Scan:
    """Of each series: strength (-inf where it did not double), the window's mean without its
    largest month and the base, both at the strongest window, and whether its base was active."""

    strength: np.ndarray
    level: np.ndarray
    base: np.ndarray
    eligible: np.ndarray


def scan(values: np.ndarray, ends: list[int], rule: Rule = Rule()) -> Scan:
    """The strongest doubling over windows that end in these columns; series x months.

    A window or base with a month that is not published (NaN) never doubles.
    """
    parts = [
        _block(values[at : at + CHUNK], ends, rule) for at in range(0, max(len(values), 1), CHUNK)
    ]
    return Scan(*(np.concatenate(held) for held in zip(*parts, strict=True)))


def _block(x: np.ndarray, ends: list[int], rule: Rule) -> tuple:
    strength = np.full(len(x), -np.inf)
    level, base = np.zeros(len(x)), np.zeros(len(x))
    start = ends[0] - WINDOW + 1
    eligible = (x[:, start - BASE : start] > 0).any(1)
    for end in ends:
        begin = end - WINDOW + 1
        window, before = x[:, begin : end + 1], x[:, begin - BASE : begin]
        mean = before.mean(1)
        usual = np.maximum(mean, before[:, :WINDOW].mean(1))
        kept = (window.sum(1) - window.max(1)) / (WINDOW - 1)
        doubled = np.flatnonzero((kept >= rule.times * usual) & (kept >= rule.floor) & (mean > 0))
        spread = before[doubled].var(1, ddof=1) / mean[doubled]
        one = np.maximum(spread, rule.consignment)
        found = np.log((window[doubled].min(1) + one) / (usual[doubled] + one))
        more = found > strength[doubled]
        better = doubled[more]
        strength[better], level[better], base[better] = found[more], kept[better], usual[better]
    return np.where(eligible, strength, -np.inf), level, base, eligible

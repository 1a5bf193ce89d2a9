"""How often ordinary half-years give as much: error rates from the corridor's own placebos."""

import numpy as np


def error_rates(now: np.ndarray, placebos: list[np.ndarray], corridor: np.ndarray) -> np.ndarray:
    """q of each series: expected ordinary ones among those at least as strong; 1 where none.

    now, placebos: strengths by series; corridor: a number of each series' corridor.
    """
    q = np.ones(len(now))
    for one in np.unique(corridor):
        own = np.flatnonzero((corridor == one) & np.isfinite(now))
        null = np.sort(np.concatenate([held[corridor == one] for held in placebos]))
        null = null[np.isfinite(null)]
        order = own[np.argsort(now[own], kind="stable")]
        ranked = now[order]
        as_strong = len(ranked) - np.searchsorted(ranked, ranked, "left")
        expected = (len(null) - np.searchsorted(null, ranked, "left") + 1) / len(placebos)
        q[order] = np.minimum.accumulate(expected / as_strong)
    return q

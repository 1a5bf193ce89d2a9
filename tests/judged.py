"""The shipped study's grid, judged once for all tests that look at it, and small tables like its own."""

from functools import cache
from math import nan

import pandas as pd
from real import claims, study, tables

from tradecheck.robustness import Multiverse, run
from tradecheck.study import Study


@cache
def multiverse() -> Multiverse:
    return run(study(), tables(), claims())


def with_grid(**changes) -> Study:
    """The shipped study with another grid."""
    return study().model_copy(update={"grid": study().grid.model_copy(update=changes)})


def small_grid() -> Study:
    """A grid of a few hundred specifications with every kind of choice in it."""
    believing = study().grid.believing
    names = ("nothing", "July", "April and May each", "the suppliers of 2023", "all of these")
    return with_grid(
        claims=["C1", "C3", "C4", "C6"],
        goods=["listed goods", "servers", "tiers 1 and 2"],
        believing={name: believing[name] for name in names},
        rate_tolerance_inr=[None, 0.1],
        about=[[1.7, 2.3]],
    )


PLAIN = {
    "reading": "C9a", "goods": "all", "coverage": "worst case", "believing": "nothing",
    "rate_tolerance": nan, "hong_kong": "apart", "vintage": "latest", "months": "none",
    "about_lo": 1.9, "about_hi": 2.1, "claim": "C9", "lo": 0.0, "hi": 9.0, "verdict": "undecided",
}  # fmt: skip


def table(*rows):
    """Specifications as `robustness.run` tabulates them: plain ones, with what each row says."""
    return pd.DataFrame([PLAIN | row for row in rows])

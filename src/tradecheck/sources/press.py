"""Reported figures that stand beside the claim, and how re-reports worded it."""

from typing import Literal

import pandas as pd

from tradecheck.study.project import Project
from tradecheck.sources import tabular
from tradecheck.sources.tabular import Day, Filled, Month, Number, OptionalNumber


class Figure(tabular.Row):
    """One figure with its unit, period, grade and publisher."""

    id: Filled
    what: Filled
    value: Number
    unit: Literal["US$ mn", "percent", "units"]
    first_month: Month
    last_month: Month
    qualifier: Literal["exact", "about", "at least"]
    grade: Literal["observed", "bounded", "reported"]
    publisher: Filled
    address: Filled
    published: Day | Literal[""]
    note: str


class ReReport(tabular.Row):
    """One page that repeats the story, coded into closed lists of words."""

    id: Filled
    outlet: Filled
    address: str
    language: Filled
    april_may: Literal["each", "together", "either", "not given"]
    doubling_base: Literal[
        "earlier months of this year",
        "mean of the earlier months of this year",
        "earlier months",
        "last year",
        "not given",
    ]
    doubling_of: Literal["April and May", "July", "not given"]
    july_usd_mn: OptionalNumber
    rank_order: Literal["China first, India second", "India first, China second", "not given"]
    fifth: Literal["via India", "from India", "not given"]
    note: str


def context(project: Project, name: str) -> pd.DataFrame:
    """The reported figures, indexed by their id; `value` is in the row's `unit`."""
    return tabular.read(project, name, Figure, key=("id",)).set_index("id")


def rereports(project: Project, name: str) -> pd.DataFrame:
    """The coded re-reports, in the table's order; july_usd_mn is missing where not given."""
    return tabular.read(project, name, ReReport, key=("id",))

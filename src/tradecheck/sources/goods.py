"""The goods list: HS6 codes with their tiers, and groups of them by code prefix."""

from collections.abc import Iterable
from typing import Literal

import pandas as pd

from tradecheck.study.project import Project
from tradecheck.sources import tabular
from tradecheck.sources.tabular import Code, Day, Filled, Truth


class Item(tabular.Row):
    """One code of the list."""

    hs6: Code
    tier: Literal["1", "2", "3.A", "3.B", "4.A", "4.B"]
    description: Filled
    list_date: Day
    new_in_hs2022: Truth
    hs2017_code: Code | Literal[""]


def read(project: Project, name: str) -> pd.DataFrame:
    """The list in order of codes: hs6, tier, description, list_date, new_in_hs2022, hs2017_code."""
    return tabular.read(project, name, Item, key=("hs6",)).sort_values("hs6", ignore_index=True)


def members(codes: Iterable[str], prefixes: Iterable[str]) -> list[str]:
    """The codes that begin with one of the prefixes (chapter, heading or HS6), sorted."""
    return sorted(code for code in set(codes) if code.startswith(tuple(prefixes)))

"""UN Comtrade: which month was public on which day."""

from typing import Literal, Self

import pandas as pd
from pydantic import model_validator

from tradecheck.cards import load_card
from tradecheck.study.project import Project
from tradecheck.sources import tabular
from tradecheck.sources.tabular import Day, Filled, Month


class Release(tabular.Row):
    """One reporter's month: its first and its latest known release."""

    reporter: Filled
    month: Month
    edition: Literal["H5", "H6"]
    first_released: Day
    last_released: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.month < self.first_released <= self.last_released:
            raise ValueError(
                f"the first release {self.first_released} must follow the month {self.month} "
                f"and not the last release {self.last_released}"
            )
        return self


def releases(project: Project, name: str) -> pd.DataFrame:
    """Columns reporter, month, edition, first_released, last_released (dates as ISO text)."""
    table = tabular.read(project, name, Release, key=("reporter", "month"))
    return table.sort_values(["reporter", "month"], ignore_index=True)


def last_months_before(project: Project, name: str) -> pd.DataFrame:
    """Reporters without a row in the calendar: reporter, last_month, released (day or year)."""
    rows = [row.model_dump() for row in load_card(project, name).last_months_before]
    return pd.DataFrame(rows, columns=["reporter", "last_month", "released"])

"""European Central Bank: market exchange rates by month."""

from typing import Self

import pandas as pd
from pydantic import model_validator

from tradecheck.study.project import Project
from tradecheck.sources import tabular
from tradecheck.sources.tabular import Count, Month, Number


class Rate(tabular.Row):
    """Rupees per US dollar in one month: mean, lowest and highest of its days."""

    month: Month
    mean: Number
    low: Number
    high: Number
    days: Count

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 < self.low <= self.mean <= self.high:
            raise ValueError(
                f"the mean {self.mean} must lie between low {self.low} and high {self.high}"
            )
        return self


def read(project: Project, name: str) -> pd.DataFrame:
    """Columns month, mean, low, high (rupees per US dollar) and days, in order of months."""
    return tabular.read(project, name, Rate, key=("month",)).sort_values("month", ignore_index=True)

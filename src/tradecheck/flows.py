"""The tidy table of flows, what is set aside and why, and the ledger: nothing is lost."""

from dataclasses import dataclass
from enum import StrEnum
from math import fsum, isclose

import numpy as np
import pandas as pd

from tradecheck.errors import TradecheckError
from tradecheck.study.periods import fiscal_months
from tradecheck.study import Study

KEY = ["fiscal_year", "hs6"]
HALF_UNIT = 0.005  # the source rounds each line to 0.01 US$ million and to 0.01 ₹ crore
EXPORTS = "X"

FLOWS = {
    "period": "Indian fiscal year, such as FY2024-25",
    "first_month": "first month of the period",
    "last_month": "last month of the period",
    "reporter": "exporting country",
    "partner": "importing country",
    "flow": "X, exports",
    "hs6": "code of the Harmonized System, six digits, text",
    "tier": "tier of the goods list",
    "value_usd_mn": "US$ million as published, a sum of rounded lines",
    "value_lo_usd": "smallest value, US$: as published less the rounding of its lines",
    "value_hi_usd": "largest value, US$; missing where lines may be unseen: no bound is known",
    "value_inr_crore": "₹ crore as published, a sum of rounded lines",
    "hs8_lines": "number of HS8 lines added up",
    "quantity": "quantity as published",
    "unit": "unit of the quantity as published",
    "source": "raw table",
    "release_date": "the publisher's own date of the figures",
}


class Reason(StrEnum):
    """Why a row is set aside; the first that applies is given."""

    BAD_CODE = "bad code"
    IMPOSSIBLE = "impossible value"
    REPEAT = "exact repeat"
    CONFLICT = "conflicting rows"
    NOT_LISTED = "not on the list"


def sort_out(lines: pd.DataFrame, listed: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows to keep, and those set aside with a column `reason`.

    A code of other than six digits, a value below zero and a code off the list are set aside. Of
    rows that are wholly equal one is kept. Of rows that give one code and year different figures
    none is kept: nothing says which is right.
    """
    repeat = lines.duplicated()
    clash = lines[~repeat].duplicated(KEY, keep=False)
    clashing = pd.MultiIndex.from_frame(lines.loc[clash[clash].index, KEY])
    amounts = lines[["value_usd_mn", "value_inr_crore", "qty"]]
    tests = {
        Reason.BAD_CODE: ~lines["hs6"].str.fullmatch("[0-9]{6}"),
        Reason.IMPOSSIBLE: (amounts < 0).any(axis=1) | (lines["hs8_lines"] == 0),
        Reason.REPEAT: repeat,
        Reason.CONFLICT: pd.MultiIndex.from_frame(lines[KEY]).isin(clashing),
        Reason.NOT_LISTED: ~lines["hs6"].isin(listed),
    }
    reasons = np.select([np.asarray(test, dtype=bool) for test in tests.values()], list(tests), "")
    reason = pd.Series(reasons, index=lines.index, dtype="str")
    aside = lines[reason != ""].assign(reason=reason[reason != ""])
    return lines[reason == ""], aside.sort_values(list(aside.columns), ignore_index=True)


def tidy(
    lines: pd.DataFrame, goods: pd.DataFrame, study: Study, release_date: str
) -> pd.DataFrame:
    """Rows that passed `sort_out` as flows: the columns of `FLOWS`, by period and code."""
    period = "FY" + lines["fiscal_year"]
    months = {year: fiscal_months(year) for year in period.unique()}
    room = HALF_UNIT * lines["hs8_lines"]
    complete = lines["hs6"].isin(study.complete_codes)
    table = lines.rename(columns={"qty": "quantity", "qty_unit": "unit"}).assign(
        period=period,
        first_month=period.map({year: span[0] for year, span in months.items()}),
        last_month=period.map({year: span[-1] for year, span in months.items()}),
        reporter=study.reporter,
        partner=study.partner,
        flow=EXPORTS,
        tier=lines["hs6"].map(goods.set_index("hs6")["tier"]),
        value_lo_usd=((lines["value_usd_mn"] - room).clip(lower=0) * 1e6).round(0),
        value_hi_usd=((lines["value_usd_mn"] + room) * 1e6).round(0).where(complete),
        source=study.yearly_totals,
        release_date=release_date,
    )
    return table[list(FLOWS)].sort_values(["period", "hs6"], ignore_index=True)


@dataclass(frozen=True)
class Tally:
    """Rows and US$ million of a table."""

    rows: int
    usd_mn: float

    @classmethod
    def of(cls, table: pd.DataFrame) -> "Tally":
        return cls(len(table), fsum(table["value_usd_mn"]))


@dataclass(frozen=True)
class Ledger:
    """Rows and dollars in = kept + set aside, by reason; anything else is an error."""

    received: Tally
    kept: Tally
    set_aside: dict[Reason, Tally]

    def __post_init__(self) -> None:
        parts = [self.kept, *self.set_aside.values()]
        rows = sum(part.rows for part in parts)
        dollars = fsum(part.usd_mn for part in parts)
        if rows != self.received.rows or not isclose(
            dollars, self.received.usd_mn, rel_tol=1e-9, abs_tol=1e-6
        ):
            raise TradecheckError(
                f"The ledger does not balance: {self.received.rows} rows and US$ "
                f"{self.received.usd_mn:.2f} million came in, {rows} rows and US$ {dollars:.2f} "
                "million are kept or set aside; look for a step that drops or repeats rows."
            )

    @classmethod
    def of(cls, received: pd.DataFrame, kept: pd.DataFrame, aside: pd.DataFrame) -> "Ledger":
        """The ledger of three tables, each counted for itself."""
        reasons = {reason: Tally.of(aside[aside["reason"] == reason]) for reason in Reason}
        return cls(Tally.of(received), Tally.of(kept), reasons)

    def table(self) -> pd.DataFrame:
        """Columns entry, rows, usd_mn: received, kept, then every reason, even with no rows."""
        entries = {"received": self.received, "kept": self.kept} | {
            f"set aside: {reason}": tally for reason, tally in self.set_aside.items()
        }
        rows = [(name, tally.rows, round(tally.usd_mn, 2)) for name, tally in entries.items()]
        return pd.DataFrame(rows, columns=["entry", "rows", "usd_mn"])

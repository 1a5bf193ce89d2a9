"""The ledger: rows and value in = rows and value kept + set aside, by reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, isclose
from types import MappingProxyType

import pandas as pd

from tradecheck.errors import TradecheckError

RECEIVED, KEPT, UNREAD = "received", "kept", "not asked for"


@dataclass(frozen=True)
class Ledger:
    """What became of every row of every table, by source and currency; anything else is an error.

    table: columns source, currency, entry (received, kept, or the reason for setting aside), rows,
    value (units of the currency; of a file too large to be read whole without the rows that nobody
    asked for, which are counted and not added up).
    """

    table: pd.DataFrame

    @classmethod
    def of(
        cls,
        received: Mapping[str, pd.DataFrame],
        kept: pd.DataFrame,
        aside: pd.DataFrame,
        unread: Mapping[str, int] = MappingProxyType({}),
    ) -> "Ledger":
        """The ledger of tables, each counted for itself; `aside` has a column `reason`; `unread` counts
        the rows of large files that nobody asked for."""
        rows = []
        for source, table in received.items():
            mine, other = kept[kept["source"] == source], aside[aside["source"] == source]
            for currency in sorted(set(table["currency"])):
                parts = {RECEIVED: table, KEPT: mine}
                parts |= {reason: group for reason, group in other.groupby("reason", sort=True)}
                for entry, part in parts.items():
                    held = part[part["currency"] == currency]
                    more = unread.get(source, 0) if entry == RECEIVED else 0
                    if len(held) or entry in (RECEIVED, KEPT):
                        value = fsum(held["value"].dropna())
                        rows.append((source, currency, entry, len(held) + more, value))
                if unread.get(source, 0):
                    rows.append((source, currency, UNREAD, unread[source], 0.0))
        ledger = cls(pd.DataFrame(rows, columns=["source", "currency", "entry", "rows", "value"]))
        ledger.check()
        return ledger

    def check(self) -> None:
        """Raise a TradecheckError unless every source balances."""
        for (source, currency), part in self.table.groupby(["source", "currency"]):
            first = part[part["entry"] == RECEIVED].iloc[0]
            rest = part[part["entry"] != RECEIVED]
            value = fsum(rest["value"])
            if rest["rows"].sum() != first["rows"] or not isclose(
                value, first["value"], rel_tol=1e-9, abs_tol=0.01
            ):
                raise TradecheckError(
                    f"The ledger of data/raw/{source} does not balance: {first['rows']:,} rows and "
                    f"{first['value']:,.2f} {currency} came in, {rest['rows'].sum():,} rows and "
                    f"{value:,.2f} are kept or set aside; look for a step that drops or repeats rows."
                )

    def total(self, entry: str) -> int:
        """Rows of an entry over all tables."""
        return int(self.table.loc[self.table["entry"] == entry, "rows"].sum())

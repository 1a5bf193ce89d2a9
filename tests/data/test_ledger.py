"""The ledger: rows and value in = rows and value kept + set aside, or the run stops."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.data.ledger import Ledger
from tradecheck.errors import TradecheckError


def rows(*values: float | None, source: str = "t", currency: str = "EUR", **more) -> pd.DataFrame:
    table = pd.DataFrame({"value": pd.Series(values, dtype=float)})
    return table.assign(source=source, currency=currency, **more)


def entries(ledger: Ledger) -> list[tuple]:
    return [tuple(row) for row in ledger.table[["entry", "rows", "value"]].itertuples(index=False)]


def test_each_reason_stands_for_itself():
    aside = pd.concat([rows(5.0, reason="exact repeat"), rows(2.0, 1.0, reason="another partner")])
    ledger = Ledger.of({"t": rows(4.0, 5.0, 2.0, 1.0)}, rows(4.0), aside)
    assert entries(ledger) == [
        ("received", 4, 12.0), ("kept", 1, 4.0), ("another partner", 2, 3.0), ("exact repeat", 1, 5.0)
    ]  # fmt: skip
    assert (ledger.total("received"), ledger.total("kept")) == (4, 1)


def test_nothing_kept_is_an_entry_too():
    ledger = Ledger.of({"t": rows(1.0)}, rows(), rows(1.0, reason="other goods"))
    assert entries(ledger) == [("received", 1, 1.0), ("kept", 0, 0.0), ("other goods", 1, 1.0)]


def test_a_withheld_value_counts_as_a_row_and_adds_nothing():
    assert entries(Ledger.of({"t": rows(None, 3.0)}, rows(None, 3.0), rows(reason=""))) == [
        ("received", 2, 3.0), ("kept", 2, 3.0)
    ]  # fmt: skip


def test_currencies_are_never_added_up():
    both = pd.concat([rows(1.0), rows(90.0, currency="INR")])
    table = Ledger.of({"t": both}, both, rows(reason="")).table
    assert set(zip(table["currency"], table["value"])) == {("EUR", 1.0), ("INR", 90.0)}


def test_rows_of_a_large_file_that_nobody_asked_for_are_counted():
    ledger = Ledger.of({"t": rows(4.0)}, rows(4.0), rows(reason=""), {"t": 1_000_000})
    assert entries(ledger) == [
        ("received", 1_000_001, 4.0),
        ("kept", 1, 4.0),
        ("not asked for", 1_000_000, 0.0),
    ]


@pytest.mark.parametrize(
    ("kept", "aside"),
    [
        (rows(4.0), rows(reason="x")),  # a row is lost
        (rows(4.0, 5.0, 5.0), rows(reason="x")),  # one is repeated
        (rows(4.0, 5.5), rows(reason="x")),  # a value is changed
        (rows(4.0, 5.0, source="other"), rows(reason="x")),  # rows of another table
    ],
)
def test_what_does_not_balance_stops_the_run(kept, aside):
    with pytest.raises(TradecheckError, match=r"data/raw/t does not balance: 2 rows and 9\.00 EUR"):
        Ledger.of({"t": rows(4.0, 5.0)}, kept, aside)


@given(
    st.lists(
        st.tuples(st.integers(-(10**12), 10**12), st.sampled_from(["", "a", "b"])), max_size=30
    )
)
def test_any_split_balances_and_any_loss_is_seen(parts):
    table = rows(*(value / 100 for value, _ in parts)).assign(
        reason=[reason for _, reason in parts]
    )
    kept, aside = table[table["reason"] == ""], table[table["reason"] != ""]
    Ledger.of({"t": table}, kept, aside)
    if len(kept):
        with pytest.raises(TradecheckError, match="drops or repeats rows"):
            Ledger.of({"t": table}, kept.iloc[1:], aside)

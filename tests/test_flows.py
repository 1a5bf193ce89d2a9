"""Tidy flows and the ledger: no row and no dollar is lost, whatever comes in."""

from math import fsum, isclose

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradecheck.errors import TradecheckError
from tradecheck.flows import FLOWS, Ledger, Reason, Tally, sort_out, tidy
from tradecheck.study import Study

LISTED = {"010121", "847150", "854231"}
GOODS = pd.DataFrame({"hs6": sorted(LISTED), "tier": ["1", "3.A", "1"]})
STUDY = Study.model_construct(
    reporter="Utopia", partner="Atlantis", yearly_totals="totals", complete_codes=["847150"]
)

LINE = {
    "fiscal_year": "2024-25", "hs6": "847150", "value_usd_mn": 2.5, "value_inr_crore": 21.0,
    "qty": 10.0, "qty_unit": "NOS", "hs8_lines": 1,
}  # fmt: skip


def table(*changes: dict) -> pd.DataFrame:
    rows = [LINE | change for change in changes]
    types = {"value_usd_mn": float, "value_inr_crore": float, "qty": float, "hs8_lines": int}
    text = dict.fromkeys(["fiscal_year", "hs6", "qty_unit"], "str")
    return pd.DataFrame(rows, columns=list(LINE)).astype(types | text)


ROWS = st.fixed_dictionaries({
    "fiscal_year": st.sampled_from(["2022-23", "2023-24"]),
    "hs6": st.sampled_from(["010121", "10121", "847150", "854231", "999999", "8471x0", ""]),
    "value_usd_mn": st.integers(-50, 10**7).map(lambda cents: cents / 100),
    "value_inr_crore": st.integers(-1, 100).map(float),
    "qty": st.sampled_from([-1.0, 0.0, 7.0]),
    "qty_unit": st.just("NOS"),
    "hs8_lines": st.integers(0, 3),
})  # fmt: skip
TABLES = st.lists(ROWS, max_size=12).flatmap(
    lambda rows: st.lists(st.sampled_from(rows), max_size=6).map(lambda again: rows + again)
    if rows
    else st.just(rows)
)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_rows_and_dollars_are_conserved(rows):
    lines = table(*rows)
    kept, aside = sort_out(lines, LISTED)
    flows = tidy(kept, GOODS, STUDY, "2025-01-01")
    ledger = Ledger.of(lines, flows, aside)
    assert ledger.kept.rows + sum(tally.rows for tally in ledger.set_aside.values()) == len(rows)
    out = fsum(flows["value_usd_mn"]) + fsum(aside["value_usd_mn"])
    assert isclose(out, fsum(row["value_usd_mn"] for row in rows), abs_tol=1e-6)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_what_is_kept_is_listed_possible_and_unique(rows):
    flows = tidy(sort_out(table(*rows), LISTED)[0], GOODS, STUDY, "2025-01-01")
    assert list(flows.columns) == list(FLOWS)
    assert set(flows["hs6"]) <= LISTED
    assert not flows.duplicated(["period", "hs6"]).any()
    assert (flows["value_usd_mn"] >= 0).all()
    assert (flows["value_lo_usd"] >= 0).all()
    assert (flows["value_lo_usd"] <= flows["value_usd_mn"] * 1e6 + 0.5).all()


@settings(deadline=None, max_examples=60)
@given(TABLES.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_changes_nothing(pair):
    results = [sort_out(table(*rows), LISTED) for rows in pair]
    flows = [tidy(kept, GOODS, STUDY, "2025-01-01") for kept, _ in results]
    pd.testing.assert_frame_equal(*flows)
    pd.testing.assert_frame_equal(*(aside for _, aside in results))


@pytest.mark.parametrize(
    ("changes", "kept", "reasons"),
    [
        ([{}], 1, []),
        ([{"hs6": "10121"}], 0, [Reason.BAD_CODE]),
        ([{"hs6": "99999"}], 0, [Reason.BAD_CODE]),
        ([{"hs6": "999999"}], 0, [Reason.NOT_LISTED]),
        ([{"value_usd_mn": -0.01}], 0, [Reason.IMPOSSIBLE]),
        ([{"value_inr_crore": -0.01}], 0, [Reason.IMPOSSIBLE]),
        ([{"qty": -1}], 0, [Reason.IMPOSSIBLE]),
        ([{"hs8_lines": 0}], 0, [Reason.IMPOSSIBLE]),
        ([{}, {}], 1, [Reason.REPEAT]),
        ([{}, {}, {}], 1, [Reason.REPEAT, Reason.REPEAT]),
        ([{}, {"value_usd_mn": 3}], 0, [Reason.CONFLICT, Reason.CONFLICT]),
        ([{}, {}, {"qty": 3}], 0, [Reason.CONFLICT, Reason.CONFLICT, Reason.REPEAT]),
        ([{}, {"fiscal_year": "2023-24"}], 2, []),
    ],
)
def test_each_reason(changes, kept, reasons):
    stay, aside = sort_out(table(*changes), LISTED)
    assert len(stay) == kept
    assert sorted(aside["reason"]) == sorted(reasons)


def test_a_tidy_flow():
    lines = table({"hs8_lines": 2}, {"hs6": "010121", "hs8_lines": 2, "value_usd_mn": 0.0})
    first, second = tidy(lines, GOODS, STUDY, "2025-10-21").to_dict("records")
    assert pd.isna(first.pop("value_hi_usd"))
    assert (first["hs6"], first["tier"], first["value_lo_usd"]) == ("010121", "1", 0)
    assert second == {
        "period": "FY2024-25", "first_month": "2024-04", "last_month": "2025-03",
        "reporter": "Utopia", "partner": "Atlantis", "flow": "X", "hs6": "847150", "tier": "3.A",
        "value_usd_mn": 2.5, "value_lo_usd": 2_490_000, "value_hi_usd": 2_510_000,
        "value_inr_crore": 21.0, "hs8_lines": 2, "quantity": 10.0, "unit": "NOS",
        "source": "totals", "release_date": "2025-10-21",
    }  # fmt: skip


@pytest.mark.parametrize("kept", [Tally(0, 2.5), Tally(2, 2.5), Tally(1, 2.51), Tally(1, 2.49)])
def test_a_ledger_that_does_not_balance_is_an_error(kept):
    aside = {Reason.REPEAT: Tally(2, 5.0)}
    Ledger(Tally(3, 7.5), Tally(1, 2.5), aside)
    with pytest.raises(TradecheckError, match="does not balance: 3 rows and US. 7.50 million"):
        Ledger(Tally(3, 7.5), kept, aside)


def test_a_dropped_row_is_noticed():
    lines = table({}, {"hs6": "854231"}, {"hs6": "999999"})
    kept, aside = sort_out(lines, LISTED)
    with pytest.raises(TradecheckError, match="drops or repeats rows"):
        Ledger.of(lines, kept.iloc[1:], aside)


def test_the_ledger_shows_every_reason_also_those_without_rows():
    lines = table({}, {"hs6": "999999", "value_usd_mn": 1.25})
    entries = Ledger.of(lines, *sort_out(lines, LISTED)).table()
    assert entries["entry"].tolist() == [
        "received", "kept", *(f"set aside: {reason}" for reason in Reason)
    ]
    assert entries.set_index("entry").loc["set aside: not on the list"].tolist() == [1, 1.25]

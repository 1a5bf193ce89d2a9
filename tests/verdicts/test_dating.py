"""Dating goods by one total in two currencies: right answers by hand, and what they rest on."""

from math import isnan

import pandas as pd
import pytest

from tradecheck.bounds.knowledge import Evidence
from tradecheck.data.flows import COLUMNS
from tradecheck.data.tables import Tables
from tradecheck.study.cards import Card
from tradecheck.study.claims import claims_of
from tradecheck.study.study import study_of
from tradecheck.verdicts.dating import dated, residuals, vanishes_at
from tradecheck.verdicts.judge import Judge

STUDY = {
    "name": "s", "question": "When did it leave?", "reporter": "India", "partner": "Russia",
    "goods": ["8471"], "months": "2024-01..2024-02", "base": "2024-01..2024-01",
    "unit": {"currency": "USD", "scale": 1},
    "evidence": [
        {"totals": "t"},
        {"second_currency": "t", "currency": "INR", "rates": "r", "tolerance": 0.0},
    ],
}  # fmt: skip
SPANS = {"January": "2024-01", "February": "2024-02"}
CARD = {
    "publisher": "an office", "title": "t", "address": "a", "retrieved": "r", "terms": "t", "file": "t.csv",
    "format": "tidy", "sha256": "0" * 64, "rows": 1, "unit": "USD", "grade": "bounded", "coverage": "c",
    "holds": {
        "reporters": ["IND"], "partners": ["RUS"], "flow": "X", "frequency": "mixed",
        "months": "2024-01..2024-02", "currency": "mixed",
    },
}  # fmt: skip


def judge(usd: float, inr: float, rates: dict[str, float]) -> Judge:
    """Two months, one total of them in each currency; the rates of these and of the month before."""
    row = dict.fromkeys(COLUMNS, "") | {
        "reporter": "IND", "partner": "RUS", "flow": "X", "period_start": "2024-01", "period_end": "2024-02",
        "product": "8471", "status": "final", "source": "t", "row": 1, "quantity": None,
    }  # fmt: skip
    values = [("USD", usd), ("INR", inr)]
    rows = [row | {"currency": c, "value": v, "value_lo": v, "value_hi": v} for c, v in values]
    tables = Tables(
        flows=pd.DataFrame(rows),
        published=pd.DataFrame({"source": [], "reporter": [], "month": []}),
        cards={"t": Card.model_validate(CARD)},
        rates={"r": rates},
    )
    return Judge(Evidence(study_of(STUDY, "study.yaml"), claims_of(None, "claims.yaml"), tables))


RATES = {"2023-12": 70.0, "2024-01": 80.0, "2024-02": 90.0}


def test_two_months_and_two_totals_are_two_equations():
    """100 dollars in 8,300 rupees: x·80 + (100 − x)·90 = 8300 gives x = 70."""
    table = dated(judge(100, 8300, RATES), "8471", SPANS, [0.0]).set_index("span")
    assert table.loc["January", ["lo", "hi"]].tolist() == pytest.approx([70, 70])
    assert table.loc["February", ["lo", "hi"]].tolist() == pytest.approx([30, 30])


def test_a_tolerance_widens_and_a_lag_moves():
    """With rates within 1: 79x + 89(100 − x) ≤ 8300 gives x ≥ 60, and 81x + 91(100 − x) ≥ 8300 x ≤ 80.
    Half a month late the rates are 75 and 85, so 75x + 85(100 − x) = 8300 gives x = 20."""
    table = dated(judge(100, 8300, RATES), "8471", {"January": "2024-01"}, [0.0, 1.0], [0.0, 0.5])
    found = table.set_index(["lag", "tolerance"])[["lo", "hi"]]
    assert found.loc[(0.0, 1.0)].tolist() == pytest.approx([60, 80])
    assert found.loc[(0.5, 0.0)].tolist() == pytest.approx([20, 20])


def test_what_no_month_can_be_is_missing_and_no_error():
    table = dated(judge(100, 9900, RATES), "8471", {"January": "2024-01"}, [0.0, 1.0, 20.0])
    assert [isnan(lo) for lo in table["lo"]] == [True, True, False]


def test_the_tolerance_at_which_a_span_may_have_had_nothing():
    """All 100 dollars may be January's once (80 + t)·100 reaches the rupees: at t = 1, or at 3."""
    assert vanishes_at(judge(100, 8100, RATES), "8471", "2024-02") == pytest.approx(1.0, abs=0.02)
    assert vanishes_at(judge(100, 8300, RATES), "8471", "2024-02") is None  # beyond 2


def test_residuals_of_the_plain_mean():
    implied = pd.DataFrame({"first_month": ["2024-01"], "last_month": ["2024-02"], "value": [84.0]})
    row = residuals(RATES, implied, [0.0, 0.5, 1.0, 1.5]).iloc[0]
    assert [row[lag] for lag in (0.0, 0.5, 1.0)] == pytest.approx([1.0, -4.0, -9.0])
    assert isnan(row[1.5])  # December's earlier rate is not held

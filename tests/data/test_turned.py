"""Values of another currency at each month's rate, whichever way round the rates are counted."""

import pandas as pd
import pytest

from made_studies import STUDY, card, monthly, row
from tradecheck.data.flows import COLUMNS, made
from tradecheck.data.turned import turned
from tradecheck.study.study import study_of


def euros(rows, rates, *, currency, per):
    """Values by month after turning; the report is in euros."""
    usual = dict.fromkeys(COLUMNS, "") | {"flow": "X", "quantity": 0.0, "row": 2}
    flows = made(pd.DataFrame([usual | one for one in rows]))
    study = study_of(
        STUDY | {"unit": {"currency": "EUR"}, "evidence": [{"rates": "ecb", "currency": currency}]},
        "study.yaml",
    )
    told = card("ecb").model_copy(update={"currency": currency, "per": per})
    found = turned(flows, study, {"ecb": rates}, {"ecb": told})
    return [(one.currency, one.period_start, one.value) for one in found.itertuples()]


@pytest.mark.parametrize(
    ("rates", "pair"),
    [
        ({"2021-01": 1.10, "2021-02": 1.25}, {"currency": "USD", "per": "EUR"}),
        ({"2021-01": 1 / 1.10, "2021-02": 0.8}, {"currency": "EUR", "per": "USD"}),
    ],
)
def test_each_month_counts_at_its_own_rate(rates, pair):
    rows = [*monthly("2021-01", [13.2, 25.0]), row("2021-01..2021-12", 99.0)]
    found = euros(rows, rates, **pair)
    assert [one[:2] for one in found] == [
        ("EUR", "2021-01"), ("EUR", "2021-02"), ("USD", "2021-01"),
    ]  # fmt: skip
    assert [one[2] for one in found] == pytest.approx([12.0, 20.0, 99.0])


def test_a_month_without_a_rate_is_unknown():
    (found,) = euros(monthly("2021-03", [5.0]), {"2021-01": 1.1}, currency="USD", per="EUR")
    assert found[0] == "EUR" and found[2] != found[2]


def test_a_table_that_gives_both_currencies_is_not_counted_twice():
    rows = [*monthly("2021-01", [13.2]), *monthly("2021-01", [12.0], currency="EUR")]
    found = euros(rows, {"2021-01": 1.10}, currency="USD", per="EUR")
    assert found == [("USD", "2021-01", 13.2), ("EUR", "2021-01", 12.0)]

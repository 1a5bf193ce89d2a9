"""Monthly statistics as known values: what a row, a missing row and a second table say."""

import math

import pytest

from made_studies import evidence, monthly, row
from tradecheck.bounds.knowledge import Taken
from tradecheck.bounds.terms import Term
from tradecheck.errors import TradecheckError
from tradecheck.study.measures import Quantity


def ends(made, month="2022-01", taken=Taken(), **quantity):
    """The bounds of a month."""
    knowledge = made.taken(taken)
    cells = knowledge.scope.cells(Quantity(months=month, **quantity), month)
    return made.asking(knowledge, frozenset(cells)).body.range(Term(cells))


def test_a_value_is_what_was_published_or_that_and_half_its_last_digit():
    made = evidence([row("2022-01", 7.0), row("2022-02", (6.5, 7.5))])
    assert ends(made) == (7, 7)
    assert ends(made, "2022-02") == (6.5, 7.5)


def test_values_are_in_the_report_s_unit():
    made = evidence([row("2022-01", 7_500_000.0)], unit={"currency": "USD", "scale": 1_000_000})
    assert ends(made) == (7.5, 7.5)


@pytest.mark.parametrize(
    ("absent", "published", "found"),
    [
        ("unknown", True, (4, math.inf)),  # a code without a row: at least what the other is
        ("zero", True, (4, 4)),
        ("zero", False, (0, math.inf)),  # the month is not out yet
    ],
)
def test_a_code_without_a_row(absent, published, found):
    rows = [row("2022-02", 1.0, product=code) for code in ("8703", "8704")]
    rows += [row("2022-01", 4.0)] if published else []
    made = evidence(rows, holds={"absent": absent}, goods=["8703", "8704"])
    assert ends(made) == found


def test_a_code_that_holds_another_is_counted_once():
    rows = [row("2022-01", 9.0), row("2022-01", 4.0, product="870323")]
    assert ends(evidence(rows)) == (9, 9)


@pytest.mark.parametrize("absent", ["unknown", "zero"])
def test_of_one_office_the_last_release_counts_and_none_that_came_later(absent):
    rows = [row("2022-01", 7.0, released="2022-03-01"), row("2022-01", 8.0, released="2023-01-01")]
    made = evidence(rows, holds={"absent": absent})
    assert ends(made) == (8, 8)
    assert ends(made, taken=Taken(vintage="2022-12-31")) == (7, 7)
    assert ends(made, taken=Taken(vintage="2022-01-31")) == (0, math.inf)


def test_two_offices_leave_what_lies_between_them():
    rows = [row("2022-01", 7.0), row("2022-01", 9.0, source="other")]
    made = evidence(rows, evidence=[{"months": "table"}, {"months": "other"}])
    assert ends(made) == (7, 9)
    assert ends(made, taken=Taken(source="other")) == (9, 9)


@pytest.mark.parametrize(
    ("revision", "found"), [((0.05, 0.1), (100, 110)), ((-0.2, -0.1), (80, 100))]
)
def test_a_provisional_month_may_become_what_months_became_before(revision, found):
    table = {
        "months": "table",
        "provisional": {"months": 1, "revision": revision, "because": "so far"},
    }
    made = evidence(monthly("2022-01", [100.0, 100.0]), evidence=[table])
    assert ends(made, "2022-02") == (100, 100)
    assert ends(made, "2022-02", Taken(revised=True)) == pytest.approx(found)
    assert ends(made, "2022-01", Taken(revised=True)) == (100, 100)


def test_a_group_s_own_row_and_a_member_leave_the_rest():
    """Nine for both and four for the one: five for the other, who has no row."""
    rows = [row("2022-01", 9.0, partner="both"), row("2022-01", 4.0, partner="ARM")]
    made = evidence(
        rows, partner="both", groups={"partners": {"both": ["Armenia", "Georgia"]}},
        series={"Georgia": {"partner": "Georgia"}, "Armenia": {"partner": "Armenia"}},
    )  # fmt: skip
    assert ends(made, partner="Georgia") == pytest.approx((5, 5))


def test_a_group_s_own_row_that_differs_from_its_members_stops():
    rows = [row("2022-01", 9.0, partner="both")]
    rows += [row("2022-01", 4.0, partner=code) for code in ("ARM", "GEO")]
    made = evidence(
        rows, partner="both", groups={"partners": {"both": ["Armenia", "Georgia"]}},
        series={"Georgia": {"partner": "Georgia"}, "Armenia": {"partner": "Armenia"}},
    )  # fmt: skip
    with pytest.raises(TradecheckError, match="2022-01.*differ by more than rounding"):
        ends(made)


def test_a_total_of_months_of_which_some_are_known():
    """A year of 120 with eleven months of 10: the twelfth is 10."""
    rows = [*monthly("2022-01", [10.0] * 11), row("2022-01..2022-12", 120.0)]
    made = evidence(rows, evidence=[{"months": "table"}, {"totals": "table"}])
    assert ends(made, "2022-12") == pytest.approx((10, 10))


def test_a_floor_limits_from_below_alone():
    rows = [row("2022-01..2022-12", 120.0)]
    made = evidence(rows, evidence=[{"totals": "table", "floors": True}])
    year = Quantity(months="2022")
    weights = {
        cell: 1.0 for month in year.month_list for cell in made.taken().scope.cells(year, month)
    }
    assert made.taken().body.range(Term(weights)) == (120, math.inf)
    assert made.taken(Taken(exact=True)).body.range(Term(weights)) == (120, 120)


def test_longer_codes_without_a_row_of_the_heading_are_a_floor_where_a_missing_record_is_unknown():
    held = monthly("2021-01", [5.0] * 24, product="87032319")
    known = evidence(held, goods=["8703"]).known().values
    assert {(lo, hi) for lo, hi in known.values()} == {(5.0, math.inf)}

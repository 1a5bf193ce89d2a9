"""Totals over longer periods, by hand: floors, ceilings from wider groups, a second currency."""

import math

import pandas as pd
import pytest

from made_studies import evidence, row
from tradecheck.bounds.knowledge import Taken
from tradecheck.bounds.terms import Contradiction, Term
from tradecheck.bounds.totals import total_constraints, totals_of
from tradecheck.errors import TradecheckError
from tradecheck.study.measures import Quantity

YEAR, MONTHS = "2022-01..2022-12", ["2022-01", "2022-02"]


def ends(made, months="2022", taken=Taken(), **place):
    """The smallest and the largest sum of some months."""
    known = made.taken(taken)
    quantity = Quantity(months=months, **place)
    weights = {}
    for month in quantity.month_list:
        weights |= known.scope.cells(quantity, month)
    known = made.asking(known, weights)
    return known.body.span(Term(weights))


def of_totals(rows, evidence_entry=None, **study):
    return evidence(rows, evidence=[{"totals": "table", **(evidence_entry or {})}], **study)


class TestTotals:
    def test_the_rows_of_a_period_are_added_up_in_the_report_s_unit(self):
        rows = [row(YEAR, 3000.0, product="870310"), row(YEAR, (4000.0, 5000.0), product="870321")]
        made = of_totals(rows, unit={"currency": "USD", "scale": 1000})
        assert ends(made) == pytest.approx((7, 8))

    def test_rows_of_another_way_flow_currency_period_or_day_are_none(self):
        rows = [
            row(YEAR, 10.0), row(YEAR, 1.0, partner="KAZ"), row(YEAR, 1.0, reporter="DEU"),
            row(YEAR, 1.0, currency="EUR"), row(YEAR, 1.0, product="8704"), row("2022-05", 1.0),
            row(YEAR, 1.0, source="other"), row("2021-01..2021-12", 4.0),
        ]  # fmt: skip
        made = of_totals(rows)
        assert ends(made) == (10, 10)
        assert ends(made, "2021") == (4, 4)

    @pytest.mark.parametrize(("day", "hi"), [("2023-05-01", 10), ("2023-04-30", math.inf)])
    def test_what_was_released_on_the_day_itself_was_known(self, day, hi):
        made = of_totals([row(YEAR, 10.0, released="2023-05-01")])
        assert ends(made, taken=Taken(vintage=day))[1] == hi

    def test_goods_without_a_row_in_a_period_with_rows_are_zero(self):
        groups = {"goods": {"lorries": ["8704"]}}
        made = of_totals([row(YEAR, 10.0)], goods=["8703", "8704"], groups=groups)
        assert ends(made, goods="lorries") == (0, 0)
        assert ends(made, "2021", goods="lorries") == (0, math.inf)

    def test_of_goods_that_are_not_the_study_s_own_silence_says_nothing(self):
        made = of_totals([row(YEAR, 10.0)], groups={"goods": {"lorries": ["8704"]}})
        assert ends(made) == (10, 10)
        assert ends(made, goods="lorries") == (0, math.inf)

    def test_a_floor_of_nothing_says_nothing_and_a_whole_code_is_no_floor(self):
        floors = {"floors": True, "complete": ["8704"]}
        rows = [row(YEAR, 10.0), row(YEAR, (0.0, 2.0), product="8704")]
        groups = {"goods": {"cars": ["8703"], "lorries": ["8704"]}}
        made = of_totals(rows, floors, goods=["8703", "8704", "8705"], groups=groups)
        assert ends(made, goods="cars") == (10, math.inf)
        assert ends(made, goods="lorries") == (0, 2)
        assert ends(made) == (10, math.inf)

    @pytest.mark.parametrize(
        ("total", "floors", "rows"),
        [
            ((0.0, 0.0), False, [(0, 0)]), ((0.0, 0.0), True, []), ((0.0, 2.0), True, []),
            ((0.0, 2.0), False, [(0, 2)]), ((1.0, 2.0), True, [(1, math.inf)]),
        ],
    )  # fmt: skip
    def test_only_what_says_something_is_a_row(self, total, floors, rows):
        made = of_totals([row(YEAR, total)], {"floors": floors})
        (entry,) = made.study.of_kind("totals")
        found = totals_of(made.study, made.tables, made.corridor, "table", "USD", 1.0)
        scope = made.taken().scope
        (one,) = total_constraints(entry, found, made.corridor, scope, False, "the office")
        assert [(row.lo, row.hi) for row in one.rows] == rows
        assert one.words == "the official totals of 2022-01 to 2022-12"


def remainder(*rows, period=("2022-01", "2022-12")):
    columns = ["product", "official", "held", "period_start", "period_end"]
    return pd.DataFrame([(*one, *period) for one in rows], columns=columns)


class TestRemainders:
    """Cars of 40 and lorries of 5 are held; of all of chapter 87 100 are official, 60 held."""

    ROWS = [row(YEAR, 40.0), row(YEAR, 5.0, product="8471")]
    GROUPS = {"cars": ["8703"], "computers": ["8471"]}

    def made(self, table, rows=ROWS, complete=(), beyond=None, figures=None, **study):
        names = [
            {"totals": "table", "floors": True, "complete": list(complete)},
            {"remainder": "rest", "of": "table", "beyond": beyond or {}},
        ]
        fields = {"goods": ["8703", "8471"], "groups": {"goods": self.GROUPS}, **study}
        more = {"remainders": {"rest": table}}
        return evidence(rows, evidence=names, more=more, figures=figures, **fields)

    def test_unseen_trade_of_a_group_may_be_any_goods_of_it(self):
        table = remainder(("87", 100.0, 60.0), ("84", 8.0, 7.0))
        made = self.made(table)
        assert ends(made, goods="cars") == pytest.approx((40, 80))
        assert ends(made, goods="computers") == pytest.approx((5, 6))
        assert ends(made) == pytest.approx((45, 86))

    def test_groups_that_overlap_limit_their_union_too(self):
        table = remainder(("87", 100.0, 60.0), ("8703", 50.0, 45.0))
        made = self.made(table, rows=[row(YEAR, 40.0)])
        assert ends(made, goods="cars") == pytest.approx((40, 45))

    def test_the_scale_is_the_report_s(self):
        rows = [row(YEAR, 40_000.0)]
        unit = {"currency": "USD", "scale": 1000}
        made = self.made(remainder(("87", 100_000.0, 60_000.0)), rows, unit=unit)
        assert ends(made, goods="cars") == pytest.approx((40, 80))

    @pytest.mark.parametrize("period", [("2022-01", "2022-06"), ("2021-01", "2022-12")])
    def test_a_remainder_of_another_period_says_nothing(self, period):
        made = self.made(remainder(("87", 100.0, 60.0), period=period))
        assert ends(made, goods="cars") == (40, math.inf)

    def test_the_whole_of_all_goods_is_no_group(self):
        made = self.made(remainder(("all", 100.0, 99.0), ("87", 100.0, 60.0)))
        assert ends(made, goods="cars") == pytest.approx((40, 80))

    def test_whole_codes_take_no_unseen_trade(self):
        made = self.made(remainder(("87", 100.0, 60.0)), complete=["8703"])
        assert ends(made, goods="cars") == (40, 40)

    def test_exact_totals_leave_nothing_unseen(self):
        made = self.made(remainder(("87", 100.0, 60.0)))
        assert ends(made, goods="cars", taken=Taken(exact=True)) == (40, 40)
        without = Taken(leave_out=frozenset({"remainder"}))
        assert ends(made, goods="cars", taken=without) == (40, math.inf)

    def test_goods_beyond_the_study_share_the_unseen_trade(self):
        """Of vehicles (8703, 8704) 70 are reported as held, 40 of them the study's: of 8704 30 at
        least, and 30 and 40 at most."""
        goods = {**self.GROUPS, "vehicles": ["8703", "8704"], "lorries": ["8704"]}
        made = self.made(
            remainder(("87", 100.0, 60.0)), beyond={"vehicles": "held"}, figures={"held": 70.0},
            groups={"goods": goods},
        )  # fmt: skip
        assert ends(made, goods="lorries") == pytest.approx((30, 70))
        assert ends(made, goods="cars") == pytest.approx((40, 80))
        assert ends(made, goods="vehicles") == pytest.approx((70, 110))

    def test_a_figure_that_no_table_holds_is_a_sentence(self):
        goods = {**self.GROUPS, "vehicles": ["8703", "8704"], "lorries": ["8704"]}
        made = self.made(
            remainder(("87", 100.0, 60.0)), beyond={"vehicles": "held"}, groups={"goods": goods},
        )  # fmt: skip
        with pytest.raises(TradecheckError, match="figure 'held', which no table of figures"):
            made.taken()


class TestSecondCurrency:
    """January and February make 30 in dollars; a dollar is 10 crowns in January, 20 in February."""

    RATES = {"2021-12": 5.0, "2022-01": 10.0, "2022-02": 20.0}

    def made(self, crowns, tolerance=0.0, lag=0.0, floors=False, rates=RATES, **study):
        period = "2022-01..2022-02"
        rows = [row(period, 30.0), row(period, crowns, currency="CZK")]
        names = [
            {"totals": "table", "floors": floors},
            {
                "second_currency": "table", "currency": "CZK", "rates": "crowns", "lag": lag,
                **({} if tolerance is None else {"tolerance": tolerance}),
            },
        ]  # fmt: skip
        more = {"rates": {"crowns": dict(rates)}}
        return evidence(rows, evidence=names, more=more, **study)

    def test_two_totals_and_two_months_leave_one_answer(self):
        """x + y = 30 and 10 x + 20 y = 400: 20 and 10."""
        made = self.made(400.0)
        assert ends(made, "2022-01") == pytest.approx((20, 20))
        assert ends(made, "2022-02") == pytest.approx((10, 10))

    def test_a_tolerance_of_one_crown(self):
        """9 x + 19 y ≤ 400 ≤ 11 x + 21 y with x + y = 30: y from 7 to 13."""
        assert ends(self.made(400.0, tolerance=1.0), "2022-02") == pytest.approx((7, 13))

    def test_rounding_of_the_second_total(self):
        assert ends(self.made((390.0, 410.0)), "2022-02") == pytest.approx((9, 11))

    @pytest.mark.parametrize(
        ("lag", "crowns", "february"),
        [
            (1.0, 200.0, 10),  # 5 x + 10 y = 200
            (0.5, 300.0, 10),  # 7.5 x + 15 y = 300
            (0.25, 300.0, (300 - 8.75 * 30) / (17.5 - 8.75)),
        ],
    )
    def test_a_lag_converts_at_the_rate_of_so_much_earlier(self, lag, crowns, february):
        assert ends(self.made(crowns, lag=lag), "2022-02") == pytest.approx((february, february))

    def test_without_a_tolerance_it_says_nothing(self):
        made = self.made(400.0, tolerance=None)
        assert ends(made, "2022-02") == (0, 30)
        assert ends(made, "2022-02", taken=Taken(tolerance=0.0)) == pytest.approx((10, 10))

    def test_floors_may_miss_lines_in_either_currency(self):
        assert ends(self.made(400.0, floors=True), "2022-02") == (0, math.inf)

    def test_a_total_of_zero_is_no_second_total(self):
        assert ends(self.made(0.0), "2022-02") == (0, 30)

    def test_totals_that_no_months_meet_contradict_each_other(self):
        with pytest.raises(Contradiction, match="total of 8703 in CZK, 2022-01 to 2022-02"):
            ends(self.made(700.0), "2022-02")

    @pytest.mark.parametrize(
        ("lag", "month"), [(0.0, "2022-02"), (1.0, "2021-12"), (0.5, "2021-12")]
    )
    def test_a_month_without_a_rate_is_a_sentence(self, lag, month):
        rates = {key: rate for key, rate in self.RATES.items() if key != month}
        with pytest.raises(TradecheckError, match=f"rates crowns hold no {month}.*in CZK need"):
            self.made(400.0, lag=lag, rates=rates).taken()

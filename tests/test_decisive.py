"""Which single datum would decide a reading."""

from functools import cache

import pandas as pd
import pytest
from judged import table
from real import claims, official, study, tables

from tradecheck import decisive
from tradecheck.bounds.programme import CLEARLY, Cell


@cache
def worlds():
    return decisive.worlds(official(), study(), claims(), tables().figures)


def decided(*names):
    """What single months would decide."""
    readings = [claims().reading(name) for name in names]
    return decisive.decisive_data(readings, official(), worlds(), table({}).iloc[:0], study())


class TestSingleMonths:
    def test_july_decides_what_is_said_of_july(self):
        found = decided("C3a")["C3a"]
        first = found.iloc[0]
        assert first["datum"].replace("\xa0", " ") == "India, July 2024"
        assert first["decides"] == first["tried"] > 1
        assert (found["decides"].iloc[1:] < found["tried"].iloc[1:]).all()

    def test_a_leap_needs_both_of_its_months(self):
        found = decided("C3b")["C3b"]
        first = {name.replace("\xa0", " ") for name in found["datum"].iloc[:2]}
        assert first == {"India, July 2024", "India, June 2024"}
        assert (found["decides"] == 0).all() and (found["left"].iloc[:2] < 0.6).all()

    def test_the_most_decisive_comes_first(self):
        found = decided("C1a")["C1a"]
        rates = found["decides"] / found["tried"]
        assert rates.is_monotonic_decreasing and found["left"].iloc[0] < 1

    def test_a_reading_is_told_the_same_alone_and_among_others(self):
        names = ["C1a", "C3a", "C3b"]
        together = decided(*names)
        for name in names:
            pd.testing.assert_frame_equal(together[name], decided(name)[name], atol=CLEARLY)

    def test_each_world_meets_the_official_total(self):
        for path in worlds():
            year = [
                value
                for cell, value in path.items()
                if cell.supplier == "India" and "2024-04" <= cell.period <= "2025-03"
            ]
            assert len(year) == 12 and 539.6 < sum(year) < 838.3

    def test_a_supplier_of_whom_nothing_is_known_has_no_path(self):
        assert Cell("China", "listed goods", "2024-07") not in worlds()[0]


class TestTheGoodsList:
    def test_by_hand(self):
        """Known lists leave 0 … 4 at worst of 0 … 9; one of the two settles the reading."""
        (found,) = decisive.goods_lists(
            table(
                {"goods": "all", "lo": 5.0, "hi": 9.0, "verdict": "holds"},
                {"goods": "some", "lo": 0.0, "hi": 4.0},
                {"goods": "some", "coverage": "as published", "lo": 0.0, "hi": 100.0},
            ),
            0.1,
        ).values()
        assert found == [("the goods list", 2, 1, 0.0, 4.0, pytest.approx(4 / 9))]

    def test_one_list_is_no_datum(self):
        assert decisive.goods_lists(table({}), 0.1) == {}

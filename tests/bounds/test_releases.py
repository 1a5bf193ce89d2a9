"""Which of one publisher's figures count, where it has released some of them later."""

from types import SimpleNamespace
from typing import NamedTuple

import pytest

from tradecheck.bounds.axes import Axis
from tradecheck.bounds.releases import latest
from tradecheck.bounds.terms import Cell


class Figure(NamedTuple):
    released: str


CORRIDOR = SimpleNamespace(
    reporter=Axis({"both": frozenset({"DEU", "FRA"}), "DEU": frozenset({"DEU"}), "FRA": frozenset({"FRA"})}),
    partner=Axis({"KGZ": frozenset({"KGZ"})}),
    goods=Axis({"8703": frozenset({"8703"})}),
)  # fmt: skip
OLD, NEW = Figure("2023-01-13"), Figure("2026-09-15")


def kept(*held):
    figures = {
        (publisher, Cell(reporter, "KGZ", "8703", "2022-11", "value")): figure
        for publisher, reporter, figure in held
    }
    return {(key[0], key[1].reporter) for key in latest(figures, CORRIDOR)}


@pytest.mark.parametrize(
    ("held", "counts"),
    [
        # A group's figure gives way to later ones of all its members …
        ([("P", "both", OLD), ("P", "DEU", NEW), ("P", "FRA", NEW)], {("P", "DEU"), ("P", "FRA")}),
        # … and not to those of some, nor to another publisher's,
        ([("P", "both", OLD), ("P", "DEU", NEW)], {("P", "both"), ("P", "DEU")}),
        ([("P", "both", OLD), ("Q", "both", NEW)], {("P", "both"), ("Q", "both")}),
        # and members' figures do not give way to the group's, which says less.
        ([("P", "both", NEW), ("P", "DEU", OLD)], {("P", "both"), ("P", "DEU")}),
        ([("P", "both", OLD), ("P", "DEU", OLD), ("P", "FRA", OLD)],
         {("P", "both"), ("P", "DEU"), ("P", "FRA")}),
    ],
)  # fmt: skip
def test_a_figure_gives_way_to_later_ones_that_say_all_of_it(held, counts):
    assert kept(*held) == counts

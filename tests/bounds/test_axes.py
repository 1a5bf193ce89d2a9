"""Names on an axis, the atoms that they split into, and what names stand for in a month."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_studies import evidence, monthly, row
from tradecheck.bounds.axes import Axis
from tradecheck.bounds.knowledge import Taken
from tradecheck.errors import TradecheckError
from tradecheck.study.measures import Quantity


def axis(**names):
    return Axis({name: frozenset(points.split()) for name, points in names.items()})


class TestAtoms:
    def test_what_no_name_splits_is_one_atom(self):
        found = axis(six="ARM GEO KAZ", two="ARM GEO")
        assert sorted(map(sorted, found.atoms.values())) == [["ARM", "GEO"], ["KAZ"]]
        assert found.parts("six") == {"two", "KAZ"}
        assert found.parts("two") == {"two"}

    def test_a_name_that_is_an_atom_gives_it_its_label(self):
        assert set(axis(servers="847150", rest="847130 847141").atoms) == {"847150", "rest"}

    def test_a_code_that_holds_another_is_not_the_rest_of_it(self):
        """8703 is all cars; what is left without the small ones needs another label."""
        found = Axis({"8703": frozenset({"8703", "870321"}), "small": frozenset({"870321"})})
        assert len(found.parts("8703")) == 2
        assert found.atoms[found.atom_of["8703"]] == {"8703"}

    def test_names_for_the_same_points_share_a_label(self):
        found = axis(first="ARM GEO", second="GEO ARM", other="ARM")
        assert found.canonical("first") == found.canonical("second")

    def test_points_that_are_no_name_have_no_label(self):
        found = axis(all="ARM GEO KAZ", one="ARM")
        assert found.label(["GEO", "KAZ"]) in found.atoms
        assert found.label(["ARM", "GEO"]) is None
        assert found.label(["ARM", "RUS"]) is None

    @given(
        st.dictionaries(
            st.sampled_from([*"abc", "1", "2"]),
            st.frozensets(st.integers(0, 5).map(str), min_size=1),
            min_size=1,
        )
    )  # fmt: skip
    def test_every_name_is_the_sum_of_its_atoms_and_no_atom_is_cut(self, names):
        found = Axis(names)
        for name, points in names.items():
            inside = [found.atoms[atom] for atom in found.parts(name)]
            assert frozenset().union(*inside) == points
            assert sum(map(len, inside)) == len(points)


class TestCells:
    def cells(self, made, **quantity):
        quantity = Quantity(months="2022-01", **quantity)
        return set(made.taken().scope.cells(quantity, "2022-01"))

    def test_a_group_s_own_figure_stands_before_its_members(self):
        rows = [row("2022-01", 9.0, partner="both"), row("2022-01", 4.0, partner="ARM")]
        made = evidence(rows, partner="both", groups={"partners": {"both": ["Armenia", "Georgia"]}})
        assert {cell.partner for cell in self.cells(made)} == {"both"}

    def test_members_stand_for_a_group_without_a_figure(self):
        rows = [row("2022-01", 4.0, partner="ARM"), row("2022-01", 5.0, partner="GEO")]
        series = {"Armenia": {"partner": "Armenia"}}
        made = evidence(
            rows, partner="both", series=series,
            groups={"partners": {"both": ["Armenia", "Georgia"]}},
        )  # fmt: skip
        assert {cell.partner for cell in self.cells(made)} == {"ARM", "GEO"}

    def test_a_choice_puts_another_name_in_the_place_of_the_study_s(self):
        goods = {"small": {"codes": ["870321"]}}
        made = evidence(
            [row("2022-01", 4.0, product="870321"), row("2022-01", 5.0, product="870322")],
            groups={"goods": goods},
        )  # fmt: skip
        own, small = (
            made.taken(Taken(goods=name)).scope.label("goods", None) for name in (None, "small")
        )
        assert own != small and small == made.taken().scope.label("goods", "small")

    def test_a_name_that_nothing_defines_is_named_with_its_neighbour(self):
        made = evidence(
            monthly("2022-01", [4.0]), groups={"goods": {"servers": {"codes": ["8471"]}}}
        )
        with pytest.raises(TradecheckError, match="'server'.*servers"):
            self.cells(made, goods="server")

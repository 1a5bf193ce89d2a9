"""What the table of specifications says, by hand on small tables."""

from math import inf, nan

from judged import multiverse, table

from tradecheck import sensitivity


def test_shares_count_each_verdict():
    found = sensitivity.shares(
        table({"verdict": "fails"}, {"verdict": "undecided"}, {"verdict": "contradiction"})
    )
    assert found.loc["C9a"].to_dict() == {
        "holds": 0, "undecided": 1, "fails": 1, "contradiction": 1, "total": 3,
    }  # fmt: skip


class TestFlips:
    def test_the_rate_by_hand(self):
        """Two lists by two coverages; the list changes the verdict in one of two pairs."""
        found = sensitivity.flips(
            table(
                {"goods": "all", "coverage": "worst case", "verdict": "holds"},
                {"goods": "some", "coverage": "worst case", "verdict": "fails"},
                {"goods": "all", "coverage": "as published", "verdict": "holds"},
                {"goods": "some", "coverage": "as published", "verdict": "holds"},
            )
        ).set_index("kind")
        assert found.loc["goods", ["pairs", "flipped", "rate"]].tolist() == [2, 1, 0.5]
        assert found.loc["coverage", ["pairs", "flipped", "rate"]].tolist() == [2, 1, 0.5]

    def test_three_choices_make_three_pairs(self):
        found = sensitivity.flips(
            table({"goods": "a"}, {"goods": "b"}, {"goods": "c", "verdict": "fails"})
        )
        assert found[["kind", "pairs", "flipped"]].values.tolist() == [["goods", 3, 2]]

    def test_what_a_reading_settles_varies_with_it(self):
        found = sensitivity.flips(
            table(
                {"reading": "C9a", "hong_kong": "apart"},
                {"reading": "C9b", "hong_kong": "with China", "verdict": "fails"},
            )
        )
        assert found[["kind", "pairs", "flipped"]].values.tolist() == [["reading", 1, 1]]

    def test_a_combined_reading_varies_in_two_ways(self):
        found = sensitivity.flips(
            table(
                {"reading": "C2-N1-B1"},
                {"reading": "C2-N1-B2", "verdict": "fails"},
                {"reading": "C2-N2-B1"},
            )
        ).set_index("kind")
        assert found["pairs"].to_dict() == {"base": 1, "numerator": 1}
        assert found["flipped"].to_dict() == {"base": 1, "numerator": 0}


class TestCurve:
    def test_by_hand(self):
        """Four ranges in two columns: sorted, medians kept, contradictions left out."""
        found = sensitivity.curve(
            table(
                {"hi": inf, "goods": "b"},
                {"hi": 2.0, "goods": "a", "verdict": "fails"},
                {"hi": 3.0, "goods": "a"},
                {"hi": 7.0, "goods": "b"},
                {"lo": nan, "hi": nan, "verdict": "contradiction"},
            ),
            2,
            {"C9a": 0},
        )
        assert found["hi"].tolist() == [2.0, 7.0]
        assert found["specifications"].tolist() == [2, 2]
        assert found["fails"].tolist() == [0.5, 0.0]
        assert found["goods: a"].tolist() == [1.0, 0.0]

    def test_infinite_ends_stay_infinite(self):
        found = sensitivity.curve(table({"hi": inf}, {"hi": inf}, {"hi": 1.0}), 3, {"C9a": 0})
        assert found["hi"].tolist() == [1.0, inf, inf]

    def test_choices_keep_the_order_of_the_grid(self):
        found = sensitivity.curve(table({"goods": "b", "hi": 2.0}, {"goods": "a"}), 2, {"C9a": 0})
        assert [name for name in found if ": " in name] == ["goods: b", "goods: a"]
        assert found["goods: b"].tolist() == [1.0, 0.0]

    def test_readings_with_another_predicate_stand_apart(self):
        found = sensitivity.curve(
            table({"reading": "C9b", "hi": 1.0}, {"hi": 5.0}), 2, {"C9a": 0, "C9b": 1}
        )
        assert found[["block", "hi"]].values.tolist() == [[0.0, 5.0], [1.0, 1.0]]


def test_the_choices_of_a_claim_add_up():
    """Every kind of choice splits all specifications of the claim."""
    part = multiverse().specifications.query("claim == 'C2'")
    totals = sensitivity.by_choice(part)["total"].groupby(level=0).sum()
    assert set(totals) == {len(part)}

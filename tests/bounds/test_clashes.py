"""Every smallest set of what cannot be true together, found with few questions."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradecheck.bounds.clashes import Clashes


def among(suspects, impossible, said=None, clashes=None):
    """The clashes among letters, of which some sets are impossible; and how often it was asked."""
    asked = []

    def possible(some):
        asked.append(some)
        return not any(set(one) <= set(some) for one in impossible)

    said = said or [frozenset({ord(letter)}) for letter in suspects]
    found = (clashes or Clashes()).among(said, list(suspects), possible)
    return ["".join(one) for one in found], len(asked)


@pytest.mark.parametrize(
    ("impossible", "found"),
    [
        ([], []), (["a"], ["a"]), (["bc"], ["bc"]), (["ab", "cd"], ["ab", "cd"]),
        (["abc", "d"], ["d", "abc"]), (["ab", "bc", "ac"], ["ab", "ac", "bc"]),
        (["abcd", "bc"], ["bc"]),
    ],
)  # fmt: skip
def test_the_smallest_come_first_and_no_larger_one_that_holds_them(impossible, found):
    assert among("abcd", impossible)[0] == found


@given(st.lists(st.sets(st.sampled_from("abcde"), min_size=1), max_size=4))
def test_they_are_those_of_trying_every_part(impossible):
    bad = [
        set(some)
        for size in range(6)
        for some in combinations("abcde", size)
        if any(one <= set(some) for one in impossible)
    ]
    smallest = [one for one in bad if not any(other < one for other in bad)]
    assert {frozenset(one) for one in among("abcde", impossible)[0]} == set(
        map(frozenset, smallest)
    )


def test_two_that_say_the_same_are_one():
    same = [frozenset({1}), frozenset({1}), frozenset({2})]
    assert among("abc", ["ac"], same)[0] == ["ac"]


def test_what_was_found_is_remembered():
    clashes = Clashes()
    found, first = among("abcd", ["ab"], clashes=clashes)
    assert first > 3
    again, asked = among("abcd", ["ab"], clashes=clashes)
    assert (again, asked) == (found, 0)
    assert among("abc", ["ab"], clashes=clashes) == (["ab"], 0)  # each smaller part was asked of
    assert among("cd", ["ab"], clashes=clashes) == ([], 0)

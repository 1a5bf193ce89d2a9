"""Totals of longer periods and rankings: comparisons only where the bounds prove them."""

from math import inf

import pandas as pd
import pytest

from chart_data import hover_titles, smallest_text, words
from tradecheck.errors import TradecheckError
from tradecheck.figures.ranking import ranked
from tradecheck.figures.years import totals
from tradecheck.show.units import money

USD = money("USD")


def plain(text) -> str:
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


def years(*spans, **options):
    rows = [(f"20{22 + n}", lo, hi) for n, (lo, hi) in enumerate(spans)]
    return totals(pd.DataFrame(rows, columns=["label", "lo", "hi"]), USD, "Invented", **options)


@pytest.mark.parametrize(
    ("spans", "title"),
    [
        (((149.0, inf), (540.0, 838.0)), "Exports came to US$ 540.0 to 838.0 million in 2023"),
        (((149.0, 200.0), (540.0, 838.0)), "Exports rose to US$ 540.0 to 838.0 million in 2023"),
        (((149.0, 200.0), (90.0, 140.0)), "Exports fell to US$ 90.0 to 140.0 million in 2023"),
        (((149.0, 149.0), (90.0, inf)), "Exports came to at least US$ 90.0 million in 2023"),
        (((149.0, 149.0),), "Exports came to US$ 149.0 million in 2022"),
    ],
)
def test_a_rise_is_told_only_where_the_bounds_prove_it(spans, title):
    assert plain(years(*spans).title) == title


def test_a_picked_group_stands_in_its_bar_and_in_its_words():
    rows = [("2022-23", 148.6, inf, 39.7, inf), ("2023-24", 539.6, 838.3, 440.6, 440.6)]
    table = pd.DataFrame(rows, columns=["label", "lo", "hi", "part_lo", "part_hi"])
    figure = totals(table, USD, "x", picked="servers", periods="fiscal years")
    told = [plain(word) for word in words(figure.wide)]
    for label in (
        "found: 539.6",
        "servers 440.6",
        "other goods 99.0",
        "possible: up to 838.3",
        "149",
    ):
        assert label in told
    assert [plain(title) for title in hover_titles(figure.wide)] == [
        "2022-23: at least US$ 148.6 million; servers at least 39.7",
        "2023-24: US$ 539.6 to 838.3 million; servers 440.6",
    ]
    assert figure.grades == ["bounded"] and smallest_text(figure) >= 12
    assert "Open sides: no upper limit is known." in str(figure.notes)


def test_exact_totals_are_observed_and_say_nothing_of_limits():
    figure = years((5.0, 5.0), (7.0, 7.0), half=False)
    assert figure.grades == ["observed"] and not str(figure.notes)
    assert "found" not in " ".join(words(figure.wide))


def ranking(*rows, **options):
    table = pd.DataFrame(rows, columns=["name", "lo", "hi", "grade"])
    return ranked(table, USD, "Invented", subtitle="Purchases a month in 2023", **options)


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([("B", 5.0, 5.0, "observed"), ("A", 9.0, 9.0, "observed")], "A: US$ 9 million"),
        ([("B", 5.0, inf, "bounded"), ("A", 9.0, 9.0, "observed")],
         "Which of these is the largest is open"),
        ([("B", 5.0, 8.0, "bounded"), ("A", 9.5, 12.0, "bounded")], "A: US$ 9.5 to 12.0 million"),
    ],
)  # fmt: skip
def test_the_largest_is_named_only_where_the_bounds_prove_it(rows, title):
    assert plain(ranking(*rows).title) == title


def test_each_bar_says_what_it_is():
    figure = ranking(
        ("China", 586.0, 586.0, "observed"), ("a fifth of all", 208.0, 208.0, "computed"),
        ("India, as told", 95.0, 95.0, "reported"), ("others", 10.0, inf, "bounded"),
    )  # fmt: skip
    assert [plain(title) for title in hover_titles(figure.narrow)] == [
        "China: US$ 586 million, observed",
        "a fifth of all: US$ 208 million, computed",
        "India, as told: US$ 95 million, reported",
        "others: at least US$ 10 million, bounded",
    ]
    assert figure.grades == ["observed", "bounded", "reported"]
    assert "the order is that of the lower limits" in str(figure.notes)


@pytest.mark.parametrize("value", [0.0, 1e-7, 1e14])
def test_values_of_any_size_have_room(value):
    name = "A supplier with a name that is much too long for a line of a phone's narrow screen"
    figure = ranking((name, value, value, "observed"), ("B", 1.0, 1.0, "observed"))
    assert smallest_text(figure) >= 12


def test_an_unknown_grade_is_refused():
    with pytest.raises(TradecheckError, match="grade 'guess'"):
        ranking(("A", 1.0, 1.0, "guess"))

"""Small multiples: each member's doubling and peak, and a title that the bounds of all prove."""

import pandas as pd
import pytest

from chart_data import finding, hover_titles, months_table, smallest_text, words
from tradecheck.errors import TradecheckError
from tradecheck.figures.multiples import by_member
from tradecheck.show.units import money

EUR = money("EUR")
YEAR = ("2021-01", "2021-12")
FLAT = [10.0] * 12
MEMBERS = {
    "Aland": [*FLAT, 15.0, 21.0, 40.0],
    "Bland": [*FLAT, 25.0, 20.0, 22.0],
    "Cland": [*FLAT, 11.0, 19.9, 12.0],
}


def chart(members, base=YEAR, provisional=0, **options):
    table = pd.concat(
        months_table(values, series=name, provisional=provisional)
        for name, values in members.items()
    )
    found = [finding(table, base, name) for name in members]
    return by_member(table, found, EUR, "Invented", members="countries", **options)


def plain(text) -> str:
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (("Aland", "Bland"),
         "All two countries reached twice their old level; Aland rose furthest, ×4.0"),
        (("Aland", "Cland"),
         "One of two countries reached twice the old level; Aland rose furthest, ×4.0"),
        (("Cland",), "Cland: never doubled"),
    ],
)  # fmt: skip
def test_the_title_counts_who_doubled(names, title):
    assert plain(chart({name: MEMBERS[name] for name in names}).title) == title


@pytest.mark.parametrize(
    ("other", "title"),
    [
        ([*FLAT, 15.0], "None of two countries reached twice the old level"),
        ([*FLAT, None], "None of two countries surely reached twice the old level"),
    ],
)
def test_the_title_of_those_who_did_not_double_depends_on_what_is_known(other, title):
    assert chart({"Cland": MEMBERS["Cland"][:13], "Dland": other}).title == title


def test_nobody_rose_furthest_where_a_month_of_another_is_unknown():
    figure = chart({"Aland": MEMBERS["Aland"], "Dland": [*FLAT, 21.0, None, 21.0]})
    assert figure.title == "All two countries reached twice their old level"


def test_each_panel_says_when_it_doubled_and_peaked():
    told = plain(" ".join(words(chart(MEMBERS).wide)))
    for label in (
        "doubled in February · peak Mar, ×4.0", "doubled in January · peak Jan, ×2.5",
        "never doubled · peak Feb, ×2.0", "€40.0 mn",
    ):  # fmt: skip
        assert label in told


def test_every_month_of_every_member_can_be_pointed_at():
    figure = chart(MEMBERS)
    for drawing in (figure.wide, figure.narrow):
        assert len(hover_titles(drawing)) == 45
    assert plain(hover_titles(figure.wide)[14]) == "March 2022: €40.0 million, 4.00 times the base"


def test_a_peak_in_a_provisional_last_month_may_lie_ahead():
    figure = chart({"Aland": MEMBERS["Aland"], "Bland": MEMBERS["Bland"]}, provisional=1)
    assert "One peaks in the last, provisional month: the peak may lie still ahead." in str(
        figure.notes
    )


def test_what_has_no_room_among_twelve_is_named():
    many = {f"Country {n}": MEMBERS["Aland"] for n in range(14)}
    figure = chart(many, title="Many")
    assert "Not drawn, but among the numbers: Country 12 and Country 13." in str(figure.notes)
    assert len(figure.data.rows) == 14
    assert smallest_text(figure) >= 12


def test_long_names_and_single_months_are_drawn():
    figure = chart(
        {"A country with a name that is far too long to be printed": [1.0], "B": [None]}, None
    )
    assert smallest_text(figure) >= 12
    assert any(word.endswith("…") for word in words(figure.narrow))


def test_without_a_member_there_is_nothing_to_draw():
    with pytest.raises(TradecheckError, match="no countries to draw"):
        by_member(months_table([1.0]), [], EUR, "x", members="countries")

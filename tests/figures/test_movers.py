"""What moved a sum: largest rises and falls, new codes apart, and a title that adds up."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chart_data import hover_titles, smallest_text, words
from tradecheck.figures.movers import moved
from tradecheck.show.units import money

EUR = money("EUR")
PERIODS = {"before": ("2021-03", "2021-11"), "after": ("2022-03", "2022-11")}
ROWS = [
    ("Cars", 1635.1, 0.0),
    ("Phones", 350.2, 277.0),
    ("Paper", 4.0, 0.0),
    ("Rails", -142.4, 0.0),
]


def chart(rows, **options):
    table = pd.DataFrame(rows, columns=["name", "change", "part_new"])
    return moved(table, EUR, "Invented", **PERIODS, **options)


def plain(text) -> str:
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        (ROWS, "Cars brought €1,635 million of a rise of €1,847 million"),
        ([("Cars", 30.0, 0), ("Rails", -10.0, 0)],
         "Cars rose by €30.0 million, all exports by €20.0 million"),
        ([("Cars", 10.0, 0), ("Rails", -30.0, 0)],
         "Rails fell by €30.0 million, all exports by €20.0 million"),
        ([("Cars", -10.0, 0), ("Rails", -30.0, 0)],
         "Rails made up €30.0 million of a fall of €40.0 million"),
        ([("Cars", 10.0, 0), ("Rails", -10.0, 0)], "Rises and falls of exports cancel out"),
        ([("Parts and accessories of the motor vehicles", 10.0, 0), ("Cars", 1.0, 0)],
         "The largest rise brought €10.0 million of a rise of €11.0 million"),
    ],
)  # fmt: skip
def test_the_title_adds_up(rows, title):
    assert plain(chart(rows).title) == title


def test_rises_come_first_and_falls_last_whatever_the_order():
    for rows in (ROWS, ROWS[::-1]):
        titles = [plain(title) for title in hover_titles(chart(rows).wide)]
        assert titles == [
            "Cars: +€1,635.1 million",
            "Phones: +€350.2 million, of which €277.0 million in codes without one",
            "Paper: +€4.0 million",
            "Rails: −€142.4 million",
        ]


def test_what_is_not_shown_is_added_up_in_the_note():
    figure = chart(ROWS, rises=1, falls=1)
    assert len(hover_titles(figure.wide)) == 2 and len(figure.data.rows) == 4
    assert plain(figure.notes) == "The other 2 headings together: +€354.2 million."
    assert plain(figure.subtitle) == (
        "March to November 2022 less March to November 2021; one largest rise, one largest fall"
    )


def test_the_two_looks_are_named_only_where_both_are_drawn():
    assert "codes without one" in words(chart(ROWS).wide)
    assert "codes without one" not in words(chart(ROWS[2:]).wide)


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Cars", "A heading with a very long name, " * 4]),
            st.floats(-1e9, 1e9),
            st.sampled_from([0.0, 1e-3, 1e9]),
        ),
        max_size=14,
    )
)
def test_any_changes_are_drawn(rows):
    figure = chart(rows)
    assert smallest_text(figure) >= 12
    shown = min(8, sum(row[1] > 0 for row in rows)) + min(2, sum(row[1] < 0 for row in rows))
    assert len(hover_titles(figure.wide)) == len(hover_titles(figure.narrow)) == shown

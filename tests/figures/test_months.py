"""The lead chart: what its title claims, what it draws of what is not known, and that its labels
yield to data that nobody foresaw."""

from math import inf, isfinite

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chart_data import finding, hover_titles, months_table, smallest_text, words
from tradecheck.errors import TradecheckError
from tradecheck.figures.months import lead
from tradecheck.report.sanitise import check_drawing
from tradecheck.show.units import money, quantity

EUR = money("EUR")
YEAR = ("2021-01", "2021-12")
BEFORE = [100.0, 101.0, 102.0] * 4  # a base with the mean of 101
RISE = [*BEFORE, 110.0, 120.0, 180.0, 205.0, 260.0, 240.0]


def chart(values, base=YEAR, **options):
    made = {key: options.pop(key) for key in ("start", "provisional", "revision") if key in options}
    table = months_table(values, **made)
    return lead(table, finding(table, base), EUR, "Invented figures", **options)


@pytest.mark.parametrize(
    ("values", "base", "title"),
    [
        (RISE, YEAR, "Exports passed twice their old level in April 2022"),
        ([*BEFORE, 202.0, 100.0], YEAR, "Exports reached twice their old level in January 2022"),
        ([*BEFORE, None, 205.0], YEAR, "Exports passed twice their old level by February 2022"),
        ([*BEFORE, (0, 201.9), 205.0], YEAR,
         "Exports passed twice their old level in February 2022"),
        ([*BEFORE, 150.0, 140.0], YEAR, "Exports never doubled; they peaked in January 2022"),
        ([300.0, *BEFORE[1:], 150.0], YEAR, "Exports never doubled; they peaked in January 2021"),
        ([*BEFORE, 150.0, 150.0], YEAR,
         "Exports never doubled; they were highest in January 2022 and February 2022"),
        ([*BEFORE, 50.0, 40.0], YEAR, "Exports stayed below their old level after December 2021"),
        ([*BEFORE, 150.0, None], YEAR, "No observed month of exports reached twice the old level"),
        ([*BEFORE, (150, 250)], YEAR, "No observed month of exports reached twice the old level"),
        ([5.0], None, "Exports were €5.0 million in January 2021"),
        ([5.0, 7.0], None, "Exports peaked in February 2021"),
        ([5.0, 7.0, None], None, "February 2021 is the highest month observed"),
        ([5.0, (6.0, 8.0), (5.0, 9.0)], None, "January 2021 is the highest month observed"),
        ([7.0] * 14, YEAR, "Exports were €7.0 million in every month"),
        ([0.0] * 14, YEAR, "There were no exports in any month"),
        ([0.0] * 12 + [0.0, 3.0], YEAR, "Exports began in February 2022"),
        ([None] * 3, None, "No month of exports is observed"),
        ([(0, 800.0), (0, inf)], None, "No month of exports is observed"),
    ],
)  # fmt: skip
def test_the_title_says_what_the_bounds_prove(values, base, title):
    assert chart(values, base).title.replace("\N{NO-BREAK SPACE}", " ") == title


def test_the_flow_is_named_as_the_caller_names_it():
    assert chart(RISE, what="re-exports").title.startswith("Re-exports passed")


def test_a_base_that_is_zero_or_not_shown_doubles_nothing():
    for base in (("2021-01", "2022-06"), ("2019-01", "2019-12")):
        table = months_table(RISE)
        found = finding(table, YEAR)
        moved = type(found.base)(*base, found.base.lo, found.base.hi)
        figure = lead(
            table, type(found)("all goods", found.total, moved, found.peak, None), EUR, "x"
        )
        assert "old level" not in figure.title and "Twice the base" not in "".join(
            words(figure.wide)
        )


def test_every_month_tells_its_value_its_multiple_and_its_standing():
    both = pd.concat(
        [
            months_table(RISE, provisional=1, revision=(1.02, 1.06)),
            months_table([*RISE[:-1], 200.0], series="old codes"),
        ]
    )
    figure = lead(
        both, finding(both, YEAR), EUR, "x", second="old codes", second_name="like for like",
        claimed=[("2022-05", 300.0, "A newspaper")],
    )  # fmt: skip
    for drawing in (figure.wide, figure.narrow):
        titles = [title.replace("\N{NO-BREAK SPACE}", " ") for title in hover_titles(drawing)]
        assert len(titles) == len(RISE)
        assert titles[0] == "January 2021: €100.0 million, 0.99 times the base"
        assert titles[-2] == (
            "May 2022: €260.0 million, 2.57 times the base; A newspaper: 300.0, reported"
        )
        assert titles[-1] == (
            "June 2022: €240.0 million, 2.38 times the base; like for like €200.0 million; "
            "provisional, 245 to 254 if revised"
        )


def test_what_is_not_observed_is_a_gap_or_a_strip_and_never_a_bar():
    values = [*BEFORE, None, (20.0, 150.0), (30.0, inf), 90.0]
    figure = chart(values)
    titles = [title.replace("\N{NO-BREAK SPACE}", " ") for title in hover_titles(figure.wide)]
    assert titles[12:] == [
        "January 2022: no figure",
        "February 2022: bounded, 20.0 to 150.0",
        "March 2022: bounded, at least 30.0",
        "April 2022: €90.0 million, 0.89 times the base",
    ]
    assert {"no", "figure"} <= set(words(figure.wide))
    assert "No figure for January 2022: a gap is not zero." in nobreak(figure.notes)
    assert figure.grades == ["observed", "bounded"]
    assert len(bars(figure.wide)) == len(bars(chart([*BEFORE, 90.0]).wide))
    cells = [row.cells["value"] for row in figure.data.rows]
    assert cells[12:] == ["no figure", "20.0 to 150.0", "at\N{NO-BREAK SPACE}least 30.0", "90.0"]


def test_a_month_without_a_row_is_one_without_a_figure():
    table = months_table(RISE)
    gap = lead(table[table["month"] != "2022-02"], finding(table, YEAR), EUR, "x")
    assert "February\N{NO-BREAK SPACE}2022: no figure" in hover_titles(gap.wide)


def test_the_labels_name_base_doubling_and_peak():
    figure = chart(RISE, base_words="mean of the quiet year")
    told = nobreak(" ".join(words(figure.wide)))
    for label in (
        "Peak: May 2022, €260.0 mn", "April 2022, the first month", "above twice the base: 205.0",
        "Twice the base: 202.0", "Base: mean of the quiet year, €101.0 mn", "×2",
    ):  # fmt: skip
        assert label in told


def test_a_peak_that_doubles_first_has_one_label():
    told = nobreak(" ".join(words(chart([*BEFORE, 150.0, 300.0, 140.0]).wide)))
    assert "Peak: February 2022, €300.0 mn, the first month above twice the base" in told


def test_where_months_are_unknown_the_highest_is_called_the_highest_observed():
    told = nobreak(" ".join(words(chart([5.0, 7.0, None, 6.0], None).wide)))
    assert "Highest observed: February 2021, €7.0 mn" in told and "Peak" not in told


def test_a_label_without_room_is_told_in_the_note():
    claims = [
        (f"2022-{month:02d}", 95.0, "A source with a very long name") for month in range(1, 7)
    ]
    figure = chart(RISE, claimed=claims)
    drawn = nobreak(" ".join(words(figure.narrow)))
    for month in ("January", "June"):
        told = f"Circle at {month} 2022: A source with a very long name: 95.0, reported."
        assert told in nobreak(figure.notes) or "long name: 95.0" in drawn
    assert "Circle at" in nobreak(figure.notes)


def test_a_claim_about_a_month_that_is_not_shown_is_told_all_the_same():
    figure = chart(RISE, claimed=[("2024-07", (60.0, inf), "A newspaper, more than")])
    assert "reported" not in figure.grades
    assert "Reported for July 2024, which is not shown: A newspaper, more than, at least 60.0." in (
        nobreak(figure.notes)
    )


def test_the_alternative_text_tells_the_chart():
    figure = chart(RISE, subtitle="All goods from A to B", provisional=1, revision=(1.02, 1.06))
    assert nobreak(figure.alt) == (
        "Bar chart, All goods from A to B, € million a month: 18 months observed. Mean of January "
        "to December 2021: 101.0. First month above twice that: April 2022, 205.0. Largest: May "
        "2022, 260.0. June is provisional: 240.0 now, 245 to 254 if revised. Observed months run "
        "from 100.0 to 260.0."
    )


def test_a_revision_that_only_adds_is_told_by_its_end():
    titles = hover_titles(chart(RISE, provisional=1, revision=(1.0, 1.06)).wide)
    assert titles[-1].endswith("provisional, up to 254 if revised")


def test_quantities_are_charted_as_money_is():
    table = months_table(RISE)
    figure = lead(table, finding(table, YEAR), quantity("tonnes"), "x")
    assert (
        figure.unit == "tonnes a month"
        and "110.0\N{NO-BREAK SPACE}tonnes" in hover_titles(figure.wide)[12]
    )


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3, 1e9])
def test_tiny_and_huge_values_are_told_apart(scale):
    figure = chart([value * scale for value in RISE])
    titles = hover_titles(figure.wide)
    assert titles[12].split(",")[0] != titles[17].split(",")[0]
    assert not any("0.0\N{NO-BREAK SPACE}million" in title for title in titles) or scale >= 1


@pytest.mark.parametrize(
    ("series", "sentence"),
    [
        ("nothing", "no series “nothing”; it holds “all goods”"),
        ("all goods", "holds 2021-01 twice for “all goods”"),
    ],
)
def test_a_table_that_cannot_be_charted_is_refused(series, sentence):
    table = months_table(RISE)
    found = finding(table, YEAR)
    table = pd.concat([table, table.iloc[:1]]) if series == "all goods" else table
    with pytest.raises(TradecheckError, match=sentence):
        lead(table, type(found)(series, found.total, found.base, None, None), EUR, "x")


def test_the_same_table_gives_the_same_bytes_in_any_order():
    table = months_table(RISE, provisional=2, revision=(0.9, 1.2))
    found = finding(table, YEAR)
    one, other = lead(table, found, EUR, "x"), lead(table.iloc[::-1], found, EUR, "x")
    assert (one.wide, one.narrow, one.alt) == (other.wide, other.narrow, other.alt)


VALUES = st.one_of(
    st.none(),
    st.floats(0, 100),
    st.just(0.0),
    st.tuples(st.floats(0, 50), st.sampled_from([60.0, 2e3, inf])),
)


@settings(max_examples=20)
@given(
    st.lists(VALUES, min_size=1, max_size=12),
    st.sampled_from([1, 4, 10]),
    st.sampled_from([1e-9, 1.0, 1e9]),
    st.integers(0, 3),
    st.booleans(),
)
def test_any_table_is_drawn_and_nothing_unknown_becomes_a_number(pool, times, scale, last, claim):
    values = [
        tuple(end * scale for end in value) if isinstance(value, tuple) else value and value * scale
        for value in pool * times
    ]
    table = months_table(values, start="2019-11", provisional=last, revision=(0.9, 1.3))
    months = list(table["month"])
    claims = [(months[0], (scale, inf), "A paper that quotes two officials")] if claim else []
    base = (months[0], months[len(months) // 2])
    figure = lead(table, finding(table, base), EUR, "x", claimed=claims)
    assert smallest_text(figure) >= 12
    for drawing in (figure.wide, figure.narrow):
        check_drawing(drawing, "The drawing")
        titles = hover_titles(drawing)
        assert len(titles) == len(values)
        for title, value in zip(titles, values, strict=True):
            unknown = value is None or (isinstance(value, tuple) and value == (0.0, inf))
            assert unknown == ("no figure" in title)
            assert ("bounded" in title) == (isinstance(value, tuple) and not unknown)
    observed = sum(isinstance(value, float) and isfinite(value) for value in values)
    assert len(bars(figure.wide)) == observed


def bars(drawing: str) -> list[str]:
    """The bars of a drawing: filled rectangles, which are closed paths, in a bar's colour."""
    from xml.etree import ElementTree

    found = []
    for element, classes in _classed(ElementTree.fromstring(drawing), ""):
        closed = element.get("d", "").rstrip().endswith("z")
        if closed and {"c-accent", "c-quiet", "c-wash"} & set(classes.split()):
            found.append(element.get("d"))
    return [path for path in found if path.count("L") == 3]


def _classed(element, inherited):
    classes = element.get("class", inherited)
    yield element, classes
    for child in element:
        yield from _classed(child, classes)


def nobreak(text) -> str:
    return str(text).replace("\N{NO-BREAK SPACE}", " ")

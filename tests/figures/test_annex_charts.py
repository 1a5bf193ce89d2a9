"""Charts that annexes use: any names and numbers can be drawn, and words say what the drawing shows."""

from math import inf, nan

import pandas as pd
import pytest

from tradecheck.figures import calendar_chart, dating_chart, path_chart, wording
from tradecheck.figures.amounts import ordinal, period_label
from tradecheck.show.exhibits import shown
from tradecheck.show.units import money
from tradecheck.study.periods import month_range

USD = money("USD")
LAGS = {0.0: "no lag", 0.5: "half a month late", 1.0: "a month late"}


def cells(table, column: str) -> list[str]:
    return [shown(row.cells[column]).replace("\N{NO-BREAK SPACE}", " ") for row in table.rows]


def dated(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["lag", "tolerance", "span", "lo", "hi"])


@pytest.mark.parametrize("size", [0.01, 1, 440, 1e6])
def test_lower_limits_of_any_size_are_drawn(size):
    table = dated(
        *(
            (lag, t, "spring", size * max(0, 1 - lag - t), size)
            for lag in LAGS
            for t in (0.1, 0.2, 0.5)
        )
    )
    figure = dating_chart.lower_limits(
        table, "spring", USD, "an office", lags=LAGS, own=0.1, rate="₹ per US$", title="It rests on rates",
        subtitle="Least that left in spring",
    )  # fmt: skip
    assert "the report’s own" in figure.wide and "half a month late" in figure.narrow
    assert len(figure.data.rows) == 3


def test_what_cannot_be_and_what_may_be_nothing_have_words():
    table = dated(
        (0.0, 0.1, "spring", nan, nan),
        (0.5, 0.1, "spring", 0.0, 9.0),
        (1.0, 0.1, "spring", 2.0, 9.0),
    )
    shown_ = dating_chart.spans_table(table, USD, title="Spans", own=0.1, lags=LAGS)
    assert [cells(shown_, f"lag-{n}") for n in range(3)] == [
        ["impossible"],
        ["at most 9.0"],
        ["2.0 to 9.0"],
    ]


def test_residuals_end_with_their_size_over_whole_periods():
    table = pd.DataFrame(
        {"first_month": ["a", "b", "c"], "last_month": ["a", "b", "c"], "implied": 80.0, 0.0: [0.1, -0.3, 9.0],
         1.0: [0.5, 0.5, nan]}
    )  # fmt: skip
    shown_ = dating_chart.residuals_table(
        table, ["one", "two", "three"], {0.0: "none", 1.0: "late"}, title="Gaps"
    )
    assert cells(shown_, "lag-0") == ["+0.10", "−0.30", "+9.00", "0.20", "0.30"]
    assert cells(shown_, "lag-1")[2] == "–"


def path(values: list[float], first: str = "2024-01") -> pd.DataFrame:
    months = month_range(first, "2024-12")[: len(values)]
    return pd.DataFrame({"month": months, "lo": 0.0, "hi": inf, "path": values})


def test_paths_that_are_the_same_are_drawn_once():
    same = {"each": path([1, 2, 3, 4]), "together": path([1, 2, 3.01, 4])}
    assert list(path_chart.distinct(same)) == ["each and together"]
    assert list(
        path_chart.distinct({"each": path([1, 2, 3, 4]), "together": path([1, 2, 3, 9])})
    ) == ["each", "together"]


def test_a_path_stands_beside_what_was_said():
    said = [("2024-03", 3.5, 4.5), ("2024-02", 2.0, inf)]
    figure = path_chart.one_path(
        {"each": path([1, 3, 4, 2]), "together": path([1, 2.5, 4, 1])}, USD, "an office", said=said,
        title="A path fits", subtitle="Exports, one path",
    )  # fmt: skip
    assert figure.grades == ["reported", "allowed_path"]
    assert "March: 4" in figure.wide and "February: more than 2" in figure.wide
    assert cells(figure.data, "p1") == [
        "⋯ one allowed path 1.0",
        "⋯ one allowed path 2.5",
        "⋯ one allowed path 4.0",
        "⋯ one allowed path 1.0",
    ]


def test_a_path_that_passes_a_reported_value_by_is_refused():
    with pytest.raises(Exception, match="a line shows 1.0 where 3.5 to 4.5 is reported"):
        path_chart.one_path(
            {"each": path([1, 1, 1, 1])},
            USD,
            "an office",
            said=[("2024-03", 3.5, 4.5)],
            title="A path",
            subtitle="x",
        )


RELEASES = pd.DataFrame(
    [
        ("Northland", "2024-01", "2024-03-01"), ("Northland", "2024-02", "2024-12-01"),
        ("A country with a rather long name", "2024-01", "2024-02-15"),
    ],
    columns=["reporter", "month", "first_released"],
).assign(last_released="2024-12-31")  # fmt: skip


def test_a_calendar_tells_what_was_public_and_what_came_later():
    figure = calendar_chart.calendar(
        RELEASES, month_range("2024-01", "2024-04"), "2024-06-30", "an office", first=["Northland"],
        silent={"Southland": "May 2019"}, title="Months", subtitle="Months public",
    )  # fmt: skip
    assert cells(figure.data, "reporter") == [
        "Northland",
        "A country with a rather long name",
        "Southland",
    ]
    assert cells(figure.data, "day") == ["January 2024", "January 2024", "none; last May 2019"]
    assert cells(figure.data, "later") == ["February 2024", "none more", "none more"]
    assert "Northland, 2024-02: released 1\N{NO-BREAK SPACE}December" in figure.wide


def test_wordings_are_counted_and_long_ones_cut():
    pages = pd.DataFrame({"said": ["yes", "yes", "no", ""]})
    long = "an answer that is far longer than any panel of the drawing could ever be on a page or a phone"
    figure = wording.wording(
        pages, {"said": ("They say …", {"yes": long, "no": "no", "": "nothing"})}, "own coding", muted=[""],
        title="Two of four say so", subtitle="Pages by wording",
    )  # fmt: skip
    assert cells(figure.data, "pages") == ["2", "1", "1"]
    assert "…" in figure.narrow and "2 of 4 pages" in figure.wide


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2024-04", "2025-03", "2024-25"), ("2024-01", "2024-12", "2024"), ("2024-04", "2024-04", "2024-04"),
        ("2024-04", "2024-06", "2024-04 to 2024-06"), ("1999-07", "2000-06", "1999-00"),
    ],
)  # fmt: skip
def test_labels_of_periods(first, last, label):
    assert period_label(first, last) == label


def test_ordinals():
    assert [ordinal(n) for n in (1, 2, 10, 11, 12, 21, 22, 33, 111)] == [
        "first", "second", "tenth", "11th", "12th", "21st", "22nd", "33rd", "111th"
    ]  # fmt: skip

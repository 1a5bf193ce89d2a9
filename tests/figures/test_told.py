"""The claim as told: every understanding of it over what is officially possible."""

from math import inf, nan

import pandas as pd
import pytest

from chart_data import hover_titles, smallest_text, words
from tradecheck.errors import TradecheckError
from tradecheck.figures.told import as_told
from tradecheck.show.units import money

USD = money("USD")
MONTHS = ["2024-03", "2024-04", "2024-05", "2024-06", "2024-07"]
KINDS = ["implied", "more_than", "more_than", "none", "said"]


def story(implied=30.0, told=60.0, kinds=KINDS, says=None):
    table = pd.DataFrame(
        {
            "month": MONTHS,
            "lo": [implied, told, told, nan, 95.0],
            "hi": [implied, inf, inf, nan, 95.0],
            "kind": kinds,
        }
    )
    return table.assign(words=says) if says else table


def limits(*highs, lows=(0.0,) * 5):
    return pd.DataFrame({"month": MONTHS, "lo": lows, "hi": highs})


WIDE_LIMITS = limits(inf, 801.2, 799.7, 810.0, 824.7)


def plain(text) -> str:
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


def test_two_understandings_stand_side_by_side_above_one_scale_of_the_possible():
    together = story(
        15.0, 30.0, says=["", "more than 60 together", "more than 60 together", "", ""]
    )
    figure = as_told(
        [("in each month", story()), ("both together", together)], WIDE_LIMITS, USD, "Invented"
    )
    told = words(figure.wide)
    for label in (
        "In each month", "Both together", "To the scale of what is possible",
        "more than 60 in each",
        "more than 60 together", "×2", "95", "no", "figure",
        "the charts at left",
    ):  # fmt: skip
        assert label in told or label in " ".join(told)
    assert "From March 2024: about 30, implied." in plain(figure.notes)  # no room between two lines
    titles = [plain(title) for title in hover_titles(figure.wide)]
    assert len(titles) == 15
    assert titles[1] == "April 2024: more than 60 in each; possible: 0.0 to 801.2"
    assert titles[6] == "April 2024: more than 60 together; possible: 0.0 to 801.2"
    assert titles[3] == "June 2024: no figure; possible: 0.0 to 810.0"
    assert titles[0] == "March 2024: about 30, implied; possible: no upper limit known"
    assert figure.grades == ["reported", "bounded"]
    assert smallest_text(figure) >= 12


@pytest.mark.parametrize(
    ("table", "held", "title"),
    [
        (story(), WIDE_LIMITS, "As told, exports double in April; no month is observed"),
        (story(24.0), WIDE_LIMITS, "As told, exports rise ×2.5 in April; no month is observed"),
        (story(), limits(inf, 80, 5, 1, 1, lows=(0, 0, 5, 0, 0)),
         "As told, exports double in April"),
        (story(kinds=["none", "none", "none", "none", "said"]), WIDE_LIMITS,
         "As told, exports reach US$ 95 million in July 2024; no month is observed"),
        (story(kinds=["none"] * 5), WIDE_LIMITS,
         "The story as told gives no figure for a month of exports"),
    ],
)  # fmt: skip
def test_the_title_is_the_story_and_what_is_known(table, held, title):
    assert plain(as_told([("", table)], held, USD, "x").title) == title


def test_limits_near_the_story_need_no_second_scale():
    figure = as_told([("", story())], limits(50, 70, 80, 90, 90), USD, "x")
    assert "To the scale of what is possible" not in words(figure.wide)
    assert len(hover_titles(figure.wide)) == 5


def test_without_limits_the_page_says_so():
    figure = as_told([("", story())], WIDE_LIMITS.iloc[:0], USD, "x")
    assert figure.grades == ["reported"]
    assert "pale: no upper limit known" in words(figure.wide)
    assert all("no upper limit known" in title for title in hover_titles(figure.wide))


def test_stories_that_do_not_fit_each_other_or_the_rules_are_refused():
    with pytest.raises(TradecheckError, match="different months"):
        as_told([("a", story()), ("b", story().iloc[1:])], WIDE_LIMITS, USD, "x")
    with pytest.raises(TradecheckError, match="kind 'guessed'"):
        as_told([("", story(kinds=["guessed"] * 5))], WIDE_LIMITS, USD, "x")


def test_the_same_story_gives_the_same_bytes():
    one, other = (
        as_told([("", table)], WIDE_LIMITS, USD, "x") for table in (story(), story()[::-1])
    )
    assert (one.wide, one.narrow, one.alt) == (other.wide, other.narrow, other.alt)

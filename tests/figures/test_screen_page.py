"""The screen that a study asks for: its halves, its refusals, its words and its copy for machines."""

import json

import numpy as np
import pandas as pd
import pytest

import made_studies
from tradecheck.errors import TradecheckError
from tradecheck.figures.screen import made, rates, tables, words
from tradecheck.study.periods import month_range

MONTHS = month_range("2018-01", "2022-12")
CODES = [f"{chapter}{code:04d}" for chapter in (39, 84, 85, 87) for code in range(1, 7)]


def rows(codes=CODES, months=MONTHS, **fields):
    rng = np.random.default_rng(8)
    held = []
    for code in codes:
        values = rng.gamma(4, 30_000, len(months))
        held += made_studies.monthly(months[0], values, product=code, **fields)
    return held


def evidence(held=None, screen=None, absent="zero", **study):
    fields = {"goods": ["39", "84", "85", "87"], "months": "2018-01..2022-12"} | study
    return made_studies.evidence(
        held or rows(), holds={"absent": absent}, screen=screen or {}, **fields
    )


def test_the_last_half_year_against_all_ordinary_ones_that_the_table_holds():
    found = made.screen(evidence())
    assert str(found.half) == "2022-07..2022-12"
    assert [str(one) for one in found.ordinary] == [
        "2019-07..2019-12", "2020-01..2020-06", "2020-07..2020-12", "2021-01..2021-06",
        "2021-07..2021-12", "2022-01..2022-06",
    ]  # fmt: skip
    assert found.revisions == ("2022-01",)
    assert found.untested == ()


def test_ordinary_half_years_end_with_the_base():
    found = made.screen(evidence(base="2020-01..2020-12"))
    assert [str(one) for one in found.ordinary][-1] == "2020-07..2020-12"


def test_half_years_of_ones_own():
    screen = {"half_year": "2022-01..2022-06", "ordinary": ["2021-03..2021-08"]}
    found = made.screen(evidence(screen=screen))
    assert (str(found.half), str(found.ordinary[0])) == ("2022-01..2022-06", "2021-03..2021-08")
    assert "the usual number is too low" in str(
        dict(words.rule_cards(found).cards)["The usual number"]
    )


@pytest.mark.parametrize(
    ("screen", "told"),
    [
        ({"half_year": "2022-01..2022-05"}, "six months in a row, and 2022-01..2022-05 is not"),
        ({"half_year": "2022-01, 2022-03, 2022-05..2022-08"}, "six months in a row"),
        ({"ordinary": ["2021-01..2021-06", "2021-06..2021-11"]}, "overlap"),
        ({"half_year": "2021-01..2021-06", "ordinary": ["2021-07..2021-12"]}, "come before"),
        ({"times": 1}, "more than 1"),
        ({"error_rate": 1.5}, "less than 1"),
        ({"cut": 0.1}, "cut"),
    ],
)
def test_a_screen_that_makes_no_sense_is_refused(screen, told):
    with pytest.raises(TradecheckError, match=told):
        evidence(screen=screen)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"held": rows(CODES[:2])}, "holds 2 customs codes of this trade by month"),
        ({"evidence": []}, "has a screen and no monthly evidence"),
        ({"absent": "unknown"}, "does not say that a missing record is zero"),
        ({"screen": {"table": "other"}}, "'other' is not among the monthly evidence .table"),
        ({"held": rows(months=MONTHS[:20]), "months": "2018-01..2019-08"}, "14 months before it"),
        ({"screen": {"ordinary": ["2018-06..2018-11"]}}, "14 months before it"),
        (
            {
                "held": rows() + rows(["8700"]),
            },
            "8700 beside 870001",
        ),
    ],
)
def test_what_a_screen_needs_is_told(change, told):
    with pytest.raises(TradecheckError, match=told):
        made.screen(evidence(**change))


def test_an_ordinary_record_gives_no_line_and_says_what_that_means():
    found = made.screen(evidence())
    opening = words.opening(found, evidence().tables.cards)
    assert "No line stood out" in str(opening.answer)
    assert "does not prove that nothing happened" in str(opening.answer)
    copy = tables.machine_copy(found)
    assert json.dumps(copy, allow_nan=False)
    assert copy["headlines"] == [] and copy["eligible"] == len(CODES)
    assert len(copy["usual"]["half_years"]) == 6


def test_its_exhibits_are_made_of_any_trade():
    found = made.screen(evidence(screen={"error_rate": 0.9, "least": 0, "beside": "Belarus"}))
    shown = [
        *rates.rates(found, "the office"), *tables.lines(found, {}), *tables.other_lines(found, {}),
        *tables.chapters(found, {}), *tables.new_corridors(found, {}), words.limits(found),
        words.rule_cards(found), words.study_of_a_line(found),
    ]  # fmt: skip
    assert all(one.html() for one in shown if hasattr(one, "html"))
    assert len(tables.lines_table(found)) == len(found.lines) > 0
    copy = tables.machine_copy(found)
    line = copy["other_headlines"][0]
    assert line["largest_month"] in month_range("2022-05", "2022-12")
    assert line["largest_code"] in line["codes"]


@pytest.mark.parametrize(
    ("now", "usual", "title"),
    [
        ([9.0, 8.0], [[1.0, 2.0], [3.0]], "more common than usual in every corridor"),
        ([9.0, 1.0], [[1.0, 2.0], [3.0]], "more common than usual in 1 of 2 corridors"),
        ([1.0, 1.0], [[1.0, 2.0], [3.0]], "no more common than in ordinary"),
        ([9.0, 8.0], [[], []], "no more common than in ordinary"),
    ],
)
def test_the_title_says_what_the_counts_prove(now, usual, title):
    assert title in rates._title(pd.DataFrame({"now": now, "usual": usual}))

"""How common a doubling is in ordinary months, by hand."""

import pytest

import made_studies
from tradecheck.figures.base_rate import base_rate, base_rate_words
from tradecheck.verdicts.findings import findings

CODES = [f"8703{code:04d}" for code in range(60)]
STUDY = {"goods": ["8703"], "months": "2021-01..2022-12", "base": "2022-01..2022-09"}


def rows(doubling: int):
    """Sixty codes of one each month; so many stand at two in August 2022, and all at three in
    November."""
    held = []
    for place, code in enumerate(CODES):
        values = [1.0] * 24
        values[19] = 2.0 if place < doubling else 1.0
        values[22] = 3.0
        held += made_studies.monthly("2021-01", values, product=code)
    return held


def evidence(held, absent="zero", **study):
    return made_studies.evidence(held, holds={"absent": absent}, **(STUDY | study))


def rate(made):
    return base_rate(made, findings(made)[0])


def test_codes_that_double_in_the_months_before_the_base_ends_are_counted():
    told = rate(evidence(rows(15)))
    assert (str(told.base), str(told.after)) == ("2021-10..2022-06", "2022-07..2022-09")
    assert (told.series, told.doubled, told.rate, told.sum) == (60, 15, 250, False)


def test_their_sum_is_told_too():
    made = evidence(rows(60))
    assert rate(made).sum
    assert str(base_rate_words(made, findings(made)[0])).endswith("So did their sum.")


def test_the_sentence():
    made = evidence(rows(15))
    assert str(base_rate_words(made, findings(made)[0])) == (
        "A single code doubles easily: of 1,000 ordinary series of this corridor, 250 did by the same "
        "rule in three months, July to September\xa02022. Their sum did not."
    )


@pytest.mark.parametrize(
    "made",
    [
        evidence(rows(15), base="2021-01..2021-09", months="2021-01..2022-12"),  # no months before
        evidence(rows(15), absent="unknown"),
        evidence(rows(15)[: 24 * 40]),  # too few codes
        evidence(
            [row for row in rows(15) if row["period_start"] < "2022-11"], months="2021-01..2022-10"
        ),
    ],
    ids=["too early", "missing is unknown", "few codes", "nothing doubled"],
)
def test_where_it_is_not_known_nothing_is_told(made):
    assert rate(made) is None
    assert str(base_rate_words(made, findings(made)[0])) == ""


def test_a_heading_beside_its_codes_counts_once():
    sums = [60.0] * 24
    sums[19], sums[22] = 75.0, 180.0
    held = rows(15) + made_studies.monthly("2021-01", sums, product="8703")
    assert rate(evidence(held)).series == 60

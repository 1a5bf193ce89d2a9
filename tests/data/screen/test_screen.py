"""The screen's statistics: by hand, on made corridors, and on the shipped table."""

import numpy as np
import pandas as pd
import pytest

from tradecheck.data.clean import clean
from tradecheck.data.screen.matrix import first_months, like_for_like, matrix_of
from tradecheck.data.screen.pipeline import screened
from tradecheck.data.screen.scan import Rule, scan
from tradecheck.errors import TradecheckError
from tradecheck.study.project import find_project
from tradecheck.study.study import open_study

PLACEBOS = ["2021-08", "2022-02"]


@pytest.fixture(scope="module")
def shipped():
    project = find_project()
    study, claims = open_study(project, "eu-neighbours-2022")
    flows = clean(project, study, claims).flows
    return matrix_of(flows[flows["source"] == "eurostat-eu27-sanctioned"])


@pytest.fixture(scope="module")
def tested(shipped):
    kept = shipped.keys["product"].map(like_for_like(shipped, "2022-01"))
    return shipped.where((kept & (shipped.keys["partner"] != "RUS")).to_numpy(bool))


def flows_of(rows):
    return pd.DataFrame(rows, columns=["reporter", "partner", "product", "period_start", "value"])


def test_codes_born_in_january_are_not_testable(shipped):
    first = first_months(shipped)
    assert (first == "2022-01").sum() == 61
    assert not like_for_like(shipped, "2022-01")[first >= "2022-01"].any()


def test_the_shipped_table_gives_the_numbers_of_the_trial(tested):
    found = {month: screened(tested, month, PLACEBOS) for month in ("2022-11", *PLACEBOS)}
    doubled = [found[month].counts.loc[8, "doubled"] for month in (*PLACEBOS, "2022-11")]
    assert doubled == [205, 222, 1043]
    now = found["2022-11"]
    assert now.counts.loc[8, "listed"] == 731
    assert now.counts.loc[4, "listed"] == 362
    assert len(now.headlines) == 312
    assert now.usual == {"2021-08": 69, "2022-02": 67}
    assert now.chapters["passes"].sum() == 64
    assert len(now.broad) == 192


def test_one_month_a_hundred_times_as_large_never_doubles():
    values = np.full((1, 35), 1e5)
    values[0, 31] = 1e7
    assert scan(values, list(range(29, 35))).strength[0] == -np.inf


def test_ordinary_lumpy_series_pass_as_rarely_as_they_should():
    rng = np.random.default_rng(15)
    x = rng.poisson(rng.gamma(1, 2, (20_000, 1)), (20_000, 35)) * rng.lognormal(10, 1, (20_000, 35))
    null, now = (scan(x, list(range(a, a + 6))).strength for a in (14, 29))
    p = (1 + (null[None] >= np.sort(now)[-400:, None]).sum(1)) / (1 + len(null))
    assert (p <= 0.01).sum() / len(now) <= 0.012


def test_a_filter_moves_the_doublings():
    x = np.random.default_rng(3).lognormal(10, 1.5, (5_000, 35))
    ends = list(range(29, 35))
    loose, strict = (np.isfinite(scan(x, ends, Rule(floor=f)).strength).sum() for f in (0, 2e5))
    assert 0 < strict < loose


def test_a_code_beside_its_part_is_refused():
    rows = [("A", "B", code, "2021-01", 1.0) for code in ("8703", "87032319")]
    with pytest.raises(TradecheckError, match="8703 beside 87032319"):
        matrix_of(flows_of(rows))


def test_months_not_published_are_no_zeros():
    rows = [("A", "C", "870323", m, 1.0) for m in ("2021-01", "2021-02", "2021-03")]
    rows += [("B", "C", "870323", "2021-01", 1.0), ("A", "C", "870324", "2021-01", 1.0)]
    values = matrix_of(flows_of(rows)).values
    assert values[1].tolist() == [1, 0, 0]
    assert np.isnan(values[2]).tolist() == [False, True, True]

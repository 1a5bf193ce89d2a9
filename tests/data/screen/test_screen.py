"""The screen's statistics: by hand, on made corridors, and on the shipped table."""

import numpy as np
import pandas as pd
import pytest

from tradecheck.data.clean import clean
from tradecheck.data.screen.beside import multiple, peak
from tradecheck.data.screen.births import births
from tradecheck.data.screen.matrix import KEY, Matrix, first_months, like_for_like, matrix_of
from tradecheck.data.screen.pipeline import Scans, out_of_sample, screened
from tradecheck.data.screen.scan import Rule, first_alarms, scan
from tradecheck.errors import TradecheckError
from tradecheck.study.periods import month_range
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
    found = screened(Scans.of(tested, [*PLACEBOS, "2022-11"]), "2022-11", PLACEBOS)
    doubled = found.corridors["doubled"].groupby("half").sum()
    assert [doubled[month] for month in (*PLACEBOS, "2022-11")] == [205, 222, 1043]
    assert found.counts.loc[8, "listed"] == 731
    assert found.counts.loc[4, "listed"] == 362
    assert len(found.lines) == 312
    assert found.usual == {"2021-08": 69, "2022-02": 67}
    assert found.chapters["passes"].sum() == 64
    assert len(found.broad) == 192
    first = found.lines.iloc[0]
    assert (first["partner"], first["product"]) == ("BLR", "8703")
    assert first["level"] == pytest.approx(215.5e6, rel=0.001)
    assert first["base"] == pytest.approx(36.4e6, rel=0.001)


def test_usual_lines_are_counted_with_cuts_that_others_make(tested):
    usual, broad = out_of_sample(Scans.of(tested, [*PLACEBOS, "2022-11"]), "2022-11", PLACEBOS)
    assert usual == {"2021-08": 79, "2022-02": 71}  # more than with the cuts that they make
    assert broad == {"2021-08": 2, "2022-02": 4}


def test_new_corridors_of_the_shipped_table(shipped, tested):
    found = births(tested, shipped, [*PLACEBOS, "2022-08", "2022-11"])
    assert [len(table) for table in found.values()] == [1, 3, 12, 23]


def test_cars_to_a_neighbour_double_first_in_june(tested):
    level = tested.at(8)
    row = level.keys.index[(level.keys["partner"] == "KGZ") & (level.keys["product"] == "87032490")]
    ends = [level.months.index(month) for month in ("2022-04", "2022-05", "2022-06", "2022-07")]
    assert [level.months[end] for end in first_alarms(level.values[row], ends)] == ["2022-06"]


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


CHAPTERS = ["28", "29", "38", "39", "72", "73", "76", "84", "85", "86", "87", "90"]
SURGED = {("QQQ", chapter) for chapter in CHAPTERS[:8]}


def made(surges=(), seed=5, codes=18, months=45):
    """A table of one reporter and two partners, lumpy months of ordinary size; and of some
    chapters' codes, the last five months eight times as large."""
    rng = np.random.default_rng(seed)
    keys, values = [], []
    for partner in ("PPP", "QQQ"):
        for chapter in CHAPTERS:
            for code in range(codes):
                x = rng.poisson(rng.gamma(2, 2), months) * rng.lognormal(10.5, 0.5, months)
                if (partner, chapter) in surges:
                    x[-5:] = (x[-5:] + x.mean()) * 8
                keys.append(("RRR", partner, f"{chapter}{code % 6 + 10}{code:04d}"))
                values.append(x)
    names = tuple(month_range("2019-01", "2030-12")[:months])
    return Matrix(pd.DataFrame(keys, columns=KEY), names, np.array(values))


def ends_before(matrix, halves=4):
    """The last months of the half-years of a record, the screened one last."""
    return [matrix.months[-1 - 6 * back] for back in range(halves - 1, -1, -1)]


def test_a_planted_surge_is_found_and_an_ordinary_year_gives_next_to_nothing():
    surged, calm = made(SURGED), made()
    *placebos, last = ends_before(surged)
    found = screened(Scans.of(surged, [*placebos, last]), last, placebos)
    told = {(line.partner, line.product[:2]) for line in found.broad.itertuples()}
    assert told == SURGED
    assert found.chapters["passes"].sum() == len(SURGED)
    assert (found.broad["first_alarm"] >= surged.months[-5]).all()
    assert len(screened(Scans.of(calm, [*placebos, last]), last, placebos).broad) <= 1


def test_an_ordinary_half_year_takes_the_very_same_road():
    matrix = made(SURGED)
    *placebos, last = ends_before(matrix)
    tried = screened(Scans.of(matrix, [placebos[0], last]), last, placebos[:1], tried=[last])
    assert tried.usual == {last: len(tried.lines)}
    assert tried.usual_broad == {last: len(tried.broad)}


def test_a_filter_moves_the_usual_number_as_it_moves_the_lines():
    matrix = made(SURGED, seed=11)
    *placebos, last = ends_before(matrix)
    loose, strict = (
        screened(Scans.of(matrix, [*placebos, last], Rule(floor=floor)), last, placebos, 0.5)
        for floor in (0, 600_000)
    )
    assert sum(strict.usual.values()) < sum(loose.usual.values())


def test_a_code_that_begins_in_january_beside_one_that_ended_is_not_testable():
    months = month_range("2021-01", "2022-12")
    rows = [("A", "C", "85171200", month, 9.0) for month in months[:12]]
    rows += [("A", "C", "85171300", month, 9.0) for month in months[12:]]
    rows += [("A", "C", "85176200", month, 9.0) for month in months]
    assert like_for_like(matrix_of(flows_of(rows)), "2022-01").to_dict() == {
        "85171200": False,
        "85171300": False,
        "85176200": True,
    }


def test_a_window_with_a_month_that_is_not_published_does_not_double():
    values = np.full((1, 35), 1e5)
    values[0, 29:] = 1e6
    full = scan(values, list(range(29, 35)))
    values[0, 33:] = np.nan
    ragged = scan(values, list(range(29, 35)))
    assert full.doubled[0] and ragged.doubled[0]
    values[0, 30:] = np.nan
    assert not scan(values, list(range(29, 35))).doubled[0]


def test_series_beside_no_base_have_no_multiple():
    values = np.zeros((2, 20))
    values[:, 17:] = 4.0
    assert multiple(values, 19) is None
    values[:, :17] = 1.0
    assert multiple(values, 19) == 4.0  # (8 + 8 + 8 − 8) / 2 over 2


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1, 1, 9, 1, 1, 1, 1, 1], "spike"),
        ([1, 5, 9, 6, 3, 2, 1, 1, 1], "sustained"),
        ([1, 1, 1, 1, 1, 9, 1, 1], "undecided"),  # within three months of the end
        ([1, 9, 5, 5, 5, 8.5, 8.5, 8.5], "undecided"),  # a revision of the last could overturn it
        ([8.5, 5, 5, 9, 7, 7, 7, 7, 7], "none"),
        ([0, 0, 0, 0], "none"),
        ([1, 1, 9, 1, 1, 1, 1, np.nan], "spike"),
    ],
)
def test_peaks(values, told):
    assert peak(np.array(values, float)) == told


def test_new_corridors_by_hand():
    months = month_range("2021-01", "2022-12")
    rows = [("A", "C", "87032319", month, 9e6) for month in months]  # in use elsewhere
    rows += [("A", "B", "84713000", month, 1.0) for month in months]
    begun = [("A", "B", "87032319", month, 2e5) for month in months[18:22]]
    whole = matrix_of(flows_of(rows + begun))
    own = whole.where((whole.keys["partner"] == "B").to_numpy())
    table = births(own, whole, ["2022-12"])["2022-12"]
    assert table[["product", "first"]].values.tolist() == [["87032319", "2022-07"]]
    assert table["level"].tolist() == [3 * 2e5 / 5]
    alone = matrix_of(flows_of(rows[len(months) :] + begun))  # nobody traded the code before
    assert births(alone, alone, ["2022-12"])["2022-12"].empty

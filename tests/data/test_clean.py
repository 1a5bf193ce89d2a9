"""Cleaning: the study's corridor is selected, everything else is set aside with a reason, nothing is lost."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strangers import Desk, joined, tidy
from tradecheck.data.clean import clean, wanted_of
from tradecheck.data.flows import COLUMNS
from tradecheck.data.load import load_tables
from tradecheck.data.store import write_processed
from tradecheck.errors import TradecheckError

STUDY = """\
question: Did it double?
reporter: {reporter}
partner: {partner}
goods: {goods}
months: "2022-01..2022-03"
evidence:
  - months: cars
"""
HEAD = "period,reporter,partner,flow,product,value_usd"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def opened(desk, *rows: str, reporter="Türkiye", partner="Russia", goods='["8703"]', absent=None):
    """A study of a table with these rows."""
    desk.add("cars", "\n".join((HEAD, *rows)) + "\n", absent=absent)
    return desk.study(STUDY.format(reporter=reporter, partner=partner, goods=goods))


def entries(study) -> dict[str, int]:
    table = study.cleaned.ledger.table
    return dict(zip(table["entry"], table["rows"]))


def test_what_is_not_the_studys_is_set_aside_with_its_first_reason(desk):
    study = opened(
        desk,
        "2022-01,Türkiye,Russia,exports,8703,10",
        "2022-01,Türkiye,Russia,imports,8703,20",
        "2022-01,Germany,Russia,exports,8703,30",
        "2022-01,Türkiye,Georgia,exports,8703,40",
        "2022-01,Türkiye,Russia,exports,8704,50",
        "2022-01,Germany,Georgia,imports,8704,60",
    )
    assert study.cleaned.flows["value"].tolist() == [10.0]
    reasons = dict(zip(study.cleaned.set_aside["value"], study.cleaned.set_aside["reason"]))
    assert reasons == {
        20.0: "another flow", 30.0: "another reporter", 40.0: "another partner", 50.0: "other goods",
        60.0: "another flow",
    }  # fmt: skip
    assert entries(study) == {
        "received": 6, "kept": 1, "another flow": 2, "another reporter": 1, "another partner": 1,
        "other goods": 1,
    }  # fmt: skip


def test_no_label_is_written_over_data(desk):
    """A study of another corridor never gets these rows: it stops, and says what there is."""
    rows = "2022-01,Türkiye,Russia,exports,8703,10", "2022-02,Türkiye,Russia,exports,870323,5"
    study = opened(desk, *rows, reporter="Germany", partner="Kazakhstan")
    with pytest.raises(TradecheckError) as caught:
        assert study.cleaned
    sentence = str(caught.value)
    assert "asks for exports of Germany to Kazakhstan" in sentence
    assert (
        "data/raw/cars holds exports of Türkiye to Russia, goods 8703, 870323, 2022-01 to 2022-02"
        in sentence
    )


def test_longer_codes_belong_to_shorter_ones_and_not_the_other_way_round(desk):
    rows = (
        "2022-01,Türkiye,Russia,exports,870323,1",
        "2022-01,Türkiye,Russia,exports,870422,2",
        "2022-01,Türkiye,Russia,exports,87,4",
    )
    assert opened(desk, *rows).cleaned.flows["product"].tolist() == ["870323"]


@pytest.mark.parametrize(
    ("reporter", "kept"),
    [
        ("Germany", ["DEU"]),
        ("EU27", ["DEU", "EU27", "FRA"]),  # a group's own row, and its members'
    ],
)
def test_a_groups_row_is_kept_for_who_asks_for_all_its_members(desk, reporter, kept):
    rows = [
        f"2022-01,{who},Russia,exports,8703,{n}"
        for n, who in enumerate(("EU27", "Germany", "France", "Norway"), 1)
    ]
    study = opened(desk, *rows, reporter=reporter)
    assert study.cleaned.flows["reporter"].tolist() == kept


def test_all_goods_are_asked_for_by_their_total(desk):
    rows = "2022-01,Türkiye,Russia,exports,TOTAL,100", "2022-01,Türkiye,Russia,exports,8703,1"
    assert opened(desk, *rows, goods="all goods").cleaned.flows["value"].tolist() == [1.0, 100.0]
    assert sorted(opened(desk, *rows).cleaned.set_aside["product"]) == ["TOTAL"]


def test_published_months_count_rows_of_any_partner_and_goods(desk):
    study = opened(
        desk,
        "2022-01,Türkiye,Russia,exports,8703,10",
        "2022-02,Türkiye,Georgia,exports,8704,10",
        "2022-03,Germany,Russia,exports,8703,10",
        "2022-03,Türkiye,Russia,imports,8703,10",
    )
    published = study.cleaned.published
    assert list(map(tuple, published.to_numpy())) == [
        ("cars", "DEU", "2022-03"), ("cars", "TUR", "2022-01"), ("cars", "TUR", "2022-02")
    ]  # fmt: skip


def test_a_study_without_evidence_cleans_nothing_and_does_not_fail(desk):
    study = desk.study(
        STUDY.partition("evidence")[0].format(
            reporter="Türkiye", partner="Russia", goods='["8703"]'
        )
    )
    assert study.cleaned.flows.empty and list(study.cleaned.flows.columns) == list(COLUMNS)
    assert study.cleaned.ledger.table.empty and study.cleaned.published.empty


def test_before_cleaning_has_run_its_tables_are_made_and_not_written(desk):
    study = opened(desk, "2022-01,Türkiye,Russia,exports,8703,10")
    first = load_tables(desk.project, study.opened)
    assert not desk.project.processed.joinpath("own").exists()
    write_processed(desk.project, study.opened, study.cleaned.tables())
    for name in ("flows", "published"):
        pd.testing.assert_frame_equal(
            getattr(first, name), getattr(load_tables(desk.project, study.opened), name)
        )


PLACES = st.sampled_from(["Türkiye", "Germany", "Russia", "EU27"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2022-01", "2022-02"]), PLACES, PLACES, st.sampled_from(["exports", "imports"]),
        st.sampled_from(["8703", "870323", "8704", "TOTAL"]), st.integers(0, 10**6),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=12)
@given(ROWS)
def test_rows_and_values_are_conserved(tmp_path_factory, rows):
    """Whatever the table holds, in = kept + set aside, and only the corridor is kept."""
    desk = Desk(tmp_path_factory.mktemp("a desk"))
    own = ("2022-03", "Türkiye", "Russia", "exports", "8703", 7)
    study = opened(desk, *(",".join(map(str, row)) for row in [own, *rows, *rows[:2]]))
    kept, aside = study.cleaned.flows, study.cleaned.set_aside
    assert len(kept) + len(aside) == 1 + len(rows) + len(rows[:2])
    assert kept["value"].sum() + aside["value"].sum() == 7 + sum(r[5] for r in [*rows, *rows[:2]])
    assert set(zip(kept["reporter"], kept["partner"], kept["flow"])) == {("TUR", "RUS", "X")}
    assert set(kept["product"]) <= {"8703", "870323"}


def test_a_large_file_is_asked_for_the_corridor_alone(desk, monkeypatch):
    """Its other rows are counted in the ledger, not held."""
    other = [f"2022-01,Germany,Georgia,exports,87{n:02},1" for n in range(10, 40)]
    rows = [
        "2022-01,Türkiye,Russia,exports,8703,10",
        "2022-01,Türkiye,Russia,exports,870323,5",
        *other,
    ]
    study = opened(desk, *rows)
    whole = study.cleaned
    monkeypatch.setattr("tradecheck.data.sources.base.LARGE", 100)
    large = clean(study.project, *study._read)
    pd.testing.assert_frame_equal(large.flows, whole.flows)
    assert large.set_aside.empty
    table = large.ledger.table
    assert dict(zip(table["entry"], table["rows"])) == {
        "received": 32,
        "kept": 2,
        "not asked for": 30,
    }


def test_what_is_asked_of_a_large_file_holds_groups_and_lists(desk):
    study = opened(desk, "2022-01,EU27,Russia,exports,8703,10", reporter="EU27")
    wanted = wanted_of(study.opened, study.evidence.names)
    assert wanted.reporters >= {"EU27", "DEU"} and wanted.partners >= {"RUS"}
    assert wanted.flows == {"X"} and "8703" in wanted.products


def test_two_tables_of_one_corridor_keep_their_sources(desk):
    desk.add("more", joined(tidy({"2022-02": 3}), tidy({"2022-02": 9}, partner="Georgia")))
    desk.add("cars", tidy({"2022-01": 1, "2022-02": 2}))
    text = (
        STUDY.format(reporter="Türkiye", partner="Russia", goods='["8703"]') + "  - months: more\n"
    )
    flows = desk.study(text).cleaned.flows
    assert list(zip(flows["source"], flows["value"])) == [
        ("cars", 1.0),
        ("cars", 2.0),
        ("more", 3.0),
    ]

"""What tables cover and what they lack: months, reporters, partners, codes, values."""

import pytest

from strangers import Desk
from tradecheck.data import gaps
from tradecheck.data.coverage import coverage, periods

HEAD = "period,reporter,partner,flow,product,value_usd"
STUDY = """\
question: Did it double?
reporter: {reporter}
partner: {partner}
goods: {goods}
months: "2022-01..2022-04"
base: "2022-01..2022-01"
groups:
  reporters: {{two members: [Germany, France]}}
  partners: {{two neighbours: [Georgia, Armenia]}}
evidence:
{evidence}
"""


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def opened(
    desk, rows, reporter="Germany", partner="Georgia", goods='["8703"]', evidence="", absent=None
):
    """The study and tables of a table with rows (period, reporter, partner, product, value)."""
    lines = [f"{p},{r},{q},exports,{c},{v}" for p, r, q, c, v in rows]
    desk.add("cars", "\n".join([HEAD, *lines]) + "\n", absent=absent)
    fields = {"reporter": reporter, "partner": partner, "goods": goods}
    study = desk.study(STUDY.format(**fields, evidence=evidence or "  - months: cars"))
    return study.opened, study.evidence.tables


def months(*which, reporter="Germany", partner="Georgia", product="8703"):
    return [(f"2022-{month:02}", reporter, partner, product, 5) for month in which]


def test_a_table_in_figures(desk):
    rows = [
        *months(1, 2, 3),
        *months(3, reporter="France"),
        *months(2, partner="Armenia", product="870323"),
    ]
    table = coverage(*opened(desk, rows, "two members", "two neighbours")).iloc[0]
    assert table.drop("released").to_dict() == {
        "source": "cars", "rows": 5, "reporters": 2, "partners": 2, "codes": 2, "totals": False,
        "first": "2022-01", "last": "2022-03", "monthly": True,
    }  # fmt: skip


def test_all_goods_are_a_total_and_no_code(desk):
    table = coverage(*opened(desk, months(1, product="TOTAL"), goods="all goods")).iloc[0]
    assert (table["codes"], table["totals"]) == (0, True)


def test_a_table_without_a_row_of_the_study_is_not_left_out(desk):
    desk.add("other", f"{HEAD}\n2022-01,Italy,Georgia,exports,8703,5\n")
    study, tables = opened(desk, months(1), evidence="  - months: cars\n  - months: other")
    table = coverage(study, tables).set_index("source")
    assert table.loc["other", ["rows", "first", "last"]].tolist() == [0, "", ""]


def test_periods_count_their_figures_and_codes(desk):
    rows = [*months(1, 2), *months(2, product="870323"), *months(2, product="870324")]
    table = periods(*opened(desk, rows))
    assert list(zip(table["period_start"], table["rows"], table["codes"])) == [
        ("2022-01", 1, 1), ("2022-02", 3, 3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("held", "unobserved", "uncovered"),
    [
        (months(1, 2, 3, 4), [], []),
        (months(1, 4), ["2022-02", "2022-03"], ["2022-02", "2022-03"]),
        ([*months(1), ("2022", "Germany", "Georgia", "8703", 9)], [], None),
    ],
)
def test_months_of_which_nothing_is_known(desk, held, unobserved, uncovered):
    study, tables = opened(desk, held)
    if uncovered is None:  # a year's total covers what no month does
        assert gaps.months_unobserved(study, tables) == ["2022-02", "2022-03", "2022-04"]
        assert gaps.months_uncovered(study, tables) == []
    else:
        assert gaps.months_unobserved(study, tables) == unobserved
        assert gaps.months_uncovered(study, tables) == uncovered


def test_a_reporters_missing_month_is_found_beside_one_that_has_it(desk):
    rows = [*months(1, 2, 3, 4), *months(1, 2, 4, reporter="France")]
    found = gaps.months_without_rows(*opened(desk, rows, "two members"))
    assert found.values.tolist() == [["cars", "FRA", ("2022-03",)]]


def test_a_row_of_any_goods_says_that_the_reporter_has_published(desk):
    rows = [
        *months(1, 2, 3, 4),
        *months(1, 2, 4, reporter="France"),
        *months(3, reporter="France", product="0101"),
    ]
    assert gaps.months_without_rows(*opened(desk, rows, "two members")).empty


def test_months_outside_a_tables_span_are_no_gap_in_it(desk):
    rows = [*months(2, 3), *months(2, 3, reporter="France")]
    assert gaps.months_without_rows(*opened(desk, rows, "two members")).empty


def test_reporters_and_partners_without_a_row(desk):
    found = gaps.areas_without_rows(*opened(desk, months(1), "two members", "two neighbours"))
    assert found.values.tolist() == [["cars", "reporter", ("FRA",)], ["cars", "partner", ("ARM",)]]


def test_a_groups_own_row_stands_for_its_members(desk):
    study, tables = opened(desk, months(1, reporter="EU27"), "EU27")
    assert gaps.areas_without_rows(study, tables).empty


@pytest.mark.parametrize(
    ("goods", "held", "lacking"),
    [
        ('["8703", "8704"]', ["8703"], ["8704"]),
        ('["8703", "8704"]', ["870323", "87042110"], []),  # longer codes are parts
        ('["870323"]', ["870323"], []),
        ("all goods", ["TOTAL"], []),
    ],
)
def test_codes_without_rows(desk, goods, held, lacking):
    rows = [row for code in held for row in months(1, product=code)]
    study, tables = opened(desk, rows, goods=goods)
    assert gaps.codes_without_rows(study, tables) == lacking


def test_codes_never_asked_for_are_those_of_the_card_that_the_study_wants(desk):
    study, tables = opened(desk, months(1), goods='["8703", "8704"]')
    card = tables.cards["cars"].model_copy(update={"codes_without_file": ["8704", "0101"]})
    told = type(tables)(**{**vars(tables), "cards": {**tables.cards, "cars": card}})
    assert gaps.codes_never_asked_for(study, told) == ["8704"]


def test_blank_values_are_counted_by_their_reason(desk):
    rows = [*months(1), *months(2, 3, product="870323")]
    rows = [(p, r, q, c, v if p == "2022-01" else "") for p, r, q, c, v in rows]
    _, tables = opened(desk, rows)
    found = gaps.blank_values(tables)
    assert found[["source", "rows", "first", "last"]].values.tolist() == [
        ["cars", 2, "2022-02", "2022-03"]
    ]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("2", ["2022-03", "2022-04"]),  # the last so many
        ('["2022-02", "2022-12"]', ["2022-02"]),  # by name, as far as there are rows
    ],
)
def test_months_that_the_study_calls_provisional(desk, told, found):
    evidence = f"  - months: cars\n    provisional: {{months: {told}, revision: [0, 0.1], because: seen before}}"
    study, tables = opened(desk, months(1, 2, 3, 4), evidence=evidence)
    assert gaps.provisional_months(study, tables) == {"cars": found}


def test_months_that_the_file_calls_provisional(desk):
    lines = [
        "2022-01,Germany,Georgia,exports,8703,5,final",
        "2022-02,Germany,Georgia,exports,8703,5,p",
    ]
    desk.add("cars", "\n".join([f"{HEAD},status", *lines]) + "\n")
    study = desk.study(
        STUDY.format(
            reporter="Germany", partner="Georgia", goods='["8703"]', evidence="  - months: cars"
        )
    )
    assert gaps.provisional_months(study.opened, study.evidence.tables) == {"cars": ["2022-02"]}

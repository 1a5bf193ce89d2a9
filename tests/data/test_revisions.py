"""Two releases of one trade: what the later one changed, and how much of it came late."""

import pytest

from strangers import Desk
from tradecheck.data.revisions import by_month, by_partner, late_reporters, own_revisions

HEAD = "period,reporter,partner,flow,product,value_usd"
STUDY = """\
question: Did it double?
reporter: {reporter}
partner: two neighbours
goods: all goods
months: "2022-01..2022-02"
groups:
  reporters: {{two members: [Germany, France]}}
  partners: {{two neighbours: [Georgia, Armenia]}}
evidence:
  - months: first
  - months: second
"""
FIRST = [
    "2022-01,Germany,Georgia,exports,TOTAL,100", "2022-02,Germany,Georgia,exports,TOTAL,100",
    "2022-01,Germany,Armenia,exports,TOTAL,50", "2022-02,Germany,Armenia,exports,TOTAL,50",
    "2022-01,France,Georgia,exports,TOTAL,20",
]  # fmt: skip
SECOND = [
    "2022-01,Germany,Georgia,exports,TOTAL,100", "2022-02,Germany,Georgia,exports,TOTAL,110",
    "2022-01,Germany,Armenia,exports,TOTAL,50", "2022-02,Germany,Armenia,exports,TOTAL,40",
    "2022-01,France,Georgia,exports,TOTAL,20", "2022-02,France,Georgia,exports,TOTAL,30",
    "2022-03,Germany,Georgia,exports,TOTAL,999",
]  # fmt: skip


def opened(tmp_path, first, second, reporter="two members"):
    desk = Desk(tmp_path)
    for name, lines, day in (("first", first, "2022-03-31"), ("second", second, "2023-03-31")):
        desk.add(name, "\n".join([HEAD, *lines]) + "\n", released=day)
    study = desk.study(STUDY.format(reporter=reporter))
    return study.opened, study.evidence.tables


def test_changes_by_month_of_what_both_releases_hold(tmp_path):
    study, tables = opened(tmp_path, FIRST, SECOND)
    table = by_month(own_revisions(study, tables)).set_index("month")
    assert list(table.index) == ["2022-01", "2022-02"]  # March is in one release only
    assert table.loc["2022-01", "change"] == 0
    # France's February is new, so its 30 are no revision of a figure that was there before.
    assert table.loc["2022-02", ["before", "after", "unreported"]].tolist() == [150, 150, 30]


def test_changes_of_a_month_by_partner(tmp_path):
    study, tables = opened(tmp_path, FIRST, SECOND)
    table = by_partner(own_revisions(study, tables), "2022-02").set_index("partner")
    assert table["change"].to_dict() == pytest.approx({"ARM": -0.2, "GEO": 0.1})


def test_who_had_not_reported_the_month(tmp_path):
    study, tables = opened(tmp_path, FIRST, SECOND)
    own = own_revisions(study, tables)
    assert late_reporters(own, tables, "2022-02") == ["FRA"]
    assert late_reporters(own, tables, "2022-01") == []


def test_a_groups_own_row_is_not_added_to_its_members(tmp_path):
    first = [
        *FIRST,
        "2022-01,EU27,Georgia,exports,TOTAL,120",
        "2022-02,EU27,Georgia,exports,TOTAL,100",
    ]
    second = [
        *SECOND,
        "2022-01,EU27,Georgia,exports,TOTAL,120",
        "2022-02,EU27,Georgia,exports,TOTAL,140",
    ]
    study, tables = opened(tmp_path, first, second, reporter="EU27")
    table = by_month(own_revisions(study, tables)).set_index("month")
    assert table["before"].to_dict() == {"2022-01": 120, "2022-02": 100}
    row = table.loc["2022-02"]
    assert (row["after"], row["unreported"]) == (140, 30)


def test_one_release_has_no_revisions(tmp_path):
    other = "2022-01,Austria,Georgia,exports,TOTAL,20"  # another reporter, so no second release
    study, tables = opened(tmp_path, FIRST, [other])
    assert own_revisions(study, tables).empty


def test_all_goods_and_codes_are_not_mixed(tmp_path):
    """Where both releases hold all goods and single codes, all goods are compared."""
    desk = Desk(tmp_path)
    for name, value, day in (("first", 10, "2022-03-31"), ("second", 11, "2023-03-31")):
        lines = [
            f"2022-01,Germany,Georgia,exports,TOTAL,{value}00",
            f"2022-01,Germany,Georgia,exports,8703,{value}",
        ]
        desk.add(name, "\n".join([HEAD, *lines]) + "\n", released=day)
    text = STUDY.format(reporter="Germany").replace(
        "groups:", "groups:\n  goods: {cars: {codes: ['8703']}}"
    )
    study = desk.study(text)
    own = own_revisions(study.opened, study.evidence.tables)
    assert own[["product", "before", "after"]].values.tolist() == [["TOTAL", 1000, 1100]]


def test_what_two_sides_report_are_not_two_releases(tmp_path):
    desk = Desk(tmp_path)
    desk.add("first", "\n".join([HEAD, *FIRST]) + "\n", released="2022-03-31")
    theirs = [f"2022-01,{name},Germany,imports,TOTAL,120" for name in ("Georgia", "Armenia")]
    desk.add("second", "\n".join([HEAD, *theirs]) + "\n", released="2023-03-31")
    study = desk.study(STUDY.format(reporter="two members") + "    mirror: true\n")
    assert study.evidence.sides.two
    assert own_revisions(study.opened, study.evidence.tables).empty

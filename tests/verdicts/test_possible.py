"""What the evidence leaves possible from month to month."""

import pytest

from strangers import Desk, tidy
from tradecheck.bounds.knowledge import Taken
from tradecheck.verdicts.judge import Judge
from tradecheck.verdicts.possible import allowed_path, excesses

STUDY = """\
question: Did it peak?
reporter: Türkiye
partner: Russia
goods: ["8703"]
months: "2022-01..2022-04"
base: "2022-01..2022-01"
unit: {currency: USD, scale: 1}
evidence:
  - totals: cars
"""
CLAIMS = """\
reported:
  - {id: january, words: January, quantity: {months: "2022-01"}, at_least: 10, at_most: 10}
  - {id: april, words: April, quantity: {months: "2022-04"}, at_least: 40, at_most: 40}
"""


@pytest.fixture
def study(tmp_path):
    desk = Desk(tmp_path)
    desk.add("cars", tidy({"2022-01..2022-04": 100}))
    return desk.study(STUDY, CLAIMS)


def test_by_how_much_a_month_can_exceed_another(study):
    judge = Judge(study.evidence)
    body = study.evidence.taken(Taken(believing=("april",)))
    table = excesses(judge, body, study.opened.shown, "2022-04").set_index("month")
    assert list(table.index) == ["2022-01", "2022-02", "2022-03"]
    assert table.loc["2022-01"].tolist() == pytest.approx([-40, 20])  # 60 are left for three months


def test_a_path_of_least_change_of_slope_is_a_straight_line_where_one_is_allowed(study):
    judge = Judge(study.evidence)
    body = study.evidence.taken(Taken(believing=("january", "april")))
    table = allowed_path(judge, body, study.opened.shown)
    assert table["path"].tolist() == pytest.approx([10, 20, 30, 40])
    assert table["hi"].tolist() == pytest.approx([10, 50, 50, 40])


def test_a_path_lies_inside_its_bounds(study):
    table = allowed_path(Judge(study.evidence), study.evidence.taken(), study.opened.shown)
    assert (table["path"] >= table["lo"] - 1e-6).all() and (
        table["path"] <= table["hi"] + 1e-6
    ).all()
    assert table["path"].sum() == pytest.approx(100)

"""A study that holds lists: which cases it makes, and what all of them are together."""

import pytest

from strangers import Desk
from tradecheck.errors import TradecheckError
from tradecheck.study.study import load_cases, load_study, open_study
from tradecheck.study.sweep import cases_of, choices_of, holds_lists, whole

PLACE = "study.yaml"


@pytest.mark.parametrize(
    ("fields", "cases"),
    [
        ({"reporter": "Germany", "goods": ["8703", "8471"]}, []),
        ({"reporter": ["Germany", "Lithuania"]}, ["germany", "lithuania"]),
        (
            {"reporter": ["Germany", "Türkiye"], "partner": ["Russia", "Belarus"]},
            ["germany-russia", "germany-belarus", "turkiye-russia", "turkiye-belarus"],
        ),
        ({"goods": [["8703"], {"list": "chips"}, {"name": "Old cars", "codes": ["8703"]}]},
         ["8703", "chips", "old-cars"]),
        ({"base": ["2021-01..2021-12", "2021-03..2022-02"]},
         ["base-2021-01-2021-12", "base-2021-03-2022-02"]),
        ({"partner": ["Russia"]}, ["russia"]),
    ],
)  # fmt: skip
def test_one_case_for_each_combination(fields, cases):
    assert list(cases_of(fields, PLACE)) == cases


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("reporter", [], "is an empty list"),
        ("reporter", ["Germany", "germany"], "names germany twice"),
        ("partner", ["中国"], "which has no name"),
        ("base", ["2021-13"], "the field base"),
    ],
)
def test_lists_that_make_no_sense(field, value, words):
    with pytest.raises(TradecheckError, match=words):
        choices_of(field, value, PLACE)


def test_too_many_cases():
    fields = {"reporter": [f"A{n}" for n in range(99)], "partner": [f"B{n}" for n in range(99)]}
    with pytest.raises(TradecheckError, match="more than 5,000 cases"):
        cases_of(fields, PLACE)


def test_the_whole_is_a_group_of_all():
    made = whole(
        {"reporter": ["Germany", "Lithuania"], "partner": ["Russia"], "base": ["2021", "2022"]},
        PLACE,
    )
    assert made == {
        "reporter": "all reporters",
        "groups": {"reporters": {"all reporters": ["Germany", "Lithuania"]}},
        "partner": "Russia",
        "base": "2021",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (b"reporter: [Germany, France]\n", True),
        (b"months: x\npartner:\n  - Russia\n", True),
        (b"partner: # two\n  - Russia\n", True),
        (b"reporter: Germany\ngroups:\n  partners: {six: [Armenia]}\n", False),
        (b"goods: {list: chips}\n", False),
        (b"goods:\n- '8703'\n", False),
        (b"goods:\n  - name: cars\n", True),
        (b"goods: [{list: chips}]\n", True),
    ],
)
def test_most_studies_are_not_read_for_lists(text, held):
    assert holds_lists(text) == held


STUDY = """\
question: "{corridor}: did it double?"
reporter: [Germany, Lithuania]
partner: [Russia, Belarus]
goods: ["8703"]
months: "2021-01..2022-12"
"""


def test_a_case_is_the_study_with_its_overrides(tmp_path):
    desk = Desk(tmp_path / "project")
    desk.study(STUDY, name="lists")
    project = desk.project
    assert load_study(project, "lists").reporter == "all reporters"
    assert len(load_cases(project, "lists")) == 4
    found, _ = open_study(project, "lists", reporter="Lithuania", partner="Belarus")
    assert (found.case, found.corridor) == ("lithuania-belarus", "Lithuania to Belarus")
    other, _ = open_study(project, "lists", reporter="Lithuania")
    assert other.case == ""

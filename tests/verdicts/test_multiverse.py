"""Every combination of choices, judged: answers counted by hand, and the rules."""

import copy

import pandas as pd
import pytest

from made_studies import claim, evidence, monthly, reading, row
from tradecheck.bounds.knowledge import Taken
from tradecheck.verdicts.choosing import ITSELF, OTHER_GOODS
from tradecheck.verdicts.judge import Judge
from tradecheck.verdicts.multiverse import NOTHING_NEW, run
from tradecheck.verdicts.sensitivity import counts

APRIL, MAY = {"months": "2022-04"}, {"months": "2022-05"}
GOODS = {
    "id": "goods", "words": "which goods are meant", "readings": ["C1"],
    "choices": {"all of them": {}, "cars alone": {"goods": "cars"}},
}  # fmt: skip
BELIEVING = {
    "id": "believing", "words": "which figure is believed", "readings": ["C1"],
    "choices": {"nothing": {}, "a large April": {"believing": ["large"]}},
}  # fmt: skip
SHAPE = {
    "id": "shape", "words": "how even the year was", "readings": ["C1"],
    "choices": {"in any way": {}, "at most twice the mean": {"believing": ["even"]}},
}  # fmt: skip
REPORTED = [
    {"id": "large", "words": "April was 900 or more", "quantity": APRIL, "at_least": 900},
    {"id": "even", "words": "no month above twice the mean",
     "shape": {"months": "2022-01..2022-12", "no_month_above": 2}},
    {"id": "germany", "words": "Germany sold 5,000 in April",
     "quantity": APRIL | {"reporter": "Germany"}, "at_least": 5000},
]  # fmt: skip
YEAR = [row("2022-01..2022-12", 800.0), row("2022-01..2022-12", 400.0, product="8704")]


def made(claims, *dimensions, rows=YEAR, **study):
    """A year of 1,200, of which 800 are cars; no month is known."""
    study = {
        "goods": ["8703", "8704"], "groups": {"goods": {"cars": {"codes": ["8703"]}}},
    } | study  # fmt: skip
    told = {"claims": claims, "reported": REPORTED, "dimensions": list(dimensions)}
    return evidence(rows, told, **study)


ABOVE = claim("C1", reading("C1a", {"above": 100}, value=APRIL))


class TestAnswers:
    found = run(made([ABOVE], GOODS, BELIEVING, SHAPE))

    def test_each_answer_stands_once_with_the_fewest_choices_that_lead_to_it(self):
        """By hand: April of 1,200 or of 800; at least 900; at most a sixth of the year."""
        rows = self.found.answers[["choices", "verdict", "lo", "hi", "combinations"]]
        assert rows.fillna(-1).to_numpy().tolist() == [
            ["", "undecided", 0, 1200, 1],
            ["at most twice the mean", "undecided", 0, 200, 1],
            ["a large April", "holds", 900, 1200, 1],
            ["cars alone", "undecided", 0, 800, 1],
            ["a large April; at most twice the mean", "contradiction", -1, -1, 1],
            ["cars alone; at most twice the mean", "undecided", 0, 133.3333, 1],
            ["cars alone; a large April", "contradiction", -1, -1, 2],
        ]

    def test_they_are_counted_by_claim_and_by_reading(self):
        tally = counts(self.found.answers)
        assert tally.loc["C1"].to_dict() == {
            "holds": 1, "undecided": 4, "fails": 0, "contradiction": 2, "not_testable": 0,
            "total": 7,
        }  # fmt: skip
        assert counts(self.found.answers, "reading").loc["C1a", "total"] == 7

    def test_the_smallest_clashes_say_what_and_where(self):
        rows = self.found.clashes[["clash", "where", "answers"]].to_numpy().tolist()
        year = "“the official totals of 2022-01 to 2022-12”"
        assert rows == [
            [f"{year} and “April was 900 or more”", "which goods are meant: cars alone", 1],
            [f"{year} and “no month above twice the mean” and “April was 900 or more”",
             "which goods are meant: all of them", 1],
        ]  # fmt: skip

    def test_flip_rates(self):
        """Goods: 1 of 4 pairs; belief: all 4; shape: 1 of 3, as two answers of cars are one."""
        rows = self.found.flips[["kind", "pairs", "flipped"]].to_numpy().tolist()
        assert rows == [["believing", 4, 4], ["shape", 3, 1], ["goods", 4, 1]]

    def test_what_each_choice_leads_to(self):
        table = self.found.choices.set_index("choice")
        assert table.loc["cars alone", ["undecided", "contradiction", "total"]].to_list() == [
            2,
            1,
            3,
        ]
        assert table.loc["a large April", ["holds", "contradiction", "total"]].to_list() == [
            1,
            2,
            3,
        ]

    def test_every_combination_is_in_one_answer(self):
        assert self.found.answers["combinations"].sum() == 8

    def test_each_answer_is_what_the_judge_says_of_its_choices(self):
        judge = Judge(made([ABOVE], GOODS, BELIEVING, SHAPE))
        asked = judge.evidence.claims.reading("C1a")
        large = judge.judge(asked, Taken(believing=("large",)))
        assert (large.verdict, large.lo, large.hi) == ("holds", pytest.approx(900), 1200)
        even = judge.judge(asked, Taken(goods="cars", believing=("even",)))
        assert (even.lo, even.hi) == pytest.approx((0, 800 / 6))


class TestReadings:
    def test_a_dimension_bears_on_its_readings_alone(self):
        about = {
            "id": "about", "words": "how wide", "readings": ["C10b"],
            "choices": {"as written": {}, "wider": {"predicate": {"between": [0, 1200]}}},
        }  # fmt: skip
        ten = claim(
            "C10", reading("C10a", {"above": 1300}, value=APRIL),
            reading("C10b", {"between": [10, 20]}, value=APRIL),
        )  # fmt: skip
        found = run(made([ABOVE, ten], GOODS, about, BELIEVING | {"readings": []}))
        answers = found.answers[found.answers["claim"] == "C10"]
        assert answers[["reading", "choices", "verdict"]].to_numpy().tolist() == [
            ["C10a", "", "fails"], ["C10a", "a large April", "fails"],
            ["C10b", "", "undecided"], ["C10b", "a large April", "fails"],
            ["C10b", "wider", "holds"], ["C10b", "wider; a large April", "holds"],
        ]  # fmt: skip
        flips = found.flips[found.flips["claim"] == "C10"].set_index("kind")
        assert flips["pairs"].to_dict() == {"about": 2, "reading": 2, "believing": 3}
        assert flips["flipped"].to_dict() == {"about": 2, "reading": 1, "believing": 1}

    def test_numerators_and_bases_are_two_kinds_of_choice(self):
        two = {
            "id": "C2", "title": "t",
            "combinations": {
                "predicate": {"at_least": 1}, "main": "N1-B1",
                "numerators": {
                    "N1": {"words": "April", "quantity": APRIL},
                    "N2": {"words": "both", "quantity": {"months": "2022-04..2022-05"}},
                },
                "bases": {
                    "B1": {"words": "April", "quantity": APRIL},
                    "B2": {"words": "May", "quantity": MAY},
                },
            },
        }  # fmt: skip
        rows = monthly("2022-04", [10.0, 20.0])
        found = run(made([two], rows=rows, goods=["8703"], groups={}))
        assert found.answers.set_index("reading")["verdict"].to_dict() == {
            "C2-N1-B1": "holds", "C2-N1-B2": "fails", "C2-N2-B1": "holds", "C2-N2-B2": "holds",
        }  # fmt: skip
        flips = found.flips.set_index("kind")
        assert flips["words"].to_dict() == {
            "numerator": "what is compared", "base": "what it is compared with",
        }  # fmt: skip
        assert flips["pairs"].to_dict() == {"numerator": 2, "base": 2}
        assert flips["flipped"].to_dict() == {"numerator": 1, "base": 1}

    def test_readings_that_ask_the_same_make_no_pair(self):
        same = claim(
            "C3", reading("C3a", {"above": 5}, value=APRIL),
            reading("C3b", {"above": 5}, value=APRIL),
            {"id": "C3c", "words": "w", "not_testable": "nothing says so"},
        )  # fmt: skip
        found = run(made([same]))
        assert len(found.answers) == 2 and found.flips.empty

    def test_a_study_that_observes_everything_has_one_answer_a_reading(self):
        rows = monthly("2022-04", [10.0, 20.0])
        observed = claim(
            "C1", reading("C1a", {"above": 9}, value=APRIL),
            reading("C1b", {"is": "2022-04"}, peak={"months": "2022-04..2022-05"}),
        )  # fmt: skip
        found = run(made([observed], rows=rows, goods=["8703"], groups={}))
        assert found.answers[["reading", "verdict", "months"]].to_numpy().tolist() == [
            ["C1a", "holds", ""], ["C1b", "fails", "2022-05"]
        ]  # fmt: skip
        assert found.choices.empty and found.clashes.empty and found.left_out.empty

    def test_a_choice_without_data_is_not_testable_and_stops_nothing(self):
        vintage = {
            "id": "vintage", "words": "which release",
            "choices": {"the latest": {}, "the first": {"vintage": "2022-08-31"}},
        }  # fmt: skip
        ratio = claim("C1", reading("C1a", {"at_least": 1}, ratio={"of": MAY, "to": APRIL}))
        rows = monthly("2022-04", [0.0, 20.0], released="2022-08-01")
        rows += monthly("2022-04", [10.0, 20.0], released="2023-08-01")
        found = run(made([ratio], vintage, rows=rows, goods=["8703"], groups={}))
        assert found.answers[["choices", "verdict"]].to_numpy().tolist() == [
            ["", "holds"], ["the first", "not_testable"]
        ]  # fmt: skip

    def test_a_study_without_claims_has_no_answer(self):
        assert all(table.empty for table in run(made([])).tables().values())


class TestRules:
    def test_a_claim_is_not_believed_where_it_is_tested(self):
        believing = {
            "id": "believing", "words": "what is believed",
            "choices": {"nothing": {}, "April": {"believing": ["C1a"]}},
        }  # fmt: skip
        claims = [ABOVE, claim("C10", reading("C10a", {"at_most": 1050}, value=MAY))]
        found = run(made(claims, believing))
        assert counts(found.answers)["total"].to_dict() == {"C1": 1, "C10": 2}
        assert found.answers["verdict"].to_list() == ["undecided", "undecided", "undecided"]
        assert found.answers.iloc[2]["hi"] == pytest.approx(1100, abs=1e-3)
        assert found.left_out.to_numpy().tolist() == [
            ["C1", ITSELF, "C1a: a reading"], ["C1", NOTHING_NEW, "what is believed"],
        ]  # fmt: skip

    def test_other_traders_are_believed_for_the_study_s_own_goods_alone(self):
        believing = BELIEVING | {"choices": {"nothing": {}, "Germany": {"believing": ["germany"]}}}
        excess = {"excess": [{"of": APRIL, "over": APRIL | {"reporter": "Germany"}}]}
        found = run(made([claim("C1", reading("C1a", {"above": 0}, **excess))], GOODS, believing))
        rows = found.answers[["choices", "verdict"]].to_numpy().tolist()
        assert rows == [["", "undecided"], ["Germany", "fails"], ["cars alone", "undecided"]]
        left_out = ["C1", OTHER_GOODS, "Germany sold 5,000 in April"]
        assert left_out in found.left_out.to_numpy().tolist()

    def test_a_choice_that_changes_nothing_is_named(self):
        found = run(made([ABOVE], SHAPE | {"choices": {"any": {}, "exact": {"exact": True}}}))
        assert len(found.answers) == 1
        assert found.left_out.to_numpy().tolist() == [["C1", NOTHING_NEW, "how even the year was"]]
        assert found.flips.empty

    def test_the_report_s_own_choice_is_the_plain_one(self):
        own = GOODS | {"own": "cars alone"}
        rows = run(made([ABOVE], own)).answers[["choices", "hi"]].to_numpy().tolist()
        assert rows == [["", 800], ["all of them", 1200]]


def test_the_same_bytes_whatever_the_order_of_what_is_believed():
    turned = copy.deepcopy(BELIEVING)
    both = {"believing": ["large", "even"]}
    plain = BELIEVING | {"choices": BELIEVING["choices"] | {"both": both}}
    turned["choices"] |= {"both": {"believing": ["even", "large"]}}
    one, other = (run(made([ABOVE], GOODS, dimension)).tables() for dimension in (plain, turned))
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other[name], check_exact=True)

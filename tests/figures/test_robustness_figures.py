"""Robustness in words, bars and curves: what they say follows the table."""

import pytest
from judged import multiverse
from real import claims, study

from tradecheck import sensitivity
from tradecheck.show.exhibits import Cell
from tradecheck.figures import curves, robustness
from tradecheck.figures.verdicts import robustness_cell, robustness_words, verdict_table
from tradecheck.verdicts import Finding, Outcome, Verdict

SOURCE = "a source"


def counts(**states):
    every = dict.fromkeys(("holds", "undecided", "fails", "contradiction"), 0) | states
    return every | {"total": sum(every.values())}


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"undecided": 596, "fails": 40, "contradiction": 12},
         "undecided in 596 of 648 specifications, fails in 40, contradicted in 12"),
        ({"fails": 3, "holds": 2000}, "holds in 2,000 of 2,003 specifications, fails in 3"),
        ({"undecided": 140}, "undecided in all 140 specifications"),
    ],
)  # fmt: skip
def test_robustness_in_words(states, words):
    assert robustness_words(counts(**states)) == words


def test_a_bar_never_stands_without_its_words():
    cell = robustness_cell(counts(undecided=3, fails=1))
    assert cell.text == "undecided in 3 of 4 specifications, fails in 1"
    assert dict(cell.shares) == {"holds": 0, "undecided": 3, "fails": 1, "contradiction": 0}


def finding(reading_id):
    claim = next(c for c in claims().claims for r in c.all_readings if r.id == reading_id)
    reading = claims().reading(reading_id)
    verdict = Verdict.NOT_TESTABLE if reading.not_testable else Verdict.UNDECIDED
    return Finding(claim, reading, Outcome(verdict, lo=0.0, hi=1.0), None, "because")


class TestTheVerdictTable:
    shares = sensitivity.shares(multiverse().specifications)
    untestable = next(
        r.id for c in claims().claims for r in c.all_readings if r.not_testable and r.main
    )

    def test_each_row_leads_to_the_curve_of_its_claim(self):
        cell = verdict_table([finding("C3a")], self.shares, study()).rows[0].cells["robustness"]
        assert cell.href == "india-russia-2024-robustness.html#figure-curve-c3"
        assert cell.text == robustness_words(self.shares.loc["C3a"])

    def test_not_testable_is_said_to_have_no_specification(self):
        row = verdict_table([finding(self.untestable)], self.shares, study()).rows[0]
        assert row.cells["robustness"].startswith("no specification")

    def test_no_verdict_stands_without_robustness(self):
        every = [finding(r.id) for c in claims().claims for r in c.all_readings if r.main]
        for row in verdict_table(every, self.shares, study()).rows:
            said = row.cells["robustness"]
            assert said.text if isinstance(said, Cell) else said


def curve(claim_id, change=lambda table: table):
    claim = next(claim for claim in claims().claims if claim.id == claim_id)
    table = change(multiverse().specifications.query("claim == @claim_id"))
    return curves.curve_figure(claim, table, sensitivity.flips(table), SOURCE)


class TestTheCurve:
    def test_every_claim_of_the_grid_has_one_where_the_table_leads(self):
        for claim_id in ("C1", "C6"):
            figure = curve(claim_id)
            assert figure.name == f"curve-{claim_id.lower()}" and claim_id in figure.title

    def test_title_and_text_follow_the_verdicts(self):
        told = curve("C6"), curve("C6", lambda table: table.assign(verdict="holds"))
        assert "undecided in 130 of 152" in told[0].title
        assert "holds in 152 of 152" in told[1].title
        assert "no single choice changes it" in told[1].title
        assert told[0].alt != told[1].alt and told[0].wide != told[1].wide

    def test_verdicts_are_lines_of_their_own_not_colours_alone(self):
        figure = curve("C6")
        for verdict in ("holds", "undecided", "fails"):
            assert verdict in figure.wide and verdict in figure.narrow

    def test_the_data_split_by_choice(self):
        rows = curve("C6").data.rows
        groups = {row.group for row in rows}
        assert {"The reading", "Coverage of totals"} <= groups
        assert sum(int(r.cells["total"]) for r in rows if r.group == "Coverage of totals") == 152

    def test_a_drawing_stays_small(self):
        figure = curve("C1")
        assert len(figure.wide) + len(figure.narrow) < 25_000


def test_the_claims_figure_counts_every_specification():
    shares = sensitivity.shares(multiverse().specifications, "claim")
    figure = robustness.claims_figure(shares, claims(), SOURCE)
    total = sum(int(row.cells["total"].replace(",", "")) for row in figure.data.rows)
    assert total == len(multiverse().specifications)
    assert "no reading holds in any" in figure.title
    held = shares.assign(holds=1, total=shares["total"] + 1)
    assert "no reading" not in robustness.claims_figure(held, claims(), SOURCE).title


def test_exclusions_add_up_on_the_page():
    found = multiverse()
    rows = robustness.exclusions_table(found.exclusions, len(found.specifications)).rows
    numbers = [int(row.cells["combinations"].replace(",", "").replace("−", "-")) for row in rows]
    assert sum(numbers[:-1]) == numbers[-1] == len(found.specifications)


def test_the_largest_flip_rate_of_each_claim_is_marked():
    table = robustness.flips_table(sensitivity.flips(multiverse().specifications))
    for column in table.columns[1:]:
        assert sum("▲" in row.cells[column.key] for row in table.rows) == 1

"""`03_robustness.ipynb` for any study: it opens with what matters, and no section is empty."""

import ast
from pathlib import Path

import pandas as pd
import pytest

from notebooks.running import cells_of, run, words
from strangers import Desk, joined, tidy
from tradecheck.data.store import read_processed, write_processed
from tradecheck.show.exhibits import Table, shown
from tradecheck.show.prose import NBSP

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "03_robustness.ipynb"
STUDY = """\
question: Did it double?
reporter: Türkiye
partner: Russia
goods: ["8703"]
months: "2022-01..2022-04"
base: "2022-01..2022-01"
groups:
  goods: {small cars: {codes: ["870321"]}}
evidence:
  - months: cars
    provisional: {months: 1, revision: [0.0, 0.2], because: "as before"}
"""
CLAIMS = """\
dimensions:
  - id: codes
    words: which codes are counted
    choices: {all of them: {}, small ones: {goods: small cars}}
claims:
  - id: A10
    title: The peak was March
    readings:
      - {id: A10-plain, words: as published, predicate: {is: 2022-03},
         measure: {peak: {months: "2022-01..2022-04"}}}
"""
SMALL = {"2022-01": 50, "2022-02": 60, "2022-03": 30, "2022-04": 40}
LARGE = {"2022-01": 50, "2022-02": 40, "2022-03": 110, "2022-04": 95}


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """The report of cars whose peak depends on the codes and on the last month's revision."""
    monkeypatch.setenv("TRADECHECK_ROOT", str(tmp_path))
    desk = Desk(tmp_path)
    table = joined(tidy(SMALL, product="870321"), tidy(LARGE, product="870322"))
    desk.add("cars", table, publisher="an office", absent="zero")

    def report(claims: str) -> tuple[dict, pd.DataFrame]:
        made = desk.study(STUDY, claims)
        write_processed(made.project, made.opened, made.cleaned.tables())
        shown = run(NOTEBOOK, study="own")
        return shown, read_processed(made.project, made.opened, "answers")

    return report


def test_it_opens_with_the_choice_that_matters(ran):
    shown, answers = ran(CLAIMS)
    text = words(shown).replace(NBSP, " ")
    assert "The choice that matters most is which codes are counted, for A10" in text
    assert answers["verdict"].to_list() == ["holds", "fails"]
    cells = [cell for cell in cells_of(NOTEBOOK) if cell["cell_type"] == "markdown"]
    assert "".join(cells[0]["source"]) == "## Which choice matters most"


def test_which_revision_would_upset_a_verdict(ran):
    """April of 135 passes March of 140 once it is revised by 5 in 135."""
    shown, _ = ran(CLAIMS)
    (table,) = (one for one in shown["settle"] if isinstance(one, Table))
    (row,) = table.rows
    assert plain(row.cells["change"]) == "up by more than 3.7 %"
    assert plain(row.cells["then"]) == "✗ fails"


def test_a_study_without_claims_has_no_empty_section(ran):
    shown, answers = ran("claims: []\n")
    assert answers.empty and not shown["flips"] and not shown["settle"] and not shown["clashes"]
    (matters,) = shown["matters"]
    assert matters.markdown.strip()


def test_cells_hold_no_function():
    for cell in cells_of(NOTEBOOK):
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            kinds = {type(node) for node in ast.walk(ast.parse(source))}
            assert not kinds & {ast.FunctionDef, ast.Lambda}, cell["id"]
            assert cell["outputs"] == [] and not cell["id"].isdigit()


def plain(cell) -> str:
    return shown(cell).replace(NBSP, " ")

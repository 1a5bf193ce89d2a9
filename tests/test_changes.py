"""Revisions and corrections: read from a small file, shown apart, and mistakes in it said."""

from pathlib import Path

import pytest

from report_sample import sample
from tradecheck.errors import TradecheckError
from tradecheck.report import render
from tradecheck.study.changes import Change, Changes, changes_file, read_changes
from tradecheck.study.project import Project

PROJECT = Project(Path(__file__).resolve().parents[1])
CHANGE = {
    "date": "2027-03-01",
    "version": "0.2.0",
    "what": "The total of the last year rose.",
    "why": "The publisher revised it.",
    "effect": "No verdict changed.",
}


def project_with(tmp_path, text):
    path = tmp_path / changes_file("a-study")
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return Project(tmp_path)


def test_the_shipped_file_is_read():
    assert read_changes(PROJECT, "india-russia-2024") == Changes()
    assert (PROJECT.root / changes_file("india-russia-2024")).is_file()


def test_a_study_without_a_file_has_no_changes(tmp_path):
    assert read_changes(Project(tmp_path), "a-study") == Changes()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("revision: []", "revision.*no such field"),
        ("revisions: [{date: 2027-02-30}]", "date.*no such day"),
        ('corrections: [{date: "2027-03-01", version: "1", what: x, why: y}]', "effect.*missing"),
        ("revisions: [", "not valid YAML"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path, text, complaint):
    with pytest.raises(TradecheckError, match=complaint) as caught:
        read_changes(project_with(tmp_path, text), "a-study")
    assert "notebooks/studies/a-study/changes.yaml" in str(caught.value)


def test_revisions_and_corrections_stand_apart():
    change = Change(**CHANGE)
    mistake = change.model_copy(update={"what": "A unit was wrong."})
    page = render(sample(), changes=Changes(revisions=[change], corrections=[mistake]))
    revisions, corrections = page.index("Revisions:"), page.index("Corrections:")
    assert revisions < page.index("The total of the last year rose.") < corrections
    assert corrections < page.index("A unit was wrong.")


def test_a_superseded_report_says_so_on_its_first_screen():
    page = render(sample(), changes=Changes(superseded_by="version 0.3.0 of 1 May 2027"))
    assert page.index("Superseded by version 0.3.0") < page.index("<h1")


def test_no_change_is_said_too():
    page = render(sample(), changes=Changes(), provenance=[("Study", "a-study")])
    assert "No revision and no correction" in page

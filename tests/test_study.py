"""A study's file: what is read, and the sentence for every kind of mistake."""

import ast
import json
import shutil

import pytest
from real import PROJECT, ROOT, study

from tradecheck.errors import TradecheckError
from tradecheck.study.project import Project, find_project
from tradecheck.study import Study, load_study

TEXT = (PROJECT.studies / "india-russia-2024.yaml").read_text(encoding="utf-8")


def project_with(tmp_path, text, name="india-russia-2024"):
    (tmp_path / "notebooks" / "studies").mkdir(parents=True)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks" / "studies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Project(tmp_path)


@pytest.mark.parametrize(
    ("line", "instead", "complaint"),
    [
        ("partner: Russia", "partnr: Russia", "partnr.*no such field"),
        ("partner: Russia", "", "partner.*missing"),
        ('"847150"', "847150", "servers.*is 847150.*put the value in quotes"),
        ('"847150"', '"47150"', "servers.*'47150'.*two, four or six digits"),
        ('"8542"', '"854"', "'854'"),
        ('claim_date: "2024-10-12"', "claim_date: 2024-10-12", "claim_date.*in quotes"),
        ('first_month: "2024-01"', 'first_month: "2024-13"', "first_month.*'2024-13'"),
        ('first_month: "2024-01"', 'first_month: "2026-01"', "2026-01 lies after last_month 2025-03"),
        ("rate_tolerance_inr: 0.10", "rate_tolerance_inr: a little", "rate_tolerance_inr.*a little"),
        ("rate_tolerance_inr: 0.10", "rate_tolerance_inr: -1", "rate_tolerance_inr.*-1"),
        ("name: india-russia-2024", "name: another", "name is 'another'.*make them equal"),
        ("partner: Russia", "partner: [", "line .*not valid YAML"),
        ("partner: Russia", "partner: Russia\npartner: Iran", r"line \d+.*partner stands twice"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_file_and_field(tmp_path, line, instead, complaint):
    assert line in TEXT
    project = project_with(tmp_path, TEXT.replace(line, instead, 1))
    with pytest.raises(TradecheckError, match=complaint) as caught:
        load_study(project, "india-russia-2024")
    assert "notebooks/studies/india-russia-2024.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_study_that_does_not_exist_names_those_that_do(tmp_path):
    with pytest.raises(TradecheckError, match="'nowhere'.*studies here: india-russia-2024"):
        load_study(project_with(tmp_path, TEXT), "nowhere")


def test_a_folder_that_is_no_project_is_said(tmp_path):
    with pytest.raises(TradecheckError, match="inside the cloned repository"):
        find_project(tmp_path)


def test_the_project_is_found_from_any_folder_inside(tmp_path):
    project = project_with(tmp_path, TEXT)
    assert find_project(project.studies).root == tmp_path.resolve()


def test_every_parameter_says_what_it_means():
    assert all(field.description for field in Study.model_fields.values())


def _assignments(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    cell = next(c for c in cells if "parameters" in c["metadata"].get("tags", []))
    tree = ast.parse("".join(cell["source"]))
    return {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body}


@pytest.mark.parametrize("notebook", sorted(PROJECT.notebooks.glob("*.ipynb")), ids=lambda p: p.stem)
def test_the_parameters_cell_equals_the_study(notebook):
    """Field by field, so that a notebook opened in JupyterLab runs the study that make report runs."""
    assert _assignments(notebook) == study().model_dump()


def test_an_analyst_may_not_misspell_a_parameter_in_the_cell():
    fields = study().model_dump()
    fields.pop("partner")
    with pytest.raises(TradecheckError, match="parameters cell: partner: this field is missing"):
        Study.from_cell(fields | {"partnr": "Russia"})


def test_studies_are_listed_in_order(tmp_path):
    project = project_with(tmp_path, TEXT)
    shutil.copy(ROOT / "LICENSE", project.studies / "a-first.yaml")
    assert project.study_names() == ["a-first", "india-russia-2024"]

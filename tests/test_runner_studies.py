"""Studies as folders: annexes, overrides in a parameters cell, strays, one study beside another."""

import contextlib
import io
import json
import shutil

import pytest

import small_project
from small_project import (
    FIRST,
    PARAMETERS,
    SECOND,
    cell,
    command,
    edit,
    write_notebook,
    write_study,
)
from tradecheck.runner.build import Settings, build
from tradecheck.runner.inspection import status, verify
from tradecheck.runner.needs import raw_cards
from tradecheck.study.project import Project

EAST, WEST = "east-trade", "west-trade"
ANNEX = f"notebooks/studies/{EAST}/04_unit_prices.ipynb"
OWN = PARAMETERS.replace(small_project.STUDY, EAST)
MONTHS = "months = '2024-01..2024-10'"


def annex(project: Project, study: str, name: str, *more: dict, parameters: str = "", **own: str):
    """A notebook in a study's folder that shows its own folder and the study's partner."""
    parameters = parameters or PARAMETERS.replace(small_project.STUDY, study)
    write_notebook(
        project.studies / study / name,
        cell("code", parameters, "parameters"),
        cell("code", small_project.MASTHEAD.format(title="What did it cost?")),
        cell("markdown", "## Where it runs"),
        cell("code", "import os\nprint(os.path.basename(os.getcwd()), sorted(os.listdir(folder)))"),
        *more,
        **own,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    """Two studies, the first with an annex; the shared cells name the first."""
    project = small_project.make(tmp_path_factory.mktemp("built") / "project", EAST, WEST)
    for name in (FIRST, SECOND):
        edit(project.notebooks / name, 1, OWN)
    annex(project, EAST, "04_unit_prices.ipynb")
    assert build(project, [], Settings(), lambda line: None) == []
    return project


@pytest.fixture
def project(built, tmp_path) -> Project:
    shutil.copytree(built.root, tmp_path / "project")
    return Project(tmp_path / "project")


def rebuilt(project: Project, *studies: str) -> tuple[list[str], list[str]]:
    """What the run said of steps, and the failures."""
    said: list[str] = []
    failures = build(project, studies, Settings(), said.append)
    return [line for line in said if ", running " in line or ", new page " in line], failures


def page(project: Project, name: str) -> str:
    return (project.reports / f"{name}.html").read_text()


def test_an_annex_is_a_report_of_its_study_alone(built):
    made = {path.stem for path in built.reports.glob("*.html")}
    shared = {name + suffix for name in (EAST, WEST) for suffix in ("", "-data")}
    assert made == {*shared, f"{EAST}-unit-prices", "index"}
    shown = page(built, f"{EAST}-unit-prices")
    assert f"{EAST} ['flows.csv']" in shown.replace("&#39;", "'")
    assert ANNEX in shown and ANNEX not in page(built, EAST)


def test_pages_of_a_study_lead_to_each_other(built):
    assert f'href="{EAST}-unit-prices.html"' in page(built, f"{EAST}-data")
    assert f'href="{EAST}-data.html"' in page(built, f"{EAST}-unit-prices")
    assert "Unit prices" in page(built, EAST)
    assert "Unit prices" not in page(built, WEST)


def test_the_list_holds_all_studies_with_all_reports_the_main_one_first(built):
    listed = page(built, "index")
    links = [f"{EAST}.html", f"{EAST}-data.html", f"{EAST}-unit-prices.html", f"{WEST}.html"]
    places = [listed.rindex(f'href="{link}"') for link in links]
    assert places == sorted(places)


def test_an_edited_annex_concerns_no_other_page(project):
    edit(project.root / ANNEX, 3, "## Other words")
    steps, failures = rebuilt(project)
    assert failures == []
    assert len(steps) == 1 and "3 of 3, new page for 04_unit_prices" in steps[0]


def test_a_report_more_or_less_renews_the_links_of_the_others(project):
    (project.root / ANNEX).unlink()
    steps, _ = rebuilt(project)
    assert [step.partition(" (")[0] for step in steps] == [
        f"{EAST}: 1 of 2, new page for 01_clean",
        f"{EAST}: 2 of 2, new page for 02_doubling_and_peak",
    ]
    assert "unit-prices" not in page(project, f"{EAST}-data")


@pytest.mark.parametrize(("link", "sound"), [(f"{EAST}-data.html", True), (f"{WEST}.html", False)])
def test_a_link_leads_to_pages_of_the_study_alone(project, link, sound):
    edit(project.root / ANNEX, 3, f"## Links\n\n[a page]({link})")
    _, failures = rebuilt(project)
    assert [link in failure for failure in failures] == ([] if sound else [True])


def shown_in_jupyterlab(project: Project, name: str, monkeypatch) -> str:
    """What the notebook's own cells print, run one after the other as they stand."""
    monkeypatch.setenv("TRADECHECK_ROOT", str(project.root))
    printed, names = io.StringIO(), {}
    with contextlib.redirect_stdout(printed):
        for held in json.loads((project.notebooks / name).read_text())["cells"]:
            if held["cell_type"] == "code":
                exec(held["source"], names)
    return printed.getvalue().strip()


def test_what_the_cell_says_is_what_runs(project, monkeypatch):
    """For the study that it names: in JupyterLab and in the build, and the pages say so."""
    before = page(project, WEST)
    edit(project.notebooks / SECOND, 1, OWN.replace("months = None", MONTHS))
    assert shown_in_jupyterlab(project, SECOND, monkeypatch) == "3 rows, then 2024-11"
    steps, failures = rebuilt(project, EAST)
    assert failures == [] and len(steps) == 1
    assert "override of months: none → &quot;" not in steps[0]
    shown = page(project, EAST).replace("&#34;", '"').replace("&quot;", '"')
    assert "3 rows, then 2024-11" in shown
    told = 'months = "2024-01..2024-10"'
    assert f"Overridden: {told}." in shown and "Overridden: months" in shown
    assert f"Overridden: {told}." in page(project, "index").replace("&#34;", '"')
    held = json.loads((project.reports / f"{EAST}.json").read_text())
    assert held["overridden"] == {"months": '"2024-01..2024-10"'}
    assert "Overridden" not in page(project, f"{EAST}-data")
    assert page(project, WEST) == before


def test_another_study_takes_no_override(project):
    """Its run does not even start again; a new one has the study's own months."""
    edit(project.notebooks / SECOND, 1, OWN.replace("months = None", MONTHS))
    steps, _ = rebuilt(project, WEST)
    assert len(steps) == 1 and "new page" in steps[0]  # which offers the edited notebook
    assert build(project, [WEST], Settings(force=True), lambda line: None) == []
    shown = page(project, WEST)
    assert "3 rows, then 2025-01" in shown and "Overridden" not in shown


def test_taking_an_override_back_brings_the_bytes_back(project):
    before = {path: path.read_bytes() for path in project.reports.glob("[!.]*")}
    edit(project.notebooks / SECOND, 1, OWN.replace("partner = None", "partner = 'Westland'"))
    rebuilt(project)
    assert "A sentence about Westland." in page(project, EAST)
    edit(project.notebooks / SECOND, 1, OWN)
    rebuilt(project)
    assert {path: path.read_bytes() for path in project.reports.glob("[!.]*")} == before


def test_a_notebook_that_needs_a_field_is_for_the_studies_that_have_it(project):
    write_study(project, WEST, authors=["A. Person"])
    shutil.copy(project.root / ANNEX, project.notebooks / "10_people.ipynb")
    path = project.notebooks / "10_people.ipynb"
    held = json.loads(path.read_text())
    held["metadata"]["tradecheck"] = {"needs": "authors", "title": "All people"}
    path.write_text(json.dumps(held))
    steps, failures = rebuilt(project)
    assert failures == []
    assert (project.reports / f"{WEST}-people.html").exists()
    assert not (project.reports / f"{EAST}-people.html").exists()
    assert "All people" in page(project, "index")
    held["metadata"]["tradecheck"]["needs"] = "author"
    path.write_text(json.dumps(held))
    told = "notebooks/10_people.ipynb is not built: no study has the field 'author'."
    assert told in list(status(project, embed=True))


STRAYS = {
    "notebooks/02_doubling_and_peak-Copy1.ipynb": "is not built: a notebook is called NN_some",
    "notebooks/02_doubling_and_peak (1).ipynb": "is not built",
    "notebooks/Untitled.ipynb": "is not built",
    "notebooks/4_prices.ipynb": "is not built",
    f"notebooks/studies/{EAST}/04_unit_prices-Copy1.ipynb": "is not built",
    f"notebooks/studies/{EAST}/claims.yml": "is not read: the files of a study are called",
    f"notebooks/studies/{EAST}/study (1).yaml": "is not read",
    "notebooks/studies/other.yaml": "notebooks/studies/other/study.yaml",
    "notebooks/studies/other.yml": "notebooks/studies/other/study.yaml",
    "notebooks/studies/half/claims.yaml": "notebooks/studies/half is not built: it holds no study",
    "notebooks/studies/half/study.yml": "notebooks/studies/half is not built: it holds no study",
}


@pytest.mark.parametrize("name", STRAYS)
def test_what_is_no_part_of_a_study_is_told_and_not_built(project, name):
    (project.root / name).parent.mkdir(exist_ok=True)
    (project.root / name).write_text("{}")
    before = {path.name for path in project.reports.iterdir()}
    said: list[str] = []
    assert build(project, [], Settings(), said.append) == []
    assert {path.name for path in project.reports.iterdir()} == before
    (told, *_) = [line for line in said if STRAYS[name] in line]
    assert said[-2:] == [f"{EAST}: up to date", f"{WEST}: up to date"]
    assert told in list(status(project, embed=True))
    lines: list[str] = []
    assert verify(project, lines.append) == [] and told in lines


PASSED_OVER = (
    "notebooks/.ipynb_checkpoints/02_x-checkpoint.ipynb",
    "notebooks/README.md",
    "notebooks/studies/.DS_Store",
    "notebooks/studies/README.md",
    f"notebooks/studies/{EAST}/.ipynb_checkpoints/04_unit_prices-checkpoint.ipynb",
    f"notebooks/studies/{EAST}/study.yaml:Zone.Identifier",
    f"notebooks/studies/{EAST}/notes.md",
    f"notebooks/studies/{EAST}/study.yaml~",
)


def test_what_systems_and_editors_leave_is_passed_over(project):
    for name in PASSED_OVER:
        (project.root / name).parent.mkdir(exist_ok=True)
        (project.root / name).write_text("{}")
    assert list(project.strays()) == []


def misspelt(project: Project) -> None:
    write_study(project, EAST, partnr="x")


def no_annex(project: Project) -> None:
    (project.root / ANNEX).write_text("<<<<<<< HEAD")


def annex_of_another(project: Project) -> None:
    edit(project.root / ANNEX, 1, OWN.replace(EAST, WEST))


def annex_with_a_misspelt_field(project: Project) -> None:
    edit(project.root / ANNEX, 1, OWN + "\nmonth = None")


def annex_called_as_another(project: Project) -> None:
    annex(project, EAST, "05_more.ipynb", report="data")


def annex_that_fails(project: Project) -> None:
    edit(project.root / ANNEX, 4, "1 / 0")


def raw_file_of_its_own(project: Project) -> None:
    small_project.write_raw(project, "own.csv", "a\n1\n")
    write_study(project, EAST, evidence=[{"months": "own"}])
    (project.raw / "own.csv").write_text("a\n2\n")


FAULTS = {
    misspelt: f"notebooks/studies/{EAST}/study.yaml, line 13: partnr",
    no_annex: f"{ANNEX} is not a notebook",
    annex_of_another: f"names the study '{WEST}', but the notebook stands in the folder of",
    annex_with_a_misspelt_field: f"{ANNEX}, parameters cell: 'month' cannot be set there",
    annex_called_as_another: f"{EAST}/05_more.ipynb for the study {EAST} would write",
    annex_that_fails: f"{EAST}: 04_unit_prices.ipynb, cell 4 (Where it runs): ZeroDivisionError",
    raw_file_of_its_own: f"{EAST}: data/raw/own.csv has changed",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_study_that_fails_stops_no_other(project, fault):
    """It is named, its last good reports stay in the folder and in the list."""
    before = {path: path.read_bytes() for path in project.reports.glob(f"{EAST}*.*")}
    write_study(project, WEST, partner="Westland")
    fault(project)
    process = command(project, "report")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1 and "Traceback" not in told
    assert told.count("\nError: ") == 1 and FAULTS[fault] in told
    assert "A sentence about Westland." in page(project, WEST)
    assert {path: path.read_bytes() for path in before} == before
    for name in (EAST, WEST):
        assert f'href="{name}.html"' in page(project, "index")
    assert any("cannot be built" in line for line in status(project, embed=True)) == (
        fault is not annex_that_fails
    )
    assert (verify(project, lambda line: None) == []) == (fault is annex_that_fails)


def test_a_file_that_may_not_be_read_stops_its_study_alone(project, monkeypatch):
    def barred(_, study, seen):
        if study.name == EAST:
            raise PermissionError(13, "Permission denied", "totals.csv")
        return raw_cards(project, study, seen)

    monkeypatch.setattr("tradecheck.runner.build.raw_cards", barred)
    for name in (EAST, WEST):
        write_study(project, name, partner="Westland")
    assert rebuilt(project)[1] == [
        f"{EAST}: totals.csv cannot be used: correct its permissions, then run again."
    ]
    assert "Westland" in page(project, WEST) and "Westland" not in page(project, EAST)


def test_studies_are_built_by_name(project):
    for name in (EAST, WEST):
        write_study(project, name, partner="Westland")
    process = command(project, "report", WEST, "no-such-study")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Error: There is no study 'no-such-study'" in told
    assert "Westland" in page(project, WEST) and "Westland" not in page(project, EAST)
    assert command(project, "report", EAST, WEST).wait(60) == 0
    assert "Westland" in page(project, EAST)


@pytest.mark.parametrize("claims", [None, "", "# nothing yet\n", "claims: []\n"])
def test_a_study_may_have_no_claims(project, claims):
    path = project.studies / WEST / "claims.yaml"
    path.unlink()
    if claims is not None:
        path.write_text(claims)
    assert rebuilt(project)[1] == []
    held = json.loads((project.reports / f"{WEST}.json").read_text())
    named = [entry["path"] for entry in held["inputs"]]
    assert (f"notebooks/studies/{WEST}/claims.yaml" in named) == (claims is not None)
    assert rebuilt(project) == ([], [])

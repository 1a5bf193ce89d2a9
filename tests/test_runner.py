"""Building reports: what appears, what is kept, what an analyst is told when something fails."""

import json
import shutil
import sys

import pytest

import small_project
from small_project import (
    FIRST,
    REPORTS,
    SECOND,
    SECOND_CODE,
    STUDY,
    command,
    edit,
    pages,
    rebuild,
    write_study,
)
from tradecheck.errors import TradecheckError
from tradecheck.runner.build import Settings, build
from tradecheck.study.project import Project


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    project = small_project.make(tmp_path_factory.mktemp("built") / "a project")
    assert build(project, [STUDY], Settings(), lambda line: None) == []
    return project


@pytest.fixture
def project(built, tmp_path) -> Project:
    """A copy of the built project: in another folder, everything in it is still fresh."""
    shutil.copytree(built.root, tmp_path / "copy")
    return Project(tmp_path / "copy")


def assert_kept(project: Project, *shown: str) -> None:
    """What failed is a page with the cell's place, the parameters, and this."""
    page = (project.reports / f"{STUDY}.failed.html").read_text()
    for words in ("cell 4 (Rank and share)", "Southland", *shown):
        assert words in page


def ran(said: list[str]) -> list[str]:
    return [line.split("running ")[1].split()[0] for line in said if "running " in line]


def test_all_reports_appear_and_nothing_else(built):
    assert {path.name for path in built.reports.iterdir()} == {*REPORTS, ".tradecheck"}
    assert (built.processed / STUDY / "flows.csv").read_text() == small_project.TOTALS


def test_page_tells_where_it_comes_from(built):
    page = (built.reports / f"{STUDY}.html").read_text()
    assert "A sentence about Southland." in page
    assert "3 rows, then 2025-01" in page
    assert f"make report STUDY={STUDY}" in page
    assert "2 rows, retrieved: 2026-01-31" in page
    assert 'download="flows.csv"' in page and f'download="{SECOND}"' in page


def test_machine_copy_names_study_and_inputs(built):
    held = json.loads((built.reports / f"{STUDY}.json").read_text())
    assert held["study"] == STUDY
    assert [entry["path"] for entry in held["inputs"]] == [
        "data/raw/totals.csv",
        f"notebooks/studies/{STUDY}/claims.yaml",
        f"notebooks/studies/{STUDY}/study.yaml",
    ]
    assert held["inputs"][0]["sha256"] in (built.reports / f"{STUDY}.html").read_text()
    assert "overridden" not in held
    assert held["headline"] == {"holds": 2, "undecided": 1}
    assert "Results for the machine" not in (built.reports / f"{STUDY}.html").read_text()


def test_index_counts_verdicts_in_the_usual_order(built):
    page = (built.reports / "index.html").read_text()
    assert page.index("holds: 2") < page.index("undecided: 1")
    assert f'href="{STUDY}-data.html"' in page


def test_second_build_does_nothing(project):
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*") if path.is_file()}
    said, failures = rebuild(project)
    assert (said, failures) == ([f"{STUDY}: up to date"], [])
    after = {path: path.stat().st_mtime_ns for path in project.root.rglob("*") if path.is_file()}
    assert after == before


def test_forced_build_gives_the_same_bytes(project):
    """Manifests and executed notebooks among them."""
    files = [path for path in project.reports.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    said, _ = rebuild(project, force=True)
    assert ran(said) == ["01_clean", "02_doubling_and_peak"]
    assert {path: path.read_bytes() for path in files} == before


def test_kernel_is_this_interpreter_in_the_notebooks_folder(project, monkeypatch):
    """A kernel of the same name elsewhere on this machine, and a user's profile, have no effect."""
    kernel = project.root / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    spec = {"argv": ["false"], "display_name": "Python 3", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(project.root / "jupyter"))
    startup = project.root / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("print('from the profile')")
    monkeypatch.setenv("IPYTHONDIR", str(project.root / "ipython"))
    monkeypatch.setenv("EXPECTED", sys.executable)
    edit(
        project.notebooks / SECOND,
        SECOND_CODE,
        # The path itself would stand on the page, which the gate refuses for a home folder.
        "import os, sys\nassert sys.executable == os.environ['EXPECTED']\n"
        "assert os.path.basename(os.getcwd()) == 'notebooks'",
    )
    assert rebuild(project)[1] == []
    assert "from the profile" not in (project.reports / f"{STUDY}.html").read_text()


FAILURES = {
    "a failing cell": (
        "print('so <far>')\n1 / 0",
        f"{STUDY}: {SECOND}, cell 4 (Rank and share): ZeroDivisionError: division by zero",
    ),
    "our own error": (
        "from tradecheck.errors import TradecheckError\nraise TradecheckError('Correct the row.')",
        f"{STUDY}: {SECOND}, cell 4 (Rank and share): Correct the row.",
    ),
    "a dead process": (
        "import os\nprint('so <far>')\nos._exit(0)",
        f"{SECOND}, cell 4 (Rank and share): the Python process of the notebook ended",
    ),
    "a killed process": (
        "import os, signal\nprint('so <far>')\nos.kill(os.getpid(), signal.SIGKILL)",
        "it may have run out of memory",
    ),
    "an early exit": ("import sys\nsys.exit(0)", "cell 4 (Rank and share): SystemExit: 0"),
    "a syntax error": ("x = (", "cell 4 (Rank and share): SyntaxError"),
    "a page that may not be published": (
        "print('/home/somebody/secret')",
        f"{SECOND}: The page cannot be published. It holds a path of this machine",
    ),
    "a number typed by hand": (None, f"{SECOND}: Cell 3"),
}


@pytest.mark.parametrize(("source", "told"), FAILURES.values(), ids=FAILURES)
def test_last_good_reports_survive(project, source, told):
    before = pages(project)
    if source is None:
        edit(project.notebooks / SECOND, 3, "## Rank\n\nIt was 95 million.")
    else:
        edit(project.notebooks / SECOND, SECOND_CODE, source)
    _, failures = rebuild(project)
    assert len(failures) == 1 and told in failures[0]
    assert "Traceback" not in failures[0]
    assert pages(project) == before
    if "so <far>" in (source or ""):
        assert_kept(project, "so &lt;far&gt;")


def test_timeout_is_told_apart(project):
    before = pages(project)
    edit(project.notebooks / SECOND, SECOND_CODE, "import time\nprint('so <far>')\ntime.sleep(60)")
    _, failures = rebuild(project, timeout=3)
    assert "cell 4 (Rank and share): the notebook was stopped after 3 seconds" in failures[0]
    assert pages(project) == before
    assert_kept(project, "so &lt;far&gt;")


def test_what_failed_is_told_and_kept_until_the_next_success(project):
    edit(project.notebooks / SECOND, SECOND_CODE, "print('so <far>')\nraise ValueError('odd')")
    process = command(project, "report")
    _, told = process.communicate()
    assert process.returncode == 1
    assert f"Error: {STUDY}: {SECOND}, cell 4 (Rank and share): ValueError: odd" in told
    assert told.endswith(f"Kept for you: reports/{STUDY}.failed.html\n")
    assert_kept(project, "so &lt;far&gt;", "ValueError: odd")
    edit(project.notebooks / SECOND, SECOND_CODE, small_project.ANALYSE)
    assert rebuild(project)[1] == []
    assert not (project.reports / f"{STUDY}.failed.html").exists()


def test_failure_in_the_first_notebook_publishes_nothing(project):
    before = pages(project)
    edit(project.notebooks / FIRST, 4, "raise ValueError('odd')")
    said, failures = rebuild(project)
    assert ran(said) == ["01_clean"] and len(failures) == 1
    assert pages(project) == before


def bad_study(**changes):
    return lambda project: write_study(project, **changes)


def bad_cell(old: str, new: str):
    def change(project: Project) -> None:
        assert old in small_project.PARAMETERS
        edit(project.notebooks / SECOND, 1, small_project.PARAMETERS.replace(old, new))

    return change


def bad_metadata(**own: object):
    def change(project: Project) -> None:
        path = project.notebooks / SECOND
        held = json.loads(path.read_text())
        held["metadata"]["tradecheck"] = own
        path.write_text(json.dumps(held))

    return change


def odd_cell(number: int, **fields: object):
    """A cell, by its number, with fields that the notebook format refuses."""

    def change(project: Project) -> None:
        path = project.notebooks / SECOND
        held = json.loads(path.read_text())
        held["cells"][number - 1].update(fields)
        path.write_text(json.dumps(held))

    return change


def nested_notebook(project: Project) -> None:
    (project.notebooks / SECOND).write_text("[" * 100_000)


def bad_claims(project: Project) -> None:
    path = project.studies / STUDY / "claims.yaml"
    path.write_text(path.read_text().replace("quote:", "qoute:"))


def change_raw(project: Project) -> None:
    (project.raw / "totals.csv").write_text("year,value\n2023,11\n2024,20\n")


def remove_card(project: Project) -> None:
    (project.raw / "totals.card.yaml").unlink()


def not_a_notebook(project: Project) -> None:
    (project.notebooks / SECOND).write_text("<<<<<<< HEAD\n{}")


def same_report_twice(project: Project) -> None:
    shutil.copy(project.notebooks / FIRST, project.notebooks / "04_data.ipynb")


def study_called_index(project: Project) -> None:
    shutil.move(project.studies / STUDY, project.studies / "index")


def no_study(project: Project) -> None:
    (project.studies / STUDY / "study.yaml").unlink()


def no_notebook(project: Project) -> None:
    (project.notebooks / FIRST).unlink()
    (project.notebooks / SECOND).unlink()


MISTAKES = {
    "misspelt field": (bad_study(partnr="x"), [f"{STUDY}/study.yaml", "partnr", "no such field"]),
    "code as a number": (bad_study(goods=[731815]), [f"{STUDY}/study.yaml", "goods", "quotes"]),
    "month as a number": (bad_study(months=202401), ["months", "quotes"]),
    "misspelt field of a claim": (bad_claims, [f"{STUDY}/claims.yaml", "qoute", "no such field"]),
    "cell with a misspelt field": (
        bad_cell("partner =", "partnr ="),
        [SECOND, "parameters cell", "'partnr' cannot be set there", "did you mean 'partner'"],
    ),
    "cell with a code as a number": (
        bad_cell("partner = None", "goods = [731815]"),
        [SECOND, "parameters cell", "goods", "quotes"],
    ),
    "cell with an unknown partner": (
        bad_cell("partner = None", "partner = 'Nowhereland'"),
        [SECOND, "parameters cell", "Nowhereland"],
    ),
    "cell that overrides a study that is not there": (
        bad_cell(f'"{STUDY}"\nmonths = None', '"smal"\nmonths = "2024"'),
        [SECOND, "there is no study 'smal'", f"did you mean '{STUDY}'"],
    ),
    "cell without a study": (bad_cell('study = "small"', ""), [SECOND, "names no study"]),
    "cell with a study that is no text": (bad_cell('"small"', "5"), [SECOND, "names no study"]),
    "cell that computes": (bad_cell('"small"', "'sm' + 'all'"), [SECOND, "parameters cell"]),
    "cell that imports": (bad_cell("months = None", "import os"), [SECOND, "line 2"]),
    "metadata with an odd report": (
        bad_metadata(report="../x"),
        [SECOND, "'../x'", "small letters"],
    ),
    "metadata that are no texts": (bad_metadata(report="", title=5), [SECOND, "title as a text"]),
    "changed raw file": (change_raw, ["data/raw/totals.csv has changed", "git checkout"]),
    "raw file without a card": (remove_card, ["totals.card.yaml does not exist"]),
    "a cell of another type": (
        odd_cell(3, cell_type="heading"),
        [f"{SECOND}, cell 3", "'heading'", "code, markdown, raw"],
    ),
    "metadata of a cell that are a list": (odd_cell(4, metadata=[]), [f"{SECOND}, cell 4"]),
    "a tag with a comma": (odd_cell(4, metadata={"tags": ["a,b"]}), [f"{SECOND}, cell 4", "tags"]),
    "a tag twice": (odd_cell(4, metadata={"tags": ["a", "a"]}), [f"{SECOND}, cell 4", "tags"]),
    "tags that are a text": (odd_cell(4, metadata={"tags": "a"}), [f"{SECOND}, cell 4", "tags"]),
    "a source that is a number": (odd_cell(3, source=5), [f"{SECOND}, cell 3", "source"]),
    "attachments that are a list": (odd_cell(3, attachments=[1]), [f"{SECOND}, cell 3"]),
    "half a character": (odd_cell(4, source="x = '\ud83d'"), [f"{SECOND}, cell 4", "half a char"]),
    "half a character in text": (odd_cell(3, source=["\ude00"]), [f"{SECOND}, cell 3", "half a"]),
    "nested without end": (nested_notebook, [f"{SECOND} is not a notebook"]),
    "merge conflict": (not_a_notebook, [f"notebooks/{SECOND} is not a notebook", "git checkout"]),
    "two notebooks for one report": (
        same_report_twice,
        ["notebooks/04_data.ipynb", f"reports/{STUDY}-data.html", "notebooks/01_clean.ipynb"],
    ),
    "a study in the place of the list": (study_called_index, ["reports/index.html", "list of"]),
    "no study": (no_study, ["There is no study", "git checkout"]),
    "no notebook": (no_notebook, ["There is no notebook to run", "git checkout"]),
}


@pytest.mark.parametrize(("make_mistake", "told"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told_before_anything_runs(project, make_mistake, told):
    before = pages(project)
    make_mistake(project)
    said: list[str] = []
    try:
        failures = build(project, [], Settings(), said.append)
    except TradecheckError as error:
        failures = [str(error)]
    assert len(failures) == 1
    for words in told:
        assert words in failures[0]
    assert ran(said) == []
    assert pages(project) == before


def test_a_study_named_twice_is_built_once(project):
    said: list[str] = []
    assert build(project, [STUDY, STUDY], Settings(force=True), said.append) == []
    assert ran(said) == ["01_clean", "02_doubling_and_peak"]


def test_what_no_notebook_makes_any_more_goes(project):
    edit(project.notebooks / FIRST, 4, small_project.CLEAN.replace("flows.csv", "trade.csv"))
    edit(
        project.notebooks / SECOND,
        SECOND_CODE,
        small_project.ANALYSE.replace("flows.csv", "trade.csv"),
    )
    edit(project.notebooks / SECOND, SECOND_CODE + 2, "'no results'")
    assert rebuild(project)[1] == []
    assert not (project.reports / f"{STUDY}.json").exists()
    assert [path.name for path in (project.processed / STUDY).iterdir()] == ["trade.csv"]

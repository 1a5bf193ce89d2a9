"""What makes a report stale, and what does not: content counts, time does not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import small_project
from small_project import FIRST, SECOND, SECOND_CODE, STUDY, edit, write_raw, write_study
from tradecheck.runner import commits, freshness
from tradecheck.runner.build import Settings, build
from tradecheck.runner.freshness import Inputs, modules_reached
from tradecheck.runner.inspection import status
from tradecheck.runner.notebooks import Notebook
from tradecheck.study.project import Project


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    project = small_project.make(tmp_path_factory.mktemp("built") / "project")
    rebuild(project)
    return project


@pytest.fixture
def project(built, tmp_path) -> Project:
    shutil.copytree(built.root, tmp_path / "project")
    return Project(tmp_path / "project")


def rebuild(project: Project, **settings) -> list[str]:
    """What the run said."""
    said: list[str] = []
    assert build(project, [STUDY], Settings(**settings), said.append) == []
    return said


def steps(said: list[str]) -> tuple[list[str], list[str]]:
    """Which notebooks ran, and which got a new page without a run."""
    ran = [line.split("running ")[1].split()[0] for line in said if ", running " in line]
    rendered = [line.split("page for ")[1].split()[0] for line in said if ", new page for " in line]
    return ran, rendered


def touch_raw(project: Project) -> None:
    for path in project.raw.iterdir():
        os.utime(path, (1, 1))


def save_again(project: Project) -> None:
    """Save a notebook as JupyterLab does after a run: outputs, counts, metadata, other spacing."""
    path = project.notebooks / SECOND
    held = json.loads(path.read_text())
    held["metadata"]["language_info"] = {"name": "python", "version": "3.99"}
    held["cells"][3] |= {
        "execution_count": 7,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["old"]}],
    }
    held["cells"][3]["source"] = held["cells"][3]["source"].splitlines(keepends=True)
    held["cells"][3]["metadata"]["collapsed"] = True
    path.write_text(json.dumps(held))


def edit_markdown(project: Project) -> None:
    edit(project.notebooks / SECOND, 3, "## Rank, share and more")


def edit_code(project: Project) -> None:
    edit(project.notebooks / SECOND, SECOND_CODE, small_project.ANALYSE + "\nprint('more')")


def edit_comment_in_study(project: Project) -> None:
    path = project.studies / STUDY / "study.yaml"
    path.write_text("# a comment\n" + path.read_text())


def edit_study(project: Project) -> None:
    write_study(project, months="2024-01..2024-11")


def edit_claims(project: Project) -> None:
    path = project.studies / STUDY / "claims.yaml"
    path.write_text(small_project.CLAIMS.replace("Trade grew", "Trade rose"))


def delete_claims(project: Project) -> None:
    (project.studies / STUDY / "claims.yaml").unlink()


def write_changes(project: Project) -> None:
    (project.studies / STUDY / "changes.yaml").write_text("revisions: []\n")


def edit_override(project: Project) -> None:
    cell = small_project.PARAMETERS.replace("months = None", "months = '2024-01..2024-10'")
    edit(project.notebooks / SECOND, 1, cell)


def edit_comment_in_parameters(project: Project) -> None:
    edit(project.notebooks / SECOND, 1, "# a comment\n" + small_project.PARAMETERS)


def edit_card(project: Project) -> None:
    path = project.raw / "totals.card.yaml"
    path.write_text(path.read_text().replace("all of it", "half of it"))


def corrupt_other_card(project: Project) -> None:
    (project.raw / "unrelated.csv").write_text("changed")
    (project.raw / "unrelated.card.yaml").write_text("[")


def edit_raw(project: Project) -> None:
    write_raw(project, "totals.csv", small_project.TOTALS + "2025,30\n")


def edit_other_raw(project: Project) -> None:
    write_raw(project, "unrelated.csv", "a\n1\n")


def edit_table(project: Project) -> None:
    (project.processed / STUDY / "flows.csv").write_text("year,value\n")


def delete_page(project: Project) -> None:
    (project.reports / f"{STUDY}.html").unlink()


def edit_page(project: Project) -> None:
    (project.reports / f"{STUDY}.html").write_text("edited by hand")


def delete_machine_copy(project: Project) -> None:
    (project.reports / f"{STUDY}.json").unlink()


def corrupt_manifest(project: Project) -> None:
    (project.reports / ".tradecheck" / f"{STUDY}.json").write_text('{"run": 3')


def corrupt_executed(project: Project) -> None:
    (project.reports / ".tradecheck" / f"{STUDY}.ipynb").write_text("{")


def edit_lock(project: Project) -> None:
    path = project.root / "requirements.lock"
    path.write_text(path.read_text() + "# a comment\n")


def delete_executed(project: Project) -> None:
    (project.reports / ".tradecheck" / f"{STUDY}.ipynb").unlink()


def other_python(project: Project) -> None:
    """The manifest's Python becomes another than this one."""
    path = project.reports / ".tradecheck" / f"{STUDY}.json"
    held = json.loads(path.read_text())
    held["run"]["facts"]["Python"] = "3.1.0"
    path.write_text(json.dumps(held))


CLEANED, ANALYSED = "01_clean", "02_doubling_and_peak"

CHANGES = {  # change → notebooks that run again, reports that get a new page without a run
    edit_other_raw: ([], []),
    corrupt_other_card: ([], []),
    edit_comment_in_study: ([CLEANED, ANALYSED], []),
    edit_claims: ([CLEANED, ANALYSED], []),
    delete_claims: ([CLEANED, ANALYSED], []),
    edit_card: ([CLEANED, ANALYSED], []),
    write_changes: ([], [CLEANED, ANALYSED]),
    edit_override: ([ANALYSED], []),
    edit_comment_in_parameters: ([], [ANALYSED]),
    edit_lock: ([], []),
    edit_page: ([], [ANALYSED]),
    delete_machine_copy: ([], [ANALYSED]),
    edit_code: ([ANALYSED], []),
    corrupt_manifest: ([ANALYSED], []),
    corrupt_executed: ([ANALYSED], []),
    delete_executed: ([ANALYSED], []),
    edit_table: ([CLEANED], []),
    other_python: ([ANALYSED], []),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_rebuilds(project, change):
    change(project)
    assert steps(rebuild(project)) == CHANGES[change]
    assert rebuild(project) == [f"{STUDY}: up to date"]


def edit_module(name: str):
    def change(project: Project) -> None:
        with (project.root / "src" / "tradecheck" / name).open("a") as file:
            file.write("\n")

    return change


def upgrade_package(project: Project) -> None:
    (project.root / "site" / "pandas-99.1.dist-info").mkdir(parents=True)


ROWS = {
    "a raw file touched": (touch_raw, [], []),
    "a notebook saved again": (save_again, [], []),
    "a text cell edited": (edit_markdown, [], [ANALYSED]),
    "a module edited": (edit_module("bounds/terms.py"), [ANALYSED], []),
    "a module edited that no notebook reaches": (edit_module("bounds/programme.py"), [], []),
    "the style edited": (edit_module("report/style.css"), [], [CLEANED, ANALYSED]),
    "another version of a package": (upgrade_package, [CLEANED, ANALYSED], []),
    "the study changed": (edit_study, [CLEANED, ANALYSED], []),
    "raw data changed": (edit_raw, [CLEANED, ANALYSED], []),
    "a page deleted": (delete_page, [], [ANALYSED]),
}


@pytest.mark.parametrize(("change", "runs", "renders"), ROWS.values(), ids=ROWS)
def test_what_the_command_rebuilds(project, change, runs, renders):
    """As people use it, with a copy of the package; and status says the same before."""
    shutil.copytree(freshness.PACKAGE, project.root / "src" / "tradecheck")
    change(project)
    path = os.pathsep.join(str(project.root / folder) for folder in ("src", "site"))

    def command(name: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "tradecheck", name],
            cwd=project.root,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )

    lines = command("status").stdout.splitlines()
    stale = [": stale: " in line for line in lines if line.startswith(f"reports/{STUDY}")]
    assert stale == [name in runs + renders for name in (CLEANED, ANALYSED)]
    assert steps(command("report").stderr.splitlines()) == (runs, renders)
    assert command("report").stderr == f"{STUDY}: up to date\n"


def test_page_comes_back_with_the_same_bytes(project):
    page = project.reports / f"{STUDY}.html"
    before = page.read_bytes()
    page.unlink()
    rebuild(project)
    assert page.read_bytes() == before


def test_edited_markdown_stands_on_the_page_with_the_old_outputs(project):
    edit_markdown(project)
    rebuild(project)
    page = (project.reports / f"{STUDY}.html").read_text()
    assert "Rank, share and more" in page and "3 rows, then 2025-01" in page


def test_without_data_inside_is_another_page(project):
    assert steps(rebuild(project, embed=False)) == ([], [CLEANED, ANALYSED])
    assert "download=" not in (project.reports / f"{STUDY}.html").read_text()
    assert rebuild(project, embed=False) == [f"{STUDY}: up to date"]
    assert steps(rebuild(project)) == ([], [CLEANED, ANALYSED])


REASONS = {
    edit_study: f"notebooks/studies/{STUDY}/study.yaml changed",
    delete_claims: f"notebooks/studies/{STUDY}/claims.yaml is missing",
    edit_override: 'override of months: none → "2024-01..2024-10"',
    edit_raw: "data/raw/totals.csv changed",
    edit_code: f"code of notebooks/{SECOND} changed",
    edit_table: f"data/processed/{STUDY}/flows.csv changed",
    delete_page: f"reports/{STUDY}.html is missing",
    corrupt_manifest: "it has not been built",
    delete_executed: f"stale: reports/.tradecheck/{STUDY}.ipynb is missing",
    other_python: "Python: 3.1.0 → " + "{}.{}.{}".format(*sys.version_info),
}


@pytest.mark.parametrize("change", REASONS)
def test_status_says_because_of_what(project, change):
    assert list(status(project, embed=True)) == [
        f"reports/{STUDY}-data.html: fresh",
        f"reports/{STUDY}.html: fresh",
    ]
    change(project)
    analysed = list(status(project, embed=True))[1]
    assert analysed.startswith(f"reports/{STUDY}.html: stale: ")
    assert analysed.count(REASONS[change]) == 1


ODD = {
    "empty": lambda sound: b"",
    "cut off": lambda sound: sound[:400],
    "no text": lambda sound: b"\xff\xfe",
    "a list": lambda sound: b"[]",
    "a number": lambda sound: b"3",
    "without parts": lambda sound: b"{}",
    "of an earlier form": lambda sound: sound.replace(b'"form": 3', b'"form": 0'),
    "of no form": lambda sound: sound.replace(b'"form": 3', b'"former": 1'),
    "with odd files": lambda sound: sound.replace(b'"files": {', b'"files": 3, "facts": {', 1),
    "with odd digests": lambda sound: sound.replace(b'"writes": {', b'"writes": {"a": 3'),
}


@pytest.mark.parametrize("spoil", ODD.values(), ids=ODD)
def test_a_manifest_that_makes_no_sense_is_as_none(built, tmp_path, spoil):
    sound = (built.reports / ".tradecheck" / f"{STUDY}.json").read_bytes()
    path = tmp_path / "manifest.json"
    path.write_bytes(sound)
    assert freshness.read_manifest(path).to_bytes() == sound != spoil(sound)
    path.write_bytes(spoil(sound))
    assert freshness.read_manifest(path) is None


def test_status_goes_on_after_a_study_that_cannot_be_built(project):
    write_study(project, partnr="x")
    (project.raw / "totals.csv").write_text("changed")
    lines = list(status(project, embed=True))
    assert len(lines) == 2
    assert all("cannot be built" in line for line in lines)


def test_manifest_holds_no_folder_of_this_machine(built):
    for path in (built.reports / ".tradecheck").iterdir():
        assert str(built.root.parent) not in path.read_text()


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    """A package of a few modules in place of ours."""
    folder = tmp_path / "tradecheck"
    files = {
        "__init__.py": "",
        "a.py": "from tradecheck.b import thing",
        "b.py": "import os",
        "c.py": "def late():\n    import tradecheck.rooms.kitchen",
        "rooms/__init__.py": "from tradecheck import a",
        "rooms/kitchen.py": "",
        "rooms/hall.py": "from tradecheck.rooms import kitchen",
        "rooms/templates/page.html": "",
        "loop.py": "from tradecheck import loop",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    monkeypatch.setattr(freshness, "PACKAGE", folder)
    return folder


REACHED = {
    "import pandas": [],
    "from tradecheck.a import x": ["a.py", "b.py"],
    "import tradecheck.b as b": ["b.py"],
    "from tradecheck import a": ["a.py", "b.py"],
    "from tradecheck import loop": ["loop.py"],
    "from tradecheck.c import late": [
        "a.py", "b.py", "c.py", "rooms/__init__.py", "rooms/kitchen.py", "rooms/templates/page.html"
    ],
    "from tradecheck.rooms import (\n    hall,\n)": [
        "a.py", "b.py", "rooms/__init__.py", "rooms/hall.py", "rooms/kitchen.py",
        "rooms/templates/page.html",
    ],
    "%matplotlib inline\nfrom tradecheck.b import x": ["b.py"],
}  # fmt: skip


@pytest.mark.parametrize("source", REACHED)
def test_modules_are_found_through_imports(package, source):
    expected = ["tradecheck/__init__.py", *(f"tradecheck/{name}" for name in REACHED[source])]
    assert modules_reached([source]) == expected


def test_changes_are_phrases():
    old = {"a.csv": "1", "b.csv": "1", "d.csv": "1", "e.csv": "missing"}
    new = {"a.csv": "2", "c.csv": "1", "d.csv": "missing", "e.csv": "1"}
    before = Inputs(old, {"Python": "3.11.1", "x": "1"})
    now = Inputs(new, {"Python": "3.12.0", "x": "2"})
    assert before.changes(before) == []
    assert before.changes(now) == [
        "Python: 3.11.1 → 3.12.0",
        "x: 1 → 2",
        "a.csv changed",
        "b.csv is no longer used",
        "c.csv is new",
        "d.csv is missing",
        "e.csv is new",
    ]


def test_code_digest_counts_code_and_tags_alone(tmp_path):
    project = small_project.make(tmp_path / "p")
    path = project.notebooks / FIRST

    def digests() -> tuple[str, str]:
        notebook = Notebook(project.root, f"notebooks/{FIRST}")
        return notebook.code_digest, notebook.digest

    code, text = digests()
    edit(path, 3, "## Other words")
    assert digests()[0] == code and digests()[1] != text
    edit(path, 1, small_project.PARAMETERS.replace("months = None", "months = '2024'"))
    assert digests()[0] == code
    edit(path, 1, small_project.PARAMETERS.replace("months = None", ""))
    assert digests()[0] != code
    edit(path, 1, small_project.PARAMETERS)
    edit(path, 4, "pass")
    assert digests()[0] != code


@pytest.fixture
def git(project):
    """The project as a repository with one commit; runs git in it and returns what it says."""

    def run(*arguments: str) -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        command = ("git", "-C", str(project.root), *who, *arguments)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    (project.root / ".gitignore").write_text("reports/\ndata/processed/\n")
    run("init", "--quiet")
    run("add", ".")
    run("commit", "--quiet", "--message", "All")
    return run


def test_commit_is_the_last_of_these_files_and_says_whether_they_differ(project, git):
    first, files = git("rev-parse", "HEAD"), ["data/raw/totals.csv", "tradecheck/a.py"]
    save_again(project)
    git("commit", "--quiet", "--all", "--message", "Another file")
    edit_other_raw(project)
    assert commits.commit(project, files) == first
    edit_raw(project)
    git("status")
    assert commits.commit(project, files) == f"{first} with uncommitted changes"
    git("commit", "--quiet", "--all", "--message", "This file")
    assert commits.commit(project, files) == git("rev-parse", "HEAD") != first
    assert commits.commit(project, ["nowhere.csv"]) == "not committed"


def test_what_no_report_is_made_of_makes_none_stale_in_a_repository(project, git):
    """Nor do outputs that an editor has saved; and an edit concerns one page alone."""
    rebuild(project)
    assert git("rev-parse", "HEAD") in (project.reports / f"{STUDY}.html").read_text()
    save_again(project)
    edit_other_raw(project)
    (project.root / "src").mkdir()
    (project.root / "src" / "other.py").touch()
    assert steps(rebuild(project)) == ([], [])
    git("add", "src")
    git("commit", "--quiet", "--message", "A module that no notebook reaches")
    assert steps(rebuild(project)) == ([], [])
    edit_markdown(project)
    git("status")
    assert steps(rebuild(project)) == ([], [ANALYSED])
    assert "with uncommitted changes" in (project.reports / f"{STUDY}.html").read_text()


def test_without_a_repository_nothing_is_committed(project):
    assert commits.commit(project, ["requirements.lock"]) == "not committed"

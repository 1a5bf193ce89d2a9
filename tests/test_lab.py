"""What `make lab` says to git: outputs stay out, names of cells stay, and nothing seems changed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "notebooks").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
AS_SAVED = {  # what JupyterLab writes beside what was typed
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.12.99",
    },
}


def git(folder: Path, *arguments: str) -> str:
    command = ("git", "-c", "user.name=n", "-c", "user.email=n@example.org", *arguments)
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A repository of the notebooks in which `make lab` has run, without a server."""
    folder = tmp_path_factory.mktemp("lab") / "a new place"
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for name in ("Makefile", ".gitattributes", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "As shipped")
    lab = ("make", "lab", "SETUP=@true", f"ENV={sys.prefix}", "ARGS=--version")
    subprocess.run(lab, cwd=folder, check=True, capture_output=True)
    return folder


def save_after_a_run(path: Path, typed: str | None = None) -> None:
    """Write the notebook as JupyterLab does once all cells were run, and one was edited."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"].update(AS_SAVED)
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["metadata"]["execution"] = {"iopub.status.busy": "2020-01-01T00:00:00Z"}
            cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["done\n"]}]
    if typed:
        notebook["cells"][-1]["source"] = [typed]
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def test_nothing_seems_changed(clone: Path):
    for name in NOTEBOOKS:
        (clone / name).touch()  # so that git looks into it
    assert git(clone, "status", "--porcelain") == ""


def test_what_a_run_adds_is_no_change_and_what_was_typed_is(clone: Path):
    ran, edited = NOTEBOOKS[:2]
    save_after_a_run(clone / ran)
    save_after_a_run(clone / edited, typed="an edit")
    git(clone, "add", ".")
    assert git(clone, "status", "--porcelain") == f"M  {edited}\n"
    before, after = (json.loads(git(clone, "show", f"{at}:{edited}")) for at in ("HEAD", ""))
    assert after["cells"].pop()["source"] == ["an edit"]
    before["cells"].pop()
    assert after == before


def test_git_works_on_when_the_environment_is_gone(clone: Path):
    git(clone, "config", "filter.nbstripout.clean", "'/nowhere/bin/python' -m nbstripout")
    (clone / NOTEBOOKS[2]).touch()
    git(clone, "status", "--porcelain")

"""The notebooks run in the tools that people know, on a stock kernel, without the runner."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from strangers import ROOT, Desk, tidy, yaml
from tradecheck.runner.jobs import plan
from tradecheck.study.project import Project

pytestmark = pytest.mark.e2e
NOTEBOOK = "notebooks/01_clean.ipynb"
OURS = Project(ROOT)
STUDIES = ("eu-neighbours-2022", "india-russia-2024")
NOTEBOOKS = [
    (study, job.notebook.file) for study in STUDIES for job in plan(OURS, STUDIES).jobs[study]
]


@pytest.fixture
def desk(tmp_path) -> Desk:
    desk = Desk(tmp_path / "project", notebooks=True)
    desk.add("cars", tidy({f"2022-{n:02d}": 50 + n for n in range(1, 13)}), publisher="An office")
    desk.study(yaml())
    text = (desk.root / NOTEBOOK).read_text(encoding="utf-8")
    named = text.partition('study = \\"')[2].partition('\\"')[0]
    (desk.root / NOTEBOOK).write_text(text.replace(named, "own"), encoding="utf-8")
    return desk


def test_an_editor_runs_a_notebook_from_another_folder(desk):
    notebook = nbformat.read(desk.root / NOTEBOOK, as_version=4)
    folder = {"metadata": {"path": str(desk.project.studies / "own")}}
    NotebookClient(notebook, kernel_name="python3", timeout=120, resources=folder).execute()
    kinds = {kind for cell in notebook.cells for o in cell.get("outputs", ()) for kind in o.data}
    assert "text/html" in kinds
    assert (desk.project.processed / "own" / "flows.parquet").is_file()


@pytest.mark.parametrize("command", [
    "papermill notebooks/01_clean.ipynb out.ipynb -p study own --cwd notebooks --no-progress-bar",
    "nbconvert --to notebook --execute notebooks/01_clean.ipynb --output-dir . --output out.ipynb",
])  # fmt: skip
def test_the_usual_commands_run_a_notebook(desk, command):
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=desk.root, env=os.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    ran = nbformat.read(desk.root / "out.ipynb", as_version=4)
    assert any("Türkiye" in str(cell.get("outputs", "")) for cell in ran.cells)


@pytest.mark.parametrize(("study", "name"), NOTEBOOKS)
def test_each_notebook_runs_first_of_all_for_either_study(study, name, tmp_path):
    for folder in ("notebooks", "data/raw"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    notebook = nbformat.read(tmp_path / name, as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", ()))
    cell.source = "\n".join(
        f'study = "{study}"' if line.startswith("study =") else line
        for line in cell.source.splitlines()
    )
    folder = {"metadata": {"path": str(Path(tmp_path, name).parent)}}
    NotebookClient(notebook, kernel_name="python3", timeout=300, resources=folder).execute()
    last = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    assert last.execution_count

"""A tiny project with cheap notebooks, for tests of the runner. All its data are invented."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

import tradecheck
from tradecheck.runner.build import Settings, build
from tradecheck.study.project import Project

SOURCE = str(Path(tradecheck.__file__).parents[1])

STUDY = "small"
REPORTS = (f"{STUDY}.html", f"{STUDY}-data.html", f"{STUDY}.json", "index.html")
FIELDS: dict[str, Any] = {
    "question": "Did the trade of this small study grow?",
    "reporter": "Northland",
    "partner": "Southland",
    "others": ["Northland", "Southland", "Westland"],
    "goods": ["731815"],
    "months": "2024-01..2024-12",
    "evidence": [{"months": "totals"}],
}
CLAIMS = """\
claims:
  - id: C1
    title: Trade grew
    quote: it grew
    readings:
      - {id: C1a, words: it grew, not_testable: no figure is given}
"""
TOTALS = "year,value\n2023,10\n2024,20\n"

PARAMETERS = f'study = "{STUDY}"\nmonths = None\npartner = None'
OPENED = """\
from tradecheck.study.project import find_project
from tradecheck.study.study import open_study
opened, claims = open_study(find_project(), study, months=months, partner=partner)
folder = find_project().processed / study"""
MASTHEAD = f"""\
{OPENED}
from tradecheck.show.exhibits import Masthead
Masthead(title="{{title}}", standfirst="A sentence about " + opened.partner + ".")"""
CLEAN = """\
folder.mkdir(parents=True, exist_ok=True)
raw = find_project().raw / f"{opened.evidence[0].months}.csv"
(folder / "flows.csv").write_text(raw.read_text())"""
ANALYSE = """\
from tradecheck.study.periods import following
rows = (folder / "flows.csv").read_text().splitlines()
print(len(rows), "rows, then", following(opened.shown[-1]))"""
RESULTS = """\
import tradecheck.bounds.terms  # which only this notebook reaches
from tradecheck.show.results import Results
Results({"claims": [], "measures": [], "headline": {"undecided": 1, "holds": 2}})"""

FIRST = "01_clean.ipynb"
SECOND = "02_doubling_and_peak.ipynb"
SECOND_CODE = 4  # position of the cell with ANALYSE in the second notebook


def cell(kind: str, source: str, *tags: str) -> dict[str, Any]:
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source} | outputs


def write_notebook(path: Path, *cells: dict[str, Any], **own: str) -> None:
    """A notebook; `own` is what its metadata say of its report."""
    metadata = {"tradecheck": own} if own else {}
    held = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(held, indent=1), encoding="utf-8")


def edit(path: Path, position: int, source: str) -> None:
    """Give the cell at the position, from 1, another source."""
    held = json.loads(path.read_text(encoding="utf-8"))
    held["cells"][position - 1]["source"] = source
    path.write_text(json.dumps(held, indent=1), encoding="utf-8")


def write_raw(project: Project, file: str, content: str) -> None:
    """A raw file with its card."""
    (project.raw / file).write_text(content, encoding="utf-8")
    card = {
        "publisher": "An invented office",
        "title": f"Invented table {file}",
        "address": "https://example.org/",
        "retrieved": "2026-01-31",
        "terms": "invented",
        "file": file,
        "format": "tidy",
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "rows": 2,
        "unit": "US$ million",
        "grade": "observed",
        "coverage": "all of it",
    }
    path = project.raw / f"{Path(file).stem}.card.yaml"
    path.write_text(yaml.safe_dump(card), encoding="utf-8")


def write_study(project: Project, name: str = STUDY, **changes: Any) -> None:
    folder = project.studies / name
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(FIELDS | changes, sort_keys=False)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    (folder / "claims.yaml").write_text(CLAIMS, encoding="utf-8")


def make(root: Path, *names: str) -> Project:
    """A whole small project: studies of these names (default: one), a raw file, two notebooks."""
    project = Project(root)
    project.studies.mkdir(parents=True)
    project.raw.mkdir(parents=True)
    for name in names or [STUDY]:
        write_study(project, name)
    write_raw(project, "totals.csv", TOTALS)
    (root / "requirements.lock").write_text("pandas==3.1.1\nnot-installed==1.0\n")
    write_notebook(
        project.notebooks / FIRST,
        cell("code", PARAMETERS, "parameters"),
        cell("code", MASTHEAD.format(title="How the data were cleaned")),
        cell("markdown", "## Cleaning"),
        cell("code", CLEAN),
        report="data",
        title="How the data were cleaned",
    )
    write_notebook(
        project.notebooks / SECOND,
        cell("code", PARAMETERS, "parameters"),
        cell("code", MASTHEAD.format(title="Did it grow?")),
        cell("markdown", "## Rank and share"),
        cell("code", ANALYSE),
        cell("markdown", "## Results"),
        cell("code", RESULTS),
        report="",
        title="Report",
    )
    return project


def rebuild(project: Project, **settings) -> tuple[list[str], list[str]]:
    """What the run said, and the sentences of what failed."""
    said: list[str] = []
    return said, build(project, [STUDY], Settings(**settings), said.append)


def built(folder: Path) -> Project:
    """A small project with its reports."""
    project = make(folder)
    assert rebuild(project)[1] == []
    return project


def copied(project: Project, folder: Path) -> Project:
    """The same with all that was built, to be spoilt."""
    shutil.copytree(project.root, folder)
    return Project(folder)


def pages(project: Project) -> dict[str, bytes]:
    return {name: (project.reports / name).read_bytes() for name in REPORTS}


def command(project: Project, *arguments: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tradecheck", *arguments],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )

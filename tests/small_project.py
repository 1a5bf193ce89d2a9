"""A tiny project with cheap notebooks, for tests of the runner. All its data are invented."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

import tradecheck
from tradecheck.study.project import Project
from tradecheck.runner.build import Settings, build

SOURCE = str(Path(tradecheck.__file__).parents[1])

STUDY = "small"
REPORTS = (f"{STUDY}.html", f"{STUDY}-data.html", f"{STUDY}.json", "index.html")
FIELDS: dict[str, Any] = {
    "name": STUDY,
    "question": "Did the trade of this small study grow?",
    "reporter": "Northland",
    "partner": "Southland",
    "goods_list": "goods",
    "goods": {"screws": ["731815"]},
    "complete_codes": [],
    "beyond_list": {},
    "suppliers": [],
    "claims": "story",
    "rereports": "none",
    "claim_date": "2024-10-12",
    "first_month": "2024-01",
    "last_month": "2024-12",
    "yearly_totals": "totals",
    "destinations": "none",
    "context": "none",
    "exchange_rates": "none",
    "release_calendar": "none",
    "rate_tolerance_inr": 0.1,
    "grid": {
        "claims": ["C1"],
        "goods": ["screws"],
        "coverage": ["as published"],
        "believing": {"nothing": []},
        "rate_tolerance_inr": [None],
        "about": [[1.8, 2.2]],
        "hong_kong": ["apart"],
        "vintage": ["latest"],
        "months": ["none"],
    },
    "rate_gap_flag_percent": 5.0,
    "unit_value_flag_factor": 20.0,
}
STORY = """\
story: {title: A small story}
reported: []
scenarios: []
claims:
  - id: C1
    title: Trade grew
    quote: it grew
    where: first sentence
    address: https://example.org/story
    decided_by: monthly figures
    counter_check:
      words: The total is
      measure: {name: total, unit: US$ million, value: {months: ["2024-01"]}}
    readings:
      - {id: C1a, words: it grew, not_testable: no figure is given}
"""
TOTALS = "year,value\n2023,10\n2024,20\n"

PARAMETERS = "\n".join(f"{field} = {value!r}" for field, value in FIELDS.items())
MASTHEAD = """\
from tradecheck.show.exhibits import Masthead
Masthead(title="{title}", standfirst="A sentence about " + partner + ".")"""
CLEAN = """\
from tradecheck.study.project import find_project
folder = find_project().processed / name
folder.mkdir(parents=True, exist_ok=True)
raw = find_project().raw / f"{yearly_totals}.csv"
(folder / "flows.csv").write_text(raw.read_text())"""
ANALYSE = """\
from tradecheck.study.periods import following
from tradecheck.study.project import find_project
rows = (find_project().processed / name / "flows.csv").read_text().splitlines()
print(len(rows), "rows, then", following(last_month))"""
RESULTS = """\
from tradecheck.show.results import Results
Results({"claims": [], "measures": [], "headline": {"undecided": 1, "holds": 2}})"""

FIRST = "01_clean.ipynb"
SECOND = "02_doubling_and_peak.ipynb"
SECOND_CODE = 4  # position of the cell with ANALYSE in the second notebook


def cell(kind: str, source: str, *tags: str) -> dict[str, Any]:
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source} | outputs


def write_notebook(path: Path, *cells: dict[str, Any]) -> None:
    held = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
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
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "rows": 2,
        "unit": "US$ million",
        "grade": "observed",
        "coverage": "all of it",
        "known_errors": [],
        "how_made": "invented",
        "columns": {},
    }
    path = project.raw / f"{Path(file).stem}.card.yaml"
    path.write_text(yaml.safe_dump(card), encoding="utf-8")


def write_study(project: Project, **changes: Any) -> None:
    text = yaml.safe_dump(FIELDS | changes, sort_keys=False)
    (project.studies / f"{STUDY}.yaml").write_text(text, encoding="utf-8")


def make(root: Path) -> Project:
    """A whole small project: one study, two raw files, two notebooks."""
    project = Project(root)
    project.studies.mkdir(parents=True)
    project.raw.mkdir(parents=True)
    write_study(project)
    write_raw(project, "totals.csv", TOTALS)
    write_raw(project, "story.yaml", STORY)
    (root / "requirements.lock").write_text("pandas==3.1.1\nnot-installed==1.0\n")
    write_notebook(
        project.notebooks / FIRST,
        cell("code", PARAMETERS, "parameters"),
        cell("code", MASTHEAD.format(title="How the data were cleaned")),
        cell("markdown", "## Cleaning"),
        cell("code", CLEAN),
    )
    write_notebook(
        project.notebooks / SECOND,
        cell("code", PARAMETERS, "parameters"),
        cell("code", MASTHEAD.format(title="Did it grow?")),
        cell("markdown", "## Rank and share"),
        cell("code", ANALYSE),
        cell("markdown", "## Results"),
        cell("code", RESULTS),
    )
    return project


def rebuild(project: Project, **settings) -> tuple[list[str], list[str]]:
    """What the run said, and the sentences of what failed."""
    said: list[str] = []
    return said, build(project, [STUDY], Settings(**settings), said.append)


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

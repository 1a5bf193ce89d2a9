"""`03_robustness.ipynb`: its cells run in order, say what the grid says, and make a small page."""

import ast
import json
import re
import shutil

import nbformat
import pytest
from judged import multiverse
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from real import PROJECT, ROOT, claims, study

from tradecheck import sensitivity
from tradecheck.cleaning import clean
from tradecheck.figures.verdicts import verdict_table
from tradecheck.processed import write_processed
from tradecheck.study.project import Project
from tradecheck.show.units import count
from tradecheck.report import render, weigh
from tradecheck.verdicts import Finding, Outcome, Verdict

CELLS = json.loads((ROOT / "notebooks" / "03_robustness.ipynb").read_text(encoding="utf-8"))["cells"]
BUDGET = 250_000


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> nbformat.NotebookNode:
    """The notebook with what each cell shows, run beside the tables that 01 and 02 write."""
    project = Project(tmp_path_factory.mktemp("a copy") / "of the project")
    for folder in ("data/raw", "notebooks/studies"):
        shutil.copytree(ROOT / folder, project.root / folder)
    write_processed(project, study(), {"flows": clean(PROJECT, study()).flows})
    write_processed(project, study(), multiverse().tables())
    shown, cells = [], []
    names = {"display": shown.append}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADECHECK_ROOT", str(project.root))
        for cell in CELLS:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                cells.append(new_markdown_cell(source))
                continue
            shown.clear()
            if (value := run(source, names)) is not None:
                shown.append(value)
            outputs = [new_output("display_data", data=one._repr_mimebundle_()) for one in shown]
            cells.append(new_code_cell(source, outputs=outputs, metadata=cell["metadata"]))
    return new_notebook(cells=cells)


def run(source: str, names: dict) -> object:
    """Runs a cell; its last expression is what it shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None


def test_its_parameters_are_those_of_the_other_notebooks():
    first = [
        json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        for path in sorted((ROOT / "notebooks").glob("0*.ipynb"))
    ]
    assert len(first) == 3 and first[0] == first[1] == first[2]


def test_the_page_says_what_the_grid_says(ran):
    html = render(ran)
    assert f"All {count(len(multiverse().specifications))} specifications" in html
    for row in multiverse().clashes.itertuples():
        assert row.clash in html


def test_the_main_report_leads_to_figures_of_this_page(ran):
    html = render(ran)
    findings = [
        Finding(claim, reading, Outcome(Verdict.UNDECIDED, lo=0.0, hi=1.0), None, "")
        for claim in claims().claims
        for reading in claim.all_readings
        if not reading.not_testable
    ]
    main = [finding for finding in findings if finding.reading.main]
    shares = sensitivity.shares(multiverse().specifications)
    for row in verdict_table(main, shares, study()).rows:
        page, _, target = row.cells["robustness"].href.partition("#")
        assert page == f"{study().name}-robustness.html"
        assert re.search(f'<figure id="{target}">', html), target


def test_the_page_keeps_to_the_budget(ran):
    assert weigh(render(ran))[1] < BUDGET


def test_every_claim_of_the_grid_is_drawn(ran):
    drawn = set(re.findall(r'<figure id="figure-curve-(\w+)">', render(ran)))
    assert drawn == {claim.lower() for claim in study().grid.claims}

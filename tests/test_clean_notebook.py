"""`01_clean.ipynb`: committed clean, readable, and what it says follows the data."""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

from tradecheck.show.exhibits import Exhibit
from tradecheck.study.project import find_project
from tradecheck.show.prose import Prose, typed_digits

ROOT = find_project(Path(__file__).parent).root
NOTEBOOK = json.loads((ROOT / "notebooks" / "01_clean.ipynb").read_text(encoding="utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def test_it_is_committed_without_outputs():
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in CODE)
    assert set(NOTEBOOK["metadata"]) == {"kernelspec", "language_info"}


def test_its_cells_read_like_sentences():
    for cell in CODE:
        source = "".join(cell["source"])
        assert "def " not in source, cell["id"]
        if "parameters" not in cell["metadata"].get("tags", []):
            assert len(cell["source"]) <= 12, cell["id"]
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "markdown":
            assert typed_digits("".join(cell["source"])) == [], cell["id"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The cells run one after the other in a copy of the project; what each one shows, by id."""
    root = tmp_path_factory.mktemp("a copy") / "of the project"
    for folder in ("data/raw", "notebooks/studies"):
        shutil.copytree(ROOT / folder, root / folder)
    names, shown = {}, {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADECHECK_ROOT", str(root))
        for cell in CODE:
            shown[cell["id"]] = run("".join(cell["source"]), names)
    return root, shown


def run(source: str, names: dict) -> object:
    """Runs a cell; its last expression is what it shows."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None


def test_every_section_shows_something(ran):
    _, shown = ran
    silent = [name for name, value in shown.items() if not isinstance(value, Exhibit | Prose)]
    assert silent == ["parameters", "tools", "clean", "counts"]


def test_its_sentences_carry_the_figures(ran):
    _, shown = ran
    assert "539.62" in shown["points-note"].markdown
    assert "298.65" in shown["points-note"].markdown
    worst = shown["quantities"].markdown
    assert re.search("845710 in FY2023-24: 34,128 for .*22.92.* 672 each", worst)
    assert "7 tables, 772 rows" in shown["files"].markdown


def test_it_writes_every_table_twice(ran):
    root, shown = ran
    folder = root / "data" / "processed" / "india-russia-2024"
    names = {"flows", "set_aside", "checks", "flags", "coverage", "ledger"}
    assert {path.name for path in folder.iterdir()} == {
        f"{name}{suffix}" for name in names for suffix in (".parquet", ".csv")
    }
    assert len(shown["written"].rows) == 2 * len(names)

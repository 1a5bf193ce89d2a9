"""The house rules that a machine can hold: import direction, file length, notebooks as source."""

import ast
import json
import re

import pytest
from real import PROJECT, ROOT

from tradecheck.show.prose import typed_digits

PACKAGE = ROOT / "src" / "tradecheck"

# Each module may import from its own floor and from those above it in this list.
FLOORS = [
    {"errors"},
    {"project", "months", "parallel", "prose", "solver", "svg"},
    {"exhibits", "charts"},
    {"study"},
    {"changes"},
    {"cards"},
    {"sources"},
    {"flows"},
    {"cleaning", "processed"},
    {"programme"},
    {"measures"},
    {"official"},
    {"evidence"},
    {"claims"},
    {"verdicts"},
    {"robustness"},
    {"answers", "decisive", "sensitivity"},
    {"figures", "results"},
    {"report"},
    {"runner"},
    {"cli"},
    {"__main__"},
]
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def modules():
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py"
            or path.parent != PACKAGE]


def room_of(path):
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported_rooms(path):
    """Rooms of the package that a module names in an import anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "tradecheck":
                names = [f"tradecheck.{alias.name}" for alias in node.names]
            else:
                names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "tradecheck" and len(parts) > 1 and parts[1] in FLOOR:
                yield parts[1]


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path):
    room = room_of(path)
    assert room in FLOOR, f"{room} has no floor: say in this test where it stands"
    for other in imported_rooms(path):
        assert FLOOR[other] <= FLOOR[room], f"{room} imports {other}, which stands on top of it"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_is_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


NOTEBOOKS = sorted(PROJECT.notebooks.glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def cells(request):
    return json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def test_notebooks_are_committed_without_outputs(cells):
    for cell in cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None


def test_cells_read_like_sentences(cells):
    for cell in cells:
        lines = "".join(cell["source"]).splitlines()
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", []):
            assert len(lines) <= 12, cell["id"]
            assert not re.search(r"^\s*(def|class|lambda)\b", "".join(cell["source"]), re.M), cell["id"]


def test_prose_holds_no_typed_figure(cells):
    for cell in cells:
        if cell["cell_type"] == "markdown":
            assert typed_digits("".join(cell["source"])) == [], cell["id"]


def test_cell_ids_are_names(cells):
    ids = [cell["id"] for cell in cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)

"""The house rules that a machine can hold: imports, lengths, notebooks as source, no study
inside."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml
from importlinter.cli import lint_imports

from tradecheck.show.prose import typed_digits
from tradecheck.study.project import Project

ROOT = Path(__file__).resolve().parents[1]
PROJECT = Project(ROOT)
PACKAGE = ROOT / "src" / "tradecheck"
SHARED = sorted(PROJECT.notebooks.glob("*.ipynb"))
ANNEXES = sorted(PROJECT.studies.glob("*/*.ipynb"))
STUDIES = sorted(PROJECT.studies.glob("*/study.yaml"))


def named(path):
    return path.relative_to(ROOT).as_posix()


def test_imports_point_one_way(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=named)
def test_a_module_is_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


# -- notebooks --------------------------------------------------------------------------------


@pytest.fixture(params=[*SHARED, *ANNEXES], ids=named)
def cells(request):
    return json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def code_of(cells):
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}


def test_notebooks_are_committed_without_outputs(cells):
    for cell in cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None, cell["id"]


def test_cells_read_like_sentences(cells):
    """Of twelve statements at most, imports apart, and of one screen."""
    for name, code in code_of(cells).items():
        plain = ast.unparse(ast.parse(code)).splitlines()
        assert len([line for line in plain if not re.match(r"(from|import) ", line)]) <= 12, name
        assert len(code.splitlines()) <= 36, name
        assert not re.search(r"^\s*(def|class)\b|\blambda\b", code, re.M), name


def test_the_parameters_are_few(cells):
    first = cells[0]
    assert first["metadata"]["tags"] == ["parameters"]
    assert len("".join(first["source"]).splitlines()) <= 10


def test_prose_holds_no_typed_figure(cells):
    for cell in cells:
        if cell["cell_type"] == "markdown":
            assert typed_digits("".join(cell["source"])) == [], cell["id"]


def test_cell_ids_are_names(cells):
    ids = [cell["id"] for cell in cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in ids)


# -- no study inside the package --------------------------------------------------------------

WORDS = (
    "India", "Russia", "China", "Hong Kong", "Armenia", "Belarus", "Georgia", "Germany", "Kazakhstan",
    "Kyrgyzstan", "Lithuania", "Netherlands", "Poland", "Türkiye", "Uzbekistan", "Moscow",
    "DGCI&S", "Eurostat", "Bloomberg", "Euromonitor", "RBC", "KSE Institute", "Sputnik", "ECB",
    "INR", "crore", "rupee", "rupees", "lakh", "CHPL", "Common High Priority", "tier", "tiers", "servers",
    "847150", "microchips", "sanctioned", "restricted technology", "invasion", "the war",
)  # fmt: skip
FISCAL = re.compile(r"\bFY ?202[0-9]|\bfiscal year 202[0-9]")
# Where publishers' formats are read, and the tables of areas and groups.
ALLOWED = (
    "data/sources/", "data/fetch/", "study/areas.", "study/groups.py", "study/currencies.py",
    "show/currencies.csv",
)  # fmt: skip


def of_studies():
    """Names that the studies themselves give: of groups, series, tables, readings, figures,
    choices."""
    for path in STUDIES:
        study = yaml.safe_load(path.read_text(encoding="utf-8"))
        claims_path = path.with_name("claims.yaml")
        claims = (
            yaml.safe_load(claims_path.read_text(encoding="utf-8"))
            if claims_path.exists()
            else None
        )
        yield path.parent.name
        for groups in (study.get("groups") or {}).values():
            yield from groups
        yield from study.get("series") or {}
        yield from study.get("others") or []
        for entry in study.get("evidence") or []:
            yield from (value for value in entry.values() if isinstance(value, str))
        for kind in ("reported", "claims", "dimensions", "scenarios"):
            for entry in (claims or {}).get(kind) or []:
                yield entry["id"]
                yield from (
                    reading["id"] for reading in entry.get("readings") or [] if kind == "claims"
                )


def telling(word):
    """Whether a name says something of its study: C1 and "each" may stand anywhere."""
    return len(word) > 3 and re.search(r"[-_ ]", word) or re.fullmatch(r"[A-Z][0-9]+[a-z]", word)


def words_in(text, words):
    return sorted(word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))


@pytest.fixture(scope="module")
def study_words():
    return {*WORDS, *filter(telling, of_studies())}


TEXTS = [
    path
    for path in sorted(PACKAGE.rglob("*"))
    if path.suffix in (".py", ".j2", ".css", ".csv", ".json")
    and not path.relative_to(PACKAGE).as_posix().startswith(ALLOWED)
]


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_no_word_of_a_study_stands_in_the_package(path, study_words):
    text = path.read_text(encoding="utf-8")
    assert words_in(text, study_words) == []
    assert FISCAL.findall(text) == []


@pytest.mark.parametrize("path", SHARED, ids=named)
def test_no_word_of_a_study_stands_in_a_shared_notebook(path, study_words):
    """But for the name of the study in the parameters cell, which says what runs in JupyterLab."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells[1:])
    assert words_in(text, study_words) == []
    assert FISCAL.findall(text) == []


def test_a_word_of_a_study_would_be_found(study_words):
    text = 'title = "India to Russia"; series == "six neighbours"; reading == "E1-counted"; "FY2024-25"'
    assert {"India", "Russia", "six neighbours", "E1-counted"} <= set(words_in(text, study_words))
    assert FISCAL.findall(text) == ["FY2024"]

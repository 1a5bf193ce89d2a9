"""What `make mutants` changes: one thing at a time, everything that decides, nothing that says."""

import ast
import runpy
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "tools"
MADE = runpy.run_path(str(TOOLS / "mutations.py"))


def made(tmp_path, source):
    """Each mutant of a module as text, with the lines that it changes."""
    path = tmp_path / "module.py"
    path.write_text(source)
    return [
        (one.first, one.last, ast.unparse(MADE["changed"](one))) for one in MADE["mutants"](path)
    ]


@pytest.mark.parametrize(
    ("statement", "mutants"),
    [
        ("a < b", ["a <= b", "a >= b"]),
        ("a == b", ["a != b"]),
        ("a and b not in c", ["a or b not in c", "a and b in c"]),
        ("not a", ["a"]),
        ("x = -a + 2", ["x = -a - 2", "x = a + 2", "x = -a + 3"]),
        ("x = a / 0.5", ["x = a * 0.5", "x = a / 1.5"]),
        ("x = f(True, None, 'word')", ["x = f(False, None, 'word')"]),
        ("x = a if b else c", ["x = a if not b else c"]),
        ("x = [a for a in b if a.c]", ["x = [a for a in b]"]),
        ("x: tuple[int, 3] = a", []),
        ("x += a", ["pass", "x -= a"]),
        ("raise a", ["pass"]),
    ],
)
def test_what_a_statement_may_become(tmp_path, statement, mutants):
    found = [text for _, _, text in made(tmp_path, statement)]
    if not statement.startswith("x") and statement != "raise a":
        assert found.pop(0) == "pass"  # a statement that is an expression may go
    assert sorted(found) == sorted(mutants)


def test_a_function(tmp_path):
    source = '''\
@cache(3)
def f(a: 1, b=2):
    """Three."""
    while a:
        continue
    if b:
        return (
            a
        )
    return None
'''
    found = made(tmp_path, source)
    lines = [(first, last) for first, last, _ in found]
    assert lines == [(2, 2), (4, 4), (5, 5), (6, 6), (7, 9)]
    texts = [text.splitlines() for _, _, text in found]
    assert texts[0][1] == "def f(a: 1, b=3):"
    assert texts[1][3] == "    while not a:"
    assert texts[2][4] == "        pass"
    assert texts[3][5] == "    if not b:"
    assert texts[4][6] == "        return None"

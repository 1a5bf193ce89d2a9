"""What is wrong with a notebook's code and can be seen before it runs: what Python cannot read, and
names that no cell above has made."""

import ast
import builtins
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from tradecheck.runner.freshness import parse
from tradecheck.runner.notebooks import Notebook
from tradecheck.runner.undefined import made, told

OWN = {"display", "get_ipython", "In", "Out", "exit", "quit", "_", "__", "___", "_ih", "_oh", "_dh"}
OWN |= {"__name__", "__doc__", "__annotations__", *dir(builtins)}
UNSEEN = ("globals()", "locals()", "exec(", "%run", "%load", "%store", "%pylab", "import *")
AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}  # run where they stand, as classes do


def faults(notebook: Notebook) -> Iterator[tuple[int, int, str]]:
    """Each fault of its code cells: number of the cell, line in it (0: unknown), sentence.

    Nothing is said of names where cells make them in ways that only a run shows.
    """
    cells = [
        (number, cell["source"])
        for number, cell in enumerate(notebook.cells, start=1)
        if cell["cell_type"] == "code"
    ]
    trees: dict[int, ast.Module] = {}
    for number, source in cells:
        try:
            trees[number] = _tree(source)
        except SyntaxError as error:
            yield number, error.lineno or 0, f"Python cannot read this line: {error.msg}."
    if len(trees) < len(cells) or any(sign in source for _, source in cells for sign in UNSEEN):
        return
    yield from _missing(notebook, trees, dict(cells))


def _tree(source: str) -> ast.Module:
    """The cell as Python reads it; lines for IPython as IPython writes them out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = parse(source)
        except SyntaxError as error:
            plain = _without_ipython(source)
            if plain == source:
                raise error
            tree = parse(plain)
        compile(tree, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return tree


def _without_ipython(source: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager  # only where Python alone fails

    try:
        return str(TransformerManager().transform_cell(source))
    except SyntaxError:
        return source


@dataclass
class _Names:
    """Names that a statement looks up: at once, and once what it defines is called."""

    now: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)


def _missing(
    notebook: Notebook, trees: dict[int, ast.Module], sources: dict[int, str]
) -> Iterator[tuple[int, int, str]]:
    there = OWN | set(notebook.parameters)
    ever = there.union(*(made(source) for source in sources.values()))
    for number, tree in trees.items():
        for statement in tree.body:
            own = set(made(ast.unparse(statement)))
            if isinstance(statement, ast.Try):  # may look for what is not there
                there |= own
                continue
            names = _looked_up(statement)
            for name in sorted((names.now - there - own) | (names.later - ever)):
                line = next(
                    (
                        node.lineno
                        for node in ast.walk(statement)
                        if isinstance(node, ast.Name) and node.id == name
                    ),
                    statement.lineno,
                )
                said = f"NameError: name {name!r} is not defined"
                yield number, line, told(notebook, number, said)
                there.add(name)  # told once
                ever.add(name)
            there |= own
        if sources[number].lstrip().startswith("%%"):
            there |= set(made(sources[number].lstrip().partition("\n")[2]))


def _looked_up(statement: ast.stmt) -> _Names:
    names = _Names()
    _collect(symtable.symtable(ast.unparse(statement), "cell", "exec"), names, False)
    return names


def _collect(table: symtable.SymbolTable, names: _Names, is_later: bool) -> None:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or (top and not symbol.is_assigned())):
            (names.later if is_later else names.now).add(symbol.get_name())
    for inner in table.get_children():
        at_once = inner.get_type() == "class" or inner.get_name() in AT_ONCE
        _collect(inner, names, is_later or not at_once)

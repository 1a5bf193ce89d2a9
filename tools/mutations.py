"""What `make mutants` may change in a module: one thing at a time, in its syntax tree."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.Mult,), ast.Pow: (ast.Mult,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.And: (ast.Or,), ast.Or: (ast.And,),
}  # fmt: skip
REMOVED = (ast.AugAssign, ast.Break, ast.Continue, ast.Expr, ast.Raise)
UNTOUCHED = {"annotation", "returns", "decorator_list", "bases", "type_params"}


class Mutant(NamedTuple):
    """The n-th change of a module, in words, and the lines of the statement that it changes."""

    path: Path
    number: int
    first: int
    last: int
    words: str


class Change(NamedTuple):
    statement: ast.stmt
    words: str
    make: Callable[[], None]


def mutants(path: Path) -> list[Mutant]:
    """Every mutant of a module, in the order of its text."""
    found = []
    for number, change in enumerate(changes(ast.parse(path.read_bytes()))):
        first, body = change.statement.lineno, getattr(change.statement, "body", None)
        last = body[0].lineno - 1 if body else change.statement.end_lineno or first
        found.append(Mutant(path, number, first, max(first, last), change.words))
    return found


def changed(mutant: Mutant) -> ast.Module:
    """The module's tree with the mutant's change."""
    tree = ast.parse(mutant.path.read_bytes())
    [*changes(tree)][mutant.number].make()
    return ast.fix_missing_locations(tree)


def changes(node: ast.AST, statement: ast.stmt | None = None) -> Iterator[Change]:
    """Every change below a node of a tree, which each makes in place."""
    for name, value in ast.iter_fields(node):
        if name in UNTOUCHED:
            continue
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST):
                continue
            of = child if isinstance(child, ast.stmt) else statement
            for new, words in _instead(child):
                assert of is not None
                yield Change(of, words, _putting(node, name, place, new))
            yield from changes(child, of)


def _putting(node: ast.AST, name: str, place: int, new: ast.AST) -> Callable[[], None]:
    held: Any = getattr(node, name)
    if isinstance(held, list):
        return lambda: held.__setitem__(place, new)
    return lambda: setattr(node, name, new)


def _instead(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """What may stand in a node's place, and in words what became of it."""
    for other in SWAPS.get(type(node), ()):
        yield other(), f"{type(node).__name__} → {other.__name__}"
    match node:
        case ast.Constant(value=bool() as truth):
            yield ast.Constant(not truth), f"{truth} → {not truth}"
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1), f"{number} → {number + 1}"
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand, f"{type(node.op).__name__} removed from {ast.unparse(operand)[:50]}"
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None)), "return None"
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            if not isinstance(test, ast.Compare | ast.UnaryOp):  # which are changed themselves
                fields = dict(ast.iter_fields(node)) | {"test": ast.UnaryOp(ast.Not(), test)}
                at = {"lineno": node.lineno, "end_lineno": node.end_lineno}
                yield type(node)(**fields, **at), f"if not {ast.unparse(test)[:50]}"
        case ast.comprehension(ifs=[_, *_]):
            every = ast.comprehension(node.target, node.iter, [], node.is_async)
            yield every, f"all {ast.unparse(node.target)[:50]} taken"
        case ast.Expr(value=ast.Constant()):  # a docstring
            pass
        case ast.stmt() if isinstance(node, REMOVED):
            yield ast.Pass(), f"removed: {ast.unparse(node).splitlines()[0][:60]}"

"""Every small change of a module: comparisons, limits, arithmetic, logic, constants, branches, returns."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Pow: ast.Mult,
}
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One change. ``key`` names it whatever the line: function, what stood there, what stands there now.

    ``lines`` are those of the statement that is changed, without what stands in its block.
    """

    key: str
    line: int
    lines: range
    tree: ast.Module
    node: ast.AST
    changed: ast.AST

    def compiled(self, file: Path) -> CodeType:
        """The changed module. Its line numbers are those of the source."""
        ast.fix_missing_locations(ast.copy_location(self.changed, self.node))
        _put(self.tree, self.node, self.changed)
        try:
            return compile(self.tree, str(file), "exec")
        finally:
            _put(self.tree, self.changed, self.node)


def of(file: Path) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse(file.read_text())
    seen: Counter[str] = Counter()
    for place, node, changed in _changes(tree):
        key = f"{place.function}: {_text(node)} -> {_text(changed)}"
        seen[key] += 1
        if seen[key] > 1:
            key += f" #{seen[key]}"
        line = getattr(node, "lineno", 0)
        lines = _lines(place.statement, node) if place.statement else range(line, line + 1)
        yield Mutant(key, line, lines, tree, node, changed)


class _Place(NamedTuple):
    """Where a node stands: its function's or class's name, and its innermost statement."""

    function: str
    statement: ast.stmt | None


def _lines(statement: ast.stmt, node: ast.AST) -> range:
    """The lines of a simple statement, those before the block of another; whatever happens, the node's own."""
    block = getattr(statement, "body", None) or getattr(statement, "cases", None)
    end = statement.end_lineno or statement.lineno
    if block:
        inner = block[0].pattern if isinstance(block[0], ast.match_case) else block[0]
        end = max(inner.lineno - 1, statement.lineno)
    first, last = getattr(node, "lineno", statement.lineno), getattr(node, "end_lineno", end)
    if isinstance(node, ast.stmt):
        first, last = statement.lineno, end
    return range(min(first, statement.lineno), max(last, end) + 1)


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:160]


def _changes(tree: ast.Module) -> Iterator[tuple[_Place, ast.AST, ast.AST]]:
    for place, node in _walked(tree, _Place("module", None)):
        for changed in _changed(node):
            yield place, node, changed


def _walked(node: ast.AST, place: _Place) -> Iterator[tuple[_Place, ast.AST]]:
    """Every node with its place; no types, no docstrings, no decorators."""
    if isinstance(node, ast.stmt):
        place = place._replace(statement=node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        parts: list[ast.AST] = [*node.body, *node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        place = place._replace(function=node.name)
    elif isinstance(node, ast.ClassDef):
        parts, place = list(node.body), place._replace(function=node.name)
    elif isinstance(node, ast.AnnAssign):
        parts = [] if node.value is None else [node.value]
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        parts = []
    else:
        parts = list(ast.iter_child_nodes(node))
    yield place, node
    for part in parts:
        yield from _walked(part, place)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    yield from _of_conditions(node)
    yield from _of_values(node)
    yield from _of_flow(node)


def _of_conditions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, ops, comparators):
            for place, op in enumerate(ops):
                for other in _COMPARISONS[type(op)]:
                    yield ast.Compare(left, [*ops[:place], other(), *ops[place + 1 :]], comparators)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for place in range(len(values)):
                rest = values[:place] + values[place + 1 :]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)


def _of_values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            yield ast.BinOp(left, _ARITHMETIC[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in _ARITHMETIC:
            yield ast.AugAssign(target, _ARITHMETIC[type(op)](), value)
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() as value):
            yield ast.Constant(value + 1)
        case ast.Call(ast.Name(name), args, keywords) if name in _CALLS:
            yield ast.Call(ast.Name(_CALLS[name], ast.Load()), args, keywords)


def _of_flow(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test, body, orelse) if not isinstance(test, ast.Compare):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Pass()


def _put(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    """Put one node of a tree in the place of another."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                return
            if isinstance(value, list):
                for place, one in enumerate(value):
                    if one is old:
                        value[place] = new
                        return
    raise LookupError(ast.dump(old))

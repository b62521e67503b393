"""Which names a piece of Python reads from around it, and which it makes.

Python's own `symtable` answers differently from version to version where a
comprehension stands at the top level.
"""

import ast
from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound(node: ast.AST) -> set[str]:
    """Returns the names that code gives a value in its own scope."""
    names = set()
    for part in _own(node):
        match part:
            case (
                ast.Name(name, ast.Store()) | ast.ExceptHandler(name=str(name))
            ):
                names.add(name)
            case ast.FunctionDef(name) | ast.ClassDef(name):
                names.add(name)
            case ast.alias():
                names.add((part.asname or part.name).split(".")[0])
    return names


def free(node: ast.AST) -> set[str]:
    """Returns the names that code reads, less those of inner scopes."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    inside = set().union(*map(free, ast.iter_child_nodes(node)))
    if isinstance(node, _COMPREHENSIONS):
        return inside - set().union(*map(bound, _targets(node)))
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        body = node.body if isinstance(node.body, list) else [node.body]
        own = set().union(*map(bound, body))
        return inside - own - _arguments(node)
    return inside


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and what it holds, without going into inner scopes."""
    yield node
    if not isinstance(node, (*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)):
        for child in ast.iter_child_nodes(node):
            yield from _own(child)


def _targets(node):
    return [generator.target for generator in node.generators]


def _arguments(node):
    arguments = getattr(node, "args", None)
    if arguments is None:
        return set()
    return {
        part.arg for part in ast.walk(arguments) if isinstance(part, ast.arg)
    }

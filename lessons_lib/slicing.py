"""Which statements of a notebook a piece of code needs to run alone."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lessons_lib.names import bound, free


@dataclass(frozen=True)
class Statement:
    """A top-level statement of a notebook's cell.

    Attributes:
        cell: The cell's number.
        source: Its whole lines, with the comment lines right above.
        imports: Whether it is an import.
        binds: Names that it assigns, defines or imports.
        uses: Global names that it reads.
        changes: Names whose objects it changes in place: it calls a method
            as a statement of its own, or assigns to an item or attribute.
    """

    cell: int
    source: str
    imports: bool
    binds: frozenset[str]
    uses: frozenset[str]
    changes: frozenset[str]

    @property
    def seeds(self) -> bool:
        """Whether it sets the seeds of what follows in its cell."""
        return not self.binds and ".set_random_seed(" in self.source


def names_used(source: str) -> frozenset[str]:
    """Returns the global names that code reads and does not make itself."""
    tree = ast.parse(source)
    return frozenset(free(tree) - bound(tree))


def statements(cells: Sequence[dict]) -> list[Statement]:
    """Returns the statements of a notebook's code cells, in order.

    Args:
        cells: The cells of a notebook as `json.load` reads it.
    """
    found = []
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            found += _statements(number, "".join(cell["source"]))
    return found


def needed(names: Iterable[str], chapter: list[Statement]) -> list[Statement]:
    """Returns the statements that give names their values, in order.

    Each name is followed back to the last statement that binds it, and from
    there on to what that statement uses. Statements that change a needed
    object are needed too, for example `model.compile(...)`; so are those that
    set the seeds in the same cell.

    Args:
        names: What the code to run reads; names that no statement binds,
            such as `print`, are left alone.
        chapter: All statements that may run before it.
    """
    queue = [(name, len(chapter)) for name in names]
    seen, keep = set(queue), set()
    while queue:
        name, before = queue.pop()
        for i in _givers(name, chapter, before):
            keep.add(i)
            asked = {(used, i) for used in chapter[i].uses} - seen
            seen |= asked
            queue += asked
    return [chapter[i] for i in sorted(keep)]


def _givers(name, chapter, before):
    """Returns the places of what gives a name its value."""
    binders = [i for i in range(before) if name in chapter[i].binds]
    if not binders:
        return []
    last = binders[-1]
    if chapter[last].imports:
        return [last]
    later = range(last + 1, before)
    givers = [last, *(i for i in later if name in chapter[i].changes)]
    cells = {chapter[i].cell: i for i in givers}
    seeds = (i for i in range(before) if chapter[i].seeds)
    return [
        *givers,
        *(i for i in seeds if i < cells.get(chapter[i].cell, i)),
    ]


def _statements(number, source):
    lines = source.splitlines()
    for node in ast.parse(source).body:
        nodes = [node, *getattr(node, "decorator_list", [])]
        first = min(n.lineno for n in nodes) - 1
        while first and lines[first - 1].startswith("#"):
            first -= 1
        text = "\n".join(lines[first : node.end_lineno])
        # `a += 1` changes what is there.
        binds = set() if isinstance(node, ast.AugAssign) else bound(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _imports(number, node)
        else:
            yield Statement(
                number,
                text,
                False,
                frozenset(binds),
                frozenset(free(node)),
                frozenset(_changed(node)),
            )


def _imports(number, node):
    """Yields an import of several names as one statement for each."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            single = ast.ImportFrom(node.module, [alias], node.level)
        else:
            single = ast.Import([alias])
        name = (alias.asname or alias.name).split(".")[0]
        nothing = frozenset()
        text = ast.unparse(single)
        yield Statement(
            number, text, True, frozenset({name}), nothing, nothing
        )


def _changed(node):
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef):
            return
        match part:
            case ast.Expr(ast.Call(ast.Attribute() as target)):
                yield _root(target)
            case ast.Assign(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Subscript | ast.Attribute):
                        yield _root(target)
            case ast.AugAssign(target=target):
                yield _root(target)


def _root(node):
    """Returns the name at the root of `name.a[0].b`, or `""`."""
    while not isinstance(node, ast.Name):
        node = getattr(node, "value", None) or getattr(node, "func", None)
        if node is None:
            return ""
    return node.id

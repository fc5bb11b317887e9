"""Which files of tests stand nearest to a module, by what imports what: they are the likeliest to notice its change."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def modules(roots: Iterable[Path]) -> dict[str, Path]:
    """Every module below some source directories, by its name."""
    return {
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file
        for root in roots
        for file in root.rglob("*.py")
    }


def imported(file: Path) -> set[str]:
    """The names a file imports; of ``from a import b`` both ``a`` and ``a.b``, for b may be a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


class Nearness:
    """How far tests stand from a module: 1 where they import it, 2 where they import who does, and so on."""

    def __init__(self, sources: Mapping[str, Path], tests: Sequence[Path]) -> None:
        self._imports: dict[str | Path, set[str]] = {name: imported(file) for name, file in sources.items()}
        self._imports |= {file: imported(file) for file in tests}

    def of(self, module: str) -> dict[Path, int]:
        """The distance of each file of tests that reaches the module."""
        found: dict[Path, int] = {}
        reached: set[str | Path] = {module}
        last, distance = {module}, 0
        while last:
            distance += 1
            new = {one for one, names in self._imports.items() if one not in reached and not names.isdisjoint(last)}
            found |= {one: distance for one in new if isinstance(one, Path)}
            reached |= new
            last = {one for one in new if isinstance(one, str)}
        return found

"""On which line of a TOML text each key stands: ``tomllib`` tells it for syntax errors only.

Users: ``portal_file``. The text must already have been read by ``tomllib`` without an error, so what is found here is
well formed and only has to be walked, not checked.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

Path = tuple[str | int, ...]

_STRINGS = ('"""', "'''", '"', "'")
_TOKEN = re.compile(r'"""|\'\'\'|"|\'|#|[\[\]{}]|\n')


def lines_of(text: str) -> dict[Path, int]:
    """The line (1 is the first) of every table header and key, by path. Tables of an array are numbered from 0.

    Keys inside an inline table are not listed: the key that holds the table is.
    """
    text = text.replace("\r\n", "\n")
    found: dict[Path, int] = {}
    table: Path = ()
    position = 0
    while position < len(text):
        end = _end_of_statement(text, position)
        statement = text[position:end]
        stripped = statement.lstrip(" \t\n")
        line = text.count("\n", 0, end - len(stripped)) + 1
        if stripped.startswith("["):
            table = _table(stripped, found)
            for length in range(1, len(table) + 1):
                found.setdefault(table[:length], line)
        elif stripped and not stripped.startswith("#"):
            path = table
            for name in _names(_key_text(stripped)):
                path = (*path, name)
                found.setdefault(path, line)
        position = end + 1
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the path, or of its nearest part that has one. Steps that are no key of the text are passed over."""
    here: Path = ()
    for step in path:
        if (*here, step) in lines:
            here = (*here, step)
    return lines.get(here, 1)


def _end_of_statement(text: str, position: int) -> int:
    """Where the statement that begins at ``position`` ends: the newline outside every string and bracket."""
    depth = 0
    while (token := _TOKEN.search(text, position)) is not None:
        mark, position = token.group(), token.end()
        if mark in _STRINGS:
            position = _end_of_string(text, position, mark)
        elif mark == "#":
            newline = text.find("\n", position)
            position = len(text) if newline < 0 else newline
        elif mark == "\n":
            if depth == 0:
                return position - 1
        else:
            depth += 1 if mark in "[{" else -1
    return len(text)


def _end_of_string(text: str, position: int, mark: str) -> int:
    while True:
        end = text.find(mark, position)
        backslashes = len(text[:end]) - len(text[:end].rstrip("\\")) if mark[0] == '"' else 0
        if backslashes % 2 == 0:
            break
        position = end + 1
    end += len(mark)
    while len(mark) == 3 and text[end : end + 1] == mark[0]:  # a text may end in quotation marks of its own
        end += 1
    return end


def _table(header: str, found: dict[Path, int]) -> Path:
    """The path a header names; of an array of tables the next element."""
    array = header.startswith("[[")
    inside = header[2 if array else 1 : _closing(header)]
    path: Path = ()
    for name in _names(inside):
        path = (*path, name)
        if (*path, 0) in found:
            path = (*path, max(n for n in range(len(found)) if (*path, n) in found))
    if not array:
        return path
    if path and isinstance(path[-1], int):
        return (*path[:-1], path[-1] + 1)
    return (*path, 0)


def _closing(header: str) -> int:
    position = 2 if header.startswith("[[") else 1
    while (token := _TOKEN.search(header, position)) is not None:
        if token.group() == "]":
            return token.start()
        position = _end_of_string(header, token.end(), token.group())
    raise AssertionError("tomllib has read the header")


def _key_text(statement: str) -> str:
    """The statement up to its equals sign."""
    position = 0
    while True:
        equals, quote = statement.find("=", position), re.compile(r"[\"']").search(statement, position)
        if quote is None or equals < quote.start():
            return statement[:equals]
        position = _end_of_string(statement, quote.end(), quote.group())


def _names(dotted: str) -> list[str]:
    """The parts of a dotted key, unquoted: tomllib itself reads it."""
    read: Any = tomllib.loads(f"{dotted} = 0")
    names = []
    while isinstance(read, dict):
        ((name, read),) = read.items()
        names.append(name)
    return names

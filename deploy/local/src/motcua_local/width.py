"""Tables in a terminal, aligned by what the eye sees: Vietnamese letters may be one column and two code points."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns a terminal needs for ``text``."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """One line a row, columns two blanks apart; those whose numbers stand in ``right`` end on one edge."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_cell(text, widths[n], n in right) for n, text in enumerate(row)).rstrip() for row in rows]


def _cell(text: str, columns: int, right: bool) -> str:
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks

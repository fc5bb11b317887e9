"""The rows of a spreadsheet (.xlsx) as texts and numbers: visible sheets, in order, without formulas or formats."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalogue.portals import Unreadable
from catalogue.portals.office_file import Event, OfficeFile

_MOST_ROWS = 50_000
_MOST_TEXTS = 500_000
_MOST_COLUMNS = 64

Cell = str | float


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something. ``cells`` by column from 0; of merged cells only the first holds the value."""

    sheet: str
    number: int
    cells: Mapping[int, Cell]


def rows(file: OfficeFile) -> Iterator[Row]:
    """Raises ``Unreadable``."""
    relations = file.related(file.main)
    names = [
        (event.attributes.get("name", ""), relations.get(event.attributes.get("id", "")))
        for event in file.events(file.main)
        if event.what == "start" and event.name == "sheet" and "hidden" not in event.attributes.get("state", "").lower()
    ]
    texts = _shared_texts(file, relations.values())
    counted = 0
    for name, part in names:
        if part is None or not file.has(part):
            continue
        for number, cells in _sheet(file, part, texts):
            counted += 1
            if counted > _MOST_ROWS:
                raise Unreadable("file_too_large", part, f"it has more than {_MOST_ROWS} rows")
            yield Row(name, number, cells)


def _shared_texts(file: OfficeFile, parts: Iterable[str]) -> list[str]:
    part = next((one for one in parts if one.lower().endswith("sharedstrings.xml")), None)
    if part is None or not file.has(part):
        return []
    texts: list[str] = []
    reader = _Text()
    for event in file.events(part):
        reader.see(event)
        if event.what == "start" and event.name == "si":
            reader.take()
        elif event.what == "end" and event.name == "si":
            texts.append(reader.take())
            if len(texts) > _MOST_TEXTS:
                raise Unreadable("file_too_large", part, f"it has more than {_MOST_TEXTS} texts")
    return texts


class _Text:
    """Collects the text of ``t`` and ``v`` elements; what is only a reading aid (``rPh``) and formulas are not text."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._open = self._aside = False

    def see(self, event: Event) -> None:
        if event.what == "text":
            if self._open and not self._aside:
                self._found.append(event.name)
        elif event.name in ("t", "v"):
            self._open = event.what == "start"
        elif event.name == "rPh":
            self._aside = event.what == "start"

    def take(self) -> str:
        found, self._found = "".join(self._found), []
        return found


def _sheet(file: OfficeFile, part: str, texts: list[str]) -> Iterator[tuple[int, dict[int, Cell]]]:
    reader = _Text()
    number, column, kind = 0, -1, ""
    cells: dict[int, Cell] = {}
    for event in file.events(part):
        reader.see(event)
        match event.what, event.name:
            case "start", "row":
                number, column, cells = _number(event.attributes.get("r")) or number + 1, -1, {}
            case "start", "c":
                column, kind = _column(event.attributes.get("r"), column + 1), event.attributes.get("t", "n")
                reader.take()
            case "end", "c":
                value = _value(reader.take(), kind, texts)
                if value != "" and column < _MOST_COLUMNS:
                    cells[column] = value
            case "end", "row":
                if cells:
                    yield number, cells


def _value(text: str, kind: str, texts: list[str]) -> Cell:
    if kind == "s":
        place = _number(text)
        return texts[place].strip() if place is not None and place < len(texts) else ""
    if kind == "e":
        return ""
    if kind in ("str", "inlineStr", "d"):
        return text.strip()
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _column(reference: str | None, otherwise: int) -> int:
    """The column of a reference like "AB12", from 0."""
    letters = re.match(r"[A-Z]{1,3}", reference or "")
    if letters is None:
        return otherwise
    found = 0
    for letter in letters.group():
        found = found * 26 + ord(letter) - 64
    return found - 1

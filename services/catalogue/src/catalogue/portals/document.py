"""The text of a document (.docx) in its order: paragraphs, and tables as rows of cells."""

from collections.abc import Iterator

from catalogue.portals import Unreadable
from catalogue.portals.office_file import Event, OfficeFile

Table = tuple[tuple[str, ...], ...]

_MOST_CELLS = 50_000


def blocks(file: OfficeFile) -> Iterator[str | Table]:
    """Paragraphs outside of tables that hold a text, and tables. Deleted text and field codes are left out.

    A table inside a cell is part of that cell's text. Raises ``Unreadable``.
    """
    paragraph, table = _Paragraph(), _Table(file.main)
    for event in file.events(file.main):
        paragraph.see(event)
        finished = table.see(event)
        if finished is not None:
            yield finished
        elif event.what == "end" and event.name == "p":
            text = paragraph.take()
            if text and not table.take(text):
                yield text


class _Table:
    """The outermost table that is open now."""

    def __init__(self, part: str) -> None:
        self._part, self._depth, self._cells = part, 0, 0
        self._rows: list[list[list[str]]] = []

    def see(self, event: Event) -> Table | None:
        """Follows the tables; gives one when it ends."""
        if event.name == "tbl":
            return self._bound(1 if event.what == "start" else -1)
        if event.what == "start" and self._depth == 1:
            if event.name == "tr":
                self._rows.append([])
            elif event.name == "tc" and self._rows:
                self._cells += 1
                if self._cells > _MOST_CELLS:
                    raise Unreadable("file_too_large", self._part, f"it has more than {_MOST_CELLS} cells")
                self._rows[-1].append([])
        return None

    def take(self, text: str) -> bool:
        """Puts a text into the newest cell; False outside of tables. Text between cells belongs nowhere."""
        if self._depth and self._rows and self._rows[-1]:
            self._rows[-1][-1].append(text)
        return self._depth > 0

    def _bound(self, step: int) -> Table | None:
        if self._depth == 0:
            self._rows = []
        self._depth += step
        if self._depth or not self._rows:
            return None
        return tuple(tuple("\n".join(cell) for cell in row) for row in self._rows)


class _Paragraph:
    def __init__(self) -> None:
        self._found: list[str] = []
        self._open = False

    def see(self, event: Event) -> None:
        if event.what == "text":
            if self._open:
                self._found.append(event.name)
        elif event.name == "t":
            self._open = event.what == "start"
        elif event.what == "start" and event.name in ("br", "cr"):
            self._found.append("\n")
        elif event.what == "start" and event.name == "tab":
            self._found.append(" ")

    def take(self) -> str:
        found, self._found = "".join(self._found).strip(), []
        return found

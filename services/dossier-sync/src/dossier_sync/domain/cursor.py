"""Where a run stands, as text in the feed's row: written with each page, read by whoever takes the run over.

The text lives as long as its run. One that cannot be read is never guessed at: the run then begins its window again,
which costs time and no row.
"""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from dossier_sync.domain.proving import Pass
from dossier_sync.domain.slices import Slice


@dataclass(frozen=True, slots=True)
class Cursor:
    """The part to read next, pages of ``full`` records where nothing is wrong, and what the pass has shown so far.

    ``claim``: how many workers the run had taken when this was written. One that takes it over without a newer cursor
    knows that those between died on this very part. ``ended``: the pass came to the end of the list (True) or to the
    start of the window (False); None: there is more to read. Whoever takes over what has ended reads nothing again.
    ``began``: the feed's page when the run began, so that what the run wrote is known whoever ends it.
    """

    part: Slice
    full: int
    seen: Pass
    claim: int = 1
    ended: bool | None = None
    began: int = 0

    def text(self) -> str:
        """Compact JSON."""
        seen: dict[str, Any] = {field.name: getattr(self.seen, field.name) for field in fields(Pass)}
        for name in _INSTANTS:
            seen[name] = seen[name] and seen[name].isoformat()
        told = {name: getattr(self, name) for name in ("part", "full", "claim", "ended", "began")} | {"seen": seen}
        return json.dumps(told, separators=(",", ":"))


def read_cursor(text: str) -> Cursor | None:
    """The cursor, or None when it cannot be trusted."""
    try:
        told = json.loads(text)
        seen = told["seen"]
        for name in _INSTANTS:
            seen[name] = seen[name] and datetime.fromisoformat(seen[name])
        place = told["full"], Pass(**seen), told["claim"], told["ended"], told["began"]
        cursor = Cursor(Slice(*told["part"]), *place)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    numbers = (
        *cursor.part,
        cursor.full,
        cursor.claim,
        cursor.began,
        *(getattr(cursor.seen, name) for name in _NUMBERS),
    )
    return cursor if all(_is_count(number) for number in numbers) and _fits(cursor) else None


_INSTANTS = ("newest", "oldest")
_NUMBERS = ("number", "since", "rows", "fell", "unread")


def _is_count(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0


def _fits(cursor: Cursor) -> bool:
    return cursor.part.size > 0 and cursor.full % cursor.part.size == 0 and cursor.ended in (None, True, False)

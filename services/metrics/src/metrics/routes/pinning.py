"""Pages of one list are answered as of one moment, that of the first page: its cursor carries it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from metrics.domain.question import FigureQuestion
from metrics.moments import Moment
from metrics.movements import EPOCH
from shared.contracts.paging import decode_cursor, encode_cursor
from shared.contracts.problem import CURSOR_INVALID, ProblemError

_TOO_MUCH = 2**62
_LATEST = 2**57
"""Microseconds since 1970; ``datetime`` ends a little later."""


def following(moment: Moment, name: str, *place: str | int) -> str:
    """The cursor of the page after ``place`` in the list named ``name``."""
    until = 0 if moment.imported is None else (moment.imported - EPOCH) // timedelta(microseconds=1)
    return encode_cursor([moment.entry, moment.change, moment.calendar, moment.entered, until, *place], name)


def pinned(
    question: FigureQuestion, cursor: str | None, name: str, *kinds: type[str] | type[int]
) -> tuple[FigureQuestion, list[Any] | None]:
    """The question as of the first page's moment, and the place to go on after; None: this is the first page."""
    if cursor is None:
        return question, None
    match decode_cursor(cursor, name):
        case [int(entry), int(change), int(calendar), int(entered), int(until), *place] if (
            all(0 <= number < _TOO_MUCH for number in (entry, change, calendar, entered))
            and 0 <= until < _LATEST
            and len(place) == len(kinds)
            and all(isinstance(one, kind) and _possible(one) for one, kind in zip(place, kinds, strict=True))
        ):
            imports = EPOCH + timedelta(microseconds=until) if until else None
            known = replace(question, as_of=entry or None, as_of_catalogue=change, as_of_calendar=calendar)
            return replace(known, as_of_indicators=entered, as_of_imports=imports), place
    raise ProblemError(CURSOR_INVALID, "cursor: It is not a cursor of this service.", parameter="cursor")


def _possible(place: str | int) -> bool:
    return "\0" not in place if isinstance(place, str) else 0 <= place < _TOO_MUCH

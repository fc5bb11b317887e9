"""What questions have in common: agency codes, as-of, page sizes and cursors."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalogue.repository.asof import change_at, newest_change
from shared.contracts.paging import decode_cursor, encode_cursor
from shared.contracts.problem import CURSOR_INVALID, PARAMETER_INVALID, ProblemError
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=1_000, description="Rows in one page.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before, with the same filters.", max_length=2_000)]
AsOf = Annotated[
    str | None,
    Query(
        description="A change number, or a day (what was known at its end in Asia/Ho_Chi_Minh). Default: the newest.",
        examples=["512", "2026-11-23"],
        max_length=20,
    ),
]
AgencyFilter = Annotated[
    str | None,
    Query(description="An agency with its subtree; either order of the code.", examples=["H24.99"], max_length=40),
]


def engine_of(request: Request) -> AsyncEngine:
    """The service's engine."""
    engine: AsyncEngine = request.app.state.engine
    return engine


def agency_code(text: str | None, parameter: str = "agency") -> str | None:
    """The canonical code. Raises ``ProblemError`` (422)."""
    if text is None:
        return None
    try:
        return str(AgencyCode.parse(text))
    except IdentifierError as error:
        raise ProblemError(PARAMETER_INVALID, f"{parameter}: {error.reason}", parameter=parameter) from None


def procedure_code(text: str) -> ProcedureCode:
    """A procedure's code with its suffix. Raises ``ProblemError`` (422)."""
    try:
        return ProcedureCode.parse(text)
    except IdentifierError as error:
        raise ProblemError(PARAMETER_INVALID, f"code: {error.reason}", parameter="code") from None


async def resolved(connection: AsyncConnection, as_of: str | None) -> int:
    """The change an answer holds for. Raises ``ProblemError`` (422) for one that is not there yet, or no day."""
    newest = await newest_change(connection)
    if as_of is None:
        return newest
    if as_of.isascii() and as_of.isdigit():
        if int(as_of) > newest:
            raise _refusal("as_of", f"The newest change is {newest}.")
        return int(as_of)
    try:
        return await change_at(connection, date.fromisoformat(as_of))
    except ValueError:
        raise _refusal("as_of", "It is neither a change number nor a day (YYYY-MM-DD).") from None


def in_order(first: date | None, last: date | None) -> None:
    """Raises ``ProblemError`` (422) when a range ends before it begins."""
    if first is not None and last is not None and last < first:
        raise _refusal("to", "It is before `from`.")


def position(cursor: str | None, query: str, read: Callable[[list[Any]], T]) -> T | None:
    """What a cursor holds, or None without one. Raises ``ProblemError`` (400) for another query's, or a made-up one."""
    if cursor is None:
        return None
    held = decode_cursor(cursor, query)
    try:
        return read(held)
    except (ValueError, TypeError, IndexError):
        raise ProblemError(
            CURSOR_INVALID, "cursor: It does not hold a place in this list.", parameter="cursor"
        ) from None


def cut(rows: list[T], limit: int, query: str, place: Callable[[T], list[Any]]) -> tuple[list[T], str | None]:
    """One page out of ``limit + 1`` rows, and the cursor after it: None when the row too many did not come."""
    if len(rows) <= limit:
        return rows, None
    kept = rows[:limit]
    return kept, encode_cursor(place(kept[-1]), query)


def words(*values: object) -> list[str]:
    """Values a cursor may hold as text. Raises ``TypeError`` for anything else."""
    if not all(isinstance(value, str) for value in values):
        raise TypeError("not a text")
    return [str(value) for value in values]


def number(value: object) -> int:
    """A whole number a cursor may hold. Raises ``TypeError`` for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise TypeError("not a number")
    return value


def _refusal(parameter: str, reason: str) -> ProblemError:
    return ProblemError(PARAMETER_INVALID, f"{parameter}: {reason}", parameter=parameter)

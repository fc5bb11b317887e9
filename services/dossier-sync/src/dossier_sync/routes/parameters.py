"""Parameters several routes share."""

from typing import Annotated, Any

from fastapi import Query, Request

from shared.contracts.paging import decode_cursor, encode_cursor
from shared.contracts.problem import CURSOR_INVALID, PARAMETER_INVALID, ProblemError
from shared.domain.identifiers import AgencyCode, IdentifierError

Cursor = Annotated[
    str | None, Query(description="`next` of the page before; send it with the same filters.", max_length=2_000)
]
Limit = Annotated[int, Query(description="Rows a page.", ge=1, le=1_000)]


def agency_of(text: str | None) -> str | None:
    """The canonical agency code. Raises ``ProblemError`` (422)."""
    try:
        return None if text is None else str(AgencyCode.parse(text))
    except IdentifierError as error:
        raise ProblemError(PARAMETER_INVALID, f"agency: {error}", parameter="agency") from None


def query_of(request: Request) -> str:
    """Names the list a cursor belongs to: its path and filters, without the page."""
    filters = sorted((name, value) for name, value in request.query_params.items() if name not in ("cursor", "limit"))
    return f"{request.url.path}?{filters}"


def position(request: Request, cursor: str | None, *kinds: type) -> list[Any] | None:
    """Where to go on; None at the start. Raises ``ProblemError`` (400)."""
    if cursor is None:
        return None
    found = decode_cursor(cursor, query_of(request))
    if [type(value) for value in found] != list(kinds):
        raise ProblemError(CURSOR_INVALID, "cursor: It is not a cursor of this service.", parameter="cursor")
    return found


def following(request: Request, rows: list[Any], limit: int, *last: Any) -> str | None:
    """The cursor after a full page; None when the list ended."""
    return encode_cursor(list(last), query_of(request)) if len(rows) == limit else None

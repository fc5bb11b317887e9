"""Parameters several routes share."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from dossier_sync.repository.inbound import is_pushed
from shared.contracts.paging import decode_cursor, encode_cursor
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, PARAMETER_INVALID, ProblemError, ProblemType
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.runtime.auth import Principal, requires

Cursor = Annotated[
    str | None, Query(description="`next` of the page before; send it with the same filters.", max_length=2_000)
]
ReadsDossiers = Annotated[Principal, Depends(requires("dossiers:read"))]
Limit = Annotated[int, Query(description="Rows a page.", ge=1, le=1_000)]


FEED_IS_PUSHED = ProblemType("feed-is-pushed", 409, "Nobody reads this feed: others write to it", "upstream")


class FeedIsPushed(Exception):
    """An operator asked for something of a feed that only its sender can do."""

    parameter = "feed"

    def __init__(self) -> None:
        super().__init__("Others push to this feed and no worker reads it: its sender must send the record again.")


def refuse_pushed(feed: str) -> None:
    """Raises ``FeedIsPushed``: a run of such a feed would be asked for and never come."""
    if is_pushed(feed):
        raise FeedIsPushed


def agency_of(text: str | None) -> str | None:
    """The canonical agency code. Raises ``ProblemError`` (422)."""
    try:
        return None if text is None else str(AgencyCode.parse(text))
    except IdentifierError as error:
        raise ProblemError(PARAMETER_INVALID, f"agency: {error}", parameter="agency") from None


def own_agency(asked: str | None, caller: Principal) -> str:
    """The agency asked for, or the caller's own. Another agency's dossiers do not exist for the caller (404)."""
    agency = agency_of(asked) or caller.agency_code
    if not is_own(agency, caller):
        raise ProblemError(NOT_FOUND, "Your agency and those below it have no such dossiers.")
    return agency


def is_own(agency: str, caller: Principal) -> bool:
    """Whether an agency is the caller's or below it."""
    return AgencyCode.parse(agency).is_within(AgencyCode.parse(caller.agency_code))


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

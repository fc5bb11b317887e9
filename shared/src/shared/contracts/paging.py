"""Pages by keyset: an opaque cursor bound to the query it came from.

Users: every list route. The cursor is not a secret and grants nothing: it holds the last key seen and a digest
of the query, so that a cursor carried to another filter is refused instead of answering something else.
"""

import base64
import binascii
import hashlib
from typing import Any, Generic, TypeVar

import msgspec
from pydantic import BaseModel, Field

from shared.contracts.problem import CURSOR_INVALID, ProblemError

T = TypeVar("T")

_LONGEST_CURSOR = 2_000


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T] = Field(description="The rows of this page, in the order of the list.")
    next: str | None = Field(
        description="Cursor of the next page; null on the last. Send it as `cursor` with the same filters."
    )


def encode_cursor(position: list[Any], query: str) -> str:
    """The cursor after ``position`` (JSON-able key values) in the list named by ``query``."""
    payload = msgspec.json.encode([_mark(query), position])
    return base64.urlsafe_b64encode(payload).rstrip(b"=").decode("ascii")


def decode_cursor(text: str, query: str) -> list[Any]:
    """The position held by a cursor. Raises ``ProblemError`` (400, ``cursor-invalid``) for any other text."""
    try:
        if len(text) > _LONGEST_CURSOR:
            raise ValueError("too long")
        payload = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        mark, position = msgspec.json.decode(payload, type=tuple[str, list[Any]])
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise _refusal("It is not a cursor of this service.") from None
    if mark != _mark(query):
        raise _refusal("It came from a query with other filters. Start again without a cursor.")
    return position


def _mark(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()[:16]


def _refusal(reason: str) -> ProblemError:
    return ProblemError(CURSOR_INVALID, f"cursor: {reason}", parameter="cursor")

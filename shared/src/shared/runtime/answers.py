"""Encoded answers and conditional requests.

Users: every GET route that is worth asking twice. A hot answer is encoded once and kept as bytes; the ETag is
the digest of those bytes, so equal answers are equal tags on every replica.
"""

import hashlib
from typing import Any

import msgspec
from fastapi import Request, Response
from pydantic import BaseModel


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)


def encode(value: Any) -> bytes:
    """JSON bytes of plain values, dataclasses, msgspec structs and pydantic models."""
    return _ENCODER.encode(value)


def etag_of(body: bytes) -> str:
    """The strong entity tag of a body."""
    return '"' + hashlib.sha256(body).hexdigest()[:32] + '"'


def conditional(
    request: Request,
    body: bytes,
    *,
    etag: str | None = None,
    max_age: int = 0,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Response:
    """The body with its ETag, or 304 when the caller already holds it.

    Answers are private: they depend on the caller's key, so no shared cache may keep them.
    """
    tag = etag or etag_of(body)
    every = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={max_age}" if max_age else "private, no-cache",
        "Vary": "Authorization",
        **(headers or {}),
    }
    if _holds(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=every)
    return Response(body, media_type=media_type, headers=every)


def _holds(header: str | None, tag: str) -> bool:
    if header is None:
        return False
    held = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in held or tag in held

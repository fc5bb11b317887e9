"""A page of iGate's search before any record of it is read: names, digests, order. Users: ``igate``, ``igate_record``.

Of a page where nothing changed this is all that is ever looked at, so it is done for the page as a whole.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from shared.domain.identifiers import normal

_LONGEST_CODE = 200
_WRITTEN_PLAINLY = re.compile(rf"[!-~]{{1,{_LONGEST_CODE}}}(?:\n[!-~]{{1,{_LONGEST_CODE}}})*")
"""Codes of visible ASCII, one a line: of these upper case is all that is left of ``normal``."""
_ZONE = slice(23, None)
"""Of a time as iGate writes it: what follows the milliseconds."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""ISO with a zone; msgspec takes ``+0000`` without its colon too. A day or a zone that is missing is never guessed."""


class Key(msgspec.Struct, gc=False):
    """What is read of every record, changed or not."""

    code: Any = None
    updatedDate: Any = None


class Keys(msgspec.Struct):
    content: list[Key]


class Page(msgspec.Struct, kw_only=True):
    content: list[msgspec.Raw]
    errors: Any = None
    totalElements: int
    number: int
    last: bool


def keys(codes: Sequence[Any], digests: Sequence[bytes]) -> list[str]:
    """``key`` of every record, a page at a time where all its codes are written as they should be."""
    try:
        told = "\n".join(codes)
    except TypeError:
        told = ""
    if _WRITTEN_PLAINLY.fullmatch(told) and told.count("\n") == len(codes) - 1:
        return told.upper().split("\n")
    return [key(code, digest) for code, digest in zip(codes, digests, strict=True)]


def key(code: Any, digest: bytes) -> str:
    """The name under which a record is looked up before it is parsed."""
    name = normal(code) if isinstance(code, str) and len(code) <= _LONGEST_CODE else ""
    return name if name and name.isascii() and name.isprintable() else f"sha256:{digest.hex()}"


def instant_or_none(stamp: Any) -> datetime | None:
    if isinstance(stamp, datetime):
        return stamp
    try:
        return msgspec.convert(stamp, Instant)
    except msgspec.ValidationError:
        return None


def in_order(stamps: list[Any]) -> bool:
    """Whether times of change never rise. Texts of one format compare as instants do; others are read."""
    texts = [stamp for stamp in stamps if isinstance(stamp, str)]
    if len(texts) == len(stamps) and len({text[_ZONE] for text in texts}) == 1:
        return stamps == sorted(stamps, reverse=True)
    read = [instant_or_none(stamp) for stamp in stamps]
    known = [at for at in read if at is not None]
    return len(known) == len(read) and known == sorted(known, reverse=True)

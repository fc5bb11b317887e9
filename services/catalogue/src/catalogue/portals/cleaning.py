"""What every record passes before it is compared or kept: no pictures, no mark-up, no nulls in lists, NFC."""

import hashlib
import html
import re
import unicodedata
from typing import Any

import msgspec

_PICTURE = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_VOLATILE = frozenset({"updatedAt", "createdAt"})
"""A portal that only touched a record has not changed it."""


def cleaned(value: Any) -> Any:
    """A JSON value without what would make two equal records differ."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [cleaned(item) for item in value if item is not None]
    if isinstance(value, dict):
        return {str(key): cleaned(item) for key, item in value.items()}
    return value


def plain_text(text: str) -> str:
    """Rich text as plain lines: pictures and tags gone, entities resolved, blanks single, NFC."""
    bare = html.unescape(_TAG.sub(" ", _BREAK.sub("\n", _PICTURE.sub("", text))))
    folded = unicodedata.normalize("NFC", bare).replace("\x00", "")
    return _LINES.sub("\n", _BLANKS.sub(" ", folded)).strip()


def digest(record: Any) -> bytes:
    """SHA-256 of a cleaned record, whatever the order of its keys and without its time stamps."""
    lasting = {key: item for key, item in record.items() if key not in _VOLATILE}
    return hashlib.sha256(msgspec.json.encode(lasting, order="deterministic")).digest()


def texts(value: Any) -> list[str]:
    """The names in a value that may be a text, an object with a name, a list of either, or nothing."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return texts(value.get("name"))
    if isinstance(value, list):
        return [name for item in value for name in texts(item)]
    return []

"""One text for one value: the bytes that are hashed and signed (RFC 8785, for values without fractions).

Names are sorted, nothing is spaced, letters stand as they are in UTF-8. A number with a fraction has several
spellings in JSON, so there is none here: rates travel as decimal texts.
"""

import hashlib
import json
from typing import Any


class NotCanonical(ValueError):
    """The value has no canonical text, or a text is not the canonical one of its value."""


def canonical(value: Any) -> bytes:
    """The canonical JSON of objects, lists, texts, integers, true, false and null. Raises ``NotCanonical``."""
    _check(value)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from None


def read_canonical(text: bytes) -> Any:
    """The value of a text that is canonical to the last byte. Raises ``NotCanonical`` for any other text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"It is not JSON: {error}.") from None
    if canonical(value) != text:
        raise NotCanonical("It is not the canonical text of its value: it was edited or formatted anew.")
    return value


def digest(text: bytes) -> str:
    """The digest by which a text is named: ``sha256:`` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(text).hexdigest()}"


def _check(value: Any) -> None:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, float):
            raise NotCanonical(f"{one!r} is a number with a fraction; write it as a text.")
        if isinstance(one, dict):
            if not all(isinstance(name, str) and name.isascii() for name in one):
                raise NotCanonical("Names are ASCII: others sort differently in different languages.")
            pending += one.values()
        elif isinstance(one, list | tuple):
            pending += one

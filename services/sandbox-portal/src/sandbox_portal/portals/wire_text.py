"""UTF-8 held in one-byte strings, for speed.

A page is put together from hundreds of thousands of pieces. Vietnamese letters would make Python keep every piece
in two bytes a character and encode the whole page at the end. Wire text holds one character for each UTF-8 byte,
so joining is copying and the end is free: half the time of a page. It must never be shown or compared as text.
"""

from shared.runtime.answers import encode


def wire(text: str) -> str:
    """Text as wire text."""
    return text.encode().decode("latin-1")


def wire_json(value: object) -> str:
    """A value's JSON as wire text."""
    return encode(value).decode("latin-1")


def wire_bytes(text: str) -> bytes:
    """The UTF-8 bytes of wire text."""
    return text.encode("latin-1")

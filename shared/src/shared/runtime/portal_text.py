"""A portal's text as UTF-8, whatever it was sent in, or untouched: nothing here puts a mark where a letter was.

User: ``http``. What cannot be read as text goes on as it came; the parser then refuses it, and the page is set aside
with its digest. A single-byte charset is believed only where the bytes are no UTF-8: servers declare ISO-8859-1 by
habit and send UTF-8, whereas Vietnamese in windows-1258 is never UTF-8 by accident.
"""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from unicodedata import normalize

_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii"})
_SINGLE_BYTE = {
    "windows-1258": "cp1258",
    "cp1258": "cp1258",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
}
_WIDE = {"utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}
_OPENINGS = (b"{", b"[")


def as_utf8(body: bytes, content_type: str) -> bytes:
    """The body in UTF-8 without a mark of byte order; the body itself where it is so already, or no text at all."""
    charset = _charset(content_type)
    if charset in _UTF8 and body.startswith(_OPENINGS) and body[1:2] != b"\0":
        return body  # nearly always; whether it is valid UTF-8 the parser finds out
    if body.startswith(BOM_UTF8):
        return body[len(BOM_UTF8) :]
    wide = _wide(body, charset)
    if wide is not None:
        return _decoded(body, wide)
    if charset in _SINGLE_BYTE and not _is_utf8(body):
        return _decoded(body, _SINGLE_BYTE[charset])
    return body


def _charset(content_type: str) -> str:
    _, found, rest = content_type.lower().partition("charset=")
    return rest.partition(";")[0].strip(" \"'") if found else ""


def _wide(body: bytes, charset: str) -> str | None:
    """The encoding of two bytes a letter, where the first bytes tell it: JSON begins with two ASCII letters."""
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    if body[1:2] == b"\0" and body[:1]:
        return "utf-16-le"
    return "utf-16-be" if body[:1] == b"\0" else _WIDE.get(charset) if not _is_utf8(body) else None


def _decoded(body: bytes, encoding: str) -> bytes:
    """windows-1258 writes most tones apart from their letters; composed, they are what every other portal sends."""
    try:
        return normalize("NFC", body.decode(encoding)).encode()
    except UnicodeError:
        return body


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True

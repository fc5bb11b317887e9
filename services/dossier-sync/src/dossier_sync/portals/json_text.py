"""JSON as portals write it, where it breaks a rule that no field of ours depends on. Users: ``igate``."""

import re

_ESCAPES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_PAIR = 12


def without_half_pairs(body: bytes) -> bytes:
    """The body with U+FFFD for every half of a surrogate pair: a sender cut a text in the middle of a letter.

    No parser takes such a page, and one text of one record is no reason to lose the others. The mark is seen where the
    text is one of ours, and its record then set aside.
    """
    return _ESCAPES.sub(lambda found: found[0] if _is_whole(found[0]) else rb"\ufffd", body)


def _is_whole(escape: bytes) -> bool:
    return escape == rb"\\" or len(escape) == _PAIR

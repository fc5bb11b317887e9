"""Codes of a record in our words, and nothing that is not a code: a person's name has been seen in every field.

Users: ``national_dossier``, ``opencps``. What does not look like the code it should be is dropped, not kept for later.
"""

import re
from typing import Any

import msgspec

from shared.domain.identifiers import AgencyCode, DossierCode, IdentifierError, ProcedureCode

_FIELD_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,23}")
_MANY_DIGITS = re.compile(r"[0-9]{6}")
_SHORT = re.compile(r"[0-9]{1,3}")
_WORD = re.compile(r"[a-z][a-z_]{1,29}")
_PATH = re.compile(r"`\$\.?([A-Za-z.\[\]0-9]*)`$")
_UNDEFINED = frozenset({"", "undefined", "null"})


def procedure(given: Any) -> tuple[str, str]:
    """(base code, ".suffix" or ""), both "" when there is none that can be read."""
    try:
        code = ProcedureCode.parse(given if isinstance(given, str) else "")
    except IdentifierError:
        return "", ""
    return code.base, str(code).removeprefix(code.base)


def agency(given: Any) -> tuple[str, bool]:
    """(canonical code, whether it could be read); ("", True) when none is given."""
    if given is None or (isinstance(given, str) and given.strip().lower() in _UNDEFINED):
        return "", True
    try:
        return str(AgencyCode.parse(given if isinstance(given, str) else "?")), True
    except IdentifierError:
        return "", False


def field(given: Any) -> str:
    """The code of a field of administration, "" when it is none or could be a person's number."""
    code = given.strip() if isinstance(given, str) else ""
    return code if _FIELD_CODE.fullmatch(code) and not _MANY_DIGITS.search(code) else ""


def short(given: Any) -> str:
    """A code of up to three digits, however it is typed: 4, "4" and " 4 " are one. "" when it is none."""
    code = str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else ""
    return code if _SHORT.fullmatch(code) else ""


def word(given: Any) -> str:
    """A portal's code that is a word of small letters ("interoperating"), "" when it is none: no name is so written."""
    text = given.strip() if isinstance(given, str) else ""
    return text if _WORD.fullmatch(text) else ""


def spelling(given: Any) -> str:
    """A dossier code as it was written, "" when it is none: what is no code could be a name."""
    try:
        return DossierCode.parse(given).raw if isinstance(given, str) else ""
    except IdentifierError:
        return ""


def key(code: Any, digest: bytes) -> str:
    """The name under which a record is looked up: its canonical code, or the digest of its bytes where it has none."""
    try:
        return DossierCode.parse(code if isinstance(code, str) else "").canonical
    except IdentifierError:
        return f"sha256:{digest.hex()}"


def path(error: msgspec.DecodeError) -> str:
    """Where the shape broke, as msgspec names it ("$.acceptedDate"): a path, never a value."""
    found = _PATH.search(str(error))
    return (found and found.group(1)) or "record"

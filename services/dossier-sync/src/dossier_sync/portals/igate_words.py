"""What iGate's nested objects mean in our words: procedure, agency, status, channel. Users: ``igate``.

Ids of statuses belong to one deployment, so the Vietnamese name is the key, compared on NFC, blanks and case put
aside. Each reader gives a value and the JSON of what may be kept: a text that could be a person's is left out.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any, NamedTuple

import msgspec
from pydantic import AfterValidator

from dossier_sync.domain.spelling import is_clean, is_garbled, spelled
from dossier_sync.domain.status_map import Dated, Names, names
from dossier_sync.portals import statuses
from shared.domain.channel import Channel
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode

STATUS_MAP = statuses.common("igate")
"""Task status by name (``statuses/igate.toml``). What is in no map is UNMAPPED, never guessed."""

CHANNEL_MAP = {
    "trực tuyến": Channel.ONLINE,
    "trực tiếp": Channel.DIRECT,
    "qua bưu chính": Channel.POSTAL,
    "bưu chính": Channel.POSTAL,
    "bưu chính công ích": Channel.POSTAL,
}

NO_NAMES: Names = {}
"""A deployment that means by its words what all mean."""

_FORMATS = 1
"""Grows when this adapter reads a text it could not read before; the maps are told apart by what they hold."""

_UNDEFINED = frozenset({"", "undefined", "null"})
_MOST_REMEMBERED = 20_000
_FIELD_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,23}")
_MANY_DIGITS = re.compile(r"[0-9]{6}")
_DEPLOYMENT_ID = re.compile(r"[0-9]{1,3}|[0-9a-f]{24}")
OBJECT_ID = re.compile(r"[0-9a-f]{4,24}")
"""An id of the deployment, as it may be sent back to it."""
_LONGEST_WORDING = 60
_LONGEST_READ = 1_000

GARBLED = "garbled"
"""Instead of a meaning: the wording was read in a wrong encoding somewhere, so what it means cannot be known."""
_AGENCY_TEXT = re.compile(r"(?=[0-9.]{0,30}[A-Z])[A-Z0-9]{1,3}(?:\.[A-Z0-9]{1,3}){0,7}")
"""Short groups with dots and a letter: no phone or identity number is written so."""

_encode = msgspec.json.Encoder().encode


def own_statuses(rows: Iterable[Mapping[str, Any]]) -> Names:
    """What one deployment means by its words, where that is not what all do. Raises ``StatusMapInvalid``."""
    return {
        word: replace(meant, otherwise=STATUS_MAP.get(word)) if isinstance(meant, Dated) else meant
        for word, meant in names(rows).items()
    }


def _checked(rows: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    own_statuses(rows)
    return rows


OwnStatuses = Annotated[tuple[dict[str, Any], ...], AfterValidator(_checked)]
"""Rows a deployment's own section of the file of portals may give; refused there where they contradict themselves."""


def map_version(own: Names = NO_NAMES) -> str:
    """Short digest of the maps: nobody can change one and forget to say so."""
    held = (_FORMATS, sorted(STATUS_MAP.items()), sorted(CHANNEL_MAP.items()), sorted(map(repr, own.items())))
    return sha256(_encode(held)).hexdigest()[:12]


class _Sector(msgspec.Struct):
    code: str | None = None


class _Procedure(msgspec.Struct):
    code: str | None = None
    nationCode: str | None = None
    sector: _Sector | None = None


class _Agency(msgspec.Struct):
    code: str | None = None


class _Named(msgspec.Struct):
    id: int | str | None = None
    name: str | None = None


class _Read(NamedTuple):
    """A nested object in our words, and what of it may be kept, as JSON."""

    value: Any
    kept: bytes


class Remembered(dict[bytes, _Read]):
    """Reads each spelling of a nested object once: a page has thousands of them and few differ."""

    def __init__(self, read: Callable[[bytes], _Read]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, spelling: bytes) -> _Read:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[spelling] = self._read(spelling)
        return found


def procedure(spelling: bytes) -> _Read:
    """((base code or "", field code or ""), kept). The text "undefined" stands for no national code."""
    wire = msgspec.json.decode(spelling, type=_Procedure | None) or _Procedure()
    given = [code for code in (wire.nationCode, wire.code) if code and code.strip().lower() not in _UNDEFINED]
    field = _field(wire.sector)
    for text in given:
        try:
            code = ProcedureCode.parse(text)
        except IdentifierError:
            continue
        return _Read((code.base, field), _encode({"code": str(code), "sector": field or None}))
    return _Read(("", field), _encode({"code": None, "sector": field or None}))


def _field(sector: _Sector | None) -> str:
    code = ((sector and sector.code) or "").strip()
    return code if _FIELD_CODE.fullmatch(code) and not _MANY_DIGITS.search(code) else ""


def agency(spelling: bytes) -> _Read:
    """Canonical code; "" when the record has none, None when it has one that cannot be read."""
    wire = msgspec.json.decode(spelling, type=_Agency | None) or _Agency()
    if not wire.code or wire.code.strip().lower() in _UNDEFINED:
        return _Read("", b"null")
    try:
        code = str(AgencyCode.parse(wire.code))
    except IdentifierError:
        return _Read(None, b"null")
    return _Read(code, _encode(code))


def agency_text(spelling: bytes) -> str | None:
    """The code of an agency that cannot be read, where it is written like one at all."""
    wire = msgspec.json.decode(spelling, type=_Agency | None) or _Agency()
    return wire.code if wire.code and _AGENCY_TEXT.fullmatch(wire.code) else None


def status(spelling: bytes, own: Names) -> _Read:
    """A status code, or ``Dated`` where the deployment's own word has its meaning by the day."""
    return _by_name(spelling, own, STATUS_MAP)


def channel(spelling: bytes) -> _Read:
    return _by_name(spelling, CHANNEL_MAP)


def _by_name(spelling: bytes, *maps: Mapping[str, Any]) -> _Read:
    """The meaning of a named object in the first map that has it, None when the name is in no map."""
    wire = msgspec.json.decode(spelling, type=_Named | None) or _Named()
    name = " ".join(unicodedata.normalize("NFC", wire.name or "").split())
    word = spelled(name)
    found = next((held[word] for held in maps if word in held), None)
    kept_id = wire.id if wire.id is not None and _DEPLOYMENT_ID.fullmatch(str(wire.id)) else None
    kept_name = name if found is not None or _is_wording(name) else None
    value = int(found) if isinstance(found, int) else found
    kept = _encode({"id": kept_id, "name": kept_name})
    return _Read(GARBLED if found is None and is_garbled(name[:_LONGEST_READ]) else value, kept)


def _is_wording(name: str) -> bool:
    """Whether an unknown name may be kept for the operator who must map it.

    A status is written like a sentence ("Chờ ký số"). Digits, an address or a second capitalised word could be
    a person's, and then only the deployment's id is kept.
    """
    if not name or len(name) > _LONGEST_WORDING or not is_clean(name) or is_garbled(name):
        return False
    if any(letter.isdigit() or letter == "@" for letter in name):
        return False
    return not any(word[0].isupper() for word in name.split()[1:])

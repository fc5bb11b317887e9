"""What iGate's records must hold to be read at all. Users: ``igate``.

A field that is renamed looks like a field that is empty: every dossier of the portal would quietly lose its day of
receipt. One record without a field proves nothing; a page of them, where the field was never missing, does.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

_ENOUGH = 5
"""Records of one mind that prove it is the contract that changed, and not a record."""

_TEXT, _OBJECT = b'"n', b"{n"


class _Needed(NamedTuple):
    """A fact by the fields it may stand in, and how their JSON begins. ``when``: only of records that tell this."""

    fields: tuple[str, ...]
    begins: bytes
    when: str = ""


_NEEDED = (
    _Needed(("code",), b'"'),
    _Needed(("updatedDate",), _TEXT),
    _Needed(("procedure",), _OBJECT),
    _Needed(("agency",), _OBJECT),
    _Needed(("dossierTaskStatus", "dossierStatus"), _OBJECT),
    _Needed(("acceptedDate",), _TEXT, when="completedDate"),
)
# fmt: off
_CONTRACT = frozenset({
    "acceptedDate", "accepter", "agency", "applicant", "appliedDate", "applyMethod", "appointmentDate", "attachment",
    "code", "completedDate", "countDutypaidCert", "createdDate", "currentTask", "deploymentId", "dossierFee",
    "dossierProgress", "dossierReceivingKind", "dossierStatus", "dossierTaskStatus", "dueDate", "eForm", "id",
    "nationCode", "procedure", "procedureProcessDefinition", "processingTime", "returnedDate", "task",
    "undefindedCompleteTime", "updatedDate",
})
# fmt: on
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")
_MOST_NAMED = 10

_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def drifted(records: Sequence[msgspec.Raw]) -> str:
    """The needed field that no record of a page has as agreed; "" while one does, or too few could tell."""
    if len(records) < _ENOUGH:
        return ""
    against = dict.fromkeys(_NEEDED, 0)
    for raw in records:
        told = _told(raw)
        against = {need: count + _can_tell(need, told) for need, count in against.items() if not _agrees(need, told)}
        if not against:
            return ""
    return next((need.fields[0] for need, count in against.items() if count >= _ENOUGH), "")


def unknown_fields(records: Sequence[msgspec.Raw]) -> list[str]:
    """Fields of a page's first record that the contract does not name: additive, not read, worth a look."""
    names = _told(records[0]) if records else {}
    return [name for name in sorted(names) if name not in _CONTRACT and _NAME.fullmatch(name)][:_MOST_NAMED]


def _told(raw: msgspec.Raw) -> dict[str, bytes]:
    try:
        return {name: bytes(memoryview(value)[:1]) for name, value in _fields(raw).items()}
    except msgspec.DecodeError:
        return {}


def _agrees(need: _Needed, told: dict[str, bytes]) -> bool:
    return any(told.get(name, b"-") in need.begins for name in need.fields)


def _can_tell(need: _Needed, told: dict[str, bytes]) -> bool:
    return not need.when or told.get(need.when) == b'"'

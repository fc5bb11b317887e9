"""The records of a push, taken apart: whose each is, in which pages they are saved, and how they are read.

Users: ``inbound``. Nothing here is of one sender: all send the objects of ``national_dossier`` and ``national_step``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from dossier_sync.domain.changes import Decode, Told
from dossier_sync.domain.dossier import PortalRecord, Quarantined, Reason, SourcePage, Tells, dossier_key, step_key
from dossier_sync.domain.step import Step
from dossier_sync.portals import RecordUnreadable, national_dossier, national_step, wire_codes
from shared.domain.identifiers import AgencyCode, IdentifierError, dossier_agency

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a push. ``key`` as in ``SourcePage``."""

    position: int
    key: str
    digest: bytes
    raw: msgspec.Raw

    @property
    def code(self) -> str:
        return "" if self.key.startswith("sha256:") else self.key

    @property
    def by_digest(self) -> str:
        """How it is set aside where not even its code can be read."""
        return f"sha256:{self.digest.hex()}"


def items_of(records: Sequence[msgspec.Raw]) -> Iterator[Item]:
    """The records, numbered and named."""
    for position, raw in enumerate(records, 1):
        digest = sha256(raw).digest()
        yield Item(position, wire_codes.key(national_dossier.code_of(raw), digest), digest, raw)


def is_foreign(item: Item, agency: str) -> bool:
    """Whether a record belongs to an agency outside the subtree, by its dossier code.

    A record without a readable code belongs to nobody that could be told.
    """
    try:
        return not dossier_agency(item.key).is_within(AgencyCode.parse(agency))
    except IdentifierError:
        return False


def waves(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Steps in order of time, no dossier twice in one wave: a page holds one version of a dossier."""
    left = sorted(items, key=lambda item: national_step.moment(item.raw) or _LONG_AGO)
    while left:
        wave = {item.key: item for item in reversed(left)}
        chosen = {item.position for item in wave.values()}
        yield list(wave.values())
        left = [item for item in left if item.position not in chosen]


def page_of(items: Sequence[Item], tells: Tells) -> SourcePage:
    """One page of a push. A push has no list behind it, so it counts nothing and promises no order."""
    return SourcePage(
        number=0,
        keys=[item.key for item in items],
        hashes=[item.digest for item in items],
        raws=[item.raw for item in items],
        total=None,
        last=True,
        hot=0,
        repeated=0,
        newest=None,
        oldest=None,
        ordered=True,
        tells=tells,
    )


def dossier_decoder(at: datetime) -> Decode:
    """Reads dossiers said at ``at``."""

    def decode(raw: Any, key: str, source_hash: bytes) -> Told:
        try:
            told = national_dossier.read(raw, key)
            return told._replace(modified_at=at, record=_heard(told.record, at))
        except RecordUnreadable as error:
            return _unreadable(key, error.path, source_hash)

    return decode


def step_decoder(at: datetime, latest: datetime) -> Decode:
    """Reads steps heard at ``at``; ``latest`` is how far a sender's clock may be ahead."""

    def decode(raw: Any, key: str, source_hash: bytes) -> Told:
        try:
            step = national_step.read(raw)
        except RecordUnreadable as error:
            return _unreadable(step_key(key), error.path, source_hash)
        return _not_after(step, at, latest)._replace(record=_heard(step.record, at))

    return decode


class PushedRecords:
    """Reads again what was kept of pushes, as it was heard then: a record that waited is no later statement for it."""

    map_version = sha256(
        repr((1, sorted(national_dossier.STATUS_MAP.items()), sorted(national_dossier.CHANNEL_MAP.items()))).encode()
    ).hexdigest()[:12]

    def redecode(self, record: bytes, key: str) -> PortalRecord | Step:
        """The dossier, or the step, that was kept. Raises ``RecordUnreadable`` where too little was."""
        at = _heard_at(record)
        if key != dossier_key(key) or _STEP in record:
            return _not_after(national_step.read(record), at, at)
        return national_dossier.redecode(record, key)._replace(modified_at=at)


_STEP = b'"ThoiDiemXuLy":'
_HEARD = "heard"


class _Heard(msgspec.Struct):
    heard: datetime


def _heard(record: bytes, at: datetime) -> bytes:
    """The kept record and when it was pushed, which the contract itself does not say."""
    told = f'"{_HEARD}":"{at.astimezone(UTC).isoformat()}"}}'.encode()
    return record[:-1] + (b"," if len(record) > len(b"{}") else b"") + told


def _heard_at(record: bytes) -> datetime:
    try:
        return msgspec.json.decode(record, type=_Heard).heard
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RecordUnreadable(_HEARD) from None


def _not_after(step: Step, at: datetime, latest: datetime) -> Step:
    """A sender's clock may be ahead; a step is not later than its arrival, or it would outrank the next dossier."""
    return step._replace(at=at) if step.at is not None and at < step.at <= latest else step


def _unreadable(key: str, path: str, source_hash: bytes) -> Quarantined:
    name = f"sha256:{source_hash.hex()}" if key.startswith("sha256:") else key
    return Quarantined(name, Reason.SHAPE, path, None, None, None, source_hash, b"{}")

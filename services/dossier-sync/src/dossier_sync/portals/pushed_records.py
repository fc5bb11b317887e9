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
from dossier_sync.domain.dossier import Quarantined, Reason, SourcePage, Tells, step_key
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
            return national_dossier.read(raw, key)._replace(modified_at=at)
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
        # A sender's clock may be ahead; a step is not later than its arrival, or it would outrank the next dossier.
        return step._replace(at=at) if step.at is not None and at < step.at <= latest else step

    return decode


def _unreadable(key: str, path: str, source_hash: bytes) -> Quarantined:
    name = f"sha256:{source_hash.hex()}" if key.startswith("sha256:") else key
    return Quarantined(name, Reason.SHAPE, path, None, None, None, source_hash, b"{}")

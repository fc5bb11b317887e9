"""What a dossier's portal tells beside its days, as dossier-sync publishes it (``revision_v2.particulars``).

None means everywhere that the portal does not tell: a figure must not read it as no or zero.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple


class PaidOnline(IntEnum):
    """Where a fee was paid online (DuocThanhToanTrucTuyen of the national contract)."""

    NOT_ONLINE = 0
    NATIONAL = 1
    LOCAL = 2
    OTHER = 3


class Filed(StrEnum):
    """Where the applicant filed it (NoiNopHoSo)."""

    NATIONAL = "national"
    LOCAL = "local"


class Cause(StrEnum):
    """Why the appointed day was changed."""

    SUPPLEMENT = "supplement"
    EXTENSION = "extension"


class Fee(NamedTuple):
    """One line of fees: the portal's code of its kind, đồng, and the instant it was collected."""

    kind: str | None
    amount: int | None
    collected_at: datetime | None


class Components(NamedTuple):
    """Submitted papers, and how many of them are digitised, reused, or taken from a store of documents."""

    total: int | None = None
    digitised: int | None = None
    reused: int | None = None
    from_store: int | None = None


class Results(NamedTuple):
    """Result papers, and how many of them have a file."""

    total: int | None = None
    files: int | None = None


class DueChange(NamedTuple):
    """The appointed day moved from ``before`` to ``after``; ``on`` is the day on which that was done."""

    on: date | None
    before: date | None
    after: date | None
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Particulars:
    """The particulars of one version. ``unread`` names those the portal told in a way that could not be kept."""

    fees: tuple[Fee, ...] | None = None
    paid_online: PaidOnline | None = None
    components: Components | None = None
    digitised: bool | None = None
    results: Results | None = None
    verified_account: bool | None = None
    databases: tuple[str, ...] | None = None
    filed_at: Filed | None = None
    due_changes: tuple[DueChange, ...] | None = None
    apologies: int | None = None
    unread: tuple[str, ...] = ()


def read(published: str) -> Particulars:
    """Particulars from the published JSON. A key that a later version of the view may add is passed over."""
    told = json.loads(published)
    return Particulars(**{name: read_one(told[name]) for name, read_one in _READERS.items() if name in told})


def _day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)


_READERS: dict[str, Callable[[Any], Any]] = {
    "fees": lambda told: tuple(Fee(kind, dong, at and datetime.fromisoformat(at)) for kind, dong, at in told),
    "paid_online": PaidOnline,
    "components": lambda told: Components(*(told.get(name) for name in Components._fields)),
    "digitised": bool,
    "results": lambda told: Results(*(told.get(name) for name in Results._fields)),
    "verified_account": bool,
    "databases": tuple,
    "filed_at": Filed,
    "due_changes": lambda told: tuple(
        DueChange(_day(on), _day(before), _day(after), cause and Cause(cause)) for on, before, after, cause in told
    ),
    "apologies": int,
    "unread": tuple,
}
assert _READERS.keys() == {field.name for field in fields(Particulars)}  # noqa: S101 - a field without a reader is lost

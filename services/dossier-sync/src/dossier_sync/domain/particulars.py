"""What a portal tells of a dossier beside its days: fees, digitised parts, results, changes of the appointed day.

Every field is optional, and None says that the portal does not tell: not zero, not no. Only what is named here is
kept, in codes, numbers and days; a text in which a person could stand has no place. The canonical form is compact
JSON with sorted keys: it is hashed into the ledger, and what Postgres gives back (JSONB keeps no order and no blanks)
is brought into the same form.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

MOST_LINES = 64
"""Fee lines, changes of the appointed day and databases of one dossier; a list that is longer is not kept."""
MOST_COUNTED = 100_000
MOST_DONG = 10**13
"""A fee of ten thousand billion đồng is a slip of the pen."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,15}")
_MANY_DIGITS = re.compile(r"[0-9]{6}")
"""A run of digits this long could be a person's number, not a code of ours."""


class PaidOnline(StrEnum):
    """Where a fee was paid online (DuocThanhToanTrucTuyen of the national contract)."""

    NOT_ONLINE = "0"
    NATIONAL = "1"
    LOCAL = "2"
    OTHER = "3"


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

    total: int | None
    digitised: int | None
    reused: int | None
    from_store: int | None


class Results(NamedTuple):
    """Result papers, and how many of them have a file."""

    total: int | None
    files: int | None


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


def text(told: Particulars) -> bytes | None:
    """The canonical form, None when nothing is told. What is out of bounds is left out and named in ``unread``."""
    written: dict[str, Any] = {}
    unread = set(told.unread)
    for name, write in _WRITERS.items():
        value = getattr(told, name)
        if value is None:
            continue
        try:
            written[name] = write(value)
        except ValueError:
            unread.add(name)
    if unread:
        written["unread"] = sorted(unread & _WRITERS.keys())
    return canonical(written) if written else None


def canonical(stored: Mapping[str, Any]) -> bytes:
    """The canonical form of what Postgres gives back. Nothing is left out: a column changed by hand must show."""
    return json.dumps(stored, sort_keys=True, separators=(",", ":")).encode()


def read(canonical_text: bytes) -> Particulars:
    """The particulars of a text made by ``text``."""
    told = json.loads(canonical_text)
    return Particulars(
        **{one.name: _READERS[one.name](told[one.name]) for one in fields(Particulars) if one.name in told}
    )


def _count(value: int | None) -> int | None:
    if value is None:
        return None
    if not 0 <= value <= MOST_COUNTED:
        raise ValueError
    return value


def _amount(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MOST_DONG:
        raise ValueError
    return value


def _code(value: str) -> str:
    if not _CODE.fullmatch(value) or _MANY_DIGITS.search(value):
        raise ValueError
    return value


def _lines(values: tuple[Any, ...], write: Callable[[Any], Any]) -> list[Any]:
    if len(values) > MOST_LINES:
        raise ValueError
    return [write(one) for one in values]


def _fee(fee: Fee) -> list[Any]:
    at = None if fee.collected_at is None else fee.collected_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [None if fee.kind is None else _code(fee.kind), _amount(fee.amount), at]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _counts(counts: Components | Results) -> dict[str, int]:
    return {name: number for name in counts._fields if (number := _count(getattr(counts, name))) is not None}


_WRITERS: dict[str, Callable[[Any], Any]] = {
    "fees": lambda fees: _lines(fees, _fee),
    "paid_online": int,
    "components": _counts,
    "digitised": bool,
    "results": _counts,
    "verified_account": bool,
    "databases": lambda codes: _lines(codes, _code),
    "filed_at": str,
    "due_changes": lambda changes: _lines(
        changes, lambda one: [_day(one.on), _day(one.before), _day(one.after), one.cause and str(one.cause)]
    ),
    "apologies": _count,
}


def _a_day(told: str | None) -> date | None:
    return None if told is None else date.fromisoformat(told)


_READERS: dict[str, Callable[[Any], Any]] = {
    "fees": lambda told: tuple(Fee(kind, dong, at and datetime.fromisoformat(at)) for kind, dong, at in told),
    "paid_online": lambda told: PaidOnline(str(told)),
    "components": lambda told: Components(*(told.get(name) for name in Components._fields)),
    "digitised": bool,
    "results": lambda told: Results(*(told.get(name) for name in Results._fields)),
    "verified_account": bool,
    "databases": tuple,
    "filed_at": Filed,
    "due_changes": lambda told: tuple(
        DueChange(_a_day(on), _a_day(before), _a_day(after), cause and Cause(cause))
        for on, before, after, cause in told
    ),
    "apologies": int,
    "unread": tuple,
}

"""A page as text: what is written to Postgres is what is hashed.

A revision is one line in COPY's text format, so the writer builds it once for both; whoever verifies builds it
again from the stored row. It names every fact, the digest of the portal's bytes and the place of the revision
before, and holds no instant of ours: a run that crashed and went on gives the same lines as one that did not.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from dossier_sync.domain.dossier import Dossier, Quarantined, Round

COLUMNS = (
    "feed_id",
    "page",
    "dossier_code",
    "number",
    "applied",
    "agency_code",
    "procedure_code",
    "field_code",
    "channel",
    "status",
    "received_on",
    "due_on",
    "first_due_on",
    "statutory_due_on",
    "ended_on",
    "returned_on",
    "supplements",
    "flags",
    "modified_at",
    "source_hash",
    "record",
    "previous_feed_id",
    "previous_page",
)
"""Columns of the copied text, in order. Feed and page are the same for a whole page and no part of ``line``."""

FIRST_DIGEST = bytes(32)
"""What stands before the first entry of the chain."""

_NULL = "\\N"


class Place(NamedTuple):
    """Where a revision stands."""

    feed_id: int
    page: int


def line(dossier: Dossier, number: int, applied: bool, previous: Place | None) -> str:
    """The line of one revision, without its feed and page. Lines sort as their dossier codes do."""
    (code, agency, procedure, field, channel, status, received, due, first_due, statutory, ended, returned,
     supplements, flags, modified_at, source_hash, record) = dossier  # fmt: skip
    if "\\" in record:
        record = record.replace("\\", "\\\\")
    return (
        f"{code}\t{number}\t{'t' if applied else 'f'}\t{agency}\t{procedure}\t{field}\t"
        f"{_NULL if channel is None else channel}\t{status}\t{received or _NULL}\t{due or _NULL}\t"
        f"{first_due or _NULL}\t{statutory or _NULL}\t{ended or _NULL}\t{returned or _NULL}\t"
        f"{rounds_text(supplements) if supplements else _NULL}\t{'{' + ','.join(flags) + '}' if flags else _NULL}\t"
        f"{modified_at.isoformat()}\t\\\\x{source_hash.hex()}\t{record}\t"
        f"{previous.feed_id if previous else _NULL}\t{previous.page if previous else _NULL}"
    )


def rounds_text(rounds: tuple[Round, ...]) -> str:
    """Supplement rounds as the JSON of the published view: [["2024-01-02", null]]."""
    return "[" + ", ".join(f'["{asked}", {_day(answered)}]' for asked, answered in rounds) + "]"


def _day(day: date | None) -> str:
    return f'"{day}"' if day else "null"


def page_text(place: Place, lines: Sequence[str]) -> bytes:
    """The text copied for a page; empty when no dossier changed. ``lines`` in order of dossier code."""
    if not lines:
        return b""
    before = f"{place.feed_id}\t{place.page}\t"
    return (before + f"\n{before}".join(lines) + "\n").encode()


def set_aside_line(number: int, aside: Quarantined) -> str:
    """The line of a record a page set aside."""
    return f"+\t{number}\t{aside.key}\t{aside.reason}\t{aside.field}\t{aside.source_hash.hex()}"


def let_in_line(number: int) -> str:
    """The line of a record that is no longer set aside."""
    return f"-\t{number}"


def page_digest(feed: str, text: bytes, asides: Sequence[str]) -> bytes:
    """SHA-256 of a page: the feed's name, the copied text, then what was set aside and let in, by number."""
    digest = sha256(f"motcua page 1\t{feed}\n".encode())
    digest.update(text)
    digest.update("\n".join(asides).encode())
    return digest.digest()


def chained(before: bytes, page: bytes) -> bytes:
    """The digest of an entry."""
    return sha256(before + page).digest()

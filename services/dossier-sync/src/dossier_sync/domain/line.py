"""A page as text: what is written to Postgres is what is hashed.

A revision is one line in COPY's text format, so the writer builds it once for both; whoever verifies builds it
again from the stored row. It names every fact, the digest of the portal's bytes and the place of the revision
before, and holds no instant of ours: a run that crashed and went on gives the same lines as one that did not.

The text has a format, which the ledger entry names. Format 1 knew no tombstones and no particulars; its entries are
hashed as they were written, or no digest handed out before could be checked any more.
"""

from binascii import hexlify
from collections.abc import Sequence
from datetime import UTC, date, datetime
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
    "gone",
    "particulars",
    "source_hash",
    "record",
    "previous_feed_id",
    "previous_page",
)
"""Columns of the copied text, in order. Feed and page are the same for a whole page and no part of ``line``."""

FIRST_FORMAT, FORMAT = 1, 2
"""The formats there are: entries are written in the newest, and verified in their own."""

FIRST_DIGEST = bytes(32)
"""What stands before the first entry of the chain."""

_NULL = b"\\N"
_TAB = b"\t"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_REMEMBERED = 50_000


class Place(NamedTuple):
    """Where a revision stands."""

    feed_id: int
    page: int


def line(dossier: Dossier, number: int, applied: bool, previous: Place | None) -> bytes:
    """The line of one revision, without its feed and page. Lines sort as their dossier codes do."""
    (code, agency, procedure, field, channel, status, received, due, first_due, statutory, ended, returned,
     supplements, flags, modified_at, gone, particulars, source_hash, record) = dossier  # fmt: skip
    codes = f"{code}\t{number}\t{'t' if applied else 'f'}\t{agency}\t{procedure}\t{field}"
    return _TAB.join(
        (
            codes.encode(),
            _NULL if channel is None else _SMALL[channel],
            _SMALL[status],
            _DAYS[received],
            _DAYS[due],
            _DAYS[first_due],
            _DAYS[statutory],
            _DAYS[ended],
            _DAYS[returned],
            rounds_text(supplements).encode() if supplements else _NULL,
            b"{" + ",".join(flags).encode() + b"}" if flags else _NULL,
            _instant(modified_at),
            _PLAIN if particulars is None and not gone else _extra(gone, particulars),
            b"\\\\x" + hexlify(source_hash),
            record.replace(b"\\", b"\\\\") if b"\\" in record else record,
            b"\\N\t\\N" if previous is None else f"{previous.feed_id}\t{previous.page}".encode(),
        )
    )


_PLAIN = b"f\t\\N"


def _extra(gone: bool, particulars: bytes | None) -> bytes:
    return (b"t\t" if gone else b"f\t") + (_NULL if particulars is None else particulars)


def in_format(written: bytes, number: int) -> bytes:
    """The line as format ``number`` has it. Raises ``FormatUnknown``; format 1 must not hold what it did not know."""
    if number == FORMAT:
        return written
    if number != FIRST_FORMAT:
        raise FormatUnknown(f"its format {number} is not known to this program")
    cells = written.split(_TAB)
    if _TAB.join(cells[_ADDED]) != _PLAIN:
        raise FormatUnknown("its rows hold what its format does not know")
    del cells[_ADDED]
    return _TAB.join(cells)


_ADDED = slice(COLUMNS.index("gone") - 2, COLUMNS.index("particulars") - 1)
"""Cells of a line that format 1 does not have."""


class FormatUnknown(Exception):
    """Lines cannot be brought into the format an entry names."""


class _DayTexts(dict[date | None, bytes]):
    """ISO text of days, written once each: formatting one costs more than all else in its line."""

    def __missing__(self, day: date | None) -> bytes:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        text = self[day] = _NULL if day is None else day.isoformat().encode()
        return text


_DAYS = _DayTexts()
_SMALL = tuple(str(n).encode() for n in range(100))
_MINUTES = tuple(f"T{n // 60:02d}:{n % 60:02d}:".encode() for n in range(1440))
_FIRST_DAY = date(1970, 1, 1).toordinal()


def _instant(at: datetime) -> bytes:
    """2024-01-17T08:00:01.231000+00, from tables of days and minutes."""
    since = at - _EPOCH
    day = _DAYS[date.fromordinal(_FIRST_DAY + since.days)]
    minute, second = divmod(since.seconds, 60)
    return b"%b%b%02d.%06d+00" % (day, _MINUTES[minute], second, since.microseconds)


def rounds_text(rounds: tuple[Round, ...]) -> str:
    """Supplement rounds as the JSON of the published view: [["2024-01-02", null]]."""
    return "[" + ", ".join(f'["{asked}", {_day(answered)}]' for asked, answered in rounds) + "]"


def _day(day: date | None) -> str:
    return f'"{day}"' if day else "null"


def page_text(place: Place, lines: Sequence[bytes]) -> bytes:
    """The text copied for a page; empty when no dossier changed. ``lines`` in order of dossier code."""
    if not lines:
        return b""
    before = f"{place.feed_id}\t{place.page}\t".encode()
    return before + (b"\n" + before).join(lines) + b"\n"


def set_aside_line(number: int, aside: Quarantined) -> str:
    """The line of a record a page set aside."""
    return f"+\t{number}\t{aside.key}\t{aside.reason}\t{aside.field}\t{aside.source_hash.hex()}"


def let_in_line(number: int) -> str:
    """The line of a record that is no longer set aside."""
    return f"-\t{number}"


def page_digest(feed: str, text: bytes, asides: Sequence[str], number: int = FORMAT) -> bytes:
    """SHA-256 of a page: its format, the feed's name, the text, then what was set aside and let in, by number."""
    digest = sha256(f"motcua page {number}\t{feed}\n".encode())
    digest.update(text)
    digest.update("\n".join(asides).encode())
    return digest.digest()


def chained(before: bytes, page: bytes) -> bytes:
    """The digest of an entry."""
    return sha256(before + page).digest()

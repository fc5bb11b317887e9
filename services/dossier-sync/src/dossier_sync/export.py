"""The quarantine as a file for whoever must mend the records: CSV for a desk, NDJSON for a program.

What is exported is what is kept, and that is redacted: no name, number or address was ever stored.
"""

import csv
import io
from collections.abc import AsyncIterator, Callable

from dossier_sync.domain.dossier import Reason
from dossier_sync.domain.reasons import EXPLAINED
from dossier_sync.repository.lists import AsideRow
from shared.contracts.cells import inert
from shared.runtime.answers import encode

COLUMNS = (
    "id",
    "feed",
    "source_key",
    "reason",
    "reason_vi",
    "reason_en",
    "who_must_act",
    "field",
    "agency_code",
    "procedure_code",
    "received_on",
    "seen_at",
    "source_sha256",
    "record",
)
_BATCH = 500

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Office programs read the letters of a CSV only with it."""


async def as_csv(rows: AsyncIterator[AsideRow]) -> AsyncIterator[bytes]:
    """RFC 4180 in UTF-8; a text that a spreadsheet would run gets an apostrophe."""
    yield _BYTE_ORDER_MARK + _lines([list(COLUMNS)])
    async for batch in _batches(rows):
        yield _lines([[_cell(value) for value in _told(row).values()] for row in batch])


async def as_ndjson(rows: AsyncIterator[AsideRow]) -> AsyncIterator[bytes]:
    """One JSON object a line, by the names of ``COLUMNS``."""
    async for batch in _batches(rows):
        yield b"".join(encode(_told(row)) + b"\n" for row in batch)


Writer = Callable[[AsyncIterator[AsideRow]], AsyncIterator[bytes]]

FORMATS: dict[str, tuple[str, Writer]] = {
    "csv": ("text/csv; charset=utf-8; header=present", as_csv),
    "ndjson": ("application/x-ndjson", as_ndjson),
}
"""Media type and writer of each format."""


async def _batches(rows: AsyncIterator[AsideRow]) -> AsyncIterator[list[AsideRow]]:
    batch: list[AsideRow] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _told(row: AsideRow) -> dict[str, object]:
    explained = EXPLAINED[Reason(row.reason)]
    values = (
        row.id,
        row.feed,
        row.source_key,
        row.reason,
        *explained.sentence,
        explained.who_must_act,
        row.field,
        row.agency_code,
        row.procedure_code,
        row.received_on,
        row.seen_at,
        row.source_hash.hex(),
        row.record,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _cell(value: object) -> object:
    if isinstance(value, str):
        return inert(value)
    return "" if value is None else value


def _lines(rows: list[list[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()

"""F72 to F77 and F79 on the wire: dates that are blank, sentinels, oddly spelt, impossible, or seven hours off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox_portal.faults.endpoints import DOSSIERS
from sandbox_portal.faults.model import Fault, Parameter, Strike
from sandbox_portal.faults.page import CODE, RECORDS, Page, Record, each
from sandbox_portal.scenarios.days import DAY_MS, LOCAL_OFFSET_MS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_ROLES = ("applied", "received", "due", "ended", "updated")
_FIELD = Parameter("field", "received", "The role struck.", _ROLES)

Spell = Callable[[datetime], str | float]

_SPELLINGS: dict[str, Spell] = {
    "digits_8": lambda at: f"{at:%Y%m%d}",
    "digits_12": lambda at: f"{at:%Y%m%d%H%M}",
    "digits_14": lambda at: f"{at:%Y%m%d%H%M%S}",
    "digits_17": lambda at: f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}",
    "slashed": lambda at: f"{at:%d/%m/%Y}",
    "slashed_american": lambda at: f"{at:%m/%d/%Y}",
    "iso_without_zone": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}",
    "iso_with_zone": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}+07:00",
    "iso_zone_without_colon": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.000+0700",
    "dotnet": lambda at: f"/Date({(at - _EPOCH) // timedelta(milliseconds=1) - LOCAL_OFFSET_MS}+0700)/",
    "epoch_ms": lambda at: (at - _EPOCH) // timedelta(milliseconds=1) - LOCAL_OFFSET_MS,
    "excel": lambda at: round((at - _EXCEL_EPOCH) / timedelta(days=1), 6),
}
"""From the local wall clock."""

_SENTINELS = {
    "year_1": ("0001-01-01T00:00:00.000+0000", "01/01/0001 00:00:00"),
    "year_1_digits": ("00010101000000", "00010101000000"),
    "year_1900": ("1900-01-01T00:00:00.000+0000", "01/01/1900 00:00:00"),
    "year_1900_digits": ("19000101", "19000101"),
    "epoch": ("1970-01-01T00:00:00.000+0000", "01/01/1970 07:00:00"),
    "year_9999": ("9999-12-31T23:59:59.000+0000", "31/12/9999 23:59:59"),
    "year_9999_digits": ("99991231", "99991231"),
}
_IMPOSSIBLE = {
    "february_30": ("2026-02-30T02:00:00.000+0000", "30/02/2026 09:00:00"),
    "february_30_digits": ("20260230", "20260230"),
    "minute_60": ("2026-02-24T02:60:00.000+0000", "24/02/2026 09:60:00"),
    "hour_24_digits": ("202602242460", "202602242460"),
    "month_13": ("2026-13-01T02:00:00.000+0000", "01/13/2026 09:00:00"),
    "words": ("hôm nay", "hôm nay"),
}
"""As iGate would write it, and as OpenCPS would."""


def _blank(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    role, variant = strike.option("field"), strike.option("variant")
    if variant == "missing":
        page.drop_field(record, role)
    else:
        page.put(record, role, {"empty": "", "null": None, "zero": "0", "blanks": "  "}[variant])
    return record


def _literally(table: dict[str, tuple[str, str]]) -> Callable[[Strike, Page, dict[str, Any]], Record]:
    def alter(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
        told = table[strike.option("variant")]
        page.put(record, strike.option("field"), told[page.endpoint.name == "opencps"])
        return record

    return alter


def _spelt(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    role = strike.option("field")
    at = page.endpoint.read(page.get(record, role))
    if at is not None:
        local = _EPOCH + timedelta(milliseconds=at + LOCAL_OFFSET_MS)
        page.put(record, role, _SPELLINGS[strike.option("variant")](local))
    return record


def _zone(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    """Every date of the record moves by seven hours: the digits of one zone under the name of the other."""
    moved = LOCAL_OFFSET_MS if strike.option("variant") == "local_as_utc" else -LOCAL_OFFSET_MS
    for role in _ROLES:
        at = page.endpoint.read(page.get(record, role))
        if at is not None:
            page.put(record, role, page.endpoint.write(at + moved))
    return record


def _backwards(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    received = page.endpoint.read(page.get(record, "received"))
    if received is not None:
        page.put(record, strike.option("field"), page.endpoint.write(received - strike.option("days") * DAY_MS))
    return record


FAULTS = (
    Fault(
        id="F72",
        title="A date that is not there",
        does='"", blanks, null, "0", or no field at all.',
        paths=DOSSIERS,
        parameters=(
            RECORDS,
            CODE,
            _FIELD,
            Parameter("variant", "empty", "Which.", ("empty", "blanks", "null", "zero", "missing")),
        ),
        answer=each(_blank),
    ),
    Fault(
        id="F73",
        title="A date that means none",
        does="Year 1, 1900, 1970 or 9999, in the portal's format or in digits.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE, _FIELD, Parameter("variant", "year_1", "Which.", tuple(_SENTINELS))),
        answer=each(_literally(_SENTINELS)),
    ),
    Fault(
        id="F74",
        title="A date in another spelling",
        does="8, 12, 14 or 17 digits, dd/MM or MM/dd, ISO with and without zone, .NET, epoch, Excel.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE, _FIELD, Parameter("variant", "digits_14", "Which.", tuple(_SPELLINGS))),
        answer=each(_spelt),
    ),
    Fault(
        id="F75",
        title="A date that does not exist",
        does="30 February, minute 60, hour 24, month 13, or words.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE, _FIELD, Parameter("variant", "february_30", "Which.", tuple(_IMPOSSIBLE))),
        answer=each(_literally(_IMPOSSIBLE)),
    ),
    Fault(
        id="F76",
        title="UTC sent as local, or local as UTC",
        does="Every date of the record is seven hours off.",
        paths=DOSSIERS,
        parameters=(
            Parameter("records", 0, "How many records of each page; 0: all."),
            CODE,
            Parameter(
                "variant", "local_as_utc", "Which: seven hours later, or earlier.", ("local_as_utc", "utc_as_local")
            ),
        ),
        answer=each(_zone),
    ),
    Fault(
        id="F77",
        title="Due or ended before it was received",
        does="Puts the date before the receipt.",
        paths=DOSSIERS,
        parameters=(
            RECORDS,
            CODE,
            Parameter("field", "due", "The role struck.", ("due", "ended")),
            Parameter("days", 2, "How many days before."),
        ),
        answer=each(_backwards),
    ),
)

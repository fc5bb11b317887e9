"""The only reader of the clock. Everything else receives time as an argument.

Users: every service's composition (``app``, ``__main__``, workers) and the logs.
"""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone of every legal day: a dossier received at 23:30 UTC belongs to the next day here."""


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date where the law applies (Asia/Ho_Chi_Minh)."""
    return now().astimezone(LOCAL_ZONE).date()


def monotonic() -> float:
    """Seconds on a clock that never jumps: for durations, leases held in memory and cache ages."""
    return time.monotonic()

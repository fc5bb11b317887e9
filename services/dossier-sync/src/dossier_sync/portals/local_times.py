"""Times as text without a zone, read strictly: one list of formats for each contract, and nothing else is a time.

A contract that says ``yyyyMMddHHmmss`` and sends ``05/06/2024`` has changed; whether that is June or May is not
guessed. Texts are local (Asia/Ho_Chi_Minh). Blank, null and "0" mean that there is no time. So do the sentinels that
databases leave where a null was lost, which are counted, because a portal that begins to send them has a fault.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.runtime.telemetry import counter

_SENTINELS = counter("dates_sentinel_total", "Dates that stand for none (0001, 1900-01-01, 9999), read so.", ["portal"])
_OFFSET = timedelta(hours=7)
"""Viet Nam has stood at +07:00 without summer time since 1975."""
_LONGEST = 32


class TimeUnreadable(ValueError):
    """A text in none of the contract's formats, or a moment that does not exist (30 February, 24:60)."""


@dataclass(frozen=True, slots=True)
class Format:
    """A written form: six groups in the order of ``order`` (Y, M, D, h, m, s), and no zone."""

    pattern: re.Pattern[str]
    order: tuple[int, ...] = (0, 1, 2, 3, 4, 5)

    def parts(self, text: str) -> tuple[int, ...] | None:
        """Year, month, day, hour, minute, second; None when the text has another form."""
        found = self.pattern.fullmatch(text)
        return found and tuple(int(found.group(place + 1)) for place in self.order)


COMPACT = Format(re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII))
"""yyyyMMddHHmmss"""
DASHED = Format(re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII))
"""yyyy-MM-dd HH:mm:ss"""
ISO_LOCAL = Format(re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?", re.ASCII))
"""ISO without a zone, fractions dropped."""
SLASHED = Format(re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)", re.ASCII), (2, 1, 0, 3, 4, 5))
"""dd/MM/yyyy HH:mm:ss"""


_HARMLESS = re.compile(
    r"(?:19|20)\d{12}|(?:\d{4}|\d{1,2})([-/.])\d{1,2}\1(?:\d{4}|\d{1,2})(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?)?",
    re.ASCII,
)
"""Fourteen digits of this century or the last, or a day with separators: no person's number is written so."""


def harmless(given: Any) -> str | None:
    """The text of a time that could not be read, where it can be nobody's number or name."""
    text = str(given).strip() if isinstance(given, str | int) else ""
    return text if _HARMLESS.fullmatch(text) else None


def read(given: Any, formats: Sequence[Format], portal: str) -> datetime | None:
    """The instant in UTC, None where there is none. Raises ``TimeUnreadable``, which repeats nothing of the text."""
    if given is None:
        return None
    text = given.strip() if isinstance(given, str) else str(given) if type(given) is int else None
    if text in ("", "0"):
        return None
    if text is None or len(text) > _LONGEST:
        raise TimeUnreadable
    for form in formats:
        if (parts := form.parts(text)) is not None:
            return _instant(parts, portal)
    raise TimeUnreadable


def _instant(parts: tuple[int, ...], portal: str) -> datetime | None:
    year, month, day, hour, minute, second = parts
    if year <= 1 or year >= 9999 or (year, month, day) == (1900, 1, 1):
        _SENTINELS.labels(portal).inc()
        return None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _OFFSET
    except ValueError:
        raise TimeUnreadable from None

"""Instants as each contract writes them. Tables are built once: a page of 5,000 dossiers has 25,000 of them."""

from datetime import date, timedelta

from sandbox_portal.scenarios.days import DAY_MS, LOCAL_OFFSET_MS

_FIRST = date(2015, 1, 1)
_FIRST_NUMBER = _FIRST.toordinal() - date(1970, 1, 1).toordinal()
_DAYS = tuple(f'"{_FIRST + timedelta(days=n)}T' for n in range(366 * 25))
_SECONDS = tuple(f"{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}." for n in range(86_400))
_MILLIS = tuple(f'{n:03d}+0000"' for n in range(1000))


def igate(at: int | None) -> str:
    """ISO with milliseconds and ``+0000`` without a colon, quoted; or null. Between 2015 and 2039."""
    if at is None:
        return "null"
    day, rest = divmod(at, DAY_MS)
    seconds, millis = divmod(rest, 1000)
    return _DAYS[day - _FIRST_NUMBER] + _SECONDS[seconds] + _MILLIS[millis]


def compact(at: int | None) -> str:
    """National RPC: yyyyMMddHHmmss in local time, empty for none."""
    if at is None:
        return ""
    text = igate(at + LOCAL_OFFSET_MS)
    return text[1:5] + text[6:8] + text[9:11] + text[12:14] + text[15:17] + text[18:20]


def slashed(at: int | None) -> str:
    """OpenCPS: dd/MM/yyyy HH:mm:ss in local time, empty for none."""
    if at is None:
        return ""
    text = igate(at + LOCAL_OFFSET_MS)
    return f"{text[9:11]}/{text[6:8]}/{text[1:5]} {text[12:20]}"

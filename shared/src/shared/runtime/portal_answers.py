"""A portal's answer before its meaning is asked: what is no answer at all, how long it may be, when to come back.

User: ``http``. Everything that is not the agreed answer becomes an exception of ``portal_errors``; nothing here can
turn into an empty list.
"""

import email.utils
from collections.abc import Collection
from hashlib import sha256

import httpx
import msgspec

from shared.runtime.clock import now
from shared.runtime.portal_errors import (
    PortalOversize,
    PortalRateLimited,
    PortalRedirected,
    PortalRefused,
    PortalRequestRefused,
    PortalShapeChanged,
    PortalUnavailable,
)

_SESSION_WORDS = ("phiên", "session", "đăng nhập", "login", "token", "unauthorized")
_REFUSALS = (400, 404, 410, 416, 422)
_LONGEST_REFUSAL = 4096
_SAMPLE = 4096
_SMALL = 1024 * 1024
_FAR = 10**10
_MOST_UNPACKED = 200
"""Times its packed length: lists of like records reach 20 to 50, a bomb a thousand."""


def refuse_bad_status(name: str, response: httpx.Response) -> None:
    """Raises for every status that is no answer. ``name`` is how messages name the call."""
    status = response.status_code
    if 300 <= status < 400:
        raise PortalRedirected(f"{name} answered {status}; redirects are not followed.")
    if status in (401, 403):
        raise PortalRefused(f"{name} answered {status}: our credentials were not accepted.")
    if status == 429:
        raise PortalRateLimited(f"{name} answered {status}: we ask too much.", retry_after=retry_after(response))
    if status in (408, 425) or status >= 500:
        wait = retry_after(response)
        raise PortalUnavailable(f"{name} answered {status}.", retry_after=wait, kind=f"status_{status}")
    if status in _REFUSALS:
        raise PortalRequestRefused(f"{name} answered {status}.")
    if status not in (200, 201):  # The 2026 national platform answers reads with 201.
        raise PortalShapeChanged(f"{name} answered {status}.")


def tells_ended_session(body: bytes) -> bool:
    """Whether an answer of status 200 that is not the agreed one says that we are not let in, as portals do it.

    No portal publishes a code for it, so it is known by its words: a short object with an error code and a message that
    speaks of the session or of signing in. The client then logs in once more; being wrong costs one login.
    """
    if len(body) > _LONGEST_REFUSAL:
        return False
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(told, dict) or not told.keys() & {"error_code", "response_code", "code", "error"}:
        return False
    said = " ".join(str(told.get(key) or "") for key in ("message", "error", "error_description")).casefold()
    return any(word in said for word in _SESSION_WORDS)


async def refuse_other_media(name: str, response: httpx.Response, media_types: Collection[str]) -> None:
    """Raises for a body of another kind: a firewall's or a hotel's page. Of its text only a digest is told."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind not in media_types and not kind.endswith("+json"):
        sample = b""
        async for part in response.aiter_bytes():
            sample += part
            if len(sample) >= _SAMPLE:
                break
        digest = sha256(sample[:_SAMPLE]).hexdigest()[:16]
        raise PortalShapeChanged(f"{name} answered with {kind[:60]!r}, beginning with sha256:{digest}.")
    if "," in response.headers.get("content-encoding", ""):
        raise PortalShapeChanged(f"{name} answered with nested encodings.")


async def read(name: str, response: httpx.Response, max_bytes: int) -> bytes:
    """The body. Counted after unpacking too: a small packed answer may hold gigabytes. Raises ``PortalOversize``."""
    if int(response.headers.get("content-length", "0")) > max_bytes:
        raise PortalOversize(f"{name} announces more than {max_bytes} bytes.")
    parts, seen = [], 0
    async for part in response.aiter_bytes():
        seen += len(part)
        taken = response.num_bytes_downloaded
        if seen > max_bytes or taken > max_bytes:
            raise PortalOversize(f"{name} answered with more than {max_bytes} bytes.")
        if seen > _SMALL and seen > _MOST_UNPACKED * taken:
            raise PortalOversize(f"{name} unpacks to more than {_MOST_UNPACKED} times its length.")
        parts.append(part)
    return b"".join(parts)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds the portal asks us to wait, from a number or an HTTP date; the past counts as now."""
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return float(max(0, min(int(text), _FAR)))
    except ValueError:
        pass
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (when - now()).total_seconds()) if when.tzinfo else None

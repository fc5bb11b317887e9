"""The only way out to a portal: bounded in time, in bytes and in addresses, and patient within limits.

Users: the adapters of catalogue and dossier_sync. What a portal's answer *means* is the caller's ``decode``: it
runs inside the retry, because portals put errors into answers with status 200. ``decode`` raises
``PortalUnavailable`` to be asked again, ``PortalRefused`` to log in afresh, anything else to stop.
"""

import asyncio
import email.utils
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import msgspec
import stamina
from aiolimiter import AsyncLimiter

from shared.runtime.clock import now
from shared.runtime.portal_auth import Bearer, Call, ClientCredentials, Exchange, PortalAuth, SessionLogin
from shared.runtime.portal_errors import (
    EgressForbidden,
    PortalError,
    PortalOversize,
    PortalRedirected,
    PortalRefused,
    PortalShapeChanged,
    PortalUnavailable,
)

__all__ = [
    "Bearer",
    "Call",
    "ClientCredentials",
    "EgressForbidden",
    "Exchange",
    "PortalAuth",
    "PortalClient",
    "PortalError",
    "PortalOversize",
    "PortalRedirected",
    "PortalRefused",
    "PortalShapeChanged",
    "PortalUnavailable",
    "SessionLogin",
]

T = TypeVar("T")

TIMEOUTS = httpx.Timeout(connect=5.0, read=30.0, write=30.0, pool=10.0)
_ATTEMPTS = 4
_LONGEST_WAIT = 30.0
_JSON = ("application/json", "text/json")


class PortalClient:
    """Asks one portal.

    ``allow_hosts``: "host" or "host:port" this client may speak to, the token endpoint included. ``total_deadline``
    is in seconds and covers a request with all its retries. ``max_bytes`` bounds the answer on the wire and after
    unpacking. ``rate``: requests are spaced by it (a process of its own: divide a quota by the workers).
    """

    def __init__(
        self,
        base_url: str,
        *,
        allow_hosts: Collection[str],
        auth: PortalAuth | None = None,
        timeouts: httpx.Timeout = TIMEOUTS,
        total_deadline: float = 120.0,
        max_bytes: int = 64 * 1024 * 1024,
        rate: AsyncLimiter | None = None,
        attempts: int = _ATTEMPTS,
        media_types: Collection[str] = _JSON,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._base = httpx.URL(base_url.rstrip("/") + "/")
        self._hosts = frozenset(allow_hosts)
        self._auth, self._rate = auth, rate
        self._timeouts, self._deadline, self._attempts = timeouts, total_deadline, attempts
        self._max_bytes, self._media_types = max_bytes, frozenset(media_types)
        self._client = client or httpx.AsyncClient(
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4), trust_env=False
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        decode: Callable[[bytes], T],
    ) -> T:
        """The decoded answer. Raises ``PortalError``; ``PortalUnavailable`` only after the retries are used up."""
        call = Call(method, path, params, json, form, dict(headers or {}))
        ends = asyncio.get_running_loop().time() + self._deadline

        def again(error: Exception) -> bool | float:
            if not isinstance(error, PortalUnavailable):
                return False
            if error.retry_after is None:
                return True
            left = ends - asyncio.get_running_loop().time()
            return error.retry_after if error.retry_after <= min(_LONGEST_WAIT, left) else False

        async for attempt in stamina.retry_context(
            on=again, attempts=self._attempts, timeout=self._deadline, wait_initial=0.2, wait_max=5.0, wait_jitter=0.5
        ):
            with attempt:
                return await self._within(ends, call, decode)
        raise AssertionError("stamina ends by a return or by the last error")

    async def _within(self, ends: float, call: Call, decode: Callable[[bytes], T]) -> T:
        try:
            async with asyncio.timeout_at(ends):
                return await self._let_in_once_more(call, decode)
        except TimeoutError:
            raise PortalUnavailable(f"{self._name(call)} took longer than {self._deadline:g} s.") from None

    async def _let_in_once_more(self, call: Call, decode: Callable[[bytes], T]) -> T:
        try:
            return await self._once(call, decode)
        except PortalRefused:
            if self._auth is None:
                raise
            self._auth.forget()
            return await self._once(call, decode)

    async def _once(self, call: Call, decode: Callable[[bytes], T]) -> T:
        ready = replace(call, headers=dict(call.headers))
        if self._auth is not None:
            await self._auth.prepare(ready, self._send)
        body = await self._send(ready)
        try:
            return decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise PortalShapeChanged(f"{self._name(call)} answered with a body we cannot read: {error}") from None

    async def _send(self, call: Call) -> bytes:
        url = self._base.join(call.path if "://" in call.path else call.path.lstrip("/"))
        if url.host not in self._hosts and f"{url.host}:{url.port}" not in self._hosts:
            raise EgressForbidden(f"{url.host} is not an allowed host of this portal.")
        request = self._client.build_request(
            call.method,
            url,
            params=call.params,
            json=call.json,
            data=call.form,
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", **call.headers},
            timeout=self._timeouts,
        )
        if self._rate is not None:
            await self._rate.acquire()
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                self._refuse_bad_answers(call, response)
                return await self._read(call, response)
            finally:
                await response.aclose()
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise PortalUnavailable(f"{self._name(call)} failed: {type(error).__name__}.") from error

    def _refuse_bad_answers(self, call: Call, response: httpx.Response) -> None:
        status, name = response.status_code, self._name(call)
        if 300 <= status < 400:
            raise PortalRedirected(f"{name} answered {status}; redirects are not followed.")
        if status in (401, 403):
            raise PortalRefused(f"{name} answered {status}: our credentials were not accepted.")
        if status in (408, 425, 429) or status >= 500:
            raise PortalUnavailable(f"{name} answered {status}.", retry_after=_retry_after(response))
        if status not in (200, 201):  # The 2026 national platform answers reads with 201.
            raise PortalShapeChanged(f"{name} answered {status}.")
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind and kind not in self._media_types and not kind.endswith("+json"):
            raise PortalShapeChanged(f"{name} answered with {kind[:60]!r}.")
        if "," in response.headers.get("content-encoding", ""):
            raise PortalShapeChanged(f"{name} answered with nested encodings.")
        if int(response.headers.get("content-length", "0")) > self._max_bytes:
            raise PortalOversize(f"{name} announces more than {self._max_bytes} bytes.")

    async def _read(self, call: Call, response: httpx.Response) -> bytes:
        """The body. Counted after unpacking too: a small packed answer may hold gigabytes."""
        parts, seen = [], 0
        async for part in response.aiter_bytes():
            seen += len(part)
            if seen > self._max_bytes or response.num_bytes_downloaded > self._max_bytes:
                raise PortalOversize(f"{self._name(call)} answered with more than {self._max_bytes} bytes.")
            parts.append(part)
        return b"".join(parts)

    def _name(self, call: Call) -> str:
        """How messages name a call: without its query."""
        return f"{call.method} {self._base.host} {call.path.partition('?')[0]}"


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds the portal asks us to wait, from a number or an HTTP date; the past counts as now."""
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(int(text)))
    except ValueError:
        pass
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (when - now()).total_seconds()) if when.tzinfo else None

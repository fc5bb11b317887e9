"""The only way out to a portal: bounded in time, in bytes and in addresses, and patient within limits.

Users: the adapters of catalogue and dossier_sync. What a portal's answer *means* is the caller's ``decode``: it
runs inside the retry, because portals put errors into answers with status 200. ``decode`` raises
``PortalUnavailable`` to be asked again, ``PortalRefused`` to log in afresh, anything else to stop.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, TypeVar

import httpx
import msgspec
import stamina
from aiolimiter import AsyncLimiter

from shared.runtime.clock import now
from shared.runtime.portal_answers import read, refuse_bad_status, refuse_other_media, tells_ended_session
from shared.runtime.portal_auth import (
    Basic,
    Bearer,
    Call,
    ClientCredentials,
    Exchange,
    Lgsp,
    PortalAuth,
    SessionLogin,
)
from shared.runtime.portal_errors import (
    EgressForbidden,
    PortalClockWrong,
    PortalCursorLost,
    PortalError,
    PortalOversize,
    PortalPageRepeats,
    PortalRateLimited,
    PortalRedirected,
    PortalRefused,
    PortalRequestRefused,
    PortalShapeChanged,
    PortalUnavailable,
    PortalUntrusted,
)
from shared.runtime.portal_line import PortalLine
from shared.runtime.portal_pace import Pace
from shared.runtime.portal_signals import FAILURES, GAP, Certificates, clock_offset, distrust_of, kind_of, note_clock
from shared.runtime.portal_text import as_utf8

__all__ = [
    "Basic",
    "Bearer",
    "Call",
    "ClientCredentials",
    "EgressForbidden",
    "Exchange",
    "Lgsp",
    "PortalAuth",
    "PortalClient",
    "PortalClockWrong",
    "PortalCursorLost",
    "PortalError",
    "PortalOversize",
    "PortalPageRepeats",
    "PortalRateLimited",
    "PortalRedirected",
    "PortalRefused",
    "PortalRequestRefused",
    "PortalShapeChanged",
    "PortalUnavailable",
    "PortalUntrusted",
    "SessionLogin",
]

T = TypeVar("T")

TIMEOUTS = httpx.Timeout(connect=5.0, read=30.0, write=30.0, pool=10.0)
_ATTEMPTS = 4
_LONGEST_WAIT = 30.0
"""Seconds of Retry-After that a run waits; asked for more, it ends and the feed is closed until then."""
_MOST_WAITS = 8
_JSON = ("application/json", "text/json")


class PortalClient:
    """Asks one portal.

    ``allow_hosts``: "host" or "host:port" this client may speak to, the token endpoint included. ``total_deadline``
    is in seconds and covers a request with all its retries. ``max_bytes`` bounds the answer on the wire and after
    unpacking. ``rate`` or ``line``: requests are spaced by it; a line also outlives this client, with the waits the
    portal asked for and with what its clock says.
    ``first_wait``: seconds before the second attempt; it doubles. ``clock_tolerance``: seconds by which the portal's
    clock may differ from ours where credentials are used.
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
        line: PortalLine | None = None,
        attempts: int = _ATTEMPTS,
        first_wait: float = 0.2,
        clock_tolerance: float = 60.0,
        media_types: Collection[str] = _JSON,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._base = httpx.URL(base_url.rstrip("/") + "/")
        self._hosts = frozenset(allow_hosts)
        self._auth, self._rate, self._line = auth, rate, line
        self._timeouts, self._deadline, self._attempts = timeouts, total_deadline, attempts
        self._max_bytes, self._media_types = max_bytes, frozenset(media_types)
        self._clock_tolerance, self._first_wait = clock_tolerance, first_wait
        self._pace, self._certificates = Pace(first_wait), Certificates()
        self._client = client or httpx.AsyncClient(
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=4), trust_env=False
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    def sign_out(self) -> None:
        """Drops the session, if there is one: the next request signs in afresh."""
        if self._auth is not None:
            self._auth.forget()

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
            if not isinstance(error, PortalUnavailable) or isinstance(error, PortalRateLimited):
                return False
            if error.retry_after is None:
                return True
            left = ends - asyncio.get_running_loop().time()
            return error.retry_after if error.retry_after <= min(_LONGEST_WAIT, left) else False

        async for attempt in stamina.retry_context(
            on=again,
            attempts=self._attempts,
            timeout=self._deadline,
            wait_initial=self._first_wait,
            wait_max=5.0,
            wait_jitter=self._first_wait,
        ):
            with attempt:
                return await self._in_turn(ends, call, decode)
        raise AssertionError("stamina ends by a return or by the last error")

    async def _in_turn(self, ends: float, call: Call, decode: Callable[[bytes], T]) -> T:
        """One attempt. Being asked to wait is not a failure of the portal and costs none."""
        for waits in range(_MOST_WAITS + 1):
            await self._pace.turn()
            try:
                answer = await self._within(ends, call, decode)
            except PortalRateLimited as error:
                FAILURES.labels(self._base.host, error.kind).inc()
                wait = self._pace.limited(waits, error.retry_after)
                GAP.labels(self._base.host).set(self._pace.gap)
                self._hold(error.retry_after)
                left = ends - asyncio.get_running_loop().time()
                if waits == _MOST_WAITS or wait > min(_LONGEST_WAIT, left):
                    raise
                await asyncio.sleep(wait)
            except PortalError as error:
                FAILURES.labels(self._base.host, error.kind).inc()
                raise
            else:
                self._pace.answered()
                GAP.labels(self._base.host).set(self._pace.gap)
                return answer
        raise AssertionError("the last wait returns or raises")

    async def _within(self, ends: float, call: Call, decode: Callable[[bytes], T]) -> T:
        try:
            async with asyncio.timeout_at(ends):
                return await self._let_in_once_more(call, decode)
        except TimeoutError:
            raise PortalUnavailable(
                f"{self._name(call)} took longer than {self._deadline:g} s.", kind="deadline"
            ) from None

    async def _let_in_once_more(self, call: Call, decode: Callable[[bytes], T]) -> T:
        try:
            return await self._once(call, decode)
        except PortalRefused:
            if self._auth is None:
                raise
            return await self._once(call, decode)

    async def _once(self, call: Call, decode: Callable[[bytes], T]) -> T:
        ready = replace(call, headers=dict(call.headers))
        if self._auth is None:
            return self._meaning(ready, await self._send(ready), decode)
        await self._auth.prepare(ready, self._send)
        try:
            return self._meaning(ready, await self._send(ready), decode)
        except PortalRefused:
            self._auth.forget(ready)
            raise

    def _meaning(self, ready: Call, body: bytes, decode: Callable[[bytes], T]) -> T:
        try:
            return decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if tells_ended_session(body):
                raise PortalRefused(f"{self._name(ready)} answered 200 and that our session is over.") from None
            message = f"{self._name(ready)} answered with a body we cannot read: {error}"
            raise PortalShapeChanged(message, digest=sha256(body).digest()) from None

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
        if self._line is not None:
            await self._line.ready()
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                return await self._taken(call, response)
            finally:
                await response.aclose()
        except httpx.DecodingError as error:
            raise PortalShapeChanged(
                f"{self._name(call)} answered packed in a way that it does not declare."
            ) from error
        except httpx.TransportError as error:
            raise self._broken(call, error) from error

    async def _taken(self, call: Call, response: httpx.Response) -> bytes:
        """The body of an answer that is one."""
        name, host = self._name(call), self._base.host
        self._certificates.look(host, response)
        self._compare_clocks(name, response)
        refuse_bad_status(name, response)
        await refuse_other_media(name, response, self._media_types)
        return as_utf8(await read(name, response, self._max_bytes), response.headers.get("content-type", ""))

    def _compare_clocks(self, name: str, response: httpx.Response) -> None:
        """A login whose times mean nothing is no login: refused where credentials are used, told everywhere."""
        offset = clock_offset(response, self._line.time() if self._line else now())
        if offset is None:
            return
        note_clock(self._base.host, offset)
        if self._line is not None:
            self._line.clock_offset = offset
        if self._auth is not None and abs(offset) > self._clock_tolerance:
            raise PortalClockWrong(f"{name}: the portal's clock is {offset:+.0f} s from ours.")

    def _hold(self, retry_after: float | None) -> None:
        if self._line is not None and retry_after is not None:
            self._line.hold(retry_after)

    def _broken(self, call: Call, error: httpx.TransportError) -> PortalError:
        """What a broken connection means."""
        distrust = distrust_of(error)
        if distrust is not None:
            return PortalUntrusted(f"{self._name(call)}: the certificate is not accepted: {distrust}.")
        kind = kind_of(error)
        return PortalUnavailable(f"{self._name(call)} failed: {kind} ({type(error).__name__}).", kind=kind)

    def _name(self, call: Call) -> str:
        """How messages name a call: without its query."""
        return f"{call.method} {self._base.host} {call.path.partition('?')[0]}"

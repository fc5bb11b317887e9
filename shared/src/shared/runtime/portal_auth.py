"""How a request gets its credentials: one small class per way portals know.

Users: ``http`` and the adapters. A strategy changes the call before it is sent and forgets what it holds when
the portal refuses; ``PortalClient`` then asks once more, and only once, so that a wrong password cannot lock an
account.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from shared.runtime.clock import monotonic
from shared.runtime.portal_errors import PortalShapeChanged


@dataclass(slots=True)
class Call:
    """One request about to be sent; a strategy may change it. ``path`` is relative to the portal, or a whole URL."""

    method: str
    path: str
    params: Mapping[str, Any] | None = None
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)


Exchange = Callable[[Call], Awaitable[bytes]]
"""Sends a call without credentials, under the same limits, and returns the body: how a strategy logs in."""


class PortalAuth(Protocol):
    """A way of being let in."""

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        """Put credentials on the call, logging in first when none are held."""

    def forget(self) -> None:
        """Drop what is held: the portal refused it."""


class Bearer:
    """A token that an operator was given and that does not change."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        call.headers["Authorization"] = f"Bearer {self._token}"

    def forget(self) -> None:
        """Nothing can be renewed."""


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 60.0


class ClientCredentials:
    """OAuth2 client credentials as Keycloak gives them (RFC 6749 4.4, client in the Basic header).

    A token is used until ``EARLY`` seconds before its end: these portals hand out tokens for 300 s.
    """

    EARLY = 20.0

    def __init__(self, token_url: str, client_id: str, client_secret: str) -> None:
        self._url = token_url
        pair = f"{client_id}:{client_secret}".encode()
        self._basic = "Basic " + base64.b64encode(pair).decode("ascii")
        self._held: tuple[str, float] | None = None
        self._renewing = asyncio.Lock()

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        async with self._renewing:
            if self._held is None or self._held[1] <= monotonic():
                self._held = await self._renew(exchange)
            call.headers["Authorization"] = f"Bearer {self._held[0]}"

    def forget(self) -> None:
        self._held = None

    async def _renew(self, exchange: Exchange) -> tuple[str, float]:
        asked_at = monotonic()
        body = await exchange(
            Call(
                "POST",
                self._url,
                form={"grant_type": "client_credentials"},
                headers={"Authorization": self._basic},
            )
        )
        try:
            token = msgspec.json.decode(body, type=_Token)
        except msgspec.DecodeError:
            raise PortalShapeChanged("The token endpoint did not answer with a token.") from None
        return token.access_token, asked_at + max(token.expires_in - self.EARLY, 1.0)


class SessionLogin:
    """A session bought by a login call and carried where the portal wants it: a header, or inside the body.

    ``login`` returns the session, ``place`` puts it on a call. One login at a time: some portals end the older
    session of the same account.
    """

    def __init__(self, login: Callable[[Exchange], Awaitable[str]], place: Callable[[Call, str], None]) -> None:
        self._login, self._place = login, place
        self._session: str | None = None
        self._entering = asyncio.Lock()

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        async with self._entering:
            if self._session is None:
                self._session = await self._login(exchange)
        self._place(call, self._session)

    def forget(self) -> None:
        self._session = None

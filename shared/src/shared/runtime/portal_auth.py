"""How a request gets its credentials: one small class per way portals know.

Users: ``http`` and the adapters. A strategy changes the call before it is sent and forgets what it holds when
the portal refuses; ``PortalClient`` then asks once more, and only once. What is held stands in a ``Credential``, which
strategies of one login share: they then neither end each other's sessions nor try a wrong password in turns.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from shared.runtime.clock import monotonic
from shared.runtime.portal_credentials import Credential
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
    carried: str | None = None
    """The token or session a strategy put on it, which is what a refusal is about."""


Exchange = Callable[[Call], Awaitable[bytes]]
"""Sends a call without credentials, under the same limits, and returns the body: how a strategy logs in."""


class PortalAuth(Protocol):
    """A way of being let in."""

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        """Put credentials on the call, logging in first when none are held."""

    def forget(self, refused: Call | None = None) -> None:
        """Drop what is held: the portal refused the call that carried it. None: drop it whatever it is."""


class Bearer:
    """A token that an operator was given and that does not change."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        call.headers["Authorization"] = f"Bearer {self._token}"

    def forget(self, refused: Call | None = None) -> None:
        """Nothing can be renewed."""


class Basic:
    """A user name and a password with every call (RFC 7617)."""

    def __init__(self, username: str, password: str) -> None:
        self._header = basic(username, password)

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        call.headers["Authorization"] = self._header

    def forget(self, refused: Call | None = None) -> None:
        """Nothing can be renewed."""


class Lgsp:
    """A provincial LGSP gateway: its access token (base64 of the keys it handed out) in a header of its own.

    It stands on every call, the login of ``inner`` included: behind the gateway a service may want a token too.
    """

    HEADER = "lgspaccesstoken"

    def __init__(self, token: str, inner: PortalAuth | None = None) -> None:
        self._token, self._inner = token, inner

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        async def through_the_gateway(login: Call) -> bytes:
            login.headers[self.HEADER] = self._token
            return await exchange(login)

        call.headers[self.HEADER] = self._token
        if self._inner is not None:
            await self._inner.prepare(call, through_the_gateway)

    def forget(self, refused: Call | None = None) -> None:
        if self._inner is not None:
            self._inner.forget(refused)


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 60.0


class ClientCredentials:
    """OAuth2 client credentials (RFC 6749 4.4): the client in the Basic header as at Keycloak, or ``in_body``, as some
    provincial gateways want it.

    A token is used until ``EARLY`` seconds before its end: these portals hand out tokens for 300 s.
    """

    EARLY = 20.0

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        *,
        in_body: bool = False,
        credential: Credential | None = None,
    ) -> None:
        self._url = token_url
        self._form = {"grant_type": "client_credentials"}
        self._headers = {}
        if in_body:
            self._form |= {"client_id": client_id, "client_secret": client_secret}
        else:
            self._headers = {"Authorization": basic(client_id, client_secret)}
        self._credential = credential or Credential()

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        async def renew() -> tuple[str, float]:
            return await self._renew(exchange)

        call.carried = await self._credential.enter(renew)
        call.headers["Authorization"] = f"Bearer {call.carried}"

    def forget(self, refused: Call | None = None) -> None:
        self._credential.forget(None if refused is None else refused.carried)

    async def _renew(self, exchange: Exchange) -> tuple[str, float]:
        asked_at = monotonic()
        body = await exchange(Call("POST", self._url, form=self._form, headers=dict(self._headers)))
        try:
            token = msgspec.json.decode(body, type=_Token)
        except msgspec.DecodeError:
            raise PortalShapeChanged("The token endpoint did not answer with a token.") from None
        return token.access_token, asked_at + max(token.expires_in - self.EARLY, 1.0)


class SessionLogin:
    """A session bought by a login call and carried where the portal wants it: a header, or inside the body.

    ``login`` returns the session, ``place`` puts it on a call. Portals do not say how long one lives: it is used for
    ``lasts`` seconds, as the senders of the contract do, and bought again when it is refused before.
    """

    def __init__(
        self,
        login: Callable[[Exchange], Awaitable[str]],
        place: Callable[[Call, str], None],
        *,
        lasts: float = 600.0,
        credential: Credential | None = None,
    ) -> None:
        self._login, self._place, self._lasts = login, place, lasts
        self._credential = credential or Credential()

    async def prepare(self, call: Call, exchange: Exchange) -> None:
        async def renew() -> tuple[str, float]:
            asked_at = monotonic()
            return await self._login(exchange), asked_at + self._lasts

        call.carried = await self._credential.enter(renew)
        self._place(call, call.carried)

    def forget(self, refused: Call | None = None) -> None:
        self._credential.forget(None if refused is None else refused.carried)


def basic(username: str, password: str) -> str:
    """The value of a Basic header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")

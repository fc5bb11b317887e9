"""What is held of one login: its token or session, and how often the portal refused it.

Users: ``portal_auth`` and whoever makes strategies. Single-session portals end the older session of an account, so
strategies of one login share one ``Credential``: one logs in while the others wait, and a refusal of a session
that was replaced meanwhile costs nothing. A password that was refused twice is not tried again by this process: it
was rotated, and more tries would lock the account. Another password is another credential.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import sha256

from shared.runtime.clock import monotonic
from shared.runtime.portal_errors import PortalLoginAway, PortalRefused, PortalUnavailable

_MOST_TRIES = 2
_MOST_KEPT = 1_000

Login = Callable[[], Awaitable[tuple[str, float]]]
"""Buys a token or session: (its text, the monotonic second until which it is used)."""


class Credential:
    """One login of one portal."""

    def __init__(self) -> None:
        self._held: tuple[str, float] | None = None
        self._refused = 0
        self._entering = asyncio.Lock()

    async def enter(self, login: Login) -> str:
        """What is held, bought first where nothing is. Raises ``PortalRefused``, without asking after two refusals."""
        async with self._entering:
            if self._held is not None and self._held[1] > monotonic():
                return self._held[0]
            if self._refused >= _MOST_TRIES:
                raise PortalRefused("Our login was refused twice; it is not tried again until its secret is changed.")
            try:
                self._held = await login()
            except PortalRefused:
                self._refused += 1
                raise
            except PortalUnavailable as error:
                told = f"The login is away: {error}"
                raise PortalLoginAway(told, retry_after=error.retry_after, kind=error.kind) from error
            self._refused = 0
            return self._held[0]

    def forget(self, refused: str | None) -> None:
        """Drops what is held, unless something else was refused than is held now. None: drops it whatever it is."""
        if self._held is not None and refused in (None, self._held[0]):
            self._held = None


class Credentials:
    """The credentials of a process, by what a login is made of. Known by digest: no secret is kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Credential] = OrderedDict()

    def of(self, *login: str) -> Credential:
        """The one credential of this login: address, name, secret."""
        digest = sha256("\0".join(login).encode()).digest()
        found = self._kept.setdefault(digest, Credential())
        self._kept.move_to_end(digest)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return found


CREDENTIALS = Credentials()
"""Those of this process."""

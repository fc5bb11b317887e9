"""Who is calling, and may they. Deny first: a route without one of these two marks stops the service at start.

Users: every service. Keys belong to agencies and live in catalogue; the others read the published view
``catalogue.client_v1`` and keep what they learnt for at most thirty seconds, which bounds how long a revoked
key still works.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.problem import KEY_MISSING, KEY_UNKNOWN, SCOPE_MISSING, ProblemError
from shared.contracts.views import client_v1
from shared.runtime.clock import monotonic

Scope = Literal[
    "figures:read",
    "catalogue:read",
    "dossiers:read",
    "dossiers:push",
    "lineage:read",
    "sync:read",
    "sync:operate",
    "publish",
    "indicators:write",
]

KEY_PREFIX = "mtc_"
_KEPT_SECONDS = 30.0
_MOST_KEPT = 10_000

_bearer = HTTPBearer(auto_error=False, description="An API key of your agency: `Authorization: Bearer mtc_…`.")


@dataclass(frozen=True, slots=True)
class Principal:
    """The calling agency's client. ``agency_code`` is canonical (H24.99)."""

    client_id: str
    agency_code: str
    scopes: frozenset[str]


def key_hash(key: str) -> bytes:
    """What is stored of a key. 256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(key.encode()).digest()


class ApiKeys:
    """Looks keys up, remembering answers (also refusals) for thirty seconds, in bounded memory."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._kept: OrderedDict[bytes, tuple[float, Principal | None]] = OrderedDict()

    async def principal(self, key: str) -> Principal | None:
        """The client this key belongs to, or None when no live key has this text."""
        return await self.principal_of(key_hash(key))

    async def principal_of(self, digest: bytes) -> Principal | None:
        """The client whose key has this digest: for what was bought with a key and must end with it."""
        kept = self._kept.get(digest)
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        found = await self._look_up(digest)
        self._kept[digest] = (monotonic() + _KEPT_SECONDS, found)
        self._kept.move_to_end(digest)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    async def _look_up(self, digest: bytes) -> Principal | None:
        question = select(client_v1.c.client_id, client_v1.c.agency_code, client_v1.c.scopes).where(
            client_v1.c.key_hash == digest,
            func.coalesce(client_v1.c.expires_at > func.now(), True),
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(question)).one_or_none()
        return None if row is None else Principal(row.client_id, row.agency_code, frozenset(row.scopes))


class RequiresScope:
    """A route's guard: 401 without a live key, 403 when the key lacks the scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    ) -> Principal:
        if credentials is None or not credentials.credentials:
            raise ProblemError(
                KEY_MISSING,
                "Send your agency's key as `Authorization: Bearer mtc_…`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        keys: ApiKeys = request.app.state.api_keys
        principal = await keys.principal(credentials.credentials)
        if principal is None:
            raise ProblemError(
                KEY_UNKNOWN,
                "This key is not known, was revoked or has expired. Ask the operator for a new one.",
                headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
            )
        if self.scope not in principal.scopes:
            raise ProblemError(SCOPE_MISSING, f"This key lacks the scope {self.scope}. Ask the operator to grant it.")
        return principal


def requires(scope: Scope) -> RequiresScope:
    """``Depends(requires("figures:read"))`` on a route or in its signature."""
    return RequiresScope(scope)


def public() -> None:
    """``Depends(public)``: this route is open to everybody, on purpose."""

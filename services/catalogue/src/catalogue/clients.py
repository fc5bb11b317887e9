"""API clients: created, given a new key with an overlap, and revoked. A key's text is seen once, by its maker."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import get_args

from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.repository import clients
from catalogue.repository.clients import Client
from shared.domain.identifiers import AgencyCode
from shared.runtime.auth import KEY_PREFIX, Scope, key_hash
from shared.runtime.database import snapshot, transaction

SCOPES: tuple[str, ...] = get_args(Scope)
_KEY_BYTES = 32


class ClientError(Exception):
    """Something about an API client is not possible."""


class ClientUnknown(ClientError):
    """There is no such client, or it was revoked."""

    def __init__(self) -> None:
        super().__init__("There is no such client, or it was revoked.")


class ScopeUnknown(ClientError):
    """A scope that does not exist, or none at all."""

    parameter = "scopes"


@dataclass(frozen=True, slots=True)
class Issued:
    """A client and the text of its new key, which is stored nowhere."""

    client: Client
    key: str


async def create(engine: AsyncEngine, *, agency: AgencyCode, name: str, scopes: Sequence[str]) -> Issued:
    """A new client of an agency with its first key. Raises ``ScopeUnknown``."""
    asked = tuple(scope for scope in SCOPES if scope in set(scopes))
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not asked:
        raise ScopeUnknown(f"Not a scope: {', '.join(unknown) or 'nothing at all'}. Scopes are {', '.join(SCOPES)}.")
    client_id, key = f"{agency}-{secrets.token_hex(6)}", _new_key()
    async with transaction(engine) as connection:
        await clients.add(connection, client_id=client_id, agency_code=str(agency), name=name, scopes=asked)
        await clients.add_key(connection, client_id, key_hash(key))
        made = await clients.find(connection, client_id)
    assert made is not None  # noqa: S101 - written in the same transaction
    return Issued(made, key)


async def rotate(engine: AsyncEngine, client_id: str, *, overlap: timedelta) -> Issued:
    """A new key; the older ones work for ``overlap`` longer. Raises ``ClientUnknown``."""
    key = _new_key()
    async with transaction(engine) as connection:
        found = await clients.find(connection, client_id, lock=True)
        if found is None or found.revoked_at is not None:
            raise ClientUnknown
        await clients.expire_keys(connection, client_id, overlap)
        await clients.add_key(connection, client_id, key_hash(key))
        client = await clients.find(connection, client_id)
    assert client is not None  # noqa: S101 - locked above
    return Issued(client, key)


async def revoke(engine: AsyncEngine, client_id: str) -> Client:
    """Ends a client at once here, within thirty seconds in the other services. Raises ``ClientUnknown``."""
    async with transaction(engine) as connection:
        await clients.revoke(connection, client_id)
        found = await clients.find(connection, client_id)
    if found is None:
        raise ClientUnknown
    return found


async def find(engine: AsyncEngine, client_id: str) -> Client:
    """One client, revoked or not. Raises ``ClientUnknown``."""
    async with snapshot(engine) as connection:
        found = await clients.find(connection, client_id)
    if found is None:
        raise ClientUnknown
    return found


async def listed(
    engine: AsyncEngine, *, after: str = "", limit: int = 1_000, within: str | None = None
) -> list[Client]:
    """Clients by id; ``within`` keeps those of an agency's subtree."""
    async with snapshot(engine) as connection:
        return await clients.every(connection, after=after, limit=limit, within=within)


def _new_key() -> str:
    return KEY_PREFIX + secrets.token_urlsafe(_KEY_BYTES)

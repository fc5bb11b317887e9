"""API clients and their keys. Only the SHA-256 of a key is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Interval, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.tables import api_client, api_key


@dataclass(frozen=True, slots=True)
class Client:
    """An agency's client. ``keys`` counts those that work now."""

    client_id: str
    agency_code: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
    keys: int


async def add(
    connection: AsyncConnection, *, client_id: str, agency_code: str, name: str, scopes: Sequence[str]
) -> None:
    """Adds a client without a key."""
    values = {"client_id": client_id, "agency_code": agency_code, "name": name, "scopes": list(scopes)}
    await connection.execute(insert(api_client).values(values))


async def add_key(connection: AsyncConnection, client_id: str, key_hash: bytes) -> None:
    """Adds a key to a client."""
    await connection.execute(insert(api_key).values(client_id=client_id, key_hash=key_hash))


async def expire_keys(connection: AsyncConnection, client_id: str, overlap: timedelta) -> None:
    """Lets the keys of a client end after ``overlap``, none later than it would have."""
    ends = func.now() + bindparam("overlap", overlap, type_=Interval)
    later = or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > ends)
    await connection.execute(update(api_key).where(api_key.c.client_id == client_id, later).values(expires_at=ends))


async def revoke(connection: AsyncConnection, client_id: str) -> None:
    """Ends a client and all its keys, for ever."""
    live = and_(api_client.c.client_id == client_id, api_client.c.revoked_at.is_(None))
    await connection.execute(update(api_client).where(live).values(revoked_at=func.now()))


async def find(connection: AsyncConnection, client_id: str, *, lock: bool = False) -> Client | None:
    """One client, revoked or not; ``lock`` keeps others from changing it until the transaction ends."""
    question = _QUESTION.where(api_client.c.client_id == client_id)
    if lock:
        question = question.with_for_update(of=api_client)
    row = (await connection.execute(question)).mappings().one_or_none()
    return None if row is None else Client(**{**row, "scopes": tuple(row["scopes"])})


async def every(connection: AsyncConnection, *, after: str, limit: int, within: str | None) -> list[Client]:
    """Clients by id after ``after``; ``within`` keeps those of an agency's subtree."""
    question = _QUESTION.where(api_client.c.client_id > after)
    if within is not None:
        below = api_client.c.agency_code.startswith(within + ".", autoescape=True)
        question = question.where(or_(api_client.c.agency_code == within, below))
    rows = await connection.execute(question.order_by(api_client.c.client_id).limit(limit))
    return [Client(**{**row, "scopes": tuple(row["scopes"])}) for row in rows.mappings()]


_LIVE_KEYS = (
    select(func.count())
    .where(
        api_key.c.client_id == api_client.c.client_id,
        api_client.c.revoked_at.is_(None),
        or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > func.now()),
    )
    .scalar_subquery()
)
_QUESTION = select(api_client, _LIVE_KEYS.label("keys"))

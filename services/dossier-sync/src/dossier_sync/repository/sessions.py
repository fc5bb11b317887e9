"""Sessions of the push contract: few, short, and known by digest only."""

from datetime import timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import inbound_session

_MOST_OF_A_CLIENT = 16
"""Clients keep one session for ten minutes and pick a random one of several; older ones end first."""


async def open_session(
    connection: AsyncConnection, *, session_hash: bytes, client_id: str, key_hash: bytes, lasts: timedelta
) -> None:
    """Opens a session; ends those that are over, and the client's oldest beyond the most it may have."""
    of_client = inbound_session.c.client_id == client_id
    kept = (
        select(inbound_session.c.session_hash)
        .where(of_client)
        .order_by(inbound_session.c.expires_at.desc())
        .limit(_MOST_OF_A_CLIENT - 1)
    )
    await connection.execute(delete(inbound_session).where(inbound_session.c.expires_at <= func.now()))
    await connection.execute(delete(inbound_session).where(of_client, inbound_session.c.session_hash.not_in(kept)))
    await connection.execute(
        insert(inbound_session).values(
            session_hash=session_hash, client_id=client_id, key_hash=key_hash, expires_at=func.now() + lasts
        )
    )


async def key_of_session(connection: AsyncConnection, session_hash: bytes) -> bytes | None:
    """The digest of the key a live session was bought with."""
    question = select(inbound_session.c.key_hash).where(
        inbound_session.c.session_hash == session_hash, inbound_session.c.expires_at > func.now()
    )
    return (await connection.execute(question)).scalar_one_or_none()

"""Limits of one transaction."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_NO_LIMIT = text("set local statement_timeout = 0")


async def without_time_limit(connection: AsyncConnection) -> None:
    """Lift the statement limit until the transaction ends: for work over all rows, never for a request."""
    await connection.execute(_NO_LIMIT)

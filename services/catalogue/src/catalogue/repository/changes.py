"""The change feed as it is read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.tables import change, change_item


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One thing that one change added, changed or removed."""

    change: int
    at: datetime
    cause: str
    source: str
    kind: str
    key: str
    event: str


async def after(
    connection: AsyncConnection, number: int, *, position: tuple[int, str, str] | None, limit: int
) -> list[ChangeLine]:
    """Lines of the changes after ``number``, and after ``position`` within them, in order."""
    question = select(change, change_item.c.kind, change_item.c.key, change_item.c.event).join(change_item)
    place = (change_item.c.change, change_item.c.kind, change_item.c.key)
    question = question.where(change_item.c.change > number)
    if position is not None:
        question = question.where(tuple_(*place) > position)
    rows = await connection.execute(question.order_by(*place).limit(limit))
    return [ChangeLine(**row) for row in rows.mappings()]

"""Which rows held as of a change, and which belong to an agency's subtree."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.tables import change


def valid_at(table: Table, number: int) -> ColumnElement[bool]:
    """The rows of a versioned table that were current as of change ``number``."""
    ends = or_(table.c.change_to.is_(None), table.c.change_to > number)
    return (table.c.change_from <= number) & ends


def subtree(column: ColumnElement[Any], agency_code: str) -> ColumnElement[bool]:
    """The agency itself and all below it: the code is the tree."""
    return or_(column == agency_code, column.startswith(agency_code + ".", autoescape=True))


async def newest_change(connection: AsyncConnection) -> int:
    """The newest change number; 0 before the first."""
    return int((await connection.execute(select(func.coalesce(func.max(change.c.change), 0)))).scalar_one())


async def change_at(connection: AsyncConnection, day: date) -> int:
    """The newest change at the end of a day in Asia/Ho_Chi_Minh; 0 before the first."""
    local_day = func.date(func.timezone("Asia/Ho_Chi_Minh", change.c.at))
    question = select(func.coalesce(func.max(change.c.change), 0)).where(local_day <= day)
    return int((await connection.execute(question)).scalar_one())

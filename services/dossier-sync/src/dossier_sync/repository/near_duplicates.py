"""Dossiers whose codes differ only in what a typist or a system may change: zeros, dots, the order of the agency."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.repository.lists import subtree
from dossier_sync.tables import head


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """Codes of one agency, one day and one number, written in several ways."""

    agency_code: str
    codes: list[str]


async def near_duplicates(connection: AsyncConnection, *, agency: str, limit: int) -> list[NearDuplicates]:
    """Groups of two and more within a subtree. Case and outer blanks make no two dossiers: codes are canonical."""
    code = head.c.dossier_code
    # From the right: a dash may have slipped into the agency, and the last two groups are always day and number.
    number = func.ltrim(func.regexp_replace(code, "^.*-", ""), "0")
    day = func.substring(code, "([0-9]{6})-[0-9]+$")
    codes = func.array_agg(aggregate_order_by(code, code)).label("codes")
    question = (
        select(head.c.agency_code, codes)
        .where(subtree(head.c.agency_code, agency), ~head.c.gone)
        .group_by(head.c.agency_code, day, number)
        .having(func.count() > 1)
        .order_by(head.c.agency_code, func.min(code))
        .limit(limit)
    )
    return [NearDuplicates(**row) for row in (await connection.execute(question)).mappings()]

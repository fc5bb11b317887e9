"""Rows of which every version is kept, in turn with the ledger: petitions and votes.

A table of versions has the thing's code, ``number`` (1, 2, …), ``imported_at``, and what was told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, Text, any_, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.repository.ledger import take_turn
from shared.runtime.database import raw

Row = dict[str, Any]


async def add_versions(
    connection: AsyncConnection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]
) -> list[Row]:
    """Stores each row whose content is new as a further version of the thing its ``key`` names; returns those.

    The import takes its turn with ledger entries: an entry is older or younger than it, never the same age.
    """
    await take_turn(await raw(connection))
    told = [column.name for column in table.c if column.name not in ("number", "imported_at")]
    known = await _newest(connection, table, key, [row[key] for row in rows])
    at = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    changed: list[Row] = []
    for row in rows:
        number, content = known.get(row[key], (0, None))
        now = {name: row.get(name) for name in told}
        if content != now:
            known[row[key]] = (number + 1, now)
            changed.append(now | {"number": number + 1, "imported_at": at})
    if changed:
        await connection.execute(insert(table), changed)
    return changed


async def _newest(
    connection: AsyncConnection, table: Table, key: str, codes: Sequence[str]
) -> dict[str, tuple[int, Row | None]]:
    asked = (
        select(table)
        .where(table.c[key] == any_(cast(list(codes), ARRAY(Text))))
        .ext(distinct_on(table.c[key]))
        .order_by(table.c[key], table.c.number.desc())
    )
    found: dict[str, tuple[int, Row | None]] = {}
    for row in (await connection.execute(asked)).mappings():
        content = {name: value for name, value in row.items() if name not in ("number", "imported_at")}
        found[row[key]] = (row["number"], content)
    return found

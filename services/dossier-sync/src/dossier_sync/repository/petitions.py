"""Petitions as rows, with every version that was ever imported."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.repository.ledger import take_turn
from dossier_sync.tables import petition, petition_revision
from shared.runtime.database import raw

_TOLD = tuple(column.name for column in petition_revision.c if column.name not in ("number", "imported_at"))
_NEWEST = text(f"""
    select distinct on (petition_code) number, {", ".join(_TOLD)} from dossier.petition_revision
    where petition_code = any(cast(:codes as text[])) order by petition_code, number desc""")


async def save_petitions(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Stores each petition whose content is new, as a further version; returns how many were.

    The import takes its turn with ledger entries: an entry is older or younger than it, never the same age.
    """
    await take_turn(await raw(connection))
    known = await _newest(connection, [row["petition_code"] for row in rows])
    at = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    changed: list[dict[str, Any]] = []
    for row in rows:
        number, content = known.get(row["petition_code"], (0, None))
        told = {name: row.get(name) for name in _TOLD}
        if content != told:
            known[row["petition_code"]] = (number + 1, told)
            changed.append(told | {"number": number + 1, "imported_at": at})
    if changed:
        await connection.execute(insert(petition_revision), changed)
        await connection.execute(_newest_stands(), [_without_history(row) for row in changed])
    return len(changed)


async def _newest(connection: AsyncConnection, codes: Sequence[str]) -> dict[str, tuple[int, dict[str, Any] | None]]:
    rows = (await connection.execute(_NEWEST, {"codes": list(codes)})).mappings()
    return {row["petition_code"]: (row["number"], {name: row[name] for name in _TOLD}) for row in rows}


def _newest_stands() -> Any:
    statement = insert(petition)
    newer = {column.name: statement.excluded[column.name] for column in petition.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=["petition_code"], set_=newer)


def _without_history(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in petition.c}

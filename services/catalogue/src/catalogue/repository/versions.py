"""Writing versions: one transaction that changes something is one change, numbered without a gap."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.repository.entities import Entity, Key, Thing
from catalogue.tables import change, change_item, content

_LOCK = text("select pg_advisory_xact_lock(hashtext('catalogue change'))")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one kind of thing should be: ``things`` current in this form, ``removed`` no longer current."""

    entity: Entity
    things: Sequence[Thing]
    removed: Collection[Key] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the change feed."""

    kind: str
    key: Key
    event: str


async def lock_changes(connection: AsyncConnection) -> None:
    """Takes turns with every other writer until the transaction ends: what is compared stays as it was read."""
    await connection.execute(_LOCK)


async def current(connection: AsyncConnection, entity: Entity) -> dict[Key, Any]:
    """Every current thing of a kind, by key."""
    table = entity.table
    columns = [column for column in table.columns if column.name not in ("change_from", "change_to")]
    rows = await connection.execute(select(*columns).where(table.c.change_to.is_(None)))
    things = [entity.load(row._asdict()) for row in rows]
    return {thing.key: thing for thing in things}


async def publish(
    connection: AsyncConnection, wanted: Sequence[Wanted], *, cause: str, source: str
) -> tuple[int | None, list[Item]]:
    """Writes what differs as one change. Returns its number, or None when nothing differs, and its lines.

    Call ``lock_changes`` first.
    """
    differing = [(one.entity, *_compare(await current(connection, one.entity), one)) for one in wanted]
    items = [item for _, _, found in differing for item in found]
    if not items:
        return None, []
    number = await _next_change(connection, cause, source)
    for entity, things, found in differing:
        await _close(connection, entity, number, [item.key for item in found if item.event != "added"])
        if things:
            rows = [{**entity.dump(thing), "change_from": number} for thing in things]
            await connection.execute(insert(entity.table), rows)
    await connection.execute(
        insert(change_item),
        [{"change": number, "kind": item.kind, "key": written(item.key), "event": item.event} for item in items],
    )
    return number, items


async def keep_content(connection: AsyncConnection, records: Mapping[bytes, Any]) -> None:
    """Keeps cleaned records by their hash; the same content stands once."""
    if records:
        rows = [{"content_hash": digest, "record": record} for digest, record in records.items()]
        await connection.execute(upsert(content).on_conflict_do_nothing(), rows)


def written(key: Key) -> str:
    """A key as the change feed writes it: its parts, joined by "/", without empty ones at the end."""
    parts = [str(part) for part in key]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return "/".join(parts)


def _compare(known: Mapping[Key, Thing], wanted: Wanted) -> tuple[list[Thing], list[Item]]:
    kind = wanted.entity.kind
    things = [thing for thing in wanted.things if known.get(thing.key) != thing]
    items = [Item(kind, thing.key, "changed" if thing.key in known else "added") for thing in things]
    items += [Item(kind, key, "removed") for key in wanted.removed if key in known]
    return things, items


async def _next_change(connection: AsyncConnection, cause: str, source: str) -> int:
    newest = select(func.coalesce(func.max(change.c.change), 0) + 1).scalar_subquery()
    numbered = insert(change).values(change=newest, cause=cause, source=source).returning(change.c.change)
    return int((await connection.execute(numbered)).scalar_one())


async def _close(connection: AsyncConnection, entity: Entity, number: int, keys: Sequence[Key]) -> None:
    if not keys:
        return
    table, names = entity.table, entity.key_columns
    this = and_(*(table.c[name] == bindparam(f"key_{name}") for name in names), table.c.change_to.is_(None))
    statement = update(table).where(this).values(change_to=number)
    await connection.execute(
        statement, [{f"key_{name}": part for name, part in zip(names, key, strict=True)} for key in keys]
    )

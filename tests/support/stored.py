"""Everything three services store, as text to compare byte for byte; and a clock for the database that stands still.

With the clock standing, every instant the database writes is the same in two histories of the same world, the ends of
leases and windows included. What then still differs is named in ``_OF_THE_PROCESS``.
"""

from datetime import datetime
from typing import Any

import asyncpg

SCHEMAS = ("catalogue", "dossier", "metrics")
_OF_THE_PROCESS = {
    "feed": {"owner", "lease_until", "fence", "start_delay_seconds"},
    "run": {"claims"},
}
"""Who carried a run, and in how many pieces: a death is allowed to show here and nowhere else."""
_MEASURED_AFTERWARDS = {"feed": {"moved_at", "silent_since", "clock_offset_seconds", "night_share"}}
_COMPARED_AFTERWARDS = {"reconciliation"}
"""Vitals of a feed, and its counts beside the portal's own: noted after its verdict and again after the next one."""
_RECEIVED = {"run": {"pages", "seen", "unchanged", "quarantined"}}
"""Counts of what arrived. A sender that heard no answer sends again, and is counted again."""

_STAND = """
    create schema standing;
    create table standing.clock (at timestamptz not null);
    create function standing.now() returns timestamptz language sql stable as 'select at from standing.clock';
    create function standing.clock_timestamp() returns timestamptz language sql stable as
        'select at from standing.clock';
    do $$
    declare it record;
    begin
        for it in
            select n.nspname, c.relname, a.attname
            from pg_attrdef d join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
            where pg_get_expr(d.adbin, d.adrelid) in ('now()', 'clock_timestamp()')
        loop
            execute format('alter table %I.%I alter %I set default standing.now()', it.nspname, it.relname, it.attname);
        end loop;
        execute format('alter database %I set search_path = standing, public, pg_catalog', current_database());
    end $$"""
"""For the sessions that follow, ``now()`` is ours: a schema named before pg_catalog is looked at first."""

_COLUMNS = """
    select n.nspname as schema, c.relname as name, a.attname as column, a.attidentity <> ''::"char" as numbered
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and n.nspname = any ($1::text[]) and a.attnum > 0 and not a.attisdropped
    order by 1, 2, a.attnum"""


async def stand_still(connection: asyncpg.Connection, at: datetime) -> None:
    """Stops the clock of the connected database, for every session that begins later."""
    await connection.execute(_STAND)
    await connection.execute("insert into standing.clock values ($1)", at)


async def set_clock(connection: asyncpg.Connection, at: datetime) -> None:
    """Moves the standing clock."""
    await connection.execute("update standing.clock set at = $1", at)


async def everything(connection: asyncpg.Connection) -> dict[str, list[str]]:
    """Every row of every table, by "schema.table"."""
    tables: dict[tuple[str, str], list[str]] = {}
    for column in await connection.fetch(_COLUMNS, list(SCHEMAS)):
        schema, name = column["schema"], column["name"]
        told = tables.setdefault((schema, name), [])
        hidden = _OF_THE_PROCESS.get(name, set()) | _MEASURED_AFTERWARDS.get(name, set())
        if column["column"] not in hidden:
            told.append(_shown(schema, name, column))
    kept = {key: told for key, told in tables.items() if key[1] not in _COMPARED_AFTERWARDS}
    return {f"{schema}.{name}": await _rows(connection, schema, name, told) for (schema, name), told in kept.items()}


def _shown(schema: str, name: str, column: Any) -> str:
    """A number from a sequence is told as its place in the order: a transaction that died takes its number along."""
    of = column["column"]
    if column["numbered"]:
        return f"dense_rank() over (order by t.{of})"
    if of in ("run_id", "parked_run_id") and name != "run":
        return f"case when t.{of} is not null then (select count(*) from {schema}.run r where r.run_id <= t.{of}) end"
    if of in _RECEIVED.get(name, set()) and schema == "dossier":
        return (
            f"case when t.feed_id not in (select feed_id from dossier.feed where feed like '%/inbound') then t.{of} end"
        )
    return f"t.{of}"


async def _rows(connection: asyncpg.Connection, schema: str, name: str, shown: list[str]) -> list[str]:
    question = f'select row({", ".join(shown)})::text as told from "{schema}"."{name}" t order by 1'
    return [row["told"] for row in await connection.fetch(question)]

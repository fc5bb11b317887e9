"""Fills the ledger with millions of dossiers by SQL: three years of a province of 300 agencies, loaded in bulk.

Every dossier arrives as a page's record would: a revision, its head, a ledger entry of 5,000 revisions with the instant
it was committed. One in ten is first told while it is open and again when it has ended. Digests are not those of
a sync: what is measured here is reading, not proving.
"""

from collections.abc import AsyncIterator

import asyncpg

AGENCIES, PROCEDURES, PAGE, DAYS = 300, 2_000, 5_000, 1_095
BEGINS = "2022-01-01"
TOLD_AFTER_DAYS = 40
"""A dossier is told when it has ended: some weeks after receipt at the latest."""
LATER_PAGES = 25
"""How many pages after the first telling of an open dossier its end is told."""

# Hashes of the number stand for chance: the same dossiers on every machine.
_DOSSIERS = f"""
    create unlogged table public.made as
    select i, 'H99.01.' || lpad((i % 90 + 10)::text, 2, '0') || '-' || to_char(received_on, 'YYMMDD') || '-'
              || lpad(i::text, 8, '0') as code,
           'H99.' || (10 + floor({AGENCIES - 1} * power(a, 1.7)))::int as agency,
           '1.' || lpad((1 + floor({PROCEDURES} * power(p, 1.5)))::int::text, 6, '0') as procedure,
           case when c < 0.85 then 2 when c < 0.95 then 1 else 3 end::smallint as channel,
           received_on, received_on + 3 + (d * 20)::int as due_on,
           received_on + greatest(0, (3 + d * 20 - 6 + e * 7)::int) as ended_on,
           i % 10 = 0 as told_twice, i % 97 = 0 as still_open
    from (select i, date '{BEGINS}' + (i * {DAYS} / $1)::int as received_on,
                 (hashint8(i) & 65535) / 65536.0 as a, (hashint8(i + 7000000000) & 65535) / 65536.0 as p,
                 (hashint8(i * 3 + 1) & 65535) / 65536.0 as c, (hashint8(i * 5 + 2) & 65535) / 65536.0 as d,
                 (hashint8(i * 7 + 3) & 65535) / 65536.0 as e
          from generate_series(0::bigint, $1::bigint - 1) as i) as drawn
"""
_REVISIONS = f"""
    insert into dossier.revision (feed_id, page, dossier_code, number, applied, agency_code, procedure_code, field_code,
        channel, status, received_on, due_on, first_due_on, ended_on, modified_at, source_hash, record,
        previous_feed_id, previous_page)
    select 1, i / {PAGE} + 1 + (case when second then {LATER_PAGES} else 0 end), code,
        case when second then 2 else 1 end, true, agency, procedure, 'G03-LV' || right(procedure, 2), channel,
        case when ended then 10 else 4 end,
        received_on, due_on, due_on, case when ended then ended_on end,
        (received_on + case when second then 10 else 2 end)::timestamp at time zone 'Asia/Ho_Chi_Minh',
        decode(md5(code || second), 'hex'), '{{}}',
        case when second then 1 end, case when second then i / {PAGE} + 1 end
    from (select *, false as second, not (told_twice or still_open) as ended from public.made
          union all
          select *, true, true from public.made where told_twice) as told
    order by 2, code collate "C"
"""
_ENTRIES = f"""
    insert into dossier.ledger_entry (entry, feed_id, page, at, revisions, opened, closed, page_digest, digest, format)
    select row_number() over (order by page), 1, page,
        date '{BEGINS}' + {TOLD_AFTER_DAYS} + (page * {PAGE}::bigint * {DAYS} * 24.0 / $1) * interval '1 hour',
        count(*), 0, 0, sha256(page::text::bytea), sha256(('entry ' || page)::bytea), 2
    from dossier.revision group by page
"""
_HEADS = """
    insert into dossier.head (dossier_code, source_hash, feed_id, page, number, revisions, modified_at, status,
        agency_code, due_on)
    select distinct on (dossier_code) dossier_code, source_hash, feed_id, page, number, number, modified_at, status,
        agency_code, due_on
    from dossier.revision order by dossier_code, number desc
"""
_FEED = """
    insert into dossier.feed (feed, portal, kind, agency_code, every_seconds, watermark, data_until, last_verdict,
        last_finished_at, next_at)
    values ('bulk/dossiers', 'bulk', 'dossiers', 'H99', 300, now(), now(), 'succeeded', now(), now() + interval '1 day')
"""


async def fill(database_url: str, dossiers: int) -> AsyncIterator[tuple[str, int]]:
    """Says after each step what was done, and how many revisions are written so far."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("set work_mem = '512MB'; set maintenance_work_mem = '1GB'")
        await connection.execute(_FEED)
        await connection.execute(_DOSSIERS.replace("$1", str(dossiers)))
        yield f"{dossiers:,} dossiers drawn", 0
        revisions = int((await connection.execute(_REVISIONS)).split()[-1])
        yield f"{revisions:,} revisions of them written", revisions
        await connection.execute(_ENTRIES.replace("$1", str(dossiers)))
        await connection.execute(_HEADS)
        await connection.execute("drop table public.made")
        yield "ledger entries and heads written", revisions
        for table in ("revision", "head", "ledger_entry"):
            await connection.execute(f"vacuum analyze dossier.{table}")
        yield "vacuumed and analysed", revisions
    finally:
        await connection.close()

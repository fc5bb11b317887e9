"""What an unfinished run has been shown: page by page while it reads, counted and compared when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import feed, listed, run
from shared.runtime.database import raw
from shared.sync.tables import FULL
from shared.sync.verdicts import PROVEN

_NOTE = "insert into dossier.listed (run_id, pass, keys) values ($1, $2, $3)"


async def note(connection: AsyncConnection, run_id: int, number: int, keys: Sequence[str]) -> None:
    """Notes that pass ``number`` of the run listed these; part of the page's transaction."""
    if keys:
        await (await raw(connection)).execute(_NOTE, run_id, number, "\n".join(keys))


async def forget(connection: AsyncConnection, run_id: int) -> None:
    """Clears what a run noted, when it ends."""
    await connection.execute(delete(listed).where(listed.c.run_id == run_id))


_LISTED = text("""
select exists (
    select from dossier.listed l, unnest(cast(:keys as text[])) as key
    where l.run_id = :run_id and l.pass = :pass and strpos(e'\\n' || l.keys || e'\\n', e'\\n' || key || e'\\n') > 0
)
""")


async def has_listed(connection: AsyncConnection, run_id: int, number: int, keys: Sequence[str]) -> bool:
    """Whether pass ``number`` of the run has listed one of these, whichever worker read it."""
    found = await connection.execute(_LISTED, {"run_id": run_id, "pass": number, "keys": list(keys)})
    return bool(found.scalar_one())


_COUNT = text("""
select count(*) filter (where last = :pass) as alone, count(*) as together
from (
    select key, max(l.pass) as last
    from dossier.listed l, string_to_table(l.keys, e'\\n') as key
    where l.run_id = :run_id and l.pass >= :since
    group by key
) different
""")


async def count(connection: AsyncConnection, run_id: int, number: int, since: int) -> tuple[int, int]:
    """How many different dossiers pass ``number`` listed, and how many the passes from ``since`` on did together."""
    found = await connection.execute(_COUNT, {"run_id": run_id, "pass": number, "since": since})
    alone, together = found.one()
    return int(alone), int(together)


async def proven_ends(connection: AsyncConnection, feed_id: int) -> list[datetime]:
    """The ends of the newest proven windows, the newest first: the watermarks of before.

    None before the whole list was proven once: runs beside a first load prove their own windows only.
    """
    of_feed = and_(run.c.feed_id == feed_id, run.c.verdict.in_([str(verdict) for verdict in PROVEN]))
    ends = (
        select(run.c.window_until)
        .where(of_feed, select(run.c.run_id).where(of_feed, run.c.mode == FULL).correlate(None).exists())
        .order_by(run.c.window_until.desc())
        .limit(2)
    )
    return list((await connection.execute(ends)).scalars())


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a feed when a run of it begins. ``newest_at``: the newest time of change its list began with."""

    newest_at: datetime | None
    gaps: int
    missing: int


async def standing(connection: AsyncConnection, feed_id: int) -> Standing:
    """The feed's row, as far as guards ask for it."""
    question = select(feed.c.newest_at, feed.c.gaps, feed.c.missing).where(feed.c.feed_id == feed_id)
    return Standing(*(await connection.execute(question)).one())


_CLEARED = text("""
with back as (delete from dossier.absence where feed_id = :feed_id and dossier_code = any (:codes) returning 1)
update dossier.feed set missing = missing - (select count(*) from back) where feed_id = :feed_id
""")


async def seen_again(connection: AsyncConnection, feed_id: int, codes: Sequence[str]) -> None:
    """Dossiers that are listed are not missing, whichever run lists them."""
    await connection.execute(_CLEARED, {"feed_id": feed_id, "codes": list(codes)})

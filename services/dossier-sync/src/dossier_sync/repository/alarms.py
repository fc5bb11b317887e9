"""Alarms as rows: raised once, decided by a person who is named, cleared when their cause is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.alarms import Alarm, Decision, Raised
from dossier_sync.tables import alarm, feed


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An open alarm as the console shows it."""

    feed: str
    name: str
    rows: int
    detail: str
    run_id: int
    raised_at: datetime
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None


async def raise_alarm(connection: AsyncConnection, feed_id: int, run_id: int, raised: Raised) -> None:
    """Raises it, or brings an open one up to date. A decision about fewer dossiers does not cover more of them."""
    new = insert(alarm).values(
        feed_id=feed_id, name=str(raised.alarm), rows=raised.rows, detail=raised.detail, run_id=run_id
    )
    again = new.excluded
    statement = new.on_conflict_do_update(
        index_elements=[alarm.c.feed_id, alarm.c.name],
        index_where=text("cleared_at is null"),
        set_={
            "rows": again.rows,
            "detail": again.detail,
            "run_id": again.run_id,
            "decision": case((again.rows <= alarm.c.rows, alarm.c.decision)),
        },
    )
    await connection.execute(statement)


async def clear(connection: AsyncConnection, feed_id: int, names: Sequence[Alarm]) -> None:
    """The cause is gone."""
    still = (alarm.c.feed_id == feed_id, alarm.c.cleared_at.is_(None), alarm.c.name.in_([str(name) for name in names]))
    await connection.execute(update(alarm).where(*still).values(cleared_at=func.now()))


async def decide(
    connection: AsyncConnection, name: str, which: Alarm, decision: Decision, by: str, *, at_most: int
) -> bool:
    """Notes an operator's decision about an open alarm of a feed, by name. False: none is open for so few dossiers."""
    of_feed = select(feed.c.feed_id).where(feed.c.feed == name).scalar_subquery()
    statement = (
        update(alarm)
        .where(
            alarm.c.feed_id == of_feed,
            alarm.c.name == str(which),
            alarm.c.cleared_at.is_(None),
            alarm.c.rows <= at_most,
        )
        .values(decision=str(decision), decided_by=by, decided_at=func.now())
    )
    return (await connection.execute(statement)).rowcount == 1


async def standing_alarms(connection: AsyncConnection, feed_id: int) -> dict[Alarm, AlarmRow]:
    """The open alarms of one feed."""
    rows = await _open(connection, alarm.c.feed_id == feed_id)
    return {Alarm(row.name): row for row in rows}


async def open_alarms(connection: AsyncConnection, name: str | None = None) -> list[AlarmRow]:
    """Open alarms of every feed, or of the one named so; the oldest first."""
    return await _open(connection, feed.c.feed == name if name is not None else alarm.c.feed_id == feed.c.feed_id)


async def _open(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[AlarmRow]:
    columns = [alarm.c[field] for field in AlarmRow.__slots__ if field in alarm.c]
    question = select(*columns, feed.c.feed).join(feed, feed.c.feed_id == alarm.c.feed_id)
    question = question.where(condition, alarm.c.cleared_at.is_(None)).order_by(alarm.c.alarm_id)
    return [AlarmRow(**row) for row in (await connection.execute(question)).mappings()]

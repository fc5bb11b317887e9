"""Orders to read stored records again, and the portions that carry them out.

A portion is one transaction: it holds the feed's row, so no page of a run can stand between, reads records, writes
the page they make, and moves the order's position. Killed anywhere, it goes on where it stood.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.changes import Changes, NewRecords, take_again
from dossier_sync.domain.dossier import PortalRecord, Quarantined, Reason, SourcePage, dossier_key, step_key
from dossier_sync.domain.intake import Bounds
from dossier_sync.domain.line import Place
from dossier_sync.domain.replay import Order, Replay, Trigger, What
from dossier_sync.domain.step import Step
from dossier_sync.repository import heads, ledger, quarantine
from dossier_sync.repository.heads import Driver
from dossier_sync.repository.inbound import is_pushed
from dossier_sync.repository.pages import sort_out, write
from dossier_sync.repository.pending import pending_codes
from dossier_sync.repository.quarantine import QuarantineChanges
from dossier_sync.tables import feed, head, replay
from dossier_sync.tables import quarantine as asides
from shared.domain.status import DossierStatus
from shared.runtime.database import raw
from shared.sync.tables import INCREMENTAL

PORTION = 500

Redecode = Callable[[bytes, str], PortalRecord | Step | None]
"""(stored record, key) -> as it is read today; None where it cannot be read from what was kept."""

_COLUMNS = [replay.c[one.name] for one in fields(Replay) if one.name in replay.c]


async def order(connection: AsyncConnection, wanted: Order) -> int | None:
    """Writes an order down and wakes the feed's worker. None: there is no such feed.

    An order that stands unfinished already is not written twice.
    """
    feed_id = (await connection.execute(select(feed.c.feed_id).where(feed.c.feed == wanted.feed))).scalar_one_or_none()
    if feed_id is None:
        return None
    values: dict[str, Any] = {
        "feed_id": feed_id,
        "what": str(wanted.what),
        "trigger": str(wanted.trigger),
        "reasons": None if wanted.reasons is None else sorted(wanted.reasons),
        "aside_id": wanted.aside_id,
    }
    same = [replay.c[name].is_not_distinct_from(value) for name, value in values.items()]
    standing = select(replay.c.replay_id).where(replay.c.finished_at.is_(None), *same)
    known: int | None = (await connection.execute(standing.limit(1))).scalar_one_or_none()
    if known is not None:
        return known
    if wanted.trigger is Trigger.OPERATOR and not is_pushed(wanted.feed):
        woken = func.coalesce(feed.c.requested_mode, INCREMENTAL)
        await connection.execute(update(feed).where(feed.c.feed_id == feed_id).values(requested_mode=woken))
    written = insert(replay).values(**values, requested_by=wanted.requested_by, most=wanted.most)
    number: int = (await connection.execute(written.returning(replay.c.replay_id))).scalar_one()
    return number


async def list_replays(
    connection: AsyncConnection,
    *,
    name: str | None = None,
    number: int | None = None,
    unfinished: bool = False,
    before: int | None = None,
    limit: int = 1,
) -> list[Replay]:
    """Orders, the newest first; the unfinished ones the oldest first, as they are carried out."""
    question = select(*_COLUMNS, feed.c.feed).join(feed, feed.c.feed_id == replay.c.feed_id)
    if name is not None:
        question = question.where(feed.c.feed == name)
    if number is not None:
        question = question.where(replay.c.replay_id == number)
    if before is not None:
        question = question.where(replay.c.replay_id < before)
    if unfinished:
        question = question.where(replay.c.finished_at.is_(None)).order_by(replay.c.replay_id)
    rows = await connection.execute(question.order_by(replay.c.replay_id.desc()).limit(limit))
    return [Replay(**row) for row in rows.mappings()]


async def last_ordered_within(connection: AsyncConnection, name: str, trigger: Trigger, age: timedelta) -> bool:
    """Whether the feed had an order of this trigger within ``age``."""
    question = select(func.count()).select_from(replay.join(feed, feed.c.feed_id == replay.c.feed_id))
    found = question.where(
        feed.c.feed == name, replay.c.trigger == str(trigger), replay.c.requested_at > func.now() - age
    )
    return bool((await connection.execute(found)).scalar_one())


async def carry_portion(connection: AsyncConnection, number: int, redecode: Redecode, bounds: Bounds) -> bool:
    """One portion of an order; True when it is done. Raises ``PageConflict``; then nothing of it is written."""
    found = await connection.execute(select(replay.c.feed_id).where(replay.c.replay_id == number))
    feed_id = found.scalar_one()
    # The feed first, the order after it: as every page does, so none waits for the other.
    held = (
        await connection.execute(select(feed.c.feed, feed.c.page).where(feed.c.feed_id == feed_id).with_for_update())
    ).one()
    standing = select(*_COLUMNS, feed.c.feed).join(feed, feed.c.feed_id == replay.c.feed_id)
    locked = standing.where(replay.c.replay_id == number).with_for_update(of=replay)
    row = Replay(**(await connection.execute(locked)).mappings().one())
    if row.finished_at is not None:
        return True
    driver = await raw(connection)
    await heads.plan_by_index(driver)
    read = _read_quarantine if row.what == What.QUARANTINE else _read_heads
    portion = await read(connection, driver, feed_id, row, redecode, bounds)
    place = Place(feed_id, held.page + 1)
    digest = await write(driver, held.feed, place, portion.found, portion.aside)
    if portion.found.same or portion.found.stepped:
        await heads.refresh(driver, [*portion.found.same, *portion.found.stepped])
    done = not portion.more or row.tried + portion.read >= row.most
    await connection.execute(
        update(replay)
        .where(replay.c.replay_id == number)
        .values(
            position=portion.position,
            tried=replay.c.tried + portion.read,
            let_in=replay.c.let_in + len(portion.aside.closed) - len(portion.aside.opened),
            changed=replay.c.changed + len(portion.found.lines),
            finished_at=func.now() if done else None,
        )
    )
    if digest is not None:
        counted = {"quarantined": portion.aside.quarantined, "set_aside": portion.aside.set_aside}
        await connection.execute(update(feed).where(feed.c.feed_id == feed_id).values(page=place.page, **counted))
        await ledger.append(
            driver,
            place,
            revisions=len(portion.found.lines),
            opened=len(portion.aside.opened),
            closed=len(portion.aside.closed),
            digest=digest,
        )
    return done


@dataclass(frozen=True, slots=True)
class _Portion:
    """What was read again, up to ``position``; ``more``: there may be more behind it."""

    read: int
    more: bool
    position: str
    found: Changes
    aside: QuarantineChanges


_STEPS = "+"
"""Begins a position among steps, which are read again after the dossiers: what they belong to is then there."""


async def _read_quarantine(
    connection: AsyncConnection, driver: Driver, feed_id: int, row: Replay, redecode: Redecode, bounds: Bounds
) -> _Portion:
    of_steps = row.position.startswith(_STEPS)
    is_step = asides.c.source_key.endswith(step_key(""), autoescape=True)
    wanted = [asides.c.feed_id == feed_id, asides.c.closed_page.is_(None)]
    if row.reasons is not None:
        wanted.append(asides.c.reason.in_(row.reasons))
    if row.aside_id is not None:
        wanted.append(asides.c.id == row.aside_id)
    question = (
        select(asides)
        .where(*wanted, asides.c.id > int(row.position or 0), is_step if of_steps else ~is_step)
        .order_by(asides.c.id)
        .limit(min(PORTION, row.most - row.tried))
    )
    kept = (await connection.execute(question)).all()
    by_key = {dossier_key(one.source_key): _as_set_aside(one) for one in kept}

    def decode(record: Any, key: str, _: bytes) -> PortalRecord | Step | Quarantined:
        aside = by_key[key]
        read = redecode(record, aside.key)
        if read is None:
            return aside
        return read._replace(particulars=aside.particulars) if isinstance(read, PortalRecord) else read

    keys = list(by_key)
    page = _page(keys, [one.source_hash for one in by_key.values()], [one.record for one in by_key.values()])
    records = NewRecords(page, decode, bounds)
    new, changed = await heads.sort_by_hash(driver, feed_id, keys, page.hashes)
    found = await sort_out(driver, feed_id, records, new, changed, decode, bounds)
    before = await quarantine.state(driver, feed_id)
    aside = await quarantine.changes(driver, feed_id, before, [one.key for one in by_key.values()], found.aside)
    position = f"{_STEPS if of_steps else ''}{kept[-1].id}" if kept else row.position
    more = len(kept) == PORTION
    if not more and not of_steps:
        more = bool((await connection.execute(select(select(asides).where(*wanted, is_step).exists()))).scalar_one())
        position = f"{_STEPS}0" if more else position
    return _Portion(len(kept), more, position, found, aside)


async def _read_heads(
    connection: AsyncConnection, driver: Driver, feed_id: int, row: Replay, redecode: Redecode, bounds: Bounds
) -> _Portion:
    question = (
        select(head.c.dossier_code)
        .where(head.c.feed_id == feed_id, head.c.dossier_code > row.position, ~head.c.gone)
        .order_by(head.c.dossier_code)
        .limit(min(PORTION, row.most - row.tried))
    )
    if row.what == What.UNMAPPED:
        question = question.where(head.c.status == int(DossierStatus.UNMAPPED))
    if row.what == What.UNLISTED:
        codes = await pending_codes(connection, feed_id, row.position, min(PORTION, row.most - row.tried))
    else:
        codes = list((await connection.execute(question)).scalars())
    known = await heads.lock(driver, codes)

    def decode(record: Any, key: str, source_hash: bytes) -> PortalRecord | Step | Quarantined:
        read = redecode(record, key)
        return Quarantined(key, Reason.SHAPE, "record", None, None, None, source_hash, b"{}") if read is None else read

    found = Changes()
    take_again(known, await heads.before(driver, codes), decode, bounds, found)
    found.lines.sort()
    aside = await quarantine.changes(driver, feed_id, await quarantine.state(driver, feed_id), [], [])
    return _Portion(len(codes), len(codes) == PORTION, codes[-1] if codes else row.position, found, aside)


def _as_set_aside(row: Any) -> Quarantined:
    return Quarantined(
        row.source_key,
        Reason(row.reason),
        row.field,
        row.agency_code,
        row.procedure_code,
        row.received_on,
        row.source_hash,
        row.record.encode(),
        None if row.particulars is None else row.particulars.encode(),
    )


def _page(keys: list[str], hashes: Sequence[bytes], records: Sequence[bytes]) -> SourcePage:
    """A page of stored records. What a portal's page says of its list, this one does not."""
    return SourcePage(
        number=0,
        keys=keys,
        hashes=list(hashes),
        raws=list(records),
        total=len(keys),
        last=True,
        hot=0,
        repeated=0,
        newest=None,
        oldest=None,
        ordered=True,
    )

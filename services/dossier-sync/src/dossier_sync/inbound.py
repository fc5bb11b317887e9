"""Dossiers and steps that one-stop systems push here as they push to the national portal.

A push goes the same way as a page that was asked for: the same intake, the same ledger, one transaction. The feed's row
is locked for that transaction instead of claimed, so two pushes stand one after the other in the database's
order. The contract's dossier has no time of change: it says how the dossier stands *now*, so its version is
that of the moment it was received. The same bytes again change nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.domain.changes import Decode, NewRecords
from dossier_sync.domain.dossier import Reason, SourcePage, Tells, step_key
from dossier_sync.domain.exclusion import rule_of
from dossier_sync.domain.intake import Bounds
from dossier_sync.domain.links import Links
from dossier_sync.domain.statutory import StatutoryDates
from dossier_sync.portals.pushed_records import (
    Item,
    dossier_decoder,
    is_foreign,
    items_of,
    page_of,
    step_decoder,
    waves,
)
from dossier_sync.repository.heads import PageConflict
from dossier_sync.repository.inbound import (
    Held,
    hold_feed,
    known_otherwise,
    note_push,
    set_aside_now,
    status_of,
    timeline_conflicts,
)
from dossier_sync.repository.pages import save_page
from dossier_sync.repository.quarantine import QuarantineFull
from dossier_sync.repository.rules import links, statutory_dates
from shared.domain.identifiers import AgencyCode, normal
from shared.runtime.clock import LOCAL_ZONE, monotonic
from shared.runtime.database import transaction
from shared.runtime.telemetry import counter

NOT_NOW = (SQLAlchemyError, OSError, TimeoutError, PageConflict, QuarantineFull)
"""What makes a push fail as a whole: nothing of it is stored, and sending it again is right."""

_RECORDS = counter("inbound_records_total", "Pushed records, by what became of them.", ["feed", "outcome"])
_CONFLICTS = counter("inbound_conflicts_total", "Steps that contradict a dossier sent after them.", ["feed"])
_ATTEMPTS = 3
_RULES_KEPT_SECONDS = 60.0


class Refusal(StrEnum):
    """Why a record was refused and not even set aside; other reasons are ``Reason``."""

    EXISTS = "exists"
    """It is known, and the sender said that it is new. It sends it again as an update."""
    FOREIGN = "foreign"
    """It belongs to an agency that is neither the account's nor below it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One record that did not become a dossier. ``code`` "" where it is none; ``position`` counts from 1."""

    position: int
    code: str
    why: Refusal | Reason
    field: str = ""


@dataclass(slots=True)
class Taken:
    """What became of a push."""

    records: int
    new: int = 0
    changed: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(slots=True)
class Rules:
    """Our own due dates and what the catalogue lists, read again after a minute: a push is small, they are not."""

    known: tuple[StatutoryDates, Links] | None = None
    until: float = 0.0

    async def read(self, connection: AsyncConnection) -> tuple[StatutoryDates, Links]:
        if self.known is None or self.until <= monotonic():
            self.known = await statutory_dates(connection), await links(connection)
            self.until = monotonic() + _RULES_KEPT_SECONDS
        return self.known


@dataclass(frozen=True, slots=True)
class Pushes:
    """What an operator says of the pushes of an agency, as of a feed that is read (``FeedTerms``).

    ``columns``: of the feed's row; empty: there is no file of portals, and the row stays as it is.
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    test_dossiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """How pushes are taken. ``success``: how the contract's code for it is spelt. ``skew`` of senders' clocks.

    ``said_of``: what holds for the accounts of an agency, as it is configured now.
    """

    success: Literal["0", "00", "int"]
    session_lasts: timedelta
    most_records: int
    deadline_seconds: float
    skew: timedelta
    rules: Rules
    said_of: Callable[[str], Pushes] = lambda agency: Pushes()


def feed_of(agency: str) -> tuple[str, str]:
    """(feed, portal) of the pushes of an agency's accounts."""
    portal = agency.lower().replace(".", "-")
    return f"{portal}/inbound", portal


async def take_dossiers(
    engine: AsyncEngine, agency: str, records: Sequence[msgspec.Raw], *, updating: bool, terms: Terms
) -> Taken:
    """Takes pushed dossiers in. ``agency``: the account's. Raises ``PageConflict`` and what the database raises."""
    items, refused = _own(records, agency)
    for attempt in range(1, _ATTEMPTS + 1):
        taken = Taken(len(records), refused=list(refused))
        try:
            async with transaction(engine) as connection:
                await _save_dossiers(connection, agency, items, taken, updating=updating, terms=terms)
        except PageConflict:
            if attempt == _ATTEMPTS:
                raise
        else:
            break
    return _counted(taken, agency)


async def take_steps(engine: AsyncEngine, agency: str, records: Sequence[msgspec.Raw], *, terms: Terms) -> Taken:
    """Takes pushed steps in, each dossier's in order of time. Raises as ``take_dossiers`` does."""
    items, refused = _own(records, agency)
    for attempt in range(1, _ATTEMPTS + 1):
        taken = Taken(len(records), refused=list(refused))
        try:
            async with transaction(engine) as connection:
                conflicts = await _save_steps(connection, agency, items, taken, terms=terms)
        except PageConflict:
            if attempt == _ATTEMPTS:
                raise
        else:
            break
    if conflicts:
        _CONFLICTS.labels(feed_of(agency)[0]).inc(conflicts)
    return _counted(taken, agency)


async def look_up(engine: AsyncEngine, agency: str, code: str) -> tuple[str, int] | None:
    """(code, status) of a dossier of the account's; another's does not exist for it."""
    async with transaction(engine) as connection:
        found = await status_of(connection, normal(code))
    if found is None or not AgencyCode.parse(found[0]).is_within(AgencyCode.parse(agency)):
        return None
    return normal(code), found[1]


async def _save_dossiers(
    connection: AsyncConnection,
    agency: str,
    items: Sequence[Item],
    taken: Taken,
    *,
    updating: bool,
    terms: Terms,
) -> None:
    held = await _hold(connection, agency, terms)
    if not updating:
        told = {item.key: item.digest for item in items}
        exist = await known_otherwise(connection, held.lease.feed_id, told)
        taken.refused += [Refused(item.position, item.code, Refusal.EXISTS) for item in items if item.key in exist]
        items = [item for item in items if item.key not in exist]
    bounds = await _bounds(connection, held, agency, terms)
    # The last of a dossier's records in one push is what the sender means; ``once`` keeps the first.
    page = page_of(list(reversed(items)), Tells.HEADERS)
    await _save(connection, held, page, dossier_decoder(held.at), bounds, taken)
    keys = [key for item in items for key in (item.key, item.by_digest)]
    asides = await set_aside_now(connection, held.lease.feed_id, keys)
    for item in items:
        _refuse_if_aside(item, asides, (item.key, item.by_digest), taken)
    await note_push(connection, held)


async def _save_steps(
    connection: AsyncConnection, agency: str, items: Sequence[Item], taken: Taken, *, terms: Terms
) -> int:
    held = await _hold(connection, agency, terms)
    bounds = await _bounds(connection, held, agency, terms)
    decode = step_decoder(held.at, bounds.latest_at)
    for wave in waves(items):
        await _save(connection, held, page_of(wave, Tells.STEPS), decode, bounds, taken)
        keys = [key for item in wave for key in (step_key(item.key), item.by_digest)]
        asides = await set_aside_now(connection, held.lease.feed_id, keys)
        for item in wave:
            _refuse_if_aside(item, asides, (step_key(item.key), item.by_digest), taken)
    await note_push(connection, held)
    return await timeline_conflicts(connection, held)


async def _hold(connection: AsyncConnection, agency: str, terms: Terms) -> Held:
    (name, portal), columns = feed_of(agency), terms.said_of(agency).columns
    return await hold_feed(connection, name, portal=portal, agency_code=agency, columns=columns)


async def _bounds(connection: AsyncConnection, held: Held, agency: str, terms: Terms) -> Bounds:
    latest = held.at + terms.skew
    dates, listed = await terms.rules.read(connection)
    is_test = rule_of(terms.said_of(agency).test_dossiers)
    return Bounds(latest, _local_day(latest), dates.due, _local_day, listed=listed.flags, is_test=is_test)


async def _save(
    connection: AsyncConnection, held: Held, page: SourcePage, decode: Decode, bounds: Bounds, taken: Taken
) -> None:
    if not page.keys:
        return
    records = NewRecords(page.once(), decode, bounds)
    counts = await save_page(connection, held.lease, held.run_id, records, decode=decode, bounds=bounds, cursor=None)
    taken.new += counts.new
    taken.changed += counts.changed


def _own(records: Sequence[msgspec.Raw], agency: str) -> tuple[list[Item], list[Refused]]:
    """Only the account's subtree: what is foreign is refused and kept nowhere."""
    own, refused = [], []
    for item in items_of(records):
        if is_foreign(item, agency):
            refused.append(Refused(item.position, item.code, Refusal.FOREIGN))
        else:
            own.append(item)
    return own, refused


def _refuse_if_aside(item: Item, asides: dict[str, tuple[str, str, bytes]], keys: Sequence[str], taken: Taken) -> None:
    """A test by a rule of our operator's was received: its sender has nothing to mend, and would send it for ever."""
    for key in keys:
        if key in asides and asides[key][2] == item.digest:
            reason, name, _ = asides[key]
            if reason == Reason.TEST_DOSSIER:
                return
            taken.refused.append(Refused(item.position, item.code, Reason(reason), name))
            return


def _counted(taken: Taken, agency: str) -> Taken:
    name, _ = feed_of(agency)
    taken.refused.sort(key=lambda one: one.position)
    for outcome, count in (
        ("new", taken.new),
        ("changed", taken.changed),
        ("refused", len(taken.refused)),
        ("known", taken.records - taken.new - taken.changed - len(taken.refused)),
    ):
        _RECORDS.labels(name, outcome).inc(max(0, count))
    return taken


def _local_day(at: datetime) -> Any:
    return at.astimezone(LOCAL_ZONE).date()

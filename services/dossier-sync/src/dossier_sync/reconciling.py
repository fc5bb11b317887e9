"""One reconciliation: a portal's own counts, ours at one ledger entry, and what explains a difference.

Users: the command ``reconcile``, and the worker after each full run. It writes nothing but its own table: a national
number never overwrites a local fact.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.dossier import SourcePage
from dossier_sync.domain.reconciling import (
    Compared,
    Month,
    Ours,
    Population,
    by_subtree,
    compare,
    month_after,
)
from dossier_sync.portals import Edge, RecordUnreadable
from dossier_sync.portals.counting import Counter, CountsReceived, KeepsInstants
from dossier_sync.repository import reconciling as repository
from dossier_sync.repository.reconciling import Standing
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.database import snapshot, transaction
from shared.runtime.http import PortalError
from shared.runtime.logs import logger

MONTHS = 4
"""How many months a pass compares unless it is told otherwise: this one, which is never final, and three before."""

_log = logger(__name__)
_NOTHING_IS_HOT = Edge(datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_MOST_HOT_PAGES = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """Which feed of ours is compared: its portal, its name, and the agency whose subtree it is responsible for."""

    portal: str
    feed: str
    agency_code: str


class Lists(Protocol):
    """A portal that lists dossiers, as far as the hot edge needs it."""

    def pages(self, start: int, hot: Edge) -> AsyncIterator[SourcePage]: ...

    def decode(self, raw: Any, key: str) -> Any: ...


async def reconcile(
    engine: AsyncEngine,
    subject: Subject,
    counter: CountsReceived,
    months: Sequence[Month],
    *,
    now: datetime,
    lists: Lists | None = None,
    portal: str | None = None,
) -> dict[tuple[str, Month], Compared]:
    """Compares and saves one pass over these months, which follow each other; returns it by agency and month.

    ``lists``: the portal itself, so that what changed after our last run is told apart; None: another portal counts.
    ``portal``: the name of that other one. Raises ``PortalError``; then nothing is saved and the pass before stands.
    """
    first, stop = months[0], month_after(months[-1])
    async with snapshot(engine) as connection:
        standing = await repository.standing(connection, subject.feed)
        if standing is None:
            return {}
        held, samples = await repository.ours(connection, subject.portal, subject.agency_code, first, stop)
        edges = [*months, stop]
        at_edges = await repository.at_the_edges(connection, subject.portal, subject.agency_code, edges)
    _add(held, _moved(at_edges, lists, months))
    if lists is not None:
        _add(held, await _hot(engine, lists, standing, months))
    theirs = {month: await counter.received(month, samples, subject.agency_code) for month in months}
    found = compare_all(by_subtree(held, subject.agency_code), theirs, counter.population)
    async with transaction(engine) as connection:
        name = portal or subject.portal
        await repository.save(connection, name, counter.source, found, entry=standing.entry, asked_at=now)
    odd = sum(1 for one in found.values() if one.unexplained)
    _log.info("reconciled", portal=name, source=counter.source, rows=len(found), unexplained=odd)
    return found


def compare_all(
    held: Mapping[tuple[str, Month], Ours], theirs: Mapping[Month, Mapping[str, int]], population: Population
) -> dict[tuple[str, Month], Compared]:
    """A comparison for each agency and month the portal counts. What it does not count proves nothing."""
    return {
        (agency, month): compare(number, ours.counted(population), ours.candidates(population))
        for month, counts in theirs.items()
        for agency, number in counts.items()
        for ours in [held.get((agency, month), Ours())]
    }


def _add(held: dict[tuple[str, Month], Ours], more: Mapping[tuple[str, Month], Ours]) -> None:
    for key, ours in more.items():
        held[key] = held.get(key, Ours()).plus(ours)


def _moved(
    at_edges: Collection[tuple[str, Any, bytes]], portal: object, months: Sequence[Month]
) -> dict[tuple[str, Month], Ours]:
    """What a month cut at 00:00 UTC would hold more (+) or fewer (-): those accepted before 07:00 on a first day."""
    found: dict[tuple[str, Month], Ours] = {}
    if not isinstance(portal, KeepsInstants):
        return found
    for agency, day, record in at_edges:
        at = portal.accepted_at(record)
        if at is None or at.astimezone(UTC).date() >= day:
            continue
        before = (day - timedelta(days=1)).replace(day=1)
        for month, moved in ((before, 1), (day, -1)):
            if month in months:
                _add(found, {(agency, month): Ours(later_in_utc=moved)})
    return found


async def _hot(
    engine: AsyncEngine, portal: Lists, standing: Standing, months: Sequence[Month]
) -> dict[tuple[str, Month], Ours]:
    """Dossiers the portal changed after our data were proven, and that we did not hold then."""
    if standing.data_until is None:
        return {}
    fresh: dict[str, tuple[str, Month]] = {}
    pages = portal.pages(0, _NOTHING_IS_HOT)
    try:
        async for page in pages:
            fresh |= _received_since(portal, page, standing.data_until)
            if page.oldest is None or page.oldest < standing.data_until or page.number + 1 >= _MOST_HOT_PAGES:
                break
    finally:
        await pages.aclose()  # type: ignore[attr-defined]  # an async generator: its page ahead is cancelled
    async with snapshot(engine) as connection:
        known = await repository.known(connection, list(fresh), standing.entry)
    found: dict[tuple[str, Month], Ours] = {}
    for code, place in fresh.items():
        if code not in known and place[1] in months:
            _add(found, {place: Ours(hot=1)})
    return found


def _received_since(portal: Lists, page: SourcePage, since: datetime) -> dict[str, tuple[str, Month]]:
    found: dict[str, tuple[str, Month]] = {}
    for key, raw in zip(page.keys, page.raws, strict=True):
        try:
            record = portal.decode(raw, key)
        except RecordUnreadable:
            continue
        if record.modified_at and record.modified_at > since and record.received_on and record.agency_code:
            found[key] = (record.agency_code, record.received_on.replace(day=1))
    return found


@dataclass(frozen=True, slots=True)
class Pass:
    """What comparing with one portal gave; ``failure``: why it could not be asked, "" when it could."""

    portal: str
    source: str
    compared: Mapping[tuple[str, Month], Compared]
    failure: str = ""

    @property
    def unexplained(self) -> int:
        """How many rows nothing explains."""
        return sum(1 for one in self.compared.values() if one.unexplained)


async def reconcile_all(
    engine: AsyncEngine,
    subject: Subject,
    portal: Any,
    evaluations: Mapping[str, Callable[[], Counter]],
    months: Sequence[Month],
    *,
    now: datetime,
) -> list[Pass]:
    """The portal's own counts, where it has any, and those other portals publish. One that fails stops no other."""
    passes: list[Pass] = []
    if isinstance(portal, CountsReceived):
        passes.append(await _one(engine, subject, portal, months, now, lists=portal))
    ended = [month for month in months if month_after(month) <= now.astimezone(LOCAL_ZONE).date()]
    for name, opened in evaluations.items() if ended else ():
        other = opened()
        try:
            passes.append(await _one(engine, subject, other, ended, now, portal=name))
        finally:
            await other.aclose()
    return passes


async def _one(
    engine: AsyncEngine,
    subject: Subject,
    counter: CountsReceived,
    months: Sequence[Month],
    now: datetime,
    *,
    lists: Any = None,
    portal: str | None = None,
) -> Pass:
    name = portal or subject.portal
    try:
        compared = await reconcile(engine, subject, counter, months, now=now, lists=lists, portal=portal)
    except PortalError as error:
        _log.error("not reconciled", portal=name, source=counter.source, failure=error.failure, reason=str(error))
        return Pass(name, counter.source, {}, str(error))
    return Pass(name, counter.source, compared)

"""One sync run of one feed: read everything, then write it as one change together with the run's verdict."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import assembling
from catalogue.domain.procedure import Origin, ProcedureKey
from catalogue.domain.validity import suffix_of
from catalogue.publishing import Policy, Published, decisions_known, publish_reading
from catalogue.reading import Gathered, Portals, gather, read_ended, read_missing
from catalogue.repository import state
from catalogue.repository.state import State
from catalogue.tables import feed, run
from shared.domain.identifiers import AgencyCode, ProcedureCode
from shared.runtime import clock
from shared.runtime.database import DATABASE_TROUBLE, snapshot, transaction
from shared.runtime.logs import logger
from shared.sync import lease as leases
from shared.sync import runs
from shared.sync.lease import Lease
from shared.sync.runs import Ending, Run
from shared.sync.tables import FULL, RUN_COUNTERS
from shared.sync.verdicts import Verdict

KIND = "procedures"
LEASE = timedelta(minutes=5)

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """A feed that should exist: the procedures of one agency, from one portal."""

    portal: str
    agency: AgencyCode
    every_seconds: int

    @property
    def name(self) -> str:
        """Its name in the table and in answers."""
        return f"{self.portal}/{KIND}:{self.agency}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run of a feed ended."""

    feed: str
    ending: Ending
    change: int | None
    counters: dict[str, int]


async def run_feed(
    engine: AsyncEngine, portals: Portals, *, owner: str, only: str, policy: Policy | None = None
) -> Outcome | None:
    """Claims the feed and runs it. None: somebody else holds it, or there is none of this name."""
    lease = await claim_feed(engine, owner=owner, only=only)
    return None if lease is None else await carry(engine, portals, lease, policy or Policy())


async def claim_feed(
    engine: AsyncEngine, *, owner: str, among: Sequence[str] | None = None, only: str | None = None
) -> Lease | None:
    """The feed that is longest due ``among`` these, or the one named. None: there is nothing to claim."""
    async with transaction(engine) as connection:
        return await leases.claim(connection, feed, owner=owner, lease=LEASE, among=among, only=only, mode=FULL)


async def carry(engine: AsyncEngine, portals: Portals, lease: Lease, policy: Policy) -> Outcome:
    """Runs a claimed feed.

    An error of ours, and a lost lease, are raised; then nothing was written, and the next claim begins again.
    """
    try:
        return await _run(engine, portals, lease, AgencyCode.parse(lease.agency_code or ""), policy)
    except BaseException:
        # A database that is away keeps the lease until it ends by itself; the first error is the one to tell.
        with suppress(*DATABASE_TROUBLE):
            async with transaction(engine) as connection:
                await leases.release(connection, feed, lease)
        raise


async def _run(engine: AsyncEngine, portals: Portals, lease: Lease, agency: AgencyCode, policy: Policy) -> Outcome:
    opened = await _open(engine, lease)
    gathered = await _read(engine, portals, lease, agency)
    async with transaction(engine) as connection:
        page = await leases.guard(connection, feed, lease)
        published = await publish_reading(
            connection,
            gathered,
            feed_id=lease.feed_id,
            feed=lease.feed,
            run_id=opened.run_id,
            policy=policy,
        )
        ending, counters = verdict(gathered, published), counters_of(gathered, published)
        await runs.add_page(
            connection,
            feed,
            run,
            lease,
            opened.run_id,
            cursor=None,
            page=page + (published.change is not None),
            counters=counters,
            portal_total=gathered.portal_total,
        )
        await runs.finish_run(connection, feed, run, lease, opened, ending)
    _log.info("synced", feed=lease.feed, verdict=str(ending.verdict), change=published.change, **counters)
    return Outcome(lease.feed, ending, published.change, counters)


async def _open(engine: AsyncEngine, lease: Lease) -> Run:
    async with transaction(engine) as connection:
        await leases.guard(connection, feed, lease)
        if lease.run_id is not None:
            return await runs.resume_run(connection, run, lease.run_id, RUN_COUNTERS)
        return await runs.open_run(connection, feed, run, lease, mode=FULL, window_from=None, window_until=clock.now())


async def _read(engine: AsyncEngine, portals: Portals, lease: Lease, agency: AgencyCode) -> Gathered:
    async def beat() -> None:
        async with transaction(engine) as connection:
            await leases.heartbeat(connection, feed, lease, lease=LEASE)

    async with snapshot(engine) as connection:
        known = await state.load(connection)
    gathered = await gather(portals, agency, known.agency_names, beat)
    listed = {(str(agency), code.base, suffix_of(code)) for code in gathered.listed}
    await read_missing(portals, _missing(known, agency, listed), gathered)
    every = decisions_known(known, gathered)
    await read_ended(portals, assembling.ended_and_unknown(every, agency, {*known.procedures, *listed}), gathered)
    return gathered


def _missing(known: State, agency: AgencyCode, listed: set[ProcedureKey]) -> dict[ProcedureCode, str]:
    """Published procedures of the agency that a list lacks, with their ids on the portal."""
    return {
        assembling.code_of(key): one.portal_id
        for key, one in known.procedures.items()
        if one.agency_code == str(agency) and one.in_force and one.origin is Origin.PORTAL and key not in listed
    }


def verdict(gathered: Gathered, published: Published) -> Ending:
    """What the run proves. Anything that could not be read, and any procedure missing without reason, is said."""
    troubles = [*gathered.troubles, *published.troubles]
    if gathered.gaps:
        troubles.append(f"{gathered.gaps} details could not be read")
    detail = "; ".join(troubles)[:2_000] or None
    if not gathered.seen and not gathered.complete:
        return Ending(Verdict.FAILED, gathered.failure or "contract", detail)
    if troubles or not gathered.complete:
        return Ending(Verdict.PARTIAL, gathered.failure, detail)
    return Ending(Verdict.SUCCEEDED if gathered.seen else Verdict.SUCCEEDED_EMPTY)


def counters_of(gathered: Gathered, published: Published) -> dict[str, int]:
    """What a run counts."""
    new, changed = published.count("procedure", "added"), published.count("procedure", "changed")
    return {
        "pages": gathered.pages,
        "seen": gathered.seen,
        "new": new,
        "changed": changed,
        "unchanged": max(0, len(gathered.procedures) - new - changed),
        "repeated": gathered.repeated,
        "quarantined": published.refused,
        "gaps": gathered.gaps,
    }

"""The configuration in force: applied to the feed rows at start, and again whenever its file changes.

A worker looks between two runs. A file that cannot be used changes nothing: what was in force stays in force, and
every feed it named carries a notice until the file is mended.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.plan import KIND, FeedPlan, FixedPlans, Plans
from dossier_sync.repository.feeds import disable_unnamed, note, register, stand_on_grid
from dossier_sync.repository.watching import reopen, set_maintenance
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.wiring import Source, environment_plan, source_of
from shared.runtime.clock import now
from shared.runtime.database import transaction
from shared.runtime.logs import logger
from shared.sync.portal_file import PortalFileInvalid
from shared.sync.portal_terms import Maintenance
from shared.sync.runs import REFUSED

_log = logger(__name__)


class FilePlans:
    """Plans of a file that is watched. ``refusal``: why the newest file is not in force; "" when it is."""

    def __init__(self, source: Source) -> None:
        """Raises ``PortalFileInvalid``: a worker does not start on a file that is wrong."""
        self._source = source
        file = source.read()
        self._plans, self._digest = source.plans(file), file.digest
        self._seen = _stamp(source)
        self._closed: dict[str, Maintenance | None] = {}
        self._logins = _logins(self._plans)
        self.refusal = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the file in force."""
        return self._digest

    def current(self) -> Mapping[str, FeedPlan]:
        return self._plans

    def look_again(self) -> None:
        """The next refresh reads the file, changed or not (SIGHUP)."""
        self._seen = None

    async def refresh(self, engine: AsyncEngine) -> None:
        await self._reload(engine)
        await self._announce(engine)
        await self._reopen(engine)

    async def _reload(self, engine: AsyncEngine) -> None:
        stamp = _stamp(self._source)
        if stamp == self._seen and not self.refusal:
            return
        try:
            file = self._source.read()
        except PortalFileInvalid as error:
            await self._refuse(engine, str(error))
            self._seen = stamp
            return
        if file.digest != self._digest or self.refusal:
            plans = self._source.plans(file)
            await _apply(engine, plans, file.digest)
            _log.info("the file of portals is in force", digest=file.digest, feeds=sorted(plans))
            self._plans, self._digest, self.refusal = plans, file.digest, ""
        self._seen = stamp

    async def _announce(self, engine: AsyncEngine) -> None:
        """Writes the maintenance that goes on or comes next into the rows, where it is another than before."""
        told = {name: _next_maintenance(plan) for name, plan in self._plans.items()}
        changed = {name: one for name, one in told.items() if name not in self._closed or one != self._closed[name]}
        if changed:
            async with transaction(engine) as connection:
                for name, one in sorted(changed.items()):
                    window = (one.begins, one.ends, one.reason) if one else None
                    await set_maintenance(connection, name, window)
            self._closed = told

    async def _reopen(self, engine: AsyncEngine) -> None:
        """A login that changed is tried at once: the feed was left alone because the old one was refused."""
        logins = _logins(self._plans)
        changed = [name for name, login in logins.items() if login and login != self._logins.get(name, login)]
        if changed:
            async with transaction(engine) as connection:
                await reopen(connection, changed, REFUSED)
            _log.info("changed secrets are used from the next run on", feeds=changed)
        self._logins = logins

    async def _refuse(self, engine: AsyncEngine, reason: str) -> None:
        if reason == self.refusal:
            return
        _log.error("the changed file of portals is refused; the old one stays in force", reason=reason)
        async with transaction(engine) as connection:
            await note(connection, list(self._plans), f"The changed file of portals is not in force. {reason}")
        self.refusal = reason


class FileWatch:
    """The configuration as the API sees it: it carries no feed, but alarms for those who should and do not.

    ``feeds``: names that should be in the table.
    """

    def __init__(self, settings: DossierSyncSettings) -> None:
        self._source = source_of(settings)
        self._seen: tuple[int, int, int] | None = None
        self._refused = False
        self.feeds: list[str] = [environment_plan(settings).feed] if self._source is None else []

    def refused(self) -> bool:
        """Whether the file as it stands cannot be used. A refused file leaves ``feeds`` as they were."""
        if self._source is None:
            return False
        stamp = _stamp(self._source)
        if stamp is None or stamp != self._seen:
            self._seen = stamp
            try:
                self.feeds = sorted(self._source.plans(self._source.read()))
                self._refused = False
            except PortalFileInvalid as error:
                _log.error("the file of portals cannot be used", reason=str(error))
                self._refused = True
        return self._refused


async def configured(settings: DossierSyncSettings, engine: AsyncEngine) -> Plans:
    """The feeds to carry, made known to the database and so to every worker and the console.

    Raises ``PortalFileInvalid``.
    """
    source = source_of(settings)
    if source is None:
        plan = environment_plan(settings)
        await _apply(engine, {plan.feed: plan}, None)
        return FixedPlans({plan.feed: plan})
    plans = FilePlans(source)
    await _apply(engine, plans.current(), plans.digest)
    return plans


async def _apply(engine: AsyncEngine, plans: Mapping[str, FeedPlan], digest: str | None) -> None:
    """In the order of names, as every configuration is applied: two workers at once do not wait for each other."""
    async with transaction(engine) as connection:
        for name, plan in sorted(plans.items()):
            told = {"priority": plan.priority, "rank": plan.rank, "configuration": digest, "notice": None}
            told["most_set_aside"] = plan.most_set_aside
            if digest is not None:  # without a file, stopping a feed is an operator's word
                told["enabled"] = True
            await register(
                connection,
                name,
                portal=plan.portal,
                kind=KIND,
                agency_code=plan.agency_code,
                every_seconds=int(plan.every.total_seconds()),
                **told,
            )
            if plan.at is not None:
                await stand_on_grid(connection, name, _anchor(plan.at, plan.time_zone), plan.every)
        if digest is not None:
            await disable_unnamed(connection, digest, sorted(plans))


def _anchor(at: time, zone: str) -> datetime:
    """Any day will do: a grid goes on in both directions, and these zones have no summer time to break it."""
    return datetime.combine(date(2024, 1, 1), at, ZoneInfo(zone))


def _next_maintenance(plan: FeedPlan) -> Maintenance | None:
    at = now()
    return min((one for one in plan.maintenance if one.ends > at), key=lambda one: one.begins, default=None)


def _logins(plans: Mapping[str, FeedPlan]) -> dict[str, bytes | None]:
    """A digest of each feed's secret, kept in memory only; None: it cannot be found now, or there is none."""
    return {name: plan.login() for name, plan in plans.items()}


def _stamp(source: Source) -> tuple[int, int, int] | None:
    """What changes when the file does: cheap enough for every poll. None: there is no file."""
    try:
        found = source.path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

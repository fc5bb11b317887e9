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
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.wiring import Source, environment_plan, source_of
from shared.runtime.database import transaction
from shared.runtime.logs import logger
from shared.sync.portal_file import PortalFileInvalid

_log = logger(__name__)


class FilePlans:
    """Plans of a file that is watched. ``refusal``: why the newest file is not in force; "" when it is."""

    def __init__(self, source: Source) -> None:
        """Raises ``PortalFileInvalid``: a worker does not start on a file that is wrong."""
        self._source = source
        file = source.read()
        self._plans, self._digest = source.plans(file), file.digest
        self._seen = _stamp(source)
        self.refusal = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the file in force."""
        return self._digest

    def current(self) -> Mapping[str, FeedPlan]:
        return self._plans

    async def refresh(self, engine: AsyncEngine) -> None:
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

    async def _refuse(self, engine: AsyncEngine, reason: str) -> None:
        if reason == self.refusal:
            return
        _log.error("the changed file of portals is refused; the old one stays in force", reason=reason)
        async with transaction(engine) as connection:
            await note(connection, list(self._plans), f"The changed file of portals is not in force. {reason}")
        self.refusal = reason


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


def _stamp(source: Source) -> tuple[int, int, int] | None:
    """What changes when the file does: cheap enough for every poll. None: there is no file."""
    try:
        found = source.path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

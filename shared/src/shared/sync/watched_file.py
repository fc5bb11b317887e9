"""The file of portals in force: applied to the feed rows at start, and again whenever it changes.

Users: catalogue, dossier_sync. A worker looks between two runs. A file that cannot be used changes nothing: what was in
force stays in force, and every feed it named carries a notice until the file is mended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.runtime.clock import now
from shared.runtime.database import transaction
from shared.runtime.logs import logger
from shared.sync.feed_rows import disable_unnamed, note, register, reopen, set_maintenance, stand_on_grid
from shared.sync.portal_file import PortalFile, PortalFileInvalid
from shared.sync.portal_terms import Maintenance
from shared.sync.runs import REFUSED

_log = logger(__name__)


class Planned(Protocol):
    """What a configuration says of one feed, as far as its row and its timetable go."""

    @property
    def every(self) -> timedelta:
        """From one run to the next."""

    @property
    def at(self) -> time | None:
        """A time of day in ``time_zone`` that the grid of its runs goes through; None: any grid will do."""

    @property
    def time_zone(self) -> str:
        """The portal's."""

    @property
    def maintenance(self) -> tuple[Maintenance, ...]:
        """As the portal announced it."""

    def login(self) -> bytes | None:
        """A digest of the secret as it stands now; None: it cannot be found, or there is none."""

    def columns(self) -> dict[str, Any]:
        """Columns of ``feed`` that the configuration decides: portal, kind, agency_code, every_seconds, …"""


F = TypeVar("F", bound=Planned)
P = TypeVar("P", bound=Planned, covariant=True)


class Source(Protocol[P]):
    """A file of portals as one service reads it."""

    @property
    def path(self) -> Path:
        """Where it is."""

    def read(self) -> PortalFile:
        """The file as it stands. Raises ``PortalFileInvalid``."""

    def plans(self, file: PortalFile) -> Mapping[str, P]:
        """A plan for each feed of this service that is enabled, by name."""


class Plans(Protocol[P]):
    """The feeds a worker can carry, as they are configured now."""

    def current(self) -> Mapping[str, P]:
        """Plans by the name of their feed."""

    async def refresh(self, engine: AsyncEngine) -> None:
        """Looks whether the configuration changed, and applies it: called between two runs."""


@dataclass(frozen=True)  # a generic alias marks what it makes, which slots forbid
class FixedPlans(Generic[F]):
    """Plans that never change: those of the environment."""

    plans: Mapping[str, F]

    def current(self) -> Mapping[str, F]:
        return self.plans

    async def refresh(self, engine: AsyncEngine) -> None:
        """There is nothing to look at."""


class FilePlans(Generic[F]):
    """Plans of a file that is watched. ``refusal``: why the newest file is not in force; "" when it is."""

    def __init__(self, source: Source[F], feed: Table) -> None:
        """Raises ``PortalFileInvalid``: a worker does not start on a file that is wrong."""
        self._source, self._feed = source, feed
        file = source.read()
        self._plans, self._digest = source.plans(file), file.digest
        self._seen = stamp(source.path)
        self._closed: dict[str, Maintenance | None] = {}
        self._logins = _logins(self._plans)
        self.refusal = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the file in force."""
        return self._digest

    def current(self) -> Mapping[str, F]:
        return self._plans

    def look_again(self) -> None:
        """The next refresh reads the file, changed or not (SIGHUP)."""
        self._seen = None

    async def refresh(self, engine: AsyncEngine) -> None:
        await self._reload(engine)
        await self._announce(engine)
        await self._reopen(engine)

    async def _reload(self, engine: AsyncEngine) -> None:
        seen = stamp(self._source.path)
        if seen == self._seen and not self.refusal:
            return
        try:
            file = self._source.read()
        except PortalFileInvalid as error:
            await self._refuse(engine, str(error))
            self._seen = seen
            return
        if file.digest != self._digest or self.refusal:
            plans = self._source.plans(file)
            await apply(engine, self._feed, plans, file.digest)
            _log.info("the file of portals is in force", digest=file.digest, feeds=sorted(plans))
            self._plans, self._digest, self.refusal = plans, file.digest, ""
        self._seen = seen

    async def _announce(self, engine: AsyncEngine) -> None:
        """Writes the maintenance that goes on or comes next into the rows, where it is another than before."""
        told = {name: _next_maintenance(plan) for name, plan in self._plans.items()}
        changed = {name: one for name, one in told.items() if name not in self._closed or one != self._closed[name]}
        if changed:
            async with transaction(engine) as connection:
                for name, one in sorted(changed.items()):
                    window = (one.begins, one.ends, one.reason) if one else None
                    await set_maintenance(connection, self._feed, name, window)
            self._closed = told

    async def _reopen(self, engine: AsyncEngine) -> None:
        """A login that changed is tried at once: the feed was left alone because the old one was refused."""
        logins = _logins(self._plans)
        changed = [name for name, login in logins.items() if login and login != self._logins.get(name, login)]
        if changed:
            async with transaction(engine) as connection:
                await reopen(connection, self._feed, changed, REFUSED)
            _log.info("changed secrets are used from the next run on", feeds=changed)
        self._logins = logins

    async def _refuse(self, engine: AsyncEngine, reason: str) -> None:
        if reason == self.refusal:
            return
        _log.error("the changed file of portals is refused; the old one stays in force", reason=reason)
        told = f"The changed file of portals is not in force. {reason}"
        async with transaction(engine) as connection:
            await note(connection, self._feed, list(self._plans), told)
        self.refusal = reason


async def apply(engine: AsyncEngine, feed: Table, plans: Mapping[str, Planned], digest: str | None) -> None:
    """Makes the feeds known to the database and so to every worker and the console. ``digest`` None: there is no file.

    In the order of names, as every configuration is applied: two workers at once do not wait for each other.
    """
    async with transaction(engine) as connection:
        for name, plan in sorted(plans.items()):
            told = {**plan.columns(), "configuration": digest, "notice": None}
            if digest is not None:  # without a file, stopping a feed is an operator's word
                told["enabled"] = True
            await register(connection, feed, name, **told)
            if plan.at is not None:
                await stand_on_grid(connection, feed, name, _anchor(plan.at, plan.time_zone), plan.every)
        if digest is not None:
            await disable_unnamed(connection, feed, digest, sorted(plans))


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does: cheap enough for every poll. None: there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _anchor(at: time, zone: str) -> datetime:
    """Any day will do: a grid goes on in both directions, and these zones have no summer time to break it."""
    return datetime.combine(date(2024, 1, 1), at, ZoneInfo(zone))


def _next_maintenance(plan: Planned) -> Maintenance | None:
    at = now()
    return min((one for one in plan.maintenance if one.ends > at), key=lambda one: one.begins, default=None)


def _logins(plans: Mapping[str, Planned]) -> dict[str, bytes | None]:
    """A digest of each feed's secret, kept in memory only."""
    return {name: plan.login() for name, plan in plans.items()}

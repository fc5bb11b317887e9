"""The configuration in force: the file of portals, watched (``shared.sync``), or the one feed of the environment."""

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.inbound import Pushes
from dossier_sync.plan import FeedPlan, FixedPlans, Plans
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.tables import feed
from dossier_sync.wiring import environment_plan, source_of
from shared.runtime.logs import logger
from shared.sync.portal_file import PortalFile, PortalFileInvalid
from shared.sync.watched_file import FilePlans, apply, stamp

_log = logger(__name__)


class FileWatch:
    """The configuration as those see it who carry no feed by it: alarms for feeds that should be there and are not, and
    what is said of pushes.

    ``feeds``: names that should be in the table. A refused file leaves everything as it was.
    """

    def __init__(self, settings: DossierSyncSettings) -> None:
        self._source = source_of(settings)
        self._seen: tuple[int, int, int] | None = None
        self._refused = False
        self._file: PortalFile | None = None
        self.feeds: list[str] = [environment_plan(settings).feed] if self._source is None else []

    def refused(self) -> bool:
        """Whether the file as it stands cannot be used."""
        self._look()
        return self._refused

    def pushes(self, agency: str) -> Pushes:
        """What holds now for what the agency's accounts push."""
        self._look()
        return Pushes() if self._source is None or self._file is None else self._source.pushes(self._file, agency)

    def _look(self) -> None:
        if self._source is None:
            return
        seen = stamp(self._source.path)
        if seen is None or seen != self._seen:
            self._seen = seen
            try:
                self._file = self._source.read()
                self.feeds, self._refused = sorted(self._source.plans(self._file)), False
            except PortalFileInvalid as error:
                _log.error("the file of portals cannot be used", reason=str(error))
                self._refused = True


async def configured(settings: DossierSyncSettings, engine: AsyncEngine) -> Plans:
    """The feeds to carry, made known to the database and so to every worker and the console.

    Raises ``PortalFileInvalid``.
    """
    source = source_of(settings)
    if source is None:
        plan = environment_plan(settings)
        await apply(engine, feed, {plan.feed: plan}, None)
        return FixedPlans({plan.feed: plan})
    plans: FilePlans[FeedPlan] = FilePlans(source, feed)
    await apply(engine, feed, plans.current(), plans.digest)
    return plans

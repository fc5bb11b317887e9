"""An operator's word about an alarm, over HTTP or on the command line: noted with who and when, and acted on."""

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.alarms import Alarm, Decision
from dossier_sync.repository.alarms import AlarmRow, decide, open_alarms
from dossier_sync.repository.feeds import request_run
from shared.runtime.database import transaction
from shared.runtime.logs import logger
from shared.sync.tables import FULL

_log = logger(__name__)


async def approve(
    engine: AsyncEngine, feed: str, alarm: Alarm, decision: Decision, by: str, *, at_most: int
) -> list[AlarmRow] | None:
    """The feed's open alarms once it is decided; None: no such alarm is open for so few dossiers (``at_most``).

    ``accept`` asks for a full run: nothing is written down as gone, and no older version is taken, before it has read
    the portal again.
    """
    async with transaction(engine) as connection:
        if not await decide(connection, feed, alarm, decision, by, at_most=at_most):
            return None
        if decision is Decision.ACCEPT:
            await request_run(connection, feed, FULL)
        standing = await open_alarms(connection, feed)
    _log.info("alarm decided", feed=feed, alarm=str(alarm), decision=str(decision), by=by)
    return standing

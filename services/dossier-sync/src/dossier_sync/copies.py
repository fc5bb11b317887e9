"""National copies beside our heads: the newest dossiers are asked for one by one, and the agreement is counted."""

from collections import Counter

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.copies import Agreement, agreement
from dossier_sync.portals import TellsCopies
from dossier_sync.repository.copies import newest
from shared.runtime.database import snapshot
from shared.runtime.http import PortalError
from shared.runtime.logs import logger
from shared.runtime.telemetry import counter

MOST = 200
"""Dossiers of one feed compared at a time: each is one request to the national portal."""

_log = logger(__name__)
_COPIES = counter(
    "national_copies_total", "Dossiers compared with a national copy, by agreement.", ["feed", "portal", "agreement"]
)


async def compare(
    engine: AsyncEngine, feed: str, portal: str, copies: TellsCopies, most: int = MOST
) -> dict[Agreement, int]:
    """How many copies agree how, as far as the portal answered; nothing of ours is changed by it."""
    async with snapshot(engine) as connection:
        ours = await newest(connection, feed, most)
    found: Counter[Agreement] = Counter()
    try:
        for code, status in ours.items():
            one = agreement(status, await copies.status(code))
            found[one] += 1
            _COPIES.labels(feed, portal, str(one)).inc()
    except PortalError as error:
        _log.warning("copies are compared only in part", feed=feed, portal=portal, detail=str(error))
    _log.info("copies compared", feed=feed, portal=portal, asked=len(ours), **{str(k): n for k, n in found.items()})
    return dict(found)

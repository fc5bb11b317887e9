"""The line to a portal: what all requests of one feed share, from one run to the next and from worker to worker.

Users: ``http`` (asks before each request, tells of each answer) and the workers (carry waits from and to the feed's
row, so that a wait one worker was told of holds for the others). Durations are monotonic; the portal's clock is
compared with the database's, because a host's clock may jump.
"""

import asyncio
from datetime import datetime, timedelta

from aiolimiter import AsyncLimiter

from shared.runtime.clock import monotonic, now

_LONGEST_HOLD = 86_400.0


class PortalLine:
    """``requests_per_second``: the agreed pace.

    ``clock_offset``: seconds by which the portal's clock is ahead; None: no answer told the time yet.
    """

    def __init__(self, requests_per_second: float) -> None:
        self._limiter = AsyncLimiter(max(1.0, requests_per_second), max(1.0, 1 / requests_per_second))
        self.clock_offset: float | None = None
        self._held_until = 0.0
        self._trusted: tuple[datetime, float] | None = None

    def trust(self, at: datetime) -> None:
        """The database's clock says that it is ``at`` now."""
        self._trusted = (at, monotonic())

    def time(self) -> datetime:
        """Now, by the database's clock as last heard; by the host's where no database was asked."""
        if self._trusted is None:
            return now()
        at, since = self._trusted
        return at + timedelta(seconds=monotonic() - since)

    def hold(self, seconds: float) -> None:
        """No request for so long, a day at most: the portal said so, to us or to another worker."""
        self._held_until = max(self._held_until, monotonic() + min(seconds, _LONGEST_HOLD))

    def held_for(self) -> float:
        """Seconds until the next request may be sent."""
        return max(0.0, self._held_until - monotonic())

    async def ready(self) -> None:
        """Returns when the next request may be sent."""
        if (left := self.held_for()) > 0:
            await asyncio.sleep(left)
            return await self.ready()  # somebody may have been told of a longer wait meanwhile
        return await self._limiter.acquire()

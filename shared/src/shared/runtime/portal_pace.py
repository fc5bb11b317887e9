"""How fast one portal is asked after it said that it was too fast, and how long to wait then.

User: ``http``. A portal that limits us is asked one request at a time, further and further apart; each good answer
brings the requests a little nearer again. That lasts beyond the request that was refused, and so beyond a page.
"""

import asyncio
import random

from shared.runtime.clock import monotonic

_LONGEST_GAP, _LONGEST_BACKOFF = 50, 25
"""In first waits."""
_RECOVERY = 0.9


class Pace:
    """The distance between two requests, in seconds; 0 until a portal complains."""

    def __init__(self, first_wait: float) -> None:
        self.gap = 0.0
        self._first_wait = first_wait
        self._next = 0.0

    async def turn(self) -> None:
        """Waits for one's turn."""
        if not self.gap:
            return
        now = monotonic()
        mine = max(now, self._next)
        self._next = mine + self.gap
        await asyncio.sleep(mine - now)

    def limited(self, waits: int, retry_after: float | None) -> float:
        """Notes a refusal and answers how long to wait: what the portal asks, and never less than our own wait.

        ``waits``: how many came before for this request. Our own waits double and differ, so that many workers
        refused at once do not come back at once.
        """
        self.gap = self._first_wait * min(max(2 * self.gap / self._first_wait, 1), _LONGEST_GAP)
        longest: float = self._first_wait * min(2**waits, _LONGEST_BACKOFF)
        ours = longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
        return max(retry_after or 0.0, ours)

    def answered(self) -> None:
        """Notes a good answer."""
        self.gap = self.gap * _RECOVERY if self.gap > self._first_wait / 10 else 0.0

"""What a worker is told of a feed: where its parts are read, and when it is due.

``wiring`` makes plans from the file of portals or from the environment; ``worker`` carries them out.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from catalogue.reading import Portals
from catalogue.sync import KIND, FeedPlan
from shared.sync.portal_terms import Maintenance


@dataclass(frozen=True, slots=True)
class CataloguePlan:
    """One feed. ``open`` makes its adapters, with the secrets as they stand then, and closes them again; it raises
    ``SecretMissing``. ``login``: a digest of the secrets as they stand now, to notice that one changed."""

    feed: FeedPlan
    open: Callable[[], AbstractAsyncContextManager[Portals]]
    login: Callable[[], bytes | None] = lambda: None
    at: time | None = None
    time_zone: str = "Asia/Ho_Chi_Minh"
    priority: int = 100
    rank: int = 100
    maintenance: tuple[Maintenance, ...] = ()

    @property
    def every(self) -> timedelta:
        """From one run to the next."""
        return timedelta(seconds=self.feed.every_seconds)

    def columns(self) -> dict[str, Any]:
        """Columns of ``feed`` that the configuration decides."""
        return {
            "portal": self.feed.portal,
            "kind": KIND,
            "agency_code": str(self.feed.agency),
            "every_seconds": self.feed.every_seconds,
            "priority": self.priority,
            "rank": self.rank,
        }

"""What a worker is told of a feed: how to speak to its portal, how its windows are cut, when it is due.

``wiring`` makes plans from the file of portals or from the environment; ``worker`` carries them out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from dossier_sync.domain.limits import USUAL, Limits
from dossier_sync.portals import Portal, TellsCopies
from dossier_sync.portals.counting import Counter
from dossier_sync.sync import Window
from shared.runtime.portal_line import PortalLine
from shared.sync import watched_file
from shared.sync.portal_terms import Maintenance, Rhythm

KIND = "dossiers"


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One feed. ``open`` makes its adapter, with the secrets as they stand then; it raises ``SecretMissing``.

    ``line``: what requests to the portal share from run to run. ``at``: a time of day in ``time_zone`` that the grid of
    its runs goes through; None: any grid will do.
    ``configuration``: digest of the file of portals, None without one. ``login``: a digest of the secret as it stands
    now, to notice that it changed; None when there is none to be found.
    ``evaluations``: other portals, by name, that publish counts of the same agency. ``look_ups``: those that hold
    copies of its dossiers, asked before one is held to be gone, and compared.
    """

    portal: str
    agency_code: str
    open: Callable[[], Portal]
    window: Window
    every: timedelta
    full_every: timedelta
    line: PortalLine = field(default_factory=lambda: PortalLine(1_000))
    at: time | None = None
    time_zone: str = "Asia/Ho_Chi_Minh"
    priority: int = 100
    rank: int = 100
    most_set_aside: int = 10_000
    test_dossiers: tuple[str, ...] = ()
    limits: Limits = USUAL
    rhythm: Rhythm = field(default_factory=Rhythm)
    maintenance: tuple[Maintenance, ...] = ()
    configuration: str | None = None
    login: Callable[[], bytes | None] = lambda: None
    evaluations: Mapping[str, Callable[[], Counter]] = field(default_factory=dict)
    look_ups: Mapping[str, Callable[[], TellsCopies]] = field(default_factory=dict)

    @property
    def feed(self) -> str:
        """Its name: "<portal>/<kind>"."""
        return f"{self.portal}/{KIND}"

    def columns(self) -> dict[str, Any]:
        """Columns of ``feed`` that the configuration decides."""
        return {
            "portal": self.portal,
            "kind": KIND,
            "agency_code": self.agency_code,
            "every_seconds": int(self.every.total_seconds()),
            "priority": self.priority,
            "rank": self.rank,
            "most_set_aside": self.most_set_aside,
        }


Plans = watched_file.Plans[FeedPlan]
FixedPlans = watched_file.FixedPlans[FeedPlan]

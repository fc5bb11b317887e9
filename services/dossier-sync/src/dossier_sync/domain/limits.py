"""How far a feed is trusted before a person must look: what the file of portals may set, and what holds without it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one feed.

    ``absent_share`` of its dossiers (0 to 1), or ``absent_rows`` where those are more, may be absent from one sweep
    before the brake holds. ``passes``: how often a list that does not add up is read before it is reported as it is:
    reading it for ever would starve the next run. ``looked_up``: dossiers asked for one by one after a sweep, and
    copies compared; more wait for the next sweep. ``older_rows``: of a portal that may have been restored so many
    dossiers must come back in older versions. ``shift_share``: so far (0 to 1) may the share of a state among what
    changes be from its usual one.
    """

    absent_share: Decimal = Decimal("0.01")
    absent_rows: int = 10
    passes: int = 3
    looked_up: int = 200
    older_rows: int = 10
    shift_share: Decimal = Decimal("0.15")

    def absent_at_most(self, known: int, accepted: int = 0) -> int:
        """How many of a feed's dossiers may be absent from a sweep before the brake holds.

        Offices do remove a test dossier or a double now and then; one in a hundred at once they do not. ``accepted``
        were named by an alarm that an operator accepted.
        """
        return max(self.absent_rows, int(known * self.absent_share), accepted)


USUAL = Limits()

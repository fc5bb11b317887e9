"""How a sync run ended, and what a feed's data are worth over time.

Users: catalogue, dossier_sync. A verdict is proven: a run that cannot show that it saw everything is ``partial``.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """How a run ended."""

    SUCCEEDED = "succeeded"
    """Everything of the window was seen, and the portal's own total agrees."""
    SUCCEEDED_EMPTY = "succeeded_empty"
    """The portal itself said that there is nothing: a total of zero, not a missing answer."""
    PARTIAL = "partial"
    """Something was seen, but completeness is not proven; the watermark stays."""
    FAILED = "failed"
    """The run stopped; its ``failure`` names the class."""


PROVEN = frozenset({Verdict.SUCCEEDED, Verdict.SUCCEEDED_EMPTY})
"""Verdicts that move the watermark."""


class FeedState(StrEnum):
    """What a feed's data are worth now."""

    FRESH = "fresh"
    """Proven complete until less than two poll periods ago."""
    STALE = "stale"
    """Proven complete once, but too long ago: silence is not zero."""
    UNKNOWN = "unknown"
    """Never proven complete."""

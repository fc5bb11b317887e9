"""Portals that say themselves how many dossiers they have: what a reconciliation asks them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from dossier_sync.domain.reconciling import Population


@runtime_checkable
class CountsReceived(Protocol):
    """A portal that counts the dossiers an agency received in a month."""

    source: str
    """Names the portal's own count in answers."""
    population: Population

    async def received(self, month: date, samples: Mapping[str, str], root: str) -> Mapping[str, int]:
        """The portal's count of each agency with everything below it, for the month that begins on ``month``.

        ``samples`` names for each agency that is asked about the code of a dossier it handles; ``root`` is the agency
        the portal is responsible for. An agency the portal cannot be asked about is left out. Raises ``PortalError``.
        """


class Counter(CountsReceived, Protocol):
    """A portal that is asked for its counts only."""

    async def aclose(self) -> None:
        """Closes the connections."""


@runtime_checkable
class KeepsInstants(Protocol):
    """An adapter whose stored records tell when a dossier was accepted, not only on which day."""

    def accepted_at(self, record: bytes) -> datetime | None:
        """The instant of acceptance in a stored record; None where it tells none."""

"""What can go wrong with a portal, as one tree.

Users: ``http``, the adapters and sync runs of catalogue and dossier_sync.

    PortalError
    ├── PortalUnavailable     may pass by itself: network, time-out, 429, 5xx            (the only one retried)
    ├── PortalRefused         our credentials or scope
    ├── PortalShapeChanged    not the agreed answer: 404, HTML, broken JSON, missing field, error inside a 200
    ├── PortalOversize        longer than the agreed limit, also after unpacking
    ├── PortalRedirected      wants our credentials elsewhere
    └── EgressForbidden       an address outside the allow-list; our own configuration

``failure`` is the class a run's verdict carries. Messages name method, host and path, never a query string, a
header or a body: those hold secrets and persons.
"""

from typing import ClassVar


class PortalError(Exception):
    """The portal could not be read."""

    failure: ClassVar[str] = "portal"


class PortalUnavailable(PortalError):
    """The portal does not answer now. ``retry_after`` is in seconds, when the portal named a time."""

    failure = "unavailable"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PortalRefused(PortalError):
    """The portal does not accept our credentials, or they do not reach so far."""

    failure = "auth"


class PortalShapeChanged(PortalError):
    """The answer is not what the contract says. Never read as an empty answer."""

    failure = "contract"


class PortalOversize(PortalError):
    """The answer is longer than agreed."""

    failure = "oversize"


class PortalRedirected(PortalError):
    """The portal redirects; credentials are not carried to another address."""

    failure = "redirect"


class EgressForbidden(PortalError):
    """The address is not on the allow-list of this portal."""

    failure = "egress"

"""What can go wrong with a portal, as one tree.

Users: ``http``, the adapters and sync runs of catalogue and dossier_sync.

    PortalError
    ├── PortalUnavailable     may pass by itself: network, time-out, 5xx                 (the only one retried)
    │   ├── PortalRateLimited the portal says that we ask too much                       (waited for, then the run ends)
    │   └── PortalLoginAway   its login does not answer and no session is held
    ├── PortalRefused         our credentials or scope
    ├── PortalShapeChanged    not the agreed answer: 404, HTML, broken JSON, missing field, error inside a 200
    │   └── PortalPageRepeats the answer is that of another page: a cache between, or a list that goes in circles
    ├── PortalOversize        longer than the agreed limit, also after unpacking
    ├── PortalRedirected      wants our credentials elsewhere
    ├── PortalUntrusted       cannot prove that it is itself: certificate expired, of another host or chain
    ├── PortalClockWrong      its clock and ours disagree so far that signed and timed things mean nothing
    └── EgressForbidden       an address outside the allow-list; our own configuration

``failure`` is the class a run's verdict carries. Messages name method, host and path, never a query string, a
header or a body: those hold secrets and persons.
"""

from typing import ClassVar


class PortalError(Exception):
    """The portal could not be read."""

    failure: ClassVar[str] = "portal"

    @property
    def kind(self) -> str:
        """What exactly broke, where that is finer than the class; the label of a counter."""
        return self.failure


class PortalUnavailable(PortalError):
    """The portal does not answer now. ``retry_after`` is in seconds, when the portal named a time."""

    failure = "unavailable"

    def __init__(self, message: str, *, retry_after: float | None = None, kind: str = "") -> None:
        super().__init__(message)
        self.retry_after, self._kind = retry_after, kind

    @property
    def kind(self) -> str:
        return self._kind or self.failure


class PortalRateLimited(PortalUnavailable):
    """The portal says that we ask too much. It costs no attempt: the wait it names is kept, up to a limit."""

    failure = "rate_limited"


class PortalLoginAway(PortalUnavailable):
    """The login does not answer, and no session is held that still lives. For the operator it is a matter of access."""

    failure = "auth"


class PortalRefused(PortalError):
    """The portal does not accept our credentials, or they do not reach so far."""

    failure = "auth"


class PortalShapeChanged(PortalError):
    """The answer is not what the contract says. Never read as an empty answer.

    ``digest``: SHA-256 of a body that came and could not be decoded; the body itself is not kept.
    """

    failure = "contract"

    def __init__(self, message: str, *, digest: bytes | None = None) -> None:
        super().__init__(message)
        self.digest = digest


class PortalRequestRefused(PortalShapeChanged):
    """The portal understands the call and refuses what it asks for: as wrong, as not there, as gone."""


class PortalPageRepeats(PortalShapeChanged):
    """A page was asked for and another one answered: reading on would go in circles."""

    failure = "paging"


class PortalCursorLost(PortalPageRepeats):
    """The portal does not go on from the place it gave us: it refuses it, or begins at its front again."""

    @property
    def kind(self) -> str:
        return "cursor"


class PortalOversize(PortalError):
    """The answer is longer than agreed."""

    failure = "oversize"


class PortalRedirected(PortalError):
    """The portal redirects; credentials are not carried to another address."""

    failure = "redirect"


class PortalUntrusted(PortalError):
    """The other side does not prove that it is the portal; nothing was sent to it, our credentials least of all."""

    failure = "tls"


class PortalClockWrong(PortalError):
    """The portal's clock and ours are further apart than the limit. Which of the two is wrong a person must find."""

    failure = "clock"


class EgressForbidden(PortalError):
    """The address is not on the allow-list of this portal."""

    failure = "egress"

"""What may stand in the file of portals, key by key; ``portal_file`` reads it.

Users: catalogue, dossier_sync. A portal is an address, a login and a rhythm; a feed is one kind of thing read from it
through an adapter. Spans are written "30s", "15m", "6h", "7d".
"""

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shared.domain.identifiers import AgencyCode
from shared.sync.secrets import is_reference

_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PORTAL_NAME = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"


def _span(given: object) -> timedelta:
    found = _SPAN.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise ValueError('write a span as "30s", "15m", "6h" or "7d"')
    return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})


def _reference(given: object) -> str:
    if not isinstance(given, str) or not is_reference(given):
        raise ValueError('a secret never stands in this file: write "env:NAME" or "file:/run/secrets/name"')
    return given


def _agency(given: object) -> str:
    return str(AgencyCode.parse(str(given)))


def _zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError('no such time zone; write "Asia/Ho_Chi_Minh" or "UTC"') from None
    return given


def _address(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write a whole address, https://host/path")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address holds no login: use the table auth")
    return given


def _clock_time(given: object) -> time:
    if isinstance(given, time):
        return given
    try:
        return time.fromisoformat(str(given))
    except ValueError:
        raise ValueError('write a time of day as "07:30"') from None


Span = Annotated[timedelta, BeforeValidator(_span)]
Reference = Annotated[str, BeforeValidator(_reference)]
Agency = Annotated[str, BeforeValidator(_agency)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]


class Terms(BaseModel):
    """Every table of the file: an unknown key is an error, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoLogin(Terms):
    """The portal asks for no login."""

    kind: Literal["none"] = "none"

    def reference(self) -> str | None:
        """Where its secret stands."""
        return None


class ClientLogin(Terms):
    """OAuth2 client credentials: the client in a Basic header (Keycloak), or in the form, as some gateways want it."""

    kind: Literal["client_credentials"]
    token_url: Address
    client_id: str
    secret: Reference
    secret_in_body: bool = False

    def reference(self) -> str | None:
        """Where its secret stands."""
        return self.secret


class BearerLogin(Terms):
    """A token that was handed over and does not change."""

    kind: Literal["bearer"]
    token: Reference

    def reference(self) -> str | None:
        """Where its secret stands."""
        return self.token


class BasicLogin(Terms):
    """A user name and a password with every request."""

    kind: Literal["basic"]
    username: str
    password: Reference

    def reference(self) -> str | None:
        """Where its secret stands."""
        return self.password


class SessionLogin(Terms):
    """A login that buys a session; what else it needs is told to the adapter as an option."""

    kind: Literal["session"]
    username: str
    password: Reference

    def reference(self) -> str | None:
        """Where its secret stands."""
        return self.password


Login = Annotated[NoLogin | ClientLogin | BearerLogin | BasicLogin | SessionLogin, Field(discriminator="kind")]


class Rhythm(Terms):
    """When something is to be expected of the portal: the working hours of its offices, local time.

    ``silence``: so much *working* time without any change makes its feeds stale. ``night_share``: more receipts than
    this share between midnight and 5 in the morning mean a time zone that is told wrongly.
    """

    opens: ClockTime = time(7, 30)
    closes: ClockTime = time(17, 0)
    silence: Span | None = None
    night_share: float = Field(0.2, gt=0, le=1)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be earlier than closes")
        return self


class Maintenance(Terms):
    """Announced by the portal: no alarm meanwhile, and the reason is shown."""

    begins: AwareDatetime = Field(alias="from")
    ends: AwareDatetime = Field(alias="until")
    reason: str = Field(min_length=3, max_length=200)

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("from must be earlier than until")
        return self


class FeedTerms(Terms):
    """One kind of thing read from a portal. ``at``: a time of day, in the portal's zone, that the grid of runs goes
    through. ``priority``: due feeds of a smaller number are carried first. ``rank``: of two portals that tell the same
    dossier, the smaller is nearer the truth. ``most_set_aside``: a run of dossiers stops rather than set aside more.
    ``test_dossiers``: dossier codes with ``*``, or agencies, whose dossiers are tests and in no figure.

    Of dossiers too: ``absent_share`` of them, or ``absent_rows`` where those are more, may vanish at once before the
    brake holds: it can be moved, not taken off. A list that does not add up is read ``most_passes`` times. So many
    dossiers (``most_looked_up``) are asked for one by one after a sweep. A portal that tells ``older_rows`` of them in
    older versions may have been restored; a state whose share of what changes is ``shift_share`` away from the usual
    one may have changed its meaning: then there is an alarm."""

    adapter: str
    agencies: list[Agency] = Field(min_length=1)
    enabled: bool = True
    every: Span = timedelta(minutes=5)
    at: ClockTime | None = None
    full_every: Span = timedelta(days=7)
    margin: Span = timedelta(seconds=30)
    overlap: Span = timedelta(minutes=15)
    skew: Span = timedelta(minutes=5)
    priority: int = Field(100, ge=0, le=1000)
    rank: int = Field(100, ge=0, le=1000)
    most_set_aside: int = Field(10_000, ge=0, le=10_000_000)
    test_dossiers: list[str] = Field(default_factory=list, max_length=100)
    absent_share: Decimal = Field(Decimal("0.01"), ge=0, le=Decimal("0.5"))
    absent_rows: int = Field(10, ge=0, le=10_000)
    most_passes: int = Field(3, ge=2, le=10)
    most_looked_up: int = Field(200, ge=1, le=10_000)
    older_rows: int = Field(10, ge=1, le=10_000)
    shift_share: Decimal = Field(Decimal("0.15"), gt=0, le=1)
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_rhythm(self) -> Self:
        if self.every < timedelta(seconds=5):
            raise ValueError("every must be 5s or longer")
        if self.full_every < self.every:
            raise ValueError("full_every must not be shorter than every")
        return self


class PortalTerms(Terms):
    """A portal. ``egress``: hosts it may be asked at besides those of ``url`` and the login. ``requests_per_second``
    is shared by all its feeds on all workers. ``clock_limit``: with its clock further off, nothing it says is read.
    ``gateway_token``: the ``lgspaccesstoken`` of a provincial gateway, sent with every request beside the login."""

    url: Address
    plain_http: bool = False
    egress: list[Host] = Field(default_factory=list)
    auth: Login = NoLogin()
    gateway_token: Reference | None = None
    requests_per_second: float = Field(5.0, gt=0, le=1_000)
    deadline: Span = timedelta(minutes=3)
    max_page_bytes: int = Field(64 * 1024 * 1024, ge=1024)
    clock_limit: Span = timedelta(seconds=60)
    time_zone: Zone = "Asia/Ho_Chi_Minh"
    rhythm: Rhythm = Rhythm()
    maintenance: list[Maintenance] = Field(default_factory=list)
    feed: dict[str, FeedTerms] = Field(min_length=1)

    @model_validator(mode="after")
    def _keeps_credentials_from_the_wire(self) -> Self:
        if not self.plain_http and any(_is_plain(address) for address in self.addresses()):
            raise ValueError("plain http sends the login readable; plain_http = true allows it on a network you trust")
        return self

    def addresses(self) -> list[str]:
        """Every address it is asked at by name."""
        return [self.url, *([self.auth.token_url] if isinstance(self.auth, ClientLogin) else [])]

    def hosts(self) -> frozenset[str]:
        """The hosts that may be spoken to, and no other: with a port where the address names one."""
        return frozenset([urlsplit(address).netloc for address in self.addresses()] + self.egress)

    def maintained_at(self, at: datetime) -> Maintenance | None:
        """The announced maintenance that goes on at that instant."""
        return next((one for one in self.maintenance if one.begins <= at < one.ends), None)


class InboundTerms(Terms):
    """What is pushed by the accounts of an agency and of those below it. ``rank``, ``most_set_aside`` and
    ``test_dossiers`` as of a feed."""

    rank: int = Field(100, ge=0, le=1000)
    most_set_aside: int = Field(10_000, ge=0, le=10_000_000)
    test_dossiers: list[str] = Field(default_factory=list, max_length=100)


class PortalsTerms(Terms):
    """The whole file."""

    portal: dict[Annotated[str, Field(pattern=PORTAL_NAME)], PortalTerms] = Field(min_length=1)
    inbound: dict[Agency, InboundTerms] = Field(default_factory=dict, max_length=1_000)


def _is_plain(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in _LOOPBACK

"""From the terms of a portal to a client that keeps them.

Users: the wiring of catalogue and dossier_sync. Secrets are looked up when a client is made and not before: a run that
begins after a password was rotated uses the new one.
"""

from collections.abc import Callable

from shared.runtime.http import Basic, Bearer, ClientCredentials, Lgsp, PortalAuth, PortalClient
from shared.runtime.portal_credentials import CREDENTIALS
from shared.runtime.portal_line import PortalLine
from shared.sync.portal_terms import BasicLogin, BearerLogin, ClientLogin, Login, PortalTerms, SessionLogin
from shared.sync.secrets import Secrets

EnterSession = Callable[[str, str], PortalAuth]
"""How an adapter buys a session with a user name and a password."""


def auth_of(portal: PortalTerms, secrets: Secrets, enter: EnterSession | None = None) -> PortalAuth | None:
    """The way in. Raises ``SecretMissing``."""
    inner = _inner(portal.auth, secrets, enter)
    if portal.gateway_token is None:
        return inner
    return Lgsp(secrets.find(portal.gateway_token).get_secret_value(), inner)


def _inner(login: Login, secrets: Secrets, enter: EnterSession | None) -> PortalAuth | None:
    if isinstance(login, ClientLogin):
        secret = secrets.find(login.secret).get_secret_value()
        credential = CREDENTIALS.of(login.token_url, login.client_id, secret)
        return ClientCredentials(
            login.token_url, login.client_id, secret, in_body=login.secret_in_body, credential=credential
        )
    if isinstance(login, BearerLogin):
        return Bearer(secrets.find(login.token).get_secret_value())
    if isinstance(login, BasicLogin):
        return Basic(login.username, secrets.find(login.password).get_secret_value())
    if isinstance(login, SessionLogin) and enter is not None:
        return enter(login.username, secrets.find(login.password).get_secret_value())
    return None


def client_of(
    portal: PortalTerms, secrets: Secrets, line: PortalLine, enter: EnterSession | None = None
) -> PortalClient:
    """A client that speaks to the portal's own hosts only, in its time, bytes and pace."""
    return PortalClient(
        portal.url,
        allow_hosts=portal.hosts(),
        auth=auth_of(portal, secrets, enter),
        total_deadline=portal.deadline.total_seconds(),
        max_bytes=portal.max_page_bytes,
        line=line,
        clock_tolerance=portal.clock_limit.total_seconds(),
    )


def line_of(portal: PortalTerms) -> PortalLine:
    """The line of one feed of this portal."""
    return PortalLine(share_of_pace(portal))


def share_of_pace(portal: PortalTerms) -> float:
    """Requests a second for one feed. A feed is carried by one worker at a time, so the shares add up to the portal's
    own limit however many workers there are, and no worker has to ask another."""
    feeds = sum(len(feed.agencies) for feed in portal.feed.values() if feed.enabled)
    return portal.requests_per_second / max(1, feeds)

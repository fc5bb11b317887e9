"""From configuration to feeds that work: which adapter, client and window each one gets.

With a file of portals (``DOSSIER_SYNC_PORTALS``) the file decides, and is read again when it changes; without one the
single portal of the environment is the only feed. **A new adapter is one line of ``ADAPTERS``**: the keyword-only
parameters of its constructor are the options the file may give it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from dossier_sync.domain.limits import Limits
from dossier_sync.inbound import Pushes
from dossier_sync.plan import KIND, FeedPlan
from dossier_sync.portals import Portal, TellsCopies
from dossier_sync.portals.counting import Counter
from dossier_sync.portals.igate import SIGN_ON_PATH, Igate
from dossier_sync.portals.national_evaluation import NationalEvaluation
from dossier_sync.portals.national_rpc import NationalRpc
from dossier_sync.portals.opencps import Opencps
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.sync import Window
from shared.domain.identifiers import AgencyCode
from shared.runtime.http import ClientCredentials, PortalClient
from shared.runtime.portal_credentials import CREDENTIALS
from shared.runtime.portal_line import PortalLine
from shared.runtime.portal_rpc import CALL_PATH, LOGIN_PATH, RpcAccount, enter
from shared.runtime.settings import environment
from shared.sync.adapters import Adapter, known
from shared.sync.portal_clients import line_of
from shared.sync.portal_file import PortalFile, load
from shared.sync.portal_terms import FeedTerms, PortalTerms
from shared.sync.secrets import Secrets

ADAPTERS: Mapping[str, Adapter[Portal]] = {
    "igate": Adapter(Igate),
    "opencps": Adapter(Opencps),
}

COUNTERS: Mapping[str, Adapter[Counter]] = {
    "national_evaluation": Adapter(NationalEvaluation),
}
"""Adapters of portals that are asked for their published counts only: feeds of the kind ``evaluation``."""

EVALUATION = "evaluation"


def _session_services(
    client: PortalClient,
    *,
    unit: str,
    login_path: str = LOGIN_PATH,
    call_path: str = CALL_PATH,
    dstcode: str = "",
    wrapped: bool = False,
) -> NationalRpc:
    """Its client signs in by itself, so the account that forms the calls knows no login."""
    return NationalRpc(client, RpcAccount(login_path, call_path, "", "", unit, dstcode, wrapped))


LOOK_UPS: Mapping[str, Adapter[TellsCopies]] = {
    "national_rpc": Adapter(_session_services, enter),
}
"""Adapters of portals that hold copies of dossiers others handle: feeds of the kind ``look_up``."""

LOOK_UP = "look_up"


@dataclass(frozen=True, slots=True)
class Source:
    """The file of portals and where its secrets are looked up."""

    path: Path
    secrets: Secrets

    def read(self) -> PortalFile:
        """The file as it stands. Raises ``PortalFileInvalid``."""
        load(self.path, EVALUATION, known(COUNTERS), self.secrets, one_agency=True)
        load(self.path, LOOK_UP, known(LOOK_UPS), self.secrets)
        return load(self.path, KIND, known(ADAPTERS), self.secrets, one_agency=True)

    def plans(self, file: PortalFile) -> dict[str, FeedPlan]:
        """A plan for each feed of ours that is enabled, by name."""
        made = (
            replace(
                _plan(name, portal, feed, self.secrets, file.digest),
                evaluations=self._evaluations(file, feed.agencies[0]),
                look_ups=self._look_ups(file, feed.agencies[0]),
            )
            for name, portal, feed in file.feeds(KIND)
            if feed.enabled
        )
        return {plan.feed: plan for plan in made}

    def pushes(self, file: PortalFile, agency: str) -> Pushes:
        """What holds for what the agency's accounts push. A test dossier of a portal is one whoever tells it: the rules
        of feeds that are read for the agency, or for one above it, hold too."""
        said = file.pushed_by(agency)
        line = {str(one) for one in AgencyCode.parse(agency).ancestors()}
        rules = [rule for _, _, feed in file.feeds(KIND) if feed.agencies[0] in line for rule in feed.test_dossiers]
        columns = {"rank": said.rank, "most_set_aside": said.most_set_aside}
        return Pushes(columns, tuple(dict.fromkeys([*said.test_dossiers, *rules])))

    def _evaluations(self, file: PortalFile, agency: str) -> dict[str, Callable[[], Counter]]:
        """The portals that publish counts of this very agency."""
        return {
            name: partial(COUNTERS[feed.adapter].open, portal, feed, self.secrets, line_of(portal))
            for name, portal, feed in file.feeds(EVALUATION)
            if feed.enabled and feed.agencies[0] == agency
        }

    def _look_ups(self, file: PortalFile, agency: str) -> dict[str, Callable[[], TellsCopies]]:
        """The portals that hold copies of this agency's dossiers."""
        return {
            name: partial(LOOK_UPS[feed.adapter].open, portal, feed, self.secrets, line_of(portal))
            for name, portal, feed in file.serving(LOOK_UP, agency)
        }


def source_of(settings: DossierSyncSettings) -> Source | None:
    """The configured file; None: the environment alone configures."""
    if settings.portals is None:
        return None
    return Source(settings.portals, Secrets(environment(), settings.secrets_file))


def environment_plan(settings: DossierSyncSettings) -> FeedPlan:
    """The one feed that the environment describes."""
    line = PortalLine(settings.requests_per_second)
    return FeedPlan(
        portal=settings.portal,
        agency_code=str(AgencyCode.parse(settings.agency_code)),
        open=lambda: _environment_portal(settings, line),
        line=line,
        window=Window(
            margin=timedelta(seconds=settings.margin_seconds),
            overlap=timedelta(seconds=settings.overlap_seconds),
            skew=timedelta(seconds=settings.skew_seconds),
        ),
        every=timedelta(seconds=settings.every_seconds),
        full_every=timedelta(hours=settings.full_every_hours),
        evaluations={"national": partial(_environment_evaluation, settings)} if settings.evaluation_url else {},
    )


def _plan(
    name: str,
    portal: PortalTerms,
    feed: FeedTerms,
    secrets: Secrets,
    digest: str,
) -> FeedPlan:
    adapter, line = ADAPTERS[feed.adapter], line_of(portal)
    return FeedPlan(
        portal=name,
        agency_code=feed.agencies[0],
        open=lambda: adapter.open(portal, feed, secrets, line),
        line=line,
        window=Window(margin=feed.margin, overlap=feed.overlap, skew=feed.skew),
        every=feed.every,
        full_every=feed.full_every,
        at=feed.at,
        time_zone=portal.time_zone,
        priority=feed.priority,
        rank=feed.rank,
        most_set_aside=feed.most_set_aside,
        test_dossiers=tuple(feed.test_dossiers),
        limits=Limits(
            absent_share=feed.absent_share,
            absent_rows=feed.absent_rows,
            passes=feed.most_passes,
            looked_up=feed.most_looked_up,
            older_rows=feed.older_rows,
            shift_share=feed.shift_share,
        ),
        rhythm=portal.rhythm,
        maintenance=tuple(portal.maintenance),
        configuration=digest,
        login=lambda: secrets.digest(portal.auth.reference()),
    )


def _environment_evaluation(settings: DossierSyncSettings) -> Counter:
    client = PortalClient(
        settings.evaluation_url,
        allow_hosts={urlsplit(settings.evaluation_url).hostname or ""},
        total_deadline=settings.deadline_seconds,
        line=PortalLine(settings.requests_per_second),
    )
    return NationalEvaluation(client, root_department_id=settings.evaluation_department_id)


def _environment_portal(settings: DossierSyncSettings, line: PortalLine) -> Portal:
    """The iGate of the environment. Its own host and its Keycloak's are the only ones that are spoken to."""
    token_url = settings.token_url or f"{settings.portal_url.rstrip('/')}/{SIGN_ON_PATH}"
    secret = settings.client_secret.get_secret_value()
    client = PortalClient(
        settings.portal_url,
        allow_hosts={urlsplit(url).hostname or "" for url in (settings.portal_url, token_url)},
        auth=ClientCredentials(
            token_url, settings.client_id, secret, credential=CREDENTIALS.of(token_url, settings.client_id, secret)
        ),
        total_deadline=settings.deadline_seconds,
        max_bytes=settings.max_page_bytes,
        line=line,
    )
    return Igate(client, page_size=settings.page_size)

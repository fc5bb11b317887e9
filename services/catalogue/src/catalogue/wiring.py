"""From configuration to the adapters of each feed.

With a file of portals (``CATALOGUE_PORTALS``) that names feeds of procedures the file decides, and is read again when
it changes; without one the single portal of the environment is read. **A new adapter is one line of a table below**:
the keyword-only parameters of its constructor are the options the file may give it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from aiolimiter import AsyncLimiter

from catalogue.plan import CataloguePlan
from catalogue.portals.decision_list import DecisionList
from catalogue.portals.national_gateway import NationalGateway
from catalogue.portals.national_rpc import NationalRpc
from catalogue.portals.national_v1 import NationalV1
from catalogue.publishing import Policy
from catalogue.reading import Portals
from catalogue.settings import CatalogueSettings
from catalogue.sync import KIND, FeedPlan
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.runtime.http import PortalAuth, PortalClient
from shared.runtime.portal_credentials import CREDENTIALS
from shared.runtime.portal_rpc import CALL_PATH, LOGIN_PATH, RpcAccount, enter
from shared.runtime.settings import environment
from shared.sync.adapters import Adapter, known
from shared.sync.portal_clients import line_of
from shared.sync.portal_file import Flaw, PortalFile, PortalFileInvalid, load
from shared.sync.portal_terms import FeedTerms, PortalTerms
from shared.sync.secrets import Secrets

OFF = "off"
"""An address that says that a portal has no such service."""


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


ADAPTERS: Mapping[str, Mapping[str, Adapter[Any]]] = {
    KIND: {"national_v1": Adapter(NationalV1)},
    "agencies": {"national_rpc": Adapter(_session_services, enter)},
    "decisions": {"national_gateway": Adapter(NationalGateway), "decision_list": Adapter(DecisionList)},
}
"""By kind of feed. Only ``procedures`` are feeds with runs of their own; the other kinds complete those of their
agencies: dictionaries and online services, decisions and their days."""

Told = tuple[str, PortalTerms, FeedTerms]


@dataclass(frozen=True, slots=True)
class Source:
    """The file of portals and where its secrets are looked up. ``environment``: the plans of one without procedures."""

    path: Path
    secrets: Secrets
    environment: Callable[[], dict[str, CataloguePlan]]

    def read(self) -> PortalFile:
        """The file as it stands. Raises ``PortalFileInvalid``."""
        for kind in ("agencies", "decisions"):
            load(self.path, kind, known(ADAPTERS[kind]), self.secrets)
        file = load(self.path, KIND, known(ADAPTERS[KIND]), self.secrets)
        try:
            self.plans(file)
        except IdentifierError as error:
            said = f"no portal has procedures, and the settings that decide then are wrong: {error}"
            raise PortalFileInvalid(self.path.name, [Flaw(1, "", said)]) from None
        return file

    def plans(self, file: PortalFile) -> dict[str, CataloguePlan]:
        """A plan for each agency of each enabled feed of procedures, by name. A file that names none leaves the
        catalogue to the environment, until it does."""
        if not any(file.feeds(KIND)):
            return self.environment()
        made = (
            self._plan(file, (name, portal, feed), AgencyCode.parse(agency))
            for name, portal, feed in file.feeds(KIND)
            for agency in feed.agencies
            if feed.enabled
        )
        return {plan.feed.name: plan for plan in made}

    def _plan(self, file: PortalFile, told: Told, agency: AgencyCode) -> CataloguePlan:
        name, portal, feed = told
        parts = {
            "v1": told,
            "rpc": _nearest(file, "agencies", "national_rpc", agency),
            "gateway": _nearest(file, "decisions", "national_gateway", agency),
            "decision_list": _nearest(file, "decisions", "decision_list", agency),
        }
        return CataloguePlan(
            FeedPlan(name, agency, int(feed.every.total_seconds())),
            open=lambda: self._opened(parts),
            login=lambda: self._login(parts),
            at=feed.at,
            time_zone=portal.time_zone,
            priority=feed.priority,
            rank=feed.rank,
            maintenance=tuple(portal.maintenance),
        )

    @asynccontextmanager
    async def _opened(self, parts: Mapping[str, Told | None]) -> AsyncIterator[Portals]:
        async with AsyncExitStack() as stack:
            made: dict[str, Any] = {}
            for part, told in parts.items():
                if told is None:
                    made[part] = None
                    continue
                _, portal, feed = told
                adapter = _adapter(feed.adapter)
                made[part] = adapter.open(portal, feed, self.secrets, line_of(portal))
                stack.push_async_callback(made[part].aclose)
            yield Portals(**made)

    def _login(self, parts: Mapping[str, Told | None]) -> bytes | None:
        references = (told[1].auth.reference() for told in parts.values() if told is not None)
        found = [digest for one in references if (digest := self.secrets.digest(one)) is not None]
        return sha256(b"".join(found)).digest() if found else None


def source_of(settings: CatalogueSettings) -> Source | None:
    """The configured file; None: there is none, and the environment alone configures."""
    if settings.portals is None:
        return None
    secrets = Secrets(environment(), settings.secrets_file)
    return Source(settings.portals, secrets, partial(environment_plans, settings))


def environment_plans(settings: CatalogueSettings) -> dict[str, CataloguePlan]:
    """One feed for each agency, by name. Raises ``IdentifierError`` for a code that cannot be read."""

    def opened() -> AbstractAsyncContextManager[Portals]:
        return open_portals(settings)

    made = [
        FeedPlan(settings.portal, AgencyCode.parse(code), settings.every_seconds) for code in settings.agency_codes()
    ]
    return {one.name: CataloguePlan(one, opened) for one in made}


def policy(settings: CatalogueSettings, *, agreed: bool = False) -> Policy:
    """How much of a list may vanish."""
    return Policy(settings.max_removed_share, agreed)


@asynccontextmanager
async def open_portals(settings: CatalogueSettings) -> AsyncIterator[Portals]:
    """The adapters the environment describes; their connections are closed when the block ends."""
    account = RpcAccount(
        settings.rpc_login_path,
        settings.rpc_call_path,
        settings.rpc_username,
        settings.rpc_password.get_secret_value(),
        settings.rpc_unit,
        settings.rpc_dstcode,
    )
    async with AsyncExitStack() as stack:

        def client(url: str, auth: PortalAuth | None = None) -> PortalClient:
            made = _client(url, settings, auth)
            stack.push_async_callback(made.aclose)
            return made

        rpc, gateway = (url or settings.portal_url for url in (settings.rpc_url, settings.gateway_url))
        days = settings.decisions_url
        shared = CREDENTIALS.of(rpc, account.login_path, account.username, account.password)
        yield Portals(
            v1=NationalV1(client(settings.portal_url), page_size=settings.page_size),
            rpc=None if rpc == OFF else NationalRpc(client(rpc, account.session(shared)), account),
            gateway=None if gateway == OFF else NationalGateway(client(gateway), path=settings.gateway_path),
            decision_list=DecisionList(client(days), path=days) if days else None,
        )


def _nearest(file: PortalFile, kind: str, adapter: str, agency: AgencyCode) -> Told | None:
    """The portal that completes this agency's catalogue: it names the agency or one above; the smallest rank wins."""
    found = [told for told in file.serving(kind, str(agency)) if told[2].adapter == adapter]
    return min(found, key=lambda told: (told[2].rank, told[0]), default=None)


def _adapter(name: str) -> Adapter[Any]:
    return next(adapters[name] for adapters in ADAPTERS.values() if name in adapters)


def _client(url: str, settings: CatalogueSettings, auth: PortalAuth | None) -> PortalClient:
    """One portal address: only its own host, at the polite rate, spaced evenly."""
    address = httpx.URL(url)
    host = address.host if address.port is None else f"{address.host}:{address.port}"
    rate = AsyncLimiter(1, 1 / settings.requests_per_second)
    return PortalClient(url, allow_hosts={host}, auth=auth, rate=rate)

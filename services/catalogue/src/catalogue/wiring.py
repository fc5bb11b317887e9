"""From settings to the things that work: adapters, feeds and the worker's loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from os import getpid

import httpx
from aiolimiter import AsyncLimiter
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.portals.decision_list import DecisionList
from catalogue.portals.national_gateway import NationalGateway
from catalogue.portals.national_rpc import NationalRpc
from catalogue.portals.national_v1 import NationalV1
from catalogue.publishing import Policy
from catalogue.reading import Portals
from catalogue.settings import CatalogueSettings
from catalogue.sync import FeedPlan, run_feed
from shared.domain.identifiers import AgencyCode
from shared.runtime.database import DATABASE_TROUBLE
from shared.runtime.http import PortalAuth, PortalClient
from shared.runtime.logs import logger
from shared.runtime.portal_credentials import CREDENTIALS
from shared.runtime.portal_rpc import RpcAccount
from shared.sync.lease import FenceLost

OFF = "off"
"""An address that says that a portal has no such service."""

_IDLE_SECONDS = 5.0

_log = logger(__name__)


def plans(settings: CatalogueSettings) -> list[FeedPlan]:
    """One feed for each agency. Raises ``IdentifierError`` for a code that cannot be read."""
    return [
        FeedPlan(settings.portal, AgencyCode.parse(code), settings.every_seconds) for code in settings.agency_codes()
    ]


def policy(settings: CatalogueSettings, *, agreed: bool = False) -> Policy:
    """How much of a list may vanish."""
    return Policy(settings.max_removed_share, agreed)


@asynccontextmanager
async def open_portals(settings: CatalogueSettings) -> AsyncIterator[Portals]:
    """The adapters; their connections are closed when the block ends."""
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
            decision_list=DecisionList(client(days), days) if days else None,
        )


async def work(engine: AsyncEngine, settings: CatalogueSettings) -> None:
    """Runs feeds as they fall due, until it is cancelled. Any number of workers may do so at once.

    A database that is away is waited for, and a feed that another worker took over is left to it.
    """
    async with open_portals(settings) as portals:
        while True:
            try:
                done = await run_feed(engine, portals, owner=owner(), policy=policy(settings))
            except FenceLost as error:
                _log.warning("lost the feed to another worker", detail=str(error))
                done = None
            except DATABASE_TROUBLE as error:
                _log.error("the database does not answer", error=type(error).__name__)
                done = None
            if done is None:
                await asyncio.sleep(_IDLE_SECONDS)


def owner() -> str:
    """Who holds a lease, for operators' eyes."""
    return f"{socket.gethostname()}/{getpid()}"


def _client(url: str, settings: CatalogueSettings, auth: PortalAuth | None) -> PortalClient:
    """One portal address: only its own host, at the polite rate, spaced evenly."""
    address = httpx.URL(url)
    host = address.host if address.port is None else f"{address.host}:{address.port}"
    rate = AsyncLimiter(1, 1 / settings.requests_per_second)
    return PortalClient(url, allow_hosts={host}, auth=auth, rate=rate)

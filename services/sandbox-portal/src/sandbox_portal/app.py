"""Puts the sandbox together: a generated world, and the portals that tell of it."""

from fastapi import FastAPI

from sandbox_portal.portals.igate import IgateWire
from sandbox_portal.portals.keycloak import Keycloak, Logins
from sandbox_portal.portals.spool import Spool
from sandbox_portal.routes import igate
from sandbox_portal.routes.igate import IgatePortal
from sandbox_portal.scenarios import haiphong
from sandbox_portal.scenarios.model import World
from sandbox_portal.settings import SandboxSettings
from shared.runtime import clock
from shared.runtime.app import create_app

TITLE = "Motcua sandbox portal"
DESCRIPTION = "Vietnamese public-service portals, spoken faithfully over invented data."


def build(settings: SandboxSettings) -> FastAPI:
    """The application. Everything it serves follows from the settings; nothing outlives the process."""
    return assemble(settings, generate(settings))


def generate(settings: SandboxSettings) -> World:
    """The world of the scenario."""
    return haiphong.build(settings.seed)


def assemble(settings: SandboxSettings, world: World) -> FastAPI:
    """The portals over a world."""
    logins = Logins(
        settings.client_id,
        settings.client_secret.get_secret_value(),
        settings.username,
        settings.password.get_secret_value(),
    )
    issuer = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/auth/realms/digo"
    keycloak = Keycloak(logins, seconds=settings.token_seconds, now=clock.now, issuer=issuer)
    wire = IgateWire(world.catalogue, settings.seed)
    spool = Spool(settings.spool_dir, settings.spool_max_bytes) if settings.spool_dir else None
    portal = IgatePortal(world, wire, longest_page=settings.max_page_size, spool=spool, seed=settings.seed)
    return create_app(
        settings=settings,
        title=TITLE,
        description=DESCRIPTION,
        routers=[igate.router(portal, keycloak, clock.now)],
        strict_query=False,
    )

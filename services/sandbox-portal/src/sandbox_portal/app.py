"""Puts the sandbox together: a generated world, and the portals that tell of it."""

from threading import Lock

from fastapi import APIRouter, FastAPI

from sandbox_portal.portals.decision_gateway import DecisionGateway
from sandbox_portal.portals.igate import IgateWire
from sandbox_portal.portals.keycloak import Keycloak, Logins
from sandbox_portal.portals.national_rpc import NationalRpc
from sandbox_portal.portals.national_v1 import NationalCatalogue
from sandbox_portal.portals.spool import Spool
from sandbox_portal.routes import aids, decision_gateway, igate, national_rpc, national_v1
from sandbox_portal.routes.igate import IgatePortal
from sandbox_portal.scenarios import haiphong, province
from sandbox_portal.scenarios.changes import ChangeRefused
from sandbox_portal.scenarios.model import World
from sandbox_portal.settings import SandboxSettings
from shared.contracts.problem import ProblemType
from shared.runtime import clock
from shared.runtime.app import create_app

TITLE = "Motcua sandbox portal"
DESCRIPTION = """Vietnamese public-service portals, spoken faithfully over invented data.

Point an adapter at this address instead of a real portal. Each tag is one contract, its quirks included; refusals
of a portal are in that portal's own words. Only `sandbox` and the operations are ours.

Logins, unless configured otherwise: iGate client `sandbox-client` with secret `sandbox-secret`; national RPC user
`sandbox` with password `sandbox-password`. No person in the data exists: names begin with "Người Không Có Thật".
"""
TAGS = [
    {"name": "igate", "description": "A city's one-stop system (VNPT iGate / DIGO): sign-on and dossier search."},
    {"name": "national_v1", "description": "The 2026 national platform: procedures by cursor, by UUID and by page."},
    {"name": "rest_jsp", "description": "The public gateway of 2022 to 2025: publication decisions."},
    {"name": "national_rpc", "description": "The national portal's session services of 2019 to 2025."},
    {"name": "sandbox", "description": "Aids for tests: the scenario, its truth, decisions, petitions, changes."},
]
CHANGE_REFUSED = ProblemType("change-refused", 409, "These changes cannot follow those already made", "caller")


def build(settings: SandboxSettings) -> FastAPI:
    """The application. Everything it serves follows from the settings; nothing outlives the process."""
    return assemble(settings, generate(settings))


def generate(settings: SandboxSettings) -> World:
    """The world of the scenario."""
    if settings.scenario == province.NAME:
        return province.build(
            settings.seed, dossiers=settings.dossiers, agencies=settings.agencies, years=settings.years
        )
    return haiphong.build(settings.seed)


def assemble(settings: SandboxSettings, world: World) -> FastAPI:
    """The portals over a world."""
    return create_app(
        settings=settings,
        title=TITLE,
        description=DESCRIPTION,
        routers=[*_dossier_portals(settings, world), *_catalogue_portals(settings, world)],
        problems={ChangeRefused: CHANGE_REFUSED},
        tags=TAGS,
        strict_query=False,
    )


def _dossier_portals(settings: SandboxSettings, world: World) -> list[APIRouter]:
    secret, password = settings.client_secret.get_secret_value(), settings.password.get_secret_value()
    keycloak = Keycloak(
        Logins(settings.client_id, secret, settings.username, password),
        seconds=settings.token_seconds,
        now=clock.now,
        issuer=f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/auth/realms/digo",
    )
    guard = Lock()
    wire = IgateWire(world.catalogue, settings.seed)
    spool = Spool(settings.spool_dir, settings.spool_max_bytes) if settings.spool_dir else None
    portal = IgatePortal(world, wire, longest_page=settings.max_page_size, spool=spool, guard=guard)
    return [igate.router(portal, keycloak, clock.now), aids.router(world, wire, seed=settings.seed, guard=guard)]


def _catalogue_portals(settings: SandboxSettings, world: World) -> list[APIRouter]:
    rpc = NationalRpc(
        world.catalogue,
        world.dossiers,
        login=(settings.username, settings.password.get_secret_value()),
        success=settings.rpc_success,
        seconds=settings.session_seconds,
        now=clock.now,
    )
    return [
        national_v1.router(NationalCatalogue(world.catalogue), longest=settings.max_page_size),
        decision_gateway.router(DecisionGateway(world.catalogue)),
        national_rpc.router(rpc),
    ]

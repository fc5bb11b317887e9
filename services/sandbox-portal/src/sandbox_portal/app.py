"""Puts the sandbox together: a generated world, the portals that tell of it, and the faults that disturb them."""

from dataclasses import replace
from threading import Lock

from fastapi import APIRouter, FastAPI

from sandbox_portal.faults import portal_clock
from sandbox_portal.faults.board import Board, FaultRefused, FaultTooHeavy
from sandbox_portal.faults.injector import FaultInjector
from sandbox_portal.faults.relisted import MOST_LISTED, RelistedBook
from sandbox_portal.portals.decision_gateway import DecisionGateway
from sandbox_portal.portals.igate import IgateWire
from sandbox_portal.portals.keycloak import Keycloak, Logins
from sandbox_portal.portals.national_evaluation import NationalEvaluation
from sandbox_portal.portals.national_rpc import NationalRpc
from sandbox_portal.portals.national_v1 import NationalCatalogue
from sandbox_portal.portals.spool import Spool
from sandbox_portal.routes import (
    aids,
    decision_gateway,
    faults,
    igate,
    national_evaluation,
    national_rpc,
    national_v1,
    opencps,
)
from sandbox_portal.routes.igate import IgatePortal
from sandbox_portal.routes.opencps import OpencpsPortal
from sandbox_portal.scenarios import haiphong, province
from sandbox_portal.scenarios.changes import ChangeRefused
from sandbox_portal.scenarios.model import DossierQuery, World
from sandbox_portal.settings import SandboxSettings
from shared.contracts.problem import PARAMETER_INVALID, ProblemType
from shared.runtime.app import create_app

TITLE = "Motcua sandbox portal"
DESCRIPTION = """Vietnamese public-service portals, spoken faithfully over invented data.

Point an adapter at this address instead of a real portal. Each tag is one contract, its quirks included; refusals
of a portal are in that portal's own words. Only `sandbox`, `faults` and the operations are ours.

Portals fail in many ways; each known way is a fault that can be switched on (`POST /sandbox/faults`) or asked for with
one request (`X-Sandbox-Fault: F09`). None is on by default.

Logins, unless configured otherwise: iGate client `sandbox-client` with secret `sandbox-secret`; national RPC user
`sandbox` with password `sandbox-password`, who is also OpenCPS's user (header `groupId: 35166`). No person in the data
exists: names begin with "Người Không Có Thật".
"""
TAGS = [
    {"name": "igate", "description": "A city's one-stop system (VNPT iGate / DIGO): sign-on and dossier search."},
    {"name": "opencps", "description": "A city's one-stop system (OpenCPS): dossiers by offset."},
    {"name": "national_v1", "description": "The 2026 national platform: procedures by cursor, by UUID and by page."},
    {"name": "national_evaluation", "description": "The 2026 national platform: its own scores of agencies (QĐ 766)."},
    {"name": "rest_jsp", "description": "The public gateway of 2022 to 2025: publication decisions."},
    {"name": "national_rpc", "description": "The national portal's session services of 2019 to 2025."},
    {"name": "sandbox", "description": "Aids for tests: the scenario, its truth, decisions, petitions, changes."},
    {"name": "faults", "description": "What portals do wrong, on request."},
]
CHANGE_REFUSED = ProblemType("change-refused", 409, "These changes cannot follow those already made", "caller")
FAULT_TOO_HEAVY = ProblemType("fault-too-heavy", 409, "This scenario has too many dossiers for that fault", "caller")


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
    """The portals over a world, with the faults outside of everything."""
    guard = Lock()
    board = _board(world, guard)
    world = replace(world, dossiers=RelistedBook(world.dossiers, board.standing))
    app = create_app(
        settings=settings,
        title=TITLE,
        description=DESCRIPTION,
        routers=[
            *_dossier_portals(settings, world, guard),
            *_catalogue_portals(settings, world, guard),
            faults.router(board),
        ],
        problems={ChangeRefused: CHANGE_REFUSED, FaultRefused: PARAMETER_INVALID, FaultTooHeavy: FAULT_TOO_HEAVY},
        tags=TAGS,
        strict_query=False,
    )
    layers = app.build_middleware_stack
    # The injector must be outside of Starlette's own error layer too: only there `send` is the server's.
    app.build_middleware_stack = lambda: FaultInjector(layers(), board)  # type: ignore[method-assign]  # no hook for it
    return app


def _board(world: World, guard: Lock) -> Board:
    dossiers = world.dossiers

    def arrive(count: int) -> None:
        with guard:
            dossiers.arrive(count)

    def too_many() -> bool:
        return dossiers.search(DossierQuery(), newest_first=True, start=0, stop=0)[0] > MOST_LISTED

    return Board(arrive=arrive, too_many=too_many)


def _dossier_portals(settings: SandboxSettings, world: World, guard: Lock) -> list[APIRouter]:
    secret, password = settings.client_secret.get_secret_value(), settings.password.get_secret_value()
    keycloak = Keycloak(
        Logins(settings.client_id, secret, settings.username, password),
        seconds=settings.token_seconds,
        now=portal_clock.now,
        issuer=f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/auth/realms/digo",
    )
    wire = IgateWire(world.catalogue, settings.seed)
    spool = Spool(settings.spool_dir, settings.spool_max_bytes) if settings.spool_dir else None
    portal = IgatePortal(world, wire, longest_page=settings.max_page_size, spool=spool, guard=guard)
    return [
        igate.router(portal, keycloak, portal_clock.now),
        opencps.router(OpencpsPortal(world, longest_page=settings.max_page_size, guard=guard), keycloak),
        aids.router(world, wire, seed=settings.seed, guard=guard),
    ]


def _catalogue_portals(settings: SandboxSettings, world: World, guard: Lock) -> list[APIRouter]:
    rpc = NationalRpc(
        world.catalogue,
        world.dossiers,
        login=(settings.username, settings.password.get_secret_value()),
        success=settings.rpc_success,
        seconds=settings.session_seconds,
        now=portal_clock.now,
    )
    return [
        national_v1.router(NationalCatalogue(world.catalogue), longest=settings.max_page_size),
        national_evaluation.router(NationalEvaluation(world.catalogue, world.dossiers), guard),
        decision_gateway.router(DecisionGateway(world.catalogue)),
        national_rpc.router(rpc),
    ]

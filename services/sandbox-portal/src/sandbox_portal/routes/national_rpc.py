"""The national portal's session services. The real paths are configuration; these are the usual ones."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Response

from sandbox_portal.portals.national_rpc import NationalRpc
from sandbox_portal.routes import examples
from sandbox_portal.routes.examples import shown
from shared.runtime.answers import encode
from shared.runtime.auth import public

_LOGIN = {"username": "sandbox", "password": "sandbox-password"}
_CALL = {"session": "…", "madonvi": "000.00.00.H24", "service": "LayDanhSachTTHC"}
_Dstcode = Annotated[str, Header(description="Routing code of the exchange axis; accepted and not needed.")]


def router(rpc: NationalRpc) -> APIRouter:
    """Login and the one endpoint for all services, dictionaries and dossiers alike."""
    routes = APIRouter(prefix="/mapi", tags=["national_rpc"], dependencies=[Depends(public)])
    services = ", ".join(f"`{name}`" for name in rpc.services)

    @routes.post("/login", summary="A session", responses=shown(examples.SESSION), response_class=Response)
    def login(asked: Annotated[dict[str, Any], Body(examples=[_LOGIN])], dstcode: _Dstcode = "") -> Response:
        """HTTP 200 also for a refusal: look at `error_code`. The session lives ten minutes unless set otherwise."""
        return _answer(rpc.login(asked))

    @routes.post(
        "/g",
        summary="Call a service",
        description=f"Envelope session, madonvi, service and its parameters. No paging. Services: {services}.",
        responses=shown(examples.SERVICE),
        response_class=Response,
    )
    def call(asked: Annotated[dict[str, Any], Body(examples=[_CALL])], dstcode: _Dstcode = "") -> Response:
        return _answer(rpc.call(asked))

    return routes


def _answer(body: dict[str, Any]) -> Response:
    return Response(encode(body), media_type="application/json; charset=utf-8")

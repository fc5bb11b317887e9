"""``rest.jsp``: the public gateway of 2022 to 2025, without login."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Form, Response

from sandbox_portal.portals.decision_gateway import DecisionGateway
from sandbox_portal.routes import examples
from sandbox_portal.routes.examples import shown
from shared.runtime.answers import encode
from shared.runtime.auth import public

_EXAMPLE = (
    '{"type":"ref","service":"decision_publishment_advanced_search_service_v2","provider":"dvcquocgia",'
    '"keyword":"","agency_id":"-1","field_id":"-1","publishing_date":"","recordPerPage":50,"pageIndex":1}'
)


def router(gateway: DecisionGateway) -> APIRouter:
    """The one address of the gateway."""
    routes = APIRouter(tags=["rest_jsp"], dependencies=[Depends(public)])
    services = ", ".join(f"`{name}`" for name in gateway.services)

    @routes.post(
        "/jsp/rest.jsp",
        summary="Publication decisions and the procedures they touch",
        description=f"Form field `params` holds JSON text. `pageIndex` counts from 1. Services: {services}.",
        responses=shown(examples.DECISIONS),
        response_class=Response,
    )
    def ask(params: Annotated[str, Form(examples=[_EXAMPLE])] = "") -> Response:
        try:
            asked = msgspec.json.decode(params)
        except msgspec.DecodeError:
            asked = None
        rows = gateway.answer(asked) if isinstance(asked, dict) else []
        return Response(encode(rows), media_type="application/json; charset=utf-8")

    return routes

"""The 2026 national platform: catalogue of procedures under /api/v1, POST only."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Response

from sandbox_portal.portals.national_v1 import NationalCatalogue, envelope
from sandbox_portal.routes import examples
from sandbox_portal.routes.examples import shown
from shared.runtime.answers import encode
from shared.runtime.auth import public

_Asked = dict[str, Any]
_LIST_EXAMPLE = {"limit": 200, "lastId": "", "q": "", "categoryId": "", "departmentCode": "H24.99", "level": ""}


def router(national: NationalCatalogue, *, longest: int) -> APIRouter:
    """List by cursor, detail by UUID, list by page."""
    routes = APIRouter(prefix="/api/v1", tags=["national_v1"], dependencies=[Depends(public)])

    @routes.post(
        "/submitting/formality/list-all-public-formality-by-citizen",
        status_code=201,
        summary="Procedures in force, by cursor",
        responses=shown(examples.PROCEDURES, 201),
        response_class=Response,
    )
    def listed(asked: Annotated[_Asked, Body(examples=[_LIST_EXAMPLE])]) -> Response:
        """`lastId` is the cursor, "" first. The end: no items, or `lastId` repeats.

        `level` is COMMUNE, PROVINCE or MINISTRY. `departmentCode` is the managing agency, in either order, with its
        subtree.
        """
        return _answer(envelope(national.listed(asked, longest=longest)), 201)

    @routes.post(
        "/configuring/formality/get-formality-by-citizen",
        summary="One procedure, by its UUID",
        responses=shown(examples.PROCEDURE),
        response_class=Response,
    )
    def detail(asked: Annotated[_Asked, Body(examples=[{"id": "019d2bfe-0000-7000-8000-000000000001"}])]) -> Response:
        """The code is not accepted. What an unknown id is answered with is not known of the real portal; here 404."""
        found = national.detail(str(asked.get("id") or ""))
        if found is None:
            return _answer(envelope(None, code="NOT_FOUND", message="Không tìm thấy thủ tục hành chính"), 404)
        return _answer(envelope(found), 200)

    @routes.post(
        "/reporting/formalities",
        status_code=201,
        summary="All procedures, by page",
        responses=shown(examples.REPORTED, 201),
        response_class=Response,
    )
    def reported(asked: Annotated[_Asked, Body(examples=[{"q": "", "currentPage": 1, "pageSize": 10}])]) -> Response:
        """Those no longer in force are INACTIVE here; the citizens' list omits them."""
        return _answer(envelope(national.reported(asked, longest=longest)), 201)

    return routes


def _answer(body: dict[str, Any], status: int) -> Response:
    return Response(encode(body), status, media_type="application/json; charset=utf-8")

"""The 2026 national platform: evaluation of agencies under /api/v1/reporting/evaluation, POST only."""

from collections.abc import Callable
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Response

from sandbox_portal.portals.national_evaluation import NationalEvaluation, PeriodUnreadable
from sandbox_portal.portals.national_v1 import envelope
from sandbox_portal.routes import examples
from sandbox_portal.routes.examples import shown
from shared.runtime.answers import encode
from shared.runtime.auth import public

_Json = dict[str, Any]
_MONTH = {"timeType": "month", "year": 2024, "month": 9, "currentPage": 1, "pageSize": 100}
_DAYS = {"fromDate": "2024-09-01", "toDate": "2024-09-30", "currentPage": 1, "pageSize": 100}


def router(national: NationalEvaluation, guard: Lock) -> APIRouter:
    """The two trees and three lists of metrics. Under ``guard`` no count is half before and half after a change."""
    routes = APIRouter(
        prefix="/api/v1/reporting/evaluation", tags=["national_evaluation"], dependencies=[Depends(public)]
    )

    def answer(of: Callable[[_Json], _Json], asked: _Json) -> Response:
        try:
            with guard:
                body, status = envelope(of(asked)), 201
        except PeriodUnreadable:
            body, status = envelope(None, code="BAD_REQUEST", message="Kỳ đánh giá không hợp lệ"), 400
        return Response(encode(body), status, media_type="application/json; charset=utf-8")

    @routes.post(
        "/dvc-progress-tree",
        status_code=201,
        summary="Progress (QĐ 766 group 2), as a tree",
        responses=shown(examples.PROGRESS_TREE, 201),
        response_class=Response,
    )
    def progress(asked: Annotated[_Json, Body(examples=[_MONTH])]) -> Response:
        """`rootDepartmentId` and `formalityId` narrow. Nothing received: ratio 0 and score 0."""
        return answer(national.progress, asked)

    @routes.post(
        "/provide-online-tree",
        status_code=201,
        summary="Online services (QĐ 766 group 3), as a tree",
        responses=shown(examples.ONLINE_TREE, 201),
        response_class=Response,
    )
    def online(asked: Annotated[_Json, Body(examples=[_MONTH])]) -> Response:
        """Plain counters; the score is theirs: min(2, 2A/0.8) + 4B + min(6, 6C/0.5)."""
        return answer(national.online, asked)

    @routes.post(
        "/service-results",
        status_code=201,
        summary="The groups of the score",
        responses=shown(examples.EVALUATION, 201),
        response_class=Response,
    )
    def results(asked: Annotated[_Json, Body(examples=[_MONTH])]) -> Response:
        """Only the groups the world can count: no payments (TTTT) and no digitisation (MDSH) exist in it."""
        return answer(national.results, asked)

    @routes.post(
        "/transparency",
        status_code=201,
        summary="Publication of procedures (QĐ 766 group 1)",
        responses=shown(examples.EVALUATION, 201),
        response_class=Response,
    )
    def transparency(asked: Annotated[_Json, Body(examples=[_MONTH])]) -> Response:
        """A zero denominator: ratio null and score null. PUBLIC_CONTENT_FULL is the province's, copied everywhere."""
        return answer(national.transparency, asked)

    @routes.post(
        "/handling-satisfaction",
        status_code=201,
        summary="Satisfaction (QĐ 766 group 5)",
        responses=shown(examples.EVALUATION, 201),
        response_class=Response,
    )
    def satisfaction(asked: Annotated[_Json, Body(examples=[_DAYS])]) -> Response:
        """`fromDate` and `toDate` instead of `timeType`. No petition at all: ratio 0 with full marks."""
        return answer(national.satisfaction, asked)

    return routes

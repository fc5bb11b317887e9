"""iGate / DIGO: sign-on and dossier search."""

from collections.abc import Callable
from datetime import date, datetime
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from sandbox_portal.faults.relisted import is_relisted
from sandbox_portal.portals.igate import METHODS, STATUSES, IgateWire
from sandbox_portal.portals.keycloak import Answer, Keycloak
from sandbox_portal.portals.spool import Spool
from sandbox_portal.routes import examples
from sandbox_portal.routes.examples import shown
from sandbox_portal.scenarios.days import ordinal
from sandbox_portal.scenarios.model import DossierQuery, World
from shared.domain.status import DossierStatus
from shared.runtime.answers import encode
from shared.runtime.auth import public

_DAY = "dd/MM/yyyy, local; empty: ignored."


class DayUnreadable(Exception):
    """A date parameter is not dd/MM/yyyy."""


class Search:
    """The query parameters of ``/pa/dossier/search`` that the sandbox obeys; the contract's others are ignored."""

    def __init__(
        self,
        page: Annotated[int, Query(description="Counted from **0**.")] = 0,
        size: Annotated[int, Query(description="Longer pages than allowed are cut; `size` in the answer tells.")] = 20,
        spec: Annotated[Literal["page", "slice"], Query(description="`slice`: no totals, only `last`.")] = "page",
        sort: Annotated[Literal["updatedDate,desc", "updatedDate,asc", ""], Query()] = "updatedDate,desc",
        code: Annotated[str, Query(description="The whole dossier code.")] = "",
        procedure_code: Annotated[str, Query(alias="procedure-code")] = "",
        ancestor_agency_id: Annotated[str, Query(alias="ancestor-agency-id", description="With its subtree.")] = "",
        task_status_id: Annotated[str, Query(alias="task-status-id", description="An id of this deployment.")] = "",
        dossier_status: Annotated[str, Query(alias="dossier-status", description="0, 2, 4 or 6; commas.")] = "",
        apply_method_id: Annotated[str, Query(alias="apply-method-id", description="0, 1 or 2.")] = "",
        accepted_from: Annotated[str, Query(alias="accepted-from", description=_DAY)] = "",
        accepted_to: Annotated[str, Query(alias="accepted-to", description=_DAY)] = "",
        appointment_from: Annotated[str, Query(alias="appointment-from", description=_DAY)] = "",
        appointment_to: Annotated[str, Query(alias="appointment-to", description=_DAY)] = "",
        applied_from: Annotated[str, Query(alias="applied-from", description=_DAY)] = "",
        applied_to: Annotated[str, Query(alias="applied-to", description=_DAY)] = "",
    ) -> None:
        self.page, self.size, self.spec = max(page, 0), size, spec
        self.newest_first = sort != "updatedDate,asc"
        self.code, self.procedure_code, self.agency_id = code.strip(), procedure_code, ancestor_agency_id
        self.task_status_id, self.dossier_status, self.method_id = task_status_id, dossier_status, apply_method_id
        self.accepted = (accepted_from, accepted_to)
        self.due = (appointment_from, appointment_to)
        self.applied = (applied_from, applied_to)


class IgatePortal:
    """One city's iGate over a generated world."""

    def __init__(self, world: World, wire: IgateWire, *, longest_page: int, spool: Spool | None, guard: Lock) -> None:
        self._world, self._wire, self._longest, self._spool = world, wire, longest_page, spool
        self._guard = guard
        self._key = f"igate/{world.key}"

    def search(self, asked: Search) -> bytes:
        """The answer's bytes. Raises DayUnreadable."""
        size = min(asked.size, self._longest) if asked.size > 0 else 20
        query = self._query(asked)
        totals = asked.spec == "page"

        def make() -> bytes:
            start = asked.page * size
            total, found = self._world.dossiers.search(
                query, newest_first=asked.newest_first, start=start, stop=start + size
            )
            return self._wire.page(found, number=asked.page, size=size, total=total, totals=totals)

        with self._guard:
            if self._spool is None or not query.everything or is_relisted():
                return make()
            version = self._world.dossiers.version
            return self._spool.get(f"{self._key}/{version}/{asked.page}/{size}/{totals}/{asked.newest_first}", make)

    def _query(self, asked: Search) -> DossierQuery:
        catalogue = self._world.catalogue
        ids = dict(zip(self._wire.agency_ids, catalogue.agencies, strict=True))
        agency = ids.get(asked.agency_id)
        procedures = frozenset(p.number for p in catalogue.procedures if p.code == asked.procedure_code)
        methods = {str(method[0]): channel for channel, method in METHODS.items()}
        return DossierQuery(
            code=asked.code or None,
            agencies=(catalogue.subtree(agency.code) if agency else frozenset()) if asked.agency_id else None,
            procedures=procedures if asked.procedure_code else None,
            statuses=frozenset() if asked.method_id and asked.method_id not in methods else self._statuses(asked),
            channel=methods.get(asked.method_id),
            accepted=_days(asked.accepted),
            due=_days(asked.due),
            applied=_days(asked.applied),
        )

    def _statuses(self, asked: Search) -> frozenset[DossierStatus] | None:
        found = frozenset(STATUSES)
        if asked.task_status_id:
            found &= self._wire.statuses_of(asked.task_status_id)
        if asked.dossier_status:
            wanted = set(asked.dossier_status.split(","))
            found &= {status for status, (coarse, _) in STATUSES.items() if str(coarse[0]) in wanted}
        return found if asked.task_status_id or asked.dossier_status else None


def router(portal: IgatePortal, keycloak: Keycloak, now: Callable[[], datetime]) -> APIRouter:
    """The two endpoints, with the portal's own refusals and not ours."""
    routes = APIRouter(tags=["igate"], dependencies=[Depends(public)])

    @routes.post(
        "/auth/realms/digo/protocol/openid-connect/token",
        summary="Keycloak: an access token",
        responses=shown(examples.TOKEN),
    )
    async def token(
        request: Request,
        grant_type: Annotated[str, Form(description="client_credentials or password")] = "",
        authorization: Annotated[str | None, Header(description="Basic id:secret")] = None,
    ) -> Response:
        """Form-encoded, client in the Basic header (or in the form). Lives 300 s. A wrong secret: 401 as Keycloak."""
        form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
        return _respond(keycloak.token(authorization, {**form, "grant_type": grant_type}))

    @routes.get(
        "/pa/dossier/search",
        summary="Search dossiers",
        responses=shown(examples.DOSSIERS),
        response_class=Response,
    )
    async def search(
        asked: Annotated[Search, Depends()],
        authorization: Annotated[str | None, Header(description="Bearer <token>; without it 401.")] = None,
    ) -> Response:
        """A Spring page of dossiers. An empty parameter is ignored, and so is an unknown one, as the portal does."""
        refused = keycloak.refuse(authorization)
        if refused is not None:
            return _respond(refused, headers={"WWW-Authenticate": "Bearer"})
        try:
            body = await run_in_threadpool(portal.search, asked)
        except DayUnreadable as error:
            return Response(encode(_spring(str(error), now())), 400, media_type="application/json")
        return Response(body, media_type="application/json")

    return routes


def _respond(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, headers, media_type="application/json")


def _spring(message: str, now: datetime) -> dict[str, object]:
    stamp = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}+0000"
    return {"timestamp": stamp, "status": 400, "error": "Bad Request", "message": message, "path": "/pa/dossier/search"}


def _days(texts: tuple[str, str]) -> tuple[int | None, int | None]:
    return _day(texts[0]), _day(texts[1])


def _day(text: str) -> int | None:
    if not text:
        return None
    try:
        day, month, year = (int(part) for part in text.split("/"))
        return ordinal(date(year, month, day))
    except ValueError as error:
        raise DayUnreadable(f"Unparseable date: {text!r}, expected dd/MM/yyyy") from error

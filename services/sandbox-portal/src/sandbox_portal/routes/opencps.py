"""OpenCPS REST v2: dossiers by offset. Reading only."""

from datetime import date
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.concurrency import run_in_threadpool

from sandbox_portal.portals.keycloak import Keycloak
from sandbox_portal.portals.opencps import GROUP_ID, STATUSES, OpencpsWire, codes_of
from sandbox_portal.routes import examples
from sandbox_portal.routes.examples import shown
from sandbox_portal.scenarios.days import ordinal
from sandbox_portal.scenarios.model import DossierQuery, World
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.runtime.answers import encode
from shared.runtime.auth import public

_ALL_MOST = 20_000
"""``end=-1`` means all; a sandbox of a million dossiers stops here."""

_DAY = "dd/MM/yyyy, local, both ends included; empty: ignored."


class Asked:
    """The query parameters of ``/o/rest/v2/dossiers`` that the sandbox obeys; the contract's others are ignored."""

    def __init__(
        self,
        start: Annotated[int, Query(description="Position of the first, from 0.")] = 0,
        end: Annotated[int, Query(description="Position after the last; -1: all.")] = 15,
        status: Annotated[str, Query(description="Codes of the portal; commas.")] = "",
        agency: Annotated[str, Query(description="Code of one agency, without those below it.")] = "",
        service: Annotated[str, Query(description="Code of the procedure.")] = "",
        dossier_no: Annotated[str, Query(alias="dossierNo")] = "",
        from_receive: Annotated[str, Query(alias="fromReceiveDate", description=_DAY)] = "",
        to_receive: Annotated[str, Query(alias="toReceiveDate", description=_DAY)] = "",
    ) -> None:
        self.start, self.end = max(start, 0), end
        self.status, self.agency, self.service, self.dossier_no = status, agency, service, dossier_no.strip()
        self.received = (_day(from_receive), _day(to_receive))


class OpencpsPortal:
    """One city's OpenCPS over a generated world."""

    def __init__(self, world: World, *, longest_page: int, guard: Lock) -> None:
        self._world, self._wire = world, OpencpsWire(world.catalogue)
        self._longest, self._guard = longest_page, guard

    def dossiers(self, asked: Asked) -> bytes:
        """The answer's bytes. A page longer than allowed is cut without a word."""
        most = _ALL_MOST if asked.end < 0 else min(max(asked.end - asked.start, 0), self._longest)
        with self._guard:
            total, found = self._world.dossiers.search(
                self._query(asked), newest_first=True, start=asked.start, stop=asked.start + most
            )
            return self._wire.page(found, total)

    def _query(self, asked: Asked) -> DossierQuery:
        catalogue = self._world.catalogue
        wanted = set(asked.status.split(","))
        return DossierQuery(
            code=asked.dossier_no or None,
            agencies=self._agencies(asked.agency) if asked.agency else None,
            procedures=frozenset(p.number for p in catalogue.procedures if p.code == asked.service)
            if asked.service
            else None,
            statuses=frozenset(s for s in STATUSES if wanted & set(codes_of(s))) if asked.status else None,
            accepted=asked.received,
        )

    def _agencies(self, code: str) -> frozenset[int]:
        try:
            wanted = str(AgencyCode.parse(code))
        except IdentifierError:
            return frozenset()
        return frozenset(n for n, agency in enumerate(self._world.catalogue.agencies) if agency.code == wanted)


def router(portal: OpencpsPortal, keycloak: Keycloak) -> APIRouter:
    """The list, with the portal's own refusals."""
    routes = APIRouter(prefix="/o/rest/v2", tags=["opencps"], dependencies=[Depends(public)])

    @routes.get(
        "/dossiers",
        summary="Dossiers by offset",
        responses=shown(examples.OPENCPS_DOSSIERS),
        response_class=Response,
    )
    async def dossiers(
        asked: Annotated[Asked, Depends()],
        authorization: Annotated[str | None, Header(description="Basic user:password, or Bearer <token>.")] = None,
        group: Annotated[str, Header(alias="groupId", description=f"The site: {GROUP_ID}. Another has none.")] = "",
    ) -> Response:
        """`{total, data}`. The newest `modifiedDate` comes first; an unknown parameter is ignored."""
        if not (keycloak.knows_user(authorization) or keycloak.refuse(authorization) is None):
            return _respond(encode({"code": 401, "message": "Unauthorized"}), 401)
        if group.strip() != GROUP_ID:
            return _respond(encode({"total": 0, "data": []}))
        return _respond(await run_in_threadpool(portal.dossiers, asked))

    return routes


def _respond(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type="application/json; charset=utf-8")


def _day(text: str) -> int | None:
    """Local days since 1970; an unreadable date asks nothing, as the portal's search does."""
    try:
        day, month, year = (int(part) for part in text.split("/"))
        return ordinal(date(year, month, day))
    except ValueError:
        return None

"""API clients. An operator acts for the own agency and those below it, and grants no scope it lacks itself."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from catalogue import clients
from catalogue.clients import ClientUnknown, Issued
from catalogue.routes.asking import (
    Cursor,
    Limit,
    agency_code,
    cut,
    engine_of,
    position,
    words,
)
from catalogue.schemas.operations import Client, ClientIssued, ClientWanted, RotationWanted
from shared.contracts.paging import Page
from shared.contracts.problem import CURSOR_INVALID, PARAMETER_INVALID, ProblemError, ProblemType, problem_responses
from shared.domain.identifiers import AgencyCode
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires

router = APIRouter(prefix="/v1/clients", tags=["clients"])

GRANT_TOO_WIDE = ProblemType("grant-too-wide", 403, "The key may not grant that much", "caller")
CLIENT_UNKNOWN = ProblemType("client-unknown", 404, "There is no such API client", "caller")

Operator = Annotated[Principal, Depends(requires("sync:operate"))]
ClientId = Annotated[str, Path(description="Id of a client.", examples=["H24.99-6f1c0ad29b44"], max_length=80)]


@router.post(
    "",
    summary="Create a client",
    status_code=201,
    response_model=ClientIssued,
    responses=problem_responses(GRANT_TOO_WIDE, PARAMETER_INVALID),
)
async def create(request: Request, response: Response, wanted: ClientWanted, operator: Operator) -> ClientIssued:
    """Answers with the key, this once. The key works here at once, elsewhere within thirty seconds at most."""
    agency = AgencyCode.parse(str(agency_code(wanted.agency)))
    if not agency.is_within(AgencyCode.parse(operator.agency_code)):
        raise ProblemError(GRANT_TOO_WIDE, f"This key acts for {operator.agency_code} and below.", parameter="agency")
    _may_grant(operator, wanted.scopes)
    made = await clients.create(engine_of(request), agency=agency, name=wanted.name, scopes=wanted.scopes)
    return _issued(response, made)


@router.get(
    "",
    summary="Clients",
    response_model=Page[Client],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
)
async def listed(request: Request, operator: Operator, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Clients of the operator's agency and those below it, the revoked ones too. No key is ever shown."""
    query = f"clients {operator.agency_code}"
    after = position(cursor, query, lambda at: words(at[0])[0]) or ""
    rows = await clients.listed(engine_of(request), after=after, limit=limit + 1, within=operator.agency_code)
    rows, following = cut(rows, limit, query, lambda row: [row.client_id])
    page = Page[Client](items=[Client.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))


@router.get("/{client_id}", summary="One client", response_model=Client, responses=problem_responses(CLIENT_UNKNOWN))
async def one(request: Request, client_id: ClientId, operator: Operator) -> Response:
    """A client and how many keys of it work."""
    return conditional(request, encode(await _within_reach(request, client_id, operator)))


@router.post(
    "/{client_id}/keys",
    summary="A new key",
    status_code=201,
    response_model=ClientIssued,
    responses=problem_responses(CLIENT_UNKNOWN, GRANT_TOO_WIDE),
)
async def rotate(
    request: Request,
    response: Response,
    client_id: ClientId,
    operator: Operator,
    wanted: Annotated[RotationWanted | None, Body()] = None,
) -> ClientIssued:
    """The old keys go on working for the overlap, so that a system can change over without a gap."""
    # A new key of a client that may do more would be a way to more rights.
    _may_grant(operator, (await _within_reach(request, client_id, operator)).scopes)
    hours = None if wanted is None else wanted.overlap_hours
    overlap = timedelta(hours=request.app.state.settings.key_overlap_hours if hours is None else hours)
    return _issued(response, await clients.rotate(engine_of(request), client_id, overlap=overlap))


@router.delete(
    "/{client_id}", summary="Revoke a client", response_model=Client, responses=problem_responses(CLIENT_UNKNOWN)
)
async def revoke(request: Request, client_id: ClientId, operator: Operator) -> Client:
    """Ends the client and all its keys for ever; services that remember an answer forget it within thirty seconds."""
    await _within_reach(request, client_id, operator)
    return Client.model_validate(await clients.revoke(engine_of(request), client_id))


def _may_grant(operator: Principal, scopes: Iterable[str]) -> None:
    lacking = sorted(set(scopes) - operator.scopes)
    if lacking:
        raise ProblemError(GRANT_TOO_WIDE, f"This key itself lacks {', '.join(lacking)}.", parameter="scopes")


async def _within_reach(request: Request, client_id: str, operator: Principal) -> Client:
    """The client, when the operator may act for it; a stranger's client is as unknown as none."""
    found = await clients.find(engine_of(request), client_id)
    if not AgencyCode.parse(found.agency_code).is_within(AgencyCode.parse(operator.agency_code)):
        raise ClientUnknown
    return Client.model_validate(found)


def _issued(response: Response, made: Issued) -> ClientIssued:
    response.headers["Cache-Control"] = "no-store"
    return ClientIssued(client=Client.model_validate(made.client), key=made.key)

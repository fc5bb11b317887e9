"""Publications: what an agency has said, frozen, chained, signed, and proven again on request."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from metrics.domain.canonical import canonical
from metrics.domain.dictionary import find
from metrics.domain.errors import FilterError, NoSigningKey, PublicationUnknown, StillAtIt
from metrics.domain.judging import RULE
from metrics.domain.question import FigureQuestion
from metrics.freezing import MOST_FIGURES, Wanted, checked, holds_indicators
from metrics.indicators import check_own
from metrics.proving import Proof, prove
from metrics.publications import Once, Published, Publisher, prepare, public_keys, publish, published, repeated
from metrics.repository import publications
from metrics.routes.figures import READS_FIGURES
from metrics.routes.indicators import NOT_OWN_AGENCY
from metrics.routes.parameters import agency_of, number_of, question_of, some_agency
from metrics.schemas.publishing import (
    KeysOut,
    PublicationIn,
    PublicationOut,
    PublicationsOut,
    PublicationsParameters,
    VerifiedOut,
    listed_out,
)
from metrics.signing import Signer
from shared.contracts.paging import decode_cursor, encode_cursor
from shared.contracts.problem import (
    CURSOR_INVALID,
    NOT_FOUND,
    PARAMETER_INVALID,
    ProblemError,
    ProblemType,
    problem_responses,
)
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, public, requires
from shared.runtime.database import snapshot, transaction
from shared.runtime.logs import logger

REPEATED_OTHERWISE = ProblemType("idempotency-key-reused", 422, "The key came before with another request", "caller")
STILL_AT_IT = ProblemType("request-in-progress", 409, "The same request is under way; try again shortly", "caller")
NO_SIGNING_KEY = ProblemType("signing-key-missing", 503, "There is no key to sign publications with", "us")

router = APIRouter(
    prefix="/v1/publications",
    tags=["publications"],
    responses=problem_responses(NOT_FOUND, PARAMETER_INVALID, CURSOR_INVALID),
)
Number = Annotated[str, Path(description="Number of the publication.", examples=["12"])]
Publishes = Annotated[Principal, Depends(requires("publish"))]
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Any text of your own, new for each publication: sending it again never publishes twice.",
        min_length=1,
        max_length=100,
        examples=["annual-2024-1"],
    ),
]
_FOR_EVER = 31_536_000
_log = logger(__name__)


@router.post(
    "",
    status_code=201,
    response_model=PublicationOut,
    summary="Publish",
    responses={
        200: {"model": PublicationOut, "description": "This Idempotency-Key published it before."},
        **problem_responses(PARAMETER_INVALID, REPEATED_OTHERWISE, STILL_AT_IT, NOT_OWN_AGENCY, NO_SIGNING_KEY),
    },
)
async def publishing(
    request: Request,
    given: Annotated[PublicationIn, Body()],
    by: Publishes,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Freezes a form, a report or figures at one ledger entry, chains it to the publication before and signs it.

    For the caller's own agency and those below it. What was published is never changed or removed: a correction is a
    further publication, and the restatement of this one says what has changed since.
    """
    signer: Signer | None = request.app.state.signer
    if signer is None:
        raise NoSigningKey
    wanted, asked = _wanted(given)
    check_own(wanted.scope.agency or "", by.agency_code)
    publisher = Publisher(by.client_id, by.agency_code)
    once = None if idempotency_key is None else Once(idempotency_key, _asked(given))
    engine, at_it = request.app.state.engine, request.app.state.publishing
    claim = (by.client_id, idempotency_key)
    if once is not None and claim in at_it:
        raise StillAtIt
    at_it.add(claim)
    try:
        earlier = await _earlier(engine, publisher, once)
        if earlier is not None:
            return _answer(request, earlier, 200)
        async with request.app.state.rendering:
            async with snapshot(engine) as connection:
                prepared = await prepare(connection, wanted, asked)
            async with transaction(engine) as connection:
                # Another process may have been at the same request meanwhile.
                earlier = None if once is None else await repeated(connection, publisher, once)
                if earlier is not None:
                    return _answer(request, earlier, 200)
                new = await publish(connection, prepared, publisher, signer, once)
    finally:
        at_it.discard(claim)
    _log.info("published", client=by.client_id, number=new.number, agency=wanted.scope.agency, digest=new.digest)
    return _answer(request, new, 201)


@router.get("", response_model=PublicationsOut, summary="What was published", dependencies=[READS_FIGURES])
async def listed(request: Request, given: Annotated[PublicationsParameters, Query()]) -> Response:
    """Publications in order of their numbers, without their documents."""
    agency = agency_of(given.agency)
    name = f"publications {agency} {given.kind} {given.id}"
    after = 0
    if given.cursor is not None:
        match decode_cursor(given.cursor, name):
            case [int(last)] if 0 <= last < 2**62:
                after = last
            case _:
                raise ProblemError(CURSOR_INVALID, "cursor: It is not a cursor of this service.", parameter="cursor")
    async with snapshot(request.app.state.engine) as connection:
        found = await publications.listed(connection, agency, given.kind, given.id, after, given.limit + 1)
    page, more = found[: given.limit], len(found) > given.limit
    following = encode_cursor([page[-1].number], name) if more else None
    return conditional(request, encode({"items": [listed_out(one) for one in page], "next": following}))


@router.get("/keys", response_model=KeysOut, summary="The public keys", dependencies=[Depends(public)])
async def keys(request: Request) -> Response:
    """Every key that ever signed a publication here, as a JWKS: open to all, so that anyone can check a file.

    Compare the key's name (`kid`) with what the agency prints: a key that comes with the file proves nothing.
    """
    async with snapshot(request.app.state.engine) as connection:
        known = await public_keys(connection, request.app.state.signer)
    return conditional(request, encode({"keys": [key.jwk for key in known.values()]}), max_age=300)


@router.get("/{id}", response_model=PublicationOut, summary="One publication", dependencies=[READS_FIGURES])
async def one(request: Request, id: Number) -> Response:  # noqa: A002  the public name
    """The publication. Keep the body byte for byte: it is what `verify-publication` checks without us."""
    async with snapshot(request.app.state.engine) as connection:
        found = await published(connection, number_from(id))
    return conditional(request, found.body, max_age=_FOR_EVER)


@router.get(
    "/{id}/file",
    summary="The published file",
    dependencies=[READS_FIGURES],
    response_class=Response,
    responses={200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def file(request: Request, id: Number) -> Response:  # noqa: A002  the public name
    """The paper as it was published. Its digest is signed in the publication."""
    async with snapshot(request.app.state.engine) as connection:
        found = await publications.file(connection, number_from(id))
    if found is None:
        raise ProblemError(NOT_FOUND, f"Publication {id} has no file: none was asked for, or there is no such one.")
    headers = {"Content-Disposition": f"attachment; filename=\"{found.name}\"; filename*=UTF-8''{found.name}"}
    return conditional(request, found.body, media_type=found.media_type, max_age=_FOR_EVER, headers=headers)


@router.get("/{id}/verify", response_model=VerifiedOut, summary="Prove it again", dependencies=[READS_FIGURES])
async def verifying(request: Request, id: Number) -> Response:  # noqa: A002  the public name
    """Checks signature, digests, chain and file, and counts every figure again as of the publication's entry."""
    async with snapshot(request.app.state.engine) as connection:
        found = await published(connection, number_from(id))
        proof = await prove(connection, found, await public_keys(connection, request.app.state.signer))
    return conditional(request, encode(_verified(found, proof)))


def _verified(found: Published, proof: Proof) -> dict[str, Any]:
    """A ``VerifiedOut`` as plain values."""
    return {
        "number": found.number,
        "digest": found.digest,
        "valid": proof.valid,
        "checks": [{"check": one.check, "ok": one.ok, "detail": one.detail} for one in proof.checks],
        "differences": [
            {
                "figure": one.figure,
                "row": one.row,
                "part": one.part,
                "published": one.published,
                "recomputed": one.recomputed,
            }
            for one in proof.differences
        ],
        "rule": {"published": found.document["statement"]["rule"], "now": RULE},
    }


async def _earlier(engine: AsyncEngine, publisher: Publisher, once: Once | None) -> Published | None:
    """What the same request published before. Raises ``StillAtIt`` and ``RepeatedOtherwise``."""
    if once is None:
        return None
    async with transaction(engine) as connection:
        return await repeated(connection, publisher, once)


def _wanted(given: PublicationIn) -> tuple[Wanted, FigureQuestion]:
    """What is wanted, and a question that says as of when. Raises ``QuestionError`` and the unknowns."""
    some_agency(given.agency)
    names = given.names
    if not 1 <= len(names) <= MOST_FIGURES or len(set(names)) < len(names):
        raise FilterError("id", f"Send 1 to {MOST_FIGURES} different ones.")
    figure = names[0] if given.kind == "figure" else "dossiers_total_handled"
    asked = question_of(find(figure), given.question())
    indicators = None
    if given.as_of_indicators is not None:
        if not holds_indicators(given.kind, names):
            raise FilterError("as_of_indicators", "Only the annual report, II.07b and 766 hold hand-entered numbers.")
        indicators = number_of("as_of_indicators", given.as_of_indicators)
    files = (given.language, given.format, given.variant)
    wanted = Wanted(given.kind, names, asked.scope, asked.period, *files, indicators)
    return checked(wanted), asked


def _asked(given: PublicationIn) -> bytes:
    """The digest of a request: of what it says, however it is spelt."""
    return hashlib.sha256(canonical(given.model_dump(mode="json"))).digest()


def number_from(text: str) -> int:
    """The number of a publication. Raises ``PublicationUnknown`` for what is none."""
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise PublicationUnknown(text)
    return int(text)


def _answer(request: Request, found: Published, status: int) -> Response:
    headers = {
        "Location": f"{request.app.state.settings.public_url}/v1/publications/{found.number}",
        "Cache-Control": "no-store",
    }
    return Response(found.body, status, headers, media_type="application/json")

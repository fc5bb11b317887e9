"""What has become of a published number: then, now, and why, down to the dossier."""

from contextlib import aclosing
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from metrics.claims import Counted
from metrics.domain.judging import RULE
from metrics.domain.ratio import Numbers
from metrics.domain.restating import value_shifts, why_unlisted
from metrics.movements import Moved
from metrics.publications import Published, published
from metrics.repository.indicators import Entered
from metrics.restatement import Entry, Restated, Restatement, asked_now, moment_now, moves, restate
from metrics.routes.figures import READS_FIGURES
from metrics.routes.parameters import as_of_from
from metrics.routes.pinning import following, pinned
from metrics.routes.publications import Number, number_from
from metrics.schemas.entering import value_out
from metrics.schemas.restating import MovesOut, MovesParameters, RestatementOut, RestatementParameters
from metrics.schemas.shaping import as_of_out, scope_out
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, PARAMETER_INVALID, ProblemError, problem_responses
from shared.domain.identifiers import AgencyCode
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot
from shared.runtime.logs import logger

router = APIRouter(
    prefix="/v1/publications",
    tags=["publications"],
    responses=problem_responses(NOT_FOUND, PARAMETER_INVALID, CURSOR_INVALID),
)
ReadsLineage = Annotated[Principal, Depends(requires("lineage:read"))]
_log = logger(__name__)


@router.get(
    "/{id}/restatement", response_model=RestatementOut, summary="What changed since", dependencies=[READS_FIGURES]
)
async def restating(request: Request, id: Number, given: Annotated[RestatementParameters, Query()]) -> Response:  # noqa: A002  the public name
    """Every number of the publication as published and as of now, and the difference by cause, adding up exactly.

    `explained` false means that something is left over: an edited row, or a fault of ours. It is never spread.
    """
    as_of = as_of_from(given.as_of)
    async with request.app.state.rendering, snapshot(request.app.state.engine) as connection:
        found = await published(connection, number_from(id))
        said = found.document["statement"]
        restatement = await restate(connection, said, await moment_now(connection, said, asked_now(said, as_of)))
    return conditional(request, encode(_restatement(found, restatement)))


@router.get("/{id}/restatement/dossiers", response_model=MovesOut, summary="The dossiers behind a difference")
async def moved(
    request: Request,
    id: Number,  # noqa: A002  the public name
    given: Annotated[MovesParameters, Query()],
    caller: ReadsLineage,
) -> Response:
    """The steps of dossiers that moved one number of a publication of the caller's own agency or one below it.

    A dossier may take several steps, each with its own cause. Every reading is logged.
    """
    number = number_from(id)
    name = f"moves {number} {given.figure} {given.row} {given.cause} {given.as_of}"
    async with snapshot(request.app.state.engine) as connection:
        found = await published(connection, number)
        said = found.document["statement"]
        _own(said["subject"]["agency"], caller)
        asked, place = pinned(asked_now(said, as_of_from(given.as_of)), given.cursor, name, str, int)
        step: tuple[str, int] = ("", 0) if place is None else (place[0], place[1])
        now = await moment_now(connection, said, asked)
        page: list[Moved] = []
        async with aclosing(moves(connection, said, now, given.figure, given.row, step[0])) as every:
            async for one in every:
                # The dossier a page ends in is begun again on the next, after the step it was left at.
                if (one.code, one.step) > step and given.cause in (None, one.cause):
                    page.append(one)
                if len(page) > given.limit:
                    break
    _log.info("lineage read", client=caller.client_id, publication=number, figure=given.figure)
    page, more = page[: given.limit], len(page) > given.limit
    body = {
        "number": number,
        "figure": given.figure,
        "row": given.row,
        "items": [_moved(one) for one in page],
        "next": following(now, name, page[-1].code, page[-1].step) if more else None,
        "as_of": as_of_out(now),
    }
    return conditional(request, encode(body))


def _own(agency: str, caller: Principal) -> None:
    if not AgencyCode.parse(agency).is_within(AgencyCode.parse(caller.agency_code)):
        raise ProblemError(NOT_FOUND, "There are no dossiers of this publication for your key.")


def _restatement(found: Published, restatement: Restatement) -> dict[str, Any]:
    """A ``RestatementOut`` as plain values."""
    said = found.document["statement"]
    return {
        "number": found.number,
        "digest": found.digest,
        "published": {"as_of": said["as_of"], "rule": said["rule"]},
        "now": {"as_of": as_of_out(restatement.now), "rule": RULE},
        "explained": restatement.explained,
        "figures": [_restated(one) for one in restatement.numbers],
        "indicators": [_entered(one) for one in restatement.entered],
    }


def _restated(one: Restated) -> dict[str, Any]:
    claim, now = one.claim, one.now
    question, before = claim.question, claim.published.numbers
    after = None if now is None else now.numbers
    values = None if after is None else value_shifts(before, after, one.account)
    counted = before.denominator is None
    above, below = one.account.sums()
    return {
        "figure": claim.figure,
        "row": claim.row,
        "scope": None if claim.scope is None else scope_out(claim.scope),
        "formula": {"published": claim.version, "now": None if question is None else question.figure.version},
        "published": _state(before, cell=claim.row is not None),
        "now": None if after is None else _state(after, cell=claim.row is not None),
        "difference": {
            "numerator": above,
            "denominator": None if counted else below,
            "value": None if after is None or values is None else _less(after, before),
        },
        "causes": [
            {
                "cause": cause,
                "numerator": shift.numerator,
                "denominator": None if counted else shift.denominator,
                "value": None if values is None else values[cause],
                "dossiers": shift.dossiers,
                "unlisted": why_unlisted(cause, shift),
            }
            for cause, shift in one.account.in_order()
        ],
        "excluded": _excluded(claim.published, now),
    }


def _state(numbers: Numbers, *, cell: bool) -> dict[str, Any]:
    bounds = None if cell else numbers.bounds
    return {
        "numerator": numbers.numerator,
        "denominator": numbers.denominator,
        "value": numbers.value,
        "percent": numbers.percent,
        "bounds": None if bounds is None else {"low": bounds[0], "high": bounds[1]},
    }


def _less(after: Numbers, before: Numbers) -> str:
    return f"{Decimal(after.value or 0) - Decimal(before.value or 0):f}"


def _excluded(published: Counted, now: Counted | None) -> list[dict[str, Any]]:
    if now is None:
        return []
    then, today = dict(published.excluded), dict(now.excluded)
    both = {reason: (then.get(reason, 0), today.get(reason, 0)) for reason in {**then, **today}}
    return [{"reason": reason, "published": old, "now": new} for reason, (old, new) in both.items() if old != new]


def _entered(one: Entry) -> dict[str, Any]:
    either = one.now or one.published
    return {
        "indicator": None if either is None else either.key.indicator,
        "agency": None if either is None else either.key.agency,
        "published": _said(one.published),
        "now": _said(one.now),
        "revision": None if one.now is None else one.now.revision,
        "source": None if one.now is None else one.now.content.source,
        "entered_by": None if one.now is None else one.now.entered_by,
        "entered_at": None if one.now is None else one.now.entered_at,
    }


def _said(entered: Entered | None) -> str | None:
    return None if entered is None else value_out(entered.content)


def _moved(one: Moved) -> dict[str, Any]:
    """A ``MovedOut`` as plain values."""
    of_petition = one.recorded_at is not None
    return {
        "dossier_code": None if of_petition else one.code,
        "petition_code": one.code if of_petition else None,
        "entry": one.entry,
        "recorded_at": one.recorded_at,
        "agency": one.agency,
        "cause": one.cause,
        "numerator": one.numerator,
        "denominator": one.denominator,
    }

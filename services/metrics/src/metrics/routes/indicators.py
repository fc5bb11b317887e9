"""Hand-entered indicators: numbers no portal holds, and those an office prints beside the computed ones."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain import dictionary
from metrics.domain.indicators import INDICATORS, find
from metrics.domain.own_indicators import IndicatorDefinition
from metrics.figures import answer
from metrics.indicators import MOST_REVISIONS, check_own, enter, known_change
from metrics.moments import moment_of
from metrics.repository import indicators, sources
from metrics.repository.indicators import Key
from metrics.routes.figures import READS_FIGURES, REFUSALS
from metrics.routes.links import links_of
from metrics.routes.parameters import number_of, period_of, question_of, said_of, some_agency
from metrics.schemas.asked import IndicatorIn, IndicatorParameters, QuestionParameters
from metrics.schemas.entering import entered_out, indicator_definition_out, indicator_out
from metrics.schemas.served import EnteredOut, IndicatorList, IndicatorOut
from metrics.schemas.shaping import answer_out
from shared.contracts.problem import ProblemType, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot, transaction
from shared.runtime.logs import logger

NOT_OWN_AGENCY = ProblemType("agency-not-own", 403, "The key may not act for this agency", "caller")

router = APIRouter(prefix="/v1/indicators", tags=["indicators"], responses=REFUSALS)
IndicatorId = Annotated[str, Path(description="Id of the indicator, from the list.", examples=["site_daily_visits"])]
Enters = Annotated[Principal, Depends(requires("indicators:write"))]
_log = logger(__name__)


@router.get("", response_model=IndicatorList, summary="Every indicator there is", dependencies=[READS_FIGURES])
async def listed(request: Request) -> Response:
    """The registry: each indicator with its unit, where the annual report uses it and which figure it stands beside."""
    every = sorted(INDICATORS.values(), key=lambda one: (one.used_in == "", one.used_in, one.id))
    return conditional(request, encode({"indicators": [indicator_definition_out(one) for one in every]}), max_age=300)


@router.get(
    "/{indicator}", response_model=IndicatorOut, summary="One hand-entered number", dependencies=[READS_FIGURES]
)
async def one(request: Request, indicator: IndicatorId, given: Annotated[IndicatorParameters, Query()]) -> Response:
    """What the office said of exactly these days, with every revision, and the computed figure beside it.

    `entered` is null where nothing was entered. The two numbers are never made to agree.
    """
    definition, agency, period = find(indicator), some_agency(given.agency), period_of(given)
    asked = None if given.as_of_indicators is None else number_of("as_of_indicators", given.as_of_indicators)
    async with snapshot(request.app.state.engine) as connection:
        change = await known_change(connection, asked)
        key = Key(definition.id, agency, period.first, period.last)
        revisions = await indicators.revisions(connection, key, change, MOST_REVISIONS)
        computed = await _computed(request, connection, definition, given)
    body = indicator_out(definition, agency, period, revisions, computed, change)
    return conditional(request, encode(body))


@router.put(
    "/{indicator}",
    response_model=EnteredOut,
    summary="Enter a number",
    responses={
        201: {"model": EnteredOut, "description": "The first revision of this number."},
        **problem_responses(NOT_OWN_AGENCY),
    },
)
async def entering(
    request: Request, indicator: IndicatorId, said: Annotated[IndicatorIn, Body()], by: Enters
) -> Response:
    """Enters a number for the caller's own agency or one below it. A correction is a further revision; all are kept.

    The same content again changes nothing and answers with the revision that holds. `value` null withdraws.
    """
    wanted = said_of(indicator, said)
    check_own(wanted.agency, by.agency_code)
    async with transaction(request.app.state.engine) as connection:
        (holds, written) = (await enter(connection, [wanted], by.client_id))[0]
    if written:
        _log.info("indicator entered", client=by.client_id, indicator=indicator, agency=wanted.agency)
    status = 201 if written and holds.revision == 1 else 200
    body = encode(entered_out(holds))
    return Response(body, status, {"Cache-Control": "no-store"}, media_type="application/json")


async def _computed(
    request: Request, connection: AsyncConnection, definition: IndicatorDefinition, given: IndicatorParameters
) -> dict[str, Any] | None:
    if definition.figure is None:
        return None
    asked = QuestionParameters(**given.model_dump(exclude={"as_of_indicators"}))
    question = question_of(dictionary.find(definition.figure), asked)
    moment = await moment_of(connection, question, await sources.standing(connection))
    links = links_of(question, moment.entry, request.app.state.settings.public_url)
    return answer_out(await answer(connection, question, moment), links)

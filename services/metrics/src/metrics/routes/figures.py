"""The dictionary of figures, and one figure's value."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.dictionary import find
from metrics.domain.question import FigureQuestion
from metrics.forms.scores import answered
from metrics.kept import KeptAnswers
from metrics.moments import moment_of
from metrics.repository import sources
from metrics.repository.sources import Standing
from metrics.routes.links import links_of
from metrics.routes.parameters import question_of
from metrics.schemas.asked import QuestionParameters
from metrics.schemas.served import DefinitionOut, Dictionary
from metrics.schemas.shaping import answer_out, definition_out, dictionary_out
from shared.contracts.figure import FigureAnswer
from shared.contracts.problem import NOT_FOUND, PARAMETER_INVALID, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot

FigureId = Annotated[str, Path(description="Id of the figure, from the dictionary.", examples=["on_time_rate_766"])]
READS_FIGURES = Depends(requires("figures:read"))
REFUSALS = problem_responses(NOT_FOUND, PARAMETER_INVALID)

router = APIRouter(prefix="/v1/figures", tags=["figures"], dependencies=[READS_FIGURES], responses=REFUSALS)


@router.get("", response_model=Dictionary, summary="Every figure there is")
async def dictionary(request: Request) -> Response:
    """The dictionary: each figure with its definition in words, its formula, the law or practice behind it and how
    sure we are; and what every exclusion, flag and reason of an answer means.
    """
    return conditional(request, encode(dictionary_out()), max_age=300)


@router.get("/{figure}", response_model=DefinitionOut, summary="One definition")
async def definition(request: Request, figure: FigureId) -> Response:
    """What is counted, by which rule, from which source."""
    return conditional(request, encode(definition_out(find(figure))), max_age=300)


@router.get("/{figure}/value", response_model=FigureAnswer, summary="One figure")
async def value(request: Request, figure: FigureId, given: Annotated[QuestionParameters, Query()]) -> Response:
    """One figure for an agency's subtree and a period, with its counts, bounds, sources and ledger entry.

    Ask again with what `as_of` of the answer says, and the numbers are the same for ever: `as_of`, `as_of_catalogue`,
    `as_of_calendar`, `as_of_indicators` and `as_of_imports`.
    """
    question = question_of(find(figure), given)
    async with snapshot(request.app.state.engine) as connection:
        standing = await sources.standing(connection)
        return conditional(request, await encoded(request, connection, question, standing))


async def encoded(request: Request, connection: AsyncConnection, question: FigureQuestion, standing: Standing) -> bytes:
    """The encoded answer, from memory when nothing it depends on has changed since."""
    kept: KeptAnswers = request.app.state.answers
    key = (question, standing)
    body = kept.get(key)
    if body is None:
        moment = await moment_of(connection, question, standing)
        found = await answered(connection, question, moment)
        links = links_of(question, moment.entry, request.app.state.settings.public_url)
        body = encode(answer_out(found, links))
        kept.keep(key, body)
    return body

"""Many figures in one snapshot."""

from fastapi import APIRouter, Request, Response

from metrics.domain.dictionary import find
from metrics.domain.errors import FigureUnknown, FilterError, QuestionError
from metrics.domain.question import FigureQuestion
from metrics.repository import sources
from metrics.routes.figures import READS_FIGURES, encoded
from metrics.routes.parameters import question_of
from metrics.schemas.asked import QueryIn, QuestionIn
from metrics.schemas.served import QueryOut
from shared.contracts.problem import PARAMETER_INVALID, problem_responses
from shared.runtime.database import snapshot

router = APIRouter(
    prefix="/v1", tags=["figures"], dependencies=[READS_FIGURES], responses=problem_responses(PARAMETER_INVALID)
)


@router.post("/query", response_model=QueryOut, summary="Up to a hundred figures at once")
async def query(request: Request, asked: QueryIn) -> Response:
    """Every answer is from the same snapshot, so the figures agree with each other.

    One question that cannot be used refuses the whole query and is named by its number.
    """
    questions = [_numbered(number, question) for number, question in enumerate(asked.questions)]
    async with snapshot(request.app.state.engine) as connection:
        standing = await sources.standing(connection)
        bodies = [await encoded(request, connection, question, standing) for question in questions]
    body = b'{"answers":[' + b",".join(bodies) + b"]}"
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _numbered(number: int, question: QuestionIn) -> FigureQuestion:
    place = f"questions.{number}"
    try:
        return question_of(find(question.figure), question)
    except QuestionError as error:
        raise QuestionError(f"{place}.{error.parameter}", error.reason) from None
    except FigureUnknown as error:
        raise FilterError(f"{place}.figure", str(error)) from None

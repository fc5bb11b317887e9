"""One figure in two periods, and a refusal where the two do not measure one thing."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from metrics.comparison import Plan, compare, plan
from metrics.domain.comparing import Break, BreakKind, a_year_before, previous
from metrics.domain.dictionary import find
from metrics.domain.errors import PeriodError
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion
from metrics.moments import moment_of
from metrics.repository import sources
from metrics.routes.figures import READS_FIGURES, REFUSALS, FigureId
from metrics.routes.links import links_of
from metrics.routes.parameters import question_of, range_of
from metrics.schemas.asked import ComparisonParameters
from metrics.schemas.comparison import ComparisonOut, comparison_out
from shared.contracts.problem import ProblemError, ProblemType, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

NOT_COMPARABLE = ProblemType("not-comparable", 409, "The two periods do not measure one thing", "caller")

router = APIRouter(
    prefix="/v1/figures",
    tags=["figures"],
    dependencies=[READS_FIGURES],
    responses={**REFUSALS, **problem_responses(NOT_COMPARABLE)},
)


@router.get("/{figure}/comparison", response_model=ComparisonOut, summary="One figure in two periods")
async def comparison(request: Request, figure: FigureId, given: Annotated[ComparisonParameters, Query()]) -> Response:
    """The figure in its period and in another one: the previous of the same kind, the same of last year, or any other.

    Where the agency covers something else in the two periods (a merger), or the law has other levels, the comparison is
    refused with 409 `not-comparable`. `across=label` gives both answers with what makes them unlike; `structure=now`
    counts both by what the agency is made of today.
    """
    question = question_of(find(figure), given)
    other = _other(given.with_, question.period)
    async with snapshot(request.app.state.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        planned = await plan(connection, question, other, moment, now=given.structure == "now")
        if planned.refused and given.across == "refuse":
            raise not_comparable("with", planned.refused)
        compared = await compare(connection, planned, moment)
    links = [links_of(side, moment.entry, request.app.state.settings.public_url) for side in _sides(planned)]
    return conditional(request, encode(comparison_out(compared, given.structure, links)))


def _sides(planned: Plan) -> tuple[FigureQuestion, FigureQuestion]:
    return planned.current, planned.other


def _other(text: str, period: ReportingPeriod) -> ReportingPeriod:
    if text == "previous":
        return previous(period)
    if text == "last_year":
        return a_year_before(period)
    try:
        first, slash, last = text.partition("/")
        return range_of(first, last) if slash else ReportingPeriod.parse(text)
    except PeriodError as error:
        raise PeriodError("with", f"It is neither previous, last_year nor a period: {error.reason}") from None


def not_comparable(parameter: str, refused: Sequence[Break]) -> ProblemError:
    """What is unlike, and the two ways on."""
    reasons = " ".join(dict.fromkeys(one.reason for one in refused))
    first = refused[0].kind
    ways = "Send across=label to get the answers with what makes them unlike"
    if any(one.kind is BreakKind.TERRITORY for one in refused):
        ways += ", structure=now to count all by what the agency is made of today"
    detail = f"{parameter}: {reasons} {ways}; or choose periods on one side."
    return ProblemError(NOT_COMPARABLE, detail, failed_check=first.value.replace("_", "-"), parameter=parameter)

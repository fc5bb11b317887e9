"""The working calendar."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from catalogue.repository import calendar
from catalogue.routes.asking import engine_of, in_order
from catalogue.schemas.operations import Calendar, Day
from shared.contracts.problem import PARAMETER_INVALID, ProblemError, problem_responses
from shared.domain.calendar import CalendarUnknown
from shared.runtime import clock
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/calendar", tags=["calendar"], dependencies=[Depends(requires("catalogue:read"))])

_LONGEST_RANGE = 4_000


@router.get("", summary="Working days", response_model=Calendar, responses=problem_responses(PARAMETER_INVALID))
async def days(
    request: Request,
    from_: Annotated[
        date | None, Query(alias="from", description="First day; default: 1 January of this year.")
    ] = None,
    to: Annotated[date | None, Query(description="Last day; default: 31 December of the first day's year.")] = None,
    revision: Annotated[int | None, Query(ge=1, description="As of this revision; default: the newest.")] = None,
) -> Response:
    """Every day of a range. Refused where the calendar does not reach, instead of guessing."""
    first = from_ or date(clock.today().year, 1, 1)
    last = to or date(first.year, 12, 31)
    in_order(first, last)
    if (last - first).days >= _LONGEST_RANGE:
        raise ProblemError(PARAMETER_INVALID, f"to: At most {_LONGEST_RANGE} days at once.", parameter="to")
    async with snapshot(engine_of(request)) as connection:
        newest, _ = await calendar.newest(connection)
        if revision is not None and revision > newest:
            raise ProblemError(PARAMETER_INVALID, f"revision: The newest is {newest}.", parameter="revision")
        found = await calendar.days(connection, first, last, revision)
    if len(found) != (last - first).days + 1:
        raise CalendarUnknown(first if not found or found[0].day != first else last)
    shown = Calendar(
        revision=revision or newest,
        working_days=sum(day.working for day in found),
        days=[Day.model_validate(day) for day in found],
    )
    return conditional(request, encode(shown))

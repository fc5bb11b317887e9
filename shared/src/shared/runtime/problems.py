"""Turns every failure into an RFC 9457 body, by one table a service.

Users: ``app``. Anything not in a table is a fault of ours: it is logged with its stack and answered without.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg
from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.contracts.problem import (
    BUSY,
    DATABASE_UNAVAILABLE,
    INTERNAL,
    MEDIA_TYPE,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    PARAMETER_INVALID,
    REQUEST_REFUSED,
    Failure,
    Problem,
    ProblemError,
    ProblemType,
)
from shared.runtime.answers import encode
from shared.runtime.logs import logger

_log = logger(__name__)

_DRIVER_LOST = (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
"""The same as SQLAlchemy's, from statements that go to the driver directly."""

ProblemTable = Mapping[type[Exception], ProblemType]


def add_problem_handlers(app: FastAPI, table: ProblemTable) -> None:
    """Answers the exceptions of ``table`` with their problem; the exception's text is the caller's detail."""
    for kind, problem in table.items():
        app.add_exception_handler(kind, _handler_for(problem))
    app.add_exception_handler(ProblemError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(PoolTimeout, _busy)
    for lost in (OperationalError, InterfaceError, ConnectionError, *_DRIVER_LOST):
        app.add_exception_handler(lost, _database)
    app.add_exception_handler(DBAPIError, _statement)
    app.add_exception_handler(Exception, _unexpected)


def problem_response(
    kind: ProblemType,
    detail: str,
    *,
    failed_check: str | None = None,
    errors: list[Failure] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response that carries a problem."""
    body = Problem(
        type=kind.uri,
        title=kind.title,
        status=kind.status,
        detail=detail,
        failed_check=failed_check or kind.slug,
        who_must_act=kind.who_must_act,
        correlation_id=correlation_id.get() or "",
        errors=errors or [],
    )
    every = {"Cache-Control": "no-store", **(headers or {})}
    return Response(encode(body), status_code=kind.status, media_type=MEDIA_TYPE, headers=every)


def _handler_for(kind: ProblemType) -> Any:
    async def handle(_: Request, error: Exception) -> Response:
        parameter = getattr(error, "parameter", None)
        reason = str(error).removeprefix(f"{parameter}: ")
        errors = [Failure(parameter=parameter, reason=reason)] if parameter else []
        return problem_response(kind, str(error), errors=errors)

    return handle


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - narrows the type; registered for this class only
    errors = [Failure(parameter=error.parameter, reason=error.detail)] if error.parameter else []
    return problem_response(
        error.kind, error.detail, failed_check=error.failed_check, errors=errors, headers=error.headers
    )


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows the type
    failures = [
        Failure(
            parameter=".".join(str(step) for step in item["loc"][1:]) or str(item["loc"][0]),
            reason=item["msg"],
        )
        for item in error.errors()
    ]
    detail = "; ".join(f"{failure.parameter}: {failure.reason}" for failure in failures[:5])
    return problem_response(PARAMETER_INVALID, detail, errors=failures[:50])


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type
    if error.status_code == NOT_FOUND.status:
        return problem_response(NOT_FOUND, f"Nothing is served at {request.url.path}.")
    if error.status_code == METHOD_NOT_ALLOWED.status:
        return problem_response(METHOD_NOT_ALLOWED, f"{request.method} is not offered here.", headers=error.headers)
    kind = ProblemType(REQUEST_REFUSED.slug, error.status_code, REQUEST_REFUSED.title, "caller")
    return problem_response(kind, str(error.detail), headers=error.headers)


async def _busy(_: Request, __: Exception) -> Response:
    return problem_response(BUSY, "Try again after the time in Retry-After.", headers={"Retry-After": "2"})


async def _database(_: Request, error: Exception) -> Response:
    _log.error("database unavailable", error=type(error).__name__)
    return problem_response(
        DATABASE_UNAVAILABLE,
        "Our database does not answer; nothing was changed.",
        headers={"Retry-After": "5"},
    )


async def _statement(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)  # noqa: S101 - narrows the type
    if error.connection_invalidated:
        return await _database(request, error)
    return await _unexpected(request, error)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected failure", path=request.url.path, exc_info=error)
    return problem_response(INTERNAL, "The fault was logged under this correlation id; report it to us.")

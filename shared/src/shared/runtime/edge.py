"""What every request passes before a route sees it: bounded body, hard headers, no unknown parameters.

Users: ``app``.
"""

from collections.abc import Iterable
from types import UnionType
from typing import get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.contracts.problem import BODY_TOO_LARGE
from shared.runtime.problems import problem_response

_DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src blob:"
)
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_DOCS = ("/docs", "/redoc")


class HardHeaders:
    """Headers that make a browser treat answers as data only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = _DOCS_POLICY if scope["path"].startswith(_DOCS) else _API_POLICY

        async def harden(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Content-Security-Policy", policy)
            await send(message)

        await self.app(scope, receive, harden)


class BoundedBody:
    """Refuses a request body longer than ``limit`` bytes, declared or streamed, before it is parsed."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.limit:
            await self._refuse(scope, receive, send)
            return
        seen = 0

        async def count() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                raise _TooLong
            return message

        try:
            await self.app(scope, count, send)
        except _TooLong:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem_response(BODY_TOO_LARGE, f"A request body may have at most {self.limit} bytes.")
        await answer(scope, receive, send)


class _TooLong(BaseException):
    """Leaves the application without being caught by its handlers."""


def only_known_parameters(request: Request) -> None:
    """Refuses query parameters a route does not declare, and scalars sent twice.

    A misspelt filter that is silently ignored answers a wider question than was asked, with a figure that looks
    right. Raises RequestValidationError (422).
    """
    known = _query_parameters(request.scope["route"].dependant)
    errors = []
    for name in request.query_params:
        if name not in known:
            errors.append(_error(name, f"This path has no such parameter. {_offer(known)}"))
        elif not known[name] and len(request.query_params.getlist(name)) > 1:
            errors.append(_error(name, "Send it once."))
    if errors:
        raise RequestValidationError(errors)


def _query_parameters(dependant: Dependant) -> dict[str, bool]:
    """Names of the declared query parameters, of the route and of all it depends on, and whether each may repeat."""
    found: dict[str, bool] = {}
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, inner in annotation.model_fields.items():
                found[inner.alias or name] = _repeats(inner.annotation)
        else:
            found[field.alias] = _repeats(annotation)
    for dependency in dependant.dependencies:
        found |= _query_parameters(dependency)
    return found


def _repeats(annotation: object) -> bool:
    choices = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return any(get_origin(choice) in (list, set, tuple) for choice in choices)


def _offer(known: Iterable[str]) -> str:
    """Which parameters there are, so that a caller without the documents can mend the request from its answer."""
    names = sorted(known)
    return f"It takes {', '.join(names)}." if names else "It takes none."


def _error(name: str, reason: str) -> dict[str, object]:
    return {"type": "value_error", "loc": ("query", name), "msg": reason, "input": None}

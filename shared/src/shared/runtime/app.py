"""The application every service is built from: health, docs, problems, guards, metrics.

Users: ``app`` of each service. A route without a scope and without the mark ``public`` stops the start.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import APIRouter, Depends, FastAPI, Path, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.problem import (
    COMMON_PROBLEMS,
    MEDIA_TYPE,
    NOT_FOUND,
    Problem,
    ProblemError,
    ProblemType,
    problem_responses,
)
from shared.runtime.answers import encode
from shared.runtime.auth import ApiKeys, RequiresScope, public
from shared.runtime.edge import BoundedBody, HardHeaders, only_known_parameters
from shared.runtime.problems import ProblemTable, add_problem_handlers
from shared.runtime.settings import ServiceSettings
from shared.runtime.telemetry import RequestMetrics, exposition

Check = Callable[[], Awaitable[str | None]]
"""Answers None when ready, else what is not and who must act."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

VERSION = "1.0.0"
DOCS_PATH = "/docs"


class UnguardedRoute(RuntimeError):
    """A route has neither a scope nor the mark ``public``. The service does not start."""


def create_app(
    *,
    settings: ServiceSettings,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    engine: AsyncEngine | None = None,
    problems: ProblemTable | None = None,
    readiness: Mapping[str, Check] | None = None,
    before_scrape: Callable[[], Awaitable[None]] | None = None,
    lifespan: Lifespan | None = None,
    tags: list[dict[str, Any]] | None = None,
    strict_query: bool = True,
) -> FastAPI:
    """Builds a service. ``engine`` None: the service stores nothing and has no API keys of ours."""
    table = dict(problems or {})
    app = FastAPIOffline(
        title=title,
        description=description,
        version=VERSION,
        openapi_tags=tags,
        lifespan=_lifespan(engine, lifespan),
        docs_url=DOCS_PATH,
        redoc_url=None,
        servers=[{"url": settings.public_url}] if settings.public_url else None,
        dependencies=[Depends(only_known_parameters)] if strict_query else [],
    )
    app.state.settings, app.state.engine = settings, engine
    if engine is not None:
        app.state.api_keys = ApiKeys(engine)
    for router in routers:
        app.include_router(router)
    app.include_router(_operations({**_database_check(engine), **(readiness or {})}, before_scrape))
    app.include_router(_problem_pages([*COMMON_PROBLEMS, *table.values()]))
    add_problem_handlers(app, table)
    app.add_middleware(BoundedBody, limit=settings.max_body_bytes)
    app.add_middleware(HardHeaders)
    app.add_middleware(RequestMetrics)
    app.add_middleware(
        CorrelationIdMiddleware,
        header_name="X-Request-ID",
        validator=_plain_request_id,
        update_request_header=True,
    )
    refuse_unguarded(app)
    _describe_problems(app)
    return app


def routes_of(app: FastAPI) -> list[APIRoute]:
    """Every route with a handler of ours, however deeply its router is nested."""
    found: list[APIRoute] = []
    pending: list[Any] = list(app.routes)
    while pending:
        route = pending.pop()
        if isinstance(route, APIRoute):
            found.append(route)
        pending.extend(getattr(getattr(route, "original_router", None), "routes", ()))
    return found


def guards_of(dependant: Dependant) -> set[str]:
    """The scopes a route asks for; ``public`` where it is open on purpose."""
    found: set[str] = set()
    if isinstance(dependant.call, RequiresScope):
        found.add(dependant.call.scope)
    if dependant.call is public:
        found.add("public")
    for inner in dependant.dependencies:
        found |= guards_of(inner)
    return found


def refuse_unguarded(app: FastAPI) -> None:
    """Raises ``UnguardedRoute`` naming every route that says neither who may call it nor that all may."""
    pages = {DOCS_PATH, app.swagger_ui_oauth2_redirect_url}
    naked = [route.path for route in routes_of(app) if route.path not in pages and not guards_of(route.dependant)]
    if naked:
        raise UnguardedRoute(f"no scope and not public: {', '.join(sorted(naked))}")


def _plain_request_id(text_: str) -> bool:
    return 0 < len(text_) <= 128 and all(letter.isalnum() or letter in "._-" for letter in text_)


def _lifespan(engine: AsyncEngine | None, inner: Lifespan | None) -> Lifespan:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        try:
            if inner is None:
                yield
            else:
                async with inner(app):
                    yield
        finally:
            if engine is not None:
                await engine.dispose()

    return run


def _database_check(engine: AsyncEngine | None) -> dict[str, Check]:
    if engine is None:
        return {}

    async def check() -> str | None:
        try:
            async with engine.connect() as connection:
                await connection.execute(text("select 1"))
        except (SQLAlchemyError, OSError) as error:
            return f"The database does not answer ({type(error).__name__}); the operator must look at it."
        return None

    return {"database": check}


def _operations(checks: Mapping[str, Check], before_scrape: Callable[[], Awaitable[None]] | None) -> APIRouter:
    router = APIRouter(tags=["operations"], dependencies=[Depends(public)])

    @router.get("/livez", summary="Is the process alive")
    async def livez() -> dict[str, str]:
        """Answers without touching anything else: restart the process only if this fails."""
        return {"status": "alive"}

    @router.get(
        "/readyz",
        summary="Can it answer questions now",
        responses={503: {"description": "Not ready; `checks` says what and who must act."}},
    )
    async def readyz() -> Response:
        """200 when every check passes, else 503; `checks` names each with `ready` or the reason."""
        found = {name: await check() for name, check in checks.items()}
        ready = all(reason is None for reason in found.values())
        body = {
            "status": "ready" if ready else "not ready",
            "checks": {name: reason or "ready" for name, reason in found.items()},
        }
        headers = {"Cache-Control": "no-store"}
        return Response(encode(body), 200 if ready else 503, headers, media_type="application/json")

    @router.get("/metrics", summary="Prometheus metrics", response_class=Response)
    async def metrics() -> Response:
        """Text exposition. Labels hold codes and never a person's data; keep it inside the operator's network."""
        if before_scrape is not None:
            await before_scrape()
        return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _problem_pages(kinds: Sequence[ProblemType]) -> APIRouter:
    router = APIRouter(tags=["problems"], dependencies=[Depends(public)])
    listed = {kind.slug: kind for kind in kinds}

    @router.get("/problems", summary="Every kind of problem this service answers with")
    async def problems() -> list[dict[str, Any]]:
        """The `type` of a problem, its status, its title and who must act."""
        return [_page(kind) for _, kind in sorted(listed.items())]

    @router.get("/problems/{slug}", summary="One kind of problem", responses=problem_responses(NOT_FOUND))
    async def problem(slug: Annotated[str, Path(description="The last part of a `type` URI.")]) -> dict[str, Any]:
        """What the `type` URI of a problem leads to."""
        if slug not in listed:
            raise ProblemError(NOT_FOUND, "There is no kind of problem of this name; /problems lists them.")
        return _page(listed[slug])

    return router


def _page(kind: ProblemType) -> dict[str, Any]:
    return {"type": kind.uri, "status": kind.status, "title": kind.title, "who_must_act": kind.who_must_act}


def _describe_problems(app: FastAPI) -> None:
    """Documents each refusal as a problem: FastAPI would describe 422 as its own shape."""
    build = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = build()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
            for path, operations in schema["paths"].items():
                for operation in operations.values():
                    _refusals(path, operation)
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        return app.openapi_schema or schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this as the way to extend it.


def _refusals(path: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    if "security" in operation:
        answers.setdefault("401", {"description": "`key-missing` or `key-unknown`: send a live API key."})
        answers.setdefault("403", {"description": "`scope-missing`: the key lacks the scope."})
        answers.setdefault("503", {"description": "`busy` or `database-unavailable`: try again after Retry-After."})
    for status, answer in answers.items():
        if int(status) >= 400 and path != "/readyz":
            if status == "422":
                answer["description"] = "`parameter-invalid`: `errors` names each parameter and the reason."
            answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}

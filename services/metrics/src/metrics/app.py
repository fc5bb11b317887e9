"""Puts metrics together: settings, engine, routes, problems, readiness, and the follower of the ledger."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from metrics.domain.errors import (
    FigureUnknown,
    FormUnknown,
    IndicatorUnknown,
    NoSigningKey,
    NotOwnAgency,
    NotPublished,
    ProjectionBehind,
    PublicationUnknown,
    QuestionError,
    RepeatedOtherwise,
    StillAtIt,
)
from metrics.domain.judging import RULE
from metrics.follower import Follower
from metrics.kept import KeptAnswers
from metrics.repository import projection, sources
from metrics.routes import (
    annual,
    card,
    comparison,
    figures,
    forms,
    freshness,
    ii07b,
    indicators,
    publications,
    query,
    ranking,
    restatement,
    series,
    simplification,
)
from metrics.routes.downloads import AT_ONCE
from metrics.routes.indicators import NOT_OWN_AGENCY
from metrics.routes.publications import NO_SIGNING_KEY, REPEATED_OTHERWISE, STILL_AT_IT
from metrics.settings import MetricsSettings, signer_from
from metrics.tables import SCHEMA
from shared.contracts.problem import NOT_FOUND, PARAMETER_INVALID, ProblemType
from shared.runtime import migrate
from shared.runtime.app import Check, Lifespan, create_app
from shared.runtime.database import create_engine

BEHIND = ProblemType("projection-behind", 503, "The ledger entry is not yet in the figures; try again shortly", "us")

PROBLEMS: dict[type[Exception], ProblemType] = {
    QuestionError: PARAMETER_INVALID,
    FigureUnknown: NOT_FOUND,
    FormUnknown: NOT_FOUND,
    IndicatorUnknown: NOT_FOUND,
    NotOwnAgency: NOT_OWN_AGENCY,
    PublicationUnknown: NOT_FOUND,
    NotPublished: NOT_FOUND,
    RepeatedOtherwise: REPEATED_OTHERWISE,
    StillAtIt: STILL_AT_IT,
    NoSigningKey: NO_SIGNING_KEY,
    ProjectionBehind: BEHIND,
}

_DESCRIPTION = """Compliance figures for administrative procedures, each with formula, counts, bounds, sources, age.

A figure is never a bare number. `null` is not 0 and not 100 %: see `reason`. `complete` is true only when it is
proven. Ask again with what `as_of` of an answer says to get the same numbers for ever."""

_TAGS = [
    {"name": "figures", "description": "The dictionary and its figures (scope figures:read; dossiers: lineage:read)."},
    {"name": "forms", "description": "Report forms (scope figures:read)."},
    {"name": "indicators", "description": "Numbers entered by hand (figures:read; entering: indicators:write)."},
    {"name": "publications", "description": "Frozen, chained, signed (figures:read; publishing: publish)."},
]


def build(settings: MetricsSettings) -> FastAPI:
    """The application. Its follower of the ledger starts and ends with it when ``settings.projector`` is on.

    Raises ``KeyUnusable`` for a signing key that is none: a service that cannot sign what it should must not start.
    """
    signer = signer_from(settings)
    engine = create_engine(
        settings.database_url, application_name="motcua-metrics", pool_size=settings.database_pool_size
    )
    follower = Follower(
        engine,
        settings.database_url,
        poll_seconds=settings.projector_poll_seconds,
        most_rows=settings.projector_batch_rows,
    )
    app = create_app(
        settings=settings,
        title="Motcua metrics",
        description=_DESCRIPTION,
        # A form with a path of its own stands before the one that takes any name.
        routers=[
            figures.router,
            series.router,
            ranking.router,
            comparison.router,
            simplification.router,
            query.router,
            annual.router,
            card.router,
            ii07b.router,
            forms.router,
            indicators.router,
            publications.router,
            restatement.router,
            freshness.router,
        ],
        engine=engine,
        problems=PROBLEMS,
        readiness=_readiness(engine, settings, follower),
        lifespan=_following(follower) if settings.projector else None,
        tags=_TAGS,
    )
    app.state.answers = KeptAnswers(settings.answers_kept)
    app.state.signer, app.state.publishing = signer, set()
    app.state.rendering = asyncio.Semaphore(AT_ONCE)
    return app


def _following(follower: Follower) -> Lifespan:
    @asynccontextmanager
    async def run(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(follower.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return run


def _readiness(engine: AsyncEngine, settings: MetricsSettings, follower: Follower) -> dict[str, Check]:
    async def migrations() -> str | None:
        newest = migrate.head("metrics")
        async with engine.connect() as connection:
            found = await migrate.current(connection, SCHEMA)
        if found == newest:
            return None
        return f"The schema is at {found}, this program needs {newest}: the operator must run `metrics migrate`."

    async def projected() -> str | None:
        async with engine.connect() as connection:
            standing, place = await sources.standing(connection), await projection.place(connection)
        if place is not None and place.rule != RULE:
            return f"Rows were judged by rule {place.rule}, not {RULE}: the operator must run `metrics rebuild`."
        if follower.trouble is not None:
            return follower.trouble
        lag = standing.newest - standing.entry
        return f"{lag} ledger entries are not yet in the figures." if lag > settings.most_entries_behind else None

    return {"migrations": _answering(migrations), "projection": _answering(projected)}


def _answering(check: Check) -> Check:
    """A database that cannot answer is a reason, not a failure of the readiness page."""

    async def run() -> str | None:
        try:
            return await check()
        except (SQLAlchemyError, OSError) as error:
            return f"It cannot be checked ({type(error).__name__}); the operator must look at the database."

    return run

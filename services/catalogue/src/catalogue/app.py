"""Puts the catalogue's HTTP service together."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.clients import ClientUnknown, ScopeUnknown
from catalogue.file_imports import ImportBusy
from catalogue.gauges import refresh_gauges
from catalogue.portals import Unreadable
from catalogue.repository import calendar
from catalogue.routes import agencies, changes, clients, decisions, feeds, imports, limits, procedures
from catalogue.routes import calendar as calendar_routes
from catalogue.seed import seed
from catalogue.settings import CatalogueSettings
from shared.contracts.problem import ProblemType
from shared.domain.calendar import CalendarUnknown
from shared.runtime import clock
from shared.runtime.app import create_app
from shared.runtime.database import create_engine, snapshot
from shared.runtime.migrate import current, head

TITLE = "Motcua catalogue"
DESCRIPTION = """Administrative procedures, agencies, publication decisions, online services and the working calendar.

Everything that changes is kept in versions. A **change** is numbered without a gap; `as_of` takes a change number, or
a day (what was known at its end in Asia/Ho_Chi_Minh), and the same question as of the same change is answered the
same for ever. What was *known* is one thing, what was *in force* another: `in_force_on` asks for the latter.

Send `Authorization: Bearer mtc_…` with a key that has the scope each path names.
"""
TAGS = [
    {"name": "procedures", "description": "Thủ tục hành chính: what is published, with limits and history."},
    {"name": "agencies", "description": "Cơ quan, lĩnh vực: agencies with successions, and fields."},
    {"name": "decisions", "description": "Quyết định công bố: what each brings in, changes and takes away."},
    {"name": "calendar", "description": "The working days of the State's offices."},
    {"name": "changes", "description": "The change feed: what changed, in order."},
    {"name": "feeds", "description": "Syncing: feeds, runs and quarantined records."},
    {"name": "clients", "description": "API clients of agencies and their keys."},
]
PROBLEMS: dict[type[Exception], ProblemType] = {
    ClientUnknown: clients.CLIENT_UNKNOWN,
    ScopeUnknown: ProblemType("scope-unknown", 422, "There is no such scope", "caller"),
    ImportBusy: ProblemType("import-busy", 409, "Another import into this catalogue is going on", "caller"),
    Unreadable: ProblemType("decisions-unreadable", 422, "The decisions cannot be read", "caller"),
    CalendarUnknown: ProblemType("calendar-unknown", 422, "The working calendar does not reach that day", "caller"),
}


def build(settings: CatalogueSettings) -> FastAPI:
    """The application over the database of the settings."""
    engine = create_engine(settings.database_url, application_name="catalogue", pool_size=settings.database_pool_size)
    return assemble(settings, engine)


def assemble(settings: CatalogueSettings, engine: AsyncEngine) -> FastAPI:
    """The application over an engine, which it disposes of at its end."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if await _asked(_schema, engine) is None:
            await seed(engine)
        yield

    return create_app(
        settings=settings,
        title=TITLE,
        description=DESCRIPTION,
        routers=[
            procedures.router,
            limits.router,
            agencies.router,
            decisions.router,
            calendar_routes.router,
            changes.router,
            feeds.router,
            imports.router,
            clients.router,
        ],
        engine=engine,
        problems=PROBLEMS,
        before_scrape=partial(refresh_gauges, engine),
        readiness={"schema": partial(_asked, _schema, engine), "calendar": partial(_asked, _calendar, engine)},
        lifespan=lifespan,
        tags=TAGS,
    )


async def _asked(check: Callable[[AsyncEngine], Awaitable[str | None]], engine: AsyncEngine) -> str | None:
    try:
        return await check(engine)
    except (SQLAlchemyError, OSError) as error:
        return f"It cannot be told while the database does not answer ({type(error).__name__})."


async def _schema(engine: AsyncEngine) -> str | None:
    newest = head("catalogue")
    async with snapshot(engine) as connection:
        found = await current(connection, "catalogue")
    if found == newest:
        return None
    return f"The schema is at version {found}, not {newest}; run `python -m catalogue migrate`."


async def _calendar(engine: AsyncEngine) -> str | None:
    if await _schema(engine) is not None:
        return "It waits for the schema."
    today = clock.today()
    async with snapshot(engine) as connection:
        found = await calendar.days(connection, today, today)
    return None if found else f"The working calendar does not reach {today}; run `python -m catalogue seed`."

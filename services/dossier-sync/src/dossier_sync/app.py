"""Puts dossier-sync together: settings, engine, portals, routes, problems, readiness, gauges."""

from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.configuration import FileWatch
from dossier_sync.gauges import refresh_gauges, set_file_refused
from dossier_sync.inbound import Rules, Terms
from dossier_sync.routes import (
    alarms,
    at_risk,
    console,
    dossiers,
    feeds,
    inbound,
    ledger,
    near_duplicates,
    pending,
    quarantine,
    reconciliation,
    replays,
)
from dossier_sync.routes.parameters import FEED_IS_PUSHED, FeedIsPushed
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.tables import SCHEMA
from shared.contracts.problem import ProblemType
from shared.domain.calendar import CalendarUnknown
from shared.runtime import migrate
from shared.runtime.app import Check, create_app
from shared.runtime.database import create_engine

_DESCRIPTION = """Dossiers (hồ sơ) as the portals tell them, in a gap-free ledger.

Every page of a portal that changed something is one **entry**: revisions of dossiers, and records set aside. Follow
`/v1/ledger?after=` and you miss nothing. A feed is `fresh` only while its data are proven complete; a silent portal is
`stale`, never zero. No person's data is kept: names, numbers and addresses are not even decoded."""

CALENDAR_UNKNOWN = ProblemType("calendar-unknown", 503, "The working calendar does not reach that day", "us")

_TAGS = [
    {
        "name": "feeds",
        "description": "What is read from where, how it went, and running it now (sync:read, sync:operate).",
    },
    {"name": "quarantine", "description": "Records set aside, with the reason (sync:read, sync:operate)."},
    {"name": "reconciliation", "description": "Our counts beside the portals' own (sync:read)."},
    {"name": "dossiers", "description": "Dossiers and their history (dossiers:read)."},
    {"name": "inbound", "description": "The national portal's push contract, for one-stop systems (dossiers:push)."},
    {"name": "ledger", "description": "Changes in order (dossiers:read)."},
]


def build(settings: DossierSyncSettings) -> FastAPI:
    """The application. Syncing is the worker's business: ``python -m dossier_sync work``."""
    engine = engine_of(settings)

    watched = FileWatch(settings)

    async def gauges() -> None:
        set_file_refused(watched.refused())
        await refresh_gauges(engine, watched.feeds)

    app = create_app(
        settings=settings,
        title="Motcua dossier-sync",
        description=_DESCRIPTION,
        routers=[
            alarms.router,
            feeds.router,
            quarantine.router,
            replays.router,
            at_risk.router,
            near_duplicates.router,
            pending.router,
            reconciliation.router,
            dossiers.router,
            ledger.router,
            inbound.router,
            console.router,
        ],
        engine=engine,
        readiness={"schema": _schema_check(engine)},
        before_scrape=gauges,
        problems={CalendarUnknown: CALENDAR_UNKNOWN, FeedIsPushed: FEED_IS_PUSHED},
        tags=_TAGS,
    )
    app.state.inbound = _terms(settings, watched)
    return app


def _terms(settings: DossierSyncSettings, watched: FileWatch) -> Terms:
    return Terms(
        success=settings.inbound_success,
        session_lasts=timedelta(seconds=settings.inbound_session_seconds),
        most_records=settings.inbound_most_records,
        deadline_seconds=settings.inbound_deadline_seconds,
        skew=timedelta(seconds=settings.skew_seconds),
        rules=Rules(),
        said_of=watched.pushes,
    )


def engine_of(settings: DossierSyncSettings) -> AsyncEngine:
    """The engine of a command or of the API."""
    return create_engine(
        settings.database_url, application_name="motcua-dossier-sync", pool_size=settings.database_pool_size
    )


def _schema_check(engine: AsyncEngine) -> Check:
    async def check() -> str | None:
        newest = migrate.head("dossier_sync")
        try:
            async with engine.connect() as connection:
                found = await migrate.current(connection, SCHEMA)
        except (SQLAlchemyError, OSError):
            return "The database does not answer; the operator must look at it."
        if found == newest:
            return None
        return f"Schema {SCHEMA} is at {found or 'no version'}, this code needs {newest}: run the migrations."

    return check

"""The operators' console: read-only pages behind an agency's key, in a cookie no script and no other site can use."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from dossier_sync.console.alarms import alarms_of, every_portal_away
from dossier_sync.console.pages import HOME, page, style
from dossier_sync.console.words import Language
from dossier_sync.domain.dossier import Reason
from dossier_sync.domain.reasons import EXPLAINED
from dossier_sync.repository.asides import Group, groups
from dossier_sync.repository.feeds import FeedRow, list_feeds, list_runs
from dossier_sync.repository.reconciling import latest, list_totals
from dossier_sync.repository.replays import list_replays
from dossier_sync.schemas.reconciliation import ReconciledOut
from shared.runtime.auth import ApiKeys, Principal, RequiresScope, public
from shared.runtime.database import snapshot

COOKIE = "motcua_console"
_SESSION = timedelta(hours=12)
_LONGEST_KEY = 200
_RUNS, _GROUPS, _ORDERS, _DIFFERENCES = 50, 500, 20, 200


class _SignedIn(RequiresScope):
    """The console's guard: the key of the cookie must hold the scope, now; else the way leads to the sign-in page."""

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]  # a cookie, not a header
        principal = await _principal(request, request.cookies.get(COOKIE, ""))
        if principal is None or self.scope not in principal.scopes:
            raise HTTPException(303, "Sign in first.", headers={"Location": f"{HOME}/sign-in"})
        return principal


_Lang = Annotated[Language, Query(alias="lang", description="`vi` or `en`.")]
_Feed = Annotated[str | None, Query(description="Only this feed.", max_length=200)]

router = APIRouter(prefix=HOME, include_in_schema=False)
_READS = [Depends(_SignedIn("sync:read"))]


@router.get("/style.css", dependencies=[Depends(public)])
async def style_sheet() -> Response:
    """The style sheet; it holds nothing of anybody."""
    return PlainTextResponse(style(), media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/sign-in", dependencies=[Depends(public)])
async def sign_in_page(lang: _Lang = Language.VI) -> Response:
    """Asks for a key."""
    return page("sign_in.html", lang, path=f"{HOME}/sign-in", refused=False)


@router.post("/sign-in", dependencies=[Depends(public)])
async def sign_in(request: Request, lang: _Lang = Language.VI) -> Response:
    """Keeps the key in the browser for this session, if it may read here."""
    told = parse_qs((await request.body()).decode("ascii", "replace"), max_num_fields=5)
    key = told.get("key", [""])[0].strip()
    principal = await _principal(request, key)
    if principal is None or "sync:read" not in principal.scopes:
        return page("sign_in.html", lang, status=401, path=f"{HOME}/sign-in", refused=True)
    answer = RedirectResponse(f"{HOME}?lang={lang}", status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, key, max_age=int(_SESSION.total_seconds()), path=HOME, secure=secure, httponly=True, samesite="strict"
    )
    return answer


@router.post("/sign-out", dependencies=[Depends(public)])
async def sign_out(lang: _Lang = Language.VI) -> Response:
    """Forgets the key."""
    answer = RedirectResponse(f"{HOME}/sign-in?lang={lang}", status_code=303)
    answer.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict")
    return answer


@router.get("", dependencies=_READS)
async def feeds_page(request: Request, lang: _Lang = Language.VI) -> Response:
    """Every feed: what its data are worth, what went wrong, when it is read next."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_feeds(connection)
    feeds = [_feed(row) for row in rows]
    feeds.sort(key=lambda one: not one["alarms"])
    troubled = sum(bool(one["alarms"]) for one in feeds)
    return page("feeds.html", lang, feeds=feeds, troubled=troubled, all_away=every_portal_away(rows))


@router.get("/runs", dependencies=_READS)
async def runs_page(request: Request, feed: _Feed = None, lang: _Lang = Language.VI) -> Response:
    """The newest runs, with what each saw."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_runs(connection, name=feed, limit=_RUNS)
    return page("runs.html", lang, path=f"{HOME}/runs", runs=rows, feed=feed)


@router.get("/quarantine", dependencies=_READS)
async def quarantine_page(request: Request, feed: _Feed = None, lang: _Lang = Language.VI) -> Response:
    """What is set aside, by reason, with what to do; and the newest orders to read it again."""
    async with snapshot(request.app.state.engine) as connection:
        found = await groups(connection, name=feed, limit=_GROUPS)
        orders = await list_replays(connection, name=feed, limit=_ORDERS)
    reasons = [_reason(reason, found) for reason in Reason if any(one.reason == reason for one in found)]
    return page("quarantine.html", lang, path=f"{HOME}/quarantine", reasons=reasons, orders=orders, feed=feed)


@router.get("/reconciliation")
async def reconciliation_page(
    request: Request,
    caller: Annotated[Principal, Depends(_SignedIn("sync:read"))],
    lang: _Lang = Language.VI,
) -> Response:
    """The length of the portals' lists beside ours, and every month's count of theirs that nothing explains."""
    async with snapshot(request.app.state.engine) as connection:
        totals = await list_totals(connection)
        rows = await latest(connection, agency=caller.agency_code, only_unexplained=True, limit=_DIFFERENCES)
    counts = [*map(ReconciledOut.of_list, totals), *map(ReconciledOut.of, rows)]
    return page("reconciliation.html", lang, path=f"{HOME}/reconciliation", counts=counts)


async def _principal(request: Request, key: str) -> Principal | None:
    if not 0 < len(key) <= _LONGEST_KEY:
        return None
    keys: ApiKeys = request.app.state.api_keys
    return await keys.principal(key)


def _feed(row: FeedRow) -> dict[str, object]:
    next_at = row.next_at if row.closed_until is None else max(row.next_at, row.closed_until)
    return {"row": row, "alarms": alarms_of(row), "every": timedelta(seconds=row.every_seconds), "next_at": next_at}


def _reason(reason: Reason, found: list[Group]) -> dict[str, object]:
    own = [one for one in found if one.reason == reason]
    return {"name": str(reason), "told": EXPLAINED[reason], "groups": own, "total": sum(one.records for one in own)}

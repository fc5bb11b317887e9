"""``python -m dossier_sync serve | work | run | check-portal | alarms | approve | retry | remap | migrate | verify |
reconcile | compare-copies | import-petitions | import-votes``."""

import argparse
import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.app import build, engine_of
from dossier_sync.approving import approve
from dossier_sync.checking import Grade, check
from dossier_sync.configuration import FileWatch, configured
from dossier_sync.copies import MOST, compare
from dossier_sync.domain.alarms import WHAT_TO_DO, Alarm, Decision
from dossier_sync.domain.dossier import Reason
from dossier_sync.domain.exclusion import rule_of
from dossier_sync.domain.reconciling import months_before
from dossier_sync.domain.replay import Order, Replay, Trigger, What
from dossier_sync.petitions import import_petitions
from dossier_sync.plan import Plans
from dossier_sync.reconciling import MONTHS, Subject, reconcile_all
from dossier_sync.replaying import TestsOf, bounds_of, settle, settle_pushed
from dossier_sync.repository.alarms import AlarmRow, open_alarms
from dossier_sync.repository.inbound import is_pushed
from dossier_sync.repository.replays import order
from dossier_sync.repository.rules import links, statutory_dates
from dossier_sync.repository.verify import verify
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.sync import Drained
from dossier_sync.tables import SCHEMA
from dossier_sync.votes import import_votes
from dossier_sync.wiring import environment_plan, source_of
from dossier_sync.worker import Habits, work, work_once
from shared.runtime import logs, process
from shared.runtime.clock import LOCAL_ZONE, now
from shared.runtime.database import DATABASE_TROUBLE, snapshot, transaction
from shared.runtime.http import PortalError
from shared.runtime.migrate import upgrade
from shared.runtime.telemetry import expose
from shared.sync.portal_file import PortalFileInvalid
from shared.sync.tables import FULL, INCREMENTAL
from shared.sync.verdicts import Verdict
from shared.sync.watched_file import FilePlans

UNUSABLE = 64
"""Exit code: the configuration cannot be used."""

_log = logs.logger(__name__)
_OTHER_WORKER_SECONDS = 60
_MOST_MONTHS = 120
_MOST_COPIES = 10_000
_COMMAND = "command"
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def main() -> None:
    """Reads the settings from the environment and does what is asked. Exit code 1: it was tried and did not succeed."""
    asked = _parser().parse_args()
    settings = DossierSyncSettings()
    logs.configure("dossier-sync", settings.log_level)
    if asked.command == "serve":
        process.serve(build(settings), settings)
    elif asked.command == "migrate":
        upgrade("dossier_sync", SCHEMA, settings.database_url)
    else:
        sys.exit(process.run(_with_engine(settings, asked)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dossier_sync", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the API")
    commands.add_parser("migrate", help="bring the schema to the newest version")
    commands.add_parser("work", help="carry feeds that are due until SIGTERM; start as many as you like")
    run = commands.add_parser("run", help="one run of one feed, now")
    run.add_argument("--feed", help="<portal>/<kind>; the first configured one by default")
    run.add_argument("--mode", choices=[FULL, INCREMENTAL], help="full when the feed was never read, else incremental")
    check = commands.add_parser("check-portal", help="try a portal: login, one page, what we understand of it")
    check.add_argument("portal", help="its name in the file of portals")
    alarms = commands.add_parser("alarms", help="what a person must decide on or look at, and what to do")
    alarms.add_argument("--feed", help="<portal>/<kind>; every one by default")
    decided = commands.add_parser("approve", help="decide an alarm: let a feed pass its brake, or keep what we hold")
    decided.add_argument("--feed", required=True, help="<portal>/<kind>")
    decided.add_argument("--alarm", required=True, choices=[str(alarm) for alarm in Alarm])
    decided.add_argument(
        "--decision", required=True, choices=[str(one) for one in Decision], help="accept: the portal is right"
    )
    decided.add_argument(
        "--rows", required=True, type=int, help="how many dossiers it says it is about: what grew since is not decided"
    )
    decided.add_argument("--by", required=True, type=_account, help="the account that decides; kept beside the alarm")
    commands.add_parser("verify", help="recompute the digest chain and compare revisions with heads")
    remap = commands.add_parser("remap", help="read current dossiers again from what is stored, with the present maps")
    remap.add_argument("--feed", help="<portal>/<kind>; the first configured one by default")
    remap.add_argument("--all", action="store_true", help="every dossier, not only those whose state is in no map")
    retry = commands.add_parser("retry", help="read again what is set aside")
    retry.add_argument("--feed", help="<portal>/<kind>; the first configured one by default")
    retry.add_argument("--reason", choices=[str(reason) for reason in Reason], help="only for this reason")
    counts = commands.add_parser("reconcile", help="ask the portals for their own counts and compare ours with them")
    counts.add_argument("--feed", help="<portal>/<kind>; every configured one by default")
    counts.add_argument("--months", type=int, default=MONTHS, help="how many months, this one included")
    copies = commands.add_parser("compare-copies", help="ask the feed's look-ups for the newest dossiers, and compare")
    copies.add_argument("--feed", help="<portal>/<kind>; every configured one by default")
    copies.add_argument("--most", type=int, default=MOST, help="dossiers of each feed, one request for each")
    petitions = commands.add_parser(
        "import-petitions", help="read petitions (a JSON or CSV list) into the petition table"
    )
    petitions.add_argument("source", help="a file, or an http(s) address")
    votes = commands.add_parser("import-votes", help="read votes on the handling of dossiers (a JSON or CSV list)")
    votes.add_argument("source", help="a file, or an http(s) address")
    return parser


def _account(given: str) -> str:
    if not _ACCOUNT.fullmatch(given):
        raise argparse.ArgumentTypeError("an account, not a person's name: letters, digits and . _ - @, 64 at most")
    return given


async def _with_engine(settings: DossierSyncSettings, asked: argparse.Namespace) -> int:
    engine = engine_of(settings)
    try:
        return await _COMMANDS[asked.command](settings, engine, asked)
    except PortalFileInvalid as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    finally:
        await engine.dispose()


async def _work(settings: DossierSyncSettings, engine: AsyncEngine, _: argparse.Namespace) -> int:
    stop = _stop_on_signals()
    expose(settings.host, settings.worker_metrics_port)
    plans = await _configured_at_last(settings, engine, stop)
    if plans is None:
        return 0
    if isinstance(plans, FilePlans):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, plans.look_again)
    await work(engine, _habits(settings, plans), stop)
    return 0


async def _configured_at_last(settings: DossierSyncSettings, engine: AsyncEngine, stop: asyncio.Event) -> Plans | None:
    """A database that is away is waited for, as the worker does later on. None: told to stop meanwhile."""
    while not stop.is_set():
        try:
            return await configured(settings, engine)
        except DATABASE_TROUBLE as error:
            _log.error("the database does not answer", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), settings.poll_seconds)
    return None


async def _run(settings: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    """Waits for a worker that holds the feed at the moment; then the run is ours."""
    plans = await configured(settings, engine)
    stop, habits = _stop_on_signals(), _habits(settings, plans)
    ending = None
    feed = asked.feed or min(plans.current(), default=settings.feed)
    for _ in range(_OTHER_WORKER_SECONDS * 5):
        with suppress(Drained):
            ending = await work_once(engine, habits, stop, only=feed, mode=asked.mode)
        if ending is not None or stop.is_set():
            break
        await asyncio.sleep(0.2)
    if ending is None:
        print(f"{feed}: no run; the feed is unknown, or another worker holds it", file=sys.stderr)
        return 1
    print(f"{feed}: {ending.verdict}" + (f" ({ending.failure}: {ending.detail})" if ending.failure else ""))
    if settings.petitions_url:
        print(f"petitions: {await import_petitions(engine, settings.petitions_url)}")
    return 1 if ending.verdict is Verdict.FAILED else 0


async def _alarms(_: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    """Exit code 3: something stands."""
    async with snapshot(engine) as connection:
        standing = await open_alarms(connection, asked.feed)
    for row in standing:
        _tell_alarm(row)
        print(f"  {WHAT_TO_DO[Alarm(row.name)]}")
    return 3 if standing else 0


async def _approve(_: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    alarm, decision, by = Alarm(asked.alarm), Decision(asked.decision), f"{_COMMAND}:{asked.by}"
    standing = await approve(engine, asked.feed, alarm, decision, by, at_most=asked.rows)
    if standing is None:
        told = f"no alarm {alarm} is open for {asked.rows} dossiers or fewer; `alarms` says which are"
        print(f"{asked.feed}: {told}", file=sys.stderr)
        return 1
    for row in standing:
        _tell_alarm(row)
    if decision is Decision.ACCEPT:
        print(f"{asked.feed}: a full run is asked for")
    return 0


def _tell_alarm(row: AlarmRow) -> None:
    decided = f"{row.decision} by {row.decided_by}" if row.decision else "not decided"
    print(
        f"{row.feed}: {row.name}, {row.rows} dossiers, since {row.raised_at:%Y-%m-%d %H:%MZ}, {decided}: {row.detail}"
    )


async def _remap(settings: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    return await _replay(settings, engine, asked.feed, What.HEADS if asked.all else What.UNMAPPED)


async def _retry(settings: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    return await _replay(settings, engine, asked.feed, What.QUARANTINE, (asked.reason,) if asked.reason else None)


async def _replay(
    settings: DossierSyncSettings,
    engine: AsyncEngine,
    named: str | None,
    what: What,
    reasons: tuple[str, ...] | None = None,
) -> int:
    """At once, in this process: a worker that holds the feed meanwhile takes turns with us, page by page."""
    plans = (await configured(settings, engine)).current()
    feed = named or min(plans, default=settings.feed)
    if is_pushed(feed):
        return await _replay_pushed(settings, engine, Order(feed, what, Trigger.OPERATOR, _COMMAND, reasons))
    if feed not in plans:
        print(f"{feed}: no such feed is configured", file=sys.stderr)
        return 1
    async with transaction(engine) as connection:
        number = await order(connection, Order(feed, what, Trigger.OPERATOR, _COMMAND, reasons))
        statutory, listed = await statutory_dates(connection), (await links(connection)).flags
    portal = plans[feed].open()
    try:
        bounds = bounds_of(now(), plans[feed].window.skew, statutory.due, listed, rule_of(plans[feed].test_dossiers))
        ended = await settle(engine, portal, feed, bounds, _stop_on_signals(), only=number)
    finally:
        await portal.aclose()
    return _told_of(ended)


async def _replay_pushed(settings: DossierSyncSettings, engine: AsyncEngine, wanted: Order) -> int:
    async with transaction(engine) as connection:
        number = await order(connection, wanted)
    if number is None:
        print(f"{wanted.feed}: nobody has pushed to such a feed", file=sys.stderr)
        return 1
    skew, stop = timedelta(seconds=settings.skew_seconds), _stop_on_signals()
    return _told_of(await settle_pushed(engine, skew, _tests_of(settings), stop, only=number))


def _told_of(ended: list[Replay]) -> int:
    for one in ended:
        print(f"{one.feed}: {one.tried} read again, {one.let_in} let in, {one.changed} dossiers changed")
    return 0 if ended else 1


async def _check_portal(settings: DossierSyncSettings, _: AsyncEngine, asked: argparse.Namespace) -> int:
    """Stores nothing and needs no database. Exit code 0: trust it; 3: usable, with doubts; 1: mend it first."""
    source = source_of(settings)
    plans = [environment_plan(settings)] if source is None else source.plans(source.read()).values()
    chosen = [plan for plan in plans if plan.portal == asked.portal]
    if not chosen:
        known = ", ".join(sorted(plan.portal for plan in plans))
        print(f"there is no portal {asked.portal} with a feed of dossiers; there is: {known}", file=sys.stderr)
        return UNUSABLE
    worst = Grade.GOOD
    for plan in chosen:
        report = await check(plan)
        print(plan.feed, *report.findings, sep="\n  ")
        worst = report.worst
    return {Grade.GOOD: 0, Grade.DOUBTFUL: 3, Grade.BROKEN: 1}[worst]


async def _reconcile(settings: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    """Exit code 1: a portal could not be asked, or a difference is left unexplained."""
    plans, at = (await configured(settings, engine)).current(), now()
    months = months_before(at.astimezone(LOCAL_ZONE).date(), max(1, min(asked.months, _MOST_MONTHS)))
    odd = False
    for plan in [plan for name, plan in sorted(plans.items()) if asked.feed in (None, name)]:
        portal = plan.open()
        try:
            subject = Subject(plan.portal, plan.feed, plan.agency_code)
            passes = await reconcile_all(engine, subject, portal, plan.evaluations, months, now=at)
        finally:
            await portal.aclose()
        for one in passes:
            odd = odd or bool(one.failure or one.unexplained)
            told = one.failure or f"{len(one.compared)} counts compared, {one.unexplained} not explained"
            print(f"{one.portal} ({one.source}): {told}")
    return 1 if odd else 0


async def _compare_copies(settings: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    """Nothing of ours is changed. Exit code 1: no look-up is configured for the feed, or none answered."""
    compared = 0
    for plan in (await configured(settings, engine)).current().values():
        for name, opens in plan.look_ups.items() if asked.feed in (None, plan.feed) else ():
            copies = opens()
            try:
                found = await compare(engine, plan.feed, name, copies, max(1, min(asked.most, _MOST_COPIES)))
            finally:
                await copies.aclose()
            compared += sum(found.values())
            print(f"{plan.feed} at {name}: " + (", ".join(f"{n} {one}" for one, n in found.items()) or "none compared"))
    return 0 if compared else 1


async def _verify(_: DossierSyncSettings, engine: AsyncEngine, __: argparse.Namespace) -> int:
    async with snapshot(engine) as connection:
        found = await verify(connection)
    held = f"{found.entries} entries, {found.revisions} revisions, sha256:{found.digest.hex()}"
    print(f"broken at {found.broken} (held: {held})" if found.broken else f"the chain holds: {held}")
    return 1 if found.broken else 0


async def _import_petitions(_: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    try:
        print(f"petitions: {await import_petitions(engine, asked.source)}")
    except (PortalError, ValueError, OSError) as error:
        print(f"petitions: {error}", file=sys.stderr)
        return 1
    return 0


async def _import_votes(_: DossierSyncSettings, engine: AsyncEngine, asked: argparse.Namespace) -> int:
    try:
        print(f"votes: {await import_votes(engine, asked.source)}")
    except (PortalError, ValueError, OSError) as error:
        print(f"votes: {error}", file=sys.stderr)
        return 1
    return 0


_Command = Callable[[DossierSyncSettings, AsyncEngine, argparse.Namespace], Awaitable[int]]
_COMMANDS: dict[str, _Command] = {
    "work": _work,
    "run": _run,
    "alarms": _alarms,
    "approve": _approve,
    "remap": _remap,
    "retry": _retry,
    "check-portal": _check_portal,
    "verify": _verify,
    "reconcile": _reconcile,
    "compare-copies": _compare_copies,
    "import-petitions": _import_petitions,
    "import-votes": _import_votes,
}


def _habits(settings: DossierSyncSettings, plans: Plans) -> Habits:
    return Habits(
        owner=_owner(),
        plans=plans,
        lease=timedelta(seconds=settings.lease_seconds),
        poll_seconds=settings.poll_seconds,
        grace=timedelta(seconds=settings.grace_seconds),
        hung_after=timedelta(seconds=max(settings.hung_seconds, 2 * settings.deadline_seconds)),
        test_dossiers=_tests_of(settings),
        skew=timedelta(seconds=settings.skew_seconds),
    )


def _tests_of(settings: DossierSyncSettings) -> TestsOf:
    watched = FileWatch(settings)
    return lambda agency: watched.pushes(agency).test_dossiers


def _owner() -> str:
    return f"{socket.gethostname()}/{os.getpid()}"


def _stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C: the page under way is finished, the lease let go."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


if __name__ == "__main__":
    main()

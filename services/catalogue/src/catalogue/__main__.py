"""``python -m catalogue``: serve, sync, migrate, seed, and look after clients, decisions and the calendar."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import clients, file_imports, importing, seed, succession
from catalogue.app import build
from catalogue.clients import ClientError
from catalogue.configuration import configured
from catalogue.domain.agency import Succession
from catalogue.file_imports import MOST_FILES, ImportBusy, Terms, read_file
from catalogue.portals import Unreadable
from catalogue.portals.decision_list import decode
from catalogue.portals.office_file import MOST_BYTES
from catalogue.portals.succession_list import decode as decode_successions
from catalogue.repository.clients import Client
from catalogue.seed import DayUnknown
from catalogue.settings import CatalogueSettings
from catalogue.succession import Recorded, SuccessionRefused
from catalogue.sync import Outcome, run_feed
from catalogue.wiring import policy
from catalogue.worker import owner, work
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.runtime import logs, process
from shared.runtime.database import create_engine
from shared.runtime.migrate import upgrade
from shared.runtime.telemetry import expose
from shared.sync.portal_file import PortalFileInvalid
from shared.sync.secrets import SecretMissing
from shared.sync.verdicts import PROVEN, Verdict
from shared.sync.watched_file import FilePlans

Command = Callable[[AsyncEngine, CatalogueSettings, argparse.Namespace], Awaitable[int]]

DONE, PARTIAL, FAILED, BUSY, REFUSED = 0, 1, 2, 3, 64
"""Exit codes. ``sync``: proven; something is missing; nothing could be read; somebody else holds the feed."""


_REFUSALS = (
    ClientError,
    DayUnknown,
    IdentifierError,
    PortalFileInvalid,
    SecretMissing,
    SuccessionRefused,
    Unreadable,
)


def main() -> None:
    """Reads the settings from the environment and does what the words say."""
    told = _parser().parse_args()
    settings = CatalogueSettings()
    logs.configure("catalogue", settings.log_level)
    if told.command == "serve":
        process.serve(build(settings), settings)
    elif told.command == "migrate":
        upgrade("catalogue", "catalogue", settings.database_url)
    else:
        sys.exit(process.run(_with_engine(told.run, settings, told)))


async def _with_engine(command: Command, settings: CatalogueSettings, told: argparse.Namespace) -> int:
    engine = create_engine(settings.database_url, application_name="catalogue", pool_size=2)
    try:
        return await command(engine, settings, told)
    except _REFUSALS as error:
        print(error, file=sys.stderr)
        return REFUSED
    except ImportBusy:
        print("another import into this catalogue is going on", file=sys.stderr)
        return BUSY
    finally:
        await engine.dispose()


async def _sync(engine: AsyncEngine, settings: CatalogueSettings, told: argparse.Namespace) -> int:
    await seed.seed(engine)
    agreed = policy(settings, agreed=told.accept_removals)
    codes = []
    for name, one in (await configured(settings, engine)).current().items():
        async with one.open() as portals:
            done = await run_feed(engine, portals, owner=owner(), only=name, policy=agreed)
        codes.append(_report(name, done))
    return max(codes, default=DONE)


def _report(feed: str, done: Outcome | None) -> int:
    if done is None:
        print(f"{feed}: another worker holds it")
        return BUSY
    counted = ", ".join(f"{name} {count}" for name, count in done.counters.items() if count)
    print(f"{feed}: {done.ending.verdict} ({counted}), change {done.change or 'none'}")
    if done.ending.detail:
        print(f"  {done.ending.detail}")
    if done.ending.verdict in PROVEN:
        return DONE
    return FAILED if done.ending.verdict is Verdict.FAILED else PARTIAL


async def _work(engine: AsyncEngine, settings: CatalogueSettings, _: argparse.Namespace) -> int:
    expose(settings.host, settings.worker_metrics_port)
    plans = await configured(settings, engine)
    if isinstance(plans, FilePlans):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, plans.look_again)
    await work(engine, plans, policy(settings))
    return DONE


async def _seed(engine: AsyncEngine, _: CatalogueSettings, __: argparse.Namespace) -> int:
    revision = await seed.seed(engine)
    print("nothing to seed" if revision is None else f"calendar revision {revision}")
    return DONE


async def _create(engine: AsyncEngine, _: CatalogueSettings, told: argparse.Namespace) -> int:
    scopes = [scope for words in told.scopes for scope in words.split(",") if scope]
    made = await clients.create(engine, agency=AgencyCode.parse(told.agency), name=told.name, scopes=scopes)
    print(_line(made.client))
    print(made.key)
    return DONE


async def _list(engine: AsyncEngine, _: CatalogueSettings, __: argparse.Namespace) -> int:
    for client in await clients.listed(engine):
        print(_line(client))
    return DONE


async def _rotate(engine: AsyncEngine, settings: CatalogueSettings, told: argparse.Namespace) -> int:
    hours = settings.key_overlap_hours if told.overlap_hours is None else told.overlap_hours
    made = await clients.rotate(engine, told.client, overlap=timedelta(hours=hours))
    print(_line(made.client))
    print(made.key)
    return DONE


async def _revoke(engine: AsyncEngine, _: CatalogueSettings, told: argparse.Namespace) -> int:
    print(_line(await clients.revoke(engine, told.client)))
    return DONE


def _line(client: Client) -> str:
    state = f"{client.keys} key(s)" if client.revoked_at is None else f"revoked {client.revoked_at:%Y-%m-%d}"
    return f"{client.client_id}  {client.agency_code}  {state}  {','.join(client.scopes)}  {client.name}"


async def _import(engine: AsyncEngine, _: CatalogueSettings, told: argparse.Namespace) -> int:
    facts = decode(told.file.read_bytes())
    published = await importing.import_decisions(engine, facts, source=told.file.name)
    for trouble in published.troubles:
        print(trouble, file=sys.stderr)
    print(f"{len(facts)} decisions, change {published.change or 'none'}")
    return PARTIAL if published.troubles else DONE


async def _import_files(engine: AsyncEngine, settings: CatalogueSettings, told: argparse.Namespace) -> int:
    if len(told.files) > MOST_FILES:
        print(f"at most {MOST_FILES} files at once", file=sys.stderr)
        return REFUSED
    terms = Terms(
        AgencyCode.parse(told.agency),
        complete=told.complete,
        exported_on=told.exported_on,
        policy=policy(settings, agreed=told.accept_removals),
    )
    found = [read_file(path.name, _bounded(path)) for path in told.files]
    done = await file_imports.import_files(engine, found, terms, by=owner())
    changed = {event: done.published.count("procedure", event) for event in ("added", "changed")}
    print(
        f"{len(found)} file(s), {done.rows} rows: {done.taken} taken, {done.rejected} set aside, "
        f"{done.published.kept} known better; {changed['added']} added, {changed['changed']} changed, "
        f"change {done.published.change or 'none'}"
    )
    for trouble in done.troubles:
        print(trouble, file=sys.stderr)
    return PARTIAL if done.rejected or done.troubles else DONE


def _bounded(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable("file_too_large", path.name, f"it has more than {MOST_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("file_not_readable", path.name, error.strerror or type(error).__name__) from None


async def _succeed(engine: AsyncEngine, _: CatalogueSettings, told: argparse.Namespace) -> int:
    one = Succession(
        str(AgencyCode.parse(told.predecessor)),
        str(AgencyCode.parse(told.successor)),
        told.on,
        told.basis,
        predecessor_ends=not told.remains,
        successor_begins=told.begins,
    )
    return _recorded(1, await succession.record(engine, [one], source=owner()))


async def _succeed_all(engine: AsyncEngine, _: CatalogueSettings, told: argparse.Namespace) -> int:
    found = decode_successions(_bounded(told.file))
    done = await succession.record(engine, found.successions, founded=found.agencies, source=told.file.name)
    return _recorded(len(found.successions), done)


def _recorded(count: int, done: Recorded) -> int:
    print(f"{count} succession(s), {done.agencies} agencies changed, change {done.change or 'none'}")
    if done.unknown:
        print(f"not in the catalogue yet: {', '.join(done.unknown)}", file=sys.stderr)
    return DONE


async def _announce(engine: AsyncEngine, _: CatalogueSettings, told: argparse.Namespace) -> int:
    revision = await seed.announce(engine, told.day, working=told.kind == "working", name=told.name, source=told.source)
    print("nothing changed" if revision is None else f"calendar revision {revision}")
    return DONE


async def _confirm(engine: AsyncEngine, _: CatalogueSettings, told: argparse.Namespace) -> int:
    revision = await seed.confirm(engine, told.year, source=told.source)
    print("nothing changed" if revision is None else f"calendar revision {revision}")
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m catalogue", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve the API")
    commands.add_parser("migrate", help="bring the schema to the newest version")
    commands.add_parser("seed", help="write the working calendar").set_defaults(run=_seed)
    commands.add_parser("work", help="sync feeds as they fall due").set_defaults(run=_work)
    sync = commands.add_parser("sync", help="sync every configured feed once; the exit code tells the verdict")
    sync.add_argument("--accept-removals", action="store_true", help="withdraw whatever complete lists lack, at once")
    sync.set_defaults(run=_sync)
    files = commands.add_parser("import-file", help="import exported lists (.xlsx) and details (.docx) of procedures")
    files.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recognised by content, not by name")
    files.add_argument("--agency", required=True, help="whose catalogue they belong to: G01, H24.99")
    files.add_argument("--complete", action="store_true", help="together they are the whole list of that catalogue")
    files.add_argument("--exported-on", type=date.fromisoformat, help="day the portal made them; needed by --complete")
    files.add_argument("--accept-removals", action="store_true", help="withdraw whatever the whole list lacks, at once")
    files.set_defaults(run=_import_files)
    decisions = commands.add_parser("import-decisions", help="import days and kinds of decisions")
    decisions.add_argument("file", type=Path, help="a JSON list; see the guide, or GET /sandbox/decisions")
    decisions.set_defaults(run=_import)
    _agency_commands(commands.add_parser("agencies", help="which agency succeeded which"))
    _client_commands(commands.add_parser("clients", help="API clients"))
    _calendar_commands(commands.add_parser("calendar", help="announcements about working days"))
    return parser


def _agency_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True)
    succeed = commands.add_parser("succeed", help="one agency took over what was another's; again: corrects it")
    succeed.add_argument("predecessor", metavar="OLD")
    succeed.add_argument("successor", metavar="NEW")
    succeed.add_argument("--on", type=date.fromisoformat, required=True, help="the day it happened")
    succeed.add_argument("--basis", required=True, help="the document that says so: NQ 202/2025/QH15")
    succeed.add_argument("--remains", action="store_true", help="OLD goes on; it only gave a part away")
    succeed.add_argument("--begins", action="store_true", help="NEW was founded by it")
    succeed.set_defaults(run=_succeed)
    listed = commands.add_parser("import-successions", help="many at once, from a CSV file: districts to communes")
    listed.add_argument("file", type=Path, help="columns: predecessor, successor, succeeded_on, legal_basis, …")
    listed.set_defaults(run=_succeed_all)


def _client_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True)
    create = commands.add_parser("create", help="a new client; prints its key, once")
    create.add_argument("--agency", required=True, help="code of the agency it belongs to: H24.99")
    create.add_argument("--name", required=True, help="which system it is")
    create.add_argument("--scopes", "--scope", required=True, action="append", help="a,b; may be repeated")
    create.set_defaults(run=_create)
    commands.add_parser("list", help="all clients").set_defaults(run=_list)
    rotate = commands.add_parser("rotate", help="a new key; the old ones work a while longer")
    rotate.add_argument("client")
    rotate.add_argument("--overlap-hours", type=int, help="default: CATALOGUE_KEY_OVERLAP_HOURS")
    rotate.set_defaults(run=_rotate)
    revoke = commands.add_parser("revoke", help="end a client and its keys")
    revoke.add_argument("client")
    revoke.set_defaults(run=_revoke)


def _calendar_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True)
    announce = commands.add_parser("announce", help="an official day off, or a worked Saturday")
    announce.add_argument("day", type=date.fromisoformat)
    announce.add_argument("kind", choices=("off", "working"))
    announce.add_argument("--name", required=True, help="what the day is called")
    announce.add_argument("--source", required=True, help="number and day of the announcement")
    announce.set_defaults(run=_announce)
    confirm = commands.add_parser("confirm", help="say that a year's days are announced as they stand")
    confirm.add_argument("year", type=int)
    confirm.add_argument("--source", required=True, help="number and day of the announcement")
    confirm.set_defaults(run=_confirm)


if __name__ == "__main__":
    main()

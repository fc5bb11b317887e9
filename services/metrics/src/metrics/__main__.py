"""``python -m metrics``: serve, migrate, project, rebuild, verify, import-indicators, new-key, verify-publication."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from metrics.domain.errors import MetricsError
from metrics.follower import Follower
from metrics.indicators import Said, enter
from metrics.offline import NotProven, check_chain, check_file
from metrics.projector import RuleChanged, catch_up
from metrics.proving import faults, recounted
from metrics.publications import public_keys
from metrics.rebuild import rebuild, rebuild_where_rules_differ
from metrics.repository.indicators import Entered
from metrics.routes.parameters import said_of
from metrics.schemas.asked import IndicatorFile
from metrics.settings import MetricsSettings, signer_from
from metrics.signing import keys_of, new_key
from metrics.tables import SCHEMA
from metrics.verify import Verdict, verify
from shared.runtime import logs, migrate, process
from shared.runtime.database import create_engine, snapshot, transaction

DIFFERENT, UNPROVEN, UNREADABLE = 1, 2, 2
"""Exit codes of verify: the ways differ; they agree but the ledger is ahead of the projection; no usable key."""


def main() -> int:
    """Runs one command; the exit code is 0 when it did what it says."""
    arguments = _parser().parse_args()
    match arguments.command:  # These two need no settings: an auditor has none.
        case "verify-publication":
            return _verify_files(arguments.files, arguments.key)
        case "new-key":
            return _new_key(arguments.file)
    settings = MetricsSettings()
    logs.configure("metrics", settings.log_level)
    match arguments.command:
        case "serve":
            _serve(settings)
        case "migrate":
            migrate.upgrade("metrics", SCHEMA, settings.database_url)
        case "project":
            return process.run(_project(settings, once=arguments.once))
        case "rebuild":
            process.run(_rebuild(settings, only_where_needed=arguments.if_needed))
        case "import-indicators":
            return _import(settings, arguments.file)
        case _:
            verdict, wrong = process.run(_verify(settings, recount=arguments.recount))
            return _report(verdict, wrong)
    return 0


def _serve(settings: MetricsSettings) -> None:
    # Imported here: the HTTP framework takes seconds to load, and no other command needs it.
    from metrics.app import build

    process.serve(build(settings), settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="metrics", description="Projects the ledger and answers figures.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="answer over HTTP, and follow the ledger")
    commands.add_parser("migrate", help="bring the schema to the newest version")
    project = commands.add_parser("project", help="follow the ledger without serving")
    project.add_argument("--once", action="store_true", help="stop when nothing is new")
    rebuilding = commands.add_parser("rebuild", help="derive facts and tallies again from the first entry")
    rebuilding.add_argument(
        "--if-needed", action="store_true", help="only when the rows were judged by other rules than this program's"
    )
    verifying = commands.add_parser(
        "verify", help="prove that tallies, judged rows and heads agree, and that every publication is what it was"
    )
    verifying.add_argument(
        "--recount", action="store_true", help="count every number again that was ever published, too"
    )
    entering = commands.add_parser("import-indicators", help="enter the hand-written numbers of a JSON file")
    entering.add_argument("file", type=Path, help="agency, period (or from and to), and indicators")
    checking = commands.add_parser(
        "verify-publication", help="check published files with a public key and nothing else"
    )
    checking.add_argument("files", type=Path, nargs="+", help="bodies of GET /v1/publications/{id}, or their jws")
    checking.add_argument("--key", type=Path, required=True, help="public key: PEM, JWK or JWKS")
    making = commands.add_parser("new-key", help="make a key to sign publications with")
    making.add_argument("file", type=Path, help="where the private key goes; the public one goes to <file>.pub")
    return parser


def _new_key(file: Path) -> int:
    try:
        kid = new_key(file)
    except OSError as error:
        print(f"{file}: {error.strerror or error}", file=sys.stderr)
        return 1
    print(f"{kid}\nPrivate: {file} (keep it, and a copy of it, from everybody)\nPublic: {file}.pub (print its name)")
    return 0


def _verify_files(files: Sequence[Path], key: Path) -> int:
    """0 when every file is what was published and they do not contradict each other."""
    try:
        keys = keys_of(key.read_text())
    except (OSError, ValueError) as error:
        print(f"{key}: {error}", file=sys.stderr)
        return UNREADABLE
    proven, refused = [], 0
    for file in files:
        try:
            proven.append(check_file(file.read_bytes(), keys))
            print(f"{file}: publication {proven[-1].number}, {proven[-1].digest}, is what was published")
        except (OSError, NotProven) as error:
            print(f"{file}: NOT what was published. {error}", file=sys.stderr)
            refused += 1
    contradictions = check_chain(proven)
    for contradiction in contradictions:
        print(contradiction, file=sys.stderr)
    return DIFFERENT if refused or contradictions else 0


def _import(settings: MetricsSettings, file: Path) -> int:
    """All numbers of the file or none; entering the same file again changes nothing."""
    try:
        wanted = IndicatorFile.model_validate_json(file.read_bytes()).each()
        said = [said_of(indicator, one) for indicator, one in wanted]
    except (OSError, ValidationError, MetricsError) as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 1
    entered = process.run(_enter(settings, said))
    written = sum(new for _, new in entered)
    print(f"{len(entered)} indicators: {written} entered, {len(entered) - written} unchanged")
    return 0


async def _enter(settings: MetricsSettings, said: Sequence[Said]) -> list[tuple[Entered, bool]]:
    engine = create_engine(settings.database_url, application_name="motcua-metrics-import", pool_size=1)
    try:
        async with transaction(engine) as connection:
            return await enter(connection, said, "import-indicators")
    finally:
        await engine.dispose()


async def _project(settings: MetricsSettings, *, once: bool) -> int:
    engine = create_engine(settings.database_url, application_name="motcua-metrics-project", pool_size=2)
    try:
        if once:
            batch = await catch_up(engine)
            print(f"entry {batch.entry}, {batch.revisions} revisions")
        else:
            seconds, most = settings.projector_poll_seconds, settings.projector_batch_rows
            await Follower(engine, settings.database_url, poll_seconds=seconds, most_rows=most).run()
    except RuleChanged as refusal:
        print(f"{refusal} Run `python -m metrics rebuild`.", file=sys.stderr)
        return 1
    finally:
        await engine.dispose()
    return 0


async def _rebuild(settings: MetricsSettings, *, only_where_needed: bool) -> None:
    engine = create_engine(settings.database_url, application_name="motcua-metrics-rebuild", pool_size=2)
    try:
        batch = await (rebuild_where_rules_differ(engine) if only_where_needed else rebuild(engine))
        print("nothing to rebuild" if batch is None else f"entry {batch.entry}, {batch.revisions} revisions")
    finally:
        await engine.dispose()


async def _verify(settings: MetricsSettings, *, recount: bool) -> tuple[Verdict, list[str]]:
    """The verdict on the figures, and what is wrong with publications."""
    engine = create_engine(settings.database_url, application_name="motcua-metrics-verify", pool_size=1)
    try:
        verdict = await verify(engine)
        async with snapshot(engine) as connection:
            keys = await public_keys(connection, signer_from(settings))
            wrong = [fault async for fault in faults(connection, keys)]
            if recount:
                wrong += [difference async for difference in recounted(connection, keys)]
            return verdict, wrong
    finally:
        await engine.dispose()


def _report(verdict: Verdict, wrong: Sequence[str]) -> int:
    for difference in (*verdict.differences, *wrong):
        print(difference)
    print(f"entry {verdict.entry}: {verdict.dossiers} dossiers, {verdict.tally_rows} tally rows, ", end="")
    if verdict.differences or wrong:
        print(
            "they differ (first differences above)" if verdict.differences else "all equal, but not every publication"
        )
        return DIFFERENT
    print("all equal" if verdict.unproven is None else f"equal so far, but {verdict.unproven}")
    return 0 if verdict.unproven is None else UNPROVEN


if __name__ == "__main__":
    sys.exit(main())

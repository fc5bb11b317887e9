"""`up`: Postgres, migrations, the four services, the first syncs, the report; then watching until told to stop."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from time import sleep
from types import FrameType
from typing import NoReturn

from motcua_local import database, key
from motcua_local.asking import ask_report
from motcua_local.children import Children
from motcua_local.errors import ServiceFailed, StepFailed
from motcua_local.logtail import tail
from motcua_local.papers import enter_numbers, write_papers
from motcua_local.postgres import Cluster
from motcua_local.questions import ask
from motcua_local.readiness import wait_until_ready
from motcua_local.report import render
from motcua_local.report_2024 import AGENCY, RANGE
from motcua_local.services import Programs, claim_ports, programs
from motcua_local.settings import StackSettings
from motcua_local.single import forget_running, only_one, write_running
from shared.runtime import clock

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130
WATCH_SECONDS = 0.5


class Stopped(BaseException):
    """Somebody asked the stack to end. Not an error: nothing on the way may catch it as one."""


@dataclass(frozen=True)
class Stack:
    """The running parts."""

    services: Programs
    children: Children
    cluster: Cluster | None  # None: the server of DATABASE_URL, which is not ours to stop
    database_url: str


def up(settings: StackSettings, *, once: bool) -> int:
    """Runs the stack until it is told to stop. Returns the exit code: with ``once`` 1 if a derived figure is wrong.

    Raises LocalError when a part fails; by then everything started is stopped again.
    """
    serving = False
    try:
        with only_one(settings.local_dir), _told_to_stop(), ExitStack() as undo:
            began = clock.monotonic()
            stack = _start(settings, undo)
            opened = key.ensure(settings.local_dir, stack.services, stack.children)
            head = database.ledger_head(stack.database_url)
            report = ask_report(stack.services.metrics.url, opened, head, stack.children.check)
            print(render(report))
            _say("entered", enter_numbers(stack.services, stack.children))
            for paper in write_papers(settings.local_dir, stack.services.metrics.url, opened):
                _say("written", str(paper))
            _say("ready", f"{clock.monotonic() - began:.0f} s after the start")
            if once:
                return 0 if report.matches() else 1
            _start_workers(stack)
            urls = {one.name: one.url for one in stack.services.all()}
            write_running(settings.local_dir, urls, stack.children.pids())
            _invite(stack.services, opened)
            serving = True
            _watch(stack)
    except Stopped:
        print("Stopped.", flush=True)
        return 0 if serving else INTERRUPTED


def _start(settings: StackSettings, undo: ExitStack) -> Stack:
    """Starts and fills everything; what does not depend on each other happens at the same time."""
    ports = claim_ports(settings)
    logs = settings.local_dir / "logs"
    logs.mkdir(exist_ok=True)
    cluster, urls = _database(settings, undo)
    signing_key = settings.local_dir.resolve() / "publication-key.pem"
    services, children = programs(ports, urls, signing_key), Children(logs)
    undo.callback(_say, "stopped", "the services")
    undo.callback(children.stop)
    undo.callback(forget_running, settings.local_dir)
    undo.callback(_no_longer_told)
    children.start(services.sandbox.name, services.sandbox.command("serve"), services.sandbox.environment)
    for schema, url in urls.items():
        database.migrate(schema, url)
    _say("migrated", ", ".join(urls))
    _rebuild_if_judged_by_older_rules(services, children, urls["metrics"])
    if not signing_key.exists():
        children.step(
            "signing-key", services.metrics.command("new-key", str(signing_key)), services.metrics.environment
        )
    for service in services.with_schema():
        children.start(service.name, service.command("serve"), service.environment)
    wait_until_ready(services.sandbox, children)
    _fill(services, children)
    for service in services.all():
        wait_until_ready(service, children)
        _say(service.name, f"ready on {service.url}")
    return Stack(services, children, cluster, urls["dossier"])


def _database(settings: StackSettings, undo: ExitStack) -> tuple[Cluster | None, dict[str, str]]:
    if settings.database_url:
        version = ask(settings.database_url, "show server_version")
        if version is None:
            raise StepFailed("The server named by DATABASE_URL does not answer; unset it to use an embedded one.")
        _say("postgres", f"{version}, the server of DATABASE_URL, as its one user")
        return None, dict.fromkeys(database.SCHEMAS, settings.database_url)
    cluster = Cluster(settings.local_dir / "postgres")
    undo.callback(cluster.stop)
    url = cluster.start()
    _say("postgres", f"{ask(url, 'show server_version')} on {url.rpartition('@')[2].partition('/')[0]}")
    return cluster, database.prepare(url)


def _fill(services: Programs, children: Children) -> None:
    """The first syncs, catalogue first: a dossier's own deadline needs the procedure's time limit."""
    for service, word, what in (
        (services.catalogue, "sync", "procedures, decisions, calendar"),
        (services.dossier_sync, "run", "dossiers, petitions"),
    ):
        children.step(f"{service.name}-{word}", service.command(word), service.environment)
        _say("synced", what)


def _rebuild_if_judged_by_older_rules(services: Programs, children: Children, url: str) -> None:
    """A clone that was updated keeps its state: what an operator does by hand after an upgrade is done for it here."""
    if ask(url, "select true from metrics.projection where entry > 0"):
        children.step(
            "metrics-rebuild", services.metrics.command("rebuild", "--if-needed"), services.metrics.environment
        )


def _start_workers(stack: Stack) -> None:
    """From now on the feeds are kept fresh."""
    for service in (stack.services.catalogue, stack.services.dossier_sync):
        stack.children.start(f"{service.name}-worker", service.command("work"), service.environment)


def _watch(stack: Stack) -> NoReturn:
    """Raises ServiceFailed when a part ends by itself; a stack with a hole must not look like one that works."""
    while True:
        stack.children.check()
        if stack.cluster is not None and not stack.cluster.runs():
            log = stack.cluster.directory / "server.log"
            raise ServiceFailed(f"postgres ended. The end of {log}:\n{tail(log)}")
        sleep(WATCH_SECONDS)


def _invite(services: Programs, opened: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in (("agency", AGENCY), *RANGE))
    for service in services.all():
        _say(service.name, f"{service.url}/docs")
    print(
        f"\nexport MOTCUA_KEY={opened}\n"
        f'curl -s -H "Authorization: Bearer $MOTCUA_KEY" \\\n'
        f"  '{services.metrics.url}/v1/figures/on_time_rate_766/value?{asked}'\n\n"
        "Ctrl-C stops everything.",
        flush=True,
    )


def _say(what: str, how: str) -> None:
    print(f"{what:<16}{how}", flush=True)


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Inside, a signal that ends programs raises Stopped, once. An ignored one (nohup) stays ignored."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        _no_longer_told()
        raise Stopped

    before = {one: signal.getsignal(one) for one in ENDING}
    for one, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(one, stop)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _no_longer_told() -> None:
    """Stopping takes a few seconds; a second Ctrl-C must not leave half of the children behind."""
    for one in ENDING:
        signal.signal(one, signal.SIG_IGN)

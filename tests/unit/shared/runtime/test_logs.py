"""A log line is one JSON object that no portal's text can forge and no secret can enter."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from shared.runtime import logs


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def written(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().err.splitlines()
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def test_a_line_break_in_a_value_stays_inside_its_value(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("little", "INFO")
    logs.logger("t").info("page refused", reason='bad\n{"level":"error"}\x1b[31m')
    line = written(capsys)
    assert line["reason"] == 'bad\n{"level":"error"}\x1b[31m'
    assert line["service"] == "little"


def test_secrets_are_redacted_and_giants_cut(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("little", "INFO")
    logs.logger("t").info("login", password="hunter2", Authorization="Bearer x", note="y" * 5000)
    line = written(capsys)
    assert line["password"] == "[redacted]"
    assert line["Authorization"] == "[redacted]"
    assert len(line["note"]) < 2100


def test_lines_of_libraries_are_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("little", "INFO")
    logging.getLogger("uvicorn.error").info("started")
    assert written(capsys)["event"] == "started"

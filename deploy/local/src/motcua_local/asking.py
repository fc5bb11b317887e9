"""The report's figures, asked from metrics the way any agency's system would: one query, one snapshot."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from motcua_local.errors import StepFailed
from motcua_local.processes import until
from motcua_local.report import Answer, Report, compare
from motcua_local.report_2024 import REPORT_2024

PROJECTED_SECONDS = 120.0
QUESTIONS = list(dict.fromkeys(question for row in REPORT_2024 for question in row.questions()))


def ask_report(url: str, key: str, entry: int, check: Callable[[], None]) -> Report:
    """Asks until the answer holds ledger entry ``entry``, so that the report never shows half a sync.

    Raises StepFailed when metrics refuses or does not get there; ``check`` may raise when a service ended.
    """
    said: Mapping[str, Any] = {}

    def projected() -> bool:
        nonlocal said
        check()
        said = _query(url, key)
        return bool(said) and int(_as_of(said)["entry"]) >= entry

    if not until(projected, PROJECTED_SECONDS, pause=0.1):
        at = _as_of(said)["entry"] if said else "none"
        raise StepFailed(f"metrics stands at ledger entry {at}, but {entry} were synced; see its log.")
    as_of = _as_of(said)
    answers = {question: _answer(one) for question, one in zip(QUESTIONS, _answers(said), strict=True)}
    return compare(answers, f"ledger entry {as_of['entry']}, catalogue change {as_of['catalogue']}, {as_of['digest']}")


def _query(url: str, key: str) -> Mapping[str, Any]:
    answer = httpx.post(
        f"{url}/v1/query",
        headers={"Authorization": f"Bearer {key}"},
        json={"questions": [question.body() for question in QUESTIONS]},
        timeout=60,
        trust_env=False,
    )
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # nothing is projected yet
        return {}
    if answer.status_code != httpx.codes.OK:
        raise StepFailed(f"metrics refused the report's question with {answer.status_code}: {answer.text[:2000]}")
    said: Mapping[str, Any] = answer.json()
    return said


def _answers(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = said["answers"]
    return found


def _as_of(said: Mapping[str, Any]) -> Mapping[str, Any]:
    # One query is one snapshot: every answer carries the same.
    found: Mapping[str, Any] = _answers(said)[0]["as_of"]
    return found


def _answer(one: Mapping[str, Any]) -> Answer:
    return Answer(one["value"], one["percent"], one["reason"])

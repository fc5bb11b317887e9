"""Strangers' input: whatever the documents allow, and what they do not, is answered as the documents say."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support.stack import RunningStack

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("service", ["catalogue", "dossier-sync", "metrics"])
def test_every_question_is_answered_as_documented(stack: RunningStack, service: str, mode: GenerationMode) -> None:
    document = schemathesis.openapi.from_url(f"{stack.urls[service]}/openapi.json")
    headers = {"Authorization": f"Bearer {stack.key}"}
    wrong = []
    for found in document.include(method="GET").get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not operation.definition.raw.get("parameters"):
            continue  # nothing that could be sent wrongly

        @FEW
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        try:
            ask()
        except Unsatisfiable:
            continue  # every text is a right one for its only parameter
        except ExceptionGroup as error:
            wrong.append((operation.label, [str(one) for one in error.exceptions]))
    assert wrong == []

"""What an integrator reads: every path, every parameter and every field is described."""

from collections.abc import Iterator
from typing import Any

import pytest

from metrics.app import build
from metrics.settings import MetricsSettings
from shared.contracts.figure import FigureAnswer

_ANSWERS = (
    "FigureAnswer", "SeriesOut", "DossiersOut", "FormOut", "FreshnessOut", "DefinitionOut", "IndicatorOut",
    "EnteredOut", "AnnualReportOut", "Form766Out", "RankingOut", "ComparisonOut", "SimplificationOut",
)  # fmt: skip


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    app = build(MetricsSettings(database_url="postgresql://nobody@127.0.0.1:1/none", projector=False))
    document: dict[str, Any] = app.openapi()
    return document


def test_the_paths_of_the_contract_are_served(document: dict[str, Any]) -> None:
    promised = {
        ("/v1/figures", "get"),
        ("/v1/figures/{figure}", "get"),
        ("/v1/figures/{figure}/value", "get"),
        ("/v1/figures/{figure}/series", "get"),
        ("/v1/figures/{figure}/dossiers", "get"),
        ("/v1/figures/{figure}/ranking", "get"),
        ("/v1/figures/{figure}/comparison", "get"),
        ("/v1/simplification", "get"),
        ("/v1/query", "post"),
        ("/v1/forms/{form}", "get"),
        ("/v1/forms/annual-report", "get"),
        ("/v1/forms/II.07b", "get"),
        ("/v1/forms/766", "get"),
        ("/v1/indicators", "get"),
        ("/v1/indicators/{indicator}", "get"),
        ("/v1/indicators/{indicator}", "put"),
        ("/v1/freshness", "get"),
    }
    served = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert promised <= served
    assert document["openapi"].startswith("3.1")


def test_every_field_and_parameter_is_described(document: dict[str, Any]) -> None:
    assert list(_undescribed(document)) == []


def _undescribed(document: dict[str, Any]) -> Iterator[str]:
    for name, schema in document["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            if "description" not in shape:
                yield f"{name}.{field}"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1"):
                if not operation.get("description"):
                    yield f"{method} {path}"
                for parameter in operation.get("parameters", ()):
                    if "description" not in parameter:
                        yield f"{method} {path} {parameter['name']}"


def test_an_answer_has_no_optional_field(document: dict[str, Any]) -> None:
    for name in _ANSWERS:
        schema = document["components"]["schemas"][name]
        assert set(schema["required"]) == set(schema["properties"]), name


def test_the_example_of_a_figure_is_a_figure() -> None:
    example = FigureAnswer.model_json_schema()["example"]
    assert FigureAnswer.model_validate(example).value == "1.000000"

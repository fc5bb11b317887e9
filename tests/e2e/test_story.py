"""One dossier's way from portal to figure, as the three people who use the product walk it."""

import json

import pytest

from support.report_questions import II_06A, REPORT, value_of
from support.stack import RunningStack


def test_a_newcomer_sees_the_2024_report_match_to_the_digit(stack: RunningStack) -> None:
    assert "✗" not in stack.printed
    assert stack.printed.count("✓") > 25
    assert "2.215" in stack.printed
    assert f"export MOTCUA_KEY={stack.key}" in stack.printed


@pytest.mark.parametrize(("figure", "expected"), II_06A.items())
def test_an_agency_gets_each_column_of_the_form(stack: RunningStack, figure: str, expected: int) -> None:
    answer = value_of(stack, figure)
    assert answer["value"] == str(expected)
    assert answer["as_of"]["entry"] > 0
    assert answer["sources"][0]["state"] == "fresh"


def test_the_three_on_time_rates_are_three_figures(stack: RunningStack) -> None:
    found = {
        figure: (answer["numerator"], answer["denominator"], answer["percent"])
        for figure in ("on_time_rate_resolved", "on_time_rate_766", "on_time_rate_received")
        for answer in [value_of(stack, figure)]
    }
    assert found == {
        "on_time_rate_resolved": (2172, 2172, "100.0"),
        "on_time_rate_766": (2215, 2215, "100.0"),
        "on_time_rate_received": (2172, 2215, "98.1"),
    }


@pytest.mark.fault("F133")
def test_nothing_of_nothing_is_null_and_says_why(stack: RunningStack) -> None:
    answer = value_of(stack, "resolution_rate", **{"from": "2019-01-01", "to": "2019-01-31"})
    assert (answer["numerator"], answer["denominator"], answer["value"]) == (0, 0, None)
    assert answer["reason"] == "no_cases"


def test_a_month_that_does_not_exist_is_named(stack: RunningStack) -> None:
    with stack.client("metrics") as client:
        answer = client.get("/v1/figures/dossiers_resolved/value", params={"agency": "H24.99", "period": "2024-13"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["parameter"] for error in answer.json()["errors"]] == ["period"]
    assert answer.json()["who_must_act"] == "caller"


def test_lineage_lists_exactly_the_dossiers_behind_a_figure(stack: RunningStack) -> None:
    codes: set[str] = set()
    cursor = None
    with stack.client("metrics") as client:
        for _ in range(50):
            parameters = {**REPORT, "part": "numerator"} | ({"cursor": cursor} if cursor else {})
            page = client.get("/v1/figures/dossiers_resolved_on_time/dossiers", params=parameters).json()
            codes |= {item["dossier_code"] for item in page["items"]}
            cursor = page["next"]
            if cursor is None:
                break
    assert len(codes) == 17


def test_the_form_as_csv_opens_in_a_spreadsheet(stack: RunningStack) -> None:
    with stack.client("metrics") as client:
        answer = client.get("/v1/forms/II.06a", params={**REPORT, "format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "2215" in answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename")


def test_asking_twice_costs_a_304(stack: RunningStack) -> None:
    with stack.client("metrics") as client:
        entry = value_of(stack, "dossiers_resolved")["as_of"]["entry"]
        path, parameters = "/v1/figures/dossiers_resolved/value", {**REPORT, "as_of": entry}
        first = client.get(path, params=parameters)
        again = client.get(path, params=parameters, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_ledger_chain_verifies(stack: RunningStack) -> None:
    assert stack.python("dossier_sync", "verify")
    assert stack.python("metrics", "verify")


def test_one_snapshot_answers_a_hundred_questions(stack: RunningStack) -> None:
    questions = [{"figure": figure, **REPORT} for figure in II_06A]
    with stack.client("metrics") as client:
        answer = client.post("/v1/query", json={"questions": questions})
        assert answer.status_code == 200, answer.text
        entries = {item["as_of"]["entry"] for item in answer.json()["answers"]}
        too_many = client.post("/v1/query", json={"questions": questions * 10})
    assert len(entries) == 1
    assert too_many.status_code == 422


def test_the_documents_hold_examples_that_answer(stack: RunningStack) -> None:
    with stack.client("metrics") as client:
        document = client.get("/openapi.json").json()
    assert json.dumps(document).count('"example') > 5

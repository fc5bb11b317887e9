"""The comparison with the 2024 report: right when all is right, wrong when one figure is."""

import re
import unicodedata

import pytest

from motcua_local.report import Answer, compare, render
from motcua_local.report_2024 import REPORT_2024, Question, Row
from motcua_local.width import width

DERIVED = [row for row in REPORT_2024 if row.expected]


def right_answers() -> dict[Question, Answer]:
    """What services that computed everything well would say."""
    found: dict[Question, Answer] = {}
    for row in REPORT_2024:
        if row.question and row.expected and not row.of:
            found[row.question] = Answer(row.expected, row.expected)
    return found


def altered(row: Row) -> dict[Question, Answer]:
    answers = right_answers()
    assert row.question is not None
    said = answers[row.question]
    answers[row.question] = Answer(str(int(float(said.value or 0)) + 1), "12.3")
    return answers


def test_the_report_matches_when_every_figure_is_the_printed_one() -> None:
    report = compare(right_answers(), "entry 1")
    assert report.wrong() == []
    assert report.matches()
    assert report.count("match") + report.count("differs") == len(DERIVED)


@pytest.mark.parametrize("row", DERIVED, ids=lambda row: f"{row.label} {row.printed}")
def test_one_wrong_figure_fails_the_report_and_is_named(row: Row) -> None:
    report = compare(altered(row), "entry 1")
    assert not report.matches()
    assert row in [line.row for line in report.wrong()]
    assert "✗" in render(report)


@pytest.mark.parametrize("row", DERIVED, ids=lambda row: f"{row.label} {row.printed}")
def test_a_figure_nobody_answered_is_wrong_not_skipped(row: Row) -> None:
    answers = right_answers()
    assert row.question is not None
    del answers[row.question]
    assert row in [line.row for line in compare(answers, "").wrong()]


def test_a_null_figure_is_wrong_and_its_reason_is_shown() -> None:
    answers = right_answers()
    answers[Question("resolution_rate")] = Answer(None, None, "denominator_zero")
    (line,) = compare(answers, "").wrong()
    assert "denominator_zero" in line.remark


def test_the_share_of_partial_services_is_computed_from_two_served_integers() -> None:
    answers = right_answers()
    answers[Question("procedures_partial_online")] = Answer("68")
    texts = {line.row.printed: line.computed for line in compare(answers, "").wrong()}
    assert texts == {"69": "68", "60,5 %": "59.6"}


def test_numbers_no_portal_holds_are_shown_with_the_reason_and_never_compared() -> None:
    lines = [line for _, lines in compare(right_answers(), "").sections for line in lines]
    digitised = next(line for line in lines if line.row.printed == "98,97 %")
    assert digitised.verdict == "entered"
    assert "98,97" in digitised.remark
    for line in lines:
        if line.verdict in {"entered", "differs"}:
            assert line.remark


def test_the_2215_of_the_period_are_explained_beside_the_2207_computed() -> None:
    report = compare(right_answers(), "")
    (line,) = [
        line
        for _, lines in report.sections
        for line in lines
        if line.verdict == "differs" and line.row.printed == "2.215"
    ]
    assert (line.computed, report.matches()) == ("2207", True)


def test_what_is_expected_is_what_the_report_prints() -> None:
    printed = {row: re.sub(r"[ .%]", "", row.printed).replace(",", ".") for row in DERIVED if not row.differs}
    compared = {row: text for row, text in printed.items() if re.fullmatch(r"[0-9.]+", text)}
    unlike = [row.label for row, text in compared.items() if float(text) != float(row.expected)]
    assert unlike == ["– trong hạn"]  # printed as "100 %" of the pending, computed as their count
    assert len(compared) >= 33


def test_the_printed_numbers_agree_with_each_other() -> None:
    count = {row.question.figure: int(row.expected) for row in DERIVED if row.question and row.shown == "value"}
    assert count["dossiers_total_handled"] == 2205 + 2 + 8
    assert count["dossiers_resolved"] == 2155 + 17
    assert count["dossiers_pending"] == count["dossiers_total_handled"] - count["dossiers_resolved"]
    levels = [int(r.expected) for r in DERIVED if r.question and r.question.figure == "procedures_by_authority_level"]
    assert sum(levels) == count["procedures_total"] == 114


def test_columns_stand_under_each_other_also_where_letters_are_composed() -> None:
    text = "Đang giải quyết"
    assert width(unicodedata.normalize("NFD", text)) == width(text) == 15
    rows = [line for line in render(compare(right_answers(), "x")).splitlines() if "✓" in line]
    assert len({width(line.partition("✓")[0]) for line in rows}) == 1


def test_every_derived_row_names_the_figure_it_is() -> None:
    assert all(row.question is not None for row in DERIVED)
    assert all(row.question or row.reason for row in REPORT_2024)

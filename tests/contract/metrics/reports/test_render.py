"""What holds for all formats: same bytes, safe names, typed JSON, and an answer for any text."""

import json
import re

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.domain.errors import QuestionError
from metrics.reports import FORMATS, ReportFormatUnknown, form_ii06, render
from metrics.reports.form_ii06 import CountedRow
from metrics.reports.model import Agency, Language, Text
from support.reports_2024 import AGENCY, AS_OF, PERIOD, SIGNATURE, TOTAL, empty_report, form_2024, report_2024

EVERY_FORMAT = pytest.mark.parametrize("format_", list(FORMATS))


@EVERY_FORMAT
@pytest.mark.parametrize("language", ["vi", "en"])
def test_one_document_is_one_file_whenever_it_is_rendered(format_: str, language: Language) -> None:
    for make in (report_2024, form_2024, empty_report):
        with time_machine.travel("2025-01-02T03:04:05Z", tick=False):
            first = render(make(), format_, language)
        with time_machine.travel("2026-07-08T09:10:11Z", tick=False):
            assert render(make(), format_, language) == first


@EVERY_FORMAT
def test_the_same_document_in_two_languages_is_two_files(format_: str) -> None:
    vietnamese, english = (render(form_2024(), format_, language) for language in ("vi", "en"))
    assert (vietnamese == english) == (format_ == "json")


@EVERY_FORMAT
def test_a_file_name_is_plain_ascii_whatever_the_agency_is_called(format_: str) -> None:
    code = 'H24.99"\r\nSet-Cookie: x=1; ../../đường dẫn'
    form = form_ii06.build(
        [], (0,) * 11, agency=Agency(code, Text("a", "a")), receiver=Text("", ""), period=PERIOD, as_of=AS_OF,
        signature=SIGNATURE,
    )  # fmt: skip
    name = render(form, format_, "vi")[2]
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*\." + format_, name)
    assert ".." not in name


def test_file_names_tell_what_of_whom_and_when() -> None:
    assert render(form_2024(), "xlsx", "vi")[2] == "II.06a_H24.99_2023-11-15_2024-12-05_vi.xlsx"
    assert render(report_2024(), "json", "vi")[2] == "annual-report_H24.99_2023-11-15_2024-12-05.json"


@pytest.mark.parametrize("wanted", ["", "PDF", "doc", "../pdf", "model", "x" * 10_000])
def test_an_unknown_format_is_the_caller_s_fault(wanted: str) -> None:
    with pytest.raises(ReportFormatUnknown, match="json, csv, xlsx, docx, pdf") as refused:
        render(form_2024(), wanted, "vi")
    assert isinstance(refused.value, QuestionError)
    assert refused.value.parameter == "format"
    assert len(str(refused.value)) < 200


def test_json_keeps_counts_as_integers_percents_as_strings_and_the_unknown_as_null() -> None:
    document = json.loads(render(report_2024(), "json", "vi")[0])
    lines = {line["figure"]: line for section in document["sections"] for line in section["lines"]}
    assert lines["dossiers_total_handled"]["value"] == 2215
    assert lines["digitised_rate_reported"]["value"] == "98.97"
    assert lines["resolution_rate"]["numerator"] == 2172
    assert document["forms"][0]["table"]["total"][2:] == list(TOTAL)
    assert document["as_of"]["digest"].startswith("sha256:")
    unknown = json.loads(render(empty_report(), "json", "vi")[0])
    assert {line["value"] for section in unknown["sections"] for line in section["lines"]} == {None}


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.sampled_from(list(FORMATS)))
def test_any_text_can_be_rendered(text: str, format_: str) -> None:
    form = form_ii06.build(
        [CountedRow(Text(text, text), TOTAL)], TOTAL, agency=AGENCY, receiver=Text(text, text), period=PERIOD,
        as_of=AS_OF, signature=SIGNATURE, notes=(Text(text, text),),
    )  # fmt: skip
    assert render(form, format_, "vi")[0]

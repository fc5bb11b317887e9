"""The annual report says what the records and the office say, and no more."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from metrics.domain.period import ReportingPeriod
from metrics.reports import annual
from metrics.reports.model import NO_DATA, PERCENT, Document, FigureValue, Indicator, Line
from support.reports_2024 import AGENCY, AS_OF, COUNTS, FIGURES, INDICATORS, PERIOD, RATES, SIGNATURE, report_2024
from support.reports_2024 import empty_report as an_empty_report


def build(
    figures: dict[str, FigureValue], indicators: dict[str, Indicator], span: ReportingPeriod = PERIOD
) -> Document:
    return annual.build(
        agency=AGENCY, period=span, as_of=AS_OF, figures=figures, indicators=indicators, signature=SIGNATURE
    )


def lines(document: Document) -> list[Line]:
    return [line for section in document.sections for line in section.lines]


def lines_of(document: Document, *ids: str) -> list[Line]:
    return [line for line in lines(document) if line.figure in ids]


def prose(document: Document, number: str) -> str:
    (section,) = [section for section in document.sections if section.number == number]
    return "\n".join(paragraph.vi for paragraph in section.paragraphs)


def test_sections_stand_in_the_order_of_the_2024_report() -> None:
    top = [s.number for s in report_2024().sections if s.number.count(".") < 2]
    assert top == ["I", "II", "II.1", "II.2", "II.3", "II.4", "II.5", "II.6", "II.7", "II.8"]


def test_every_count_and_rate_given_is_a_line() -> None:
    found = {line.figure: line for line in lines(report_2024()) if line.kind == "computed"}
    for name, count in COUNTS.items():
        assert found[name].value == count, name
    for name, (numerator, denominator) in RATES.items():
        assert (found[name].numerator, found[name].denominator) == (numerator, denominator), name


def test_every_indicator_given_is_a_line() -> None:
    found = {line.figure: line for line in lines(report_2024()) if line.kind == "hand_entered"}
    for name, indicator in INDICATORS.items():
        assert found[name].value == indicator.value, name
        assert found[name].qualifier == indicator.qualifier, name


@pytest.mark.parametrize(
    "words",
    [
        "(gồm cả kỳ trước chuyển qua): 2.215 hồ sơ",
        "kỳ trước chuyển qua 08 hồ sơ",
        "Số hồ sơ đã giải quyết: 2.172 hồ sơ (đạt 98,1 %)",
        "trước hạn 2.155 hồ sơ (99,2 %); đúng hạn 17 hồ sơ (0,8 %); quá hạn 0 hồ sơ (0 %)",
        "Số hồ sơ đang giải quyết: 43 hồ sơ",
    ],
)
def test_the_sentences_carry_the_numbers_of_2024(words: str) -> None:
    assert words in prose(report_2024(), "II.4.1")


def test_qualified_numbers_keep_their_qualifier() -> None:
    said = prose(report_2024(), "II.6")
    assert "hơn 5.000 lượt" in said
    assert "gần 10.000 người" in said
    assert "hơn 4.000 người" in said
    assert "hơn 100 tin, bài" in said


def test_the_office_s_number_and_the_computed_one_both_stand_where_they_differ() -> None:
    document = report_2024()
    first, second = lines_of(document, "digitised_rate_reported", "dossier_digitised_rate")
    assert (first.kind, first.value) == ("hand_entered", Decimal("98.97"))
    assert (second.kind, second.value) == ("computed", Decimal("98.6"))
    assert "98,97 % (số đơn vị báo cáo; hệ thống tính được 98,6 %)" in prose(document, "II.4.3")
    assert "tiếp nhận trong kỳ 2.215 (số đơn vị báo cáo; hệ thống tính được 2.207)" in prose(document, "II.4.1")


def test_a_reported_number_that_agrees_is_one_line_that_says_so() -> None:
    (line,) = lines_of(build(FIGURES, {"dossiers_resolved": Indicator(2172, PERCENT)}), "dossiers_resolved")
    assert line.kind == "computed"
    assert line.note is not None
    assert "trùng" in line.note.vi


def test_a_rate_reported_more_finely_than_displayed_still_agrees() -> None:
    given = {"full_online_rate": Indicator(Decimal("39.47"), PERCENT)}
    assert [line.kind for line in lines_of(build(FIGURES, given), "full_online_rate")] == ["computed"]
    given = {"full_online_rate": Indicator(Decimal("39.48"), PERCENT)}
    assert [line.kind for line in lines_of(build(FIGURES, given), "full_online_rate")] == ["hand_entered", "computed"]


def test_nothing_known_is_missing_everywhere_and_zero_nowhere() -> None:
    document = an_empty_report()
    assert {line.kind for line in lines(document)} == {"missing"}
    assert {line.value for line in lines(document)} == {None}
    for section in document.sections:
        for paragraph in section.paragraphs:
            assert paragraph.vi.endswith(f": {NO_DATA.vi}."), paragraph.vi
            assert paragraph.en.endswith(f": {NO_DATA.en}."), paragraph.en
        assert section.charts == ()


def test_one_unknown_number_leaves_a_gap_for_the_clerk() -> None:
    figures = {name: value for name, value in FIGURES.items() if name != "dossiers_carried_over"}
    assert "kỳ trước chuyển qua [chưa có số liệu] hồ sơ" in prose(build(figures, {}), "II.4.1")


def test_a_reported_zero_is_a_number() -> None:
    (line,) = lines_of(report_2024(), "legal_documents_with_tthc")
    assert (line.value, line.kind) == (0, "hand_entered")
    assert "trong kỳ: 0 văn bản" in prose(report_2024(), "II.1")


def test_a_rate_of_no_cases_is_missing_with_its_reason() -> None:
    figures = {**FIGURES, "resolution_rate": FigureValue(None, 0, 0, reason="no_cases")}
    (line,) = lines_of(build(figures, {}), "resolution_rate")
    assert (line.value, line.kind) == (None, "missing")
    assert line.note is not None
    assert line.note.vi == "không phát sinh"


def test_doubts_travel_with_the_number() -> None:
    doubtful = FigureValue(
        Decimal("0.98"), 98, 100, low=Decimal("0.97"), high=Decimal("0.99"), complete=False, flags=(("no_due_date", 3),)
    )
    (line,) = lines_of(build({"on_time_rate_766": doubtful}, {}), "on_time_rate_766")
    assert line.note is not None
    assert "trong khoảng 97 % đến 99 %" in line.note.vi
    assert "chưa đủ căn cứ" in line.note.vi
    assert "3 hồ sơ không có ngày hẹn trả" in line.note.vi


def test_the_district_level_ends_with_june_2025() -> None:
    later = build(FIGURES, {}, ReportingPeriod.custom(date(2025, 1, 1), date(2025, 12, 31)))
    assert lines_of(later, "procedures_by_authority_level/DISTRICT") == []
    assert "cấp huyện" not in prose(later, "II.2")
    assert "cấp huyện" in prose(report_2024(), "II.2")


def test_both_languages_use_the_same_numbers() -> None:
    for section in annual.CHAPTERS:
        for sentence in section.sentences:
            assert sorted(set(annual.names(sentence.text.vi))) == sorted(set(annual.names(sentence.text.en)))


def test_every_number_in_a_sentence_is_a_line_of_the_report() -> None:
    spoken = {name for chapter in annual.CHAPTERS for one in chapter.sentences for name in annual.names(one.text.vi)}
    assert spoken <= set(annual.MEASURES)
    assert len(annual.MEASURES) == len({measure.id for measure in annual.MEASURES.values()})
    assert set(FIGURES) <= set(annual.FIGURES)
    assert set(INDICATORS) <= set(annual.INDICATORS)


def test_a_hand_written_passage_cannot_be_a_template() -> None:
    signature = replace(SIGNATURE, number="{dossiers_total_handled}")
    document = annual.build(
        agency=AGENCY, period=PERIOD, as_of=AS_OF, figures=FIGURES, signature=signature,
        indicators={"initiatives_count": Indicator("{procedures_total} và {0.__class__}", PERCENT)},
    )  # fmt: skip
    assert "{procedures_total} và {0.__class__} sáng kiến" in prose(document, "II.8")

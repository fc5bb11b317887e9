"""The dictionary replaces reading the circulars: every figure of the reference is in it, with all it must say."""

from datetime import date

import pytest

from metrics.domain.definitions import FigureDefinition, Source, Status
from metrics.domain.dictionary import FIGURES, find
from metrics.domain.dossier import Exclusion
from metrics.domain.indicators import INDICATORS, Qualifier
from metrics.domain.meanings import SETS, definition_of
from metrics.domain.qd766.inputs import DataQuality
from metrics.domain.qd766.layouts import LAYOUTS
from metrics.domain.qd766.rules import score_rules
from metrics.domain.qd766.satisfaction import SILENT
from metrics.domain.qd766.scorecard import Flag
from metrics.schemas.shaping import definition_out, dictionary_out

# Ids of reference/figures.md section 1, A to L, in its order; 1.K lists duties and forms, not figures.
_TEXT = """
procedures_total procedures_by_authority_level procedures_under_one_stop internal_process_count
publication_decisions publication_decision_issued_on_time publication_posted_on_time procedure_content_complete_rate
procedures_fee_bearing legal_documents_with_tthc internal_procedures_total internal_procedures_by_level
internal_procedures_simplified internal_simplification_rate dossiers_total_handled dossiers_received_online
dossiers_received_direct_or_post dossiers_carried_over dossiers_resolved dossiers_resolved_early
dossiers_resolved_on_time dossiers_resolved_overdue dossiers_pending dossiers_pending_in_time
dossiers_pending_overdue dossiers_received_in_period dossiers_withdrawn resolution_rate carry_forward_out
resolved_early_rate resolved_exact_on_time_rate resolved_overdue_rate on_time_rate_resolved on_time_rate_766
on_time_rate_received average_processing_time dossiers_extended_count apology_letters_issued
overdue_against_original_due dossiers_late_accepted overdue_reasons procedures_full_online procedures_partial_online
full_online_rate online_coverage_rate online_services_with_dossiers_rate online_dossier_rate online_on_time_rate
score_766_online online_payment_rate payment_procedures_with_txn_rate payment_procedures_integrated_rate
score_766_payment electronic_result_rate dossier_digitised_rate data_reuse_rate personal_store_sync_rate
citizen_db_procedure_rate citizen_db_dossier_rate electronic_copy_cert_rate pakn_received pakn_resolved
pakn_resolved_on_time pakn_processing_rate pakn_on_time_rate pakn_satisfaction_rate pakn_classification
dossier_satisfaction_rate procedures_simplified processing_days_cut compliance_cost_reduction_rate dossier_sync_rate
identity_verified_rate score_766_total class_766 tt01_2018_index_1 tt01_2018_index_2 tt01_2018_index_3
tt01_2018_index_4 tt01_2018_index_5 tt01_2018_index_6 tt01_2018_index_7 tt01_2018_index_8 tt01_2018_index_9
tt01_2018_total tt01_2018_class directive_documents_issued commitments_units_signed commitments_units_total
commitments_signed_count offices_committed news_items_published news_items_reform web_columns_count
site_daily_visits facebook_followers zalo_followers staff_contest_participation_rate units_communicating_rate
initiatives_count digitised_rate_reported return_time_days_min return_time_days_max one_stop_electronic_rate
"""
IDS = _TEXT.split()

EVERY = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)


def test_no_figure_of_the_reference_is_missing() -> None:
    assert [figure for figure in IDS if figure not in FIGURES] == []
    assert len(set(IDS)) == len(IDS)


@EVERY
def test_every_definition_says_all_a_reader_needs(figure: FigureDefinition) -> None:
    out = definition_out(figure)
    words = (out.name, out.counted, out.dated_by, out.zero_denominator or out.name)
    assert all(one.vi.strip() and one.en.strip() and one.vi != one.en for one in words)
    assert out.formula.text.strip()
    assert out.formula.version.strip()
    assert out.legal_basis
    assert out.formula.status in set(Status)
    if out.denominator is not None or out.unit in ("rate", "points", "days"):
        assert out.zero_denominator
    assert (out.missing is not None) is (out.source == "inputs_missing")
    assert figure.source is not Source.RECORDS or figure.numerator
    if figure.effective_from is not None and figure.effective_to is not None:
        assert figure.effective_from < figure.effective_to


def test_laws_that_ended_and_began_say_when() -> None:
    assert find("on_time_rate_received").effective_to == date(2025, 6, 30)
    assert all(FIGURES[f"tt01_2018_index_{n}"].effective_to == date(2025, 6, 30) for n in range(1, 10))
    assert find("on_time_rate_766").effective_from == date(2022, 8, 1)


def test_what_is_only_remembered_is_never_more_than_unverified() -> None:
    remembered = ("pakn_received", "pakn_resolved", "procedures_simplified", "legal_documents_with_tthc", "class_766")
    assert {FIGURES[figure].status for figure in remembered} == {Status.UNVERIFIED}


def test_what_an_office_enters_has_its_indicator_and_nothing_counted_is_entered_twice() -> None:
    for figure in FIGURES.values():
        if figure.source is Source.ENTERED and not figure.numerator:
            assert INDICATORS[figure.id].figure is None
        if figure.source is Source.RECORDS and not figure.needs:
            assert INDICATORS[figure.id].figure == figure.id
        if figure.source in (Source.FORM, Source.MISSING):
            assert figure.id not in INDICATORS


def test_every_criterion_is_a_figure_and_tells_its_score_rule() -> None:
    for layout in LAYOUTS:
        for criterion in layout.criteria:
            rules = {rule.layout: rule for rule in score_rules(criterion.figure) if rule.criterion == criterion.code}
            assert rules[layout.id].maximum == criterion.maximum
            assert criterion.figure in FIGURES
        assert {group.figure for group in layout.groups} <= FIGURES.keys()


def test_a_score_rule_is_told_in_words_for_each_variant() -> None:
    told = {rule.variant: rule.text for rule in score_rules("dossier_digitised_rate")}
    assert told == {"api": "4 x min(1, ratio)", "document": "4 x min(1, ratio / 0.8)"}
    online = {rule.variant: rule.text for rule in score_rules("online_dossier_rate")}
    assert online["document"] == "6 x min(1, ratio x ratio of DOSSIER_SYNC / 0.5)"
    assert [rule.no_cases for rule in score_rules("pakn_on_time_rate")] == ["full", "null"]
    assert {rule.text for rule in score_rules("pakn_classification")} == {"shown, not scored"}


def test_every_named_set_is_explained_once_and_no_other_word_is() -> None:
    assert {name for figure in FIGURES.values() for name in figure.sets} == SETS.keys()
    told = [text for meaning in SETS.values() for text in meaning]
    assert all(text == text.strip() and not text.endswith(".") for text in told)
    out = definition_out(find("resolution_rate"))
    assert [one.name for one in out.sets] == [
        "early", "on_time", "late", "carried", "received_online", "received_other",
    ]  # fmt: skip
    assert out.sets[3].vi == "hồ sơ tiếp nhận trước kỳ và chưa kết thúc trước ngày đầu kỳ"


@EVERY
def test_every_figure_is_defined_in_both_languages(figure: FigureDefinition) -> None:
    vi, en = definition_of(figure)
    assert vi != en
    assert vi.endswith(".")
    assert en.endswith(".")
    for name in figure.sets:
        # A count begins its sentence with the set, so the first letter may be a capital.
        assert SETS[name].vi[1:] in vi
        assert SETS[name].en[1:] in en


def test_a_definition_says_what_stands_above_and_below_the_line() -> None:
    assert definition_of(find("dossiers_resolved_early")) == (
        "Hồ sơ kết thúc trong kỳ, trước ngày hẹn trả.",
        "Dossiers that ended in the period before the due day.",
    )
    assert definition_of(find("full_online_rate")) == (
        "Tử số: TTHC có dịch vụ công trực tuyến toàn trình. Mẫu số: TTHC công khai còn hiệu lực ở cuối kỳ.",
        "Numerator: procedures whose best online service is full. "
        "Denominator: published procedures in force at the period's end.",
    )
    assert "2 điểm x hồ sơ kết thúc trong kỳ, không lần nào phải bổ sung" in definition_of(find("tt01_2018_index_3")).vi
    assert definition_of(find("online_on_time_rate")).en.endswith("Online dossiers only.")
    assert definition_of(find("procedures_by_authority_level")).en.endswith("at the level that is asked for.")
    assert "nới rộng khoảng giá trị: hồ sơ trong kỳ mà nguồn" in definition_of(find("dossier_digitised_rate")).vi
    assert "tính bằng lượt truy cập" in definition_of(find("site_daily_visits")).vi
    assert definition_of(find("publication_decision_issued_on_time")).vi.endswith("thì lấy tỷ lệ đó.")


def test_the_policies_are_told_where_a_due_date_decides_and_only_there() -> None:
    assert definition_out(find("on_time_rate_resolved")).policies == ["PORTAL", "RESTART", "SUBTRACT"]
    assert definition_out(find("dossiers_resolved")).policies == ["PORTAL"]


def test_what_an_agency_enters_cannot_be_asked_for_without_it() -> None:
    assert all(figure.needs == {"agency"} for figure in FIGURES.values() if figure.source is Source.ENTERED)


def test_the_words_of_answers_are_in_the_dictionary() -> None:
    told = dictionary_out()
    flags = {one.name for one in told.flags}
    assert {*(flag.value for flag in Flag), *SILENT.values(), *(mark.value for mark in DataQuality)} <= flags
    assert {f"qualifier_{one.value}" for one in Qualifier} <= flags
    assert {reason.name.lower() for reason in Exclusion} <= {one.name for one in told.exclusions}
    assert all(one.vi.strip() and one.en.strip() for one in (*told.exclusions, *told.flags, *told.reasons))

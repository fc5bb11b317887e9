"""The dictionary holds together, and its numbers are exact."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.deriving import sets_of
from metrics.domain.counts import PeriodCounts
from metrics.domain.definitions import FigureDefinition, Source, Status, Subject
from metrics.domain.dictionary import FIGURES, columns, find
from metrics.domain.errors import FigureUnknown
from metrics.domain.indicators import INDICATORS
from metrics.domain.policies import Policy
from metrics.domain.ratio import Numbers, decimal
from metrics.kept import KeptAnswers
from metrics.repository import petitions
from metrics.repository.members import EVERY_SET, MEMBERS
from metrics.repository.services import NONE

EVERY = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
_CATALOGUE = {"procedures", "full_online", "partial_online", "fee_bearing", "decisions", "decision_kinds"}
_SERVICES = set(sets_of(NONE))
_CONTENTS = {"content_full", "content_partial", "content_unknown", "decided"}
_POSTED = {"posted_on_time", "posted_late", "posting_unknown"}
_INDICES = {"index_8", "index_8_cases", "index_9", "index_9_cases", "synced", "to_sync", "satisfied", "handled"}
_OTHERS = _CATALOGUE | _CONTENTS | _SERVICES | _POSTED | _INDICES | set(petitions.SETS)


@EVERY
def test_a_figure_is_a_sum_of_sets_that_exist(figure: FigureDefinition) -> None:
    known = set(EVERY_SET) if figure.subject is Subject.DOSSIERS else _OTHERS
    assert set(figure.sets) <= (known | set(INDICATORS) if figure.source is Source.ENTERED else known)
    assert len(set(figure.numerator)) == len(figure.numerator)


@EVERY
def test_a_figure_is_explained_in_both_languages_and_by_its_source(figure: FigureDefinition) -> None:
    assert all((figure.name_vi, figure.name_en, figure.formula, figure.dated_by, figure.counted))
    assert figure.legal_basis
    assert figure.needs <= figure.filters


def test_every_set_has_its_condition_and_none_is_left_over() -> None:
    for policy in Policy:
        assert set(MEMBERS[policy]) == set(EVERY_SET) == set(PeriodCounts.__slots__)


def test_the_form_has_columns_3_to_13_in_order() -> None:
    assert [column.column for column in columns()] == list(range(3, 14))


def test_what_was_only_seen_in_practice_is_never_called_law() -> None:
    counted = [figure for figure in FIGURES.values() if figure.source is Source.RECORDS]
    verified = {figure.id for figure in counted if figure.status is Status.VERIFIED}
    assert verified == {
        "on_time_rate_received",
        "procedures_total",
        "procedures_full_online",
        "procedures_partial_online",
        "publication_decisions",
        "publication_posted_on_time",
        "tt01_2018_index_1",
    }
    assert find("pakn_received").status is Status.UNVERIFIED


def test_an_unknown_figure_is_refused() -> None:
    with pytest.raises(FigureUnknown):
        find("on_time_rate")


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(1, 8))
@pytest.mark.fault("F139")
def test_rates_are_rounded_half_up_exactly(numerator: int, denominator: int, places: int) -> None:
    exact = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(10) ** -places, ROUND_HALF_UP)
    assert decimal(numerator, denominator, places) == f"{exact:.{places}f}"


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [
        (2172, 2215, "98.1"),
        (2155, 2172, "99.2"),
        (17, 2172, "0.8"),
        (45, 114, "39.5"),
        (69, 114, "60.5"),
        (1, 2000, "0.1"),
    ],
)
def test_the_percentages_of_the_report(numerator: int, denominator: int, percent: str) -> None:
    assert Numbers(numerator, denominator, 0).percent == percent


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 20), st.data())
@pytest.mark.fault("F135")
def test_bounds_hold_wherever_the_unknown_records_belong(
    below: int, above: int, unknown: int, data: st.DataObject
) -> None:
    numerator, denominator = min(below, above), max(below, above)
    joined = data.draw(st.integers(0, unknown))
    counted = data.draw(st.integers(0, joined))
    bounds = Numbers(numerator, denominator, unknown).bounds
    if denominator + joined:
        assert bounds is not None
        assert bounds[0] <= decimal(numerator + counted, denominator + joined, 6) <= bounds[1]


def test_the_figures_that_another_due_date_would_move_are_these_and_a_whole_column_is_none() -> None:
    assert {figure.id for figure in FIGURES.values() if figure.by_due_date} == {
        "dossiers_resolved_early",
        "dossiers_resolved_on_time",
        "dossiers_resolved_overdue",
        "dossiers_pending_in_time",
        "dossiers_pending_overdue",
        "resolved_early_rate",
        "resolved_exact_on_time_rate",
        "resolved_overdue_rate",
        "on_time_rate_resolved",
        "on_time_rate_received",
        "online_on_time_rate",
        "tt01_2018_index_1",
    }


@pytest.mark.parametrize(
    ("numerator", "denominator", "moved"),
    [
        (("early", "on_time", "late"), None, False),
        (("pending_in_time", "pending_overdue"), None, False),
        (("early", "on_time", "late", "pending_in_time", "pending_overdue"), None, False),
        (("early", "on_time", "late", "pending_in_time"), None, True),
        (("carried",), ("carried", "received_online"), False),
        (("carried",), ("early", "on_time"), True),
        (("carried",), ("early", "on_time", "late"), False),
        (("early",), ("early", "on_time", "late"), True),
    ],
)
def test_a_sum_of_all_outcomes_does_not_depend_on_the_due_date(
    numerator: tuple[str, ...], denominator: tuple[str, ...] | None, moved: bool
) -> None:
    assert replace(find("resolution_rate"), numerator=numerator, denominator=denominator).by_due_date is moved


def test_points_of_all_outcomes_do_depend_on_it() -> None:
    every = ("early", "on_time", "late")
    scored = replace(find("tt01_2018_index_1"), numerator=every, denominator=every)
    assert scored.by_due_date


@pytest.mark.parametrize(
    ("figure", "unit", "most"),
    [
        ("dossiers_resolved", "count", 1),
        ("on_time_rate_766", "rate", 1),
        ("tt01_2018_index_1", "points", 2),
        ("tt01_2018_index_3", "points", 2),
        ("tt01_2018_index_8", "points", 2),
        ("tt01_2018_index_9", "points", 2),
        ("average_processing_time", "days", None),
        ("score_766_total", "points", 1),
        ("class_766", "text", 1),
        ("pakn_classification", "text", 1),
    ],
)
def test_what_a_figure_is_measured_in_and_what_one_case_adds_at_most(figure: str, unit: str, most: int | None) -> None:
    assert (find(figure).unit.value, find(figure).most) == (unit, most)


def test_the_points_of_the_indices_of_the_circular() -> None:
    assert find("tt01_2018_index_1").points == (("early", 2), ("on_time", 1))
    assert find("tt01_2018_index_3").points == (("resolved_asked_never", 2), ("resolved_asked_once", 1))


def test_every_figure_begins_and_ends_with_its_law() -> None:
    begins = {figure.effective_from for figure in FIGURES.values()}
    ends = {figure.effective_to for figure in FIGURES.values()}
    assert (begins, ends) == ({None, date(2022, 8, 1)}, {None, date(2025, 6, 30)})
    assert {figure.id for figure in FIGURES.values() if figure.effective_to} == {
        "on_time_rate_received",
        "tt01_2018_total",
        "tt01_2018_class",
        *(f"tt01_2018_index_{number}" for number in range(1, 10)),
    }


def test_a_pair_of_entered_counts_is_a_ratio_and_any_other_entered_number_stands_alone() -> None:
    pair = find("publication_decision_issued_on_time")
    assert (pair.numerator, pair.denominator) == (("procedures_decided_on_time",), ("procedures_decided",))
    assert pair.formula.startswith("procedures_decided_on_time / procedures_decided, where both are entered by hand")
    alone = find("site_daily_visits")
    assert (alone.numerator, alone.denominator) == ((), None)
    assert alone.formula.startswith("Entered by hand, in visits")


def test_nothing_below_the_line_is_told_where_there_is_a_line_and_as_the_figure_says_it() -> None:
    assert find("dossiers_resolved").zero_denominator is None
    assert find("on_time_rate_766").zero_denominator == "value is null, reason is no_cases"
    assert find("tt01_2018_index_2").zero_denominator == "value is null"


def test_a_figure_needs_the_sets_above_and_below_its_line_and_those_nobody_told() -> None:
    figure = find("electronic_result_rate")
    assert figure.sets == (*figure.numerator, *(figure.denominator or ()), *figure.unknown)
    assert figure.unknown
    assert find("dossiers_resolved").sets == ("early", "on_time", "late")


def test_kept_answers_are_bounded_and_the_least_used_leaves_first() -> None:
    kept = KeptAnswers(2)
    kept.keep("a", b"1")
    kept.keep("b", b"2")
    assert kept.get("a") == b"1"
    kept.keep("c", b"3")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"1", None, b"3")
    none = KeptAnswers(0)
    none.keep("a", b"1")
    assert none.get("a") is None

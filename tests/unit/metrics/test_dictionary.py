"""The dictionary holds together, and its numbers are exact."""

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

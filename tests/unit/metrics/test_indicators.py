"""The registry of hand-entered indicators, and what may be entered for them."""

from decimal import Decimal

import pytest

from metrics.domain.definitions import Source
from metrics.domain.dictionary import FIGURES
from metrics.domain.errors import FilterError, IndicatorUnknown
from metrics.domain.indicators import INDICATORS, check_value, find
from metrics.domain.own_indicators import OWN, Measured
from metrics.reports.annual import INDICATORS as USED


def test_every_number_the_annual_report_asks_for_can_be_entered() -> None:
    assert {name for name in USED if "/" not in name} <= set(INDICATORS)


def test_the_list_of_the_dictionary_of_figures_is_whole() -> None:
    asked = {
        "directive_documents_issued", "commitments_units_signed", "commitments_units_total",
        "commitments_signed_count", "offices_committed", "news_items_published", "news_items_reform",
        "web_columns_count", "site_daily_visits", "facebook_followers", "zalo_followers",
        "staff_contest_participation_rate", "units_communicating_rate", "initiatives_count",
        "digitised_rate_reported", "return_time_days_min", "return_time_days_max", "one_stop_electronic_rate",
        "legal_documents_with_tthc", "identity_verified_rate", "compliance_cost_reduction_rate",
    }  # fmt: skip
    assert asked <= {one.id for one in OWN}


def test_an_own_indicator_never_takes_the_name_of_a_computed_figure() -> None:
    counted = {figure.id for figure in FIGURES.values() if figure.source is Source.RECORDS}
    assert {one.id for one in OWN} & counted == set()
    assert all(one.figure in (None, one.id) for one in INDICATORS.values())


def test_a_printed_rate_is_in_percent_and_a_printed_count_in_what_is_counted() -> None:
    assert find("on_time_rate_766").unit is Measured.PERCENT
    assert find("dossiers_received_in_period").unit is Measured.DOSSIERS
    assert find("pakn_received").unit is Measured.PETITIONS
    assert find("publication_decisions").unit is Measured.DECISIONS


@pytest.mark.parametrize(
    ("indicator", "value", "stored"),
    [
        ("site_daily_visits", 5000, Decimal(5000)),
        ("site_daily_visits", "5000", Decimal(5000)),
        ("legal_documents_with_tthc", 0, Decimal(0)),
        ("digitised_rate_reported", 98.97, Decimal("98.97")),
        ("digitised_rate_reported", "98.97", Decimal("98.97")),
        ("digitised_rate_reported", 100, Decimal(100)),
        ("internal_procedures_by_level", "08 + 15 + 06", "08 + 15 + 06"),
        ("internal_procedures_by_level", "x" * 500, "x" * 500),
        ("site_daily_visits", None, None),
    ],
)
def test_a_value_is_stored_as_it_was_said(indicator: str, value: object, stored: object) -> None:
    assert check_value(find(indicator), value) == stored


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("site_daily_visits", "5.000"),
        ("site_daily_visits", 5.0),
        ("site_daily_visits", "hơn 5000"),
        ("site_daily_visits", -1),
        ("site_daily_visits", True),
        ("site_daily_visits", ""),
        ("site_daily_visits", "５"),
        ("site_daily_visits", 10**12),
        ("digitised_rate_reported", "98,97"),
        ("digitised_rate_reported", 100.01),
        ("digitised_rate_reported", float("nan")),
        ("digitised_rate_reported", 1e-05),
        ("internal_procedures_by_level", 29),
        ("internal_procedures_by_level", "a\nb"),
        ("internal_procedures_by_level", " "),
        ("internal_procedures_by_level", "x" * 501),
    ],
)
def test_what_two_readers_would_read_differently_is_refused(indicator: str, value: object) -> None:
    with pytest.raises(FilterError) as refusal:
        check_value(find(indicator), value)
    assert refusal.value.parameter == "value"


def test_an_unknown_indicator_is_said_to_be_unknown() -> None:
    with pytest.raises(IndicatorUnknown):
        find("followers")

"""Which entered counts are the province's for all its units, by hand."""

from metrics.domain.qd766.entered import PAIRS, Pair


def test_the_portal_copies_two_criteria_of_the_province_into_each_of_its_units() -> None:
    """1.1 and 1.3. Payment and citizen data (3.5, 4.5) each unit has counts of its own."""
    assert {pair.criterion: pair.of_province for pair in PAIRS} == {
        "PUBLISH_ON_TIME": True,
        "PUBLIC_CONTENT_FULL": True,
        "PAYMENT_PROCEDURES_INTEGRATED": False,
        "CITIZEN_DATA_CONNECTED_FORMALITY": False,
    }


def test_counts_are_a_units_own_unless_said_otherwise() -> None:
    assert not Pair("A", "a", "above", "below").of_province

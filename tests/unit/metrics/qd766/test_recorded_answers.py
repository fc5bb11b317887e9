"""Recorded answers of the national portal (Phú Thọ, August 2026; portal-contracts.md 6.3), recomputed from counts.

Each row is public aggregate data: an agency, its counts, the score the portal printed.
"""

from fractions import Fraction

import pytest

from metrics.domain.qd766.display import percent, points
from metrics.domain.qd766.inputs import DataQuality, Input, NotApplicable, Ratio
from metrics.domain.qd766.layouts import DOCUMENT
from metrics.domain.qd766.scorecard import Flag, GroupScore, Scorecard
from metrics.domain.qd766.scoring import score
from shared.domain.level import AuthorityLevel

PROVINCE = AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE
DOSSIERS = 184_513
STAND_IN = (DataQuality.TEMP_NATIONAL_REPORT_DENOMINATOR,)

PHU_THO: dict[str, Input] = {
    "PUBLISH_ON_TIME": Ratio(0, 0),
    "PUBLIC_UPDATE_ON_TIME": Ratio(0, 0),
    "PUBLIC_CONTENT_FULL": Ratio(87, 89),
    "DOSSIER_SYNC": Ratio(138_744, 138_744, STAND_IN),
    "DOSSIERS_ON_TIME": Ratio(144_625, DOSSIERS),
    "ORIGINAL_RESULT_AVAILABLE": Ratio(133_274, DOSSIERS),
    "SO_HOA_GIAY_TO_GIAI_QUYET": Ratio(21_233, DOSSIERS),
    "REUSED_DIGITIZED_DATA": Ratio(3_160, DOSSIERS),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": Ratio(0, DOSSIERS),
    "CITIZEN_DATA_CONNECTED_DOSSIER": Ratio(85_644, DOSSIERS),
    "CITIZEN_DATA_CONNECTED_FORMALITY": Ratio(297, 1_301),
    "ELECTRONIC_CERTIFIED_COPY": None,
    "ONLINE_COVERAGE": Ratio(31 + 21, 56),
    "ONLINE_SERVICES_WITH_DOSSIERS": Ratio(406, 1_968),
    "ONLINE_DOSSIERS": Ratio(150_956, 152_595),
    "PAYMENT_DOSSIERS": Ratio(82_913, 98_459),
    "PAYMENT_PROCEDURES_WITH_TRANSACTION": Ratio(93, 310),
    "PAYMENT_PROCEDURES_INTEGRATED": Ratio(56, 310),
    "PETITION_CLASSIFICATION_TTHC": Ratio(179, 247),
    "PETITION_CLASSIFICATION_STAFF": Ratio(62, 247),
    "PETITION_PROCESSING_ON_TIME": Ratio(182, 247),
    "PETITION_HANDLING_SATISFACTION": Ratio(137, 247),
    "DOSSIER_RECEIVING_SATISFACTION": Ratio(144_574, DOSSIERS),
}


def group(card: Scorecard, code: str) -> GroupScore:
    return next(one for one in card.groups if one.group.code == code)


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("transparency", "7.96"),
        ("progress", "15.68"),
        ("digitisation", "8.22"),
        ("online", "8.83"),
        ("payment", "6.25"),
        ("satisfaction", "12.97"),
    ],
)
def test_phu_tho_in_august_2026_gets_the_group_scores_the_portal_printed(code: str, printed: str) -> None:
    assert points(group(score(PHU_THO, level=PROVINCE), code).printed) == printed


def test_phu_tho_has_no_exact_total_because_nothing_was_published_in_august() -> None:
    card = score(PHU_THO, level=PROVINCE)
    assert (card.score, points(card.printed)) == (None, "59.91")
    assert points(card.points.high - card.points.low) == "10.00"
    assert [one.score for one in group(card, "transparency").criteria[:2]] == [None, None]


@pytest.mark.parametrize(
    ("code", "ratio", "printed"),
    [
        ("PUBLIC_CONTENT_FULL", "97.75", "1.96"),
        ("DOSSIER_SYNC", "100.00", "6.00"),
        ("ORIGINAL_RESULT_AVAILABLE", "72.23", "4.33"),
        ("SO_HOA_GIAY_TO_GIAI_QUYET", "11.51", "0.46"),
        ("REUSED_DIGITIZED_DATA", "1.71", "0.04"),
        ("CITIZEN_DATA_CONNECTED_DOSSIER", "46.42", "0.93"),
        ("CITIZEN_DATA_CONNECTED_FORMALITY", "22.83", "0.46"),
        ("ELECTRONIC_CERTIFIED_COPY", None, "2.00"),
        ("PETITION_CLASSIFICATION_TTHC", "72.47", None),
        ("PETITION_CLASSIFICATION_STAFF", "25.10", None),
        ("PETITION_PROCESSING_ON_TIME", "73.68", "4.42"),
        ("PETITION_HANDLING_SATISFACTION", "55.47", "3.33"),
        ("DOSSIER_RECEIVING_SATISFACTION", "78.35", "5.22"),
    ],
)
def test_phu_tho_gets_the_criterion_scores_the_portal_printed(code: str, ratio: str | None, printed: str) -> None:
    card = score(PHU_THO, level=PROVINCE)
    one = next(one for group in card.groups for one in group.criteria if one.criterion.code == code)
    assert (percent(one.ratio), points(one.score)) == (ratio, printed)


def test_the_stand_in_denominator_of_the_national_report_is_passed_on() -> None:
    card = score(PHU_THO, level=PROVINCE)
    marked = {one.criterion.code: one.quality for group in card.groups for one in group.criteria if one.quality}
    assert marked == {"DOSSIER_SYNC": STAND_IN}


def test_the_satisfied_are_those_on_time_less_the_dossiers_with_a_petition_or_a_dislike() -> None:
    overdue = DOSSIERS - 144_625
    assert overdue == 39_888
    assert DOSSIERS - overdue - 51 == 144_574


@pytest.mark.parametrize(
    ("coverage", "services", "dossiers", "printed"),
    [
        pytest.param((52, 56), (406, 1_968), (150_956, 152_595), "8.83", id="month"),
        pytest.param((52, 56), (1, 1), (43_136, 43_138), "12.00", id="one procedure"),
        pytest.param((52, 89), (516, 1_884), (589_496, 597_894), "8.56", id="year, below the first threshold"),
    ],
)
def test_online_services_are_scored_as_recorded(
    coverage: tuple[int, int], services: tuple[int, int], dossiers: tuple[int, int], printed: str
) -> None:
    inputs = {
        "ONLINE_COVERAGE": Ratio(*coverage),
        "ONLINE_SERVICES_WITH_DOSSIERS": Ratio(*services),
        "ONLINE_DOSSIERS": Ratio(*dossiers),
    }
    assert points(group(score(inputs, level=PROVINCE), "online").score) == printed


@pytest.mark.parametrize(
    ("paid", "with_payment", "integrated", "printed"),
    [
        pytest.param((82_913, 98_459), (93, 310), (56, 310), "6.25", id="H44, month"),
        pytest.param((37_720, 44_583), (93, 310), (56, 310), "6.28", id="H44, one procedure"),
        pytest.param((44, 44), (7, 8), (0, 8), "8.00", id="H44.07: 7 of 8 has the full 2 points"),
        pytest.param((7, 7), (2, 3), (0, 3), "7.67", id="H44.03"),
        pytest.param((0, 0), (2, 3), (0, 3), "1.67", id="H44.03, no dossier with an obligation"),
        pytest.param((0, 0), (0, 2), (0, 2), "0.00", id="H44.08, no dossier with an obligation"),
        pytest.param((81, 215), (4, 30), (4, 30), "2.92", id="H44.225: the exact sum 2.927 would print 2.93"),
    ],
)
def test_online_payment_is_scored_as_recorded(
    paid: tuple[int, int], with_payment: tuple[int, int], integrated: tuple[int, int], printed: str
) -> None:
    inputs = {
        "PAYMENT_DOSSIERS": Ratio(*paid),
        "PAYMENT_PROCEDURES_WITH_TRANSACTION": Ratio(*with_payment),
        "PAYMENT_PROCEDURES_INTEGRATED": Ratio(*integrated),
    }
    assert points(group(score(inputs, level=PROVINCE), "payment").printed) == printed


def test_eighty_percent_digitised_is_no_full_mark_at_the_portal_but_is_in_the_document() -> None:
    """H44.08, August 2026: 261 of 326 is 80.06 %, printed 3.20. The document would give 4."""
    inputs = {"SO_HOA_GIAY_TO_GIAI_QUYET": Ratio(261, 326)}
    department = AuthorityLevel.PROVINCIAL_DEPARTMENT
    at_portal = group(score(inputs, level=department), "digitisation").criteria[1]
    by_document = group(score(inputs, level=department, layout=DOCUMENT), "digitisation").criteria[1]
    assert (points(at_portal.score), by_document.score) == ("3.20", 4)


def test_a_unit_without_a_single_case_gets_what_the_portal_prints_for_it() -> None:
    """H44.01, August 2026: 1.96 of 18, 0 of 20, 2 of 22 and 12 of 18."""
    nothing = Ratio(0, 0)
    inputs: dict[str, Input] = dict.fromkeys(PHU_THO, nothing)
    inputs |= {
        "PUBLIC_CONTENT_FULL": Ratio(87, 89),
        "DOSSIER_SYNC": Ratio(0, 0, (DataQuality.NO_NATIONAL_REPORT_DATA,)),
        "CITIZEN_DATA_CONNECTED_FORMALITY": Ratio(0, 3),
        "ELECTRONIC_CERTIFIED_COPY": None,
        "PAYMENT_PROCEDURES_WITH_TRANSACTION": Ratio(0, 1),
        "PAYMENT_PROCEDURES_INTEGRATED": Ratio(0, 1),
    }
    card = score(inputs, level=AuthorityLevel.PROVINCIAL_DEPARTMENT)
    assert {one.group.code: points(one.printed) for one in card.groups} == {
        "transparency": "1.96",
        "progress": "0.00",
        "digitisation": "2.00",
        "online": "0.00",
        "payment": "0.00",
        "satisfaction": "12.00",
    }
    assert {one.group.code for one in card.groups if one.score is None} == {"transparency", "digitisation", "online"}


def test_one_procedure_leaves_a_criterion_out_and_the_group_is_out_of_20() -> None:
    """Phú Thọ, August 2026, one procedure: 7.68 of 20."""
    dossiers = 44_583
    inputs: dict[str, Input] = {
        "ORIGINAL_RESULT_AVAILABLE": Ratio(40_722, dossiers),
        "SO_HOA_GIAY_TO_GIAI_QUYET": Ratio(1, dossiers),
        "REUSED_DIGITIZED_DATA": Ratio(1_322, dossiers),
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": Ratio(0, dossiers),
        "CITIZEN_DATA_CONNECTED_DOSSIER": Ratio(2_826, dossiers),
        "CITIZEN_DATA_CONNECTED_FORMALITY": NotApplicable("one procedure is asked about"),
    }
    card = score(inputs, level=PROVINCE)
    digitisation = group(card, "digitisation")
    assert (points(digitisation.printed), digitisation.maximum, card.maximum) == ("7.68", 20, 98)
    assert card.bands == ()
    left_out = digitisation.criteria[5]
    assert (left_out.flags, left_out.reason) == ((Flag.NOT_APPLICABLE_LEFT_OUT,), "one procedure is asked about")


def test_ninety_percent_satisfaction_is_enough() -> None:
    """H44.105, August 2026: 939 of 1,038 is 90.46 %, printed 6."""
    inputs = {"DOSSIER_RECEIVING_SATISFACTION": Ratio(939, 1_038)}
    assert group(score(inputs, level=AuthorityLevel.COMMUNE), "satisfaction").criteria[4].score == Fraction(6)

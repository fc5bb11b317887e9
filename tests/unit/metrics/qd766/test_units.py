"""From departments and communes to a province: what adds up, what is copied, what must not be summed."""

import pytest

from metrics.domain.qd766.errors import CriterionUnknown, NotSummable
from metrics.domain.qd766.inputs import DataQuality, Input, NotApplicable, Ratio
from metrics.domain.qd766.layouts import PUBLISHED
from metrics.domain.qd766.units import in_province, of_units, sum_units, summable

STAND_IN = (DataQuality.TEMP_NATIONAL_REPORT_DENOMINATOR,)
NO_REPORT = (DataQuality.NO_NATIONAL_REPORT_DATA,)


def units(*known: Input, code: str = "DOSSIERS_ON_TIME") -> list[dict[str, Input]]:
    return [{code: one} for one in known]


def test_dossiers_of_disjoint_units_add_up() -> None:
    found = sum_units(PUBLISHED, "DOSSIERS_ON_TIME", units(Ratio(559, 817), Ratio(2_541, 2_618), Ratio(0, 0)))
    assert found == Ratio(3_100, 3_435)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("PUBLIC_CONTENT_FULL", "copied into each unit"),
        ("PUBLISH_ON_TIME", "copied into each unit"),
        ("PUBLIC_UPDATE_ON_TIME", "copied into each unit"),
        ("CITIZEN_DATA_CONNECTED_FORMALITY", "shared by units"),
        ("ONLINE_COVERAGE", "shared by units"),
    ],
)
def test_what_is_the_province_s_or_shared_is_refused(code: str, reason: str) -> None:
    with pytest.raises(NotSummable, match=f"{code} .*{reason}") as caught:
        sum_units(PUBLISHED, code, units(Ratio(87, 89), Ratio(87, 89), code=code))
    assert caught.value.code == code


def test_an_unknown_criterion_is_refused_too() -> None:
    with pytest.raises(CriterionUnknown):
        sum_units(PUBLISHED, "TOTAL", [])


def test_one_silent_unit_makes_the_sum_unknown() -> None:
    assert sum_units(PUBLISHED, "DOSSIERS_ON_TIME", units(Ratio(1, 2), None)) is None
    assert sum_units(PUBLISHED, "DOSSIERS_ON_TIME", [{"DOSSIERS_ON_TIME": Ratio(1, 2)}, {}]) is None


def test_no_unit_counted_is_unknown_and_not_0_of_0() -> None:
    assert sum_units(PUBLISHED, "DOSSIERS_ON_TIME", []) is None
    assert sum_units(PUBLISHED, "DOSSIERS_ON_TIME", units(NotApplicable("-"))) is None


def test_a_unit_the_criterion_does_not_apply_to_adds_nothing() -> None:
    found = sum_units(PUBLISHED, "DOSSIERS_ON_TIME", units(NotApplicable("-"), Ratio(1, 2), NotApplicable("-")))
    assert found == Ratio(1, 2)


def test_quality_marks_of_any_unit_stay_each_once() -> None:
    known = (Ratio(62, 62, STAND_IN), Ratio(0, 0, NO_REPORT), Ratio(380, 380, STAND_IN))
    found = sum_units(PUBLISHED, "DOSSIER_SYNC", units(*known, code="DOSSIER_SYNC"))
    assert found == Ratio(442, 442, (*STAND_IN, *NO_REPORT))


def test_the_units_tell_of_their_parent_only_what_adds_up() -> None:
    both: dict[str, Input] = dict.fromkeys(PUBLISHED.codes, Ratio(1, 2))
    parent = of_units(PUBLISHED, iter([both, both]))
    assert parent == dict.fromkeys(summable(PUBLISHED), Ratio(2, 4))
    assert "PUBLIC_CONTENT_FULL" not in parent
    assert {"DOSSIER_SYNC", "PAYMENT_DOSSIERS", "PETITION_PROCESSING_ON_TIME"} <= parent.keys()


def test_a_unit_is_scored_with_its_province_s_publication_figures() -> None:
    province: dict[str, Input] = dict.fromkeys(PUBLISHED.codes, Ratio(43, 47))
    own: dict[str, Input] = {"DOSSIERS_ON_TIME": Ratio(559, 817), "PUBLIC_CONTENT_FULL": Ratio(1, 9)}
    assert in_province(PUBLISHED, own, province) == {
        "DOSSIERS_ON_TIME": Ratio(559, 817),
        "PUBLISH_ON_TIME": Ratio(43, 47),
        "PUBLIC_UPDATE_ON_TIME": Ratio(43, 47),
        "PUBLIC_CONTENT_FULL": Ratio(43, 47),
    }
    assert in_province(PUBLISHED, own, {})["PUBLIC_CONTENT_FULL"] is None

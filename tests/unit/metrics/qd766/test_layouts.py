"""The rules as data: they sum to 100, say where they were read, and cannot contradict themselves."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from metrics.domain.definitions import Status
from metrics.domain.qd766.errors import LayoutInvalid, LayoutUnknown
from metrics.domain.qd766.inputs import Input, NotApplicable, Ratio
from metrics.domain.qd766.layout import Band, Criterion, Extent, Group, Layout, Mark, Rule, Variant, weakest
from metrics.domain.qd766.layouts import DOCUMENT, LAYOUTS, PUBLISHED, SHEET, layout_for
from metrics.domain.qd766.scoring import score
from shared.domain.level import AuthorityLevel

MAXIMA = {"transparency": 18, "progress": 20, "digitisation": 22, "online": 12, "payment": 10, "satisfaction": 18}
every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)


@every_layout
def test_the_groups_are_those_of_the_decision_and_sum_to_100(layout: Layout) -> None:
    assert {group.code: group.maximum for group in layout.groups} == MAXIMA
    assert {group.code: sum(one.maximum for one in group.criteria) for group in layout.groups} == MAXIMA
    assert sum(one.maximum for one in layout.criteria) == 100


@every_layout
def test_every_group_and_criterion_is_named_in_both_languages_and_has_a_legal_basis(layout: Layout) -> None:
    for named in (*layout.groups, *layout.criteria):
        assert named.name_vi.strip()
        assert named.name_en.strip()
        assert named.figure.strip()
    for one in layout.criteria:
        assert one.legal_basis[0].startswith("QĐ 766/QĐ-TTg")
        assert (one.section == "") == (one.legal_basis[0] == "QĐ 766/QĐ-TTg")
        if one.section:
            assert one.legal_basis[0].endswith(f"tiêu chí {one.section}")


@every_layout
def test_no_score_rule_is_called_law_and_what_was_derived_is_called_unverified(layout: Layout) -> None:
    statuses = {one.code: one.status for one in layout.criteria}
    assert Status.VERIFIED not in statuses.values()
    derived = {
        "ONLINE_COVERAGE",
        "ONLINE_SERVICES_WITH_DOSSIERS",
        "ONLINE_DOSSIERS",
        "PAYMENT_PROCEDURES_INTEGRATED",
    }
    unread = {one.code for one in layout.criteria if not one.rule.known}
    assert {code for code, status in statuses.items() if status is Status.UNVERIFIED} == (unread or derived)


def test_of_the_sheet_of_2026_only_what_was_read_is_scored_and_the_rest_is_listed() -> None:
    day = date(2026, 8, 31)
    assert layout_for(day, edition="2026") is SHEET
    assert SHEET.unknown
    assert not PUBLISHED.unknown
    shared = {one.code for one in SHEET.criteria if one.rule.known}
    assert shared == {"PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL", "DOSSIERS_ON_TIME"}
    assert not {one.code for one in SHEET.criteria if not one.rule.known} & set(PUBLISHED.codes)
    card = score(dict.fromkeys(shared, Ratio(1, 1)), level=AuthorityLevel.COMMUNE, layout=SHEET)
    assert (card.points.low, card.points.high, card.score) == (32, 100, None)
    for variant, edition, named in (("document", "2026", "variant"), ("published", "2027", "layout")):
        with pytest.raises(LayoutUnknown) as caught:
            layout_for(day, variant, edition)
        assert caught.value.parameter == named
    with pytest.raises(LayoutUnknown, match="2026-01-01"):
        layout_for(date(2025, 12, 31), edition="2026")


def test_a_sum_is_as_sure_as_its_least_sure_part() -> None:
    card = score(dict.fromkeys(PUBLISHED.codes, Ratio(1, 2)), level=AuthorityLevel.COMMUNE)
    assert {group.group.code: group.status for group in card.groups} == {
        "transparency": Status.PRACTICE,
        "progress": Status.PRACTICE,
        "digitisation": Status.PRACTICE,
        "online": Status.UNVERIFIED,
        "payment": Status.UNVERIFIED,
        "satisfaction": Status.PRACTICE,
    }
    assert card.status is Status.UNVERIFIED
    assert weakest([Status.VERIFIED, Status.PRACTICE]) is Status.PRACTICE
    assert weakest([Status.VERIFIED]) is Status.VERIFIED
    assert weakest([]) is Status.UNVERIFIED


def test_a_criterion_without_points_does_not_weaken_its_group() -> None:
    everything: dict[str, Input] = dict.fromkeys(PUBLISHED.codes, Ratio(1, 2))
    without = everything | {"PETITION_CLASSIFICATION_STAFF": NotApplicable("no petitions here")}
    satisfaction = score(without, level=AuthorityLevel.COMMUNE).groups[5]
    assert satisfaction.criteria[1].status is Status.UNVERIFIED
    assert satisfaction.status is Status.PRACTICE


def test_every_mark_has_its_status() -> None:
    weights = {mark: replace(PUBLISHED.criteria[0], marks=(mark,)).status for mark in Mark}
    assert weights == {
        Mark.TEXT: Status.VERIFIED,
        Mark.DOCUMENT: Status.PRACTICE,
        Mark.CODE: Status.PRACTICE,
        Mark.PRESS: Status.PRACTICE,
        Mark.ARITHMETIC: Status.UNVERIFIED,
        Mark.REMEMBERED: Status.UNVERIFIED,
    }


def test_publication_is_the_province_s_and_procedures_are_shared() -> None:
    extents = {extent: {one.code for one in PUBLISHED.criteria if one.extent is extent} for extent in Extent}
    assert extents[Extent.PROVINCE] == {"PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL"}
    assert extents[Extent.SHARED] == {
        "CITIZEN_DATA_CONNECTED_FORMALITY",
        "ELECTRONIC_CERTIFIED_COPY",
        "ONLINE_COVERAGE",
        "ONLINE_SERVICES_WITH_DOSSIERS",
        "PAYMENT_PROCEDURES_INTEGRATED",
        "PAYMENT_PROCEDURES_WITH_TRANSACTION",
    }


@pytest.mark.fault("F138")
def test_the_published_variant_is_the_default_and_the_document_can_be_chosen() -> None:
    day = date(2026, 8, 31)
    assert layout_for(day) is layout_for(day, "published") is PUBLISHED
    assert layout_for(day, "document") is layout_for(day, Variant.DOCUMENT) is DOCUMENT
    assert score({}, level=AuthorityLevel.COMMUNE).layout is PUBLISHED
    assert (PUBLISHED.variant, DOCUMENT.variant) == (Variant.PUBLISHED, Variant.DOCUMENT)
    assert len({layout.id for layout in LAYOUTS}) == len(LAYOUTS)


def test_an_unknown_variant_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LayoutUnknown, match="published, document") as caught:
        layout_for(date(2026, 8, 31), "docx")
    assert caught.value.parameter == "variant"


@pytest.mark.fault("F138")
def test_there_is_no_index_before_its_first_day() -> None:
    assert layout_for(date(2022, 8, 1)) is PUBLISHED
    with pytest.raises(LayoutUnknown, match="2022-08-01") as caught:
        layout_for(date(2022, 7, 31))
    assert caught.value.parameter == "period"


@pytest.mark.fault("F138")
def test_a_layout_ends_on_its_last_day() -> None:
    ended = replace(PUBLISHED, effective_to=date(2026, 12, 31))
    assert ended.in_force(date(2026, 12, 31))
    assert not ended.in_force(date(2027, 1, 1))
    assert PUBLISHED.in_force(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "observed"),
    [
        (date(2026, 1, 1), date(2026, 10, 10), True),
        (date(2026, 8, 1), date(2026, 8, 31), True),
        (date(2025, 12, 31), date(2026, 1, 31), False),
        (date(2026, 10, 1), date(2026, 10, 11), False),
    ],
)
def test_outside_the_observed_periods_the_rules_are_extrapolated(first: date, last: date, observed: bool) -> None:
    assert PUBLISHED.was_observed(first, last) is observed
    assert not DOCUMENT.was_observed(first, last)


def _with_first(**changes: object) -> tuple[Group, ...]:
    transparency, *others = PUBLISHED.groups
    first: Criterion = replace(transparency.criteria[0], **changes)  # type: ignore[arg-type]  # any field may be broken
    return (replace(transparency, criteria=(first, *transparency.criteria[1:])), *others)


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"groups": _with_first(maximum=7)}, "transparency do not sum to 18"),
        ({"groups": PUBLISHED.groups[1:]}, "groups do not sum to 100"),
        ({"groups": (*PUBLISHED.groups, replace(PUBLISHED.groups[0], maximum=0))}, "stands in it twice"),
        ({"groups": _with_first(rule=Rule(full_at=Fraction(0)))}, "PUBLISH_ON_TIME has full marks at 0"),
        ({"groups": _with_first(rule=Rule(full_at=Fraction(3, 2)))}, "PUBLISH_ON_TIME has full marks at 3/2"),
        ({"groups": _with_first(rule=Rule(scaled_by="NOTHING"))}, "scaled by NOTHING"),
        ({"groups": _with_first(marks=())}, "does not say where it was read"),
        ({"bands": ()}, "bands do not descend"),
        ({"bands": PUBLISHED.bands[:-1]}, "bands do not descend"),
        ({"bands": (*PUBLISHED.bands, Band("none", "-", "-", 0, Mark.REMEMBERED))}, "bands do not descend"),
        ({"effective_to": date(2022, 7, 31)}, "ends before it begins"),
    ],
)
def test_rules_that_contradict_themselves_cannot_be_built(changes: dict[str, object], defect: str) -> None:
    with pytest.raises(LayoutInvalid, match=f"766-published-2026.*{defect}"):
        replace(PUBLISHED, **changes)  # type: ignore[arg-type]  # any field may be broken


def test_a_layout_may_end_on_the_day_it_begins() -> None:
    assert replace(PUBLISHED, effective_to=PUBLISHED.effective_from).in_force(PUBLISHED.effective_from)

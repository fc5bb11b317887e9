"""The 2024 report's world."""

from collections import Counter
from datetime import date

import pytest

from sandbox_portal.scenarios import haiphong
from sandbox_portal.scenarios.days import LOCAL_OFFSET_MS, from_ordinal, is_working, local_ordinal
from sandbox_portal.scenarios.model import Dossier, World
from sandbox_portal.scenarios.truth import catalogue_counts, form_ii06a
from shared.domain.channel import Channel
from shared.domain.identifiers import DossierCode
from shared.domain.status import DossierStatus

REPORT = {
    "dossiers_total_handled": 2215,
    "dossiers_received_online": 2205,
    "dossiers_received_direct_or_post": 2,
    "dossiers_carried_over": 8,
    "dossiers_resolved": 2172,
    "dossiers_resolved_early": 2155,
    "dossiers_resolved_on_time": 17,
    "dossiers_resolved_overdue": 0,
    "dossiers_pending": 43,
    "dossiers_pending_in_time": 43,
    "dossiers_pending_overdue": 0,
}


@pytest.fixture(scope="module")
def world() -> World:
    return haiphong.build(2024)


def accepted(world: World) -> list[Dossier]:
    return [dossier for dossier in world.dossiers.every() if dossier.accepted is not None]


@pytest.mark.parametrize("seed", [0, 1, 2, 2024, 99_999])
def test_every_seed_gives_the_integers_of_the_report(seed: int) -> None:
    world = haiphong.build(seed)
    assert form_ii06a(world.dossiers.every(), *world.dossiers.period) == REPORT


def test_the_same_seed_gives_the_same_dossiers_and_another_seed_others(world: World) -> None:
    assert list(haiphong.build(2024).dossiers.every()) == list(world.dossiers.every())
    assert list(haiphong.build(2025).dossiers.every()) != list(world.dossiers.every())


def test_what_was_not_accepted_is_there_and_has_no_receipt(world: World) -> None:
    noise = Counter(dossier.status for dossier in world.dossiers.every() if dossier.accepted is None)
    assert noise == {DossierStatus.NEW: 12, DossierStatus.REFUSED_AT_RECEPTION: 9}


def test_the_eight_carried_over_came_online_and_the_two_others_did_not(world: World) -> None:
    before = [d for d in accepted(world) if from_ordinal(local_ordinal(d.accepted or 0)) < haiphong.FIRST]
    assert [d.channel for d in before] == [Channel.ONLINE] * 8
    assert sorted(d.channel for d in accepted(world) if d.channel is not Channel.ONLINE) == [
        Channel.DIRECT,
        Channel.POSTAL,
    ]


def test_the_open_ones_are_due_on_the_last_day_or_later_and_some_wait_for_papers(world: World) -> None:
    still_open = [d for d in accepted(world) if d.completed is None]
    assert min(from_ordinal(local_ordinal(d.due or 0)) for d in still_open) >= haiphong.LAST
    statuses = Counter(d.status for d in still_open)
    assert set(statuses) == {DossierStatus.RECEIVED, DossierStatus.PROCESSING, DossierStatus.WAITING_SUPPLEMENT}
    assert min(statuses.values()) >= 5


def test_dossiers_are_received_in_office_hours_of_working_days_only(world: World) -> None:
    for dossier in accepted(world):
        local = (dossier.accepted or 0) + LOCAL_OFFSET_MS
        assert is_working(from_ordinal(local // 86_400_000))
        assert 7.5 * 3_600_000 <= local % 86_400_000 < 17 * 3_600_000


def test_tet_brings_nothing_and_the_enrolment_season_most(world: World) -> None:
    days = [from_ordinal(local_ordinal(d.accepted or 0)) for d in accepted(world)]
    months = Counter((day.year, day.month) for day in days)
    assert not any(date(2024, 2, 8) <= day <= date(2024, 2, 14) for day in days)
    assert months.most_common(1)[0][0] in {(2024, 6), (2024, 7), (2024, 8)}


def test_nobody_ends_before_receipt_and_no_record_is_older_than_its_end(world: World) -> None:
    for dossier in accepted(world):
        assert dossier.applied < (dossier.accepted or 0)
        if dossier.completed is not None:
            assert (dossier.accepted or 0) < dossier.completed < dossier.updated


def test_some_results_would_be_misjudged_by_the_hour_or_by_the_day_in_utc(world: World) -> None:
    ended = [(d.completed, d.due) for d in accepted(world) if d.completed is not None and d.due is not None]
    later_hour = [1 for end, due in ended if end > due and local_ordinal(end) == local_ordinal(due)]
    other_day = [
        1 for end, due in ended if end // 86_400_000 < due // 86_400_000 and local_ordinal(end) == local_ordinal(due)
    ]
    assert later_hour
    assert other_day


def test_codes_have_the_legal_form_and_run_from_one_each_day_in_each_agency(world: World) -> None:
    running: dict[str, list[int]] = {}
    for dossier in world.dossiers.every():
        parsed = DossierCode.parse(dossier.code)
        assert parsed.agency.qcvn == world.catalogue.agencies[dossier.agency].qcvn
        stem, _, number = dossier.code.rpartition("-")
        running.setdefault(stem, []).append(int(number))
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in running.values())


def test_the_catalogue_has_the_counts_of_the_report(world: World) -> None:
    assert catalogue_counts(world.catalogue) == {
        "procedures_total": 114,
        "procedures_province_peoples_committee": 27,
        "procedures_provincial_department": 48,
        "procedures_district": 34,
        "procedures_commune": 5,
        "procedures_full_online": 45,
        "procedures_partial_online": 69,
        "procedures_fee_bearing": 1,
        "publication_decisions": 8,
        "publication_decisions_new": 3,
        "publication_decisions_replaced": 2,
        "publication_decisions_amended": 3,
        "publication_decisions_abolished": 2,
        "publication_decisions_standardised": 1,
        "publication_decisions_internal": 1,
        "pakn_received": 2,
        "pakn_resolved_on_time": 2,
    }


def test_every_decision_is_posted_within_five_working_days_of_signing(world: World) -> None:
    deadlines = {
        "62/QĐ-UBND": date(2024, 1, 17),
        "227/QĐ-UBND": date(2024, 1, 29),
        "1384/QĐ-UBND": date(2024, 5, 7),
        "1581/QĐ-UBND": date(2024, 5, 27),
        "3227/QĐ-UBND": date(2024, 9, 23),
        "3637/QĐ-UBND": date(2024, 10, 23),
        "3661/QĐ-UBND": date(2024, 10, 25),
        "4502/QĐ-UBND": date(2024, 12, 9),
    }
    assert {
        d.number: d.signed_on < d.posted_on <= deadlines[d.number] for d in world.catalogue.decisions
    } == dict.fromkeys(deadlines, True)


def test_every_procedure_follows_from_a_decision_and_the_abolished_are_not_in_force(world: World) -> None:
    touched = [code for d in world.catalogue.decisions for code in (*d.new, *d.modified, *d.rescinded)]
    assert sorted(touched) == sorted(procedure.code for procedure in world.catalogue.procedures)
    gone = {code for decision in world.catalogue.decisions for code in decision.rescinded}
    assert gone == {procedure.code for procedure in world.catalogue.procedures if not procedure.in_force}


def test_late_arrivals_say_what_they_add_to_the_figures() -> None:
    world = haiphong.build(2024)
    added = world.dossiers.arrive(50)
    found = form_ii06a(world.dossiers.every(), *world.dossiers.period)
    assert added.added == 50 == added.resolved_early + added.resolved_on_time + added.resolved_overdue + added.pending
    assert {name: found[name] - REPORT[name] for name in REPORT} == {
        "dossiers_total_handled": 50,
        "dossiers_received_online": added.received_online,
        "dossiers_received_direct_or_post": 0,
        "dossiers_carried_over": 0,
        "dossiers_resolved": 50 - added.pending,
        "dossiers_resolved_early": added.resolved_early,
        "dossiers_resolved_on_time": added.resolved_on_time,
        "dossiers_resolved_overdue": added.resolved_overdue,
        "dossiers_pending": added.pending,
        "dossiers_pending_in_time": 0,
        "dossiers_pending_overdue": added.pending,
    }

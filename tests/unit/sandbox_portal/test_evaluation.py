"""What the national evaluation counts of single dossiers."""

from datetime import date

import pytest

from sandbox_portal.scenarios.days import instant
from sandbox_portal.scenarios.evaluation import Tally, tallies
from sandbox_portal.scenarios.model import Dossier
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

FIRST, LAST = date(2024, 9, 1), date(2024, 9, 30)


def dossier(
    status: DossierStatus = DossierStatus.RETURNED,
    *,
    received: date | None = date(2024, 9, 9),
    due: date | None = date(2024, 9, 13),
    ended: date | None = date(2024, 9, 11),
    updated: date = date(2024, 9, 11),
    channel: Channel = Channel.ONLINE,
    agency: int = 1,
    procedure: int = 4,
) -> Dossier:
    def at(day: date | None) -> int | None:
        return None if day is None else instant(day, 9 * 3600)

    return Dossier(1, "c", agency, procedure, status, channel, 0, at(received), at(due), at(ended), at(updated) or 0)


def counted(*dossiers: Dossier) -> Tally:
    return Tally.of(tallies(dossiers, FIRST, LAST).values())


def test_a_dossier_that_ended_in_time_is_on_time_and_its_working_days_count() -> None:
    tally = counted(dossier())
    assert (tally.received, tally.on_time, tally.completed, tally.days) == (1, 1, 1, 2)
    assert (tally.online, tally.online_on_time, tally.used) == (1, 1, {4})


def test_the_weekend_is_no_working_day() -> None:
    assert counted(dossier(received=date(2024, 9, 13), ended=date(2024, 9, 16), due=date(2024, 9, 20))).days == 1


@pytest.mark.parametrize(
    ("one", "on_time"),
    [
        (dossier(ended=date(2024, 9, 13)), 1),
        (dossier(ended=date(2024, 9, 14)), 0),
        (dossier(due=None, ended=date(2024, 12, 1)), 1),
        (dossier(DossierStatus.PROCESSING, ended=None, due=date(2024, 9, 30)), 1),
        (dossier(DossierStatus.PROCESSING, ended=None, due=date(2024, 9, 29)), 0),
        (dossier(DossierStatus.WAITING_SUPPLEMENT, ended=None, due=date(2024, 9, 12)), 1),
        (dossier(DossierStatus.WAITING_PAYMENT, ended=None, updated=date(2024, 9, 20)), 0),
    ],
)
def test_on_time_is_by_the_day_of_the_end_or_of_the_request_or_of_the_period(one: Dossier, on_time: int) -> None:
    assert counted(one).on_time == on_time


@pytest.mark.parametrize(
    "one",
    [
        dossier(received=date(2024, 8, 31)),
        dossier(received=date(2024, 10, 1), ended=None),
        dossier(DossierStatus.NEW, received=None, due=None, ended=None),
        dossier(DossierStatus.REFUSED_AT_RECEPTION),
    ],
)
def test_what_was_not_taken_in_inside_the_period_is_not_counted(one: Dossier) -> None:
    assert counted(one) == Tally()


def test_channels_and_agencies_are_kept_apart() -> None:
    found = tallies(
        [dossier(agency=1), dossier(agency=2, channel=Channel.DIRECT), dossier(agency=2, channel=Channel.POSTAL)],
        FIRST,
        LAST,
    )
    assert {agency: (t.online, t.direct, t.postal) for agency, t in found.items()} == {1: (1, 0, 0), 2: (0, 1, 1)}
    assert tallies([dossier(procedure=4), dossier(procedure=5)], FIRST, LAST, 5)[1].received == 1


def test_a_result_after_the_period_counts_its_days_up_to_the_last() -> None:
    late = dossier(received=date(2024, 9, 27), due=date(2024, 10, 2), ended=date(2024, 10, 1))
    assert (counted(late).on_time, counted(late).days) == (1, 1)

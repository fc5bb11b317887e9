"""Three policies on supplements: the same dossier, three due dates, worked out by hand on a calendar."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.dossier import Anomaly, DossierFacts, Judged, Standing
from metrics.domain.judging import judge
from metrics.domain.particulars import Cause, DueChange, Particulars
from metrics.domain.policies import Policy, restarted, subtracted
from metrics.domain.traits import Trait
from metrics.domain.waiting import Wait
from shared.domain.calendar import WorkingCalendar
from shared.domain.deadline import Timeliness
from shared.domain.status import DossierStatus as S

_OFF = {date(2024, 3, 14): False, date(2024, 3, 16): True}
CALENDAR = WorkingCalendar(days=_OFF, confirmed_until=date(2024, 12, 31), revision=1)
"""A Thursday off, and a worked Saturday two days later."""
PLAIN = WorkingCalendar(days={}, confirmed_until=date(2024, 12, 31), revision=1)

# Received on Friday 1 March with 5 working days: due on Friday the 8th. Asked on Tuesday the 5th, answered on Tuesday
# the 12th. The portal moved its date to Monday the 18th, and the dossier ended on that day.
ASKED = DossierFacts(
    status=S.RETURNED,
    channel=2,
    received_on=date(2024, 3, 1),
    due_on=date(2024, 3, 18),
    statutory_due_on=date(2024, 3, 8),
    ended_on=date(2024, 3, 18),
    returned_on=None,
    supplements=((date(2024, 3, 5), date(2024, 3, 12)),),
    modified_on=date(2024, 3, 18),
    first_due_on=date(2024, 3, 8),
)


def by(judged: Judged, policy: Policy) -> Standing:
    portal = Standing(judged.due_on, judged.outcome, judged.overdue)
    own = {Policy.PORTAL: None, Policy.RESTART: judged.restart, Policy.SUBTRACT: judged.subtract}[policy]
    return own or portal


@pytest.mark.parametrize(
    ("policy", "due_on", "outcome"),
    [
        (Policy.PORTAL, date(2024, 3, 18), Timeliness.ON_TIME),
        (Policy.RESTART, date(2024, 3, 19), Timeliness.EARLY),  # 13, 14, 15, 18, 19 March
        (Policy.SUBTRACT, date(2024, 3, 15), Timeliness.LATE),  # the 8th and 7 days of waiting
    ],
)
def test_one_dossier_three_due_dates_three_outcomes(policy: Policy, due_on: date, outcome: Timeliness) -> None:
    found = by(judge(ASKED, PLAIN), policy)
    assert (found.due_on, found.outcome) == (due_on, outcome)


def test_a_limit_that_starts_anew_counts_working_days_off_and_worked_saturdays() -> None:
    # 13, 15, 16 (a worked Saturday), 18, 19: the 14th is off.
    assert by(judge(ASKED, CALENDAR), Policy.RESTART).due_on == date(2024, 3, 19)
    off = replace(CALENDAR, days={date(2024, 3, 14): False})
    assert by(judge(ASKED, off), Policy.RESTART).due_on == date(2024, 3, 20)


def test_without_a_calendar_a_restarted_date_is_not_guessed() -> None:
    found = by(judge(ASKED, None), Policy.RESTART)
    assert (found.due_on, found.outcome) == (None, Timeliness.ON_TIME)
    short = replace(PLAIN, confirmed_until=date(2024, 3, 10))
    assert by(judge(ASKED, short), Policy.RESTART).due_on is None


def test_without_a_request_every_policy_is_the_limit_and_the_portal_its_own_date() -> None:
    plain = replace(ASKED, supplements=(), due_on=date(2024, 3, 20), ended_on=date(2024, 3, 18))
    judged = judge(plain, PLAIN)
    assert by(judged, Policy.PORTAL).outcome is Timeliness.EARLY
    for policy in (Policy.RESTART, Policy.SUBTRACT):
        assert by(judged, policy) == Standing(
            date(2024, 3, 8), Timeliness.LATE, ((date(2024, 3, 9), date(2024, 3, 18)),)
        )
    agreed = judge(replace(plain, due_on=date(2024, 3, 8), ended_on=date(2024, 3, 8)), PLAIN)
    assert (agreed.restart, agreed.subtract) == (None, None)


def test_without_a_limit_the_first_promise_is_what_starts_anew() -> None:
    judged = judge(replace(ASKED, statutory_due_on=None), PLAIN)
    assert by(judged, Policy.RESTART).due_on == date(2024, 3, 19)
    assert by(judged, Policy.SUBTRACT).due_on == date(2024, 3, 15)


def test_without_a_limit_and_without_a_first_promise_the_portals_date_is_the_limit() -> None:
    judged = judge(replace(ASKED, statutory_due_on=None, first_due_on=None, due_on=date(2024, 3, 8)), PLAIN)
    assert by(judged, Policy.RESTART).due_on == date(2024, 3, 19)
    assert by(judged, Policy.SUBTRACT).due_on == date(2024, 3, 15)


def test_a_date_that_cannot_be_computed_disagrees_with_none() -> None:
    assert Anomaly.DUE_DISAGREES not in judge(ASKED, None).anomalies


def test_the_last_completed_request_decides_and_each_day_of_waiting_is_subtracted_once() -> None:
    waits = [
        Wait(date(2024, 3, 4), date(2024, 3, 8), request=True),
        Wait(date(2024, 3, 6), date(2024, 3, 11), request=True),
        Wait(date(2024, 3, 7), date(2024, 3, 8), request=True),
    ]
    assert restarted(date(2024, 3, 8), date(2024, 3, 1), waits, PLAIN) == date(2024, 3, 18)
    assert subtracted(date(2024, 3, 8), waits) == date(2024, 3, 15)


def test_a_limit_that_ends_on_the_day_of_receipt_begins_anew_on_the_day_of_the_answer() -> None:
    waits = [Wait(date(2024, 3, 1), date(2024, 3, 5), request=True)]
    assert restarted(date(2024, 3, 1), date(2024, 3, 1), waits, PLAIN) == date(2024, 3, 5)
    assert restarted(date(2024, 2, 29), date(2024, 3, 1), waits, PLAIN) == date(2024, 2, 29), "no limit of this case"


def test_a_wait_for_payment_stops_the_clock_and_restarts_nothing() -> None:
    waits = [Wait(date(2024, 3, 4), date(2024, 3, 6), request=False)]
    assert restarted(date(2024, 3, 8), date(2024, 3, 1), waits, PLAIN) == date(2024, 3, 8)
    assert subtracted(date(2024, 3, 8), waits) == date(2024, 3, 10)


def test_while_the_applicant_is_awaited_nothing_starts_anew_and_the_subtracted_limit_is_never_spent() -> None:
    waits = [Wait(date(2024, 3, 4), None, request=True)]
    assert restarted(date(2024, 3, 8), date(2024, 3, 1), waits, PLAIN) == date(2024, 3, 8)
    assert subtracted(date(2024, 3, 8), waits) is None


@pytest.mark.parametrize(
    ("changes", "disputed"),
    [
        ({}, True),
        ({"due_on": date(2024, 3, 19)}, False),
        ({"supplements": (), "due_on": date(2024, 3, 8)}, False),
        ({"supplements": (), "due_on": date(2024, 3, 11)}, True),
        ({"due_on": None}, False),
        ({"statutory_due_on": None}, False),
        ({"status": S.WAITING_SUPPLEMENT, "ended_on": None, "supplements": ((date(2024, 3, 5), None),)}, False),
    ],
)
def test_a_portals_date_that_is_not_the_laws_is_a_disagreement(changes: dict[str, object], disputed: bool) -> None:
    judged = judge(replace(ASKED, **changes), PLAIN)  # type: ignore[arg-type]  # a row of changes
    assert (Anomaly.DUE_DISAGREES in judged.anomalies) is disputed


def test_an_answer_moves_no_day_before_it_when_the_older_date_still_stood() -> None:
    late = {"supplements": ((date(2024, 3, 12), date(2024, 3, 15)),), "ended_on": None, "status": S.PROCESSING}
    judged = judge(replace(ASKED, **late), PLAIN)  # type: ignore[arg-type]  # a row of changes
    # Due on the 8th: overdue from the 9th until it is asked on the 12th; answered on the 15th it is due on the 22nd.
    by_law = by(judged, Policy.RESTART)
    assert by_law.due_on == date(2024, 3, 22)
    assert by_law.overdue == ((date(2024, 3, 9), date(2024, 3, 12)), (date(2024, 3, 23), None))


def test_each_answer_begins_the_limit_anew_from_its_own_day() -> None:
    rounds = ((date(2024, 3, 4), date(2024, 3, 5)), (date(2024, 3, 14), date(2024, 3, 15)))
    judged = judge(replace(ASKED, supplements=rounds, ended_on=None, status=S.PROCESSING), PLAIN)
    # Due on the 12th by the first answer, so overdue on the 13th; asked on the 14th; due on the 22nd by the second.
    assert by(judged, Policy.RESTART).overdue == ((date(2024, 3, 13), date(2024, 3, 14)), (date(2024, 3, 23), None))


def test_a_request_answered_on_its_own_day_cuts_no_range_of_days() -> None:
    rounds = ((date(2024, 3, 5), date(2024, 3, 5)),)  # of a limit that had passed before the receipt
    facts = replace(ASKED, statutory_due_on=date(2024, 2, 28), supplements=rounds, ended_on=None, status=S.PROCESSING)
    assert by(judge(facts, PLAIN), Policy.RESTART).overdue == ((date(2024, 3, 1), None),)


@pytest.mark.parametrize("answered", [None, date(2024, 3, 25)])
def test_a_request_that_is_open_at_the_end_begins_nothing_anew(answered: date | None) -> None:
    rounds = ((date(2024, 3, 5), answered),)
    judged = judge(replace(ASKED, supplements=rounds, modified_on=date(2024, 3, 25)), PLAIN)
    assert by(judged, Policy.RESTART).due_on == date(2024, 3, 8)
    assert by(judged, Policy.RESTART).outcome is Timeliness.LATE
    # Thirteen days until the end, not twenty until an answer that nobody awaited any more.
    assert by(judged, Policy.SUBTRACT).due_on == date(2024, 3, 21)
    told_on_the_last_day = replace(ASKED, supplements=((date(2024, 3, 5), date(2024, 3, 18)),))
    assert by(judge(told_on_the_last_day, PLAIN), Policy.RESTART).due_on == date(2024, 3, 25)


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        (date(2024, 2, 29), False),
        (date(2024, 3, 1), True),  # the day of receipt
        (date(2024, 3, 18), True),  # the day of the end
        (date(2024, 3, 19), False),
    ],
)
def test_a_request_counts_from_receipt_to_end(asked: date, counted: bool) -> None:
    judged = judge(replace(ASKED, supplements=((asked, asked),)), PLAIN)
    assert (Trait.ASKED_ONCE in judged.told.traits) is counted


def test_the_first_promise_the_portal_lists_goes_before_the_first_one_seen() -> None:
    told = Particulars(due_changes=(DueChange(None, date(2024, 3, 6), date(2024, 3, 8), Cause.EXTENSION),))
    judged = judge(replace(ASKED, statutory_due_on=None, particulars=told), PLAIN)
    assert by(judged, Policy.SUBTRACT).due_on == date(2024, 3, 13)
    assert by(judged, Policy.RESTART).due_on == date(2024, 3, 15)


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=5)


@given(SPANS, st.integers(5, 60))
def test_the_subtracted_limit_has_as_many_days_in_the_agencys_hands_as_the_limit_itself(
    spans: list[tuple[int, int]], limit: int
) -> None:
    begun = date(2024, 1, 1)
    waits = sorted(
        Wait(begun + timedelta(days=n), begun + timedelta(days=n + length), request=True) for n, length in spans
    )
    due = subtracted(begun + timedelta(days=limit), waits)
    assert due is not None
    days = [begun + timedelta(days=n) for n in range((due - begun).days + 1)]
    worked = [day for day in days if not any(w.begun <= day < (w.stop or date.max) for w in waits)]
    assert len(worked) == limit + 1
    assert worked[-1] == due

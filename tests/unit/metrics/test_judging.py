"""How one dossier counts: case by case, and against an oracle that walks the days one by one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.domain.counts import PeriodCounts
from metrics.domain.dossier import Anomaly, DossierFacts, Exclusion
from metrics.domain.judging import judge
from metrics.domain.traits import NOTHING
from shared.domain.channel import Channel
from shared.domain.deadline import Timeliness
from shared.domain.status import DossierStatus as S
from support.day_counters import counted

RECEIVED = date(2024, 3, 1)
DUE = date(2024, 3, 20)
DAY = timedelta(days=1)

A_DOSSIER = DossierFacts(
    status=S.RETURNED,
    channel=Channel.ONLINE,
    received_on=RECEIVED,
    due_on=DUE,
    statutory_due_on=None,
    ended_on=DUE - DAY,
    returned_on=None,
    supplements=(),
    modified_on=DUE,
)


@pytest.mark.parametrize(
    ("ended_on", "outcome"),
    [(DUE - DAY, Timeliness.EARLY), (DUE, Timeliness.ON_TIME), (DUE + DAY, Timeliness.LATE)],
)
def test_an_ended_dossier_stands_in_column_8_9_or_10(ended_on: date, outcome: Timeliness) -> None:
    assert judge(replace(A_DOSSIER, ended_on=ended_on)).outcome is outcome


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": S.NEW}, Exclusion.NOT_ACCEPTED),
        ({"status": S.REFUSED_AT_RECEPTION}, Exclusion.REFUSED_AT_RECEPTION),
        ({"status": S.UNMAPPED}, Exclusion.STATUS_UNMAPPED),
        ({"status": S.DONE, "ended_on": None}, Exclusion.END_DATE_MISSING),
        ({"received_on": None}, Exclusion.RECEIVED_DATE_MISSING),
        ({"gone": True}, Exclusion.GONE),
        ({"gone": True, "status": S.UNMAPPED}, Exclusion.GONE),
        ({"gone": True, "received_on": None}, Exclusion.GONE),
    ],
)
def test_a_dossier_that_cannot_be_counted_says_why(changes: dict[str, object], reason: Exclusion) -> None:
    assert judge(replace(A_DOSSIER, **changes)).reason is reason  # type: ignore[arg-type]  # a row of changes


@pytest.mark.parametrize(("ended_on", "late"), [(DUE, False), (DUE + DAY, True), (DUE + 2 * DAY, True)])
def test_766_finds_late_what_ended_after_its_due_day_be_it_by_a_single_day(ended_on: date, late: bool) -> None:
    assert judge(replace(A_DOSSIER, ended_on=ended_on)).late_766 is late


@pytest.mark.parametrize(
    ("status", "received_on", "odd"),
    [
        (S.UNMAPPED, RECEIVED, Anomaly(0)),
        (S.UNMAPPED, None, Anomaly.RECEIPT_UNKNOWN),
        (S.RETURNED, None, Anomaly.RECEIPT_UNKNOWN),
        (S.NEW, None, Anomaly(0)),
    ],
)
def test_only_a_dossier_that_may_count_and_has_no_receipt_may_belong_to_an_earlier_period(
    status: S, received_on: date | None, odd: Anomaly
) -> None:
    assert judge(replace(A_DOSSIER, status=status, received_on=received_on)).anomalies == odd


def test_a_withdrawn_dossier_is_resolved_on_time_by_practice_and_by_its_dates_for_766() -> None:
    judged = judge(replace(A_DOSSIER, status=S.WITHDRAWN, ended_on=DUE + 3 * DAY))
    assert (judged.outcome, judged.withdrawn, judged.late_766) == (Timeliness.ON_TIME, True, True)


def test_a_stopped_dossier_has_ended() -> None:
    judged = judge(replace(A_DOSSIER, status=S.STOPPED, ended_on=DUE + DAY))
    assert (judged.ended_on, judged.outcome) == (DUE + DAY, Timeliness.LATE)


def test_the_portals_due_date_goes_before_ours_and_ours_before_none() -> None:
    ours = replace(A_DOSSIER, statutory_due_on=RECEIVED, ended_on=DUE)
    assert judge(ours).outcome is Timeliness.ON_TIME
    computed = judge(replace(ours, due_on=None))
    assert (computed.outcome, computed.anomalies) == (Timeliness.LATE, Anomaly.DUE_COMPUTED)
    unknown = judge(replace(ours, due_on=None, statutory_due_on=None))
    assert (unknown.outcome, unknown.anomalies) == (Timeliness.ON_TIME, Anomaly.NO_DUE_DATE)


def test_the_finish_goes_before_the_return_and_the_return_serves_when_the_finish_is_missing() -> None:
    both = replace(A_DOSSIER, ended_on=DUE - DAY, returned_on=DUE + DAY)
    assert judge(both).ended_on == DUE - DAY
    assert judge(replace(both, ended_on=None)).ended_on == DUE + DAY


def test_a_dossier_without_a_channel_counts_as_direct_and_says_so() -> None:
    judged = judge(replace(A_DOSSIER, channel=None))
    assert (judged.channel, judged.anomalies) == (1, Anomaly.CHANNEL_MISSING)


def test_an_end_on_the_day_of_receipt_is_nothing_odd_and_a_plain_dossier_has_no_trait() -> None:
    judged = judge(replace(A_DOSSIER, ended_on=RECEIVED))
    assert (judged.ended_on, judged.outcome, judged.anomalies) == (RECEIVED, Timeliness.EARLY, Anomaly(0))
    assert judged.told == NOTHING


def test_the_status_is_believed_before_an_end_that_stands_beside_it() -> None:
    judged = judge(replace(A_DOSSIER, status=S.PROCESSING))
    assert (judged.ended_on, judged.outcome, judged.anomalies) == (None, None, Anomaly.END_IGNORED)


def test_an_end_before_the_receipt_is_moved_to_it_and_flagged() -> None:
    judged = judge(replace(A_DOSSIER, ended_on=RECEIVED - DAY))
    assert (judged.ended_on, judged.anomalies) == (RECEIVED, Anomaly.ENDED_BEFORE_RECEIVED)


def test_an_open_dossier_is_overdue_from_the_day_after_its_due_day() -> None:
    judged = judge(replace(A_DOSSIER, status=S.PROCESSING, ended_on=None))
    assert judged.overdue == ((DUE + DAY, None),)
    assert judged.overdue_766 == (DUE + DAY, None)


def test_days_waiting_on_the_applicant_are_not_overdue_in_column_13() -> None:
    asked, answered = DUE + 5 * DAY, DUE + 8 * DAY
    judged = judge(replace(A_DOSSIER, status=S.PROCESSING, ended_on=None, supplements=((asked, answered),)))
    assert judged.overdue == ((DUE + DAY, asked), (answered, None))


def test_a_request_answered_on_the_same_day_does_not_cut_the_range() -> None:
    same_day = ((DUE + 5 * DAY, DUE + 5 * DAY),)
    judged = judge(replace(A_DOSSIER, status=S.PROCESSING, ended_on=None, supplements=same_day))
    assert judged.overdue == ((DUE + DAY, None),)


def test_766_judges_a_waiting_dossier_by_the_day_of_the_request() -> None:
    in_time = replace(A_DOSSIER, status=S.WAITING_SUPPLEMENT, ended_on=None, supplements=((DUE, None),))
    assert judge(in_time).overdue_766 is None
    too_late = replace(in_time, supplements=((DUE + DAY, None),))
    assert judge(too_late).overdue_766 == (DUE + DAY, None)


def test_766_subtracts_the_supplement_time() -> None:
    waited = ((DUE - 5 * DAY, DUE + 2 * DAY),)
    ended = replace(A_DOSSIER, supplements=waited, ended_on=DUE + 7 * DAY)
    assert (judge(ended).outcome, judge(ended).late_766) == (Timeliness.LATE, False)
    assert judge(replace(ended, ended_on=DUE + 8 * DAY)).late_766


def test_766_finds_no_dossier_late_that_was_promised_for_no_day() -> None:
    asked = ((RECEIVED + DAY, RECEIVED + 2 * DAY),)
    judged = judge(replace(A_DOSSIER, due_on=None, supplements=asked))
    assert (judged.outcome, judged.late_766, judged.overdue_766) == (Timeliness.ON_TIME, False, None)


def test_766_counts_a_second_request_as_overdue_however_early_the_end() -> None:
    twice = ((RECEIVED + DAY, RECEIVED + 2 * DAY), (RECEIVED + 4 * DAY, RECEIVED + 5 * DAY))
    judged = judge(replace(A_DOSSIER, supplements=twice, ended_on=RECEIVED + 6 * DAY))
    assert (judged.outcome, judged.late_766) == (Timeliness.EARLY, True)


def test_a_request_answered_before_receipt_belongs_to_no_time_limit() -> None:
    early = ((RECEIVED - 9 * DAY, RECEIVED - 2 * DAY), (RECEIVED + DAY, RECEIVED + 2 * DAY))
    assert not judge(replace(A_DOSSIER, supplements=early, ended_on=DUE)).late_766


def test_a_payment_wait_without_a_date_begins_with_the_portals_last_change() -> None:
    judged = judge(replace(A_DOSSIER, status=S.WAITING_PAYMENT, ended_on=None, modified_on=DUE + 4 * DAY))
    assert judged.overdue == ((DUE + DAY, DUE + 4 * DAY),)
    assert judged.anomalies == Anomaly.WAIT_ASSUMED


@pytest.mark.parametrize(
    ("status", "supplements", "assumed"),
    [
        (S.WAITING_SUPPLEMENT, (), True),
        (S.WAITING_SUPPLEMENT, ((RECEIVED + DAY, RECEIVED + 2 * DAY),), True),
        (S.WAITING_SUPPLEMENT, ((RECEIVED + DAY, None),), False),
        (S.PROCESSING, ((RECEIVED + DAY, RECEIVED + 2 * DAY),), False),
        (S.PROCESSING, (), False),
    ],
)
def test_a_wait_is_assumed_only_where_the_portal_tells_no_open_request(
    status: S, supplements: tuple[tuple[date, date | None], ...], assumed: bool
) -> None:
    judged = judge(replace(A_DOSSIER, status=status, ended_on=None, supplements=supplements))
    assert (judged.anomalies is Anomaly.WAIT_ASSUMED, judged.anomalies == Anomaly(0)) == (assumed, not assumed)


def test_a_wait_for_payment_after_one_supplement_is_no_second_request() -> None:
    once = ((RECEIVED + DAY, RECEIVED + 2 * DAY),)
    asked = replace(A_DOSSIER, ended_on=None, supplements=once, modified_on=RECEIVED + 5 * DAY)
    assert judge(replace(asked, status=S.WAITING_PAYMENT)).overdue_766 is None
    assert judge(replace(asked, status=S.WAITING_SUPPLEMENT)).overdue_766 == (RECEIVED + 5 * DAY, None)


# --- the oracle: the definitions of figures.md 0.3, 1.C and 1.D, walked day by day ---------------------------

_BASE = date(2024, 1, 1)
_near = st.integers(0, 40).map(lambda n: _BASE + n * DAY)
_rounds = st.lists(st.tuples(_near, st.none() | _near), max_size=3).map(tuple)
_facts = st.builds(
    DossierFacts,
    status=st.sampled_from(S),
    channel=st.sampled_from([None, 1, 2, 3]),
    received_on=st.none() | _near,
    due_on=st.none() | _near,
    statutory_due_on=st.none() | _near,
    ended_on=st.none() | _near,
    returned_on=st.none() | _near,
    supplements=_rounds,
    modified_on=_near,
    gone=st.integers(0, 9).map(lambda n: n == 0),
)


class Walked:
    """One dossier, told day by day. Written from the definitions; shares no code with ``judge``."""

    def __init__(self, facts: DossierFacts) -> None:
        self.facts = facts
        ended = facts.status in (S.WITHDRAWN, S.STOPPED, S.DONE, S.RETURNED)
        finish = facts.ended_on if facts.ended_on is not None else facts.returned_on
        self.eligible = (
            not facts.gone
            and facts.status not in (S.NEW, S.REFUSED_AT_RECEPTION, S.UNMAPPED)
            and facts.received_on is not None
            and not (ended and finish is None)
        )
        if self.eligible:
            assert facts.received_on is not None
            self.received = facts.received_on
            self.end = max(finish, facts.received_on) if ended and finish is not None else None
            self.due = facts.due_on if facts.due_on is not None else facts.statutory_due_on

    def waits(self) -> list[tuple[date, date, bool]]:
        """(first day, first day it is over, is a supplement request); what was over at receipt is left out."""
        forever, waiting = date(2999, 1, 1), self.facts.status in (S.WAITING_SUPPLEMENT, S.WAITING_PAYMENT)
        found = []
        for asked, answered in self.facts.supplements:
            over = answered or (forever if waiting else self.facts.modified_on)
            if asked >= self.received or over > self.received:
                begun = max(asked, self.received)
                found.append((begun, max(begun, over), True))
        if waiting and all(over != forever for _, over, _ in found):
            request = self.facts.status is S.WAITING_SUPPLEMENT
            found.append((max(self.facts.modified_on, self.received), forever, request))
        return found

    def open_at(self, day: date) -> bool:
        return self.received <= day and (self.end is None or self.end > day)

    def waiting_at(self, day: date) -> bool:
        return any(begun <= day < over for begun, over, _ in self.waits())

    def overdue_at(self, day: date) -> bool:
        past_due = self.due is not None and self.due < day
        return self.open_at(day) and past_due and not self.waiting_at(day)

    def late_by_766_at(self, day: date) -> bool:
        """Judged on a day as if it ended then: days spent waiting do not count, two requests are overdue."""
        if sum(1 for begun, _, request in self.waits() if request and begun <= day) > 1:
            return True
        first = min((begun for begun, _, _ in self.waits()), default=day)
        spent = sum(1 for n in range((day - first).days) if self.waiting_at(first + n * DAY))
        return self.due is not None and day - spent * DAY > self.due

    def columns(self, first: date, last: date) -> dict[str, int]:
        before, within = self.received < first, first <= self.received <= last
        ended_before = self.end is not None and self.end < first
        total = within or (before and not ended_before)
        resolved = total and self.end is not None and first <= self.end <= last
        pending = total and self.open_at(last)
        withdrawn = resolved and self.facts.status is S.WITHDRAWN
        early = resolved and not withdrawn and self.due is not None and self.end is not None and self.end < self.due
        late = resolved and not withdrawn and self.due is not None and self.end is not None and self.end > self.due
        online = self.facts.channel == 2
        return {
            "carried": before and not ended_before,
            "received_online": within and online,
            "received_other": within and not online,
            "early": early,
            "on_time": resolved and not early and not late,
            "late": late,
            "withdrawn": withdrawn,
            "pending_in_time": pending and not self.overdue_at(last),
            "pending_overdue": pending and self.overdue_at(last),
            "resolved_in_time_766": resolved and self.end is not None and not self.late_by_766_at(self.end),
            "pending_in_time_766": pending and not self.late_by_766_at(last),
        }


def _column(name: str, counts: PeriodCounts) -> int:
    return {
        "3": counts.carried + counts.received_online + counts.received_other,
        "7": counts.early + counts.on_time + counts.late,
        "11": counts.pending_in_time + counts.pending_overdue,
    }[name]


_periods = st.tuples(_near, _near).map(sorted)


@settings(max_examples=8 * settings().max_examples)
@given(_facts, _periods)
def test_every_column_of_one_dossier_is_what_the_definitions_say(facts: DossierFacts, days: list[date]) -> None:
    first, last = days
    counts, walked = counted([judge(facts)], first, last), Walked(facts)
    expected = walked.columns(first, last) if walked.eligible else {}
    for name in (
        *("carried", "received_online", "received_other", "early", "on_time", "late", "withdrawn"),
        *("pending_in_time", "pending_overdue", "resolved_in_time_766", "pending_in_time_766"),
    ):
        assert getattr(counts, name) == int(expected.get(name, False)), name


@given(_facts, _periods)
def test_a_gone_dossier_is_counted_as_gone_and_as_nothing_else(facts: DossierFacts, days: list[date]) -> None:
    judged = judge(replace(facts, gone=True))
    counts = counted([judged], *days)
    within = days[0] <= judged.received_on <= days[1]
    assert counts == replace(PeriodCounts(), gone=int(within))


@given(st.lists(_facts, max_size=12), _periods)
def test_the_identities_of_form_ii_06a_hold_for_any_data(dossiers: list[DossierFacts], days: list[date]) -> None:
    counts = counted([judge(facts) for facts in dossiers], *days)
    assert _column("3", counts) == _column("7", counts) + _column("11", counts)
    assert min(counts.total(name for name in (field,)) for field in PeriodCounts.__slots__) >= 0


@given(st.lists(_facts, max_size=12), _periods, st.integers(0, 20))
def test_what_a_period_carries_out_the_next_one_carries_in(
    dossiers: list[DossierFacts], days: list[date], length: int
) -> None:
    judged = [judge(facts) for facts in dossiers]
    this = counted(judged, *days)
    following = counted(judged, days[1] + DAY, days[1] + (1 + length) * DAY)
    assert _column("11", this) == following.carried


@given(_facts, _periods)
def test_a_dossier_that_may_belong_to_the_period_is_never_forgotten(facts: DossierFacts, days: list[date]) -> None:
    judged = judge(facts)
    counts = counted([judged], *days)
    unknown = judged.reason in (
        Exclusion.STATUS_UNMAPPED,
        Exclusion.END_DATE_MISSING,
        Exclusion.RECEIVED_DATE_MISSING,
    )
    begun = judged.received_on <= days[1] or facts.received_on is None
    may_belong = begun and (judged.ended_on is None or judged.ended_on >= days[0])
    names = (
        "unmapped_carried",
        "unmapped_online",
        "unmapped_other",
        "undated_carried",
        "undated_online",
        "undated_other",
    )
    assert counts.total(names) == int(unknown and may_belong)

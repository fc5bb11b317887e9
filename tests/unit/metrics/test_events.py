"""What one dossier adds to the counters of which day, written out."""

from collections import Counter
from datetime import date, timedelta

import pytest

from metrics.domain.dossier import Anomaly, Exclusion, Judged
from metrics.domain.events import COUNTERS, events
from metrics.domain.traits import NO_TRAIT, Told, Trait
from shared.domain.deadline import Timeliness

RECEIVED, DUE, ENDED = date(2024, 3, 1), date(2024, 3, 20), date(2024, 3, 25)
DAY = timedelta(days=1)
PLAIN = {(RECEIVED, "received"): 1, (ENDED, "late"): 1}

OPEN = Judged(None, 2, RECEIVED, due_on=DUE)
LATE = OPEN._replace(ended_on=ENDED, outcome=Timeliness.LATE)


def added(judged: Judged) -> dict[tuple[date, str], int]:
    """What is added to each counter of each day."""
    sums: Counter[tuple[date, str]] = Counter()
    for day, counter, delta in events(judged):
        sums[day, COUNTERS[counter]] += delta
    return dict(sums)


def test_a_plain_dossier_is_received_and_ends() -> None:
    assert added(OPEN) == {(RECEIVED, "received"): 1}
    assert added(LATE) == PLAIN


def test_days_overdue_begin_and_stop_and_an_open_range_does_not_stop() -> None:
    ranges = ((DUE + DAY, DUE + 2 * DAY), (DUE + 3 * DAY, None))
    assert added(OPEN._replace(overdue=ranges, overdue_766=(DUE + DAY, None))) == {
        (RECEIVED, "received"): 1,
        (DUE + DAY, "overdue_delta"): 1,
        (DUE + 2 * DAY, "overdue_delta"): -1,
        (DUE + 3 * DAY, "overdue_delta"): 1,
        (DUE + DAY, "overdue_766_delta"): 1,
    }
    assert added(LATE._replace(overdue_766=(DUE + DAY, ENDED), late_766=True, withdrawn=True)) == PLAIN | {
        (ENDED, "late_766"): 1,
        (ENDED, "withdrawn"): 1,
        (DUE + DAY, "overdue_766_delta"): 1,
        (ENDED, "overdue_766_delta"): -1,
    }


@pytest.mark.parametrize(
    ("anomaly", "counter"), [(Anomaly.NO_DUE_DATE, "no_due_date"), (Anomaly.DUE_DISAGREES, "due_disagrees")]
)
def test_what_is_odd_of_a_due_date_counts_as_long_as_the_dossier_is_there(anomaly: Anomaly, counter: str) -> None:
    assert added(OPEN._replace(anomalies=anomaly)) == {(RECEIVED, "received"): 1, (RECEIVED, counter): 1}
    assert added(LATE._replace(anomalies=anomaly)) == PLAIN | {(RECEIVED, counter): 1, (ENDED, f"{counter}_ended"): 1}


def test_a_missing_channel_counts_at_receipt_and_a_moved_end_at_the_end() -> None:
    assert added(LATE._replace(anomalies=Anomaly.CHANNEL_MISSING)) == PLAIN | {(RECEIVED, "channel_missing"): 1}
    assert added(LATE._replace(anomalies=Anomaly.ENDED_BEFORE_RECEIVED)) == PLAIN | {(ENDED, "end_moved"): 1}


@pytest.mark.parametrize("anomaly", [Anomaly.DUE_COMPUTED, Anomaly.END_IGNORED, Anomaly.WAIT_ASSUMED])
def test_other_oddities_are_told_of_the_dossier_and_counted_nowhere(anomaly: Anomaly) -> None:
    assert added(LATE._replace(anomalies=anomaly)) == PLAIN


STAYING = ("RESULT_FILE", "NO_RESULT_FILE", "DIGITISED", "NOT_DIGITISED", "REUSED", "NOT_REUSED", "IN_STORE",
           "NOT_IN_STORE", "CITIZEN_DATA", "NO_CITIZEN_DATA", "EXTENSION_TOLD")  # fmt: skip
AT_END = ("LATE_ORIGINAL", "ASKED_ONCE", "ASKED_OFTEN")
NEITHER = ("PAID_ONLINE", "PAID_OTHERWISE", "PAID_NOTHING")


def test_a_trait_counts_from_receipt_to_end_or_at_the_end_or_where_the_catalogue_is_asked() -> None:
    for trait in Trait:
        name = str(trait.name)
        at_receipt = {(RECEIVED, name.lower()): 1} if name in (*STAYING, "APOLOGIES_TOLD") else {}
        at_end = {(ENDED, f"{name.lower()}_ended"): 1} if name in STAYING else {}
        at_end |= {(ENDED, name.lower()): 1} if name in AT_END else {}
        assert at_receipt or at_end or name in NEITHER
        one = Told(trait, None, 0)
        assert added(LATE._replace(told=one)) == PLAIN | at_receipt | at_end
        assert added(OPEN._replace(told=one)) == {(RECEIVED, "received"): 1} | at_receipt


def test_letters_count_by_their_number_at_receipt_and_a_reappointment_on_its_day() -> None:
    moved = Told(NO_TRAIT, DUE, 3)
    assert added(LATE._replace(told=moved)) == PLAIN | {(RECEIVED, "apologies"): 3, (DUE, "extended"): 1}


@pytest.mark.parametrize(
    ("reason", "counter"),
    [
        (Exclusion.NOT_ACCEPTED, "not_accepted"),
        (Exclusion.REFUSED_AT_RECEPTION, "refused"),
        (Exclusion.STATUS_UNMAPPED, "unmapped"),
        (Exclusion.END_DATE_MISSING, "undated"),
        (Exclusion.RECEIVED_DATE_MISSING, "undated"),
        (Exclusion.GONE, "gone"),
    ],
)
def test_a_dossier_that_cannot_be_counted_counts_as_what_it_is_and_as_nothing_else(
    reason: Exclusion, counter: str
) -> None:
    assert added(OPEN._replace(reason=reason)) == {(RECEIVED, counter): 1}


def test_an_unmapped_dossier_may_belong_to_every_day_up_to_its_end() -> None:
    unmapped = Judged(Exclusion.STATUS_UNMAPPED, 2, RECEIVED, ENDED)
    assert added(unmapped) == {(RECEIVED, "unmapped"): 1, (ENDED, "unmapped_ended"): 1}


@pytest.mark.parametrize(
    ("reason", "counter"), [(Exclusion.STATUS_UNMAPPED, "unmapped"), (Exclusion.RECEIVED_DATE_MISSING, "undated")]
)
def test_one_without_a_day_of_receipt_may_have_been_received_on_any_day_before(reason: Exclusion, counter: str) -> None:
    assert added(Judged(reason, 2, RECEIVED, anomalies=Anomaly.RECEIPT_UNKNOWN)) == {
        (RECEIVED, counter): 1,
        (date.min, f"{counter}_unplaced_delta"): 1,
        (RECEIVED, f"{counter}_unplaced_delta"): -1,
    }

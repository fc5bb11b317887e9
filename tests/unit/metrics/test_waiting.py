"""The waits of one dossier, worked out by hand: received on Friday 1 March 2024."""

from datetime import date

import pytest

from metrics.domain.dossier import DossierFacts
from metrics.domain.policies import restarted, subtracted
from metrics.domain.waiting import Wait, waits
from shared.domain.status import DossierStatus as S


def day(number: int) -> date:
    return date(2024, 3, number)


def told(*rounds: tuple[date, date | None], status: S = S.PROCESSING) -> list[Wait]:
    facts = DossierFacts(
        status=status, channel=2, received_on=day(1), due_on=None, statutory_due_on=None, ended_on=None,
        returned_on=None, supplements=rounds, modified_on=day(20),
    )  # fmt: skip
    return waits(facts, day(1), None)


FEBRUARY = date(2024, 2, 26)


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (date(2024, 2, 29), []),
        (day(1), []),
        (day(4), [Wait(day(1), day(4), request=True)]),
    ],
)
def test_a_request_made_before_receipt_counts_from_receipt_if_it_was_open_then(
    answered: date, expected: list[Wait]
) -> None:
    assert told((FEBRUARY, answered)) == expected


def test_a_request_made_before_receipt_and_still_open_waits_from_receipt() -> None:
    assert told((FEBRUARY, None), status=S.WAITING_SUPPLEMENT) == [Wait(day(1), None, request=True)]
    assert told((FEBRUARY, None)) == [Wait(day(1), day(20), request=True)]


def test_of_two_requests_of_one_day_the_one_that_is_open_comes_last() -> None:
    open_one, over = (day(5), None), (day(5), day(8))
    expected = [Wait(day(5), day(8), request=True), Wait(day(5), None, request=True)]
    assert told(open_one, over, status=S.WAITING_SUPPLEMENT) == expected
    assert told(over, open_one, status=S.WAITING_SUPPLEMENT) == expected


def test_where_there_is_no_limit_none_begins_anew_and_none_is_spent() -> None:
    answered = [Wait(day(5), day(8), request=True)]
    assert restarted(None, day(1), answered, None) is None
    assert subtracted(None, answered) is None

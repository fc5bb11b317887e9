"""The count a test may lean on, on dossiers small enough to count by hand."""

from datetime import date

import pytest

from sandbox_portal.scenarios.days import instant
from sandbox_portal.scenarios.model import Dossier
from sandbox_portal.scenarios.truth import form_ii06a
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

FIRST, LAST = date(2024, 1, 1), date(2024, 1, 31)


def on(day: date, hour: int = 9) -> int:
    return instant(day, hour * 3600)


def dossier(
    received: date,
    due: date | None,
    ended: date | None = None,
    *,
    status: DossierStatus = DossierStatus.PROCESSING,
    channel: Channel = Channel.ONLINE,
    hour: int = 9,
) -> Dossier:
    end = None if ended is None else on(ended, hour)
    return Dossier(0, "x", 0, 0, status, channel, 0, on(received), due and on(due, 17), end, end or on(received))


def columns(one: Dossier) -> set[str]:
    return {name.removeprefix("dossiers_") for name, count in form_ii06a([one], FIRST, LAST).items() if count}


D = date
DONE, WAITING, WITHDRAWN = DossierStatus.DONE, DossierStatus.WAITING_SUPPLEMENT, DossierStatus.WITHDRAWN
ONLINE = {"total_handled", "received_online"}
CARRIED = {"total_handled", "carried_over"}
CASES = [
    (dossier(D(2024, 1, 2), D(2024, 1, 5), D(2024, 1, 4), status=DONE), ONLINE | {"resolved", "resolved_early"}),
    (
        dossier(D(2024, 1, 2), D(2024, 1, 5), D(2024, 1, 5), status=DONE, hour=20),
        ONLINE | {"resolved", "resolved_on_time"},
    ),
    (
        dossier(D(2024, 1, 2), D(2024, 1, 5), D(2024, 1, 5), status=DONE, hour=5),
        ONLINE | {"resolved", "resolved_on_time"},
    ),
    (dossier(D(2024, 1, 2), D(2024, 1, 5), D(2024, 1, 6), status=DONE), ONLINE | {"resolved", "resolved_overdue"}),
    (dossier(D(2024, 1, 2), None, D(2024, 1, 6), status=DONE), ONLINE | {"resolved", "resolved_on_time"}),
    (dossier(D(2024, 1, 2), D(2024, 1, 5), D(2024, 1, 9), status=WITHDRAWN), ONLINE | {"resolved", "resolved_on_time"}),
    (dossier(D(2023, 12, 2), D(2024, 1, 5), D(2023, 12, 31), status=DONE), set()),
    (dossier(D(2023, 12, 2), D(2024, 1, 5), D(2024, 1, 1), status=DONE), CARRIED | {"resolved", "resolved_early"}),
    (dossier(D(2024, 2, 1), D(2024, 2, 5)), set()),
    (dossier(D(2024, 1, 31), D(2024, 1, 31)), ONLINE | {"pending", "pending_in_time"}),
    (dossier(D(2024, 1, 2), D(2024, 1, 30)), ONLINE | {"pending", "pending_overdue"}),
    (dossier(D(2024, 1, 2), D(2024, 1, 30), D(2024, 2, 1), status=DONE), ONLINE | {"pending", "pending_overdue"}),
    (dossier(D(2024, 1, 2), D(2024, 1, 30), status=WAITING), ONLINE | {"pending", "pending_in_time"}),
    (
        dossier(D(2024, 1, 2), D(2024, 1, 30), status=WAITING)._replace(updated=on(D(2024, 2, 2))),
        ONLINE | {"pending", "pending_overdue"},
    ),
    (
        dossier(D(2024, 1, 2), D(2024, 1, 30), D(2024, 1, 2), status=DONE, channel=Channel.POSTAL),
        {"total_handled", "received_direct_or_post", "resolved", "resolved_early"},
    ),
    (dossier(D(2024, 1, 2), D(2024, 1, 30), status=DossierStatus.NEW)._replace(accepted=None), set()),
]


@pytest.mark.parametrize(("one", "expected"), CASES)
def test_a_dossier_stands_in_its_columns(one: Dossier, expected: set[str]) -> None:
    assert columns(one) == expected

"""A step of the timeline against the dossier that was sent after it."""

import pytest

from dossier_sync.domain.dossier import Flag
from dossier_sync.domain.step import Step, contradicts, told_again, with_disagreement
from shared.domain.status import DossierStatus as S
from unit.dossier_sync.test_precedence import DOSSIER


@pytest.mark.parametrize(
    ("step", "header", "expected"),
    [
        (S.DONE, S.DONE, False),
        (S.DONE, S.RETURNED, False),
        (S.RETURNED, S.DONE, True),
        (S.STOPPED, S.DONE, True),
        (S.STOPPED, S.RETURNED, True),
        (S.DONE, S.STOPPED, True),
        (S.WITHDRAWN, S.PROCESSING, True),
        (S.REFUSED_AT_RECEPTION, S.RECEIVED, True),
        (S.PROCESSING, S.DONE, False),
        (S.WAITING_SUPPLEMENT, S.RECEIVED, False),
    ],
)
def test_an_end_that_the_header_does_not_know_contradicts_it(step: S, header: S, expected: bool) -> None:
    assert contradicts(step, header) is expected
    older, newer = DOSSIER._replace(status=int(step), flags=("reopened",)), DOSSIER._replace(status=int(header))
    flags = ("reopened", Flag.TIMELINE_DISAGREES) if expected else ("reopened",)
    assert with_disagreement(older, newer).flags == flags


def test_a_contradiction_is_flagged_where_there_was_no_flag() -> None:
    assert with_disagreement(DOSSIER._replace(status=8), DOSSIER).flags == (Flag.TIMELINE_DISAGREES,)


@pytest.mark.parametrize(
    ("status", "ended", "returned"),
    [(S.PROCESSING, False, False), (S.DONE, True, False), (S.RETURNED, True, True), (S.WITHDRAWN, True, False)],
)
def test_a_step_keeps_the_days_of_the_end_it_confirms_and_no_others(status: S, ended: bool, returned: bool) -> None:
    record = told_again(Step(int(status), DOSSIER.modified_at, "", b"{}"), DOSSIER, None)
    assert record.ended_on == (DOSSIER.ended_on if ended else None)
    assert record.returned_on == (DOSSIER.returned_on if returned else None)


def test_an_agency_that_was_read_from_the_code_is_read_from_it_again() -> None:
    step = Step(int(S.DONE), DOSSIER.modified_at, "", b"{}")
    assert told_again(step, DOSSIER, None).agency_code == "H24.99"
    inferred = DOSSIER._replace(flags=(Flag.AGENCY_FROM_CODE,))
    assert told_again(step, inferred, None).agency_code == ""

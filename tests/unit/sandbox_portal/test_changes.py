"""What a round of changes does."""

import pytest

from sandbox_portal.scenarios import haiphong, province
from sandbox_portal.scenarios.changes import ChangeRefused, Changes
from sandbox_portal.scenarios.days import DAY_MS
from sandbox_portal.scenarios.lifecycle import advance
from sandbox_portal.scenarios.model import Dossier, DossierBook
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

AT = 1_800_000_000_000
STEPS = {
    DossierStatus.NEW: DossierStatus.RECEIVED,
    DossierStatus.RECEIVED: DossierStatus.PROCESSING,
    DossierStatus.WAITING_SUPPLEMENT: DossierStatus.PROCESSING,
    DossierStatus.WAITING_PAYMENT: DossierStatus.PROCESSING,
    DossierStatus.PROCESSING: DossierStatus.DONE,
    DossierStatus.DONE: DossierStatus.RETURNED,
    DossierStatus.RETURNED: DossierStatus.RETURNED,
    DossierStatus.WITHDRAWN: DossierStatus.WITHDRAWN,
    DossierStatus.STOPPED: DossierStatus.STOPPED,
    DossierStatus.REFUSED_AT_RECEPTION: DossierStatus.REFUSED_AT_RECEPTION,
}


def dossier(status: DossierStatus, completed: int | None = None) -> Dossier:
    return Dossier(1, "000.00.99.H24-240115-0001", 1, 0, status, Channel.ONLINE, 1, 2, 3, completed, 5)


@pytest.mark.parametrize(("before", "after"), STEPS.items())
def test_a_dossier_takes_one_step_and_is_stamped_anew(before: DossierStatus, after: DossierStatus) -> None:
    moved = advance(dossier(before), AT)
    assert (moved.status, moved.updated) == (after, AT)


def test_only_ending_gives_an_end_and_a_returned_one_is_corrected_by_a_day() -> None:
    assert advance(dossier(DossierStatus.PROCESSING), AT).completed == AT
    assert advance(dossier(DossierStatus.RECEIVED), AT).completed is None
    assert advance(dossier(DossierStatus.RETURNED, completed=1_000), AT).completed == 1_000 + DAY_MS


def books() -> list[DossierBook]:
    return [haiphong.build(1).dossiers, province.build(1, dossiers=3_000, agencies=40, years=1).dossiers]


@pytest.mark.parametrize("book", books())
def test_a_repeated_round_changes_nothing(book: DossierBook) -> None:
    assert book.change(share=0.1, round_=1) > 0
    version, after = book.version, list(book.every())
    assert book.change(share=0.1, round_=1) == 0
    assert (book.version, list(book.every())) == (version, after)


@pytest.mark.parametrize("book", books())
def test_all_rounds_change_the_same_share(book: DossierBook) -> None:
    book.change(share=0.1, round_=1)
    with pytest.raises(ChangeRefused, match="1 in 10"):
        book.change(share=0.2, round_=2)


def test_the_version_tells_one_sequence_of_events_from_another() -> None:
    first, second = Changes(0), Changes(0)
    assert first.version == second.version
    first.round(share=0.5, number=1)
    first.arrival(2)
    second.arrival(2)
    second.round(share=0.5, number=1)
    assert first.version != second.version

"""Every reason has words an operator can act on."""

from dossier_sync.domain.dossier import Reason
from dossier_sync.domain.reasons import EXPLAINED, Cause, cured_by


def test_no_reason_is_without_its_words() -> None:
    assert list(EXPLAINED) == list(Reason)
    for told in EXPLAINED.values():
        assert all(text.endswith(".") and len(text) > 20 for text in (*told.sentence, *told.action))


def test_time_cures_what_lay_ahead_and_a_step_whose_dossier_another_portal_may_have_told() -> None:
    assert cured_by(Cause.TIME) == [Reason.DATE_IMPOSSIBLE, Reason.DOSSIER_UNKNOWN]

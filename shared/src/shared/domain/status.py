"""What a dossier's state means, in the ten national codes and one of our own.

Users: dossier_sync (adapters map to it), metrics (judges by it). The groups below are named once, here:
a status literal anywhere else is a second rule.

The codes are the national ones (TrangThaiHoSo "1" to "10"). How a stopped or withdrawn dossier counts is
practice, not law, and the sources disagree; the groups follow the business-rules document behind
QĐ 766/QĐ-TTg, criterion 2.1.
"""

from enum import IntEnum


class DossierStatus(IntEnum):
    """The state a portal reports. Values are the national codes; UNMAPPED is ours and never sent upward."""

    UNMAPPED = 0
    """The portal's wording is not in the adapter's map. Kept, counted apart, never guessed."""
    NEW = 1
    """Mới đăng ký: submitted, not yet accepted."""
    RECEIVED = 2
    """Được tiếp nhận."""
    REFUSED_AT_RECEPTION = 3
    """Không được tiếp nhận."""
    PROCESSING = 4
    """Đang xử lý."""
    WAITING_SUPPLEMENT = 5
    """Yêu cầu bổ sung giấy tờ: the applicant must act."""
    WAITING_PAYMENT = 6
    """Yêu cầu thực hiện nghĩa vụ tài chính: the applicant must act."""
    WITHDRAWN = 7
    """Công dân yêu cầu rút hồ sơ."""
    STOPPED = 8
    """Dừng xử lý."""
    DONE = 9
    """Đã xử lý xong."""
    RETURNED = 10
    """Đã trả kết quả."""


EXCLUDED = frozenset({DossierStatus.NEW, DossierStatus.REFUSED_AT_RECEPTION})
"""Never counted in a flow figure: the state has not accepted the dossier."""

WAITING_ON_APPLICANT = frozenset({DossierStatus.WAITING_SUPPLEMENT, DossierStatus.WAITING_PAYMENT})
"""Open, but the clock stands on the applicant's side: counted within time while it lasts."""

OPEN = frozenset({DossierStatus.RECEIVED, DossierStatus.PROCESSING}) | WAITING_ON_APPLICANT
"""Accepted and not ended."""

ENDED = frozenset({DossierStatus.WITHDRAWN, DossierStatus.STOPPED, DossierStatus.DONE, DossierStatus.RETURNED})
"""Accepted and ended. A refusal after examination arrives as DONE or STOPPED and is a result."""
